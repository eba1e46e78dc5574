//! Arguments shared by the commands that scan, and the scan itself.

use super::outcome::Failure;
use super::terminal::{self, Bar};
use super::when;
use crate::config::{AlibiFile, Baseline, ConfigError, Indicators, Snapshot};
use crate::heuristics::{Catalogue, Persona, Severity};
use crate::pipeline::{Audit, AuditError, AuditOptions, audit};
use crate::report::{Report, ReportOptions};
use crate::repository::RefChoice;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// What to read and check; shared by the commands that scan.
#[derive(Args, Debug, Default)]
pub struct What {
    /// Repositories to scan: work trees, folders in them, or bare repositories [default: GIT_DIR, or the current
    /// repository]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub scope: Scope,
    #[command(flatten)]
    pub how: How,
    /// A Git directory to read objects from instead of the repository's own.
    #[arg(skip)]
    pub objects: Option<PathBuf>,
}

/// Which commits are in scope, and which configuration applies.
#[derive(Args, Debug, Default)]
pub struct Scope {
    /// References to start from: default (HEAD, branches, remote-tracking branches, tags), head, branches, all, or a
    /// pattern such as 'heads/release-*'
    #[arg(long, default_value = "default", value_name = "WHICH", conflicts_with = "range")]
    pub refs: String,
    /// Scan only commits reachable from B and not from A (A...B: since their merge base); earlier history is used as
    /// context. Cannot be combined with --refs
    #[arg(long, value_name = "A..B")]
    pub range: Option<String>,
    /// Scan only commits made since this date (2026-01-31, an RFC 3339 timestamp, or '90 days ago')
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Scan only commits made until this date
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Scan only this contributor: a name, an address, or 'Name <address>'; can be repeated
    #[arg(long, value_name = "WHO")]
    pub author: Vec<String>,
    /// Which heuristics to run: the default set, or the noisier ones for auditors too
    #[arg(long, value_enum, default_value_t, value_name = "WHO")]
    pub persona: PersonaChoice,
    /// The team's configuration: time zones, hours, travel, addresses, keys, sensitive paths, decisions about findings
    /// [default: alibi.toml in the current folder, if it exists]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The findings that the team has accepted [default: alibi-baseline.toml in the current folder, if it exists]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Also read unreachable objects: commits left behind by a rewrite, and former positions of references in the
    /// reflogs
    #[arg(long, conflicts_with = "range")]
    pub include_unreachable: bool,
}

/// Which heuristics run, and with which inputs.
#[derive(Args, Clone, Debug, Default)]
pub struct How {
    /// Run only these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub only: Vec<String>,
    /// Skip these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub skip: Vec<String>,
    /// Run only heuristics of this severity or higher
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub min_severity: SeverityChoice,
    /// Also load heuristics from this folder
    #[arg(long, value_name = "DIR")]
    pub heuristics: Option<PathBuf>,
    /// Use the .mailmap files of the repositories as evidence of identity, or ignore them
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub mailmap: MailmapUse,
    /// Check signatures with these public keys: an OpenPGP keyring, an allowed-signers file, or PEM certificates; can
    /// be repeated
    #[arg(long, value_name = "FILE")]
    pub keys: Vec<PathBuf>,
    /// Import a SARIF report of another scanner (gitleaks, kingfisher, trufflehog and others), and attribute its
    /// results to commits and contributors; can be repeated
    #[arg(long, value_name = "FILE")]
    pub import: Vec<PathBuf>,
    /// Report dependencies that these advisories list as malicious: OSV files (one advisory, a list, or one per line),
    /// or folders of them; can be repeated
    #[arg(long, value_name = "PATH")]
    pub osv: Vec<PathBuf>,
    /// Search for the team's own indicators: addresses, hosts, wallets and packages, in a TOML file
    #[arg(long, value_name = "FILE")]
    pub indicators: Option<PathBuf>,
    /// Ignore all decisions about findings: suppressions, baseline, inline comments
    #[arg(long)]
    pub no_suppressions: bool,
    /// Stop after this many seconds without a result (exit 3)
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub time_limit: Option<u64>,
    /// Number of threads [default: number of processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// The minimum severity.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum SeverityChoice {
    /// All heuristics.
    #[default]
    Info,
    /// Heuristics of low severity or more.
    Low,
    /// Heuristics of medium severity or more.
    Medium,
    /// Heuristics of high severity.
    High,
}

