#!/usr/bin/env bash
# Governance from the command line, on any node: proposes, votes, watches and enacts (docs/governance.md).
#
# Usage: scripts/governance.sh COMMAND [OPTION...]
#        scripts/governance.sh --help
#
# Installs its pinned JavaScript libraries the first time, which may take minutes: run it with --help before a script with a time limit
# does. Needs node 20 or later and npm.
#
# Environment:
#   XDG_CACHE_HOME  where the cache folder is, stakework/, with the libraries; ~/.cache by default

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/javascript.sh
source "$root/scripts/lib/javascript.sh"

javascript_libraries "$root/scripts/governance"
exec node "$root/scripts/governance/main.mjs" "$@"
