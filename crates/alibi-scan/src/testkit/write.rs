//! Writes stories as bare Git repositories.

use super::embedded;
use super::story::{Person, Step, Story, StoryError};
use alibi_git::history::{FileMode, Oid};
use alibi_git::repository::{Build, BuildError, CommitDraft};
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A repository built from a story.
#[derive(Clone, Debug)]
pub struct Built {
    /// The last commit of each branch.
    pub branches: BTreeMap<String, Oid>,
    /// The commits in the order of the story's steps.
    pub commits: Vec<Oid>,
}

impl Built {
    /// The last commit on `main`, in hexadecimal; empty if there is none.
    pub fn head(&self) -> String {
        self.branches.get("main").map(ToString::to_string).unwrap_or_default()
    }
}

type Files = BTreeMap<String, (FileMode, Oid)>;

/// Further inputs for a scan of a story.
#[derive(Clone, Default, Debug)]
pub struct Extras {
    /// The file of trusted keys.
    pub keys: Option<PathBuf>,
    /// The alibi file.
    pub alibi: Option<PathBuf>,
    /// Another scanner's report.
    pub sarif: Option<PathBuf>,
    /// Advisories.
    pub osv: Option<PathBuf>,
    /// The team's indicators.
    pub indicators: Option<PathBuf>,
    /// A snapshot of an earlier state.
    pub snapshot: Option<PathBuf>,
    /// Whether some commits of the story are unreachable.
    pub lost: bool,
    /// The repositories to scan together with the story.
    pub beside: Vec<PathBuf>,
}

/// The additional inputs that were written with a story into this folder.
pub fn extras(folder: &Path) -> Extras {
    let file = |name: &str| Some(folder.join(name)).filter(|file| file.exists());
    let mut beside: Vec<PathBuf> = std::fs::read_dir(folder.join(BESIDE))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    beside.sort();
    Extras {
        keys: file(TRUSTED),
        alibi: file(ALIBI),
        sarif: file(SARIF),
        osv: file(OSV),
        indicators: file(INDICATORS),
        snapshot: file(SNAPSHOT),
        lost: file(LOST).is_some(),
        beside,
    }
}

const TRUSTED: &str = "trusted-keys";
const ALIBI: &str = "alibi.toml";
const SARIF: &str = "report.sarif";
const OSV: &str = "advisories.json";
const INDICATORS: &str = "indicators.toml";
const SNAPSHOT: &str = "snapshot.json";
const LOST: &str = "has-lost-branches";
const BESIDE: &str = "beside";

