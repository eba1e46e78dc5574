//! Measures how identity resolution scales: `cargo bench --bench people`.
//!
//! Writes synthetic repositories of a million identities with `git fast-import` (required) into the temporary folder,
//! and scans each with the family `identity`. Prints the seconds that the resolution alone and the whole scan take, and
//! the peak anonymous memory. One set of identities is ordinary; in the hostile sets, all identities share the local
//! part, the name or the address.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod common;

use common::{import, scan};
use std::io::Write;

const IDENTITIES: usize = 1_000_000;

/// A function that returns the name and the address of an identity, given its number.
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
    // `cargo test --benches` only checks that this builds.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    println!("{:28} {:>14} {:>10} {:>10}", "a million identities", "resolution, s", "scan, s", "peak MiB");
    for (title, crowd) in CROWDS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        import(folder.path(), |out| {
            for i in 0..IDENTITIES {
                let (name, email) = crowd(i);
                let who = format!("{name} <{email}> {} +0000", 1_000_000_000 + i * 300);
                let from = if i > 0 { format!("from :{i}\n") } else { String::new() };
                let mark = i + 1;
                write!(out, "commit refs/heads/main\nmark :{mark}\nauthor {who}\ncommitter {who}\ndata 1\n.\n{from}")
                    .unwrap();
            }
        });
        let (printed, seconds, kib) = scan(folder.path(), &["--only", "identity", "--verbose"]);
        // The last line lists the time of each phase.
        let phases = printed.lines().last().unwrap_or_default();
        let resolution = phases.split("people ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or("?");
        println!("{title:28} {resolution:>14} {seconds:>10.1} {:>10}", kib / 1024);
    }
}

/// Returns a pronounceable lower-case word that is different for each number.
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
