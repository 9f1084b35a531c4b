// `list`: the referenda that are under way.

import { changesOf, leaves, nameOf, proposedCall } from './calls.mjs';
import { bestBlock, currencyOf } from './connection.mjs';
import { formatDecimal } from './decimal.mjs';
import { tell } from './output.mjs';
import { readParameters } from './parameters.mjs';
import { earliestConfirmation } from './schedule.mjs';
import { tracksOf } from './tracks.mjs';
import { stageOf, tallyText } from './watch.mjs';

/** The referenda that are under way, by number: `{ index, status, hash, length, call }`. */
export async function ongoing(at) {
  const entries = await at.query.referenda.referendumInfoFor.entries();
  const open = entries.filter(([, info]) => info.unwrap().isOngoing);
  const found = open.map(async ([key, info]) => {
    const status = info.unwrap().asOngoing;
    return { index: key.args[0].toNumber(), status, ...(await proposedCall(at, status.proposal)) };
  });
  return (await Promise.all(found)).sort((a, b) => a.index - b.index);
}

/** Tells all of them with what they would change. */
export async function list(api) {
  const best = await bestBlock(api);
  const [referenda, tracks, { groups }, electorate] = await Promise.all([
    ongoing(best.at),
    tracksOf(api),
    readParameters(api, best.at, best.number),
    votingCoins(best.at),
  ]);
  if (referenda.length === 0) tell('none', { block: best.number }, `no referendum is under way at block ${best.number}`);
  for (const referendum of referenda) show(api, best.number, referendum, tracks, groups, electorate);
}

// What support is measured by: all coins but the treasury's.
async function votingCoins(at) {
  const [issued, inactive] = await Promise.all([at.query.balances.totalIssuance(), at.query.balances.inactiveIssuance()]);
  return issued.toBigInt() - inactive.toBigInt();
}

function show(api, head, { index, status, hash, call }, tracks, groups, electorate) {
  const { decimals, symbol } = currencyOf(api);
  const coins = (amount) => `${formatDecimal(amount, decimals)} ${symbol}`;
  const track = tracks.find(({ number }) => status.track.eq(number));
  const tally = { ayes: status.tally.ayes.toBigInt(), nays: status.tally.nays.toBigInt(), support: status.tally.support.toBigInt() };
  const deciding = status.deciding.isSome ? status.deciding.unwrap() : null;
  const since = deciding ? deciding.since.toNumber() : null;
  const confirming = deciding?.confirming.isSome ? deciding.confirming.unwrap().toNumber() : null;
  const confirmation = deciding && earliestConfirmation(head, { since, confirming }, { ...tally, electorate }, track);
  const changes = call ? changesOf(api, call, groups) : [];
  const name = call ? nameOf(call) : null;
  const stage = stageOf(status);
  tell(
    'referendum',
    { referendum: index, track: track.name, call: name, hash, stage, submitted: status.submitted.toNumber(), since, confirmation, tally, changes },
    `${index}: ${name ?? `a call without its preimage, hash ${hash}`} on ${track.name}`,
    ...changes.map(([parameter, old, value]) => `   ${parameter}: ${old} -> ${value}`),
    ...otherCalls(call),
    `   ${since === null ? stage : `deciding since block ${since}${confirming === null ? '' : ', confirming'}`}; ${tallyText(tally, coins)}`,
    ...(deciding ? [`   ${confirmation === null ? 'cannot pass with these votes' : `confirmed at block ${confirmation} at the earliest with these votes`}`] : []),
  );
}

// What is no change of parameters is shown with its arguments, the short ones whole.
function otherCalls(call) {
  const shown = (call ? leaves(call) : []).filter(({ section, method }) => !/^set(Params|Governance)$/.test(method) || section === 'sudo');
  return shown.map((leaf) => `   ${leaf.section}.${leaf.method} ${JSON.stringify(leaf.toHuman().args)}`);
}
