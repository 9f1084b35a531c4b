# shellcheck shell=bash
# The nodes: how each is made, started, reached and cut off. Sourced by local-net.sh.

first_p2p_port=30333
first_rpc_port=9944
first_metrics_port=9615

# Makes the keys of node `$1`.
make_node() {
    local folder=$network/$1 said
    mkdir "$folder"
    (umask 077 && "$posw_node" key generate-node-key --file "$folder/key") 2>"$folder/peer-id" ||
        die "the network key of $1 cannot be made: $(<"$folder/peer-id")"
    # Development accounts do not mine on live chains.
    if grep -qE '^ *"chainType": "(Development|Local)"' "$network/spec.json"; then
        echo "$1" >"$folder/miner"
    else
        said=$("$posw_node" key generate --file "$folder/account")
        sed -n 's/^Public key (SS58): *//p' <<<"$said" >"$folder/miner"
        "$posw_node" key insert --secret-file "$folder/account" --chain "$network/spec.json" \
            --base-path "$folder/base" >/dev/null
    fi
}

# Chooses ports for all nodes, the same ones each time unless another program listens there.
choose_ports() {
    local name p2p=$first_p2p_port rpc=$first_rpc_port metrics=$first_metrics_port
    for name in "${names[@]}"; do
        p2p=$(free_port "$p2p") rpc=$(free_port "$rpc") metrics=$(free_port "$metrics")
        echo "$p2p $rpc $metrics" >"$network/$name/ports"
        ((++p2p, ++rpc, ++metrics))
    done
}

# Prints the first port from `$1` on at which nobody listens.
free_port() {
    local port=$1
    while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        ((++port))
    done
    echo "$port"
}

# Sets the variables of node `$1`.
read_ports() { read -r p2p_port rpc_port metrics_port <"$network/$1/ports"; }

separation() { cat "$network/separation"; }

# Prints `running`, `ended` (by itself) or `stopped`.
state_of() {
    if process_of "$network/$1" >/dev/null; then
        echo running
    elif [[ -e $network/$1/process ]]; then
        echo ended
    else
        echo stopped
    fi
}

# Prints the nodes in one of these states.
names_that_are() {
    local name
    for name in "${names[@]}"; do
        [[ " $* " != *" $(state_of "$name") "* ]] || echo "$name"
    done
}

expect_running() {
    case $(state_of "$1") in
        ended) die "$1 has ended by itself: see scripts/local-net.sh logs $1, and start it again with restart $1" ;;
        stopped) die "$1 does not run: start it with scripts/local-net.sh restart $1" ;;
    esac
}

expect_up() {
    [[ -n $(names_that_are running) ]] || die "no node of the network in $network runs: scripts/local-net.sh up starts all"
    ! is_cut_off || die "$cut_off"
}

# Prints the addresses of all nodes but `$1`, or of those on its side if `$2` is `side`.
addresses_of_others() {
    local name host
    for name in "${names[@]}"; do
        [[ $name != "$1" ]] || continue
        [[ ${2-} != side || $(<"$network/$name/side") == "$(<"$network/$1/side")" ]] || continue
        read_ports "$name"
        host=127.0.0.1
        [[ $(separation) != namespaces ]] || host=$(address_of "$name")
        echo "/ip4/$host/tcp/$p2p_port/p2p/$(<"$network/$name/peer-id")"
    done
}

