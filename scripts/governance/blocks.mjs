// Blocks of the best chain with their events.

/** The block with a hash: `{ number, hash, parent, at, events }`; `events` are the library's records in their order. */
export async function readBlock(api, hash) {
  const header = await api.rpc.chain.getHeader(hash);
  const at = await api.at(hash);
  return { number: header.number.toNumber(), hash: hash.toHex(), parent: header.parentHash, at, events: [...(await at.query.system.events())] };
}

/** The blocks from `first` to `last`, one after the other. */
export async function* blocksBetween(api, first, last) {
  for (let number = first; number <= last; number += 1) yield readBlock(api, await api.rpc.chain.getBlockHash(number));
}

/**
 * The blocks from `first` on, without end. Where the best chain changes, those of the new one come from the fork on, and the first of
 * them says so as `replaces`, the number of the highest block that is gone.
 */
export async function* followBlocks(api, first) {
  const heads = await newHeads(api);
  let known = [];
  for (;;) {
    const head = await heads.next();
    const hashes = await unknownHashes(api, head, first, known);
    if (hashes.length === 0) continue;
    const gone = known.splice(hashes[0].number - first);
    for (const [position, { number, hash }] of hashes.entries()) {
      const block = await readBlock(api, hash);
      known.push(hash.toHex());
      yield position === 0 && gone.length > 0 ? { ...block, replaces: number + gone.length - 1 } : block;
    }
  }
}

// From the head back to the last block that is known; `known` are the hashes from block `first` on.
async function unknownHashes(api, head, first, known) {
  const found = [];
  for (let { number, hash } = head; number >= first && known[number - first] !== hash.toHex(); number -= 1) {
    found.unshift({ number, hash });
    hash = (await api.rpc.chain.getHeader(hash)).parentHash;
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
