import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enactmentIn, findEnactment } from './enactment.mjs';
import { dueText, enactmentName, scheduledEnactment } from './referendum.mjs';

const REF = 7;
const OK = { isErr: false };
const ERROR = { isModule: false, isToken: false, type: 'BadOrigin', toString: () => 'BadOrigin' };
const ERR = { isErr: true, asErr: ERROR };

const some = (value) => ({ isNone: false, isSome: true, unwrap: () => value });
const NONE = { isNone: true, isSome: false };
const int = (value) => ({ toNumber: () => value });
const hex = (value) => ({ toHex: () => value });
const record = (section, method, data = {}, isInitialization = true) => ({ phase: { isInitialization }, event: { section, method, data } });
const answer = (method, id, data = {}) => record('scheduler', method, { id, task: [int(30), int(2)], ...data });
const ours = (method, data) => answer(method, some(hex(enactmentName(REF))), data);
const other = (method) => answer(method, NONE, { result: OK });
const namesOf = ({ effects }) => effects.map(({ section, method }) => `${section}.${method}`);
const enacted = (...records) => enactmentIn({ registry: {} }, REF, records);

test('the effects of a call are what lies between the answers to it and to the task before', () => {
  for (const end of ['Dispatched', 'CallUnavailable', 'PermanentlyOverweight', 'PeriodicFailed', 'RetryFailed']) {
    const found = enacted(record('poswStake', 'ParamsScheduled'), other(end), record('treasury', 'AssetSpendApproved'), ours('Dispatched', { result: OK }), record('treasury', 'Paid'));
    assert.deepEqual([found.error, namesOf(found)], [null, ['treasury.AssetSpendApproved']], end);
  }
  const found = enacted(record('balances', 'Deposit', {}, false), record('system', 'UpgradeAuthorized'), ours('Dispatched', { result: OK }));
  assert.deepEqual([namesOf(found), found.task], [['system.UpgradeAuthorized'], { block: 30, place: 2 }]);
});

test('what a call schedules or cancels itself is one of its effects', () => {
  for (const method of ['Scheduled', 'Canceled', 'RetrySet', 'RetryCancelled']) {
    const own = method.startsWith('Retry') ? ours(method) : record('scheduler', method, { when: int(40), index: int(0) });
    const found = enacted(other('Dispatched'), record('treasury', 'AssetSpendApproved'), own, record('referenda', 'Cancelled'), ours('Dispatched', { result: OK }));
    assert.deepEqual(namesOf(found), ['treasury.AssetSpendApproved', `scheduler.${method}`, 'referenda.Cancelled']);
  }
});

test('a call fails by its result, and by what is in it', () => {
  assert.equal(enacted(ours('Dispatched', { result: ERR })).error, 'BadOrigin');
  const succeeded = ours('Dispatched', { result: OK });
  assert.equal(enacted(record('utility', 'ItemFailed', { error: ERROR }), record('scheduler', 'Canceled'), succeeded).error, 'BadOrigin');
  assert.equal(enacted(record('utility', 'BatchInterrupted', { error: ERROR }), succeeded).error, 'BadOrigin');
  const whitelisted = (result) => record('whitelist', 'WhitelistedCallDispatched', { result });
  assert.equal(enacted(whitelisted({ isErr: true, asErr: { error: ERROR } }), succeeded).error, 'BadOrigin');
  assert.equal(enacted(whitelisted(OK), succeeded).error, null);
  assert.match(enacted(record('whitelist', 'DispatchDeferred'), succeeded).error, /has not whitelisted/);
  // Somebody else's failure.
  assert.equal(enacted(record('utility', 'ItemFailed', { error: ERROR }), other('Dispatched'), succeeded).error, null);
});

test('a call that is not dispatched has no effects', () => {
  const reasons = { CallUnavailable: /its call is not there/, PermanentlyOverweight: /heavier than a block allows/ };
  for (const [method, reason] of Object.entries(reasons)) {
    const found = enacted(record('treasury', 'Paid'), ours(method));
    assert.match(found.error, reason);
    assert.deepEqual(found.effects, []);
  }
});

