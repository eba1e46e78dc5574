//! Reads the lines and subjects that findings quote. Secrets are never quoted whole.

use alibi_core::facts::Facts;
use alibi_core::finding::{Finding, Quote};
use alibi_git::repository::{BlobReader, Repository};
use alibi_rules::content::{Hit, Redactor, reveal};

/// Maximum number of bytes that are quoted on each side of a hit.
const AROUND: usize = 80;
/// Maximum length of a quote or of its decoded form, in bytes.
const SHOWN: usize = 240;

/// Adds to each finding the line that it quotes, and the subject of its first commit.
pub(super) fn add_quotes(findings: &mut [Finding], facts: &Facts, repositories: &[Repository], redactor: &Redactor) {
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    for finding in findings {
        finding.quote = finding.source.and_then(|(blob, hit)| {
            let row = &facts.blobs[blob.index()];
            let data = readers[row.repository.index()].read(&row.oid).ok()?;
            quote(data, &hit, redactor)
        });
        finding.subject = finding.commits.first().and_then(|first| {
            let subject = readers[finding.repository.index()].subject(&facts.commit(*first).oid)?;
            Some(redactor.redact(&subject, 0..subject.len()))
        });
    }
}

fn quote(data: &[u8], hit: &Hit, redactor: &Redactor) -> Option<Quote> {
    // The text is in a compressed member.
    if hit.member > 0 {
        return None;
    }
    let data = alibi_rules::content::text(data, true)?;
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

/// Replaces long runs of spaces and tabs with their length, so that the text after them is shown.
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
