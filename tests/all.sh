#!/usr/bin/env bash
# Everything that must hold before a change lands: format, lints, tests, and the heuristics' own examples.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; "$@"; }

step cargo fmt --check
# The coded detectors are found by looking at their folder, so that `cargo fmt` does not meet them.
step rustfmt --check --edition 2024 src/detectors/coded/*.rs
step cargo clippy --all-targets --locked -- -D warnings
step cargo test --locked --no-fail-fast
step cargo run --locked --quiet -- heuristics check
