// Has the running nodes of a network without namespaces hold on to those of their side, and to no others.
//
// Usage: node peers.mjs FOLDER NAME...      the names are those of the nodes that run

import { readNodes } from './network.mjs';
import { call } from './rpc.mjs';

const [folder, ...running] = process.argv.slice(2);
const nodes = readNodes(folder);

for (const node of nodes.filter(({ name }) => running.includes(name))) {
  const held = await call(node.rpc, 'system_reservedPeers');
  for (const other of nodes.filter(({ name }) => name !== node.name)) {
    const [isHeld, isWanted] = [held.includes(other.peerId), other.side === node.side];
    if (isWanted && !isHeld) await call(node.rpc, 'system_addReservedPeer', other.address);
    if (isHeld && !isWanted) await call(node.rpc, 'system_removeReservedPeer', other.peerId);
  }
}
