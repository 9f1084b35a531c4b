//! Long random histories: all invariants hold after every block, weights are those of a model that looks at every deposit in
//! every epoch, and credits those of a model that settles every account where its weight changes and where it mines.

#![allow(clippy::cast_possible_truncation)] // Of small random numbers.

use crate::{mock::*, Index};
use frame_support::{dispatch::DispatchErrorWithPostInfo, storage::with_storage_layer};
use posw_primitives::{credit::credit_cap, stake::deposit_weight, Credit, CreditAccount, StakeParams};

/// A small generator: the histories are the same on every run.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn invariants_hold_whatever_is_called() {
    for seed in 0..12 {
        let mut random = Random::new(seed);
        Chain::new().staked(1, 3_000, 80).staked(2, 2_000, 130).staked(3, 1_000, 30).run(|| {
            for _ in 0..300 {
                let miner = account(random.below(5) as u8 + 1);
                block_with(&miner, || {
                    for _ in 0..random.below(3) {
                        any_call(&mut random);
                    }
                });
            }
        });
    }
}

/// A call that may well be refused.
fn any_call(random: &mut Random) {
    let who = account(random.below(5) as u8 + 1);
    let deposits = PoswStake::account_state(&who).deposits;
    let pick = random.below(deposits.len().max(1) as u64) as usize;
    let deposit = deposits.get(pick).map_or(0, |deposit| deposit.id);
    let lock = PoswStake::parameters().min_lock + random.below(60) as u32;
    let call = || match random.below(9) {
        0 | 1 => PoswStake::stake(signed(&who), 100 + u128::from(random.below(3_000)), lock).map(|_| ()),
        2 | 3 => PoswStake::relock(signed(&who), deposit, lock).map(|_| ()),
        4 | 5 => PoswStake::unlock(signed(&who), deposit).map(|_| ()),
        6 => PoswStake::withdraw(signed(&who), who.clone(), deposit).map(|_| ()),
        7 => PoswStake::slash(root(), who.clone(), deposit, u128::from(random.below(2_000))).map(|_| ()),
        _ => {
            let epoch_length = 8 + random.below(40) as u32;
            let min_lock = epoch_length * 3;
            let new = StakeParams { epoch_length, min_lock, max_lock: min_lock + 100, ..params() };
            PoswStake::set_params(root(), new).map_err(Into::into)
        }
    };
    storage_layer(call);
}

/// Dispatched with transactional storage, as calls are; whether it was accepted.
pub(super) fn storage_layer<R>(call: impl FnOnce() -> Result<R, DispatchErrorWithPostInfo>) -> bool {
    with_storage_layer(call).is_ok()
}

/// The weight of one deposit in every epoch, written down when it is made.
fn weight_in(epoch: u32, made_in: u32, lock_end: u32, amount: u128, weight: u128) -> u128 {
    let ended = lock_end / params().epoch_length < epoch;
    match (epoch >= made_in + params().activation, ended) {
        (false, _) => 0,
        (true, false) => weight,
        (true, true) => amount,
    }
}

/// An account of the model.
#[derive(Default)]
struct Model {
    weight: u128,
    credit: CreditAccount,
}

fn cap(weight: u128, total: u128) -> Credit {
    credit_cap(params().ration, params().horizon, weight, total)
}

#[test]
fn weights_and_credits_are_those_of_a_model() {
    for seed in 100..106 {
        let mut random = Random::new(seed);
        Chain::new().staked(9, 5_000, 30).run(|| {
            let mut deposits: Vec<(usize, u32, u32, u128, u128)> = Vec::new();
            let mut models: [Model; 5] = Default::default();
            let (mut total, mut index) = (5_000, Index::<Test>::get());
            for number in 1..=250u32 {
                let (epoch, miner) = (number / 10, random.below(5) as usize);
                if models[miner].weight > 0 {
                    let Model { weight, credit } = &mut models[miner];
                    credit.settle(*weight, index, cap(*weight, total));
                    let _ = credit.spend();
                }
                block_with(&account(miner as u8 + 1), || {
                    let who = random.below(5) as usize;
                    let (amount, lock) = (100 + u128::from(random.below(9_000)), 30 + random.below(100) as u32);
                    let who_id = account(who as u8 + 1);
                    if random.below(3) == 0 && storage_layer(|| PoswStake::stake(signed(&who_id), amount, lock)) {
                        let weight = deposit_weight(amount, lock, 30, 130, params().lock_bonus);
                        deposits.push((who, epoch, number + lock, amount, weight));
                    }
                });
                index = Index::<Test>::get();
                if number % 10 == 9 {
                    let mut next = [0; 5];
                    for (who, made_in, lock_end, amount, weight) in &deposits {
                        next[*who] += weight_in(epoch + 1, *made_in, *lock_end, *amount, *weight);
                    }
                    let next_total = 5_000 + next.iter().sum::<u128>();
                    for (model, weight) in models.iter_mut().zip(next).filter(|(model, weight)| model.weight != *weight)
                    {
                        model.credit.settle(model.weight, index, cap(model.weight, total));
                        model.credit.clamp(cap(weight, next_total));
                        model.weight = weight;
                    }
                    total = next_total;
                }
                assert_eq!(PoswStake::total_weight(), total, "seed {seed}, block {number}");
                for (position, model) in models.iter().enumerate() {
                    let mut credit = model.credit;
                    credit.settle(model.weight, index, cap(model.weight, total));
                    let state = PoswStake::account_state(&account(position as u8 + 1));
                    let expected = (model.weight, credit.credit);
                    assert_eq!((state.weight, state.credit), expected, "seed {seed}, block {number}, {position}");
                }
            }
            assert!(deposits.len() >= 15, "{}", deposits.len());
        });
    }
}
