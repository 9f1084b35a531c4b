// `propose upgrade`: the call that authorizes new code, once the code is what the chain would take.

import { readFileSync } from 'node:fs';
import { blake2AsHex } from '@polkadot/util-crypto';
import { Refusal } from './refusal.mjs';
import { codeVersion } from './runtime-code.mjs';
import { trackNamed } from './tracks.mjs';

/** Bytes that a transaction has beside the code that it carries. */
const AROUND_CODE = 1024;

/** The code in a file, after all checks that the chain answers with an event instead of an error: `{ code, hash, version }`. */
export function checkedCode(api, file) {
  const field = `WASM ${file}`;
  const code = read(field, file);
  const version = codeVersion(field, code);
  const { specName, specVersion } = api.runtimeVersion;
  if (version.specName !== specName.toString()) {
    throw new Refusal(`${field} is of '${version.specName}', allowed is the chain's own '${specName}'`);
  }
  if (version.specVersion <= specVersion.toNumber()) {
    throw new Refusal(`${field} has the spec version ${version.specVersion}, allowed is more than the chain's ${specVersion}`);
  }
  const most = api.consts.system.blockLength.max.normal.toNumber() - AROUND_CODE;
  if (code.length > most) throw new Refusal(`${field} has ${code.length} bytes, allowed are ${most}: more does not fit a block`);
  return { code, version, hash: blake2AsHex(code, 256) };
}

/** The code in a file that a vote has authorized by its hash: `{ code, hash, version }`. */
export function authorizedCode(api, file, authorized) {
  const checked = checkedCode(api, file);
  if (checked.hash !== authorized) throw new Refusal(`WASM ${file} has the hash ${checked.hash}, allowed is the authorized one, ${authorized}`);
  return checked;
}

/** The proposal to authorize the code in a file. */
export async function upgrade(api, file) {
  const { hash, version } = checkedCode(api, file);
  const call = api.tx.system.authorizeUpgrade(hash).method;
  return { call, track: await trackNamed(api, 'root'), facts: { codeHash: hash, ...version } };
}

function read(field, file) {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Refusal(`${field} cannot be read: ${error.code}`);
  }
}
