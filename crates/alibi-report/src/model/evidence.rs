//! Converts the evidence of findings into text.

use super::ids::{day, identity_id, text};
use super::schema::{EvidenceLine, EvidencePart};
use alibi_core::finding::{Evidence, Finding, Value};
use alibi_scan::pipeline::Audit;

/// Returns the evidence of a finding: the facts from the detector, the subject of the first commit, and the quoted
/// line.
pub(super) fn evidence(audit: &Audit, finding: &Finding) -> Vec<EvidenceLine> {
    let mut lines: Vec<EvidenceLine> = finding.evidence.iter().map(|item| line(audit, item)).collect();
    let mut quoted = |label: &str, quote: &[u8]| {
        let value = text(quote);
        lines.push(EvidenceLine { label: label.into(), parts: vec![EvidencePart::Text(value.clone())], value });
    };
    if let Some(subject) = &finding.subject {
        quoted("subject", subject);
    }
    if let Some(quote) = &finding.quote {
        quoted("text", &quote.text);
        quote.decoded.iter().for_each(|plain| quoted("decoded", plain));
    }
    lines
}

fn line(audit: &Audit, item: &Evidence) -> EvidenceLine {
    let mut parts = Vec::new();
    add_parts(audit, &item.value, &mut parts);
    let value: String = parts.iter().map(EvidencePart::as_str).collect();
    EvidenceLine { label: item.label.clone().into_owned(), value: audit.redactor.redact_all(&value), parts }
}

fn add_parts(audit: &Audit, value: &Value, parts: &mut Vec<EvidencePart>) {
    parts.push(match value {
        Value::Words(words) => EvidencePart::Shown(words.clone().into_owned()),
        Value::Count(number) => EvidencePart::Shown(number.to_string()),
        Value::Of(number, all) => EvidencePart::Shown(format!("{number} of {all}")),
        Value::Day(seconds) => EvidencePart::Shown(day(*seconds)),
        Value::Moment(when) => EvidencePart::Shown(format!("{}, written as {}", when.utc(), when.local())),
        Value::Commit(commit) => EvidencePart::Shown(audit.facts.commit(*commit).oid.to_string()),
        Value::Path(path) => EvidencePart::Path(text(audit.facts.path(*path))),
        Value::Identity(id) => EvidencePart::Identity(identity_id(audit, *id)),
        Value::Text(bytes) => EvidencePart::Text(text(bytes)),
        Value::Joined(values) => {
            values.iter().for_each(|value| add_parts(audit, value, parts));
            return;
        }
    });
}

impl EvidencePart {
    fn as_str(&self) -> &str {
        match self {
            EvidencePart::Shown(text)
            | EvidencePart::Identity(text)
            | EvidencePart::Path(text)
            | EvidencePart::Text(text) => text,
        }
    }
}
