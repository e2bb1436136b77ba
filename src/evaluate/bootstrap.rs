//! How far a figure would move if other posts of the same kind had been labelled.
//!
//! Whole clusters of near duplicates are drawn with replacement (Efron 1979; clusters: Field and Welsh 2007), so that
//! copies do not pass for evidence. Every draw is one pass over small integers: which row of decisions, which score on
//! the grid, which slices a post has. The seed and the number of the draw decide it, not the thread.

use rayon::prelude::*;

use crate::post::scattered;

/// The posts of every cluster, in one array.
#[derive(Debug, Clone)]
pub struct Clusters {
    /// Posts, cluster after cluster.
    posts: Vec<u32>,
    /// Where each cluster begins; one more at the end.
    starts: Vec<u32>,
}

impl Clusters {
    /// Groups posts by their cluster's number (0, 1, …).
    pub fn new(of_post: &[u32]) -> Self {
        let count = of_post.iter().max().map_or(0, |last| *last as usize + 1);
        let mut starts = vec![0u32; count + 1];
        for &cluster in of_post {
            starts[cluster as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut posts = vec![0u32; of_post.len()];
        for (post, &cluster) in of_post.iter().enumerate() {
            let at = &mut next[cluster as usize];
            posts[*at as usize] = post as u32;
            *at += 1;
        }
        Self { posts, starts }
    }

    /// How many clusters.
    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Calls `visit` with every post and how often a draw has it, for posts that it has.
    fn draw(&self, seed: u64, times: &mut Vec<u16>, mut visit: impl FnMut(usize, u32)) {
        let count = self.count();
        times.clear();
        times.resize(count, 0);
        let mut state = scattered(seed);
        for _ in 0..count {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let at = ((u128::from(scattered(state)) * count as u128) >> 64) as usize;
            times[at] = times[at].saturating_add(1);
        }
        for (cluster, &times) in times.iter().enumerate().filter(|(_, times)| **times > 0) {
            let posts = self.starts[cluster] as usize..self.starts[cluster + 1] as usize;
            for &post in &self.posts[posts] {
                visit(post as usize, u32::from(times));
            }
        }
    }
}

/// Draws `rounds` times. `new` makes an empty sum, `add` adds a post so many times, `close` makes figures of the sum.
///
/// Gives the figures of each draw, in order.
pub fn draws<S: Send>(
    clusters: &Clusters,
    rounds: usize,
    seed: u64,
    new: impl Fn() -> S + Sync,
    add: impl Fn(&mut S, usize, u32) + Sync,
    close: impl Fn(&mut S) -> Vec<f64> + Sync,
) -> Vec<Vec<f64>> {
    (0..rounds as u64)
        .into_par_iter()
        .map_init(
            || (new(), Vec::new()),
            |(sum, times), round| {
                clusters.draw(seed ^ scattered(round + 1), times, |post, times| add(sum, post, times));
                close(sum)
            },
        )
        .collect()
}

/// Figures by place: the middle 95 % of each over all draws, without the draws in which it has no value.
pub fn middle(draws: &[Vec<f64>]) -> Vec<(f64, f64)> {
    let figures = draws.first().map_or(0, Vec::len);
    (0..figures)
        .into_par_iter()
        .map(|figure| {
            let mut values: Vec<f64> =
                draws.iter().map(|draw| draw[figure]).filter(|value| !value.is_nan()).collect();
            values.sort_by(f64::total_cmp);
            (super::metrics::quantile(&values, 0.025), super::metrics::quantile(&values, 0.975))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of values, redrawn.
    fn means(values: &[f64], clusters: &[u32], rounds: usize) -> Vec<Vec<f64>> {
        draws(
            &Clusters::new(clusters),
            rounds,
            7,
            || (0.0, 0.0),
            |sum, post, times| {
                sum.0 += values[post] * f64::from(times);
                sum.1 += f64::from(times);
            },
            |sum| {
                let mean = sum.0 / sum.1;
                *sum = (0.0, 0.0);
                vec![mean]
            },
        )
    }

    fn width(values: &[f64], clusters: &[u32]) -> f64 {
        let (low, high) = middle(&means(values, clusters, 2000))[0];
        high - low
    }

    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_theory_says() {
        let values: Vec<f64> = (0..400).map(|at| f64::from(at % 2)).collect();
        let own: Vec<u32> = (0..400).collect();
        // ± 1.96 · √(¼ / 400)
        assert!((width(&values, &own) - 0.098).abs() < 0.008, "{}", width(&values, &own));
    }

    #[test]
    fn copies_do_not_make_it_surer() {
        let values: Vec<f64> = (0..400).map(|at| f64::from((at / 4) % 2)).collect();
        let own: Vec<u32> = (0..400).collect();
        let fours: Vec<u32> = (0..400).map(|at| at / 4).collect();
        let ratio = width(&values, &fours) / width(&values, &own);
        assert!((ratio - 2.0).abs() < 0.2, "four copies of each: twice as wide, not {ratio}");
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let values: Vec<f64> = (0..50).map(f64::from).collect();
        let own: Vec<u32> = (0..50).collect();
        assert_eq!(means(&values, &own, 20), means(&values, &own, 20));
        let all = means(&values, &own, 20);
        assert!(all.windows(2).any(|pair| pair[0] != pair[1]));
    }
}
