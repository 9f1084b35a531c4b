//! Tests by topic.

mod params;
mod schedule;
mod state;
