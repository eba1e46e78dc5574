//! Report output: formats, files, pseudonyms and exit codes.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::terminal;
use crate::finding::Finding;
use crate::heuristics::{Nature, Severity};
use crate::pipeline::Audit;
use crate::report::{Charts, MaskKey, Report, TableStyle, gate_table, html, json, markdown, sarif, table};
use crate::scoring::Tier;
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;

/// How to report a run.
#[derive(Args, Debug)]
pub struct Told {
    /// Format of the printed report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
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
pub enum Format {
    /// Text for a terminal.
    #[default]
    Table,
    /// JSON, for programs.
    Json,
}

/// Output format of a report.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum ReportFormat {
    /// Text for a terminal.
    #[default]
    Table,
    /// The complete report for programs; the schema is docs/report.schema.json.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// A single page that needs no network.
    Html,
    /// A pull-request comment.
    Markdown,
}

/// The lowest tier that fails a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOn {
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
    /// The outcome for the cases of a run.
    pub fn outcome(self, audit: &Audit) -> Outcome {
        let tier = match self {
            FailOn::Note => Tier::Note,
            FailOn::Review => Tier::Review,
            FailOn::Block => Tier::Block,
            FailOn::Never => return Outcome::Clean,
        };
        if audit.cases.iter().any(|c| c.tier >= tier) { Outcome::Found } else { Outcome::Clean }
    }
}

/// The lowest severity of an exposure that fails a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOnExposure {
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
    /// The outcome for the exposures of a run that count.
    pub fn outcome(self, audit: &Audit) -> Outcome {
        let limit = match self {
            FailOnExposure::None => return Outcome::Clean,
            FailOnExposure::Low => Severity::Low,
            FailOnExposure::Medium => Severity::Medium,
            FailOnExposure::High => Severity::High,
        };
        let fails = |f: &Finding| f.nature == Nature::Exposure && f.counts() && f.severity >= limit;
        if audit.findings.iter().any(fails) { Outcome::Found } else { Outcome::Clean }
    }

    /// The value's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            FailOnExposure::None => "none",
            FailOnExposure::Low => "low",
            FailOnExposure::Medium => "medium",
            FailOnExposure::High => "high",
        }
    }
}

/// A file for a report.
#[derive(Clone, Debug)]
pub struct Destination {
    format: ReportFormat,
    /// The file.
    pub file: PathBuf,
}

impl FromStr for Destination {
    type Err = String;
    fn from_str(text: &str) -> Result<Destination, String> {
        let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, for example json=report.json")?;
        let format = ReportFormat::from_str(format, false)
            .map_err(|_| format!("'{format}' is not a format: table, json, sarif, html, markdown"))?;
        if file.is_empty() || file == "-" {
            return Err("a file name is required; use --format to print to standard output".into());
        }
        Ok(Destination { format, file: file.into() })
    }
}

impl Told {
    /// Checks before the scan that the reports can be written. Returns the key for pseudonyms, if requested.
    pub fn prepare(&self) -> Result<Option<MaskKey>, Failure> {
        for destination in &self.output {
            terminal::check_writable(&destination.file)?;
        }
        let key = self.pseudonymise.as_deref().map(MaskKey::read).transpose();
        key.map_err(|e| Failure::Usage(e.to_string()))
    }

    /// Writes the report to its files and prints it.
    pub fn tell(&self, told: &Telling<'_>, colour: ColourChoice) -> Result<(), Failure> {
        for destination in &self.output {
            let mut bytes = Vec::new();
            told.write(
                destination.format,
                TableStyle { all: true, width: None, ..told.style },
                &mut anstream::StripStream::new(&mut bytes),
            )?;
            terminal::write_private(&destination.file, &bytes)?;
        }
        let mut out = terminal::stdout(colour);
        let style = TableStyle { all: self.verbose, width: terminal::width(), ..told.style };
        // A closed pipe is not an error; the exit code still follows the tier.
        let mut written = told.write(self.format, style, &mut out);
        if self.verbose && self.format == ReportFormat::Table {
            written = written.and_then(|()| told.phases(&mut out));
        }
        match written.and_then(|()| out.flush()) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => return Err(e.into()),
            _ => {}
        }
        Ok(())
    }
}

/// A run and its report.
pub struct Telling<'t> {
    /// The run.
    pub audit: &'t Audit,
    /// Its report.
    pub report: &'t Report,
    /// The style of the table.
    pub style: TableStyle,
}

impl Telling<'_> {
    fn write(&self, format: ReportFormat, style: TableStyle, out: &mut dyn Write) -> io::Result<()> {
        match format {
            ReportFormat::Table if style.gate => gate_table(self.report, &self.audit.heuristics, style, out)?,
            ReportFormat::Table => table(self.report, style, out)?,
            ReportFormat::Json => json(self.report, out)?,
            ReportFormat::Sarif => sarif(self.report, &self.audit.heuristics, out)?,
            ReportFormat::Markdown => markdown(self.report, &self.audit.heuristics, out)?,
            ReportFormat::Html => {
                html(self.report, &Charts::new(self.audit, self.report), &self.audit.heuristics, out)?;
            }
        }
        Ok(())
    }

    /// The time of each phase, which differs between runs.
    fn phases(&self, out: &mut dyn Write) -> io::Result<()> {
        let phases: Vec<String> = self.audit.seconds.iter().map(|(p, s)| format!("{p} {s:.2} s")).collect();
        writeln!(out, "{}", phases.join(", "))
    }
}
