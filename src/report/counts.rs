//! Counts as they stand in tables.

use std::collections::HashMap;

use crate::{
    aggregate::{Key, NONE, Suppressed, Table},
    estimate::Estimate,
};

/// A label and the posts that have it.
#[derive(Debug, Clone)]
pub struct LabelCount {
    /// Its name.
    pub name: String,
    /// Posts.
    pub posts: u64,
    /// Their share as predicted, uncorrected; the interval is that of chance alone.
    pub share: Estimate,
}

/// Values by their posts.
#[derive(Debug, Clone, Default)]
pub struct Ranked {
    /// The most frequent values, with their posts.
    pub rows: Vec<(String, u64)>,
    /// How many values there are in all.
    pub all: usize,
    /// What was left out because it is of few people.
    pub suppressed: Option<Suppressed>,
}

/// Values by their posts, and those of each label.
#[derive(Debug, Clone, Default)]
pub struct Cross {
    /// The most frequent values.
    pub rows: Vec<CrossRow>,
    /// How many values there are in all.
    pub all: usize,
    /// What was left out because it is of few people.
    pub suppressed: Option<Suppressed>,
}

/// A value: a language, a target, a hashtag.
#[derive(Debug, Clone)]
pub struct CrossRow {
    /// Its name.
    pub name: String,
    /// Its posts; `None` where they are too few to be shown.
    pub posts: Option<u64>,
    /// For each label its posts with the label; `None` where they are too few to be shown.
    pub given: Vec<Option<u64>>,
}

/// Whether a key is a value: not the lack of one.
pub(super) fn is_value(key: &Key) -> bool {
    matches!(key, Key::Text(_))
}

impl Ranked {
    /// The first values of a table with one key.
    pub(super) fn of(table: &Table, most: usize) -> Self {
        let values = || table.rows.iter().filter(|row| row.keys.first().is_some_and(is_value));
        let mut rows: Vec<(String, u64)> = values().map(|row| (row.keys[0].to_string(), row.posts)).collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        rows.truncate(most);
        Self { rows, all: values().count(), suppressed: table.suppressed }
    }
}

impl Cross {
    /// The values of a table by value and label; `whole` counts the posts of each value where the table itself cannot,
    /// as a post can have two labels.
    pub(super) fn of(table: &Table, whole: Option<&Table>, labels: &[String], most: usize) -> Self {
        let place: HashMap<&str, usize> =
            labels.iter().enumerate().map(|(at, label)| (label.as_str(), at)).collect();
        let hidden = table.suppressed.is_some_and(|told| told.small > 0);
        let mut rows: HashMap<String, (u64, Vec<Option<u64>>)> = HashMap::new();
        for row in &table.rows {
            let [value, label] = &row.keys[..] else { continue };
            if !is_value(value) {
                continue;
            }
            let none = if hidden { None } else { Some(0) };
            let entry = rows.entry(value.to_string()).or_insert_with(|| (0, vec![none; labels.len()]));
            entry.0 += row.posts;
            if let Some(&at) = place.get(label.to_string().as_str()) {
                entry.1[at] = Some(row.posts);
            }
        }
        let posts: Option<HashMap<String, u64>> = whole.map(|table| {
            let of = |row: &crate::aggregate::Row| Some((row.keys.first()?.to_string(), row.posts));
            table.rows.iter().filter_map(of).collect()
        });
        let all =
            posts.as_ref().map_or(rows.len(), |posts| posts.keys().filter(|name| *name != NONE).count());
        let mut rows: Vec<(u64, CrossRow)> = rows
            .into_iter()
            .map(|(name, (sum, given))| {
                let known = posts.as_ref().map(|posts| posts.get(&name).copied());
                (sum, CrossRow { posts: known.unwrap_or(Some(sum)), name, given })
            })
            .collect();
        rows.sort_by(|a, b| (b.1.posts, b.0).cmp(&(a.1.posts, a.0)).then_with(|| a.1.name.cmp(&b.1.name)));
        let suppressed = table.suppressed.or(whole.and_then(|whole| whole.suppressed));
        Self { rows: rows.into_iter().take(most).map(|(_, row)| row).collect(), all, suppressed }
    }
}
