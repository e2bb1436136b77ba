//! Texts that can be found by what they share with another one.

use super::{groups::Groups, minhash::Fingerprinted, shingles::jaccard};

/// No text.
const NONE: u32 = u32::MAX;

/// Texts of a bucket that a new one is compared with in full, beginning with the latest.
const COMPARED: usize = 6;
/// Texts of a bucket that are looked at; those of a group that the new one belongs to already are passed over.
const LOOKED_AT: usize = 64;

/// The texts seen so far, by their bands.
#[derive(Debug)]
pub(super) struct Index {
    similarity: f64,
    /// All texts' shingles one after the other, and where each text's begin.
    shingles: Vec<u32>,
    starts: Vec<usize>,
    bands: Vec<Band>,
    /// For each text and band, the text before it in the same bucket.
    before: Vec<u32>,
}

/// The latest text of each bucket of one band: a table with open addresses.
#[derive(Debug, Default)]
struct Band {
    /// The lower half of the bucket's key, and the text; [`NONE`] is a free place.
    slots: Vec<(u32, u32)>,
    used: usize,
}

impl Index {
    pub(super) fn new(similarity: f64, bands: usize) -> Self {
        let bands = (0..bands).map(|_| Band::default()).collect();
        Self { similarity, shingles: Vec::new(), starts: vec![0], bands, before: Vec::new() }
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn shingles(&self, text: u32) -> &[u32] {
        let at = text as usize;
        &self.shingles[self.starts[at]..self.starts[at + 1]]
    }

    /// Adds a text and joins it with those that are like it; `joined` hears of every two groups that became one, first
    /// the root that stays. Gives the text's number.
    pub(super) fn add(
        &mut self,
        post: &Fingerprinted,
        groups: &mut Groups,
        joined: &mut dyn FnMut(u32, u32),
    ) -> u32 {
        let text = self.put(&post.shingles, &post.bands, groups);
        let width = self.bands.len();
        for band in 0..width {
            let mut other = self.before[text as usize * width + band];
            let mut compared = 0;
            for _ in 0..LOOKED_AT {
                if other == NONE || compared == COMPARED {
                    break;
                }
                if groups.root(other) != groups.root(text) {
                    compared += 1;
                    if self.near(text, other)
                        && let Some((stays, goes)) = groups.join(text, other)
                    {
                        joined(stays, goes);
                    }
                }
                other = self.before[other as usize * width + band];
            }
        }
        text
    }

    fn near(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.shingles(a), self.shingles(b));
        // Sets of such different sizes cannot share enough.
        let (small, large) = (a.len().min(b.len()), a.len().max(b.len()));
        small as f64 >= self.similarity * large as f64 && jaccard(a, b) >= self.similarity
    }

    /// Puts a text into its buckets.
    fn put(&mut self, shingles: &[u32], keys: &[u64], groups: &mut Groups) -> u32 {
        let text = self.len() as u32;
        groups.push();
        self.shingles.extend_from_slice(shingles);
        self.starts.push(self.shingles.len());
        for at in 0..self.bands.len() {
            // A text without shingles has no keys and is in no bucket.
            let before = keys.get(at).map_or(NONE, |&key| self.bands[at].put(key, text));
            self.before.push(before);
        }
        text
    }

    /// Forgets texts; `keep` says which stay. Gives each text's new number, if it stays. `keys` makes a text's band
    /// keys again from its shingles.
    pub(super) fn retain(&mut self, keep: &[bool], keys: impl Fn(&[u32]) -> Vec<u64>) -> Vec<Option<u32>> {
        let mut number = Vec::with_capacity(keep.len());
        let (mut texts, mut end) = (0u32, 0);
        for (at, &stays) in keep.iter().enumerate() {
            number.push(stays.then_some(texts));
            if !stays {
                continue;
            }
            let from = self.starts[at]..self.starts[at + 1];
            let length = from.len();
            self.shingles.copy_within(from, end);
            self.starts[texts as usize] = end;
            end += length;
            texts += 1;
            self.starts[texts as usize] = end;
        }
        self.shingles.truncate(end);
        self.starts.truncate(texts as usize + 1);
        self.before.clear();
        self.bands.iter_mut().for_each(Band::clear);
        for text in 0..texts {
            let keys = keys(self.shingles(text));
            for at in 0..self.bands.len() {
                let before = keys.get(at).map_or(NONE, |&key| self.bands[at].put(key, text));
                self.before.push(before);
            }
        }
        number
    }
}

impl Band {
    /// Makes `text` the latest one of its bucket; gives the one that was, or [`NONE`].
    fn put(&mut self, key: u64, text: u32) -> u32 {
        if self.used * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let part = key as u32;
        let place = self.place(part);
        let before = std::mem::replace(&mut self.slots[place], (part, text)).1;
        self.used += usize::from(before == NONE);
        before
    }

    /// The bucket's place, or the free one where it belongs. Two keys with the same lower half share a bucket: their
    /// texts are compared like others and found to differ.
    fn place(&self, part: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = part as usize & mask;
        while self.slots[at].1 != NONE && self.slots[at].0 != part {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let larger = vec![(0, NONE); (self.slots.len() * 2).max(64)];
        for (part, text) in std::mem::replace(&mut self.slots, larger) {
            if text != NONE {
                let place = self.place(part);
                self.slots[place] = (part, text);
            }
        }
    }

    fn clear(&mut self) {
        self.slots.fill((0, NONE));
        self.used = 0;
    }
}
