//! Names that are mostly something else: what must stand around them to make them a target.

use std::ops::Range;

use crate::{
    codebook::{Case, When},
    lexicon::{LexiconBuilder, Symbol, Words},
    normalize::Normalizer,
    post::Language,
};

/// Share of a post's letters from which a language counts.
const SHARE_OF_MIX: f32 = 0.2;

/// One condition of a [`Conditions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition(u32);

#[derive(Debug)]
struct One {
    case: Option<Case>,
    langs: Vec<String>,
    /// Sorted; empty for none asked for.
    near: Vec<Symbol>,
    not_near: Vec<Symbol>,
    within: usize,
}

/// The conditions of a codebook's names.
#[derive(Debug, Default)]
pub struct Conditions(Vec<One>);

impl Conditions {
    /// Adds a condition.
    ///
    /// # Errors
    /// A sentence about a neighbour that no post can hold.
    pub fn add(
        &mut self,
        when: &When,
        normalizer: &Normalizer,
        lexicon: &mut LexiconBuilder,
    ) -> Result<Condition, String> {
        let mut symbols = |list: &[String]| -> Result<Vec<Symbol>, String> {
            let mut symbols = Vec::with_capacity(list.len());
            for word in list {
                let stem = word.trim_end_matches('*');
                let folded = normalizer.fold(stem);
                if folded.is_empty() || folded.contains(' ') {
                    return Err(format!(
                        "the neighbour `{word}` must be one word, perhaps with `*` at its end"
                    ));
                }
                symbols.push(if stem == word { lexicon.exact(&folded) } else { lexicon.prefix(&folded) });
            }
            symbols.sort_unstable();
            Ok(symbols)
        };
        let one = One {
            case: when.case,
            langs: when.langs.clone(),
            near: symbols(&when.near)?,
            not_near: symbols(&when.not_near)?,
            within: when.within as usize,
        };
        self.0.push(one);
        Ok(Condition(self.0.len() as u32 - 1))
    }

    /// Whether a condition holds for the name on these words, which is written so.
    pub fn hold<'t>(
        &self,
        condition: Condition,
        words: &Words,
        row: &Range<usize>,
        language: &Language,
        written: impl FnOnce() -> &'t str,
    ) -> bool {
        let Some(one) = self.0.get(condition.0 as usize) else { return false };
        let speaks = |lang: &String| {
            *lang == language.lang
                || language.mix.iter().any(|share| *lang == share.lang && share.share >= SHARE_OF_MIX)
        };
        if !one.langs.is_empty() && !one.langs.iter().any(speaks) {
            return false;
        }
        let near = |symbols: &[Symbol]| {
            let from = row.start.saturating_sub(one.within);
            let to = (row.end + one.within).min(words.words.len());
            (from..row.start)
                .chain(row.end..to)
                .any(|word| words.symbols(word).iter().any(|symbol| symbols.binary_search(symbol).is_ok()))
        };
        if !one.near.is_empty() && !near(&one.near) || !one.not_near.is_empty() && near(&one.not_near) {
            return false;
        }
        one.case.is_none_or(|case| is_written(case, written()))
    }
}

fn is_written(case: Case, written: &str) -> bool {
    let mut letters = written.chars().filter(|c| c.is_alphabetic());
    match case {
        // The name itself was compared.
        Case::Exact => true,
        Case::Capital => letters.next().is_some_and(char::is_uppercase),
        Case::Title => {
            letters.next().is_some_and(char::is_uppercase) && letters.next().is_none_or(char::is_lowercase)
        }
        Case::Upper => letters.all(char::is_uppercase),
    }
}
