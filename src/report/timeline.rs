//! Posts over time: the curve, by label and language, in as many stretches as a chart can show.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    aggregate::{Bucket, Zone},
    estimate::burst::{Burst, Scan, bursts},
};

/// The most stretches that are drawn: a month of hours, two years of days.
pub(super) const MOST_STRETCHES: usize = 750;
/// Fewer where posts are few: at least so many a stretch on average …
const POSTS_A_STRETCH: u64 = 4;
/// … but never fewer stretches than this.
const FEW_STRETCHES: usize = 60;
/// The same where cells of fewer than k people are left out: posts by k, and stretches.
const POSTS_OF_K: u64 = 40;
const FEW_STRETCHES_OF_K: usize = 10;
/// More, where the user names the length of a stretch, would make the page large.
const MOST_ASKED_FOR: usize = 5_000;
/// The languages that have a curve of their own; the others have one together.
const MOST_LANGUAGES: usize = 8;
/// What the other languages, and labels, are called together.
pub(super) const OTHERS: &str = "others";
/// The pace of a burst, at least, by that of the median stretch.
pub(super) const LEAST_BURST: f64 = 1.5;
/// Posts outside of the curve, at most, as a share of all at either end, where a few strays would make it a needle.
const STRAYS: f64 = 0.002;

/// Posts in consecutive stretches of time.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// The length of a stretch.
    pub bucket: Bucket,
    /// The time zone in which stretches begin.
    pub zone: Zone,
    /// When each stretch begins.
    pub starts: Vec<Timestamp>,
    /// The zone's offset, where it has a name and the same offset at all of these moments.
    pub offset: Option<String>,
    /// The posts of each; `None` where they are too few to be shown.
    pub posts: Vec<Option<u64>>,
    /// For each label of [`Timeline::labels`] the posts that have it.
    pub given: Vec<Vec<Option<u64>>>,
    /// The labels, most frequent first.
    pub labels: Vec<String>,
    /// The same by language, most frequent first; empty where cells of few people are left out.
    pub languages: Vec<Language>,
    /// Stretches with more posts than chance brings.
    pub bursts: Vec<Burst>,
    /// How bursts were looked for; `None` where stretches are not of equal length, or some are left out.
    pub scan: Option<Scan>,
    /// Posts before the first stretch and after the last: few, and far from all others.
    pub outside: u64,
}

/// The posts of a language over time.
#[derive(Debug, Clone)]
pub struct Language {
    /// Its name, or `OTHERS`.
    pub name: String,
    /// The posts of each stretch.
    pub posts: Vec<u64>,
    /// For each label the posts that have it.
    pub given: Vec<Vec<u64>>,
}

/// Posts of a language with a label (or all of the language), by the moment at which their stretch begins.
pub(super) type Cells = BTreeMap<Timestamp, u64>;

/// How a timeline is made.
pub(super) struct Making<'a> {
    pub(super) counted: Bucket,
    pub(super) asked: Option<Bucket>,
    pub(super) zone: &'a Zone,
    pub(super) false_alarm: f64,
    /// The least people of a cell, where small ones are left out.
    pub(super) k: Option<u64>,
}

/// The length of a stretch, and the first and last moment that are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) bucket: Bucket,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) outside: u64,
}

