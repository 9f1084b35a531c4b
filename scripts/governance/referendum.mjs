// A referendum as the chain knows it.

import { blake2AsHex } from '@polkadot/util-crypto';
import { BadUsage, Refusal } from './refusal.mjs';

/** States in which a referendum is over, but for approval. */
const WITHOUT_EFFECT = {
  Rejected: 'it did not have enough votes or support when its time was over',
  Cancelled: 'another referendum cancelled it; its deposits can be taken back',
  TimedOut: 'nobody put the decision deposit on it in time',
  Killed: 'another referendum killed it; its deposits went to the treasury',
};

/** Reads the number of a referendum. */
export function parseReference(text) {
  if (!/^\d{1,9}$/.test(text ?? '')) throw new BadUsage(`REF is '${text ?? ''}', allowed is the number of a referendum`);
  return Number(text);
}

/**
 * A referendum at a block: `{ index, state, since, status }`; `since` is the block at which it ended, `status` what is known of one
 * that is under way.
 */
export async function readReferendum(at, index) {
  const info = await at.query.referenda.referendumInfoFor(index);
  if (info.isNone) {
    const count = (await at.query.referenda.referendumCount()).toNumber();
    throw new Refusal(`REF is ${index}, allowed is ${count === 0 ? 'none: there are no referenda yet' : `0 to ${count - 1}`}`);
  }
  const found = info.unwrap();
  if (found.isOngoing) return { index, state: found.type, since: null, status: found.asOngoing, info: found };
  const since = found.isKilled ? found.asKilled : found.inner[0];
  return { index, state: found.type, since: since.toNumber(), status: null, info: found };
}

/** Refuses referenda that are over. */
export function refuseEnded({ index, state, since }) {
  if (state !== 'Ongoing') throw new Refusal(`referendum ${index} is over: ${state} in block ${since}`);
}

/** Refuses referenda that are under way, and those that ended without an effect. */
export function refuseUnapproved({ index, state, since }) {
  if (state === 'Ongoing') throw new Refusal(`referendum ${index} is under way: nothing is enacted before it is approved`);
  if (state in WITHOUT_EFFECT) throw new Refusal(endOf(index, state, since));
}

/** Why a referendum that ended in this state has no effect. */
export function endOf(index, state, block) {
  return `referendum ${index} is ${state} since block ${block}: ${WITHOUT_EFFECT[state]}`;
}

/** The name under which the scheduler knows what a referendum has approved. */
export function enactmentName(index) {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(index);
  const text = 'enactment';
  return blake2AsHex(Buffer.concat([Buffer.from('assembly'), Buffer.from([text.length << 2]), Buffer.from(text), number]), 256);
}

/** The block for which the enactment of a referendum is scheduled, an earlier one where it is postponed; null where it is not. */
export async function scheduledEnactment(at, index) {
  const name = enactmentName(index);
  const address = await at.query.scheduler.lookup(name);
  return address.isSome ? address.unwrap()[0].toNumber() : postponedEnactment(at, name);
}

// A call that a block had no room for stays on its agenda, where only the name in it tells whose it is.
async function postponedEnactment(at, name) {
  const [incomplete, number] = await Promise.all([at.query.scheduler.incompleteSince(), at.query.system.number()]);
  if (incomplete.isNone) return null;
  for (let block = incomplete.unwrap().toNumber(); block <= number.toNumber(); block += 1) {
    const agenda = await at.query.scheduler.agenda(block);
    const isOurs = (task) => task.isSome && task.unwrap().maybeId.isSome && task.unwrap().maybeId.unwrap().toHex() === name;
    if ([...agenda].some(isOurs)) return block;
  }
  return null;
}

/** When an enactment is due that is scheduled for `block`, as of the block `head`. */
export function dueText(block, head) {
  return block > head ? `for block ${block}` : `for block ${block}, and waits for a block with room for it`;
}
