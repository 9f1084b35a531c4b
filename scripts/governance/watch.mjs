// `watch`: tells each change of a referendum's state, until it is over and, if approved, enacted.

import { followBlocks } from './blocks.mjs';
import { nameOf, proposedCall } from './calls.mjs';
import { bestBlock, currencyOf } from './connection.mjs';
import { formatDecimal } from './decimal.mjs';
import { dropped, enactmentIn, findEnactment } from './enactment.mjs';
import { tell } from './output.mjs';
import { dueText, endOf, readReferendum, refuseUnapproved, scheduledEnactment } from './referendum.mjs';
import { Refusal } from './refusal.mjs';

const ENDINGS = ['Rejected', 'TimedOut', 'Cancelled', 'Killed'];

/** Succeeds only when the referendum is approved and its call has been dispatched without an error. */
export async function watch(api, index) {
  const best = await bestBlock(api);
  const referendum = await readReferendum(best.at, index);
  if (referendum.state === 'Ongoing') {
    const { call } = await proposedCall(best.at, referendum.status.proposal);
    report(index, best.number, 'Ongoing', call ? nameOf(call) : 'its preimage is not noted', stageOf(referendum.status));
  } else {
    refuseUnapproved(referendum);
    report(index, referendum.since, 'Approved');
    const scheduled = await scheduledEnactment(best.at, index);
    if (scheduled === null) {
      const enactment = await findEnactment(api, best.number, referendum);
      reportEnactment(index, enactment.block, enactment);
      return;
    }
    report(index, best.number, 'Scheduled', dueText(scheduled, best.number));
  }
  await follow(api, index, best);
}

async function follow(api, index, best) {
  for await (const { number, replaces, at, events: records } of followBlocks(api, best)) {
    if (replaces) report(index, number, 'Reorganised', `the blocks up to ${replaces} are no longer in the best chain`);
    const events = records.map(({ event }) => event);
    for (const event of events) reportEvent(api, index, number, event);
    const ours = events.filter((event) => isAbout(event, index));
    const ending = ours.find(({ method }) => ENDINGS.includes(method));
    if (ending) throw new Refusal(endOf(index, ending.method, number));
    if (ours.some(({ method }) => method === 'Confirmed')) await reportSchedule(at, number, index);
    const enactment = enactmentIn(at, index, records);
    if (enactment) {
      reportEnactment(index, number, enactment);
      return;
    }
  }
}

async function reportSchedule(at, block, index) {
  const scheduled = await scheduledEnactment(at, index);
  if (scheduled === null) throw new Refusal(dropped(index, block));
  report(index, block, 'Scheduled', dueText(scheduled, block));
}

function reportEnactment(index, block, { error, effects }) {
  if (error) throw new Refusal(`referendum ${index} was enacted in block ${block} and failed: ${error}`);
  report(index, block, 'Dispatched', 'Ok', effects.map(({ section, method }) => `${section}.${method}`).join(', '));
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
