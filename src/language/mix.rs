//! The shares of Hindi–Urdu and English in words in Latin letters.
//!
//! Each word has the log odds of its own letters. A word is also known by its company: its neighbours' odds and
//! the whole post's count in part. The share is the mean of the words' probabilities.

/// How much a word's own odds, each of its two neighbours', and the whole post's count.
/// Learnt by `models/train/language/words.py`.
const OWN: f32 = 1.483;
const NEIGHBOURS: f32 = 0.192;
const POST: f32 = 0.425;
/// Of fewer words than this, added up from doubts, there is none.
const LEAST: f32 = 0.5;
/// No word is surer than this.
const CAP: f32 = 6.0;
/// No whole post is surer than 1 − this: one that is Hindi–Urdu for sure still holds English words.
const DOUBT: f32 = 0.02;

/// The share of Hindi–Urdu, 0–1, from each word's log odds and the probability of the whole post.
pub(super) fn share(words: &[f32], post: f32) -> f32 {
    if words.is_empty() {
        return post;
    }
    let post = post.clamp(DOUBT, 1.0 - DOUBT);
    let whole = (post / (1.0 - post)).ln();
    let odds =
        |at: Option<usize>| at.and_then(|at| words.get(at)).map_or(0.0, |odds: &f32| odds.clamp(-CAP, CAP));
    let sum: f32 = (0..words.len())
        .map(|at| {
            let neighbours = odds(at.checked_sub(1)) + odds(Some(at + 1));
            let all = OWN * odds(Some(at)) + NEIGHBOURS * neighbours + POST * whole;
            1.0 / (1.0 + (-all).exp())
        })
        .sum();
    let count = words.len() as f32;
    match sum {
        few if few < LEAST => 0.0,
        most if count - most < LEAST => 1.0,
        some => some / count,
    }
}
