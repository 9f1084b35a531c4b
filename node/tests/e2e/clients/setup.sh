#!/usr/bin/env bash
# Installs the client libraries that the end-to-end tests use.
set -euo pipefail

usage() {
  cat <<'EOF'
usage: setup.sh [--help]

Installs the pinned JavaScript and Python client libraries of package-lock.json and requirements.txt into
${XDG_CACHE_HOME:-$HOME/.cache}/stakework/clients, one folder for each state of these files, and links it here as
node_modules and venv. Says nothing when all is there. Needs: node 20 or later, npm, python3 with venv, flock.
EOF
}

case "${1:-}" in
  '') ;;
  --help | -h) usage && exit 0 ;;
  *) usage >&2 && exit 2 ;;
esac

cd "$(dirname "$(readlink -f "$0")")"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/stakework/clients"

fail() {
  echo "setup.sh: $*" >&2
  exit 1
}

# key TOOL FILE...: changes with the tool's version and the files' content.
key() {
  local tool=$1
  shift
  { "$tool" --version && cat "$@"; } | sha256sum | cut -c1-16
}

for tool in node npm python3 flock; do
  command -v "$tool" >/dev/null || fail "$tool is missing; on Debian: apt-get install nodejs npm python3-venv util-linux"
done
node_major=$(node -p 'process.versions.node.split(".")[0]')
[ "$node_major" -ge 20 ] || fail "node is version $node_major, needed is 20 or later"

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

javascript="$cache/node-$(key node package.json package-lock.json)"
if [ ! -e "$javascript/done" ]; then
  echo "installing the JavaScript clients into $javascript"
  rm -rf "$javascript"
  mkdir -p "$javascript"
  cp package.json package-lock.json "$javascript"
  (cd "$javascript" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  touch "$javascript/done"
fi

python="$cache/python-$(key python3 requirements.txt)"
if [ ! -e "$python/done" ]; then
  echo "installing the Python client into $python"
  rm -rf "$python"
  python3 -m venv "$python" || fail "python3 has no venv; on Debian: apt-get install python3-venv"
  "$python/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
  touch "$python/done"
fi

ln -sfnT "$javascript/node_modules" node_modules
ln -sfnT "$python" venv
