// The smallest code that has what a runtime's has for a reader of its version.

/** Magic number and version of WebAssembly. */
export const HEADER = Buffer.from('0061736d01000000', 'hex');

const section = (id, content) => Buffer.concat([Buffer.from([id, content.length]), content]);
/** A custom section, of less than 128 bytes. */
export const custom = (name, content) => section(0, Buffer.concat([Buffer.from([name.length]), Buffer.from(name), content]));
const text = (value) => Buffer.concat([Buffer.from([value.length << 2]), Buffer.from(value)]);

function version(specName, specVersion) {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32LE(1, 0);
  numbers.writeUInt32LE(specVersion, 4);
  return Buffer.concat([text(specName), text('implementation'), numbers]);
}

/** Code of this version, uncompressed. */
export function runtime(specName, specVersion) {
  return Buffer.concat([HEADER, custom('other', Buffer.from([1, 2])), custom('runtime_version', version(specName, specVersion))]);
}