impl Making<'_> {
    /// What is drawn of so many posts by the moments at which their stretches begin; `None` without any.
    ///
    /// # Errors
    /// The number of stretches, where the length that was asked for gives too many.
    pub(super) fn range(&self, posts: &Cells) -> Result<Option<Range>, usize> {
        let (Some((&begin, _)), Some((&end, _))) = (posts.first_key_value(), posts.last_key_value()) else {
            return Ok(None);
        };
        let (first, last) = core(posts).unwrap_or((begin, end));
        let inside: u64 = posts.range(first..=last).map(|(_, posts)| posts).sum();
        let outside = posts.values().sum::<u64>() - inside;
        // Where small cells are left out, stretches must be so long that those of labels stay.
        let (few, each) = match self.k {
            Some(k) => (FEW_STRETCHES_OF_K, POSTS_OF_K * k),
            None => (FEW_STRETCHES, POSTS_A_STRETCH),
        };
        let most = MOST_STRETCHES.min(few.max((inside / each) as usize));
        let bucket = match self.asked {
            Some(bucket) => {
                let stretches = stretches(bucket, first, last);
                if stretches > MOST_ASKED_FOR {
                    return Err(stretches);
                }
                bucket
            }
            None => LENGTHS
                .into_iter()
                .filter(|bucket| seconds(*bucket) >= seconds(self.counted))
                .find(|bucket| stretches(*bucket, first, last) <= most)
                .unwrap_or(Bucket::Year),
        };
        Ok(Some(Range { bucket, first, last, outside }))
    }

    /// The moments at which the stretches of a range begin.
    pub(super) fn starts(&self, range: &Range) -> Vec<Timestamp> {
        let mut starts = Vec::new();
        let (mut at, end) = (range.bucket.of(range.first, self.zone), range.bucket.of(range.last, self.zone));
        // A bucket that does not end is a broken clock; the cap keeps the page whole.
        while at <= end && starts.len() <= MOST_ASKED_FOR {
            starts.extend(range.bucket.start(at, self.zone));
            at = range.bucket.next(at, self.zone);
        }
        starts
    }

    /// The offset that all stretches' names end with.
    pub(super) fn offset(&self, bucket: Bucket, starts: &[Timestamp]) -> Option<String> {
        let ending = |start: &Timestamp| {
            let name = bucket.short_name(bucket.of(*start, self.zone), self.zone);
            name.split(' ').nth(2).map(str::to_owned)
        };
        let first = ending(starts.first()?)?;
        starts.iter().all(|start| ending(start).as_ref() == Some(&first)).then_some(first)
    }

    /// Cells put into stretches.
    pub(super) fn placed(starts: &[Timestamp], range: &Range, cells: &Cells) -> Vec<u64> {
        let mut out = vec![0; starts.len()];
        for (moment, posts) in cells.range(range.first..=range.last) {
            let at = starts.partition_point(|start| start <= moment);
            if let Some(place) = at.checked_sub(1).and_then(|at| out.get_mut(at)) {
                *place += posts;
            }
        }
        out
    }

    /// The bursts of posts over time, where all are known and stretches are of equal length.
    pub(super) fn bursts(&self, bucket: Bucket, posts: &[Option<u64>]) -> (Vec<Burst>, Option<Scan>) {
        let counts: Option<Vec<u64>> = posts.iter().copied().collect();
        let (Some(counts), false) = (counts, matches!(bucket, Bucket::Month | Bucket::Year)) else {
            return (Vec::new(), None);
        };
        // Among a million posts every small unevenness is more than chance: what is told is also large.
        let mut sorted = counts.clone();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0) as f64;
        let large = |burst: &Burst| {
            let length = (burst.to - burst.from) as f64;
            burst.posts as f64 >= LEAST_BURST * burst.expected.max(usual * length)
        };
        let scan = Scan { false_alarm: self.false_alarm, ..Scan::default() };
        let day = match bucket {
            Bucket::Minutes(minutes) => 24 * 60 / usize::from(minutes.max(1)),
            _ => 1,
        };
        if day == 1 || counts.len() < 3 * day {
            let mut found = bursts(&counts, &scan);
            found.retain(large);
            return (found, Some(scan));
        }
        // Days and nights are no bursts. So whole days are compared with each other, and shorter stretches with the day
        // before and after; each of the two has half of the false alarms.
        let scan = Scan { false_alarm: self.false_alarm / 2.0, ..scan };
        let days: Vec<u64> = counts.chunks_exact(day).map(|day| day.iter().sum()).collect();
        let mut found: Vec<Burst> = bursts(&days, &scan)
            .into_iter()
            .map(|burst| Burst { from: burst.from * day, to: burst.to * day, ..burst })
            .collect();
        let near = Scan { around: Some(day), longest: Some((day / 2).max(1)), ..scan };
        found.extend(bursts(&counts, &near));
        found.retain(large);
        found.sort_by_key(|burst| (burst.from, std::cmp::Reverse(burst.to)));
        (found, Some(near))
    }
}

impl Timeline {
    /// The name of a stretch, for people; with the zone's offset only where it changes.
    pub fn name(&self, at: usize) -> String {
        self.starts.get(at).map_or_else(String::new, |start| {
            self.without_offset(self.bucket.short_name(self.bucket.of(*start, &self.zone), &self.zone))
        })
    }

