//! One connection without a network: every method, in every order, and every error.

mod common;

use common::{bits, hard, job, json, line, range, target_of, Miner, Work, EASY};
use core::time::Duration;
use posw_primitives::WorkHeader;
use posw_stratum::{
    issued::{MAX_JOBS, MAX_SHARES, MAX_SHARES_WITH_BLOCKS},
    session::{Event, Kept, Moment, Reaction, Session, MAX_USERS, RENOTIFY},
    user::{Access, Password, User},
    wire::{Refusal, VERSION_MASK},
    Difficulty, DifficultyRange,
};
use serde_json::{json, Value};
use std::{collections::HashSet, sync::Arc};

fn at(seconds: u64) -> Moment {
    Moment { monotonic: Duration::from_secs(seconds), unix: 1_700_000_000 + u32::try_from(seconds).unwrap() }
}

fn session(access: Access, range: DifficultyRange) -> Session {
    Session::new(Arc::new(access), range, [1, 2, 3, 4], at(0))
}

fn ask(session: &mut Session, method: &str, params: Value, now: Moment) -> (Vec<Value>, Option<Event>) {
    let Reaction { lines, event } = session.receive(line(method, params).as_bytes(), now);
    (lines.iter().map(|line| json(line)).collect(), event)
}

/// The error that a line is answered with.
fn code(session: &mut Session, line: &str, now: Moment) -> u64 {
    let reaction = session.receive(line.as_bytes(), now);
    let answer = json(&reaction.lines[0]);
    assert_eq!(answer["result"], Value::Null, "{answer}");
    assert!(matches!(reaction.event, Some(Event::Refused { .. } | Event::Fault(_))));
    answer["error"][0].as_u64().unwrap()
}

/// The event of a share that must be accepted.
fn accepted(session: &mut Session, line: &str, now: Moment) -> Event {
    let reaction = session.receive(line.as_bytes(), now);
    assert_eq!(json(&reaction.lines[0])["result"], true, "{line} {:?}", reaction.lines);
    reaction.event.unwrap()
}

/// A session with a user and a job; the difficulty is [`EASY`].
fn ready(bits: posw_primitives::CompactBits) -> (Session, Miner, Work) {
    let mut session = session(Access::Open, range());
    assert!(session.set_job(Some(job(1, 1, bits)), at(0)).is_empty());
    let (lines, _) = ask(&mut session, "mining.subscribe", json!(["test"]), at(0));
    let miner = Miner::new("rig", &lines[0]["result"]);
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig", "x"]), at(0));
    assert_eq!(lines[0]["result"], true);
    assert_eq!(target_of(&lines[1]), EASY.target());
    let work = Work::new(&lines[2]);
    (session, miner, work)
}

/// The work in the lines that a job leads to.
fn work_of(lines: &[String]) -> Work {
    Work::new(&json(lines.last().unwrap()))
}

#[test]
fn clients_may_begin_in_any_order() {
    let steps = [
        ("mining.configure", json!([["version-rolling"], {}])),
        ("mining.subscribe", json!([])),
        ("mining.authorize", json!(["rig"])),
        ("mining.extranonce.subscribe", json!([])),
        ("mining.suggest_difficulty", json!([0.5])),
    ];
    for first in 0..steps.len() {
        for stride in [1, 2, 3, 4] {
            for job_first in [true, false] {
                let mut session = session(Access::Open, range());
                let mut sent = Vec::new();
                if job_first {
                    session.set_job(Some(job(1, 1, hard())), at(0));
                }
                for step in 0..steps.len() {
                    let (method, params) = &steps[(first + step * stride) % steps.len()];
                    let (mut lines, event) = ask(&mut session, method, params.clone(), at(0));
                    assert!(lines.remove(0)["error"].is_null(), "{method}");
                    assert_eq!(event, None);
                    assert!(lines.is_empty() || session.is_ready());
                    sent.extend(lines);
                }
                if !job_first {
                    sent.extend(session.set_job(Some(job(1, 1, hard())), at(0)).iter().map(|line| json(line)));
                }
                assert!(session.is_ready());
                let last = sent.iter().rfind(|line| line["method"] == "mining.set_difficulty").unwrap();
                assert_eq!(last["params"], json!([0.5]));
                assert_eq!(sent[0]["method"], "mining.set_difficulty");
                assert!(Work::new(&sent[1]).clean);
                assert_eq!(sent.last().unwrap()["method"], "mining.notify");
            }
        }
    }
}

