//! Writes the report as SARIF 2.1.0 (OASIS, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), for
//! code scanning.

use super::renderer::{Render, RenderOptions};
use crate::format::one_line;
use crate::model::{FindingLine, Report, SuppressedLine};
use crate::sanitize::sanitize;
use alibi_core::finding::DecidedIn;
use alibi_rules::heuristics::{Confidence, Heuristic, Severity};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString, Notification,
    PhysicalLocation, PropertyBag, Region, ReportingConfiguration, ReportingDescriptor, Result as SarifResult,
    ResultKind, ResultLevel, Run, SCHEMA_URL, Sarif, Suppression, Tool, ToolComponent, Version,
};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The fingerprint key for a finding's id, which stays the same after a rebase or when lines move.
const FINGERPRINT: &str = "gitAlibiFinding/v1";

/// The location of a finding without a file. Code scanning hides results that have no location.
const NO_FILE: &str = ".git";

/// Renders reports as SARIF.
pub(super) struct SarifFormat;

impl Render for SarifFormat {
    fn render(&self, report: &Report, _: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &sarif(report)).map_err(io::Error::from)?;
        out.write_all(b"\n")
    }
}

fn sarif(report: &Report) -> Sarif {
    let rules: Vec<ReportingDescriptor> = report.heuristics.iter().map(rule).collect();
    let numbers: BTreeMap<&str, i64> = report.heuristics.iter().zip(0..).map(|(h, i)| (h.id.as_str(), i)).collect();
    let bases = (report.repositories.len() > 1).then(|| {
        let base = |path: &str| ArtifactLocation::builder().uri(format!("{}/", encoded(path))).build();
        report.repositories.iter().map(|r| (r.id.clone(), base(&r.path))).collect::<BTreeMap<_, _>>()
    });
    let results: Vec<SarifResult> = report
        .findings
        .iter()
        .map(|f| result(f, numbers.get(f.heuristic.as_str()).copied().unwrap_or(-1), bases.is_some()))
        .collect();
    let driver = ToolComponent::builder()
        .name(report.tool.name.clone())
        .version(report.tool.version.clone())
        .semantic_version(report.tool.version.clone())
        .rules(rules)
        .build();
    let of_repository = report.repositories.iter().flat_map(|r| {
        let skipped = r.skipped.iter().map(|s| plain(format!("not read: {} {}", s.object, s.reason)));
        r.notices.iter().map(plain).chain(skipped)
    });
    let notifications: Vec<Notification> = report
        .notices
        .iter()
        .map(plain)
        .chain(of_repository)
        .map(|text| Notification::builder().message(message(text)).build())
        .collect();
    let invocation = Invocation::builder()
        .execution_successful(report.unseen.is_empty())
        .tool_execution_notifications(notifications)
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .invocations(vec![invocation])
        .results(results)
        .column_kind(json!("utf16CodeUnits"));
    let run = match bases {
        Some(bases) => run.original_uri_base_ids(bases).build(),
        None => run.build(),
    };
    Sarif::builder().version(json!(Version::V2_1_0.to_string())).schema(SCHEMA_URL).runs(vec![run]).build()
}

/// Sanitises text and escapes links and placeholders (§3.11.5 and §3.11.6 of the standard).
fn plain(text: impl AsRef<[u8]>) -> String {
    let mut safe = String::new();
    for c in sanitize(text).chars() {
        match c {
            '[' | ']' | '\\' => safe.extend(['\\', c]),
            '{' | '}' => safe.extend([c, c]),
            c => safe.push(c),
        }
    }
    safe
}

fn message(text: impl Into<String>) -> Message {
    Message::builder().text(text.into()).build()
}

fn multiformat(text: String, markdown: Option<String>) -> MultiformatMessageString {
    let text = MultiformatMessageString::builder().text(text);
    match markdown {
        Some(markdown) => text.markdown(markdown).build(),
        None => text.build(),
    }
}

fn rule(h: &Heuristic) -> ReportingDescriptor {
    let causes: Vec<String> = h.innocent.iter().map(|i| i.cause.clone()).collect();
    let (why, fix) = (one_line(&h.rationale), one_line(&h.remediation));
    let list = |of: &[String]| of.iter().map(|c| format!("- {c}\n")).collect::<String>();
    let plain = format!("{why}\n\nInnocent causes: {}.\n\nWhat to do: {fix}", causes.join("; "));
    let markdown = format!(
        "{why}\n\n**Innocent causes**\n\n{}\n**What to do**\n\n{fix}\n\n**Sources**\n\n{}",
        list(&causes),
        list(&h.references)
    );
    let catalogued = h.attack.iter().map(|a| format!("external/attack/{}", a.to_lowercase()));
    let weaknesses = h.cwe.iter().map(|c| format!("external/cwe/{}", c.to_lowercase()));
    let tags: Vec<String> =
        ["security".to_owned(), h.family.name().to_owned()].into_iter().chain(catalogued).chain(weaknesses).collect();
    let rule = ReportingDescriptor::builder()
        .id(h.id.clone())
        .name(h.id.clone())
        .short_description(multiformat(h.title.clone(), None))
        .full_description(multiformat(why, None))
        .help(multiformat(plain, Some(markdown)))
        .default_configuration(
            ReportingConfiguration::builder().level(json!(level(h.severity, h.confidence, true).to_string())).build(),
        )
        .properties(bag([
            ("tags", json!(tags)),
            ("precision", json!(precision(h.confidence))),
            ("problem.severity", json!(level(h.severity, h.confidence, true).to_string())),
            ("security-severity", json!(score(h.severity))),
            ("weight_db", json!(h.weight.0)),
            ("calibrated", json!(h.calibrated)),
        ]));
    match h.references.first() {
        Some(first) => rule.help_uri(first.clone()).build(),
        None => rule.build(),
    }
}

