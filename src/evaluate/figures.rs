//! All figures of an evaluation, from sums over posts. The same code makes the figure and each of its draws.

use super::{
    metrics::{Averaged, Bin, Counts, expected_error, largest_error},
    outcome::{GRID, Rows, Sums},
    slices::Slices,
};

/// Bins of the reliability diagram and of ECE.
pub(super) const BINS: usize = 10;
/// Shares of posts kept, in percent, at which the selective figures are told.
pub const KEPT: [usize; 6] = [100, 90, 80, 70, 60, 50];
/// No score on the grid.
pub(super) const NO_SCORE: u16 = u16::MAX;

/// Which scores are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scores {
    /// Every label's, also of those not given: everything can be computed.
    All,
    /// Only those of the tags given: no curve, and calibration of the given tags only.
    Given,
}

/// A target with a stance, as a thing to be found: `PK favor`.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    /// Their names.
    pub names: Vec<String>,
    /// Per post, pairs with 0 for found, 1 for found wrongly, 2 for missed.
    pub of_post: Vec<Vec<(u16, u8)>>,
}

/// Everything that is summed, in the form of small integers.
#[derive(Debug)]
pub struct Table {
    /// The labels.
    pub labels: Vec<String>,
    /// Decisions.
    pub rows: Rows,
    /// Per post and label, the score on the grid, or `NO_SCORE`.
    pub scores: Vec<u16>,
    /// Which scores there are.
    pub known: Scores,
    /// Parts.
    pub slices: Slices,
    /// Targets with stances.
    pub pairs: Pairs,
    /// Per part and label, whether the gold has it there at all: macro-F1 is over those, in every draw.
    pub present: Vec<Vec<bool>>,
    /// Per post, the step of [`KEPT`] until which it is kept: posts of the surest half have the last.
    pub step: Vec<u8>,
}

/// Sums over posts.
#[derive(Debug, Clone)]
pub struct Tally {
    kinds: Vec<u32>,
    slices: Vec<u32>,
    steps: Vec<u32>,
    scores: Vec<u32>,
    pairs: Vec<u32>,
}

impl Table {
    /// An empty sum.
    pub fn tally(&self) -> Tally {
        let kinds = self.rows.kinds.len();
        Tally {
            kinds: vec![0; kinds],
            slices: vec![0; kinds * self.slices.names.len()],
            steps: vec![0; kinds * KEPT.len()],
            scores: vec![0; self.labels.len() * 2 * (GRID + 1)],
            pairs: vec![0; 3 * self.pairs.names.len()],
        }
    }

    /// Adds a post so many times.
    pub fn add(&self, tally: &mut Tally, post: usize, times: u32) {
        let kinds = self.rows.kinds.len();
        let kind = self.rows.of_post[post] as usize;
        tally.kinds[kind] += times;
        for &slice in &self.slices.of_post[post] {
            tally.slices[usize::from(slice) * kinds + kind] += times;
        }
        if let Some(&step) = self.step.get(post) {
            tally.steps[usize::from(step) * kinds + kind] += times;
        }
        for (label, cell) in self.rows.kinds[kind].iter().enumerate() {
            let score = self.scores[post * self.labels.len() + label];
            if let (Some(gold), true) = (cell.gold, score != NO_SCORE) {
                tally.scores[(label * 2 + usize::from(gold)) * (GRID + 1) + usize::from(score)] += times;
            }
        }
        for &(pair, cell) in &self.pairs.of_post[post] {
            tally.pairs[usize::from(pair) * 3 + usize::from(cell)] += times;
        }
    }

    /// The sum over all posts, each once.
    pub fn all(&self) -> Tally {
        let mut tally = self.tally();
        (0..self.rows.of_post.len()).for_each(|post| self.add(&mut tally, post, 1));
        tally
    }

    /// Sets a sum back to nothing.
    pub fn clear(tally: &mut Tally) {
        for part in
            [&mut tally.kinds, &mut tally.slices, &mut tally.steps, &mut tally.scores, &mut tally.pairs]
        {
            part.fill(0);
        }
    }

    /// Finds which labels each part's gold has.
    pub fn find_present(&mut self) {
        let (tally, kinds) = (self.all(), self.rows.kinds.len());
        let present = |at: usize| {
            let own = &tally.slices[at * kinds..(at + 1) * kinds];
            let sums = Sums::new(&self.rows.kinds, own, self.labels.len());
            sums.labels.iter().map(|table| table.support() > 0).collect()
        };
        self.present = (0..self.slices.names.len()).map(present).collect();
    }