/// Writes a story as a bare repository in an empty or new folder.
///
/// # Errors
/// [`StoryError`] if the folder cannot be written, or a step names something that does not exist.
pub fn write(story: &Story, folder: &Path) -> Result<Built, StoryError> {
    let build = Build::create(folder)?;
    let mut built = Built { branches: BTreeMap::new(), commits: Vec::new() };
    let mut files: BTreeMap<String, Files> = BTreeMap::new();
    for (step, authored, committed) in &story.steps {
        let branch = step.branch.clone().unwrap_or_else(|| "main".into());
        let mut parents: Vec<Oid> = Vec::new();
        let mut now = Files::new();
        if !step.orphan {
            let from = if built.branches.contains_key(&branch) { &branch } else { "main" };
            parents.extend(built.branches.get(from));
            now = files.get(from).cloned().unwrap_or_default();
        }
        for merged in &step.merge {
            parents.extend(built.branches.get(merged));
            now.extend(files.get(merged).cloned().unwrap_or_default());
        }
        apply(&build, step, &mut now)?;
        let person =
            |who: &str| story.people.get(who).ok_or_else(|| StoryError::Nobody(story.name.clone(), who.to_owned()));
        let author = match &step.author_hex {
            Some(hex) => unhex(&story.name, hex)?,
            None => line(person(&step.by)?, authored),
        };
        let committer = line(person(step.committer.as_deref().unwrap_or(&step.by))?, committed);
        let message = match &step.message_hex {
            Some(hex) => unhex(&story.name, hex)?,
            None => step.message.clone().into_bytes(),
        };
        let mut headers = step.headers.clone().unwrap_or_default();
        if let Some(key) = &step.key {
            let block = story.keys.get(key).ok_or_else(|| StoryError::NoKey(story.name.clone(), key.clone()))?;
            let block = numbered(block.trim_end(), step.serial);
            headers.push_str(&format!("gpgsig {}\n", block.replace('\n', "\n ")));
        }
        let oid = build.commit(&CommitDraft {
            tree: build.tree(&now)?,
            parents,
            author,
            committer: committer.clone(),
            extra_headers: headers.into_bytes(),
            message,
        })?;
        for tag in step.tag.iter().chain(&step.tags) {
            build.tag(tag, &oid, &committer, tag)?;
        }
        built.commits.push(oid);
        built.branches.insert(branch.clone(), oid);
        files.insert(branch, now);
    }
    let lost = (!story.lost.is_empty()).then(|| story.lost.join("\n"));
    for (name, text) in [
        (TRUSTED, &story.trusted),
        (OSV, &story.osv),
        (INDICATORS, &story.indicators),
        (SARIF, &story.sarif),
        (ALIBI, &story.alibi),
        (SNAPSHOT, &story.snapshot),
        (LOST, &lost),
    ] {
        if let Some(text) = text {
            std::fs::write(folder.join(name), text).map_err(BuildError::from)?;
        }
    }
    for other in &story.beside {
        write(&embedded::story(other)?, &folder.join(BESIDE).join(other))?;
    }
    for (branch, oid) in built.branches.iter().filter(|(branch, _)| !story.lost.contains(branch)) {
        build.reference(&format!("refs/heads/{branch}"), oid)?;
    }
    Ok(built)
}

/// Writes a number over the end of a signature block's base64. The block can still be parsed.
fn numbered(block: &str, serial: usize) -> String {
    const DIGITS: usize = 6;
    let end = block.rfind("\n-----END").map(|end| block[..end].trim_end_matches('=').len().saturating_sub(4));
    match end.and_then(|end| end.checked_sub(DIGITS).map(|start| start..end)) {
        Some(place) if serial > 0 => {
            let mut block = block.to_owned();
            block.replace_range(place, &format!("{serial:0DIGITS$}"));
            block
        }
        _ => block.to_owned(),
    }
}

fn apply(build: &Build, step: &Step, files: &mut Files) -> Result<(), StoryError> {
    const FILE: FileMode = FileMode(0o100_644);
    for (path, text) in &step.write {
        let mode = files.get(path).map_or(FILE, |(mode, _)| *mode);
        files.insert(path.clone(), (mode, build.blob(text.as_bytes())?));
    }
    for (path, hex) in &step.write_hex {
        files.insert(path.clone(), (FILE, build.blob(&unhex(path, hex)?)?));
    }
    for (path, target) in &step.link {
        files.insert(path.clone(), (FileMode(0o120_000), build.blob(target.as_bytes())?));
    }
    for (path, commit) in &step.submodule {
        let oid = Oid::from_hex(commit.as_bytes())
            .ok_or_else(|| StoryError::Parse(path.clone(), format!("'{commit}' is not an object id")))?;
        files.insert(path.clone(), (FileMode(0o160_000), oid));
    }
    for path in &step.executable {
        if let Some((mode, _)) = files.get_mut(path) {
            *mode = FileMode(0o100_755);
        }
    }
    for path in &step.remove {
        files.remove(path);
    }
    Ok(())
}

fn line(person: &Person, when: &DateTime<FixedOffset>) -> Vec<u8> {
    format!("{} <{}> {} {}", person.name, person.email, when.timestamp(), when.format("%z")).into_bytes()
}

fn unhex(place: &str, hex: &str) -> Result<Vec<u8>, StoryError> {
    let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok()))
        .collect::<Option<_>>()
        .ok_or_else(|| StoryError::Parse(place.to_owned(), format!("'{hex}' is not hexadecimal")))
}