#[test]
fn shares_need_a_subscription_and_a_user() {
    let (_, miner, work) = ready(hard());
    let share = miner.solve(&work, 0, EASY.target());
    let mut session = session(Access::Open, range());
    session.set_job(Some(job(1, 1, hard())), at(0));
    assert_eq!(code(&mut session, &share, at(0)), 25);
    ask(&mut session, "mining.authorize", json!(["other"]), at(0));
    assert_eq!(code(&mut session, &share, at(0)), 25);
    ask(&mut session, "mining.subscribe", json!([]), at(0));
    assert_eq!(code(&mut session, &share, at(0)), 24);
    ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    let event = accepted(&mut session, &share, at(0));
    assert!(matches!(event, Event::Accepted { user, .. } if user.as_str() == "rig"));
}

#[test]
fn shares_are_judged() {
    let (mut session, miner, work) = ready(hard());
    let share = miner.solve(&work, 7, EASY.target());
    let event = accepted(&mut session, &share, at(1));
    let user = User::new("rig").unwrap();
    assert_eq!(event, Event::Accepted { user: user.clone(), height: 101, hashes: EASY.hashes(), solution: None });
    assert_eq!(code(&mut session, &share, at(1)), 22);

    let worse = work.nonces(&miner, 8, 0, EASY.loosest_target(), false).next().unwrap();
    assert_eq!(code(&mut session, &miner.share(&work, 8, worse), at(1)), 23);
    let mut other = work.clone();
    other.job = "ff".into();
    assert_eq!(code(&mut session, &miner.share(&other, 7, 0), at(1)), 21);
    assert_eq!(code(&mut session, &line("mining.submit", json!(["rig", "1", "00", "0", "0"])), at(1)), 20);
    assert_eq!(code(&mut session, &line("mining.nothing", json!([])), at(1)), 20);
    assert_eq!(code(&mut session, "{", at(1)), 20);

    // A share of the parent before is stale, which is no fault.
    let lines = session.set_job(Some(job(2, 2, hard())), at(2));
    assert!(work_of(&lines).clean);
    let late = session.receive(miner.solve(&work, 9, EASY.target()).as_bytes(), at(2));
    assert_eq!(json(&late.lines[0])["error"][0], 21);
    let event = late.event.unwrap();
    assert_eq!(event, Event::Refused { user: user.clone(), refusal: Refusal::Stale });
    assert!(!event.is_fault() && Event::Refused { user, refusal: Refusal::UnknownJob }.is_fault());
}

#[test]
fn shares_within_the_looser_target_count() {
    // So easy that there are hashes between the targets.
    let difficulty = Difficulty::MIN;
    let (strict, loose) = (difficulty.target(), difficulty.loosest_target());
    let mut session = session(Access::Open, DifficultyRange { start: difficulty, ..range() });
    session.set_job(Some(job(1, 1, hard())), at(0));
    let (lines, _) = ask(&mut session, "mining.subscribe", json!([]), at(0));
    let miner = Miner::new("rig", &lines[0]["result"]);
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    let work = Work::new(&lines[2]);
    let above: HashSet<_> = work.nonces(&miner, 0, 0, strict, false).take(3_000_000).collect();
    let between = work.nonces(&miner, 0, 0, loose, true).find(|nonce| above.contains(nonce)).unwrap();
    accepted(&mut session, &miner.share(&work, 0, between), at(0));
}

