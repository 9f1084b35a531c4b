// Decimal numbers as people write them, and integers of a smaller unit as the chain has them; no floating point in between.

import { Refusal } from './refusal.mjs';

/** Most digits before the point: more than any number of the chain has. */
const MAX_DIGITS = 40;

/**
 * The integer that `text` is in units of 10^-`places`, as a BigInt; "12.5" with 2 places is 1250.
 *
 * @param field named in the refusal
 */
export function parseDecimal(field, text, places) {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match || match[1].length > MAX_DIGITS) {
    throw new Refusal(`${field} is '${text}', allowed is a number such as ${places > 0 ? '12.5' : '12'}`);
  }
  const [, whole, fraction = ''] = match;
  if (fraction.length > places) {
    throw new Refusal(`${field} is '${text}', allowed are ${places === 0 ? 'whole numbers' : `at most ${places} digits after the point`}`);
  }
  return BigInt(whole + fraction.padEnd(places, '0'));
}

/** What `parseDecimal` reads: without zeros at the end, and with at least `least` digits after the point. */
export function formatDecimal(value, places, least = 0) {
  const digits = BigInt(value).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '').padEnd(least, '0');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
