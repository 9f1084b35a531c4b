//! Whatever decodes as a digest item encodes to the same bytes (R3.1, R3.2).

#![no_main]

use libfuzzer_sys::fuzz_target;
use posw_primitives::{Claims, Seal};

fuzz_target!(|data: &[u8]| {
    if let Ok(claims) = Claims::from_bytes(data) {
        assert_eq!(claims.to_bytes(), data);
    }
    if let Ok(seal) = Seal::from_bytes(data) {
        assert_eq!(seal.to_bytes(), data);
    }
});
