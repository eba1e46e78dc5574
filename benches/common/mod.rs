//! Functions shared by the benches: write a repository with `git fast-import`, and measure a scan of it.
#![allow(dead_code)] // each bench uses only some of the functions

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The standard input of `git fast-import`.
pub(crate) type Import = BufWriter<std::process::ChildStdin>;

/// Writes a bare repository. `commits` writes the commits in the format of `git fast-import`.
pub(crate) fn import(folder: &Path, commits: impl FnOnce(&mut Import)) {
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(words).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(git(&["init", "-q", "--bare", "."]).status().expect("git").success());
    let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().expect("git fast-import");
    let mut out = BufWriter::with_capacity(1 << 20, import.stdin.take().expect("a pipe"));
    commits(&mut out);
    out.flush().unwrap();
    drop(out);
    assert!(import.wait().expect("git fast-import").success());
}

/// Runs a scan. Returns its output, its duration in seconds, and its peak anonymous memory in KiB (0 if the system does
/// not report it).
pub(crate) fn scan(folder: &Path, words: &[&str]) -> (String, f64, u64) {
    let printed = folder.join("printed");
    let start = Instant::now();
    let mut scan = Command::new(env!("CARGO_BIN_EXE_git-alibi"))
        .arg("scan")
        .args(words)
        .arg(folder)
        .stdout(std::fs::File::create(&printed).unwrap())
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
    (std::fs::read_to_string(&printed).unwrap(), seconds, peak)
}

fn anonymous_kib(process: u32) -> u64 {
    std::fs::read_to_string(format!("/proc/{process}/status"))
        .unwrap_or_default()
        .lines()
        .find_map(|l| l.strip_prefix("RssAnon:")?.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
