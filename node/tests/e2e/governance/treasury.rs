//! The treasury pays: the third story of `docs/governance.md`.

use super::{
    miner, passed, spec,
    tool::{amount, file, governed},
    treasury, COIN, SOON,
};
use crate::common::{process::turn, wait::until};
use serde_json::json;
use sp_keyring::Sr25519Keyring::One;

#[test]
fn the_treasury_pays_by_vote() {
    let _turn = turn();
    let spec = spec(10);
    let node = miner(&spec);
    let (rpc, one) = (node.rpc(), One.to_account_id());
    let wanted = u128::from(12 * COIN + COIN / 2);
    assert_eq!(rpc.balances(&one).free, 0);

    let proposed = passed(&node, &["spend", &one.to_string(), "12.5"]);
    assert_eq!(proposed.told("proposal")["track"], "smallSpender");
    until("its share of the issuance has filled the treasury", SOON, || {
        (rpc.balances(&treasury()).free > 2 * wanted).then_some(())
    });
    assert_eq!(rpc.balances(&one).free, 0, "an approved spend is not paid before somebody asks for it");
    // Anybody may, and with a key of their own.
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let key = file(&folder, "key", b"//Dave\n");
    let paid = governed(&node, &["enact", "0", "--key-file", &key]).told("paid");
    assert_eq!((amount(&paid["amount"]), &paid["beneficiary"]), (wanted, &json!(one.to_string())));
    assert_eq!(rpc.balances(&one).free, wanted);
    let again = governed(&node, &["enact", "0", "--key-file", &key]).told("paid");
    assert_eq!(again["before"], true);
    assert_eq!(rpc.balances(&one).free, wanted, "once");
}
