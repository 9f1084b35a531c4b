//! Announced headers: no work, no attention.

use crate::{
    chain::{draft, genesis, Draft, Header},
    node::Node,
};
use sp_consensus::block_validation::Validation;
use sp_keyring::Sr25519Keyring as Key;

const IGNORED: &str = r#"posw_rejected_total{stage="plausibility"}"#;

fn first() -> Draft {
    draft(&genesis())
}

#[test]
fn a_good_header_is_welcome_and_not_yet_the_best() {
    let node = Node::new();
    assert_eq!(node.announce(&first().seal().header, &[]), Some(Validation::Success { is_new_best: false }));
    assert_eq!(node.client.take_calls(), []);
}

/// Claims are not judged here: that takes the parent's state.
#[test]
fn a_false_claim_is_no_reason_to_disconnect() {
    let node = Node::new();
    let block = first().factor(21).seal();
    assert_eq!(node.announce(&block.header, &[]), Some(Validation::Success { is_new_best: false }));
    assert_eq!(node.client.take_calls(), []);
}

/// With the largest boost the schedule allows a target of about 2^248.4; sixteen times that is still listened to.
#[test]
fn a_header_that_took_next_to_no_work_is_ignored() {
    let node = Node::new();
    for (block, is_heard) in [
        (first().bits(0x200f_ffff), true),
        (first().bits(0x2010_0000).factor(2), false),
        (first().factor(300), true),
        (first().factor(400), false),
    ] {
        let expected = is_heard.then_some(Validation::Success { is_new_best: false });
        let (header, ignored) = (block.seal().header, node.metric(IGNORED));
        assert_eq!(node.announce(&header, &[]), expected, "{header:?}");
        assert_eq!(node.metric(IGNORED) - ignored, f64::from(u8::from(!is_heard)));
        assert_eq!(node.client.take_calls(), []);
    }
    // A node that catches up has nothing to compare with.
    node.view.clear();
    let expected = Some(Validation::Success { is_new_best: false });
    assert_eq!(node.announce(&first().factor(400).seal().header, &[]), expected);
}

#[test]
fn each_bad_header_disconnects_and_is_counted() {
    let bad_shape = |change: fn(&mut Header)| {
        let mut header = first().seal().header;
        change(&mut header);
        header
    };
    let cases = [
        ("shape", bad_shape(|header| drop(header.digest.logs.pop()))),
        ("shape", bad_shape(|header| header.digest.logs.push(header.digest.logs[1].clone()))),
        ("shape", bad_shape(|header| drop(header.digest.logs.remove(0)))),
        ("work", first().with(|draft| draft.solved = false).seal().header),
        ("signature", first().with(|draft| draft.signer = Key::Bob).seal().header),
    ];
    for (stage, header) in cases {
        let node = Node::new();
        assert_eq!(node.announce(&header, &[]), Some(Validation::Failure { disconnect: true }), "{header:?}");
        assert_eq!(node.metric(&format!(r#"posw_rejected_total{{stage="{stage}"}}"#)), 1.0);
        assert_eq!(node.client.take_calls(), []);
    }
}

#[test]
fn data_beside_a_good_header_disconnects() {
    let node = Node::new();
    assert_eq!(node.announce(&first().seal().header, &[0]), Some(Validation::Failure { disconnect: true }));
}
