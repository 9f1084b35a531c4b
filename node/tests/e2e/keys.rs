//! Sealing keys, from the command line to the blocks that they sign.

use crate::common::{
    extrinsic,
    process::{run, run_with_input, turn, Node},
    spec::Spec,
    wait::until,
};
use sp_core::{sr25519, ByteArray, Pair};
use sp_keyring::Sr25519Keyring::Alice;
use std::{fs, path::Path, process::ExitStatus, time::Duration};

const SOON: Duration = Duration::from_secs(180);

/// What a command has printed, which must have succeeded without a word of `secret`.
fn printed((status, out, err): (ExitStatus, String, String), secret: &str) -> String {
    assert!(status.success(), "{status}: {out}\n{err}");
    assert!(!out.contains(secret) && !err.contains(secret), "a secret is printed");
    out
}

/// The bytes in hexadecimal on the line that begins with `label`.
fn bytes<T: ByteArray>(out: &str, label: &str) -> T {
    let line = out.lines().find(|line| line.starts_with(label)).unwrap_or_else(|| panic!("no {label:?} in {out}"));
    let hex = line.rsplit(' ').next().expect("a line has a last word");
    T::from_slice(&array_bytes::hex2bytes(hex).expect("hexadecimal")).unwrap_or_else(|()| panic!("{line}"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders are text")
}

/// A node mines with its miner's own key. A second key is made, inserted and set while it runs, and from the next epoch on the
/// node seals with that. The own key, which is still in the keystore, is then of no use.
#[test]
fn an_inserted_key_seals_from_the_next_epoch_on() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    // With a space, as a path may have.
    let (keystore, file) = (folder.path().join("key store"), folder.path().join("secret"));
    let alice = Alice.to_account_id();
    let address = alice.to_string();
    let insert = ["key", "insert", "--chain", &chain, "--keystore-path", text(&keystore)];

    let secret = "//Alice";
    let out = printed(run_with_input(&[&insert[..], &["--stdin"]].concat(), &format!("{secret}\n")), secret);
    let own: sr25519::Public = bytes(&out, "Public key (hex)");
    assert_eq!(own, Alice.public());
    let args = ["--chain", &chain, "--mine", "--miner", &address, "--threads", "1"];
    let node = Node::start(&[&args[..], &["--keystore-path", text(&keystore)]].concat());
    until("the node mines", SOON, || (node.rpc().best_number() >= 2).then_some(()));

    let (status, out, err) = run(&["key", "generate", "--file", text(&file)]);
    assert!(status.success(), "{err}");
    let secret = fs::read_to_string(&file).expect("the secret is there");
    let secret = secret.trim();
    assert!(!out.contains(secret) && !err.contains(secret), "a secret is printed");
    let with_proof = ["--account", &address, "--secret-file", text(&file)];
    let out = printed(run(&[&insert[..], &with_proof].concat()), secret);
    let (key, proof) =
        (bytes::<sr25519::Public>(&out, "Public key (hex)"), bytes(&out, &format!("Proof for {address}")));
    assert_eq!(key, sr25519::Pair::from_string(secret, None).expect("a phrase").public());

    let call = pallet_posw_stake::Call::set_sealing_key { key, proof };
    let set = extrinsic::signed(node.rpc(), Alice, call.into());
    extrinsic::submit(node.rpc(), &set).expect("the pool takes the transaction");
    until("the key is set", SOON, || extrinsic::outcome(node.rpc(), &set)).expect("the call succeeds");
    let included = (1..=node.rpc().best_number())
        .rev()
        .find(|number| {
            let block = node.rpc().block_hash(*number).and_then(|hash| node.rpc().block(hash));
            block.is_some_and(|block| block["extrinsics"].as_array().is_some_and(|all| all.iter().any(|x| *x == *set)))
        })
        .expect("it is in a block");
    let length = node.rpc().network(node.rpc().genesis_hash()).params.stake.epoch_length;
    let next_epoch = (included / length + 1) * length;
    until("the next epoch is mined on", SOON, || (node.rpc().best_number() >= next_epoch + 3).then_some(()));
    for number in 1..=next_epoch + 3 {
        let claims = node.rpc().claims(number);
        let expected = if number < next_epoch { own } else { key };
        assert_eq!((claims.miner, claims.sealing_key), (alice.clone().into(), expected.0), "block {number}");
    }

    // Keys are looked up by their type and public half, the file's name.
    let name = array_bytes::bytes2hex("", [&b"posw"[..], &key.0].concat());
    fs::remove_file(keystore.join(name)).expect("the inserted key is in the keystore");
    let missing = format!("Not mining: the keystore has no sealing key {}", array_bytes::bytes2hex("0x", key.0));
    until("the node misses the key", SOON, || node.log().contains(&missing).then_some(()));
    let stopped = node.rpc().best_number();
    printed(run_with_input(&[&insert[..], &["--stdin"]].concat(), secret), secret);
    until("the node mines again", SOON, || (node.rpc().best_number() >= stopped + 3).then_some(()));
    assert_eq!(node.rpc().claims(stopped + 3).sealing_key, key.0);
    assert!(!node.log().contains(secret), "a secret is logged");

    // By RPC a key can be made, too; it is of the kind that the command inserts.
    let made = node.rpc().call("author_rotateKeys", &[]);
    assert_eq!(node.rpc().call("author_hasSessionKeys", std::slice::from_ref(&made)), true);
    let name = made.as_str().expect("keys are in hexadecimal").replace("0x", &array_bytes::bytes2hex("", b"posw"));
    assert!(keystore.join(name).is_file(), "{made} is not in the keystore");
}
