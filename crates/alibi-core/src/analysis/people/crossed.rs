//! Identities with one contributor's name and another's address, from a cherry-pick or a mistake in a form. Such an
//! identity does not join the two contributors.

use super::cluster::Link;
use super::likeness::ReasonKind;
use super::usage::IdentityUse;
use std::collections::BTreeSet;

/// An identity with at most this many commits is too weak to join two other identities.
const THIN: u32 = 2;

/// An identity with at least this many commits is established.
const ESTABLISHED: u32 = 10;

/// An identity that would join two established identities of different contributors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Crossed {
    /// The identity with the name of one contributor and the address of the other.
    pub identity: u32,
    /// The established identity that has this address.
    pub by_address: u32,
    /// The established identity that has this name.
    pub by_name: u32,
}

/// Evidence that two identities belong to one person: the kinds of reasons, and the sum in bits without reasons from
/// timing.
pub(super) struct Evidence {
    pub kinds: Vec<ReasonKind>,
    pub bits: f64,
}

/// Finds the identities that would join two established identities that no other evidence joins. Also returns the links
/// to refuse: all links of the found identities, except links by address.
pub(super) fn crossed(
    links: &[Link],
    uses: &[IdentityUse],
    evidence: &dyn Fn(u32, u32) -> Evidence,
) -> (Vec<Crossed>, BTreeSet<(u32, u32)>) {
    let used = |id: u32| uses[id as usize].authored;
    let is_address = |kinds: &[ReasonKind]| {
        kinds.iter().any(|kind| matches!(kind, ReasonKind::SameAddress | ReasonKind::SameAccount))
    };
    let thin: BTreeSet<u32> =
        links.iter().flat_map(|l| [l.a, l.b]).filter(|id| (1..=THIN).contains(&used(*id))).collect();
    let joined: BTreeSet<(u32, u32)> = links.iter().map(|l| (l.a, l.b)).collect();
    let (mut found, mut cut) = (Vec::new(), BTreeSet::new());
    for identity in thin {
        let neighbours = links.iter().filter(|l| l.a == identity || l.b == identity);
        let (mut by_address, mut by_name) = (Vec::new(), Vec::new());
        for link in neighbours {
            let other = if link.a == identity { link.b } else { link.a };
            let side = if is_address(&evidence(link.a, link.b).kinds) { &mut by_address } else { &mut by_name };
            side.push((other, (link.a, link.b)));
        }
        let established = |side: &[(u32, (u32, u32))]| -> Vec<u32> {
            side.iter().map(|(other, _)| *other).filter(|other| used(*other) >= ESTABLISHED).collect()
        };
        let pairs: Vec<(u32, u32)> = established(&by_address)
            .into_iter()
            .flat_map(|a| established(&by_name).into_iter().map(move |b| (a, b)))
            .collect();
        // If such a pair is joined or alike without this identity, the identity is not the only bridge.
        let is_related =
            |(a, b): &(u32, u32)| joined.contains(&(*a.min(b), *a.max(b))) || evidence(*a.min(b), *a.max(b)).bits > 0.0;
        if let Some((a, b)) = pairs.first().filter(|_| !pairs.iter().any(is_related)) {
            found.push(Crossed { identity, by_address: *a, by_name: *b });
            cut.extend(by_name.iter().map(|(_, pair)| *pair));
        }
    }
    (found, cut)
}
