#!/usr/bin/env bash
# Builds the node and runs a development chain that mines, on this machine alone, in the foreground. Ctrl-C ends it.
# The chain starts anew each time; give it a folder (--base-path FOLDER) to go on where it stopped.
#
# Usage: scripts/dev.sh [--no-build] [NODE'S ARGUMENTS]
#
#   --no-build  run what is built already, look for nothing that is missing
#
# The node's arguments are those of `posw-node --help`, for example: scripts/dev.sh --threads 2
#
# Environment:
#   CARGO_TARGET_DIR  where the build is; ~/.cache/stakework-target by default
#   POSW_NODE         the binary that --no-build runs, if not that build's

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

node=$CARGO_TARGET_DIR/release/posw-node
case ${1:-} in
    -h | --help) usage && exit ;;
    --no-build)
        shift
        node=${POSW_NODE:-$node}
        [[ -x $node ]] || die "there is no $node: run scripts/dev.sh without --no-build once"
        ;;
    *)
        prepare --env
        [[ -x $node ]] || say "Building the node: about 17 minutes on two cores, seconds from the second time on"
        # All but what is for tests alone: the same set of features, and so the same build, as in scripts/test.sh.
        (cd "$root" && cargo build --release --workspace --exclude stakework-next-runtime --locked)
        ;;
esac

# Signals reach the node itself.
exec "$node" --dev "$@"
