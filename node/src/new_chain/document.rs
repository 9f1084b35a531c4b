//! The file of a new chain as TOML: fields by their names, and refusals that say where each stands.

use super::section::Section;
use std::{fmt, ops::Range};
use toml_edit::{ImDocument, Item, Table, TableLike, Value};

/// Why a file is refused: where, and what is wrong there.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The file's name.
    file: String,
    /// The line, from 1 on; `None` where the file does not have what is wrong.
    line: Option<usize>,
    /// Field, value, what is allowed, and what was meant perhaps.
    message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, message } = self;
        match line {
            Some(line) => write!(f, "{file}:{line}: {message}"),
            None => write!(f, "{file}: {message}"),
        }
    }
}

/// A file.
pub(super) struct Document {
    name: String,
    toml: ImDocument<String>,
}

impl Document {
    /// Reads the text of the file called `name`.
    ///
    /// # Errors
    /// Where it is no TOML.
    pub(super) fn parse(name: String, text: String) -> Result<Self, Refusal> {
        match ImDocument::parse(text.clone()) {
            Ok(toml) => Ok(Self { name, toml }),
            Err(error) => Err(Refusal {
                file: name,
                line: error.span().map(|span| line(&text, span.start)),
                message: error.message().trim().replace('\n', ", "),
            }),
        }
    }

    /// The fields outside of all tables.
    pub(super) fn root(&self) -> Section<'_> {
        Section::new(self, String::new(), Some(self.toml.as_table()))
    }

    /// The value of a field, such as `stake.min_lock` or `endowed[0].lock`, as the file has it.
    pub(super) fn written(&self, path: &str) -> Option<&str> {
        self.find(path).and_then(|found| self.toml.raw().get(found.value?))
    }

    /// What is wrong with a field.
    pub(super) fn refuse(&self, path: &str, what: impl fmt::Display) -> Refusal {
        self.refuse_at(path, format!("{path} {what}"))
    }

    /// What is wrong with the value of a field that the file has.
    pub(super) fn refuse_value(&self, path: &str, what: impl fmt::Display) -> Refusal {
        self.refuse(path, format!("is {}, {what}", self.written(path).unwrap_or_default()))
    }

    /// As [`Self::refuse`], with a message that need not begin with the field.
    pub(super) fn refuse_at(&self, path: &str, message: String) -> Refusal {
        let line = self.find(path).map(|found| line(self.toml.raw(), found.start));
        Refusal { file: self.name.clone(), line, message }
    }

    fn find(&self, path: &str) -> Option<Found> {
        let mut found = None;
        let mut table: Option<&dyn TableLike> = Some(self.toml.as_table());
        for step in path.split('.') {
            let (name, index) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
                Some((name, index)) => (name, Some(index.parse::<usize>().ok()?)),
                None => (step, None),
            };
            let (key, item) = table?.get_key_value(name)?;
            let (start, value) = match index {
                None => {
                    table = item.as_table_like();
                    (key.span().or_else(|| item.span())?.start, item.as_value().and_then(Value::span))
                }
                Some(index) => {
                    let entry = entries(item)?.into_iter().nth(index)?;
                    table = entry.table();
                    (entry.span()?.start, entry.span())
                }
            };
            found = Some(Found { start, value });
        }
        found
    }

    /// The text of a value, without quotation marks.
    pub(super) fn scalar<'a>(&'a self, value: &'a Value) -> Option<&'a str> {
        match value {
            Value::String(text) => Some(text.value()),
            Value::Array(_) | Value::InlineTable(_) => None,
            _ => self.toml.raw().get(value.span()?),
        }
    }
}

/// Where a field is.
struct Found {
    /// Where its name begins, or the entry where it is one of a list.
    start: usize,
    /// Where its value is, if it is no table.
    value: Option<Range<usize>>,
}

/// One of several in a list.
pub(super) enum Entry<'a> {
    Table(&'a Table),
    Value(&'a Value),
}

impl<'a> Entry<'a> {
    pub(super) fn table(&self) -> Option<&'a dyn TableLike> {
        match self {
            Self::Table(table) => Some(*table),
            Self::Value(Value::InlineTable(table)) => Some(table),
            Self::Value(_) => None,
        }
    }

    fn span(&self) -> Option<Range<usize>> {
        match self {
            Self::Table(table) => table.span(),
            Self::Value(value) => value.span(),
        }
    }
}

/// The entries of a list of either form.
pub(super) fn entries(item: &Item) -> Option<Vec<Entry<'_>>> {
    match item {
        Item::ArrayOfTables(tables) => Some(tables.iter().map(Entry::Table).collect()),
        Item::Value(Value::Array(values)) => Some(values.iter().map(Entry::Value).collect()),
        _ => None,
    }
}

/// The line of an offset, from 1 on.
fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
