# shellcheck shell=bash
# The network's folder, which outlives `down`. Sourced by local-net.sh.
#
#   nodes       the names of the nodes, one a line; it is there once the network is made
#   spec.json   the chain's specification, raw, so that the genesis stays the same with newer nodes
#   binary      the node's binary      javascript   the folder of Node.js      arguments   of all nodes, one a line
#   separation  namespaces or peers
#   lock        held by a command that changes something
#   hub/        the process that joins namespaces (namespaces.sh)
#   NAME/       a node: key (of the network), peer-id, account (the secret of its miner, where it has one of its own),
#               miner (as `--miner` takes it), ports, side (a or b), base/, log, process

network=${POSW_LOCAL_NET:-${XDG_DATA_HOME:-$HOME/.local/share}/stakework/local-net}
[[ $network == /* ]] || network=$PWD/$network

all_names=(alice bob charlie dave eve ferdie one two)
# Free space, in MB, that a node needs.
space_per_node=100

is_made() { [[ -e $network/nodes ]]; }

# Takes the network for a command that changes it, `$1`, or refuses where another one does.
take_network() {
    mkdir -p "$network" || die "the folder $network cannot be made"
    [[ -O $network ]] || die "$network belongs to somebody else; give another folder with POSW_LOCAL_NET"
    exec {lock}>>"$network/lock"
    flock --nonblock "$lock" || die "another scripts/local-net.sh is at work on $network: try '$1' again when it has ended"
    ! is_made || read_names
}

# Opens the network that is there; a command that changes it gives its name.
open_network() {
    is_made || die "there is no network in $network: make one with scripts/local-net.sh up"
    if (($#)); then
        take_network "$1"
    else
        read_names
    fi
    PATH=$(<"$network/javascript"):$PATH
}

read_names() { mapfile -t names <"$network/nodes"; }

expect_name() { [[ " ${names[*]} " == *" $1 "* ]] || die "there is no node '$1', there are: ${names[*]}"; }

# Makes a network of `$1` nodes of the chain in file `$2`, or of the preset for networks of this kind.
make_network() {
    local name
    names=("${all_names[@]:0:$1}")
    if [[ ! -e $network/unfinished && -n $(ls -A "$network" | grep -vx lock) ]]; then
        die "$network has other things in it; give another folder with POSW_LOCAL_NET"
    fi
    # What an attempt that failed has left.
    (cd "$network" && rm -rf "${all_names[@]}" spec.json)
    touch "$network/unfinished"
    export_spec "${2:-local}" >"$network/spec.json"
    for name in "${names[@]}"; do
        make_node "$name"
    done
    keep_arguments
    dirname "$(command -v node)" >"$network/javascript"
    printf '%s\n' "${names[@]}" >"$network/nodes"
    rm "$network/unfinished"
}

# Prints the raw specification of the chain `$1`: of a preset, a specification, or a file for new-chain. The node says what is
# wrong with it.
export_spec() {
    local -a make=(export-chain-spec --chain)
    [[ $1 != *.toml ]] || make=(new-chain)
    "$posw_node" "${make[@]}" "$1" --raw || die "no network can be made of the chain '$1'"
}

# Refuses what does not fit the network that is there: another number of nodes than `$1`, another chain than in file `$2`.
check_kept() {
    local given anew="begin anew with scripts/local-net.sh down --purge, or in another folder (POSW_LOCAL_NET)"
    [[ -z $1 || $1 == "${#names[@]}" ]] || die "the network in $network has ${#names[@]} nodes, not $1; $anew"
    if [[ -n $2 ]]; then
        given=$(export_spec "$2")
        [[ $given == "$(<"$network/spec.json")" ]] || die "the network in $network is of another chain than $2; $anew"
    fi
}

# Prints the kind of separation that `$1` means here.
separation_to_use() {
    if [[ $1 == peers ]]; then
        echo peers
    elif namespaces_are_allowed; then
        echo namespaces
    elif [[ $1 == auto ]]; then
        echo peers
    else
        die "--separation is namespaces, which this system does not allow you"
    fi
}

# What may be new each time: the separation, of kind `$1`, the binary, and the ports. All nodes are on one side.
set_up() {
    local name
    # Of nodes that have ended by themselves.
    end_hub
    echo "$1" >"$network/separation"
    echo "$posw_node" >"$network/binary"
    for name in "${names[@]}"; do
        echo a >"$network/$name/side"
    done
    choose_ports
}

# Writes what the nodes are given as arguments from now on.
keep_arguments() {
    : >"$network/arguments"
    (($# == 0)) || printf '%s\n' "$@" >"$network/arguments"
}

# Prints what is wrong where the disk is too full for `$1` nodes.
lack_of_space() {
    local free needed=$((space_per_node * $1))
    free=$(df --output=avail --block-size=1M "$network" | tail -n 1)
    ((free >= needed)) || echo "${free// /} MB are free where $network is, $1 nodes need $needed"
}

check_space() {
    local problem
    problem=$(lack_of_space "$1")
    [[ -z $problem ]] || die "$problem"
}

purge_network() { rm -rf "$network"; }
