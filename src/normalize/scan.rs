//! Walks a text once, from left to right, and appends its tokens.

use super::{
    letters::{Class, Folded, Letters, Traits, cyrillic_with_accent, expand},
    normalized::{Normalized, TokenFlags, TokenKind},
    spelled, url,
    word::{self, Letter, MOST_MARKS},
    words::Words,
};

/// An `@` inside a word longer than this stands for no letter.
const LONGEST_DISGUISE: usize = 32;

pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    /// Byte where the next token may begin, and the code point there.
    pub(super) at: usize,
    pub(super) point: u32,
    pub(super) out: &'a mut Normalized,
    pub(super) words: &'a Words,
    /// Names that are read through disguises.
    pub(super) names: &'a Words,
    pub(super) table: Letters,
    /// Hashtags stay one token.
    pub(super) whole_hashtags: bool,
    /// The letters of the word at hand.
    pub(super) letters: Vec<Letter>,
    /// Words of one letter so far.
    lone: usize,
    /// Words of one syllable so far, of a script that writes vowels as marks.
    syllables: usize,
    /// Words with digits in them, and signs between letters, so far.
    pub(super) disguises: usize,
    /// Straight quotes that have opened and not closed.
    pub(super) double_open: bool,
    pub(super) single_open: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(
        text: &'a str,
        words: &'a Words,
        names: &'a Words,
        whole_hashtags: bool,
        out: &'a mut Normalized,
    ) -> Self {
        Self {
            text,
            at: 0,
            point: 0,
            out,
            words,
            names,
            table: Letters::new(),
            whole_hashtags,
            letters: Vec::new(),
            lone: 0,
            syllables: 0,
            disguises: 0,
            double_open: false,
            single_open: false,
        }
    }

    pub(super) fn run(mut self) {
        self.out.text.reserve(self.text.len() + self.text.len() / 8);
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => self.ascii_word(),
                b' ' | b'\t' => self.skip(1),
                b'\n' | b'\r' => {
                    self.end_sentence();
                    self.skip(1);
                }
                _ => self.other(),
            }
        }
        let spelled = self.lone >= spelled::FEWEST || self.syllables >= spelled::FEWEST_SYLLABLES;
        if spelled || self.disguises > 0 {
            spelled::join(self.out, self.words, self.names, self.table);
        }
    }

    fn other(&mut self) {
        let Some((c, folded)) = self.peek(self.at) else { return };
        match folded.class {
            Class::Letter | Class::Mark | Class::Several | Class::Solo => self.word(),
            Class::Digit => self.number(),
            Class::Picture | Class::Regional => self.picture(),
            Class::Sign => self.sign(folded.c),
            Class::Line => {
                self.end_sentence();
                self.skip(c.len_utf8());
            }
            Class::Space | Class::Ignored | Class::Ornament => self.skip(c.len_utf8()),
        }
    }

    /// The character at a byte, and what it folds to.
    #[inline]
    pub(super) fn peek(&self, at: usize) -> Option<(char, Folded)> {
        let c = self.text.get(at..)?.chars().next()?;
        Some((c, self.table.fold(c)))
    }

    /// Goes on by one code point of so many bytes.
    #[inline]
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        self.point += 1;
    }

    fn end_sentence(&mut self) {
        if let Some(last) = self.out.tokens.last_mut() {
            last.flags |= TokenFlags::SENTENCE_END;
        }
    }

    /// A word of ASCII letters only, copied as it stands; anything else goes to [`Self::word`].
    fn ascii_word(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if let Some(end) = url::end_at(self.text, start, self.table) {
            return self.address(end);
        }
        let (mut upper, mut run, mut last) = (0, 1, 0);
        let mut at = start;
        while let Some(&byte) = bytes.get(at)
            && byte.is_ascii_alphabetic()
        {
            upper += usize::from(byte.is_ascii_uppercase());
            let lower = byte | 0x20;
            run = if lower == last { run + 1 } else { 1 };
            if run == 3 {
                return self.word();
            }
            last = lower;
            at += 1;
        }
        match bytes.get(at) {
            Some(b'0'..=b'9' | b'@' | b'$') => return self.word(),
            Some(b'\'') if last == b'n' => return self.word(),
            Some(0x80..) => {
                if let Some((_, folded)) = self.peek(at) {
                    let ends = match folded.class {
                        Class::Space | Class::Line | Class::Picture | Class::Regional | Class::Solo => true,
                        Class::Sign => folded.c != '\'' || last != b'n',
                        _ => false,
                    };
                    if !ends {
                        return self.word();
                    }
                }
            }
            _ => {}
        }
        let length = at - start;
        let points = self.point..self.point + length as u32;
        let caps = upper >= 2 && upper == length;
        let token = self.out.begin(points.start);
        self.out.push_ascii_lowercase(&self.text[start..at], points.clone());
        let flags = if caps { TokenFlags::ALL_CAPS } else { TokenFlags::default() };
        self.out.end(token, TokenKind::Word, flags, None);
        self.lone += usize::from(length == 1);
        self.at = at;
        self.point = points.end;
    }

    /// A word of any letters, marks and digits.
    pub(super) fn word(&mut self) {
        let start = (self.at, self.point);
        self.letters.clear();
        // The first `@` read as a letter: byte, code point, letters before it.
        let mut doubtful: Option<(usize, u32, usize)> = None;
        let mut marks = 0;
        while let Some((c, folded)) = self.peek(self.at) {
            let points = self.point..self.point + 1;
            match folded.class {
                Class::Mark if marks >= MOST_MARKS => self.widen(points.end),
                Class::Letter | Class::Digit | Class::Mark => {
                    marks = if folded.class == Class::Mark { marks + 1 } else { 0 };
                    self.letters.push(Letter::new(folded, points));
                }
                Class::Several => {
                    marks = 0;
                    self.letters.extend(expand(c).map(|part| Letter::new(part, points.clone())));
                }
                Class::Solo if self.letters.is_empty() => self.letters.push(Letter::new(folded, points)),
                Class::Ornament => self.ornament(c),
                Class::Ignored => {}
                Class::Sign if c == '@' => {
                    if let Some(end) = url::mail_end(self.text, self.at) {
                        (self.at, self.point) = start;
                        return self.address(end);
                    }
                    if !self.stands_for_letter() || self.letters.len() > LONGEST_DISGUISE {
                        break;
                    }
                    doubtful = doubtful.or(Some((self.at, self.point, self.letters.len())));
                    self.letters.push(Letter::sign(c, points));
                }
                Class::Sign if c == '$' && self.stands_for_letter() => {
                    self.letters.push(Letter::sign(c, points));
                }
                Class::Sign if folded.c == '\'' && self.is_not(c.len_utf8()) => {
                    self.letters.push(Letter::new(Folded { class: Class::Letter, ..folded }, points));
                }
                _ => break,
            }
            self.skip(c.len_utf8());
            if doubtful.is_some() && self.letters.len() > LONGEST_DISGUISE {
                break;
            }
            if self.letters.first().is_some_and(|l| l.class == Class::Solo) && !self.before_mark() {
                break;
            }
        }
        let mut letters = std::mem::take(&mut self.letters);
        let flags = match doubtful {
            Some((at, point, kept)) if !self.is_known(&letters) => {
                // The `@` begins a handle after all.
                letters.truncate(kept);
                (self.at, self.point) = (at, point);
                word::finish(&mut letters, self.words)
            }
            _ => word::finish(&mut letters, self.words),
        };
        self.emit(&letters, TokenKind::Word, flags, None);
        self.letters = letters;
    }

    /// An accent or the like after a letter: part of its range, and of a few Cyrillic letters.
    pub(super) fn ornament(&mut self, c: char) {
        if let Some(last) = self.letters.last_mut() {
            if let Some(accented) = cyrillic_with_accent(last.c, c) {
                last.c = accented;
            }
            last.to = self.point + 1;
        }
    }

    fn widen(&mut self, end: u32) {
        if let Some(last) = self.letters.last_mut() {
            last.to = end;
        }
    }

    /// Whether a sign at the place stands between Latin letters.
    fn stands_for_letter(&self) -> bool {
        let latin = |folded: Folded| folded.class == Class::Letter && folded.traits.has(Traits::LATIN);
        self.letters.last().is_some_and(|l| l.traits.has(Traits::LATIN))
            && self.peek(self.at + 1).is_some_and(|(_, next)| latin(next))
    }

    /// Whether an apostrophe of so many bytes at the place is the one of `n't`.
    fn is_not(&self, bytes: usize) -> bool {
        let next = self.peek(self.at + bytes);
        self.letters.last().is_some_and(|l| l.c == 'n')
            && next.is_some_and(|(_, t)| t.c == 't' && t.class == Class::Letter)
            && next.and_then(|(t, _)| self.peek(self.at + bytes + t.len_utf8())).is_none_or(|(c, after)| {
                !matches!(c, '@' | '$')
                    && matches!(
                        after.class,
                        Class::Space
                            | Class::Line
                            | Class::Sign
                            | Class::Picture
                            | Class::Regional
                            | Class::Solo
                    )
            })
    }

    fn before_mark(&self) -> bool {
        self.peek(self.at)
            .is_some_and(|(_, next)| matches!(next.class, Class::Mark | Class::Ornament | Class::Ignored))
    }

    fn is_known(&self, letters: &[Letter]) -> bool {
        if letters.len() > LONGEST_DISGUISE {
            return false;
        }
        let mut read = letters.to_vec();
        word::finish(&mut read, self.words);
        self.words.weight(read.iter().map(|l| l.c)).is_some()
    }

    /// Digits; with letters after them a word.
    fn number(&mut self) {
        if self.keycap() {
            return;
        }
        let mut end = self.at;
        let digit = |folded: Folded| folded.class == Class::Digit;
        while let Some((c, _)) = self.peek(end).filter(|&(_, folded)| digit(folded)) {
            end += c.len_utf8();
        }
        let next = self.peek(end);
        if next.is_some_and(|(c, folded)| {
            matches!(
                folded.class,
                Class::Letter | Class::Mark | Class::Several | Class::Ornament | Class::Ignored
            ) || (c == '@' && url::mail_end(self.text, end).is_some())
        }) {
            return self.word();
        }
        self.letters.clear();
        self.digits_to(end);
        while let Some((c, separator)) = self.peek(self.at)
            && matches!(separator.c, '.' | ',' | ':')
        {
            let first = self.at + c.len_utf8();
            let mut end = first;
            while let Some((c, _)) = self.peek(end).filter(|&(_, folded)| digit(folded)) {
                end += c.len_utf8();
            }
            if end == first {
                break;
            }
            self.letters.push(Letter::new(separator, self.point..self.point + 1));
            self.skip(c.len_utf8());
            self.digits_to(end);
        }
        let letters = std::mem::take(&mut self.letters);
        self.emit(&letters, TokenKind::Number, TokenFlags::default(), None);
        self.letters = letters;
    }

    fn digits_to(&mut self, end: usize) {
        while self.at < end
            && let Some((c, folded)) = self.peek(self.at)
        {
            self.letters.push(Letter::new(folded, self.point..self.point + 1));
            self.skip(c.len_utf8());
        }
    }

    /// Appends a token.
    pub(super) fn emit(
        &mut self,
        letters: &[Letter],
        kind: TokenKind,
        flags: TokenFlags,
        hashtag: Option<u32>,
    ) {
        let Some(first) = letters.first() else { return };
        let token = self.out.begin(first.from);
        for letter in letters {
            self.out.push(letter.c, letter.from..letter.to);
        }
        self.out.end(token, kind, flags, hashtag);
        if kind == TokenKind::Word && first.class == Class::Digit && hashtag.is_none() {
            self.disguises += 1;
        }
        if kind == TokenKind::Word && first.class == Class::Letter && hashtag.is_none() {
            self.lone += usize::from(letters.len() == 1);
            self.disguises += usize::from(letters.iter().any(|l| l.class == Class::Digit));
            self.syllables += usize::from(spelled::is_syllable(letters.iter().map(|l| (l.c, l.class))));
        }
    }
}
