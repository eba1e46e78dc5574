//! `git alibi explain`: the page of a heuristic, or one finding in full.

use super::diff::read;
use super::what::{What, catalogue, perform};
use super::{ColourChoice, Failure, Outcome, output};
use crate::report::{finding_page, heuristic_page};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// What is explained.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  git alibi explain invisible-unicode
  git alibi explain bidi-control:0123456789abcdef --report report.json
  git alibi explain bidi-control:0123456789abcdef ../api")]
pub struct ExplainArgs {
    /// A heuristic's id, or a finding's
    #[arg(value_name = "HEURISTIC|FINDING")]
    id: String,
    /// A JSON report that holds the finding; without it the repositories are scanned again
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    what: What,
}

pub(super) fn run(args: ExplainArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let catalogue = catalogue(args.what.how.heuristics.as_deref())?;
    let mut out = output::stdout(colour);
    if let Some(heuristic) = catalogue.get(&args.id) {
        heuristic_page(heuristic, &mut out)?;
        out.flush()?;
        return Ok(Outcome::Clean);
    }
    let known = args.id.split(':').next().and_then(|id| catalogue.get(id));
    if known.is_none() || !args.id.contains(':') {
        let message = format!(
            "'{}' is neither a heuristic nor a finding: `git alibi heuristics list` names the heuristics, a report its findings",
            args.id
        );
        return Err(Failure::Usage(message));
    }
    let report = match &args.report {
        Some(file) => read(file)?,
        None => perform(&args.what, false)?.1,
    };
    if !finding_page(&report, &args.id, &mut out)? {
        let hint = match args.report {
            Some(_) => "the report has no finding of that id".to_owned(),
            None => {
                "this scan finds nothing of that id: give the options that it was found with (--refs, --range, …), \
                     or the report with --report"
                    .to_owned()
            }
        };
        return Err(Failure::Usage(format!("'{}': {hint}", args.id)));
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
