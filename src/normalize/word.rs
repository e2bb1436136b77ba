//! One word, letter by letter: disguises and stretches are folded here.

use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, compose};

use super::{
    letters::{Class, Folded, Traits},
    normalized::TokenFlags,
    words::Words,
};

/// A folded letter, mark or digit and the original code points it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    pub c: char,
    pub class: Class,
    pub traits: Traits,
    pub from: u32,
    pub to: u32,
}

impl Letter {
    pub(super) fn new(folded: Folded, points: Range<u32>) -> Self {
        Self { c: folded.c, class: folded.class, traits: folded.traits, from: points.start, to: points.end }
    }

    /// A character of a token that is kept as it stands.
    pub(super) fn plain(c: char, points: Range<u32>) -> Self {
        Self { c, class: Class::Sign, traits: Traits::NONE, from: points.start, to: points.end }
    }

    /// A sign that stands for a letter.
    pub(super) fn sign(sign: char, points: Range<u32>) -> Self {
        let c = letters_of_sign(sign).first().copied().unwrap_or(sign);
        let traits = Traits::LATIN.with(Traits::SIGN);
        Self { c, class: Class::Letter, traits, from: points.start, to: points.end }
    }
}

/// More marks than this on one letter are dropped: no language has them, attacks do.
pub(super) const MOST_MARKS: usize = 30;
/// Words longer than this are no words; they are folded letter by letter, but not looked up.
const LONGEST: usize = 64;
/// Stretches tried both short and double; any further ones become short.
const STRETCHES_TRIED: usize = 4;

/// Folds what goes beyond single letters, in this order: canonical order and composition,
/// look-alikes, signs for letters, stretches. Says what it found.
///
/// A word may show only without its stretches what its digits stand for (`so1ooo`: `so1o`, `solo`),
/// and what the digits stand for may be a stretch; so these two take turns until nothing changes.
pub(super) fn finish(letters: &mut Vec<Letter>, words: &Words) -> TokenFlags {
    let mut flags = TokenFlags::default();
    let all = letters.iter().fold(Traits::NONE, |all, letter| all.with(letter.traits));
    compose_marks(letters);
    if all.has(Traits::LATIN) && all.has(Traits::LATIN_COUSIN) && fold_look_alikes(letters) {
        flags |= TokenFlags::DISGUISED;
    }
    fold_digits(letters, words);
    while is_stretched(letters) {
        fold_stretches(letters, words);
        flags |= TokenFlags::STRETCHED;
        fold_digits(letters, words);
    }
    if letters.iter().any(|l| l.traits.has(Traits::SIGN)) {
        flags |= TokenFlags::DISGUISED;
    }
    flags | caps(letters)
}

fn caps(letters: &[Letter]) -> TokenFlags {
    let upper = letters.iter().filter(|l| l.traits.has(Traits::UPPER)).count();
    let lower = letters.iter().any(|l| l.traits.has(Traits::LOWER));
    if upper >= 2 && !lower { TokenFlags::ALL_CAPS } else { TokenFlags::default() }
}

/// Brings marks into canonical order and composes them, as NFC does.
pub(super) fn compose_marks(letters: &mut Vec<Letter>) {
    if !letters.iter().any(|l| l.traits.has(Traits::COMPOSES)) {
        return;
    }
    let class_of = |letter: &Letter| canonical_combining_class(letter.c);
    let mut start = 0;
    while start < letters.len() {
        let run = letters[start..].iter().take_while(|l| class_of(l) != 0).count();
        if run > 1 {
            // The characters move, their places stay: ranges must not go back.
            let mut marks: Vec<Letter> = letters[start..start + run].to_vec();
            marks.sort_by_key(class_of);
            for (letter, mark) in letters[start..start + run].iter_mut().zip(marks) {
                letter.c = mark.c;
                letter.class = mark.class;
            }
        }
        start += run.max(1);
    }
    let mut kept = 0;
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    for i in 0..letters.len() {
        let letter = letters[i];
        let class = class_of(&letter);
        if let Some(s) = starter {
            let adjacent = s + 1 == kept;
            if (adjacent || last_class < class)
                && let Some(c) = compose(letters[s].c, letter.c)
            {
                letters[s].c = c;
                // Marks may stand between; the range goes to the last of them, never back.
                letters[kept - 1].to = letter.to;
                continue;
            }
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        letters[kept] = letter;
        kept += 1;
    }
    letters.truncate(kept);
}

/// Cyrillic and Greek letters that look Latin, in a word with a Latin letter and no other letters of
/// theirs: they become Latin.
fn fold_look_alikes(letters: &mut [Letter]) -> bool {
    let cousin = |l: &Letter| l.traits.has(Traits::LATIN_COUSIN);
    if letters.iter().any(|l| cousin(l) && look_alike(l.c).is_none()) {
        return false;
    }
    for letter in letters.iter_mut().filter(|l| cousin(l)) {
        if let Some(c) = look_alike(letter.c) {
            letter.c = c;
        }
    }
    true
}

fn look_alike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' | 'ь' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'є' => 'e',
        'н' | 'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' | 'ϳ' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'η' | 'п' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'ү' => 'y',
        'ζ' => 'z',
        _ => return None,
    })
}

