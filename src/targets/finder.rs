//! One automaton over the words of all names of all targets.

use std::{collections::BTreeMap, ops::Range};

use super::{
    TargetHit,
    condition::{Condition, Conditions},
};
use crate::{
    codebook::{Case, Codebook, CodebookError, Place, Target},
    lexicon::{LexiconBuilder, Symbol, Words},
    normalize::{Normalized, Normalizer},
    post::Language,
};

/// What a row of words names.
#[derive(Debug, Clone)]
struct Name {
    /// The target; none for a phrase that only looks like one.
    target: Option<usize>,
    /// The words exactly as they must be written, for names matched with their case.
    cased: Option<Box<str>>,
    /// What else must hold.
    condition: Option<Condition>,
}

/// A place in the automaton: the words read so far.
#[derive(Debug)]
struct Node {
    /// Where the next word leads, sorted by symbol; a range of [`Finder::edges`].
    edges: Range<u32>,
    /// What the words so far name; a range of [`Finder::names`].
    names: Range<u32>,
}

const NOWHERE: u32 = u32::MAX;

/// Finds targets in posts.
#[derive(Debug)]
pub struct Finder {
    /// Where the first word of a name leads, by symbol: asked for every word of every post.
    first: Vec<u32>,
    nodes: Vec<Node>,
    edges: Vec<(Symbol, u32)>,
    names: Vec<Name>,
    /// Whole hashtags and their targets, sorted.
    hashtags: Vec<(Symbol, usize)>,
    conditions: Conditions,
}

impl Finder {
    /// Reads all names of a codebook's targets.
    ///
    /// # Errors
    /// [`CodebookError::Meaning`] for a name that no post can hold, at its target's or its condition's place.
    pub fn new(
        codebook: &Codebook,
        normalizer: &Normalizer,
        lexicon: &mut LexiconBuilder,
    ) -> Result<Self, CodebookError> {
        let mut open = OpenFinder {
            nodes: vec![OpenNode::default()],
            hashtags: Vec::new(),
            conditions: Conditions::default(),
        };
        for (index, target) in codebook.targets.iter().enumerate() {
            open.add_target(index, target, normalizer, lexicon).map_err(|(place, message)| {
                CodebookError::Meaning { place, message: format!("target `{}`: {message}", target.id) }
            })?;
        }
        Ok(open.close())
    }

    /// Finds the targets of a post, from left to right; hits on the same words stand together, others
    /// do not overlap. `original` is the text as it was written, `language` what it is written in.
    pub fn find(
        &self,
        words: &Words,
        post: &Normalized,
        original: &str,
        language: &Language,
    ) -> Vec<TargetHit> {
        let mut search = Search {
            finder: self,
            words,
            post,
            language,
            cut: Cut { text: original, point: 0, byte: 0 },
            open: Vec::new(),
        };
        let mut hits = Vec::new();
        let mut at = 0;
        while at < words.words.len() {
            if let Some(end) = self.whole_hashtag(words, post, at, &mut hits) {
                at = end;
            } else if words.symbols(at).is_empty() {
                at += 1;
            } else if let Some((end, names)) = search.longest(at) {
                let before = hits.len();
                let range = words.original(at..end, post);
                for name in names {
                    if let Some(target) = name.target
                        && hits[before..].iter().all(|hit: &TargetHit| hit.target != target)
                        && search.fits(name, at..end)
                    {
                        hits.push(TargetHit { target, words: at..end, range: range.clone() });
                    }
                }
                // A phrase that is no name hides the names in it, but none that goes on beyond it.
                let hides = hits.len() == before;
                at = if hides {
                    (at + 1..end).find(|&next| search.reaches_beyond(next, end)).unwrap_or(end)
                } else {
                    end
                };
            } else {
                at += 1;
            }
        }
        hits
    }

    fn whole_hashtag(
        &self,
        words: &Words,
        post: &Normalized,
        at: usize,
        hits: &mut Vec<TargetHit>,
    ) -> Option<usize> {
        let (end, symbols) = words.hashtag_at(at)?;
        let symbol = symbols.last()?;
        let from = self.hashtags.partition_point(|(listed, _)| listed < symbol);
        let mut listed = self.hashtags[from..].iter().take_while(|(listed, _)| listed == symbol).peekable();
        listed.peek()?;
        let range = words.original(at..end, post);
        hits.extend(listed.map(|&(_, target)| TargetHit { target, words: at..end, range: range.clone() }));
        Some(end)
    }

