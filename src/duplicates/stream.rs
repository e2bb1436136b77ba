//! Copies in a stream of posts, in bounded memory.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    copies::{Cluster, Copies, Example, Forgotten, Originality},
    groups::Groups,
    index::Index,
    minhash::{Fingerprinted, Fingerprinter},
};
use crate::aggregate::Sketch;

/// How copies are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The share of their union from which two texts are the same; see [`Fingerprinter::new`].
    pub similarity: f64,
    /// The most different texts held, about 1 KiB each. When there are more, half of them are forgotten: the texts of
    /// the clusters with the fewest posts, of those the ones not seen for longest.
    pub remember: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { similarity: 0.7, remember: 1_000_000 }
    }
}

/// Finds copies among the posts that it is given, in their order.
#[derive(Debug)]
pub struct Duplicates {
    fingerprinter: Fingerprinter,
    remember: usize,
    index: Index,
    groups: Groups,
    /// The text of each plain text's hash.
    exact: HashMap<u64, u32>,
    /// For each text, what is known of the group whose root it is.
    clusters: Vec<Option<Gathered>>,
    counts: Copies,
}

/// What is known of a group.
#[derive(Debug, Clone)]
struct Gathered {
    /// Without those that have no second post yet.
    cluster: Cluster,
    /// Whether its example is no repost.
    has_original: bool,
    /// The number of the example among all posts, and of the last post.
    example_at: u64,
    last_at: u64,
}

impl Duplicates {
    /// Nothing seen yet.
    pub fn new(settings: Settings) -> Self {
        let fingerprinter = Fingerprinter::new(settings.similarity);
        let similarity = fingerprinter.similarity();
        Self {
            index: Index::new(similarity, fingerprinter.bands().0),
            fingerprinter,
            remember: settings.remember.clamp(2, u32::MAX as usize - 1),
            groups: Groups::default(),
            exact: HashMap::new(),
            clusters: Vec::new(),
            counts: Copies {
                similarity,
                posts: 0,
                originals: 0,
                reposts: 0,
                exact: 0,
                near: 0,
                no_text: 0,
                authors_known: false,
                forgotten: Forgotten::default(),
                suppressed: None,
                clusters: Vec::new(),
            },
        }
    }

    /// What makes the fingerprints that [`add`](Duplicates::add) takes; other threads may have their own copy.
    pub fn fingerprinter(&self) -> &Fingerprinter {
        &self.fingerprinter
    }

    /// Different texts held now.
    pub fn remembered(&self) -> usize {
        self.index.len()
    }

    /// The next post. Tells what it is among those before it.
    pub fn add(&mut self, post: Fingerprinted) -> Originality {
        let at = self.counts.posts;
        self.counts.posts += 1;
        self.counts.authors_known |= post.author.is_some();
        let told = match post.plain {
            Some(plain) => self.place(post, plain, at),
            None if post.is_repost => Originality::Repost,
            None => Originality::NoText,
        };
        *match told {
            Originality::Original => &mut self.counts.originals,
            Originality::Repost => &mut self.counts.reposts,
            Originality::Exact => &mut self.counts.exact,
            Originality::Near => &mut self.counts.near,
            Originality::NoText => &mut self.counts.no_text,
        } += 1;
        told
    }

    /// Finds the post's cluster, or begins one.
    fn place(&mut self, post: Fingerprinted, plain: u64, at: u64) -> Originality {
        let is_repost = post.is_repost;
        let known = self.exact.get(&plain).map(|&text| self.groups.root(text));
        let (root, copy) = if let Some(root) = known {
            (root, Originality::Exact)
        } else {
            if self.index.len() >= self.remember {
                self.forget();
            }
            let clusters = &mut self.clusters;
            let text = self.index.add(&post, &mut self.groups, &mut |stays, goes| {
                // The new text has nothing gathered yet, so that two groups that had something are rare.
                let gone = clusters.get_mut(goes as usize).and_then(Option::take);
                match (clusters.get_mut(stays as usize).and_then(Option::as_mut), gone) {
                    (Some(stays), Some(gone)) => stays.merge(gone),
                    (_, gone) => debug_assert!(gone.is_none(), "a root is older than what joins it"),
                }
            });
            self.exact.insert(plain, text);
            self.clusters.push(None);
            (self.groups.root(text), Originality::Near)
        };
        let fresh = known.is_none();
        match self.clusters.get_mut(root as usize) {
            Some(Some(gathered)) => {
                let first_original = !gathered.has_original;
                gathered.add(post, at, fresh);
                match (is_repost, first_original) {
                    (true, _) => Originality::Repost,
                    (false, true) => Originality::Original,
                    (false, false) => copy,
                }
            }
            Some(nothing) => {
                *nothing = Some(Gathered::of(post, at));
                if is_repost { Originality::Repost } else { Originality::Original }
            }
            None => Originality::NoText,
        }
    }

