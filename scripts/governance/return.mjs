// `return`: gives back what a referendum that is over has bound: deposits, preimage, and the account's own votes on it.

import { firstKept } from './blocks.mjs';
import { proposedCall } from './calls.mjs';
import { bestBlock, currencyOf } from './connection.mjs';
import { formatDecimal } from './decimal.mjs';
import { tell, warn } from './output.mjs';
import { readReferendum } from './referendum.mjs';
import { Refusal } from './refusal.mjs';
import { send } from './transaction.mjs';

/** Returns what can be returned now, in one transaction. */
export async function giveBack(api, account, index) {
  const best = await bestBlock(api);
  const referendum = await readReferendum(best.at, index);
  if (referendum.state === 'Ongoing') throw new Refusal(`referendum ${index} is under way: deposits come back once it is over`);
  const calls = [...refunds(api, referendum), ...(await unnote(api, account, best, referendum)), ...(await unvote(api, account, index))];
  if (calls.length === 0) {
    tell('nothing', { referendum: index }, `referendum ${index} binds nothing that could be returned`);
    return;
  }
  const { block, at, events } = await send(api, account, api.tx.utility.batchAll(calls));
  const { decimals, symbol } = currencyOf(api);
  for (const event of events.filter(({ section, method }) => section === 'referenda' && /Refunded$/.test(method))) {
    const [amount, who] = [event.data.amount.toBigInt(), event.data.who.toString()];
    const name = event.method === 'DecisionDepositRefunded' ? 'decision' : 'submission';
    tell('refunded', { referendum: index, deposit: name, amount, who, block }, `block ${block}: the ${name} deposit of ${formatDecimal(amount, decimals)} ${symbol} is back with ${who}`);
  }
  if (events.some(({ section, method }) => section === 'preimage' && method === 'Cleared')) {
    tell('unnoted', { referendum: index, block }, `block ${block}: the preimage is taken back with its deposit`);
  }
  await tellUnlocked(api, at, account, calls, block);
}

// A rejected referendum keeps its submission deposit, a killed one has none.
function refunds(api, { index, state, info }) {
  if (state === 'Killed') return [];
  const [, submission, decision] = info.inner;
  return [
    ...(decision.isSome ? [api.tx.referenda.refundDecisionDeposit(index)] : []),
    ...(submission.isSome && ['Approved', 'Cancelled'].includes(state) ? [api.tx.referenda.refundSubmissionDeposit(index)] : []),
  ];
}

// Only who noted a preimage may take it back, and not while anything asks for it.
async function unnote(api, account, best, { index, since }) {
  const notes = (await best.at.query.preimage.requestStatusFor.entries()).filter(([, status]) => {
    const found = status.unwrap();
    return found.isUnrequested && found.asUnrequested.ticket[0].eq(account.address);
  });
  if (notes.length === 0) return [];
  const hashes = notes.map(([key]) => key.args[0].toHex());
  if ((await firstKept(api, since, best.number)) !== since) {
    warn(`this node no longer knows which preimage referendum ${index} had; noted by the account are ${hashes.join(', ')}`);
    return [];
  }
  const before = await api.at(await api.rpc.chain.getBlockHash(since - 1));
  const { hash } = await proposedCall(before, (await readReferendum(before, index)).status.proposal);
  return hashes.includes(hash) ? [api.tx.preimage.unnotePreimage(hash)] : [];
}

async function unvote(api, account, index) {
  const locks = await api.query.convictionVoting.classLocksFor(account.address);
  const calls = [];
  for (const [track] of locks) {
    const voting = await api.query.convictionVoting.votingFor(account.address, track);
    if (!voting.isCasting || !voting.asCasting.votes.some(([poll]) => poll.eq(index))) continue;
    calls.push(api.tx.convictionVoting.removeVote(track, index), api.tx.convictionVoting.unlock(track, account.address));
  }
  return calls;
}

// Coins of a vote that was won stay locked for its conviction.
async function tellUnlocked(api, at, account, calls, block) {
  const { decimals, symbol } = currencyOf(api);
  for (const call of calls.filter(({ method }) => method.section === 'convictionVoting' && method.method === 'unlock')) {
    const track = call.args[0];
    const [until, amount] = (await at.query.convictionVoting.votingFor(account.address, track)).asCasting.prior;
    const locked = until.toNumber() > block ? amount.toBigInt() : 0n;
    const text = locked === 0n ? '' : `; ${formatDecimal(locked, decimals)} ${symbol} stay locked until block ${until}`;
    tell('unvoted', { track: track.toNumber(), block, locked, until: until.toNumber() }, `block ${block}: the vote is taken back${text}`);
  }
}