    /// The decisions' sums.
    pub fn sums(&self, tally: &Tally) -> Sums {
        Sums::new(&self.rows.kinds, &tally.kinds, self.labels.len())
    }

    /// The reliability diagram of a label, or of all together.
    pub fn bins(&self, tally: &Tally, label: Option<usize>) -> Vec<Bin> {
        let mut bins = vec![Bin::default(); BINS];
        for own in (0..self.labels.len()).filter(|&own| label.is_none_or(|wanted| wanted == own)) {
            let (negatives, positives) = Self::histogram(tally, own);
            for (score, (&n, &p)) in
                negatives.iter().zip(positives).enumerate().filter(|(_, (n, p))| **n + **p > 0)
            {
                let bin = &mut bins[(score * BINS / GRID).min(BINS - 1)];
                let count = f64::from(n + p);
                bin.count += count;
                bin.scores += count * score as f64 / GRID as f64;
                bin.positives += f64::from(p);
            }
        }
        bins
    }

    /// A label's scores: how many negatives and positives have each.
    pub fn histogram(tally: &Tally, label: usize) -> (&[u32], &[u32]) {
        let at = label * 2 * (GRID + 1);
        tally.scores[at..at + 2 * (GRID + 1)].split_at(GRID + 1)
    }

    /// Puts every figure, with its path, in the same order each time.
    pub fn figures(&self, tally: &Tally, mut put: impl FnMut(&[&str], f64)) {
        let sums = self.sums(tally);
        for (at, label) in self.labels.iter().enumerate() {
            label_figures(&sums, at, |name, value| put(&["labels", label, name], value));
            self.score_figures(tally, Some(at), |name, value| put(&["labels", label, name], value));
        }
        averages(&sums.labels, |path, value| put(&["averages", path.0, path.1], value));
        put(&["averages", "samples", "f1"], sums.sets.f1());
        put(&["overall", "exact"], sums.sets.exact());
        put(&["overall", "jaccard"], sums.sets.jaccard());
        put(&["overall", "hamming"], sums.sets.hamming());
        let all: Counts = sums.labels.iter().copied().sum();
        put(&["overall", "accuracy"], all.accuracy());
        put(&["overall", "mcc"], all.mcc());
        put(&["overall", "kappa"], all.kappa());
        self.score_figures(tally, None, |name, value| put(&["overall", name], value));
        put(&["selective", "own", "posts_kept"], sums.covered as f64 / sums.posts as f64);
        let abstained: u64 = sums.abstained.iter().sum();
        put(&["selective", "own", "decisions_kept"], 1.0 - abstained as f64 / all.total() as f64);
        put(&["selective", "own", "macro_f1"], Averaged::macro_(&sums.decided).f1);
        put(&["selective", "own", "risk"], 1.0 - sums.decided.iter().copied().sum::<Counts>().accuracy());
        self.selective(tally, |name, figure, value| put(&["selective", name, figure], value));
        self.pair_figures(tally, |name, figure, value| put(&["stances", name, figure], value));
        let kinds = self.rows.kinds.len();
        for (at, (dimension, value)) in self.slices.names.iter().enumerate() {
            let own = &tally.slices[at * kinds..(at + 1) * kinds];
            let sums = Sums::new(&self.rows.kinds, own, self.labels.len());
            let path = |name: &'static str| ["slices", dimension, value, name];
            put(&path("posts"), sums.posts as f64);
            let present = self.present.get(at).map(Vec::as_slice).unwrap_or_default();
            put(&path("macro_f1"), macro_of(&sums.labels, present));
            put(&path("micro_f1"), Averaged::micro(&sums.labels).f1);
            put(&path("exact"), sums.sets.exact());
            for ((label, table), &present) in self.labels.iter().zip(&sums.labels).zip(present) {
                put(&["slices", dimension, value, "f1", label], if present { table.f1() } else { f64::NAN });
            }
        }
    }

