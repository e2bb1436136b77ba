//! Bursts: stretches with more posts than chance brings.
//!
//! A scan statistic (Naus 1965; Kulldorff 1997 for its likelihood ratio): windows of growing length slide over the
//! stream, and the one whose posts are least likely is looked at. Were the posts spread evenly, the c posts of a window
//! that covers the share q of the time would be binomial among all N posts: P(X ≥ c | N, q), exactly. Times the number of
//! windows (Bonferroni) that bounds the chance that a steady stream shows such a window anywhere. What is below the false
//! alarm rate is a burst; it is taken out, with its time, and the rest is scanned again (Zhang, Assunção and Kulldorff
//! 2010), so that a large burst does not hide a small one.
//!
//! So the false-alarm rate is of the whole stream: of a hundred steady streams, at most so many show any burst at all.

use crate::evaluate::metrics::at_least;

/// The most bursts that are told.
const MOST: usize = 50;

/// How to look for bursts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scan {
    /// The chance that a steady stream shows any burst, at most.
    pub false_alarm: f64,
    /// The longest burst looked for, in stretches; `None` for a quarter of the stream.
    pub longest: Option<usize>,
    /// Compare each window with so many stretches on either side of it instead of with the whole stream: for streams
    /// that have their days and nights.
    pub around: Option<usize>,
}

impl Default for Scan {
    fn default() -> Self {
        Self { false_alarm: 0.01, longest: None, around: None }
    }
}

/// A burst.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burst {
    /// The first stretch of it.
    pub from: usize,
    /// One past its last stretch.
    pub to: usize,
    /// Its posts.
    pub posts: u64,
    /// How many there would be at the pace of what it is compared with.
    pub expected: f64,
    /// The chance that a steady stream shows the like anywhere, at most.
    pub chance: f64,
}

/// The bursts of consecutive stretches of equal length, in the order of time.
pub fn bursts(counts: &[u64], scan: &Scan) -> Vec<Burst> {
    let longest = scan.longest.unwrap_or(counts.len() / 4).clamp(1, counts.len().max(1));
    let lengths = lengths(longest);
    let windows: f64 = lengths.iter().map(|&length| (counts.len() + 1).saturating_sub(length) as f64).sum();
    let mut stream = Stream::new(counts, scan.around);
    let mut found: Vec<Burst> = Vec::new();
    while found.len() < MOST {
        let Some(best) = stream.least_likely(&lengths) else { break };
        let Compared { posts, all, share, .. } = stream.compared(best.0, best.1);
        let chance = (windows * at_least(posts, all, share)).min(1.0);
        if chance > scan.false_alarm {
            break;
        }
        let (from, to) = stream.refined(best, longest);
        let refined = stream.compared(from, to);
        found.push(Burst { from, to, posts: refined.posts, expected: refined.expected(), chance });
        stream.take_out(from, to);
    }
    found.sort_by_key(|burst| burst.from);
    found
}

/// 1, 2, 3, 4, 6, 8, 12, 16, 24 … and the longest.
fn lengths(longest: usize) -> Vec<usize> {
    let mut lengths = vec![1];
    let mut length = 2;
    while length < longest {
        lengths.push(length);
        // Each power of two, and the half after it.
        length += if length.is_power_of_two() { length / 2 } else { length / 3 };
    }
    if longest > 1 {
        lengths.push(longest);
    }
    lengths
}

/// A stream, without what was taken out.
struct Stream<'a> {
    counts: &'a [u64],
    taken: Vec<bool>,
    /// Posts and stretches before each stretch, without those taken out.
    posts: Vec<u64>,
    stretches: Vec<usize>,
    around: Option<usize>,
}

/// A window and what it is compared with.
struct Compared {
    posts: u64,
    /// Posts of the window and of what it is compared with.
    all: u64,
    /// The window's share of the time.
    share: f64,
}

impl Compared {
    /// The window's posts at the pace of the others.
    fn expected(&self) -> f64 {
        (self.all - self.posts) as f64 * self.share / (1.0 - self.share)
    }

    /// The logarithm of the likelihood ratio: this window has a pace of its own, against one pace for all.
    fn ratio(&self) -> f64 {
        let (all, share) = (self.all as f64, self.share);
        let own = self.posts as f64 / all;
        if self.all == 0 || share >= 1.0 || own <= share {
            return 0.0;
        }
        let rest = if own < 1.0 { (1.0 - own) * ((1.0 - own) / (1.0 - share)).ln() } else { 0.0 };
        all * (own * (own / share).ln() + rest)
    }
}

impl<'a> Stream<'a> {
    fn new(counts: &'a [u64], around: Option<usize>) -> Self {
        let mut stream = Self {
            counts,
            taken: vec![false; counts.len()],
            posts: Vec::new(),
            stretches: Vec::new(),
            around,
        };
        stream.add_up();
        stream
    }

    fn add_up(&mut self) {
        self.posts = vec![0];
        self.stretches = vec![0];
        let (mut posts, mut stretches) = (0, 0);
        for (count, taken) in self.counts.iter().zip(&self.taken) {
            if !taken {
                posts += count;
                stretches += 1;
            }
            self.posts.push(posts);
            self.stretches.push(stretches);
        }
    }

    fn take_out(&mut self, from: usize, to: usize) {
        self.taken[from..to].fill(true);
        self.add_up();
    }

