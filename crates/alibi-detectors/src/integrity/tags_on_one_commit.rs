//! `tags-on-one-commit`: several version tags on one commit that no branch contains.

use crate::shared::words::on_branches;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RefRow, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of different versions.
    min_versions: usize,
}

coded!(TagsOnOneCommit, Params, FactSet::COMMITS, []);

impl TagsOnOneCommit {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for (number, row) in facts.repositories.iter().enumerate() {
            if !row.refs.iter().any(RefRow::is_branch) {
                continue;
            }
            let mut tags: BTreeMap<CommitIdx, Vec<&RefRow>> = BTreeMap::new();
            for tag in row.refs.iter().filter(|r| r.is_tag()) {
                if let Some(commit) = tag.commit {
                    tags.entry(commit).or_default().push(tag);
                }
            }
            let branches = on_branches(view, RepositoryIdx::new(number));
            for (idx, tags) in tags {
                let commit = facts.commit(idx);
                // Packages that are released together have different names before the version.
                let mut named: BTreeMap<&[u8], BTreeSet<(u64, u64)>> = BTreeMap::new();
                for (name, version) in tags.iter().filter_map(|t| version(t.short())) {
                    named.entry(name).or_default().insert(version);
                }
                let versions = named.into_values().max_by_key(BTreeSet::len).unwrap_or_default();
                if versions.len() < self.params.min_versions || branches.contains(idx) || !commit.in_scope {
                    continue;
                }
                let tagger = tags.iter().find_map(|t| t.tag.and_then(|t| t.tagger)).unwrap_or(commit.committer);
                let who = view.people.contributor_of(tagger);
                let summary =
                    format!("{} different version tags on one commit that no branch contains", versions.len());
                let key = tags.iter().map(|t| t.name.clone());
                let mut draft = Draft::new(&self.heuristic, who, RepositoryIdx::new(number), key, summary);
                draft.saw("commit", Value::words(commit.oid.to_string()));
                draft.saw("committed", Value::Moment(commit.committed));
                let names: Vec<String> =
                    tags.iter().take(8).map(|t| String::from_utf8_lossy(t.short()).into_owned()).collect();
                draft.saw("tags", Value::text(names.join(", ")));
                let oid = commit.oid.to_string();
                draft.reproduce(["tag", "--points-at", oid.as_str()]);
                draft.commits = vec![idx];
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}

/// Splits a tag's name into the prefix, without `v`, and the first two numbers of the version. `v1` is ignored and
/// `v1.2` equals `v1.2.3`, because such short tags move along with the full version.
fn version(name: &[u8]) -> Option<(&[u8], (u64, u64))> {
    let text = std::str::from_utf8(name).ok()?;
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = text[start..].split(|c: char| !c.is_ascii_digit());
    let version = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    Some((text[..start].trim_end_matches('v').as_bytes(), version))
}
