//! The language of patterns: what is written in the codebook becomes a row of elements.

use crate::{
    codebook::{Codebook, Kind, Side, Target},
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
    Hashtag {
        /// Its symbol.
        symbol: Symbol,
        /// Whether it may be missing.
        optional: bool,
    },
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

    /// The traits of a target without which none fits, as bits of [`traits`].
    pub fn needs(&self, codebook: &Codebook) -> u16 {
        match self {
            Slot::Any => ANY_TARGET,
            Slot::Kind(kind) => 1 << *kind as u16,
            Slot::Side(side) => 1 << (4 + *side as u16),
            Slot::Target(one) => codebook.targets.get(*one).map_or(NO_TARGET, traits),
        }
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

/// Set by every target.
const ANY_TARGET: u16 = 1 << 8;
/// Set by none.
const NO_TARGET: u16 = 1 << 9;

/// What is known of a target, a bit for each kind and side: those of all targets of a post together
/// tell which slots cannot be filled in it.
pub fn traits(target: &Target) -> u16 {
    ANY_TARGET | 1 << target.kind as u16 | 1 << (4 + target.side as u16)
}

/// The words of a pattern that lead to its matches: one of them is in each.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// Each a word, or a whole hashtag.
    pub symbols: Vec<Symbol>,
    /// Fewest words that a match has before it.
    pub fewest_before: usize,
    /// Most words, without those of slots and hashtags.
    pub most_before: usize,
    /// Slots and hashtags before it: as long as they are in the post.
    pub open_before: usize,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// In order.
    pub elements: Vec<Element>,
    /// How candidates are found.
    pub anchor: Anchor,
    /// How many slots it has.
    pub slots: usize,
    /// What the targets of a post must be for a match, as bits of [`traits`].
    pub needs: u16,
    /// How many elements can match in several ways.
    pub branches: usize,
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
        for piece in pieces(text)? {
            elements.push(element(piece, codebook, normalizer, lexicon)?);
        }
        if elements.len() > MAX_ELEMENTS {
            return Err(format!("the pattern has {} elements; {MAX_ELEMENTS} are the most", elements.len()));
        }
        if matches!(elements.first(), Some(Element::Gap(_)))
            || matches!(elements.last(), Some(Element::Gap(_)))
        {
            return Err("a pattern cannot begin or end with a gap: take the `..` out".to_owned());
        }
        let Some(anchor) = anchor(&elements, lexicon) else {
            return Err("a pattern needs at least one word or hashtag that is not optional".to_owned());
        };
        let slots = elements.iter().filter(|element| matches!(element, Element::Slot { .. })).count();
        let needs = (elements.iter())
            .filter_map(|element| match element {
                Element::Slot { class, optional: false } => Some(class.needs(codebook)),
                _ => None,
            })
            .fold(0, |all, one| all | one);
        let branches = (elements.iter())
            .filter(|element| match element {
                Element::Gap(_) => true,
                Element::Words { alternatives, optional } => {
                    *optional || alternatives.iter().any(|row| row.len() != alternatives[0].len())
                }
                Element::Hashtag { optional, .. } | Element::Slot { optional, .. } => *optional,
            })
            .count();
        Ok(Self { elements, anchor, slots, needs, branches })
    }
}

impl Pattern {
    /// Which targets fit each slot, in order.
    pub fn slot_classes(&self) -> impl Iterator<Item = &Slot> {
        self.elements.iter().filter_map(|element| match element {
            Element::Slot { class, .. } => Some(class),
            _ => None,
        })
    }
}

fn element(
    piece: &str,
    codebook: &Codebook,
    normalizer: &Normalizer,
    lexicon: &mut LexiconBuilder,
) -> Result<Element, String> {
    if let Some(words) = piece.strip_prefix("..") {
        return Ok(Element::Gap(gap(words)?));
    }
    let (body, optional) = match piece.strip_suffix('?') {
        Some(body) if !body.is_empty() => (body, true),
        _ => (piece, false),
    };
    if let Some(slot) = body.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        return Ok(Element::Slot { class: Slot::parse(slot, codebook)?, optional });
    }
    if body.starts_with('#') {
        let folded = normalizer.fold(body);
        if folded.len() < 2 || folded.contains(' ') {
            return Err(format!("`{body}` is no hashtag: write `#` and letters or digits"));
        }
        return Ok(Element::Hashtag { symbol: lexicon.exact(&folded), optional });
    }
    let group = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(body);
    let alternatives =
        group.split('|').map(|row| words(row, normalizer, lexicon)).collect::<Result<_, _>>()?;
    Ok(Element::Words { alternatives, optional })
}

