// What becomes of an approved referendum: the scheduler's answer among the events of a block.

import { blocksBetween, firstKept } from './blocks.mjs';
import { proposedCall } from './calls.mjs';
import { explainError } from './dispatch-error.mjs';
import { enactmentName, scheduledEnactment } from './referendum.mjs';
import { Refusal } from './refusal.mjs';

/** Why the scheduler does not dispatch a call. */
const UNDISPATCHED = {
  CallUnavailable: 'its call is not there: nobody noted the preimage, somebody took it back, or its bytes are no call',
  PermanentlyOverweight: 'its call is heavier than a block allows',
};

/**
 * The enactment of a referendum in a block: `{ error, effects }`, with `error` null where the call succeeded and `effects` the
 * events of the call; null where the block does not enact it.
 */
export function enactmentIn(api, index, records) {
  const name = enactmentName(index);
  const isOurs = ({ event }) => event.section === 'scheduler' && event.data.id?.isSome && event.data.id.unwrap().toHex() === name;
  const position = records.findIndex(isOurs);
  if (position < 0) return null;
  const { event } = records[position];
  const effects = eventsBefore(records, position);
  if (event.method === 'Dispatched') {
    const { result } = event.data;
    return { error: result.isErr ? explainError(api, result.asErr) : innerError(api, effects), effects };
  }
  return event.method in UNDISPATCHED ? { error: UNDISPATCHED[event.method], effects: [] } : null;
}

// A call's events come before the scheduler's own, and behind the one of the call before it.
function eventsBefore(records, position) {
  const earlier = records.slice(0, position).findLastIndex(({ event, phase }) => event.section === 'scheduler' || !phase.isInitialization);
  return records.slice(earlier + 1, position).map(({ event }) => event);
}

// Calls that succeed although what they call does not.
function innerError(api, effects) {
  for (const event of effects) {
    switch (`${event.section}.${event.method}`) {
      case 'utility.BatchInterrupted':
      case 'utility.ItemFailed':
        return explainError(api, event.data.error);
      case 'whitelist.WhitelistedCallDispatched':
        if (event.data.result.isErr) return explainError(api, event.data.result.asErr.error);
        break;
      case 'whitelist.DispatchDeferred':
        return 'the technical committee has not whitelisted the call; anybody can dispatch it once it has';
    }
  }
  return null;
}

/**
 * The enactment of an approved referendum that is no longer scheduled: as `enactmentIn`, with `block`, its number, `before`, the API at
 * its parent, and `call`.
 *
 * @param head number of the best block
 */
export async function findEnactment(api, head, { index, since }) {
  const first = await firstKept(api, since, head);
  if (first !== null) {
    for await (const { number, parent, events } of blocksBetween(api, first, head)) {
      const found = enactmentIn(api, index, events);
      if (!found) continue;
      const before = await api.at(parent);
      return { ...found, block: number, before, call: await scheduledCall(api, before, index) };
    }
  }
  if (first === since) throw new Refusal(dropped(index, since));
  throw new Refusal(`referendum ${index} was approved in block ${since} and enacted before block ${first ?? head}; this node keeps no older states: ask one with --state-pruning archive`);
}

async function scheduledCall(api, before, index) {
  const { block, place } = await scheduledEnactment(before, index);
  const agenda = await before.query.scheduler.agenda(block);
  return (await proposedCall(api, before, agenda[place].unwrap().call)).call;
}

/** A full agenda drops an enactment without an event: whatever is not scheduled when it is approved never will be. */
export function dropped(index, block) {
  return `referendum ${index} is approved in block ${block}, but not scheduled: the agenda of its block is full. Propose it again`;
}
