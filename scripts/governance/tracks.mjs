// The tracks of referenda: their names are those of `chain.governance` in genesis and of the specification, section 10.

import { Refusal } from './refusal.mjs';

/**
 * The tracks, as `{ number, name, origin, ... }` with the numbers in force: periods as numbers, amounts as BigInts, shares in
 * billionths.
 *
 * The metadata's constants say which there are; their numbers there may be older than those in force.
 */
export async function tracksOf(api) {
  const [governance] = await api.call.chainApi.governance();
  return api.consts.referenda.tracks.map(([number, info]) => {
    // Filled up with zeros.
    const name = info.name.toString().replace(/\0+$/, '');
    const params = governance[name];
    return {
      number: number.toNumber(),
      name,
      origin: originOf(name),
      maxDeciding: params.maxDeciding.toNumber(),
      decisionDeposit: params.decisionDeposit.toBigInt(),
      preparePeriod: params.preparePeriod.toNumber(),
      decisionPeriod: params.decisionPeriod.toNumber(),
      confirmPeriod: params.confirmPeriod.toNumber(),
      enactmentPeriod: params.enactmentPeriod.toNumber(),
      minApproval: params.minApproval.toNumber(),
      minSupport: params.minSupport.toNumber(),
    };
  });
}

/** The track with a name. */
export async function trackNamed(api, name) {
  const tracks = await tracksOf(api);
  const track = tracks.find((candidate) => candidate.name === name);
  if (!track) throw new Refusal(`--track is '${name}', allowed are ${tracks.map((candidate) => candidate.name).join(', ')}`);
  return track;
}

/** The origin that calls of a track have, as the library writes it. */
function originOf(name) {
  return name === 'root' ? { system: 'Root' } : { Origins: name[0].toUpperCase() + name.slice(1) };
}
