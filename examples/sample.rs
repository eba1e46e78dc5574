//! Builds a synthetic repository for inspection: `cargo run --example sample -- STORY FOLDER`. Without arguments, lists
//! the stories.

use git_alibi::testkit::{names, story, write};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout();
    match words.as_slice() {
        [] => {
            for name in names() {
                writeln!(out, "{name:24} {}", story(name)?.title)?;
            }
        }
        [name, folder] => {
            let story = story(name)?;
            let built = write(&story, folder.as_ref())?;
            writeln!(out, "{}\n{} commits, main at {}", story.story, built.commits.len(), built.head())?;
        }
        _ => return Err("expected a story and a folder, or no arguments for a list".into()),
    }
    Ok(())
}
