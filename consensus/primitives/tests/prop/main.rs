//! Laws of the primitives, on random inputs. One module per topic; each opens with what exactly it claims.

mod credit;
mod curve;
mod encoding;
mod factor;
mod income;
mod issuance;
mod majority;
mod params;
mod retarget;
mod split;
mod stake;
mod target;
mod totality;

use posw_primitives::{Claims, CompactBits, Curve, Factor, Seal, Target, BILLION, U256};
use proptest::prelude::*;

/// The weight of all stakers, and the default ration and horizon.
const TOTAL: u128 = 1_000_000_000_000_000_000_000;
const RATION: u64 = 2 * BILLION;
const HORIZON: u32 = 360;

/// A number whose length in bits is uniform: small ones come as often as large ones.
fn u128s() -> impl Strategy<Value = u128> {
    (any::<u128>(), 0u32..128).prop_map(|(value, shift)| value >> shift)
}

fn u64s() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64).prop_map(|(value, shift)| value >> shift)
}

fn u32s() -> impl Strategy<Value = u32> {
    (any::<u32>(), 0u32..32).prop_map(|(value, shift)| value >> shift)
}

fn u256s() -> impl Strategy<Value = U256> {
    (any::<[u64; 4]>(), 0u32..256).prop_map(|(words, shift)| U256(words) >> shift)
}

fn targets() -> impl Strategy<Value = Target> {
    u256s().prop_map(Target::clamped)
}

fn bits() -> impl Strategy<Value = CompactBits> {
    targets().prop_map(Target::to_compact)
}

fn factors() -> impl Strategy<Value = Factor> {
    let exact = (1_000_000_000u128..=10_000_000_000_000).prop_map(Factor::clamped);
    let small = (1_000_000_000u128..=50_000_000_000).prop_map(Factor::clamped);
    prop_oneof![Just(Factor::ONE), Just(Factor::MAX), exact, small]
}

fn curves() -> impl Strategy<Value = Curve> {
    let power = (u128s(), u32s(), any::<u8>());
    prop_oneof![
        Just(Curve::Flat),
        factors().prop_map(|boost| Curve::Constant { boost }),
        (u128s(), u64s()).prop_map(|(unit, slope)| Curve::Linear { unit, slope }),
        u128s().prop_map(|unit| Curve::Sqrt { unit }),
        u128s().prop_map(|unit| Curve::Log2 { unit }),
        power.prop_map(|(unit, cap, exponent)| Curve::Power { unit, cap, exponent: exponent % 6 }),
    ]
}

fn claims() -> impl Strategy<Value = Claims> {
    let keys = any::<([u8; 32], [u8; 32])>();
    (keys, bits(), factors()).prop_map(|((miner, sealing_key), bits, factor)| Claims {
        miner,
        sealing_key,
        bits,
        factor,
    })
}

fn seals() -> impl Strategy<Value = Seal> {
    let fields = (any::<u32>(), any::<[u8; 32]>(), any::<u32>(), any::<u32>());
    (fields, any::<[[u8; 32]; 2]>()).prop_map(|((version, root, time, nonce), halves)| {
        let signature = halves.concat().try_into().expect("64 bytes");
        Seal { version, root, time, nonce, signature }
    })
}