#[test]
fn a_share_that_is_a_block_goes_to_the_node() {
    let easy_block = EASY.times(4);
    let (mut session, miner, work) = ready(bits(easy_block));
    let event = accepted(&mut session, &miner.solve(&work, 5, easy_block.target()), at(0));
    let Event::Accepted { solution: Some(solution), .. } = event else { panic!("no solution: {event:?}") };
    let job = job(1, 1, bits(easy_block));
    assert_eq!(solution.job, 1);
    assert!(solution.header.meets_target());
    let WorkHeader { commitment, bits, time, .. } = solution.header;
    assert_eq!((commitment, bits, time), (job.commitment, job.bits, work.time));
}

/// The line of a share that is no block.
fn mere_share(miner: &Miner, work: &Work, extranonce2: u64, block: posw_primitives::CompactBits) -> String {
    let blocks: HashSet<_> = work.nonces(miner, extranonce2, 0, block.target(), true).take(3).collect();
    let nonce = work.nonces(miner, extranonce2, 0, EASY.target(), true).find(|nonce| !blocks.contains(nonce));
    miner.share(work, extranonce2, nonce.unwrap())
}

#[test]
fn of_a_void_job_only_a_block_counts() {
    let block = bits(EASY.times(4));
    let (mut session, miner, work) = ready(block);
    let early = miner.solve(&work, 0, block.target());
    accepted(&mut session, &early, at(1));
    let early_share = mere_share(&miner, &work, 1, block);
    accepted(&mut session, &early_share, at(1));

    assert!(work_of(&session.set_job(Some(job(2, 2, hard())), at(2))).clean);
    let late = miner.solve(&work, 2, block.target());
    let event = accepted(&mut session, &late, at(2));
    let Event::Accepted { height, hashes, solution: Some(solution), .. } = event else { panic!("{event:?}") };
    assert_eq!((height, hashes, solution.job), (101, EASY.hashes(), 1));
    assert!(solution.header.meets_target() && solution.header.commitment == job(1, 1, block).commitment);
    for twice in [&early, &late] {
        assert_eq!(code(&mut session, twice, at(2)), 22);
    }
    let worse = work.nonces(&miner, 3, 0, EASY.loosest_target(), false).next().unwrap();
    for share in [early_share, mere_share(&miner, &work, 3, block), miner.share(&work, 3, worse)] {
        assert_eq!(code(&mut session, &share, at(2)), 21);
    }
    // The job of today is judged as ever.
    session.set_job(Some(job(3, 2, hard())), at(3));
    accepted(&mut session, &miner.solve(&work, 4, block.target()), at(3));
    // With the parent after the next, the job is forgotten.
    session.set_job(Some(job(4, 3, hard())), at(4));
    assert_eq!(code(&mut session, &miner.solve(&work, 5, block.target()), at(4)), 21);
    assert_eq!(code(&mut session, &late, at(4)), 21);
}

#[test]
fn jobs_stay_void_while_the_node_has_none() {
    let block = bits(EASY.times(4));
    let (mut session, miner, work) = ready(block);
    for (extranonce2, next) in [(0, None), (1, None), (2, Some(job(2, 2, hard())))] {
        session.set_job(next, at(1));
        let event = accepted(&mut session, &miner.solve(&work, extranonce2, block.target()), at(1));
        assert!(matches!(event, Event::Accepted { height: 101, solution: Some(_), .. }), "{event:?}");
        assert_eq!(code(&mut session, &mere_share(&miner, &work, extranonce2, block), at(1)), 21);
    }
    session.set_job(None, at(2));
    assert_eq!(code(&mut session, &miner.solve(&work, 3, block.target()), at(2)), 21);
}

#[test]
fn void_jobs_take_nothing_from_current_ones() {
    let mut session = session(Access::Open, DifficultyRange { maximum: Difficulty::MIN, ..range() });
    session.set_job(Some(job(1, 1, hard())), at(0));
    let (lines, _) = ask(&mut session, "mining.subscribe", json!([]), at(0));
    let miner = Miner::new("rig", &lines[0]["result"]);
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    let mut work = Work::new(&lines[2]);
    for parent in 2..4 {
        for nonce in work.nonces(&miner, 0, 0, Difficulty::MIN.target(), true).take(MAX_SHARES) {
            accepted(&mut session, &miner.share(&work, 0, nonce), at(0));
        }
        work = work_of(&session.set_job(Some(job(parent.into(), parent, hard())), at(0)));
    }
}

