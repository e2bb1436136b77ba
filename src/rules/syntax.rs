//! The letters of a pattern: where its elements begin and end, and how words are spelt out.

use std::ops::Range;

use super::inflect;

/// Most spellings that the letters in brackets of one word may give.
const MOST_SPELLINGS: usize = 64;

/// What is wrong with a pattern, and which bytes of it are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong and what to write instead.
    pub message: String,
    /// The bytes of the pattern; all of it where nothing smaller is meant.
    pub part: Range<usize>,
}

impl PatternError {
    pub fn new(message: impl Into<String>, part: Range<usize>) -> Self {
        Self { message: message.into(), part }
    }
}

/// Splits at white space outside of `(…)`, `{…}` and `<…>`.
pub fn pieces(text: &str) -> Result<Vec<Range<usize>>, PatternError> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut start: Option<usize> = None;
    // The brackets that are open, each with its place.
    let mut open: Vec<(char, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let here = at..at + c.len_utf8();
        match c {
            '(' | '{' | '<' => {
                if c == '<' && !open.is_empty() {
                    return Err(PatternError::new("a set `<…>` cannot stand inside another bracket", here));
                }
                if c == '(' && open.iter().any(|(c, _)| *c == '(') {
                    return Err(PatternError::new("a group `(…)` cannot stand inside another", here));
                }
                open.push((c, at));
            }
            ')' | '}' | '>' => {
                let opens = match c {
                    ')' => '(',
                    '}' => '{',
                    _ => '<',
                };
                if open.pop().is_none_or(|(last, _)| last != opens) {
                    return Err(PatternError::new(format!("there is a `{c}` without its `{opens}`"), here));
                }
            }
            _ => {}
        }
        if c.is_whitespace() && open.is_empty() {
            pieces.extend(start.take().map(|start| start..at));
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some((c, at)) = open.pop() {
        let closes = match c {
            '(' => ')',
            '{' => '}',
            _ => '>',
        };
        return Err(PatternError::new(format!("there is a `{c}` without its `{closes}`"), at..at + 1));
    }
    pieces.extend(start.map(|start| start..text.len()));
    if pieces.is_empty() {
        return Err(PatternError::new("the pattern is empty", 0..text.len()));
    }
    Ok(pieces)
}

/// A word of a pattern, spelt out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelt {
    /// Each a whole word as it may be written, or the beginning of one.
    pub spellings: Vec<String>,
    /// Whether longer words that begin so match too.
    pub open: bool,
}

/// Spells out one word: letters in brackets, the endings of `~`, the star.
pub fn spell(word: &str) -> Result<Spelt, String> {
    let (stem, open, inflected) = match (word.strip_suffix('*'), word.strip_suffix('~')) {
        (Some(stem), _) => (stem, true, false),
        (_, Some(stem)) => (stem, false, true),
        _ => (word, false, false),
    };
    if let Some(sign) = stem.chars().find(|sign| "(){}<>|*~".contains(*sign)) {
        return Err(format!(
            "`{sign}` cannot stand inside `{word}`: groups, sets and slots stand alone, with a space before and after, \
             and only words end in `*` or `~`"
        ));
    }
    let mut spellings = vec![String::new()];
    let mut rest = stem;
    while let Some(at) = rest.find(['[', ']']) {
        let (before, bracket) = rest.split_at(at);
        let Some((letters, after)) = bracket.strip_prefix('[').and_then(|inner| inner.split_once(']')) else {
            return Err(format!("`{word}` has a `[` or a `]` without the other: write `f[ou]j`"));
        };
        if letters.is_empty() || letters.contains('[') {
            return Err(format!(
                "`[{letters}]` in `{word}` must list the letters that may stand there: `f[ou]j`"
            ));
        }
        if spellings.len() * letters.chars().count() > MOST_SPELLINGS {
            return Err(format!(
                "`{word}` has more than {MOST_SPELLINGS} spellings: write fewer letters in brackets"
            ));
        }
        let chosen = |spelling: &String| {
            let begun = format!("{spelling}{before}");
            letters.chars().map(move |letter| format!("{begun}{letter}")).collect::<Vec<_>>()
        };
        spellings = spellings.iter().flat_map(chosen).collect();
        rest = after;
    }
    for spelling in &mut spellings {
        spelling.push_str(rest);
    }
    if inflected {
        spellings = spellings.iter().flat_map(|stem| inflect::forms(stem)).collect();
        spellings.sort_unstable();
        spellings.dedup();
    }
    Ok(Spelt { spellings, open })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_brackets_are_each_tried() {
        assert_eq!(
            spell("f[aou]j[iy]*").expect("a word").spellings,
            ["faji", "fajy", "foji", "fojy", "fuji", "fujy"]
        );
        assert!(spell("boycott~").expect("a word").spellings.contains(&"boycotting".to_owned()));
        for wrong in ["f[", "f]", "f[]", "a*b", "[abcdefghi][abcdefghi]"] {
            assert!(spell(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pieces_keep_what_brackets_hold_together() {
        let cut = |text: &'static str| {
            pieces(text).expect("right").into_iter().map(|at| &text[at]).collect::<Vec<_>>()
        };
        assert_eq!(
            cut(" a (b c|d)?  <x {other country}>..3 e"),
            ["a", "(b c|d)?", "<x {other country}>..3", "e"]
        );
        for (wrong, at) in [("(a", 0), ("a)", 1), ("a <b <c>>", 5), ("a {b", 2), ("", 0)] {
            assert_eq!(pieces(wrong).expect_err(wrong).part.start, at, "{wrong}");
        }
    }
}
