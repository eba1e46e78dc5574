//! `git alibi explain`: explains a heuristic, or one finding in full.

use super::colour::ColourChoice;
use super::diff::read;
use super::outcome::{Failure, Outcome};
use super::scan_args::{ScanInput, rulebook, scan};
use super::terminal;
use alibi_report::{finding_page, heuristic_page};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// The heuristic or finding to explain.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  git alibi explain invisible-unicode
  git alibi explain bidi-control:0123456789abcdef --report report.json
  git alibi explain bidi-control:0123456789abcdef ../api")]
pub(super) struct ExplainArgs {
    /// Id of a heuristic or of a finding
    #[arg(value_name = "HEURISTIC|FINDING")]
    id: String,
    /// A JSON report that contains the finding; without it, the repositories are scanned again
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    input: ScanInput,
}

pub(super) fn run(args: ExplainArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let catalogue = rulebook(args.input.rules.heuristics.as_deref())?;
    let mut out = terminal::stdout(colour);
    if let Some(heuristic) = catalogue.get(&args.id) {
        heuristic_page(heuristic, &mut out)?;
        out.flush()?;
        return Ok(Outcome::Clean);
    }
    let known = args.id.split(':').next().and_then(|id| catalogue.get(id));
    if known.is_none() || !args.id.contains(':') {
        let message = format!(
            "'{}' is neither a heuristic nor a finding: `git alibi heuristics list` lists heuristics, a report lists findings",
            args.id
        );
        return Err(Failure::Usage(message));
    }
    let report = match &args.report {
        Some(file) => read(file)?,
        None => scan(&args.input, false)?.1,
    };
    if !finding_page(&report, &args.id, &mut out)? {
        let hint = match args.report {
            Some(_) => "the report has no finding with this id".to_owned(),
            None => {
                "this scan has no finding with this id: pass the options of the original scan (--refs, --range, …), or its \
                     report with --report"
                    .to_owned()
            }
        };
        return Err(Failure::Usage(format!("'{}': {hint}", args.id)));
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
