//! Report output: formats, files, pseudonyms and exit codes.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::terminal;
use alibi_core::scoring::Tier;
use alibi_report::{FORMATS, Format, MaskKey, RenderOptions, Report};
use alibi_rules::heuristics::Severity;
use alibi_scan::pipeline::Audit;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;

/// How to report a run.
#[derive(Args, Debug)]
pub(super) struct OutputArgs {
    /// Format of the printed report
    #[arg(long, default_value = FORMATS[0].name, value_name = "FORMAT", value_parser = ReportFormat::values())]
    pub format: ReportFormat,
    /// Also write the report to a file, readable only by you; can be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = Destination::from_str)]
    pub output: Vec<Destination>,
    /// Replace names, addresses, subjects, paths and references with pseudonyms. Reports made with the same key use the
    /// same pseudonyms; the key is a file of 16 bytes or more
    #[arg(long, value_name = "KEYFILE")]
    pub pseudonymise: Option<PathBuf>,
    /// Do not print progress
    #[arg(long, short)]
    pub quiet: bool,
    /// Print every case, finding and skipped object, and the time of each phase
    #[arg(long, short)]
    pub verbose: bool,
}

/// Output format of the smaller commands.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub(super) enum TextOrJson {
    /// Text for a terminal.
    #[default]
    Table,
    /// JSON, for programs.
    Json,
}

/// The format of a report: one of [`FORMATS`].
#[derive(Clone, Copy)]
pub(super) struct ReportFormat(&'static Format);

impl fmt::Debug for ReportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl ReportFormat {
    /// Returns a parser that accepts the names of all formats, each with its help text.
    fn values() -> impl TypedValueParser<Value = ReportFormat> {
        let values = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.help));
        PossibleValuesParser::new(values).try_map(|name| ReportFormat::from_str(&name))
    }
}

impl FromStr for ReportFormat {
    type Err = String;
    fn from_str(name: &str) -> Result<ReportFormat, String> {
        let names = || FORMATS.map(|format| format.name).join(", ");
        let found = FORMATS.iter().find(|format| format.name == name);
        found.map(ReportFormat).ok_or_else(|| format!("'{name}' is not a format: {}", names()))
    }
}

/// The lowest tier that fails a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FailOn {
    /// Any case.
    Note,
    /// Cases to review or to block.
    Review,
    /// Cases to block.
    Block,
    /// No case.
    Never,
}

impl FailOn {
    /// Returns the lowest tier that fails a run, if any.
    pub(super) fn limit(self) -> Option<Tier> {
        match self {
            FailOn::Note => Some(Tier::Note),
            FailOn::Review => Some(Tier::Review),
            FailOn::Block => Some(Tier::Block),
            FailOn::Never => None,
        }
    }

    /// Returns the outcome of a run, given the cases of its report.
    pub(super) fn outcome(self, report: &Report) -> Outcome {
        if self.limit().is_some_and(|tier| report.reaches(tier)) { Outcome::Found } else { Outcome::Clean }
    }
}

/// The lowest severity of an exposure that fails a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FailOnExposure {
    /// No exposure.
    None,
    /// Exposures of low severity or more.
    Low,
    /// Exposures of medium severity or more.
    Medium,
    /// Exposures of high severity.
    High,
}

impl FailOnExposure {
    /// Returns the lowest severity that fails a run, if any.
    pub(super) fn limit(self) -> Option<Severity> {
        match self {
            FailOnExposure::None => None,
            FailOnExposure::Low => Some(Severity::Low),
            FailOnExposure::Medium => Some(Severity::Medium),
            FailOnExposure::High => Some(Severity::High),
        }
    }
}

/// A file for a report.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    format: ReportFormat,
    /// The file.
    pub file: PathBuf,
}

impl FromStr for Destination {
    type Err = String;
    fn from_str(text: &str) -> Result<Destination, String> {
        let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, for example json=report.json")?;
        let format = ReportFormat::from_str(format)?;
        if file.is_empty() || file == "-" {
            return Err("a file name is required; use --format to print to standard output".into());
        }
        Ok(Destination { format, file: file.into() })
    }
}

impl OutputArgs {
    /// Checks before the scan that the reports can be written. Returns the key for pseudonyms, if requested.
    pub(super) fn prepare(&self) -> Result<Option<MaskKey>, Failure> {
        for destination in &self.output {
            terminal::check_writable(&destination.file)?;
        }
        let key = self.pseudonymise.as_deref().map(MaskKey::read).transpose();
        key.map_err(|e| Failure::Usage(e.to_string()))
    }

    /// Adds the data that the requested formats need, and replaces names with pseudonyms if there is a key.
    pub(super) fn finish(&self, mut report: Report, audit: &Audit, key: Option<&MaskKey>) -> Report {
        let formats = self.output.iter().map(|destination| destination.format).chain([self.format]);
        if formats.into_iter().any(|format| format.0.renderer.needs_charts()) {
            report.add_charts(audit);
        }
        if let Some(key) = key {
            report.mask(key);
        }
        report
    }

    /// Writes the report to the requested files and prints it.
    pub(super) fn write(&self, report: &Report, options: RenderOptions, colour: ColourChoice) -> Result<(), Failure> {
        for destination in &self.output {
            let mut bytes = Vec::new();
            let options = RenderOptions { all: true, width: None, ..options };
            let mut plain = anstream::StripStream::new(&mut bytes);
            destination.format.0.renderer.render(report, options, &mut plain)?;
            terminal::write_private(&destination.file, &bytes)?;
        }
        let mut out = terminal::stdout(colour);
        let options = RenderOptions { all: self.verbose, width: terminal::width(), ..options };
        // If the reader closed the pipe, the exit code still depends on the result.
        let mut written = self.format.0.renderer.render(report, options, &mut out);
        if self.verbose && self.format.0.name == FORMATS[0].name {
            written = written.and_then(|()| phases(report, &mut out));
        }
        match written.and_then(|()| out.flush()) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => return Err(e.into()),
            _ => {}
        }
        Ok(())
    }
}

/// Prints the time of each phase.
fn phases(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let phases: Vec<String> = report.phases().iter().map(|(p, s)| format!("{p} {s:.2} s")).collect();
    writeln!(out, "{}", phases.join(", "))
}
