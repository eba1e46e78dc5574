//! Merges linked identities into contributors, under constraints: a chain of links never joins two people whose names
//! conflict or who appear together on a commit, unless a mailmap joins them.

use super::profile::Profile;
use std::collections::{BTreeMap, BTreeSet};

/// Two identities, and the evidence that they belong to one person.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Link {
    /// The identity with the smaller number.
    pub a: u32,
    /// The identity with the larger number.
    pub b: u32,
    /// log₂ of the posterior odds, which include the prior.
    pub odds: f64,
}

/// Maximum number of distinct full names in two groups together. Groups with more names are not joined.
const MAX_NAMES: usize = 40;

struct Cluster {
    members: Vec<u32>,
    /// One member for each distinct full name.
    named: Vec<u32>,
    /// Identities that must not join the cluster.
    apart: BTreeSet<u32>,
}

/// The result of clustering.
pub(super) struct Clustered {
    /// The group of each identity, identified by its smallest member.
    pub groups: Vec<u32>,
    /// The links that joined two groups.
    pub joined: Vec<Link>,
    /// The links that a constraint refused.
    pub refused: Vec<Link>,
}

/// Minimum log₂ of the odds at which two groups are joined although most of their names differ. Such odds usually come
/// from a shared address.
const CERTAIN: f64 = 12.0;

/// Joins identities along `links`, strongest first, unless the join would unite identities that `apart` separates, or
/// groups whose full names conflict, mostly differ or are too many. Links between the pairs in `forced` always join.
pub(super) fn cluster(
    profiles: &[Profile],
    mut links: Vec<Link>,
    apart: &[(u32, u32)],
    forced: &BTreeSet<(u32, u32)>,
) -> Clustered {
    links.sort_by(|x, y| y.odds.total_cmp(&x.odds).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut root: Vec<u32> = (0..profiles.len() as u32).collect();
    let mut clusters: BTreeMap<u32, Cluster> = BTreeMap::new();
    for link in &links {
        for who in [link.a, link.b] {
            clusters.entry(who).or_insert_with(|| Cluster {
                members: vec![who],
                named: if profiles[who as usize].name.full { vec![who] } else { Vec::new() },
                apart: BTreeSet::new(),
            });
        }
    }
    for &(a, b) in apart {
        for (x, y) in [(a, b), (b, a)] {
            if let Some(cluster) = clusters.get_mut(&x) {
                cluster.apart.insert(y);
            }
        }
    }
    let (mut joined, mut refused) = (Vec::new(), Vec::new());
    for link in links {
        let (a, b) = (find(&mut root, link.a), find(&mut root, link.b));
        if a == b {
            continue;
        }
        let allowed = match (clusters.get(&a), clusters.get(&b)) {
            (Some(x), Some(y)) => forced.contains(&(link.a, link.b)) || may_join(x, y, link.odds, profiles, &mut root),
            _ => false,
        };
        if !allowed {
            refused.push(link);
            continue;
        }
        joined.push(link);
        let (keep, gone) = if a < b { (a, b) } else { (b, a) };
        if let Some(old) = clusters.remove(&gone)
            && let Some(new) = clusters.get_mut(&keep)
        {
            new.members.extend(old.members);
            new.apart.extend(old.apart);
            for id in old.named {
                let known = |k: &u32| profiles[*k as usize].name.compact == profiles[id as usize].name.compact;
                if !new.named.iter().any(known) {
                    new.named.push(id);
                }
            }
        }
        root[gone as usize] = keep;
    }
    let groups = (0..root.len() as u32).map(|i| find(&mut root, i)).collect();
    Clustered { groups, joined, refused }
}

fn may_join(x: &Cluster, y: &Cluster, odds: f64, profiles: &[Profile], root: &mut [u32]) -> bool {
    let (small, large) = if x.members.len() <= y.members.len() { (x, y) } else { (y, x) };
    if x.named.len() + y.named.len() > MAX_NAMES {
        return false;
    }
    let name = |who: &u32| &profiles[*who as usize].name;
    let pairs = || x.named.iter().flat_map(|a| y.named.iter().map(move |b| (a, b)));
    if pairs().any(|(a, b)| name(a).conflicts(name(b))) {
        return false;
    }
    // Some names of a person with two family names may differ from each other, but not most of them.
    let differing = pairs().filter(|(a, b)| name(a).differs(name(b))).count();
    if odds < CERTAIN && 2 * differing > pairs().count() {
        return false;
    }
    let other = large.members[0];
    let other = find(root, other);
    let own = find(root, small.members[0]);
    !small.apart.iter().any(|&who| find(root, who) == other) && !large.apart.iter().any(|&who| find(root, who) == own)
}

fn find(root: &mut [u32], mut who: u32) -> u32 {
    while root[who as usize] != who {
        let above = root[who as usize];
        root[who as usize] = root[above as usize];
        who = above;
    }
    who
}
