use chrono::{DateTime, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// A story that cannot be told.
#[derive(Debug, Error)]
pub enum StoryError {
    /// There is none of this name.
    #[error("there is no sample repository called '{0}'")]
    Unknown(String),
    /// Its file is wrong.
    #[error("the story '{0}' cannot be read: {1}")]
    Parse(String, String),
    /// A step names somebody who is not in it.
    #[error("the story '{0}' has nobody called '{1}'")]
    Nobody(String, String),
    /// A step carries a signature block that is not in it.
    #[error("the story '{0}' has no key called '{1}'")]
    NoKey(String, String),
    /// A moment that cannot be read, or does not exist on the person's clock.
    #[error("the story '{0}' has no moment '{1}': write YYYY-MM-DD HH:MM[:SS], as the person's clock shows it")]
    Moment(String, String),
    /// Writing failed.
    #[error(transparent)]
    Build(#[from] crate::repository::BuildError),
}

/// A time somewhere else.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trip {
    /// The zone there, a name of the tz database.
    pub zone: Tz,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// Somebody in a story; invented, under `example.org`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The zone of the clock, a name of the tz database.
    #[serde(default = "utc")]
    pub zone: Tz,
    /// Journeys, during which the clock is another zone's.
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
    /// Who writes it.
    pub by: String,
    /// When, on that person's clock.
    pub at: String,
    /// Who commits it; the author if nobody else.
    pub committer: Option<String>,
    /// When it is committed, on the committer's clock; at the same instant if not said.
    pub committed: Option<String>,
    /// The message.
    pub message: String,
    /// The branch it is on.
    pub branch: Option<String>,
    /// Branches that it merges.
    #[serde(default)]
    pub merge: Vec<String>,
    /// Whether the branch starts anew, without a parent.
    #[serde(default)]
    pub orphan: bool,
    /// Files it writes, with their text.
    #[serde(default)]
    pub write: BTreeMap<String, String>,
    /// Files it writes, with their bytes in hexadecimal.
    #[serde(default)]
    pub write_hex: BTreeMap<String, String>,
    /// Files that are executable from now on.
    #[serde(default)]
    pub executable: Vec<String>,
    /// Symbolic links it writes, with their targets.
    #[serde(default)]
    pub link: BTreeMap<String, String>,
    /// Submodules it writes, with the commit they name.
    #[serde(default)]
    pub submodule: BTreeMap<String, String>,
    /// Files it removes.
    #[serde(default)]
    pub remove: Vec<String>,
    /// A tag put on it by its committer.
    pub tag: Option<String>,
    /// Further tags, likewise.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The author line in hexadecimal, where a story needs one that no Git writes.
    pub author_hex: Option<String>,
    /// The message in hexadecimal, likewise.
    pub message_hex: Option<String>,
    /// Further header lines, each ending in a newline.
    pub headers: Option<String>,
    /// Which of the story's signature blocks it carries; most are claims, which fit no commit.
    pub key: Option<String>,
    /// Tells the signature blocks of ordinary work apart: each is changed by its number, since no two commits have the
    /// same. Zero leaves it as it is.
    #[serde(skip)]
    pub serial: usize,
}

/// Many ordinary commits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Who writes them, in turn.
    pub by: Vec<String>,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// One commit every so many days.
    #[serde(default = "one")]
    pub every: u32,
    /// Whether Saturdays and Sundays are free.
    #[serde(default)]
    pub weekdays: bool,
    /// From which hour to which, on each person's own clock.
    #[serde(default = "office")]
    pub hours: [u32; 2],
    /// Who commits them; their authors if nobody else.
    pub committer: Option<String>,
    /// The folder they write in.
    #[serde(default = "source")]
    pub folder: String,
    /// The files that they write in turn; each their own if there are none.
    #[serde(default)]
    pub files: Vec<String>,
    /// Which of the story's signature blocks they carry.
    pub key: Option<String>,
    /// Trailers under each message.
    pub trailers: Option<String>,
    /// How many commits a day, spread over the hours.
    #[serde(default = "one")]
    pub per_day: u32,
    /// The time of day of each, `HH:MM:SS`, instead of one in those hours.
    pub time: Option<String>,
    /// The message, with `{n}` for the commit's number.
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

/// What a scan of the story must find.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The heuristic.
    pub heuristic: String,
    /// About whom.
    pub by: String,
    /// Whether an innocent cause caps it.
    #[serde(default)]
    pub capped: bool,
    /// Whether it is about somebody unknown who used that name.
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

/// A story, ready to be written.
#[derive(Clone, Debug)]
pub struct Story {
    /// Its name.
    pub name: String,
    /// One line.
    pub title: String,
    /// What happened.
    pub story: String,
    /// The id that the last commit on `main` must have.
    pub head: String,
    /// What a scan must find, and nothing else.
    pub expect: Vec<Expectation>,
    /// Who is in it.
    pub people: BTreeMap<String, Person>,
    /// Signature blocks, by name.
    pub keys: BTreeMap<String, String>,
    /// An allowed-signers file that a scan of the story checks signatures with.
    pub trusted: Option<String>,
    /// An alibi.toml that a scan of the story reads.
    pub alibi: Option<String>,
    /// Another scanner's report that a scan of the story takes in.
    pub sarif: Option<String>,
    /// Advisories in the format of OSV.
    pub osv: Option<String>,
    /// What the team looks for.
    pub indicators: Option<String>,
    /// Branches that no reference leads to any more: a scan of the story reads what is unreachable, too.
    pub lost: Vec<String>,
    /// A snapshot of an earlier state, in the format of `scan --snapshot`.
    pub snapshot: Option<String>,
    /// Stories whose repositories are scanned along with this one.
    pub beside: Vec<String>,
    /// What they do, in order, with the instants of writing and committing.
    pub steps: Vec<(Step, DateTime<FixedOffset>, DateTime<FixedOffset>)>,
}

impl Story {
    /// Reads a story.
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
                // One act has one moment, wherever the person is.
                None if committer == step.by => authored,
                None => {
                    let there = authored.with_timezone(&person(committer)?.zone).naive_local();
                    person(committer)?.moment(there).unwrap_or(authored)
                }
            };
            timed.push((step, authored, committed));
        }
        // Steps stand in the order of their file unless ordinary work comes between them.
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

/// The commits of a stretch of ordinary work: the hour and minute vary by a fixed sequence.
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

/// SplitMix64 (Steele, Lea and Flood, 2014): a fixed sequence of numbers.
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
