import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followBlocks } from './blocks.mjs';

/** A chain whose blocks are named by their letter and number, `fork` giving the parent of a letter's first block. */
function chainOf(forks) {
  const hash = (name) => ({ name, toHex: () => name });
  const header = (name) => {
    const number = Number(name.slice(1));
    const parent = forks[name] ?? `${name[0]}${number - 1}`;
    return { number: { toNumber: () => number }, hash: hash(name), parentHash: hash(parent) };
  };
  let tell;
  const api = {
    rpc: { chain: { getHeader: async ({ name }) => header(name), subscribeNewHeads: async (callback) => (tell = callback) } },
    at: async ({ name }) => ({ query: { system: { events: async () => [name] } } }),
  };
  return { api, best: (name) => ({ number: header(name).number.toNumber(), hash: hash(name) }), setHead: (name) => tell(header(name)) };
}

async function follow({ api, best, setHead }, start, heads) {
  const blocks = followBlocks(api, best(start));
  const told = [];
  for (const [head, count] of heads) {
    // The subscription is made when the first block is asked for.
    const first = blocks.next();
    await new Promise(setImmediate);
    setHead(head);
    for (let block = await first; ; block = await blocks.next()) {
      const { number, events, replaces } = block.value;
      told.push([`${events[0]}`, number, ...(replaces === undefined ? [] : [replaces])]);
      if (number === count) break;
    }
  }
  return told;
}

test('the blocks behind the best one follow each other', async () => {
  const told = await follow(chainOf({}), 'a5', [['a6', 6], ['a9', 9]]);
  assert.deepEqual(told, [['a6', 6], ['a7', 7], ['a8', 8], ['a9', 9]]);
});

test('a fork is told from where it begins', async () => {
  const told = await follow(chainOf({ b7: 'a6' }), 'a5', [['a8', 8], ['b9', 9], ['b10', 10]]);
  assert.deepEqual(told, [['a6', 6], ['a7', 7], ['a8', 8], ['b7', 7, 8], ['b8', 8], ['b9', 9], ['b10', 10]]);
});

test('a fork below the block at the start is told, too', async () => {
  assert.deepEqual(await follow(chainOf({ b4: 'a3' }), 'a5', [['b6', 6]]), [['b4', 4, 5], ['b5', 5], ['b6', 6]]);
});

test('a fork with more work in fewer blocks takes the place of all of them', async () => {
  const told = await follow(chainOf({ b4: 'a3' }), 'a7', [['b5', 5], ['b6', 6]]);
  assert.deepEqual(told, [['b4', 4, 7], ['b5', 5], ['b6', 6]]);
});