    /// Forgets half of the texts.
    fn forget(&mut self) {
        let texts = self.index.len();
        let roots: Vec<u32> = (0..texts as u32).map(|text| self.groups.root(text)).collect();
        let mut order: Vec<(u64, u64, u32)> = (self.clusters.iter().zip(0u32..))
            .filter_map(|(gathered, root)| {
                gathered.as_ref().map(|gathered| (gathered.cluster.posts, gathered.last_at, root))
            })
            .collect();
        order.sort_unstable();
        let mut keep = vec![true; texts];
        let mut left = texts;
        for (posts, _, root) in order {
            if left <= self.remember / 2 {
                break;
            }
            let Some(gathered) = self.clusters[root as usize].take() else { continue };
            keep[root as usize] = false;
            left -= gathered.cluster.texts as usize;
            self.counts.forgotten.texts += gathered.cluster.texts;
            if posts > 1 {
                self.counts.forgotten.clusters += 1;
                self.counts.forgotten.posts += posts;
            }
        }
        for (text, &root) in roots.iter().enumerate() {
            keep[text] = keep[root as usize];
        }
        let fingerprinter = &self.fingerprinter;
        let number = self.index.retain(&keep, |shingles| fingerprinter.band_keys(shingles));
        self.groups.retain(&number);
        self.exact.retain(|_, text| match number.get(*text as usize) {
            Some(Some(stays)) => {
                *text = *stays;
                true
            }
            _ => false,
        });
        let mut stays = keep.iter();
        self.clusters.retain(|_| stays.next().copied().unwrap_or(false));
    }

    /// The shares and the clusters of two posts or more.
    pub fn finish(self) -> Copies {
        let mut clusters: Vec<Gathered> =
            self.clusters.into_iter().flatten().filter(|gathered| gathered.cluster.posts > 1).collect();
        clusters.sort_by_key(|gathered| (std::cmp::Reverse(gathered.cluster.posts), gathered.example_at));
        Copies { clusters: clusters.into_iter().map(|gathered| gathered.cluster).collect(), ..self.counts }
    }
}

impl Gathered {
    /// A group of one post.
    fn of(post: Fingerprinted, at: u64) -> Self {
        let mut accounts = Sketch::default();
        post.author.iter().for_each(|&author| accounts.insert(author));
        Self {
            cluster: Cluster {
                posts: 1,
                reposts: u64::from(post.is_repost),
                texts: 1,
                accounts,
                first: post.time,
                last: post.time,
                example: Example { id: Some(post.id), text: Some(post.text), time: post.time },
            },
            has_original: !post.is_repost,
            example_at: at,
            last_at: at,
        }
    }

    /// One post more.
    fn add(&mut self, post: Fingerprinted, at: u64, new_text: bool) {
        let cluster = &mut self.cluster;
        cluster.posts += 1;
        cluster.reposts += u64::from(post.is_repost);
        cluster.texts += u64::from(new_text);
        post.author.iter().for_each(|&author| cluster.accounts.insert(author));
        span(cluster, post.time, post.time);
        if !self.has_original && !post.is_repost {
            self.has_original = true;
            self.example_at = at;
            cluster.example = Example { id: Some(post.id), text: Some(post.text), time: post.time };
        }
        self.last_at = at;
    }

    /// Another group's posts.
    fn merge(&mut self, other: Self) {
        let theirs = other.cluster;
        let cluster = &mut self.cluster;
        cluster.posts += theirs.posts;
        cluster.reposts += theirs.reposts;
        cluster.texts += theirs.texts;
        cluster.accounts.merge(&theirs.accounts);
        span(cluster, theirs.first, theirs.last);
        let better = (!other.has_original, other.example_at) < (!self.has_original, self.example_at);
        if better {
            cluster.example = theirs.example;
            self.example_at = other.example_at;
        }
        self.has_original |= other.has_original;
        self.last_at = self.last_at.max(other.last_at);
    }
}

fn span(cluster: &mut Cluster, first: Option<Timestamp>, last: Option<Timestamp>) {
    cluster.first = cluster.first.into_iter().chain(first).min();
    cluster.last = cluster.last.into_iter().chain(last).max();
}
