// What the JavaScript clients share: arguments, evidence as lines of JSON, a bound on the time.

import { parseArgs } from 'node:util';

/** Prints one observation, with big integers as decimal strings. */
export function evidence(saw, facts = {}) {
  const text = (_, value) => (typeof value === 'bigint' ? value.toString() : value);
  console.log(JSON.stringify({ saw, ...facts }, text));
}

/** Fails unless `condition` holds; `claim` says what was expected, `facts` what was found. */
export function check(condition, claim, facts = {}) {
  if (condition) return;
  evidence('failure', { claim, ...facts });
  throw new Error(claim);
}

/**
 * Runs a client: `steps(url, options)` within `--timeout` seconds, then `close()`; exits 0 when all checks held.
 *
 * @param usage shown by --help and on bad arguments
 * @param defaults name of each option with its default, as text; `timeout` is required
 * @param steps an async function
 */
export async function runClient(usage, defaults, steps) {
  const options = { help: { type: 'boolean', default: false } };
  for (const [name, value] of Object.entries(defaults)) options[name] = { type: 'string', default: value };
  let args;
  try {
    args = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
  if (args.values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (args.positionals.length !== 1 || !/^wss?:\/\//.test(args.positionals[0])) {
    console.error(`expected one ws:// or wss:// URL\n${usage}`);
    process.exit(2);
  }

  const seconds = Number(args.values.timeout);
  const limit = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([steps(args.positionals[0], args.values), limit]);
    evidence('success');
    process.exit(0);
  } catch (error) {
    evidence('error', { message: error?.message ?? String(error) });
    process.exit(1);
  }
}
