//! Counting: records to cells.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use super::{
    AggregateError, By, Plan, Sketch, Table, TagRecord, TagView, Text,
    by::MOST_KEYS,
    suppress::{Small, too_small},
};
use crate::read::KeptValues;

/// As many as a plan may have: a cell's key then needs no allocation.
pub(super) const KEYS: usize = MOST_KEYS;

/// The id of "no value".
pub(super) const ABSENT: u32 = u32::MAX;

/// A cell: for each key of the plan, the id of its value.
pub(super) type Cell = [u32; KEYS];

/// What is counted of a cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Count {
    pub(super) posts: u64,
    /// Its different authors, where they are counted.
    pub(super) authors: Option<Box<Sketch>>,
}

/// What a counter holds.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) read: u64,
    pub(super) posts: u64,
    /// The different authors of all posts counted.
    pub(super) authors: Sketch,
    pub(super) cells: HashMap<Cell, Count>,
    pub(super) names: Vec<Names>,
}

/// Counts records by the plan's keys. Each worker has its own; they are merged at the end, and the
/// order of neither records nor merges shows in the result.
#[derive(Debug)]
pub struct Counter {
    plan: Arc<Plan>,
    counts: Counts,
    /// Cells of the post at hand, before doubles are removed.
    of_tags: Vec<[u32; 4]>,
    hashtags: Vec<u32>,
    claims: Vec<u32>,
}

/// The values of one key, each with a small number for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    ids: HashMap<Arc<str>, u32>,
    pub(super) texts: Vec<Arc<str>>,
    times: HashMap<i64, u32>,
    pub(super) buckets: Vec<i64>,
}

impl Names {
    pub(super) fn of_text(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = self.texts.len() as u32;
        let name: Arc<str> = Arc::from(name);
        self.texts.push(Arc::clone(&name));
        self.ids.insert(name, id);
        id
    }

    pub(super) fn of_bucket(&mut self, bucket: i64) -> u32 {
        *self.times.entry(bucket).or_insert_with(|| {
            self.buckets.push(bucket);
            (self.buckets.len() - 1) as u32
        })
    }

    /// The number that this set has for the value which `other` calls `id`.
    fn adopt(&mut self, other: &Names, id: u32) -> u32 {
        let at = id as usize;
        match (other.texts.get(at), other.buckets.get(at)) {
            (Some(name), _) => self.of_text(name),
            (None, Some(&bucket)) => self.of_bucket(bucket),
            (None, None) => id,
        }
    }
}