    /// A moment to the minute, in the timeline's zone.
    pub fn moment(&self, moment: Timestamp) -> String {
        let minute = Bucket::Minutes(1);
        self.without_offset(minute.short_name(minute.of(moment, &self.zone), &self.zone))
    }

    fn without_offset(&self, name: String) -> String {
        let stem = self.offset.as_ref().and_then(|offset| name.strip_suffix(offset.as_str()));
        stem.map(|stem| stem.trim_end().to_owned()).unwrap_or(name)
    }

    /// The end of the last stretch, or the beginning of the one at `at`.
    pub fn begins(&self, at: usize) -> String {
        match self.starts.get(at) {
            Some(_) => self.name(at),
            None => self.starts.last().map_or_else(String::new, |last| {
                let next = self.bucket.next(self.bucket.of(*last, &self.zone), &self.zone);
                self.without_offset(self.bucket.short_name(next, &self.zone))
            }),
        }
    }

    /// The stretch with the most posts.
    pub fn peak(&self) -> Option<(usize, u64)> {
        let most = self.posts.iter().flatten().copied().max().filter(|&most| most > 0)?;
        Some((self.posts.iter().position(|posts| *posts == Some(most))?, most))
    }

    /// Posts up to and with each stretch; those left out count as none.
    pub fn so_far(&self) -> Vec<u64> {
        let mut sum = 0;
        let add = |posts: &Option<u64>| {
            sum += posts.unwrap_or(0);
            sum
        };
        self.posts.iter().map(add).collect()
    }

    /// Minutes that a stretch lasts, where all last the same.
    pub fn minutes(&self) -> Option<f64> {
        (!matches!(self.bucket, Bucket::Month | Bucket::Year)).then(|| seconds(self.bucket) / 60.0)
    }
}

/// The languages that get a curve of their own, most frequent first, and whether there are others.
pub(super) fn leading(mut languages: Vec<(String, u64)>) -> (Vec<String>, bool) {
    languages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let others = languages.len() > MOST_LANGUAGES + 1;
    let own = if others { MOST_LANGUAGES } else { languages.len() };
    (languages.into_iter().take(own).map(|(name, _)| name).collect(), others)
}

/// The lengths that are chosen from.
const LENGTHS: [Bucket; 8] = [
    Bucket::Minutes(1),
    Bucket::Minutes(5),
    Bucket::Minutes(15),
    Bucket::Minutes(60),
    Bucket::Day,
    Bucket::Week,
    Bucket::Month,
    Bucket::Year,
];

/// The lengths to count by, from the finest: each one's stretches lie wholly in those of the ones after it, and weeks only
/// come of days.
pub(super) const COUNTED: [Bucket; 6] = [
    Bucket::Minutes(1),
    Bucket::Minutes(5),
    Bucket::Minutes(15),
    Bucket::Minutes(60),
    Bucket::Day,
    Bucket::Month,
];

/// Seconds of a stretch, about.
fn seconds(bucket: Bucket) -> f64 {
    match bucket {
        Bucket::Minutes(minutes) => f64::from(minutes) * 60.0,
        Bucket::Day => 86_400.0,
        Bucket::Week => 7.0 * 86_400.0,
        Bucket::Month => 30.436_875 * 86_400.0,
        Bucket::Year => 365.2425 * 86_400.0,
    }
}

fn stretches(bucket: Bucket, first: Timestamp, last: Timestamp) -> usize {
    ((last.as_second() - first.as_second()) as f64 / seconds(bucket)) as usize + 1
}

