//! R6.1 to R6.3, R6.7 and R7.2 while the length of epochs and the activation change all the time: weights, their sum and
//! credits are those of a model that looks at every deposit in every epoch.

#![allow(clippy::cast_possible_truncation)] // Of small random numbers.

use super::random::{storage_layer, Random};
use crate::{mock::*, Index};
use posw_primitives::{
    credit::{credit_cap, index_step},
    stake::deposit_weight,
    Credit, CreditAccount, StakeParams, U256,
};

const STAKERS: usize = 5;

/// A deposit of the model.
struct Held {
    owner: usize,
    id: u32,
    amount: u128,
    /// In the current epoch.
    weight: u128,
    /// What was staked or locked again and waits for its epoch: the epoch and the weight.
    waits: Option<(u32, u128)>,
    lock_end: u32,
    /// Whether a lock ended in this epoch before the deposit was locked again.
    ended: bool,
    unlocked: bool,
}

impl Held {
    /// Its weight in `epoch`, which follows block `last`.
    fn enter(&mut self, epoch: u32, last: u32) {
        if self.ended {
            self.weight = self.weight.min(self.amount);
        }
        if let Some((_, weight)) = self.waits.take_if(|(from, _)| *from == epoch) {
            self.weight = weight;
        }
        if self.lock_end <= last {
            self.weight = self.weight.min(self.amount);
        }
        if self.unlocked {
            self.weight = 0;
        }
        self.ended = false;
    }

    /// The weight that it will have, the end of the present lock apart.
    fn last_weight(&self) -> u128 {
        match self.waits {
            Some((_, weight)) => weight,
            None if self.ended => self.amount,
            None => self.weight,
        }
    }

    fn slash(&mut self, amount: u128) {
        let left = self.amount.saturating_sub(amount);
        let shrink = |weight: u128| weight * left / self.amount;
        self.weight = shrink(self.weight);
        self.waits = self.waits.map(|(epoch, weight)| (epoch, shrink(weight)));
        self.amount = left;
    }
}

/// How often histories came where they must be exact.
#[derive(Debug, Default)]
struct Seen {
    /// Locks that ended two epochs or more before a new deposit counted.
    late_deposits: u32,
    /// The same of deposits that were locked again.
    late_relocks: u32,
    /// Bonuses that ended together with such a lock, at the same block.
    beside_late_ones: u32,
    slashes_of_late_ones: u32,
    unlocks_of_late_ones: u32,
}

struct Model {
    deposits: Vec<Held>,
    credits: [CreditAccount; STAKERS],
    index: U256,
    total: u128,
    /// The epoch, its first block and its parameters, and those of the next one.
    epoch: u32,
    start: u32,
    params: StakeParams,
    next: StakeParams,
    seen: Seen,
}

impl Model {
    fn new(params: StakeParams, others: u128) -> Self {
        Self {
            deposits: Vec::new(),
            credits: Default::default(),
            index: U256::zero(),
            total: others,
            epoch: 0,
            start: 0,
            params,
            next: params,
            seen: Seen::default(),
        }
    }

    fn weight(&self, owner: usize) -> u128 {
        self.deposits.iter().filter(|held| held.owner == owner).map(|held| held.weight).sum()
    }

    fn cap(&self, weight: u128) -> Credit {
        credit_cap(self.params.ration, self.params.horizon, weight, self.total)
    }

    fn settled(&self, owner: usize) -> CreditAccount {
        let (mut credit, weight) = (self.credits[owner], self.weight(owner));
        credit.settle(weight, self.index, self.cap(weight));
        credit
    }

    fn mine(&mut self, owner: usize) {
        if self.weight(owner) >= self.params.min_weight {
            self.credits[owner] = self.settled(owner);
            let _ = self.credits[owner].spend();
        }
    }

    fn held(&mut self, owner: usize, id: u32) -> &mut Held {
        self.deposits.iter_mut().find(|held| (held.owner, held.id) == (owner, id)).unwrap()
    }

