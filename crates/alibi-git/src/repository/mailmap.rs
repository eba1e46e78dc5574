//! Reads `.mailmap` files and resolves identities with them.

use super::open::Repository;
use crate::history::MailmapEntry;

/// The identity mapping of the trusted `.mailmap` files.
#[derive(Default)]
pub struct Mailmap(Vec<gix::mailmap::Snapshot>);

impl Mailmap {
    /// Adds the `.mailmap` at the root of the repository's trusted tree, and returns whether there is one. As in Git,
    /// lines that cannot be parsed are skipped.
    pub fn add(&mut self, repository: &Repository) -> bool {
        let Some(text) = repository.trusted_file(b".mailmap") else { return false };
        self.0.push(gix::mailmap::Snapshot::from_bytes(&text));
        true
    }

    /// Whether no mailmap was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical name and email address of an identity; unchanged if no mailmap lists it.
    pub fn resolve(&self, name: &[u8], email: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let signature = gix::actor::SignatureRef { name: name.into(), email: email.into(), time: "" };
        let known = self.0.iter().find_map(|mailmap| mailmap.try_resolve_ref(signature));
        let new = |given: Option<&gix::bstr::BStr>, old: &[u8]| given.map_or_else(|| old.to_vec(), |n| n.to_vec());
        known.map_or_else(|| (name.to_vec(), email.to_vec()), |known| (new(known.name, name), new(known.email, email)))
    }
}

/// Parses the entries of a `.mailmap`, sorted and deduplicated. Lines that Git cannot parse are skipped.
pub fn mailmap_entries(text: &[u8]) -> Vec<MailmapEntry> {
    let owned = |bytes: Option<&gix::bstr::BStr>| bytes.map(|b| b.to_vec());
    let mut entries: Vec<MailmapEntry> = gix::mailmap::parse_ignore_errors(text)
        .map(|e| MailmapEntry {
            new_name: owned(e.new_name()),
            new_email: owned(e.new_email()),
            old_name: owned(e.old_name()),
            old_email: e.old_email().to_vec(),
        })
        .collect();
    entries.sort();
    entries.dedup();
    entries
}
