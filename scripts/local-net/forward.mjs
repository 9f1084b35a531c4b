// Serves ports of this machine out of another network namespace: listens at each port on 127.0.0.1 here, and has a process
// that is there connect to the same port of an address there.
//
// Usage: node forward.mjs LOG ADDRESS:PORT... -- COMMAND...
//
// COMMAND leads to the namespace and runs what follows it; it must not fork. Prints the id of the process there, which takes
// the listening sockets over and goes on when this one ends.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';

if (process.send) {
  takeOver();
} else {
  await handOver(process.argv.slice(2));
}

function takeOver() {
  process.on('message', ({ host, port }, server) => {
    server.on('connection', (socket) => {
      const node = connect(port, host);
      // Whoever of both ends takes the other along; that a node is not there is its business.
      pipeline(socket, node, socket, () => {});
    });
    process.send('taken');
  });
}

async function handOver([log, ...words]) {
  const separator = words.indexOf('--');
  const targets = words.slice(0, separator).map((target) => {
    const [host, port] = target.split(':');
    return { host, port: Number(port) };
  });
  const command = [...words.slice(separator + 1), process.execPath, fileURLToPath(import.meta.url), log];
  const output = openSync(log, 'a');
  const child = spawn(command[0], command.slice(1), { detached: true, stdio: ['ignore', output, output, 'ipc'] });
  child.on('exit', (code) => refuse(`${command[0]} ended with ${code}: see ${log}`));
  for (const target of targets) {
    const server = createServer().listen(target.port, '127.0.0.1');
    server.on('error', ({ message }) => refuse(message));
    await once(server, 'listening');
    child.send(target, server);
    await once(child, 'message');
  }
  process.stdout.write(`${child.pid}\n`, () => process.exit());
}

function refuse(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}
