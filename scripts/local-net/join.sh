#!/usr/bin/env bash
# Gives the network namespace that it runs in a cable to the hub, and becomes the command. Called by namespaces.sh.
#
# Usage: join.sh HUB BRIDGE NUMBER COMMAND...
#
#   HUB     a process in the hub's namespace
#   BRIDGE  where the cable ends there
#   NUMBER  of the node: its address is 10.0.0.NUMBER
set -euo pipefail

hub=$1 bridge=$2 number=$3
in_hub() { nsenter --net --target "$hub" -- "$@"; }

# The cable of a node that has ended goes with its namespace, which the system may not have removed yet.
in_hub ip link delete dev "node$number" 2>/dev/null || true

# Connections that a partition cuts end after some six seconds, not after a quarter of an hour: the node then dials anew.
echo 4 >/proc/sys/net/ipv4/tcp_retries2

ip -batch - <<BATCH
link set dev lo up
link add name eth0 type veth peer name node$number netns $hub
address add 10.0.0.$number/24 dev eth0
link set dev eth0 up
BATCH
in_hub ip -batch - <<BATCH
link set dev node$number master $bridge up
route replace 10.0.0.$number/32 dev $bridge src 10.0.0.254
BATCH
exec "${@:4}"
