//! Matches one pattern at one place.

use std::ops::Range;

use super::{
    pattern::{Element, Pattern},
    slot::Slot,
};
use crate::{
    codebook::Codebook,
    lexicon::{Symbol, Words},
    targets::TargetHit,
};

/// Words from its beginning over which a match remembers what failed: more than gaps can span.
const REMEMBERED: usize = 512;

/// So many words are compared each with each; more are looked up.
const FEW: usize = 8;

/// A pattern found on some words.
#[derive(Debug, Clone, Default)]
pub struct Match {
    /// From its first to its last word.
    pub words: Range<usize>,
    /// The words that the pattern asked for by name, in order.
    pub literal: Vec<usize>,
    /// For each slot met, its number in the pattern as written and the indices of the target hits in it.
    pub slots: Vec<(usize, Range<usize>)>,
}

/// Matches patterns on a post, one place at a time.
///
/// A match stays within a sentence. Of several alternatives the longest row of words is taken, and of a gap
/// the shortest.
pub struct Search<'a> {
    codebook: &'a Codebook,
    words: &'a Words,
    targets: &'a [TargetHit],
    /// Whether each target hit stands beside the one before it ("Facebook and Twitter").
    joined: &'a [bool],
    start: usize,
    /// What the last match found.
    pub matched: Match,
    /// A bit for each (element, word) that was tried and failed, so that gaps and optional elements
    /// cannot make matching exponential.
    failed: Vec<u64>,
}

impl<'a> Search<'a> {
    pub fn new(
        codebook: &'a Codebook,
        words: &'a Words,
        targets: &'a [TargetHit],
        joined: &'a [bool],
    ) -> Self {
        let (matched, failed) = (Match::default(), Vec::new());
        Self { codebook, words, targets, joined, start: 0, matched, failed }
    }

    /// Matches a pattern whose first element begins exactly at `start`; gives one past the last word, and
    /// leaves what it found in `matched`.
    pub fn at(&mut self, pattern: &Pattern, start: usize) -> Option<usize> {
        self.start = start;
        if !self.can_begin(pattern) {
            return None;
        }
        self.matched.literal.clear();
        self.matched.slots.clear();
        if pattern.branches > 1 {
            self.failed.clear();
            self.failed.resize(pattern.elements.len() * REMEMBERED / 64, 0);
        }
        let end = self.from(pattern, 0, start)?;
        self.matched.words = start..end;
        (end > start).then_some(end)
    }

    /// Whether the first element matches at the start: at most places it does not, and that is soon told.
    fn can_begin(&self, pattern: &Pattern) -> bool {
        match pattern.elements.first() {
            Some(Element::Words { rows, singles, optional: false }) => {
                self.single_fits(singles, self.start) || rows.iter().any(|row| self.row_fits(row, self.start))
            }
            Some(Element::Class { class, optional: false }) => {
                self.words.words.get(self.start).is_some_and(|word| class.admits(word.class))
            }
            Some(Element::Slot { optional: false, .. }) => self.hits_at(self.start).is_some(),
            _ => true,
        }
    }