    fn activation(&self) -> u32 {
        self.epoch + self.params.activation.max(self.next.activation)
    }

    fn stake(&mut self, owner: usize, id: u32, amount: u128, lock: u32, number: u32) {
        let weight = weight_of(&self.params, amount, lock);
        let waits = Some((self.activation(), weight));
        let lock_end = number + lock;
        self.deposits.push(Held { owner, id, amount, weight: 0, waits, lock_end, ended: false, unlocked: false });
    }

    fn relock(&mut self, owner: usize, id: u32, lock: u32, number: u32) {
        let (activation, params) = (self.activation(), self.params);
        let held = self.held(owner, id);
        held.ended |= held.lock_end < number;
        let weight = weight_of(&params, held.amount, lock);
        if weight != held.last_weight() {
            held.waits = Some((activation, weight));
        }
        held.lock_end = number + lock;
    }

    fn unlock(&mut self, owner: usize, id: u32) {
        let held = self.held(owner, id);
        held.unlocked = true;
        let waits = held.waits.take().is_some();
        self.seen.unlocks_of_late_ones += u32::from(waits);
    }

    fn slash(&mut self, owner: usize, id: u32, amount: u128, number: u32) {
        self.credits[owner] = self.settled(owner);
        let held = self.held(owner, id);
        held.slash(amount);
        let late = held.waits.is_some() && held.lock_end < number;
        self.seen.slashes_of_late_ones += u32::from(late);
        self.deposits.retain(|held| held.amount > 0);
        let cap = self.cap(self.weight(owner));
        self.credits[owner].clamp(cap);
    }

    fn withdraw(&mut self, owner: usize, id: u32) {
        self.deposits.retain(|held| (held.owner, held.id) != (owner, id));
    }

    fn end_block(&mut self, number: u32, others: u128) {
        self.index += index_step(self.params.ration, self.total);
        self.note_ends(number);
        if number == self.start + self.params.epoch_length - 1 {
            self.end_epoch(number, others);
        }
    }

    fn note_ends(&mut self, number: u32) {
        let ending = || self.deposits.iter().filter(|held| held.lock_end == number && !held.unlocked);
        let late = |held: &&Held| held.waits.is_some_and(|(from, _)| from > self.epoch + 1);
        let relocks = ending().filter(late).filter(|held| held.weight > 0).count() as u32;
        let deposits = ending().filter(late).count() as u32 - relocks;
        let on_time = ending().filter(|held| !late(held) && held.last_weight() > held.amount).count() as u32;
        self.seen.late_deposits += deposits;
        self.seen.late_relocks += relocks;
        self.seen.beside_late_ones += if relocks + deposits > 0 { on_time } else { 0 };
    }

    fn end_epoch(&mut self, number: u32, others: u128) {
        let before: Vec<u128> = self.deposits.iter().map(|held| held.weight).collect();
        let settled: Vec<_> = (0..STAKERS).map(|owner| self.settled(owner)).collect();
        self.epoch += 1;
        self.start = number + 1;
        self.params = self.next;
        let epoch = self.epoch;
        self.deposits.iter_mut().for_each(|held| held.enter(epoch, number));
        self.total = others + self.deposits.iter().map(|held| held.weight).sum::<u128>();
        for (owner, settled) in settled.into_iter().enumerate() {
            let of_owner = |(held, before): (&Held, &u128)| held.owner == owner && held.weight != *before;
            if self.deposits.iter().zip(&before).any(of_owner) {
                self.credits[owner] = settled;
                let cap = self.cap(self.weight(owner));
                self.credits[owner].clamp(cap);
            }
        }
    }

