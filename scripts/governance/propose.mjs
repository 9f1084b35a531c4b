// `propose`: tells what a proposal is and when it can come into force, and begins its referendum.

import { changesOf, describeCall, leaves, lookupOf, nameOf } from './calls.mjs';
import { bestBlock, currencyOf } from './connection.mjs';
import { formatDecimal } from './decimal.mjs';
import { ongoing } from './list.mjs';
import { tell, warn } from './output.mjs';
import { groupOfCall, readParameters } from './parameters.mjs';
import { Refusal } from './refusal.mjs';
import { rehearse } from './rehearsal.mjs';
import { earliestBlocks, nextEpoch, roughTime } from './schedule.mjs';
import { coinsOf, eventOf, send } from './transaction.mjs';

/** What the preimage pallet's deposit counts beside the call's own bytes (`pallet_preimage::Config` of the runtime). */
const PREIMAGE_ITEMS = 2n;
const PREIMAGE_BYTES = 189n;

/**
 * Proposes a call.
 *
 * @param proposal `{ call, track }`, and `facts` to show beside them
 * @param account who signs; may be null for a dry run
 * @param options `dry-run`, `no-deposit`
 */
export async function propose(api, account, { call, track, facts = {} }, options) {
  const failure = await rehearse(api, track, call);
  if (failure) throw new Refusal(`${nameOf(call)} would fail when it is enacted: ${failure.reason}`);

  const best = await bestBlock(api);
  const parameters = await readParameters(api, best.at, best.number);
  const plan = await planOf(api, best, call, track, parameters);
  showPlan(api, best.number, call, track, { ...plan, ...facts }, changesOf(api, call, parameters.groups));
  await warnOfOthers(best, call);
  if (options['dry-run']) return;

  const placesDeposit = !options['no-deposit'];
  await refusePoor(api, account, plan, placesDeposit);
  const index = await submit(api, account, call, track, plan);
  if (placesDeposit) await placeDeposit(api, account, index);
}

async function planOf(api, best, call, track, parameters) {
  const { hash, length } = lookupOf(call);
  const [[chain], [governance], status] = await Promise.all([
    best.at.call.chainApi.parameters(),
    best.at.call.chainApi.governance(),
    best.at.query.preimage.requestStatusFor(hash),
  ]);
  const isNoted = status.isSome && (status.unwrap().isUnrequested || status.unwrap().asRequested.maybeLen.isSome);
  const bytes = PREIMAGE_BYTES + BigInt(length);
  const preimageDeposit = PREIMAGE_ITEMS * chain.depositPerItem.toBigInt() + bytes * chain.depositPerByte.toBigInt();
  const blocks = earliestBlocks(best.number, track);
  const holds = leaves(call).some(groupOfCall) ? nextEpoch(parameters.epoch, blocks.enactment, parameters.laterLength) : null;
  const { blockTime } = parameters.groups.find(({ name }) => name === 'difficulty').current;
  return {
    hash,
    length,
    isNoted,
    submissionDeposit: governance.submissionDeposit.toBigInt(),
    decisionDeposit: track.decisionDeposit,
    preimageDeposit: isNoted ? 0n : preimageDeposit,
    earliest: { ...blocks, ...(holds && { inForce: holds.block, inForceEpoch: holds.epoch }) },
    blockTime: Number(blockTime),
  };
}

function showPlan(api, head, call, track, plan, changes) {
  const { decimals, symbol } = currencyOf(api);
  const coins = (amount) => `${formatDecimal(amount, decimals)} ${symbol}`;
  const { isNoted, blockTime, earliest, ...facts } = plan;
  const when = (block) => `block ${block}, in about ${roughTime(block - head, blockTime)}`;
  const lines = [
    ['call', describeCall(call).join('\n  ')],
    ...changes.map(([name, old, value]) => ['changes', `${name}: ${old} -> ${value}`]),
    ...(plan.codeHash ? [['code', `${plan.specName} ${plan.specVersion}, hash ${plan.codeHash}`]] : []),
    ['call hash', plan.hash],
    ['call length', `${plan.length} bytes`],
    ['track', `${track.name} (${track.number})`],
    ['submission deposit', coins(plan.submissionDeposit)],
    ['decision deposit', coins(plan.decisionDeposit)],
    ['preimage deposit', isNoted ? 'none: the preimage is noted already' : coins(plan.preimageDeposit)],
    ['earliest decision', when(earliest.decision)],
    ['earliest confirmation', when(earliest.confirmation)],
    ['earliest enactment', when(earliest.enactment)],
    ...(earliest.inForce ? [['in force from', `${when(earliest.inForce)}, with epoch ${earliest.inForceEpoch}`]] : []),
  ];
  const described = { call: nameOf(call), hex: call.toHex(), args: call.toHuman().args, changes, track: track.name, head, earliest, blockTime };
  tell('proposal', { ...described, ...facts }, ...lines.map(([title, text]) => `${`${title}:`.padEnd(23)}${text}`));
}

// Each call sets all parameters of its group: the last one in an epoch wins.
async function warnOfOthers(best, call) {
  const groups = new Set(leaves(call).map((leaf) => groupOfCall(leaf)?.name).filter(Boolean));
  for (const other of await ongoing(best.at)) {
    const shared = other.call ? leaves(other.call).map((leaf) => groupOfCall(leaf)?.name).find((name) => groups.has(name)) : undefined;
    if (shared) warn(`referendum ${other.index} sets the parameters of ${shared}, too: of two that are enacted in one epoch the last one counts, with all its values`);
  }
}

async function refusePoor(api, account, plan, placesDeposit) {
  const { decimals, symbol } = currencyOf(api);
  const { usable } = await coinsOf(api, account.address);
  const needed = plan.submissionDeposit + plan.preimageDeposit + (placesDeposit ? plan.decisionDeposit : 0n);
  if (usable >= needed) return;
  const [has, wants] = [usable, needed].map((amount) => `${formatDecimal(amount, decimals)} ${symbol}`);
  throw new Refusal(`the account ${api.createType('AccountId', account.publicKey)} has ${has} that are free, needed are ${wants} for deposits, and fees`);
}

async function submit(api, account, call, track, { hash, length, isNoted }) {
  if (isNoted) warn('the preimage was noted before: whoever did can take it back until the referendum is approved');
  const begin = api.tx.referenda.submit(track.origin, { Lookup: { hash, len: length } }, { After: 0 });
  const transaction = isNoted ? begin : api.tx.utility.batchAll([api.tx.preimage.notePreimage(call.toHex()), begin]);
  const { block, events } = await send(api, account, transaction);
  const index = eventOf(events, 'referenda.Submitted').data.index.toNumber();
  tell('submitted', { referendum: index, block, hash }, `block ${block}: referendum ${index} is submitted`);
  return index;
}

/** `deposit`: puts the decision deposit on a referendum, without which nothing is decided. */
export async function placeDeposit(api, account, index) {
  const { block, events } = await send(api, account, api.tx.referenda.placeDecisionDeposit(index));
  const { decimals, symbol } = currencyOf(api);
  const amount = eventOf(events, 'referenda.DecisionDepositPlaced').data.amount.toBigInt();
  tell('deposited', { referendum: index, block, amount }, `block ${block}: the decision deposit of ${formatDecimal(amount, decimals)} ${symbol} is on referendum ${index}`);
}
