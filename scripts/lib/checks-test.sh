#!/usr/bin/env bash
# Tests of checks.sh: what is wrong is found, what is right is let through.
#
# Usage: scripts/lib/checks-test.sh

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/lib/checks.sh
source "$root/scripts/lib/checks.sh"

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
measured=$root/pallets/rewards/src/weights.rs
edited=$folder/weights.rs

# Expects the answer `$1` about the measured weights with the edit `$2` of sed.
expect_problem() {
    local found
    sed "$2" "$measured" >"$edited"
    found=$(weights_problem pallet_rewards "$edited")
    [[ $found == "$1" ]] || die "weights edited by '$2': '$found' is found, not '$1'"
}

expect_problem "" ""
expect_problem "not measured" "1s/pallet_rewards/pallet_chain/"
expect_problem "not measured" "1d"
expect_problem "measured in 4 steps, at least 50 are wanted" "s/ 50 steps, / 4 steps, /"
expect_problem "measured in no steps, at least 50 are wanted" "/ 50 steps, /d"
expect_problem "4 weights, 3 of them measured" '0,/Shortest run/{/Shortest run/d}'
expect_problem "4 weights, 0 of them measured" 's/Shortest run: [0-9_]*/Shortest run: 0/'
expect_problem "0 weights, 0 of them measured" '/Shortest run/d; /fn /d'
found=$(weights_problem pallet_rewards "$folder/nowhere.rs")
[[ $found == "there is no such file" ]] || die "weights that are not there: '$found' is found"

echo 'rate(posw_hash_rate[5m]) + posw_work_delay_seconds_bucket{le="1"} / posw_hash_rates' >"$edited"
found=$(cd "$root" && unknown_metrics "$edited")
[[ $found == posw_hash_rates ]] || die "of two metrics of the node and one that is none, '$found' is found"

# In a shell of its own, which the refusal ends.
refuses_tests() { ! (run_tests "$@") >/dev/null 2>&1; }

refuses_tests bench_ echo "test tests::other ... ok" || die "another test counts as a benchmark"
refuses_tests "" echo "0 tests" || die "a run without a test is taken for one with"
run_tests bench_ echo "test benchmarks::bench_block ... ok" >/dev/null || die "a benchmark that ran is not found"

echo "the checks find what is wrong"
