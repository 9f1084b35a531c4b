//! Whose blocks a node mines.

use crate::{
    chain_spec::{parse_address, ss58_prefix},
    error::{Error, Result},
};
use sc_chain_spec::{ChainSpec, ChainType};
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};
use sp_keyring::Sr25519Keyring;
use sp_runtime::AccountId32;

/// The account that owns the stake and earns the rewards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miner {
    /// The account.
    pub account: AccountId32,
    /// The development account that it was named as; its key is known to everybody.
    pub development: Option<Sr25519Keyring>,
}

impl Miner {
    /// Reads an SS58 address of the chain, or the name of a development account.
    ///
    /// # Errors
    /// Where it is neither, where the address is of another network, or where the chain is a live one and the account a
    /// development account.
    pub fn parse(text: &str, spec: &dyn ChainSpec) -> Result<Self> {
        if let Some(keyring) = Sr25519Keyring::iter().find(|keyring| keyring.to_string().eq_ignore_ascii_case(text)) {
            return Self::development(keyring, spec);
        }
        let account = parse_address(text, ss58_prefix(spec))
            .map_err(|reason| Error::UnknownMiner { text: text.into(), reason })?;
        Ok(Self { account, development: None })
    }

    /// A development account.
    ///
    /// # Errors
    /// On a live chain.
    pub fn development(keyring: Sr25519Keyring, spec: &dyn ChainSpec) -> Result<Self> {
        match spec.chain_type() {
            ChainType::Live | ChainType::Custom(_) => Err(Error::DevelopmentMiner(keyring.to_string())),
            ChainType::Development | ChainType::Local => {
                Ok(Self { account: keyring.to_account_id(), development: Some(keyring) })
            }
        }
    }

    /// Address with the chain's prefix.
    pub fn address(&self, spec: &dyn ChainSpec) -> String {
        self.account.to_ss58check_with_version(Ss58AddressFormat::custom(ss58_prefix(spec)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain_spec;
    use sc_chain_spec::NoExtension;

    fn spec(chain_type: ChainType, prefix: u16) -> chain_spec::ChainSpec {
        let properties = [("ss58Format".to_string(), prefix.into())].into_iter().collect();
        chain_spec::ChainSpec::builder(&[], NoExtension::None)
            .with_chain_type(chain_type)
            .with_properties(properties)
            .with_genesis_config_patch(Default::default())
            .build()
    }

    #[test]
    fn development_names_in_any_case() {
        let spec = spec(ChainType::Development, 42);
        for name in ["alice", "Alice", "ALICE"] {
            let miner = Miner::parse(name, &spec).unwrap();
            assert_eq!(miner.account, Sr25519Keyring::Alice.to_account_id());
            assert_eq!(miner.development, Some(Sr25519Keyring::Alice));
        }
        assert_eq!(Miner::parse("bob", &spec).unwrap().development, Some(Sr25519Keyring::Bob));
    }

    #[test]
    fn development_names_are_refused_on_live_chains() {
        let error = Miner::parse("alice", &spec(ChainType::Live, 42)).unwrap_err();
        assert!(matches!(error, Error::DevelopmentMiner(name) if name == "Alice"));
    }

    #[test]
    fn addresses_of_the_chain_and_generic_ones() {
        let spec = spec(ChainType::Live, 7);
        let account = Sr25519Keyring::Charlie.to_account_id();
        for prefix in [7, 42] {
            let address = account.to_ss58check_with_version(Ss58AddressFormat::custom(prefix));
            let miner = Miner::parse(&address, &spec).unwrap();
            assert_eq!(miner, Miner { account: account.clone(), development: None });
            assert_eq!(miner.address(&spec), account.to_ss58check_with_version(Ss58AddressFormat::custom(7)));
        }
    }

    #[test]
    fn addresses_of_other_chains_and_nonsense_are_refused() {
        let spec = spec(ChainType::Live, 7);
        let foreign = Sr25519Keyring::Charlie.to_account_id().to_ss58check_with_version(Ss58AddressFormat::custom(2));
        let message = |text: &str| Miner::parse(text, &spec).unwrap_err().to_string();
        assert!(message(&foreign).contains("network prefix 2, this chain has 7"), "{}", message(&foreign));
        let mut damaged = foreign.clone();
        damaged.replace_range(10..11, if &foreign[10..11] == "a" { "b" } else { "a" });
        for text in ["", "nobody", damaged.as_str()] {
            assert!(message(text).starts_with(&format!("unknown miner `{text}`: no address")), "{}", message(text));
        }
    }
}
