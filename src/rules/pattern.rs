//! The language of patterns: what is written in the codebook becomes a row of elements.

use super::{
    plan::{Anchor, Item, anchor, guard, most_steps, orders},
    slot::Slot,
    syntax::{self, PatternError},
};
use crate::{
    codebook::Codebook,
    lexicon::{LexiconBuilder, Symbol, WordClass},
    normalize::Normalizer,
};

/// Words that a gap spans when no number is given.
const GAP: usize = 4;

/// Largest gap that can be asked for.
const MAX_GAP: usize = 20;

/// Most elements of a pattern.
const MAX_ELEMENTS: usize = 24;

/// Most words in all alternatives of a pattern, after spelling out.
const MAX_WORDS: usize = 6000;

/// Most rows of words compared at one place of a post: the bound on the time that a pattern may take.
const MAX_STEPS: usize = 40_000;

/// Most members of a set: they are tried in every order.
const MAX_SET: usize = 4;

/// One element of a pattern.
#[derive(Debug, Clone)]
pub enum Element {
    /// One of several words or rows of words.
    Words {
        /// Rows of several words.
        rows: Vec<Vec<Symbol>>,
        /// Single words, sorted.
        singles: Vec<Symbol>,
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
    /// A word of a class: a number, an emoji …
    Class {
        /// The class.
        class: WordClass,
        /// Whether it may be missing.
        optional: bool,
    },
    /// Up to so many words of anything, in one sentence.
    Gap {
        /// Most words.
        most: usize,
        /// The slots beside it: a gap does not go over a target that would fit one of them.
        guards: Vec<Slot>,
    },
    /// A found target.
    Slot {
        /// Which targets fit.
        class: Slot,
        /// Whether it may be missing.
        optional: bool,
        /// The how manieth slot of the pattern as written: which vote is its own.
        number: usize,
    },
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// In order.
    pub elements: Vec<Element>,
    /// How candidates are found.
    pub anchor: Anchor,
    /// Which targets fit each slot, as written.
    pub slots: Vec<Slot>,
    /// What the targets of a post must be for a match, as bits of [`super::slot::traits`].
    pub needs: u16,
    /// How many elements can match in several ways.
    pub branches: usize,
}

/// What compiling needs.
pub struct Compiler<'a> {
    pub codebook: &'a Codebook,
    pub normalizer: &'a Normalizer,
    pub lexicon: &'a mut LexiconBuilder,
}

