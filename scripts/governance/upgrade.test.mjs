import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { blake2AsHex } from '@polkadot/util-crypto';
import { runtime } from './runtime-code.fixture.mjs';
import { authorizedCode, checkedCode } from './upgrade.mjs';

const folder = mkdtempSync(join(tmpdir(), 'stakework-'));
after(() => rmSync(folder, { recursive: true }));

const int = (value) => ({ toNumber: () => value, toString: () => `${value}` });
const CHAIN = {
  runtimeVersion: { specName: 'stakework', specVersion: int(100) },
  consts: { system: { blockLength: { max: { normal: int(1_024 + 200) } } } },
};

function fileWith(name, code) {
  const file = join(folder, name);
  writeFileSync(file, code);
  return file;
}

test('code of a later version is taken with its hash', () => {
  const code = runtime('stakework', 101);
  const checked = checkedCode(CHAIN, fileWith('later', code));
  assert.deepEqual(checked, { code, version: { specName: 'stakework', specVersion: 101 }, hash: blake2AsHex(code, 256) });
});

test('code that the chain would refuse is refused', () => {
  const refused = (name, code, reason) => {
    const file = fileWith(name, code);
    assert.throws(() => checkedCode(CHAIN, file), { message: `WASM ${file} ${reason}` });
  };
  refused('other', runtime('elsewhere', 101), "is of 'elsewhere', allowed is the chain's own 'stakework'");
  refused('same', runtime('stakework', 100), "has the spec version 100, allowed is more than the chain's 100");
  refused('older', runtime('stakework', 99), "has the spec version 99, allowed is more than the chain's 100");
  refused('garbage', 'garbage', 'holds no valid WebAssembly');
});

test('code has to fit a block with the transaction around it', () => {
  const code = runtime('stakework', 101);
  const file = fileWith('long', code);
  const chain = (length) => ({ ...CHAIN, consts: { system: { blockLength: { max: { normal: int(length) } } } } });
  assert.equal(checkedCode(chain(1_024 + code.length), file).code.length, code.length);
  const message = `WASM ${file} has ${code.length} bytes, allowed are ${code.length - 1}: more does not fit a block`;
  assert.throws(() => checkedCode(chain(1_023 + code.length), file), { message });
});

test('a file that is not there is refused', () => {
  const file = join(folder, 'missing');
  assert.throws(() => checkedCode(CHAIN, file), { message: `WASM ${file} cannot be read: ENOENT` });
});

test('only the code that the vote was on is brought', () => {
  const file = fileWith('authorized', runtime('stakework', 102));
  const { hash } = checkedCode(CHAIN, file);
  assert.equal(authorizedCode(CHAIN, file, hash).hash, hash);
  const other = `0x${'00'.repeat(32)}`;
  assert.throws(() => authorizedCode(CHAIN, file, other), { message: `WASM ${file} has the hash ${hash}, allowed is the authorized one, ${other}` });
});
