//! Embeds the heuristics.

fn main() -> std::io::Result<()> {
    alibi_embed::embed("heuristics", "embedded_heuristics.rs")
}
