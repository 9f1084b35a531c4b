import './quiet.mjs';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { connect, refuseUngoverned } from './connection.mjs';

test('a URL that is none of a node is refused', async () => {
  for (const url of ['', 'nonsense', 'http://127.0.0.1:9944']) {
    await assert.rejects(connect(url), { message: `--url is '${url}', allowed is the WebSocket URL of a node, such as ws://127.0.0.1:9944` });
  }
});

test('a node that does not answer is named', async () => {
  // A port that was free a moment ago.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${server.address().port}`;
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(connect(url), ({ message }) => message.startsWith(`--url is ${url}, where no node answers: connect ECONNREFUSED`));
});

test('a chain without governance is refused by its name', () => {
  const [tx, call] = [{ referenda: {}, convictionVoting: {}, preimage: {}, treasury: {} }, { chainApi: {} }];
  const check = (api) => () => refuseUngoverned({ tx, call, runtimeChain: 'Elsewhere', ...api }, 'ws://node');
  assert.doesNotThrow(check({}));
  const refusal = { message: '--url is ws://node, a node of Elsewhere, which has no governance of this kind' };
  assert.throws(check({ call: {} }), refusal);
  for (const pallet of Object.keys(tx)) {
    const { [pallet]: _, ...others } = tx;
    assert.throws(check({ tx: others }), refusal, pallet);
  }
});
