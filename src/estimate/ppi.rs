//! Prediction-powered inference: a mean from few posts judged by people and many that were only predicted.
//!
//! Angelopoulos, Duchi and Zrnic 2023, "PPI++: Efficient Prediction-Powered Inference":
//! θ̂ = λ·mean(f, unaudited) + mean(y − λ·f, audited), with the λ of 0–1 that makes the variance least. Whatever the
//! predictions are worth, θ̂ is right in the mean; the better they are, the narrower its interval.

use super::interval::{Estimate, normal};
use crate::evaluate::metrics::{Interval, normal_point, wilson};

/// Sums over the audited posts: what people said (y) and what was predicted (f).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Audited {
    /// Posts.
    pub posts: f64,
    /// Σ y.
    pub y: f64,
    /// Σ y².
    pub yy: f64,
    /// Σ f.
    pub f: f64,
    /// Σ f².
    pub ff: f64,
    /// Σ y·f.
    pub yf: f64,
}

impl Audited {
    /// Adds a post.
    pub fn add(&mut self, y: f64, f: f64) {
        self.posts += 1.0;
        self.y += y;
        self.yy += y * y;
        self.f += f;
        self.ff += f * f;
        self.yf += y * f;
    }

    /// Sums over pairs of what people said and what was predicted.
    pub fn of(pairs: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut sums = Self::default();
        pairs.into_iter().for_each(|(y, f)| sums.add(y, f));
        sums
    }

    fn mean(&self) -> f64 {
        self.y / self.posts
    }

    /// The mean product of deviations, over n.
    fn covariance(&self) -> f64 {
        self.yf / self.posts - self.y / self.posts * (self.f / self.posts)
    }

    fn variance_y(&self) -> f64 {
        (self.yy / self.posts - (self.y / self.posts).powi(2)).max(0.0)
    }

    fn variance_f(&self) -> f64 {
        (self.ff / self.posts - (self.f / self.posts).powi(2)).max(0.0)
    }
}

/// Sums over the posts that were only predicted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Unaudited {
    /// Posts.
    pub posts: f64,
    /// Σ f.
    pub f: f64,
    /// Σ f².
    pub ff: f64,
}

impl Unaudited {
    /// Adds a post.
    pub fn add(&mut self, f: f64) {
        self.posts += 1.0;
        self.f += f;
        self.ff += f * f;
    }

    /// Sums over predictions.
    pub fn of(predictions: impl IntoIterator<Item = f64>) -> Self {
        let mut sums = Self::default();
        predictions.into_iter().for_each(|f| sums.add(f));
        sums
    }
}

/// A mean by PPI++.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ppi {
    /// The mean.
    pub mean: f64,
    /// How far the predictions are trusted, 0–1; 0 is the audit alone.
    pub lambda: f64,
    /// The mean's variance.
    pub variance: f64,
}

impl Ppi {
    /// The mean, with the λ given or else tuned; without unaudited posts λ is 0.
    ///
    /// Agrees with `ppi_mean_pointestimate` and `ppi_mean_ci` of ppi-python, also in what is over n and what over n − 1.
    pub fn mean(audited: &Audited, unaudited: &Unaudited, lambda: Option<f64>) -> Self {
        if unaudited.posts == 0.0 {
            let variance = audited.variance_y() / audited.posts;
            return Self { mean: audited.mean(), lambda: 0.0, variance };
        }
        let (n, more) = (audited.posts, unaudited.posts);
        let lambda = lambda.unwrap_or_else(|| tuned(audited, unaudited));
        let mean_f = unaudited.f / more;
        let variance_f = (unaudited.ff / more - mean_f * mean_f).max(0.0);
        let residual = audited.variance_y() - 2.0 * lambda * audited.covariance()
            + lambda * lambda * audited.variance_f();
        Self {
            mean: lambda * mean_f + audited.mean() - lambda * audited.f / n,
            lambda,
            variance: lambda * lambda * variance_f / more + residual.max(0.0) / n,
        }
    }