impl From<SeverityChoice> for Severity {
    fn from(choice: SeverityChoice) -> Severity {
        match choice {
            SeverityChoice::Info => Severity::Info,
            SeverityChoice::Low => Severity::Low,
            SeverityChoice::Medium => Severity::Medium,
            SeverityChoice::High => Severity::High,
        }
    }
}

/// Which set of heuristics runs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum PersonaChoice {
    /// Heuristics for every run.
    #[default]
    Default,
    /// Those, and the noisier ones for an audit by hand.
    Auditor,
}

/// Whether `.mailmap` files are used.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum MailmapUse {
    #[default]
    Use,
    Ignore,
}

/// The team's configuration files.
#[derive(Default)]
pub struct Given {
    /// The team's configuration.
    pub alibi: Option<AlibiFile>,
    /// The findings it has accepted.
    pub baseline: Option<Baseline>,
    /// The snapshot file, and the references at an earlier scan, if any.
    pub snapshot: Option<(PathBuf, Option<Snapshot>)>,
    /// Whether this is a gate: these files, and those of the repository, are read from the base commit.
    pub gate: bool,
    /// The commit to read them from, if not the base of the range.
    pub believe: Option<String>,
}

impl Given {
    /// The files passed as options, or those in the current folder. Never those of a scanned repository elsewhere: it
    /// must not configure its own scan.
    pub fn here(scope: &Scope) -> Result<Given, Failure> {
        let file = |given: &Option<PathBuf>, name: &str| {
            given.clone().or_else(|| Some(name.into()).filter(|f: &PathBuf| f.exists()))
        };
        let wrong = |e: ConfigError| Failure::Usage(e.to_string());
        let alibi = file(&scope.config, ALIBI).map(|file| AlibiFile::read(&file)).transpose().map_err(wrong)?;
        let baseline = file(&scope.baseline, BASELINE).map(|file| Baseline::read(&file)).transpose().map_err(wrong)?;
        Ok(Given { alibi, baseline, ..Given::default() })
    }
}

/// The team's configuration file.
pub const ALIBI: &str = "alibi.toml";

/// The team's baseline file.
pub const BASELINE: &str = "alibi-baseline.toml";

/// Scans with the team's configuration, and returns the run and its report.
pub fn perform(what: &What, quiet: bool) -> Result<(Audit, Report), Failure> {
    perform_with(what, Given::here(&what.scope)?, quiet)
}

