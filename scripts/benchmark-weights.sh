#!/usr/bin/env bash
# Measures the weights of our pallets and writes pallets/*/src/weights.rs, which are committed. Run it on an idle machine
# whenever a pallet's calls, hooks or storage changed.
#
# Usage: scripts/benchmark-weights.sh [--quick] [--extra] [PALLET ...]
#
#   --quick  few and short runs, results thrown away: shows that every benchmark runs in the real runtime
#   --extra  the measurements that make no weight, too, printed and thrown away: the cost by the number of stakers
#   PALLET   only these, as pallet-rewards; all of ours by default
#
# Builds the runtime with its benchmarks, and the SDK's benchmarking command line (scripts/benchmark), in a target folder
# of their own, so that the default build stays as it is. The first run compiles the SDK for that: 25 minutes on two cores.
#
# Environment:
#   CARGO_TARGET_DIR  the default build's target folder; this script's is beside it, with -benchmark at its end

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

quick=false extra=false chosen=()
for argument; do
    case $argument in
        -h | --help) usage && exit ;;
        --quick) quick=true ;;
        --extra) extra=true ;;
        *)
            [[ " ${pallets[*]} " == *" $argument "* ]] ||
                die "unknown argument '$argument'; see scripts/benchmark-weights.sh --help"
            chosen+=("$argument")
            ;;
    esac
done
((${#chosen[@]})) || chosen=("${pallets[@]}")

cd "$root"
prepare --env
CARGO_TARGET_DIR+=-benchmark
say "Building the runtime with its benchmarks, and what runs them"
cargo build --release --locked --package stakework-runtime --features runtime-benchmarks
# Of the SDK's own test runtime, which this command line carries along, no WASM is needed.
SKIP_WASM_BUILD=1 cargo build --release --locked --manifest-path scripts/benchmark/Cargo.toml

options=(
    --runtime "$CARGO_TARGET_DIR/release/wbuild/stakework-runtime/stakework_runtime.compact.compressed.wasm"
    --genesis-builder runtime
    --extrinsic '*'
    # Blocks of this chain carry no proof of their storage.
    --disable-proof-recording
)
if $quick; then
    options+=(--steps 4 --repeat 1 --min-duration 0 --quiet)
else
    options+=(--steps 50 --repeat 20)
fi
! $extra || options+=(--extra)

for pallet in "${chosen[@]}"; do
    weights=pallets/${pallet#pallet-}/src/weights.rs
    output=()
    $quick || $extra || output=(--template scripts/benchmark/weights.hbs --output "$weights")
    say "Measuring $pallet"
    "$CARGO_TARGET_DIR/release/stakework-benchmark" --pallet "$pallet" "${options[@]}" "${output[@]}"
    ((${#output[@]} == 0)) || rustfmt --edition 2021 "$weights"
done
