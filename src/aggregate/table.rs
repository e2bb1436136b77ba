//! The result: rows in a fixed order.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    fmt,
    sync::Arc,
};

use super::{
    Bucket, By, Filter, NONE, Plan, Sketch, Suppressed, UNKNOWN, Zone,
    counter::{ABSENT, Cell, Count, Counts, Names},
    suppress::Small,
};

/// The most empty stretches of time put into a series.
const MOST_GAPS: usize = 10_000;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A label, target, language …
    Text(Arc<str>),
    /// A stretch of time.
    Time {
        /// For machines; see [`Bucket::name`].
        name: String,
        /// For people; see [`Bucket::short_name`].
        short: String,
        /// The moment at which it begins.
        start: Option<jiff::Timestamp>,
    },
    /// The posts have no value: [`NONE`].
    None,
    /// The posts have no time: [`UNKNOWN`].
    Unknown,
    /// No posts at all: an empty stretch of time has no label either.
    Empty,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Key::Text(name) => name,
            Key::Time { name, .. } => name,
            Key::None => NONE,
            Key::Unknown => UNKNOWN,
            Key::Empty => "",
        })
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its values, in the order of [`Table::by`].
    pub keys: Vec<Key>,
    /// The posts in it.
    pub posts: u64,
    /// Their different authors, where they were counted and a post told one.
    pub authors: Option<Authors>,
}

/// How many different authors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authors {
    /// How many.
    pub count: u64,
    /// Whether it is exact; else an estimate with [`Sketch::STANDARD_ERROR`].
    pub exact: bool,
}

impl Authors {
    fn of(sketch: &Sketch) -> Option<Self> {
        (!sketch.is_empty()).then(|| Self { count: sketch.count(), exact: sketch.is_exact() })
    }

    /// The standard error as a share of the count; 0 where it is exact.
    pub fn standard_error(&self) -> f64 {
        if self.exact { 0.0 } else { Sketch::STANDARD_ERROR }
    }
}

/// Counts of posts in a fixed order: times ascend; other values descend by their posts, then ascend
/// by name; keys to the left come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The keys.
    pub by: Vec<By>,
    /// The name of the time zone; it matters when one of the keys is a time.
    pub zone: String,
    /// The conditions, as given.
    pub filters: Vec<String>,
    /// Records read.
    pub read: u64,
    /// Posts that met the conditions: what shares are of.
    pub posts: u64,
    /// Whether different authors were counted.
    pub counts_authors: bool,
    /// The different authors of all those posts.
    pub authors: Option<Authors>,
    /// What was left out because it is of few people.
    pub suppressed: Option<Suppressed>,
    /// The cells. With a time as the first key, stretches without posts are rows too, when there
    /// are at most 10,000.
    pub rows: Vec<Row>,
}

impl Table {
    pub(super) fn of(plan: &Plan, counts: &Counts, small: Option<Small>) -> Self {
        let (left_out, suppressed) =
            small.map_or_else(Default::default, |small| (small.cells, Some(small.told)));
        let mut cells = sorted(plan, counts);
        cells.retain(|(cell, _)| !left_out.contains(*cell));
        let mut rows = Vec::with_capacity(cells.len());
        let gaps = match plan.by.first() {
            Some(By::Time(bucket)) => empty_stretches(*bucket, &plan.zone, &counts.names),
            _ => BTreeSet::new(),
        };
        let mut gaps = gaps.into_iter().peekable();
        for (cell, count) in cells {
            if let (Some(By::Time(bucket)), Some(names)) = (plan.by.first(), counts.names.first()) {
                let here = cell.first().and_then(|&id| names.buckets.get(id as usize)).copied();
                while let Some(gap) = gaps.next_if(|&gap| here.is_none_or(|here| gap < here)) {
                    let mut keys = vec![Key::Empty; plan.by.len()];
                    if let Some(first) = keys.first_mut() {
                        *first = time(*bucket, gap, &plan.zone);
                    }
                    rows.push(Row { keys, posts: 0, authors: None });
                }
            }
            let keys = plan.by.iter().zip(cell).zip(&counts.names);
            let keys = keys.map(|((by, &id), names)| key(by, id, names, &plan.zone)).collect();
            let authors = count.authors.as_deref().and_then(Authors::of);
            rows.push(Row { keys, posts: count.posts, authors });
        }
        if plan.by.is_empty() && rows.is_empty() {
            rows.push(Row { keys: Vec::new(), posts: 0, authors: None });
        }
        Self {
            by: plan.by.clone(),
            zone: plan.zone.name().to_owned(),
            filters: plan.filters.iter().map(|filter| Filter::text(filter).to_owned()).collect(),
            read: counts.read,
            posts: counts.posts,
            counts_authors: plan.counts_authors(),
            authors: Authors::of(&counts.authors),
            suppressed,
            rows,
        }
    }

