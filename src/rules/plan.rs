//! From a row of elements to a plan: in which orders its sets are read, which word leads to it, how
//! many steps it may take, and what its gaps must not go over.

use super::{pattern::Element, slot::Slot};
use crate::lexicon::{LexiconBuilder, Symbol};

/// Most orders in which the sets of one pattern can be read.
const MAX_ORDERS: usize = 36;

/// An element, or a set that is not yet put in order.
pub enum Item {
    One(Element),
    Set { members: Vec<Element>, gap: usize },
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

/// All orders of the sets.
pub fn orders(items: Vec<Item>) -> Result<Vec<Vec<Element>>, String> {
    let mut orders: Vec<Vec<Element>> = vec![Vec::new()];
    for item in items {
        let ways: Vec<Vec<Element>> = match item {
            Item::One(element) => vec![vec![element]],
            Item::Set { members, gap } => permutations(members.len())
                .into_iter()
                .map(|order| {
                    let mut row = Vec::new();
                    for (at, &member) in order.iter().enumerate() {
                        if at > 0 && gap > 0 {
                            row.push(Element::Gap { most: gap, guards: Vec::new() });
                        }
                        row.push(members[member].clone());
                    }
                    row
                })
                .collect(),
        };
        if orders.len() * ways.len() > MAX_ORDERS {
            return Err(format!("the sets can be read in more than {MAX_ORDERS} orders: split the pattern"));
        }
        orders = (orders.iter())
            .flat_map(|begun| ways.iter().map(|way| [&begun[..], way].concat()).collect::<Vec<_>>())
            .collect();
    }
    Ok(orders)
}

fn permutations(of: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..of {
        all = (all.iter())
            .flat_map(|begun| {
                let unused = (0..of).filter(|next| !begun.contains(next));
                unused.map(|next| [&begun[..], &[next]].concat()).collect::<Vec<_>>()
            })
            .collect();
    }
    all
}

/// An upper bound of the rows compared where a match may begin: each element is tried once at each place
/// that the gaps and optional elements before it can lead to.
pub fn most_steps(elements: &[Element]) -> usize {
    let (mut places, mut steps) = (1, 0);
    for element in elements {
        steps += places * element.steps();
        places += match element {
            Element::Gap { most, .. } => *most,
            Element::Words { rows, optional, .. } => {
                rows.iter().map(Vec::len).max().unwrap_or(1).saturating_sub(1) + usize::from(*optional)
            }
            Element::Hashtag { optional, .. }
            | Element::Class { optional, .. }
            | Element::Slot { optional, .. } => usize::from(*optional),
        };
    }
    steps
}

/// Gives each gap the slots beside it, where only optional elements stand between.
pub fn guard(elements: &mut [Element]) {
    let beside = |row: &mut dyn Iterator<Item = &Element>| -> Option<Slot> {
        for element in row {
            match element {
                Element::Slot { class, .. } => return Some(class.clone()),
                Element::Words { optional: true, .. }
                | Element::Hashtag { optional: true, .. }
                | Element::Class { optional: true, .. } => {}
                _ => return None,
            }
        }
        None
    };
    for at in 0..elements.len() {
        let before = beside(&mut elements[..at].iter().rev());
        let after = beside(&mut elements[at + 1..].iter());
        if let Element::Gap { guards, .. } = &mut elements[at] {
            guards.extend(before);
            guards.extend(after);
        }
    }
}

/// The element whose words are rarest, taking long words for rare.
pub fn anchor(elements: &[Element], lexicon: &LexiconBuilder) -> Option<Anchor> {
    let mut best: Option<(usize, Anchor)> = None;
    let (mut fewest_before, mut most_before, mut open_before) = (0, 0, 0);
    for element in elements {
        // Of each alternative, its longest word: its length, its place in the row, its symbol.
        let mut longest: Vec<(usize, usize, Symbol)> = Vec::new();
        let (fewest, most, open);
        match element {
            Element::Words { rows, singles, optional } => {
                if !optional {
                    longest.extend(singles.iter().map(|&symbol| (lexicon.letters(symbol), 0, symbol)));
                    longest.extend(rows.iter().filter_map(|row| {
                        let lengths =
                            row.iter().enumerate().map(|(at, &symbol)| (lexicon.letters(symbol), at, symbol));
                        lengths.max_by_key(|(length, at, _)| (*length, std::cmp::Reverse(*at)))
                    }));
                }
                let lengths = || rows.iter().map(Vec::len).chain((!singles.is_empty()).then_some(1));
                fewest = if *optional { 0 } else { lengths().min().unwrap_or(0) };
                (most, open) = (lengths().max().unwrap_or(0), 0);
            }
            Element::Hashtag { symbol, optional } => {
                if !optional {
                    longest.push((lexicon.letters(*symbol), 0, *symbol));
                }
                (fewest, most, open) = (usize::from(!optional), 0, 1);
            }
            Element::Class { optional, .. } => (fewest, most, open) = (usize::from(!optional), 1, 0),
            Element::Gap { most: words, .. } => (fewest, most, open) = (0, *words, 0),
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
