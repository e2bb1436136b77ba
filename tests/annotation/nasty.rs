//! Tagged posts that files and tools trip over.

use serde_json::{Value, json};

/// At least so many posts.
const POSTS: usize = 500;

/// Texts, and what in them is evidence.
fn texts() -> Vec<(String, Vec<&'static str>)> {
    let mut all: Vec<(String, Vec<&'static str>)> = vec![
        ("🇵🇰❤️ پاک فوج زندہ باد #IamISPR 😂 @facebook".into(), vec!["پاک فوج", "زندہ باد", "@facebook"]),
        ("👩‍👩‍👧‍👦👨🏽‍🚀 shame on facebook 👩‍👩‍👧‍👦".into(), vec!["shame on facebook", "👩‍👩‍👧‍👦👨🏽‍🚀"]),
        ("e\u{301}e\u{301} Z\u{351}a\u{353}lgo facebook".into(), vec!["facebook", "Z\u{351}a\u{353}lgo"]),
        ("فیس بک Facebook نے بند کیا\u{200f} (ISPR)\u{202b}x\u{202c}".into(), vec!["Facebook نے", "ISPR"]),
        (
            "one\r\ntwo facebook\r\n\r\nthree\ttab".into(),
            vec!["facebook", "two facebook\r\n\r\nthree", "tab"],
        ),
        ("  spaces  before  facebook \n ".into(), vec!["facebook", "before  facebook"]),
        (
            "NUL\0in the midst of facebook\u{1}\u{8}\u{b}\u{1f}\u{fffe}\u{85}\u{2028}end".into(),
            vec!["facebook", "end"],
        ),
        ("<b>&amp; \"facebook\" &lt;x&gt; ]]> <!-- a --></post> 'q'".into(), vec!["\"facebook\"", "</post>"]),
        (
            "=cmd|'/C calc'!A0 facebook -> _ [1] | * \\n \\ ; #Text=".into(),
            vec!["facebook ->", "_ [1] | *", "\\n"],
        ),
        ("facebook".into(), vec!["facebook"]),
        ("no evidence at all 😂".into(), vec![]),
    ];
    let mut long = "😂 پاک x ".repeat(1428);
    long.push_str("facebook");
    all.push((long, vec!["facebook"]));
    // Many that differ: everything above behind a prefix of another length in every unit.
    let first = all.clone();
    let pieces = ["😂", "e\u{301} ", "🇵🇰🇮🇳 ", "ا", "\u{feff}x", "Ab ", "👨🏽‍🚀", "नमस्ते "];
    let mut prefixes: Vec<String> = pieces.map(str::to_owned).to_vec();
    for piece in pieces {
        prefixes
            .extend(pieces.iter().filter(|other| **other != piece).map(|other| format!("{piece}{other}")));
    }
    for prefix in prefixes.iter().take(POSTS / first.len()) {
        all.extend(first.iter().map(|(text, found)| (format!("{prefix}{text}"), found.clone())));
    }
    assert!(all.len() >= POSTS, "{}", all.len());
    all
}

/// Lines of tags with texts. Every third post has two labels.
pub fn tags() -> Vec<Value> {
    texts()
        .into_iter()
        .enumerate()
        .map(|(at, (text, found))| {
            let place = |what: &&str| {
                let byte = text.find(what).unwrap_or_else(|| panic!("{what:?} is in {text:?}"));
                let start = text[..byte].chars().count();
                (start, start + what.chars().count())
            };
            let places: Vec<(usize, usize)> = found.iter().map(place).collect();
            let evidence = |by: &str| -> Vec<Value> {
                places.iter().map(|(start, end)| json!({"start": start, "end": end, "by": by})).collect()
            };
            let mut tags = Vec::new();
            if !places.is_empty() {
                tags.push(json!({
                    "label": "platform_attack", "target": "facebook", "stance": "against", "score": 0.75,
                    "evidence": evidence("rule:shame-on"), "by": ["rule:shame-on"],
                }));
            }
            if at % 3 == 0 && !places.is_empty() {
                tags.push(json!({
                    "label": "support", "target": "ispr", "stance": "favor", "score": 0.5,
                    "evidence": evidence("target:ispr"), "by": ["model:stance"],
                }));
            }
            json!({
                "id": format!("p/{at}_ä"), "text": text, "lang": "ur", "tags": tags, "claims": [], "status": "labelled",
            })
        })
        .collect()
}
