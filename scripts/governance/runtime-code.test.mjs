import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEADER, custom, runtime } from './runtime-code.fixture.mjs';
import { codeVersion } from './runtime-code.mjs';

const COMPRESSED = Buffer.from('52bc537646db8e05', 'hex');
const RUNTIME = runtime('stakework', 101);

// A frame of one block that is not compressed: magic number, a window of a kibibyte, the block's header, its content.
function frame(content) {
  const header = Buffer.alloc(4);
  header.writeUInt32LE((content.length << 3) | 1);
  return Buffer.concat([COMPRESSED, Buffer.from('28b52ffd0000', 'hex'), header.subarray(0, 3), content]);
}

test('the version of a runtime is read from its section', () => {
  assert.deepEqual(codeVersion('WASM', RUNTIME), { specName: 'stakework', specVersion: 101 });
});

test('compressed code is read as the SDK compresses it', () => {
  assert.deepEqual(codeVersion('WASM', frame(RUNTIME)), { specName: 'stakework', specVersion: 101 });
});

test('what is no code of a runtime is refused', () => {
  const refused = (code, message) => assert.throws(() => codeVersion('WASM x', code), message);
  refused(Buffer.from('garbage'), { message: 'WASM x holds no valid WebAssembly' });
  refused(Buffer.alloc(0), { message: 'WASM x holds no valid WebAssembly' });
  refused(RUNTIME.subarray(0, -1), { message: 'WASM x holds no valid WebAssembly' });
  refused(HEADER, { message: 'WASM x holds no runtime: its WebAssembly has no section runtime_version' });
  refused(Buffer.concat([HEADER, custom('runtime_version', Buffer.from([200]))]), {
    message: 'WASM x holds no runtime: its section runtime_version does not decode',
  });
  refused(Buffer.concat([COMPRESSED, Buffer.from('garbage')]), /WASM x holds compressed code that does not decompress: /);
  refused(frame(RUNTIME).subarray(0, 30), /WASM x holds/);
});
