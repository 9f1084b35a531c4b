import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatValue, parseValue, unitOf } from './units.mjs';

const CURRENCY = { decimals: 12, symbol: 'SWK' };
const U32 = { min: 0n, max: 2n ** 32n - 1n };
const FACTOR = { min: 10n ** 9n, max: 10n ** 13n };
const U128 = { min: 0n, max: 2n ** 128n - 1n };

test('each kind of value is read in its unit and written with it', () => {
  const cases = [
    ['stake.curve.boost', '12.5', FACTOR, 12_500_000_000n, '12.5'],
    ['stake.maxBoost', '20', FACTOR, 20_000_000_000n, '20.0'],
    ['stake.horizon', '360', U32, 360n, '360 blocks'],
    ['stake.minWeight', '1.5', U128, 1_500_000_000_000n, '1.5 SWK'],
    ['difficulty.blockTime', '15000', U32, 15_000n, '15000 ms'],
    ['difficulty.limit', '0x1f00ffff', U32, 0x1f00ffffn, '0x1f00ffff'],
    ['rewards.treasuryShare', '0.1', U32, 100_000_000n, '0.1'],
    ['chain.ss58Prefix', '42', U32, 42n, '42'],
    ['chain.governance.root.minSupport', '0.25', U32, 250_000_000n, '0.25'],
    ['chain.governance.treasurer.decisionDeposit', '500', U128, 500_000_000_000_000n, '500 SWK'],
    ['chain.governance.smallSpenderLimit', '1000', U128, 10n ** 15n, '1000 SWK'],
  ];
  for (const [name, text, bounds, value, written] of cases) {
    assert.equal(parseValue(name, text, bounds, CURRENCY), value, name);
    assert.equal(formatValue(name, value, CURRENCY), written, name);
  }
});

test('what the runtime would not decode is refused with the bounds in the unit of the value', () => {
  const refused = (name, text, bounds, message) => assert.throws(() => parseValue(name, text, bounds, CURRENCY), { message });
  refused('stake.maxBoost', '10000.1', FACTOR, 'stake.maxBoost is 10000.1, allowed is 1.0 to 10000.0');
  refused('stake.curve.boost', '0.9', FACTOR, 'stake.curve.boost is 0.9, allowed is 1.0 to 10000.0');
  refused('stake.horizon', '4294967296', U32, 'stake.horizon is 4294967296 blocks, allowed is 0 blocks to 4294967295 blocks');
  refused('stake.horizon', '1.5', U32, "stake.horizon is '1.5', allowed are whole numbers");
  for (const bits of ['520159231', '0x1f00', '0x1f800000', '0x1f000001', '0x2200ffff', '0x21010000']) {
    refused('difficulty.limit', bits, U32, `difficulty.limit is '${bits}', allowed are compact bits in their shortest form, such as 0x1f00ffff`);
  }
});

test('parameters of later runtimes are whole numbers', () => {
  assert.equal(unitOf('stake.somethingNew'), '');
  assert.equal(parseValue('stake.somethingNew', '7', U32, CURRENCY), 7n);
});
