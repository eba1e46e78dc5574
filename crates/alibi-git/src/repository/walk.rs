//! Walks the commit graph on several threads.

use super::decode;
use super::error::Skipped;
use super::open::{Repository, gix_id, in_one_line, too_large};
use crate::history::{CommitView, Oid, Stamp};
use gix::objs::{Find, Kind};
use std::collections::HashSet;
use std::sync::Mutex;

/// Maximum size of a commit or tag, in bytes. Larger objects are not read.
const MAX_COMMIT: u64 = 32 << 20;

/// An annotated tag found while peeling the tips.
#[derive(Clone, Debug)]
pub struct TagObject {
    /// The tag object.
    pub oid: Oid,
    /// The object that it points to.
    pub target: Oid,
    /// The tagger's name, email address and date, if the tag has them.
    pub tagger: Option<(Vec<u8>, Vec<u8>, Stamp)>,
}

/// The result of a walk.
pub struct Walked<W> {
    /// The visitors' states, one per thread, in no particular order.
    pub states: Vec<W>,
    /// Annotated tags, in order of their ids.
    pub tags: Vec<TagObject>,
    /// Objects that could not be read, sorted.
    pub skipped: Vec<Skipped>,
}

struct Worker<W> {
    repo: gix::Repository,
    buffer: Vec<u8>,
    state: W,
    tags: Vec<TagObject>,
    skipped: Vec<Skipped>,
}

/// The ids visited so far, in shards so that threads rarely wait for each other.
struct Seen(Vec<Mutex<HashSet<Oid>>>);

impl Seen {
    fn new() -> Seen {
        Seen((0..64).map(|_| Mutex::default()).collect())
    }

    /// Marks `oid` as visited, and returns whether it was new.
    fn claim(&self, oid: Oid) -> bool {
        let shard = usize::from(oid.as_bytes()[19]) % self.0.len();
        self.0[shard].lock().map(|mut set| set.insert(oid)).unwrap_or(false)
    }
}

impl Repository {
    /// Visits every commit reachable from `tips` once, in no particular order, on the threads of the current rayon
    /// pool. `make` creates each thread's state. Parents of the commits in `shallow` are not followed.
    pub fn walk<W: Send>(
        &self,
        tips: &[Oid],
        shallow: &[Oid],
        make: impl Fn() -> W,
        visit: impl Fn(&mut W, &CommitView<'_>) + Sync,
    ) -> Walked<W> {
        let workers: Vec<_> = (0..rayon::current_num_threads())
            .map(|_| {
                Mutex::new(Worker {
                    repo: self.local(),
                    buffer: Vec::new(),
                    state: make(),
                    tags: Vec::new(),
                    skipped: Vec::new(),
                })
            })
            .collect();
        let seen = Seen::new();
        let shallow: HashSet<Oid> = shallow.iter().copied().collect();
        let walk = Walk { workers: &workers, seen: &seen, shallow: &shallow, visit: &visit };
        rayon::scope(|scope| {
            for &tip in tips {
                let walk = &walk;
                scope.spawn(move |scope| walk.chain(scope, tip));
            }
        });
        let mut walked = Walked { states: Vec::new(), tags: Vec::new(), skipped: Vec::new() };
        for worker in workers {
            // A poisoned lock means that a visitor panicked, and rayon has already propagated the panic.
            if let Ok(worker) = worker.into_inner() {
                walked.states.push(worker.state);
                walked.tags.extend(worker.tags);
                walked.skipped.extend(worker.skipped);
            }
        }
        walked.tags.sort_by_key(|tag| tag.oid);
        walked.skipped.sort();
        walked
    }
}

struct Walk<'w, W, V> {
    workers: &'w [Mutex<Worker<W>>],
    seen: &'w Seen,
    shallow: &'w HashSet<Oid>,
    visit: &'w V,
}

impl<'w, W: Send, V: Fn(&mut W, &CommitView<'_>) + Sync> Walk<'w, W, V> {
    /// Follows first parents from `start` up to a commit that was already visited. All other parents are queued for any
    /// thread.
    fn chain<'s>(&'s self, scope: &rayon::Scope<'s>, start: Oid)
    where
        'w: 's,
    {
        let index = rayon::current_thread_index().unwrap_or(0);
        let Ok(mut worker) = self.workers[index].lock() else { return };
        let mut next = Some(start);
        while let Some(oid) = next.take() {
            if !self.seen.claim(oid) {
                break;
            }
            let Worker { repo, buffer, state, tags, skipped } = &mut *worker;
            if let Some(reason) = too_large(repo, &gix_id(&oid), MAX_COMMIT) {
                skipped.push(Skipped::new(oid, reason));
                break;
            }
            let object = match repo.objects.try_find(&gix_id(&oid), buffer) {
                Ok(Some(object)) => object,
                Ok(None) => {
                    skipped.push(Skipped::new(oid, "the object is missing"));
                    break;
                }
                Err(e) => {
                    skipped.push(Skipped::new(oid, format!("the object is damaged: {}", in_one_line(&e))));
                    break;
                }
            };
            match object.kind {
                Kind::Commit => match decode::commit(oid, object.data) {
                    Ok(view) => {
                        if let Some(reason) = view.defects.reason() {
                            skipped.push(Skipped::seen(oid, format!("read in part: {reason}")));
                        }
                        (self.visit)(state, &view);
                        if !self.shallow.contains(&oid) {
                            next = view.parents.first().copied();
                            for &parent in view.parents.iter().skip(1) {
                                scope.spawn(move |scope| self.chain(scope, parent));
                            }
                        }
                    }
                    Err(reason) => skipped.push(Skipped::new(oid, format!("not a commit that can be read: {reason}"))),
                },
                Kind::Tag => match decode::tag(object.data) {
                    Some((target, tagger)) => {
                        let tagger = tagger.map(|t| (t.name.into_owned(), t.email.into_owned(), t.when));
                        tags.push(TagObject { oid, target, tagger });
                        next = Some(target);
                    }
                    None => skipped.push(Skipped::new(oid, "a tag that names no object")),
                },
                // A reference may point to a tree or a blob, which has no history.
                Kind::Tree | Kind::Blob => {}
            }
        }
    }
}