/// The element whose words are rarest, taking long words for rare.
fn anchor(elements: &[Element], lexicon: &LexiconBuilder) -> Option<Anchor> {
    let mut best: Option<(usize, Anchor)> = None;
    let (mut fewest_before, mut most_before, mut open_before) = (0, 0, 0);
    for element in elements {
        // Of each alternative, its longest word: its length, its place in the row, its symbol.
        let mut longest: Vec<(usize, usize, Symbol)> = Vec::new();
        let (fewest, most, open);
        match element {
            Element::Words { alternatives, optional } => {
                if !optional {
                    longest.extend(alternatives.iter().filter_map(|row| {
                        let lengths =
                            row.iter().enumerate().map(|(at, &symbol)| (lexicon.letters(symbol), at, symbol));
                        lengths.max_by_key(|(length, at, _)| (*length, std::cmp::Reverse(*at)))
                    }));
                }
                let rows = || alternatives.iter().map(Vec::len);
                fewest = if *optional { 0 } else { rows().min().unwrap_or(0) };
                (most, open) = (rows().max().unwrap_or(0), 0);
            }
            Element::Hashtag { symbol, optional } => {
                if !optional {
                    longest.push((lexicon.letters(*symbol), 0, *symbol));
                }
                (fewest, most, open) = (usize::from(!optional), 0, 1);
            }
            Element::Gap(words) => (fewest, most, open) = (0, *words, 0),
            Element::Slot { optional, .. } => (fewest, most, open) = (usize::from(!optional), 0, 1),
        }
        let places = || longest.iter().map(|(_, place, _)| *place);
        if let (Some(shortest), Some(first), Some(last)) =
            (longest.iter().map(|(length, ..)| *length).min(), places().min(), places().max())
            && best.as_ref().is_none_or(|(length, _)| shortest > *length)
        {
            let anchor = Anchor {
                symbols: longest.iter().map(|(_, _, symbol)| *symbol).collect(),
                fewest_before: fewest_before + first,
                most_before: most_before + last,
                open_before,
            };
            best = Some((shortest, anchor));
        }
        fewest_before += fewest;
        most_before += most;
        open_before += open;
    }
    best.map(|(_, anchor)| anchor)
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
fn words(text: &str, normalizer: &Normalizer, lexicon: &mut LexiconBuilder) -> Result<Vec<Symbol>, String> {
    let mut symbols = Vec::new();
    for word in text.split_whitespace() {
        let (stem, open) = match word.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (word, false),
        };
        if let Some(sign) = stem.chars().find(|sign| "(){}|*".contains(*sign)) {
            return Err(format!(
                "`{sign}` cannot stand inside `{word}`: groups and slots stand alone, with a space before and after, \
                 and only words end in `*`"
            ));
        }
        if stem.starts_with('#') {
            return Err(format!(
                "the hashtag `{word}` cannot stand in a group: write a pattern for each hashtag"
            ));
        }
        let folded = normalizer.fold(stem);
        let parts: Vec<&str> = folded
            .split(' ')
            .filter(|part| part.chars().any(|c| c.is_alphanumeric() || !c.is_ascii()))
            .collect();
        if parts.is_empty() {
            return Err(format!(
                "`{word}` holds no letter, digit or emoji: punctuation is not matched, take it out"
            ));
        }
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            symbols.push(if last && open { lexicon.prefix(part) } else { lexicon.exact(part) });
        }
    }
    if symbols.is_empty() {
        return Err(
            "an alternative is empty: take the `|` out, or make the group optional with `?`".to_owned()
        );
    }
    Ok(symbols)
}
