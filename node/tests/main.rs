//! Tests of the node: one binary, tiers by module.

mod common;
mod e2e;
