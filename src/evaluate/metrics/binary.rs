//! One label against the rest.

use std::ops::{Add, AddAssign};

use super::ratio;

/// How often a label was given and was right: the two-by-two table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// Given, and in the gold.
    pub tp: u64,
    /// Given, and not in the gold.
    pub fp: u64,
    /// Not given, though in the gold.
    pub fn_: u64,
    /// Not given, and not in the gold.
    pub tn: u64,
}

impl Counts {
    /// Counts one decision.
    pub fn count(&mut self, gold: bool, given: bool) {
        match (gold, given) {
            (true, true) => self.tp += 1,
            (false, true) => self.fp += 1,
            (true, false) => self.fn_ += 1,
            (false, false) => self.tn += 1,
        }
    }

    /// All decisions.
    pub fn total(&self) -> u64 {
        self.tp + self.fp + self.fn_ + self.tn
    }

    /// How many the gold has.
    pub fn support(&self) -> u64 {
        self.tp + self.fn_
    }

    /// How many were given.
    pub fn given(&self) -> u64 {
        self.tp + self.fp
    }

    /// Share of the gold that has the label, 0–1.
    pub fn prevalence(&self) -> f64 {
        ratio(self.support() as f64, self.total() as f64)
    }

    /// Share of the given that is right; 0 where none was given.
    pub fn precision(&self) -> f64 {
        ratio(self.tp as f64, self.given() as f64)
    }

    /// Share of the gold's that was found; 0 where the gold has none.
    pub fn recall(&self) -> f64 {
        ratio(self.tp as f64, self.support() as f64)
    }

    /// Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn); 0 where nothing was there and nothing given.
    pub fn f1(&self) -> f64 {
        ratio(2.0 * self.tp as f64, (2 * self.tp + self.fp + self.fn_) as f64)
    }

    /// Share of right decisions.
    pub fn accuracy(&self) -> f64 {
        ratio((self.tp + self.tn) as f64, self.total() as f64)
    }

    /// Matthews correlation coefficient, −1 to 1; 0 where a row or a column is empty (scikit-learn).
    pub fn mcc(&self) -> f64 {
        let [tp, fp, fn_, tn] = [self.tp, self.fp, self.fn_, self.tn].map(|n| n as f64);
        ratio(tp * tn - fp * fn_, ((tp + fp) * (tp + fn_) * (tn + fp) * (tn + fn_)).sqrt())
    }

    /// Cohen's kappa (Cohen 1960); NaN where both have one class only.
    pub fn kappa(&self) -> f64 {
        let n = self.total() as f64;
        let expected = (self.support() as f64 * self.given() as f64
            + (self.fp + self.tn) as f64 * (self.fn_ + self.tn) as f64)
            / (n * n);
        (self.accuracy() - expected) / (1.0 - expected)
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            tp: self.tp + other.tp,
            fp: self.fp + other.fp,
            fn_: self.fn_ + other.fn_,
            tn: self.tn + other.tn,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}
