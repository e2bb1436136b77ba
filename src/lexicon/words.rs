//! A post as a row of words: what names and patterns are matched on.

use std::ops::Range;

use super::{Lexicon, Symbol};
use crate::normalize::{EntityKind, Normalized, Token, TokenFlags, TokenKind};

/// Fewest words between quotation marks that are somebody's words, and not emphasis.
const QUOTED_WORDS: usize = 2;

/// What a word looks like; a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WordClass(u8);

impl WordClass {
    /// The classes that patterns can ask for, by name.
    pub const NAMES: [(&str, WordClass); 7] = [
        ("number", WordClass(1)),
        ("emoji", WordClass(1 << 1)),
        ("link", WordClass(1 << 2)),
        ("handle", WordClass(1 << 3)),
        ("caps", WordClass(1 << 4)),
        ("word", WordClass(1 << 5)),
        ("stretched", WordClass(1 << 6)),
    ];

    /// The class of a name, such as `number`.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(own, _)| *own == name).map(|(_, class)| *class)
    }

    /// Whether a word of the class `of` belongs to this one.
    pub fn admits(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    fn of(token: &Token) -> Self {
        let kind = match token.kind {
            TokenKind::Number => 1,
            TokenKind::Emoji | TokenKind::Flag => 1 << 1,
            TokenKind::Url => 1 << 2,
            TokenKind::Mention => 1 << 3,
            TokenKind::Word => 1 << 5,
            TokenKind::Punct => 0,
        };
        let has = |flag: TokenFlags, bit: u8| if token.flags.contains(flag) { bit } else { 0 };
        Self(kind | has(TokenFlags::ALL_CAPS, 1 << 4) | has(TokenFlags::STRETCHED, 1 << 6))
    }
}

/// A token that is not punctuation.
#[derive(Debug, Clone)]
pub struct Word {
    /// Index of the token in [`Normalized::tokens`].
    pub token: u32,
    /// Index in [`Words::sentences`].
    pub sentence: u32,
    /// Whether at most a joining sign (`-`, `'`, `/`, `&`, the point of an abbreviation) stands
    /// between it and the word before it.
    pub joined: bool,
    /// Whether it stands in quotation marks that do not hold the whole post.
    pub quoted: bool,
    /// What it looks like.
    pub class: WordClass,
    /// Which hashtag it is part of: its number in [`Normalized::entities`], counted from 1; 0 for none.
    pub tag: u32,
    /// The hashtag that begins with it.
    hashtag: Option<u32>,
    /// Its symbols, as a range of the pool.
    symbols: Range<u32>,
}

/// A sentence.
#[derive(Debug, Clone, Default)]
pub struct Sentence {
    /// Whether it ends with a question mark.
    pub question: bool,
}

/// A hashtag of the post.
#[derive(Debug, Clone)]
struct Hashtag {
    words: Range<u32>,
    symbols: Range<u32>,
    /// Index in [`Normalized::entities`].
    entity: u32,
}

/// The words of a post.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// In order.
    pub words: Vec<Word>,
    /// In order.
    pub sentences: Vec<Sentence>,
    /// The words between the hashtags (with links, handles and emoji among them) that open the post and
    /// those that close it; empty where there is nothing else.
    pub running: Range<usize>,
    hashtags: Vec<Hashtag>,
    pool: Vec<Symbol>,
    /// A hashtag with its sign, while it is looked up.
    spelt: Vec<u8>,
}

impl Words {
    /// The symbols of a word.
    pub fn symbols(&self, word: usize) -> &[Symbol] {
        let Range { start, end } = self.words[word].symbols;
        &self.pool[start as usize..end as usize]
    }

    /// The hashtag that begins at a word: one past its last word, and its symbols.
    pub fn hashtag_at(&self, word: usize) -> Option<(usize, &[Symbol])> {
        self.words
            .get(word)?
            .hashtag
            .and_then(|index| self.hashtags.get(index as usize))
            .map(|tag| self.read_hashtag(tag))
    }

    /// The whole hashtags: the first word, and the symbols.
    pub fn hashtags(&self) -> impl Iterator<Item = (usize, &[Symbol])> {
        self.hashtags.iter().map(|tag| (tag.words.start as usize, self.read_hashtag(tag).1))
    }

    /// Words of the longest hashtag; 0 where there is none.
    pub fn longest_hashtag(&self) -> usize {
        self.hashtags.iter().map(|tag| tag.words.len()).max().unwrap_or(0)
    }

    fn read_hashtag(&self, hashtag: &Hashtag) -> (usize, &[Symbol]) {
        let Range { start, end } = hashtag.symbols;
        (hashtag.words.end as usize, &self.pool[start as usize..end as usize])
    }

