//! All tables of the built-in file, by script.

use std::sync::LazyLock;

use super::{script::Script, table::Table, weights};

/// How many scripts can have a table.
pub(super) const WITH_TABLE: usize = 6;

static BUILT_IN: LazyLock<Tables> = LazyLock::new(Tables::load);

/// The tables, found by script.
#[derive(Debug)]
pub(super) struct Tables {
    tables: Vec<Table>,
    /// Place in `tables`, by script.
    of: [Option<u8>; Script::COUNT],
}

impl Tables {
    /// Those of the built-in file, read once for the whole program.
    pub(super) fn built_in() -> &'static Self {
        &BUILT_IN
    }

    fn load() -> Self {
        let mut loaded = Self { tables: Vec::new(), of: [None; Script::COUNT] };
        for part in weights::built_in().into_iter().take(WITH_TABLE) {
            if let Some(script) = Script::ALL.into_iter().find(|script| format!("{script:?}") == part.script)
            {
                loaded.of[script as usize] = Some(loaded.tables.len() as u8);
                loaded.tables.push(Table::new(part));
            }
        }
        loaded
    }

    /// The place and the table of a script.
    #[inline]
    pub(super) fn of(&self, script: Script) -> Option<(usize, &Table)> {
        let at = usize::from(self.of[script as usize]?);
        Some((at, self.tables.get(at)?))
    }

    /// The table at a place.
    pub(super) fn at(&self, place: usize) -> Option<&Table> {
        self.tables.get(place)
    }

    /// Every language that a table or a script tells, sorted.
    pub(super) fn languages(&self) -> Vec<&'static str> {
        let by_script = Script::ALL.into_iter().filter_map(Script::only_language);
        let mut langs: Vec<&str> =
            self.tables.iter().flat_map(|table| table.langs.iter().copied()).chain(by_script).collect();
        langs.sort_unstable();
        langs.dedup();
        langs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let tables = Tables::built_in();
        assert_eq!(tables.tables.len(), WITH_TABLE);
        for script in [
            Script::Latin,
            Script::Arabic,
            Script::Cyrillic,
            Script::Devanagari,
            Script::Hebrew,
            Script::Ethiopic,
        ] {
            assert!(tables.of(script).is_some(), "{script:?}");
        }
        assert!(tables.languages().len() >= 80, "{}", tables.languages().len());
    }
}