/// The first and last moment without strays, where these are few and make the whole much longer: posts with a wrong
/// date, or old ones that were seen again.
fn core(posts: &Cells) -> Option<(Timestamp, Timestamp)> {
    let all: u64 = posts.values().sum();
    let few = (all as f64 * STRAYS) as u64;
    let reach = |cells: &mut dyn Iterator<Item = (&Timestamp, &u64)>| {
        let mut sum = 0;
        for (moment, posts) in cells {
            sum += posts;
            if sum > few {
                return Some(*moment);
            }
        }
        None
    };
    let (low, high) = (reach(&mut posts.iter())?, reach(&mut posts.iter().rev())?);
    let (begin, end) = (posts.first_key_value()?.0.as_second(), posts.last_key_value()?.0.as_second());
    let inner = high.as_second() - low.as_second();
    if inner <= 0 || (end - begin) < 4 * inner {
        return None;
    }
    // What lies near is no stray.
    let near = |moment: &Timestamp| {
        moment.as_second() >= low.as_second() - inner / 2
            && moment.as_second() <= high.as_second() + inner / 2
    };
    let first = posts.keys().copied().find(near)?;
    let last = posts.keys().rev().copied().find(near)?;
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn making(asked: Option<Bucket>, zone: &Zone) -> Making<'_> {
        Making { counted: Bucket::Minutes(1), asked, zone, false_alarm: 0.01, k: None }
    }

    fn every(seconds: i64, count: i64) -> Cells {
        (0..count)
            .map(|at| (Timestamp::from_second(1_554_150_000 + at * seconds).expect("a time"), 1))
            .collect()
    }

    #[test]
    fn stretches_are_few_and_as_short_as_can_be() {
        let zone = Zone::utc();
        for (seconds, count, bucket) in [
            (1, 20_000, Bucket::Minutes(1)),
            (60, 1_000, Bucket::Minutes(5)),
            (600, 2_100, Bucket::Minutes(60)),
            (3_600, 800, Bucket::Day),
            (86_400 / 2, 4_000, Bucket::Week),
            (86_400 * 30, 200, Bucket::Year),
            (3_600, 50, Bucket::Minutes(60)),
        ] {
            let making = making(None, &zone);
            let range = making.range(&every(seconds, count)).expect("few").expect("posts");
            assert_eq!((range.bucket, range.outside), (bucket, 0));
            let starts = making.starts(&range);
            assert!(starts.len() <= MOST_STRETCHES + 2, "{}", starts.len());
            assert_eq!(
                Making::placed(&starts, &range, &every(seconds, count)).iter().sum::<u64>(),
                count as u64
            );
        }
        assert_eq!(making(Some(Bucket::Minutes(1)), &zone).range(&every(86_400, 10)), Err(12_961));
        assert_eq!(making(None, &zone).range(&Cells::new()), Ok(None));
    }

    #[test]
    fn among_many_posts_a_small_unevenness_is_no_burst() {
        let zone = Zone::utc();
        let mut posts: Vec<Option<u64>> = (0..60).map(|at| Some(20_000 + at % 7 * 300)).collect();
        posts[0] = Some(4_000);
        let found = |posts: &[Option<u64>]| making(None, &zone).bursts(Bucket::Minutes(60), posts).0;
        assert_eq!(found(&posts), []);
        posts[30] = Some(60_000);
        let places: Vec<_> = found(&posts).iter().map(|burst| (burst.from, burst.to)).collect();
        assert_eq!(places, [(30, 31)]);
        // A wave of days is one burst, whatever the hours within it; days and nights are none.
        let wave = |hour: u64| if (240..300).contains(&hour) { 3 } else { 1 };
        let hours: Vec<Option<u64>> =
            (0..480).map(|hour| Some(wave(hour) * if hour % 24 < 12 { 40 } else { 120 })).collect();
        let places: Vec<_> = found(&hours).iter().map(|burst| (burst.from, burst.to)).collect();
        assert!(places.contains(&(240, 288)) || places.contains(&(240, 312)), "{places:?}");
        assert!(places.iter().all(|place| place.0 >= 228 && place.1 <= 312), "{places:?}");
        posts[40] = None;
        assert_eq!(found(&posts), [], "where a stretch is not known, none is told");
    }

    #[test]
    fn strays_make_no_needle_of_a_curve() {
        let zone = Zone::utc();
        let mut posts = every(60, 2_000);
        posts.insert(Timestamp::UNIX_EPOCH, 2);
        posts.insert("2031-01-01T00:00:00Z".parse().expect("a time"), 1);
        let range = making(None, &zone).range(&posts).expect("few").expect("posts");
        assert_eq!((range.bucket, range.outside), (Bucket::Minutes(5), 3));
        assert_eq!(range.first, *every(60, 1).first_key_value().expect("one").0);
        // Many posts at another time are no strays, and then nothing is far from all.
        posts.insert(Timestamp::UNIX_EPOCH, 20);
        let range = making(None, &zone).range(&posts).expect("few").expect("posts");
        assert_eq!((range.bucket, range.outside), (Bucket::Year, 0));
    }
}
