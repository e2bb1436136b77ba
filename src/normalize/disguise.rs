//! Names that signs or digits disguise (`F*cebook`, `Ind!a`, `1ndia`, `पाकि-स्तान`) become the names they stand for. More than
//! one reading is possible, so only names of the codebook are read, and only whole ones.

use super::{
    letters::{Class, Letters, Traits},
    normalized::{Normalized, TokenKind},
    spelled::letters_of,
    word::{Letter, letters_of_sign},
    words::{Place, Words},
};

/// Most tokens of a disguised name.
const MOST_TOKENS: usize = 12;
/// Most letters and signs of one.
const MOST_PARTS: usize = 40;
/// Fewer letters are no name that could be told from other words.
const FEWEST_LETTERS: usize = 4;
/// So many letters stand there as they are, where others are masked …
const FEWEST_BESIDE_MASKS: usize = 3;
/// … and where signs are read as letters.
const FEWEST_BESIDE_SIGNS: usize = 2;
/// Steps after which the search for one name gives up.
const MOST_STEPS: usize = 1_000;
/// Steps of all searches in a post, after which no more names are looked for: posts made of signs take no longer.
pub(super) const MOST_STEPS_IN_A_POST: usize = 20_000;

/// Signs that part the letters of a disguised name, stand for one of them, or mask one.
pub(super) const SIGNS: [char; 11] = ['*', '-', '.', '_', '~', '|', '·', '/', '!', '$', '@'];

/// A letter, a digit or a sign of what may be a name.
struct Part {
    letter: Letter,
    /// Whether it is a sign, and how many of it there are.
    signs: usize,
    /// Whether a token ends with it that a name may end with.
    ends: bool,
    token: usize,
}

/// A name that begins at a token: one past its last token, and its letters; the longest there is. `left` are the steps
/// left for the post.
pub(super) fn name(
    post: &Normalized,
    names: &Words,
    table: Letters,
    at: usize,
    left: &mut usize,
) -> Option<(usize, Vec<Letter>)> {
    if *left == 0 {
        return None;
    }
    let parts = parts(post, table, at);
    let disguised = |part: &Part| part.signs > 0 || part.letter.class == Class::Digit;
    if parts.len() < FEWEST_LETTERS || !parts.iter().any(disguised) {
        return None;
    }
    let mut search =
        Search { names, parts: &parts, read: Vec::new(), best: None, left: MOST_STEPS.min(*left) };
    let granted = search.left;
    search.go(0, Words::start(), Read::default());
    *left -= granted - search.left;
    search.best
}

/// The words from a token on that touch each other or signs between them.
fn parts(post: &Normalized, table: Letters, at: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut end = None;
    for (index, token) in post.tokens.iter().enumerate().skip(at).take(MOST_TOKENS) {
        let range = post.original(token.start as usize..token.end as usize);
        let word = token.kind == TokenKind::Word || token.kind == TokenKind::Number && index > at;
        let sign = token.kind == TokenKind::Punct && index > at;
        let touches = end.is_none_or(|end| end == range.start);
        if token.hashtag.is_some() || !touches || !(word || sign) {
            break;
        }
        end = Some(range.end);
        let many = range.len();
        for letter in letters_of(post, token, table) {
            let signs = if word { 0 } else { many };
            if parts.len() == MOST_PARTS || !word && !SIGNS.contains(&letter.c) {
                return parts;
            }
            parts.push(Part { letter, signs, ends: false, token: index });
        }
        if let Some(last) = parts.last_mut() {
            last.ends = word;
        }
    }
    parts
}

/// How the parts so far were read.
#[derive(Debug, Clone, Copy, Default)]
struct Read {
    known: usize,
    signs: usize,
    masked: usize,
    dropped: usize,
}

struct Search<'a> {
    names: &'a Words,
    parts: &'a [Part],
    read: Vec<Letter>,
    best: Option<(usize, Vec<Letter>)>,
    /// Steps left.
    left: usize,
}

impl Search<'_> {
    /// Reads on from a part and a place among the names.
    fn go(&mut self, at: usize, place: Place, so_far: Read) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        let before = at.checked_sub(1).and_then(|last| self.parts.get(last));
        if let Some(last) = before.filter(|last| last.ends && self.names.weight_at(place).is_some()) {
            let Read { known, signs, masked, dropped } = so_far;
            let enough = known + signs + masked >= FEWEST_LETTERS
                && known >= if masked > 0 { FEWEST_BESIDE_MASKS } else { FEWEST_BESIDE_SIGNS }
                && known > masked;
            let longer = self.best.as_ref().is_none_or(|(end, _)| *end < last.token + 1);
            if signs + masked + dropped > 0 && enough && longer {
                self.best = Some((last.token + 1, self.read.clone()));
            }
        }
        let Some(part) = self.parts.get(at) else { return };
        let letter = part.letter;
        if part.signs == 0 {
            if let Some(next) = self.names.step_char(place, letter.c) {
                self.with(letter, at, next, Read { known: so_far.known + 1, ..so_far });
            }
            if letter.class != Class::Digit {
                return;
            }
        }
        for &c in meanings(letter.c) {
            if let Some(next) = self.names.step_char(place, c) {
                self.with(disguised(c, letter), at, next, Read { signs: so_far.signs + 1, ..so_far });
            }
        }
        if part.signs > 0 {
            self.go(at + 1, place, Read { dropped: so_far.dropped + 1, ..so_far });
        }
        if letter.c == '*' {
            self.mask(part.signs, at, place, so_far);
        }
    }

    /// Reads a part as a letter, and goes on.
    fn with(&mut self, letter: Letter, at: usize, place: Place, so_far: Read) {
        self.read.push(letter);
        self.go(at + 1, place, so_far);
        self.read.pop();
    }

    /// Reads so many stars as any letters.
    fn mask(&mut self, stars: usize, at: usize, place: Place, so_far: Read) {
        let masked = Read { masked: so_far.masked + 1, ..so_far };
        for (c, next) in self.names.letters(place) {
            let Some(left) = self.left.checked_sub(1) else { return };
            self.left = left;
            self.read.push(disguised(c, self.parts[at].letter));
            if stars > 1 {
                self.mask(stars - 1, at, next, masked);
            } else {
                self.go(at + 1, next, masked);
            }
            self.read.pop();
        }
    }
}

/// The letters that a digit or a sign stands for.
fn meanings(sign: char) -> &'static [char] {
    match sign {
        '!' | '|' => &['i', 'l'],
        _ => letters_of_sign(sign),
    }
}

/// A letter read into the place of a sign.
fn disguised(c: char, place: Letter) -> Letter {
    Letter { c, class: Class::Letter, traits: Traits::SIGN, ..place }
}
