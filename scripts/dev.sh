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

case ${1:-} in
    -h | --help) usage && exit ;;
    --no-build)
        shift
        find_node
        ;;
    *) build_node ;;
esac

# Signals reach the node itself.
exec "$posw_node" --dev "$@"
