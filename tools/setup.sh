# Sourced by ./dev: what a machine needs, installed once and checked cheaply afterwards.
# A stamp in build/.setup holds a digest of what was asked for, so that a second start skips the questions.

BUILD_PACKAGES=(g++ cmake ninja-build pkg-config ccache mold libpoco-dev libgrpc++-dev protobuf-compiler protobuf-compiler-grpc
    libprotobuf-dev libyaml-cpp-dev libqrencode-dev liboath-dev libboost1.81-dev libssl-dev libsodium-dev libfido2-dev libcbor-dev rapidjson-dev libsqlite3-dev
    libcppunit-dev python3 git ca-certificates)
TEST_PACKAGES=(python3-pytest python3-aiosmtpd chromium zbar-tools iproute2 util-linux procps openssl curl jq python3-venv)
PACKAGE_PACKAGES=(dpkg-dev file fakeroot)
FUZZ_PACKAGES=(clang libclang-rt-14-dev)
TIDY_PACKAGES=(clang-format clang-tidy)

export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime,locale

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'dev: %s\n' "$*" >&2; exit 1; }

# step <what> <command...>: runs quietly when it is quick, says what goes on and for how long, shows the output on failure.
step() {
    local what=$1 log started=$SECONDS
    shift
    log=$(mktemp)
    "$@" > "$log" 2>&1 &
    local pid=$! shown=no tail=
    while kill -0 $pid 2> /dev/null; do
        if ((SECONDS - started >= 2)); then
            [[ $shown == no ]] && { say "$what ..."; shown=yes; }
            if [[ -t 2 ]]; then
                tail=$(tail -n 1 "$log" | tr -d '\r' | cut -c 1-100)
                printf '\r\033[K    %3d s  %s' $((SECONDS - started)) "$tail" >&2
            elif (((SECONDS - started) % 30 == 0)); then
                printf '    %3d s  %s\n' $((SECONDS - started)) "$(tail -n 1 "$log" | cut -c 1-100)" >&2
            fi
        fi
        sleep 0.2
        if [[ ! -t 2 && $shown == yes ]]; then sleep 0.8; fi
    done
    [[ $shown == yes && -t 2 ]] && printf '\r\033[K' >&2
    if ! wait $pid; then
        cat "$log" >&2
        rm -f "$log"
        die "$what failed"
    fi
    [[ $shown == yes ]] && say "$what: done in $((SECONDS - started)) s"
    rm -f "$log"
    return 0
}

stamped() { [[ -f build/.setup/$1 && $(cat "build/.setup/$1") == "$2" ]]; }
stamp() { mkdir -p build/.setup; printf '%s' "$2" > "build/.setup/$1"; }

missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || printf '%s ' "$package"
    done
}

# setup_packages <group>: build, test, package, fuzz or tidy.
setup_packages() {
    local group=$1 wanted
    case $group in
        build) wanted=("${BUILD_PACKAGES[@]}") ;;
        test) wanted=("${TEST_PACKAGES[@]}") ;;
        package) wanted=("${PACKAGE_PACKAGES[@]}") ;;
        fuzz) wanted=("${FUZZ_PACKAGES[@]}") ;;
        tidy) wanted=("${TIDY_PACKAGES[@]}") ;;
    esac
    stamped "packages-$group" "${wanted[*]}" && return
    command -v dpkg-query > /dev/null || die "this needs Debian 12 or a relative of it (dpkg); install by hand: ${wanted[*]}"
    local missing
    missing=$(missing_packages "${wanted[@]}")
    if [[ -n $missing ]]; then
        if ((EUID != 0)); then
            die "these Debian packages are missing. Install them as root, then run ./dev again:

  sudo apt-get install --no-install-recommends $missing"
        fi
        step "refreshing the package lists" apt-get update -q
        # shellcheck disable=SC2086
        step "installing Debian packages ($group)" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
    fi
    stamp "packages-$group" "${wanted[*]}"
}

setup_build() {
    mkdir -p build
    setup_packages build
}

version_at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# setup_node: a Node of at least 20.19 first in PATH; where the system has none, npm's own package that carries the program.
setup_node() {
    local own=$PWD/build/node
    if [[ -x $own/bin/node ]]; then
        export PATH=$own/bin:$PATH
        return
    fi
    if command -v node > /dev/null && version_at_least "$(node --version | tr -d v)" 20.19.0; then
        command -v npm > /dev/null && return
    fi
    if ! command -v npm > /dev/null; then
        ((EUID == 0)) || die "npm is missing. Install it as root, then run ./dev again:

  sudo apt-get install --no-install-recommends npm"
        step "refreshing the package lists" apt-get update -q
        step "installing npm" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends npm
    fi
    local arch=x64
    [[ $(uname -m) == aarch64 ]] && arch=arm64
    local temporary
    temporary=$(mktemp -d)
    step "fetching Node 22 for the web build" npm install --prefix "$temporary" --no-audit --no-fund "node-linux-$arch@22"
    mkdir -p "$own/bin"
    cp "$temporary/node_modules/node-linux-$arch/bin/node" "$own/bin/node"
    rm -rf "$temporary"
    export PATH=$own/bin:$PATH
}

web_digest() {
    git ls-files -s --abbrev=12 web plugins/*/web sdk/web 2> /dev/null | sha256sum | cut -c 1-16
    git ls-files -m -o --exclude-standard web plugins/*/web sdk/web 2> /dev/null | while read -r file; do
        [[ -f $file ]] && stat -c '%n %Y %s' "$file"
    done | sha256sum | cut -c 1-16
}

# setup_test_modules: the identity providers of the integration tests.
setup_test_modules() {
    local lock
    lock=$(sha256sum tests/package-lock.json | cut -c 1-32)
    if stamped npm-tests "$lock" && [[ -d tests/node_modules ]]; then return; fi
    setup_node
    step "installing the tests' modules" npm ci --prefix tests --no-audit --no-fund
    stamp npm-tests "$lock"
}

setup_web() {
    mkdir -p build
    setup_packages build
    local lock digest
    lock=$(sha256sum web/package-lock.json | cut -c 1-32)
    digest=$(web_digest)
    if stamped web "$digest" && [[ -f web/dist/shell/index.html ]]; then return; fi
    setup_node
    if ! stamped npm "$lock" || [[ ! -d web/node_modules ]]; then
        step "installing the web build's modules" npm ci --prefix web --no-audit --no-fund
        stamp npm "$lock"
    fi
    step "building the web console" npm run --silent --prefix web build
    stamp web "$digest"
}
