#!/usr/bin/env bash
# All checks of a change: format, lints, tests, and the examples of the heuristics.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; "$@"; }

# The HTML report is tested in a browser: install one if possible. The test prints a warning where there is none.
if ! command -v chromium chromium-browser google-chrome google-chrome-stable > /dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    (step apt-get -qq update && step apt-get -qq install -y --no-install-recommends chromium) > /dev/null || true
  fi
fi

step cargo fmt --all --check
step cargo clippy --workspace --all-targets --locked -- -D warnings
step cargo check -p git-alibi --no-default-features --locked
RUSTDOCFLAGS=-Dwarnings step cargo doc --workspace --no-deps --document-private-items --locked
step cargo test --workspace --locked --no-fail-fast
step cargo run --locked --quiet -- heuristics check
