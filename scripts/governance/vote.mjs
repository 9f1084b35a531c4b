// `support` and `oppose`: a vote with coins.

import { bestBlock, currencyOf } from './connection.mjs';
import { formatDecimal, parseDecimal } from './decimal.mjs';
import { tell } from './output.mjs';
import { readReferendum, refuseEnded } from './referendum.mjs';
import { BadUsage, Refusal } from './refusal.mjs';
import { coinsOf, feeOf, send } from './transaction.mjs';

/** The convictions of the SDK; with conviction n > 0 coins count n times and stay locked 2^(n - 1) periods after the vote is won. */
const CONVICTIONS = ['None', 'Locked1x', 'Locked2x', 'Locked3x', 'Locked4x', 'Locked5x', 'Locked6x'];
/** Fees of so many votes stay free: for this vote, for others, and for taking them back. */
const FEES_KEPT = 10n;

// The conviction of `--conviction`.
function parseConviction(text) {
  if (!/^[0-6]$/.test(text)) throw new BadUsage(`--conviction is '${text}', allowed is 0 to 6`);
  return Number(text);
}

// How long coins stay locked after they have won, in periods.
function lockPeriods(conviction) {
  return conviction === 0 ? 0 : 2 ** (conviction - 1);
}

/** Votes on a referendum; `side` is `aye` or `nay`. */
export async function vote(api, account, index, side, options) {
  if (options.amount === undefined) throw new BadUsage('a vote needs --amount COINS');
  const conviction = parseConviction(options.conviction ?? '1');
  const currency = currencyOf(api);
  const balance = parseDecimal('--amount', options.amount, currency.decimals);
  if (balance === 0n) throw new Refusal('--amount is 0, allowed is more');
  const best = await bestBlock(api);
  refuseEnded(await readReferendum(best.at, index));

  const choice = { Standard: { vote: { aye: side === 'aye', conviction: CONVICTIONS[conviction] }, balance } };
  const transaction = api.tx.convictionVoting.vote(index, choice);
  await refuseAllCoins(api, account, transaction, balance, currency);
  const { block, at } = await send(api, account, transaction);

  const { status } = await readReferendum(at, index);
  const coins = (amount) => `${formatDecimal(amount, currency.decimals)} ${currency.symbol}`;
  const tally = status && { ayes: status.tally.ayes.toBigInt(), nays: status.tally.nays.toBigInt(), support: status.tally.support.toBigInt() };
  const [governance] = await at.call.chainApi.governance();
  const locked = lockPeriods(conviction) * governance.voteLocking.toNumber();
  tell(
    'voted',
    { referendum: index, side, amount: balance, conviction, block, tally },
    `block ${block}: ${side} on referendum ${index} with ${coins(balance)}, conviction ${conviction}`,
    ...(tally ? [`the tally is ayes ${coins(tally.ayes)}, nays ${coins(tally.nays)}, support ${coins(tally.support)}`] : []),
    `the coins are frozen until the vote is taken back ('return ${index}')${locked === 0 ? '' : `, and if the ${side}s win for ${locked} blocks after the end`}`,
  );
}

// Frozen coins pay no fees, not even that of taking the vote back.
async function refuseAllCoins(api, account, transaction, balance, { decimals, symbol }) {
  const [{ total, held }, fee] = await Promise.all([coinsOf(api, account.address), feeOf(account, transaction)]);
  const kept = fee * FEES_KEPT;
  if (balance <= held || balance + kept <= total) return;
  const most = total > kept + held ? total - kept : held;
  const [given, allowed, all, rest] = [balance, most, total, kept].map((value) => `${formatDecimal(value, decimals)} ${symbol}`);
  throw new Refusal(`--amount is ${given}, allowed is ${allowed}: the account has ${all}, and ${rest} have to stay free for fees`);
}