impl Counter {
    /// Nothing counted yet.
    pub fn new(plan: Arc<Plan>) -> Self {
        let names = plan.by.iter().map(|_| Names::default()).collect();
        Self {
            plan,
            counts: Counts { read: 0, posts: 0, authors: Sketch::default(), cells: HashMap::new(), names },
            of_tags: Vec::new(),
            hashtags: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Records given so far.
    pub fn read(&self) -> u64 {
        self.counts.read
    }

    /// Records that met the filters.
    pub fn posts(&self) -> u64 {
        self.counts.posts
    }

    /// Whether the authors of the posts counted are known: of one at least.
    pub fn knows_authors(&self) -> bool {
        !self.counts.authors.is_empty()
    }

    /// Counts a record, once in each cell that it falls into, if it meets the filters. Kept columns that are no JSON
    /// object say nothing.
    ///
    /// # Errors
    /// [`AggregateError::TooManyCells`].
    pub fn add(&mut self, record: &TagRecord<'_>) -> Result<(), AggregateError> {
        let plan = Arc::clone(&self.plan);
        let kept = plan.kept(record).unwrap_or_default();
        self.add_kept(record, &kept)
    }

    /// As [`add`](Counter::add), with what the kept columns say.
    pub(super) fn add_kept(
        &mut self,
        record: &TagRecord<'_>,
        kept: &KeptValues<'_>,
    ) -> Result<(), AggregateError> {
        self.counts.read += 1;
        let plan = Arc::clone(&self.plan);
        if !plan.filters.iter().all(|filter| filter.holds_for(record, kept, &plan)) {
            return Ok(());
        }
        let names = &mut self.counts.names;
        if !tags(&plan, names, record, &mut self.of_tags) {
            return Ok(());
        }
        self.counts.posts += 1;
        let author = kept.author.as_deref().filter(|_| plan.counts_authors());
        let author = author.map(|author| Sketch::hash(&plan.shown(author)));
        if let Some(author) = author {
            self.counts.authors.insert(author);
        }

        let mut cell: Cell = [ABSENT; KEYS];
        let mut places = Places::default();
        self.hashtags.clear();
        self.claims.clear();
        for ((at, by), (names, slot)) in plan.by.iter().enumerate().zip(names.iter_mut().zip(&mut cell)) {
            match by {
                By::Language => *slot = names.of_text(&record.lang),
                By::Status => *slot = names.of_text(record.status.as_str()),
                By::Time(bucket) => {
                    if let Some(time) = record.time {
                        *slot = names.of_bucket(bucket.of(time, &plan.zone));
                    }
                }
                By::File => *slot = names.of_text(record.file),
                By::Platform => *slot = kept.platform.as_deref().map_or(ABSENT, |name| names.of_text(name)),
                By::Author => {
                    let author = kept.author.as_deref();
                    *slot = author.map_or(ABSENT, |name| names.of_text(&plan.shown(name)));
                }
                By::Column(name) => {
                    let value = plan.column(kept, name);
                    *slot = value.map_or(ABSENT, |value| names.of_text(&plan.shown_column(name, value)));
                }
                By::Label => places.tags[0] = Some(at),
                By::Target => places.tags[1] = Some(at),
                By::Stance => places.tags[2] = Some(at),
                By::Kind => places.tags[3] = Some(at),
                By::Hashtag => {
                    places.hashtag = Some(at);
                    ids(names, &record.hashtags, &mut self.hashtags);
                }
                By::Claim => {
                    places.claim = Some(at);
                    ids(names, &record.claims, &mut self.claims);
                }
            }
        }
        self.spread(cell, places, author)
    }

    /// Adds one to each combination of the post's tags, hashtags and claims.
    fn spread(&mut self, mut cell: Cell, places: Places, author: Option<u64>) -> Result<(), AggregateError> {
        let most = self.plan.most_cells;
        let once = |list: &[u32]| if list.is_empty() { vec![ABSENT] } else { list.to_vec() };
        let (hashtags, claims) = if places.hashtag.is_none() && places.claim.is_none() {
            (Vec::new(), Vec::new())
        } else {
            (once(&self.hashtags), once(&self.claims))
        };
        let combinations =
            self.of_tags.len().saturating_mul(hashtags.len().max(1)).saturating_mul(claims.len().max(1));
        if combinations > most {
            return Err(AggregateError::TooManyCells { most });
        }
        let cells = &mut self.counts.cells;
        for tag in &self.of_tags {
            places.tags.iter().zip(tag).for_each(|(place, id)| put(&mut cell, *place, *id));
            if hashtags.is_empty() {
                cells.entry(cell).or_default().add(author);
                continue;
            }
            for hashtag in &hashtags {
                put(&mut cell, places.hashtag, *hashtag);
                for claim in &claims {
                    put(&mut cell, places.claim, *claim);
                    cells.entry(cell).or_default().add(author);
                }
            }
        }
        self.check()
    }

    /// Adds another counter's cells. Both must follow the same plan.
    ///
    /// # Errors
    /// [`AggregateError::TooManyCells`].
    pub fn merge(&mut self, other: Counter) -> Result<(), AggregateError> {
        self.counts.read += other.counts.read;
        self.counts.posts += other.counts.posts;
        self.counts.authors.merge(&other.counts.authors);
        for (theirs, count) in other.counts.cells {
            let mut cell = theirs;
            let names = self.counts.names.iter_mut().zip(&other.counts.names);
            for (id, (ours, theirs)) in cell.iter_mut().zip(names) {
                if *id != ABSENT {
                    *id = ours.adopt(theirs, *id);
                }
            }
            self.counts.cells.entry(cell).or_default().merge(count);
        }
        self.check()
    }

    /// Adds a cell of a partial result.
    pub(super) fn add_cell(&mut self, cell: Cell, count: Count) -> Result<(), AggregateError> {
        self.counts.cells.entry(cell).or_default().merge(count);
        self.check()
    }

    /// Adds what a partial result says of all its posts.
    pub(super) fn add_totals(&mut self, read: u64, posts: u64, authors: &Sketch) {
        self.counts.read += read;
        self.counts.posts += posts;
        self.counts.authors.merge(authors);
    }

    pub(super) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(super) fn names(&mut self) -> &mut [Names] {
        &mut self.counts.names
    }

    /// The cells in their order, with shares and, for a series, the empty stretches between.
    pub fn finish(self) -> Table {
        Table::of(&self.plan, &self.counts, None)
    }

    /// As [`finish`](Counter::finish), without the cells of fewer than `k` authors, nor those that the totals would give
    /// away ([`Suppressed`](super::Suppressed) says how). Where the authors of no post are known, posts are counted instead. For `k` up to
    /// [`Sketch::EXACT`], which is what a sketch counts exactly.
    ///
    /// # Errors
    /// [`AggregateError::TooFew`] where nothing would be left.
    pub fn finish_for_k(self, k: u64) -> Result<Table, AggregateError> {
        let small: Small = too_small(&self.plan, &self.counts, k)?;
        Ok(Table::of(&self.plan, &self.counts, Some(small)))
    }

    fn check(&self) -> Result<(), AggregateError> {
        let most = self.plan.most_cells;
        if self.counts.cells.len() > most { Err(AggregateError::TooManyCells { most }) } else { Ok(()) }
    }
}

/// Where in a cell the values stand that a post can have several of.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    /// Label, target, stance and kind of target.
    tags: [Option<usize>; 4],
    hashtag: Option<usize>,
    claim: Option<usize>,
}

fn put(cell: &mut Cell, place: Option<usize>, id: u32) {
    if let Some(slot) = place.and_then(|at| cell.get_mut(at)) {
        *slot = id;
    }
}

impl Count {
    fn add(&mut self, author: Option<u64>) {
        self.posts += 1;
        if let Some(author) = author {
            self.authors.get_or_insert_default().insert(author);
        }
    }