/// Scans with the given files, and returns the run and its report.
pub fn perform_with(what: &What, given: Given, quiet: bool) -> Result<(Audit, Report), Failure> {
    let (scope, how) = (&what.scope, &what.how);
    let catalogue = catalogue(how.heuristics.as_deref())?;
    let now = when::now();
    let moment = |text: &Option<String>, end| {
        text.as_deref().map(|t| when::parse(t, end, now)).transpose().map_err(Failure::Usage)
    };
    let (since, until) = (moment(&scope.since, false)?, moment(&scope.until, true)?);
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(Failure::Usage("--since is later than --until".into()));
    }
    let trimmed = |names: &[String]| names.iter().map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let indicators = how.indicators.as_deref().map(Indicators::read);
    let options = AuditOptions {
        refs: RefChoice::from_str(&scope.refs).unwrap_or_default(),
        range: scope.range.clone(),
        since,
        until,
        only: trimmed(&how.only),
        skip: trimmed(&how.skip),
        min_severity: how.min_severity.into(),
        persona: match scope.persona {
            PersonaChoice::Default => Persona::Default,
            PersonaChoice::Auditor => Persona::Auditor,
        },
        mailmap: how.mailmap == MailmapUse::Use,
        keys: how.keys.clone(),
        alibi: given.alibi,
        imports: how.import.clone(),
        osv: how.osv.clone(),
        indicators: indicators.transpose().map_err(|e| Failure::Usage(e.to_string()))?,
        include_unreachable: scope.include_unreachable,
        snapshot: given.snapshot.as_ref().and_then(|(_, seen)| seen.clone()),
        authors: trimmed(&scope.author),
        baseline: given.baseline,
        suppressions: !how.no_suppressions,
        gate: given.gate,
        believe: given.believe,
        objects: what.objects.clone(),
        ..AuditOptions::of(paths(&what.paths), now)
    };
    let audit = limited(how, quiet, &options, catalogue)?;
    let shown = |files: &[PathBuf]| files.iter().map(|p| p.display().to_string()).collect();
    let used = ReportOptions {
        paths: shown(&options.paths),
        refs: options.refs.to_string(),
        range: options.range,
        gate: options.gate,
        since: scope.since.clone(),
        until: scope.until.clone(),
        authors: options.authors,
        only: options.only,
        skip: options.skip,
        mailmap: options.mailmap,
        keys: shown(&options.keys),
        imports: shown(&options.imports),
        indicators: options.indicators.map(|lists| lists.path().to_owned()),
        osv: shown(&options.osv),
        include_unreachable: options.include_unreachable,
        snapshot: given.snapshot.map(|(file, _)| file.display().to_string()),
        fail_on_exposure: None,
        heuristics_run: audit.heuristics.len(),
        min_severity: options.min_severity.to_string(),
        config: options.alibi.map(|file| file.path().to_owned()),
        baseline: options.baseline.map(|file| file.path().to_owned()),
        suppressions: options.suppressions,
        persona: format!("{:?}", options.persona).to_lowercase(),
        heuristics: how.heuristics.as_ref().map(|p| p.display().to_string()),
    };
    let report = Report::new(&audit, used);
    Ok((audit, report))
}

/// Runs an audit on a thread pool, within the time limit if there is one. A run that exceeds the limit continues in the
/// background until the program exits, which it does immediately.
fn limited(how: &How, quiet: bool, options: &AuditOptions, catalogue: Catalogue) -> Result<Audit, Failure> {
    let pool = terminal::pool(how.jobs)?;
    let bar = Bar::new(quiet);
    let Some(seconds) = how.time_limit else {
        let result = pool.install(|| audit(options, &catalogue, &bar));
        bar.finish();
        return Ok(result?);
    };
    let (send, receive) = sync_channel::<Result<Audit, AuditError>>(1);
    let (own, shown) = (options.clone(), bar.clone());
    std::thread::spawn(move || {
        // The receiver is gone if the limit was reached.
        let _ = send.send(pool.install(|| audit(&own, &catalogue, &shown)));
    });
    let result = receive.recv_timeout(Duration::from_secs(seconds));
    bar.finish();
    match result {
        Ok(result) => Ok(result?),
        Err(RecvTimeoutError::Timeout) => Err(Failure::Incomplete(format!(
            "not finished after {seconds} s, no results: raise --time-limit, or reduce the scope with --only, --refs or --since"
        ))),
        Err(RecvTimeoutError::Disconnected) => Err(Failure::Repository("the run ended without a result".into())),
    }
}

/// The embedded heuristics, plus those of `folder` if given.
pub fn catalogue(folder: Option<&Path>) -> Result<Catalogue, Failure> {
    match folder {
        Some(folder) => Catalogue::with_folder(folder),
        None => Catalogue::embedded(),
    }
    .map_err(|e| Failure::Usage(e.to_string()))
}

/// The repositories passed as arguments, or the current one.
pub fn paths(given: &[PathBuf]) -> Vec<PathBuf> {
    if !given.is_empty() {
        return given.to_vec();
    }
    vec![std::env::var_os("GIT_DIR").filter(|dir| !dir.is_empty()).map_or_else(|| ".".into(), PathBuf::from)]
}
