//! Embeds the stories.

fn main() -> std::io::Result<()> {
    alibi_embed::embed("sample-repos", "embedded_stories.rs")
}
