// Who signs. Secrets are read from files or standard input, never from the command line, where others can see them.

import { readFileSync, statSync } from 'node:fs';
import { Keyring } from '@polkadot/api';
import { cryptoWaitReady, keyExtractSuri, mnemonicValidate } from '@polkadot/util-crypto';
import { BadUsage, Refusal } from './refusal.mjs';

const SR25519 = 'sr25519';
/** The bits of a file's mode by which others than its owner may use it. */
const OTHERS = 0o077;

/** The account of `--from` or `--key-file`; null where neither is given. */
export async function accountOf(options) {
  const { from, 'key-file': file } = options;
  if (from !== undefined && file !== undefined) throw new BadUsage('--from and --key-file are both given, allowed is one of them');
  if (from === undefined && file === undefined) return null;
  if (from !== undefined && !from.startsWith('//')) {
    throw new BadUsage(`--from is for development accounts such as //Alice; give other secrets by --key-file`);
  }
  await cryptoWaitReady();
  const keyring = new Keyring({ type: SR25519 });
  const uri = from ?? secretFrom(file);
  const refusal = new Refusal(`${from === undefined ? `--key-file ${file}` : `--from ${from}`} holds no secret URI: words or 0x and a seed, then derivations`);
  try {
    if (!isSecret(uri)) throw refusal;
    return keyring.addFromUri(uri);
  } catch {
    // The library's message may hold the secret.
    throw refusal;
  }
}

// The library would take any short text for a seed. From nothing but derivations it derives from the development phrase.
function isSecret(uri) {
  if (uri.startsWith('//')) return true;
  const { phrase } = keyExtractSuri(uri);
  return /^0x[0-9a-f]{64}$/i.test(phrase) || mnemonicValidate(phrase);
}

function secretFrom(file) {
  const field = `--key-file ${file}`;
  let text;
  try {
    if (file !== '-' && (statSync(file).mode & OTHERS) !== 0) {
      throw new Refusal(`${field} can be read by others, allowed is its owner alone: chmod 600 ${file}`);
    }
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${field} cannot be read: ${error.code}`);
  }
  const secret = text.split('\n', 1)[0].trim();
  if (secret === '') throw new Refusal(`${field} has an empty first line, expected is a secret URI`);
  return secret;
}
