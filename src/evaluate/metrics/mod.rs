//! The measures themselves: plain functions of numbers, each with the source of its formula.
//!
//! They agree with the reference libraries (scikit-learn, krippendorff, irrCAC, statsmodels, netcal) to 1e-9, or to
//! their rounding; `golden.rs` holds them to it. What has no value (a curve without positives, kappa of one class) is
//! NaN; where scikit-learn puts 0 for a division by zero, so do we.

mod agreement;
mod binary;
mod calibration;
mod classes;
mod paired;
mod proportion;
mod ranking;
mod sets;
mod special;

#[cfg(test)]
pub(crate) mod golden;

pub use agreement::{Agreement, Ratings, Scale};
pub use binary::Counts;
pub(super) use calibration::surprise;
pub use calibration::{Bin, Closed, brier, log_loss, quantile_edges, reliability, uniform_edges};
pub use calibration::{average_error, expected_error, largest_error};
pub use classes::{Averaged, Confusion, KappaWeights};
pub use paired::{McNemar, holm, mcnemar};
pub(crate) use proportion::Z;
pub use proportion::{Interval, Method, at_least, normal_point, proportion, wilson};
pub use ranking::{PrPoint, average_precision, pr_curve, roc_auc};
pub(super) use ranking::{average_precision_of, roc_auc_of};
pub use sets::SetCounts;

/// The `q`-quantile of sorted values, 0 ≤ q ≤ 1, with linear interpolation (numpy's default; Hyndman and Fan 1996,
/// type 7). NaN where there are none.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = q.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * at.fract()
}

/// `a / b`, and 0 where b is 0 (scikit-learn's `zero_division=0`).
pub(super) fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}
