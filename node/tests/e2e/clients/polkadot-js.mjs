// @polkadot/api: metadata, the author of each header, a stake and its activation, the credit and factor that it earns.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { check, evidence, runClient } from './evidence.mjs';

const USAGE = `usage: polkadot-js.mjs URL [options]
  --author KEY      the account that mines every block: a secret URI or an address (//Alice)
  --staker URI      the account that stakes, has no stake yet and does not mine (//Dave)
  --amount PLANCK   how much (1000000000000000, which is 1000 tokens)
  --lock BLOCKS     how long (midway between the shortest and the longest lock)
  --headers N       see at least so many headers (10)
  --timeout S       give up after so many seconds (160)`;
const DEFAULTS = {
  author: '//Alice',
  staker: '//Dave',
  amount: '1000000000000000',
  lock: '',
  headers: '10',
  timeout: '160',
};

const PALLETS = ['system', 'poswStake', 'timestamp', 'balances', 'transactionPayment', 'difficulty', 'rewards'];
const CALLS = ['stake', 'relock', 'unlock', 'withdraw', 'setSealingKey', 'clearSealingKey'];
const APIS = ['claims', 'network', 'account', 'plausibility', 'checkParams', 'emptyBlock'];
const ONE = 10n ** 9n;
const FULL_CREDIT = 10n ** 18n;

await runClient(USAGE, DEFAULTS, async (url, options) => {
  const api = await ApiPromise.create({ provider: new WsProvider(url), throwOnConnect: true });
  readMetadata(api);

  const keyring = new Keyring({ type: 'sr25519' });
  const author = options.author.includes('//') ? keyring.addFromUri(options.author).address : options.author;
  const staker = keyring.addFromUri(options.staker);
  const heads = await subscribeHeads(api, author);

  await heads.next();
  const deposit = await stake(api, staker, BigInt(options.amount), options.lock);
  await watchActivation(api, heads, staker.address, deposit);
  await watchFactor(api, heads, staker.address);
  while (heads.seen() < Number(options.headers)) await heads.next();
  evidence('headers', { seen: heads.seen(), author });
});

function readMetadata(api) {
  const has = (names, where, what) => {
    for (const name of names) check(name in (where ?? {}), `the metadata has ${what}.${name}`);
  };
  has(PALLETS, api.query, 'query');
  has(CALLS, api.tx.poswStake, 'tx.poswStake');
  has(APIS, api.call.poswApi, 'call.poswApi');
  const blockTime = api.consts.difficulty.targetBlockTime.toBigInt();
  check(blockTime > 0n, 'consts.difficulty.targetBlockTime is above zero', { blockTime });
  evidence('metadata', {
    version: api.runtimeMetadata.version,
    spec: `${api.runtimeVersion.specName} ${api.runtimeVersion.specVersion}`,
    chain: api.runtimeChain,
    ss58: api.registry.chainSS58,
    decimals: api.registry.chainDecimals,
    symbol: api.registry.chainTokens,
    blockTime,
  });
}

// Follows the best chain; every header's author, as an explorer shows it, is `author`.
async function subscribeHeads(api, author) {
  const queue = [];
  let seen = 0;
  let wake = () => {};
  await api.derive.chain.subscribeNewHeads((header) => {
    queue.push(header);
    wake();
  });
  return {
    seen: () => seen,
    next: async () => {
      while (queue.length === 0) await new Promise((resolve) => (wake = resolve));
      const header = queue.shift();
      if (header.number.toNumber() > 0) {
        seen += 1;
        const facts = { block: header.number.toNumber(), hash: header.hash.toHex(), author: header.author?.toString() };
        check(facts.author === author, `the author of every header is ${author}`, facts);
        evidence('author', facts);
      }
      return header;
    },
  };
}

