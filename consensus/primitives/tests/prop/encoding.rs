//! What goes into a header has exactly one encoding; what comes from genesis JSON is checked like everything else.

use super::{bits, claims, factors, seals};
use codec::{Decode, Encode};
use posw_primitives::{
    seal::{CLAIMS_LEN, SEAL_LEN},
    Claims, CompactBits, Curve, DigestError, Factor, RewardParams, Seal,
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn claims_round_trip(claims in claims()) {
        let bytes = claims.to_bytes();
        prop_assert_eq!(Claims::from_bytes(&bytes), Ok(claims));
        prop_assert_eq!(claims.encode(), bytes.to_vec());
        prop_assert_eq!(Claims::decode(&mut &bytes[..]), Ok(claims));
    }

    #[test]
    fn seals_round_trip(seal in seals()) {
        prop_assert_eq!(Seal::from_bytes(&seal.to_bytes()), Ok(seal));
    }

    /// Whatever decodes encodes to the same bytes, so no two payloads mean the same.
    #[test]
    fn one_encoding_of_claims(mut bytes in claims().prop_map(|claims| claims.to_bytes()), at in 0..CLAIMS_LEN, to: u8) {
        bytes[at] = to;
        if let Ok(claims) = Claims::from_bytes(&bytes) {
            prop_assert_eq!(claims.to_bytes(), bytes);
        } else {
            prop_assert!(at >= 64 && Claims::decode(&mut &bytes[..]).is_err());
        }
    }

    #[test]
    fn one_encoding_of_seals(halves: ([[u8; 32]; 3], [u8; 12])) {
        let bytes: [u8; SEAL_LEN] = [&halves.0.concat()[..], &halves.1].concat().try_into().expect("108 bytes");
        prop_assert_eq!(Seal::from_bytes(&bytes).map(|seal| seal.to_bytes()), Ok(bytes));
    }

    /// Any other length is refused as such, even where the content is malformed too.
    #[test]
    fn other_lengths_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), claims in claims(), seal in seals()) {
        let found = bytes.len();
        if found != CLAIMS_LEN {
            prop_assert_eq!(Claims::from_bytes(&bytes), Err(DigestError::ClaimsLength { found }));
        }
        if found != SEAL_LEN {
            prop_assert_eq!(Seal::from_bytes(&bytes), Err(DigestError::SealLength { found }));
        }
        for cut in 0..CLAIMS_LEN {
            prop_assert_eq!(Claims::from_bytes(&claims.to_bytes()[..cut]), Err(DigestError::ClaimsLength { found: cut }));
        }
        for cut in 0..SEAL_LEN {
            prop_assert_eq!(Seal::from_bytes(&seal.to_bytes()[..cut]), Err(DigestError::SealLength { found: cut }));
        }
        if !bytes.is_empty() {
            let long = [&claims.to_bytes()[..], &bytes].concat();
            prop_assert_eq!(Claims::from_bytes(&long), Err(DigestError::ClaimsLength { found: long.len() }));
            let long = [&seal.to_bytes()[..], &bytes].concat();
            prop_assert_eq!(Seal::from_bytes(&long), Err(DigestError::SealLength { found: long.len() }));
        }
    }

    /// Factors and bits cannot be built out of range: not from numbers, SCALE or JSON.
    #[test]
    fn checked_wherever_they_come_from(raw in prop_oneof![any::<u64>(), 0u64..20_000_000_000_000], low: u32) {
        let factor = Factor::try_from(raw).ok();
        prop_assert_eq!(factor.is_some(), (1_000_000_000..=10_000_000_000_000).contains(&raw));
        prop_assert_eq!(Factor::decode(&mut &raw.encode()[..]).ok(), factor);
        prop_assert_eq!(serde_json::from_str::<Factor>(&raw.to_string()).ok(), factor);
        let bits = CompactBits::try_from(low).ok();
        prop_assert_eq!(CompactBits::decode(&mut &low.encode()[..]).ok(), bits);
        prop_assert_eq!(serde_json::from_str::<CompactBits>(&low.to_string()).ok(), bits);
    }

    #[test]
    fn scale_and_json_round_trip(bits in bits(), factor in factors()) {
        prop_assert_eq!(CompactBits::decode(&mut &bits.encode()[..]), Ok(bits));
        prop_assert_eq!(Factor::decode(&mut &factor.encode()[..]), Ok(factor));
        let json = serde_json::to_string(&(bits, factor)).expect("plain numbers");
        prop_assert_eq!(serde_json::from_str::<(CompactBits, Factor)>(&json).expect("what was written"), (bits, factor));
    }
}

/// The names under which chain specs know the curves.
#[test]
fn curves_in_json() {
    let forms = [
        (r#""flat""#, Curve::Flat),
        (r#"{"constant":{"boost":20000000000}}"#, Curve::Constant { boost: Factor::clamped(20_000_000_000) }),
        (r#"{"linear":{"unit":1000000000000000000000,"slope":5}}"#, Curve::Linear { unit: 10u128.pow(21), slope: 5 }),
        (r#"{"sqrt":{"unit":7}}"#, Curve::Sqrt { unit: 7 }),
        (r#"{"log2":{"unit":7}}"#, Curve::Log2 { unit: 7 }),
        (r#"{"power":{"unit":1000,"cap":50,"exponent":2}}"#, Curve::Power { unit: 1_000, cap: 50, exponent: 2 }),
    ];
    for (json, curve) in forms {
        assert_eq!(serde_json::to_string(&curve).expect("plain numbers"), json);
        assert_eq!(serde_json::from_str::<Curve>(json).expect(json), curve);
        assert_eq!(Curve::decode(&mut &curve.encode()[..]), Ok(curve));
    }
}

#[test]
fn unknown_and_missing_parameters_are_refused() {
    let good = r#"{"initial":1,"decay":1,"period":1,"tail":1,"treasuryShare":1,"treasuryFeeShare":1,"maturity":1}"#;
    assert!(serde_json::from_str::<RewardParams>(good).is_ok());
    for (bad, says) in [
        (good.replace("\"tail\"", "\"tial\""), "unknown field `tial`"),
        (good.replace("\"tail\":1,", ""), "missing field `tail`"),
        (good.replace("\"decay\":1", "\"decay\":-1"), "expected u32"),
    ] {
        let error = serde_json::from_str::<RewardParams>(&bad).expect_err("malformed").to_string();
        assert!(error.contains(says), "{error}");
    }
}
