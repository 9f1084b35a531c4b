// The parameters of a chain, in the groups that change together.

import { bestBlock, currencyOf } from './connection.mjs';
import { tell } from './output.mjs';
import { nextEpoch } from './schedule.mjs';
import { describeType } from './schema.mjs';
import { flatten, plain } from './tree.mjs';
import { formatValue, unitOf } from './units.mjs';

/** Each group with the call that sets all of it, and the track whose origin may. */
export const GROUPS = [
  { name: 'stake', pallet: 'poswStake', method: 'setParams', track: 'consensusParameters' },
  { name: 'difficulty', pallet: 'difficulty', method: 'setParams', track: 'consensusParameters' },
  { name: 'rewards', pallet: 'rewards', method: 'setParams', track: 'economicParameters' },
  { name: 'chain', pallet: 'chain', method: 'setParams', track: 'economicParameters' },
  { name: 'chain.governance', pallet: 'chain', method: 'setGovernance', track: 'root' },
];

/** The group whose call this is, if it is one. */
export function groupOfCall(call) {
  return GROUPS.find(({ pallet, method }) => call.section === pallet && call.method === method);
}

/** The shape of a group's parameters. */
export function typeOf(api, { pallet, method }) {
  return typeOfCall({ registry: api.registry, meta: api.tx[pallet][method].meta });
}

/** The shape of the parameters that a call sets, as the code knew it that the call was made for. */
export function typeOfCall({ registry, meta }) {
  return describeType(registry.lookup, meta.fields[0].type);
}

/**
 * All groups with `type`, their values in force and, where a change is pending, those of the next epoch: as of a block, for its
 * child, like all that consensus tells.
 *
 * @param at the API at a block
 * @returns `{ groups, epoch, laterLength, next }`: the epoch of that child, the length of those after it, and where the next one begins
 */
export async function readParameters(api, at, number) {
  const [network, chain, governance] = await Promise.all([
    at.call.poswApi.network(),
    at.call.chainApi.parameters(),
    at.call.chainApi.governance(),
  ]);
  const consensus = (name) => [network.params, network.pending.unwrapOr(null)].map((params) => params?.[name]);
  const values = {
    stake: consensus('stake'),
    difficulty: consensus('difficulty'),
    rewards: consensus('rewards'),
    chain: [chain[0], chain[1].unwrapOr(null)],
    'chain.governance': [governance[0], governance[1].unwrapOr(null)],
  };
  const groups = GROUPS.map((group) => {
    const type = typeOf(api, group);
    const [current, pending] = values[group.name].map((value) => value && plain(type, value.toPrimitive()));
    return { ...group, type, current, pending: pending ?? null };
  });
  const epoch = network.epoch.toPrimitive();
  const laterLength = Number((groups[0].pending ?? groups[0].current).epochLength);
  return { groups, epoch, laterLength, next: nextEpoch(epoch, number + 1) };
}

/**
 * Where the epoch begins that follows the one of a block's child: `{ epoch, block }`.
 *
 * @param at the API at the block
 */
export async function nextEpochAt(at, number) {
  return nextEpoch((await at.call.poswApi.network()).epoch.toPrimitive(), number + 1);
}

/** `parameters`: every parameter with its value in force, and the one that is pending. */
export async function showParameters(api) {
  const best = await bestBlock(api);
  const { groups, next } = await readParameters(api, best.at, best.number);
  const currency = currencyOf(api);
  const shown = (name, value) => (typeof value === 'string' ? value : formatValue(name, value, currency));
  for (const { name: group, type, current, pending } of groups) {
    const later = new Map(pending ? flatten(group, type, pending) : []);
    const now = new Map(flatten(group, type, current));
    for (const name of new Set([...now.keys(), ...later.keys()])) {
      const [value, change] = [now.get(name), later.get(name)];
      const isPending = pending !== null && value !== change;
      const facts = { name, value, unit: unitOf(name), ...(isPending && { pending: change ?? null, fromBlock: next.block, fromEpoch: next.epoch }) };
      const text = [name.padEnd(52), value === undefined ? 'none' : shown(name, value)];
      if (isPending) text.push(`-> ${change === undefined ? 'none' : shown(name, change)} from block ${next.block} (epoch ${next.epoch})`);
      tell('parameter', facts, text.join(' '));
    }
  }
}
