//! Measures identity resolution against the `.mailmap` of a repository, which the resolution does not read: `cargo run
//! --release --example identities -- REPO…`
//!
//! Counts author identities reachable from HEAD. *Closed world* counts all of them, which is correct if the mailmap
//! is complete; *in mailmap* counts only the identities of people whom the mailmap maps. *Pairs* are precision, recall
//! and F1 over pairs of identities. *B-cubed* are the same figures averaged over identities (Bagga and Baldwin, 1998),
//! so that a person with many identities does not outweigh many people with few. The *ceiling* is the recall of an
//! oracle that joins all compared pairs that belong to the same person.
#![allow(clippy::print_stdout)]

use anyhow::Context;
use git_alibi::analysis::people::{compared_pairs, normalise_email};
use git_alibi::facts::{Facts, IdentityId};
use git_alibi::pipeline::{AuditOptions, Enabled, RuleNames, Scope, audit};
use git_alibi::progress::Silent;
use git_alibi::repository::{Mailmap, RefChoice, Repository};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The group of each counted identity. The numbers are arbitrary.
type Groups = BTreeMap<IdentityId, u32>;

fn main() -> anyhow::Result<()> {
    println!("{:14} {:12} {:>6} {:>28} {:>28} {:>8}", "", "", "", "pairs: P R F1", "B-cubed: P R F1", "ceiling");
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let options = AuditOptions {
            scope: Scope::History(RefChoice::Head),
            // Run only a fast heuristic, which reads nothing but commits: people are resolved in every run.
            only: RuleNames(vec!["email-many-names".into()]),
            mailmap: Enabled(false),
            ..AuditOptions::of(vec![path.clone()], 0)
        };
        let run = audit(&options, &git_alibi::rulebook()?, &Silent)?;
        let mut mailmap = Mailmap::default();
        anyhow::ensure!(mailmap.add(&Repository::open(&path)?), "{} has no .mailmap at HEAD", path.display());
        let name = path.iter().rev().find(|n| *n != "repo").context("a path")?.to_string_lossy().into_owned();
        let seconds = run.seconds.iter().find(|(phase, _)| *phase == "people").map_or(0.0, |(_, s)| *s);
        let (truth, mapped) = truth(&run.facts, &mailmap);
        let found: Groups = truth.keys().map(|id| (*id, run.people.contributor_of(*id).0)).collect();
        let compared = compared_pairs(&run.facts);
        for (title, only) in [("closed world", None), ("in mailmap", Some(&mapped))] {
            let chosen = |groups: &Groups| -> Groups {
                let inside = |id: &IdentityId| only.is_none_or(|people| people.contains(&truth[id]));
                groups.iter().filter(|(id, _)| inside(id)).map(|(id, g)| (*id, *g)).collect()
            };
            let (want, got) = (chosen(&truth), chosen(&found));
            let (pairs, cubed) = (by_pairs(&got, &want), b_cubed(&got, &want));
            let ceiling = by_pairs(&oracle(&compared, &want), &want).1;
            let three = |(p, r): (f64, f64)| format!("{p:.4} {r:.4} {:.4}", 2.0 * p * r / (p + r).max(1e-9));
            println!("{name:14} {title:12} {:>6} {:>28} {:>28} {ceiling:>8.4}", want.len(), three(pairs), three(cubed));
        }
        println!("{name:14} resolution alone: {seconds:.3} s");
    }
    Ok(())
}

/// Returns the person of each author identity according to the mailmap, and the people for whom the mailmap changes an
/// identity.
fn truth(facts: &Facts, mailmap: &Mailmap) -> (Groups, BTreeSet<u32>) {
    let authors: BTreeSet<IdentityId> = facts.commits.iter().map(|c| c.author).collect();
    let (mut people, mut groups, mut mapped) = (BTreeMap::new(), Groups::new(), BTreeSet::new());
    for id in authors {
        let (name, email) = facts.identity(id);
        let (canonical, address) = mailmap.resolve(name, email);
        let number = people.len() as u32;
        let person = *people.entry((canonical.clone(), normalise_email(&address))).or_insert(number);
        if (canonical.as_slice(), address.as_slice()) != (name, email) {
            mapped.insert(person);
        }
        groups.insert(id, person);
    }
    (groups, mapped)
}

/// Counts the pairs within groups.
fn pairs<K: Ord>(groups: impl Iterator<Item = K>) -> f64 {
    let mut sizes: BTreeMap<K, f64> = BTreeMap::new();
    groups.for_each(|g| *sizes.entry(g).or_default() += 1.0);
    sizes.values().map(|n| n * (n - 1.0) / 2.0).sum()
}

/// Returns precision and recall over pairs.
fn by_pairs(got: &Groups, want: &Groups) -> (f64, f64) {
    let right = pairs(got.iter().map(|(id, g)| (*g, want[id])));
    (right / pairs(got.values()).max(1.0), right / pairs(want.values()).max(1.0))
}

/// Returns B-cubed precision and recall.
fn b_cubed(got: &Groups, want: &Groups) -> (f64, f64) {
    let count = |keys: &mut dyn Iterator<Item = (u32, u32)>| {
        let mut sizes: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        keys.for_each(|k| *sizes.entry(k).or_default() += 1.0);
        sizes
    };
    let both = count(&mut got.iter().map(|(id, g)| (*g, want[id])));
    let (in_got, in_want) = (count(&mut got.values().map(|g| (*g, 0))), count(&mut want.values().map(|g| (*g, 0))));
    let n = got.len().max(1) as f64;
    let precision: f64 = got.iter().map(|(id, g)| both[&(*g, want[id])] / in_got[&(*g, 0)]).sum();
    let recall: f64 = got.iter().map(|(id, g)| both[&(*g, want[id])] / in_want[&(want[id], 0)]).sum();
    (precision / n, recall / n)
}

/// Joins all compared pairs that belong to the same group in `want`.
fn oracle(compared: &[(IdentityId, IdentityId)], want: &Groups) -> Groups {
    let mut root: BTreeMap<IdentityId, IdentityId> = want.keys().map(|id| (*id, *id)).collect();
    fn find(root: &BTreeMap<IdentityId, IdentityId>, mut id: IdentityId) -> IdentityId {
        while root[&id] != id {
            id = root[&id];
        }
        id
    }
    for (a, b) in compared {
        if want.contains_key(a) && want.get(a) == want.get(b) {
            let (a, b) = (find(&root, *a), find(&root, *b));
            root.insert(a.max(b), a.min(b));
        }
    }
    want.keys().map(|id| (*id, find(&root, *id).0)).collect()
}
