//! Where chain specifications come from: the runtime's presets and JSON files.

use crate::error::{Error, Result};
use sc_chain_spec::{BuildGenesisBlock, ChainType, GenesisBlockBuilder, NoExtension, Properties};
use sp_core::crypto::Ss58Codec;
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_runtime::AccountId32;
use stakework_runtime::opaque::{Block, Hash};
use std::{path::Path, sync::Arc};

/// Specification of a chain; without extensions, so that JSON made for any other node loads.
pub type ChainSpec = sc_chain_spec::GenericChainSpec<NoExtension>;

/// Names that `--chain` knows.
pub const PRESETS: [&str; 2] = ["dev", "local"];

/// SS58 prefix of addresses where a chain specification names none.
pub const DEFAULT_SS58_PREFIX: u16 = 42;

/// Symbol of the token where a chain has none of its own.
pub const TOKEN_SYMBOL: &str = "SWK";
/// Decimals of the token where a chain says nothing else.
pub const TOKEN_DECIMALS: u32 = 12;

/// The specification that `--chain` means: a preset's name or a path; nothing means `local`.
///
/// # Errors
/// Where there is neither, or the file is no chain specification.
pub fn load(id: &str) -> Result<ChainSpec> {
    match id {
        "dev" | "development" => preset("Development", "dev", ChainType::Development, DEV_RUNTIME_PRESET),
        "" | "local" => preset("Local Testnet", "local_testnet", ChainType::Local, LOCAL_TESTNET_RUNTIME_PRESET),
        path if Path::new(path).is_file() => from_file(Path::new(path)),
        unknown => Err(Error::UnknownChain(unknown.into())),
    }
}

/// SS58 prefix of the chain's addresses.
pub fn ss58_prefix(spec: &dyn sc_chain_spec::ChainSpec) -> u16 {
    let format = spec.properties().get("ss58Format").and_then(serde_json::Value::as_u64);
    format.and_then(|format| u16::try_from(format).ok()).unwrap_or(DEFAULT_SS58_PREFIX)
}

/// Reads an address of a chain with this prefix, or a generic one.
///
/// # Errors
/// What is wrong with it, without repeating it.
pub fn parse_address(text: &str, prefix: u16) -> std::result::Result<AccountId32, String> {
    let (account, format) =
        AccountId32::from_ss58check_with_version(text).map_err(|error| format!("no address ({error:?})"))?;
    match u16::from(format) {
        found if found == prefix || found == DEFAULT_SS58_PREFIX => Ok(account),
        found => Err(format!("an address with network prefix {found}, this chain has {prefix}")),
    }
}

/// Hash of the chain's first block.
///
/// # Errors
/// Where genesis cannot be built.
pub fn genesis_hash(spec: &ChainSpec) -> Result<Hash> {
    let backend = Arc::new(sc_client_api::in_mem::Backend::<Block>::new());
    let executor = sc_service::new_wasm_executor::<sp_io::SubstrateHostFunctions>(&Default::default());
    let builder = GenesisBlockBuilder::<Block, _, _>::new(spec, false, backend, executor)?;
    let (block, _) = builder.build_genesis_block()?;
    Ok(block.header.hash())
}

/// The runtime of this build.
///
/// # Errors
/// Where it was built without one.
pub fn runtime_code() -> Result<&'static [u8]> {
    let missing = "this node was built without a runtime (SKIP_WASM_BUILD); give --chain with a specification";
    stakework_runtime::WASM_BINARY.ok_or_else(|| sc_service::Error::from(missing).into())
}

/// Token and addresses, for wallets.
pub fn properties(symbol: &str, decimals: u32, ss58_prefix: u16) -> Properties {
    Properties::from_iter([
        ("tokenSymbol".into(), symbol.into()),
        ("tokenDecimals".into(), decimals.into()),
        ("ss58Format".into(), ss58_prefix.into()),
    ])
}

fn preset(name: &str, id: &str, chain_type: ChainType, preset: &str) -> Result<ChainSpec> {
    Ok(ChainSpec::builder(runtime_code()?, NoExtension::None)
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_protocol_id("posw")
        .with_properties(properties(TOKEN_SYMBOL, TOKEN_DECIMALS, DEFAULT_SS58_PREFIX))
        .with_genesis_config_preset_name(preset)
        .build())
}

fn from_file(path: &Path) -> Result<ChainSpec> {
    let spec = ChainSpec::from_json_file(path.into()).and_then(|spec| {
        // The genesis is read only later, by whoever builds it; its JSON is checked here, where the file can be named.
        spec.as_json(false)?;
        Ok(spec)
    });
    spec.map_err(|message| Error::ChainSpec { path: path.into(), message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(content: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file
    }

    fn error(id: &str) -> String {
        load(id).err().unwrap().to_string()
    }

    #[test]
    fn no_chain_of_ours_reports_to_anybody() {
        for name in PRESETS {
            assert!(load(name).unwrap().telemetry_endpoints().is_none(), "{name}");
        }
    }

    #[test]
    fn an_unknown_chain_names_the_known_ones() {
        let message = error("nowhere");
        assert!(message.contains("unknown chain `nowhere`") && message.contains("dev, local"), "{message}");
    }

    #[test]
    fn malformed_json_is_reported_with_file_and_line() {
        let file = file("{\n  \"name\": \"Test\",\n  oops\n}");
        let message = error(file.path().to_str().unwrap());
        assert!(message.contains(file.path().to_str().unwrap()) && message.contains("line 3"), "{message}");
    }

    #[test]
    fn a_specification_without_genesis_is_refused() {
        let file = file(r#"{ "name": "Test", "id": "test", "chainType": "Local", "bootNodes": [] }"#);
        let message = error(file.path().to_str().unwrap());
        assert!(message.contains("genesis"), "{message}");
    }

    #[test]
    fn the_prefix_comes_from_the_properties() {
        let spec = |properties: &str| {
            let json = format!(
                r#"{{ "name": "T", "id": "t", "chainType": "Local", "bootNodes": [], "properties": {properties},
                   "genesis": {{ "raw": {{ "top": {{}}, "childrenDefault": {{}} }} }} }}"#
            );
            load(file(&json).path().to_str().unwrap()).unwrap()
        };
        assert_eq!(ss58_prefix(&spec(r#"{ "ss58Format": 7 }"#)), 7);
        assert_eq!(ss58_prefix(&spec("{}")), DEFAULT_SS58_PREFIX);
    }
}
