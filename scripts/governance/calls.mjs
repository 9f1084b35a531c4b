// Calls: what they hold, how people read them, and what a referendum knows of them.

import { blake2AsHex } from '@polkadot/util-crypto';
import { currencyOf } from './connection.mjs';
import { groupOfCall, typeOf } from './parameters.mjs';
import { Refusal } from './refusal.mjs';
import { differences, plain } from './tree.mjs';
import { formatValue } from './units.mjs';

// Decodes a call, all of it; null where the bytes are none that the registry's code knows.
function decodeCall(registry, bytes) {
  try {
    const call = registry.createType('Call', bytes);
    return call.toHex() === registry.createType('Raw', bytes).toHex() ? call : null;
  } catch {
    return null;
  }
}

/** A call that the user gives in hex. */
export function callFromHex(api, text) {
  const call = /^0x([0-9a-f]{2})+$/i.test(text) ? decodeCall(api.registry, text) : null;
  if (!call) throw new Refusal(`HEX is '${shortened(text)}', which is no encoded call of this chain`);
  return call;
}

/** The name that referenda know a call by: hash and length. */
export function lookupOf(call) {
  const hex = call.toHex();
  return { hash: blake2AsHex(hex, 256), length: (hex.length - 2) / 2 };
}

/** The calls within a call that is a batch, else itself. */
export function leaves(call) {
  const inner = call.section === 'utility' && ['batch', 'batchAll', 'forceBatch'].includes(call.method) ? [...call.args[0]] : [];
  return inner.length === 0 ? [call] : inner.flatMap(leaves);
}

/** The call's name, and those of the calls of a batch. */
export function nameOf(call) {
  const inner = leaves(call);
  const own = `${call.section}.${call.method}`;
  return inner[0] === call ? own : `${own}(${inner.map(nameOf).join(', ')})`;
}

/** The call with all of its arguments, as lines. */
export function describeCall(call) {
  const { args } = call.toHuman();
  return [`${call.section}.${call.method}`, ...JSON.stringify(args, null, 2).split('\n')];
}

/**
 * What a call would change of the parameters, against what is pending or in force.
 *
 * @param groups as `readParameters` gives them
 * @returns `[name, old, new]` with values as people read them
 */
export function changesOf(api, call, groups) {
  const currency = currencyOf(api);
  const shown = (name, value) => {
    if (value === undefined) return 'none';
    return typeof value === 'string' ? value : formatValue(name, value, currency);
  };
  return leaves(call).flatMap((leaf) => {
    const group = groupOfCall(leaf);
    if (!group) return [];
    const { pending, current } = groups.find(({ name }) => name === group.name);
    const type = typeOf(api, group);
    const changed = differences(group.name, type, pending ?? current, plain(type, leaf.args[0].toPrimitive()));
    return changed.map(([name, ...values]) => [name, ...values.map((value) => shown(name, value))]);
  });
}

/**
 * The call that a referendum is about, from its `Bounded` name.
 *
 * @param at the API at a block whose state has the preimage
 * @param registry of the code that reads the call
 * @returns `{ hash, length, call }`, with `call` null where there is no preimage or it does not decode
 */
export async function proposedCall(at, bounded, registry = at.registry) {
  if (bounded.isInline) {
    const call = decodeCall(registry, bounded.asInline.toHex());
    return { hash: blake2AsHex(bounded.asInline.toHex(), 256), length: bounded.asInline.length, call };
  }
  // The library's own `hash` is that of the value; it renames the field.
  if (bounded.isLegacy) return { hash: bounded.asLegacy.hash_.toHex(), length: null, call: null };
  const { hash_: hash, len } = bounded.asLookup;
  const bytes = await at.query.preimage.preimageFor([hash, len]);
  return { hash: hash.toHex(), length: len.toNumber(), call: bytes.isSome ? decodeCall(registry, bytes.unwrap().toHex()) : null };
}

function shortened(text) {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
