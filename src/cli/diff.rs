//! `git alibi diff`: compares two reports.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::output_args::TextOrJson;
use super::terminal;
use alibi_report::{Report, difference, difference_json, difference_table, read_json};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which reports to compare.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  git alibi scan --output json=today.json
  git alibi diff last-month.json today.json
  git alibi diff last-month.json today.json --format json
  git alibi diff old.json new.json --fail-on-new")]
pub(super) struct DiffArgs {
    /// The earlier JSON report
    #[arg(value_name = "OLD.json")]
    old: PathBuf,
    /// The later JSON report
    #[arg(value_name = "NEW.json")]
    new: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: TextOrJson,
    /// Exit with 1 if a new finding counts, a finding counts for more, or a case has reached a higher tier
    #[arg(long)]
    fail_on_new: bool,
}

pub(super) fn run(args: DiffArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let difference = difference(&read(&args.old)?, &read(&args.new)?);
    let mut out = terminal::stdout(colour);
    match args.format {
        TextOrJson::Table => difference_table(&difference, &mut out)?,
        TextOrJson::Json => difference_json(&difference, &mut out)?,
    }
    out.flush()?;
    Ok(if args.fail_on_new && difference.is_worse() { Outcome::Found } else { Outcome::Clean })
}

/// Reads a saved JSON report.
pub(super) fn read(file: &Path) -> Result<Report, Failure> {
    let wrong = |why: String| Failure::Usage(format!("{} is not a report: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    read_json(&text).map_err(|e| wrong(format!("{e}; create one with `--format json`")))
}
