//! One class out of several: the confusion table and what follows from it.

use super::{Counts, ratio};

/// A square table of counts: rows are the gold's classes, columns the given ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    cells: Vec<u64>,
}

/// How far apart two classes are, for kappa.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KappaWeights {
    /// Different is different.
    None,
    /// By distance of the classes' indices.
    Linear,
    /// By its square.
    Quadratic,
}

/// Precision, recall and F1, averaged over classes or labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Averaged {
    /// Precision, 0–1.
    pub precision: f64,
    /// Recall, 0–1.
    pub recall: f64,
    /// F1, 0–1.
    pub f1: f64,
}

impl Averaged {
    /// Of the sums of all tables: every decision weighs the same.
    pub fn micro(tables: &[Counts]) -> Self {
        let sum: Counts = tables.iter().copied().sum();
        Self { precision: sum.precision(), recall: sum.recall(), f1: sum.f1() }
    }

    /// The mean over the tables: every label weighs the same. NaN where there is none.
    pub fn macro_(tables: &[Counts]) -> Self {
        Self::weighted_by(tables, |_| 1.0)
    }

    /// The mean over the tables, weighted by support.
    pub fn weighted(tables: &[Counts]) -> Self {
        Self::weighted_by(tables, |table| table.support() as f64)
    }

    fn weighted_by(tables: &[Counts], weight: impl Fn(&Counts) -> f64) -> Self {
        let sum: f64 = tables.iter().map(&weight).sum();
        let mean = |of: fn(&Counts) -> f64| tables.iter().map(|t| weight(t) * of(t)).sum::<f64>() / sum;
        Self { precision: mean(Counts::precision), recall: mean(Counts::recall), f1: mean(Counts::f1) }
    }
}

impl Confusion {
    /// A table of so many classes, all zero.
    pub fn new(classes: usize) -> Self {
        Self { classes, cells: vec![0; classes * classes] }
    }

    /// The table of pairs of class indices, gold first. Indices beyond the classes are not counted.
    pub fn of(classes: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut table = Self::new(classes);
        for (gold, given) in pairs {
            table.add(gold, given, 1);
        }
        table
    }

    /// Adds so many to a cell; nothing where there is no such class.
    pub fn add(&mut self, gold: usize, given: usize, count: u64) {
        if gold < self.classes && given < self.classes {
            self.cells[gold * self.classes + given] += count;
        }
    }

    /// A cell.
    pub fn cell(&self, gold: usize, given: usize) -> u64 {
        self.cells[gold * self.classes + given]
    }

    /// How many classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    fn total(&self) -> f64 {
        self.cells.iter().sum::<u64>() as f64
    }

    fn row(&self, class: usize) -> u64 {
        (0..self.classes).map(|other| self.cell(class, other)).sum()
    }

    fn column(&self, class: usize) -> u64 {
        (0..self.classes).map(|other| self.cell(other, class)).sum()
    }

    /// The two-by-two table of each class against the rest.
    pub fn tables(&self) -> Vec<Counts> {
        let all: u64 = self.cells.iter().sum();
        (0..self.classes)
            .map(|class| {
                let tp = self.cell(class, class);
                let (fn_, fp) = (self.row(class) - tp, self.column(class) - tp);
                Counts { tp, fp, fn_, tn: all - tp - fn_ - fp }
            })
            .collect()
    }

    /// Share of right decisions.
    pub fn accuracy(&self) -> f64 {
        ratio((0..self.classes).map(|class| self.cell(class, class)).sum::<u64>() as f64, self.total())
    }

    /// Mean recall of the classes that the gold has.
    pub fn balanced_accuracy(&self) -> f64 {
        let recalls: Vec<f64> =
            self.tables().iter().filter(|table| table.support() > 0).map(Counts::recall).collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    /// Cohen's kappa (Cohen 1960, weighted: 1968); NaN where chance alone agrees fully.
    pub fn kappa(&self, weights: KappaWeights) -> f64 {
        let n = self.total();
        let (mut observed, mut expected) = (0.0, 0.0);
        for gold in 0..self.classes {
            for given in 0..self.classes {
                let apart = gold.abs_diff(given) as f64;
                let weight = match weights {
                    KappaWeights::None => f64::from(gold != given),
                    KappaWeights::Linear => apart,
                    KappaWeights::Quadratic => apart * apart,
                };
                observed += weight * self.cell(gold, given) as f64;
                expected += weight * self.row(gold) as f64 * self.column(given) as f64 / n;
            }
        }
        1.0 - observed / expected
    }

    /// Matthews correlation coefficient of several classes (Gorodkin 2004); 0 where it has no value.
    pub fn mcc(&self) -> f64 {
        let n = self.total();
        let right = self.accuracy() * n;
        let (mut both, mut gold, mut given) = (0.0, 0.0, 0.0);
        for class in 0..self.classes {
            let (row, column) = (self.row(class) as f64, self.column(class) as f64);
            both += row * column;
            gold += row * row;
            given += column * column;
        }
        ratio(right * n - both, ((n * n - gold) * (n * n - given)).sqrt())
    }
}
