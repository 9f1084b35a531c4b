# shellcheck shell=bash
# Processes that go on when this script has ended. A folder stands for each: `process` in it has the process id and when that
# process started, `log` what it writes. Its command line names the folder. Sourced by local-net.sh.

# How long, in seconds, a process may take to end when asked to.
ending_time=60

# Starts the command that follows the folder `$1`.
launch() {
    local folder=$1
    (
        # The lock is this script's.
        exec {lock}>&-
        exec setsid "${@:2}" </dev/null >>"$folder/log" 2>&1
    ) &
    remember "$folder" $!
}

# Records that the process `$2` is that of the folder `$1`.
remember() { echo "$2 $(started_at "$2")" >"$1/process" || die "cannot write $1/process"; }

forget() { rm -f "$1/process"; }

# Prints when process `$1` started, in the system's ticks; fails where there is none.
started_at() {
    local facts
    facts=$(cat "/proc/$1/stat" 2>/dev/null) || return
    # The program's name, in parentheses, may have spaces. What follows it begins with the third field; this is the 22nd.
    read -ra facts <<<"${facts##*) }"
    echo "${facts[19]}"
}

# Prints the id of the process of folder `$1`; fails where it does not run. Another one may have got its id since.
process_of() {
    local pid started
    [[ -s $1/process ]] || return
    read -r pid started <"$1/process"
    [[ $pid =~ ^[0-9]+$ && $(started_at "$pid") == "$started" ]] || return
    grep -qzF "$1" "/proc/$pid/cmdline" 2>/dev/null || return
    echo "$pid"
}

# Ends the process of folder `$1` by signal `$2` and waits until it has ended. Fails where it does not within its time.
stop() {
    local pid deadline=$((SECONDS + ending_time))
    pid=$(process_of "$1") || { forget "$1" && return; }
    kill -s "$2" "$pid" 2>/dev/null || true
    while process_of "$1" >/dev/null; do
        ((SECONDS < deadline)) || return
        sleep 0.1
    done
    forget "$1"
}
