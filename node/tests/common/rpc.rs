//! JSON-RPC over HTTP, and what the tests ask a node for.

use codec::{Decode, Encode};
use frame_support::traits::PalletInfoAccess;
use frame_system::AccountInfo;
use pallet_balances::AccountData;
use posw_primitives::Claims;
use serde::Deserialize;
use serde_json::{json, Value};
use sp_consensus_posw::{claims_of, AccountState, NetworkState};
use sp_core::H256;
use sp_runtime::{AccountId32, DigestItem};
use stakework_runtime::{opaque::Header, Runtime, System};
use std::time::Duration;

/// A node's RPC endpoint.
#[derive(Clone)]
pub(crate) struct Rpc {
    url: String,
    agent: ureq::Agent,
}

/// What transactions are signed for.
#[derive(Debug, Deserialize)]
pub(crate) struct Version {
    /// Version of the runtime.
    #[serde(rename = "specVersion")]
    pub(crate) spec: u32,
    /// Version of the transactions' encoding.
    #[serde(rename = "transactionVersion")]
    pub(crate) transaction: u32,
}

impl Rpc {
    /// The endpoint at an `http://` address.
    pub(crate) fn at(url: String) -> Self {
        Self { url, agent: ureq::AgentBuilder::new().timeout(Duration::from_secs(30)).build() }
    }

    /// The `http://` address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Calls a method.
    ///
    /// # Errors
    /// What the node answers in `error`.
    pub(crate) fn try_call(&self, method: &str, params: &[Value]) -> Result<Value, Value> {
        self.try_call_with(method, json!(params))
    }

    /// As [`Self::try_call`], with parameters by position or by name.
    ///
    /// # Errors
    /// What the node answers in `error`.
    pub(crate) fn try_call_with(&self, method: &str, params: Value) -> Result<Value, Value> {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let response = self.agent.post(&self.url).send_json(request).unwrap_or_else(|e| panic!("{method}: {e}"));
        let mut response: Value = response.into_json().unwrap_or_else(|e| panic!("{method}: {e}"));
        match response.get_mut("error").map(Value::take) {
            Some(error) => Err(error),
            None => Ok(response["result"].take()),
        }
    }

