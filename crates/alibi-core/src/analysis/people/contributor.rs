//! Contributors, their identities and the links between these.

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
    /// Whether it is a bot.
    pub bot: bool,
}

impl Contributor {
    /// The identity that appears first in the history. It names the contributor permanently.
    pub fn earliest(&self) -> IdentityId {
        self.identities[0]
    }
}

/// Contributors, and the contributor of each identity.
#[derive(Default)]
pub struct People {
    /// In the order of their earliest identities.
    pub contributors: Vec<Contributor>,
    /// Activity of each identity, by id.
    pub uses: Vec<IdentityUse>,
    /// Joins between identities and their reasons, and possible joins, in the order of identities.
    pub links: Vec<LinkRow>,
    /// Addresses shared by many unrelated names: import tools, placeholders.
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
    /// They do: this link joined them.
    Linked,
    /// Possibly: reported, never joined.
    Possible,
    /// The evidence suggests it, but a constraint forbids it.
    Refused,
}

/// Two identities and the decision about them.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The one that appears first in the history.
    pub a: IdentityId,
    /// The other.
    pub b: IdentityId,
    /// Sum of the reasons, in bits, without the prior.
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

    /// Number of commits a contributor authored.
    pub fn authored(&self, id: ContributorId) -> u32 {
        self.get(id).identities.iter().map(|i| self.uses[i.index()].authored).sum()
    }

    /// The identity a contributor authored most commits with; the first if several tie.
    pub fn most_used(&self, id: ContributorId) -> IdentityId {
        let contributor = self.get(id);
        let most = contributor.identities.iter().rev().max_by_key(|i| self.uses[i.index()].authored);
        most.copied().unwrap_or_else(|| contributor.earliest())
    }

    /// Whether one person made the commit in one act: author and committer are one contributor, with one offset, within
    /// a minute. Commits that someone else applied, or that a rebase or a web page recreated, are not.
    pub fn made_in_one_act(&self, commit: &CommitRow) -> bool {
        self.contributor_of(commit.committer) == self.contributor_of(commit.author)
            && commit.committed.offset == commit.authored.offset
            && commit.committed.seconds.abs_diff(commit.authored.seconds) <= 60
    }

    /// The moments (seconds since 1970, UTC) of a contributor's first and last authored commit.
    pub fn span(&self, id: ContributorId) -> Option<(i64, i64)> {
        let spans = self.get(id).identities.iter().map(|i| &self.uses[i.index()]).filter(|u| u.authored > 0);
        spans.filter_map(|u| u.span).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// All contributors with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ContributorId, &Contributor)> {
        self.contributors.iter().enumerate().map(|(i, c)| (ContributorId(i as u32), c))
    }
}
