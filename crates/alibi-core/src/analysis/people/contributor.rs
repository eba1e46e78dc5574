//! Contributors, their identities and the links between identities.

use super::crossed::Crossed;
use super::keys::KeyUse;
use super::likeness::Reason;
use super::usage::IdentityUse;
use crate::facts::{CommitRow, IdentityId, KeyId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A contributor's index in [`People::contributors`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ContributorId(pub u32);

impl ContributorId {
    /// The index as a number.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A person or a bot that commits.
#[derive(Clone, Debug)]
pub struct Contributor {
    /// The identities, in order of first appearance; never empty.
    pub identities: Vec<IdentityId>,
    /// Whether the contributor is a bot.
    pub bot: bool,
}

impl Contributor {
    /// The identity that appears first in the history. It permanently identifies the contributor.
    pub fn earliest(&self) -> IdentityId {
        self.identities[0]
    }
}

/// Contributors, and the contributor of each identity.
#[derive(Default)]
pub struct People {
    /// The contributors, in the order of their earliest identities.
    pub contributors: Vec<Contributor>,
    /// Activity of each identity, by id.
    pub uses: Vec<IdentityUse>,
    /// Links between identities, with the decision and its reasons, in the order of identities.
    pub links: Vec<LinkRow>,
    /// Addresses that many unrelated names share, such as those of import tools and placeholders.
    pub placeholders: BTreeSet<Vec<u8>>,
    /// Identities with one contributor's name and another's address.
    pub crossed: Vec<Crossed>,
    /// The signing keys and their holders.
    pub keys: BTreeMap<KeyId, KeyUse>,
    pub(super) of: Vec<ContributorId>,
}

/// Whether two identities belong to one contributor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkStatus {
    /// The identities belong to one contributor: this link joined them.
    Linked,
    /// The identities may belong to one contributor. The link is reported, but does not join them.
    Possible,
    /// The evidence suggests one contributor, but a constraint forbids joining the identities.
    Refused,
}

/// Two identities and the decision about them.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The identity that appears first in the history.
    pub a: IdentityId,
    /// The other identity.
    pub b: IdentityId,
    /// Sum of the evidence of all reasons, in bits, without the prior.
    pub bits: f64,
    /// The decision.
    pub status: LinkStatus,
    /// Evidence for and against.
    pub reasons: Vec<Reason>,
}

impl People {
    /// The contributor of an identity.
    pub fn contributor_of(&self, identity: IdentityId) -> ContributorId {
        self.of[identity.index()]
    }

    /// The contributor with this id.
    pub fn get(&self, id: ContributorId) -> &Contributor {
        &self.contributors[id.index()]
    }

    /// Number of commits that a contributor authored.
    pub fn authored(&self, id: ContributorId) -> u32 {
        self.get(id).identities.iter().map(|i| self.uses[i.index()].authored).sum()
    }

    /// The identity with which a contributor authored the most commits; in a tie, the first one.
    pub fn most_used(&self, id: ContributorId) -> IdentityId {
        let contributor = self.get(id);
        let most = contributor.identities.iter().rev().max_by_key(|i| self.uses[i.index()].authored);
        most.copied().unwrap_or_else(|| contributor.earliest())
    }

    /// Whether one person made the commit in one act: author and committer are one contributor with the same offset,
    /// within a minute. Commits that someone else applied, or that a rebase or a web page recreated, do not qualify.
    pub fn made_in_one_act(&self, commit: &CommitRow) -> bool {
        self.contributor_of(commit.committer) == self.contributor_of(commit.author)
            && commit.committed.offset == commit.authored.offset
            && commit.committed.seconds.abs_diff(commit.authored.seconds) <= 60
    }

    /// The times of a contributor's first and last authored commits: seconds since 1970, UTC.
    pub fn span(&self, id: ContributorId) -> Option<(i64, i64)> {
        let spans = self.get(id).identities.iter().map(|i| &self.uses[i.index()]).filter(|u| u.authored > 0);
        spans.filter_map(|u| u.span).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// All contributors with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ContributorId, &Contributor)> {
        self.contributors.iter().enumerate().map(|(i, c)| (ContributorId(i as u32), c))
    }
}
