//! Intervals of 95 % around a share.

use super::special::{beta, beta_quantile, chi_square_tail};

/// The normal distribution's 97.5 % point.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// A range that should hold the truth in 95 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How an interval around a share is made (Brown, Cai and DasGupta 2001 compare them).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// ± z standard errors: bad near 0 and 1.
    Normal,
    /// The score interval (Wilson 1927): the usual choice here.
    Wilson,
    /// The same with continuity correction.
    WilsonCorrected,
    /// The normal one after adding z²/2 successes and failures.
    AgrestiCoull,
    /// Clopper and Pearson's: never too narrow.
    Exact,
    /// The posterior under Jeffreys' prior.
    Jeffreys,
}

/// The interval around `count` of `total`, 0 to 1; NaN where total is 0.
pub fn proportion(count: u64, total: u64, method: Method) -> Interval {
    let (k, n) = (count as f64, total as f64);
    let p = k / n;
    if total == 0 {
        return Interval { low: f64::NAN, high: f64::NAN };
    }
    let around = |middle: f64, half: f64| Interval { low: middle - half, high: middle + half };
    let z2 = Z * Z;
    let inside = |interval: Interval| Interval { low: interval.low.max(0.0), high: interval.high.min(1.0) };
    inside(match method {
        Method::Normal => around(p, Z * (p * (1.0 - p) / n).sqrt()),
        Method::Wilson => wilson(p, n),
        Method::WilsonCorrected => {
            let bound = |sign: f64| {
                (2.0 * k
                    + z2
                    + sign
                        * (1.0 + Z * (z2 + sign * 2.0 - 1.0 / n + 4.0 * p * (n * (1.0 - p) - sign)).sqrt()))
                    / (2.0 * (n + z2))
            };
            Interval {
                low: if count == 0 { 0.0 } else { bound(-1.0) },
                high: if count == total { 1.0 } else { bound(1.0) },
            }
        }
        Method::AgrestiCoull => {
            let more = n + z2;
            let p = (k + z2 / 2.0) / more;
            around(p, Z * (p * (1.0 - p) / more).sqrt())
        }
        Method::Exact => Interval {
            low: if count == 0 { 0.0 } else { beta_quantile(0.025, k, n - k + 1.0) },
            high: if count == total { 1.0 } else { beta_quantile(0.975, k + 1.0, n - k) },
        },
        Method::Jeffreys => Interval {
            low: beta_quantile(0.025, k + 0.5, n - k + 0.5),
            high: beta_quantile(0.975, k + 0.5, n - k + 0.5),
        },
    })
}

/// The score interval (Wilson 1927) around a share of 0–1 of so many posts, which need be no whole number: an effective
/// sample size will do. NaN where there are none.
pub fn wilson(share: f64, posts: f64) -> Interval {
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * posts)) / (1.0 + z2 / posts);
    let half =
        Z / (1.0 + z2 / posts) * (share * (1.0 - share) / posts + z2 / (4.0 * posts * posts)).max(0.0).sqrt();
    Interval { low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// The chance that at least `count` of `total` come, each with this chance: the binomial distribution's upper tail.
pub fn at_least(count: u64, total: u64, chance: f64) -> f64 {
    match count {
        0 => 1.0,
        _ if count > total => 0.0,
        _ => beta(chance, count as f64, (total - count) as f64 + 1.0),
    }
}

/// The z with `level` of the normal distribution within ± z: 1.96 for 0.95.
pub fn normal_point(level: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if chi_square_tail(middle * middle) > 1.0 - level {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_and_points_are_those_of_tables() {
        assert!((normal_point(0.95) - Z).abs() < 1e-9);
        assert!((normal_point(0.9) - 1.644_853_626_951_472).abs() < 1e-9);
        // Four heads or more in five throws: 6 of 32.
        assert!((at_least(4, 5, 0.5) - 6.0 / 32.0).abs() < 1e-12);
        assert!((at_least(0, 5, 0.5) - 1.0).abs() < 1e-12 && at_least(6, 5, 0.5) < 1e-12);
    }

    #[test]
    fn wilsons_interval_as_published() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (count, total, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let found = proportion(count, total, Method::Wilson);
            assert!(
                (found.low - low).abs() < 1e-4 && (found.high - high).abs() < 1e-4,
                "{count}/{total}: {found:?}"
            );
        }
    }
}
