//! Reads source code of many languages as calls and values, and follows values from sources to sinks.

mod action;
mod actions;
mod analysis;
mod arguments;
mod ast;
mod calls;
mod command_calls;
mod commands;
mod composites;
mod decode;
mod effects;
mod evaluate;
mod expressions;
mod headers;
mod imports;
mod language;
mod lexer;
mod methods;
mod names;
mod parser;
mod programs;
mod reader;
mod shell;
mod shell_words;
mod state;
mod statements;
mod strings;
mod suffixes;
mod tables;
#[cfg(test)]
mod tests;
mod token;
mod transform;
mod value;
mod values;
mod vocabulary;

pub use analysis::{Analysis, analyse, analyse_parts};
pub use language::{Holder, Language, Reading};
pub use state::Event;
pub use vocabulary::{Anchor, Vocabulary};
