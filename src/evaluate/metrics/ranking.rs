//! How well scores order posts, whatever the threshold.

use super::ratio;

/// A point of the precision–recall curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrPoint {
    /// Scores from here on are given the label.
    pub threshold: f64,
    /// Precision at that threshold.
    pub precision: f64,
    /// Recall at that threshold.
    pub recall: f64,
}

/// Different scores from high to low, each with how many positives and negatives have it.
pub(in crate::evaluate) fn steps(scored: &[(f64, bool)]) -> Vec<(f64, f64, f64)> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut steps: Vec<(f64, f64, f64)> = Vec::new();
    for (score, positive) in sorted {
        let (positives, negatives) = (f64::from(positive), f64::from(!positive));
        match steps.last_mut() {
            Some(last) if last.0.total_cmp(&score).is_eq() => {
                last.1 += positives;
                last.2 += negatives;
            }
            _ => steps.push((score, positives, negatives)),
        }
    }
    steps
}

/// Area under the ROC curve from steps of falling score: the chance that a positive stands above a negative, ties half
/// (Mann and Whitney 1947). NaN where either is missing.
pub(in crate::evaluate) fn roc_auc_of(steps: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut above, mut positives, mut negatives) = (0.0, 0.0, 0.0);
    for (p, n) in steps {
        above += n * (positives + p / 2.0);
        positives += p;
        negatives += n;
    }
    above / (positives * negatives)
}

/// Average precision from steps of falling score: Σ (Rₙ − Rₙ₋₁) Pₙ. NaN where there is no positive.
pub(in crate::evaluate) fn average_precision_of(steps: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut sum, mut positives, mut all) = (0.0, 0.0, 0.0);
    for (p, n) in steps {
        positives += p;
        all += p + n;
        sum += p * ratio(positives, all);
    }
    sum / positives
}

/// Area under the ROC curve of (score, positive); see `roc_auc_of`.
pub fn roc_auc(scored: &[(f64, bool)]) -> f64 {
    roc_auc_of(steps(scored).into_iter().map(|(_, p, n)| (p, n)))
}

/// Average precision of (score, positive), without interpolation (scikit-learn's).
pub fn average_precision(scored: &[(f64, bool)]) -> f64 {
    average_precision_of(steps(scored).into_iter().map(|(_, p, n)| (p, n)))
}

/// The precision–recall curve at every different score, from the lowest threshold to the highest.
pub fn pr_curve(scored: &[(f64, bool)]) -> Vec<PrPoint> {
    let steps = steps(scored);
    let total: f64 = steps.iter().map(|step| step.1).sum();
    let (mut positives, mut all) = (0.0, 0.0);
    let mut curve: Vec<PrPoint> = steps
        .into_iter()
        .map(|(threshold, p, n)| {
            positives += p;
            all += p + n;
            PrPoint { threshold, precision: positives / all, recall: positives / total }
        })
        .collect();
    curve.reverse();
    curve
}