    /// The original code points from the first to the last word of a range.
    pub fn original(&self, words: Range<usize>, post: &Normalized) -> Range<u32> {
        let token =
            |index: usize| self.words.get(index).and_then(|word| post.tokens.get(word.token as usize));
        match (token(words.start), words.end.checked_sub(1).and_then(token)) {
            (Some(first), Some(last)) => post.original(first.start as usize..last.end as usize),
            _ => 0..0,
        }
    }

    /// Whether two words stand in one sentence.
    pub fn same_sentence(&self, a: usize, b: usize) -> bool {
        self.words[a].sentence == self.words[b].sentence
    }
}

impl Lexicon {
    /// Reads a normalised post into `words`; what they held is gone.
    pub fn read(&self, post: &Normalized, words: &mut Words) {
        let Words { words: list, sentences, running, hashtags, pool, spelt } = words;
        list.clear();
        sentences.clear();
        hashtags.clear();
        pool.clear();
        sentences.push(Sentence::default());
        let mut joined = false;
        // Where the last quotation mark that opened stands. An inner quotation ends the outer one: a
        // stray mark, which is common, then hides little.
        let mut quote: Option<usize> = None;
        let mut quoted = 0;
        let mut open_hashtag: Option<u32> = None;
        let mut fresh_sentence = false;
        for (index, token) in post.tokens.iter().enumerate() {
            if token.kind == TokenKind::Punct {
                let text = post.token_text(token);
                if token.flags.contains(TokenFlags::QUOTE_CLOSE)
                    && let Some(open) = quote.take()
                {
                    quoted += mark_quoted(list.get_mut(open..).unwrap_or_default());
                } else if token.flags.contains(TokenFlags::QUOTE_OPEN) {
                    quote = Some(list.len());
                }
                let abbreviation = text == "." && list.last().is_some_and(|word| is_letter(post, word));
                if token.flags.contains(TokenFlags::SENTENCE_END) && !abbreviation {
                    if text == "?"
                        && !list.is_empty()
                        && let Some(sentence) = sentences.last_mut()
                    {
                        sentence.question = true;
                    }
                    fresh_sentence = true;
                }
                joined &= abbreviation || matches!(text, "-" | "'" | "/" | "&" | "_");
                continue;
            }
            // Marks before the first word end no sentence.
            if fresh_sentence && !list.is_empty() {
                sentences.push(Sentence::default());
            }
            let first = pool.len() as u32;
            self.look_up(post.token_bytes(token), pool);
            let at = list.len() as u32;
            let mut begins = None;
            if let Some(entity) = token.hashtag {
                match hashtags.last_mut() {
                    Some(last) if open_hashtag == Some(entity) => last.words.end = at + 1,
                    _ => {
                        begins = Some(hashtags.len() as u32);
                        hashtags.push(Hashtag { words: at..at + 1, symbols: 0..0, entity });
                    }
                }
            }
            open_hashtag = token.hashtag;
            list.push(Word {
                token: index as u32,
                sentence: sentences.len() as u32 - 1,
                joined: joined && !fresh_sentence,
                quoted: false,
                class: WordClass::of(token),
                tag: token.hashtag.map_or(0, |entity| entity + 1),
                hashtag: begins,
                symbols: first..pool.len() as u32,
            });
            fresh_sentence = token.flags.contains(TokenFlags::SENTENCE_END);
            joined = true;
        }
        let apart = |word: &&Word| {
            post.tokens.get(word.token as usize).is_some_and(|token| {
                token.hashtag.is_some() || !matches!(token.kind, TokenKind::Word | TokenKind::Number)
            })
        };
        *running =
            list.iter().take_while(apart).count()..list.len() - list.iter().rev().take_while(apart).count();
        // Quotation marks around everything report nothing: the whole post is the author's.
        if quoted == list.len() {
            for word in list.iter_mut() {
                word.quoted = false;
            }
        }
        for hashtag in hashtags {
            let entity = post.entities.get(hashtag.entity as usize);
            let Some(entity) = entity.filter(|entity| entity.kind == EntityKind::Hashtag) else { continue };
            let first = pool.len() as u32;
            spelt.clear();
            spelt.push(b'#');
            spelt.extend_from_slice(entity.name.as_bytes());
            self.look_up(spelt, pool);
            hashtag.symbols = first..pool.len() as u32;
        }
    }
}

fn is_letter(post: &Normalized, word: &Word) -> bool {
    post.tokens.get(word.token as usize).is_some_and(|token| post.token_text(token).chars().nth(1).is_none())
}

/// Marks the words between two quotation marks, if they are enough; gives how many.
fn mark_quoted(words: &mut [Word]) -> usize {
    if words.len() < QUOTED_WORDS {
        return 0;
    }
    for word in words.iter_mut() {
        word.quoted = true;
    }
    words.len()
}
