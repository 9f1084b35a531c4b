// Waits until nodes that were started are one network: each answers by RPC, and has a peer where it should have any. Prints
// the name of one that has ended, or is not there in time, and exits with 1.
//
// Usage: node await.mjs FOLDER NAME=PID...

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readNodes } from './network.mjs';
import { call } from './rpc.mjs';

/** How long nodes may take on a busy machine, in milliseconds. */
const LIMIT = 90_000;
const POLL = 200;

const [folder, ...started] = process.argv.slice(2);
const deadline = Date.now() + LIMIT;
const nodes = readNodes(folder);

await Promise.all(
  started.map(async (argument) => {
    const [name, pid] = argument.split('=');
    const node = nodes.find((one) => one.name === name);
    const others = nodes.filter(({ side }) => side === node.side).length - 1;
    while (!(await isThere(node, others))) {
      if (hasEnded(pid) || Date.now() > deadline) fail(name);
      await sleep(POLL);
    }
  }),
);

/** A node alone has nobody to wait for: others may be stopped. */
async function isThere({ rpc }, others) {
  try {
    const { peers } = await call(rpc, 'system_health');
    return peers > 0 || others === 0 || started.length === 1;
  } catch {
    return false;
  }
}

// What has ended and nobody has asked after yet still has an entry, as a zombie.
function hasEnded(pid) {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

function fail(name) {
  process.stdout.write(`${name}\n`);
  process.exit(1);
}
