#!/usr/bin/env bash
# A network of nodes on this machine that all mine: real processes that can be cut apart, killed and started again.
#
# Usage: scripts/local-net.sh COMMAND [ARGUMENT...]
#
#   up [OPTION...] [-- NODE'S ARGUMENTS]
#                        start all nodes, of a new network the first time, and of the same one from then on
#     --nodes N            so many nodes, 1 to 8; 3 by default
#     --spec FILE          of the chain in this file: a specification, or a TOML file for `posw-node new-chain`;
#                          of `posw-node --chain local` by default
#     --separation KIND    what `partition` will cut nodes apart with: namespaces (network namespaces of the system), peers
#                          (reserved peers, set by RPC), or auto (default): namespaces where the system allows them
#     --no-build           run what is built already, look for nothing that is missing
#   status               a table of the nodes, and whether they are on one chain
#   logs NAME [ARGUMENT...]
#                        the end of a node's log; the arguments are those of tail, such as -f
#   partition A[|B]      cut the nodes A from the nodes B, or from all others: partition 'alice,bob|charlie'
#   heal                 join them again
#   kill NAME            end a node at once, as a crash does (SIGKILL)
#   restart NAME         start a node again, after ending it where it runs
#   stake NAME AMOUNT    stake so many coins of the node's miner for the shortest time that the chain allows
#   down [--purge]       end all nodes; --purge also deletes the network with its chain and keys
#
# The nodes are alice, bob, charlie, dave, eve, ferdie, one and two. Each mines for the development account of its name where
# the chain lets such accounts mine, otherwise for an account of its own. Arguments for the nodes are kept with the network.
# Needs Node.js 20 or later, which `up` brings, and for namespaces iproute2 and util-linux. docs/local-network.md tells more.
#
# Environment:
#   POSW_LOCAL_NET    the network's folder; ~/.local/share/stakework/local-net by default
#   CARGO_TARGET_DIR  where the build is; ~/.cache/stakework-target by default
#   POSW_NODE         the binary that --no-build runs, if not that build's

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/javascript.sh
source "$root/scripts/lib/javascript.sh"
here=$root/scripts/local-net
# shellcheck source=scripts/local-net/process.sh
source "$here/process.sh"
# shellcheck source=scripts/local-net/folder.sh
source "$here/folder.sh"
# shellcheck source=scripts/local-net/namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=scripts/local-net/nodes.sh
source "$here/nodes.sh"

misused() { die "$*; see scripts/local-net.sh --help"; }

# `$1`: how many arguments the command takes, `$2`: how many it has.
expect_arguments() { (($1 == $2)) || misused "$command takes $1 arguments, not $2"; }

run_up() {
    local count='' spec='' kind=auto build=true
    while (($#)); do
        case $1 in
            --nodes) count=${2-} && shift ;;
            --spec) spec=${2-} && shift ;;
            --separation) kind=${2-} && shift ;;
            --no-build) build=false ;;
            --) break ;;
            *) misused "unknown argument '$1'" ;;
        esac
        # An option at the end that lacks its value has been counted twice.
        (($#)) || misused "the last option needs a value"
        shift
    done
    [[ -z $count || $count =~ ^[1-8]$ ]] || misused "--nodes is '$count', allowed is 1 to ${#all_names[@]}"
    [[ -z $spec || -f $spec ]] || misused "--spec is '$spec', which is no file"
    [[ $kind =~ ^(auto|namespaces|peers)$ ]] || misused "--separation is '$kind', allowed are auto, namespaces and peers"

    take_network up
    ! is_made || refuse_running
    if $build; then
        build_node
        prepare --env --javascript
    else
        find_node
    fi
    require_javascript
    kind=$(separation_to_use "$kind")
    if is_made; then
        check_space "${#names[@]}"
        check_kept "$count" "$spec"
    else
        check_space "${count:-3}"
        make_network "${count:-3}" "$spec"
    fi
    # What follows `--`.
    (($# == 0)) || keep_arguments "${@:2}"
    set_up "$kind"
    start_all
    show_addresses
}

# Refuses to start a network of which a node runs.
refuse_running() {
    local -a running ended
    mapfile -t running < <(names_that_are running)
    mapfile -t ended < <(names_that_are stopped ended)
    ((${#running[@]})) || return 0
    ((${#ended[@]} == 0)) || die "the network is up, without ${ended[*]}: start these with scripts/local-net.sh restart NAME"
    die "the network is up already: see scripts/local-net.sh status"
}

show_addresses() {
    local name
    for name in "${names[@]}"; do
        read_ports "$name"
        printf '%-8s ws://127.0.0.1:%s  metrics http://127.0.0.1:%s/metrics\n' "$name" "$rpc_port" "$metrics_port"
    done
    echo "The network is in $network; $(separation_in_words)"
}

run_status() {
    expect_arguments 0 $#
    open_network
    local name
    local -a states=()
    for name in "${names[@]}"; do
        states+=("$name=$(state_of "$name")")
    done
    node "$here/status.mjs" "$network" "${states[@]}"
    separation_in_words
    check_space "${#names[@]}"
    ! is_cut_off || die "$cut_off"
}

run_logs() {
    (($#)) || misused "logs needs the name of a node"
    open_network
    expect_name "$1"
    exec tail "${@:2}" "$network/$1/log"
}

run_partition() {
    expect_arguments 1 $#
    open_network partition
    expect_up
    choose_sides "$1"
    separate
    separation_in_words
    echo "If both sides mine more than the chain's max_reorg blocks, they stay apart for ever (SPEC R5.3)."
}

run_heal() {
    expect_arguments 0 $#
    open_network heal
    expect_up
    join_sides
    separate
    separation_in_words
}

run_kill() {
    expect_arguments 1 $#
    open_network kill
    expect_name "$1"
    expect_running "$1"
    stop "$network/$1" KILL
    echo "$1 is killed"
}

run_restart() {
    expect_arguments 1 $#
    open_network restart
    expect_name "$1"
    expect_up
    end_node "$1"
    start_nodes "$1"
    echo "$1 runs"
}

run_stake() {
    expect_arguments 2 $#
    open_network
    expect_name "$1"
    expect_running "$1"
    javascript_libraries "$root/scripts/governance"
    read_ports "$1"
    local secret=(--from "//${1^}")
    [[ ! -e $network/$1/account ]] || secret=(--key-file "$network/$1/account")
    exec node "$here/stake.mjs" --url "ws://127.0.0.1:$rpc_port" "${secret[@]}" "$2"
}

run_down() {
    local purge=false name
    (($# < 2)) || misused "unknown argument '$2'"
    case ${1-} in
        '') ;;
        --purge) purge=true ;;
        *) misused "unknown argument '$1'" ;;
    esac
    open_network down
    local -a running
    mapfile -t running < <(names_that_are running)
    end_nodes "${running[@]}"
    # Those that had ended by themselves.
    for name in "${names[@]}"; do
        forget "$network/$name"
    done
    end_hub
    if $purge; then
        purge_network
        echo "The network in $network is deleted"
    elif ((${#running[@]})); then
        echo "Ended: ${running[*]}; the network is kept in $network"
    else
        echo "No node of the network in $network runs"
    fi
}

command=${1-}
case $command in
    -h | --help) usage && exit ;;
    '') misused "a command is needed" ;;
    up | status | logs | partition | heal | kill | restart | stake | down) "run_$command" "${@:2}" ;;
    *) misused "unknown command '$command'" ;;
esac
