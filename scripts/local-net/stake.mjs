// Stakes coins for the shortest time that the chain allows.
//
// Usage: node stake.mjs --url URL (--from //NAME | --key-file FILE) AMOUNT

import '../governance/quiet.mjs';
import { parseArgs } from 'node:util';
import { accountOf } from '../governance/account.mjs';
import { connectToAny, currencyOf, lost } from '../governance/connection.mjs';
import { formatDecimal, parseDecimal } from '../governance/decimal.mjs';
import { tell, tellError } from '../governance/output.mjs';
import { Refusal } from '../governance/refusal.mjs';
import { eventOf, send } from '../governance/transaction.mjs';

/** How long the transaction may take to get into a block, in seconds. */
const LIMIT = 120;

async function stake(api, account, text) {
  const { decimals, symbol } = currencyOf(api);
  const amount = parseDecimal('AMOUNT', text, decimals);
  const { minLock, epochLength } = (await api.call.poswApi.network()).params.stake;
  const { events } = await send(api, account, api.tx.poswStake.stake(amount, minLock));
  const { deposit, weight, lockEnd, activeFrom } = eventOf(events, 'poswStake.Staked').data;
  tell(
    'staked',
    { deposit, weight, lockEnd, activeFrom },
    `Staked ${text} ${symbol} as deposit ${deposit}, locked until block ${lockEnd}: ` +
      `a weight of ${formatDecimal(weight.toBigInt(), decimals)} from epoch ${activeFrom} on, of ${epochLength} blocks each`,
  );
}

async function giveUp() {
  await new Promise((resolve) => setTimeout(resolve, LIMIT * 1000));
  throw new Refusal(`the transaction is in no block after ${LIMIT} s: does the network mine?`);
}

try {
  const { values, positionals } = parseArgs({
    options: { url: { type: 'string' }, from: { type: 'string' }, 'key-file': { type: 'string' } },
    allowPositionals: true,
  });
  const account = await accountOf(values);
  const api = await connectToAny(values.url);
  await Promise.race([stake(api, account, positionals[0]), lost(api, values.url), giveUp()]);
  process.exit(0);
} catch (error) {
  tellError(error.message);
  process.exit(1);
}
