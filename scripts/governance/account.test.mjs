import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountOf } from './account.mjs';

const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';

test('development accounts are named, other secrets are in files', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'governance-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'key');
  const write = (text, mode) => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
  const fromFile = () => accountOf({ 'key-file': file });

  assert.equal(await accountOf({}), null);
  assert.equal((await accountOf({ from: '//Alice' })).address, ALICE);
  write('//Alice\nsecond line\n', 0o600);
  assert.equal((await fromFile()).address, ALICE);
  // The phrase that every development account is derived from, and a seed.
  write('bottom drive obey lake curtain smoke basket hold race lonely fit walk//Alice', 0o600);
  assert.equal((await fromFile()).address, ALICE);
  write('0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a', 0o600);
  assert.equal((await fromFile()).address, ALICE);
  write('//Alice\n', 0o640);
  await assert.rejects(fromFile(), { message: `--key-file ${file} can be read by others, allowed is its owner alone: chmod 600 ${file}` });
  write('\n', 0o600);
  await assert.rejects(fromFile(), { message: `--key-file ${file} has an empty first line, expected is a secret URI` });
  write('these words are no secret\n', 0o600);
  await assert.rejects(fromFile(), (error) => error.message.startsWith(`--key-file ${file} holds no secret URI`) && !error.message.includes('words are'));
  await assert.rejects(accountOf({ 'key-file': join(folder, 'nowhere') }), /cannot be read: ENOENT/);
  await assert.rejects(accountOf({ from: 'bottom drive obey' }), /--from is for development accounts/);
  await assert.rejects(accountOf({ from: '//Alice', 'key-file': file }), /are both given/);
});
