//! Parses a team's configuration files, and reports errors with line and column.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use std::ops::Range;
use std::path::Path;
use thiserror::Error;
use toml::Spanned;

/// An error in a configuration file.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {err}", path = .0, err = .1)]
    Read(String, std::io::Error),
    /// The content is invalid.
    #[error("{file}:{line}:{column}: {message}")]
    Invalid {
        /// The file.
        file: String,
        /// The line, starting at 1.
        line: usize,
        /// The column, starting at 1.
        column: usize,
        /// The message, as one sentence.
        message: String,
    },
}

/// The text of a file with its path, for error messages with a position.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Creates a source from text that was already read.
    pub fn new(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError::Read`] if the file cannot be read.
    pub fn read(path: &Path) -> Result<Source, ConfigError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| ConfigError::Read(name.clone(), e))?;
        Ok(Source { path: name, text })
    }

    /// The path of the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Parses the text as TOML.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] if the text is not TOML or does not have the fields of `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        toml::from_str(&self.text).map_err(|e| {
            let hint =
                if e.message().contains("datetime") { ": write a date without quotes, like 2026-01-31" } else { "" };
            self.invalid(&e.span().unwrap_or(0..0), &format!("{}{hint}", e.message()))
        })
    }

    /// Creates an error at the start of a byte range of the text.
    pub fn invalid(&self, span: &Range<usize>, message: &str) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        ConfigError::Invalid {
            file: self.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            message: message.lines().map(str::trim).collect::<Vec<_>>().join("; "),
        }
    }
}

/// Converts an optional TOML date.
///
/// # Errors
/// [`ConfigError::Invalid`] if the date has a time or is not a valid day.
pub(super) fn day(
    when: Option<&Spanned<toml::value::Datetime>>,
    source: &Source,
) -> Result<Option<NaiveDate>, ConfigError> {
    let Some(when) = when else { return Ok(None) };
    let date = when.as_ref().date.filter(|_| when.as_ref().time.is_none());
    let day = date.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()));
    day.map(Some).ok_or_else(|| source.invalid(&when.span(), "write a date without quotes or a time, like 2026-01-31"))
}
