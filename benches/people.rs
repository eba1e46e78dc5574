//! How resolving who is who grows: `cargo bench --bench people`.
//!
//! Writes synthetic repositories of a million identities with `git fast-import` (which must be there) into the temporary
//! folder, scans each for the family `identity`, and prints the seconds of the resolution alone, of the whole scan, and
//! the peak of anonymous memory. Beside an ordinary crowd there are hostile ones, in which everybody shares something.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const IDENTITIES: usize = 1_000_000;

/// Writes the name and the address of identity `i`.
type Crowd = fn(usize) -> (String, String);

const CROWDS: [(&str, Crowd); 4] = [
    ("people with two addresses", |i| {
        let person = i / 2;
        let (given, family) = (syllables(person % 4_001), syllables(person / 4_001 * 31 + 17));
        let domain = if i % 2 == 0 { "mail.example.org".into() } else { format!("work{}.example.org", person % 999) };
        (format!("{given} {family}"), format!("{given}.{family}{}@{domain}", person % 90))
    }),
    ("one local part", |i| (format!("{} {}", syllables(i), syllables(i * 7 + 3)), format!("dev@host{i}.example.org"))),
    ("one name", |i| ("John Smith".into(), format!("{}{i}@host{i}.example.org", syllables(i)))),
    ("one address", |i| (format!("{} {}", syllables(i), syllables(i * 7 + 3)), "team@example.org".into())),
];

fn main() {
    // `cargo test --benches` only wants to know that this builds.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    println!("{:28} {:>14} {:>10} {:>10}", "a million identities", "resolution, s", "scan, s", "peak MiB");
    for (title, crowd) in CROWDS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), crowd);
        let (resolution, seconds, kib) = measure(folder.path());
        println!("{title:28} {resolution:>14} {seconds:>10.1} {:>10}", kib / 1024);
    }
}

/// A word for each number, pronounceable and lower case.
fn syllables(mut number: usize) -> String {
    let mut word = String::new();
    loop {
        word.push(char::from(b"bdfgklmnprstvz"[number % 14]));
        word.push(char::from(b"aeiou"[number / 14 % 5]));
        number /= 70;
        if number == 0 {
            word.push('n');
            return word;
        }
    }
}

fn write(folder: &Path, crowd: Crowd) {
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(words).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(git(&["init", "-q", "--bare", "."]).status().expect("git").success());
    let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().expect("git fast-import");
    let mut out = BufWriter::with_capacity(1 << 20, import.stdin.take().expect("a pipe"));
    for i in 0..IDENTITIES {
        let (name, email) = crowd(i);
        let who = format!("{name} <{email}> {} +0000", 1_000_000_000 + i * 300);
        writeln!(out, "commit refs/heads/main\nmark :{}\nauthor {who}\ncommitter {who}\ndata 1\n.", i + 1).unwrap();
        if i > 0 {
            writeln!(out, "from :{i}").unwrap();
        }
    }
    out.flush().unwrap();
    drop(out);
    assert!(import.wait().expect("git fast-import").success());
}

/// The seconds of the resolution, as the program says; of the whole scan; and the peak of anonymous memory in KiB.
fn measure(folder: &Path) -> (String, f64, u64) {
    let out = folder.join("out.txt");
    let start = Instant::now();
    let mut scan = Command::new(env!("CARGO_BIN_EXE_git-alibi"))
        .args(["scan", "--only", "identity", "--verbose"])
        .arg(folder)
        .stdout(std::fs::File::create(&out).unwrap())
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
    let text = std::fs::read_to_string(&out).unwrap();
    let phases = text.lines().last().unwrap_or_default();
    let people = phases.split("people ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or("?");
    (people.to_owned(), seconds, peak)
}

fn anonymous_kib(process: u32) -> u64 {
    std::fs::read_to_string(format!("/proc/{process}/status"))
        .unwrap_or_default()
        .lines()
        .find_map(|l| l.strip_prefix("RssAnon:")?.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
