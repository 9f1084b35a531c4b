# shellcheck shell=bash
# Debian's Rust for web browsers (rustc-web), unpacked for one user and completed with the standard library for the
# runtime's target. For machines that reach Debian's packages and not Rust's own server. Sourced by setup.sh.

rust_cache=$cache/stakework

# Prints the folder of the newest complete toolchain, nothing without one.
newest_debian_rust() {
    local ready
    ready=$(compgen -G "$rust_cache/rust-web-*/ready" | sort -V | tail -n 1) || true
    echo "${ready%/ready}"
}

debian_rust_is_ready() { [[ -n $(newest_debian_rust) ]]; }

# Prints the toolchain's folder, which has `bin` and `lib` as rustup expects them. Makes it when there is none.
debian_rust() {
    local toolchain
    toolchain=$(newest_debian_rust)
    if [[ -z $toolchain ]]; then
        mkdir -p "$rust_cache"
        exec {lock}>"$rust_cache/lock"
        flock "$lock"
        toolchain=$(newest_debian_rust)
        [[ -n $toolchain ]] || toolchain=$(make_debian_rust)
        exec {lock}>&-
    fi
    echo "$toolchain"
}

# Prints the version that apt-get would install, nothing without one.
debian_rust_candidate() {
    local version
    version=$(apt-cache policy rustc-web 2>/dev/null | sed -n 's/^ *Candidate: //p')
    [[ $version == '(none)' ]] || echo "$version"
}

no_way() {
    die "no way to get Rust for the runtime's target, $wasm_target: $*. Either
  - install Rust by rustup (https://rustup.rs), then: rustup target add $wasm_target
  - or run this on a Debian 12 whose apt-get reaches bookworm-security"
}

make_debian_rust() {
    { has apt-get && has dpkg; } || no_way "rustup has none, and this is no Debian"
    local triple
    case $(dpkg --print-architecture) in
        amd64) triple=x86_64-unknown-linux-gnu ;;
        arm64) triple=aarch64-unknown-linux-gnu ;;
        *) no_way "Debian's Rust is used on amd64 and arm64 only" ;;
    esac

    local version
    version=$(debian_rust_candidate)
    if [[ -z $version ]] && ((EUID == 0)); then
        apt-get -qq update </dev/null >&2 || no_way "apt-get could not fetch the lists of packages"
        version=$(debian_rust_candidate)
    fi
    [[ -n $version ]] || no_way "apt-get knows no package rustc-web (has 'apt-get update' been run?)"
    at_least "$version" "$rust_version" || no_way "Debian's Rust is $version, and $rust_version is needed"

    local toolchain=$rust_cache/rust-web-${version%%+*}
    say "Installing Debian's Rust ${version%%+*} for you alone, into $toolchain"
    rm -rf "$toolchain"
    mkdir -p "$toolchain/bin" "$toolchain/packages"
    unpack_debian_rust "$toolchain"
    wrap_debian_rust "$toolchain" "$triple"
    build_standard_library "$toolchain"
    rm -rf "$toolchain/packages" "$toolchain/build" "$toolchain"/root/usr/src "$toolchain/lib/rustlib/src"
    touch "$toolchain/ready"
    echo "$toolchain"
}

# Prints the packages that a folder with `$@` needs: themselves, the libraries of Rust and LLVM that they use, and whatever
# else they use that is not installed. What is installed of Rust has no place in the folder, and may be removed.
packages_to_unpack() {
    local missing
    local -a libraries
    missing=$(apt-get --simulate --no-install-recommends install "$@" </dev/null) ||
        no_way "apt-get finds Debian's Rust not installable"
    mapfile -t libraries < <(own_libraries "$@")
    {
        printf '%s\n' "$@" "${libraries[@]}"
        # The compiler is itself such a library.
        own_libraries "${libraries[@]}"
        sed -n 's/^Inst \([^ ]*\) .*/\1/p' <<<"$missing"
    } | sort -u
}

# Prints the libraries of Rust and LLVM that packages depend on.
own_libraries() { apt-cache depends "$@" | sed -nE 's/^ *Depends: (lib(std-rust|llvm).*)/\1/p'; }

unpack_debian_rust() {
    local toolchain=$1 llvm packages
    packages=$(packages_to_unpack rustc-web cargo-web libstd-rust-web-dev rust-web-src rust-web-clippy rustfmt-web)
    mapfile -t packages <<<"$packages"
    # The linker of the LLVM that this compiler is built with.
    llvm=$(printf '%s\n' "${packages[@]}" | sed -n 's/^libllvm//p')
    packages+=("lld-$llvm")
    (cd "$toolchain/packages" && apt-get -qq -o APT::Sandbox::User=root download "${packages[@]}") </dev/null >&2 ||
        no_way "apt-get could not download ${packages[*]}"
    local package
    for package in "$toolchain"/packages/*.deb; do
        dpkg -x "$package" "$toolchain/root"
    done
}

# Makes of the unpacked packages what rustup takes for a toolchain.
wrap_debian_rust() {
    local toolchain=$1 triple=$2 program
    local usr=$toolchain/root/usr
    local -a llvm=("$usr"/lib/llvm-*)
    ln -s root/usr/lib "$toolchain/lib"
    for program in cargo cargo-clippy cargo-fmt clippy-driver rustc rustdoc rustfmt; do
        wrap "$usr/bin/$program" "$toolchain/bin/$program"
    done
    mkdir -p "$usr/lib/rustlib/$triple/bin"
    wrap "${llvm[0]}/bin/lld" "$usr/lib/rustlib/$triple/bin/rust-lld"
}

# Makes `$2`, which runs `$1` with the unpacked libraries. Needs `usr` and `llvm` of the caller.
wrap() {
    cat >"$2" <<SCRIPT
#!/bin/sh
LD_LIBRARY_PATH='$usr/lib/${triple/-unknown/}:${llvm[0]}/lib'\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec '$1' "\$@"
SCRIPT
    chmod +x "$2"
}

# Debian ships no standard library for the runtime's target. The compiler's own sources give it: an empty crate, built
# with its standard library, leaves that in its target folder.
build_standard_library() {
    local toolchain=$1
    local build=$toolchain/build library=$toolchain/lib/rustlib/$wasm_target/lib
    mkdir -p "$build" "$library"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[lib]\npath = "lib.rs"\n' >"$build/Cargo.toml"
    echo '#![no_std]' >"$build/lib.rs"
    say "Building Rust's standard library for $wasm_target"
    # The runtime is linked by LTO, which reads the bitcode; -Z is allowed to nightly compilers and by this variable.
    (
        cd "$build"
        unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER CARGO_ENCODED_RUSTFLAGS
        PATH=$toolchain/bin:$PATH RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=$build/target \
            cargo build --quiet --release --target "$wasm_target" -Z build-std=core,alloc,compiler_builtins
    ) >&2 || no_way "its standard library could not be built"
    cp "$build/target/$wasm_target"/release/deps/lib{core,alloc,compiler_builtins}-*.rlib "$library"
}
