//! `git alibi calibrate`: measures power and false positives.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::output_args::TextOrJson;
use super::scan_args::{paths, rulebook};
use super::{terminal, when};
use alibi_calibrate::{CalibrateOptions, Calibrated, FirstLook, Incident, MeasureOptions, Ratings, calibrate, measure};
use alibi_report::{
    MIN_REPOSITORIES, accuracy_page, calibration_json, calibration_page, calibration_plot, calibration_table,
    calibration_weights, measurement_toml,
};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The repositories to calibrate on, and the files to write.
#[derive(Args, Debug)]
#[command(after_help = "\
Injects anomalies and honest changes into the history of honest contributors, and counts which are detected.
Use many different repositories: only contributors with 100 commits and 60 active days count. A dozen
repositories take a few minutes.

Examples:
  git alibi calibrate ../api ../web ../tools
  git alibi calibrate repos/* --format json > calibration.json
  git alibi calibrate repos/* --plot power.svg
  git alibi calibrate repos/* --page docs/calibration.md --write heuristics/calibration.toml
  git alibi calibrate repos/* --measure heuristics/measured.toml --accuracy docs/accuracy.md --ratings data/accuracy/ratings.tsv --first-looks data/accuracy/first-looks.tsv")]
pub(super) struct CalibrateArgs {
    /// Repositories [default: GIT_DIR, or the current repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Seed for the random injections: the same seed gives the same figures
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Format of the printed figures
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: TextOrJson,
    /// Write an SVG plot of power against false positives
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Update a Markdown page between its lines `<!-- figures -->` and `<!-- end -->`, and the plot next to it
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// Write the weights and the typical working day, in the format of heuristics/calibration.toml
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Instead, measure how often every heuristic fires on the repositories and detects its own examples on top of
    /// them, and write the rates in the format of heuristics/measured.toml; use --accuracy to also write a page
    #[arg(long, value_name = "FILE")]
    measure: Option<PathBuf>,
    /// Keep the built-in rates, and add those of heuristics and combinations that have none
    #[arg(long, requires = "measure", conflicts_with = "accuracy")]
    add: bool,
    /// Write the measured rates as a Markdown page
    #[arg(long, value_name = "FILE", requires = "measure")]
    accuracy: Option<PathBuf>,
    /// Results of the manual review: heuristic, commit, and verdict (right, innocent or untrue), separated by tabs
    #[arg(long, value_name = "FILE", requires = "measure")]
    ratings: Option<PathBuf>,
    /// Known attacks in the repositories: owner/name, commit and description, separated by tabs
    #[arg(long, value_name = "FILE", requires = "measure")]
    incidents: Option<PathBuf>,
    /// Cases in repositories that were new to the rules, by round: round, repositories, real problems and cases of tier
    /// block, and the same of tier review, separated by tabs
    #[arg(long, value_name = "FILE", requires = "measure")]
    first_looks: Option<PathBuf>,
    /// A repository on a copy of which the examples are committed; can be repeated
    #[arg(long, value_name = "PATH", requires = "measure")]
    onto: Vec<PathBuf>,
    /// Number of threads [default: number of processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Do not print progress
    #[arg(long, short)]
    quiet: bool,
}

/// The marker lines around a page's figures.
const BEGIN: &str = "<!-- figures -->";
const END: &str = "<!-- end -->";

pub(super) fn run(args: CalibrateArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    for file in [&args.plot, &args.write].into_iter().flatten() {
        terminal::check_writable(file)?;
    }
    if (args.write.is_some() || args.page.is_some()) && args.paths.len() < MIN_REPOSITORIES {
        let why = "--write and --page need two or more repositories: the thresholds for one come from the others";
        return Err(Failure::Usage(why.into()));
    }
    if args.measure.is_some() {
        return measured(&args, colour);
    }
    let page = args.page.as_deref().map(read_page).transpose()?;
    let catalogue = rulebook(None)?;
    let options = CalibrateOptions { paths: paths(&args.paths), seed: args.seed, now: when::now() };
    let pool = terminal::pool(args.jobs)?;
    let bar = terminal::Bar::new(args.quiet);
    let figures = pool.install(|| calibrate(&options, &catalogue, &bar));
    bar.finish();
    let figures = figures?;
    if let Some(file) = &args.plot {
        terminal::write(file, calibration_plot(&figures).as_bytes())?;
    }
    if let Some(file) = &args.write {
        let text = calibration_weights(&figures).map_err(|e| Failure::Usage(e.to_string()))?;
        terminal::write(file, text.as_bytes())?;
    }
    if let (Some(file), Some((before, after))) = (&args.page, page) {
        write_page(file, &before, &after, &figures)?;
    }
    let mut out = terminal::stdout(colour);
    match args.format {
        TextOrJson::Table => calibration_table(&figures, &mut out)?,
        TextOrJson::Json => calibration_json(&figures, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// Measures the rates of all heuristics.
fn measured(args: &CalibrateArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let read = |file: &Option<PathBuf>| {
        let text = file.as_ref().map(std::fs::read_to_string).transpose();
        let shown = file.as_deref().unwrap_or(Path::new("")).display().to_string();
        text.map(Option::unwrap_or_default).map_err(|e| Failure::Usage(format!("cannot read {shown}: {e}")))
    };
    for file in [&args.measure, &args.accuracy].into_iter().flatten() {
        terminal::check_writable(file)?;
    }
    let catalogue = rulebook(None)?;
    let ratings = Ratings::parse(&read(&args.ratings)?).map_err(|e| Failure::Usage(format!("invalid ratings: {e}")))?;
    let first_looks =
        FirstLook::parse(&read(&args.first_looks)?).map_err(|e| Failure::Usage(format!("invalid first looks: {e}")))?;
    let options = MeasureOptions {
        paths: paths(&args.paths),
        hosts: args.onto.clone(),
        ratings,
        incidents: incidents(&read(&args.incidents)?),
        first_looks,
        now: when::now(),
    };
    let pool = terminal::pool(args.jobs)?;
    let bar = terminal::Bar::new(args.quiet);
    let accuracy = pool.install(|| measure(&options, &catalogue, &bar));
    bar.finish();
    let mut accuracy = accuracy?;
    if args.add {
        accuracy.measurement = catalogue.measurement().clone().with_new(accuracy.measurement);
    }
    if let Some(file) = &args.measure {
        let text = measurement_toml(&accuracy).map_err(|e| Failure::Usage(e.to_string()))?;
        terminal::write(file, text.as_bytes())?;
    }
    let page = accuracy_page(&accuracy, &catalogue);
    match &args.accuracy {
        Some(file) => terminal::write(file, page.as_bytes())?,
        None => {
            let mut out = terminal::stdout(colour);
            out.write_all(page.as_bytes())?;
            out.flush()?;
        }
    }
    Ok(Outcome::Clean)
}

/// Reads a list of attacks; lines that start with `#` are skipped.
fn incidents(text: &str) -> Vec<Incident> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            Some(Incident { repository: cells.next()?, commit: cells.next()?, what: cells.next()? })
        })
        .collect()
}

/// Reads a page, and returns the text before and after the figures.
fn read_page(file: &Path) -> Result<(String, String), Failure> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| Failure::Usage(format!("cannot read {shown}: {e}")))?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| Failure::Usage(format!("{shown} has no lines {BEGIN} and {END}")))?;
    Ok((before.to_owned(), after.to_owned()))
}

fn write_page(file: &Path, before: &str, after: &str, figures: &Calibrated) -> Result<(), Failure> {
    let plot = file.with_extension("svg");
    let name = plot.file_name().unwrap_or_default().to_string_lossy().into_owned();
    terminal::write(&plot, calibration_plot(figures).as_bytes())?;
    let page = format!("{before}{BEGIN}\n\n{}\n{END}{after}", calibration_page(figures, &name));
    terminal::write(file, page.as_bytes())
}
