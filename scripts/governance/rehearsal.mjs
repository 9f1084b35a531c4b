// What would become of a call: the runtime dispatches it as a referendum of the track would, and forgets what it did.

import { explainError, parameterOf } from './dispatch-error.mjs';
import { warn } from './output.mjs';

/**
 * Why a call would come to nothing if it were enacted now, as the chain's own answer; null where it would succeed, or, with a warning,
 * where the chain does not tell.
 *
 * @returns `{ reason, parameter }`, with the parameter's name where the answer is about one
 */
export async function rehearse(api, track, call) {
  const answer = await api.call.chainApi.rehearse(track.origin, call.toHex());
  if (answer.isOk) return null;
  const error = answer.asErr;
  if (error.isSetsCode) {
    warn('the call replaces the code of the runtime: that is not rehearsed, and may fail when it is enacted');
    return null;
  }
  if (error.isNoTrack) return { reason: `the chain has no track for the origin of ${track.name}`, parameter: null };
  if (error.isNoCall) return { reason: 'the chain does not decode it, so it would never be dispatched', parameter: null };
  if (error.isTooHeavy) {
    const { weight, limit } = error.asTooHeavy;
    const times = [weight, limit].map(({ refTime }) => `${refTime.toBigInt() / 10n ** 6n} us`);
    return { reason: `it takes ${times[0]} of a block, allowed are about ${times[1]}`, parameter: null };
  }
  const dispatch = error.asFailed;
  if (dispatch.isBadOrigin) return { reason: `calls of the track ${track.name} may not do that (BadOrigin)`, parameter: null };
  return { reason: explainError(api, dispatch), parameter: parameterOf(api, dispatch) };
}