#[test]
fn no_share_is_harder_than_the_block_where_it_is_read_as_a_whole_number() {
    let start = Difficulty::ONE.times(1_000);
    let mut session = session(Access::Open, DifficultyRange { start, ..range() });
    session.set_job(Some(job(1, 1, bits(Difficulty::from_billionths(1_900_000_000)))), at(0));
    ask(&mut session, "mining.subscribe", json!([]), at(0));
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    assert_eq!(lines[1]["params"], json!([1]));
}

#[test]
fn no_share_is_harder_than_the_block() {
    let easy_block = EASY.divided_by(10);
    let mut session = session(Access::Open, range());
    session.set_job(Some(job(1, 1, bits(easy_block))), at(0));
    ask(&mut session, "mining.subscribe", json!([]), at(0));
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    assert!(target_of(&lines[1]) >= bits(easy_block).target());
    // The next block is hard again.
    let lines = session.set_job(Some(job(2, 2, hard())), at(1));
    assert_eq!(target_of(&json(&lines[0])), EASY.target());
}

#[test]
fn no_share_is_easier_than_the_minimum() {
    let minimum = EASY.times(2);
    let mut session = session(Access::Open, DifficultyRange { minimum, ..range() });
    session.set_job(Some(job(1, 1, hard())), at(0));
    ask(&mut session, "mining.subscribe", json!([]), at(0));
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    assert_eq!(target_of(&lines[1]), minimum.target(), "the start is below it");
    let easiest = json!([["minimum-difficulty"], { "minimum-difficulty.value": 1e-9 }]);
    for (method, params) in [("mining.suggest_difficulty", json!([1e-9])), ("mining.configure", easiest)] {
        let (lines, _) = ask(&mut session, method, params, at(1));
        assert_eq!(lines.len(), 1, "{method} changes the difficulty: {lines:?}");
    }
    for seconds in 1..100 {
        let lines = session.tick(at(seconds * 100));
        assert!(lines.iter().all(|line| json(line)["method"] == "mining.notify"), "{lines:?}");
    }
    // But for a block, which must not be lost.
    let lines = session.set_job(Some(job(2, 2, bits(EASY))), at(10_000));
    assert!(target_of(&json(&lines[0])) >= bits(EASY).target());
}

#[test]
fn late_shares_of_the_same_parent_count() {
    let (mut session, miner, first) = ready(hard());
    for id in 2..=u64::try_from(MAX_JOBS).unwrap() {
        assert!(!work_of(&session.set_job(Some(job(id, 1, hard())), at(id))).clean);
    }
    accepted(&mut session, &miner.solve(&first, 0, EASY.target()), at(40));
    session.set_job(Some(job(1_000, 1, hard())), at(41));
    assert_eq!(code(&mut session, &miner.solve(&first, 1, EASY.target()), at(41)), 21);
}

#[test]
fn version_bits_may_be_rolled_unasked() {
    let (mut session, miner, work) = ready(hard());
    for (extranonce2, version_bits) in [(0, 0x0000_2000), (1, 0x1000_0000), (2, VERSION_MASK)] {
        let nonce = work.nonces(&miner, extranonce2, version_bits, EASY.target(), true).next().unwrap();
        // Bits outside the mask are the server's.
        for extra in [0xe000_1fff, 0] {
            let mut share = json(&miner.share(&work, extranonce2, nonce));
            share["params"].as_array_mut().unwrap().push(format!("{:08x}", version_bits | extra).into());
            if extra == 0 {
                assert_eq!(code(&mut session, &share.to_string(), at(0)), 22);
            } else {
                accepted(&mut session, &share.to_string(), at(0));
            }
        }
    }
}

