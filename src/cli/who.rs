//! `git alibi who`: one contributor's dossier.

use super::told::Format;
use super::what::{What, perform};
use super::{ColourChoice, Failure, Outcome, output};
use crate::report::{Found, dossier, dossier_json};
use clap::Args;
use std::io::Write;

/// Whose dossier.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  git alibi who ana@example.org
  git alibi who 'Ana Duarte' ../api ../web --refs all
  git alibi who ana --mailmap ignore --format json")]
pub struct WhoArgs {
    /// A name, an address, a key, or a contributor's id from a report; a part of a name or address will do if it names
    /// one contributor
    #[arg(value_name = "NAME|EMAIL|ID")]
    query: String,
    #[command(flatten)]
    what: What,
    /// How to print the dossier
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Print no progress
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: WhoArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    if args.query.trim().is_empty() {
        return Err(Failure::Usage("say whom you mean: a name, an address, a key or a contributor's id".into()));
    }
    let (audit, report) = perform(&args.what, args.quiet)?;
    let mut found = match report.who(&args.query) {
        Found::One(found) => found,
        Found::Nobody => {
            return Err(Failure::Usage(format!(
                "nobody in the scanned history is called '{}', in whole or in part (add --refs all to read pull requests too)",
                args.query
            )));
        }
        Found::Several(candidates) => {
            let list: Vec<String> = candidates.iter().map(|c| format!("  {c}")).collect();
            return Err(Failure::Usage(format!(
                "'{}' names several contributors; give one of these in full:\n{}",
                args.query,
                list.join("\n")
            )));
        }
    };
    found.add_record(&audit);
    let mut out = output::stdout(colour);
    match args.format {
        Format::Table => dossier(&found, output::width(), &mut out)?,
        Format::Json => dossier_json(&found, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
