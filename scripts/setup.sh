#!/usr/bin/env bash
# Brings everything that a build needs. Says what it installs, and nothing when there is nothing to do.
#
# Usage: scripts/setup.sh [--tests] [--javascript] [--env]
#
#   --tests       bring what scripts/test.sh needs on top: rustfmt and clippy, ShellCheck, cargo-deny, promtool, Node.js, Python
#   --javascript  bring Node.js, which scripts/local-net.sh and scripts/governance.sh need
#   --env         print, as shell code, the variables that cargo needs on this machine. To call cargo by hand:
#                     eval "$(scripts/setup.sh --env)"
#
# What a build needs:
#   - compilers for C and C++, OpenSSL's headers, pkg-config and protoc: from Debian's packages, as root or by sudo
#   - Rust. Yours, when it is recent enough; without one, Debian's, unpacked for you alone as below
#   - Rust's standard library for the runtime's target, wasm32v1-none, from the first of these that works:
#       1. the one already there   2. `rustup target add wasm32v1-none`
#       3. Debian's Rust (rustc-web): downloaded, unpacked into the cache folder and its standard library built
#          for that target. Needs no root and changes no installed package. 0.7 GB, a minute, once per compiler version.
#
# Environment:
#   STAKEWORK_WASM_SOURCE  auto (default), rustup or debian: the only source for the target to use
#   WASM_BUILD_TOOLCHAIN   the rustup toolchain to build the runtime with, if you have one for it: nothing is looked for
#   XDG_CACHE_HOME         where the cache folder, stakework/, is; ~/.cache by default

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/packages.sh
source "$root/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/rust.sh
source "$root/scripts/lib/rust.sh"
# shellcheck source=scripts/lib/debian-rust.sh
source "$root/scripts/lib/debian-rust.sh"
# shellcheck source=scripts/lib/tools.sh
source "$root/scripts/lib/tools.sh"

tests=false javascript=false env=false
for argument; do
    case $argument in
        --tests) tests=true javascript=true ;;
        --javascript) javascript=true ;;
        --env) env=true ;;
        -h | --help) usage && exit ;;
        *) die "unknown argument '$argument'; see scripts/setup.sh --help" ;;
    esac
done

# What `--env` prints is collected here: everything else goes to standard error.
exports=(
    "CARGO_TARGET_DIR=$(printf %q "$CARGO_TARGET_DIR")"
    "WASM_BUILD_WORKSPACE_HINT=$(printf %q "$WASM_BUILD_WORKSPACE_HINT")"
)

# Whether version `$1` is at least `$2`.
at_least() { [[ -n $1 && $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

prepend_path() {
    PATH=$1:$PATH
    exports+=("PATH=$(printf %q "$1"):\$PATH")
}

install_packages "$tests"
choose_rust
if $tests; then
    require_rust_component cargo-fmt rustfmt
    require_rust_component cargo-clippy clippy
    choose_cargo_deny
    choose_promtool
fi
! $javascript || choose_node

if $env; then
    printf 'export %s\n' "${exports[@]}"
fi
