#!/usr/bin/env bash
# Builds what a release consists of: the node, the miner, and the runtime with its metadata hash (RFC 78), by which hardware
# wallets check what they sign. Prints where each is and its hashes.
#
# Usage: scripts/release.sh
#
# The runtime goes through two compilations for that hash, and more of the SDK is compiled, so this has a target folder of
# its own and the default build stays as it is. A release is not published before a fresh node has synchronised the whole
# chain with it (consensus/docs/SPEC.md, R4.5).
#
# Environment:
#   CARGO_TARGET_DIR  the default build's target folder; this script's is beside it, with -release at its end

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1:-} in
    -h | --help) usage && exit ;;
esac
(($# == 0)) || die "unknown argument '$1'; see scripts/release.sh --help"

cd "$root"
prepare --env
CARGO_TARGET_DIR+=-release
# The node of a release holds its runtime.
unset SKIP_WASM_BUILD
say "Building the release"
cargo build --release --workspace --exclude stakework-next-runtime --locked --features stakework-runtime/metadata-hash

binaries=$CARGO_TARGET_DIR/release
runtime=$binaries/wbuild/stakework-runtime/stakework_runtime.compact.compressed.wasm

printf '\nSHA-256\n'
sha256sum "$binaries/posw-node" "$binaries/posw-miner" "$runtime"
# The one that `system.authorizeUpgrade` takes.
printf '\nBLAKE2-256 of the runtime\n'
b2sum --length 256 "$runtime"
