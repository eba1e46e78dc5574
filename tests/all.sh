#!/usr/bin/env bash
# Everything that must hold before a change lands: format, lints, tests, and the heuristics' own examples.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; "$@"; }

# The HTML report is tested in a browser. Where a package can be installed it is; the test says loudly where it cannot run.
if ! command -v chromium chromium-browser google-chrome google-chrome-stable > /dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    (step apt-get -qq update && step apt-get -qq install -y --no-install-recommends chromium) > /dev/null || true
  fi
fi

step cargo fmt --all --check
step cargo clippy --workspace --all-targets --locked -- -D warnings
step cargo test --workspace --locked --no-fail-fast
step cargo run --locked --quiet -- heuristics check