start_node() {
    local name=$1 folder=$network/$1
    local -a invocation arguments others
    read_ports "$name"
    mapfile -t arguments <"$network/arguments"
    invocation=(
        "$(<"$network/binary")" --chain "$network/spec.json" --base-path "$folder/base" --name "$name"
        --node-key-file "$folder/key" --no-mdns --no-telemetry --allow-private-ip --mine --miner "$(<"$folder/miner")"
        --rpc-port "$rpc_port" --rpc-methods unsafe --prometheus-port "$metrics_port" "${arguments[@]}"
    )
    # There may be as many nodes as cores.
    [[ " ${arguments[*]}" == *" --threads"* ]] || invocation+=(--threads 1)
    if [[ $(separation) == namespaces ]]; then
        invocation+=(--listen-addr "/ip4/$(address_of "$name")/tcp/$p2p_port" --unsafe-rpc-external --prometheus-external)
        mapfile -t others < <(addresses_of_others "$name")
        ((${#others[@]} == 0)) || invocation+=(--bootnodes "${others[@]}" --reserved-nodes "${others[@]}")
        launch_in_namespace "$name" "${invocation[@]}"
    else
        # By libp2p, the default: litep2p keeps a reserved peer that is taken back as an ordinary one.
        invocation+=(--listen-addr "/ip4/127.0.0.1/tcp/$p2p_port" --reserved-only)
        mapfile -t others < <(addresses_of_others "$name" side)
        ((${#others[@]} == 0)) || invocation+=(--reserved-nodes "${others[@]}")
        launch "$folder" "${invocation[@]}"
    fi
}

# Starts these nodes and waits until all answer; where one does not, ends them and says why.
start_nodes() {
    local name failed
    local -a started=()
    for name; do
        : >"$network/$name/log"
        start_node "$name"
        started+=("$name=$(cut -d ' ' -f 1 "$network/$name/process")")
    done
    failed=$(node "$here/await.mjs" "$network" "${started[@]}") && return
    end_nodes "$@"
    [[ -n $(names_that_are running) ]] || end_hub
    say "The end of the log of $failed:"
    tail -n 15 "$network/$failed/log" >&2
    die "$failed does not run"
}

start_all() {
    [[ $(separation) != namespaces ]] || start_hub
    start_nodes "${names[@]}"
}

end_node() {
    ! stop "$network/$1" TERM || return 0
    say "$1 has not ended within $ending_time s of SIGTERM, and is killed"
    stop "$network/$1" KILL
}

end_nodes() {
    local name
    local -a ending=()
    for name; do
        end_node "$name" &
        ending+=($!)
    done
    ((${#ending[@]} == 0)) || wait "${ending[@]}"
}

# Puts the nodes on their sides: `alice,bob|charlie`, or `alice,bob`, which leaves the others on the other side.
choose_sides() {
    local name
    local -a one other
    IFS=', ' read -ra one <<<"${1%%|*}"
    if [[ $1 == *'|'* ]]; then
        IFS=', ' read -ra other <<<"${1#*|}"
    else
        mapfile -t other < <(printf '%s\n' "${names[@]}" | grep -vxF "$(printf '%s\n' "${one[@]}")" || true)
    fi
    for name in "${one[@]}" "${other[@]}"; do
        expect_name "$name"
    done
    for name in "${names[@]}"; do
        [[ " ${one[*]} ${other[*]} " == *" $name "* ]] || die "'$1' leaves $name on no side"
        [[ " ${one[*]} " != *" $name "* || " ${other[*]} " != *" $name "* ]] || die "'$1' has $name on both sides"
    done
    ((${#one[@]} && ${#other[@]})) || die "'$1' has a side without a node"
    put_on a "${one[@]}"
    put_on b "${other[@]}"
}

join_sides() { put_on a "${names[@]}"; }

# Writes side `$1` for the nodes that follow.
put_on() {
    local name
    for name in "${@:2}"; do
        echo "$1" >"$network/$name/side"
    done
}

# Makes the running nodes follow the sides.
separate() {
    local -a running
    mapfile -t running < <(names_that_are running)
    if [[ $(separation) == namespaces ]]; then
        plug_in "${running[@]}"
    else
        node "$here/peers.mjs" "$network" "${running[@]}"
    fi
}

separation_in_words() {
    local name means
    local -A sides=([a]='' [b]='')
    for name in "${names[@]}"; do
        sides[$(<"$network/$name/side")]+=" $name"
    done
    means="reserved peers, set by RPC"
    [[ $(separation) != namespaces ]] || means="network namespaces"
    if [[ -n ${sides[b]} ]]; then
        echo "partitioned by $means:${sides[a]} |${sides[b]}"
    else
        echo "not partitioned; partition uses $means"
    fi
}
