//! Writes the report as a single HTML page, which draws itself in the browser from compact data. The page uses no
//! network and shows repository content only as text.

use super::finding::record_in_words;
use super::renderer::{Render, RenderOptions};
use crate::model::{CaseLine, Chart, FindingLine, LinkLine, Report, StatedLine};
use crate::sanitize::sanitize;
use data_encoding::BASE64;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");

/// The parts of the script, in order: each uses only the parts before it.
const SCRIPT: [&str; 5] = [
    include_str!("html/data.js"),
    include_str!("html/list.js"),
    include_str!("html/charts.js"),
    include_str!("html/person.js"),
    include_str!("html/main.js"),
];

/// Maximum number of dependency changes that are listed per contributor.
const MAX_DEPENDENCIES: usize = 200;

/// Renders reports as an HTML page.
pub(super) struct Html;

impl Render for Html {
    fn render(&self, report: &Report, _: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        html(report, out)
    }

    fn needs_charts(&self) -> bool {
        true
    }
}

fn html(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let script = SCRIPT.concat();
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(&script)
    );
    let title = report.repositories.iter().map(|r| sanitize(&r.path)).collect::<Vec<_>>().join(", ");
    // The data is inside a script element, which only a sequence that starts with `<` can end.
    let data = serde_json::to_string(&data(report)).map_err(io::Error::from)?;
    let data = data.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut rest = PAGE;
    for (placeholder, text) in [
        ("{{POLICY}}", policy.as_str()),
        ("{{TITLE}}", title.as_str()),
        ("{{STYLE}}", STYLE),
        ("{{DATA}}", data.as_str()),
        ("{{SCRIPT}}", script.as_str()),
    ] {
        // In order of appearance, so that inserted text is never searched for placeholders.
        if let Some((before, after)) = rest.split_once(placeholder) {
            out.write_all(before.as_bytes())?;
            out.write_all(text.as_bytes())?;
            rest = after;
        }
    }
    out.write_all(rest.as_bytes())
}

/// Returns the source expression of a content security policy that allows only this text.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text.as_bytes())))
}

#[derive(Serialize)]
struct Person<'r> {
    n: &'r str,
    w: &'r str,
    b: bool,
    c: u32,
    d: usize,
    f: Option<&'r str>,
    l: Option<&'r str>,
    i: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    k: Vec<Value>,
    #[serde(flatten)]
    chart: &'r Chart,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    t: Vec<String>,
}

fn data(report: &Report) -> Value {
    let mut places: BTreeMap<&str, usize> =
        report.contributors.iter().enumerate().map(|(i, c)| (c.id.as_str(), i)).collect();
    // Unknown authors who used a contributor's name are not contributors, but have a page too.
    let unknown: Vec<&CaseLine> = report.cases.iter().filter(|c| c.forged).collect();
    for (i, case) in unknown.iter().enumerate() {
        places.insert(&case.contributor, report.contributors.len() + i);
    }
    let finding_places: BTreeMap<&str, usize> =
        report.findings.iter().enumerate().map(|(i, f)| (f.id.as_str(), i)).collect();
    json!({
        "tool": format!("{} {}", report.tool.name, report.tool.version),
        "masked": report.pseudonymised,
        "testable": report.testable.max(report.cases.len()),
        "options": options(report),
        "notices": report.notices,
        "repositories": report.repositories.iter().map(|r| json!({
            "id": r.id, "path": r.path, "head": r.head, "commits": r.commits, "judged": r.in_scope.0, "refs": r.refs,
            "first": date(&r.first), "last": date(&r.last), "shallow": r.shallow, "skipped": r.skipped_count,
            "notices": r.notices,
        })).collect::<Vec<_>>(),
        "heuristics": rules(report),
        "contributors": people(report, &unknown),
        "links": links(report),
        "findings": report.findings.iter().map(|f| finding(f, &places)).collect::<Vec<_>>(),
        "cases": report.cases.iter().filter_map(|c| case(c, &places, &finding_places)).collect::<Vec<_>>(),
        "exposures": report.exposures.iter().map(|e| json!({
            "r": e.repository, "p": e.path, "h": e.heuristic, "t": e.title, "sev": e.severity, "head": e.in_head, "l": e.lines,
            "own": e.owners, "by": e.introduced_by, "fix": e.remedy,
        })).collect::<Vec<_>>(),
        "dependencies": dependencies(report, &places),
    })
}

/// Returns the contributors, followed by the unknown authors who used a contributor's name.
fn people<'r>(report: &'r Report, unknown: &[&'r CaseLine]) -> Value {
    let mut tests: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for test in &report.tests {
        if let Some(who) = &test.contributor {
            tests.entry(who).or_default().push(format!("{}: {}", test.heuristic, test.why));
        }
    }
    let nothing = Chart::default();
    let mut people: Vec<Person<'_>> = report
        .contributors
        .iter()
        .enumerate()
        .map(|(place, c)| Person {
            n: &c.id,
            w: &c.name,
            b: c.bot,
            c: c.commits,
            d: c.active_days,
            f: date(&c.first),
            l: date(&c.last),
            i: c.identities
                .iter()
                .map(|i| json!([i.name, i.email, i.commits, date(&i.first), date(&i.last), i.repositories]))
                .collect(),
            k: c.keys.iter().map(|k| json!([k.id, k.commits, date(&k.first), date(&k.last), k.service])).collect(),
            chart: report.charts.get(place).unwrap_or(&nothing),
            t: tests.remove(c.id.as_str()).unwrap_or_default(),
        })
        .collect();
    people.extend(unknown.iter().map(|case| Person {
        n: &case.contributor,
        w: &case.contributor,
        b: false,
        c: 0,
        d: 0,
        f: None,
        l: None,
        i: Vec::new(),
        k: Vec::new(),
        chart: &nothing,
        t: Vec::new(),
    }));
    json!(people)
}