#[test]
fn extensions_are_answered_one_by_one() {
    let mut session = session(Access::Open, range());
    let names = json!(["version-rolling", "minimum-difficulty", "subscribe-extranonce", "info"]);
    let options = json!({ "version-rolling.mask": "00ffffff", "minimum-difficulty.value": 16 });
    let (lines, _) = ask(&mut session, "mining.configure", json!([names, options]), at(0));
    let expected = json!({
        "version-rolling": true,
        "version-rolling.mask": "00ffe000",
        "minimum-difficulty": true,
        "subscribe-extranonce": true,
        "info": false,
    });
    assert_eq!(lines[0]["result"], expected);
    let (lines, _) = ask(&mut session, "mining.configure", json!([["version-rolling"], {}]), at(0));
    assert_eq!(lines[0]["result"]["version-rolling.mask"], "1fffe000");

    session.set_job(Some(job(1, 1, hard())), at(0));
    ask(&mut session, "mining.subscribe", json!([]), at(0));
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    assert_eq!(lines[1]["params"], json!([16]));
    let (lines, _) = ask(&mut session, "mining.suggest_difficulty", json!([1]), at(0));
    assert_eq!(lines.len(), 1, "the minimum holds: {lines:?}");
}

#[test]
fn a_new_difficulty_comes_with_a_job_and_leaves_the_old_one_alone() {
    let (mut session, miner, first) = ready(hard());
    let harder = EASY.times(8);
    let (lines, _) = ask(&mut session, "mining.suggest_difficulty", json!([0.000008]), at(1));
    assert_eq!((lines.len(), target_of(&lines[1])), (3, harder.target()));
    let second = Work::new(&lines[2]);
    assert!(!second.clean && second.job != first.job);

    let easy_only = |work: &Work| {
        let hard: HashSet<_> = work.nonces(&miner, 0, 0, harder.loosest_target(), true).take(3).collect();
        let easy = work.nonces(&miner, 0, 0, EASY.target(), true).find(|nonce| !hard.contains(nonce)).unwrap();
        miner.share(work, 0, easy)
    };
    accepted(&mut session, &easy_only(&first), at(1));
    assert_eq!(code(&mut session, &easy_only(&second), at(1)), 23);
    let event = accepted(&mut session, &miner.solve(&second, 1, harder.target()), at(1));
    assert!(matches!(event, Event::Accepted { hashes, .. } if hashes == harder.hashes()));
}

#[test]
fn a_fast_client_gets_harder_shares_at_once_and_a_silent_one_easier_ones() {
    let (mut session, miner, mut work) = ready(hard());
    let mut target = EASY.target();
    for extranonce2 in 0..40 {
        let reaction = session.receive(miner.solve(&work, extranonce2, target).as_bytes(), at(1));
        if let [_, difficulty, notification] = &reaction.lines[..] {
            target = target_of(&json(difficulty));
            work = Work::new(&json(notification));
        }
    }
    assert!(target <= EASY.times(64).target(), "{target:?}");
    let lines = session.tick(at(1_000));
    assert!(target_of(&json(&lines[0])) > target);
}

#[test]
fn a_job_is_sent_again_before_the_client_gives_up() {
    let (mut session, _, first) = ready(hard());
    let quiet = RENOTIFY.as_secs();
    assert!(session.tick(at(quiet - 1)).is_empty());
    let lines = session.tick(at(quiet));
    assert_eq!(lines.len(), 1);
    let second = work_of(&lines);
    assert_eq!((second.clean, second.time), (false, at(quiet).unix));
    let number = |work: &Work| u64::from_str_radix(&work.job, 16).unwrap();
    assert!(number(&second) > number(&first));
    assert!(session.tick(at(quiet * 2 - 1)).is_empty());
}

#[test]
fn without_a_job_nothing_is_sent_and_shares_are_stale() {
    let (mut session, miner, work) = ready(hard());
    assert!(session.set_job(None, at(1)).is_empty());
    assert!(session.tick(at(500)).is_empty());
    assert_eq!(code(&mut session, &miner.solve(&work, 0, EASY.target()), at(500)), 21);
    let lines = session.set_job(Some(job(2, 1, hard())), at(1_000));
    assert_eq!(lines.len(), 1, "the time without a job tells nothing of the client's speed");
    assert!(work_of(&lines).clean);
}

