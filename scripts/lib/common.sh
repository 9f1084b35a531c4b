# shellcheck shell=bash
# What every script here shares. Sourced; runs nothing by itself beyond setting variables.

set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}

# Outside the checkout, so that a fresh clone finds what an earlier one has built.
# Absolute, as cargo is called in other folders than the caller's.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/stakework-target}
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR

# The build of the runtime's WASM takes its dependencies from the lock file in this folder.
export WASM_BUILD_WORKSPACE_HINT=$root

# The packages of our pallets, each in the folder that is the rest of its name.
pallets=("$root"/pallets/*/Cargo.toml)
pallets=("${pallets[@]%/Cargo.toml}")
pallets=("${pallets[@]/#*\//pallet-}")

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Prints the comment at the top of a script, which is its manual.
usage() { sed -n '2,$ { /^#/!q; s/^# \{0,1\}//p }' "$0"; }

# Sets `posw_node` to the node's binary, built anew where something has changed.
build_node() {
    posw_node=$CARGO_TARGET_DIR/release/posw-node
    prepare --env
    [[ -x $posw_node ]] || say "Building the node: about 17 minutes on two cores, seconds from the second time on"
    # All but what is for tests alone: the same set of features, and so the same build, as in scripts/test.sh.
    (cd "$root" && cargo build --release --workspace --exclude stakework-next-runtime --locked)
}

# Sets `posw_node` to the binary that is built already, or to that of the environment.
find_node() {
    posw_node=${POSW_NODE:-$CARGO_TARGET_DIR/release/posw-node}
    [[ -x $posw_node ]] || die "there is no $posw_node: run scripts/${0##*/} without --no-build once"
}

# Brings what is missing, by setup.sh with these arguments, and takes over the variables that cargo then needs.
prepare() {
    local variables
    variables=$("$root/scripts/setup.sh" "$@")
    eval "$variables"
}
