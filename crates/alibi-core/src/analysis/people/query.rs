//! Finds the contributors that a query matches.

use super::contributor::{ContributorId, People};
use crate::facts::{Facts, IdentityId};

/// Formats an identity as `Name <address>`.
pub fn shown(facts: &Facts, id: IdentityId) -> String {
    let (name, email) = facts.identity(id);
    format!("{} <{}>", String::from_utf8_lossy(name), String::from_utf8_lossy(email))
}

/// Returns the contributors that a query matches exactly except for case: by `Name <address>`, otherwise by address,
/// otherwise by name.
pub fn named(query: &str, facts: &Facts, people: &People) -> Vec<ContributorId> {
    let query = query.to_lowercase();
    type Test<'t> = &'t dyn Fn(&[u8], &[u8]) -> bool;
    let is = |text: &[u8]| String::from_utf8_lossy(text).to_lowercase() == query;
    let tests: [Test<'_>; 3] =
        [&|name, email| is(&[name, b" <", email, b">"].concat()), &|_, email| is(email), &|name, _| is(name)];
    for test in tests {
        let named = people.iter().filter(|(_, c)| {
            c.identities.iter().any(|id| {
                let (name, email) = facts.identity(*id);
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

/// Returns the identity closest to a query, as `Name <address>`, if one is close enough.
pub fn nearest(query: &str, facts: &Facts, people: &People) -> Option<String> {
    let likeness = |id: IdentityId| {
        let (name, email) = facts.identity(id);
        [String::from_utf8_lossy(name), String::from_utf8_lossy(email), shown(facts, id).into()]
            .iter()
            .map(|text| strsim::jaro_winkler(&text.to_lowercase(), &query.to_lowercase()))
            .fold(0.0, f64::max)
    };
    let ids = people.iter().flat_map(|(_, c)| c.identities.iter().copied());
    let best = ids.map(|id| (likeness(id), id)).reduce(|a, b| if b.0 > a.0 { b } else { a });
    best.filter(|(likeness, _)| *likeness > 0.8).map(|(_, id)| shown(facts, id))
}
