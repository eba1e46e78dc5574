use super::alibi::{AlibiFile, ConfigError, Declared};
use crate::ledger::{CommitIdx, IdentityId, Ledger};
use crate::people::{ContributorId, People};
use std::collections::BTreeMap;

/// What a team declares, by contributor.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Roster(BTreeMap<ContributorId, Declared>);

impl Roster {
    /// Finds the contributors whom a file names.
    ///
    /// # Errors
    /// [`ConfigError::Wrong`] where one is unknown, ambiguous, or named twice.
    pub fn bind(file: &AlibiFile, ledger: &Ledger, people: &People) -> Result<Roster, ConfigError> {
        let mut bound: BTreeMap<ContributorId, Declared> = BTreeMap::new();
        for declared in &file.declared {
            let query = &declared.who.query;
            let who = match find(query, ledger, people).as_slice() {
                [one] => *one,
                [] => {
                    let message = format!("nobody in the history is '{query}'{}", nearest(query, ledger, people));
                    return Err(file.wrong_who(&declared.who, &message));
                }
                several => {
                    let message = format!(
                        "'{query}' names {} contributors: write one as 'Name <address>', for example '{}'",
                        several.len(),
                        shown(ledger, people.get(several[0]).earliest())
                    );
                    return Err(file.wrong_who(&declared.who, &message));
                }
            };
            if let Some(other) = bound.insert(who, declared.clone()) {
                let message = format!("'{query}' and '{}' are one contributor: put them together", other.who.query);
                return Err(file.wrong_who(&declared.who, &message));
            }
        }
        Ok(Roster(bound))
    }

    /// What is declared about a contributor.
    pub fn get(&self, who: ContributorId) -> Option<&Declared> {
        self.0.get(&who)
    }

    /// All entries, in the order of contributors.
    pub fn iter(&self) -> impl Iterator<Item = (ContributorId, &Declared)> {
        self.0.iter().map(|(who, entry)| (*who, entry))
    }
}

/// Something used that was not declared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undeclared {
    /// What it is, in words.
    pub kind: &'static str,
    /// The address or the key.
    pub value: Vec<u8>,
    /// The commits that show it, the first few.
    pub commits: Vec<CommitIdx>,
}

/// Commits named of each thing that was not declared.
const NAMED: usize = 10;

impl Roster {
    /// The addresses and keys that a contributor used though others were declared.
    pub fn undeclared(&self, who: ContributorId, ledger: &Ledger, people: &People) -> Vec<Undeclared> {
        let Some(entry) = self.get(who) else { return Vec::new() };
        let mut found: BTreeMap<(&'static str, Vec<u8>), Vec<CommitIdx>> = BTreeMap::new();
        let known = |list: &[String], text: &str| list.iter().any(|d| d.eq_ignore_ascii_case(text));
        for (idx, commit) in ledger.enumerate() {
            if people.contributor_of(commit.author) != who {
                continue;
            }
            let (_, email) = ledger.identity(commit.author);
            let address = String::from_utf8_lossy(email);
            if !entry.addresses.is_empty() && !known(&entry.addresses, &address) {
                found.entry(("address not declared", email.to_vec())).or_default().push(idx);
            }
            // Whoever else commits signs with a key of their own.
            let own = people.contributor_of(commit.committer) == who;
            let key = ledger.signature(commit).and_then(|s| s.key).filter(|_| own && !entry.keys.is_empty());
            if let Some(key) = key.map(|key| ledger.key(key))
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

fn shown(ledger: &Ledger, id: IdentityId) -> String {
    let (name, email) = ledger.identity(id);
    format!("{} <{}>", String::from_utf8_lossy(name), String::from_utf8_lossy(email))
}

/// The contributors that a query names whole: by `Name <address>`, by address, by name.
fn find(query: &str, ledger: &Ledger, people: &People) -> Vec<ContributorId> {
    let query = query.to_lowercase();
    type Test<'t> = &'t dyn Fn(&[u8], &[u8]) -> bool;
    let is = |text: &[u8]| String::from_utf8_lossy(text).to_lowercase() == query;
    let tests: [Test<'_>; 3] =
        [&|name, email| is(&[name, b" <", email, b">"].concat()), &|_, email| is(email), &|name, _| is(name)];
    for test in tests {
        let named = people.iter().filter(|(_, c)| {
            c.identities.iter().any(|id| {
                let (name, email) = ledger.identity(*id);
                test(name, email)
            })
        });
        let found: Vec<ContributorId> = named.map(|(who, _)| who).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn nearest(query: &str, ledger: &Ledger, people: &People) -> String {
    let likeness = |id: IdentityId| {
        let (name, email) = ledger.identity(id);
        [String::from_utf8_lossy(name), String::from_utf8_lossy(email), shown(ledger, id).into()]
            .iter()
            .map(|text| strsim::jaro_winkler(&text.to_lowercase(), &query.to_lowercase()))
            .fold(0.0, f64::max)
    };
    let ids = people.iter().flat_map(|(_, c)| c.identities.iter().copied());
    let best = ids.map(|id| (likeness(id), id)).reduce(|a, b| if b.0 > a.0 { b } else { a });
    match best.filter(|(likeness, _)| *likeness > 0.8) {
        Some((_, id)) => format!("; did you mean '{}'?", shown(ledger, id)),
        None => ": `git alibi roster init` lists who is".into(),
    }
}