/// Returns the heuristics that have findings.
fn rules(report: &Report) -> BTreeMap<&str, Value> {
    let fired: BTreeSet<&str> = report.findings.iter().map(|f| f.heuristic.as_str()).collect();
    report
        .heuristics
        .iter()
        .filter(|h| fired.contains(h.id.as_str()))
        .map(|h| {
            let rule = json!({
                "title": h.title,
                "family": h.family.name(),
                "rationale": h.rationale.trim(),
                "remediation": h.remediation.trim(),
                "references": h.references,
            });
            (h.id.as_str(), rule)
        })
        .collect()
}

fn case(c: &CaseLine, places: &BTreeMap<&str, usize>, finding_places: &BTreeMap<&str, usize>) -> Option<Value> {
    Some(json!({
        "w": places.get(c.contributor.as_str())?,
        "t": c.tier,
        "db": c.total_db,
        "v": c.verbal,
        "rec": c.record.as_ref().map(|record| record_in_words(c.tier, record)),
        "comb": c.combinations,
        "fdr": c.survives_fdr,
        "fam": c.families.iter().collect::<Vec<_>>(),
        "f": c.findings.iter().filter_map(|id| finding_places.get(id.as_str())).collect::<Vec<_>>(),
    }))
}

fn date(moment: &Option<String>) -> Option<&str> {
    moment.as_deref().and_then(|m| m.get(..10))
}

/// Returns the options of the run as labels and values. Unset options are omitted.
fn options(report: &Report) -> Vec<(String, String)> {
    let Ok(Value::Object(all)) = serde_json::to_value(&report.options) else { return Vec::new() };
    let shown = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("yes".into()),
        Value::Array(items) if !items.is_empty() => {
            Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    };
    all.iter().filter_map(|(label, value)| Some((label.replace('_', " "), shown(value)?))).collect()
}

/// Returns the links between identities. An identity is given by the index of its contributor and its index among the
/// contributor's identities.
fn links(report: &Report) -> Vec<Value> {
    let mut places: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (who, contributor) in report.contributors.iter().enumerate() {
        for (place, identity) in contributor.identities.iter().enumerate() {
            places.insert(format!("{} <{}>", identity.name, identity.email), (who, place));
        }
    }
    let link = |l: &LinkLine| {
        let ((a, i), (b, k)) = (places.get(&l.a)?, places.get(&l.b)?);
        let reasons: Vec<(&str, f64)> = l.reasons.iter().map(|r| (&*r.detail, r.bits)).collect();
        Some(json!([a, i, b, k, l.bits, l.status, reasons]))
    };
    report.links.iter().filter_map(link).collect()
}

fn finding(f: &FindingLine, places: &BTreeMap<&str, usize>) -> Value {
    json!({
        "id": f.id, "h": f.heuristic, "g": f.group, "sev": f.severity, "con": f.confidence, "db": f.weight_db,
        "cnt": f.counted_db, "ok": f.counts, "nat": f.nature, "cal": f.calibrated, "w": places.get(f.contributor.as_str()), "r": f.repository,
        "c": f.commits, "p": f.paths, "line": f.line, "at": f.places.iter().map(|p| (&p.path, p.line)).collect::<Vec<_>>(), "head": f.in_head, "gone": f.removed_in, "s": f.summary,
        "e": f.evidence.iter().map(|e| (&e.label, &e.value)).collect::<Vec<_>>(),
        "o": f.innocent.iter().map(|c| (&c.cause, c.tested, c.excluded)).collect::<Vec<_>>(),
        "cmd": f.reproduce, "sup": f.suppressed,
    })
}

fn dependencies(report: &Report, places: &BTreeMap<&str, usize>) -> Vec<Value> {
    let mut shown_rules: BTreeMap<&str, usize> = BTreeMap::new();
    let version = |stated: &Option<StatedLine>| stated.as_ref().map(|s| s.version.clone());
    let mut rows = Vec::new();
    // Transitive changes are omitted: they follow from direct ones.
    for line in report.dependencies.iter().filter(|d| d.direct) {
        let count = shown_rules.entry(&line.contributor).or_default();
        *count += 1;
        if let Some(who) = places.get(line.contributor.as_str()).filter(|_| *count <= MAX_DEPENDENCIES) {
            rows.push(json!([
                who,
                line.repository,
                line.commit.get(..12),
                line.date.get(..10),
                line.ecosystem,
                line.name,
                line.change,
                version(&line.from),
                version(&line.to),
                line.direct,
            ]));
        }
    }
    rows
}
