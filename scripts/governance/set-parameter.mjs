// `propose set-parameter`: the call that changes some parameters and leaves the others of their groups as they will be.

import { bestBlock, currencyOf } from './connection.mjs';
import { GROUPS, readParameters } from './parameters.mjs';
import { BadUsage, Refusal } from './refusal.mjs';
import { rehearse } from './rehearsal.mjs';
import { trackNamed } from './tracks.mjs';
import { differences, flatten, withChanges } from './tree.mjs';
import { formatValue } from './units.mjs';

/** Reads `NAME=VALUE` arguments into `[name, text]`. */
export function parseAssignments(words) {
  if (words.length === 0) throw new BadUsage('set-parameter needs at least one NAME=VALUE');
  const assignments = words.map((word) => {
    const match = /^([\w.]+)=(.*)$/s.exec(word);
    if (!match) throw new BadUsage(`'${word}' is no NAME=VALUE such as stake.curve.boost=10`);
    return [match[1], match[2]];
  });
  const twice = assignments.find(([name], position) => assignments.findIndex(([other]) => other === name) < position);
  if (twice) throw new BadUsage(`${twice[0]} is given twice, allowed is once`);
  return assignments;
}

/** The group that a name belongs to: the one with the longest name that it begins with. */
export function groupNamed(name) {
  const found = GROUPS.filter((group) => name.startsWith(`${group.name}.`)).sort((a, b) => b.name.length - a.name.length)[0];
  if (!found) throw new Refusal(`${name} is no parameter; allowed are names that begin with ${GROUPS.map((group) => group.name).join(', ')}`);
  return found;
}

/** The names by group, in the order in which the groups come first; all of them on one track. */
export function byGroup(assignments) {
  const groups = new Map();
  for (const [name, text] of assignments) {
    const group = groupNamed(name);
    groups.set(group.name, [...(groups.get(group.name) ?? []), [name, text]]);
  }
  const tracks = [...groups.keys()].map((name) => GROUPS.find((group) => group.name === name));
  const other = tracks.find(({ track }) => track !== tracks[0].track);
  if (other) {
    throw new Refusal(
      `${tracks[0].name} is changed on the track ${tracks[0].track} and ${other.name} on ${other.track}: one referendum has one track, so propose them apart`,
    );
  }
  return { track: tracks[0].track, groups };
}

/** The proposal: `{ call, track, groups }`. Refused where the chain would refuse it. */
export async function setParameters(api, words) {
  const { track: trackName, groups: changes } = byGroup(parseAssignments(words));
  const best = await bestBlock(api);
  const { groups } = await readParameters(api, best.at, best.number);
  const currency = currencyOf(api);
  const changed = groups
    .filter(({ name }) => changes.has(name))
    .map((group) => {
      const base = group.pending ?? group.current;
      const value = withChanges(group.name, group.type, base, changes.get(group.name), currency);
      if (differences(group.name, group.type, base, value).length === 0) {
        throw new Refusal(`${changes.get(group.name).map((change) => change.join(' is ')).join(', ')}: so it is already, or will be with the next epoch`);
      }
      return { ...group, value };
    });
  const track = await trackNamed(api, trackName);
  const { call, failure, order } = await inAnOrderThatPasses(api, track, changed);
  if (failure) throw new Refusal(describe(failure, order, groups, currency));
  return { call, track };
}

// Bounds relate groups to each other, and each call is checked with what the ones before it have changed. Where no order passes, the
// answer is about the first.
async function inAnOrderThatPasses(api, track, changed) {
  const attempts = [];
  for (const order of changed.length > 1 ? [changed, changed.toReversed()] : [changed]) {
    const calls = order.map(({ pallet, method, value }) => api.tx[pallet][method](value).method);
    const call = calls.length === 1 ? calls[0] : api.tx.utility.batchAll(calls).method;
    attempts.push({ call, order, failure: await rehearse(api, track, call) });
  }
  return attempts.find(({ failure }) => !failure) ?? attempts[0];
}

// Names the parameter with the value that it would have, which may be one that stays as it is.
function describe({ reason, parameter }, changed, groups, currency) {
  const valueIn = (group, value) => flatten(group.name, group.type, value).find(([name]) => name === `${group.name}.${parameter}`);
  for (const group of changed) {
    const found = valueIn(group, group.value);
    if (found) return `${found[0]} is ${formatValue(found[0], found[1], currency)}, which the chain refuses: ${reason}`;
  }
  for (const group of groups) {
    const found = valueIn(group, group.pending ?? group.current);
    if (found) return `${found[0]} is ${formatValue(found[0], found[1], currency)}, so the chain refuses the change: ${reason} To change ${found[0]} first, use the track ${group.track}`;
  }
  return `the chain refuses the change: ${reason}`;
}
