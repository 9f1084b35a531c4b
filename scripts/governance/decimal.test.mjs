import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDecimal, parseDecimal } from './decimal.mjs';

test('amounts are read by the decimals of the chain', () => {
  assert.equal(parseDecimal('AMOUNT', '12.5', 12), 12_500_000_000_000n);
  assert.equal(parseDecimal('AMOUNT', '0', 12), 0n);
  assert.equal(parseDecimal('AMOUNT', '0.000000000001', 12), 1n);
  assert.equal(parseDecimal('AMOUNT', '7', 0), 7n);
  assert.equal(parseDecimal('AMOUNT', '340282366920938463463374607431768211455', 0), 2n ** 128n - 1n);
});

test('what is no decimal number is refused with what is allowed', () => {
  for (const text of ['', '-1', '1e3', '1,5', '.5', '5.', ' 1', '0x10', '1'.repeat(41)]) {
    assert.throws(() => parseDecimal('AMOUNT', text, 12), { message: `AMOUNT is '${text}', allowed is a number such as 12.5` });
  }
  assert.throws(() => parseDecimal('AMOUNT', '0.0001', 3), { message: "AMOUNT is '0.0001', allowed are at most 3 digits after the point" });
  assert.throws(() => parseDecimal('REF', '1.5', 0), { message: "REF is '1.5', allowed are whole numbers" });
});

test('amounts are written as they are read', () => {
  for (const text of ['12.5', '0', '0.000000000001', '1000000', '3.14']) {
    assert.equal(formatDecimal(parseDecimal('AMOUNT', text, 12), 12), text);
  }
  assert.equal(formatDecimal(20_000_000_000n, 9, 1), '20.0');
  assert.equal(formatDecimal(1n, 0), '1');
});
