"""Python's substrate-interface: a transfer, its inclusion and the balances."""

import argparse
import json
import signal
import sys

from substrateinterface import Keypair, SubstrateInterface


class Failure(Exception):
    """A check did not hold."""


def evidence(saw: str, **facts) -> None:
    """Prints one observation as a line of JSON."""
    print(json.dumps({"saw": saw, **facts}), flush=True)


def check(condition: bool, claim: str, **facts) -> None:
    """Fails unless `condition` holds; `claim` says what was expected, `facts` what was found."""
    if not condition:
        evidence("failure", claim=claim, **facts)
        raise Failure(claim)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the node, as ws://HOST:PORT")
    parser.add_argument("--from", dest="sender", default="//Bob", help="secret URI of the account that pays, not a miner (//Bob)")
    parser.add_argument("--to", default="//Charlie", help="secret URI of the account that receives, not a miner (//Charlie)")
    parser.add_argument("--amount", type=int, default=10**12, help="how much, in planck (10^12)")
    parser.add_argument("--timeout", type=int, default=100, help="give up after so many seconds (100)")
    return parser.parse_args()


def account(chain: SubstrateInterface, address: str, block: str) -> tuple[int, int]:
    """The nonce and the free balance after `block`."""
    info = chain.query("System", "Account", [address], block_hash=block).value
    return info["nonce"], info["data"]["free"]


def transfer(chain: SubstrateInterface, sender: Keypair, dest: str, amount: int) -> None:
    call = chain.compose_call("Balances", "transfer_keep_alive", {"dest": dest, "value": amount})
    extrinsic = chain.create_signed_extrinsic(call=call, keypair=sender, era={"period": 64})
    receipt = chain.submit_extrinsic(extrinsic, wait_for_inclusion=True)
    check(receipt.is_success, "the transfer succeeds", error=receipt.error_message)

    block = chain.get_block(receipt.block_hash)
    number, parent = block["header"]["number"], block["header"]["parentHash"]
    check(chain.get_block_hash(number) == receipt.block_hash, "the block is on the best chain", block=number)
    fee = receipt.total_fee_amount
    check(fee > 0, "a fee is paid", fee=fee)
    evidence("included", block=number, hash=receipt.block_hash, extrinsic=receipt.extrinsic_hash, fee=fee)

    nonce_before, sender_before = account(chain, sender.ss58_address, parent)
    nonce_after, sender_after = account(chain, sender.ss58_address, receipt.block_hash)
    _, dest_before = account(chain, dest, parent)
    _, dest_after = account(chain, dest, receipt.block_hash)
    evidence("balances", sender=[sender_before, sender_after], recipient=[dest_before, dest_after])
    check(nonce_after == nonce_before + 1, "the sender's nonce rises by one", nonce=[nonce_before, nonce_after])
    check(dest_after == dest_before + amount, f"the recipient's balance rises by {amount}")
    check(sender_after == sender_before - amount - fee, "the sender pays the amount and the fee", fee=fee)


def main() -> int:
    args = arguments()

    def give_up(*_):
        raise TimeoutError(f"not done within {args.timeout} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(args.timeout)
    try:
        # Nothing but the node's own metadata is used, and nothing is fetched from elsewhere.
        with SubstrateInterface(url=args.url, auto_discover=False, auto_reconnect=False) as chain:
            chain.init_runtime()
            evidence(
                "runtime",
                chain=chain.chain,
                spec=chain.runtime_version,
                ss58=chain.ss58_format,
                decimals=chain.token_decimals,
                symbol=chain.token_symbol,
            )
            sender, dest = Keypair.create_from_uri(args.sender), Keypair.create_from_uri(args.to)
            transfer(chain, sender, dest.ss58_address, args.amount)
    except Exception as error:  # whatever it is, it is the evidence
        evidence("error", message=f"{type(error).__name__}: {error}")
        return 1
    evidence("success")
    return 0


if __name__ == "__main__":
    sys.exit(main())
