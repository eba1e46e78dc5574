//! One contributor's dossier: the identities, why they are linked, and which other identities may belong to the person.

use super::alibi::write_alibi;
use super::clocks::{ClockLines, write_clocks};
use super::naming::contributor_id;
use super::packages::{DependencyLine, write_dependencies};
use super::sanitize::sanitize;
use super::trust::{TrustLines, write_trust};
use super::wire::{CaseLine, Contributor, FindingLine, LinkLine, Report};
use super::words::plural;
use crate::analysis::people::ContributorId;
use crate::pipeline::Audit;
use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Everything a report contains about one contributor.
#[derive(Clone, Debug, Serialize)]
pub struct Dossier {
    schema: &'static str,
    contributor: Contributor,
    links: Vec<LinkLine>,
    case: Option<CaseLine>,
    findings: Vec<FindingLine>,
    named_in: Vec<FindingLine>,
    repositories: Vec<SeenIn>,
    clocks: Option<ClockLines>,
    trust: Option<TrustLines>,
    dependencies: Vec<DependencyLine>,
}

impl Dossier {
    /// Adds the contributor's clocks and trust record from the run.
    pub fn add_record(&mut self, audit: &Audit) {
        let of = |(who, _): &(ContributorId, _)| contributor_id(audit, *who) == self.contributor.id;
        if let Some((who, _)) = audit.people.iter().find(of) {
            self.clocks = Some(ClockLines::new(audit, who));
            self.trust = Some(TrustLines::new(audit, who));
        }
    }
}

/// A repository of the run.
#[derive(Clone, Debug, Serialize)]
struct SeenIn {
    id: String,
    path: String,
}

/// The contributors that match a query.
pub enum Found {
    /// One contributor.
    One(Box<Dossier>),
    /// Several, by their ids.
    Several(Vec<String>),
    /// None.
    Nobody,
}

/// Dependency changes beyond this number are counted, not listed.
const MOST_DEPENDENCIES: usize = 100;

/// Candidates beyond this number are not listed.
const MOST_CANDIDATES: usize = 20;

impl Report {
    /// Finds a contributor by id, key, address or name: exact matches first, then partial ones, ignoring case.
    pub fn who(&self, query: &str) -> Found {
        let query = query.trim().to_lowercase();
        let is = |text: &str| text.to_lowercase() == query;
        let has = |text: &str| text.to_lowercase().contains(&query);
        let by = |test: &dyn Fn(&Contributor) -> bool| -> Vec<&Contributor> {
            self.contributors.iter().filter(|c| test(c)).collect()
        };
        let by_id = by(&|c| is(&c.id) || c.identities.iter().any(|i| is(&format!("{} <{}>", i.name, i.email))));
        let by_key = by(&|c| c.keys.iter().any(|k| is(&k.id) || k.id.split_once(':').is_some_and(|(_, id)| is(id))));
        let by_email = by(&|c| c.identities.iter().any(|i| is(&i.email)));
        let by_name = by(&|c| c.identities.iter().any(|i| is(&i.name)));
        let in_part = by(&|c| c.identities.iter().any(|i| has(&i.name) || has(&i.email)));
        let found =
            [by_id, by_key, by_email, by_name, in_part].into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        match found.as_slice() {
            [] => Found::Nobody,
            [one] => Found::One(Box::new(self.dossier(one))),
            several => Found::Several(several.iter().take(MOST_CANDIDATES).map(|c| c.id.clone()).collect()),
        }
    }

    fn dossier(&self, contributor: &Contributor) -> Dossier {
        let own: BTreeSet<String> =
            contributor.identities.iter().map(|i| format!("{} <{}>", i.name, i.email)).collect();
        let concerns = |l: &&LinkLine| own.contains(&l.a) || own.contains(&l.b);
        let named = |f: &&FindingLine| {
            f.contributor != contributor.id && f.evidence.iter().any(|e| own.iter().any(|id| e.value.starts_with(id)))
        };
        Dossier {
            schema: "git-alibi/who/1",
            contributor: contributor.clone(),
            links: self.links.iter().filter(concerns).cloned().collect(),
            case: self.cases.iter().find(|c| c.contributor == contributor.id).cloned(),
            findings: self.findings.iter().filter(|f| f.contributor == contributor.id).cloned().collect(),
            named_in: self.findings.iter().filter(named).cloned().collect(),
            repositories: self.repositories.iter().map(|r| SeenIn { id: r.id.clone(), path: r.path.clone() }).collect(),
            clocks: None,
            trust: None,
            dependencies: self.dependencies.iter().filter(|d| d.contributor == contributor.id).cloned().collect(),
        }
    }
}

