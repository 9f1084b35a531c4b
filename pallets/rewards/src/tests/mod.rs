//! Tests by topic.

mod cost;
mod params;
mod payout;
mod state;
