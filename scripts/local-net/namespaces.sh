# shellcheck shell=bash
# Nodes with a network namespace each, so that a partition is a cable pulled out. Sourced by local-net.sh.
#
# One more namespace, the hub, has two bridges, a and b: two switches without a connection. A cable (a pair of virtual
# Ethernet devices) leads from each node's namespace to the bridge of its side. The only process in the hub forwards ports of
# this machine to the nodes (forward.mjs), whichever bridge they are on, so that RPC and metrics are where they would be
# without namespaces. Ordinary users have all this inside a user namespace. This machine's own network is not touched, and
# nothing leads out of there.

prefix=10.0.0
hub_address=$prefix.254

# What to say when the process in the hub is gone, and with it the bridges.
cut_off="the process that joins the namespaces has ended, so no node reaches another and nobody them:
  begin anew with scripts/local-net.sh down, then up"

# How this user gets a new network namespace, and into one that it has made.
if ((EUID == 0)); then
    unshare_network=(unshare --net)
    enter_network=(nsenter --net)
else
    unshare_network=(unshare --user --map-root-user --net)
    enter_network=(nsenter --user --preserve-credentials --net)
fi

# Whether this user may have such namespaces: tries what is done in them.
namespaces_are_allowed() {
    has ip && has unshare && has nsenter &&
        "${unshare_network[@]}" sh -c "echo 4 >/proc/sys/net/ipv4/tcp_retries2 && ip -batch -" >/dev/null 2>&1 <<BATCH
link add name a type bridge
link add name cable type veth peer name node
link set dev cable master a
BATCH
}

# Prints the number of node `$1`, from 1 on.
number_of() { grep -nxF "$1" "$network/nodes" | cut -d : -f 1; }

address_of() { echo "$prefix.$(number_of "$1")"; }

start_hub() {
    local name pid
    local -a forwarded=()
    for name in "${names[@]}"; do
        read_ports "$name"
        forwarded+=("$(address_of "$name"):$rpc_port" "$(address_of "$name"):$metrics_port")
    done
    mkdir -p "$network/hub"
    pid=$(node "$here/forward.mjs" "$network/hub/log" "${forwarded[@]}" -- "${unshare_network[@]}" {lock}>&-) ||
        die "the ports of the nodes cannot be forwarded: see $network/hub/log"
    remember "$network/hub" "$pid"
    in_hub ip -batch - <<BATCH
link set dev lo up
link add name a address 02:00:00:00:00:fe type bridge
link add name b address 02:00:00:00:00:fe type bridge
address add $hub_address/32 dev a
address add $hub_address/32 dev b
link set dev a up
link set dev b up
BATCH
}

# Runs a command in the hub.
in_hub() { "${enter_network[@]}" --target "$(process_of "$network/hub")" -- "$@"; }

end_hub() { stop "$network/hub" TERM; }

# Whether nodes run in namespaces that nothing joins.
is_cut_off() {
    [[ $(separation) == namespaces && -n $(names_that_are running) ]] && ! process_of "$network/hub" >/dev/null
}

# Runs the command that follows node `$1` in a new namespace with a cable to the hub.
launch_in_namespace() {
    local hub
    hub=$(process_of "$network/hub")
    launch "$network/$1" "${enter_network[@]}" --target "$hub" -- unshare --net -- \
        "$here/join.sh" "$hub" "$(<"$network/$1/side")" "$(number_of "$1")" "${@:2}"
}

# Plugs the cables of these nodes into the bridges of their sides.
plug_in() {
    local name side number
    for name; do
        side=$(<"$network/$name/side") number=$(number_of "$name")
        printf '%s\n' "link set dev node$number master $side" "route replace $prefix.$number/32 dev $side src $hub_address"
    done | in_hub ip -batch -
}
