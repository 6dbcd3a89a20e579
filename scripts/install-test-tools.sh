#!/bin/sh
# Installs what the tests need besides Node and a compiler: other compilers and caches, build systems, strace, zstd. Does nothing
# where all of them are there. Debian and Ubuntu only; elsewhere it says what is missing.
set -eu

missing=''
need() { # command, package
  command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need gcc gcc
need g++ g++
need make make
need clang clang
need ccache ccache
need musl-gcc musl-tools
need strace strace
need zstd zstd
need script bsdutils
need cmake cmake
need ninja ninja-build
need meson meson
need autoconf autoconf
need automake automake
need rustc rustc
need cargo cargo
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "the tests need these, and there is no apt-get to install them with:$missing" >&2
  exit 1
fi
as_root=''
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "the tests need these packages; install them as root:$missing" >&2
    exit 1
  fi
  as_root=sudo
fi
echo "installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq </dev/null
# shellcheck disable=SC2086 # one word for each package
$as_root apt-get install -y -qq --no-install-recommends $missing </dev/null
