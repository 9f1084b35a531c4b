//! Where chain specifications come from: the runtime's presets and JSON files.

use crate::error::{Error, Result};
use sc_chain_spec::{ChainType, NoExtension, Properties};
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use std::path::Path;

/// Specification of a chain; without extensions, so that JSON made for any other node loads.
pub type ChainSpec = sc_chain_spec::GenericChainSpec<NoExtension>;

/// Names that `--chain` knows.
pub const PRESETS: [&str; 2] = ["dev", "local"];

/// SS58 prefix of addresses where a chain specification names none.
pub const DEFAULT_SS58_PREFIX: u16 = 42;

const TOKEN_SYMBOL: &str = "SWK";
const TOKEN_DECIMALS: u32 = 12;

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

fn preset(name: &str, id: &str, chain_type: ChainType, preset: &str) -> Result<ChainSpec> {
    let code = stakework_runtime::WASM_BINARY.ok_or_else(|| {
        sc_service::Error::from(
            "this node was built without a runtime (SKIP_WASM_BUILD); give --chain with a specification",
        )
    })?;
    Ok(ChainSpec::builder(code, NoExtension::None)
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_protocol_id("posw")
        .with_properties(properties())
        .with_genesis_config_preset_name(preset)
        .build())
}

fn properties() -> Properties {
    Properties::from_iter([
        ("tokenSymbol".into(), TOKEN_SYMBOL.into()),
        ("tokenDecimals".into(), TOKEN_DECIMALS.into()),
        ("ss58Format".into(), DEFAULT_SS58_PREFIX.into()),
    ])
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
