//! Reads the lines and subjects that findings quote. Secrets are never quoted whole.

use crate::finding::Finding;
use crate::ledger::Ledger;
use crate::observe::content::{Hit, Redactor, reveal};
use crate::repository::{BlobReader, Repository};
use rustc_hash::FxHashMap;

/// Bytes shown of the hit, of the text on each side of it in a long line, and of its decoded form.
const AROUND: usize = 80;
const SHOWN: usize = 240;

/// What a finding quotes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// The line, or the part of it near the hit.
    pub text: Vec<u8>,
    /// The decoded text, where the line is encoded.
    pub decoded: Option<Vec<u8>>,
}

/// The lines that findings quote, by the finding's index.
pub(super) fn quotes(
    findings: &[Finding],
    ledger: &Ledger,
    repositories: &[Repository],
    redactor: &Redactor,
) -> FxHashMap<usize, Quote> {
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    let mut quotes = FxHashMap::default();
    for (place, finding) in findings.iter().enumerate() {
        let Some((blob, hit)) = finding.quote else { continue };
        let row = &ledger.blobs[blob.index()];
        let quote =
            readers[usize::from(row.repository)].read(&row.oid).ok().and_then(|data| quote(data, &hit, redactor));
        quotes.extend(quote.map(|quote| (place, quote)));
    }
    quotes
}

fn quote(data: &[u8], hit: &Hit, redactor: &Redactor) -> Option<Quote> {
    let data = crate::observe::content::text(data)?;
    let (start, end) = (hit.start as usize, (hit.start as usize).saturating_add(hit.len as usize));
    let (before, span) = (data.get(..start)?, data.get(start..end.min(data.len()))?);
    let from = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1).max(start.saturating_sub(AROUND));
    let rest = data.get(end..).unwrap_or(b"");
    let to = end + memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(AROUND);
    let short = |text: &[u8], part: std::ops::Range<usize>| {
        let mut text = without_blanks(&redactor.redact(text, part));
        if text.len() > SHOWN {
            text.truncate(SHOWN);
            text.extend_from_slice("…".as_bytes());
        }
        text
    };
    let plain = if hit.encoded { reveal(&data, &(start..start + span.len())) } else { None };
    let decoded = plain.as_ref().map(|plain| short(plain, 0..plain.len()));
    // If the decoded text contains a secret, the encoded text would reveal it.
    let gives_away = plain.is_some_and(|plain| redactor.redact(&plain, 0..plain.len()) != plain);
    let text = if gives_away {
        format!("[{} encoded bytes]", span.len()).into_bytes()
    } else {
        short(&data, from..to.min(data.len()))
    };
    Some(Quote { text, decoded })
}

/// The subjects of the findings' first commits, by the finding's index.
pub(super) fn subjects(
    findings: &[Finding],
    ledger: &Ledger,
    repositories: &[Repository],
    redactor: &Redactor,
) -> FxHashMap<usize, Vec<u8>> {
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    let mut subjects = FxHashMap::default();
    for (place, finding) in findings.iter().enumerate() {
        if let Some(first) = finding.commits.first()
            && let Some(subject) = readers[usize::from(finding.repository)].subject(&ledger.commit(*first).oid)
        {
            subjects.insert(place, redactor.redact(&subject, 0..subject.len()));
        }
    }
    subjects
}

/// Replaces long runs of blanks with their length: the text after them is what matters.
fn without_blanks(text: &[u8]) -> Vec<u8> {
    const LONG: usize = 20;
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let mut shown = Vec::new();
    for run in text.chunk_by(|a, b| b" \t".contains(a) && b" \t".contains(b)) {
        if run.len() >= LONG {
            shown.extend_from_slice(format!("[{} blanks]", run.len()).as_bytes());
        } else {
            shown.extend_from_slice(run);
        }
    }
    shown
}
