import assert from 'node:assert/strict';
import { test } from 'node:test';
import { earliestBlocks, earliestConfirmation, nextEpoch, roughTime } from './schedule.mjs';

const DEVELOPMENT = { preparePeriod: 2, decisionPeriod: 20, confirmPeriod: 3, enactmentPeriod: 2, minApproval: 550_000_000, minSupport: 50_000_000 };

test('parameters hold from the first block of the next epoch on', () => {
  const epoch = { index: 3, start: 30, length: 10 };
  assert.deepEqual(nextEpoch(epoch, 30), { epoch: 4, block: 40 });
  // The last block of an epoch still ends it with what it has enacted.
  assert.deepEqual(nextEpoch(epoch, 39), { epoch: 4, block: 40 });
  assert.deepEqual(nextEpoch(epoch, 40), { epoch: 5, block: 50 });
  assert.deepEqual(nextEpoch(epoch, 65), { epoch: 7, block: 70 });
});

test('a pending length is that of later epochs', () => {
  const epoch = { index: 3, start: 30, length: 10 };
  assert.deepEqual(nextEpoch(epoch, 39, 4), { epoch: 4, block: 40 });
  assert.deepEqual(nextEpoch(epoch, 40, 4), { epoch: 5, block: 44 });
  assert.deepEqual(nextEpoch(epoch, 44, 4), { epoch: 6, block: 48 });
});

test('the periods of a track follow each other', () => {
  const blocks = { submitted: 101, decision: 103, confirmation: 106, enactment: 108 };
  assert.deepEqual(earliestBlocks(100, DEVELOPMENT), blocks);
  // The scheduler never dispatches in the block that approves.
  assert.equal(earliestBlocks(100, { ...DEVELOPMENT, enactmentPeriod: 0 }).enactment, 107);
});

test('the earliest confirmation follows the lines of approval and support', () => {
  const at = (tally, head = 103) => earliestConfirmation(head, { since: 103, confirming: null }, { nays: 0n, electorate: 1_000n, ...tally }, DEVELOPMENT);
  // All votes are ayes, and half of all coins: at once.
  assert.equal(at({ ayes: 500n, support: 500n }), 104 + 3);
  // Support falls from 50 % to 5 % in 20 blocks: 27.5 % is enough half-way.
  assert.equal(at({ ayes: 275n, support: 275n }), 113 + 3);
  assert.equal(at({ ayes: 50n, support: 50n }), 123 + 3);
  assert.equal(at({ ayes: 49n, support: 49n }), null);
  // Approval falls from 100 % to 55 %.
  assert.equal(at({ ayes: 775n, nays: 225n, support: 775n }), 113 + 3);
  assert.equal(at({ ayes: 549n, nays: 451n, support: 549n }), null);
  assert.equal(at({ ayes: 0n, support: 0n }), null);
  // What passes already is confirmed from the next block on.
  assert.equal(at({ ayes: 275n, support: 275n }, 120), 121 + 3);
  assert.equal(earliestConfirmation(110, { since: 103, confirming: 112 }, null, DEVELOPMENT), 112);
});

test('rough times are in a unit of which there are two', () => {
  assert.equal(roughTime(3, 3_000), '9 s');
  assert.equal(roughTime(40, 3_000), '2 min');
  assert.equal(roughTime(5_760, 15_000), '24 h');
  assert.equal(roughTime(80_640, 15_000), '14 d');
});
