//! Binds the declarations in `alibi.toml` to the contributors of a run.

use crate::analysis::people::{ContributorId, People, named, nearest, shown};
use crate::config::{AlibiFile, ConfigError, Declared};
use crate::facts::{CommitIdx, Facts};
use std::collections::BTreeMap;

/// The declarations in `alibi.toml`, by contributor.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Roster(BTreeMap<ContributorId, Declared>);

impl Roster {
    /// Finds the contributors that a file declares. With `is_newer`, the file may be newer than the scanned history, so
    /// an unknown contributor causes a notice instead of an error.
    ///
    /// # Errors
    /// Returns [`ConfigError::Invalid`] if a declared contributor is unknown, ambiguous or declared twice.
    pub fn bind(
        file: &AlibiFile,
        facts: &Facts,
        people: &People,
        is_newer: bool,
    ) -> Result<(Roster, Vec<String>), ConfigError> {
        let mut unknown = Vec::new();
        let mut bound: BTreeMap<ContributorId, Declared> = BTreeMap::new();
        for declared in &file.declared {
            let query = &declared.who.query;
            let who = match named(query, facts, people).as_slice() {
                [one] => *one,
                [] if is_newer => {
                    unknown.push(format!("{} declares '{query}', who is not in the scanned history", file.path()));
                    continue;
                }
                [] => {
                    let hint = nearest(query, facts, people).map_or_else(
                        || ": `git alibi roster init` lists the contributors".into(),
                        |near| format!("; did you mean '{near}'?"),
                    );
                    let message = format!("no contributor matches '{query}'{hint}");
                    return Err(file.invalid_contributor(&declared.who, &message));
                }
                several => {
                    let message = format!(
                        "'{query}' matches {} contributors: write one as 'Name <address>', for example '{}'",
                        several.len(),
                        shown(facts, people.get(several[0]).earliest())
                    );
                    return Err(file.invalid_contributor(&declared.who, &message));
                }
            };
            if let Some(other) = bound.insert(who, declared.clone()) {
                let message = format!("'{query}' and '{}' are one contributor: merge the entries", other.who.query);
                return Err(file.invalid_contributor(&declared.who, &message));
            }
        }
        Ok((Roster(bound), unknown))
    }

    /// The declaration of a contributor, if any.
    pub fn get(&self, who: ContributorId) -> Option<&Declared> {
        self.0.get(&who)
    }

    /// All declarations, ordered by contributor.
    pub fn iter(&self) -> impl Iterator<Item = (ContributorId, &Declared)> {
        self.0.iter().map(|(who, entry)| (*who, entry))
    }
}

/// An undeclared address or key that was used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undeclared {
    /// Description for reports: an undeclared address or an undeclared key.
    pub kind: &'static str,
    /// The address or the key.
    pub value: Vec<u8>,
    /// The first few commits that use the address or the key.
    pub commits: Vec<CommitIdx>,
}

/// Maximum number of commits listed for each undeclared address or key.
const NAMED: usize = 10;

impl Roster {
    /// Returns the addresses and keys that a contributor used but did not declare. Addresses are compared only if the
    /// contributor declares at least one address, and keys only if the contributor declares at least one key.
    pub fn undeclared(&self, who: ContributorId, facts: &Facts, people: &People) -> Vec<Undeclared> {
        let Some(entry) = self.get(who) else { return Vec::new() };
        let mut found: BTreeMap<(&'static str, Vec<u8>), Vec<CommitIdx>> = BTreeMap::new();
        let known = |list: &[String], text: &str| list.iter().any(|d| d.eq_ignore_ascii_case(text));
        for (idx, commit) in facts.enumerate() {
            if people.contributor_of(commit.author) != who {
                continue;
            }
            let (_, email) = facts.identity(commit.author);
            let address = String::from_utf8_lossy(email);
            if !entry.addresses.is_empty() && !known(&entry.addresses, &address) {
                found.entry(("address not declared", email.to_vec())).or_default().push(idx);
            }
            // A commit is signed by its committer, so another committer's key is not the contributor's.
            let own = people.contributor_of(commit.committer) == who;
            let key = facts.signature(commit).and_then(|s| s.key).filter(|_| own && !entry.keys.is_empty());
            if let Some(key) = key.map(|key| facts.key(key))
                && !known(&entry.keys, &key)
                && !key.split_once(':').is_some_and(|(_, id)| known(&entry.keys, id))
            {
                found.entry(("key not declared", key.into_bytes())).or_default().push(idx);
            }
        }
        let few = |mut commits: Vec<CommitIdx>| {
            commits.truncate(NAMED);
            commits
        };
        found.into_iter().map(|((kind, value), commits)| Undeclared { kind, value, commits: few(commits) }).collect()
    }
}
