//! Parses stories, the scripts of synthetic repositories.

use chrono::{DateTime, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a story cannot be built.
#[derive(Debug, Error)]
pub enum StoryError {
    /// There is no story with this name.
    #[error("unknown sample repository '{0}'")]
    Unknown(String),
    /// A story's file is invalid.
    #[error("cannot read story '{0}': {1}")]
    Parse(String, String),
    /// A step names a person who is not in the story.
    #[error("story '{0}' has no person '{1}'")]
    Nobody(String, String),
    /// A step names a signature block that is not in the story.
    #[error("story '{0}' has no key '{1}'")]
    NoKey(String, String),
    /// A time cannot be parsed, or does not exist on the person's clock.
    #[error("invalid time '{1}' in story '{0}': write YYYY-MM-DD HH:MM[:SS], by the person's clock")]
    Moment(String, String),
    /// Writing failed.
    #[error(transparent)]
    Build(#[from] alibi_git::repository::BuildError),
}

/// A stay in another time zone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trip {
    /// The time zone, as a name from the tz database.
    pub zone: Tz,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// An invented person in a story, with an address under `example.org`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The time zone of the clock, as a name from the tz database.
    #[serde(default = "utc")]
    pub zone: Tz,
    /// Trips, during which the clock is set to another time zone.
    #[serde(default)]
    pub trip: Vec<Trip>,
}

fn utc() -> Tz {
    Tz::UTC
}

impl Person {
    /// The moment at which this person's clock shows `local`.
    fn moment(&self, local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        let day = local.date().to_string();
        let away = self.trip.iter().find(|t| t.from <= day && day <= t.to);
        let zone = away.map_or(self.zone, |trip| trip.zone);
        match zone.from_local_datetime(&local) {
            LocalResult::Single(t) | LocalResult::Ambiguous(t, _) => Some(t.with_timezone(&t.offset().fix())),
            LocalResult::None => None,
        }
    }
}

/// One commit.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The author.
    pub by: String,
    /// The author date, by the author's clock.
    pub at: String,
    /// The committer; by default the author.
    pub committer: Option<String>,
    /// The committer date, by the committer's clock; by default the same instant as the author date.
    pub committed: Option<String>,
    /// The message.
    pub message: String,
    /// The branch of the commit.
    pub branch: Option<String>,
    /// The branches that it merges.
    #[serde(default)]
    pub merge: Vec<String>,
    /// Whether it starts the branch without a parent.
    #[serde(default)]
    pub orphan: bool,
    /// Files that it writes, with their text.
    #[serde(default)]
    pub write: BTreeMap<String, String>,
    /// Files that it writes, with their bytes in hexadecimal.
    #[serde(default)]
    pub write_hex: BTreeMap<String, String>,
    /// Files that become executable.
    #[serde(default)]
    pub executable: Vec<String>,
    /// Symbolic links that it writes, with their targets.
    #[serde(default)]
    pub link: BTreeMap<String, String>,
    /// Submodules that it writes, with their commits.
    #[serde(default)]
    pub submodule: BTreeMap<String, String>,
    /// Files that it removes.
    #[serde(default)]
    pub remove: Vec<String>,
    /// A tag that the committer puts on it.
    pub tag: Option<String>,
    /// Further tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The author line in hexadecimal, for stories that need an author line that Git would not write.
    pub author_hex: Option<String>,
    /// The message in hexadecimal, for stories that need a message that Git would not write.
    pub message_hex: Option<String>,
    /// Further header lines, each ending in a newline.
    pub headers: Option<String>,
    /// The name of the signature block that it carries. Most blocks do not match the commit.
    pub key: Option<String>,
    /// Distinguishes the signature blocks of ordinary work. The number is written into each block, since no two commits
    /// have the same block. Zero leaves the block unchanged.
    #[serde(skip)]
    pub serial: usize,
}

