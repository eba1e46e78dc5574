//! Code in notebooks.

use super::code::Code;
use crate::document::leaves;
use crate::heuristics::Format;
use alibi_code::Language;
use std::collections::BTreeMap;

/// Adds the cells of a notebook that are code.
pub(super) fn read(text: &[u8], code: &mut Code) {
    let Some(leaves) = leaves(Format::Json, text) else {
        code.cut_short = true;
        return;
    };
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|i| i + 1)).collect();
    let start_of = |line: u32| starts.get((line as usize).saturating_sub(1)).copied().unwrap_or(text.len());
    let mut cells: BTreeMap<usize, (bool, Vec<(String, u32)>)> = BTreeMap::new();
    for leaf in leaves {
        let keys: Vec<&str> = leaf.keys.split('/').collect();
        let Some(number) = keys.iter().position(|key| *key == "cells").and_then(|i| keys.get(i + 1)?.parse().ok())
        else {
            continue;
        };
        let (is_code, lines) = cells.entry(number).or_default();
        if keys.last() == Some(&"cell_type") {
            *is_code = leaf.value == "code";
        } else if keys.contains(&"source") || keys.contains(&"input") {
            lines.extend(leaf.value.split_inclusive('\n').map(|line| (line.to_owned(), leaf.line)));
        }
    }
    for (_, lines) in cells.into_values().filter(|(is_code, _)| *is_code) {
        let whole = match lines.first().map(|(line, _)| line.trim_end()) {
            Some("%%bash" | "%%sh" | "%%script bash" | "%%!") => Language::Shell,
            Some("%%javascript" | "%%js") => Language::JavaScript,
            _ => Language::Python,
        };
        let is_command = |line: &str| whole == Language::Python && line.trim_start().starts_with(['!', '%']);
        let plain: String = lines.iter().map(|(line, _)| if is_command(line) { "\n" } else { line }).collect();
        let line_at = |line: usize| lines.get(line).map_or(text.len(), |(_, line)| start_of(*line));
        code.add(whole, &plain, line_at);
        for (line, at) in lines.iter().filter(|(line, _)| is_command(line)) {
            let command = line.trim().trim_start_matches(['!', '%']);
            let command = command.strip_prefix("system ").or(command.strip_prefix("sx ")).unwrap_or(command);
            code.add(Language::Shell, command, |_| start_of(*at));
        }
    }
}
