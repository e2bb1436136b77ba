//! One walk over a post: letters by script, sums for the scripts with a table, a score for each
//! Latin word.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::{
    features::{Trail, word_hash},
    letters::{Letter, Letters, is_accent, is_compatible},
    script::Script,
    table::{Buffer, Sums},
    tables::{Tables, WITH_TABLE},
};
use crate::normalize::{Entity, EntityKind};

/// Words whose language is looked at one by one; later ones are read, but have no part in the mix.
const MOST_WORDS: usize = 128;
/// With so many letters outside of hashtags, those are left out: they are names, or words run together.
const ENOUGH_LETTERS: u32 = 12;
/// Fewer letters are no text.
const FEWEST_LETTERS: u32 = 2;
/// What is no word of any language: retweets, cut addresses, HTML's signs.
const NO_WORDS: [u32; 7] = [
    word_hash(b"rt"),
    word_hash(b"http"),
    word_hash(b"https"),
    word_hash(b"amp"),
    word_hash(b"lt"),
    word_hash(b"gt"),
    word_hash(b"quot"),
];

/// What one walk over a post counts.
#[derive(Debug)]
pub(super) struct Reading {
    /// Letters by script; a sign that is a syllable or a word counts for more than one.
    pub(super) letters: [u32; Script::COUNT],
    /// Sums by table.
    pub(super) sums: [Sums; WITH_TABLE],
    scores: [f32; MOST_WORDS],
    scored: usize,
}

impl Reading {
    /// Reads a text without its addresses, handles and emoji; with its hashtags only where little else is there.
    pub(super) fn new(tables: &Tables, text: &str, entities: &[Entity]) -> Self {
        let prose = Walk::new(tables).read(text, entities, |_| false);
        let enough = prose.letters.iter().sum::<u32>() >= ENOUGH_LETTERS;
        if enough || entities.iter().all(|entity| entity.kind != EntityKind::Hashtag) {
            return prose;
        }
        Walk::new(tables).read(text, entities, |kind| kind == EntityKind::Hashtag)
    }

    /// The script of the most letters; `None` where there are too few to read.
    pub(super) fn main_script(&self) -> Option<Script> {
        let main = Script::ALL.into_iter().rev().max_by_key(|&script| self.letters[script as usize])?;
        (self.letters.iter().sum::<u32>() >= FEWEST_LETTERS).then_some(main)
    }

    /// Han between kana is Japanese.
    fn join_japanese(&mut self) {
        let (han, kana) = (Script::Han as usize, Script::Kana as usize);
        if self.letters[kana] * 10 > self.letters[han] {
            self.letters[kana] += std::mem::take(&mut self.letters[han]);
        }
    }

    /// The log odds of each Latin word as Hindi–Urdu rather than English, in order.
    pub(super) fn scores(&self) -> &[f32] {
        self.scores.get(..self.scored).unwrap_or_default()
    }
}

struct Walk<'t> {
    tables: &'t Tables,
    folding: Letters,
    trails: [Trail; WITH_TABLE],
    buffer: Buffer,
    /// The table whose rows wait in the buffer.
    waiting: usize,
    /// The script of the word at hand, if there is one, its letters, and where its rows begin.
    script: Option<Script>,
    letters: u32,
    from: usize,
    out: Reading,
}

impl<'t> Walk<'t> {
    fn new(tables: &'t Tables) -> Self {
        Self {
            tables,
            folding: Letters::new(),
            trails: [Trail::default(); WITH_TABLE],
            buffer: Buffer::default(),
            waiting: 0,
            script: None,
            letters: 0,
            from: 0,
            out: Reading {
                letters: [0; Script::COUNT],
                sums: [Sums::default(); WITH_TABLE],
                scores: [0.0; MOST_WORDS],
                scored: 0,
            },
        }
    }

    fn read(mut self, text: &str, entities: &[Entity], kept: impl Fn(EntityKind) -> bool) -> Reading {
        let mut rest = text;
        let mut point = 0;
        for entity in entities.iter().filter(|entity| !kept(entity.kind)) {
            let (before, after) = split_at_point(rest, entity.start.saturating_sub(point));
            self.segment(before);
            rest = split_at_point(after, entity.end.saturating_sub(entity.start.max(point))).1;
            point = point.max(entity.end);
        }
        self.segment(rest);
        self.flush();
        self.out.join_japanese();
        self.out
    }

    /// Letters from the beginning of a word to the end of one.
    fn segment(&mut self, text: &str) {
        for c in plain(text).chars() {
            match self.folding.of(c) {
                Letter::Of(script, folded) => self.letter(script, folded),
                Letter::Gap => self.end_word(),
                Letter::Ignored => {}
            }
        }
        self.end_word();
    }

    #[inline]
    fn letter(&mut self, script: Script, folded: u32) {
        if self.script != Some(script) {
            self.end_word();
            self.begin_word(script);
        }
        self.letters += 1;
        if let Some((at, table)) = self.tables.of(script) {
            if self.buffer.is_full() {
                self.flush();
            }
            if let Some(trail) = self.trails.get_mut(at) {
                trail.letter(folded, &mut table.sink(&mut self.buffer));
            }
        }
    }

    fn begin_word(&mut self, script: Script) {
        self.script = Some(script);
        if let Some((at, _)) = self.tables.of(script)
            && (at != self.waiting || self.buffer.is_worth_adding())
        {
            self.flush();
            self.waiting = at;
        }
        self.from = self.buffer.length;
    }

    fn end_word(&mut self) {
        let Some(script) = self.script.take() else { return };
        let letters = std::mem::take(&mut self.letters);
        if let Some((at, table)) = self.tables.of(script)
            && let Some(trail) = self.trails.get_mut(at)
        {
            if script == Script::Latin && NO_WORDS.contains(&trail.word()) {
                trail.forget();
                self.buffer.length = self.from;
                return;
            }
            trail.end(&mut table.sink(&mut self.buffer));
            if script == Script::Latin
                && let Some(score) = self.out.scores.get_mut(self.out.scored)
            {
                *score = table.word_score(self.buffer.rows(self.from));
                self.out.scored += 1;
            }
            trail.pair(&mut table.sink(&mut self.buffer));
        }
        // A sign of these scripts says as much as two letters or three of others.
        self.out.letters[script as usize] += letters * script.letters_in_a_sign();
    }

    /// Adds the rows that wait to their table's sums.
    fn flush(&mut self) {
        if let (Some(table), Some(sums)) = (self.tables.at(self.waiting), self.out.sums.get_mut(self.waiting))
        {
            table.add(self.buffer.rows(0), sums);
        }
        (self.buffer.length, self.from) = (0, 0);
    }
}

/// A text in two, after so many code points.
fn split_at_point(text: &str, points: u32) -> (&str, &str) {
    let at = match text.as_bytes().get(..points as usize) {
        Some(bytes) if bytes.is_ascii() => points as usize,
        _ => text.char_indices().nth(points as usize).map_or(text.len(), |(at, _)| at),
    };
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// With letters for what stands for letters, and letters and accents composed; almost always the text itself.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| is_accent(c) || is_compatible(c)) {
        return Cow::Borrowed(text);
    }
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        if is_compatible(c) { letters.extend(std::iter::once(c).nfkc()) } else { letters.push(c) }
    }
    Cow::Owned(letters.nfc().collect())
}
