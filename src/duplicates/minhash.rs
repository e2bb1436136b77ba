//! A post as fingerprints: what the threads do that read.

use jiff::Timestamp;

use super::{plain::plain, shingles::shingles};
use crate::{
    aggregate::Sketch,
    post::{hashed, scattered},
};

/// Which share of the pairs exactly at the limit must be seen.
const SEEN: f64 = 0.995;
/// The most min-hashes of a text.
const MOST_HASHES: usize = 128;
/// The lowest similarity that texts can be compared at: below it they share little more than their language.
pub const LOWEST: f64 = 0.5;
/// The highest one.
pub const HIGHEST: f64 = 0.95;

/// A post, as far as its text's copies are concerned.
#[derive(Debug, Clone, Copy, Default)]
pub struct Item<'a> {
    /// The source's id.
    pub id: &'a str,
    /// The text as it was written.
    pub text: &'a str,
    /// When it was posted, where known.
    pub time: Option<Timestamp>,
    /// Who posted it, where known.
    pub author: Option<&'a str>,
    /// Whether the source says that it repeats another post.
    pub is_repost: bool,
}

/// Makes fingerprints. Any number of threads may share one.
///
/// Min-hashes come in bands: two texts are candidates when all hashes of a band agree. A pair of similarity *s* is seen
/// with the probability 1 − (1 − *s*^rows)^bands. There are as many rows as 128 hashes allow while a pair at the limit
/// is seen in 995 of 1,000 cases: 40 bands of 3 at 0.5, 20 of 4 at 0.7, 18 of 6 at 0.8.
#[derive(Debug, Clone)]
pub struct Fingerprinter {
    similarity: f64,
    bands: usize,
    rows: usize,
    /// Factor and summand of each hash.
    hashes: Vec<(u32, u32)>,
}

/// What is compared of a post.
#[derive(Debug, Clone)]
pub struct Fingerprinted {
    pub(super) id: Box<str>,
    /// At most [`EXAMPLE`] characters.
    pub(super) text: Box<str>,
    pub(super) time: Option<Timestamp>,
    /// The hash of the author.
    pub(super) author: Option<u64>,
    pub(super) is_repost: bool,
    /// The hash of the plain text; `None` where nothing is left of it.
    pub(super) plain: Option<u64>,
    pub(super) shingles: Vec<u32>,
    pub(super) bands: Vec<u64>,
}

/// Characters kept of a text, for the example of a cluster.
pub(super) const EXAMPLE: usize = 500;

impl Fingerprinter {
    /// For texts that share at least so much: [`LOWEST`]–[`HIGHEST`]; what lies outside is moved to the edge.
    pub fn new(similarity: f64) -> Self {
        let similarity = if similarity.is_nan() { LOWEST } else { similarity.clamp(LOWEST, HIGHEST) };
        let bands = |rows: usize| {
            let agree = similarity.powf(rows as f64);
            ((1.0 - SEEN).ln() / (-agree).ln_1p()).ceil()
        };
        let rows = (1..=MOST_HASHES)
            .rev()
            .find(|&rows| bands(rows) * rows as f64 <= MOST_HASHES as f64)
            .unwrap_or(1);
        let bands = bands(rows) as usize;
        let hashes = (0..bands * rows)
            .map(|at| {
                let bits = scattered(at as u64 + 1);
                // An odd factor makes the hash a permutation of the 32-bit numbers.
                (bits as u32 | 1, (bits >> 32) as u32)
            })
            .collect();
        Self { similarity, bands, rows, hashes }
    }

    /// The share of their union from which two texts are the same.
    pub fn similarity(&self) -> f64 {
        self.similarity
    }

    /// How many bands there are, and how many min-hashes each has.
    pub fn bands(&self) -> (usize, usize) {
        (self.bands, self.rows)
    }

    /// The fingerprints of a post.
    pub fn read(&self, post: &Item<'_>) -> Fingerprinted {
        let plain = plain(post.text);
        let shingles = shingles(&plain);
        let bands = self.band_keys(&shingles);
        let text = match post.text.char_indices().nth(EXAMPLE) {
            Some((end, _)) => format!("{}…", &post.text[..end]),
            None => post.text.to_owned(),
        };
        Fingerprinted {
            id: post.id.into(),
            text: text.into_boxed_str(),
            time: post.time,
            author: post.author.map(Sketch::hash),
            is_repost: post.is_repost || is_retweet(post.text),
            plain: (!plain.is_empty()).then(|| hashed(plain.as_bytes())),
            shingles,
            bands,
        }
    }

    /// One number a band; texts with an equal one are candidates.
    pub(super) fn band_keys(&self, shingles: &[u32]) -> Vec<u64> {
        if shingles.is_empty() {
            return Vec::new();
        }
        let mut least = vec![u32::MAX; self.hashes.len()];
        for &shingle in shingles {
            for (least, &(factor, summand)) in least.iter_mut().zip(&self.hashes) {
                *least = (*least).min(shingle.wrapping_mul(factor).wrapping_add(summand));
            }
        }
        least
            .chunks(self.rows)
            .zip(1u64..)
            .map(|(rows, band)| rows.iter().fold(band, |key, &hash| scattered(key ^ u64::from(hash))))
            .collect()
    }
}

/// Whether a text begins as a retweet does: `RT @name`.
pub(super) fn is_retweet(text: &str) -> bool {
    let text = text.trim_start();
    text.get(..2).is_some_and(|rt| rt.eq_ignore_ascii_case("rt"))
        && text.get(2..).is_some_and(|rest| rest.starts_with(' ') && rest.trim_start().starts_with('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_follow_the_similarity() {
        let bands = |similarity| Fingerprinter::new(similarity).bands();
        assert_eq!((bands(0.5), bands(0.7), bands(0.8)), ((40, 3), (20, 4), (18, 6)));
        assert_eq!((bands(0.1), bands(f64::NAN)), ((40, 3), (40, 3)));
        for similarity in [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] {
            let (bands, rows) = bands(similarity);
            let seen = 1.0 - (1.0 - similarity.powf(rows as f64)).powf(bands as f64);
            assert!(seen >= SEEN && bands * rows <= MOST_HASHES, "{similarity}: {bands} × {rows}");
        }
    }

    #[test]
    fn a_retweet_is_told_by_its_beginning() {
        for text in ["RT @a: hello", " rt  @b hello", "RT @\u{200b}"] {
            assert!(is_retweet(text), "{text}");
        }
        for text in ["RT hello @a", "art @a", "R", "", "RT", "ظRT @a", "RT@a"] {
            assert!(!is_retweet(text), "{text}");
        }
    }

    #[test]
    fn a_long_text_is_kept_in_part() {
        let long = "ظ".repeat(2 * EXAMPLE);
        let read = Fingerprinter::new(0.7).read(&Item { text: &long, ..Item::default() });
        assert_eq!(read.text.chars().count(), EXAMPLE + 1);
    }
}
