//! Gold and tags side by side: what was decided on each label of each post, and what was right.

use std::collections::HashMap;

use super::{
    Predicted,
    metrics::{Counts, SetCounts},
};

/// Scores are told to so many parts of 1: four decimals, as tag files write them.
pub(super) const GRID: usize = 10_000;

/// What a tagger decided on one label of one post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The label was given.
    Given,
    /// It was not.
    Not,
    /// The tagger abstained. In every figure but the selective ones that counts as not given.
    Abstained,
}

/// One label of one post: what the gold says (`None` where it is contested), and what was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    /// In the gold.
    pub gold: Option<bool>,
    /// Decided.
    pub decision: Decision,
}

impl Cell {
    /// What was decided on a label.
    pub fn new(label: &str, gold: Option<bool>, predicted: &Predicted) -> Self {
        let decision = if predicted.tags.iter().any(|tag| tag.label == label) {
            Decision::Given
        } else if predicted.abstained.iter().any(|abstained| abstained == label) {
            Decision::Abstained
        } else {
            Decision::Not
        };
        Self { gold, decision }
    }

    /// Whether the decision is right; `None` where the gold does not tell.
    pub fn is_right(self) -> Option<bool> {
        self.gold.map(|gold| gold == (self.decision == Decision::Given))
    }
}

/// The different rows of cells that occur, and which post has which: sums over posts become sums over few rows.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The rows, one cell a label.
    pub kinds: Vec<Vec<Cell>>,
    /// Per post, the index of its row.
    pub of_post: Vec<u32>,
}

impl Rows {
    /// Collects the rows of all posts.
    pub fn new(rows: impl Iterator<Item = Vec<Cell>>) -> Self {
        let mut known: HashMap<Vec<Cell>, u32> = HashMap::new();
        let mut out = Self::default();
        for row in rows {
            let next = out.kinds.len() as u32;
            let index = *known.entry(row).or_insert_with_key(|row| {
                out.kinds.push(row.clone());
                next
            });
            out.of_post.push(index);
        }
        out
    }
}

/// Sums of a set of posts, from how often each kind of row occurs.
#[derive(Debug, Clone)]
pub struct Sums {
    /// Posts.
    pub posts: u64,
    /// Per label, all decisions; an abstention counts as not given.
    pub labels: Vec<Counts>,
    /// Per label, without the abstentions.
    pub decided: Vec<Counts>,
    /// Per label, the decisions abstained on.
    pub abstained: Vec<u64>,
    /// Posts without any abstention.
    pub covered: u64,
    /// Whole sets of labels; contested labels are left out of them.
    pub sets: SetCounts,
}

impl Sums {
    /// Adds the rows up, each so many times.
    pub fn new(kinds: &[Vec<Cell>], times: &[u32], labels: usize) -> Self {
        let mut sums = Self {
            posts: 0,
            labels: vec![Counts::default(); labels],
            decided: vec![Counts::default(); labels],
            abstained: vec![0; labels],
            covered: 0,
            sets: SetCounts::default(),
        };
        for (row, &times) in kinds.iter().zip(times).filter(|(_, times)| **times > 0) {
            let n = u64::from(times);
            sums.posts += n;
            sums.covered += n * u64::from(row.iter().all(|cell| cell.decision != Decision::Abstained));
            let (mut both, mut only_gold, mut only_given, mut scored) = (0, 0, 0, 0);
            for (label, cell) in row.iter().enumerate() {
                let given = cell.decision == Decision::Given;
                let Some(gold) = cell.gold else { continue };
                scored += 1;
                let mut one = Counts::default();
                one.count(gold, given);
                let one = Counts { tp: one.tp * n, fp: one.fp * n, fn_: one.fn_ * n, tn: one.tn * n };
                sums.labels[label] += one;
                if cell.decision == Decision::Abstained {
                    sums.abstained[label] += n;
                } else {
                    sums.decided[label] += one;
                }
                both += usize::from(gold && given);
                only_gold += usize::from(gold && !given);
                only_given += usize::from(!gold && given);
            }
            let mut set = SetCounts::default();
            set.count(both, only_gold, only_given, scored, 1.0);
            let n = f64::from(times);
            sums.sets.posts += n * set.posts;
            sums.sets.exact += n * set.exact;
            sums.sets.f1 += n * set.f1;
            sums.sets.jaccard += n * set.jaccard;
            sums.sets.hamming += n * set.hamming;
        }
        sums
    }
}

/// A score on the grid.
pub(super) fn on_grid(score: f64) -> u16 {
    (score.clamp(0.0, 1.0) * GRID as f64).round() as u16
}
