//! What is read and judged: the arguments that the commands share, and the run that follows from them.

use super::output::Bar;
use super::{Failure, output, when};
use crate::audit::{Audit, AuditError, AuditOptions, audit};
use crate::config::{AlibiFile, Baseline, ConfigError, Indicators, Snapshot};
use crate::heuristics::{Catalogue, Persona, Severity};
use crate::report::{Report, ReportOptions};
use crate::repository::RefChoice;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// What is read and judged; shared by the commands that scan.
#[derive(Args, Debug, Default)]
pub struct What {
    /// Repositories: work trees, folders in them, or bare repositories [default: GIT_DIR, or the one you are in]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub scope: Scope,
    #[command(flatten)]
    pub how: How,
    /// A Git directory from which objects are read instead of the repository's own.
    #[arg(skip)]
    pub objects: Option<PathBuf>,
}

/// Which part of the history is judged, and by whose word.
#[derive(Args, Debug, Default)]
pub struct Scope {
    /// References to start from: default (HEAD, branches, remote-tracking branches, tags), head, branches, all, or a
    /// pattern such as 'heads/release-*'
    #[arg(long, default_value = "default", value_name = "WHICH", conflicts_with = "range")]
    pub refs: String,
    /// Judge only what B has and A has not (A...B: since they parted); everything before is learnt from. Instead of
    /// --refs
    #[arg(long, value_name = "A..B")]
    pub range: Option<String>,
    /// Judge only what was committed since then (2026-01-31, an RFC 3339 moment, or '90 days ago')
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Judge only what was committed until then
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Judge only this contributor: a name, an address, or 'Name <address>'; may be given several times
    #[arg(long, value_name = "WHO")]
    pub author: Vec<String>,
    /// Whose heuristics run: everybody's, or the noisier ones too
    #[arg(long, value_enum, default_value_t, value_name = "WHO")]
    pub persona: PersonaChoice,
    /// What the team declares: zones, hours, journeys, addresses, keys, sensitive paths, decisions about findings [default:
    /// alibi.toml in the folder you are in, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The findings that the team has accepted [default: alibi-baseline.toml in the folder you are in, if there is one]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Read what is stored and no reference leads to any more, too: commits left behind by a rewrite, and what logs say of
    /// where references led
    #[arg(long, conflicts_with = "range")]
    pub include_unreachable: bool,
}

/// What is looked for, and with what.
#[derive(Args, Clone, Debug, Default)]
pub struct How {
    /// Run only these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub only: Vec<String>,
    /// Leave out these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub skip: Vec<String>,
    /// Run only heuristics of this severity or more
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub min_severity: SeverityChoice,
    /// Load a team's own heuristics too
    #[arg(long, value_name = "DIR")]
    pub heuristics: Option<PathBuf>,
    /// Take the repositories' own .mailmap as evidence of who is who, or ignore it
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub mailmap: MailmapUse,
    /// Check signatures with these public keys: an OpenPGP keyring, an allowed-signers file, or PEM certificates; may be
    /// given several times
    #[arg(long, value_name = "FILE")]
    pub keys: Vec<PathBuf>,
    /// Take in what another scanner found, a report in SARIF (gitleaks, kingfisher, trufflehog and others), and attribute
    /// it to commits and contributors; may be given several times
    #[arg(long, value_name = "FILE")]
    pub import: Vec<PathBuf>,
    /// Report dependencies that these advisories call malicious: files in the format of OSV (one, a list, or one a line), or
    /// folders of them; may be given several times
    #[arg(long, value_name = "PATH")]
    pub osv: Vec<PathBuf>,
    /// Look for what the team lists: addresses, hosts, wallets and packages, in TOML
    #[arg(long, value_name = "FILE")]
    pub indicators: Option<PathBuf>,
    /// Give no effect to decisions about findings: suppressions, baseline, comments
    #[arg(long)]
    pub no_suppressions: bool,
    /// Stop after so long, judging nothing (exit 3)
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub time_limit: Option<u64>,
    /// Threads [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// The least severity.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
#[allow(missing_docs)] // each variant is its own name
pub enum SeverityChoice {
    #[default]
    Info,
    Low,
    Medium,
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

/// Whose heuristics run.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum PersonaChoice {
    #[default]
    Default,
    Auditor,
}

/// Whether a `.mailmap` counts.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum MailmapUse {
    #[default]
    Use,
    Ignore,
}