/// A series of ordinary commits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    /// The authors, in turn.
    pub by: Vec<String>,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// The interval between days with commits, in days.
    #[serde(default = "one")]
    pub every: u32,
    /// Whether Saturdays and Sundays are skipped.
    #[serde(default)]
    pub weekdays: bool,
    /// The start and end of the working day, as hours on each person's clock.
    #[serde(default = "office")]
    pub hours: [u32; 2],
    /// The committer; by default the author.
    pub committer: Option<String>,
    /// The folder that the commits write in.
    #[serde(default = "source")]
    pub folder: String,
    /// The files that the commits write, in turn; if empty, each author has a separate file.
    #[serde(default)]
    pub files: Vec<String>,
    /// The name of the signature block that the commits carry.
    pub key: Option<String>,
    /// Trailers to append to each message.
    pub trailers: Option<String>,
    /// Number of commits per day, spread over the hours.
    #[serde(default = "one")]
    pub per_day: u32,
    /// A fixed time of day for each commit, `HH:MM:SS`, instead of one within the hours.
    pub time: Option<String>,
    /// The message; `{n}` is replaced by the commit's number.
    pub message: Option<String>,
}

fn one() -> u32 {
    1
}

fn office() -> [u32; 2] {
    [9, 17]
}

fn source() -> String {
    "src".into()
}

/// An expected finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The heuristic.
    pub heuristic: String,
    /// The person whom the finding is about.
    pub by: String,
    /// Whether an innocent cause caps the finding.
    #[serde(default)]
    pub capped: bool,
    /// Whether the finding is about an unknown person who used that name.
    #[serde(default)]
    pub forged: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStory {
    title: String,
    story: String,
    head: String,
    #[serde(default)]
    expect: Vec<Expectation>,
    people: BTreeMap<String, Person>,
    #[serde(default)]
    keys: BTreeMap<String, String>,
    trusted: Option<String>,
    alibi: Option<String>,
    sarif: Option<String>,
    osv: Option<String>,
    indicators: Option<String>,
    #[serde(default)]
    lost: Vec<String>,
    snapshot: Option<String>,
    #[serde(default)]
    beside: Vec<String>,
    #[serde(default)]
    step: Vec<Step>,
    #[serde(default)]
    work: Vec<Work>,
}

/// A story, ready to be built.
#[derive(Clone, Debug)]
pub struct Story {
    /// Its name.
    pub name: String,
    /// A one-line title.
    pub title: String,
    /// The plot, in prose.
    pub story: String,
    /// The expected id of the last commit on `main`.
    pub head: String,
    /// The exact set of findings that a scan must report.
    pub expect: Vec<Expectation>,
    /// The people in it.
    pub people: BTreeMap<String, Person>,
    /// Signature blocks, by name.
    pub keys: BTreeMap<String, String>,
    /// An allowed-signers file for verifying signatures during the scan.
    pub trusted: Option<String>,
    /// An `alibi.toml` for the scan.
    pub alibi: Option<String>,
    /// Another scanner's SARIF report for the scan.
    pub sarif: Option<String>,
    /// Advisories in OSV format.
    pub osv: Option<String>,
    /// The team's indicators.
    pub indicators: Option<String>,
    /// Branches that no reference points to any more. A scan of the story includes unreachable commits.
    pub lost: Vec<String>,
    /// A snapshot of an earlier state, in the format of `scan --snapshot`.
    pub snapshot: Option<String>,
    /// Stories whose repositories are scanned together with this one.
    pub beside: Vec<String>,
    /// The steps in order, with author and committer dates.
    pub steps: Vec<(Step, DateTime<FixedOffset>, DateTime<FixedOffset>)>,
}

