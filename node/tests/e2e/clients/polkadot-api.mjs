// polkadot-api (PAPI): follows chainHead past a block, then gets a transfer finalized.

import { sr25519CreateDerive } from '@polkadot-labs/hdkd';
import { DEV_MINI_SECRET, ss58Address } from '@polkadot-labs/hdkd-helpers';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider, SocketEvents } from 'polkadot-api/ws';
import { filter, firstValueFrom, lastValueFrom, tap } from 'rxjs';
import { WebSocket } from 'ws';
import { check, evidence, runClient } from './evidence.mjs';

const USAGE = `usage: polkadot-api.mjs URL [options]
  --after N         begin once the best block is past block N (0)
  --past N          follow the best chain until it is past block N (150)
  --max-lag N       most blocks that finality may ever be behind (120; at 128 a node stops serving chainHead)
  --settled N       blocks that finality is at most behind before and after that (12)
  --blocks-per-stop N
                    blocks from one time that the node stops the subscription, which the client then renews, to the next
                    (0: it never does)
  --from PATH       derivation path of the development account that pays (//Bob)
  --to PATH         derivation path of the account that receives, and gets nothing else meanwhile (//Dave)
  --amount PLANCK   how much (1000000000000)
  --timeout S       give up after so many seconds (280)`;
const DEFAULTS = {
  after: '0',
  past: '150',
  'max-lag': '120',
  settled: '12',
  'blocks-per-stop': '0',
  from: '//Bob',
  to: '//Dave',
  amount: '1000000000000',
  timeout: '280',
};

await runClient(USAGE, DEFAULTS, async (url, options) => {
  await settle(url, Number(options.after), Number(options.settled));
  const wire = { follows: 0, stops: 0 };
  const client = connect(url, (event) => watchWire(wire, event));
  const api = client.getUnsafeApi();
  await readRuntime(client, api);
  const [first, last] = await Promise.race([
    watchFinalized(client),
    followPast(client, options).then(async (first) => [first, await transfer(api, options)]),
  ]);
  const blocksPerStop = Number(options['blocks-per-stop']);
  // The best block was ahead of the last final one, by about as many blocks as from one stop to the next.
  const most = blocksPerStop === 0 ? 0 : 2 + Math.floor((last - first) / blocksPerStop);
  check(wire.stops <= most, `the node stops chainHead_v1_follow at most ${most} times`, wire);
  check(wire.follows === 1 + wire.stops, 'the client follows once, and once more after each stop', wire);
  evidence('subscription', wire);
  client.destroy();
});

// Node 20 has no WebSocket of its own without a flag.
function connect(url, logger) {
  return createClient(getWsProvider(url, { websocketClass: WebSocket, logger }));
}

// A young chain with an easy target runs ahead of its finality.
async function settle(url, after, settled) {
  const client = connect(url);
  const isSettled = (blocks) => blocks[0].number > after && blocks.length - 1 <= settled;
  const [best, ...behind] = await firstValueFrom(client.bestBlocks$.pipe(filter(isSettled)));
  client.destroy();
  evidence('settled', { best: best.number, lag: behind.length });
}

// What PAPI hides from its users: it follows anew when the node stops a subscription. A node forgets which block was best
// when the subscription began once 16 others became final, and stops when that block's turn comes; so it does not where
// finality is less deep.
function watchWire(wire, { type, msg }) {
  if (type === SocketEvents.OUT && JSON.parse(msg).method === 'chainHead_v1_follow') wire.follows += 1;
  if (type === SocketEvents.IN && JSON.parse(msg).params?.result?.event === 'stop') wire.stops += 1;
}

async function readRuntime(client, api) {
  const [{ name, genesisHash }, network, blockTime] = await Promise.all([
    client.getChainSpecData(),
    api.apis.PoswApi.network({ at: 'best' }),
    api.constants.Difficulty.TargetBlockTime(),
  ]);
  check(network.params.difficulty.block_time === BigInt(blockTime), 'the constant TargetBlockTime is the block time in force');
  evidence('runtime', { name, genesisHash, epoch: network.epoch.index, blockTime });
}

// Fails unless finalized blocks come one after the other, none left out.
function watchFinalized(client) {
  let last;
  return lastValueFrom(
    client.finalizedBlock$.pipe(
      tap(({ number, hash, parent }) => {
        const follows = last === undefined || (number === last.number + 1 && parent === last.hash);
        check(follows, 'each finalized block is the child of the one before', { last, number, hash, parent });
        last = { number, hash };
        evidence('finalized', last);
      }),
    ),
  );
}

async function followPast(client, options) {
  const [past, maxLag, settled] = [options.past, options['max-lag'], options.settled].map(Number);
  let first;
  let worst = 0;
  const blocks = await firstValueFrom(
    client.bestBlocks$.pipe(
      tap(([best, ...behind]) => {
        first ??= best.number;
        worst = Math.max(worst, behind.length);
        check(worst <= maxLag, `finality is at most ${maxLag} blocks behind`, { best: best.number, lag: worst });
      }),
      filter(([best, ...behind]) => best.number > past && behind.length <= settled),
    ),
  );
  evidence('past', { first, best: blocks[0].number, finalized: blocks.at(-1).number, worst });
  return first;
}

async function transfer(api, { from, to, amount: amountOption }) {
  const derive = sr25519CreateDerive(DEV_MINI_SECRET);
  const pair = derive(from);
  const dest = ss58Address(derive(to).publicKey);
  const value = BigInt(amountOption);
  const free = async () => (await api.query.System.Account.getValue(dest, { at: 'finalized' })).data.free;

  const before = await free();
  const signer = getPolkadotSigner(pair.publicKey, 'Sr25519', pair.sign);
  const call = api.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: dest }, value });
  const done = await firstValueFrom(
    call.signSubmitAndWatch(signer).pipe(
      tap(({ type, txHash, block }) => evidence(type, { txHash, block: block?.number })),
      filter(({ type }) => type === 'finalized'),
    ),
  );
  check(done.ok, 'the transfer succeeds', { dispatchError: done.dispatchError?.type });
  const after = await free();
  check(after - before === value, `the recipient's balance at the finalized block rises by ${value}`, { before, after });
  evidence('transferred', { to: dest, block: done.block.number, before, after });
  return done.block.number;
}
