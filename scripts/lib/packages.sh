# shellcheck shell=bash
# The programs that a build calls, as Debian's packages. Sourced by setup.sh.

# Prints the packages whose programs are not there, one a line. `$1`: whether the tests' are wanted, too.
missing_packages() {
    has cc || printf '%s\n' gcc libc6-dev
    has c++ || echo g++
    has pkg-config || echo pkg-config
    pkg-config --exists openssl 2>/dev/null || echo libssl-dev
    has protoc || echo protobuf-compiler
    [[ -e /etc/ssl/certs/ca-certificates.crt || -e /etc/ssl/cert.pem ]] || echo ca-certificates
    if $1; then
        has git || echo git
        has python3 || echo python3
        python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
        has shellcheck || echo shellcheck
    fi
}

install_packages() {
    local -a packages as_root=()
    mapfile -t packages < <(missing_packages "$1")
    ((${#packages[@]})) || return 0
    has apt-get || die "this machine lacks the programs of these Debian packages, and has no apt-get to install them:
  ${packages[*]}"
    if ((EUID != 0)); then
        has sudo || die "these packages are missing and this user may not install them. As root:
  apt-get update && apt-get install ${packages[*]}"
        as_root=(sudo)
    fi
    say "Installing ${packages[*]} (apt-get)"
    # Neither questions nor, unless it fails, its long account.
    local log
    log=$(mktemp)
    if ! "${as_root[@]}" apt-get -qq update </dev/null >"$log" 2>&1 ||
        ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get -qq -y --no-install-recommends install "${packages[@]}" </dev/null >>"$log" 2>&1; then
        cat "$log" >&2
        die "apt-get could not install them"
    fi
    rm "$log"
}
