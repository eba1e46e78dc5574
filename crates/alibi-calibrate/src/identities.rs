//! Splits authors into two identities each, and measures whether identity resolution rejoins the two, but no one else.

use alibi_core::analysis::people::{ContributorId, People};
use alibi_core::analysis::time::{Clocks, shares};
use alibi_core::facts::{Facts, IdentityId};
use alibi_git::repository::Mailmap;
use fastrand::Rng;

/// Counts for splits with varied names and addresses.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Joined {
    /// Number of splits.
    pub splits: usize,
    /// Number of splits whose halves were joined again.
    pub joined: usize,
    /// Number of other people's identities that were joined to a synthetic half.
    pub strangers: usize,
}

/// Counts for splits whose halves share no string.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Hidden {
    /// Number of splits.
    pub splits: usize,
    /// Number of splits in which the earlier half is among the ten contributors most similar to the later half, by
    /// features other than strings.
    pub near: usize,
    /// Number of splits whose halves were joined, which the evidence does not justify.
    pub joined: usize,
}

/// Gives the later half of each subject's commits a new identity. `people` are the contributors before the split.
fn split(
    facts: &mut Facts,
    people: &People,
    subjects: &[ContributorId],
    name: impl Fn(usize, &[u8], &[u8]) -> Option<(String, String)>,
) -> Vec<(ContributorId, IdentityId)> {
    let mut made = Vec::new();
    let of = |id: IdentityId| people.contributor_of(id);
    let whose: Vec<_> = facts.commits.iter().map(|c| (of(c.author), of(c.committer))).collect();
    for (number, &who) in subjects.iter().enumerate() {
        let (own_name, own_email) = facts.identity(people.most_used(who));
        let Some((name, email)) = name(number, own_name, own_email) else { continue };
        let new = facts.add_identity(name.as_bytes(), email.as_bytes());
        let commits: Vec<usize> = (0..whose.len()).filter(|&i| whose[i].0 == who).collect();
        for &index in &commits[commits.len() / 2..] {
            let commit = &mut facts.commits[index];
            if whose[index].1 == who {
                commit.committer = new;
            }
            commit.author = new;
        }
        made.push((who, new));
    }
    made
}

/// Splits authors, with names and addresses varied as people vary them.
pub(super) fn varied(facts: &mut Facts, people: &People, subjects: &[ContributorId], chance: &mut Rng) -> Joined {
    let commits = facts.commits.clone();
    let whole = People::resolve(facts, &Mailmap::default());
    let seed = chance.u64(..);
    let made = split(facts, people, subjects, |number, name, email| {
        let mut chance = Rng::with_seed(seed ^ number as u64);
        vary(&String::from_utf8_lossy(name), &String::from_utf8_lossy(email), &mut chance)
    });
    let again = People::resolve(facts, &Mailmap::default());
    let mut joined = Joined { splits: made.len(), ..Joined::default() };
    for (who, new) in &made {
        let group = again.contributor_of(*new);
        let own = &people.get(*who).identities;
        joined.joined += usize::from(own.iter().any(|id| again.contributor_of(*id) == group));
        // Count the identities in the group that neither belong to the contributor nor were joined to the contributor
        // before the split.
        let before: Vec<ContributorId> = own.iter().map(|id| whole.contributor_of(*id)).collect();
        let known = |id: &IdentityId| {
            own.contains(id) || id.index() < whole.uses.len() && before.contains(&whole.contributor_of(*id))
        };
        joined.strangers += again.get(group).identities.iter().filter(|id| *id != new && !known(id)).count();
    }
    facts.commits = commits;
    joined
}

/// Splits authors into halves without a common string.
pub(super) fn hidden(facts: &mut Facts, people: &People, subjects: &[ContributorId], clocks: &Clocks) -> Hidden {
    let commits = facts.commits.clone();
    let made = split(facts, people, subjects, |number, _, _| {
        // Each new name has random letters, so that no two look alike.
        let mut chance = Rng::with_seed(number as u64);
        let word: String = (0..8).map(|_| chance.lowercase()).collect();
        Some((format!("{word} {}", word.chars().rev().collect::<String>()), format!("{word}@{word}.example.org")))
    });
    let again = People::resolve(facts, &Mailmap::default());
    let mut hidden = Hidden { splits: made.len(), ..Hidden::default() };
    for (who, new) in &made {
        let own = &people.get(*who).identities;
        hidden.joined += usize::from(own.iter().any(|id| again.contributor_of(*id) == again.contributor_of(*new)));
        hidden.near += usize::from(rank(*who, people, clocks) < TOP);
    }
    facts.commits = commits;
    hidden
}

/// Maximum number of contributors that count as most similar.
const TOP: usize = 10;

/// Returns how many contributors are more similar to the later half than the earlier half is, by offset and working
/// hours.
fn rank(who: ContributorId, people: &People, clocks: &Clocks) -> usize {
    let moments: Vec<_> = clocks.timeline(who).kept().collect();
    let (early, late) = moments.split_at(moments.len() / 2);
    let (Some(end), Some(begin)) = (early.last(), late.first()) else { return usize::MAX };
    let (own, _) = shares(late.iter().copied());
    // The gap in time is not used, since halves cut in the middle would be too easy to match.
    let likeness = |hours: &[f64], offset: i32| {
        let apart: f64 = own.iter().zip(hours).map(|(a, b)| (a - b).abs()).sum();
        -apart * 3.0 - f64::from((begin.offset - offset).abs()) / 60.0
    };
    let (earlier, _) = shares(early.iter().copied());
    let true_half = likeness(&earlier, end.offset);
    people
        .iter()
        .filter(|(other, _)| *other != who)
        .filter(|(other, _)| {
            let timeline = clocks.timeline(*other);
            let Some(last) = timeline.kept().last() else { return false };
            let (hours, days) = shares(timeline.kept());
            days >= 20 && likeness(&hours, last.offset) > true_half
        })
        .count()
}

/// Returns a name and an address as the same person might write them elsewhere; `None` for a name that is a single
/// word, too short or not ASCII.
fn vary(name: &str, email: &str, chance: &mut Rng) -> Option<(String, String)> {
    let words: Vec<String> =
        name.split_whitespace().map(|w| w.chars().filter(|c| c.is_alphanumeric()).collect()).collect();
    let [first, .., last] = words.as_slice() else { return None };
    let (first, last) = (first.to_lowercase(), last.to_lowercase());
    let local = email.split(['@', '+']).next().unwrap_or("").to_owned();
    if first.len() < 2 || last.len() < 3 || !first.is_ascii() || !last.is_ascii() {
        return None;
    }
    let initial = &first[..1];
    Some(match chance.usize(0..6) {
        0 => (name.to_owned(), format!("{first}.{last}@mail.example.org")),
        1 => (name.to_owned(), format!("{initial}{last}@users.noreply.github.com")),
        2 => (name.to_lowercase(), email.to_owned()),
        3 => (format!("{}. {}", initial.to_uppercase(), words[words.len() - 1]), email.to_owned()),
        4 => (format!("{}, {}", words[words.len() - 1], words[0]), format!("{local}@work.example.org")),
        _ => (format!("{first}{last}"), format!("{first}.{last}@work.example.org")),
    })
}
