//! What is known about a value: its text, its parts, and the sources that it comes from.

use rustc_hash::FxHashMap;

/// Maximum length of the text of a value, in bytes.
pub(crate) const MAX_TEXT: usize = 64 << 10;

/// Maximum number of other texts of a value.
const MAX_OTHERS: usize = 4;

/// Encloses the number of an unknown part in the text of a value.
pub(crate) const OPEN: char = '\u{27e8}';
pub(crate) const CLOSE: char = '\u{27e9}';

/// A set of labels, each with the position of its source.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Labels(Vec<(u8, u32)>);

impl Labels {
    pub(crate) fn one(label: u8, at: usize) -> Labels {
        Labels(vec![(label, at as u32)])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the labels of another set. The first source of a label is kept.
    pub(crate) fn add(&mut self, other: &Labels) {
        for (label, at) in &other.0 {
            if !self.0.iter().any(|(known, _)| known == label) {
                self.0.push((*label, *at));
            }
        }
    }

    pub(crate) fn insert(&mut self, label: u8, at: usize) {
        self.add(&Labels::one(label, at));
    }

    /// The labels as bits.
    pub(crate) fn bits(&self) -> u64 {
        self.0.iter().fold(0, |bits, (label, _)| bits | 1 << label)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u8, u32)> + '_ {
        self.0.iter().copied()
    }
}

/// What is known about a value.
#[derive(Clone, Default, Debug)]
pub(crate) struct Value {
    /// Its text, with the numbers of unknown parts; `None` if it has no text.
    pub text: Option<String>,
    /// Other texts that it may have.
    pub others: Vec<String>,
    /// Its bytes, if it is a constant that is not text.
    pub number: Option<i64>,
    /// Its items, if it is a list.
    pub items: Option<Vec<Value>>,
    /// Its fields, if it is a map or an object.
    pub fields: Option<FxHashMap<String, Value>>,
    /// The name of the function, the class or the module that it is, such as `os.system`.
    pub path: Option<String>,
    /// The function of this file that it is, by its number.
    pub function: Option<usize>,
    /// The text of the path of the file that it is opened for.
    pub file: Option<String>,
    /// The labels of the sources that it comes from.
    pub labels: Labels,
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Value {
        let mut text = text.into();
        if text.len() > MAX_TEXT {
            let mut end = MAX_TEXT;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
        }
        Value { text: Some(text), ..Value::default() }
    }

    pub(crate) fn number(number: i64) -> Value {
        Value { number: Some(number), text: Some(number.to_string()), ..Value::default() }
    }

    pub(crate) fn path(path: impl Into<String>) -> Value {
        Value { path: Some(path.into()), ..Value::default() }
    }

    pub(crate) fn list(items: Vec<Value>) -> Value {
        let mut labels = Labels::default();
        items.iter().for_each(|item| labels.add(&item.labels));
        Value { items: Some(items), labels, ..Value::default() }
    }

    pub(crate) fn labelled(mut self, labels: &Labels) -> Value {
        self.labels.add(labels);
        self
    }

    /// Its items; a value that is no list is its own only item.
    pub(crate) fn flat(&self) -> Vec<Value> {
        self.items.clone().unwrap_or_else(|| vec![self.clone()])
    }

    /// Its text, if all of it is known.
    pub(crate) fn constant(&self) -> Option<&str> {
        self.text.as_deref().filter(|text| !text.contains(OPEN))
    }

    /// Merges another possible value of the same name. The other's text is preferred, since it was assigned later.
    pub(crate) fn merge(&mut self, other: Value) {
        let mut labels = std::mem::take(&mut self.labels);
        labels.add(&other.labels);
        let mut earlier = std::mem::replace(self, other);
        let others = std::mem::take(&mut earlier.others);
        for text in others.into_iter().chain(earlier.text.clone().filter(|text| !text.contains(OPEN))) {
            if self.others.len() < MAX_OTHERS && self.text.as_ref() != Some(&text) && !self.others.contains(&text) {
                self.others.push(text);
            }
        }
        self.labels = labels;
        self.function = self.function.or(earlier.function);
        self.file = self.file.take().or(earlier.file);
        if self.items.is_none() && self.text.is_none() {
            (self.items, self.text) = (earlier.items, earlier.text);
        }
        self.path = self.path.take().or(earlier.path);
        match (&mut self.fields, earlier.fields) {
            (Some(fields), Some(known)) => {
                for (name, value) in known {
                    fields.entry(name).or_insert(value);
                }
            }
            (fields @ None, known) => *fields = known,
            _ => {}
        }
    }
}
