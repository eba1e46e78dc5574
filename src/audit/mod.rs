//! Runs a scan from end to end: the data flow in `lib.rs` as a function.

mod access;
mod blobs;
mod clock;
mod content;
mod gather;
mod imports;
mod inline;
mod lines;
mod mailmaps;
mod mentions;
mod merges;
mod options;
mod patches;
mod patterns;
mod policies;
mod quotes;
mod sensitive;
mod settle;
mod unseen;

use crate::config::{Indicators, Roster};
use crate::decibans::Decibans;
use crate::detectors::dependencies::to_be_named;
use crate::detectors::{
    Detector, Facts, Needs, PathGuards, SensitivePaths, Standing, Untested, detect, detector_for, every_day,
};
use crate::finding::Finding;
use crate::heuristics::{Catalogue, Heuristic, Kind, LISTED_TEXT, Measurement, Nature, Persona, Severity, listing};
use crate::ledger::{CommitIdx, CommitRow, Dependencies, Ledger};
use crate::observe::content::Redactor;
use crate::observe::imports::{Reported, read_report};
use crate::observe::osv::{Advisories, Wanted};
use crate::observe::signatures::Keyring;
use crate::observe::{CommitObserver, Owners};
use crate::people::{ContributorId, People, contradicted};
use crate::repository::{Mailmap, Repository, Skipped};
use crate::scoring::{Case, Rules, Stale, cases, weigh};
use crate::timeline::{Clocks, PopulationDay};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

use clock::Clock;
pub use options::{AuditError, AuditOptions};
use patterns::message_patterns;
pub use quotes::Quote;

/// Receives the progress of a run.
pub trait Progress: Sync {
    /// A phase begins; `total` is how many steps it has, where that is known.
    fn phase(&self, name: &'static str, total: Option<u64>);
    /// This many more steps are done.
    fn advance(&self, steps: u64);
}

/// Reports no progress.
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _: &'static str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
}

/// The results of a run.
pub struct Audit {
    /// The facts read from the repositories.
    pub ledger: Ledger,
    /// The contributors.
    pub people: People,
    /// Whose clock each commit's dates show.
    pub clocks: Clocks,
    /// The team's declarations.
    pub roster: Roster,
    /// The findings, sorted by id.
    pub findings: Vec<Finding>,
    /// The cases, most urgent first.
    pub cases: Vec<Case>,
    /// How many contributors wrote commits, so that a finding about them is possible.
    pub testable: usize,
    /// The threshold for a review of a case with two groups of evidence, in decibans.
    pub review: Decibans,
    /// Suppressions that have no effect.
    pub stale: Vec<Stale>,
    /// Objects in scope that could not be read, each with its reason; empty if all could.
    pub unseen: Vec<(String, String)>,
    /// Who changed which dependency.
    pub dependencies: Dependencies,
    /// The sensitive paths; empty if no heuristic needs them.
    pub sensitive: SensitivePaths,
    /// Tests that gave no result, and why.
    pub untested: Vec<Untested>,
    /// The quoted line of each finding that has one, by the finding's index.
    pub quotes: FxHashMap<usize, Quote>,
    /// The subject of each finding's first commit, by the finding's index.
    pub subjects: FxHashMap<usize, Vec<u8>>,
    /// The heuristics that ran.
    pub heuristics: Vec<Heuristic>,
    /// How often heuristics fire on ordinary history.
    pub measurement: Measurement,
    /// Redacts secrets in the output.
    pub redactor: Redactor,
    /// Path owners, by repository.
    pub owners: Vec<Owners>,
    /// The owners of the keys passed with `--keys`, by key name.
    pub key_owners: BTreeMap<String, String>,
    /// Bytes of blobs that were searched.
    pub bytes: u64,
    /// Seconds that each phase took, in order.
    pub seconds: Vec<(&'static str, f64)>,
}

/// The heuristics that remain after a run's `only` and `skip`.
///
/// # Errors
/// [`AuditError::UnknownHeuristic`]
pub fn choose(catalogue: &Catalogue, only: &[String], skip: &[String]) -> Result<Vec<Heuristic>, AuditError> {
    for name in only.iter().chain(skip) {
        let known = crate::heuristics::Family::ALL.iter().any(|f| f.name() == name) || catalogue.get(name).is_some();
        if !known {
            let nearest = catalogue
                .iter()
                .map(|h| h.id.as_str())
                .chain(crate::heuristics::Family::ALL.iter().map(|f| f.name()))
                .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)))
                .filter(|n| strsim::jaro_winkler(n, name) > 0.8);
            let hint = nearest.map_or(String::new(), |n| format!("; did you mean '{n}'?"));
            return Err(AuditError::UnknownHeuristic(name.clone(), hint));
        }
    }
    let named = |names: &[String], h: &Heuristic| names.iter().any(|n| *n == h.id || n == h.family.name());
    Ok(catalogue.iter().filter(|h| (only.is_empty() || named(only, h)) && !named(skip, h)).cloned().collect())
}

