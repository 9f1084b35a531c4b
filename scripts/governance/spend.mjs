// `propose spend`: the call that approves a payment from the treasury, on the track with the lowest bar that may.

import { decodeAddress } from '@polkadot/util-crypto';
import { currencyOf } from './connection.mjs';
import { formatDecimal, parseDecimal } from './decimal.mjs';
import { warn } from './output.mjs';
import { Refusal } from './refusal.mjs';
import { trackNamed } from './tracks.mjs';

/** The proposal to pay `amount` coins to `account`. */
export async function spend(api, account, amount) {
  const currency = currencyOf(api);
  const value = parseDecimal('AMOUNT', amount, currency.decimals);
  if (value === 0n) throw new Refusal('AMOUNT is 0, allowed is more');
  const [beneficiary, [governance], treasury] = [addressOf(account), await api.call.chainApi.governance(), await inTreasury(api)];
  const limits = { smallSpender: governance.smallSpenderLimit.toBigInt(), treasurer: governance.treasurerLimit.toBigInt() };
  const name = Object.keys(limits).find((track) => value <= limits[track]) ?? 'root';

  const { data } = await api.query.system.account(beneficiary);
  const least = (await api.call.chainApi.parameters())[0].existentialDeposit.toBigInt();
  if (data.free.toBigInt() + data.reserved.toBigInt() === 0n && value < least) {
    throw new Refusal(`AMOUNT is ${amount}, allowed is ${formatDecimal(least, currency.decimals)} or more: ${account} has no coins yet`);
  }
  if (treasury < value) {
    const [has, period] = [formatDecimal(treasury, currency.decimals), governance.payoutPeriod];
    warn(`the treasury has ${has} ${currency.symbol}: the payout fails until it has enough, and lapses ${period} blocks after approval`);
  }
  return { call: api.tx.treasury.spend(null, value, beneficiary, null).method, track: await trackNamed(api, name) };
}

async function inTreasury(api) {
  const { data } = await api.query.system.account(api.consts.treasury.potAccount);
  return data.free.toBigInt();
}

function addressOf(account) {
  try {
    return decodeAddress(account);
  } catch {
    throw new Refusal(`ACCOUNT is '${account}', allowed is an address or a public key in hex`);
  }
}
