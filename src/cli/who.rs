//! `git alibi who`: shows one contributor's dossier.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::output_args::TextOrJson;
use super::scan_args::{ScanInput, scan};
use super::terminal;
use alibi_report::{Found, dossier, dossier_json};
use clap::Args;
use std::io::Write;

/// Which contributor to show.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  git alibi who ana@example.org
  git alibi who 'Ana Duarte' ../api ../web --refs all
  git alibi who ana --mailmap ignore --format json")]
pub(super) struct WhoArgs {
    /// A name, address, key, or contributor id from a report; part of a name or address is enough if it matches one
    /// contributor
    #[arg(value_name = "NAME|EMAIL|ID")]
    query: String,
    #[command(flatten)]
    input: ScanInput,
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: TextOrJson,
    /// Do not print progress
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: WhoArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    if args.query.trim().is_empty() {
        return Err(Failure::Usage("the query is empty: pass a name, an address, a key or a contributor id".into()));
    }
    let (audit, report) = scan(&args.input, args.quiet)?;
    let mut found = match report.who(&args.query) {
        Found::One(found) => found,
        Found::Nobody => {
            return Err(Failure::Usage(format!(
                "no contributor in the scanned history matches '{}' (add --refs all to read pull requests too)",
                args.query
            )));
        }
        Found::Several(candidates) => {
            let list: Vec<String> = candidates.iter().map(|c| format!("  {c}")).collect();
            return Err(Failure::Usage(format!(
                "'{}' matches several contributors; pass one of these in full:\n{}",
                args.query,
                list.join("\n")
            )));
        }
    };
    found.add_record(&audit);
    let mut out = terminal::stdout(colour);
    match args.format {
        TextOrJson::Table => dossier(&found, terminal::width(), &mut out)?,
        TextOrJson::Json => dossier_json(&found, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
