//! Which texts are copies of each other, but for a few words.
//!
//! Two texts are near duplicates when their sets of five-letter shingles share at least half of their union (Jaccard);
//! links, mentions, `rt`, case, punctuation and spaces do not count. Candidates are found by min-hashing (Broder 1997)
//! in bands of three, so that a pair at the limit is seen in 99 of 100 cases and a closer one always; every candidate
//! is then compared in full. Clusters are the connected groups. The same texts give the same clusters.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// Letters of a shingle.
const SHINGLE: usize = 5;
/// Share of the union from which two texts are near duplicates.
const SIMILAR: f64 = 0.5;
/// Bands of min-hashes.
const BANDS: usize = 40;
/// Min-hashes of a band.
const ROWS: usize = 3;
/// Texts of a bucket that each of its texts is compared with.
const COMPARED: usize = 6;

/// What two copies share: the letters and digits, lower-cased.
pub fn plain(text: &str) -> String {
    let text: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let counts = |word: &&str| {
        !(word.starts_with("http://")
            || word.starts_with("https://")
            || word.starts_with("www.")
            || *word == "rt")
    };
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace().filter(counts) {
        let mut mention = false;
        for c in word.chars() {
            mention = if c == '@' { true } else { mention && (c.is_alphanumeric() || c == '_') };
            if !mention && c.is_alphanumeric() {
                out.push(c);
            }
        }
    }
    out
}

/// A fingerprint of [`plain`]: equal texts have equal ones; two different texts by chance in one of 4 billion cases.
pub fn fingerprint(text: &str) -> u32 {
    let plain = plain(text);
    scattered(
        plain.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }),
    ) as u32
}

/// The cluster of each text: clusters are numbered from 0 in the order of their first text.
pub fn clusters<T: AsRef<str>>(texts: &[T]) -> Vec<u32> {
    let mut first: HashMap<String, usize> = HashMap::with_capacity(texts.len());
    let mut distinct: Vec<Vec<u32>> = Vec::new();
    // A text without letters is like no other.
    let of_text: Vec<usize> = texts
        .iter()
        .map(|text| {
            let plain = plain(text.as_ref());
            let next = distinct.len();
            let known = if plain.is_empty() { next } else { *first.entry(plain.clone()).or_insert(next) };
            if known == next {
                distinct.push(shingles(&plain));
            }
            known
        })
        .collect();
    let mut groups = Groups::new(distinct.len());
    join_near(&distinct, &mut groups);
    let mut number: HashMap<usize, u32> = HashMap::new();
    of_text
        .into_iter()
        .map(|text| {
            let next = number.len() as u32;
            *number.entry(groups.root(text)).or_insert(next)
        })
        .collect()
}

/// Sorted hashes of a text's shingles.
fn shingles(plain: &str) -> Vec<u32> {
    let letters: Vec<char> = plain.chars().collect();
    let hash = |window: &[char]| {
        window
            .iter()
            .fold(0u64, |hash, &c| scattered(hash.wrapping_mul(31).wrapping_add(u64::from(u32::from(c)))))
            as u32
    };
    let mut hashes: Vec<u32> = if letters.is_empty() {
        Vec::new()
    } else if letters.len() < SHINGLE {
        vec![hash(&letters)]
    } else {
        letters.windows(SHINGLE).map(hash).collect()
    };
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn join_near(texts: &[Vec<u32>], groups: &mut Groups) {
    let mut buckets: Vec<(u64, u32)> = Vec::with_capacity(texts.len());
    for band in 0..BANDS {
        buckets.clear();
        for (index, shingles) in texts.iter().enumerate().filter(|(_, shingles)| !shingles.is_empty()) {
            let mut key = 0u64;
            for row in 0..ROWS {
                let seed = scattered((band * ROWS + row) as u64 + 1);
                let least =
                    shingles.iter().map(|&s| (u64::from(s) ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
                key = scattered(key ^ least.min().unwrap_or(0));
            }
            buckets.push((key, index as u32));
        }
        buckets.sort_unstable();
        for bucket in buckets.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
            for (at, &(_, text)) in bucket.iter().enumerate() {
                for &(_, other) in bucket[..at].iter().rev().take(COMPARED) {
                    let (text, other) = (text as usize, other as usize);
                    if groups.root(text) != groups.root(other) && near(&texts[text], &texts[other]) {
                        groups.join(text, other);
                    }
                }
            }
        }
    }
}

/// Whether two sorted sets share at least half of their union.
fn near(a: &[u32], b: &[u32]) -> bool {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    f64::from(both) >= SIMILAR * (a.len() + b.len()) as f64 - SIMILAR * f64::from(both)
}

/// Union–find.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// Scatters the bits of a number (SplitMix64's last step).
pub(crate) fn scattered(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_mentions_case_and_punctuation_do_not_make_a_text_new() {
        assert_eq!(plain("RT @a_b: Shame on Facebook!! https://t.co/x"), "shameonfacebook");
        assert_eq!(fingerprint("Shame on Facebook"), fingerprint("shame, on FACEBOOK @x"));
        assert_ne!(fingerprint("Shame on Facebook"), fingerprint("Shame on Twitter"));
    }

    #[test]
    fn copies_share_a_cluster_and_others_do_not() {
        let texts = [
            "The minister said that the bridge will be opened on Monday morning",
            "The weather in the north is cold and it will snow tomorrow",
            "the minister said the bridge will be opened on monday morning!! http://x.y",
            "",
            "",
            "The minister said that the bridge will be opened on Monday evening",
        ];
        assert_eq!(clusters(&texts), [0, 1, 0, 2, 3, 0]);
    }

    #[test]
    fn close_pairs_are_found_among_many() {
        // 300 different texts, each with a copy that lacks its last words.
        let word = |n: u64| format!("{:x}", scattered(n) % 100_000);
        let text = |n: u64, words: u64| (0..words).map(|w| word(n * 100 + w)).collect::<Vec<_>>().join(" ");
        let texts: Vec<String> = (0..300).flat_map(|n| [text(n, 20), text(n, 16)]).collect();
        let found = clusters(&texts);
        let split = found.chunks(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(split, 0, "copies told apart");
        assert_eq!(found.iter().max(), Some(&299));
    }
}
