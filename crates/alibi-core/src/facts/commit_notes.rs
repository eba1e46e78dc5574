//! Records the facts of each commit.

use super::commits::CommitFacts;
use alibi_git::history::{
    CommitView, MessageStyle, Oid, SignatureKind, TrailerKind, Validity, is_revert_message, pull_request, subject,
    trailers,
};
use alibi_git::intern::{Interner, join_identity};
use alibi_rules::messages::{MessagePatterns, subject_hash};
use alibi_signatures::Keyring;
use std::num::NonZeroU32;
use std::ops::Range;

/// What to record about each commit in addition to its header.
#[derive(Default)]
pub struct CommitObserver {
    /// The message patterns of the selected heuristics; `None` if none needs messages.
    pub patterns: Option<MessagePatterns>,
    /// The keys that signatures are checked with.
    pub keyring: Keyring,
}

/// One commit, as recorded by a thread. Numbers are local to the thread.
#[derive(Debug)]
pub(crate) struct NotedCommit {
    pub facts: CommitFacts,
    pub parents: Range<usize>,
    pub trailers: Range<usize>,
    pub author: u32,
    pub committer: u32,
    pub signature: Option<u32>,
}

/// One signature, as recorded by a thread. The key's number is local to the thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadSignature {
    pub kind: SignatureKind,
    pub key: Option<u32>,
    pub made: Option<i64>,
    pub validity: Validity,
    pub block: u64,
}

/// The commits that one thread recorded.
#[derive(Default)]
pub struct CommitNotes {
    pub(crate) rows: Vec<NotedCommit>,
    pub(crate) parents: Vec<Oid>,
    pub(crate) trailers: Vec<(TrailerKind, u32)>,
    pub(crate) identities: Interner,
    pub(crate) signatures: Vec<ThreadSignature>,
    pub(crate) keys: Interner,
    buffer: Vec<u8>,
}

impl CommitNotes {
    /// Whether no commit was recorded.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Records one commit.
    pub fn note(&mut self, view: &CommitView<'_>, observer: &CommitObserver) {
        let start = self.parents.len();
        self.parents.extend_from_slice(&view.parents);
        let parents = start..self.parents.len();
        let start = self.trailers.len();
        for trailer in trailers(&view.message) {
            join_identity(trailer.name, trailer.email, &mut self.buffer);
            let who = self.identities.intern(&self.buffer);
            self.trailers.push((trailer.kind, who));
        }
        let mut person = |name: &[u8], email: &[u8]| {
            join_identity(name, email, &mut self.buffer);
            self.identities.intern(&self.buffer)
        };
        let author = person(&view.author.name, &view.author.email);
        let committer = person(&view.committer.name, &view.committer.email);
        let signature = view.signature.as_ref().map(|signed| {
            let read = alibi_signatures::read(signed, &observer.keyring);
            let key = read.key.map(|key| self.keys.intern(key.as_bytes()));
            let (kind, made, validity, block) = (read.kind, read.made, read.validity, read.block);
            self.signatures.push(ThreadSignature { kind, key, made, validity, block });
            (self.signatures.len() - 1) as u32
        });
        self.rows.push(NotedCommit {
            facts: CommitFacts {
                oid: view.oid,
                tree: view.tree,
                authored: view.author.when,
                committed: view.committer.when,
                subject_hash: subject_hash(&view.message),
                style: MessageStyle::of(&view.message),
                is_revert: is_revert_message(&view.message),
                pull_request: pull_request(subject(&view.message)).and_then(NonZeroU32::new),
                patterns: observer.patterns.as_ref().map_or(0, |p| p.matches(&view.message)),
            },
            parents,
            trailers: start..self.trailers.len(),
            author,
            committer,
            signature,
        });
    }
}
