//! Recognises bots by name or address, names that denote a role instead of a person, and addresses that many people
//! share.

use super::address::normalise_email;
use super::name::Name;
use crate::facts::{Facts, IdentityId};
use std::collections::{BTreeMap, BTreeSet};

/// Addresses that the bots of forges commit with.
const FORGE_ADDRESSES: [&[u8]; 3] = [b"github-actions@github.com", b"action@github.com", b"actions@github.com"];

/// Names that bots commit under, in lower case. Names that end in `[bot]` also count.
const PROGRAM_NAMES: [&str; 14] = [
    "github-actions",
    "github actions",
    "github action",
    "dependabot",
    "dependabot-preview",
    "renovate",
    "renovate bot",
    "renovate-bot",
    "semantic-release-bot",
    "greenkeeper",
    "greenkeeperio-bot",
    "pre-commit-ci",
    "mergify",
    "snyk-bot",
];

/// Whether the identity is a forge's own committer or an account that a forge labels as a bot. A name alone is not
/// enough, since anyone can choose it.
pub(super) fn is_named_bot(name: &[u8], email: &[u8]) -> bool {
    memchr::memmem::find(email, b"[bot]@users.noreply.").is_some()
        || name == b"GitHub" && email == b"noreply@github.com"
        || FORGE_ADDRESSES.contains(&normalise_email(email).as_slice())
}

/// Whether an identity belongs to a bot, by its name or its address. A bot's identity is never joined with a person's
/// identity, even if they share an address: people test workflows under their own address.
pub(super) fn is_program(name: &[u8], email: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(name).trim().to_lowercase();
    lower.ends_with("[bot]") || PROGRAM_NAMES.contains(&lower.as_str()) || is_named_bot(name, email)
}

/// Whether a word of the name suggests a bot, as in `GitHub Actions Bot`. Anyone can choose such a name.
pub(super) fn calls_itself_a_program(name: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(name).to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| ["bot", "action", "actions", "ci", "runner"].contains(&word))
}

/// Returns the names that denote a role. AI agents commit as `mayor` or `crew/emma` under the address of the person who
/// runs them, so the name does not identify anyone. A role name contains a slash but no space, or is one word used
/// under the addresses of several people whose full names conflict.
pub(super) fn role_names(facts: &Facts) -> BTreeSet<Vec<u8>> {
    let mut under: BTreeMap<&[u8], BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut owners: BTreeMap<Vec<u8>, Vec<Name>> = BTreeMap::new();
    let mut roles = BTreeSet::new();
    for id in (0..facts.identity_count() as u32).map(IdentityId) {
        let (raw, email) = facts.identity(id);
        let name = Name::parse(raw);
        let email = normalise_email(email);
        if name.full {
            owners.entry(email).or_default().push(name);
        } else if raw.contains(&b'/') && !raw.contains(&b' ') {
            roles.insert(raw.to_vec());
        } else if name.words.len() == 1 {
            under.entry(raw).or_default().insert(email);
        }
    }
    for (name, emails) in under.into_iter().filter(|(_, emails)| emails.len() >= 2) {
        let full: Vec<&Name> = emails.iter().filter_map(|email| owners.get(email)?.first()).collect();
        if full.iter().enumerate().any(|(i, a)| full[i + 1..].iter().any(|b| a.conflicts(b))) {
            roles.insert(name.to_vec());
        }
    }
    roles
}

/// Returns the addresses that at least `least` unrelated names share, such as those of import tools and placeholders.
/// If exactly one of the names is a full name and the local part contains a word of it, the address belongs to that
/// person, however many other names use it.
pub(super) fn placeholders(facts: &Facts, roles: &BTreeSet<Vec<u8>>, least: usize) -> BTreeSet<Vec<u8>> {
    let mut names: BTreeMap<Vec<u8>, BTreeSet<&[u8]>> = BTreeMap::new();
    for id in (0..facts.identity_count() as u32).map(IdentityId) {
        let (name, email) = facts.identity(id);
        if !roles.contains(name) {
            names.entry(normalise_email(email)).or_default().insert(name);
        }
    }
    let is_shared = |(email, names): &(Vec<u8>, BTreeSet<&[u8]>)| {
        let mut unrelated: Vec<Name> = Vec::new();
        for name in names.iter().map(|n| Name::parse(n)).filter(|n| !n.words.is_empty()) {
            if unrelated.iter().all(|known| !known.resembles(&name)) {
                unrelated.push(name);
            }
        }
        unrelated.len() >= least && !has_owner(email, &unrelated)
    };
    names.into_iter().filter(|(_, names)| names.len() >= least).filter(is_shared).map(|(email, _)| email).collect()
}

/// Whether exactly one of the names is a full name, and the local part of the address contains a word of it.
fn has_owner(email: &[u8], names: &[Name]) -> bool {
    let email = String::from_utf8_lossy(email);
    let local = email.split('@').next().unwrap_or_default();
    let full: Vec<&Name> = names.iter().filter(|name| name.full).collect();
    let [one] = full[..] else { return false };
    one.words.iter().any(|word| word.chars().count() >= 3 && local.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bots_are_recognised_by_name_or_address() {
        for (name, email) in [
            ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
            ("github-actions", "ana@example.org"),
            ("Ana", "github-actions@github.com"),
            ("GitHub", "noreply@github.com"),
        ] {
            assert!(is_program(name.as_bytes(), email.as_bytes()), "{name} <{email}>");
        }
        assert!(!is_program(b"Ana Botha", b"ana@example.org"));
        assert!(!is_named_bot(b"github-actions", b"ana@example.org"), "anyone can choose a name");
    }

    #[test]
    fn an_address_is_owned_if_its_only_full_name_matches() {
        let names = |all: &[&str]| all.iter().map(|n| Name::parse(n.as_bytes())).collect::<Vec<_>>();
        assert!(has_owner(b"ana@example.org", &names(&["Ana Ruiz", "mayor", "witness"])));
        assert!(!has_owner(b"devnull@localhost", &names(&["Ana Ruiz", "mayor"])));
        assert!(!has_owner(b"ana@example.org", &names(&["Ana Ruiz", "Ben Okoro"])));
    }
}
