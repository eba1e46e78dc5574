//! `git alibi gate`: judges what a range adds, in the light of the history before it and by the word of what stood there.

use super::told::{FailOn, FailOnExposure, Telling, Told};
use super::what::{ALIBI, BASELINE, Given, How, Scope, What, paths, perform_with};
use super::{ColourChoice, Failure, Outcome, output};
use crate::audit::Audit;
use crate::config::{AlibiFile, Baseline, ConfigError};
use crate::report::{MaskKey, Report, TableStyle};
use crate::repository::{Repository, RepositoryError, quarantine_of_push};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// What is judged before it is merged.
#[derive(Args, Debug)]
#[command(after_help = "\
What the range itself says of alibi.toml, alibi-baseline.toml, comments that ignore a finding, .mailmap and CODEOWNERS has
no effect: they are read as they stand at BASE. Findings of old never fail a range.

Examples:
  git alibi gate origin/main...HEAD                  a pull request, since it parted from main
  git alibi gate \"$BEFORE..$AFTER\"                   what a push adds
  git alibi gate main..HEAD --output sarif=alibi.sarif --output markdown=comment.md
  git alibi gate main..HEAD --fail-on review
  git alibi gate \"$(git hash-object -t tree /dev/null)..HEAD\"   all of a history: the empty tree is its base

Exit codes: 0 nothing at or above --fail-on, 1 something was, 2 a wrong request or configuration, 3 the repository could not
be read, or not all that must be judged could be seen (a shallow clone, a missing base): the command that brings it is said.")]
pub struct GateArgs {
    /// What is judged: what HEAD has and BASE has not; with three dots, since they parted
    #[arg(value_name = "BASE..HEAD")]
    range: String,
    /// The repository [default: GIT_DIR, or the one you are in]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    told: Told,
    /// Exit with 1 if a case reaches this tier
    #[arg(long, value_enum, default_value_t = FailOn::Block, value_name = "TIER")]
    fail_on: FailOn,
    /// Exit with 1 if the range introduces an exposure of this severity
    #[arg(long, value_enum, default_value_t = FailOnExposure::High, value_name = "SEVERITY")]
    fail_on_exposure: FailOnExposure,
    /// Judge what can be seen where not all can, and say what could not
    #[arg(long)]
    allow_partial: bool,
    /// Believe the team's files as they stand there, rather than at BASE: the branch that only reviewed work comes to
    #[arg(long, value_name = "REV")]
    believe: Option<String>,
    /// In a pre-receive hook: read the objects of the push, too, which Git keeps apart until the hook has accepted it
    #[arg(long)]
    quarantine: bool,
}

pub(super) fn run(args: GateArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let key = args.told.prepare()?;
    judge(&args, key.as_ref(), colour).map_err(|failure| failure.hidden_if(key.is_some()))
}

fn judge(args: &GateArgs, key: Option<&MaskKey>, colour: ColourChoice) -> Result<Outcome, Failure> {
    let path = paths(&args.path.clone().into_iter().collect::<Vec<_>>());
    let open = |e: RepositoryError| Failure::Repository(e.to_string());
    // It must live as long as objects are read from it, and go whatever comes.
    let quarantine = if args.quarantine {
        let folders = quarantine_of_push().map_err(Failure::Usage)?;
        Some(Repository::open(&path[0]).and_then(|repository| repository.beside(&folders)).map_err(open)?)
    } else {
        None
    };
    let objects = quarantine.as_ref().map(|folder| folder.path().to_path_buf());
    let run = || -> Result<Option<(Audit, Report)>, Failure> {
        let repository = Repository::open_with(&path[0], objects.as_deref()).map_err(open)?;
        let Some(given) = believed(repository, &args.range, args.believe.as_deref())? else { return Ok(None) };
        let scope = Scope { refs: "default".into(), range: Some(args.range.clone()), ..Scope::default() };
        let what = What { paths: path.clone(), scope, how: args.how.clone(), objects: objects.clone() };
        perform_with(&what, given, args.told.quiet).map(Some)
    };
    let (audit, mut report) = match run() {
        Ok(Some(done)) => done,
        // A branch that is deleted brings nothing.
        Ok(None) => {
            writeln!(output::stdout(colour), "git-alibi: nothing to judge, the range ends nowhere")?;
            return Ok(Outcome::Clean);
        }
        Err(Failure::Incomplete(why)) if args.allow_partial => {
            let why = Failure::Incomplete(why).hidden_if(key.is_some());
            writeln!(output::stderr(colour), "git-alibi: nothing was judged: {why}")?;
            return Ok(Outcome::Clean);
        }
        Err(failure) => return Err(failure),
    };
    report.set_fail_on_exposure(args.fail_on_exposure.name());
    if let Some(key) = key {
        report.mask(key);
    }
    let style = TableStyle { gate: true, ..TableStyle::default() };
    args.told.tell(&Telling { audit: &audit, report: &report, style }, colour)?;
    let outcome = args.fail_on.outcome(&audit).or(args.fail_on_exposure.outcome(&audit));
    match (outcome, report.unseen_in_words()) {
        (Outcome::Clean, Some(why)) if !args.allow_partial => {
            Err(Failure::Incomplete(format!("{why} (--allow-partial judges what can be)")))
        }
        (_, Some(why)) => {
            writeln!(output::stderr(colour), "git-alibi: judged in part: {why}")?;
            Ok(outcome)
        }
        (outcome, None) => Ok(outcome),
    }
}

