// @polkadot/api with the published definitions of our methods: work by subscription, hashed here, handed in, imported.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { check, evidence, runClient } from './evidence.mjs';

const USAGE = `usage: polkadot-js-mining.mjs URL [options]
  --blocks N   mine so many (5)
  --timeout S  give up after so many seconds (100)`;
const DEFINITIONS = new URL('../../../../docs/polkadot-js.json', import.meta.url);

await runClient(USAGE, { blocks: '5', timeout: '100' }, async (url, options) => {
  const definitions = JSON.parse(readFileSync(DEFINITIONS, 'utf8'));
  const api = await ApiPromise.create({ provider: new WsProvider(url), throwOnConnect: true, ...definitions });

  const works = [];
  let wake = () => {};
  const unsubscribe = await api.rpc.posw.subscribeWork((work) => {
    works.push(work);
    wake();
  });
  const nextWork = async () => {
    for (;;) {
      while (works.length === 0) await new Promise((resolve) => (wake = resolve));
      const work = works.splice(0).at(-1);
      if (work.isSome) return work.unwrap();
    }
  };
  const blocks = Number(options.blocks);
  for (let mined = 0; mined < blocks; ) {
    const { jobId, number, header, target } = await nextWork();
    // Fresher work beside the block that was found meanwhile.
    if (number.toNumber() <= mined) continue;
    const nonce = solve(header, BigInt(target.toHex()));
    const submitted = await api.rpc.posw.submitWork(jobId, 0, `0x${'00'.repeat(32)}`, time(header), nonce);
    const answer = submitted.toJSON();
    if (answer.status === 'stale') continue;
    check(answer.status === 'imported', 'the block is imported', answer);
    const hash = (await api.rpc.chain.getBlockHash(number)).toHex();
    check(hash === answer.block, 'the answer names the block', { hash, answer });
    mined += 1;
  }
  while ((await nextWork()).number.toNumber() <= blocks);
  unsubscribe();

  const info = (await api.rpc.posw.miningInfo()).toJSON();
  check(info.accepted >= blocks, 'the node counts the blocks', info);
  const current = (await api.rpc.posw.getWork()).unwrap();
  check(current.number.toNumber() > blocks, 'there is work for the next block', current.toHuman());
  const rate = (await api.rpc.posw.networkHashrate(3)).toJSON();
  check(BigInt(rate.hashRate) > 0n && rate.blocks === 3, 'the network has a hash rate', rate);
  const steered = (await api.rpc.posw.setMining(null, null, 70)).toJSON();
  check(steered.dutyCycle === 70, 'the sealing threads can be steered', steered);
  evidence('mined', { blocks, hashRate: rate.hashRate, kernel: info.kernel });
});

function time(header) {
  return new DataView(header.buffer, header.byteOffset).getUint32(68, true);
}

function solve(header, target) {
  const bytes = Buffer.from(header);
  for (let nonce = 0; ; nonce += 1) {
    bytes.writeUInt32LE(nonce, 76);
    const once = createHash('sha256').update(bytes).digest();
    const hash = createHash('sha256').update(once).digest().reverse();
    if (BigInt(`0x${hash.toString('hex')}`) <= target) return nonce;
  }
}