/// Writes a dossier as text.
///
/// # Errors
/// Any error of `out`.
pub fn dossier(dossier: &Dossier, width: Option<u16>, out: &mut dyn Write) -> io::Result<()> {
    let c = &dossier.contributor;
    let day = |t: &Option<String>| t.as_deref().map_or_else(String::new, |t| t.chars().take(10).collect());
    writeln!(out, "{BOLD}{}{BOLD:#}{}", sanitize(&c.name), if c.bot { "  (a bot)" } else { "" })?;
    let (commits, days) = (plural(c.commits, "commit"), plural(c.active_days as u32, "day"));
    writeln!(out, "{commits} on {days}, {} to {}\n", day(&c.first), day(&c.last))?;

    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width.unwrap_or(110));
    table.set_header(["name", "address", "commits", "first", "last", "seen in"]);
    for i in &c.identities {
        table.add_row([
            sanitize(&i.name),
            sanitize(&i.email),
            i.commits.to_string(),
            day(&i.first),
            day(&i.last),
            i.repositories.join(", "),
        ]);
    }
    writeln!(out, "{}\n", table.trim_fmt())?;
    if dossier.repositories.len() > 1 {
        let legend: Vec<String> =
            dossier.repositories.iter().map(|r| format!("{} is {}", r.id, sanitize(&r.path))).collect();
        writeln!(out, "{DIM}{}{DIM:#}\n", legend.join(", "))?;
    }
    if !c.keys.is_empty() {
        writeln!(out, "{BOLD}Signing keys{BOLD:#}")?;
        for key in &c.keys {
            let checked: Vec<String> = key.checked.iter().map(|(what, n)| format!("{n} {}", words(what))).collect();
            let service = if key.service { "; a service key that signs for many people" } else { "" };
            let span =
                key.first.as_ref().map_or_else(String::new, |_| format!(", {} to {}", day(&key.first), day(&key.last)));
            let owner = key.owner.as_ref().map_or_else(String::new, |o| format!(", owned by {}", sanitize(o)));
            let checked = checked.join(", ");
            let count = plural(key.commits, "commit");
            writeln!(out, "  {}{owner}  {DIM}{count}{span}: {checked}{service}{DIM:#}", sanitize(&key.id))?;
        }
        writeln!(out)?;
    }
    if let Some(alibi) = &c.alibi {
        write_alibi(alibi, out)?;
    }
    if let Some(trust) = &dossier.trust {
        write_trust(trust, out)?;
    }
    if let Some(clocks) = &dossier.clocks {
        write_clocks(clocks, out)?;
    }
    for (status, title) in [
        ("linked", "Why these identities are linked"),
        ("possible", "Possibly the same person, not linked"),
        ("refused", "Similar, but kept separate"),
    ] {
        let links: Vec<&LinkLine> = dossier.links.iter().filter(|l| l.status == status).collect();
        if !links.is_empty() {
            writeln!(out, "{BOLD}{title}{BOLD:#}")?;
        }
        for link in links {
            writeln!(out, "  {:>5.1} bits  {}  =  {}", link.bits, sanitize(&link.a), sanitize(&link.b))?;
            for r in &link.reasons {
                writeln!(out, "  {DIM}{:>+5.1}{DIM:#}       {}", r.bits, sanitize(r.detail.as_bytes()))?;
            }
        }
    }
    if let Some(case) = &dossier.case {
        writeln!(out, "\n{BOLD}The case{BOLD:#}: {}, {:.1} dB", case.tier, case.total_db)?;
    }
    for f in &dossier.findings {
        writeln!(out, "  {:>5.1} dB  {}  {DIM}{}{DIM:#}", f.counted_db, sanitize(&f.summary), f.id)?;
    }
    if !dossier.named_in.is_empty() {
        writeln!(out, "\n{BOLD}Named in findings about others{BOLD:#}")?;
    }
    for f in &dossier.named_in {
        writeln!(out, "  {}  {}  {DIM}{}{DIM:#}", sanitize(&f.contributor), sanitize(&f.summary), f.id)?;
    }
    if dossier.case.is_none() {
        writeln!(out, "\n{DIM}No findings about this contributor.{DIM:#}")?;
    }
    if !dossier.dependencies.is_empty() {
        writeln!(out, "\n{BOLD}Dependencies{BOLD:#}")?;
        write_dependencies(&dossier.dependencies, false, MOST_DEPENDENCIES, out)?;
    }
    Ok(())
}

/// The result of a signature check, in words.
fn words(validity: &str) -> &str {
    match validity {
        "good" => "good",
        "bad" => "BAD",
        "expired" => "by an expired or revoked key",
        "unknown_key" => "by a key not passed with --keys",
        _ => "not checked (check them with --keys FILE)",
    }
}

/// Writes a dossier as JSON.
///
/// # Errors
/// Any error of `out`.
pub fn dossier_json(dossier: &Dossier, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, dossier).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
