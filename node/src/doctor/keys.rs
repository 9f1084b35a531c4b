//! Keys: of the network, in the keystore, and the one that seals the miner's blocks.

use super::finding::Finding;
use crate::{key::insert_command, miner::Miner};
use sc_service::config::KeystoreConfig;
use sp_consensus_posw::KEY_TYPE;
use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Rights of others than the owner.
const OTHERS: u32 = 0o077;

/// Judges the file of the network key; `None` where the key was given.
pub(super) fn judge_node_key(file: Option<&Path>) -> Finding {
    const CHECK: &str = "node key";
    let Some(path) = file else {
        let remedy = "write it into a file, and give --node-key-file";
        return Finding::warn(CHECK, "on the command line, where other users of this machine see it", remedy);
    };
    match mode(path) {
        Ok(mode) if mode & OTHERS == 0 => Finding::ok(CHECK, format!("in {}", path.display())),
        Ok(_) => open_to_others(CHECK, path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Finding::ok(CHECK, format!("made in {} when the node first starts", path.display()))
        }
        Err(error) => unreadable(CHECK, path, &error),
    }
}

/// Judges the files of the keystore.
pub(super) fn judge_keystore(config: &KeystoreConfig) -> Finding {
    const CHECK: &str = "keystore";
    let KeystoreConfig::Path { path, .. } = config else { return Finding::unchecked(CHECK, "it is in memory") };
    let files = match fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Finding::ok(CHECK, format!("there are no keys yet in {}", path.display()))
        }
        Err(error) => return unreadable(CHECK, path, &error),
    };
    for file in &files {
        match mode(file) {
            Ok(mode) if mode & OTHERS == 0 => {}
            Ok(_) => return open_to_others(CHECK, file),
            Err(error) => return unreadable(CHECK, file, &error),
        }
    }
    Finding::ok(CHECK, format!("{} keys in {}", files.len(), path.display()))
}

/// Judges whether the key that the chain expects of the miner is there.
pub(super) fn judge_sealing_key(
    miner: &Miner,
    address: &str,
    expected: [u8; 32],
    keystore: &KeystoreConfig,
) -> Finding {
    const CHECK: &str = "sealing key";
    let key = array_bytes::bytes2hex("0x", expected);
    if miner.development.is_some_and(|keyring| keyring.public().0 == expected) {
        return Finding::ok(CHECK, format!("{key}, which everybody knows"));
    }
    let KeystoreConfig::Path { path, .. } = keystore else {
        return Finding::unchecked(CHECK, "the keystore is in memory");
    };
    if key_file(path, expected).is_file() {
        return Finding::ok(CHECK, key);
    }
    Finding::fail(
        CHECK,
        format!("the chain expects {key} of {address}, and the keystore in {} does not have it", path.display()),
        insert_command(keystore),
    )
}

/// Keys are looked up by their type and public half.
fn key_file(keystore: &Path, key: [u8; 32]) -> PathBuf {
    keystore.join(array_bytes::bytes2hex("", [&KEY_TYPE.0[..], &key].concat()))
}

/// Rights to a file that this user can read.
fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::File::open(path)?.metadata()?.permissions().mode())
}

fn open_to_others(check: &'static str, path: &Path) -> Finding {
    let path = path.display();
    Finding::warn(check, format!("other users of this machine may use {path}"), format!("chmod go= '{path}'"))
}

fn unreadable(check: &'static str, path: &Path, error: &io::Error) -> Finding {
    let path = path.display();
    Finding::fail(
        check,
        format!("{path} cannot be read: {error}"),
        format!("run this as the user that the node runs as, or give it back to it: chown USER '{path}'"),
    )
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Status, *};
    use sp_keyring::Sr25519Keyring::{Alice, Bob};

    fn file(folder: &Path, name: &str, mode: u32) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, "secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn a_network_key_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let judge = |path: PathBuf| judge_node_key(Some(&path));
        assert_eq!(judge(file(folder.path(), "own", 0o600)).status, Status::Ok);
        let shared = judge(file(folder.path(), "shared", 0o640));
        assert!(shared.status == Status::Warn && shared.remedy.unwrap().starts_with("chmod go= '"));
        let missing = judge(folder.path().join("none"));
        assert!(missing.status == Status::Ok && missing.found.contains("first starts"));
        assert_eq!(judge(folder.path().join("own/below")).status, Status::Fail);
        assert_eq!(judge_node_key(None).status, Status::Warn);
    }

    #[test]
    fn a_keystore_is_as_good_as_the_worst_of_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let config = KeystoreConfig::Path { path: folder.path().join("keys"), password: None };
        assert!(judge_keystore(&config).found.contains("no keys yet"));
        fs::create_dir(folder.path().join("keys")).unwrap();
        file(&folder.path().join("keys"), "one", 0o600);
        let one = judge_keystore(&config);
        assert!(one.status == Status::Ok && one.found.starts_with("1 keys in"), "{one}");
        file(&folder.path().join("keys"), "two", 0o604);
        assert_eq!(judge_keystore(&config).status, Status::Warn);
    }

    #[test]
    fn the_key_that_the_chain_expects_has_to_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let config = KeystoreConfig::Path { path: folder.path().into(), password: None };
        let judge = |development, key: sp_keyring::Sr25519Keyring| {
            let miner = Miner { account: Alice.to_account_id(), development };
            judge_sealing_key(&miner, "5Grw", key.public().0, &config)
        };
        assert_eq!(judge(Some(Alice), Alice).status, Status::Ok, "a development key is known");
        for (development, key) in [(None, Alice), (Some(Alice), Bob)] {
            let finding = judge(development, key);
            assert!(finding.status == Status::Fail && finding.found.contains("of 5Grw"), "{finding}");
            assert!(finding.remedy.unwrap().contains("key insert --keystore-path"));
        }
        fs::write(key_file(folder.path(), Bob.public().0), "secret").unwrap();
        assert_eq!(judge(None, Bob).status, Status::Ok);
    }
}
