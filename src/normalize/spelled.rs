//! Letters spelt out one by one (`f.a.c.e.b.o.o.k`, `f a c e b o o k`) become the word they spell. So do syllables of the
//! scripts that write vowels as marks (`फे स बु क`), but many words of these are one syllable: only what spells a word of
//! the list is joined. Names in other disguises are looked for on the way.

use std::ops::Range;

use super::{
    disguise,
    letters::{Class, Letters},
    normalized::{Normalized, Token, TokenFlags, TokenKind},
    word::{self, Letter},
    words::Words,
};

/// Fewer letters in a row are initials.
pub(super) const FEWEST: usize = 4;

/// Fewer syllables in a row are words.
pub(super) const FEWEST_SYLLABLES: usize = 3;

/// A row of letters: its tokens, and the word they spell.
struct Row {
    tokens: Range<usize>,
    letters: Vec<Letter>,
    flags: TokenFlags,
}

/// Joins every such row. Writes the text anew where there is one; posts rarely have any.
pub(super) fn join(post: &mut Normalized, words: &Words, names: &Words, table: Letters) {
    let rows = rows(post, words, names, table);
    if rows.is_empty() {
        return;
    }
    let old = std::mem::take(post);
    post.entities.clone_from(&old.entities);
    let mut rows = rows.into_iter().peekable();
    let mut at = 0;
    while let Some(token) = old.tokens.get(at) {
        let Row { tokens, letters, flags } = match rows.next_if(|row| row.tokens.start == at) {
            Some(row) => row,
            None => Row {
                tokens: at..at + 1,
                letters: letters_of(&old, token, table).collect(),
                flags: token.flags,
            },
        };
        let begun = post.begin(letters.first().map_or(0, |l| l.from));
        for letter in &letters {
            post.push(letter.c, letter.from..letter.to);
        }
        post.end(begun, token.kind, flags, token.hashtag);
        at = tokens.end;
    }
}

/// The letters of a token, as they stand.
pub(super) fn letters_of(post: &Normalized, token: &Token, table: Letters) -> impl Iterator<Item = Letter> {
    post.token_text(token).char_indices().map(move |(i, c)| {
        let from = token.start as usize + i;
        Letter { c, ..Letter::new(table.fold(c), post.original(from..from + c.len_utf8())) }
    })
}

fn rows(post: &Normalized, words: &Words, names: &Words, table: Letters) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    let mut left = disguise::MOST_STEPS_IN_A_POST;
    while at < post.tokens.len() {
        if let Some((end, letters)) = disguise::name(post, names, table, at, &mut left) {
            let mut flags = TokenFlags::DISGUISED;
            if post.tokens[end - 1].flags.contains(TokenFlags::SENTENCE_END) {
                flags |= TokenFlags::SENTENCE_END;
            }
            rows.push(Row { tokens: at..end, letters, flags });
            at = end;
            continue;
        }
        if let Some(end) = syllables(post, words, table, at) {
            rows.push(spell(post, at..end, words, table));
            at = end;
            continue;
        }
        let spaced = row(post, table, at, false);
        let dotted = row(post, table, at, true);
        let count = if dotted > spaced { dotted.div_ceil(2) } else { spaced };
        if count < FEWEST {
            at += 1;
            continue;
        }
        let tokens = at..at + spaced.max(dotted);
        let row = spell(post, tokens, words, table);
        // One letter over and over (`a a a a`) spells nothing. Its last one may begin a row: joined or
        // not, no row may be left for a second folding to find.
        if row.letters.len() > 1 {
            at = row.tokens.end;
            rows.push(row);
        } else {
            at = row.tokens.end - 1;
        }
    }
    rows
}

fn spell(post: &Normalized, tokens: Range<usize>, words: &Words, table: Letters) -> Row {
    let taken = &post.tokens[tokens.clone()];
    let singles = taken.iter().filter(|token| token.kind == TokenKind::Word);
    let mut letters: Vec<Letter> = singles.flat_map(|token| letters_of(post, token, table)).collect();
    let mut flags = word::finish(&mut letters, words) | TokenFlags::DISGUISED;
    if taken.last().is_some_and(|last| last.flags.contains(TokenFlags::SENTENCE_END)) {
        flags |= TokenFlags::SENTENCE_END;
    }
    Row { tokens, letters, flags }
}

/// Whether this is one letter with its marks, of a script that writes vowels as marks: its letters come behind the
/// alphabets and the Arabic letters in Unicode.
pub(super) fn is_syllable(mut letters: impl Iterator<Item = (char, Class)>) -> bool {
    letters.next().is_some_and(|(c, class)| class == Class::Letter && c >= '\u{900}')
        && letters.all(|(_, class)| class == Class::Mark)
}

/// Where the longest row of syllables ends that begins at a token and spells a word of the list.
fn syllables(post: &Normalized, words: &Words, table: Letters, at: usize) -> Option<usize> {
    let mut place = Words::start();
    let mut found = None;
    let mut marks = false;
    for (index, token) in post.tokens.iter().enumerate().skip(at) {
        let text = post.token_text(token);
        let letters = text.chars().map(|c| (c, table.fold(c).class));
        if token.kind != TokenKind::Word || token.hashtag.is_some() || !is_syllable(letters) {
            break;
        }
        marks |= text.chars().nth(1).is_some();
        let Some(next) = text.bytes().try_fold(place, |place, byte| words.step(place, byte)) else { break };
        place = next;
        if index + 1 - at >= FEWEST_SYLLABLES && marks && words.weight_at(place).is_some() {
            found = Some(index + 1);
        }
    }
    found
}

/// How many tokens from `at` on are single letters, with one and the same sign between them, or
/// with nothing but space. An apostrophe is no such sign: what it parts depends on what follows (`n't`).
fn row(post: &Normalized, table: Letters, at: usize, dotted: bool) -> usize {
    let single = |token: &Token| {
        let mut chars = post.token_text(token).chars();
        let letter = chars.next().is_some_and(|c| table.fold(c).class == Class::Letter);
        token.kind == TokenKind::Word && token.hashtag.is_none() && letter && chars.next().is_none()
    };
    let range = |token: &Token| post.original(token.start as usize..token.end as usize);
    let touch = |a: &Token, b: &Token| range(a).end == range(b).start;
    let Some(first) = post.tokens.get(at).filter(|token| single(token)) else { return 0 };
    let (mut length, mut last, mut sign) = (1, first, None);
    loop {
        let rest = &post.tokens[at + length..];
        match rest {
            [next, ..] if !dotted && single(next) => {
                last = next;
                length += 1;
            }
            [between, next, ..]
                if dotted
                    && between.kind == TokenKind::Punct
                    && post.token_text(between) != "'"
                    && single(next)
                    && touch(last, between)
                    && touch(between, next)
                    && *sign.get_or_insert(post.token_text(between)) == post.token_text(between) =>
            {
                last = next;
                length += 2;
            }
            _ => return length,
        }
    }
}
