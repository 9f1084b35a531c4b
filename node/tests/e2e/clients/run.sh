#!/usr/bin/env bash
# Runs one of the clients against a node.
set -euo pipefail

usage() {
  cat <<'EOF'
usage: run.sh CLIENT URL [option...]

CLIENT is polkadot-js, polkadot-js-mining, polkadot-js-constants, polkadot-api or substrate-interface; URL is the
node's, such as ws://127.0.0.1:9944.
Installs the libraries first where they are missing. `run.sh CLIENT --help` tells the client's options.
EOF
}

here=$(dirname "$(readlink -f "$0")")
client=${1:-}
case "$client" in
  polkadot-js | polkadot-js-mining | polkadot-js-constants | polkadot-api)
    "$here/setup.sh" >&2
    exec node "$here/$client.mjs" "${@:2}"
    ;;
  substrate-interface)
    "$here/setup.sh" >&2
    exec "$here/venv/bin/python" "$here/$client.py" "${@:2}"
    ;;
  --help | -h) usage ;;
  *) usage >&2 && exit 2 ;;
esac
