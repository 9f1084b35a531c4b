// When things can happen at the earliest: blocks of referenda and epochs.

const ONE = 10n ** 9n;

/**
 * The first block of the epoch after the one that `block` is in, and that epoch's number: from there on parameters hold.
 *
 * @param epoch the epoch that `block` is in, or an earlier one: `{ index, start, length }`
 * @param laterLength blocks of the epochs after that one
 */
export function nextEpoch({ index, start, length }, block, laterLength = length) {
  const end = start + length;
  if (block < end) return { epoch: index + 1, block: end };
  const whole = Math.floor((block - end) / laterLength);
  return { epoch: index + whole + 2, block: end + (whole + 1) * laterLength };
}

/**
 * The earliest blocks of a referendum that is submitted with the next block, and on which enough coins vote at once.
 *
 * @param head number of the best block
 * @param track periods in blocks: `preparePeriod`, `confirmPeriod`, `enactmentPeriod`
 */
export function earliestBlocks(head, track) {
  const submitted = head + 1;
  const decision = submitted + track.preparePeriod;
  const confirmation = decision + track.confirmPeriod;
  return { submitted, decision, confirmation, enactment: confirmation + Math.max(track.enactmentPeriod, 1) };
}

/** What part of the decision's time has to pass until a share, in billionths, suffices; null where it never does. */
function delay(share, ceiling, floor) {
  if (share >= ceiling) return 0n;
  if (share < floor) return null;
  return divideUp((ceiling - share) * ONE, ceiling - floor);
}

/**
 * When a referendum that is being decided is confirmed at the earliest with the votes that it has; null if it cannot be.
 *
 * @param deciding `{ since, confirming }`, with `confirming` null where it does not pass at present
 * @param tally `{ ayes, nays, support }` as BigInts, and `electorate`, the coins that support is measured by
 * @param track `decisionPeriod`, `confirmPeriod` in blocks, `minApproval`, `minSupport` in billionths
 */
export function earliestConfirmation(head, deciding, tally, track) {
  if (deciding.confirming !== null) return deciding.confirming;
  const votes = tally.ayes + tally.nays;
  const approval = votes === 0n ? 0n : (tally.ayes * ONE) / votes;
  const support = tally.electorate === 0n ? 0n : (tally.support * ONE) / tally.electorate;
  const delays = [delay(approval, ONE, BigInt(track.minApproval)), delay(support, ONE / 2n, BigInt(track.minSupport))];
  if (delays.includes(null)) return null;
  const longest = delays[0] > delays[1] ? delays[0] : delays[1];
  const passes = deciding.since + Number(divideUp(longest * BigInt(track.decisionPeriod), ONE));
  return Math.max(passes, head + 1) + track.confirmPeriod;
}

/** A time as people say it, from blocks and the block time in milliseconds. */
export function roughTime(blocks, blockTime) {
  const seconds = Math.max(0, Math.round((blocks * blockTime) / 1000));
  const units = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']];
  const [size, unit] = units.find(([size]) => seconds >= 2 * size) ?? units.at(-1);
  return `${Math.round(seconds / size)} ${unit}`;
}

function divideUp(value, by) {
  return (value + by - 1n) / by;
}