    /// Whether one of the keys is a time.
    pub fn has_time(&self) -> bool {
        self.by.iter().any(|by| matches!(by, By::Time(_)))
    }

    /// A row's share of the posts that met the conditions, 0–1: as counted, uncorrected.
    pub fn share(&self, row: &Row) -> f64 {
        if self.posts == 0 { 0.0 } else { row.posts as f64 / self.posts as f64 }
    }

    /// Posts by the first key when it is a time, all other keys' cells together: what a curve shows.
    /// A post with two labels then counts twice; count by time alone for posts.
    pub fn series(&self) -> Vec<(String, u64)> {
        let mut series: Vec<(String, u64)> = Vec::new();
        for row in &self.rows {
            let Some(Key::Time { short, .. }) = row.keys.first() else { continue };
            match series.last_mut() {
                Some((name, posts)) if name == short => *posts += row.posts,
                _ => series.push((short.clone(), row.posts)),
            }
        }
        series
    }
}

/// The cells in the order that [`Table`] says.
pub(super) fn sorted<'c>(plan: &Plan, counts: &'c Counts) -> Vec<(&'c Cell, &'c Count)> {
    let mut cells: Vec<(&Cell, &Count)> = counts.cells.iter().collect();
    sort(&mut cells, plan, &counts.names);
    cells
}

fn sort(cells: &mut [(&Cell, &Count)], plan: &Plan, names: &[Names]) {
    // Posts of each group of cells that share their keys up to a depth: the order inside the group
    // one shorter.
    let mut weights: HashMap<(usize, Cell), u64> = HashMap::new();
    // At the last depth a group is a single cell.
    let last = plan.by.len().saturating_sub(1);
    for (cell, count) in cells.iter() {
        for (depth, by) in plan.by.iter().enumerate() {
            if !matches!(by, By::Time(_)) && depth < last {
                *weights.entry((depth, prefix(cell, depth))).or_default() += count.posts;
            }
        }
    }
    cells.sort_by_cached_key(|&(cell, count)| {
        let parts = plan.by.iter().zip(names).zip(cell.iter()).enumerate();
        let order = parts.map(|(depth, ((by, names), &id))| {
            if matches!(by, By::Time(_)) {
                // No time sorts last.
                let bucket = names.buckets.get(id as usize).copied().unwrap_or(i64::MAX);
                return (Reverse(0), bucket, None);
            }
            let group = weights.get(&(depth, prefix(cell, depth))).copied();
            let weight = if depth < last { group.unwrap_or(0) } else { count.posts };
            (Reverse(weight), 0, names.texts.get(id as usize).map(Arc::clone))
        });
        order.collect::<Vec<_>>()
    });
}

/// The cell with everything right of `depth` taken out.
pub(super) fn prefix(cell: &Cell, depth: usize) -> Cell {
    let mut group = *cell;
    group.iter_mut().skip(depth + 1).for_each(|id| *id = ABSENT);
    group
}

