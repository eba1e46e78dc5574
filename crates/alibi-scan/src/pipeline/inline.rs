//! Applies suppression comments next to a finding's line. A comment counts only if the trusted tree (HEAD, or the
//! commit before the range) has both the comment and the line. A copied comment, or a comment that stays while its line
//! changes, suppresses no new finding.

use alibi_core::config::inline_suppression;
use alibi_core::facts::{Facts, RepositoryIdx};
use alibi_core::finding::Finding;
use alibi_core::finding::{DecidedIn, Suppression};
use alibi_core::scoring::Stale;
use alibi_git::repository::{BlobReader, Repository};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Marks the findings whose line, or the line before it, has a comment that suppresses their heuristic. Returns the
/// comments that have no effect.
pub(super) fn inline(
    findings: &mut [Finding],
    facts: &Facts,
    repositories: &[Repository],
    today: NaiveDate,
) -> Vec<Stale> {
    let mut stale = Vec::new();
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    let mut trusted: BTreeMap<(RepositoryIdx, &[u8]), Option<Vec<u8>>> = BTreeMap::new();
    for finding in findings {
        let Some((blob, hit)) = finding.source else { continue };
        let number = facts.blobs[blob.index()].repository.index();
        let Ok(introduced) = readers[number].read(&facts.blobs[blob.index()].oid) else { continue };
        let introduced = introduced.to_vec();
        let (line, before) = lines_at(&introduced, hit.line);
        let mut report = |why: String| stale.push(Stale { finding: finding.id.clone(), by: DecidedIn::Inline, why });
        let mut decision = None;
        for path in &finding.paths {
            let key = (finding.repository, facts.path(*path));
            let text = trusted.entry(key).or_insert_with(|| repositories[number].trusted_file(key.1));
            let Some(text) = text else { continue };
            decision = beside(text, line).find_map(|comment| about(&finding.heuristic, comment, &mut report));
            if decision.is_some() {
                break;
            }
        }
        match decision {
            Some(decision) if decision.expires.is_some_and(|day| day < today) => {
                report(format!("expired after {}", decision.expires.unwrap_or_default()));
            }
            Some(decision) => {
                finding.suppressed.get_or_insert(Suppression { finding: finding.id.clone(), ..decision });
            }
            // Report a comment that was introduced together with the line.
            None => {
                let own = [Some(line), before].into_iter().flatten();
                let own = own.filter_map(|line| inline_suppression(&String::from_utf8_lossy(line)).ok().flatten());
                if own.into_iter().any(|own| own.finding == finding.heuristic) {
                    report("the comment is not in the trusted tree: a range cannot suppress its own findings".into());
                }
            }
        }
    }
    stale.sort();
    stale.dedup();
    stale
}

fn about(heuristic: &str, comment: &[u8], report: &mut impl FnMut(String)) -> Option<Suppression> {
    match inline_suppression(&String::from_utf8_lossy(comment)) {
        Ok(found) => found.filter(|found| found.finding == heuristic),
        Err(why) => {
            report(why);
            None
        }
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii)
}

/// The line with this 1-based number, and the line before it.
fn lines_at(text: &[u8], line: u32) -> (&[u8], Option<&[u8]>) {
    let place = (line as usize).saturating_sub(1);
    let found = lines(text).nth(place).unwrap_or_default();
    (found, place.checked_sub(1).and_then(|before| lines(text).nth(before)))
}

/// The lines in the text that equal `wanted`, and the lines before them.
fn beside<'t>(text: &'t [u8], wanted: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
    let all: Vec<&[u8]> = lines(text).collect();
    let places: Vec<usize> = (0..all.len()).filter(|&i| all[i] == wanted && !wanted.is_empty()).collect();
    places
        .into_iter()
        .flat_map(move |i| i.checked_sub(1).map(|before| all[before]).into_iter().chain([all[i]]).collect::<Vec<_>>())
}
