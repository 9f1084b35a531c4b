# shellcheck shell=bash
# Which Rust compiles the node, and which the runtime. Sourced by setup.sh.

wasm_target=wasm32v1-none
rust_version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")

# Prints the version of the Rust on the path, nothing without one.
installed_rust() { rustc --version 2>/dev/null | cut -d ' ' -f 2 || true; }

# Whether the Rust on the path has the standard library for the runtime's target.
has_wasm_target() { compgen -G "$(rustc --print sysroot)/lib/rustlib/$wasm_target/lib/libcore-*.rlib" >/dev/null; }

choose_rust() {
    local source=${STAKEWORK_WASM_SOURCE:-auto}
    case $source in
        auto | rustup | debian) ;;
        *) die "STAKEWORK_WASM_SOURCE is '$source': allowed are auto, rustup and debian" ;;
    esac

    # Where rustup puts it, for shells that have not read the profile since.
    if ! has cargo && [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]]; then
        prepend_path "${CARGO_HOME:-$HOME/.cargo}/bin"
    fi

    local version
    version=$(installed_rust)
    if at_least "$version" "$rust_version" && { has rustup || has_wasm_target; }; then
        choose_wasm_toolchain "$source"
    elif has rustup && [[ $source != debian ]]; then
        die "Rust $rust_version or newer is needed, rustup's active toolchain is '${version:-none}'. Install one with
  rustup toolchain install stable && rustup default stable"
    elif [[ $source == rustup ]]; then
        die "STAKEWORK_WASM_SOURCE is rustup, and there is no rustup: see https://rustup.rs"
    else
        use_debian_rust
    fi
}

# With a Rust that compiles the node: finds one that compiles the runtime.
choose_wasm_toolchain() {
    local source=$1
    [[ -z ${WASM_BUILD_TOOLCHAIN:-} ]] || return 0
    if [[ $source != debian ]] && has_wasm_target; then
        return 0
    fi
    if ! has rustup; then
        use_debian_rust
    elif [[ $source == rustup ]] || { [[ $source == auto ]] && ! debian_rust_is_ready; }; then
        add_wasm_target "$source" || link_debian_rust
    else
        link_debian_rust
    fi
}

# Fails when rustup cannot fetch the target and another source may be tried.
add_wasm_target() {
    say "Installing Rust's $wasm_target (rustup)"
    if timeout 300 rustup --quiet target add "$wasm_target" </dev/null >&2; then
        return 0
    fi
    [[ $1 == auto ]] || die "rustup could not install $wasm_target"
    say "rustup could not: trying Debian's Rust"
    return 1
}

# The runtime by Debian's Rust, the rest by rustup's.
link_debian_rust() {
    local toolchain name
    toolchain=$(debian_rust)
    name=stakework-${toolchain##*/}
    if [[ $(readlink -f "${RUSTUP_HOME:-$HOME/.rustup}/toolchains/$name") != "$(readlink -f "$toolchain")" ]]; then
        rustup --quiet toolchain link "$name" "$toolchain" >&2
    fi
    exports+=("WASM_BUILD_TOOLCHAIN=$name")
}

# Everything by Debian's Rust. `WASM_BUILD_TOOLCHAIN` means rustup, so it stays unset.
use_debian_rust() {
    local toolchain
    toolchain=$(debian_rust)
    prepend_path "$toolchain/bin"
}

# `$1`: the program, `$2`: rustup's name for the component that has it.
require_rust_component() {
    "$1" --version >/dev/null 2>&1 && return 0
    has rustup || die "$1 is missing: install it beside your Rust"
    say "Installing Rust's $2 (rustup)"
    rustup --quiet component add "$2" </dev/null >&2 || die "rustup could not install $2"
}