    fn compared(&self, from: usize, to: usize) -> Compared {
        let (first, last) = match self.around {
            Some(around) => (from.saturating_sub(around), (to + around).min(self.counts.len())),
            None => (0, self.counts.len()),
        };
        let stretches = (self.stretches[last] - self.stretches[first]) as f64;
        Compared {
            posts: self.posts[to] - self.posts[from],
            all: self.posts[last] - self.posts[first],
            share: (self.stretches[to] - self.stretches[from]) as f64 / stretches,
        }
    }

    /// Whether nothing of the window was taken out.
    fn is_whole(&self, from: usize, to: usize) -> bool {
        self.stretches[to] - self.stretches[from] == to - from
    }

    /// The window with the greatest likelihood ratio.
    fn least_likely(&self, lengths: &[usize]) -> Option<(usize, usize)> {
        let mut best = None;
        let mut greatest = 0.0;
        for &length in lengths {
            for from in 0..(self.counts.len() + 1).saturating_sub(length) {
                let to = from + length;
                if self.is_whole(from, to) {
                    let ratio = self.compared(from, to).ratio();
                    if ratio > greatest {
                        (best, greatest) = (Some((from, to)), ratio);
                    }
                }
            }
        }
        best
    }

    /// The window with its ends moved, stretch by stretch, as long as that makes it less likely.
    fn refined(&self, window: (usize, usize), longest: usize) -> (usize, usize) {
        let (mut from, mut to) = window;
        let mut greatest = self.compared(from, to).ratio();
        loop {
            let moves = [(from.wrapping_sub(1), to), (from + 1, to), (from, to + 1), (from, to - 1)];
            let better = moves.into_iter().filter(|&(from, to)| {
                from < to && to <= self.counts.len() && to - from <= longest && self.is_whole(from, to)
            });
            let next = better
                .map(|(from, to)| (self.compared(from, to).ratio(), from, to))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            match next {
                Some((ratio, next_from, next_to)) if ratio > greatest => {
                    (greatest, from, to) = (ratio, next_from, next_to);
                }
                _ => return (from, to),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Random;

    /// A Poisson number (Knuth 1969, by products).
    fn poisson(mean: f64, random: &mut Random) -> u64 {
        let end = (-mean).exp();
        let (mut product, mut count) = (random.share(), 0);
        while product > end {
            product *= random.share();
            count += 1;
        }
        count
    }

    fn steady(stretches: usize, mean: f64, random: &mut Random) -> Vec<u64> {
        (0..stretches).map(|_| poisson(mean, random)).collect()
    }

    /// Of 1,000 steady streams, how many show a burst.
    fn alarms(stretches: usize, mean: f64, scan: &Scan) -> usize {
        let mut random = Random::new(17);
        (0..1000).filter(|_| !bursts(&steady(stretches, mean, &mut random), scan).is_empty()).count()
    }

    #[test]
    fn lengths_grow() {
        assert_eq!(lengths(20), [1, 2, 3, 4, 6, 8, 12, 16, 20]);
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(2), [1, 2]);
    }

    #[test]
    fn steady_streams_show_no_more_bursts_than_promised() {
        for (stretches, mean) in [(60, 10.0), (240, 0.5), (120, 3.0)] {
            for false_alarm in [0.05, 0.2] {
                let scan = Scan { false_alarm, ..Scan::default() };
                let found = alarms(stretches, mean, &scan);
                // At most what is promised, and not so few that bursts would be missed for nothing.
                assert!(found as f64 <= 1000.0 * false_alarm, "{found} of 1,000 at {false_alarm}");
                assert!(found as f64 >= 100.0 * false_alarm, "{found} of 1,000 at {false_alarm}");
            }
        }
        let scan = Scan { false_alarm: 0.05, around: Some(30), ..Scan::default() };
        let found = alarms(240, 2.0, &scan);
        assert!((5..=50).contains(&found), "{found} of 1,000 with the surroundings");
    }

    #[test]
    fn a_planted_burst_is_found_where_it_is() {
        let (mut found, mut near) = (0, 0);
        let mut random = Random::new(5);
        for _ in 0..200 {
            let mut counts = steady(240, 5.0, &mut random);
            for count in &mut counts[100..115] {
                *count += poisson(7.0, &mut random);
            }
            let bursts = bursts(&counts, &Scan::default());
            found += usize::from(!bursts.is_empty());
            near += usize::from(
                bursts.len() == 1 && bursts[0].from.abs_diff(100) <= 2 && bursts[0].to.abs_diff(115) <= 2,
            );
        }
        assert!(found >= 198 && near >= 180, "{found} found, {near} where they are, of 200");
    }

    #[test]
    fn a_large_burst_does_not_hide_a_small_one() {
        let mut counts = vec![4; 200];
        counts[50..60].fill(200);
        counts[150..160].fill(12);
        let found = bursts(&counts, &Scan::default());
        let places: Vec<_> = found.iter().map(|burst| (burst.from, burst.to)).collect();
        assert_eq!(places, [(50, 60), (150, 160)]);
        assert_eq!(found[1].posts, 120);
        assert!((found[1].expected - 40.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn days_and_nights_are_no_bursts_beside_their_surroundings() {
        let hours: Vec<u64> = (0..24 * 14).map(|hour| if hour % 24 < 12 { 40 } else { 60 }).collect();
        assert!(!bursts(&hours, &Scan::default()).is_empty(), "against the whole they are");
        let scan = Scan { longest: Some(3), around: Some(24), ..Scan::default() };
        assert_eq!(bursts(&hours, &scan), []);
    }

    #[test]
    fn streams_too_short_to_tell_have_none() {
        for counts in [&[][..], &[7], &[0, 0, 0], &[1, 2]] {
            assert_eq!(bursts(counts, &Scan::default()), [], "{counts:?}");
        }
    }
}