// Stakes and returns the event's fields; the event is read back from the block that includes the extrinsic.
async function stake(api, pair, amount, lockOption) {
  const { stake: params } = (await api.call.poswApi.network()).params;
  const [minLock, maxLock] = [params.minLock.toBigInt(), params.maxLock.toBigInt()];
  const lock = lockOption === '' ? (minLock + maxLock) / 2n : BigInt(lockOption);
  const blockHash = await new Promise((resolve, reject) => {
    api.tx.poswStake
      .stake(amount, lock)
      .signAndSend(pair, ({ status, dispatchError, isError }) => {
        if (dispatchError) reject(new Error(describe(api, dispatchError)));
        else if (isError) reject(new Error(`the extrinsic is ${status.type}`));
        else if (status.isInBlock) resolve(status.asInBlock);
      })
      .catch(reject);
  });

  const header = await api.rpc.chain.getHeader(blockHash);
  const events = await (await api.at(blockHash)).query.system.events();
  const staked = events.map(({ event }) => event).filter((event) => api.events.poswStake.Staked.is(event));
  check(staked.length === 1, 'the block has one PoswStake.Staked event', { found: staked.length });
  const found = Object.fromEntries(Object.entries(fields(staked[0])).map(([key, value]) => [key, value.toPrimitive()]));
  const before = await (await api.at(header.parentHash)).call.poswApi.network();
  const block = header.number.toBigInt();
  const span = maxLock - minLock;
  const bonus = span === 0n ? 0n : (amount * params.lockBonus.toBigInt() * (lock - minLock)) / (span * ONE);
  const expected = {
    who: pair.address,
    amount,
    lockEnd: block + lock,
    weight: amount + bonus,
    activeFrom: before.epoch.index.toBigInt() + before.params.stake.activation.toBigInt(),
  };
  for (const [key, value] of Object.entries(expected)) {
    check(String(found[key]) === String(value), `${key} of the event is ${value}`, { block, ...found });
  }
  evidence('staked', { block, hash: blockHash.toHex(), ...found });
  return { id: Number(found.deposit), weight: expected.weight, activeFrom: expected.activeFrom };
}

// The account's first deposit counts for nothing before its epoch, and for its weight from then on.
async function watchActivation(api, heads, who, deposit) {
  for (;;) {
    const at = await api.at((await heads.next()).hash);
    const [network, account] = await Promise.all([at.call.poswApi.network(), at.call.poswApi.account(who)]);
    const state = account.deposits.find(({ id }) => id.toNumber() === deposit.id);
    if (!state) continue; // a header from before the extrinsic
    const epoch = network.epoch.index.toBigInt();
    const weight = state.weight.toBigInt();
    const expected = epoch < deposit.activeFrom ? 0n : deposit.weight;
    const facts = { deposit: deposit.id, epoch, activeFrom: deposit.activeFrom, weight, staked: network.staked.toBigInt() };
    check(weight === expected, `the deposit's weight in epoch ${epoch} is ${expected}`, facts);
    evidence('deposit', facts);
    check(account.weight.toBigInt() === weight, "the account's weight is that of its only deposit", facts);
    if (weight > 0n) {
      const total = network.totalWeight.toBigInt();
      check(total >= weight, "the network's weight includes the account's", { ...facts, total });
      return;
    }
    check(account.factor.toBigInt() === ONE, 'without weight the factor is 1.0', facts);
  }
}

// Credit buys the factor that SPEC 7.3 gives, and the claims of a block mined now carry it.
async function watchFactor(api, heads, who) {
  for (;;) {
    const at = await api.at((await heads.next()).hash);
    const [network, account, claims] = await Promise.all([
      at.call.poswApi.network(),
      at.call.poswApi.account(who),
      at.call.poswApi.claims(who),
    ]);
    const [credit, boost, factor] = [account.credit, account.boost, account.factor].map((value) => value.toBigInt());
    const facts = { weight: account.weight.toBigInt(), credit, boost, factor, leadCap: network.leadCap.toBigInt() };
    const rationed = network.params.stake.ration.toBigInt() !== 0n;
    const spent = rationed && credit < FULL_CREDIT ? credit : FULL_CREDIT;
    const expected = (10n ** 27n * boost) / (FULL_CREDIT * boost - spent * (boost - ONE));
    check(factor === expected, `the factor is ${expected}`, facts);
    check(claims.factor.toBigInt() === factor, 'the claims carry the factor', { ...facts, claimed: claims.factor.toBigInt() });
    evidence('factor', facts);
    if (factor > ONE) return;
  }
}

function fields(event) {
  return Object.fromEntries(event.data.names.map((name, index) => [name, event.data[index]]));
}

function describe(api, error) {
  if (!error.isModule) return error.toString();
  const { section, name, docs } = api.registry.findMetaError(error.asModule);
  return `${section}.${name}: ${docs.join(' ')}`;
}
