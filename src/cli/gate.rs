//! `git alibi gate`: judges what a range adds, in the light of the history before it and by the word of what stood there.

use super::told::{FailOn, Telling, Told};
use super::what::{ALIBI, BASELINE, Given, How, Scope, What, paths, perform_with};
use super::{ColourChoice, Failure, Outcome, output};
use crate::audit::Audit;
use crate::config::{AlibiFile, Baseline, ConfigError};
use crate::report::TableStyle;
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
    /// Judge what can be seen where not all can, and say what could not
    #[arg(long)]
    allow_partial: bool,
    /// In a pre-receive hook: read the objects of the push, too, which Git keeps apart until the hook has accepted it
    #[arg(long)]
    quarantine: bool,
}

pub(super) fn run(args: GateArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let key = args.told.prepare()?;
    let path = paths(&args.path.clone().into_iter().collect::<Vec<_>>());
    let quarantine = if args.quarantine { quarantine_of_push().map_err(Failure::Usage)? } else { Vec::new() };
    let given = match believed(&path[0], &quarantine, &args.range) {
        // A branch that is deleted brings nothing.
        Ok(None) => {
            writeln!(output::stdout(colour), "git-alibi: {}: nothing to judge, the range ends nowhere", args.range)?;
            return Ok(Outcome::Clean);
        }
        Ok(Some(given)) => given,
        Err(Failure::Incomplete(why)) if args.allow_partial => {
            writeln!(output::stderr(colour), "git-alibi: nothing was judged: {why}")?;
            return Ok(Outcome::Clean);
        }
        Err(failure) => return Err(failure),
    };
    let scope = Scope { refs: "default".into(), range: Some(args.range.clone()), ..Scope::default() };
    let what = What { paths: path, scope, how: args.how, quarantine };
    let (audit, mut report) = match perform_with(&what, given, args.told.quiet) {
        Err(Failure::Incomplete(why)) if args.allow_partial => {
            writeln!(output::stderr(colour), "git-alibi: nothing was judged: {why}")?;
            return Ok(Outcome::Clean);
        }
        result => result?,
    };
    if let Some(key) = &key {
        report.mask(key);
    }
    let style = TableStyle { gate: true, ..TableStyle::default() };
    args.told.tell(&Telling { audit: &audit, report: &report, style }, colour)?;
    let outcome = args.fail_on.outcome(&audit);
    match (outcome, unseen(&audit)) {
        (Outcome::Clean, Some(why)) if !args.allow_partial => Err(Failure::Incomplete(why)),
        (_, Some(why)) => {
            writeln!(output::stderr(colour), "git-alibi: judged in part: {why}")?;
            Ok(outcome)
        }
        (outcome, None) => Ok(outcome),
    }
}

/// What the team's files said before the range; nothing where the range ends nowhere.
fn believed(path: &std::path::Path, quarantine: &[PathBuf], range: &str) -> Result<Option<Given>, Failure> {
    let (from, to) = range.split_once("..").unwrap_or((range, ""));
    let to = to.trim_start_matches('.');
    if is_nowhere(to) {
        return Ok(None);
    }
    if is_nowhere(from) {
        let why = "the range begins nowhere, as a new branch does: give what it will be merged into, such as origin/main...HEAD, or the empty tree for all of it";
        return Err(Failure::Incomplete(why.into()));
    }
    let open = |e: RepositoryError| Failure::Repository(e.to_string());
    let mut repository = Repository::open_with(path, quarantine).map_err(open)?;
    let is_shallow = !repository.condition().shallow.is_empty();
    let selection = repository.select_range(range).map_err(|error| match error {
        RepositoryError::UnknownRevision(name, _, why) => {
            // Two that never parted, or did so before what was fetched.
            let is_both = name.contains("..");
            let fetch = if is_shallow || is_both { "git fetch --unshallow".to_owned() } else { fetching(&name) };
            Failure::Incomplete(format!(
                "'{name}' is not here ({why}), so that the range cannot be judged; to bring it: {fetch}"
            ))
        }
        error if error.is_usage() => Failure::Usage(error.to_string()),
        error => Failure::Repository(error.to_string()),
    })?;
    if let Some(tip) = selection.tips.first() {
        repository.look_from(selection.believed, *tip);
    }
    let wrong = |e: ConfigError| Failure::Usage(format!("{e} (as it stands before the range)"));
    let text =
        |name: &str| repository.trusted_file(name.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let alibi = text(ALIBI).map(|text| AlibiFile::parse(ALIBI, &text)).transpose().map_err(wrong)?;
    let baseline = text(BASELINE).map(|text| Baseline::parse(BASELINE, &text)).transpose().map_err(wrong)?;
    Ok(Some(Given { alibi, baseline, snapshot: None, gate: true }))
}

/// Whether a revision is the id of nothing, with which forges say that there was no commit before or is none after.
fn is_nowhere(name: &str) -> bool {
    name.len() >= 40 && name.bytes().all(|b| b == b'0')
}

/// The command that brings a revision.
fn fetching(name: &str) -> String {
    let name = name.split(['~', '^', '@', ':']).next().unwrap_or(name);
    match name.split_once('/') {
        Some((remote, branch)) => format!("git fetch {remote} {branch}"),
        None => format!("git fetch origin {name}"),
    }
}

/// What had to be judged and could not be seen, in a sentence.
fn unseen(audit: &Audit) -> Option<String> {
    const NAMED: usize = 3;
    let named: Vec<String> = audit.unseen.iter().take(NAMED).map(|(object, why)| format!("{object}: {why}")).collect();
    let more = audit.unseen.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| {
        format!(
            "not all that the range must be judged by could be seen: {}{more} (--allow-partial judges what can be)",
            named.join("; ")
        )
    })
}
