//! How time and memory grow with the history: `cargo bench --bench scale`.
//!
//! Writes synthetic repositories of 250,000, 500,000 and 1,000,000 commits with `git fast-import` (which must be there)
//! into the temporary folder, scans each with everything on, and prints seconds and the peak of anonymous memory
//! (mapped packs do not count). Linear growth shows as an equal time a commit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const AUTHORS: usize = 20_000;
const FILES: usize = 5_000;

fn main() {
    // `cargo test --benches` only wants to know that this builds.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    println!("{:>10} {:>9} {:>14} {:>12}", "commits", "seconds", "µs a commit", "peak MiB");
    for commits in [250_000, 500_000, 1_000_000] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), commits);
        let (seconds, kib) = measure(folder.path(), commits);
        let each = seconds * 1e6 / commits as f64;
        println!("{commits:>10} {seconds:>9.2} {each:>14.2} {:>12}", kib / 1024);
    }
}

/// A line of commits by many authors over many files, with a merge in every hundred.
fn write(folder: &Path, commits: usize) {
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(words).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(git(&["init", "-q", "--bare", "."]).status().expect("git").success());
    let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().expect("git fast-import");
    let mut out = BufWriter::with_capacity(1 << 20, import.stdin.take().expect("a pipe"));
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
    out.flush().unwrap();
    drop(out);
    assert!(import.wait().expect("git fast-import").success());
}

/// Seconds, and the peak of anonymous memory in KiB (0 where the system does not tell).
fn measure(folder: &Path, commits: usize) -> (f64, u64) {
    let report = folder.join("report.json");
    let start = Instant::now();
    let mut scan = Command::new(env!("CARGO_BIN_EXE_git-alibi"))
        .args(["scan", "--format", "json"])
        .arg(folder)
        .stdout(std::fs::File::create(&report).unwrap())
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        peak = peak.max(anonymous_kib(scan.id()));
        if let Some(status) = scan.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let seconds = start.elapsed().as_secs_f64();
    assert!(status.success());
    let value: serde_json::Value = serde_json::from_reader(std::fs::File::open(&report).unwrap()).unwrap();
    assert_eq!(value["repositories"][0]["commits"], commits);
    (seconds, peak)
}

fn anonymous_kib(process: u32) -> u64 {
    std::fs::read_to_string(format!("/proc/{process}/status"))
        .unwrap_or_default()
        .lines()
        .find_map(|l| l.strip_prefix("RssAnon:")?.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
