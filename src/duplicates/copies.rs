//! The result: which part of the posts repeats others, and what is repeated.

use jiff::Timestamp;
use serde::Serialize;

use crate::{aggregate::Sketch, privacy::Pseudonyms};

/// What a post is among those read before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Originality {
    /// No post before it has a text like it, but for reposts.
    Original,
    /// Its source says that it repeats another one, or it begins with `RT @name`.
    Repost,
    /// An earlier post has the same text, links, mentions, case, punctuation and spaces aside.
    Exact,
    /// An earlier post has nearly the same text.
    Near,
    /// It has no text but links and mentions: an original that cannot be compared.
    NoText,
}

/// The copies among the posts read.
#[derive(Debug, Clone, PartialEq)]
pub struct Copies {
    /// The share of their union from which two texts are the same, 0–1.
    pub similarity: f64,
    /// Posts read.
    pub posts: u64,
    /// Posts that are [`Originality::Original`].
    pub originals: u64,
    /// Posts that are [`Originality::Repost`].
    pub reposts: u64,
    /// Posts that are [`Originality::Exact`].
    pub exact: u64,
    /// Posts that are [`Originality::Near`].
    pub near: u64,
    /// Posts that are [`Originality::NoText`].
    pub no_text: u64,
    /// Whether any post told its author: else accounts are unknown.
    pub authors_known: bool,
    /// What was forgotten to keep the memory bounded.
    pub forgotten: Forgotten,
    /// The least accounts (posts, where accounts are unknown) that a cluster must have to be shown, and how many clusters
    /// were left out for having fewer; see [`Copies::suppress`].
    pub suppressed: Option<(u64, u64)>,
    /// The clusters of two posts or more: most posts first, then the earliest read.
    pub clusters: Vec<Cluster>,
}

/// What no longer could be compared with: texts seen least and longest ago.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// Different texts.
    pub texts: u64,
    /// Clusters of two posts or more; they are missing among [`Copies::clusters`].
    pub clusters: u64,
    /// Posts of those clusters.
    pub posts: u64,
}

/// Posts with the same text.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// How many posts.
    pub posts: u64,
    /// How many of them are reposts.
    pub reposts: u64,
    /// How many different texts they have.
    pub texts: u64,
    /// Their accounts, as far as they are known; reposting accounts among them.
    pub accounts: Sketch,
    /// The first moment, where a post tells its time.
    pub first: Option<Timestamp>,
    /// The last moment.
    pub last: Option<Timestamp>,
    /// One of the posts: the first that was read and is no repost, or the first.
    pub example: Example,
}

/// A post that stands for its cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its id, unless it was left out.
    pub id: Option<Box<str>>,
    /// Its text, at most 500 characters of it, unless it was left out.
    pub text: Option<Box<str>>,
    /// When it was posted.
    pub time: Option<Timestamp>,
}

impl Copies {
    /// Posts that copy another one without being marked as reposts: exact and near copies.
    pub fn copies(&self) -> u64 {
        self.exact + self.near
    }

    /// Leaves out the clusters of fewer than `k` accounts, or of fewer posts where no post of all tells its author, and
    /// the ids of the examples, which lead to one account.
    ///
    /// The shares stay: they are sums over all posts, and no list of clusters adds up to them, as posts without a copy
    /// are in no cluster.
    pub fn suppress(&mut self, k: u64) {
        let before = self.clusters.len();
        let known = self.authors_known;
        self.clusters
            .retain(|cluster| if known { cluster.accounts.count() >= k } else { cluster.posts >= k });
        self.suppressed = Some((k, (before - self.clusters.len()) as u64));
        self.clusters.iter_mut().for_each(|cluster| cluster.example.id = None);
    }

    /// Leaves out the examples' texts.
    pub fn leave_out_texts(&mut self) {
        self.clusters.iter_mut().for_each(|cluster| cluster.example.text = None);
    }

    /// Replaces the mentions in the examples' texts, and the examples' ids.
    pub fn pseudonymize(&mut self, pseudonyms: &Pseudonyms) {
        for example in self.clusters.iter_mut().map(|cluster| &mut cluster.example) {
            example.id = example.id.as_deref().map(|id| pseudonyms.of(id).into_boxed_str());
            example.text = example.text.as_deref().map(|text| pseudonyms.text(text).into_boxed_str());
        }
    }
}

impl Cluster {
    /// Seconds from its first to its last post, where both are known.
    pub fn span_seconds(&self) -> Option<i64> {
        Some(self.last?.as_second() - self.first?.as_second())
    }
}
