//! `git alibi gate`: checks the commits that a range adds. Earlier history is used as context, and configuration is
//! read from the base commit.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::output_args::{FailOn, FailOnExposure, OutputArgs};
use super::scan_args::{ALIBI, BASELINE, Given, How, Scope, What, paths, perform_with};
use super::terminal;
use crate::config::{AlibiFile, Baseline, ConfigError};
use crate::pipeline::Audit;
use crate::report::{MaskKey, RenderOptions, Report};
use crate::repository::{Repository, RepositoryError, quarantine_of_push};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// What to check before a merge.
#[derive(Args, Debug)]
#[command(after_help = "\
Changes that the range makes to alibi.toml, alibi-baseline.toml, ignore comments, .mailmap and CODEOWNERS have
no effect: these are read from BASE. Existing findings never fail a range.

Examples:
  git alibi gate origin/main...HEAD                  a pull request, since its merge base with main
  git alibi gate \"$BEFORE..$AFTER\"                   the commits that a push adds
  git alibi gate main..HEAD --output sarif=alibi.sarif --output markdown=comment.md
  git alibi gate main..HEAD --fail-on review
  git alibi gate \"$(git hash-object -t tree /dev/null)..HEAD\"   the whole history: the empty tree is the base

Exit codes: 0 nothing at or above --fail-on, 1 something at or above it, 2 invalid arguments or configuration,
3 the repository could not be read, or not everything in scope could be read (a shallow clone, a missing base);
the error message names the command that fetches what is missing.")]
pub struct GateArgs {
    /// Commits reachable from HEAD and not from BASE; with three dots, since their merge base
    #[arg(value_name = "BASE..HEAD")]
    range: String,
    /// The repository [default: GIT_DIR, or the current repository]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    output: OutputArgs,
    /// Exit with 1 if a case reaches this tier
    #[arg(long, value_enum, default_value_t = FailOn::Block, value_name = "TIER")]
    fail_on: FailOn,
    /// Exit with 1 if the range introduces an exposure of this severity
    #[arg(long, value_enum, default_value_t = FailOnExposure::High, value_name = "SEVERITY")]
    fail_on_exposure: FailOnExposure,
    /// If not everything in scope can be read, check the rest and list what is missing
    #[arg(long)]
    allow_partial: bool,
    /// Read the team's files from this revision instead of BASE; use a branch that accepts only reviewed commits
    #[arg(long, value_name = "REV")]
    believe: Option<String>,
    /// In a pre-receive hook: also read the objects of the push, which Git quarantines until the hook accepts it
    #[arg(long)]
    quarantine: bool,
}

pub(super) fn run(args: GateArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let key = args.output.prepare()?;
    check(&args, key.as_ref(), colour).map_err(|failure| failure.hidden_if(key.is_some()))
}

fn check(args: &GateArgs, key: Option<&MaskKey>, colour: ColourChoice) -> Result<Outcome, Failure> {
    let path = paths(&args.path.clone().into_iter().collect::<Vec<_>>());
    let open = |e: RepositoryError| Failure::Repository(e.to_string());
    // It must live as long as objects are read from it, and be removed in any case.
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
        perform_with(&what, given, args.output.quiet).map(Some)
    };
    let (audit, mut report) = match run() {
        Ok(Some(done)) => done,
        // A deleted branch adds nothing.
        Ok(None) => {
            writeln!(
                terminal::stdout(colour),
                "git-alibi: nothing to check, the range has no end commit (a deleted branch)"
            )?;
            return Ok(Outcome::Clean);
        }
        Err(Failure::Incomplete(why)) if args.allow_partial => {
            let why = Failure::Incomplete(why).hidden_if(key.is_some());
            writeln!(terminal::stderr(colour), "git-alibi: nothing was checked: {why}")?;
            return Ok(Outcome::Clean);
        }
        Err(failure) => return Err(failure),
    };
    report.set_fail_on_exposure(args.fail_on_exposure.limit());
    let report = args.output.finish(report, &audit, key);
    args.output.write(&report, RenderOptions { gate: true, ..RenderOptions::default() }, colour)?;
    let is_exposed = if report.has_failing_exposure() { Outcome::Found } else { Outcome::Clean };
    let outcome = args.fail_on.outcome(&report).or(is_exposed);
    match (outcome, report.unseen_in_words()) {
        (Outcome::Clean, Some(why)) if !args.allow_partial => {
            Err(Failure::Incomplete(format!("{why} (--allow-partial checks the rest)")))
        }
        (_, Some(why)) => {
            writeln!(terminal::stderr(colour), "git-alibi: checked in part: {why}")?;
            Ok(outcome)
        }
        (outcome, None) => Ok(outcome),
    }
}

/// The team's files at the base of the range, or at the trusted commit; `None` if the range has no end commit.
fn believed(mut repository: Repository, range: &str, believe: Option<&str>) -> Result<Option<Given>, Failure> {
    let (from, to) = range.split_once("..").unwrap_or((range, ""));
    let to = to.trim_start_matches('.');
    if from.is_empty() {
        let why = "the range has no start, perhaps because a variable is not set: write BASE..HEAD";
        return Err(Failure::Usage(why.into()));
    }
    if is_nowhere(to) {
        return Ok(None);
    }
    if is_nowhere(from) {
        let why = "the range has no start commit (a new branch): start it at the merge target, such as origin/main...HEAD, or at \
                   the empty tree to check everything";
        return Err(Failure::Incomplete(why.into()));
    }
    if let Some(outer) = repository.lies_in() {
        let outer = outer.display();
        let why = format!(
            "the repository is inside the work tree of another and may be part of its content: pass the root, {outer}"
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
    let wrong = |e: ConfigError| Failure::Usage(format!("{e} (as of the base of the range)"));
    let text =
        |name: &str| repository.trusted_file(name.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let alibi = text(ALIBI).map(|text| AlibiFile::parse(ALIBI, &text)).transpose().map_err(wrong)?;
    let baseline = text(BASELINE).map(|text| Baseline::parse(BASELINE, &text)).transpose().map_err(wrong)?;
    Ok(Some(Given { alibi, baseline, snapshot: None, gate: true, believe: believe.map(str::to_owned) }))
}

/// What is missing, and the command that fetches it.
fn missing(error: RepositoryError, is_shallow: bool) -> Failure {
    match error {
        RepositoryError::UnknownRevision(name, _, why) => {
            // Two revisions without a merge base, or with one that was not fetched.
            let is_both = name.contains("..");
            let fetch = match (is_shallow, is_both) {
                (true, false) => fetching(&name).replacen("fetch", "fetch --unshallow", 1),
                (_, true) => "git fetch --unshallow".to_owned(),
                (false, false) => fetching(&name),
            };
            Failure::Incomplete(format!(
                "cannot check the range: '{name}' cannot be resolved ({why}); to fetch it: {fetch}"
            ))
        }
        error if error.is_usage() => Failure::Usage(error.to_string()),
        error => Failure::Repository(error.to_string()),
    }
}

/// Whether a revision is the null id, which forges send if there is no commit before or after a push.
fn is_nowhere(name: &str) -> bool {
    name.len() >= 40 && name.bytes().all(|b| b == b'0')
}

/// The command that fetches a revision.
fn fetching(name: &str) -> String {
    let name = name.split(['~', '^', '@', ':']).next().unwrap_or(name);
    match name.split_once('/') {
        // In a single-branch clone a plain fetch would not create the remote-tracking branch.
        Some((remote, branch)) => format!("git fetch {remote} {branch}:refs/remotes/{remote}/{branch}"),
        None => format!("git fetch origin {name}"),
    }
}
