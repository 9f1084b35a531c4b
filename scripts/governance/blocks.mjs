// Blocks of the best chain with their events.

// The block with a hash; `events` are the library's records in their order.
async function readBlock(api, hash) {
  const header = await api.rpc.chain.getHeader(hash);
  const at = await api.at(hash);
  return { number: header.number.toNumber(), parent: header.parentHash, at, events: [...(await at.query.system.events())] };
}

/** The blocks from `first` to `last`, one after the other: `{ number, parent, at, events }`, with the parent's hash and the API at the block. */
export async function* blocksBetween(api, first, last) {
  for (let number = first; number <= last; number += 1) yield readBlock(api, await api.rpc.chain.getBlockHash(number));
}

/**
 * The blocks behind `best`, `{ number, hash }`, without end. Where the best chain changes, those of the new one come from the fork on,
 * be it below `best`, and the first of them says so as `replaces`, the number of the highest block that is gone.
 */
export async function* followBlocks(api, best) {
  const heads = await newHeads(api);
  let tip = best;
  for (;;) {
    const head = await heads.next();
    const fresh = await blocksBehind(api, tip, head);
    const isFork = fresh.length > 0 && fresh[0].number <= tip.number;
    const gone = tip.number;
    tip = head;
    for (const [position, { hash }] of fresh.entries()) {
      const block = await readBlock(api, hash);
      yield position === 0 && isFork ? { ...block, replaces: gone } : block;
    }
  }
}

// The blocks of the head's chain that are not of the tip's, by number.
async function blocksBehind(api, tip, head) {
  const parentOf = async ({ number, hash }) => ({ number: number - 1, hash: (await api.rpc.chain.getHeader(hash)).parentHash });
  const found = [];
  let [old, now] = [tip, head];
  while (now.hash.toHex() !== old.hash.toHex()) {
    if (now.number >= old.number) {
      found.unshift(now);
      now = await parentOf(now);
    } else {
      old = await parentOf(old);
    }
  }
  return found;
}

async function newHeads(api) {
  let latest = null;
  let wake = () => {};
  await api.rpc.chain.subscribeNewHeads((header) => {
    latest = { number: header.number.toNumber(), hash: header.hash };
    wake();
  });
  return {
    next: async () => {
      while (latest === null) await new Promise((resolve) => (wake = resolve));
      const head = latest;
      latest = null;
      return head;
    },
  };
}

/**
 * The first block of `first..=last` whose events the node still has; null where it has none of them. A node without an archive has
 * the states of a few hundred blocks.
 */
export async function firstKept(api, first, last) {
  const isKept = async (number) => {
    try {
      // The events of a block are decoded by the code in its parent's state.
      await api.rpc.state.getRuntimeVersion.raw(await api.rpc.chain.getBlockHash(Math.max(number - 1, 0)));
      return true;
    } catch {
      return false;
    }
  };
  if (!(await isKept(last))) return null;
  let [gone, kept] = [first - 1, last];
  while (kept - gone > 1) {
    const middle = Math.floor((gone + kept) / 2);
    if (await isKept(middle)) kept = middle;
    else gone = middle;
  }
  return kept;
}