/// Runs a scan on the threads of the current rayon pool.
///
/// # Errors
/// [`AuditError`]
pub fn audit(options: &AuditOptions, catalogue: &Catalogue, progress: &dyn Progress) -> Result<Audit, AuditError> {
    let mut clock = Clock::new();
    let mut heuristics = choose(catalogue, &options.only, &options.skip)?;
    // A heuristic that is named explicitly runs whatever its persona.
    let shown = |h: &Heuristic| h.persona <= options.persona || options.only.contains(&h.id);
    heuristics.retain(|h| h.severity >= options.min_severity && shown(h));
    // The same name must not be both chosen and skipped. A family that has no heuristics yet is no error.
    let contradicts = |name: &&String| options.skip.contains(name);
    if let Some(name) = options.only.iter().find(contradicts) {
        return Err(AuditError::Contradiction(name.clone()));
    }
    Advisories::look(&options.osv)?;
    let mut reported: Vec<Reported> = Vec::new();
    for file in &options.imports {
        reported.extend(read_report(file)?);
    }
    let nothing = Indicators::default();
    let indicators = options.indicators.as_ref().unwrap_or(&nothing);
    heuristics.retain(|h| h.id != LISTED_TEXT || !indicators.texts.is_empty());
    if let Some(listed) = heuristics.iter_mut().find(|h| h.id == LISTED_TEXT) {
        *listed = listing(listed, &indicators.texts).map_err(AuditError::Indicators)?;
    }
    let mut detectors: Vec<Box<dyn Detector>> = heuristics.iter().map(detector_for).collect::<Result<_, _>>()?;
    // Detectors that need reports, advisories or indicators run only if these were provided.
    for (is_given, need) in [
        (!options.imports.is_empty(), Needs::IMPORTED),
        (!options.osv.is_empty(), Needs::ADVISORIES),
        (options.indicators.is_some(), Needs::INDICATORS),
    ] {
        detectors.retain(|d| is_given || !d.needs().contains(need));
    }
    heuristics.retain(|h| detectors.iter().any(|d| d.heuristic().id == h.id));
    let needs = detectors.iter().fold(Needs::COMMITS, |all, d| all | d.needs());
    let (message_patterns, patterns) = message_patterns(&heuristics)?;
    let mut observer = CommitObserver { patterns: message_patterns, keyring: Keyring::default() };
    for file in &options.keys {
        observer.keyring.add(file)?;
    }
    if options.paths.len() > usize::from(u16::MAX) {
        return Err(AuditError::TooManyRepositories(options.paths.len()));
    }

    let guards = PathGuards::new(catalogue.path_sets());
    let mut ledger = Ledger::default();
    let mut repositories: Vec<Repository> = Vec::new();
    for (number, path) in options.paths.iter().enumerate() {
        let mut repository = Repository::open_with(path, options.objects.as_deref())?;
        if let (true, Some(range)) = (options.gate, &options.range) {
            let selection = repository.select_range(range)?;
            let believed = match &options.believe {
                Some(revision) => repository.commit_named(revision)?,
                None => selection.believed,
            };
            if let Some(tip) = selection.tips.first() {
                repository.look_from(believed, *tip);
            }
        }
        if let Some(same) = repositories.iter().position(|other| repository.is_same(other)) {
            return Err(AuditError::SameRepository(options.paths[same].clone(), path.clone()));
        }
        gather::add_repository(&mut ledger, number as u16, path, &repository, options, &observer, progress)?;
        repositories.push(repository);
    }
    ledger.close_commits();
    clock.lap("commits");

    if needs.contains(Needs::CHANGES) {
        for (number, repository) in repositories.iter().enumerate() {
            gather::add_changes(&mut ledger, number as u16, repository, progress);
            gather::note_unscanned(&mut ledger, number as u16, repository);
        }
        clock.lap("changes");
    }

    let mut searched_for = heuristics.clone();
    if needs.contains(Needs::WATCHED) {
        let watched = |h: &&Heuristic| h.severity >= Severity::Medium && h.persona == Persona::Default;
        let others = catalogue
            .iter()
            .filter(watched)
            .filter(|h| h.id != LISTED_TEXT)
            .filter(|h| matches!(h.kind, Kind::Text(_)) && !heuristics.iter().any(|o| o.id == h.id));
        searched_for.extend(others.cloned());
    }
    let searched = if needs.contains(Needs::HITS) || needs.contains(Needs::DEPENDENCIES) {
        let request = content::Request {
            heuristics: &searched_for,
            guards: &guards,
            opaque: needs.contains(Needs::OPAQUE).then_some("test"),
            dependencies: needs.contains(Needs::DEPENDENCIES),
            exhaustive: options.exhaustive,
            progress,
        };
        let found = content::search_text(&mut ledger, &repositories, &request)?;
        clock.lap("content");
        found
    } else {
        content::Searched::default()
    };
    let lines = if needs.contains(Needs::LINES) || needs.contains(Needs::PADDING) {
        let every_day = if needs.contains(Needs::PADDING) { every_day(&ledger) } else { FxHashSet::default() };
        let (counted, skipped) = lines::line_counts(&ledger, &repositories, &heuristics, &patterns, &every_day);
        note_skipped(&mut ledger, skipped);
        clock.lap("lines");
        counted
    } else {
        FxHashMap::default()
    };

    if needs.contains(Needs::MAILMAPS) {
        let (edits, skipped) = mailmaps::mailmap_edits(&ledger, &repositories);
        ledger.mailmap_edits = edits;
        note_skipped(&mut ledger, skipped);
        clock.lap("mailmaps");
    }

    let imported = if needs.contains(Needs::IMPORTED) {
        let (imported, lost) = imports::attribute(&reported, &ledger, &repositories);
        if lost > 0
            && let Some(row) = ledger.repositories.first_mut()
        {
            row.notices.push(format!(
                "{lost} results in the imported reports match no commit, file or line in the scanned history"
            ));
        }
        imported
    } else {
        Vec::new()
    };
    progress.phase("people", None);
    let mut mailmap = Mailmap::default();
    if options.mailmap {
        for repository in &repositories {
            mailmap.add(repository);
        }
    }
    let people = People::resolve(&ledger, &mailmap);
    gather::note_since(&mut ledger, &repositories, options.snapshot.as_ref(), &people);
    clock.lap("people");
    let advisories = Advisories::read(&options.osv, &Wanted::new(searched.dependencies.table.names()))?;
    if let (false, Some(row)) = (options.osv.is_empty(), ledger.repositories.first_mut()) {
        row.notices.push(advisories.notice());
    }
    let unnamed = if needs.contains(Needs::MENTIONS) {
        let names = to_be_named(&ledger, &people, &searched.dependencies);
        let found = mentions::unnamed(&ledger, &searched.dependencies, &repositories, names);
        clock.lap("mentions");
        found
    } else {
        FxHashMap::default()
    };
    let roster = match &options.alibi {
        Some(file) => {
            let (roster, unknown) = Roster::bind(file, &ledger, &people, options.gate)?;
            if let Some(row) = ledger.repositories.first_mut() {
                row.notices.extend(unknown);
            }
            roster
        }
        None => Roster::default(),
    };
    let clocks = Clocks::new(&ledger, &people, &PopulationDay::new(&catalogue.calibration().day));
    clock.lap("clocks");

    progress.phase("access", None);
    let standing = Standing::new(&ledger, &people);
    let request = access::Request { needs, guards: &guards, catalogue, options, standing: &standing };
    let access = access::read(&ledger, &repositories, &people, &request);
    clock.lap("access");

    progress.phase("judging", None);
    let contradicted = contradicted(&ledger, &people);
    let facts = Facts {
        ledger: &ledger,
        people: &people,
        text: &searched.text,
        opaque: &searched.opaque,
        imported: &imported,
        dependencies: &searched.dependencies,
        unnamed: &unnamed,
        indicators,
        advisories: &advisories,
        rules: &searched.numbers,
        patterns: &patterns,
        lines: &lines,
        heuristics: &searched_for,
        standing: &standing,
        sensitive: &access.sensitive,
        policies: &access.policies,
        merges: &access.merges,
        patches: &access.patches,
        clocks: &clocks,
        roster: &roster,
        contradicted: &contradicted,
        now: options.now,
    };
    let (mut findings, mut untested) = detect(&detectors, &facts, &guards)?;
    let forged = unname(&mut findings, &ledger, &people, contradicted.keys().copied().collect());
    let at_risk = commits_by_author(&people, ledger.commits.iter().filter(|c| c.judged));
    // The unknown author who used a name wrote only the forged commits, not the other commits of the person named.
    let forged_by = commits_by_author(&people, forged.iter().map(|commit| ledger.commit(*commit)));
    weigh(&mut findings, &heuristics, &|finding| {
        let of = if finding.is_forged { &forged_by } else { &at_risk };
        of.get(&finding.contributor).copied().unwrap_or(0)
    });
    let asked = settle::asked(&options.authors, &ledger, &people)?;
    findings.retain(|f| asked.as_ref().is_none_or(|asked| asked.contains(&f.contributor)));
    untested.retain(|t| asked.as_ref().is_none_or(|asked| t.contributor.is_none_or(|who| asked.contains(&who))));
    let decided = settle::decide(&mut findings, &mut ledger, &repositories, options, catalogue);
    // An author filter does not change how many contributors could have a finding.
    let testable =
        people.iter().filter(|(_, c)| c.identities.iter().any(|i| people.uses[i.index()].authored > 0)).count();
    let review = catalogue.calibration().review();
    let cases =
        cases(&findings, &Rules { review, combinations: catalogue.combinations(), is_range: options.gate, testable });
    let redactor = Redactor::new(catalogue.secrets())?;
    let quotes = quotes::quotes(&findings, &ledger, &repositories, &redactor);
    let subjects = quotes::subjects(&findings, &ledger, &repositories, &redactor);
    clock.lap("judging");
    note_skipped(&mut ledger, access.skipped);
    for row in &mut ledger.repositories {
        row.skipped.sort();
        row.skipped.dedup();
    }
    let unseen = unseen::unseen(&ledger);
    Ok(Audit {
        ledger,
        people,
        clocks,
        roster,
        findings,
        cases,
        testable,
        review,
        stale: decided,
        unseen,
        dependencies: searched.dependencies,
        sensitive: access.sensitive,
        untested,
        quotes,
        subjects,
        heuristics,
        measurement: catalogue.measurement().clone(),
        redactor,
        owners: repositories.iter().map(sensitive::owners_of).collect(),
        key_owners: observer.keyring.owners(),
        bytes: searched.bytes,
        seconds: clock.laps,
    })
}