    /// Calls a method that must not fail.
    pub(crate) fn call(&self, method: &str, params: &[Value]) -> Value {
        self.try_call(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Hash of the block at a height of the best chain.
    pub(crate) fn block_hash(&self, number: u32) -> Option<H256> {
        serde_json::from_value(self.call("chain_getBlockHash", &[json!(number)])).expect("a hash or null")
    }

    /// Hash of the genesis block.
    pub(crate) fn genesis_hash(&self) -> H256 {
        self.block_hash(0).expect("there is a genesis block")
    }

    /// Header of a block.
    pub(crate) fn header(&self, hash: H256) -> Option<Header> {
        serde_json::from_value(self.call("chain_getHeader", &[json!(hash)])).expect("a header or null")
    }

    /// The runtime's version at the best block.
    pub(crate) fn version(&self) -> Version {
        serde_json::from_value(self.call("state_getRuntimeVersion", &[])).expect("a version")
    }

    /// Hash and header of the best block.
    pub(crate) fn best(&self) -> (H256, Header) {
        let header: Header = serde_json::from_value(self.call("chain_getHeader", &[])).expect("a header");
        (sp_runtime::traits::Header::hash(&header), header)
    }

    /// Number of the best block.
    pub(crate) fn best_number(&self) -> u32 {
        self.best().1.number
    }

    /// Hash of the finalized block.
    pub(crate) fn finalized(&self) -> H256 {
        serde_json::from_value(self.call("chain_getFinalizedHead", &[])).expect("a hash")
    }

    /// Number of the finalized block.
    pub(crate) fn finalized_number(&self) -> u32 {
        self.header(self.finalized()).expect("the finalized block is known").number
    }

    /// The claims of the block at a height of the best chain.
    pub(crate) fn claims(&self, number: u32) -> Claims {
        let hash = self.block_hash(number).unwrap_or_else(|| panic!("there is no block {number}"));
        claims_of(&self.header(hash).expect("the block is known").digest).expect("every block carries claims")
    }

    /// A block with its body, as JSON.
    pub(crate) fn block(&self, hash: H256) -> Option<Value> {
        Some(self.call("chain_getBlock", &[json!(hash)])["block"].take()).filter(|block| !block.is_null())
    }

    /// The node's own peer id.
    pub(crate) fn peer_id(&self) -> String {
        self.call("system_localPeerId", &[]).as_str().expect("a peer id is a string").to_owned()
    }

    /// Number of peers.
    pub(crate) fn peers(&self) -> usize {
        self.call("system_peers", &[]).as_array().map_or(0, Vec::len)
    }

    /// Whether the node has this peer.
    pub(crate) fn has_peer(&self, id: &str) -> bool {
        let peers = self.call("system_peers", &[]);
        peers.as_array().is_some_and(|peers| peers.iter().any(|peer| peer["peerId"] == id))
    }

    /// A runtime call at a block.
    pub(crate) fn runtime<T: Decode>(&self, function: &str, argument: impl Encode, at: H256) -> T {
        let argument = array_bytes::bytes2hex("0x", argument.encode());
        let answer = self.call("state_call", &[json!(function), json!(argument), json!(at)]);
        let answer = array_bytes::hex2bytes(answer.as_str().expect("a string")).expect("hex");
        T::decode(&mut &answer[..]).unwrap_or_else(|e| panic!("{function}: {e}"))
    }

    /// What a child of block `at` by `miner` must claim.
    pub(crate) fn expected_claims(&self, miner: &AccountId32, at: H256) -> Claims {
        self.runtime("PoswApi_claims", miner, at)
    }

    /// State of the network for the children of `at`.
    pub(crate) fn network(&self, at: H256) -> NetworkState {
        self.runtime("PoswApi_network", (), at)
    }

    /// State of an account for the children of `at`.
    pub(crate) fn account(&self, who: &AccountId32, at: H256) -> AccountState {
        self.runtime("PoswApi_account", who, at)
    }

    /// A storage value at a block.
    pub(crate) fn storage_at<T: Decode>(&self, key: &[u8], at: H256) -> Option<T> {
        let value = self.call("state_getStorage", &[json!(array_bytes::bytes2hex("0x", key)), json!(at)]);
        let bytes = array_bytes::hex2bytes(value.as_str()?).expect("hex");
        Some(T::decode(&mut &bytes[..]).expect("the type fits"))
    }

    /// An account's coins at the best block.
    pub(crate) fn balances(&self, who: &AccountId32) -> AccountData<u128> {
        self.account_info(who, self.best().0).data
    }

    /// Number of an account's transactions up to a block.
    pub(crate) fn nonce(&self, who: &AccountId32, at: H256) -> u32 {
        self.account_info(who, at).nonce
    }

    fn account_info(&self, who: &AccountId32, at: H256) -> AccountInfo<u32, AccountData<u128>> {
        self.storage_at(&frame_system::Account::<Runtime>::hashed_key_for(who), at).unwrap_or_default()
    }

    /// Hash of the code that is authorized to replace the runtime's.
    pub(crate) fn authorized_code(&self, at: H256) -> Option<H256> {
        let key = frame_support::storage::storage_prefix(System::name().as_bytes(), b"AuthorizedUpgrade");
        self.storage_at(&key, at).map(|(hash, _checks_version): (H256, bool)| hash)
    }

    /// Whether the block at a height of the best chain replaces the runtime's code.
    pub(crate) fn has_new_code(&self, number: u32) -> bool {
        let header = self.block_hash(number).and_then(|hash| self.header(hash)).expect("it is on the best chain");
        header.digest.logs.contains(&DigestItem::RuntimeEnvironmentUpdated)
    }
}
