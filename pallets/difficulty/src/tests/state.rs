//! Genesis, what nodes read, and the invariants: each is broken on purpose.

use crate::{mock::*, Anchor, BaseBits, GenesisConfig, LastTime, PendingParams};
use posw_primitives::{CompactBits, DifficultyParams};

#[test]
fn genesis_refuses_a_start_that_is_easier_than_the_limit() {
    let genesis = |bits: u32| GenesisConfig::<Test> {
        params: params(),
        starting_bits: Some(CompactBits::try_from(bits).unwrap()),
        ..Default::default()
    };
    assert_eq!(genesis(0x1f00_ffff).check(), Ok(()));
    let error = genesis(0x1f01_0000).check().unwrap_err();
    assert!(error.contains("difficulty.startingBits") && error.contains("0x1f010000"), "{error}");
    assert!(error.contains("0x1f00ffff"), "{error}");
    assert!(serde_json::from_str::<GenesisConfig<Test>>(r#"{ "startingBit": 1 }"#).is_err(), "unknown fields pass");
}

#[test]
fn nodes_read_the_schedule() {
    run(|clock| {
        assert_eq!(Difficulty::schedule().0.parent_time, 0, "before block 1, any target is due");
        clock.mine_many(3, RATE);
        assert_eq!(Difficulty::schedule(), (Anchor::<Test>::get().unwrap(), 0));
        assert_eq!(Difficulty::difficulty(), BaseBits::<Test>::get().work());
    });
}

/// What `check_state` says after `harm` was done to a sound state.
fn broken(harm: impl FnOnce()) -> String {
    let mut error = String::new();
    new_test_ext().execute_with(|| {
        let mut clock = Clock { time: 1_700_000_000_000, number: 0 };
        clock.mine_many(5, RATE);
        harm();
        error = format!("{:?}", Difficulty::check_state().unwrap_err());
    });
    error
}

#[test]
fn each_broken_invariant_is_found() {
    assert!(broken(|| BaseBits::<Test>::put(CompactBits::POW_LIMIT)).contains("base target"));
    let out_of_range = DifficultyParams { block_time: 1, ..params() };
    assert!(broken(|| PendingParams::<Test>::put(out_of_range)).contains("pending parameters"));
    assert!(broken(Anchor::<Test>::kill).contains("without an anchor"));
    let change = |harm: fn(&mut posw_primitives::retarget::Anchor)| {
        move || {
            Anchor::<Test>::mutate(|anchor| harm(anchor.as_mut().unwrap()));
        }
    };
    assert!(broken(change(|anchor| anchor.height = 6)).contains("not a block of the past"));
    assert!(broken(change(|anchor| anchor.parent_time = LastTime::<Test>::get() + 1)).contains("future"));
    assert!(broken(change(|anchor| anchor.bits = CompactBits::POW_LIMIT)).contains("anchor's target"));
}
