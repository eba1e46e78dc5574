//! Writes the report as JSON.

use super::renderer::{Render, RenderOptions};
use crate::model::Report;
use std::io::{self, Write};

/// Renders reports as JSON with a trailing newline.
pub(super) struct Json;

impl Render for Json {
    fn render(&self, report: &Report, _: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let mut buffered = io::BufWriter::with_capacity(1 << 16, out);
        serde_json::to_writer_pretty(&mut buffered, report).map_err(io::Error::from)?;
        buffered.write_all(b"\n")?;
        buffered.flush()
    }
}