    /// The interval of PPI++, mean ± z standard errors, at a level such as 0.95. It rests on many posts of both kinds:
    /// where a label is rare it is too narrow, and [`share`] is the one to take.
    pub fn interval(&self, level: f64) -> Interval {
        let half = normal_point(level) * self.variance.sqrt();
        Interval { low: self.mean - half, high: self.mean + half }
    }
}

/// The λ of least variance, within 0 and 1.
fn tuned(audited: &Audited, unaudited: &Unaudited) -> f64 {
    let all = audited.posts + unaudited.posts;
    let mean = (audited.f + unaudited.f) / all;
    let variance = (audited.ff + unaudited.ff - all * mean * mean) / (all - 1.0);
    let lambda = audited.covariance() / ((1.0 + audited.posts / unaudited.posts) * variance);
    if lambda.is_nan() { 0.0 } else { lambda.clamp(0.0, 1.0) }
}

/// The mean of the audit alone with ± z standard errors (`classical_mean_ci` of ppi-python).
pub fn classical(audited: &Audited, level: f64) -> Interval {
    let half = normal_point(level) * (audited.variance_y() / audited.posts).sqrt();
    Interval { low: audited.mean() - half, high: audited.mean() + half }
}

/// A share by PPI++ with a 95 % interval that holds where the label is rare.
///
/// The interval is Wilson's, around the mean of PPI++, for the effective sample size n / (1 − c·r²): c = N / (n + N), and
/// 1 − r² the share of y's variance that λ·f leaves. A few posts cannot show that predictions are nearly perfect, so one
/// post with the label and one without, about which the predictions say nothing, are added before r² is taken.
pub fn share(audited: &Audited, unaudited: &Unaudited) -> Estimate {
    let ppi = Ppi::mean(audited, unaudited, None);
    let value = ppi.mean.clamp(0.0, 1.0);
    let posts = audited.posts;
    let total =
        posts * audited.variance_y() + 2.0 * posts / (posts + 2.0) * (audited.mean() - 0.5).powi(2) + 0.5;
    let left = total - posts * ppi.lambda * (2.0 * audited.covariance() - ppi.lambda * audited.variance_f());
    let known = (1.0 - left / total).clamp(0.0, 0.99) * unaudited.posts / (posts + unaudited.posts);
    Estimate::new(value, wilson(value, posts / (1.0 - known)), posts as u64)
}

/// The same with the interval of the paper, for comparison.
pub fn share_normal(audited: &Audited, unaudited: &Unaudited) -> Estimate {
    let ppi = Ppi::mean(audited, unaudited, None);
    Estimate::new(ppi.mean, normal(ppi.mean, ppi.variance), audited.posts as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_that_say_nothing_change_nothing() {
        let audited = Audited::of([(1.0, 0.5), (0.0, 0.5), (1.0, 0.5), (0.0, 0.5)]);
        let rest = Unaudited::of([0.5; 100]);
        let found = share(&audited, &rest);
        assert!((found.value - 0.5).abs() < 1e-12 && (found.effective() - 4.0).abs() < 1e-6, "{found:?}");
        assert_eq!(Ppi::mean(&audited, &rest, None).lambda, 0.0);
        let alone = share(&audited, &Unaudited::default());
        assert!((alone.high - found.high).abs() < 1e-12);
    }

    #[test]
    fn good_predictions_make_it_narrower_but_never_sure() {
        let pairs = (0..200).map(|at| f64::from(u8::from(at % 10 == 0))).map(|y| (y, y));
        let audited = Audited::of(pairs);
        let rest = Unaudited::of((0..5_000).map(|at| f64::from(u8::from(at % 8 == 0))));
        let found = share(&audited, &rest);
        assert!((found.value - 0.125).abs() < 0.006, "the audit is drawn to what is predicted: {found:?}");
        assert!(found.gain() > 5.0 && found.high - found.low > 0.01, "{found:?}");
    }
}
