//! Evidence: observed facts, each with a type that decides how a report writes it, and what a pseudonymised report
//! hides.

use crate::facts::{CommitIdx, IdentityId, PathId};
use alibi_git::history::Stamp;
use std::borrow::Cow;

/// One observed fact: a label and a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// The label.
    pub label: Cow<'static, str>,
    /// The value.
    pub value: Value,
}

/// A value of evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Text, numbers and dates written by the program. Object ids are the only content from a repository.
    Words(Cow<'static, str>),
    /// A number.
    Count(u64),
    /// A count, and the total that it is part of.
    Of(u64, u64),
    /// A UTC day, given by a moment on that day: seconds since 1970.
    Day(i64),
    /// A time, reported in UTC and with the recorded offset.
    Moment(Stamp),
    /// A commit, by its id.
    Commit(CommitIdx),
    /// A path.
    Path(PathId),
    /// A name and an address.
    Identity(IdentityId),
    /// Any other text from a repository, or from the configuration.
    Text(Vec<u8>),
    /// Several values, written without a space between them.
    Joined(Vec<Value>),
}

impl Value {
    /// Text, numbers and dates written by the program.
    pub fn words(words: impl Into<Cow<'static, str>>) -> Value {
        Value::Words(words.into())
    }

    /// A number of things.
    pub fn count(number: impl TryInto<u64>) -> Value {
        Value::Count(number.try_into().unwrap_or(u64::MAX))
    }

    /// A count, and the total that it is part of.
    pub fn of(number: usize, all: usize) -> Value {
        Value::Of(number as u64, all as u64)
    }

    /// Text from a repository.
    pub fn text(text: impl AsRef<[u8]>) -> Value {
        Value::Text(text.as_ref().to_vec())
    }

    /// Several values, written without a space between them.
    pub fn joined(values: impl Into<Vec<Value>>) -> Value {
        Value::Joined(values.into())
    }
}

impl From<&'static str> for Value {
    fn from(words: &'static str) -> Value {
        Value::Words(words.into())
    }
}

impl From<&[u8]> for Value {
    fn from(text: &[u8]) -> Value {
        Value::Text(text.to_vec())
    }
}
