//! Heuristics as data, and the matching of their rules in text, configuration and messages.

pub mod content;
pub mod decibans;
pub mod document;
pub mod heuristics;
pub mod messages;
mod vocabulary;
