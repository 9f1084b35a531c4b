//! ASERT stays within the limit and grows with time, for any numbers (R8.1).

#![no_main]

use libfuzzer_sys::fuzz_target;
use posw_primitives::{retarget::asert, CompactBits};

fuzz_target!(|input: ([u32; 2], [i128; 2], u32, u64, u64)| {
    let ([anchor, limit], [early, late], heights, block_time, half_life) = input;
    let (Ok(anchor), Ok(limit)) = (CompactBits::try_from(anchor), CompactBits::try_from(limit)) else {
        return;
    };
    let at = |elapsed| asert(anchor, elapsed, heights, block_time, half_life, limit).target();
    assert!(at(early.min(late)) <= at(early.max(late)));
    assert!(at(early.max(late)) <= limit.target());
});