#[test]
fn passwords_are_asked_for_where_there_are_any() {
    let access = Access::Passwords(HashSet::from([Password::new("secret")]));
    let mut session = session(access, range());
    for params in [json!(["rig"]), json!(["rig", "Secret"]), json!(["rig", ""])] {
        assert_eq!(code(&mut session, &line("mining.authorize", params), at(0)), 24);
    }
    ask(&mut session, "mining.subscribe", json!([]), at(0));
    assert!(!session.is_ready());
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig", "secret"]), at(0));
    assert_eq!(lines[0]["result"], true);
}

#[test]
fn what_one_connection_takes_is_bounded() {
    let mut session = session(Access::Open, DifficultyRange { maximum: Difficulty::MIN, ..range() });
    for index in 0..MAX_USERS {
        let (lines, _) = ask(&mut session, "mining.authorize", json!([format!("rig{index}")]), at(0));
        assert_eq!(lines[0]["result"], true);
    }
    assert_eq!(code(&mut session, &line("mining.authorize", json!(["more"])), at(0)), 20);
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig0"]), at(0));
    assert_eq!(lines[0]["result"], true);

    let (lines, _) = ask(&mut session, "mining.subscribe", json!([]), at(0));
    let miner = Miner::new("rig0", &lines[0]["result"]);
    let block = bits(Difficulty::MIN.times(10_000));
    let work = work_of(&session.set_job(Some(job(1, 1, block)), at(0)));
    let shares: Vec<_> = work.nonces(&miner, 0, 0, Difficulty::MIN.target(), true).take(MAX_SHARES + 1).collect();
    let (last, fitting) = shares.split_last().unwrap();
    for nonce in fitting {
        accepted(&mut session, &miner.share(&work, 0, *nonce), at(0));
    }
    assert_eq!(code(&mut session, &miner.share(&work, 0, *last), at(0)), 20);
    assert_eq!(code(&mut session, &miner.share(&work, 0, fitting[0]), at(0)), 22);
    // A block always has room, and is counted once.
    let solution = miner.solve(&work, 1, block.target());
    assert!(matches!(accepted(&mut session, &solution, at(0)), Event::Accepted { solution: Some(_), .. }));
    assert_eq!(code(&mut session, &solution, at(0)), 22);
    // With the next job there is room again, at the price of the former one.
    let next = work_of(&session.set_job(Some(job(2, 1, hard())), at(1)));
    accepted(&mut session, &miner.solve(&next, 0, Difficulty::MIN.target()), at(1));
    assert_eq!(code(&mut session, &miner.share(&work, 0, *last), at(1)), 21);
}

#[test]
fn blocks_that_the_node_does_not_take_fill_no_memory() {
    let block = bits(Difficulty::MIN);
    let mut session = session(Access::Open, range());
    session.set_job(Some(job(1, 1, block)), at(0));
    let (lines, _) = ask(&mut session, "mining.subscribe", json!([]), at(0));
    let miner = Miner::new("rig", &lines[0]["result"]);
    let (lines, _) = ask(&mut session, "mining.authorize", json!(["rig"]), at(0));
    let mut work = Work::new(&lines[2]);
    for parent in 1..3 {
        let mut nonces = work.nonces(&miner, 0, 0, block.target(), true);
        for nonce in nonces.by_ref().take(MAX_SHARES_WITH_BLOCKS) {
            let event = accepted(&mut session, &miner.share(&work, 0, nonce), at(0));
            assert!(matches!(event, Event::Accepted { solution: Some(_), .. }));
        }
        let further = miner.share(&work, 0, nonces.next().unwrap());
        assert_eq!(code(&mut session, &further, at(0)), 20);
        work = work_of(&session.set_job(Some(job(parent.into(), parent + 1, block)), at(0)));
        assert_eq!(code(&mut session, &further, at(0)), 20, "nor are there more when the job is void");
    }
    for nonce in work.nonces(&miner, 0, 0, block.target(), true).take(MAX_SHARES_WITH_BLOCKS) {
        accepted(&mut session, &miner.share(&work, 0, nonce), at(0));
    }
    assert_eq!(session.kept(), Kept { users: 1, jobs: 2, ..Kept::MOST });
}
