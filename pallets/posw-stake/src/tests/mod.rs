//! Tests, by topic; the mock checks all invariants after every block and every test.

mod claims;
mod cost;
mod credit;
mod deposits;
mod epoch_lengths;
mod epochs;
mod genesis;
mod invariants;
mod keys;
mod lead_cap;
mod locks;
mod params;
mod random;
mod slash;
mod views;
