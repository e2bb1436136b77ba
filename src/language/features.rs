//! What a table looks at: the n-grams of one to five letters of each word, with the gaps around it, the
//! word, and each pair of words. Each is a hash of 32 bits.
//!
//! The same arithmetic as `models/train/language/features.py`.

const LETTER: u32 = 0x9E37_79B1;
const CHAIN: u32 = 0x85EB_CA6B;
const WORD: u32 = 0xC2B2_AE35;
const PAIR: u32 = 0x27D4_EB2F;
/// The gap before and after a word, as a letter.
const GAP: u32 = 32u32.wrapping_mul(LETTER);
/// A shorter word is one of its n-grams.
const SHORTEST_WORD: u32 = 4;
/// Most features that end at one place: five n-grams at a letter; four, the word and the pair at a gap.
pub(super) const MOST_AT_ONCE: usize = 6;

/// The letters before the place at hand, as far as features reach back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trail {
    /// The last four letters, hashed; the gap before the word among them.
    last: [u32; 4],
    /// Letters of the word so far.
    length: u32,
    word: u32,
    /// The word before, if there was one.
    previous: Option<u32>,
    /// The last two letters, so that a third of the same can be left out.
    repeated: [u32; 2],
}

impl Default for Trail {
    fn default() -> Self {
        Self { last: [GAP; 4], length: 0, word: 0, previous: None, repeated: [0; 2] }
    }
}

/// Where features go: called with a hash and whether it counts.
pub(super) trait Sink {
    /// Takes a feature if `counts`; without a branch, where that is possible.
    fn take(&mut self, hash: u32, counts: bool);
}

/// The hash of a whole word in lower-case ASCII.
pub(super) const fn word_hash(word: &[u8]) -> u32 {
    let (mut hash, mut at) = (0u32, 0);
    while at < word.len() {
        hash = hash.wrapping_mul(WORD).wrapping_add((word[at] as u32).wrapping_mul(LETTER));
        at += 1;
    }
    hash
}

#[inline]
fn chain(hash: u32, letter: u32) -> u32 {
    (hash.rotate_left(5) ^ letter).wrapping_mul(CHAIN)
}

#[inline]
fn finish(hash: u32) -> u32 {
    (hash ^ hash >> 15).wrapping_mul(WORD)
}

impl Trail {
    /// Goes on by one folded letter; the features that end there go to `sink`.
    #[inline]
    pub(super) fn letter(&mut self, folded: u32, sink: &mut impl Sink) {
        if self.repeated == [folded; 2] {
            return;
        }
        self.repeated = [self.repeated[1], folded];
        let letter = folded.wrapping_mul(LETTER);
        self.length += 1;
        self.word = self.word.wrapping_mul(WORD).wrapping_add(letter);
        sink.take(letter, true);
        self.n_grams(letter, self.length + 1, sink);
    }

    /// The features that end with the word go to `sink`.
    #[inline]
    pub(super) fn end(&mut self, sink: &mut impl Sink) {
        if self.length > 0 {
            self.n_grams(GAP, self.length + 2, sink);
            sink.take(finish(self.word), self.length >= SHORTEST_WORD);
        }
    }

    /// The pair of the word before and the ended word goes to `sink`; the next word can begin.
    #[inline]
    pub(super) fn pair(&mut self, sink: &mut impl Sink) {
        if self.length > 0 {
            if let Some(previous) = self.previous {
                sink.take(finish((previous.rotate_left(5) ^ self.word).wrapping_mul(PAIR)), true);
            }
            *self = Self { previous: Some(self.word), ..Self::default() };
        }
    }

    /// The word at hand was none.
    pub(super) fn forget(&mut self) {
        *self = Self { previous: self.previous, ..Self::default() };
    }

    /// The hash of the word at hand; see [`word_hash`].
    pub(super) fn word(&self) -> u32 {
        self.word
    }

    /// The n-grams of two to five letters that end with `letter`; a word reaches back `longest` letters.
    #[inline]
    fn n_grams(&mut self, letter: u32, longest: u32, sink: &mut impl Sink) {
        let [a, b, c, d] = self.last;
        let two = chain(letter, a);
        let three = chain(two, b);
        let four = chain(three, c);
        let five = chain(four, d);
        sink.take(two, true);
        sink.take(three, longest >= 3);
        sink.take(four, longest >= 4);
        sink.take(five, longest >= 5);
        self.last = [letter, a, b, c];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Sink for Vec<u32> {
        fn take(&mut self, hash: u32, counts: bool) {
            if counts {
                self.push(hash);
            }
        }
    }

    fn features(words: &[&str]) -> Vec<u32> {
        let mut found = Vec::new();
        let mut trail = Trail::default();
        for word in words {
            for c in word.chars() {
                trail.letter(c as u32, &mut found);
            }
            trail.end(&mut found);
            trail.pair(&mut found);
        }
        found
    }

    #[test]
    fn as_many_as_counted_by_hand() {
        // "_a_": a; _a, a_; _a_.
        assert_eq!(features(&["a"]).len(), 4);
        // "_abcd_": 4 letters, 5 of two, 4 of three, 3 of four, 2 of five, the word.
        assert_eq!(features(&["abcd"]).len(), 19);
        // The same again, and the pair.
        assert_eq!(features(&["abcd", "abcd"]).len(), 39);
        assert_eq!(features(&["abcd", "abcd"])[..19], features(&["abcd"])[..]);
    }

    #[test]
    fn a_stretched_letter_is_there_twice() {
        assert_eq!(features(&["soooooo"]), features(&["soo"]));
        assert_ne!(features(&["soo"]), features(&["so"]));
    }

    #[test]
    fn words_are_known_by_their_hash() {
        let mut trail = Trail::default();
        "https".chars().for_each(|c| trail.letter(c as u32, &mut Vec::new()));
        assert_eq!(trail.word(), word_hash(b"https"));
        assert_ne!(trail.word(), word_hash(b"http"));
    }

    #[test]
    fn an_empty_word_is_nothing() {
        assert!(features(&["", "", ""]).is_empty());
        assert_eq!(features(&["ab", "", "cd"]), features(&["ab", "cd"]));
    }
}
