//! A text as a set of shingles, and how much two sets share.

use crate::post::scattered;

/// Letters of a shingle.
const SHINGLE: usize = 5;

/// The most shingles held of a text: of a longer one the smallest hashes, which are a random part of it, the same
/// part in every copy (Broder's bottom sketch). It is several times what a post may hold.
const MOST: usize = 2_048;

/// Sorted hashes of the shingles of a text made [`plain`](super::plain()); a text of less than five letters is one
/// shingle, an empty one has none.
pub fn shingles(plain: &str) -> Vec<u32> {
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
    hashes.truncate(MOST);
    hashes
}

/// The Jaccard similarity of two sets of shingles, 0–1: what they share of their union. Exact for texts that are held
/// whole; of longer ones it is estimated from the smallest hashes of the union.
pub fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    let cut = a.len() >= MOST || b.len() >= MOST;
    let most = if cut { MOST } else { usize::MAX };
    let (mut i, mut j, mut both, mut union) = (0, 0, 0u32, 0usize);
    while i < a.len() && j < b.len() && union < most {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
        union += 1;
    }
    union = (union + (a.len() - i) + (b.len() - j)).min(most);
    if union == 0 { 0.0 } else { f64::from(both) / union as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_counted() {
        assert!((jaccard(&[1, 2, 3], &[2, 3, 4]) - 0.5).abs() < 1e-12);
        assert!((jaccard(&[1, 2], &[1, 2]) - 1.0).abs() < 1e-12);
        assert!(jaccard(&[1, 2], &[3]).abs() < 1e-12 && jaccard(&[], &[]).abs() < 1e-12);
        assert_eq!(shingles("abcd").len(), 1);
        assert_eq!(shingles("abcdef").len(), 2);
        assert!(shingles("").is_empty());
    }

    #[test]
    fn a_very_long_text_is_compared_by_a_part_of_it() {
        let words =
            |from: u64| (from..from + 6_000).map(|n| format!("{:x}", scattered(n))).collect::<String>();
        let (a, b) = (shingles(&words(0)), shingles(&words(1_500)));
        assert_eq!((a.len(), b.len()), (MOST, MOST));
        // 4,500 words of 7,500 are in both.
        assert!((jaccard(&a, &b) - 0.6).abs() < 0.05, "{}", jaccard(&a, &b));
    }
}
