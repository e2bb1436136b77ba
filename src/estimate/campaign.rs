//! A campaign over time: how many posts so far, how fast, when it began and peaked, its bursts.

use jiff::Timestamp;

use super::{
    EstimateError,
    burst::{Burst, Scan, bursts},
};
use crate::{
    aggregate::{Bucket, Key, Table, Zone},
    evaluate::metrics::{Interval, Z},
};

/// The most stretches of time that a series has.
const MOST_STRETCHES: i64 = 1_000_000;

/// Posts in consecutive stretches of equal length.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// When the first stretch begins, in seconds since 1970.
    pub start: i64,
    /// Seconds of a stretch.
    pub step: i64,
    /// The posts of each.
    pub counts: Vec<u64>,
    /// Posts whose time is not known; in no stretch.
    pub without_time: u64,
}

impl Series {
    /// The series of counts whose first key is a time; all other keys' cells together, so count by time alone for posts.
    ///
    /// # Errors
    /// Where the stretches are no minutes or hours, or too many.
    pub fn of(table: &Table, bucket: Bucket) -> Result<Self, EstimateError> {
        let Bucket::Minutes(minutes) = bucket else {
            return Err(EstimateError::LongStretch { word: bucket.word() });
        };
        let step = i64::from(minutes) * 60;
        let mut cells: Vec<(i64, u64)> = Vec::new();
        let mut without_time = 0;
        for row in &table.rows {
            let start = match row.keys.first() {
                Some(Key::Time { name, .. }) => name.parse::<Timestamp>().ok(),
                _ => None,
            };
            match start {
                Some(start) => cells.push((start.as_second(), row.posts)),
                None => without_time += row.posts,
            }
        }
        let (Some(&(start, _)), Some(&(last, _))) =
            (cells.iter().min_by_key(|cell| cell.0), cells.iter().max_by_key(|cell| cell.0))
        else {
            return Ok(Self { start: 0, step, counts: Vec::new(), without_time });
        };
        let stretches = (last - start) / step + 1;
        if stretches > MOST_STRETCHES {
            return Err(EstimateError::ManyStretches { stretches, word: bucket.word() });
        }
        let mut counts = vec![0; stretches as usize];
        for (at, posts) in cells {
            counts[((at - start) / step) as usize] += posts;
        }
        Ok(Self { start, step, counts, without_time })
    }

    /// All posts with a time.
    pub fn posts(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// When a stretch begins.
    pub fn begins(&self, stretch: usize) -> Timestamp {
        Timestamp::from_second(self.start + stretch as i64 * self.step).unwrap_or(Timestamp::MAX)
    }

    /// The stretch with the most posts, the first of several.
    pub fn peak(&self) -> Option<(usize, u64)> {
        let most = self.counts.iter().copied().max().filter(|&most| most > 0)?;
        Some((self.counts.iter().position(|&count| count == most)?, most))
    }

    /// The first stretch with a post.
    pub fn first(&self) -> Option<usize> {
        self.counts.iter().position(|&count| count > 0)
    }

    /// Posts before a moment: what a hashtag's counter shows then. The moment must be where a stretch begins.
    ///
    /// # Errors
    /// [`EstimateError::WithinStretch`].
    pub fn so_far(&self, moment: Timestamp) -> Result<u64, EstimateError> {
        let second = moment.as_second();
        if moment.subsec_nanosecond() != 0 || (second - self.start).rem_euclid(self.step) != 0 {
            return Err(EstimateError::WithinStretch { moment: moment.to_string(), minutes: self.step / 60 });
        }
        let stretch = ((second - self.start) / self.step).clamp(0, self.counts.len() as i64);
        Ok(self.counts[..stretch as usize].iter().sum())
    }

    /// How fast the posts came between two moments, with so many posts counted before the series.
    ///
    /// # Errors
    /// Where the moments are no two in order, each where a stretch begins.
    pub fn velocity(&self, from: Timestamp, to: Timestamp, before: u64) -> Result<Velocity, EstimateError> {
        let seconds = to.as_second() - from.as_second();
        if seconds <= 0 {
            return Err(EstimateError::Backwards { from: from.to_string(), to: to.to_string() });
        }
        let (first, last) = (self.so_far(from)?, self.so_far(to)?);
        Ok(Velocity::between(before + first, before + last, seconds as f64 / 60.0))
    }

    /// Its bursts.
    pub fn bursts(&self, scan: &Scan) -> Vec<Burst> {
        bursts(&self.counts, scan)
    }

    /// The posts of each stretch with its name for people, as [`curve`](crate::aggregate::curve) draws them.
    pub fn named(&self, bucket: Bucket, zone: &Zone) -> Vec<(String, u64)> {
        let name = |at: usize| bucket.short_name(self.start + at as i64 * self.step, zone);
        self.counts.iter().enumerate().map(|(at, &count)| (name(at), count)).collect()
    }
}

/// How fast posts came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Velocity {
    /// Posts so far at the first moment.
    pub first: u64,
    /// Posts so far at the second.
    pub last: u64,
    /// Minutes between them.
    pub minutes: f64,
    /// Posts a minute.
    pub per_minute: f64,
    /// 95 % interval of the pace, were the posts to come by chance at one pace (score interval of a Poisson count).
    pub interval: Interval,
}