impl Story {
    /// Parses a story.
    ///
    /// # Errors
    /// [`StoryError`]
    pub fn parse(name: &str, text: &str) -> Result<Story, StoryError> {
        let raw: RawStory = toml::from_str(text).map_err(|e| StoryError::Parse(name.into(), e.to_string()))?;
        let mut steps = raw.step;
        for (i, work) in raw.work.iter().enumerate() {
            steps.extend(days(name, i, work)?);
        }
        let person = |who: &str| raw.people.get(who).ok_or_else(|| StoryError::Nobody(name.to_owned(), who.to_owned()));
        let read = |who: &str, at: &str| {
            let wrong = || StoryError::Moment(name.to_owned(), at.to_owned());
            let local = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S")
                .or_else(|_| NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M"))
                .map_err(|_| wrong())?;
            person(who)?.moment(local).ok_or_else(wrong)
        };
        let mut timed = Vec::with_capacity(steps.len());
        for step in steps {
            let authored = read(&step.by, &step.at)?;
            let committer = step.committer.as_deref().unwrap_or(&step.by);
            let committed = match &step.committed {
                Some(at) => read(committer, at)?,
                // The author is the committer, so both dates are the same instant.
                None if committer == step.by => authored,
                None => {
                    let there = authored.with_timezone(&person(committer)?.zone).naive_local();
                    person(committer)?.moment(there).unwrap_or(authored)
                }
            };
            timed.push((step, authored, committed));
        }
        // Without ordinary work, the steps keep the order of the file.
        if !raw.work.is_empty() {
            timed.sort_by_key(|(_, authored, committed)| (*committed).max(*authored));
        }
        Ok(Story {
            name: name.to_owned(),
            title: raw.title,
            story: raw.story,
            head: raw.head,
            expect: raw.expect,
            people: raw.people,
            keys: raw.keys,
            trusted: raw.trusted,
            alibi: raw.alibi,
            sarif: raw.sarif,
            osv: raw.osv,
            indicators: raw.indicators,
            lost: raw.lost,
            snapshot: raw.snapshot,
            beside: raw.beside,
            steps: timed,
        })
    }
}

/// The commits of one series of ordinary work. The hour and minute vary by a fixed sequence.
fn days(story: &str, number: usize, work: &Work) -> Result<Vec<Step>, StoryError> {
    let day = |text: &str| {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| StoryError::Moment(story.to_owned(), text.to_owned()))
    };
    let (mut today, last) = (day(&work.from)?, day(&work.to)?);
    let mut sequence = Sequence(0x5eed ^ number as u64);
    let mut steps = Vec::new();
    while today <= last && !work.by.is_empty() {
        let weekend = chrono::Datelike::weekday(&today).number_from_monday() > 5;
        for part in (0..work.per_day).filter(|_| !(work.weekdays && weekend)) {
            let [from, to] = work.hours.map(|hour| hour * 60);
            let slice = to.saturating_sub(from) / work.per_day.max(1);
            let (hour, minute) = if work.per_day == 1 {
                (work.hours[0] + sequence.below((slice / 60).max(1)), sequence.below(60))
            } else {
                let minutes = from + part * slice + sequence.below(slice.max(1));
                (minutes / 60, minutes % 60)
            };
            let drawn = NaiveTime::from_hms_opt(hour % 24, minute, sequence.below(60)).unwrap_or_default();
            let fixed = work.time.as_ref().map(|t| NaiveTime::parse_from_str(t, "%H:%M:%S"));
            let time =
                fixed.transpose().map_err(|e| StoryError::Parse(story.to_owned(), e.to_string()))?.unwrap_or(drawn);
            let by = work.by[steps.len() % work.by.len()].clone();
            let count = steps.len() + 1;
            let own = [format!("{by}.txt")];
            let files = if work.files.is_empty() { &own[..] } else { &work.files };
            let path = format!("{}/{}", work.folder, files[steps.len() % files.len()]);
            let trailers = work.trailers.as_ref().map_or_else(String::new, |t| format!("\n{t}\n"));
            let message = match &work.message {
                Some(message) => message.replace("{n}", &format!("{number}.{count}")),
                None => format!("Extend part {number}.{count}"),
            };
            steps.push(Step {
                at: today.and_time(time).format("%Y-%m-%d %H:%M:%S").to_string(),
                message: format!("{message}\n{trailers}"),
                write: BTreeMap::from([(path, format!("part {number}, line {count}\n"))]),
                committer: work.committer.clone(),
                key: work.key.clone(),
                serial: count + number * 1_000,
                by,
                ..Step::default()
            });
        }
        today += Duration::days(i64::from(work.every.max(1)));
    }
    Ok(steps)
}

/// SplitMix64 (Steele, Lea and Flood, 2014): a deterministic sequence of numbers.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % u64::from(limit.max(1))) as u32
    }
}
