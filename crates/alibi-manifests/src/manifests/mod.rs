//! Parses dependency files, which are manifests and lockfiles.
//!
//! The input is the bytes of a blob at a path that [`FileKind::of`] recognises. The output is [`Read`], which lists the
//! dependencies as indexes in a table that all files share. Each format is parsed with a parser for its syntax. Scripts
//! (`setup.py`, `Gemfile`, Gradle) are searched for declarations, since nothing from a repository is run. Sizes and
//! depths are limited, and a file that cannot be parsed is an error with its reason.

mod cargo;
mod cut;
mod dotnet;
mod format;
mod formats;
mod github;
mod go;
mod image;
mod java;
mod kind;
mod npm;
mod part;
mod php;
mod place;
mod python;
mod python_lock;
mod reader;
mod ruby;
mod script;
mod table;
mod yarn;

pub use kind::FileKind;
pub use reader::{ManifestReader, Read};
pub use table::{StatedId, Table};
