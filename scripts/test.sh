#!/usr/bin/env bash
# Every check and every test, in stages. Says how long each stage took, and stops at the first that fails.
#
# Usage: scripts/test.sh [--full] [STAGE ...]
#
#   --full  also `state` and `measure`, which compile much of the SDK once more: 13 and 25 minutes on two cores; and `faults`
#   STAGE   only these, in this order; without, all:
#               format    rustfmt
#               scripts   bash -n and ShellCheck; this script's own checks find what is wrong; setup.sh is quiet where it
#                         has run; the alerts are valid, pass their tests and name metrics that are there; systemd's
#                         units; the test vectors are what their generator gives
#               lock      the lock file holds one release set of the SDK; tests have the build's features; the miner
#                         links nothing of the SDK
#               weights   each pallet's weights are measured ones
#               licences  cargo-deny: licences, bans, sources (not advisories, which need the network)
#               build     the node and the runtime, optimised
#               clippy    no warning
#               docs      the code's documentation, no warning
#               tests     unit and integration tests
#               bench     the pallets' benchmarks, run as tests
#               try       the code of the features try-runtime and runtime-benchmarks: clippy, no warning
#               clients   Polkadot.js, polkadot-api and substrate-interface, installed where they are missing; what of the
#                         governance tool needs no chain
#               e2e       real nodes and real clients
#               state     the tests of the runtime and its pallets with try-runtime: whole blocks and upgrades run by its API,
#                         and the state of all pallets checked after each test; the next runtime's migrations over the
#                         state of a running chain (--full)
#               measure   the benchmarks in the real runtime, few and short runs (--full)
#               faults    50 crashes of a node, as in docs/reliability.md (--full)
#
# Environment:
#   CARGO_TARGET_DIR    where the build is; ~/.cache/stakework-target by default
#   POSW_ASERT_VECTORS  folder of the original ASERT test vectors; ../shared/vectors/asert by default, where that exists
#
# Everything is built in one profile and, `bench`, `try` and `--full` apart, with one set of features, so that no stage compiles
# again what another has: the selection is the whole workspace, but for a few small crates in tests.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/checks.sh
source "$root/scripts/lib/checks.sh"

stages=(format scripts lock weights licences build clippy docs tests bench try clients e2e)
full=(state measure faults)
chosen=()
for argument; do
    case $argument in
        -h | --help) usage && exit ;;
        --full) stages+=("${full[@]}") ;;
        *)
            [[ " ${stages[*]} ${full[*]} " == *" $argument "* ]] || die "no stage '$argument'; see scripts/test.sh --help"
            chosen+=("$argument")
            ;;
    esac