/// The stretches between the first and the last in which nothing was posted.
fn empty_stretches(bucket: Bucket, zone: &Zone, names: &[Names]) -> BTreeSet<i64> {
    let mut gaps = BTreeSet::new();
    let Some(names) = names.first() else { return gaps };
    let seen: BTreeSet<i64> = names.buckets.iter().copied().collect();
    let (Some(&first), Some(&last)) = (seen.first(), seen.last()) else { return gaps };
    let mut at = first;
    while at < last {
        if !seen.contains(&at) {
            gaps.insert(at);
            if gaps.len() > MOST_GAPS {
                return BTreeSet::new();
            }
        }
        at = bucket.next(at, zone);
    }
    gaps
}

fn key(by: &By, id: u32, names: &Names, zone: &Zone) -> Key {
    match by {
        By::Time(bucket) => {
            names.buckets.get(id as usize).map_or(Key::Unknown, |&at| time(*bucket, at, zone))
        }
        _ => names.texts.get(id as usize).map_or(Key::None, |name| Key::Text(Arc::clone(name))),
    }
}

fn time(bucket: Bucket, at: i64, zone: &Zone) -> Key {
    Key::Time {
        name: bucket.name(at, zone),
        short: bucket.short_name(at, zone),
        start: bucket.start(at, zone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        aggregate::{Counter, TagRecord},
        write::samples,
    };

    fn table(by: &str, times: &[&str]) -> Table {
        let mut counter = Counter::new(Plan::parse(by, &[], None).expect("plan"));
        for time in times {
            let mut post = samples::platform_attack();
            post.time = time.parse().ok();
            counter.add(&TagRecord::from(&post)).expect("few cells");
        }
        counter.finish()
    }

    #[test]
    fn a_series_has_no_holes_and_unknown_times_come_last() {
        let times = ["2019-04-01T12:43:00Z", "2019-04-01T12:16:00Z", "2019-04-01T12:17:00Z", "?"];
        let table = table("time:15min", &times);
        let told: Vec<_> = table.rows.iter().map(|row| (row.keys[0].to_string(), row.posts)).collect();
        assert_eq!(
            told,
            [
                ("2019-04-01T12:15:00Z".to_owned(), 2),
                ("2019-04-01T12:30:00Z".to_owned(), 1),
                ("(unknown)".to_owned(), 1)
            ]
        );
        let table = self::table("time:5min,label", &times);
        let told: Vec<_> = table.rows.iter().map(|row| (row.keys[1].to_string(), row.posts)).collect();
        let (label, empty) = ("platform_attack".to_owned(), String::new());
        assert_eq!(
            told,
            [
                (label.clone(), 2),
                (empty.clone(), 0),
                (empty.clone(), 0),
                (empty.clone(), 0),
                (empty, 0),
                (label.clone(), 1),
                (label, 1)
            ]
        );
        assert_eq!(table.series().iter().map(|(_, posts)| posts).sum::<u64>(), 3);
        assert_eq!(table.series()[0].0, "2019-04-01 12:15");
    }

    #[test]
    fn a_hole_of_years_is_left_open() {
        let table = table("time:minute", &["2009-04-01T12:43:00Z", "2019-04-01T12:16:00Z"]);
        assert_eq!(table.rows.len(), 2);
    }

    #[test]
    fn a_time_that_is_not_first_has_no_filled_holes() {
        let table = table("label,time:day", &["2019-04-03T00:00:00Z", "2019-04-01T00:00:00Z"]);
        let days: Vec<_> = table.rows.iter().map(|row| row.keys[1].to_string()).collect();
        assert_eq!(days, ["2019-04-01", "2019-04-03"]);
    }

    #[test]
    fn nothing_read_is_a_table_too() {
        assert_eq!(table("label", &[]).rows, []);
        assert_eq!(table("", &[]).rows, [Row { keys: vec![], posts: 0, authors: None }]);
    }
}
