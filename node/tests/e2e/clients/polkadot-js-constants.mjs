// @polkadot/api: a constant of the metadata that governance changes, for a client that stays and for one that connects anew.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { check, evidence, runClient } from './evidence.mjs';

const USAGE = `usage: polkadot-js-constants.mjs URL [options]
  --from MS    the block time that the chain has (500)
  --to MS      the one that governance gives it meanwhile (1500)
  --timeout S  give up after so many seconds (300)`;

await runClient(USAGE, { from: '500', to: '1500', timeout: '300' }, async (url, options) => {
  const [from, to] = [options.from, options.to].map(BigInt);
  const connected = await connect(url);
  const fetched = blockTime(connected);
  check(fetched === from, `a client that connects before the change reads ${from}`, { fetched });
  evidence('connected', { fetched });

  const block = await inForce(connected, to);
  const kept = blockTime(connected);
  check(kept === from, `a client that stays connected still reads ${from}`, { block, kept });
  const anew = blockTime(await connect(url));
  check(anew === to, `a client that connects after the change reads ${to}`, { block, anew });
  evidence('changed', { block, kept, anew });
});

function connect(url) {
  return ApiPromise.create({ provider: new WsProvider(url), throwOnConnect: true });
}

// As explorers read it.
function blockTime(api) {
  return api.consts.difficulty.targetBlockTime.toBigInt();
}

// The first new head whose state has this block time in force for its children.
function inForce(api, expected) {
  return new Promise((resolve, reject) => {
    const look = async ({ number, hash }) => {
      const { params } = await (await api.at(hash)).call.poswApi.network();
      if (params.difficulty.blockTime.toBigInt() === expected) resolve(number.toNumber());
    };
    api.rpc.chain.subscribeNewHeads((header) => look(header).catch(reject)).catch(reject);
  });
}
