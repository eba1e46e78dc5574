//! Measures how well typosquats are distinguished from legitimate package names, for several depths of the lists of
//! popular names: `cargo run --release --example typosquats`.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout, clippy::panic)] // prints tables, and panics on invalid data

#[path = "../tests/common/squats.rs"]
mod squats;

use git_alibi::analysis::packages::{Companions, Nearness, Popular, companion, near};
use git_alibi::heuristics::{Catalogue, Kind};
use git_alibi::manifests::Ecosystem;

const INCIDENTS: &str = include_str!("../tests/data/typosquats.tsv");

fn params<P: serde::de::DeserializeOwned>(catalogue: &Catalogue, id: &str) -> P {
    match &catalogue.get(id).expect("a heuristic").kind {
        Kind::Coded(table, _) => table.clone().try_into().expect("parameters"),
        _ => unreachable!("coded"),
    }
}

fn main() {
    let catalogue = Catalogue::embedded().expect("heuristics");
    let nearness: Nearness = params(&catalogue, "typosquat");
    let companions: Companions = params(&catalogue, "suffix-typosquat");
    generated(&nearness, &companions);
    let verbose = std::env::args().any(|a| a == "-v");
    println!(
        "{:>6}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}",
        "depth", "incidents", "npm", "with words", "pypi", "with words"
    );
    for depth in [500, 1000, 2000, 3000, 5000, 7500, 10000, 15000, 20000] {
        let cut = |of: Ecosystem, held: bool| {
            let all: Vec<&str> = Popular::of(of).expect("a list").names().collect();
            let half = all.len() / 2;
            let keep = |i: usize| i < half || i.is_multiple_of(2) || !held;
            let kept: Vec<&str> = all.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, n)| *n).collect();
            let out: Vec<&str> = all.iter().enumerate().filter(|(i, _)| !keep(*i)).map(|(_, n)| *n).collect();
            (Popular::new(of, kept, true), out.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        let scaled = Nearness {
            forms: nearness.forms.min(depth),
            one_edit: nearness
                .one_edit
                .iter()
                .map(|b| {
                    let mut b = *b;
                    b.place = b.place.min(depth);
                    b
                })
                .collect(),
            two_edits: nearness
                .two_edits
                .iter()
                .map(|b| {
                    let mut b = *b;
                    b.place = b.place.min(depth);
                    b
                })
                .collect(),
            ..nearness.clone()
        };
        let scaled_companions = {
            let mut c = companions.clone();
            c.fillers.place = c.fillers.place.min(depth);
            c.purposes.place = c.purposes.place.min(depth);
            c
        };
        let (mut detected, mut all, mut words, mut all_words) = (0, 0, 0, 0);
        for line in INCIDENTS.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let of = Ecosystem::named(fields[0]).expect("an ecosystem");
            let popular = Popular::of(of).expect("a list");
            let name = of.comparable(&of.normal(fields[1]));
            let found =
                near(&name, popular, &scaled).map(|(t, _)| t).or_else(|| companion(&name, popular, &scaled_companions));
            if fields[3] == "word" {
                all_words += 1;
                words += usize::from(found.is_some());
                continue;
            }
            all += 1;
            detected += usize::from(found.is_some());
            if verbose && depth == 20000 && found.is_none() {
                println!(
                    "    missed {} {} ~ {}{}",
                    fields[0],
                    fields[1],
                    fields[2],
                    if popular.contains(&of.comparable(&of.normal(fields[2]))) { "" } else { " (not on the list)" }
                );
            }
        }
        let mut rates = Vec::new();
        for of in [Ecosystem::Npm, Ecosystem::PyPi] {
            let (popular, out) = cut(of, true);
            let hits: Vec<_> = out.iter().filter_map(|n| near(n, &popular, &scaled).map(|f| (n, f))).collect();
            let with = out
                .iter()
                .filter(|n| {
                    near(n, &popular, &scaled).is_some() || companion(n, &popular, &scaled_companions).is_some()
                })
                .count();
            if verbose && depth == 20000 {
                hits.iter().for_each(|(n, f)| println!("    flagged {n} ~ {} {:?}", f.0, f.1));
                out.iter()
                    .filter_map(|n| companion(n, &popular, &scaled_companions).map(|f| (n, f)))
                    .for_each(|(n, f)| println!("    companion {n} ~ {f}"));
            }
            rates.push(hits.len() as f64 / out.len() as f64);
            rates.push(with as f64 / out.len() as f64);
        }
        println!(
            "{depth:>6}  {detected:>4}/{all:<4} {words}/{all_words}  {:>8.2} %  {:>8.2} %  {:>8.2} %  {:>8.2} %",
            rates[0] * 100.0,
            rates[1] * 100.0,
            rates[2] * 100.0,
            rates[3] * 100.0
        );
    }
}

/// Measures the detection of names derived from the most popular ones with operators that the detector does not use.
fn generated(nearness: &Nearness, companions: &Companions) {
    let mut random = fastrand::Rng::with_seed(20_261_122);
    for (of, depth) in [(Ecosystem::Npm, 2000), (Ecosystem::PyPi, 1000)] {
        let popular = Popular::of(of).expect("a list");
        let draw = |random: &mut fastrand::Rng| popular.name(random.usize(..depth)).to_owned();
        let form = |name: &str| of.comparable(&of.normal(name));
        let made = squats::squats(150, &mut random, draw, form, |name| popular.contains(name));
        let is_silent =
            |name: &str| near(name, popular, nearness).is_none() && companion(name, popular, companions).is_none();
        let silent: Vec<_> = made.iter().filter(|(name, ..)| is_silent(name)).collect();
        let missed: Vec<String> =
            silent.iter().map(|(name, target, how)| format!("{name} for {target} ({how})")).collect();
        println!(
            "{of}: {} of {} generated names recognised; missed: {}",
            made.len() - missed.len(),
            made.len(),
            missed.join(", ")
        );
    }
}
