//! A table of the file of a new chain: each field is asked for by its name, and a name that nobody asks for is refused.

use super::{
    document::{entries, Document, Entry, Refusal},
    suggestion::nearest,
};
use std::fmt;
use toml_edit::{Item, TableLike, Value};

/// A table of the file, or one that it might have.
pub(super) struct Section<'a> {
    document: &'a Document,
    path: String,
    table: Option<&'a dyn TableLike>,
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The table called `path`.
    pub(super) fn new(document: &'a Document, path: String, table: Option<&'a dyn TableLike>) -> Self {
        Self { document, path, table, known: Vec::new() }
    }

    /// Reads a field; `parse` answers with what it expected.
    pub(super) fn read<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Refusal> {
        let Some((path, item)) = self.field(name) else { return Ok(None) };
        let text = item.as_value().and_then(|value| self.document.scalar(value));
        let text = text.ok_or_else(|| self.document.refuse(&path, "is no single value"))?;
        parse(text).map(Some).map_err(|expected| self.document.refuse_value(&path, expected))
    }

    /// As [`Self::read`], of what may be a secret in the wrong place: a refusal does not repeat it.
    pub(super) fn read_quietly<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Refusal> {
        let Some((path, item)) = self.field(name) else { return Ok(None) };
        let text = item.as_str().ok_or_else(|| self.document.refuse(&path, "is no text"))?;
        parse(text).map(Some).map_err(|wrong| self.document.refuse(&path, wrong))
    }

    /// Reads a list of texts; nothing of them is repeated in a refusal.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, Refusal> {
        let Some((path, item)) = self.field(name) else { return Ok(Vec::new()) };
        let values =
            item.as_array().ok_or_else(|| self.document.refuse(&path, "is no list, expected [\"…\", \"…\"]"))?;
        let entry = |(position, value): (usize, &Value)| {
            let path = format!("{path}[{position}]");
            let text = value.as_str().ok_or_else(|| self.document.refuse(&path, "is no text"))?;
            parse(text).map_err(|wrong| self.document.refuse(&path, wrong))
        };
        values.iter().enumerate().map(entry).collect()
    }

    /// A table in this one.
    ///
    /// # Errors
    /// Where the name is that of something else.
    pub(super) fn section(&mut self, name: &'static str) -> Result<Section<'a>, Refusal> {
        let field = self.field(name);
        let path = self.path_of(name);
        let table = match field {
            None => None,
            Some((_, item)) => {
                let expected = || self.document.refuse(&path, format!("is no table, expected [{path}]"));
                Some(item.as_table_like().ok_or_else(expected)?)
            }
        };
        Ok(Section::new(self.document, path, table))
    }

    /// The tables of a list.
    ///
    /// # Errors
    /// Where the name is that of something else.
    pub(super) fn sections(&mut self, name: &'static str) -> Result<Vec<Section<'a>>, Refusal> {
        let Some((path, item)) = self.field(name) else { return Ok(Vec::new()) };
        let tables = entries(item).and_then(|entries| entries.iter().map(Entry::table).collect::<Option<Vec<_>>>());
        let expected = || self.document.refuse(&path, format!("is no list of tables, expected [[{path}]]"));
        let tables = tables.ok_or_else(expected)?.into_iter().enumerate();
        let section = |(position, table)| Section::new(self.document, format!("{path}[{position}]"), Some(table));
        Ok(tables.map(section).collect())
    }

    /// Whether the file has the table.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// Names fields that will be asked for.
    pub(super) fn allow(&mut self, names: &[&'static str]) {
        self.known.extend(names);
    }

    /// Checks the fields' names, once all of them are known.
    ///
    /// # Errors
    /// Where there is a field that was not asked for.
    pub(super) fn finish(&self) -> Result<(), Refusal> {
        let mut names = self.table.into_iter().flat_map(|table| table.iter()).map(|(name, _)| name);
        let Some(unknown) = names.find(|name| !self.known.iter().any(|known| known == name)) else { return Ok(()) };
        let known = match nearest(unknown, self.known.iter().copied()) {
            Some(name) => format!("did you mean {name}?"),
            None => format!("known here are {}", self.known.join(", ")),
        };
        Err(self.refuse(unknown, format!("is no field of a chain: {known}")))
    }

    /// That a field is missing.
    pub(super) fn missing(&self, name: &str, what: &str) -> Refusal {
        self.document.refuse_at(&self.path, format!("{} is missing: {what}", self.path_of(name)))
    }

    /// What is wrong with a field of this table.
    pub(super) fn refuse(&self, name: &str, what: impl fmt::Display) -> Refusal {
        self.document.refuse(&self.path_of(name), what)
    }

    fn field(&mut self, name: &'static str) -> Option<(String, &'a Item)> {
        self.known.push(name);
        let item = self.table?.get(name)?;
        Some((self.path_of(name), item))
    }

    fn path_of(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }
}
