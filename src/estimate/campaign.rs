//! A campaign over time: how many posts so far, how fast, when it began and peaked, its bursts.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use jiff::Timestamp;

use super::{
    ComparedRow, Comparison, Condition, Difference, Estimate, EstimateError, Row, RowsRead, Withheld,
    burst::{Burst, Scan, bursts},
    each_row,
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
        Self::gathered(&cells, bucket, step, without_time)
    }

    fn gathered(
        cells: &[(i64, u64)],
        bucket: Bucket,
        step: i64,
        without_time: u64,
    ) -> Result<Self, EstimateError> {
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
        for &(at, posts) in cells {
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

/// What was gathered of a campaign in one pass.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Posts over time.
    pub series: Series,
    /// The stretch of the series.
    pub bucket: Bucket,
    /// The zone in which times are told.
    pub zone: Zone,
    /// Posts that meet the conditions.
    pub posts: u64,
    /// The conditions.
    pub conditions: Vec<String>,
    /// The labels of net stance: the first less the second.
    pub net: (String, String),
    /// Posts with the first label, with the second, by stretch.
    pub stances: [Vec<u64>; 2],
    /// Posts with the first label, with the second, also those without a time.
    pub totals: [u64; 2],
    /// Comparisons of predicted labels, uncorrected.
    pub compared: Vec<ComparedRow>,
    /// What was read.
    pub read: RowsRead,
}

impl Campaign {
    /// Gathers a campaign from tag files.
    ///
    /// # Errors
    /// Where a file cannot be read or is no tag file; where stretches are no minutes or hours, or too many.
    pub fn gather(
        tags: &[PathBuf],
        bucket: Bucket,
        zone: &Zone,
        conditions: &[Condition],
        compare: &[Comparison],
        net: (String, String),
    ) -> Result<Self, EstimateError> {
        let Bucket::Minutes(minutes) = bucket else {
            return Err(EstimateError::LongStretch { word: bucket.word() });
        };
        let mut cells: BTreeMap<i64, [u64; 3]> = BTreeMap::new();
        let (mut posts, mut without_time, mut totals) = (0, 0, [0; 2]);
        let mut sides: Vec<Sides> = compare.iter().map(|_| Sides::default()).collect();
        let read = each_row(tags, |row| {
            if !conditions.iter().all(|condition| condition.holds(&row)) {
                return Ok(());
            }
            posts += 1;
            let has = [&net.0, &net.1].map(|label| u64::from(row.given(label, None).is_some()));
            totals = [totals[0] + has[0], totals[1] + has[1]];
            match row.time {
                Some(time) => {
                    let cell = cells.entry(bucket.of(time, zone)).or_default();
                    *cell = [cell[0] + 1, cell[1] + has[0], cell[2] + has[1]];
                }
                None => without_time += 1,
            }
            for (sides, comparison) in sides.iter_mut().zip(compare) {
                sides.add(comparison.side(&row), &row);
            }
            Ok(())
        })?;
        let column =
            |at: usize| -> Vec<(i64, u64)> { cells.iter().map(|(&start, cell)| (start, cell[at])).collect() };
        let gathered =
            |at: usize| Series::gathered(&column(at), bucket, i64::from(minutes) * 60, without_time);
        Ok(Self {
            series: gathered(0)?,
            stances: [gathered(1)?.counts, gathered(2)?.counts],
            bucket,
            zone: zone.clone(),
            posts,
            conditions: conditions.iter().map(|condition| condition.text.clone()).collect(),
            net,
            totals,
            compared: sides
                .iter()
                .zip(compare)
                .flat_map(|(sides, comparison)| sides.rows(comparison))
                .collect(),
            read,
        })
    }

    /// Net stance of all posts, of predicted labels: uncorrected.
    pub fn net_stance(&self) -> Difference {
        Difference::net(self.totals[0], self.totals[1], self.posts)
    }

    /// Net stance of a stretch, of predicted labels: uncorrected. NaN where nothing was posted.
    pub fn net_at(&self, stretch: usize) -> Difference {
        let [support, attack] = self.stances.each_ref().map(|counts| counts[stretch]);
        Difference::net(support, attack, self.series.counts[stretch])
    }
}

/// Both sides of a comparison while posts come in.
#[derive(Debug, Default)]
struct Sides {
    posts: [u64; 2],
    given: BTreeMap<String, [u64; 2]>,
    beside: u64,
}

impl Sides {
    fn add(&mut self, side: Option<usize>, row: &Row) {
        let Some(side) = side else {
            self.beside += 1;
            return;
        };
        self.posts[side] += 1;
        let labels: BTreeSet<&String> = row.tags.iter().map(|tag| &tag.label).collect();
        for label in labels {
            self.given.entry(label.clone()).or_default()[side] += 1;
        }
    }

    fn rows(&self, comparison: &Comparison) -> Vec<ComparedRow> {
        let row = |(label, given): (&String, &[u64; 2])| {
            let uncorrected = [0, 1].map(|side| Estimate::counted(given[side], self.posts[side]));
            ComparedRow {
                names: comparison.names.clone(),
                label: label.clone(),
                target: None,
                posts: self.posts,
                audited: [0; 2],
                difference: Difference::between(&uncorrected[0], &uncorrected[1], 0.0),
                uncorrected,
                corrected: Err(Withheld::NoAudit),
                beside: self.beside,
            }
        };
        self.given.iter().map(row).collect()
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
