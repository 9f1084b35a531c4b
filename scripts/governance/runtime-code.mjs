// The code of a runtime: what a file holds, and which version of which runtime it says it is.

import { Decompress } from 'fzstd';
import { Refusal } from './refusal.mjs';

/** How the SDK marks compressed code. */
const COMPRESSED = Buffer.from('52bc537646db8e05', 'hex');
/** The most that the SDK decompresses. */
const MAX_BYTES = 50 * 1024 * 1024;
/** How much is decompressed at once. */
const STEP = 64 * 1024;
/** The section that the SDK's macro puts the version in. */
const VERSION_SECTION = 'runtime_version';
const CUSTOM_SECTION = 0;
/** Magic number and version. */
const WASM_HEADER = 8;

/**
 * The version that code has.
 *
 * @param field named in refusals
 * @param code as the chain stores it, compressed or not
 * @returns `{ specName, specVersion }`
 */
export function codeVersion(field, code) {
  const wasm = code.subarray(0, COMPRESSED.length).equals(COMPRESSED) ? decompressed(field, code) : code;
  if (!WebAssembly.validate(wasm)) throw new Refusal(`${field} holds no valid WebAssembly`);
  const section = customSection(wasm, VERSION_SECTION);
  if (!section) throw new Refusal(`${field} holds no runtime: its WebAssembly has no section ${VERSION_SECTION}`);
  return decodeVersion(field, section);
}

function decompressed(field, code) {
  const parts = [];
  let size = 0;
  const stream = new Decompress((part) => {
    size += part.length;
    if (size > MAX_BYTES) throw new Refusal(`${field} holds more than ${MAX_BYTES} bytes of code, allowed are ${MAX_BYTES}`);
    parts.push(part);
  });
  try {
    for (let start = COMPRESSED.length; start < code.length; start += STEP) {
      stream.push(code.subarray(start, start + STEP), start + STEP >= code.length);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${field} holds compressed code that does not decompress: ${error.message}`);
  }
  return Buffer.concat(parts);
}

/** The content of the first custom section of this name; null without one. The module has been validated. */
function customSection(wasm, wanted) {
  for (let at = WASM_HEADER; at < wasm.length; ) {
    const id = wasm[at];
    const size = leb128(wasm, at + 1);
    at = size.next + size.value;
    if (id !== CUSTOM_SECTION) continue;
    const name = leb128(wasm, size.next);
    const content = name.next + name.value;
    if (wasm.subarray(name.next, content).toString() === wanted) return wasm.subarray(content, at);
  }
  return null;
}

function leb128(bytes, start) {
  let value = 0;
  for (let next = start, factor = 1; ; next += 1, factor *= 128) {
    value += (bytes[next] & 127) * factor;
    if (bytes[next] < 128) return { value, next: next + 1 };
  }
}

// SCALE: two texts, then numbers of 32 bits, of which the second is the one that has to grow.
function decodeVersion(field, section) {
  try {
    const [specName, afterName] = text(section, 0);
    const [, afterNames] = text(section, afterName);
    return { specName, specVersion: section.readUInt32LE(afterNames + 4) };
  } catch {
    throw new Refusal(`${field} holds no runtime: its section ${VERSION_SECTION} does not decode`);
  }
}

function text(bytes, start) {
  // The compact length's lowest two bits say how long it is itself; names are shorter than 64 or 16,384 bytes.
  const mode = bytes.readUInt8(start) & 3;
  const [length, from] = mode === 0 ? [bytes.readUInt8(start) >> 2, start + 1] : [bytes.readUInt16LE(start) >> 2, start + 2];
  if (mode > 1 || from + length > bytes.length) throw new RangeError('no text');
  return [bytes.subarray(from, from + length).toString(), from + length];
}
