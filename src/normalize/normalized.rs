//! What *normalize* gives.

use std::ops::{BitOr, BitOrAssign, Range};

use super::alignment::Alignment;

/// A post's text as the later steps match on it.
#[derive(Debug, Clone, Default)]
pub struct Normalized {
    /// The folded tokens, joined by one space.
    pub text: String,
    /// The tokens, in order. They cover all of `text` but the spaces between them.
    pub tokens: Vec<Token>,
    /// What stands in the text besides words, in order.
    pub entities: Vec<Entity>,
    pub(super) alignment: Alignment,
}

impl Normalized {
    /// The half-open range of ORIGINAL code points that a byte range of `text` came from.
    ///
    /// Parts of one original character (`ß` is `ss`) all give that character. An empty range gives
    /// an empty one; bytes beyond the text give the end of the last token.
    pub fn original(&self, bytes: Range<usize>) -> Range<u32> {
        let limit = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.alignment.original(limit(bytes.start)..limit(bytes.end))
    }

    /// The folded text of a token of this post; empty for a token of another.
    pub fn token_text(&self, token: &Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The bytes of a token.
    pub fn token_bytes(&self, token: &Token) -> &[u8] {
        self.text.as_bytes().get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// The hashtags as written in the text, lower-cased and folded, without `#`, in order.
    pub fn hashtags(&self) -> impl Iterator<Item = &str> {
        self.entities.iter().filter(|e| e.kind == EntityKind::Hashtag).map(|e| e.name.as_str())
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.tokens.clear();
        self.entities.clear();
        self.alignment.clear();
    }

    /// Begins a token that came from the code point `from` on: a space, if something stands before it.
    /// Gives the byte where it starts.
    pub(super) fn begin(&mut self, from: u32) -> u32 {
        if !self.text.is_empty() {
            self.text.push(' ');
            self.alignment.space_before(from, self.text.len() as u32);
        }
        self.text.len() as u32
    }

    /// Ends the token that [`Self::begin`] began at `start`.
    pub(super) fn end(&mut self, start: u32, kind: TokenKind, flags: TokenFlags, hashtag: Option<u32>) {
        self.tokens.push(Token { start, end: self.text.len() as u32, kind, flags, hashtag });
    }

    /// A whole token that came from `points` as one.
    pub(super) fn block(&mut self, folded: &str, points: Range<u32>, kind: TokenKind, flags: TokenFlags) {
        let start = self.begin(points.start);
        if folded.len() == 1 && points.end - points.start == 1 {
            self.alignment.push_plain(start, points, 1);
        } else {
            self.alignment.push_block(start, points);
        }
        self.text.push_str(folded);
        self.end(start, kind, flags, None);
    }

    /// Appends ASCII letters, lower-cased, that came one to one from `points`.
    pub(super) fn push_ascii_lowercase(&mut self, word: &str, points: Range<u32>) {
        let at = self.text.len();
        self.text.push_str(word);
        if let Some(pushed) = self.text.get_mut(at..) {
            pushed.make_ascii_lowercase();
        }
        self.alignment.push_plain(at as u32, points, 1);
    }

    /// Appends one folded character that came from `points`.
    pub(super) fn push(&mut self, c: char, points: Range<u32>) {
        let at = self.text.len() as u32;
        self.text.push(c);
        if points.end - points.start == 1 {
            self.alignment.push_plain(at, points, c.len_utf8() as u8);
        } else {
            self.alignment.push_block(at, points);
        }
    }
}

/// A word, a number, a sign: the unit that names and rules match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte in [`Normalized::text`].
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub kind: TokenKind,
    /// What else is known about it.
    pub flags: TokenFlags,
    /// Index in [`Normalized::entities`] of the hashtag that it is part of.
    pub hashtag: Option<u32>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, with their marks; may hold digits (`covid19`) and the apostrophe of `n't`.
    Word,
    /// Digits, with points, commas and colons between them.
    Number,
    /// One punctuation mark or symbol; the same mark repeated is one token (`!!!` is `!`).
    Punct,
    /// One emoji, with all that is joined to it.
    Emoji,
    /// One flag emoji.
    Flag,
    /// A handle with its `@`.
    Mention,
    /// A web or mail address; its text is U+FFFC, which no name holds.
    Url,
}

/// A set of marks on a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct TokenFlags(u8);

impl TokenFlags {
    /// Two or more cased letters, all upper-case in the original.
    pub const ALL_CAPS: Self = Self(1);
    /// A sentence ends with this token: it is one of `. ! ? …` (`।`, `۔`, `؟`, `。` are folded to
    /// these), or a line ends after it.
    pub const SENTENCE_END: Self = Self(1 << 1);
    /// A quotation mark that opens.
    pub const QUOTE_OPEN: Self = Self(1 << 2);
    /// A quotation mark that closes.
    pub const QUOTE_CLOSE: Self = Self(1 << 3);
    /// Signs for letters (`faceb00k`), look-alikes of another script, or letters spelt out
    /// (`f.a.c.e`) were folded.
    pub const DISGUISED: Self = Self(1 << 4);
    /// A letter was repeated three times or more (`soooo`).
    pub const STRETCHED: Self = Self(1 << 5);

    /// Whether all of `flags` are set.
    pub fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

impl BitOr for TokenFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for TokenFlags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Something in the text that is not plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// First code point of the ORIGINAL text.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// Hashtag: lower-cased and folded, without `#` and not cut into words (`iamispr`).
    /// Mention: the folded handle without `@`. Flag: the ISO 3166 code, upper-case (`PK`, `GB-ENG`).
    /// Others: empty.
    pub name: String,
}

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// A web or mail address.
    Url,
    /// `@name`.
    Mention,
    /// `#name`.
    Hashtag,
    /// An emoji.
    Emoji,
    /// A flag emoji.
    Flag,
}
