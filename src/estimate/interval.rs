//! An estimate with its interval, and what is made of two of them.

use crate::evaluate::metrics::{Interval, Z, wilson};

/// A share of posts, with the 95 % interval that should hold the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The share, 0–1.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Posts that people looked at.
    pub audited: u64,
}

impl Estimate {
    /// A share with its interval.
    pub fn new(value: f64, interval: Interval, audited: u64) -> Self {
        Self { value, low: interval.low, high: interval.high, audited }
    }

    /// The share of posts that were simply counted, with Wilson's interval: chance alone is in it, not that labels may be
    /// wrong.
    pub fn counted(count: u64, posts: u64) -> Self {
        let value = count as f64 / posts as f64;
        Self::new(value, wilson(value, posts as f64), 0)
    }

    /// The effective sample size: how many posts, drawn at random and judged by people alone, would give a Wilson interval
    /// of the same width around the same share.
    pub fn effective(&self) -> f64 {
        let width = self.high - self.low;
        if width.is_nan() {
            return f64::NAN;
        }
        if width <= 0.0 {
            return f64::INFINITY;
        }
        let wider = |posts: f64| {
            let other = wilson(self.value.clamp(0.0, 1.0), posts);
            other.high - other.low > width
        };
        let (mut few, mut many) = (1e-3f64, 1e12f64);
        for _ in 0..100 {
            let middle = (few * many).sqrt();
            if wider(middle) { few = middle } else { many = middle }
        }
        (few * many).sqrt()
    }

    /// The gain over the audit alone: the effective sample size by the posts audited. 1.5 says that half as many posts more
    /// would have had to be judged.
    pub fn gain(&self) -> f64 {
        self.effective() / self.audited as f64
    }

    /// Twice the standard error, up and down from the value, in one number.
    fn sides(&self) -> (f64, f64) {
        (self.value - self.low, self.high - self.value)
    }
}

/// A difference of two shares, −1 to 1, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The first less the second.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Difference {
    /// The difference of two shares, whose errors go together so far (−1 to 1; 0 for different posts).
    ///
    /// The two intervals are joined by "square and add" (Newcombe 1998, method 10; with a correlation: Zou 2007), which
    /// keeps what each knows about small counts.
    pub fn between(first: &Estimate, second: &Estimate, correlation: f64) -> Self {
        let value = first.value - second.value;
        let ((down, up), (second_down, second_up)) = (first.sides(), second.sides());
        let joined =
            |a: f64, b: f64| (a * a + b * b - 2.0 * correlation.clamp(-1.0, 1.0) * a * b).max(0.0).sqrt();
        Self {
            value,
            low: (value - joined(down, second_up)).max(-1.0),
            high: (value + joined(up, second_down)).min(1.0),
        }
    }

    /// Net stance as labels were predicted, uncorrected: the share of `support` less that of `attack` among `posts`. That a
    /// post has both is taken to be rare, which makes the interval rather too wide than too narrow.
    pub fn net(support: u64, attack: u64, posts: u64) -> Self {
        let (a, b) = (Estimate::counted(support, posts), Estimate::counted(attack, posts));
        let both = (a.value / (1.0 - a.value) * b.value / (1.0 - b.value)).sqrt();
        Self::between(&a, &b, if both.is_finite() { -both } else { 0.0 })
    }

    /// Whether the interval leaves out 0.
    pub fn is_sure(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// A value with `±` z standard errors.
pub(super) fn normal(value: f64, variance: f64) -> Interval {
    let half = Z * variance.max(0.0).sqrt();
    Interval { low: value - half, high: value + half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simple_audit_is_worth_its_own_size() {
        for (count, posts) in [(7, 20), (0, 50), (150, 200), (200, 200)] {
            let audit = Estimate { audited: posts, ..Estimate::counted(count, posts) };
            assert!((audit.effective() / posts as f64 - 1.0).abs() < 1e-6, "{audit:?}");
            assert!((audit.gain() - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn differences_as_newcombe_published_them() {
        // Newcombe 1998, table II, method 10: 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/10.
        for (a, m, b, n, low, high) in
            [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 10, 0.6075, 1.0)]
        {
            let found = Difference::between(&Estimate::counted(a, m), &Estimate::counted(b, n), 0.0);
            assert!((found.low - low).abs() < 1e-4 && (found.high - high).abs() < 1e-4, "{found:?}");
            assert!(found.is_sure());
        }
    }

    #[test]
    fn net_stance_of_labels_that_exclude_each_other() {
        // Var(p − q) = (p + q − (p − q)²) / n, exactly, for large counts.
        let found = Difference::net(40_000, 30_000, 100_000);
        let half = Z * ((0.7 - 0.01) / 100_000.0f64).sqrt();
        assert!((found.value - 0.1).abs() < 1e-12);
        assert!((found.high - 0.1 - half).abs() < 2e-5 && (0.1 - found.low - half).abs() < 2e-5, "{found:?}");
        let none = Difference::net(0, 0, 10);
        assert!(none.value == 0.0 && none.low < -0.2 && none.high > 0.2, "{none:?}");
        assert!(Difference::net(10, 0, 10).high <= 1.0);
    }
}
