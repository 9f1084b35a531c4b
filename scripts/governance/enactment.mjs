// What becomes of an approved referendum: the scheduler's answer among the events of a block.

import { blocksBetween, firstKept } from './blocks.mjs';
import { proposedCall } from './calls.mjs';
import { explainError } from './dispatch-error.mjs';
import { enactmentName } from './referendum.mjs';
import { Refusal } from './refusal.mjs';

/** Why the scheduler does not dispatch a call. */
const UNDISPATCHED = {
  CallUnavailable: 'its call is not there: nobody noted the preimage, somebody took it back, or its bytes are no call',
  PermanentlyOverweight: 'its call is heavier than a block allows',
};
/** The scheduler's answers to a task. */
const ANSWERS = ['Dispatched', ...Object.keys(UNDISPATCHED)];
/** Its events behind everything that a task did; its others are also those of calls that schedule or cancel something. */
const TASK_ENDS = [...ANSWERS, 'PeriodicFailed', 'RetryFailed'];

/**
 * The enactment of a referendum in a block: `{ error, effects, task }`, with `error` null where the call succeeded, `effects` the
 * events of the call and `task` its place in the scheduler; null where the block does not enact it.
 *
 * @param at the API at the block
 * @param records the block's events
 */
export function enactmentIn(at, index, records) {
  const name = enactmentName(index);
  const isOurs = ({ event }) => isOfScheduler(event, ANSWERS) && event.data.id.isSome && event.data.id.unwrap().toHex() === name;
  const position = records.findIndex(isOurs);
  if (position < 0) return null;
  const { event } = records[position];
  const [block, place] = [...event.data.task].map((number) => number.toNumber());
  const task = { block, place };
  if (event.method in UNDISPATCHED) return { error: UNDISPATCHED[event.method], effects: [], task };
  const { result } = event.data;
  const effects = effectsBefore(records, position);
  return { error: result.isErr ? explainError(at, result.asErr) : innerError(at, effects), effects, task };
}

// A call's events come before the scheduler's answer, and behind the end of the task before it.
function effectsBefore(records, position) {
  const isBefore = ({ event, phase }) => !phase.isInitialization || isOfScheduler(event, TASK_ENDS);
  const earlier = records.slice(0, position).findLastIndex(isBefore);
  return records.slice(earlier + 1, position).map(({ event }) => event);
}

function isOfScheduler({ section, method }, methods) {
  return section === 'scheduler' && methods.includes(method);
}

// Calls that succeed although what they call does not.
function innerError(at, effects) {
  for (const event of effects) {
    switch (`${event.section}.${event.method}`) {
      case 'utility.BatchInterrupted':
      case 'utility.ItemFailed':
        return explainError(at, event.data.error);
      case 'whitelist.WhitelistedCallDispatched':
        if (event.data.result.isErr) return explainError(at, event.data.result.asErr.error);
        break;
      case 'whitelist.DispatchDeferred':
        return 'the technical committee has not whitelisted the call; anybody can dispatch it once it has';
    }
  }
  return null;
}

/**
 * The enactment of an approved referendum that is no longer scheduled: as `enactmentIn`, with `block`, its number, `before`, the API at
 * its parent, and `call`, null where the library cannot decode it.
 *
 * @param head number of the best block
 */
export async function findEnactment(api, head, { index, since }) {
  const first = await firstKept(api, since, head);
  if (first !== null) {
    for await (const { number, parent, at, events } of blocksBetween(api, first, head)) {
      const found = enactmentIn(at, index, events);
      if (!found) continue;
      const before = await api.at(parent);
      return { ...found, block: number, before, call: await callOf(before, at.registry, found.task) };
    }
  }
  if (first === since) throw new Refusal(dropped(index, since));
  throw new Refusal(`referendum ${index} was approved in block ${since} and enacted before block ${first ?? head}; this node keeps no older states: ask one with --state-pruning archive`);
}

// By the task's place: the scheduler forgets the name of a call that it postpones. The registry is that of the code that dispatched it.
async function callOf(before, registry, { block, place }) {
  const agenda = await before.query.scheduler.agenda(block);
  return (await proposedCall(before, agenda[place].unwrap().call, registry)).call;
}

/** A full agenda drops an enactment without an event: whatever is not scheduled when it is approved never will be. */
export function dropped(index, block) {
  return `referendum ${index} is approved in block ${block}, but not scheduled: the agenda of its block is full. Propose it again`;
}
