// The connection to a node, and what every command asks it for.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { Refusal } from './refusal.mjs';

/**
 * Connects to a node of a chain with governance.
 *
 * @returns the library's API
 */
export async function connect(url) {
  const api = await connectToAny(url);
  refuseUngoverned(api, url);
  return api;
}

/** As `connect`, of any chain. */
export async function connectToAny(url) {
  let provider;
  try {
    // Without connecting anew: a command that loses its node says so and ends.
    provider = new WsProvider(url, false);
    await provider.connect();
  } catch {
    throw new Refusal(`--url is '${url}', allowed is the WebSocket URL of a node, such as ws://127.0.0.1:9944`);
  }
  try {
    return await ApiPromise.create({ provider, throwOnConnect: true, noInitWarn: true });
  } catch (error) {
    throw new Refusal(`--url is ${url}, where no node answers: ${error.message}`);
  }
}

/** Refuses chains that this tool knows nothing to do with. */
export function refuseUngoverned({ tx, call, runtimeChain }, url) {
  const hasPallets = ['referenda', 'convictionVoting', 'preimage', 'treasury'].every((pallet) => pallet in tx);
  if (!hasPallets || !call.chainApi) throw new Refusal(`--url is ${url}, a node of ${runtimeChain}, which has no governance of this kind`);
}

/** Rejects when the node goes away. */
export function lost(api, url) {
  return new Promise((_, reject) => {
    api.on('disconnected', () => reject(new Refusal(`the node at ${url} has ended the connection`)));
  });
}

/** The chain's currency: `{ decimals, symbol }`. */
export function currencyOf(api) {
  return { decimals: api.registry.chainDecimals[0], symbol: api.registry.chainTokens[0] };
}

/** Number, hash and API of the best block. */
export async function bestBlock(api) {
  const header = await api.rpc.chain.getHeader();
  return { number: header.number.toNumber(), hash: header.hash, at: await api.at(header.hash) };
}
