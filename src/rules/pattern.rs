//! The language of patterns: what is written in the codebook becomes a row of elements.

use crate::{
    codebook::{Codebook, Kind, Side},
    lexicon::{LexiconBuilder, Symbol},
    normalize::Normalizer,
};

/// Words that a gap spans when no number is given.
const GAP: usize = 4;

/// Largest gap that can be asked for.
const MAX_GAP: usize = 20;

/// Most elements of a pattern.
const MAX_ELEMENTS: usize = 24;

/// One element of a pattern.
#[derive(Debug, Clone)]
pub enum Element {
    /// One of several rows of words.
    Words {
        /// Each a row of one or more words.
        alternatives: Vec<Vec<Symbol>>,
        /// Whether it may be missing.
        optional: bool,
    },
    /// A whole hashtag.
    Hashtag(Symbol),
    /// Up to so many words of anything, in one sentence.
    Gap(usize),
    /// A found target.
    Slot {
        /// Which targets fit.
        class: Slot,
        /// Whether it may be missing.
        optional: bool,
    },
}

/// Which targets fit a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// Any.
    Any,
    /// Of a kind.
    Kind(Kind),
    /// On a side.
    Side(Side),
    /// One.
    Target(usize),
}

impl Slot {
    /// Reads a slot's word, such as `platform` or `=facebook`.
    pub fn parse(word: &str, codebook: &Codebook) -> Result<Self, String> {
        Ok(match word {
            "target" => Slot::Any,
            "home" => Slot::Side(Side::Home),
            "other" => Slot::Side(Side::Other),
            "platform" => Slot::Kind(Kind::Platform),
            "country" => Slot::Kind(Kind::Country),
            "institution" => Slot::Kind(Kind::Institution),
            "person" => Slot::Kind(Kind::Person),
            _ => {
                let Some(id) = word.strip_prefix('=') else {
                    return Err(format!(
                        "`{{{word}}}` is no slot: use {{target}}, {{home}}, {{other}}, {{platform}}, {{country}}, \
                         {{institution}}, {{person}} or {{=target-id}}"
                    ));
                };
                // A target of `country = "home"` is not there without a home: nothing fits then.
                let position = codebook.targets.iter().position(|target| *target.id == *id);
                match position {
                    Some(index) => Slot::Target(index),
                    None if codebook.home == crate::codebook::Home::None => Slot::Target(usize::MAX),
                    None => return Err(format!("there is no target `{id}`: `{{={id}}}` needs its id")),
                }
            }
        })
    }

    /// Whether a target fits.
    pub fn admits(&self, target: usize, codebook: &Codebook) -> bool {
        match self {
            Slot::Any => true,
            Slot::Kind(kind) => codebook.targets[target].kind == *kind,
            Slot::Side(side) => codebook.targets[target].side == *side,
            Slot::Target(one) => *one == target,
        }
    }
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// In order.
    pub elements: Vec<Element>,
    /// Symbols one of which is in every post that matches.
    pub anchors: Vec<Symbol>,
    /// How many slots it has.
    pub slots: usize,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to write instead.
    pub fn parse(
        text: &str,
        codebook: &Codebook,
        normalizer: &Normalizer,
        lexicon: &mut LexiconBuilder,
    ) -> Result<Self, String> {
        let mut elements = Vec::new();
        // The best anchor so far: the longest shortest alternative, since long words are rare.
        let mut anchor: Option<(usize, Vec<Symbol>)> = None;
        let mut offer = |length: usize, symbols: Vec<Symbol>| {
            if anchor.as_ref().is_none_or(|(best, _)| length > *best) {
                anchor = Some((length, symbols));
            }
        };
        for piece in pieces(text)? {
            let (body, optional) = match piece.strip_suffix('?') {
                Some(body) if !body.is_empty() => (body, true),
                _ => (piece, false),
            };
            if let Some(rest) = piece.strip_prefix("..") {
                elements.push(Element::Gap(gap(rest)?));
            } else if let Some(slot) = body.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                elements.push(Element::Slot { class: Slot::parse(slot, codebook)?, optional });
            } else if body.starts_with('#') && body.len() > 1 {
                let symbol = lexicon.exact(&normalizer.fold(body));
                offer(body.len(), vec![symbol]);
                elements.push(Element::Hashtag(symbol));
            } else {
                let group = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(body);
                let mut alternatives = Vec::new();
                let mut shortest = usize::MAX;
                for alternative in group.split('|') {
                    let row = row(alternative, normalizer, lexicon)?;
                    shortest = shortest.min(alternative.trim().len());
                    alternatives.push(row);
                }
                if !optional {
                    offer(shortest, alternatives.iter().map(|row| row[0]).collect());
                }
                elements.push(Element::Words { alternatives, optional });
            }
        }
        if elements.len() > MAX_ELEMENTS {
            return Err(format!("the pattern has {} elements; {MAX_ELEMENTS} are the most", elements.len()));
        }
        if matches!(elements.first(), Some(Element::Gap(_))) || matches!(elements.last(), Some(Element::Gap(_))) {
            return Err("a pattern cannot begin or end with a gap: take the `..` out".to_owned());
        }
        let Some((_, anchors)) = anchor else {
            return Err("a pattern needs at least one word or hashtag that is not optional".to_owned());
        };
        let slots = elements.iter().filter(|element| matches!(element, Element::Slot { .. })).count();
        Ok(Self { elements, anchors, slots })
    }
}

fn gap(number: &str) -> Result<usize, String> {
    if number.is_empty() {
        return Ok(GAP);
    }
    match number.parse() {
        Ok(words @ 1..=MAX_GAP) => Ok(words),
        _ => Err(format!("`..{number}` is no gap: write `..` or `..1` to `..{MAX_GAP}`")),
    }
}

/// Splits at white space outside of groups.
fn pieces(text: &str) -> Result<Vec<&str>, String> {
    let mut pieces = Vec::new();
    let (mut start, mut depth) = (None, 0usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or("there is a `)` without its `(`")?,
            _ => {}
        }
        if depth > 1 {
            return Err("a group `(…)` cannot stand inside another".to_owned());
        }
        if c.is_whitespace() && depth == 0 {
            pieces.extend(start.take().map(|start: usize| &text[start..at]));
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if depth > 0 {
        return Err("there is a `(` without its `)`".to_owned());
    }
    pieces.extend(start.map(|start| &text[start..]));
    if pieces.is_empty() {
        return Err("the pattern is empty".to_owned());
    }
    Ok(pieces)
}

/// One or more words, each perhaps ending in `*`.
fn row(text: &str, normalizer: &Normalizer, lexicon: &mut LexiconBuilder) -> Result<Vec<Symbol>, String> {
    let mut symbols = Vec::new();
    for word in text.split_whitespace() {
        let (stem, open) = match word.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (word, false),
        };
        let folded = normalizer.fold(stem);
        let parts: Vec<&str> =
            folded.split(' ').filter(|part| part.chars().any(|c| c.is_alphanumeric() || !c.is_ascii())).collect();
        if parts.is_empty() {
            return Err(format!("`{word}` holds no letter, digit or emoji: punctuation is not matched, take it out"));
        }
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            symbols.push(if last && open { lexicon.prefix(part) } else { lexicon.exact(part) });
        }
    }
    if symbols.is_empty() {
        return Err("an alternative is empty: take the `|` out, or make the group optional with `?`".to_owned());
    }
    Ok(symbols)
}