done
((${#chosen[@]})) || chosen=("${stages[@]}")

all=(--release --workspace --locked)
# What a user builds: without the second runtime that the tests upgrade to.
product=("${all[@]}" --exclude=stakework-next-runtime)
# Crates that do not use the SDK. What their tests need (criterion, tokio's paused clock) asks for features of shared dependencies
# with which the whole SDK would be compiled a second time, so they are tested by themselves.
apart=(posw-miner posw-sealer posw-stratum)

stage_format() {
    cargo fmt --all --check
    cargo fmt --check --manifest-path scripts/benchmark/Cargo.toml
}
stage_scripts() {
    check_scripts
    scripts/lib/checks-test.sh
    check_setup
    check_monitoring
    check_units
    python3 consensus/primitives/tests/vectors/generate.py --check
}
stage_lock() {
    check_lock_file
    check_features "${apart[@]}"
    check_miner
}
stage_weights() { check_weights "${pallets[@]}"; }
stage_licences() { check_licences; }
stage_build() { cargo build "${product[@]}"; }
stage_clippy() {
    # It builds the build scripts of our crates with its own compiler, which may be another than the runtime's; the blob is not needed.
    export SKIP_WASM_BUILD=1
    cargo clippy "${all[@]}" "${apart[@]/#/--exclude=}" --all-targets -- -D warnings
    cargo clippy --release --locked "${apart[@]/#/--package=}" --all-targets -- -D warnings
}
stage_docs() { RUSTDOCFLAGS="-D warnings" cargo doc "${product[@]}" --no-deps; }
# Tests whose path begins with e2e start nodes, the others none.
stage_tests() {
    run_tests "" cargo test "${all[@]}" "${apart[@]/#/--exclude=}" -- --skip e2e::
    run_tests "" cargo test --release --locked "${apart[@]/#/--package=}"
}
stage_bench() {
    local features=("${pallets[@]/%//runtime-benchmarks}")
    run_tests benchmarks::bench_ \
        cargo test --release --locked "${pallets[@]/#/--package=}" --lib --features "${features[*]}"
}
# The optional features of the runtime. What uses them does not need its blob.
optional=stakework-runtime/runtime-benchmarks,stakework-runtime/try-runtime
stage_try() {
    SKIP_WASM_BUILD=1 cargo clippy "${all[@]}" "${apart[@]/#/--exclude=}" --all-targets --features "$optional" -- -D warnings
}
# What is installed already takes no time.
install_clients() {
    node/tests/e2e/clients/setup.sh
    scripts/governance.sh --help >/dev/null
}
stage_clients() {
    install_clients
    node --test --test-reporter=dot scripts/governance/*.test.mjs
}
stage_e2e() {
    # Not within the time that a test gives its clients.
    install_clients
    cargo build "${product[@]}"
    cargo build "${all[@]}" "${apart[@]/#/--exclude=}" --example hostile-peer
    run_tests e2e:: cargo test "${all[@]}" "${apart[@]/#/--exclude=}" --test main -- e2e::
}
# With so few packages, what builds the runtime has other features than in the whole workspace, and is compiled once more.
stage_state() {
    SKIP_WASM_BUILD=1 run_tests try_runtime:: cargo test --release --locked "${pallets[@]/#/--package=}" \
        --package stakework-runtime --lib --features "$optional" -- --skip benchmarks::bench_
    cargo build "${product[@]}"
    run_tests e2e::migrations:: cargo test "${all[@]}" "${apart[@]/#/--exclude=}" --test main \
        --features stakework-next-runtime/try-runtime -- --ignored e2e::migrations::
}
stage_measure() { scripts/benchmark-weights.sh --quick; }
# What e2e does a few times.
stage_faults() {
    cargo build "${product[@]}"
    POSW_CRASHES=50 run_tests e2e::crash:: \
        cargo test "${all[@]}" "${apart[@]/#/--exclude=}" --test main -- --show-output e2e::crash::
}

# The stages that ended: name, result, seconds.
report=()

print_report() {
    local line stage result seconds total=0
    printf '\n%-10s %-7s %8s\n' stage result time
    for line in "${report[@]}"; do
        read -r stage result seconds <<<"$line"
        printf '%-10s %-7s %5d:%02d\n' "$stage" "$result" $((seconds / 60)) $((seconds % 60))
        total=$((total + seconds))
    done
    printf '%-18s %5d:%02d\n' total $((total / 60)) $((total % 60))
}

run_stage() {
    local start=$SECONDS status
    printf '\n=== %s\n' "$1"
    set +e
    # A shell of its own, whose first failing command ends the stage.
    (set -e && "stage_$1")
    status=$?
    set -e
    if ((status == 0)); then
        report+=("$1 ok $((SECONDS - start))")
    else
        report+=("$1 FAILED $((SECONDS - start))")
        print_report
        die "stage $1 failed; again with: scripts/test.sh $1"
    fi
}

# For `check_setup`: the variables before set-up adds its own.
mapfile -d '' -t environment < <(env --null)

cd "$root"
start=$SECONDS
prepare --env --tests
report+=("setup ok $((SECONDS - start))")

if [[ -z ${POSW_ASERT_VECTORS:-} && -d $root/../shared/vectors/asert ]]; then
    POSW_ASERT_VECTORS=$(cd "$root/../shared/vectors/asert" && pwd)
fi
export POSW_ASERT_VECTORS

for stage in "${chosen[@]}"; do
    run_stage "$stage"
done
print_report
