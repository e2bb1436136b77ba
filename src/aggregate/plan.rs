//! What to count.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use super::{AggregateError, By, Filter, MOST_CELLS, TagRecord, Zone};
use crate::{
    codebook::Codebook,
    privacy::{Pseudonyms, names_people},
    read::{Columns, Kept, KeptValues},
};

/// The kind of each target, by its id.
pub type Kinds = HashMap<Arc<str>, &'static str>;

/// The kinds of a codebook's targets: what [`By::Kind`] counts by.
pub fn kinds(codebook: &Codebook) -> Kinds {
    codebook.targets.iter().map(|target| (Arc::clone(&target.id), target.kind.as_str())).collect()
}

/// What to count.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The keys of a cell, in the order shown; none at all counts just the posts.
    pub by: Vec<By>,
    /// Which posts and tags count; all must hold.
    pub filters: Vec<Filter>,
    /// The time zone of the buckets.
    pub zone: Zone,
    /// The most cells; more are an error. See [`MOST_CELLS`].
    pub most_cells: usize,
    pub(super) more: More,
    /// The kept columns looked for by name.
    columns: Vec<String>,
    /// What finds author, platform and columns; `None` where none of them is needed.
    kept: Option<Kept>,
}

/// What more there is to say of a plan.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// Count the different authors of each cell ([`Sketch`](super::Sketch)).
    pub authors: bool,
    /// The kept columns that tell author and platform; `None` leaves the choice to the usual names.
    pub columns: Columns,
    /// The kinds of targets ([`kinds`]); needed to count by them.
    pub kinds: Option<Arc<Kinds>>,
    /// Replaces authors, and kept columns that name people, by keyed hashes.
    pub pseudonyms: Option<Pseudonyms>,
}

/// What a plan needs of a tagged post: what a reader must decode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) time: bool,
    pub(super) lang: bool,
    pub(super) hashtags: bool,
    /// Whether there are tags at all, and which.
    pub(super) tags: bool,
    pub(super) label: bool,
    pub(super) target: bool,
    pub(super) stance: bool,
    pub(super) claims: bool,
    pub(super) status: bool,
    pub(super) input: bool,
}

impl Plan {
    /// A plan from the words of the command line: `--by`, `--where` and `--tz`.
    ///
    /// # Errors
    /// When a word is unknown; the message lists what there is.
    pub fn parse(by: &str, filters: &[String], zone: Option<&str>) -> Result<Arc<Self>, AggregateError> {
        Self::with(by, filters, zone, More::default())
    }

    /// As [`parse`](Plan::parse), with more to say.
    ///
    /// # Errors
    /// As [`parse`](Plan::parse), and [`AggregateError::NoKinds`].
    pub fn with(
        by: &str,
        filters: &[String],
        zone: Option<&str>,
        more: More,
    ) -> Result<Arc<Self>, AggregateError> {
        let zone = zone.map_or_else(|| Ok(Zone::utc()), Zone::parse)?;
        let by = By::parse_list(by)?;
        let filters: Vec<Filter> =
            filters.iter().map(|text| Filter::parse(text, &zone)).collect::<Result<_, _>>()?;
        if more.kinds.is_none() && (by.contains(&By::Kind) || filters.iter().any(Filter::is_of_kind)) {
            return Err(AggregateError::NoKinds);
        }
        let mut columns: Vec<String> = Vec::new();
        let of_keys = by.iter().filter_map(|by| match by {
            By::Column(name) => Some(name.to_string()),
            _ => None,
        });
        for name in of_keys.chain(filters.iter().filter_map(Filter::column).map(str::to_owned)) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        let needed = more.authors || by.iter().any(By::is_kept) || filters.iter().any(Filter::is_kept);
        let kept = needed.then(|| Kept::new(&more.columns, &columns));
        Ok(Arc::new(Self { by, filters, zone, most_cells: MOST_CELLS, more, columns, kept }))
    }

    /// Whether the different authors of each cell are counted.
    pub fn counts_authors(&self) -> bool {
        self.more.authors
    }

    /// What the kept columns of a post say; nothing where none of them is needed.
    ///
    /// # Errors
    /// What is wrong with them, for people.
    pub(super) fn kept<'a>(&self, record: &'a TagRecord<'_>) -> Result<KeptValues<'a>, String> {
        match (&self.kept, &record.input) {
            (Some(kept), Some(input)) => kept
                .read(input)
                .map_err(|error| format!("its kept columns (input) are no JSON object: {error}")),
            _ => Ok(KeptValues::default()),
        }
    }

    /// The value of a kept column.
    pub(super) fn column<'v>(&self, kept: &'v KeptValues<'_>, name: &str) -> Option<&'v str> {
        let at = self.columns.iter().position(|column| column == name)?;
        kept.columns.get(at)?.as_deref()
    }

    /// An author as it is shown: by its pseudonym where there is a key.
    pub(super) fn shown<'v>(&self, name: &'v str) -> Cow<'v, str> {
        match &self.more.pseudonyms {
            Some(pseudonyms) => Cow::Owned(pseudonyms.of(name)),
            None => Cow::Borrowed(name),
        }
    }

    /// A value of a kept column as it is shown: by its pseudonym where there is a key and the column names people.
    pub(super) fn shown_column<'v>(&self, name: &str, value: &'v str) -> Cow<'v, str> {
        if names_people(name) { self.shown(value) } else { Cow::Borrowed(value) }
    }

    /// The kind of a target.
    pub(super) fn kind(&self, target: &str) -> &str {
        let kinds = self.more.kinds.as_ref();
        kinds.and_then(|kinds| kinds.get(target)).copied().unwrap_or(super::UNKNOWN)
    }

    pub(super) fn needs(&self) -> Needs {
        let by =
            |key: &By| self.by.iter().any(|by| std::mem::discriminant(by) == std::mem::discriminant(key));
        let filtered = |key: &By| self.filters.iter().any(|filter| filter.is_of(key));
        let needs = |key: By| by(&key) || filtered(&key);
        let kind = needs(By::Kind);
        let tags = self.by.iter().any(By::is_of_tags) || self.filters.iter().any(Filter::is_of_tags);
        Needs {
            time: by(&By::Time(super::Bucket::Day)) || self.filters.iter().any(Filter::is_of_time),
            lang: needs(By::Language),
            hashtags: needs(By::Hashtag),
            tags,
            label: needs(By::Label),
            target: needs(By::Target) || kind,
            stance: needs(By::Stance),
            claims: needs(By::Claim),
            status: needs(By::Status),
            input: self.kept.is_some(),
        }
    }
}
