//! Every range cuts out of the original text exactly what was matched.

use std::collections::BTreeSet;

use serde_json::Value;
use stancemark::{Scratch, Tagger, codebook::Codebook, post::Post};

use crate::program::{DEMO, codes, demo, posts, tag};

/// A text, and what must be cut out of it: `by` and the very characters.
const CUTS: &[(&str, &[(&str, &str)])] = &[
    // Urdu behind flags and emoji of several code points.
    (
        "🇵🇰❤️👨‍👩‍👧‍👦 پاک فوج زندہ باد! Pak Army zindabad 🇵🇰",
        &[
            ("target:pakistan-army", "پاک فوج"),
            ("rule:zindabad", "پاک فوج زندہ باد"),
            ("target:pakistan-army", "Pak Army"),
        ],
    ),
    // A flag is a country.
    ("love you 🇵🇰 zindabad", &[("target:pakistan", "🇵🇰"), ("rule:zindabad", "🇵🇰 zindabad")]),
    // Cyrillic letters that look Latin.
    (
        "Sh\u{430}me on F\u{430}cebook",
        &[("target:facebook", "F\u{430}cebook"), ("rule:shame-on", "Sh\u{430}me on F\u{430}cebook")],
    ),
    // Combining marks before and inside.
    (
        "Cafe\u{301} n\u{303}\u{301}: boyco\u{301}tt? Shame on Facebook",
        &[("target:facebook", "Facebook"), ("rule:shame-on", "Shame on Facebook")],
    ),
    // Stretched letters.
    (
        "shaaaame on Facebook!! #IamISPR",
        &[("rule:shame-on", "shaaaame on Facebook"), ("target:facebook", "Facebook")],
    ),
    // Right to left and left to right in one line, with marks of direction.
    (
        "\u{200f}بھارت ظلم بند کرے\u{200e} because India is a terrorist state",
        &[
            ("target:india", "بھارت"),
            ("target:india", "India"),
            ("rule:terrorist-state", "India is a terrorist state"),
        ],
    ),
    // Arabic presentation forms are the letters they show.
    ("Shame on ﻓﯿﺲ ﺑﮏ", &[("target:facebook", "ﻓﯿﺲ ﺑﮏ"), ("rule:shame-on", "Shame on ﻓﯿﺲ ﺑﮏ")]),
    // Devanagari with its vowel signs.
    ("🙏🏽 पाकिस्तान ज़िंदाबाद", &[("target:pakistan", "पाकिस्तान"), ("rule:zindabad", "पाकिस्तान ज़िंदाबाद")]),
    // Full-width letters and a zero-width joiner.
    ("Ｓｈａｍｅ on Face\u{200d}book", &[("target:facebook", "Face\u{200d}book")]),
    // A hashtag is cut into words.
    ("🔥🔥 #ShameOnYouTube", &[("target:youtube", "YouTube"), ("rule:shame-on", "ShameOnYouTube")]),
    // Diacritics of Arabic script.
    ("پاکِستان زِندہ باد", &[("target:pakistan", "پاکِستان"), ("rule:zindabad", "پاکِستان زِندہ باد")]),
    // Byte order mark, NUL, controls.
    (
        "\u{feff}\u{0}\u{1}Shame on Facebook",
        &[("target:facebook", "Facebook"), ("rule:shame-on", "Shame on Facebook")],
    ),
];

#[test]
fn hand_written_posts_give_the_exact_slices() {
    let ran = tag(["-q"]).stdin(posts(CUTS.iter().map(|(text, _)| *text))).done();
    let lines = ran.lines();
    assert_eq!(lines.len(), CUTS.len());
    for ((text, expected), line) in CUTS.iter().zip(&lines) {
        let found: Vec<(String, String)> = evidence(line)
            .map(|one| (one["by"].as_str().expect("by").to_owned(), codes(text, one)))
            .collect();
        for (by, slice) in *expected {
            let there = found.iter().any(|(who, what)| who == by && what == slice);
            assert!(there, "{by} does not cut {slice:?} out of {text:?}, but {found:?}");
        }
    }
}

/// What is cut out, read alone, is found again: a range that is off by one would miss it.
#[test]
fn what_is_cut_out_of_the_demo_is_found_again() {
    let codebook = Codebook::load("iamispr", None).expect("the codebook");
    let tagger = Tagger::new(codebook, None).expect("the patterns");
    let mut scratch = Scratch::default();
    let mut seen = BTreeSet::new();
    let lines = tag([DEMO, "-q"]).done().lines();
    for (post, line) in demo(DEMO).iter().zip(&lines) {
        let text = post["text"].as_str().expect("text");
        for one in evidence(line) {
            let (by, slice) = (one["by"].as_str().expect("by"), codes(text, one));
            if !seen.insert((by.to_owned(), slice.clone())) {
                continue;
            }
            let before = text.chars().nth(one["start"].as_u64().expect("start").saturating_sub(1) as usize);
            // Names in hashtags and handles may count only there.
            let mark = before.filter(|c| matches!(c, '#' | '@')).map(String::from).unwrap_or_default();
            let look = tagger.look(&Post::new("cut", format!("{mark}{slice}")), &mut scratch);
            let book = tagger.codebook();
            let whole = slice.chars().count() + mark.len();
            if let Some(id) = by.strip_prefix("target:") {
                let again = look.targets.iter().any(|hit| {
                    &*book.targets[hit.target].id == id
                        && hit.range.start as usize == mark.len()
                        && hit.range.end as usize == whole
                });
                assert!(again, "{id} is not found again in {slice:?}, cut out of {text:?}");
            } else {
                let id = by.strip_prefix("rule:").expect("a rule");
                if book.rules.iter().any(|rule| &*rule.id == id && rule.toward.is_some()) {
                    continue; // Its target stands elsewhere in the post.
                }
                let again = look.findings.rules.iter().any(|hit| &*book.rules[hit.rule].id == id);
                assert!(again, "rule {id} does not fire again on {slice:?}, cut out of {text:?}");
            }
        }
    }
    assert!(seen.len() > 100, "only {} different pieces of evidence", seen.len());
}

fn evidence(line: &Value) -> impl Iterator<Item = &Value> {
    line["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .flat_map(|tag| tag["evidence"].as_array().expect("evidence"))
}