    fn merge(&mut self, other: Self) {
        self.posts += other.posts;
        match (&mut self.authors, other.authors) {
            (Some(ours), Some(theirs)) => ours.merge(&theirs),
            (ours @ None, theirs) => *ours = theirs,
            (Some(_), None) => {}
        }
    }
}

/// Fills `found` with the post's distinct (label, target, stance, kind) among its tags that meet the
/// filters; keys that the plan has not are absent. False when no tag does: the post does not count.
fn tags(plan: &Plan, names: &mut [Names], record: &TagRecord<'_>, found: &mut Vec<[u32; 4]>) -> bool {
    found.clear();
    let filtered = plan.filters.iter().any(super::Filter::is_of_tags);
    let keyed = plan.by.iter().any(By::is_of_tags);
    if !filtered && !keyed {
        found.push([ABSENT; 4]);
        return true;
    }
    let meets = |tag: Option<&TagView<'_>>| plan.filters.iter().all(|filter| filter.holds_for_tag(tag, plan));
    if record.tags.is_empty() {
        found.push([ABSENT; 4]);
        return meets(None);
    }
    for tag in record.tags.iter().filter(|tag| meets(Some(tag))) {
        let mut cell = [ABSENT; 4];
        let [label, target, stance, kind] = &mut cell;
        for (by, names) in plan.by.iter().zip(names.iter_mut()) {
            match by {
                By::Label => *label = names.of_text(&tag.label),
                By::Target => *target = names.of_text(&tag.target),
                By::Stance => *stance = names.of_text(tag.stance.as_str()),
                By::Kind => *kind = names.of_text(plan.kind(&tag.target)),
                _ => {}
            }
        }
        found.push(cell);
    }
    distinct(found);
    !found.is_empty()
}

/// Fills `found` with the distinct numbers of the values.
fn ids(names: &mut Names, values: &[Text<'_>], found: &mut Vec<u32>) {
    found.extend(values.iter().map(|value| names.of_text(value)));
    distinct(found);
}

fn distinct<T: Ord + Hash>(found: &mut Vec<T>) {
    if found.len() > 1 {
        found.sort_unstable();
        found.dedup();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{aggregate::Key, post::TaggedPost, write::samples};

    fn plan(by: &str, filters: &[&str]) -> Arc<Plan> {
        let filters: Vec<_> = filters.iter().map(|&text| text.to_owned()).collect();
        Plan::parse(by, &filters, None).expect("plan")
    }

    fn counted(plan: &Arc<Plan>, posts: &[TaggedPost]) -> Counter {
        let mut counter = Counter::new(Arc::clone(plan));
        for post in posts {
            counter.add(&TagRecord::from(post)).expect("few cells");
        }
        counter
    }

    fn rows(by: &str, filters: &[&str], posts: &[TaggedPost]) -> Vec<(Vec<String>, u64)> {
        let table = counted(&plan(by, filters), posts).finish();
        let row = |row: &crate::aggregate::Row| (row.keys.iter().map(Key::to_string).collect(), row.posts);
        table.rows.iter().map(row).collect()
    }

    /// Three posts: one attack on two platforms, one abstained without tags, one with support.
    fn posts() -> Vec<TaggedPost> {
        let mut attack = samples::platform_attack();
        attack.tags.push(attack.tags[0].clone());
        attack.tags.push(attack.tags[0].clone());
        attack.tags[1].target = Arc::from("youtube");
        attack.hashtags.extend(["pakistan".to_owned(), "iamispr".to_owned()]);
        let mut nothing = samples::bare("2");
        samples::abstain(&mut nothing);
        let mut support = samples::platform_attack();
        support.tags[0].label = Arc::from("support");
        support.tags[0].target = Arc::from("ispr");
        vec![attack, nothing, support]
    }

    fn cell(keys: &[&str], posts: u64) -> (Vec<String>, u64) {
        (keys.iter().map(|&key| key.to_owned()).collect(), posts)
    }

    #[test]
    fn a_post_counts_once_in_each_cell() {
        assert_eq!(
            rows("label", &[], &posts()),
            [cell(&["(none)"], 1), cell(&["platform_attack"], 1), cell(&["support"], 1)]
        );
        assert_eq!(
            rows("label,target", &[], &posts()),
            [
                cell(&["platform_attack", "facebook"], 1),
                cell(&["platform_attack", "youtube"], 1),
                cell(&["(none)", "(none)"], 1),
                cell(&["support", "ispr"], 1),
            ]
        );
        assert_eq!(
            rows("hashtag", &[], &posts()),
            [cell(&["iamispr"], 2), cell(&["(none)"], 1), cell(&["pakistan"], 1)]
        );
        assert_eq!(rows("", &[], &posts()), [cell(&[], 3)]);
        assert_eq!(rows("status", &[], &posts()), [cell(&["labelled"], 2), cell(&["abstained"], 1)]);
    }

    #[test]
    fn only_tags_that_meet_the_filters_are_counted() {
        assert_eq!(
            rows("target", &["label=platform_attack"], &posts()),
            [cell(&["facebook"], 1), cell(&["youtube"], 1)]
        );
        assert_eq!(rows("label", &["target!=facebook"], &posts()).len(), 3);
        assert_eq!(rows("lang", &["label=support"], &posts()), [cell(&["hi-Latn"], 1)]);
        assert_eq!(rows("lang", &["label=(none)"], &posts()), [cell(&["und"], 1)]);
        assert_eq!(rows("lang", &["label=nothing"], &posts()), []);
        assert_eq!(rows("hashtag", &["hashtag=pakistan"], &posts()).len(), 2);
    }

    #[test]
    fn too_many_cells_are_an_error_with_advice() {
        let mut plan = Plan::clone(&plan("hashtag", &[]));
        plan.most_cells = 2;
        let mut counter = Counter::new(Arc::new(plan));
        let mut post = samples::bare("1");
        post.hashtags = ["a", "b", "c"].map(str::to_owned).to_vec();
        let error = counter.add(&TagRecord::from(&post)).expect_err("three cells");
        assert!(error.to_string().contains("longer time bucket"), "{error}");
        post.hashtags.truncate(2);
        let error = {
            let mut counter = Counter::new(Arc::clone(&counter.plan));
            counter.add(&TagRecord::from(&post)).expect("two cells");
            post.hashtags = vec!["d".to_owned()];
            counter.add(&TagRecord::from(&post)).expect_err("a third")
        };
        assert!(matches!(error, AggregateError::TooManyCells { most: 2 }));
    }

    proptest! {
        #[test]
        fn parts_merged_are_the_whole(
            posts in prop::collection::vec(samples::any_post(), 0..12),
            cut in 0usize..12,
            by in prop::sample::select(vec![
                "label", "label,target,stance,lang,hashtag,claim,status,time:day", "time:month", "hashtag,claim", "",
            ]),
            filter in prop::sample::select(vec!["", "label=support", "lang!=en", "stance=against,favor"]),
        ) {
            let filters: Vec<_> = [filter].into_iter().filter(|text| !text.is_empty()).collect();
            let plan = plan(by, &filters);
            let (left, right) = posts.split_at(cut.min(posts.len()));
            let mut merged = counted(&plan, right);
            merged.merge(counted(&plan, left)).expect("few cells");
            let (merged, whole) = (merged.finish(), counted(&plan, &posts).finish());
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(whole.read, posts.len() as u64);
            prop_assert!(whole.rows.iter().all(|row| row.posts <= whole.posts));
        }

        #[test]
        fn a_key_with_one_value_a_post_adds_up_to_the_posts(
            posts in prop::collection::vec(samples::any_post(), 0..12),
        ) {
            for by in ["lang", "status", "time:hour", "lang,status,time:day", ""] {
                let table = counted(&plan(by, &[]), &posts).finish();
                prop_assert_eq!(table.rows.iter().map(|row| row.posts).sum::<u64>(), posts.len() as u64);
            }
        }
    }
}