    /// One random call, by the chain and, where it accepts it, by the model.
    fn call(&mut self, random: &mut Random, number: u32) {
        let owner = random.below(STAKERS as u64) as usize;
        let who = account(owner as u8 + 1);
        let own: Vec<_> = self.deposits.iter().filter(|held| held.owner == owner).map(|held| held.id).collect();
        let id = own.get(random.below(own.len().max(1) as u64) as usize).copied().unwrap_or_default();
        // Locks of different blocks end together, often.
        let min_lock = self.params.min_lock.max(self.next.min_lock);
        let lock = (number + min_lock + 1 + random.below(40) as u32).next_multiple_of(16) - number;
        match random.below(10) {
            0..=2 => {
                let amount = 1_000 + u128::from(random.below(50_000));
                let id = crate::Accounts::<Test>::get(&who).next_deposit;
                if storage_layer(|| PoswStake::stake(signed(&who), amount, lock)) {
                    self.stake(owner, id, amount, lock, number);
                }
            }
            3 | 4 if storage_layer(|| PoswStake::relock(signed(&who), id, lock)) => {
                self.relock(owner, id, lock, number);
            }
            5 if storage_layer(|| PoswStake::unlock(signed(&who), id)) => self.unlock(owner, id),
            6 if storage_layer(|| PoswStake::withdraw(signed(&NOBODY), who.clone(), id)) => self.withdraw(owner, id),
            7 => {
                let amount = u128::from(random.below(2_000));
                if amount > 0 && storage_layer(|| PoswStake::slash(root(), who.clone(), id, amount)) {
                    self.slash(owner, id, amount, number);
                }
            }
            8 => {
                let activation = 2 + random.below(4) as u32;
                let epoch_length = if random.below(2) == 0 { 8 } else { 8 + random.below(60) as u32 };
                let min_lock = (activation + 1) * epoch_length;
                let new = StakeParams { activation, epoch_length, min_lock, max_lock: min_lock + 100, ..params() };
                if storage_layer(|| PoswStake::set_params(root(), new).map_err(Into::into)) {
                    self.next = new;
                }
            }
            _ => {}
        }
    }

    fn compare(&self, at: &str) {
        assert_eq!(PoswStake::total_weight(), self.total, "{at}");
        assert_eq!(Index::<Test>::get(), self.index, "{at}");
        for owner in 0..STAKERS {
            let state = PoswStake::account_state(&account(owner as u8 + 1));
            let expected = (self.weight(owner), self.settled(owner).credit);
            assert_eq!((state.weight, state.credit), expected, "{at}, account {owner}");
            let weights = state.deposits.iter().map(|deposit| (deposit.id, deposit.weight));
            let own = self.deposits.iter().filter(|held| held.owner == owner).map(|held| (held.id, held.weight));
            assert!(weights.eq(own), "{at}, account {owner}");
        }
    }
}

fn weight_of(params: &StakeParams, amount: u128, lock: u32) -> u128 {
    deposit_weight(amount, lock, params.min_lock, params.max_lock, params.lock_bonus)
}

#[test]
fn weights_and_credits_are_those_of_each_deposit() {
    const OTHERS: u128 = 5_000;
    let mut all = Seen::default();
    for seed in 200..216 {
        let mut random = Random::new(seed);
        Chain::new().staked(9, OTHERS, 30).run(|| {
            let mut model = Model::new(params(), OTHERS);
            for number in 1..=600 {
                let miner = random.below(STAKERS as u64) as usize;
                model.mine(miner);
                block_with(&account(miner as u8 + 1), || {
                    (0..random.below(3)).for_each(|_| model.call(&mut random, number));
                });
                model.end_block(number, OTHERS);
                model.compare(&format!("seed {seed}, block {number}"));
            }
            let seen = model.seen;
            all.late_deposits += seen.late_deposits;
            all.late_relocks += seen.late_relocks;
            all.beside_late_ones += seen.beside_late_ones;
            all.slashes_of_late_ones += seen.slashes_of_late_ones;
            all.unlocks_of_late_ones += seen.unlocks_of_late_ones;
        });
    }
    let counts =
        [all.late_deposits, all.late_relocks, all.beside_late_ones, all.slashes_of_late_ones, all.unlocks_of_late_ones];
    assert!(counts.iter().all(|count| *count >= 5), "{all:?}");
}