    fn names(&self, node: u32) -> &[Name] {
        let Range { start, end } = self.nodes[node as usize].names;
        &self.names[start as usize..end as usize]
    }

    fn next(&self, node: u32, symbol: Symbol) -> Option<u32> {
        let Range { start, end } = self.nodes[node as usize].edges;
        let edges = &self.edges[start as usize..end as usize];
        edges.binary_search_by_key(&symbol, |(label, _)| *label).ok().map(|at| edges[at].1)
    }
}

/// One walk over a post.
struct Search<'a> {
    finder: &'a Finder,
    words: &'a Words,
    post: &'a Normalized,
    language: &'a Language,
    cut: Cut<'a>,
    /// Nodes reached and not yet left, each with the next word.
    open: Vec<(u32, usize)>,
}

impl<'a> Search<'a> {
    /// The longest row of words from `start` that is a name: one past its last word, and the names.
    /// Of two that are as long, the one whose words are matched whole, not by their beginning.
    fn longest(&mut self, start: usize) -> Option<(usize, &'a [Name])> {
        let finder = self.finder;
        let mut best: Option<(usize, &[Name])> = None;
        // What is pushed last is looked at first: symbols of beginnings come first, whole words last.
        for symbol in self.words.symbols(start) {
            match finder.first.get(symbol.0 as usize) {
                Some(&node) if node != NOWHERE => self.open.push((node, start + 1)),
                _ => {}
            }
        }
        while let Some((node, end)) = self.open.pop() {
            let names = finder.names(node);
            if best.is_none_or(|(longest, _)| end > longest)
                && names.iter().any(|name| self.fits(name, start..end))
            {
                best = Some((end, names));
            }
            if self.words.words.get(end).is_some_and(|word| word.joined) {
                let next = self.words.symbols(end).iter().filter_map(|&symbol| finder.next(node, symbol));
                self.open.extend(next.map(|node| (node, end + 1)));
            }
        }
        best
    }

    fn reaches_beyond(&mut self, start: usize, end: usize) -> bool {
        self.longest(start).is_some_and(|(reached, _)| reached > end)
    }

    /// Whether the case and the surroundings are right, where the name asks for them.
    fn fits(&mut self, name: &Name, row: Range<usize>) -> bool {
        let Self { finder, words, post, language, cut, .. } = self;
        if let Some(cased) = &name.cased
            && cut.get(words.original(row.clone(), post)).is_none_or(|written| written != &**cased)
        {
            return false;
        }
        let Some(condition) = name.condition else { return true };
        let written = || cut.get(words.original(row.clone(), post)).unwrap_or_default();
        finder.conditions.hold(condition, words, &row, language, written)
    }
}

/// Cuts ranges of code points out of a text; quick where they come from left to right.
struct Cut<'a> {
    text: &'a str,
    point: u32,
    byte: usize,
}

impl<'a> Cut<'a> {
    fn get(&mut self, range: Range<u32>) -> Option<&'a str> {
        if range.start < self.point {
            (self.point, self.byte) = (0, 0);
        }
        let skipped = (range.start - self.point) as usize;
        let rest = &self.text.get(self.byte..)?;
        self.byte += rest.char_indices().nth(skipped)?.0;
        self.point = range.start;
        let rest = &self.text[self.byte..];
        let length = (range.end - range.start) as usize;
        let end = rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
        Some(&rest[..end])
    }
}

#[derive(Debug, Default)]
struct OpenNode {
    next: BTreeMap<Symbol, usize>,
    names: Vec<Name>,
}

/// A finder that is being built.
struct OpenFinder {
    nodes: Vec<OpenNode>,
    hashtags: Vec<(Symbol, usize)>,
    conditions: Conditions,
}

