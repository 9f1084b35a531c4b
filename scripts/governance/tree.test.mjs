import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, flatten, plain, withChanges } from './tree.mjs';

const CURRENCY = { decimals: 12, symbol: 'SWK' };
const U32 = { kind: 'integer', min: 0n, max: 2n ** 32n - 1n };
const U128 = { kind: 'integer', min: 0n, max: 2n ** 128n - 1n };
const FACTOR = { kind: 'integer', min: 10n ** 9n, max: 10n ** 13n };
const fields = (...fields) => ({ kind: 'struct', fields });
const STAKE = fields(
  ['horizon', U32],
  ['curve', { kind: 'enum', variants: [['flat', fields()], ['constant', fields(['boost', FACTOR])], ['linear', fields(['unit', U128], ['slope', U128])]] }],
);
// As the library decodes it: numbers up to 52 bits, decimal strings beyond.
const DECODED = { horizon: 20, curve: { constant: { boost: '20000000000' } } };
const VALUE = { horizon: 20n, curve: { constant: { boost: 20_000_000_000n } } };

test('what the library decodes becomes plain values', () => {
  assert.deepEqual(plain(STAKE, DECODED), VALUE);
  assert.deepEqual(plain(STAKE, { horizon: 1, curve: { flat: null } }), { horizon: 1n, curve: { flat: {} } });
  assert.deepEqual(flatten('stake', STAKE, VALUE), [['stake.horizon', 20n], ['stake.curve', 'constant'], ['stake.curve.boost', 20_000_000_000n]]);
});

test('what is not named stays as it is', () => {
  const changed = withChanges('stake', STAKE, VALUE, [['stake.curve.boost', '10']], CURRENCY);
  assert.deepEqual(changed, { horizon: 20n, curve: { constant: { boost: 10_000_000_000n } } });
  assert.deepEqual(differences('stake', STAKE, VALUE, changed), [['stake.curve.boost', 20_000_000_000n, 10_000_000_000n]]);
  assert.deepEqual(differences('stake', STAKE, VALUE, VALUE), []);
});

test('another curve is written whole', () => {
  const change = (...changes) => withChanges('stake', STAKE, VALUE, changes, CURRENCY);
  const linear = change(['stake.curve.slope', '0.5'], ['stake.curve', 'linear'], ['stake.curve.unit', '1000']);
  assert.deepEqual(linear.curve, { linear: { unit: 10n ** 15n, slope: 500_000_000n } });
  assert.deepEqual(change(['stake.curve', 'flat']).curve, { flat: {} });
  assert.deepEqual(differences('stake', STAKE, VALUE, linear), [
    ['stake.curve', 'constant', 'linear'],
    ['stake.curve.boost', 20_000_000_000n, undefined],
    ['stake.curve.unit', undefined, 10n ** 15n],
    ['stake.curve.slope', undefined, 500_000_000n],
  ]);
  assert.throws(() => change(['stake.curve', 'linear'], ['stake.curve.unit', '1']), { message: 'stake.curve.slope has no value yet: give one, too' });
  assert.throws(() => change(['stake.curve', 'cubic']), { message: "stake.curve is 'cubic', allowed are flat, constant, linear" });
});

test('wrong names are refused with the right ones', () => {
  assert.throws(() => withChanges('stake', STAKE, VALUE, [['stake.horizont', '1']], CURRENCY), {
    message: 'stake.horizont is no parameter; allowed are stake.horizon, stake.curve, stake.curve.boost',
  });
  // A field of a curve that is not this chain's.
  assert.throws(() => withChanges('stake', STAKE, VALUE, [['stake.curve.slope', '1']], CURRENCY), /stake.curve.slope is no parameter/);
});