impl Compiler<'_> {
    /// Compiles a pattern: one row of elements, or one for each order of its sets.
    ///
    /// # Errors
    /// What is wrong and what to write instead, with the part of the pattern that is meant.
    pub fn pattern(&mut self, text: &str) -> Result<Vec<Pattern>, PatternError> {
        let mut items = Vec::new();
        let mut slots: Vec<Slot> = Vec::new();
        for part in syntax::pieces(text)? {
            let wrong = |message: String| PatternError::new(message, part.clone());
            items.push(self.item(&text[part.clone()], &mut slots).map_err(wrong)?);
        }
        let whole = |message: String| PatternError::new(message, 0..text.len());
        let orders: Vec<Vec<Element>> = orders(items).map_err(whole)?;
        orders.into_iter().map(|elements| self.close(elements, slots.clone()).map_err(whole)).collect()
    }

    fn close(&self, mut elements: Vec<Element>, slots: Vec<Slot>) -> Result<Pattern, String> {
        if elements.len() > MAX_ELEMENTS {
            return Err(format!("the pattern has {} elements; {MAX_ELEMENTS} are the most", elements.len()));
        }
        let gap = |element: Option<&Element>| matches!(element, Some(Element::Gap { .. }));
        if gap(elements.first()) || gap(elements.last()) {
            return Err("a pattern cannot begin or end with a gap: take the `..` out".to_owned());
        }
        let words: usize = elements.iter().map(Element::size).sum();
        if words > MAX_WORDS {
            return Err(format!(
                "the pattern stands for {words} words; {MAX_WORDS} are the most: take alternatives, `~` or `[…]` out"
            ));
        }
        let steps = most_steps(&elements);
        if steps > MAX_STEPS {
            return Err(format!(
                "the pattern may take {steps} steps at one place of a post; {MAX_STEPS} are the most: make the gaps \
                 shorter, or split it"
            ));
        }
        guard(&mut elements);
        let Some(anchor) = anchor(&elements, self.lexicon) else {
            return Err("a pattern needs at least one word or hashtag that is not optional".to_owned());
        };
        let needs = (elements.iter())
            .filter_map(|element| match element {
                Element::Slot { class, optional: false, .. } => Some(class.needs(self.codebook)),
                _ => None,
            })
            .fold(0, |all, one| all | one);
        let branches = elements.iter().filter(|element| element.branches()).count();
        Ok(Pattern { elements, anchor, slots, needs, branches })
    }

    fn item(&mut self, piece: &str, slots: &mut Vec<Slot>) -> Result<Item, String> {
        if let Some(words) = piece.strip_prefix("..") {
            return Ok(Item::One(Element::Gap { most: gap(words)?, guards: Vec::new() }));
        }
        let Some(set) = piece.strip_prefix('<') else {
            return Ok(Item::One(self.element(piece, slots)?));
        };
        let Some((inner, after)) = set.rsplit_once('>') else {
            return Err(format!("the set `{piece}` has no end: close it with `>`"));
        };
        let gap = match after.strip_prefix("..") {
            Some(words) => gap(words)?,
            None if after.is_empty() => 0,
            None => return Err(format!("`{after}` cannot stand after a set: only `..` and a number can")),
        };
        let mut members = Vec::new();
        for part in syntax::pieces(inner).map_err(|error| error.message)? {
            if inner[part.clone()].starts_with("..") {
                return Err("a gap cannot stand in a set: write it behind, `<a b>..3`".to_owned());
            }
            members.push(self.element(&inner[part], slots)?);
        }
        if !(2..=MAX_SET).contains(&members.len()) {
            return Err(format!("a set has 2 to {MAX_SET} members; this one has {}", members.len()));
        }
        Ok(Item::Set { members, gap })
    }

    fn element(&mut self, piece: &str, slots: &mut Vec<Slot>) -> Result<Element, String> {
        let (body, optional) = match piece.strip_suffix('?') {
            Some(body) if !body.is_empty() => (body, true),
            _ => (piece, false),
        };
        if let Some(inner) = body.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let class = Slot::parse(inner, self.codebook)?;
            slots.push(class.clone());
            return Ok(Element::Slot { class, optional, number: slots.len() - 1 });
        }
        if body.starts_with('#') {
            let folded = self.normalizer.fold(body);
            if folded.len() < 2 || folded.contains(' ') {
                return Err(format!("`{body}` is no hashtag: write `#` and letters or digits"));
            }
            return Ok(Element::Hashtag { symbol: self.lexicon.exact(&folded), optional });
        }
        if let Some(name) = body.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')) {
            let Some(class) = WordClass::named(name) else {
                let known = WordClass::NAMES.map(|(name, _)| format!(":{name}:")).join(", ");
                return Err(format!("`{body}` is no class of words: use {known}"));
            };
            return Ok(Element::Class { class, optional });
        }
        let group = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(body);
        let (mut rows, mut singles) = (Vec::new(), Vec::new());
        for row in group.split('|') {
            for row in self.rows(row)? {
                match row[..] {
                    [single] => singles.push(single),
                    _ => rows.push(row),
                }
            }
        }
        singles.sort_unstable();
        singles.dedup();
        rows.sort_by_key(|row| std::cmp::Reverse(row.len()));
        Ok(Element::Words { rows, singles, optional })
    }

    /// The rows that one or more words stand for, each perhaps in several spellings.
    fn rows(&mut self, text: &str) -> Result<Vec<Vec<Symbol>>, String> {
        let mut rows: Vec<Vec<Symbol>> = vec![Vec::new()];
        for word in text.split_whitespace() {
            if word.starts_with('#') {
                return Err(format!(
                    "the hashtag `{word}` cannot stand in a group: write a pattern for each hashtag"
                ));
            }
            let class = word.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'));
            if class.is_some_and(|name| WordClass::named(name).is_some()) {
                return Err(format!(
                    "the class `{word}` cannot stand in a group: write a pattern of its own for it"
                ));
            }
            let mut options = Vec::new();
            if let Some(name) = word.strip_prefix('$') {
                let Some(list) = self.codebook.words.get(name) else {
                    return Err(format!("there is no list `{word}`: add `{name} = […]` under [words]"));
                };
                for own in list {
                    if own.contains('$') {
                        return Err(format!(
                            "the list `{word}` names another one, `{own}`: write its words out"
                        ));
                    }
                    options.extend(self.rows(own)?);
                }
                rows = combined(&rows, &options, text)?;
                continue;
            }
            let spelt = syntax::spell(word)?;
            for spelling in &spelt.spellings {
                let folded = self.normalizer.fold(spelling);
                let parts: Vec<&str> = folded
                    .split(' ')
                    .filter(|part| part.chars().any(|c| c.is_alphanumeric() || !c.is_ascii()))
                    .collect();
                let Some((last, before)) = parts.split_last() else {
                    return Err(format!(
                        "`{word}` holds no letter, digit or emoji: punctuation is not matched, take it out"
                    ));
                };
                let mut option: Vec<Symbol> = before.iter().map(|part| self.lexicon.exact(part)).collect();
                option.push(if spelt.open { self.lexicon.prefix(last) } else { self.lexicon.exact(last) });
                options.push(option);
            }
            rows = combined(&rows, &options, text)?;
        }
        if rows.first().is_none_or(Vec::is_empty) {
            return Err(
                "an alternative is empty: take the `|` out, or make the group optional with `?`".to_owned()
            );
        }
        Ok(rows)
    }
}

/// Every row with every option behind it.
fn combined(rows: &[Vec<Symbol>], options: &[Vec<Symbol>], text: &str) -> Result<Vec<Vec<Symbol>>, String> {
    if rows.len() * options.len() > MAX_WORDS {
        return Err(format!(
            "`{text}` stands for more than {MAX_WORDS} rows of words: use fewer `~` and `[…]`"
        ));
    }
    let longer =
        |row: &Vec<Symbol>| options.iter().map(|option| [&row[..], option].concat()).collect::<Vec<_>>();
    Ok(rows.iter().flat_map(longer).collect())
}

impl Element {
    /// How many words its alternatives hold.
    fn size(&self) -> usize {
        match self {
            Element::Words { rows, singles, .. } => rows.iter().map(Vec::len).sum::<usize>() + singles.len(),
            _ => 1,
        }
    }

    /// Rows compared when it is tried at a word.
    pub fn steps(&self) -> usize {
        match self {
            Element::Words { rows, .. } => rows.len() + 1,
            _ => 1,
        }
    }

    /// Whether it can match in several ways.
    fn branches(&self) -> bool {
        match self {
            Element::Gap { .. } => true,
            Element::Words { rows, singles, optional } => {
                let lengths = rows.iter().map(Vec::len).chain((!singles.is_empty()).then_some(1));
                *optional || lengths.clone().min() != lengths.max()
            }
            Element::Hashtag { optional, .. }
            | Element::Class { optional, .. }
            | Element::Slot { optional, .. } => *optional,
        }
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
