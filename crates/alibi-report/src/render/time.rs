//! Writes a contributor's clocks as text.

use crate::format::plural;
use crate::model::{ClockLines, EpisodeLine};
use anstyle::Style;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Maximum number of periods, and of commits per classification, that are shown.
const SHOWN: usize = 12;

/// Maximum number of UTC offsets that are shown per classification.
const OFFSETS: usize = 8;

/// Writes a contributor's clocks as text.
pub(super) fn write_clocks(c: &ClockLines, out: &mut dyn Write) -> io::Result<()> {
    let day = |t: &str| t.chars().take(10).collect::<String>();
    writeln!(out, "{BOLD}Clocks{BOLD:#}")?;
    if let Some(why) = &c.insufficient {
        writeln!(out, "  {DIM}time zones cannot be inferred: {why}{DIM:#}")?;
    }
    for s in c.path.iter().take(SHOWN) {
        writeln!(out, "  {:<4}  {} to {}  {}  {DIM}{} days{DIM:#}", s.kind, day(&s.from), day(&s.to), s.clock, s.days)?;
    }
    if !c.path.is_empty() {
        writeln!(
            out,
            "  {DIM}(the best explanation of the offsets; a clock's setting is not a person's location){DIM:#}"
        )?;
    }
    if c.path.len() > SHOWN {
        writeln!(out, "  {DIM}and {} more periods (--format json lists all){DIM:#}", c.path.len() - SHOWN)?;
    }
    write_episodes(&c.episodes, out)?;
    if c.punch_card.iter().flatten().any(|n| *n > 0) {
        write_punch_card(&c.punch_card, c.commits, out)?;
    }
    if let Some(d) = &c.day {
        let (hours, when) = (d.later_than_most_hours, if d.later_than_most_hours < 0.0 { "earlier" } else { "later" });
        let (hours, error) = (hours.abs(), d.standard_error_hours);
        writeln!(
            out,
            "  working day: {hours:.1} h (± {error:.1}) {when} than most contributors', over {} days",
            d.days
        )?;
    }
    let s = &c.sessions;
    writeln!(
        out,
        "  {} (a gap of two hours ends a session); median: {} min, {}\n",
        plural(s.count as u32, "session"),
        s.median_minutes,
        plural(s.median_commits as u32, "commit")
    )
}

/// All episodes of one classification.
#[derive(Default)]
struct Kind<'e> {
    ordinary: bool,
    stretches: usize,
    count: usize,
    offsets: BTreeSet<&'e str>,
    commits: Vec<&'e str>,
}

/// Writes the number of commits per classification, with the commit ids for unusual classifications.
fn write_episodes(episodes: &[EpisodeLine], out: &mut dyn Write) -> io::Result<()> {
    let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
    for e in episodes {
        let kind = kinds.entry(e.kind).or_default();
        kind.ordinary = e.ordinary;
        kind.stretches += 1;
        kind.count += e.count;
        kind.offsets.insert(&e.offset);
        kind.commits.extend(e.commits.iter().take(SHOWN).map(String::as_str));
    }
    for (label, kind) in kinds {
        let few: Vec<&str> = kind.offsets.iter().take(OFFSETS).copied().collect();
        let more = if kind.offsets.len() > OFFSETS { ", …" } else { "" };
        let (offsets, count) = (few.join(", "), kind.count);
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let (commits, stretches) = (s(count), s(kind.stretches));
        let stretches = format!("{count} commit{commits} in {} period{stretches}", kind.stretches);
        writeln!(out, "  {label}: {DIM}{offsets}{more}, {stretches}{DIM:#}")?;
        if !kind.ordinary {
            let ids: Vec<String> = kind.commits.iter().take(SHOWN).map(|id| id.chars().take(12).collect()).collect();
            let rest = count.saturating_sub(SHOWN);
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            writeln!(out, "    {DIM}{}{rest}{DIM:#}", ids.join(" "))?;
        }
    }
    Ok(())
}

fn write_punch_card(card: &[[u32; 24]; 7], commits: usize, out: &mut dyn Write) -> io::Result<()> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
    let most = card.iter().flatten().copied().max().unwrap_or(0).max(1);
    let shown: u32 = card.iter().flatten().sum();
    let total = format!("{shown} of {commits} commits, by local hour (only those on the author's own clock)");
    writeln!(out, "\n  {DIM}       0     6     12    18       {total}{DIM:#}")?;
    for (name, hours) in DAYS.iter().zip(card) {
        let shade = |n: &u32| SHADES[(u64::from(*n) * 4).div_ceil(u64::from(most)) as usize];
        let row: String = hours.iter().map(shade).collect();
        writeln!(out, "  {name}    {row}  {}", hours.iter().sum::<u32>())?;
    }
    writeln!(out)
}