impl Velocity {
    /// From two readings of a counter.
    pub fn between(first: u64, last: u64, minutes: f64) -> Self {
        let posts = last.saturating_sub(first) as f64;
        let (middle, half) = (posts + Z * Z / 2.0, Z * (posts + Z * Z / 4.0).sqrt());
        let interval =
            Interval { low: ((middle - half) / minutes).max(0.0), high: (middle + half) / minutes };
        Self { first, last, minutes, per_minute: posts / minutes, interval }
    }

    /// Posts between the two moments.
    pub fn posts(&self) -> u64 {
        self.last.saturating_sub(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn the_case_has_its_arithmetic() {
        // The hashtag's counter: 1,544 posts at 12:16 and 1,915 at 12:43.
        let found = Velocity::between(1_544, 1_915, 27.0);
        assert_eq!(found.posts(), 371);
        assert_eq!(format!("{:.1}", found.per_minute), "13.7");
        assert!(found.interval.low < 12.5 && found.interval.high > 15.1, "{found:?}");
        // The same from a series: 14 posts a minute, one less in seven of the minutes.
        let counts: Vec<u64> = (0..27).map(|minute| if minute % 4 == 0 { 13 } else { 14 }).collect();
        let mut series = Series {
            start: time("2019-04-02T12:00:00Z").as_second(),
            step: 60,
            counts: vec![0; 16],
            without_time: 0,
        };
        series.counts.extend(&counts);
        let told =
            series.velocity(time("2019-04-02T12:16:00Z"), time("2019-04-02T12:43:00Z"), 1_544).expect("told");
        assert_eq!((told.first, told.last, told.posts()), (1_544, 1_915, 371));
        assert!((told.minutes - 27.0).abs() < 1e-12);
    }

    #[test]
    fn a_series_knows_its_first_its_peak_and_its_holes() {
        let series = Series { start: 0, step: 300, counts: vec![0, 3, 0, 9, 9], without_time: 2 };
        assert_eq!((series.first(), series.peak(), series.posts()), (Some(1), Some((3, 9)), 21));
        assert_eq!(series.so_far(series.begins(3)).expect("an edge"), 3);
        assert_eq!(series.so_far(series.begins(99)).expect("after the end"), 21);
        assert!(
            series
                .so_far(time("1970-01-01T00:01:00Z"))
                .is_err_and(|why| why.to_string().contains("5 minutes"))
        );
        assert!(series.velocity(series.begins(3), series.begins(3), 0).is_err());
        let none = Series { start: 0, step: 60, counts: vec![], without_time: 0 };
        assert_eq!((none.first(), none.peak(), none.posts()), (None, None, 0));
    }
}
