//! One automaton over the words of all names of all targets.

use std::collections::HashMap;

use super::TargetHit;
use crate::{
    codebook::Codebook,
    lexicon::{LexiconBuilder, Symbol, Words},
    normalize::{Normalized, Normalizer},
};

/// What a row of words names.
#[derive(Debug, Clone)]
struct Name {
    /// The target; none for a phrase that only looks like one.
    target: Option<usize>,
    /// The words exactly as they must be written, for names matched with their case.
    cased: Option<Box<str>>,
}

#[derive(Debug, Default)]
struct Node {
    next: HashMap<Symbol, usize>,
    names: Vec<Name>,
}

/// Finds targets in posts.
#[derive(Debug)]
pub struct Finder {
    nodes: Vec<Node>,
    hashtags: HashMap<Symbol, Vec<usize>>,
}

impl Finder {
    /// Reads all names of a codebook's targets.
    pub fn new(codebook: &Codebook, normalizer: &Normalizer, lexicon: &mut LexiconBuilder) -> Self {
        let mut finder = Self { nodes: vec![Node::default()], hashtags: HashMap::new() };
        for (index, target) in codebook.targets.iter().enumerate() {
            let mut add = |name: &str, target, cased: bool| {
                let cased = cased.then(|| name.split_whitespace().collect::<Vec<_>>().join(" ").into_boxed_str());
                finder.add(normalizer, lexicon, name, Name { target, cased });
            };
            for name in &target.names {
                add(name, Some(index), false);
            }
            for name in &target.cased {
                add(name, Some(index), true);
            }
            for handle in &target.handles {
                add(&format!("@{}", handle.trim_start_matches('@')), Some(index), false);
            }
            for code in &target.flags {
                add(&flag(code), Some(index), false);
            }
            for phrase in &target.not {
                add(phrase, None, false);
            }
            for hashtag in &target.hashtags {
                let folded = normalizer.fold(&format!("#{}", hashtag.trim_start_matches('#')));
                finder.hashtags.entry(lexicon.exact(&folded)).or_default().push(index);
            }
        }
        finder
    }

    fn add(&mut self, normalizer: &Normalizer, lexicon: &mut LexiconBuilder, name: &str, entry: Name) {
        let (name, open) = match name.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (name, false),
        };
        let folded = normalizer.fold(name);
        let words: Vec<&str> = folded.split(' ').filter(|word| is_word(word)).collect();
        let mut at = 0;
        for (index, word) in words.iter().enumerate() {
            let last = index + 1 == words.len();
            let symbol = if last && open { lexicon.prefix(word) } else { lexicon.exact(word) };
            let fresh = self.nodes.len();
            at = *self.nodes[at].next.entry(symbol).or_insert(fresh);
            if at == fresh {
                self.nodes.push(Node::default());
            }
        }
        if at != 0 {
            self.nodes[at].names.push(entry);
        }
    }

    /// Finds the targets of a post, from left to right. `original` is the text as it was written.
    pub fn find(&self, words: &Words, post: &Normalized, original: &str) -> Vec<TargetHit> {
        let mut hits = Vec::new();
        let mut at = 0;
        while at < words.words.len() {
            if let Some(end) = self.whole_hashtag(words, post, at, &mut hits) {
                at = end;
                continue;
            }
            match self.longest(words, post, original, at) {
                Some((end, names)) => {
                    let range = words.original(at..end, post);
                    let before = hits.len();
                    for name in names {
                        let Some(target) = name.target else { continue };
                        if self.fits(name, words, post, original, at, end)
                            && hits[before..].iter().all(|hit: &TargetHit| hit.target != target)
                        {
                            hits.push(TargetHit { target, words: at..end, range: range.clone() });
                        }
                    }
                    at = end;
                }
                None => at += 1,
            }
        }
        hits
    }

    fn whole_hashtag(&self, words: &Words, post: &Normalized, at: usize, hits: &mut Vec<TargetHit>) -> Option<usize> {
        let (end, symbols) = words.hashtag_at(at)?;
        let targets = symbols.iter().find_map(|symbol| self.hashtags.get(symbol))?;
        let range = words.original(at..end, post);
        hits.extend(targets.iter().map(|&target| TargetHit { target, words: at..end, range: range.clone() }));
        Some(end)
    }

    /// The longest row of words from `start` that is a name: one past its last word, and the names.
    fn longest(&self, words: &Words, post: &Normalized, original: &str, start: usize) -> Option<(usize, &[Name])> {
        let mut best: Option<(usize, &[Name])> = None;
        // Whole words and beginnings branch; names are short, so the stack stays tiny.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let step = |node: usize, at: usize, open: &mut Vec<(usize, usize)>| {
            for symbol in words.symbols(at) {
                open.extend(self.nodes[node].next.get(symbol).map(|&next| (next, at + 1)));
            }
        };
        step(0, start, &mut open);
        while let Some((node, end)) = open.pop() {
            let names = &self.nodes[node].names;
            if best.is_none_or(|(longest, _)| end > longest)
                && names.iter().any(|name| self.fits(name, words, post, original, start, end))
            {
                best = Some((end, names));
            }
            if words.words.get(end).is_some_and(|word| word.joined) {
                step(node, end, &mut open);
            }
        }
        best
    }

    /// Whether the case is right, where the name asks for it.
    #[allow(clippy::unused_self)]
    fn fits(&self, name: &Name, words: &Words, post: &Normalized, original: &str, start: usize, end: usize) -> bool {
        let Some(cased) = &name.cased else { return true };
        let range = words.original(start..end, post);
        let length = (range.end - range.start) as usize;
        original.chars().skip(range.start as usize).take(length).eq(cased.chars())
    }
}

/// Whether a folded token takes part in matching: letters, digits, handles, emoji, but no punctuation.
fn is_word(token: &str) -> bool {
    token.chars().any(|c| c.is_alphanumeric() || !c.is_ascii())
}

/// The flag emoji of a country code: two regional indicators.
fn flag(code: &str) -> String {
    code.bytes()
        .filter(u8::is_ascii_alphabetic)
        .filter_map(|letter| char::from_u32(0x1F1E6 + u32::from(letter.to_ascii_uppercase() - b'A')))
        .collect()
}