/// The letters that a sign may stand for, likeliest first.
pub(super) fn letters_of_sign(sign: char) -> &'static [char] {
    match sign {
        '0' => &['o'],
        '1' => &['i', 'l'],
        '3' => &['e'],
        '5' | '$' => &['s'],
        '7' => &['t'],
        '4' | '@' => &['a'],
        _ => &[],
    }
}

/// Folds digits that stand for letters: inside a word of mostly letters, where that makes a word of
/// the list. (Without the list `india1st` would be folded too.) A digit at the end is more often a number: it needs
/// another one inside (`y0utub3`). Says whether it did.
pub(super) fn fold_digits(letters: &mut [Letter], words: &Words) -> bool {
    let is_digit = |l: &Letter| l.class == Class::Digit;
    let (Some(first), Some(last)) = (letters.first(), letters.last()) else { return false };
    let digits = letters.iter().filter(|l| is_digit(l)).count();
    let others = letters.len() - digits;
    if digits == 0
        || is_digit(first)
        || is_digit(last) && digits == letters.iter().rev().take_while(|l| is_digit(l)).count()
        || others < 3
        || digits >= others
        || letters.len() > LONGEST
        || !letters
            .iter()
            .all(|l| if is_digit(l) { !letters_of_sign(l.c).is_empty() } else { l.c.is_ascii_lowercase() })
    {
        return false;
    }
    let reading = |ones: usize| {
        letters.iter().map(move |l| {
            let options = if is_digit(l) { letters_of_sign(l.c) } else { &[] };
            options.get(ones).or(options.first()).copied().unwrap_or(l.c)
        })
    };
    let weight = |ones: usize| words.weight(reading(ones));
    let ones = match (weight(0), weight(1)) {
        (None, None) => return false,
        (a, b) => usize::from(b > a),
    };
    let read: Vec<char> = reading(ones).collect();
    for (letter, c) in letters.iter_mut().zip(read) {
        letter.c = c;
        if letter.class == Class::Digit {
            letter.class = Class::Letter;
            letter.traits = Traits::LATIN.with(Traits::SIGN);
        }
    }
    true
}

/// Whether a letter stands three times in a row.
fn is_stretched(letters: &[Letter]) -> bool {
    letters.windows(3).any(|w| w[0].c == w[1].c && w[1].c == w[2].c && w[0].class != Class::Digit)
}

/// A letter repeated three times or more becomes one, or two where that makes a word of the list
/// (`faceboook` → `facebook`, `soooo` → `so`).
fn fold_stretches(letters: &mut Vec<Letter>, words: &Words) {
    // Each stretch keeps two letters at first; `seconds` are the places of the second ones.
    let mut kept: Vec<Letter> = Vec::with_capacity(letters.len());
    let mut seconds: Vec<usize> = Vec::new();
    let mut i = 0;
    while i < letters.len() {
        let first = letters[i];
        let run = letters[i..].iter().take_while(|l| l.c == first.c).count();
        if run >= 3 && first.class != Class::Digit {
            let last = letters[i + run - 1];
            kept.push(first);
            seconds.push(kept.len());
            kept.push(Letter { to: last.to, ..letters[i + 1] });
        } else {
            kept.extend_from_slice(&letters[i..i + run]);
        }
        i += run;
    }
    let tried = seconds.len().min(STRETCHES_TRIED);
    // Bit k of a choice: the k-th stretch stays double.
    let drops = |choice: usize, at: usize| {
        seconds.binary_search(&at).is_ok_and(|k| k >= tried || choice & (1 << k) == 0)
    };
    let reading = |choice: usize| {
        kept.iter().enumerate().filter(move |&(at, _)| !drops(choice, at)).map(|(_, letter)| letter.c)
    };
    let mut best = (0, f32::NEG_INFINITY);
    if kept.len() <= LONGEST {
        for choice in 0..1 << tried {
            if let Some(weight) = words.weight(reading(choice))
                && weight > best.1
            {
                best = (choice, weight);
            }
        }
    }
    letters.clear();
    for (at, letter) in kept.iter().enumerate() {
        match letters.last_mut() {
            // The letter left out still belongs to the range of the one before it.
            Some(before) if drops(best.0, at) => before.to = letter.to,
            _ => letters.push(*letter),
        }
    }
}
