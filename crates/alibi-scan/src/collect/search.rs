//! Searches blobs while they are read.

use super::blob_plan::BlobPlan;
use crate::progress::Progress;
use alibi_core::facts::{BlobId, OpaqueBlob};
use alibi_git::history::Copied;
use alibi_git::repository::BlobVisitor;
use alibi_manifests::manifests::{FileKind, ManifestReader, Read, Table};
use alibi_rules::content::{Hit, Memo, Reading, Scanner, Syntax, TextRules, opaque};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The beginning of a file whose content is stored in Git LFS.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Why a blob was searched only in part.
const PAST_LIMITS: &str = "exceeds a limit on pattern matches, code or encoded text, or is an archive that cannot be opened, and the rest of it was not scanned";
const IN_LFS: &str = "is stored in Git LFS, and its content was not scanned";

/// Searches blobs while they are read.
pub(super) struct Search<'s> {
    plan: &'s BlobPlan,
    manifests: ManifestReader,
    scanner: Scanner<'s>,
    found: Mutex<Found>,
    progress: &'s dyn Progress,
}

/// The results of a search.
#[derive(Default)]
pub(super) struct Found {
    /// The hits of each blob that has any.
    pub hits: FxHashMap<BlobId, Vec<Hit>>,
    /// The binary blobs that are measured.
    pub opaque: BTreeMap<BlobId, OpaqueBlob>,
    /// The blobs that were searched only in part, and why.
    pub cut_short: BTreeMap<BlobId, &'static str>,
    /// The parsed dependency files.
    pub manifests: Vec<((BlobId, FileKind), Read)>,
    /// Dependency files that could not be parsed, and why.
    pub unread: BTreeMap<BlobId, String>,
}

impl<'s> Search<'s> {
    /// Creates a search of the blobs in `plan`.
    pub(super) fn new(
        plan: &'s BlobPlan,
        rules: &'s TextRules,
        exhaustive: bool,
        progress: &'s dyn Progress,
    ) -> Search<'s> {
        let scanner = Scanner::new(rules, plan.rules.iter().copied(), exhaustive);
        Search { plan, manifests: ManifestReader::default(), scanner, found: Mutex::default(), progress }
    }

    /// Returns the results, and the table of their dependencies.
    pub(super) fn finish(self) -> (Found, Table) {
        let mut found = self.found.into_inner().unwrap_or_default();
        let (places, mut read): (Vec<_>, Vec<Read>) = std::mem::take(&mut found.manifests).into_iter().unzip();
        let table = self.manifests.finish(&mut read);
        found.manifests = places.into_iter().zip(read).collect();
        (found, table)
    }
}

impl BlobVisitor for Search<'_> {
    type Memo = Memo;

    fn visit(&self, number: Option<u32>, bytes: &[u8], base: Option<(&Memo, &[Copied])>) -> Memo {
        let bits = number.map(|blob| &self.plan.rules[blob as usize]).filter(|bits| !bits.is_empty());
        let syntax = number.map_or(Syntax::Unknown, |blob| self.plan.syntax[blob as usize].unwrap_or(Syntax::Unknown));
        let reading = number.map_or(Reading::Not, |blob| self.plan.reading[blob as usize].unwrap_or(Reading::Not));
        let scanned = self.scanner.scan(bytes, bits, (syntax, reading), base);
        let Some(blob) = number else { return scanned.memo };
        self.progress.advance(1);
        for kind in self.plan.kinds.get(&blob).into_iter().flatten() {
            let read = self.manifests.read(*kind, bytes);
            if let Ok(mut found) = self.found.lock() {
                match read {
                    Ok(read) => found.manifests.push(((BlobId(blob), *kind), read)),
                    Err(why) => {
                        found.unread.insert(BlobId(blob), why);
                    }
                }
            }
        }
        // Code that is a pointer is not what is checked out and run.
        if bytes.len() < 1024
            && bytes.starts_with(POINTER)
            && matches!(reading, Reading::As(_) | Reading::Holds(_))
            && let Ok(mut found) = self.found.lock()
        {
            found.cut_short.insert(BlobId(blob), IN_LFS);
        }
        let measured = if self.plan.measured[blob as usize] { opaque(bytes) } else { None };
        if (!scanned.hits.is_empty() || scanned.cut_short || measured.is_some())
            && let Ok(mut found) = self.found.lock()
        {
            found.cut_short.extend(scanned.cut_short.then_some((BlobId(blob), PAST_LIMITS)));
            found
                .opaque
                .extend(measured.map(|entropy| (BlobId(blob), OpaqueBlob { size: bytes.len() as u64, entropy })));
            if !scanned.hits.is_empty() {
                found.hits.insert(BlobId(blob), scanned.hits);
            }
        }
        scanned.memo
    }

    fn weight(&self, memo: &Memo) -> usize {
        memo.weight()
    }

    fn withdraw(&self, number: u32) {
        if let Ok(mut found) = self.found.lock() {
            found.hits.remove(&BlobId(number));
            found.opaque.remove(&BlobId(number));
            found.cut_short.remove(&BlobId(number));
            found.unread.remove(&BlobId(number));
            found.manifests.retain(|((blob, _), _)| blob.0 != number);
        }
    }
}
