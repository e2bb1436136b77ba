//! Cells of few people, and those that would give them away.

use std::collections::{BTreeMap, HashSet};

use super::{
    AggregateError, Plan, Sketch,
    counter::{Cell, Count, Counts},
    table::{prefix, sorted},
};

/// What a k is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Different authors.
    Authors,
    /// Posts, where no post tells its author.
    Posts,
}

impl Unit {
    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Authors => "authors",
            Unit::Posts => "posts",
        }
    }
}

/// What was left out of a table.
///
/// A cell of fewer than `k` authors is left out. If only such cells were, their sum could be worked out from a total, and
/// would itself be of few people. So, for the total of all cells and for that of each group of cells that share their
/// first key, their first two keys …, the smallest cells that are left go too, until the ones left out have `k` authors
/// together. (Cox 1980 calls it complementary suppression.) It protects one table against its own totals and against the
/// same table with fewer keys from the right; not against others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suppressed {
    /// The least that a cell must have.
    pub k: u64,
    /// Of what.
    pub unit: Unit,
    /// Cells that have less.
    pub small: u64,
    /// Cells that have enough and would give smaller ones away.
    pub more: u64,
}

/// The cells to leave out.
#[derive(Debug)]
pub(super) struct Small {
    pub(super) cells: HashSet<Cell>,
    pub(super) told: Suppressed,
}

/// People in some cells together.
#[derive(Default)]
struct Together {
    posts: u64,
    authors: Sketch,
}

impl Together {
    fn add(&mut self, count: &Count) {
        self.posts += count.posts;
        count.authors.iter().for_each(|authors| self.authors.merge(authors));
    }

    fn size(&self, unit: Unit) -> u64 {
        match unit {
            Unit::Authors => self.authors.count(),
            Unit::Posts => self.posts,
        }
    }
}

fn size(count: &Count, unit: Unit) -> u64 {
    match unit {
        // Posts that do not tell their author may all be one's.
        Unit::Authors => count.authors.as_ref().map_or(0, |authors| authors.count()),
        Unit::Posts => count.posts,
    }
}

/// The cells that must not be shown.
pub(super) fn too_small(plan: &Plan, counts: &Counts, k: u64) -> Result<Small, AggregateError> {
    let unit = if counts.authors.is_empty() { Unit::Posts } else { Unit::Authors };
    let cells = sorted(plan, counts);
    let mut out: Vec<bool> = cells.iter().map(|(_, count)| size(count, unit) < k).collect();
    let small = out.iter().filter(|&&out| out).count() as u64;
    for depth in (0..plan.by.len()).rev() {
        // Cells of a group, in the order of the table.
        let mut groups: BTreeMap<Option<Cell>, Vec<usize>> = BTreeMap::new();
        for (at, (cell, _)) in cells.iter().enumerate() {
            groups.entry(depth.checked_sub(1).map(|last| prefix(cell, last))).or_default().push(at);
        }
        for group in groups.values() {
            widen(group, &cells, unit, k, &mut out);
        }
    }
    let all = if unit == Unit::Authors { counts.authors.count() } else { counts.posts };
    if all < k || (!cells.is_empty() && out.iter().all(|&out| out)) {
        return Err(AggregateError::TooFew { k, unit: unit.as_str() });
    }
    let more = out.iter().filter(|&&out| out).count() as u64 - small;
    let cells = cells.iter().zip(&out).filter(|(_, out)| **out).map(|((cell, _), _)| **cell).collect();
    Ok(Small { cells, told: Suppressed { k, unit, small, more } })
}