/// What the team's files said before the range, or at the commit that is believed; nothing where the range ends nowhere.
fn believed(mut repository: Repository, range: &str, believe: Option<&str>) -> Result<Option<Given>, Failure> {
    let (from, to) = range.split_once("..").unwrap_or((range, ""));
    let to = to.trim_start_matches('.');
    if from.is_empty() {
        let why = "the range has no beginning, as where a variable is not set: write BASE..HEAD";
        return Err(Failure::Usage(why.into()));
    }
    if is_nowhere(to) {
        return Ok(None);
    }
    if is_nowhere(from) {
        let why = "the range begins nowhere, as a new branch does: give what it will be merged into, such as origin/main...HEAD, \
                   or the empty tree for all of it";
        return Err(Failure::Incomplete(why.into()));
    }
    if let Some(outer) = repository.lies_in() {
        let outer = outer.display();
        let why = format!(
            "the repository lies in the work tree of another, and may have come with it: give the root, {outer}"
        );
        return Err(Failure::Repository(why));
    }
    let is_shallow = !repository.condition().shallow.is_empty();
    let selection = repository.select_range(range).map_err(|error| missing(error, is_shallow))?;
    let believed = match believe {
        Some(revision) => repository.commit_named(revision).map_err(|error| missing(error, is_shallow))?,
        None => selection.believed,
    };
    if let Some(tip) = selection.tips.first() {
        repository.look_from(believed, *tip);
    }
    let wrong = |e: ConfigError| Failure::Usage(format!("{e} (as it stands before the range)"));
    let text =
        |name: &str| repository.trusted_file(name.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let alibi = text(ALIBI).map(|text| AlibiFile::parse(ALIBI, &text)).transpose().map_err(wrong)?;
    let baseline = text(BASELINE).map(|text| Baseline::parse(BASELINE, &text)).transpose().map_err(wrong)?;
    Ok(Some(Given { alibi, baseline, snapshot: None, gate: true, believe: believe.map(str::to_owned) }))
}

/// What is not there, and what brings it.
fn missing(error: RepositoryError, is_shallow: bool) -> Failure {
    match error {
        RepositoryError::UnknownRevision(name, _, why) => {
            // Two that never parted, or did so before what was fetched.
            let is_both = name.contains("..");
            let fetch = match (is_shallow, is_both) {
                (true, false) => fetching(&name).replacen("fetch", "fetch --unshallow", 1),
                (_, true) => "git fetch --unshallow".to_owned(),
                (false, false) => fetching(&name),
            };
            Failure::Incomplete(format!(
                "'{name}' is not here ({why}), so that the range cannot be judged; to bring it: {fetch}"
            ))
        }
        error if error.is_usage() => Failure::Usage(error.to_string()),
        error => Failure::Repository(error.to_string()),
    }
}

/// Whether a revision is the id of nothing, with which forges say that there was no commit before or is none after.
fn is_nowhere(name: &str) -> bool {
    name.len() >= 40 && name.bytes().all(|b| b == b'0')
}

/// The command that brings a revision.
fn fetching(name: &str) -> String {
    let name = name.split(['~', '^', '@', ':']).next().unwrap_or(name);
    match name.split_once('/') {
        // In a clone of one branch a plain fetch would leave it without a name.
        Some((remote, branch)) => format!("git fetch {remote} {branch}:refs/remotes/{remote}/{branch}"),
        None => format!("git fetch origin {name}"),
    }
}
