//! A share from a sample drawn stratum by stratum, with an interval that holds for rare labels too.
//!
//! The estimate is the post-stratified (Horvitz–Thompson) one: Σ W·p, each stratum's share of positives with the
//! stratum's share of all posts. Its usual interval, ± 1.96 standard errors, fails where a label is rare: a stratum
//! without a positive adds a variance of 0. Here the interval holds all those shares θ that the score test does not
//! reject: under the shares p(θ) that are likeliest among those with Σ W·p = θ (constrained maximum likelihood, as
//! Miettinen and Nurminen 1985 do for a difference), |θ̂ − θ| ≤ 1.96 · √(Σ W²·p·(1 − p) / n). With one stratum that is
//! Wilson's interval.

use super::interval::normal;
use crate::evaluate::metrics::{Interval, Z};

/// A stratum, or several that were put together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// Its share of all posts, 0–1.
    pub weight: f64,
    /// The share of positives in its sample, 0–1.
    pub share: f64,
    /// The size of its sample, as much as it is worth; infinite where every post was looked at.
    pub size: f64,
}

impl Group {
    /// A stratum of `posts`, of which `sampled` were looked at and `positive` have the label. That posts are drawn without
    /// replacement makes a sample worth more: by (N − 1) / (N − n).
    pub fn new(weight: f64, positive: f64, sampled: f64, posts: f64) -> Self {
        let left = (posts - sampled).max(0.0);
        let size = if left < 0.5 { f64::INFINITY } else { sampled * (posts - 1.0) / left };
        Self { weight, share: positive / sampled, size }
    }

    /// The likeliest share when θ is pulled up by `pull` (down where negative).
    fn pulled(&self, pull: f64) -> f64 {
        if self.size.is_infinite() {
            return self.share;
        }
        let (positive, b) = (self.share * self.size, pull * self.weight);
        let left = self.size - b;
        let root = (left * left + 4.0 * b * positive).max(0.0).sqrt();
        let share = if left <= 0.0 {
            (root - left) / (2.0 * b)
        } else if left + root > 0.0 {
            2.0 * positive / (left + root)
        } else {
            0.0
        };
        share.clamp(0.0, 1.0)
    }
}

/// The share over all groups, whose weights add up to 1, and its 95 % interval.
pub fn stratified(groups: &[Group]) -> (f64, Interval) {
    let at = |pull: f64| {
        groups.iter().fold((0.0, 0.0), |(theta, variance), group| {
            let p = group.pulled(pull);
            (theta + group.weight * p, variance + group.weight * group.weight * p * (1.0 - p) / group.size)
        })
    };
    let value: f64 = groups.iter().map(|group| group.weight * group.share).sum();
    if groups.is_empty() || value.is_nan() {
        return (f64::NAN, Interval { low: f64::NAN, high: f64::NAN });
    }
    let end = |sign: f64| {
        // Rounding must not pass for a difference where both sides are 0.
        let outside = |pull: f64| {
            let (theta, variance) = at(sign * pull);
            (theta - value) * sign > Z * variance.sqrt() + 1e-12
        };
        let mut far = 1.0;
        while !outside(far) {
            far *= 2.0;
            if far > 1e18 {
                return value;
            }
        }
        let mut near = 0.0;
        for _ in 0..120 {
            let middle = f64::midpoint(near, far);
            if outside(middle) { far = middle } else { near = middle }
        }
        at(sign * far).0
    };
    (value, Interval { low: end(-1.0).clamp(0.0, value), high: end(1.0).clamp(value, 1.0) })
}

/// The same with the usual interval, for comparison: too narrow where a label is rare.
pub fn stratified_normal(groups: &[Group]) -> (f64, Interval) {
    let value = groups.iter().map(|group| group.weight * group.share).sum();
    let variance = groups
        .iter()
        .map(|group| group.weight * group.weight * group.share * (1.0 - group.share) / group.size)
        .sum();
    (value, normal(value, variance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::metrics::wilson;

    fn group(weight: f64, share: f64, size: f64) -> Group {
        Group { weight, share, size }
    }

    #[test]
    fn one_group_gives_wilsons_interval() {
        for (share, size) in [(0.35, 20.0), (0.0, 30.0), (1.0, 12.0), (0.01, 700.0)] {
            let (value, found) = stratified(&[group(1.0, share, size)]);
            let wilson = wilson(share, size);
            assert!((value - share).abs() < 1e-12);
            assert!(
                (found.low - wilson.low).abs() < 1e-9 && (found.high - wilson.high).abs() < 1e-9,
                "{found:?}"
            );
        }
    }

    #[test]
    fn strata_that_are_alike_are_one() {
        let whole = wilson(0.2, 100.0);
        let (value, found) = stratified(&[group(0.3, 0.2, 30.0), group(0.7, 0.2, 70.0)]);
        assert!((value - 0.2).abs() < 1e-12);
        assert!((found.low - whole.low).abs() < 1e-9 && (found.high - whole.high).abs() < 1e-9);
    }

    #[test]
    fn a_stratum_without_positives_is_not_taken_for_sure() {
        // 80 % of the posts have no tag; none of 60 audited ones has the label.
        let groups = [group(0.8, 0.0, 60.0), group(0.2, 1.0, 40.0)];
        let (value, found) = stratified(&groups);
        let (_, usual) = stratified_normal(&groups);
        assert!((value - 0.2).abs() < 1e-12 && usual.high - usual.low < 1e-9);
        assert!(found.low < 0.19 && found.high > 0.23, "{found:?}");
    }

    #[test]
    fn what_was_looked_at_as_a_whole_is_known() {
        let all = Group::new(1.0, 3.0, 10.0, 10.0);
        let (value, found) = stratified(&[all]);
        assert_eq!((value, found.low, found.high), (0.3, 0.3, 0.3));
        let most = Group::new(1.0, 3.0, 10.0, 12.0);
        let (_, near) = stratified(&[most]);
        assert!(near.high - near.low < 0.3, "{near:?}");
        assert!(stratified(&[]).0.is_nan());
    }
}
