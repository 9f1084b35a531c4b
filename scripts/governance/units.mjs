// The units of parameters: how their values are read and written. Names are those of genesis and of the specification.

import { formatDecimal, parseDecimal } from './decimal.mjs';
import { Refusal } from './refusal.mjs';

/** Decimal places of shares, boosts and factors, which the chain counts in billionths. */
const BILLIONTHS = 9;

const UNITS = {
  'stake.epochLength': 'blocks',
  'stake.minLock': 'blocks',
  'stake.maxLock': 'blocks',
  'stake.lockBonus': 'decimal',
  'stake.activation': 'epochs',
  'stake.unbonding': 'blocks',
  'stake.minWeight': 'coins',
  'stake.minTotalWeight': 'coins',
  'stake.curve.boost': 'decimal',
  'stake.curve.unit': 'coins',
  'stake.curve.slope': 'decimal',
  'stake.maxBoost': 'decimal',
  'stake.ration': 'decimal',
  'stake.horizon': 'blocks',
  'stake.maxLead': 'decimal',
  'stake.maxReorg': 'blocks',
  'difficulty.blockTime': 'ms',
  'difficulty.halfLife': 'ms',
  'difficulty.maxGap': 'ms',
  'difficulty.limit': 'bits',
  'rewards.initial': 'coins',
  'rewards.decay': 'decimal',
  'rewards.period': 'blocks',
  'rewards.tail': 'coins',
  'rewards.treasuryShare': 'decimal',
  'rewards.treasuryFeeShare': 'decimal',
  'rewards.maturity': 'blocks',
  'chain.existentialDeposit': 'coins',
  'chain.feePerSecond': 'coins',
  'chain.feePerByte': 'coins',
  'chain.depositPerItem': 'coins',
  'chain.depositPerByte': 'coins',
  'chain.governance.submissionDeposit': 'coins',
  'chain.governance.undecidingTimeout': 'blocks',
  'chain.governance.voteLocking': 'blocks',
  'chain.governance.motionDuration': 'blocks',
  'chain.governance.spendPeriod': 'blocks',
  'chain.governance.payoutPeriod': 'blocks',
  'chain.governance.treasurerLimit': 'coins',
  'chain.governance.smallSpenderLimit': 'coins',
};

/** The numbers that each track has. */
const TRACK_UNITS = {
  maxDeciding: 'referenda',
  decisionDeposit: 'coins',
  preparePeriod: 'blocks',
  decisionPeriod: 'blocks',
  confirmPeriod: 'blocks',
  enactmentPeriod: 'blocks',
  minApproval: 'decimal',
  minSupport: 'decimal',
};

/** The unit of a parameter; plain whole numbers, and parameters that this tool does not know yet, have none. */
export function unitOf(name) {
  const track = /^chain\.governance\.\w+\.(\w+)$/.exec(name);
  return (track ? TRACK_UNITS[track[1]] : UNITS[name]) ?? '';
}

/**
 * Reads a value as people write it.
 *
 * @param name of the parameter
 * @param bounds the least and the largest value that its type has, as BigInts
 * @param currency `{ decimals, symbol }`
 */
export function parseValue(name, text, bounds, currency) {
  const value = parse(name, text, currency);
  if (value < bounds.min || value > bounds.max) {
    const [min, max] = [bounds.min, bounds.max].map((bound) => formatValue(name, bound, currency));
    throw new Refusal(`${name} is ${formatValue(name, value, currency)}, allowed is ${min} to ${max}`);
  }
  return value;
}

function parse(name, text, { decimals }) {
  switch (unitOf(name)) {
    case 'coins':
      return parseDecimal(name, text, decimals);
    case 'decimal':
      return parseDecimal(name, text, BILLIONTHS);
    case 'bits':
      if (!areCompactBits(text)) throw new Refusal(`${name} is '${text}', allowed are compact bits in their shortest form, such as 0x1f00ffff`);
      return BigInt(text);
    default:
      return parseDecimal(name, text, 0);
  }
}

// R1.2: an exponent of one byte, and a mantissa of three that has its first or second byte and is not negative; at most the limit of
// all targets. Targets below 256 are left out: no chain has so hard a limit.
function areCompactBits(text) {
  if (!/^0x[0-9a-f]{8}$/i.test(text)) return false;
  const [bits, mantissa] = [Number(text), Number(text) & 0xffffff];
  return bits >= 0x04008000 && bits <= 0x2100ffff && mantissa >= 0x8000 && mantissa < 0x800000;
}

/** The value with its unit, as people read it. */
export function formatValue(name, value, { decimals, symbol }) {
  const unit = unitOf(name);
  switch (unit) {
    case 'coins':
      return `${formatDecimal(value, decimals)} ${symbol}`;
    case 'decimal':
      return formatDecimal(value, BILLIONTHS, 1);
    case 'bits':
      return `0x${BigInt(value).toString(16).padStart(8, '0')}`;
    default:
      return unit === '' ? BigInt(value).toString() : `${value} ${unit}`;
  }
}