    /// What the scores are worth; of a label, or of all together.
    fn score_figures(&self, tally: &Tally, label: Option<usize>, mut put: impl FnMut(&'static str, f64)) {
        let bins = self.bins(tally, label);
        put("ece", expected_error(&bins));
        put("mce", largest_error(&bins));
        if self.known == Scores::Given {
            return;
        }
        let (mut squared, mut surprise, mut n) = (0.0, 0.0, 0.0);
        let (mut auc, mut ap) = (0.0, 0.0);
        let labels: Vec<usize> = label.map_or_else(|| (0..self.labels.len()).collect(), |label| vec![label]);
        for &label in &labels {
            let (negatives, positives) = Self::histogram(tally, label);
            let steps =
                || negatives.iter().zip(positives).enumerate().rev().filter(|(_, (n, p))| **n + **p > 0);
            for (score, (&no, &yes)) in steps() {
                let score = score as f64 / GRID as f64;
                let (no, yes) = (f64::from(no), f64::from(yes));
                squared += no * score * score + yes * (1.0 - score) * (1.0 - score);
                if no > 0.0 {
                    surprise += no * super::metrics::surprise(score, false);
                }
                if yes > 0.0 {
                    surprise += yes * super::metrics::surprise(score, true);
                }
                n += no + yes;
            }
            let pairs = || steps().map(|(_, (&no, &yes))| (f64::from(yes), f64::from(no)));
            auc += super::metrics::roc_auc_of(pairs()) / labels.len() as f64;
            ap += super::metrics::average_precision_of(pairs()) / labels.len() as f64;
        }
        put("roc_auc", auc);
        put("average_precision", ap);
        put("brier", squared / n);
        put("log_loss", surprise / n);
    }

    /// The figures of the surest posts only.
    fn selective(&self, tally: &Tally, mut put: impl FnMut(&str, &'static str, f64)) {
        if self.step.is_empty() {
            return;
        }
        let kinds = self.rows.kinds.len();
        let posts: u32 = tally.kinds.iter().sum();
        let mut kept = vec![0u32; kinds];
        let mut found = Vec::new();
        for step in (0..KEPT.len()).rev() {
            for (sum, own) in kept.iter_mut().zip(&tally.steps[step * kinds..(step + 1) * kinds]) {
                *sum += own;
            }
            let sums = Sums::new(&self.rows.kinds, &kept, self.labels.len());
            let risk = 1.0 - sums.labels.iter().copied().sum::<Counts>().accuracy();
            let share = sums.posts as f64 / f64::from(posts);
            found.push((KEPT[step], share, Averaged::macro_(&sums.labels).f1, 1.0 - sums.sets.exact(), risk));
        }
        for (percent, share, f1, posts_wrong, risk) in found.into_iter().rev() {
            let name = percent.to_string();
            put(&name, "posts_kept", share);
            put(&name, "macro_f1", f1);
            put(&name, "posts_wrong", posts_wrong);
            put(&name, "risk", risk);
        }
    }

    fn pair_figures(&self, tally: &Tally, mut put: impl FnMut(&str, &'static str, f64)) {
        let mut tables = Vec::new();
        for (name, cells) in self.pairs.names.iter().zip(tally.pairs.chunks(3)) {
            let [tp, fp, fn_] = [0, 1, 2].map(|at| u64::from(cells[at]));
            let table = Counts { tp, fp, fn_, tn: 0 };
            put(name, "support", table.support() as f64);
            put(name, "precision", table.precision());
            put(name, "recall", table.recall());
            put(name, "f1", table.f1());
            tables.push(table);
        }
        if !tables.is_empty() {
            let micro = Averaged::micro(&tables);
            put("(all)", "support", tables.iter().copied().sum::<Counts>().support() as f64);
            put("(all)", "precision", micro.precision);
            put("(all)", "recall", micro.recall);
            put("(all)", "f1", micro.f1);
        }
    }
}

/// Macro-F1 over the labels that are present; NaN where none is.
fn macro_of(tables: &[Counts], present: &[bool]) -> f64 {
    let tables: Vec<Counts> =
        tables.iter().zip(present).filter(|(_, present)| **present).map(|(table, _)| *table).collect();
    Averaged::macro_(&tables).f1
}

fn label_figures(sums: &Sums, label: usize, mut put: impl FnMut(&'static str, f64)) {
    let table = &sums.labels[label];
    put("support", table.support() as f64);
    put("given", table.given() as f64);
    put("scored", table.total() as f64);
    put("prevalence", table.prevalence());
    put("precision", table.precision());
    put("recall", table.recall());
    put("f1", table.f1());
    put("accuracy", table.accuracy());
    put("mcc", table.mcc());
    put("kappa", table.kappa());
    put("abstained", sums.abstained[label] as f64);
    put("decided_f1", sums.decided[label].f1());
}

fn averages(tables: &[Counts], mut put: impl FnMut((&'static str, &'static str), f64)) {
    for (name, averaged) in [
        ("micro", Averaged::micro(tables)),
        ("macro", Averaged::macro_(tables)),
        ("weighted", Averaged::weighted(tables)),
    ] {
        put((name, "precision"), averaged.precision);
        put((name, "recall"), averaged.recall);
        put((name, "f1"), averaged.f1);
    }
}
