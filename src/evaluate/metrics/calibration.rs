//! Whether a score of 0.8 is right in 80 of 100 cases.

use super::quantile;

/// A stretch of scores.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many scores fall into it.
    pub count: f64,
    /// Their sum.
    pub scores: f64,
    /// How many of them are positive.
    pub positives: f64,
}

impl Bin {
    /// Mean score; NaN where it is empty.
    pub fn mean_score(&self) -> f64 {
        self.scores / self.count
    }

    /// Share of positives; NaN where it is empty.
    pub fn rate(&self) -> f64 {
        self.positives / self.count
    }

    /// How far the score is from the truth on average, signed: above 0 where it promises too much.
    pub fn gap(&self) -> f64 {
        self.mean_score() - self.rate()
    }
}

/// On which side a bin includes its edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The lower edge belongs to it (netcal).
    Left,
    /// The upper edge belongs to it (scikit-learn).
    Right,
}

/// Inner edges of equally wide bins over 0–1, to the last bit as numpy's `linspace` makes them.
pub fn uniform_edges(bins: usize) -> Vec<f64> {
    let step = 1.0 / bins as f64;
    (1..bins).map(|at| at as f64 * step).collect()
}

/// Inner edges of bins that hold equally many scores.
pub fn quantile_edges(scored: &[(f64, bool)], bins: usize) -> Vec<f64> {
    let mut scores: Vec<f64> = scored.iter().map(|(score, _)| *score).collect();
    scores.sort_by(f64::total_cmp);
    (1..bins).map(|at| quantile(&scores, at as f64 / bins as f64)).collect()
}

/// The bin of a score, given the bins' inner edges in order.
pub(in crate::evaluate) fn bin_of(score: f64, edges: &[f64], closed: Closed) -> usize {
    edges.partition_point(|&edge| if closed == Closed::Left { edge <= score } else { edge < score })
}

/// Sorts scores into bins: the reliability diagram's data. Empty bins are among them.
pub fn reliability(scored: &[(f64, bool)], edges: &[f64], closed: Closed) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); edges.len() + 1];
    for &(score, positive) in scored {
        let bin = &mut bins[bin_of(score, edges, closed)];
        bin.count += 1.0;
        bin.scores += score;
        bin.positives += f64::from(positive);
    }
    bins
}

/// Expected calibration error: the bins' gaps, weighted by their counts (Naeini et al. 2015). NaN without scores.
pub fn expected_error(bins: &[Bin]) -> f64 {
    let all: f64 = bins.iter().map(|bin| bin.count).sum();
    bins.iter().map(|bin| (bin.scores - bin.positives).abs()).sum::<f64>() / all
}

/// Maximum calibration error: the largest gap of a bin that is not empty.
pub fn largest_error(bins: &[Bin]) -> f64 {
    bins.iter().filter(|bin| bin.count > 0.0).map(|bin| bin.gap().abs()).fold(f64::NAN, f64::max)
}

/// Average calibration error: the mean gap of the bins that are not empty.
pub fn average_error(bins: &[Bin]) -> f64 {
    let gaps: Vec<f64> = bins.iter().filter(|bin| bin.count > 0.0).map(|bin| bin.gap().abs()).collect();
    gaps.iter().sum::<f64>() / gaps.len() as f64
}

/// Brier score: the mean squared distance of score and truth (Brier 1950). NaN without scores.
pub fn brier(scored: &[(f64, bool)]) -> f64 {
    let squared = |&(score, positive): &(f64, bool)| (score - f64::from(positive)).powi(2);
    scored.iter().map(squared).sum::<f64>() / scored.len() as f64
}

/// Mean negative natural logarithm of the probability given to what is true; scores are kept within ε of 0 and 1, as
/// scikit-learn does. NaN without scores.
pub fn log_loss(scored: &[(f64, bool)]) -> f64 {
    scored.iter().map(|&(score, positive)| surprise(score, positive)).sum::<f64>() / scored.len() as f64
}

/// The loss of one score.
pub(in crate::evaluate) fn surprise(score: f64, positive: bool) -> f64 {
    let score = score.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
    if positive { -score.ln() } else { -(1.0 - score).ln() }
}