/// Leaves out more cells of a group until those left out have enough people together.
fn widen(group: &[usize], cells: &[(&Cell, &Count)], unit: Unit, k: u64, out: &mut [bool]) {
    let mut together = Together::default();
    group.iter().filter(|&&at| out[at]).for_each(|&at| together.add(cells[at].1));
    if group.iter().all(|&at| !out[at]) {
        return;
    }
    let mut left: Vec<usize> = group.iter().copied().filter(|&at| !out[at]).collect();
    // The smallest last; of equals the one that stands last in the table, whatever the counter's own numbers.
    left.sort_by_key(|&at| std::cmp::Reverse(size(cells[at].1, unit)));
    while together.size(unit) < k
        && let Some(at) = left.pop()
    {
        out[at] = true;
        together.add(cells[at].1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        aggregate::{Counter, Key, More, Table, TagRecord},
        write::samples,
    };

    /// Posts of (language, target, author); an empty author is unknown.
    fn counter(by: &str, posts: &[(&str, &str, &str)]) -> Counter {
        let plan = Plan::with(by, &[], None, More { authors: true, ..More::default() }).expect("plan");
        let mut counter = Counter::new(plan);
        for (lang, target, author) in posts {
            let mut post = samples::platform_attack();
            post.language.lang = (*lang).to_owned().into();
            post.tags[0].target = (*target).into();
            if !author.is_empty() {
                samples::keep(&mut post, "", &format!("{{\"author\":\"{author}\"}}"));
            }
            counter.add(&TagRecord::from(&post)).expect("few cells");
        }
        counter
    }

    fn rows(table: &Table) -> Vec<(String, u64)> {
        let name = |keys: &[Key]| keys.iter().map(Key::to_string).collect::<Vec<_>>().join("/");
        table.rows.iter().map(|row| (name(&row.keys), row.posts)).collect()
    }

    const POSTS: [(&str, &str, &str); 10] = [
        ("en", "x", "a"),
        ("en", "x", "b"),
        ("en", "x", "c"),
        ("en", "x", "c"),
        ("ur", "x", "a"),
        ("ur", "x", "b"),
        ("ur", "x", "c"),
        ("hi", "x", "d"),
        ("hi", "x", "d"),
        ("hi", "x", "d"),
    ];

    #[test]
    fn a_cell_of_few_authors_takes_the_next_smallest_with_it() {
        let table = counter("lang", &POSTS).finish_for_k(2).expect("enough");
        // Three posts of one author; alone it would be 10 − 4 − 3.
        assert_eq!(rows(&table), [("en".to_owned(), 4)]);
        let told = Suppressed { k: 2, unit: Unit::Authors, small: 1, more: 1 };
        assert_eq!(table.suppressed, Some(told));
        // Two cells left out that have enough people together need no third.
        let mut posts = POSTS.to_vec();
        posts.push(("ar", "x", "e"));
        let table = counter("lang", &posts).finish_for_k(2).expect("enough");
        assert_eq!(rows(&table), [("en".to_owned(), 4), ("ur".to_owned(), 3)]);
        assert_eq!(table.suppressed.map(|told| (told.small, told.more)), Some((2, 0)));
        // The same author in both is not two people.
        posts.pop();
        posts.push(("ar", "x", "d"));
        let table = counter("lang", &posts).finish_for_k(2).expect("enough");
        assert_eq!(rows(&table), [("en".to_owned(), 4)]);
    }

    #[test]
    fn groups_are_protected_against_the_table_with_fewer_keys() {
        let posts = [
            ("en", "x", "a"),
            ("en", "x", "b"),
            ("en", "x", "c"),
            ("en", "y", "a"),
            ("en", "y", "b"),
            ("en", "z", "c"),
            ("ur", "x", "a"),
            ("ur", "x", "b"),
            ("ur", "y", "d"),
            ("ur", "y", "e"),
        ];
        let table = counter("lang,target", &posts).finish_for_k(2).expect("enough");
        // en/z has one author and takes en/y with it; nothing of ur is small.
        assert_eq!(rows(&table), [("en/x".to_owned(), 3), ("ur/x".to_owned(), 2), ("ur/y".to_owned(), 2)]);
    }

    #[test]
    fn posts_stand_in_where_no_author_is_known() {
        let posts = POSTS.map(|(lang, target, _)| (lang, target, ""));
        let table = counter("lang", &posts).finish_for_k(3).expect("enough");
        assert_eq!(table.rows.len(), 3);
        assert_eq!(table.suppressed.map(|told| told.unit), Some(Unit::Posts));
        let table = counter("lang", &posts).finish_for_k(4);
        // Two of three posts go, and the third would be what is left of ten.
        assert_eq!(rows(&table.expect("enough")), [("en".to_owned(), 4)]);
    }

    #[test]
    fn nothing_is_shown_of_fewer_than_k() {
        for by in ["", "lang", "author"] {
            let error = counter(by, &POSTS[..3]).finish_for_k(4).expect_err("three authors").to_string();
            assert!(error.contains("fewer than 4 authors"), "{error}");
        }
        assert!(counter("author", &POSTS).finish_for_k(2).is_err(), "an author is one author");
        assert_eq!(rows(&counter("", &POSTS).finish_for_k(4).expect("four")), [(String::new(), 10)]);
    }
}
