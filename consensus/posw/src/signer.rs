//! Signatures of the miner's sealing key (R2.2).

use sc_keystore::{Error, LocalKeystore};
use sp_consensus_posw::{SealingPair, KEY_TYPE};
use sp_core::{sr25519, Pair};
use sp_keystore::Keystore;
use std::sync::Arc;

/// Signs with the sealing keys of a keystore.
pub(crate) struct Signer {
    keystore: Arc<LocalKeystore>,
    /// The key that signed last: the keystore has its secret phrase, and to derive the key from that takes as long as to build an
    /// empty block.
    pair: Option<SealingPair>,
}

impl Signer {
    pub(crate) fn new(keystore: Arc<LocalKeystore>) -> Self {
        Self { keystore, pair: None }
    }

    /// Whether the keystore has the key.
    pub(crate) fn has(&self, key: &[u8; 32]) -> bool {
        self.keystore.has_keys(&[(key.to_vec(), KEY_TYPE)])
    }

    /// A signature of the key; `None` where the keystore lacks it.
    ///
    /// # Errors
    /// Where the keystore cannot be read.
    pub(crate) fn sign(&mut self, key: &[u8; 32], payload: &[u8]) -> Result<Option<[u8; 64]>, Error> {
        let key = sr25519::Public::from_raw(*key).into();
        if self.pair.as_ref().is_none_or(|pair| pair.public() != key) {
            self.pair = self.keystore.key_pair(&key)?;
        }
        Ok(self.pair.as_ref().map(|pair| sr25519::Signature::from(pair.sign(payload)).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_keyring::Sr25519Keyring::{Alice, Bob};

    #[test]
    fn each_key_of_the_keystore_signs_and_no_other() {
        let keystore = Arc::new(LocalKeystore::in_memory());
        keystore.sr25519_generate_new(KEY_TYPE, Some(&Alice.to_seed())).unwrap();
        let mut signer = Signer::new(keystore.clone());
        let is_signed = |signature: Option<[u8; 64]>, who: sp_keyring::Sr25519Keyring| {
            let signature = signature.map(sr25519::Signature::from_raw);
            signature.map(|signature| sr25519::Pair::verify(&signature, b"payload", &who.public()))
        };
        for _ in 0..2 {
            assert!(signer.has(&Alice.public().0) && !signer.has(&Bob.public().0));
            assert_eq!(is_signed(signer.sign(&Alice.public().0, b"payload").unwrap(), Alice), Some(true));
            assert_eq!(signer.sign(&Bob.public().0, b"payload").unwrap(), None);
        }
        keystore.sr25519_generate_new(KEY_TYPE, Some(&Bob.to_seed())).unwrap();
        assert_eq!(is_signed(signer.sign(&Bob.public().0, b"payload").unwrap(), Bob), Some(true));
        assert_eq!(is_signed(signer.sign(&Alice.public().0, b"payload").unwrap(), Alice), Some(true));
    }
}
