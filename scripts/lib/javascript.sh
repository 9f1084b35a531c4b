# shellcheck shell=bash
# Node.js, and the libraries of JavaScript programs as their package-lock.json pins them. Sourced, after common.sh.

node_least=20

# Refuses to go on without a recent Node.js or one of the programs given.
require_javascript() {
    local program version
    for program in node "$@"; do
        has "$program" || die "$program is missing, needed are node $node_least or later${*:+ and $*}; for node and npm:
  eval \"\$(scripts/setup.sh --javascript --env)\""
    done
    version=$(node -p 'process.versions.node.split(".")[0]')
    ((version >= node_least)) || die "node is version $version, needed is $node_least or later"
}

# Links the libraries of the program in folder `$1` there as node_modules, and installs them first where they are missing: into the
# cache, one folder for each state of its package.json and package-lock.json. Says so on a terminal only: what else reads standard
# error expects errors there.
javascript_libraries() {
    local tool folder
    require_javascript npm flock
    tool=$cache/stakework/javascript
    folder=$tool/$(cd "$1" && { node --version && cat package.json package-lock.json; } | sha256sum | cut -c 1-16)
    mkdir -p "$tool"
    exec {lock}>"$tool/lock"
    flock "$lock"
    if [[ ! -e $folder/ready ]]; then
        [[ ! -t 2 ]] || say "Installing the JavaScript libraries of ${1#"$root"/} into $folder (npm)"
        rm -rf "$folder"
        mkdir "$folder"
        cp "$1"/package.json "$1"/package-lock.json "$folder"
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) </dev/null >/dev/null
        touch "$folder/ready"
    fi
    ln -sfnT "$folder/node_modules" "$1/node_modules"
    exec {lock}>&-
}