/// What files of the team say.
#[derive(Default)]
pub struct Given {
    /// What the team declares.
    pub alibi: Option<AlibiFile>,
    /// What it has accepted.
    pub baseline: Option<Baseline>,
    /// The snapshot's file, and where references led at an earlier scan if there was one.
    pub snapshot: Option<(PathBuf, Option<Snapshot>)>,
    /// Whether a range is judged as a gate does: these files, and those of the repository, are as they were before it.
    pub gate: bool,
    /// The commit as whose files they are taken, where it is not the one before the range.
    pub believe: Option<String>,
}

impl Given {
    /// The files that were named, or those in the folder that the program runs in. Never those of an audited repository
    /// elsewhere: what is judged must not judge itself.
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

/// The file in which a team declares.
pub const ALIBI: &str = "alibi.toml";

/// The file in which it accepts.
pub const BASELINE: &str = "alibi-baseline.toml";

/// Audits in the light of what the team declares, and returns the run with the report of it.
pub fn perform(what: &What, quiet: bool) -> Result<(Audit, Report), Failure> {
    perform_with(what, Given::here(&what.scope)?, quiet)
}

/// The same in the light of these files.
pub fn perform_with(what: &What, given: Given, quiet: bool) -> Result<(Audit, Report), Failure> {
    let (scope, how) = (&what.scope, &what.how);
    let catalogue = catalogue(how.heuristics.as_deref())?;
    let now = when::now();
    let moment = |text: &Option<String>, end| {
        text.as_deref().map(|t| when::parse(t, end, now)).transpose().map_err(Failure::Usage)
    };
    let (since, until) = (moment(&scope.since, false)?, moment(&scope.until, true)?);
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(Failure::Usage("--since is later than --until: nothing lies between them".into()));
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
        fail_on_exposure: String::new(),
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

/// Runs an audit on a pool of threads; where there is a limit, for no longer than that. A run that is given up goes on until
/// the program ends, which it does at once.
fn limited(how: &How, quiet: bool, options: &AuditOptions, catalogue: Catalogue) -> Result<Audit, Failure> {
    let pool = output::pool(how.jobs)?;
    let bar = Bar::new(quiet);
    let Some(seconds) = how.time_limit else {
        let result = pool.install(|| audit(options, &catalogue, &bar));
        bar.finish();
        return Ok(result?);
    };
    let (send, receive) = sync_channel::<Result<Audit, AuditError>>(1);
    let (own, shown) = (options.clone(), bar.clone());
    std::thread::spawn(move || {
        // Nobody listens any more where the limit was reached.
        let _ = send.send(pool.install(|| audit(&own, &catalogue, &shown)));
    });
    let result = receive.recv_timeout(Duration::from_secs(seconds));
    bar.finish();
    match result {
        Ok(result) => Ok(result?),
        Err(RecvTimeoutError::Timeout) => Err(Failure::Incomplete(format!(
            "not done after {seconds} s, and nothing was judged: give --time-limit more, or choose less with --only, --refs or --since"
        ))),
        Err(RecvTimeoutError::Disconnected) => Err(Failure::Repository("the run ended without a result".into())),
    }
}

/// The embedded heuristics, with those of a folder where one is given.
pub fn catalogue(folder: Option<&Path>) -> Result<Catalogue, Failure> {
    match folder {
        Some(folder) => Catalogue::with_folder(folder),
        None => Catalogue::embedded(),
    }
    .map_err(|e| Failure::Usage(e.to_string()))
}

/// The repositories given, or the one that the program runs in.
pub fn paths(given: &[PathBuf]) -> Vec<PathBuf> {
    if !given.is_empty() {
        return given.to_vec();
    }
    vec![std::env::var_os("GIT_DIR").filter(|dir| !dir.is_empty()).map_or_else(|| ".".into(), PathBuf::from)]
}