/// The number of these commits that each contributor wrote.
fn commits_by_author<'c>(
    people: &People,
    commits: impl Iterator<Item = &'c CommitRow>,
) -> FxHashMap<ContributorId, usize> {
    let mut by_author: FxHashMap<ContributorId, usize> = FxHashMap::default();
    for commit in commits {
        *by_author.entry(people.contributor_of(commit.author)).or_default() += 1;
    }
    by_author
}

/// Marks the findings that are not charged to the person named in their commits, because the commits' traces contradict
/// that name or a finding that counts shows that they are forged. Returns the forged commits.
///
/// Later copies by others do not matter, so only the commits under the charged name decide: for an attack the first,
/// for anything else all.
fn unname(
    findings: &mut [Finding],
    ledger: &Ledger,
    people: &People,
    mut forged: FxHashSet<CommitIdx>,
) -> FxHashSet<CommitIdx> {
    forged.extend(findings.iter().filter(|f| f.is_forged && f.counts()).flat_map(|f| &f.commits));
    for finding in findings {
        let is_own = |c: &&CommitIdx| people.contributor_of(ledger.commit(**c).author) == finding.contributor;
        let is_forged = |c: &CommitIdx| forged.contains(c);
        let mut own = finding.commits.iter().filter(is_own).peekable();
        finding.is_forged = match finding.nature {
            _ if own.peek().is_none() => !finding.commits.is_empty() && finding.commits.iter().all(is_forged),
            Nature::Attack => own.next().is_some_and(is_forged),
            Nature::Deception | Nature::Exposure => own.all(is_forged),
        };
    }
    forged
}

/// Records blobs that could not be read, each once.
fn note_skipped(ledger: &mut Ledger, skipped: Vec<(usize, Skipped)>) {
    for (number, skip) in skipped {
        let row = &mut ledger.repositories[number];
        if !row.skipped.contains(&skip) {
            row.skip("blobs", vec![skip]);
        }
    }
}
