// `enact`: does what is left to do once the scheduler has dispatched a referendum's call.

import { leaves } from './calls.mjs';
import { bestBlock, currencyOf } from './connection.mjs';
import { formatDecimal } from './decimal.mjs';
import { explainError } from './dispatch-error.mjs';
import { findEnactment } from './enactment.mjs';
import { tell } from './output.mjs';
import { groupOfCall, nextEpochAt, readParameters, typeOfCall } from './parameters.mjs';
import { dueText, readReferendum, refuseUnapproved, scheduledEnactment } from './referendum.mjs';
import { BadUsage, Refusal } from './refusal.mjs';
import { eventOf, send } from './transaction.mjs';
import { flatten, plain } from './tree.mjs';
import { authorizedCode } from './upgrade.mjs';

/** Enacts a referendum; `file` is the code of an upgrade. */
export async function enact(api, account, index, file) {
  const best = await bestBlock(api);
  const referendum = await readReferendum(best.at, index);
  refuseUnapproved(referendum);
  const scheduled = await scheduledEnactment(best.at, index);
  if (scheduled !== null) throw new Refusal(`referendum ${index} is approved and not enacted yet: its call is scheduled ${dueText(scheduled, best.number)}`);
  const enactment = await findEnactment(api, best.number, referendum);
  if (enactment.error) throw new Refusal(`referendum ${index} was enacted in block ${enactment.block} and failed: ${enactment.error}`);
  const changes = enactment.call ? leaves(enactment.call).filter(groupOfCall) : [];
  const upgrade = eventOf(enactment.effects, 'system.UpgradeAuthorized');
  const spends = enactment.effects.filter(({ section, method }) => section === 'treasury' && method === 'AssetSpendApproved');
  if ((upgrade || spends.length > 0) && account === null) {
    throw new BadUsage(`referendum ${index} needs a transaction to take effect: give --from //NAME or --key-file FILE`);
  }
  tell('enacted', { referendum: index, block: enactment.block }, `block ${enactment.block}: referendum ${index} was enacted`);
  if (changes.length > 0) await tellParameters(api, enactment, changes);
  if (upgrade) await applyCode(api, account, index, file);
  for (const event of spends) await payOut(api, account, event.data.index.toNumber());
}

// A change is in force with the epoch after the block that enacted it, unless a later call in the same epoch took its place.
async function tellParameters(api, { block, before }, calls) {
  const next = await nextEpochAt(before, block - 1);
  const best = await bestBlock(api);
  const { groups } = await readParameters(api, best.at, best.number);
  for (const call of calls) {
    const { name, type, current, pending } = groups.find((group) => group.name === groupOfCall(call).name);
    // An upgrade since then may have changed what the group consists of.
    const then = typeOfCall(call);
    const wanted = flatten(name, then, plain(then, call.args[0].toPrimitive()));
    const isKept = [current, pending].some((value) => value && includesAll(flatten(name, type, value), wanted));
    const inForce = best.number + 1 >= next.block;
    tell(
      'parameters',
      { group: name, enacted: block, fromBlock: next.block, fromEpoch: next.epoch, inForce, replaced: !isKept },
      `the parameters of ${name} ${inForce ? 'hold' : 'will hold'} from block ${next.block} on (epoch ${next.epoch})`,
      ...(isKept ? [] : [`another change of ${name} has taken their place since`]),
    );
  }
}

function includesAll(values, wanted) {
  const found = new Map(values);
  return wanted.every(([name, value]) => found.get(name) === value);
}

async function applyCode(api, account, index, file) {
  const authorized = await api.query.system.authorizedUpgrade();
  if (authorized.isNone) {
    const { specName, specVersion } = api.runtimeVersion;
    throw new Refusal(`no upgrade is authorized any more: what referendum ${index} authorized was applied or refused; the chain runs ${specName} ${specVersion}`);
  }
  if (file === undefined) throw new BadUsage(`referendum ${index} authorizes new code: enact ${index} WASM`);
  const { code, version } = authorizedCode(api, file, authorized.unwrap().codeHash.toHex());
  const { block, events } = await send(api, account, api.tx.system.applyAuthorizedUpgrade(`0x${code.toString('hex')}`));
  const refused = eventOf(events, 'system.RejectedInvalidAuthorizedUpgrade');
  if (refused) throw new Refusal(`the chain refuses the code, and the authorization is used up: ${explainError(api, refused.data.error)}`);
  tell('upgraded', { referendum: index, block, ...version }, `block ${block}: the chain has the code of ${version.specName} ${version.specVersion}, which runs from the next block on`);
}

async function payOut(api, account, spend) {
  const found = await api.query.treasury.spends(spend);
  if (found.isNone) {
    tell('paid', { spend, before: true }, `spend ${spend} has been paid out before, or has lapsed`);
    return;
  }
  const { amount, beneficiary, status, expireAt } = found.unwrap();
  const { decimals, symbol } = currencyOf(api);
  const coins = (value) => `${formatDecimal(value.toBigInt(), decimals)} ${symbol}`;
  if (!status.isAttempted) await refuseUnpayable(api, spend, amount, expireAt.toNumber(), coins);
  const check = api.tx.treasury.checkStatus(spend);
  const transaction = status.isAttempted ? check : api.tx.utility.batchAll([api.tx.treasury.payout(spend), check]);
  const { block } = await send(api, account, transaction);
  tell(
    'paid',
    { spend, block, amount: amount.toBigInt(), beneficiary: beneficiary.toString() },
    `block ${block}: spend ${spend} of ${coins(amount)} is paid to ${beneficiary}`,
  );
}

async function refuseUnpayable(api, spend, amount, expireAt, coins) {
  const { number } = await bestBlock(api);
  if (number >= expireAt) throw new Refusal(`spend ${spend} lapsed in block ${expireAt}: propose it again`);
  const { free } = (await api.query.system.account(api.consts.treasury.potAccount)).data;
  if (free.lt(amount)) throw new Refusal(`spend ${spend} is ${coins(amount)}, and the treasury has ${coins(free)}: it can be paid once there is enough, until block ${expireAt}`);
}
