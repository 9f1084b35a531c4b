//! Compact bits have one form for each target, and compacting rounds down (R1.2).

#![no_main]

use libfuzzer_sys::fuzz_target;
use posw_primitives::{CompactBits, Target, U256};

fuzz_target!(|input: (u32, [u8; 32])| {
    let (raw, value) = input;
    if let Ok(bits) = CompactBits::try_from(raw) {
        assert_eq!(bits.target().to_compact(), bits);
    }
    let target = Target::clamped(U256::from_little_endian(&value));
    let compact = target.to_compact();
    assert_eq!(CompactBits::try_from(compact.to_raw()), Ok(compact));
    assert!(compact.target() <= target);
});
