#!/usr/bin/env bash
# Installs the client libraries that the end-to-end tests use.
#
# Usage: setup.sh [--help]
#
# Installs the pinned JavaScript and Python client libraries of package-lock.json and requirements.txt into
# ${XDG_CACHE_HOME:-$HOME/.cache}/stakework, one folder for each state of these files, and links it here as
# node_modules and venv. Says nothing when all is there. Needs: node 20 or later, npm, python3 with venv, flock.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "$(readlink -f "$0")")/../../../../scripts/lib/common.sh"
# shellcheck source=scripts/lib/javascript.sh
source "$root/scripts/lib/javascript.sh"

case ${1:-} in
    '') ;;
    -h | --help) usage && exit ;;
    *) die "unknown argument '$1'; see setup.sh --help" ;;
esac

cd "$root/node/tests/e2e/clients"
javascript_libraries "$PWD"

has python3 || die "python3 is missing; on Debian: apt-get install python3-venv"
clients=$cache/stakework/clients
mkdir -p "$clients"
exec 9>"$clients/lock"
flock 9
python=$clients/python-$({ python3 --version && cat requirements.txt; } | sha256sum | cut -c 1-16)
if [[ ! -e $python/done ]]; then
    say "Installing the Python client into $python (pip)"
    rm -rf "$python"
    python3 -m venv "$python" || die "python3 has no venv; on Debian: apt-get install python3-venv"
    "$python/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.txt >&2
    touch "$python/done"
fi
ln -sfnT "$python" venv