impl OpenFinder {
    fn add_target(
        &mut self,
        index: usize,
        target: &Target,
        normalizer: &Normalizer,
        lexicon: &mut LexiconBuilder,
    ) -> Result<(), (Place, String)> {
        let here = |message: String| (target.place.clone(), message);
        let mut add = |name: &str, entry: Name| self.add(normalizer, lexicon, name, entry);
        let plain = || Name { target: Some(index), cased: None, condition: None };
        for name in &target.names {
            add(name, plain()).map_err(here)?;
        }
        for name in &target.cased {
            add(name.trim_end_matches('*'), Name { cased: Some(as_written(name)), ..plain() })
                .map_err(here)?;
        }
        for handle in &target.handles {
            add(&format!("@{}", handle.trim_start_matches('@')), plain()).map_err(here)?;
        }
        for code in &target.flags {
            add(&flag(code).map_err(here)?, plain()).map_err(here)?;
        }
        for phrase in &target.not {
            add(phrase, Name { target: None, ..plain() }).map_err(here)?;
        }
        for hashtag in &target.hashtags {
            let folded = normalizer.fold(&format!("#{}", hashtag.trim_start_matches('#')));
            if !folded.starts_with('#') || folded.contains(' ') {
                return Err(here(format!("`{hashtag}` is no hashtag: write it without spaces and signs")));
            }
            self.hashtags.push((lexicon.exact(&folded), index));
        }
        for when in &target.when {
            let there = |message: String| (when.place.clone(), message);
            let condition = self.conditions.add(when, normalizer, lexicon).map_err(there)?;
            for name in &when.names {
                let cased = (when.case == Some(Case::Exact)).then(|| as_written(name));
                let name_of = Name { cased, condition: Some(condition), ..plain() };
                self.add(normalizer, lexicon, name, name_of).map_err(there)?;
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        normalizer: &Normalizer,
        lexicon: &mut LexiconBuilder,
        name: &str,
        entry: Name,
    ) -> Result<(), String> {
        let (stem, open) = match name.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (name, false),
        };
        let folded = normalizer.fold(stem);
        let words: Vec<&str> = folded.split(' ').filter(|word| is_word(word)).collect();
        let Some((last, before)) = words.split_last() else {
            return Err(format!("the name `{name}` holds no letter, digit or emoji: take it out"));
        };
        let mut at = 0;
        for word in before {
            at = self.step(at, lexicon.exact(word));
        }
        at = self.step(at, if open { lexicon.prefix(last) } else { lexicon.exact(last) });
        self.nodes[at].names.push(entry);
        Ok(())
    }

    fn step(&mut self, at: usize, symbol: Symbol) -> usize {
        let fresh = self.nodes.len();
        let next = *self.nodes[at].next.entry(symbol).or_insert(fresh);
        if next == fresh {
            self.nodes.push(OpenNode::default());
        }
        next
    }

    fn close(self) -> Finder {
        let mut hashtags = self.hashtags;
        hashtags.sort_unstable();
        hashtags.dedup();
        let mut finder = Finder {
            first: Vec::new(),
            nodes: Vec::with_capacity(self.nodes.len()),
            edges: Vec::new(),
            names: Vec::new(),
            hashtags,
            conditions: self.conditions,
        };
        for (&symbol, &node) in &self.nodes[0].next {
            let at = symbol.0 as usize;
            finder.first.resize(finder.first.len().max(at + 1), NOWHERE);
            finder.first[at] = node as u32;
        }
        for node in self.nodes {
            let (first_edge, first_name) = (finder.edges.len() as u32, finder.names.len() as u32);
            finder.edges.extend(node.next.into_iter().map(|(symbol, next)| (symbol, next as u32)));
            finder.names.extend(node.names);
            let (edges, names) =
                (first_edge..finder.edges.len() as u32, first_name..finder.names.len() as u32);
            finder.nodes.push(Node { edges, names });
        }
        finder
    }
}

/// A name as it must be written. Signs around it are no part of what is found, so they cannot be asked for.
fn as_written(name: &str) -> Box<str> {
    let written = name.trim_matches(|c: char| !c.is_alphanumeric());
    written.split_whitespace().collect::<Vec<_>>().join(" ").into_boxed_str()
}

/// Whether a folded token takes part in matching: letters, digits, handles, emoji, but no punctuation.
fn is_word(token: &str) -> bool {
    token.chars().any(|c| c.is_alphanumeric() || !c.is_ascii())
}

/// The flag emoji of a country code: two regional indicators.
fn flag(code: &str) -> Result<String, String> {
    let letters = code.bytes().map(|letter| letter.to_ascii_uppercase());
    if code.len() != 2 || !letters.clone().all(|letter| letter.is_ascii_uppercase()) {
        return Err(format!("the flag `{code}` must be a two-letter country code such as PK"));
    }
    Ok(letters.filter_map(|letter| char::from_u32(0x1F1E6 + u32::from(letter - b'A'))).collect())
}
