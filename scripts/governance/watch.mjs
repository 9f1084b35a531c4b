// `watch`: tells each change of a referendum's state, until it is over and, if approved, enacted.

import { firstKept, followBlocks } from './blocks.mjs';
import { nameOf, proposedCall } from './calls.mjs';
import { bestBlock, currencyOf } from './connection.mjs';
import { formatDecimal } from './decimal.mjs';
import { enactmentIn } from './enactment.mjs';
import { tell } from './output.mjs';
import { endOf, readReferendum, refuseUnapproved, scheduledEnactment } from './referendum.mjs';
import { Refusal } from './refusal.mjs';

const ENDINGS = ['Rejected', 'TimedOut', 'Cancelled', 'Killed'];

/** Succeeds only when the referendum is approved and its call has been dispatched without an error. */
export async function watch(api, index) {
  const best = await bestBlock(api);
  const referendum = await readReferendum(best.at, index);
  if (referendum.state === 'Ongoing') {
    const { call } = await proposedCall(api, best.at, referendum.status.proposal);
    report(index, best.number, 'Ongoing', call ? nameOf(call) : 'its preimage is not noted', stageOf(referendum.status));
  } else {
    refuseUnapproved(referendum);
    report(index, referendum.since, 'Approved');
  }
  const first = referendum.state === 'Ongoing' ? best.number + 1 : await firstOfApproved(api, referendum, best.number);
  for await (const block of followBlocks(api, first)) {
    if (block.replaces) report(index, block.number, 'Reorganised', `the blocks up to ${block.replaces} are no longer in the best chain`);
    for (const { event } of block.events) reportEvent(api, index, block.number, event);
    const ending = block.events.find(({ event }) => isAbout(event, index) && ENDINGS.includes(event.method));
    if (ending) throw new Refusal(endOf(index, ending.event.method, block.number));
    if (block.events.some(({ event }) => isAbout(event, index) && event.method === 'Confirmed')) await reportSchedule(block, index);
    if (reportEnactment(api, index, block)) return;
  }
}

async function firstOfApproved(api, { index, since }, head) {
  const first = await firstKept(api, since, head);
  if (first === since || (await scheduledEnactment(await api.at(await api.rpc.chain.getBlockHash(head)), index))) return first ?? head + 1;
  throw new Refusal(`referendum ${index} was approved in block ${since}, whose state this node keeps no more: ask one with --state-pruning archive`);
}

// A full agenda drops an enactment without an event: whatever is not scheduled when it is approved never will be.
async function reportSchedule({ at, number }, index) {
  const scheduled = await scheduledEnactment(at, index);
  if (!scheduled) {
    throw new Refusal(`referendum ${index} is approved in block ${number}, but not scheduled: the agenda of its block is full. Propose it again`);
  }
  report(index, number, 'Scheduled', `for block ${scheduled.block}`);
}

function reportEnactment(api, index, { number, events }) {
  const enactment = enactmentIn(api, index, events);
  if (!enactment) return false;
  if (enactment.error) throw new Refusal(`referendum ${index} was enacted in block ${number} and failed: ${enactment.error}`);
  const effects = enactment.effects.map(({ section, method }) => `${section}.${method}`);
  report(index, number, 'Dispatched', 'Ok', effects.join(', '));
  return true;
}

function reportEvent(api, index, block, event) {
  const { decimals, symbol } = currencyOf(api);
  const coins = (amount) => `${formatDecimal(amount.toBigInt(), decimals)} ${symbol}`;
  if (event.section === 'convictionVoting' && event.data.pollIndex?.eq(index)) {
    report(index, block, event.method, `${event.data.who} ${voteText(event.data.vote, coins)}`);
  }
  if (!isAbout(event, index)) return;
  const { tally, amount } = event.data;
  report(index, block, event.method, amount ? coins(amount) : '', tally ? tallyText(tally, coins) : '');
}

/** A vote as people read it. */
function voteText(vote, coins) {
  if (!vote.isStandard) return `${vote.type}`;
  const { vote: side, balance } = vote.asStandard;
  return `${side.isAye ? 'aye' : 'nay'} with ${coins(balance)}, conviction ${side.conviction.index}`;
}

/** A tally as people read it. */
export function tallyText({ ayes, nays, support }, coins) {
  return `ayes ${coins(ayes)}, nays ${coins(nays)}, support ${coins(support)}`;
}

/** How far a referendum that is under way has come. */
export function stageOf({ deciding, decisionDeposit, inQueue }) {
  if (deciding.isSome) return deciding.unwrap().confirming.isSome ? 'confirming' : 'deciding';
  if (decisionDeposit.isNone) return 'waiting for the decision deposit';
  return inQueue.isTrue ? 'queued until the track has room' : 'preparing';
}

function isAbout(event, index) {
  return event.section === 'referenda' && event.data.index?.eq(index);
}

function report(index, block, state, ...details) {
  const detail = details.filter((text) => text !== '').join('; ');
  tell('state', { referendum: index, block, state, detail }, `block ${block}: ${state}${detail === '' ? '' : ` (${detail})`}`);
}