test('other blocks enact nothing', () => {
  assert.equal(enacted(), null);
  assert.equal(enacted(other('Dispatched'), answer('Dispatched', some(hex(enactmentName(REF + 1))), { result: OK })), null);
  assert.equal(enacted(ours('RetrySet')), null);
});

/** The state of a block: agendas by their blocks, with null for empty places. */
function stateOf({ number, lookup = null, incomplete = null, agendas = {} }) {
  const task = (name, call) => some({ maybeId: name === null ? NONE : some(hex(name)), call });
  return {
    registry: { createType: (_, bytes) => hex(bytes) },
    query: {
      system: { number: async () => int(number) },
      scheduler: {
        lookup: async () => (lookup === null ? NONE : some([int(lookup), int(0)])),
        incompleteSince: async () => (incomplete === null ? NONE : some(int(incomplete))),
        agenda: async (block) => (agendas[block] ?? []).map((entry) => (entry === null ? NONE : task(...entry))),
      },
    },
  };
}

test('a postponed enactment is found on its agenda', async () => {
  const agendas = { 30: [null, ['0x01'], [null], [enactmentName(REF)]] };
  const scheduled = (state) => scheduledEnactment(stateOf(state), REF);
  assert.equal(await scheduled({ number: 20, lookup: 30, incomplete: 21, agendas }), 30);
  assert.equal(await scheduled({ number: 32, incomplete: 29, agendas }), 30);
  assert.equal(await scheduled({ number: 30, incomplete: 30, agendas }), 30);
  // The scheduler is done with that agenda.
  assert.equal(await scheduled({ number: 32, incomplete: 31, agendas }), null);
  assert.equal(await scheduled({ number: 32, agendas }), null);
  assert.equal(await scheduled({ number: 32, incomplete: 29, agendas: { 30: [[enactmentName(REF + 1)]] } }), null);
  assert.equal(dueText(30, 29), 'for block 30');
  assert.equal(dueText(30, 30), 'for block 30, and waits for a block with room for it');
});

/** A node with the states of the blocks from `kept` on, and these events. */
function nodeWith({ kept, events, before }) {
  const after = { registry: { createType: (_, bytes) => hex(`code of block 32: ${bytes}`) }, query: {} };
  return {
    rpc: {
      chain: { getBlockHash: async (number) => number, getHeader: async (number) => ({ number: int(number), parentHash: number - 1 }) },
      state: {
        getRuntimeVersion: {
          raw: async (number) => {
            if (number < kept) throw new Error('State already discarded');
          },
        },
      },
    },
    at: async (number) => {
      const state = number === 31 && before ? before : after;
      return { ...state, query: { ...state.query, system: { events: async () => events[number] ?? [] } } };
    },
  };
}

test('the call of a postponed enactment is read by its place, as the code of its block knows it', async () => {
  const bounded = { isInline: true, asInline: Object.assign(hex('0x0102'), { length: 2 }) };
  const before = stateOf({ number: 31, agendas: { 30: [null, null, [enactmentName(REF), bounded]] } });
  const node = nodeWith({ kept: 0, events: { 32: [ours('Dispatched', { result: OK })] }, before });
  const found = await findEnactment(node, 40, { index: REF, since: 28 });
  assert.deepEqual([found.block, found.error, found.call.toHex()], [32, null, 'code of block 32: 0x0102']);
});

test('an enactment that is nowhere was dropped, or is too long ago for the node', async () => {
  const find = (kept) => findEnactment(nodeWith({ kept, events: {} }), 40, { index: REF, since: 28 });
  await assert.rejects(find(0), { message: 'referendum 7 is approved in block 28, but not scheduled: the agenda of its block is full. Propose it again' });
  await assert.rejects(find(35), /referendum 7 was approved in block 28 and enacted before block 36; this node keeps no older states/);
  await assert.rejects(find(50), /enacted before block 40; this node keeps no older states/);
});
