//! Cuts a hashtag into words: at `_`, at borders that its letters show (`PakArmy`, `PTI2018`), and
//! where the word list says so (`#boycottfacebook`). In doubt it stays whole.

use super::{
    letters::{Class, Traits},
    word::Letter,
    words::Words,
};

/// Longer ones are not cut: nobody writes them, and cutting would take long.
const LONGEST: usize = 120;
/// All-lower stretches this short stay whole: too many names look like two words.
const SHORTEST: usize = 5;

/// log10 of the probability of a word that the list lacks: a first cost, and one for each letter.
const UNKNOWN: f32 = -6.5;
const UNKNOWN_LETTER: f32 = -0.9;
/// For one letter alone that is no word.
const LONE_LETTER: f32 = -8.0;
/// For a word of the list, or another, that goes on over a border.
const KNOWN_OVER_BORDER: f32 = -1.0;
const UNKNOWN_OVER_BORDER: f32 = -4.0;
/// For short words away from a border, which fit in anywhere.
const SHORT_WORD: f32 = -1.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Border {
    None,
    /// A word may end here: one side of the last capital in `ISPRzindabad`.
    Weak,
    /// A word most likely ends here.
    Strong,
}

/// The best way to the place after some letters.
#[derive(Debug, Clone, Copy)]
struct Way {
    score: f32,
    from: usize,
}

/// Cuts `letters` (no `_` among them) into words; calls `found` with the range of each, in order.
pub(super) fn cut(letters: &[Letter], words: &Words, mut found: impl FnMut(std::ops::Range<usize>)) {
    let n = letters.len();
    if n == 0 {
        return;
    }
    if n > LONGEST {
        return found(0..n);
    }
    let borders: Vec<Border> = (0..=n).map(|i| border(letters, i)).collect();
    let shown = borders[1..n].iter().any(|&b| b != Border::None);
    if n < SHORTEST && !shown {
        return found(0..n);
    }

    let nowhere = Way { score: f32::NEG_INFINITY, from: 0 };
    let mut best = vec![nowhere; n + 1];
    best[0].score = 0.0;
    let mut buffer = [0; 4];
    for start in 0..n {
        let score = best[start].score;
        if score == f32::NEG_INFINITY || letters[start].class == Class::Mark {
            continue;
        }
        let mut offer = |end: usize, cost: f32| {
            if score + cost > best[end].score {
                best[end] = Way { score: score + cost, from: start };
            }
        };
        let mut place = Words::start();
        let mut crossed = 0.0;
        'word: for end in start + 1..=n {
            for &byte in letters[end - 1].c.encode_utf8(&mut buffer).as_bytes() {
                match words.step(place, byte) {
                    Some(next) => place = next,
                    None => break 'word,
                }
            }
            if let Some(weight) = words.weight_at(place)
                && !goes_on(letters, end)
            {
                let length = end - start;
                let free = borders[start] == Border::None && borders[end] == Border::None;
                let short = if length < 3 && free { SHORT_WORD * (3 - length) as f32 } else { 0.0 };
                offer(end, weight - 9.0 + short + crossed * KNOWN_OVER_BORDER);
            }
            if borders[end] == Border::Strong {
                crossed += 1.0;
            }
        }
        if borders[start] == Border::None {
            continue;
        }
        let mut crossed = 0.0;
        for end in start + 1..=n {
            if borders[end] == Border::None {
                continue;
            }
            let length = end - start;
            let cost = if letters[start..end].iter().all(|l| l.class == Class::Digit) {
                -1.0
            } else if length == 1 {
                UNKNOWN + UNKNOWN_LETTER + LONE_LETTER
            } else {
                UNKNOWN + UNKNOWN_LETTER * length as f32 + crossed * UNKNOWN_OVER_BORDER
            };
            offer(end, cost);
            if borders[end] == Border::Strong {
                crossed += 1.0;
            }
        }
    }

    let mut ends = vec![n];
    while let Some(&end) = ends.last()
        && best[end].from > 0
    {
        ends.push(best[end].from);
    }
    let mut start = 0;
    for end in ends.into_iter().rev() {
        found(start..end);
        start = end;
    }
}

/// Whether no word can end at place `i`: a mark stands there, or the second half of a letter that folds to
/// two (`ß`).
fn goes_on(letters: &[Letter], i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|i| letters.get(i));
    letters.get(i).zip(before).is_some_and(|(l, before)| l.class == Class::Mark || l.from == before.from)
}

/// What the letters around place `i` show.
fn border(letters: &[Letter], i: usize) -> Border {
    let (Some(before), Some(after)) = (i.checked_sub(1).and_then(|i| letters.get(i)), letters.get(i)) else {
        return Border::Strong;
    };
    if goes_on(letters, i) {
        return Border::None;
    }
    let digit = |l: &Letter| l.class == Class::Digit;
    let upper = |l: &Letter| l.traits.has(Traits::UPPER);
    let lower = |l: &Letter| l.traits.has(Traits::LOWER);
    let cased = |l: &Letter| upper(l) || lower(l);
    if digit(before) != digit(after) {
        return Border::Strong;
    }
    if digit(before) {
        return Border::None;
    }
    if cased(before) != cased(after) || (lower(before) && upper(after)) {
        return Border::Strong;
    }
    if upper(before) && upper(after) && letters.get(i + 1).is_some_and(lower) {
        return Border::Weak;
    }
    let two_before = i.checked_sub(2).and_then(|i| letters.get(i));
    if upper(before) && lower(after) && two_before.is_some_and(upper) {
        return Border::Weak;
    }
    Border::None
}
