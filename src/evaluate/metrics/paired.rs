//! Two taggers on the same posts.

use super::special::{chi_square_tail, ln_gamma};

/// McNemar's test (McNemar 1947): do the two err equally often?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemar {
    /// Only the first is right.
    pub first: u64,
    /// Only the second is right.
    pub second: u64,
    /// Two-sided p of the exact (binomial) test.
    pub exact: f64,
    /// Chi-square with continuity correction; 0 where both are never different.
    pub statistic: f64,
    /// Its p, for large counts.
    pub approximate: f64,
}

/// Tests how often only one of the two was right.
pub fn mcnemar(first: u64, second: u64) -> McNemar {
    let n = first + second;
    let apart = first.abs_diff(second);
    let statistic = if n == 0 { 0.0 } else { (apart as f64 - 1.0).powi(2) / n as f64 };
    let ln_half = n as f64 * 0.5f64.ln();
    let ln_choose =
        |k: u64| ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0);
    let tail: f64 = (0..=first.min(second)).map(|k| (ln_choose(k) + ln_half).exp()).sum();
    McNemar {
        first,
        second,
        exact: (2.0 * tail).min(1.0),
        statistic,
        approximate: chi_square_tail(statistic),
    }
}

/// P-values corrected for there being several (Holm 1979), in the order given: valid whatever depends on what.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut corrected = vec![0.0; p.len()];
    let mut largest: f64 = 0.0;
    for (at, &index) in order.iter().enumerate() {
        largest = largest.max((p[index] * (p.len() - at) as f64).min(1.0));
        corrected[index] = largest;
    }
    corrected
}
