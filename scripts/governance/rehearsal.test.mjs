import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from './rehearsal.mjs';

const TRACK = { name: 'treasurer', origin: { Origins: 'Treasurer' } };
const CALL = { toHex: () => '0x0102' };

async function answered(answer) {
  const asked = [];
  const api = { call: { chainApi: { rehearse: async (...args) => (asked.push(args), answer) } } };
  const failure = await rehearse(api, TRACK, CALL);
  assert.deepEqual(asked, [[TRACK.origin, '0x0102']]);
  return failure;
}

const failed = (error) => answered({ isOk: false, asErr: error });

test('a call that would succeed has no failure', async () => {
  assert.equal(await answered({ isOk: true }), null);
});

test('what the chain does not tell is no failure', async () => {
  assert.equal(await failed({ isSetsCode: true }), null);
});

test('each answer of the chain is told in words', async () => {
  const weight = (us) => ({ refTime: { toBigInt: () => us * 10n ** 6n } });
  const answers = [
    [{ isNoTrack: true }, 'the chain has no track for the origin of treasurer'],
    [{ isNoCall: true }, 'the chain does not decode it, so it would never be dispatched'],
    [{ isTooHeavy: true, asTooHeavy: { weight: weight(1_200_000n), limit: weight(1_000_000n) } }, 'it takes 1200000 us of a block, allowed are about 1000000 us'],
    [{ asFailed: { isBadOrigin: true } }, 'calls of the track treasurer may not do that (BadOrigin)'],
    [{ asFailed: { isModule: false, type: 'Exhausted' } }, 'Exhausted'],
  ];
  for (const [error, reason] of answers) assert.deepEqual(await failed(error), { reason, parameter: null });
});
