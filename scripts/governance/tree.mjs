// Parameters as a tree of plain values, and as a list of names and numbers. An enum's value is `{ variant: fields }`.

import { Refusal } from './refusal.mjs';
import { parseValue } from './units.mjs';

/** The plain values of what the library has decoded, with BigInts for integers. */
export function plain(type, value) {
  if (type.kind === 'integer') return BigInt(value);
  if (type.kind === 'struct') return plainFields(type, value);
  const [name] = typeof value === 'string' ? [value] : Object.keys(value);
  const [variant, fields] = type.variants.find(([candidate]) => candidate.toLowerCase() === name.toLowerCase());
  return { [variant]: plainFields(fields, value[name] ?? {}) };
}

function plainFields({ fields }, value) {
  return Object.fromEntries(fields.map(([name, type]) => [name, plain(type, value[name])]));
}

/** All values as `[name, value]`, in the order of the fields; an enum's own value is the name of its variant. */
export function flatten(prefix, type, value) {
  if (type.kind === 'integer') return [[prefix, value]];
  if (type.kind === 'struct') return type.fields.flatMap(([name, field]) => flatten(`${prefix}.${name}`, field, value[name]));
  const [variant] = Object.keys(value);
  const fields = type.variants.find(([name]) => name === variant)[1];
  return [[prefix, variant], ...flatten(prefix, fields, value[variant])];
}

/** What differs between two values of a type, as `[name, old, new]`; undefined where a side has no such field. */
export function differences(prefix, type, old, value) {
  const [before, after] = [old, value].map((side) => new Map(flatten(prefix, type, side)));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => before.get(name) !== after.get(name)).map((name) => [name, before.get(name), after.get(name)]);
}

/**
 * A copy of `value` with changes, each `[name, text]`.
 *
 * A variant that an enum changes to has no values of its own yet, so all of its fields have to be among the changes.
 */
export function withChanges(prefix, type, value, changes, currency) {
  const left = new Map(changes);
  const changed = change(prefix, type, value, left, currency);
  for (const name of left.keys()) {
    const known = flatten(prefix, type, changed).map(([candidate]) => candidate);
    throw new Refusal(`${name} is no parameter; allowed are ${known.join(', ')}`);
  }
  return changed;
}

// Takes what it has used out of `left`.
function change(prefix, type, value, left, currency) {
  const text = left.get(prefix);
  if (type.kind === 'integer') {
    left.delete(prefix);
    if (text !== undefined) return parseValue(prefix, text, type, currency);
    if (value === undefined) throw new Refusal(`${prefix} has no value yet: give one, too`);
    return value;
  }
  if (type.kind === 'struct') {
    const fields = type.fields.map(([name, field]) => [name, change(`${prefix}.${name}`, field, value?.[name], left, currency)]);
    return Object.fromEntries(fields);
  }
  left.delete(prefix);
  const variant = text ?? Object.keys(value)[0];
  const found = type.variants.find(([name]) => name === variant);
  if (!found) throw new Refusal(`${prefix} is '${text}', allowed are ${type.variants.map(([name]) => name).join(', ')}`);
  return { [variant]: change(prefix, found[1], value[variant], left, currency) };
}