fn bag(properties: impl IntoIterator<Item = (&'static str, Value)>) -> PropertyBag {
    let properties = properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<BTreeMap<_, _>>();
    PropertyBag::builder().additional_properties(properties).build()
}

/// Returns the level of a finding: an error only for high severity with high confidence, and a warning for other
/// findings of high or medium severity. A finding that does not count is a note.
fn level(severity: Severity, confidence: Confidence, counts: bool) -> ResultLevel {
    match (severity, confidence) {
        _ if !counts => ResultLevel::Note,
        (Severity::High, Confidence::High) => ResultLevel::Error,
        (Severity::High | Severity::Medium, _) => ResultLevel::Warning,
        _ => ResultLevel::Note,
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// Returns the score that code scanning sorts by, from 0 to 10.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

fn result(f: &FindingLine, rule: i64, several: bool) -> SarifResult {
    let (severity, confidence) = (f.severity, f.confidence);
    let commit = f.commits.first().map_or("", String::as_str);
    let causes: Vec<String> =
        f.innocent.iter().filter(|c| !(c.tested && c.excluded)).map(|c| plain(&c.cause)).collect();
    let innocent =
        if causes.is_empty() { String::new() } else { format!(" Possible innocent causes: {}.", causes.join("; ")) };
    let text = format!(
        "{}. By {}, in commit {}.{innocent} To reproduce: {}",
        plain(&f.summary),
        plain(&f.contributor),
        plain(commit),
        plain(&f.reproduce)
    );
    let fingerprints = BTreeMap::from([(FINGERPRINT.to_owned(), f.id.clone())]);
    let paths: Vec<&String> = f.paths.iter().collect();
    let locations: Vec<Location> = if paths.is_empty() {
        vec![location(NO_FILE, None, commit, None)]
    } else {
        let base = several.then_some(f.repository.as_str());
        let line = |place: usize| f.line.filter(|_| place == 0);
        let first = paths.iter().enumerate().map(|(place, path)| location(path, line(place), commit, base));
        let others = f.places.iter().filter(|p| f.paths.first() != Some(&p.path) || f.line != Some(p.line));
        first.chain(others.map(|p| location(&p.path, Some(p.line), commit, base))).collect()
    };
    // Code scanning displays the first location, and ignores locations after the hundredth.
    let locations: Vec<Location> = locations.into_iter().take(100).collect();
    let suppressions: Vec<Suppression> = f.suppressed.iter().map(suppression).collect();
    SarifResult::builder()
        .rule_id(f.heuristic.clone())
        .rule_index(rule)
        .kind(ResultKind::Fail)
        .level(level(severity, confidence, f.counts))
        .message(message(text))
        .locations(locations)
        .partial_fingerprints(fingerprints)
        .suppressions(suppressions)
        .properties(bag([
            ("nature", json!(f.nature)),
            ("weight_db", json!(f.weight_db)),
            ("counted_db", json!(f.counted_db)),
            ("calibrated", json!(f.calibrated)),
            ("repository", json!(f.repository)),
            ("commits", json!(f.commits)),
        ]))
        .build()
}

fn location(path: &str, line: Option<u32>, commit: &str, base: Option<&str>) -> Location {
    let artifact = ArtifactLocation::builder().uri(encoded(path));
    let artifact = match base {
        Some(base) => artifact.uri_base_id(base).build(),
        None => artifact.build(),
    };
    let region = Region::builder().start_line(i64::from(line.unwrap_or(1))).build();
    let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    let commit = LogicalLocation::builder().name(commit).kind("commit").build();
    Location::builder().physical_location(place).logical_locations(vec![commit]).build()
}

fn suppression(s: &SuppressedLine) -> Suppression {
    let kind = if s.by == DecidedIn::Inline { "inSource" } else { "external" };
    let status = if s.disputed { "underReview" } else { "accepted" };
    Suppression::builder().kind(json!(kind)).status(json!(status)).justification(plain(&s.reason)).build()
}

/// Writes a path as a relative reference (RFC 3986): all characters except unreserved ones and slashes are
/// percent-encoded.
fn encoded(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{encoded, plain};

    #[test]
    fn paths_are_percent_encoded() {
        assert_eq!(encoded("src/a b#c.js"), "src/a%20b%23c.js");
        assert_eq!(encoded("ä\n"), "%C3%A4%0A");
    }

    #[test]
    fn links_and_placeholders_are_escaped_in_messages() {
        assert_eq!(plain("[sign in](https://x.example) {0}"), "\\[sign in\\](https://x.example) {{0}}");
    }
}
