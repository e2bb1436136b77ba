//! Thresholds and the band, chosen on calibrated scores.

use std::str::FromStr;

/// What a threshold shall reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Want {
    /// The highest F1.
    F1,
    /// At least this precision, with as much recall as that leaves.
    Precision(f64),
    /// At least this recall, with as much precision as that leaves.
    Recall(f64),
}

impl FromStr for Want {
    type Err = String;

    /// Reads `f1`, `precision=0.9` or `recall=0.8`.
    fn from_str(text: &str) -> Result<Self, String> {
        let share = |number: &str| match number.parse::<f64>() {
            Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
            _ => Err(format!("`{number}` is no share; write a number above 0 and up to 1, such as 0.9")),
        };
        match text.split_once('=') {
            None if text.eq_ignore_ascii_case("f1") => Ok(Want::F1),
            Some(("precision", number)) => share(number).map(Want::Precision),
            Some(("recall", number)) => share(number).map(Want::Recall),
            _ => Err(format!("`{text}` is none of f1, precision=0.9, recall=0.8")),
        }
    }
}

/// Thresholds tried, in hundredths.
const TRIED: std::ops::RangeInclusive<usize> = 5..=95;
/// The lowest threshold for the highest F1: one far below half of that F1 only gives tags that are mostly wrong.
const LEAST_FOR_F1: usize = 15;
/// Thresholds whose F1 is so near to the highest are as good as the gold can tell; of them the one nearest to half of the
/// highest F1 is taken, which is the best one under honest scores (Lipton et al. 2014).
const FLAT: f64 = 0.015;
/// F1 is averaged over so many hundredths to each side: a single post shall not choose.
const SMOOTH: usize = 3;

/// The threshold for a label's scores (probability, in the gold). One half where nothing can be chosen.
pub(super) fn threshold(scored: &[(f64, bool)], want: Want) -> f64 {
    let at = |hundredths: usize| {
        let limit = hundredths as f64 / 100.0;
        let given = || scored.iter().filter(|(score, _)| *score >= limit);
        let (tp, all) = (given().filter(|(_, gold)| *gold).count() as f64, given().count() as f64);
        let gold = scored.iter().filter(|(_, gold)| *gold).count() as f64;
        // precision, recall, F1
        let share = |a: f64, b: f64| if b == 0.0 { 0.0 } else { a / b };
        (share(tp, all), share(tp, gold), share(2.0 * tp, all + gold))
    };
    let all: Vec<(usize, (f64, f64, f64))> = TRIED.map(|hundredths| (hundredths, at(hundredths))).collect();
    let best = match want {
        Want::F1 => {
            let smooth = |place: usize| {
                let near = &all[place.saturating_sub(SMOOTH)..(place + SMOOTH + 1).min(all.len())];
                near.iter().map(|(_, (_, _, f1))| f1).sum::<f64>() / near.len() as f64
            };
            let places = || LEAST_FOR_F1 - TRIED.start()..all.len();
            let top = places().map(smooth).fold(0.0, f64::max);
            let ideal = 100.0 * top / 2.0;
            let off = |place: usize| (all[place].0 as f64 - ideal).abs();
            places()
                .filter(|&place| smooth(place) >= top - FLAT)
                .min_by(|&a, &b| off(a).total_cmp(&off(b)))
                .map(|place| all[place].0)
        }
        // The lowest threshold from which on precision stays high enough.
        Want::Precision(wanted) => {
            let fails =
                all.iter().rposition(|(_, (precision, recall, _))| *recall > 0.0 && *precision < wanted);
            Some(fails.map_or(*TRIED.start(), |place| all.get(place + 1).map_or(*TRIED.end(), |next| next.0)))
        }
        Want::Recall(wanted) => all
            .iter()
            .rev()
            .find(|(_, (_, recall, _))| *recall >= wanted)
            .map(|found| found.0)
            .or(Some(*TRIED.start())),
    };
    best.map_or(0.5, |hundredths| hundredths as f64 / 100.0)
}

/// The band around the thresholds within which `share` of the posts have a score. `distances` are each post's smallest
/// distance of a score from its threshold.
pub(super) fn band(mut distances: Vec<f64>, share: f64) -> f64 {
    if share <= 0.0 || distances.is_empty() {
        return 0.0;
    }
    distances.sort_by(f64::total_cmp);
    let at = ((share * distances.len() as f64).round() as usize).min(distances.len() - 1);
    (distances[at] * 1000.0).floor() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores 0.00, 0.01 … 0.99, in the gold from `from` on.
    fn ladder(from: usize) -> Vec<(f64, bool)> {
        (0..100).map(|at| (at as f64 / 100.0, at >= from)).collect()
    }

    #[test]
    fn the_threshold_reaches_what_is_wanted() {
        assert!((threshold(&ladder(60), Want::F1) - 0.60).abs() < 0.031);
        assert!((threshold(&ladder(60), Want::Precision(0.8)) - 0.50).abs() < 0.011);
        assert!((threshold(&ladder(60), Want::Recall(0.5)) - 0.80).abs() < 0.011);
    }

    #[test]
    fn where_f1_is_flat_half_of_it_is_the_threshold() {
        // No score lies between 0.2 and 0.8: every threshold there gives the same tags.
        let apart: Vec<(f64, bool)> =
            (0..100).map(|at| (if at < 50 { 0.1 } else { 0.9 }, at >= 50 || at % 25 == 0)).collect();
        assert!((threshold(&apart, Want::F1) - 0.49).abs() < 0.011);
    }

    #[test]
    fn the_band_holds_the_share_wanted() {
        let distances: Vec<f64> = (0..100).map(|at| f64::from(at) / 100.0).collect();
        let band = band(distances.clone(), 0.2);
        assert_eq!(distances.iter().filter(|distance| **distance < band).count(), 20);
        assert!(super::band(distances, 0.0) <= 0.0);
    }

    #[test]
    fn wants_are_read_and_slips_told() {
        assert_eq!("precision=0.9".parse(), Ok(Want::Precision(0.9)));
        assert_eq!("f1".parse(), Ok(Want::F1));
        assert!("precision=90".parse::<Want>().expect_err("no").contains("such as 0.9"));
        assert!("f2".parse::<Want>().expect_err("no").contains("none of f1"));
    }
}
