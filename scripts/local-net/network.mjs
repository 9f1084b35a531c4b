// The network's folder, as folder.sh describes it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The nodes, each with the addresses of what it serves. */
export function readNodes(folder) {
  const word = (...path) => readFileSync(join(folder, ...path), 'utf8').trim();
  return word('nodes')
    .split('\n')
    .map((name) => {
      const [p2p, rpc, metrics] = word(name, 'ports').split(' ').map(Number);
      return {
        name,
        rpcPort: rpc,
        rpc: `http://127.0.0.1:${rpc}`,
        metrics: `http://127.0.0.1:${metrics}/metrics`,
        peerId: word(name, 'peer-id'),
        address: `/ip4/127.0.0.1/tcp/${p2p}/p2p/${word(name, 'peer-id')}`,
        side: word(name, 'side'),
      };
    });
}
