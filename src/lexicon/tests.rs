//! Sentences, quotations, joined words and hashtags of a post.

use super::*;
use crate::normalize::{Normalized, normalize};

fn read(text: &str) -> (Normalized, Words) {
    let mut builder = LexiconBuilder::default();
    builder.exact("#greenriver");
    let post = normalize(text);
    let mut words = Words::default();
    builder.build().read(&post, &mut words);
    (post, words)
}

/// The words in groups, `|` between them where `border` says so.
fn shown(text: &str, border: impl Fn(&Words, usize) -> bool) -> String {
    let (post, words) = read(text);
    let mut shown = String::new();
    for (index, word) in words.words.iter().enumerate() {
        if index > 0 {
            shown.push(if border(&words, index) { '|' } else { ' ' });
        }
        shown.push_str(post.token_text(&post.tokens[word.token as usize]));
    }
    shown
}

#[test]
fn sentences_end_at_marks_and_lines() {
    for (text, expected) in [
        ("one two. three! four", "one two|three|four"),
        ("one?! two... three", "one|two|three"),
        ("ایک۔ دو؟ تین", "ایک|دو|تین"),
        ("एक। दो", "एक|दो"),
        ("one\ntwo", "one|two"),
        ("#one\n#two", "one|two"),
        ("at 19.30 in the U. S. now", "at 19.30 in the u s now"),
        ("... one", "one"),
        ("", ""),
        ("?!", ""),
    ] {
        assert_eq!(shown(text, |words, at| !words.same_sentence(at - 1, at)), expected, "{text:?}");
    }
}

#[test]
fn only_a_sentence_that_ends_so_is_a_question() {
    let questions =
        |text: &str| read(text).1.sentences.iter().map(|sentence| sentence.question).collect::<Vec<_>>();
    assert_eq!(questions("Is it? It is. Is it ؟"), [true, false, true]);
    assert_eq!(questions("Is it!?"), [true]);
    assert_eq!(questions("?? It is"), [false]);
    assert_eq!(questions(""), [false]);
}

#[test]
fn a_sign_between_words_parts_them_unless_it_joins() {
    for (text, expected) in [
        ("one two-three/four", "one two three four"),
        ("one, two (three) four", "one|two|three|four"),
        ("one. two", "one|two"),
        ("#GreenRiver flows", "green river flows"),
    ] {
        assert_eq!(shown(text, |words, at| !words.words[at].joined), expected, "{text:?}");
    }
}

#[test]
fn words_between_quotation_marks_are_quoted_if_they_are_enough() {
    let quoted = |text: &str| {
        let (post, words) = read(text);
        let list = words.words.iter().filter(|word| word.quoted);
        list.map(|word| post.token_text(&post.tokens[word.token as usize]).to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(quoted("he said \"one two three\" today"), "one two three");
    assert_eq!(quoted("he said “one two three” and «four five six» today"), "one two three four five six");
    assert_eq!(quoted("they shouted \"down with\" and left"), "down with");
    assert_eq!(quoted("the \"great\" army"), "", "too few");
    assert_eq!(quoted("\"one two three\""), "", "the whole post");
    assert_eq!(quoted("he said \"one two three"), "", "never closed");
    assert_eq!(quoted("one two three\" four"), "", "never opened");
    assert_eq!(quoted("\"\""), "");
}

#[test]
fn a_hashtag_is_known_where_it_begins() {
    let (_, words) = read("see #GreenRiver #other end");
    let starts: Vec<usize> = (0..10).filter(|&word| words.hashtag_at(word).is_some()).collect();
    assert_eq!(starts, [1, 3]);
    assert_eq!(words.hashtag_at(1).map(|(end, symbols)| (end, symbols.len())), Some((3, 1)));
    assert_eq!(words.hashtag_at(3).map(|(end, symbols)| (end, symbols.len())), Some((4, 0)));
    assert_eq!(words.longest_hashtag(), 2);
    assert_eq!(words.hashtags().count(), 2);
}