    /// Matches the elements from `element` on, at the word `at`; gives one past the last word.
    fn from(&mut self, pattern: &Pattern, element: usize, at: usize) -> Option<usize> {
        let Some(current) = pattern.elements.get(element) else { return Some(at) };
        if pattern.branches > 1 && !self.is_fresh(element, at) {
            return None;
        }
        let inside = at < self.words.words.len() && self.words.same_sentence(at, self.start);
        let optional = match current {
            Element::Gap { most, guards } => {
                for next in at..=at + most {
                    if next > at && (!self.holds(next - 1) || self.is_guarded(guards, next - 1)) {
                        break;
                    }
                    if let Some(end) = self.from(pattern, element + 1, next) {
                        return Some(end);
                    }
                }
                return None;
            }
            Element::Words { rows, singles, optional } => {
                for row in rows.iter().filter(|_| inside) {
                    if self.row_fits(row, at)
                        && let Some(end) = self.literally(pattern, element, at..at + row.len())
                    {
                        return Some(end);
                    }
                }
                if inside
                    && self.single_fits(singles, at)
                    && let Some(end) = self.literally(pattern, element, at..at + 1)
                {
                    return Some(end);
                }
                *optional
            }
            Element::Class { class, optional } => {
                if inside
                    && class.admits(self.words.words[at].class)
                    && let Some(end) = self.literally(pattern, element, at..at + 1)
                {
                    return Some(end);
                }
                *optional
            }
            Element::Hashtag { symbol, optional } => {
                if inside
                    && let Some((end, symbols)) = self.words.hashtag_at(at)
                    && symbols.contains(symbol)
                    && let Some(end) = self.literally(pattern, element, at..end)
                {
                    return Some(end);
                }
                *optional
            }
            Element::Slot { class, optional, number } => {
                if inside && let Some((hits, end)) = self.hits_at(at) {
                    let codebook = self.codebook;
                    if self.targets[hits.clone()].iter().any(|hit| class.admits(hit.target, codebook)) {
                        self.matched.slots.push((*number, hits));
                        if let Some(end) = self.from(pattern, element + 1, end) {
                            return Some(end);
                        }
                        self.matched.slots.pop();
                    }
                }
                if !optional {
                    return None;
                }
                return self.from(pattern, element + 1, at);
            }
        };
        if optional { self.from(pattern, element + 1, at) } else { None }
    }

    /// Takes words that the pattern asked for, and goes on with the next element.
    fn literally(&mut self, pattern: &Pattern, element: usize, words: Range<usize>) -> Option<usize> {
        let before = self.matched.literal.len();
        let end = words.end;
        self.matched.literal.extend(words);
        let found = self.from(pattern, element + 1, end);
        if found.is_none() {
            self.matched.literal.truncate(before);
        }
        found
    }

    /// Whether a word is there, in the sentence of the match.
    fn holds(&self, word: usize) -> bool {
        word < self.words.words.len() && self.words.same_sentence(word, self.start)
    }

    /// Whether a target that one of the slots would take begins at a word: the nearest one is meant. One that
    /// stands beside the target before it shares what is said and is in nobody's way.
    fn is_guarded(&self, guards: &[Slot], word: usize) -> bool {
        !guards.is_empty()
            && self.hits_at(word).is_some_and(|(hits, _)| {
                let joined = self.joined.get(hits.start).copied().unwrap_or(false);
                let mut hits = self.targets[hits].iter();
                !joined && hits.any(|hit| guards.iter().any(|slot| slot.admits(hit.target, self.codebook)))
            })
    }

    fn single_fits(&self, singles: &[Symbol], at: usize) -> bool {
        if singles.is_empty() || at >= self.words.words.len() {
            return false;
        }
        let own = self.words.symbols(at);
        if singles.len() <= FEW {
            return singles.iter().any(|symbol| own.contains(symbol));
        }
        own.iter().any(|symbol| singles.binary_search(symbol).is_ok())
    }

    fn row_fits(&self, row: &[Symbol], at: usize) -> bool {
        row.iter().enumerate().all(|(offset, symbol)| {
            self.holds(at + offset) && self.words.symbols(at + offset).contains(symbol)
        })
    }

    /// The target hits that begin at a word, and one past their last word. Hits on the same words
    /// stand together, others do not overlap.
    fn hits_at(&self, at: usize) -> Option<(Range<usize>, usize)> {
        let first = self.targets.partition_point(|hit| hit.words.start < at);
        let end = self.targets.get(first).filter(|hit| hit.words.start == at)?.words.end;
        let many = self.targets[first..].iter().take_while(|hit| hit.words.start == at).count();
        Some((first..first + many, end))
    }

    /// Whether the element was not tried at the word before; marks it.
    fn is_fresh(&mut self, element: usize, at: usize) -> bool {
        let offset = at - self.start;
        if offset >= REMEMBERED {
            return true;
        }
        let bit = element * REMEMBERED + offset;
        let Some(bits) = self.failed.get_mut(bit / 64) else { return true };
        let mark = 1 << (bit % 64);
        let fresh = *bits & mark == 0;
        *bits |= mark;
        fresh
    }
}
