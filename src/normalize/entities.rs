//! What is not a word: addresses, handles, hashtags, emoji, signs.

use super::{
    disguise, emoji, hashtag,
    letters::Class,
    normalized::{Entity, EntityKind, TokenFlags, TokenKind},
    scan::Scanner,
    word::{self, Letter},
};

/// What a URL or mail address becomes.
const ADDRESS: char = '\u{FFFC}';

impl Scanner<'_> {
    /// A URL or a mail address up to the byte `end`.
    pub(super) fn address(&mut self, end: usize) {
        let points = self.text.get(self.at..end).map_or(0, |text| text.chars().count()) as u32;
        let range = self.point..self.point + points;
        self.out.block(
            ADDRESS.encode_utf8(&mut [0; 4]),
            range.clone(),
            TokenKind::Url,
            TokenFlags::default(),
        );
        self.entity(EntityKind::Url, range.start, range.end, String::new());
        (self.at, self.point) = (end, range.end);
    }

    fn entity(&mut self, kind: EntityKind, start: u32, end: u32, name: String) {
        self.out.entities.push(Entity { kind, start, end, name });
    }

    /// An emoji or a flag.
    pub(super) fn picture(&mut self) {
        let Some(emoji) = self.text.get(self.at..).and_then(|text| emoji::first_of(text, self.table)) else {
            return;
        };
        let range = self.point..self.point + emoji.points;
        let (token, kind) = match emoji.flag {
            Some(_) => (TokenKind::Flag, EntityKind::Flag),
            None => (TokenKind::Emoji, EntityKind::Emoji),
        };
        self.out.block(&emoji.folded, range.clone(), token, TokenFlags::default());
        self.entity(kind, range.start, range.end, emoji.flag.unwrap_or_default());
        self.at += emoji.bytes;
        self.point = range.end;
    }

    /// A keycap emoji, if one stands here.
    pub(super) fn keycap(&mut self) -> bool {
        let Some(rest) = self.text.get(self.at..) else { return false };
        let Some((bytes, points)) = emoji::keycap(rest) else { return false };
        let range = self.point..self.point + points;
        let folded: String = rest.chars().take(1).chain(['\u{20E3}']).collect();
        self.out.block(&folded, range.clone(), TokenKind::Emoji, TokenFlags::default());
        self.entity(EntityKind::Emoji, range.start, range.end, String::new());
        self.at += bytes;
        self.point = range.end;
        true
    }

    /// A sign, or what begins with one: hashtags, handles, HTML's `&amp;`.
    pub(super) fn sign(&mut self, folded: char) {
        match folded {
            '#' if self.keycap() || self.hashtag() => return,
            '*' if self.keycap() => return,
            '@' if self.mention() => return,
            '&' if self.html() => return,
            _ => {}
        }
        let start = (self.at, self.point);
        let mut count = 0;
        while let Some((c, next)) = self.peek(self.at)
            && next.class == Class::Sign
            && next.c == folded
            && (count == 0 || !matches!(folded, '#' | '@' | '&'))
        {
            count += 1;
            self.skip(c.len_utf8());
        }
        if disguise::SIGNS.contains(&folded) {
            let alphanumeric = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let before = self.text.get(..start.0).and_then(|text| text.chars().next_back());
            let after = self.text.get(self.at..).and_then(|text| text.chars().next());
            self.disguises += usize::from(alphanumeric(before) && alphanumeric(after));
        }
        let c = if folded == '.' && count > 2 { '…' } else { folded };
        let flags = self.flags_of_sign(c, start.0);
        self.out.block(c.encode_utf8(&mut [0; 4]), start.1..self.point, TokenKind::Punct, flags);
    }

    /// What a sign between the byte `from` and the place says about sentences and quotations.
    fn flags_of_sign(&mut self, c: char, from: usize) -> TokenFlags {
        let after = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        match c {
            '!' | '?' | '…' => TokenFlags::SENTENCE_END,
            // A dot before a letter or a digit is one of `facebook.com`.
            '.' if after.is_none_or(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit())) => {
                TokenFlags::SENTENCE_END
            }
            '"' | '\'' => {
                let written = self.text.get(from..).and_then(|rest| rest.chars().next());
                let before = self.text.get(..from).and_then(|text| text.chars().next_back());
                self.quote(c == '"', written, before, after)
            }
            _ => TokenFlags::default(),
        }
    }

    fn quote(
        &mut self,
        double: bool,
        written: Option<char>,
        before: Option<char>,
        after: Option<char>,
    ) -> TokenFlags {
        let open = if double { &mut self.double_open } else { &mut self.single_open };
        let opens = match written {
            Some('“' | '„' | '‟' | '«' | '‘' | '‚' | '‹' | '「' | '『' | '〝') => true,
            Some('”' | '»' | '›' | '」' | '』' | '〞') => false,
            _ => {
                let (letter_before, letter_after) =
                    (before.is_some_and(char::is_alphanumeric), after.is_some_and(char::is_alphanumeric));
                if !double && (letter_before == letter_after || (letter_before && !*open)) {
                    // An apostrophe: d'accord, the boys' club.
                    return TokenFlags::default();
                }
                let space_before = before.is_none_or(char::is_whitespace);
                let space_after = after.is_none_or(char::is_whitespace);
                match (space_before, space_after) {
                    (true, false) => true,
                    (false, true) => false,
                    _ => !*open,
                }
            }
        };
        *open = opens;
        if opens { TokenFlags::QUOTE_OPEN } else { TokenFlags::QUOTE_CLOSE }
    }

    /// A handle after `@`.
    fn mention(&mut self) -> bool {
        let (start, start_point) = (self.at, self.point);
        let Some((at_sign, _)) = self.peek(self.at) else { return false };
        self.letters.clear();
        self.skip(at_sign.len_utf8());
        let mut ascii = None;
        while let Some((c, folded)) = self.peek(self.at) {
            let handle = match folded.class {
                // Handles are ASCII, or all in another script: what follows is the next word.
                Class::Letter | Class::Digit | Class::Mark => {
                    let plain = folded.c.is_ascii();
                    plain == *ascii.get_or_insert(plain)
                }
                Class::Sign => c == '_',
                Class::Ornament | Class::Ignored => true,
                _ => false,
            };
            if !handle {
                break;
            }
            let point = self.point;
            match folded.class {
                Class::Ignored => {}
                Class::Ornament => {
                    if let Some(last) = self.letters.last_mut() {
                        last.to = point + 1;
                    }
                }
                _ => self.letters.push(Letter::new(folded, point..point + 1)),
            }
            self.skip(c.len_utf8());
        }
        if ascii.is_none() || self.letters.iter().all(|l| l.class == Class::Sign) {
            (self.at, self.point) = (start, start_point);
            return false;
        }
        let mut letters = std::mem::take(&mut self.letters);
        word::compose_marks(&mut letters);
        let end = letters.last().map_or(self.point, |l| l.to);
        let name: String = letters.iter().map(|l| l.c).collect();
        letters.insert(0, Letter::plain('@', start_point..start_point + 1));
        self.emit(&letters, TokenKind::Mention, TokenFlags::default(), None);
        self.letters = letters;
        self.entity(EntityKind::Mention, start_point, end, name);
        true
    }

    /// A hashtag: the whole is kept as an entity, its words become tokens.
    fn hashtag(&mut self) -> bool {
        let (start, start_point) = (self.at, self.point);
        let Some((sign, _)) = self.peek(self.at) else { return false };
        self.letters.clear();
        self.skip(sign.len_utf8());
        self.hashtag_letters();
        if !self.letters.iter().any(|l| matches!(l.class, Class::Letter | Class::Solo)) {
            (self.at, self.point) = (start, start_point);
            return false;
        }
        let mut letters = std::mem::take(&mut self.letters);
        word::compose_marks(&mut letters);
        let end = letters.last().map_or(self.point, |l| l.to);
        let name: String = letters.iter().map(|l| l.c).collect();
        let index = Some(self.out.entities.len() as u32);
        self.entity(EntityKind::Hashtag, start_point, end, name);
        if self.whole_hashtags {
            letters.insert(0, Letter::plain('#', start_point..start_point + 1));
            self.emit(&letters, TokenKind::Word, TokenFlags::default(), index);
        } else {
            for chunk in letters.split_mut(|l| l.class == Class::Sign) {
                let words = self.words;
                if word::fold_digits(chunk, words) {
                    // It is a word; the digits in it are no borders.
                    self.hashtag_word(chunk, index);
                    continue;
                }
                hashtag::cut(chunk, words, |range| self.hashtag_word(&chunk[range], index));
            }
        }
        self.letters = letters;
        true
    }

    fn hashtag_letters(&mut self) {
        let mut marks = 0;
        while let Some((c, folded)) = self.peek(self.at) {
            if self.text.get(self.at..).and_then(emoji::keycap).is_some() {
                break;
            }
            let points = self.point..self.point + 1;
            match folded.class {
                Class::Letter | Class::Digit | Class::Solo => {
                    marks = 0;
                    self.letters.push(Letter::new(folded, points));
                }
                Class::Mark => {
                    marks += 1;
                    if marks <= word::MOST_MARKS {
                        self.letters.push(Letter::new(folded, points));
                    }
                }
                Class::Several => {
                    marks = 0;
                    self.letters
                        .extend(super::letters::expand(c).map(|part| Letter::new(part, points.clone())));
                }
                Class::Sign if c == '_' || c == '＿' => self.letters.push(Letter::plain('_', points)),
                Class::Ornament => self.ornament(c),
                Class::Ignored => {}
                _ => break,
            }
            self.skip(c.len_utf8());
        }
    }

    /// One word of a hashtag. In scripts without spaces every letter is a token, as elsewhere.
    fn hashtag_word(&mut self, letters: &[Letter], index: Option<u32>) {
        let together = |a: &Letter, b: &Letter| {
            b.class == Class::Mark || (a.class != Class::Solo && b.class != Class::Solo)
        };
        for word in letters.chunk_by(together) {
            let mut word = word.to_vec();
            let flags = word::finish(&mut word, self.words);
            let number = word.iter().all(|l| l.class == Class::Digit);
            self.emit(&word, if number { TokenKind::Number } else { TokenKind::Word }, flags, index);
        }
    }

    /// `&amp;` and the few others that platforms leave in texts.
    fn html(&mut self) -> bool {
        const NAMES: [(&str, char); 8] = [
            ("&amp;", '&'),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
            ("&#34;", '"'),
            ("&#39;", '\''),
            ("&apos;", '\''),
            ("&nbsp;", ' '),
        ];
        let Some(rest) = self.text.get(self.at..) else { return false };
        let Some((name, c)) = NAMES.iter().find(|(name, _)| rest.starts_with(name)) else { return false };
        let (from, start) = (self.at, self.point);
        self.at += name.len();
        self.point += name.len() as u32;
        if *c != ' ' {
            let flags = self.flags_of_sign(*c, from);
            self.out.block(c.encode_utf8(&mut [0; 4]), start..self.point, TokenKind::Punct, flags);
        }
        true
    }
}
