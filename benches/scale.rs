//! Measures how time and memory grow with the history: `cargo bench --bench scale`.
//!
//! Writes synthetic repositories of 250,000, 500,000 and 1,000,000 commits with `git fast-import` (required) into the
//! temporary folder, and scans each with the default options. Prints the seconds taken and the peak anonymous memory
//! (mapped packs do not count). With linear growth, the time per commit is constant.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod common;

use common::{import, scan};
use std::io::Write;
use std::path::Path;

const AUTHORS: usize = 20_000;
const FILES: usize = 5_000;

fn main() {
    // `cargo test --benches` only checks that this builds.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    println!("{:>10} {:>9} {:>14} {:>12}", "commits", "seconds", "µs a commit", "peak MiB");
    for commits in [250_000, 500_000, 1_000_000] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), commits);
        let (printed, seconds, kib) = scan(folder.path(), &["--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(report["repositories"][0]["commits"], commits);
        let each = seconds * 1e6 / commits as f64;
        println!("{commits:>10} {seconds:>9.2} {each:>14.2} {:>12}", kib / 1024);
    }
}

/// Writes a history by many authors in many files. Every hundredth commit is a merge.
fn write(folder: &Path, commits: usize) {
    import(folder, |out| {
        for i in 1..=commits {
            let author = i * 7919 % AUTHORS;
            let when = 1_000_000_000 + i * 300;
            let who = format!("Author{author} Surname{author} <author{author}@example.org> {when} +0{}00", author % 10);
            writeln!(out, "commit refs/heads/main\nmark :{i}\nauthor {who}\ncommitter {who}\ndata 14\nChange {i:07}")
                .unwrap();
            if i > 1 {
                writeln!(out, "from :{}", i - 1).unwrap();
            }
            if i % 100 == 0 {
                writeln!(out, "merge :{}", i - 50).unwrap();
            }
            let file = i * 104_729 % FILES;
            let line = format!("let a = {i};\n");
            writeln!(out, "M 100644 inline src/{}/{file}.rs\ndata {}\n{line}", file % 50, line.len()).unwrap();
        }
    });
}
