// Transactions: sent, waited for until they are in a block, and read.

import { explainError } from './dispatch-error.mjs';
import { Refusal } from './refusal.mjs';

/**
 * Signs and sends a transaction, and waits for the block that it is in.
 *
 * @returns `{ block, at, events }`: the block's number, the API at it, and the transaction's events
 */
export async function send(api, account, transaction) {
  const { status, dispatchError, events } = await included(account, transaction);
  const hash = status.asInBlock;
  const block = (await api.rpc.chain.getHeader(hash)).number.toNumber();
  if (dispatchError) throw new Refusal(`the transaction failed in block ${block}: ${explainError(api, dispatchError)}`);
  return { block, at: await api.at(hash), events: events.map(({ event }) => event) };
}

function included(account, transaction) {
  return new Promise((resolve, reject) => {
    const refuse = ({ message }) => {
      const hint = /ancient birth block/.test(message) ? '; the chain was reorganised meanwhile: send it again' : '';
      reject(new Refusal(`the node refuses the transaction: ${message.split('\n', 1)[0]}${hint}`));
    };
    transaction
      .signAndSend(account, { nonce: -1 }, (result) => {
        if (result.status.isInBlock) resolve(result);
        else if (result.isError) reject(new Refusal(`the transaction is in no block: the node calls it ${result.status.type}`));
      })
      .catch(refuse);
  });
}

/** The event of this kind among those of a transaction, such as `referenda.Submitted`; undefined without one. */
export function eventOf(events, kind) {
  return events.find((event) => `${event.section}.${event.method}` === kind);
}

/** An account's coins: all of them, and those that are neither on hold nor frozen by votes beyond what is on hold. */
export async function coinsOf(api, address) {
  const { free, reserved, frozen } = (await api.query.system.account(address)).data;
  const [all, held, bound] = [free.toBigInt() + reserved.toBigInt(), reserved.toBigInt(), frozen.toBigInt()];
  const untouchable = bound > held ? bound - held : 0n;
  return { total: all, held, usable: free.toBigInt() > untouchable ? free.toBigInt() - untouchable : 0n };
}

/** What sending this transaction costs, about. */
export async function feeOf(account, transaction) {
  return (await transaction.paymentInfo(account)).partialFee.toBigInt();
}
