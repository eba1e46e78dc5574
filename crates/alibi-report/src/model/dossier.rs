//! A contributor's dossier: the identities, the reasons that link them, other identities that may belong to the person,
//! the case, and the findings.

use super::access::TrustLines;
use super::dependencies::DependencyLine;
use super::ids::contributor_id;
use super::schema::{CaseLine, Contributor, FindingLine, LinkLine, Report};
use super::time::ClockLines;
use alibi_core::analysis::people::ContributorId;
use alibi_scan::pipeline::Audit;
use serde::Serialize;
use std::collections::BTreeSet;

/// Everything a report contains about one contributor.
#[derive(Clone, Debug, Serialize)]
pub struct Dossier {
    pub(crate) schema: &'static str,
    pub(crate) contributor: Contributor,
    pub(crate) links: Vec<LinkLine>,
    pub(crate) case: Option<CaseLine>,
    pub(crate) findings: Vec<FindingLine>,
    pub(crate) named_in: Vec<FindingLine>,
    pub(crate) repositories: Vec<ScannedRepository>,
    pub(crate) clocks: Option<ClockLines>,
    pub(crate) trust: Option<TrustLines>,
    pub(crate) dependencies: Vec<DependencyLine>,
}

impl Dossier {
    /// Adds the contributor's clocks and trust record, which a report does not contain.
    pub fn add_record(&mut self, audit: &Audit) {
        let matches = |(who, _): &(ContributorId, _)| contributor_id(audit, *who) == self.contributor.id;
        if let Some((who, _)) = audit.people.iter().find(matches) {
            self.clocks = Some(ClockLines::new(audit, who));
            self.trust = Some(TrustLines::new(audit, who));
        }
    }
}

/// A repository of the run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ScannedRepository {
    pub(crate) id: String,
    pub(crate) path: String,
}

/// The contributors that match a query.
pub enum Found {
    /// Exactly one contributor matches.
    One(Box<Dossier>),
    /// Several contributors match; these are their ids.
    Several(Vec<String>),
    /// No contributor matches.
    Nobody,
}

/// Maximum number of matching contributors that are listed.
const MAX_CANDIDATES: usize = 20;

impl Report {
    /// Finds contributors by id, key, address or name, ignoring case. Partial matches of an address or a name are used
    /// only if nothing matches exactly.
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
            several => Found::Several(several.iter().take(MAX_CANDIDATES).map(|c| c.id.clone()).collect()),
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
            repositories: self
                .repositories
                .iter()
                .map(|r| ScannedRepository { id: r.id.clone(), path: r.path.clone() })
                .collect(),
            clocks: None,
            trust: None,
            dependencies: self.dependencies.iter().filter(|d| d.contributor == contributor.id).cloned().collect(),
        }
    }
}
