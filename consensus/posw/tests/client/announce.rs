//! Announced headers: no work, no attention.

use crate::{
    chain::{draft, genesis, Draft, Header},
    node::Node,
};
use sp_consensus::block_validation::Validation;
use sp_keyring::Sr25519Keyring as Key;

fn first() -> Draft {
    draft(&genesis())
}

#[test]
fn a_good_header_is_welcome_and_not_yet_the_best() {
    let node = Node::new();
    assert_eq!(node.announce(&first().seal().header, &[]), Validation::Success { is_new_best: false });
    assert_eq!(node.client.take_calls(), []);
}

/// Claims are not judged here: that takes the parent's state.
#[test]
fn a_false_claim_is_no_reason_to_disconnect() {
    let node = Node::new();
    let block = first().factor(10_000).seal();
    assert_eq!(node.announce(&block.header, &[]), Validation::Success { is_new_best: false });
    assert_eq!(node.client.take_calls(), []);
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
        assert_eq!(node.announce(&header, &[]), Validation::Failure { disconnect: true }, "{header:?}");
        assert_eq!(node.metric(&format!(r#"posw_rejected_total{{stage="{stage}"}}"#)), 1.0);
        assert_eq!(node.client.take_calls(), []);
    }
}

#[test]
fn data_beside_a_good_header_disconnects() {
    let node = Node::new();
    assert_eq!(node.announce(&first().seal().header, &[0]), Validation::Failure { disconnect: true });
}
