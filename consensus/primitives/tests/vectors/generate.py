#!/usr/bin/env python3
"""Known answers for posw-primitives, computed from consensus/docs/SPEC.md with Python's integers, decimals and hashlib.

Nothing here shares code with the crate. Usage: generate.py [--check]
Writes one JSON file per topic beside this script; with --check it writes nothing and fails where a file differs.
Integers that do not fit 64 bits are strings.
"""

import hashlib
import json
import random
import sys
from decimal import Decimal, getcontext
from fractions import Fraction
from math import floor, isqrt
from pathlib import Path

getcontext().prec = 120
rng = random.Random(20260)

ONE = 10**9
MAX_FACTOR = 10_000 * ONE
CREDIT = 10**18
POW_LIMIT = 0xFFFF << 240
U32, U64, U128 = 2**32, 2**64, 2**128


def wide(limit_bits):
    """A number whose length is uniform: small ones come as often as large ones."""
    return rng.getrandbits(rng.randint(1, limit_bits))


# --- Section 1: numbers. Compact bits are the first three bytes of a signed big-endian number and its length. ---


def to_compact(n):
    body = n.to_bytes((n.bit_length() + 7) // 8, "big")
    if body[0] & 0x80:
        body = b"\0" + body
    return len(body) << 24 | int.from_bytes((body + b"\0\0")[:3], "big")


def from_compact(bits):
    """The target, or None where the form is not canonical or the target is out of range."""
    length, head = bits >> 24, bits.to_bytes(4, "big")[1:]
    body = head[: min(3, length)] + b"\0" * max(0, length - 3)
    if any(head[length:]) or not body or body[0] & 0x80:
        return None
    if body[0] == 0 and (len(body) == 1 or not body[1] & 0x80):
        return None
    target = int.from_bytes(body, "big")
    return target if 1 <= target <= POW_LIMIT else None


def clamp_target(n):
    return max(1, min(POW_LIMIT, n))


def work(target):
    return floor(Fraction(2**256, target + 1))


def effective(bits, factor):
    return to_compact(min(POW_LIMIT, floor(Fraction(from_compact(bits) * factor, ONE))))


def some_bits():
    return to_compact(clamp_target(max(1, wide(256))))


def some_factor():
    return rng.choice([ONE, MAX_FACTOR, 20 * ONE, rng.randint(ONE, MAX_FACTOR), rng.randint(ONE, 3 * ONE)])


def target_vectors():
    edges = [0x00000000, 0x00000001, 0x01000000, 0x01003456, 0x01010000, 0x01120000, 0x01123456, 0x017F0000, 0x01800000,
             0x01FEDCBA, 0x02000080, 0x02008000, 0x02008001, 0x02010000, 0x02123456, 0x027FFF00, 0x03000000, 0x03000080,
             0x03008000, 0x03123456, 0x037FFFFF, 0x03800000, 0x04000080, 0x04008000, 0x04123456, 0x04800000, 0x04923456,
             0x05009234, 0x1A44B9F2, 0x1B0404CB, 0x1D00FFFF, 0x1D7FFFFF, 0x207FFFFF, 0x20123456, 0x20800000, 0x2100FFFF,
             0x21007FFF, 0x21008000, 0x21010000, 0x21123456, 0x22000001, 0x220000FF, 0x22000100, 0x23000001, 0xFF000000,
             0xFF123456, 0xFF7FFFFF, 0xFFFFFFFF]
    raws = edges + [rng.randint(0, 0x24) << 24 | rng.getrandbits(24) for _ in range(200)]
    values = [1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFF, 0x800000, 0xFFFFFF, 0x1000000,
              POW_LIMIT - 1, POW_LIMIT] + [clamp_target(max(1, wide(256))) for _ in range(150)]
    met = []
    for _ in range(40):
        bits = some_bits()
        target = from_compact(bits)
        for value in (target - 1, target, target + 1, rng.getrandbits(256)):
            met.append({"bits": bits, "hash": value.to_bytes(32, "little").hex(), "met": value <= target})
    pairs = [(some_bits(), some_factor()) for _ in range(200)]
    pairs += [(0x2100FFFF, MAX_FACTOR), (0x2100FFFF, ONE), (0x01010000, ONE), (0x01010000, MAX_FACTOR)]
    return {
        "decode": [{"bits": raw, "target": None if from_compact(raw) is None else str(from_compact(raw))} for raw in raws],
        "encode": [{"target": str(value), "bits": to_compact(value)} for value in values],
        "work": [{"bits": bits, "work": str(work(from_compact(bits)))}
                 for bits in [0x01010000, 0x1D00FFFF, 0x2100FFFF] + [some_bits() for _ in range(100)]],
        "met": met,
        "effective": [{"bits": bits, "factor": factor, "effective": effective(bits, factor)} for bits, factor in pairs],
    }


# --- Section 7: factor, lead cap, curves, credit. ---


def factor(boost, credit):
    c = min(CREDIT, credit)
    return floor(Fraction(10**27 * boost, 10**18 * boost - c * (boost - ONE)))


def lead_cap(max_lead, total, blocks):
    """max_lead in billionths; the mean of the inverses is total / blocks, in billionths too, and not rounded."""
    if max_lead == 0:
        return MAX_FACTOR
    mean = Fraction(total, blocks) if total and blocks else Fraction(ONE)
    return min(MAX_FACTOR, max(ONE, floor(Fraction(max_lead * ONE) / mean)))


def factor_vectors():
    boosts = [ONE, ONE + 1, 2 * ONE, 20 * ONE, MAX_FACTOR - 1, MAX_FACTOR] + [some_factor() for _ in range(30)]
    credits = [0, 1, CREDIT // 2, CREDIT - 1, CREDIT, CREDIT + 1, U128 - 1] + [wide(128) for _ in range(4)]
    leads = [(0, 5, 5), (2 * ONE, 0, 0), (2 * ONE, 960 * ONE, 960), (2 * ONE, 48 * ONE, 960), (ONE, 960 * ONE, 960),
             (MAX_FACTOR, 960 * ONE, 960), (2 * ONE, 1, U64 - 1), (ONE // 2, 7 * ONE, 7)]
    for _ in range(60):
        blocks = rng.randint(1, 400_000)
        leads.append((rng.randint(ONE, 20 * ONE), sum(10**18 // some_factor() for _ in range(20)) * blocks // 20, blocks))
    return {
        "factor": [{"boost": b, "credit": str(c), "factor": factor(b, c)} for b in boosts for c in credits],
        "inverse": [{"factor": f, "inverse": 10**18 // f} for f in boosts],
        "leadCap": [{"maxLead": lead, "sum": str(total), "blocks": n, "cap": lead_cap(lead, total, n)}
                    for lead, total, n in leads],
    }


def boost(curve, weight, max_boost):
    if weight == 0:
        return ONE
    (form, p), = curve.items() if isinstance(curve, dict) else [(curve, {})]
    unit = max(1, int(p.get("unit", 1)))
    if form == "flat":
        value = ONE
    elif form == "constant":
        value = p["boost"]
    elif form == "linear":
        value = ONE + floor(Fraction(weight * p["slope"], unit))
    elif form == "sqrt":
        value = isqrt(weight * 10**18 // unit)
    elif form == "log2":
        x = Decimal(U64 + weight * U64 // unit) / Decimal(U64)
        bits = int(x.ln() / Decimal(2).ln() * 2**32 + Decimal(10) ** -90)
        value = ONE + bits * ONE // 2**32
    else:
        value = max(1, min(weight // unit, p["cap"])) ** p["exponent"] * ONE
    return max(ONE, min(value, max_boost))


def curve_vectors():
    cases = []
    for form in ["flat", "constant", "linear", "sqrt", "log2", "power"]:
        for i in range(60):
            unit = 10**12 if i < 20 else max(1, wide(90))
            curve = {
                "flat": "flat",
                "constant": {"constant": {"boost": some_factor()}},
                "linear": {"linear": {"unit": str(unit), "slope": rng.choice([0, ONE, ONE // 10, wide(64)])}},
                "sqrt": {"sqrt": {"unit": str(unit)}},
                "log2": {"log2": {"unit": str(unit)}},
                "power": {"power": {"unit": str(unit), "cap": rng.choice([1, 50, wide(32)]), "exponent": rng.randint(0, 4)}},
            }[form]
            weight = [0, 1, unit - 1, unit, unit + 1, 2 * unit, 3 * unit, 4 * unit, 1023 * unit, U128 - 1][i] if i < 10 \
                else min(U128 - 1, unit * wide(24) + wide(20)) if i < 50 else wide(128)
            limit = rng.choice([MAX_FACTOR, 20 * ONE, some_factor()])
            cases.append({"curve": curve, "weight": str(weight), "maxBoost": limit, "boost": boost(curve, weight, limit)})
    first_chain = {"power": {"unit": str(1000), "cap": 50, "exponent": 2}}
    for stake in [0, 999, 1_000, 1_999, 2_000, 7_654, 49_999, 50_000, 10**9]:
        expected = max(1, min(stake // 1000, 50)) ** 2 * ONE if stake else ONE
        assert boost(first_chain, stake, MAX_FACTOR) == expected
        cases.append({"curve": first_chain, "weight": str(stake), "maxBoost": MAX_FACTOR, "boost": expected})
    return {"boost": cases}


def index_step(ration, total):
    return floor(Fraction(ration, ONE) * CREDIT * U128 / total) if total else 0


def credit_cap(ration, horizon, weight, total):
    return min(U128 - 1, floor(Fraction(ration, ONE) * CREDIT * horizon * weight / total)) if total else 0


def credit_vectors():
    """Histories of one account in which weight and total stay; spending one block's credit now and then."""
    steps, caps, histories = [], [], []
    for _ in range(60):
        ration, total = rng.choice([0, ONE // 1000, 2 * ONE, 1000 * ONE, wide(64)]), rng.choice([0, 1, wide(128), 10**21])
        weight, horizon = rng.randint(0, total), rng.choice([1, 360, 100_000])
        steps.append({"ration": ration, "total": str(total), "step": str(index_step(ration, total))})
        caps.append({"ration": ration, "horizon": horizon, "weight": str(weight), "total": str(total),
                     "cap": str(credit_cap(ration, horizon, weight, total))})
    for _ in range(40):
        total = rng.randint(10**15, 10**24)
        weight, ration = total // rng.choice([1, 3, 97, 1000]), rng.choice([ONE // 3, 2 * ONE])
        index, horizon = wide(220), rng.choice([7, 360])
        step, cap = index_step(ration, total), credit_cap(ration, horizon, weight, total)
        exact, events, start = Fraction(0), [], index
        for _ in range(12):
            blocks = rng.randint(0, 200)
            index += blocks * step
            exact = min(exact + Fraction(weight * blocks * step, U128), Fraction(cap))
            spend = rng.random() < 0.7
            events.append({"index": str(index), "credit": str(floor(exact)),
                           "fraction": str(floor((exact - floor(exact)) * U128)), "spend": spend})
            if spend:
                exact -= min(CREDIT, floor(exact))
        histories.append({"start": str(start), "weight": str(weight), "cap": str(cap), "events": events})
    return {"indexStep": steps, "cap": caps, "settle": histories}


# --- Section 8: difficulty. ---


def asert(bits, elapsed, heights, block_time, half_life, limit):
    numerator = (elapsed - block_time * (heights + 1)) * 65536
    exponent = abs(numerator) // half_life * (1 if numerator >= 0 else -1)
    whole, f = divmod(exponent, 65536)
    poly = 65536 + ((195766423245049 * f + 971821376 * f**2 + 5127 * f**3 + 2**47) >> 48)
    target = floor(Fraction(from_compact(bits) * poly) * Fraction(2) ** (whole - 16)) if whole < 600 else POW_LIMIT
    return to_compact(max(1, min(target, from_compact(limit))))


def retarget_vectors():
    chains, anchors = [], []
    for _ in range(24):
        block_time = rng.choice([3_000, 15_000, 15_001, 600_000])
        half_life = block_time * rng.choice([2, 72, 288, 10_000])
        max_gap = rng.choice([half_life, block_time, half_life * 100])
        limit = rng.choice([0x2100FFFF, 0x1F7FFFFF, 0x1D00FFFF])
        start = to_compact(max(1, from_compact(limit) >> rng.randint(0, 200)))
        now = 1_800_000_000_000 + rng.randint(0, 10**9)
        parent, shift, first = now - block_time, 0, rng.choice([1, 5_000])
        blocks = []
        for n in range(40):
            if n:
                gap = rng.choice([1, block_time, int(rng.expovariate(1 / block_time)) + 1, half_life * 3 + 7])
                shift += max(0, gap - max_gap)
                now += gap
            bits = asert(start, now - parent - shift, n, block_time, half_life, limit)
            blocks.append({"height": first + n, "time": now, "shift": shift, "next": bits})
        chains.append({"anchor": start, "height": first, "parentTime": parent, "blockTime": block_time,
                       "halfLife": half_life, "maxGap": max_gap, "limit": limit, "blocks": blocks})
        for new in (block_time, block_time // 3, block_time * 4):
            bits, height, limit_target = blocks[-1]["next"], blocks[-1]["height"], from_compact(limit)
            scaled = min(limit_target, max(1, floor(Fraction(from_compact(bits) * block_time, new))))
            anchors.append({"bits": bits, "height": height, "time": now, "old": block_time, "new": new, "limit": limit,
                            "anchor": {"bits": to_compact(scaled), "parentTime": now - new}})
    return {"chains": chains, "reAnchor": anchors}


# --- Section 9: issuance. Section 6: weights. ---


def subsidy(height, initial, decay, period, tail):
    power, base, k = U128, decay * U128 // ONE, height // period
    while k:
        if k & 1:
            power = power * base // U128
        base, k = base * base // U128, k >> 1
    decayed = initial * power // U128
    if height // period <= 400:
        exact = floor(initial * Fraction(decay, ONE) ** (height // period))
        assert exact - 1 <= decayed <= exact, (decayed, exact)
    return max(tail, decayed)


def issuance_vectors():
    cases = []
    for _ in range(120):
        initial = rng.choice([0, 5 * 10**12, 10**27, wide(89)])
        decay = rng.choice([0, 1, ONE // 2, 990_000_000, 999_999_999, ONE])
        period, tail = rng.choice([1, 10, 210_000, 2_102_400]), rng.randint(0, initial)
        tail = rng.choice([0, tail, initial])
        for height in (0, period - 1, period, rng.randrange(U32), min(U32 - 1, period * rng.randint(1, 90))):
            cases.append({"height": height, "initial": str(initial), "decay": decay, "period": period, "tail": str(tail),
                          "subsidy": str(subsidy(height, initial, decay, period, tail))})
    shares = [(wide(128), rng.choice([0, 1, ONE // 5, ONE - 1, ONE])) for _ in range(40)]
    return {"subsidy": cases,
            "share": [{"amount": str(a), "share": s, "part": str(a * s // ONE)} for a, s in shares]}


def stake_vectors():
    cases = []
    for _ in range(150):
        low = rng.choice([40, 40_320, wide(20)])
        high = low + rng.choice([0, 1, 2_062_080, wide(20)])
        lock, amount = rng.randint(low, high), rng.choice([0, 1, 10**15 + 1, wide(120)])
        bonus = rng.choice([0, ONE, ONE // 3, 10 * ONE])
        share = Fraction(lock - low, high - low) if high > low else Fraction(0)
        cases.append({"amount": str(amount), "lock": lock, "minLock": low, "maxLock": high, "lockBonus": bonus,
                      "weight": str(floor(amount * (1 + Fraction(bonus, ONE) * share)))})
    return {"weight": cases}


# --- Sections 2 and 3: what is hashed, what the header carries. ---


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def header_vectors():
    blocks = []
    for _ in range(40):
        genesis, pre_hash, root, miner, key = (rng.randbytes(32) for _ in range(5))
        signature = rng.randbytes(64)
        version, time, nonce = (rng.getrandbits(32) for _ in range(3))
        bits, f = some_bits(), some_factor()
        commitment = hashlib.sha256(pre_hash + signature).digest()
        le = lambda n, size: n.to_bytes(size, "little")
        header = le(version, 4) + commitment + root + le(time, 4) + le(effective(bits, f), 4) + le(nonce, 4)
        work_hash = sha256d(header)
        blocks.append({
            "genesis": genesis.hex(), "preHash": pre_hash.hex(), "root": root.hex(), "miner": miner.hex(), "key": key.hex(),
            "signature": signature.hex(), "version": version, "time": time, "nonce": nonce, "bits": bits, "factor": f,
            "sealPayload": (b"posw/seal/v1" + genesis + pre_hash).hex(),
            "keyPayload": (b"posw/key/v1" + genesis + miner + key).hex(),
            "claims": (miner + key + le(bits, 4) + le(f, 8)).hex(),
            "seal": (le(version, 4) + root + le(time, 4) + le(nonce, 4) + signature).hex(),
            "commitment": commitment.hex(), "header": header.hex(), "workHash": work_hash.hex(),
            "met": int.from_bytes(work_hash, "little") <= from_compact(effective(bits, f)),
            "tieBreak": hashlib.sha256(b"posw/tie/v1" + work_hash).hexdigest(),
        })
    return {"blocks": blocks}


def main():
    topics = {"target": target_vectors, "factor": factor_vectors, "curve": curve_vectors, "credit": credit_vectors,
              "retarget": retarget_vectors, "issuance": issuance_vectors, "stake": stake_vectors, "header": header_vectors}
    stale = []
    for name, vectors in topics.items():
        lists = (f'"{key}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]" for key, cases in vectors().items())
        text = "{" + ",\n".join(lists) + "}\n"
        path = Path(__file__).with_name(f"{name}.json")
        if "--check" not in sys.argv[1:]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"not what generate.py writes: {', '.join(stale)}")


if __name__ == "__main__":
    main()
