//! A contributor's clocks: the time zones that explain the offsets, the classification of each period, and the working
//! hours.

use alibi_core::analysis::people::ContributorId;
use alibi_core::analysis::time::{
    Episode, Reading, Timeline, Zones, episodes, local_day, local_second, sessions, stamp,
};
use alibi_scan::pipeline::Audit;
use serde::Serialize;

/// A contributor's clocks in a report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ClockLines {
    pub path: Vec<SegmentLine>,
    pub insufficient: Option<String>,
    pub episodes: Vec<EpisodeLine>,
    pub punch_card: [[u32; 24]; 7],
    pub commits: usize,
    pub day: Option<DayLine>,
    pub sessions: SessionLine,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SegmentLine {
    pub kind: &'static str,
    pub clock: String,
    pub from: String,
    pub to: String,
    pub days: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct EpisodeLine {
    pub from: String,
    pub to: String,
    pub offset: String,
    pub kind: &'static str,
    /// The same as `kind`, under its former key.
    judged: &'static str,
    #[serde(skip)]
    pub ordinary: bool,
    pub count: usize,
    pub commits: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct DayLine {
    pub later_than_most_hours: f64,
    pub standard_error_hours: f64,
    pub days: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SessionLine {
    pub count: usize,
    pub median_minutes: i64,
    pub median_commits: usize,
}

/// Maximum number of commit ids that are listed per period; `count` counts all commits.
const NAMED: usize = 50;

impl ClockLines {
    /// Collects a contributor's clocks from a run.
    pub(crate) fn new(audit: &Audit, who: ContributorId) -> ClockLines {
        let timeline = audit.clocks.timeline(who);
        let path = audit.clocks.path(who);
        let segments = path.tested().map_or(&[][..], |path| &path.segments);
        let segment_lines = segments.iter().map(|s| SegmentLine {
            kind: s.kind.word(),
            clock: Zones::get().class(s.class).words(s.from, s.to),
            from: stamp(s.from, 0).utc(),
            to: stamp(s.to, 0).utc(),
            days: s.days,
        });
        let oid = |i: usize| audit.facts.commit(timeline.moments[i].commit).oid.to_string();
        let episode = |e: &Episode| {
            let at = |i: usize| stamp(timeline.moments[i].seconds, 0).utc();
            let shown = audit.facts.commit(timeline.moments[*e.moments.start()].commit).authored.offset;
            EpisodeLine {
                from: at(*e.moments.start()),
                to: at(*e.moments.end()),
                offset: shown.to_string(),
                kind: e.kind.words(),
                judged: e.kind.words(),
                ordinary: e.kind.is_ordinary(),
                count: e.moments.clone().count(),
                commits: e.moments.clone().take(NAMED).map(oid).collect(),
            }
        };
        let day = audit.clocks.phase(who).tested().map(|phase| DayLine {
            later_than_most_hours: (phase.hours * 10.0).round() / 10.0,
            standard_error_hours: (phase.error * 10.0).round() / 10.0,
            days: phase.days,
        });
        ClockLines {
            path: segment_lines.collect(),
            insufficient: match path {
                Reading::Insufficient(why) => Some(why.clone()),
                Reading::Tested(_) => None,
            },
            episodes: episodes(timeline, path.tested()).iter().map(episode).collect(),
            punch_card: punch_card(timeline),
            commits: timeline.moments.len(),
            day,
            sessions: session_line(timeline),
        }
    }
}

/// Counts commits by weekday (starting on Monday) and hour of their local time. Only commits that show the author's own
/// UTC offset are counted.
fn punch_card(timeline: &Timeline) -> [[u32; 24]; 7] {
    let mut card = [[0; 24]; 7];
    for m in timeline.kept() {
        // 1970-01-01 was a Thursday.
        let weekday = (local_day(m.seconds, m.offset) + 3).rem_euclid(7) as usize;
        card[weekday][(local_second(m.seconds, m.offset) / 3_600) as usize] += 1;
    }
    card
}

fn session_line(timeline: &Timeline) -> SessionLine {
    let all = sessions(timeline);
    let mut minutes: Vec<i64> = all.iter().map(|s| (s.end() - s.start()) / 60).collect();
    let mut commits: Vec<usize> = all.iter().map(|s| s.moments.len()).collect();
    minutes.sort_unstable();
    commits.sort_unstable();
    SessionLine {
        count: all.len(),
        median_minutes: minutes.get(minutes.len() / 2).copied().unwrap_or(0),
        median_commits: commits.get(commits.len() / 2).copied().unwrap_or(0),
    }
}
