//! Posts with sets of labels: what is computed post by post.

use super::ratio;

/// Sums over posts; the measures are their means.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SetCounts {
    /// Posts.
    pub posts: f64,
    /// Posts whose set is exactly right.
    pub exact: f64,
    /// Sum of 2 |gold ∩ given| / (|gold| + |given|).
    pub f1: f64,
    /// Sum of |gold ∩ given| / |gold ∪ given|.
    pub jaccard: f64,
    /// Wrong decisions, divided by the labels decided on.
    pub hamming: f64,
}

impl SetCounts {
    /// Counts a post by how many of its labels are in both, only in the gold, only given, of so many decided on.
    ///
    /// Nothing against nothing gives `empty`: scikit-learn's `zero_division`, by default 0.
    pub fn count(&mut self, both: usize, only_gold: usize, only_given: usize, labels: usize, empty: f64) {
        let (wrong, both) = ((only_gold + only_given) as f64, both as f64);
        self.posts += 1.0;
        self.exact += f64::from(wrong == 0.0);
        if both + wrong == 0.0 {
            self.f1 += empty;
            self.jaccard += empty;
        } else {
            self.f1 += 2.0 * both / (2.0 * both + wrong);
            self.jaccard += both / (both + wrong);
        }
        self.hamming += ratio(wrong, labels as f64);
    }

    /// Share of posts whose whole set is right (subset accuracy).
    pub fn exact(&self) -> f64 {
        self.exact / self.posts
    }

    /// Mean F1 of the posts' sets ("samples" average).
    pub fn f1(&self) -> f64 {
        self.f1 / self.posts
    }

    /// Mean Jaccard index of the posts' sets.
    pub fn jaccard(&self) -> f64 {
        self.jaccard / self.posts
    }

    /// Share of wrong decisions.
    pub fn hamming(&self) -> f64 {
        self.hamming / self.posts
    }
}
