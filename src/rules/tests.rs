//! The language of patterns and what is matched, on a small codebook.

use super::*;
use crate::{Scratch, Tagger, codebook::Codebook, post::Post};

const BOOK: &str = r#"
[codebook]
name = "t"
version = 1
home = "PK"
[[target]]
id = "book"
kind = "platform"
name = "Book"
names = { en = ["facebook"] }
[[target]]
id = "tube"
kind = "platform"
name = "Tube"
names = { en = ["youtube", "videosite"] }
[[target]]
id = "twin"
kind = "platform"
name = "Twin"
names = { en = ["videosite"] }
[[target]]
id = "home"
kind = "country"
name = "Home"
country = "PK"
names = { en = ["pakistan*"], ur = ["پاکستان"] }
[[target]]
id = "other"
kind = "country"
name = "Other"
country = "IN"
names = { en = ["india"] }
"#;

/// A codebook with one rule.
fn book(pattern: &str, more: &str) -> String {
    let votes = if more.contains("votes") { "" } else { "votes = \"against\"\n" };
    format!(
        "{BOOK}[[rule]]\nid = \"r\"\ndescription = \"d\"\npattern = [{pattern:?}]\n{votes}weight = 2.0\n\
         yes = [\"-\"]\nno = [\"-\"]\n{more}\n"
    )
}

fn tagger(pattern: &str, more: &str) -> Tagger {
    Tagger::new(Codebook::from_toml("t", &book(pattern, more), None).expect("a codebook"), None)
        .expect("a pattern")
}

/// What one rule finds: `target stance weight "what it matched"`.
fn hits_of(tagger: &Tagger, text: &str) -> Vec<String> {
    let look = tagger.look(&Post::new("p", text), &mut Scratch::default());
    let shown = look.findings.rules.iter().map(|hit| {
        let matched: String = text
            .chars()
            .skip(hit.range.start as usize)
            .take((hit.range.end - hit.range.start) as usize)
            .collect();
        format!("{} {} {} {matched:?}", tagger.codebook().targets[hit.target].id, hit.stance, hit.weight)
    });
    shown.collect()
}

fn hits(pattern: &str, more: &str, text: &str) -> Vec<String> {
    hits_of(&tagger(pattern, more), text)
}

/// What a pattern matches in a text.
fn matched(pattern: &str, text: &str) -> Option<String> {
    let hits = hits(pattern, "toward = \"target\"\nnegation = \"ignore\"\nquestion = \"ignore\"", text);
    hits.first().map(|hit| hit.split_once('"').expect("quoted").1.trim_end_matches('"').to_owned())
}

#[test]
fn every_element_matches_what_it_says() {
    for (pattern, text, expected) in [
        ("shame on {target}", "Oh SHAME on Facebook!", Some("SHAME on Facebook")),
        ("shame on {target}", "shameful on Facebook", None),
        ("sham* {target}", "shameful Facebook", Some("shameful Facebook")),
        ("(shame|down with) {target}", "down with Facebook", Some("down with Facebook")),
        ("(shame|down with) {target}", "down Facebook with", None),
        ("so? bad {target}", "so bad Facebook", Some("so bad Facebook")),
        ("so? bad {target}", "bad Facebook", Some("bad Facebook")),
        ("(so very|too)? bad {target}", "so very bad Facebook", Some("so very bad Facebook")),
        ("{target} .. bad", "Facebook is one two three four bad", None),
        ("{target} .. bad", "Facebook one two three four bad", Some("Facebook one two three four bad")),
        ("{target} ..1 bad", "Facebook is bad", Some("Facebook is bad")),
        ("{target} ..1 bad", "Facebook is so bad", None),
        (
            "{target} ..20 bad",
            "Facebook 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 bad",
            Some("Facebook 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 bad"),
        ),
        ("{platform} bad", "Pakistan bad. Facebook bad", Some("Facebook bad")),
        ("{country} bad", "Facebook bad, India bad", Some("India bad")),
        ("{home} bad", "India bad, Pakistan bad", Some("Pakistan bad")),
        ("{other} bad", "Pakistan bad, India bad", Some("India bad")),
        ("{other} bad", "Facebook bad", None),
        ("{=tube} bad", "Facebook bad, YouTube bad", Some("YouTube bad")),
        ("{person} bad", "Facebook bad", None),
        ("#badbook", "#BadBook Facebook", Some("BadBook")),
        ("#badbook", "badbook Facebook", None),
        ("bad #tag? {target}", "bad #tag Facebook", Some("bad #tag Facebook")),
        ("bad #tag? {target}", "bad Facebook", Some("bad Facebook")),
        ("👎 {target}", "👎 Facebook", Some("👎 Facebook")),
        ("مردہ باد", "پاکستان مردہ باد", Some("مردہ باد")),
        ("103 {target}", "103 Facebook", Some("103 Facebook")),
    ] {
        let found = matched(pattern, text);
        assert_eq!(found.as_deref(), expected, "{pattern} on {text:?}");
    }
}

#[test]
fn a_match_stays_within_a_sentence() {
    for text in ["bad. Facebook", "bad\nFacebook", "a bad! #Facebook", "bad۔ Facebook", "bad? Facebook"] {
        assert_eq!(matched("bad .. {target}", text), None, "{text:?}");
        assert_eq!(matched("bad #facebook?  so", text), None, "{text:?}");
    }
    assert_eq!(matched("bad #facebook", "bad. #Facebook"), None);
    assert!(matched("bad .. {target}", "bad, Facebook").is_some());
}

#[test]
fn a_wrong_pattern_is_told_with_its_place_and_the_way_out() {
    for (pattern, message) in [
        ("", "the pattern is empty"),
        ("shame) {target}", "there is a `)` without its `(`"),
        ("(shame {target}", "there is a `(` without its `)`"),
        ("(a|(b)) {target}", "cannot stand inside another"),
        ("a ..0 {target}", "`..0` is no gap: write `..` or `..1` to `..20`"),
        ("a ..21 {target}", "`..21` is no gap"),
        ("a ..x {target}", "`..x` is no gap"),
        (".. a {target}", "cannot begin or end with a gap"),
        ("a {target} ..", "cannot begin or end with a gap"),
        ("a {targets}", "`{targets}` is no slot: use {target}"),
        ("a {=nobody}", "there is no target `nobody`"),
        ("! {target}", "`!` holds no letter, digit or emoji"),
        ("(a|) {target}", "an alternative is empty"),
        ("a? {target}", "at least one word or hashtag that is not optional"),
        ("(a|b)* {target}", "cannot stand inside"),
        ("a{target}", "cannot stand inside `a{target}`"),
        ("(a|{home}) b", "`{` cannot stand inside"),
        ("(a|:number:) {target}", "the class `:number:` cannot stand in a group"),
        ("ka*na {target}", "`*` cannot stand inside `ka*na`"),
        ("(#a|b) {target}", "cannot stand in a group"),
        ("#!! {target}", "is no hashtag"),
        ("a b c d e f g h i j k l m n o p q r s t u v w x {target}", "25 elements; 24 are the most"),
        ("shame", "has no slot: say under `toward`"),
    ] {
        let codebook = Codebook::from_toml("t", &book(pattern, ""), None).expect("a codebook");
        let error = Tagger::new(codebook, None).expect_err(pattern).to_string();
        assert!(error.starts_with("t:36:") && error.contains(": rule `r`: "), "{pattern}: {error}");
        assert!(error.contains(message), "{pattern}: {error}");
    }
    let votes = book("a {target}", "votes = [\"favor\", \"against\"]");
    let error = Tagger::new(Codebook::from_toml("t", &votes, None).expect("a codebook"), None)
        .expect_err("two votes");
    assert!(error.to_string().contains("there are 2 votes for 1 slots"), "{error}");
}

#[test]
fn the_part_of_a_pattern_that_is_wrong_is_pointed_at() {
    for (pattern, column) in
        [("a {nix} b", 15), ("a ..99 {target}", 15), ("شرم (a|) {target}", 17), ("a b", 12)]
    {
        let codebook = Codebook::from_toml("t", &book(pattern, ""), None).expect("a codebook");
        let error = Tagger::new(codebook, None).expect_err(pattern).to_string();
        assert!(error.starts_with(&format!("t:36:{column}: ")), "{pattern}: {error}");
    }
}

#[test]
fn the_newer_elements_match_what_they_say() {
    for (pattern, text, expected) in [
        ("<bad {target}>", "Facebook bad", Some("Facebook bad")),
        ("<bad {target}>", "bad Facebook", Some("bad Facebook")),
        ("<bad {target}>", "bad old Facebook", None),
        ("<bad {target}>..2", "bad old Facebook", Some("bad old Facebook")),
        ("<ban now {target}>..1", "now Facebook ban", Some("now Facebook ban")),
        ("b[ae]d {target}", "bed Facebook", Some("bed Facebook")),
        ("b[ae]d {target}", "bid Facebook", None),
        ("boycott~ {target}", "boycotting Facebook", Some("boycotting Facebook")),
        ("boycott~ {target}", "boycottable Facebook", None),
        ("{target} ڈوب~", "Facebook ڈوبتی", Some("Facebook ڈوبتی")),
        ("bad :number: {target}", "bad 103 Facebook", Some("bad 103 Facebook")),
        ("bad :number:? {target}", "bad Facebook", Some("bad Facebook")),
        ("bad :emoji: {target}", "bad 😡 Facebook", Some("bad 😡 Facebook")),
        ("bad :emoji: {target}", "bad x Facebook", None),
        ("bad :caps: {target}", "bad OLD Facebook", Some("bad OLD Facebook")),
        ("bad :link: {target}", "bad http://a.example Facebook", Some("bad http://a.example Facebook")),
        ("{other country} bad", "Pakistan bad, India bad", Some("India bad")),
        ("{home|platform} bad", "India bad", None),
        ("{home|platform} bad", "Facebook bad", Some("Facebook bad")),
        ("{home|platform} bad", "Pakistan bad", Some("Pakistan bad")),
        ("{=tube|=book} bad", "Facebook bad", Some("Facebook bad")),
    ] {
        assert_eq!(matched(pattern, text).as_deref(), expected, "{pattern} on {text:?}");
    }
}

#[test]
fn a_set_keeps_the_votes_of_its_slots() {
    let more = "votes = [\"favor\", \"against\"]";
    for text in ["Pakistan beats India", "India beats Pakistan"] {
        let mut found = hits("<{home} beats {other}>", more, text);
        found.sort();
        assert_eq!(found, [format!("home favor 2 \"{text}\""), format!("other against 2 \"{text}\"")]);
    }
}

#[test]
fn a_gap_does_not_go_over_a_nearer_target() {
    assert_eq!(
        hits("{platform} .. bad", "", "YouTube with Facebook is bad"),
        ["book against 2 \"Facebook is bad\""]
    );
    assert_eq!(
        hits("{platform} .. bad", "", "YouTube in India is bad").len(),
        1,
        "India is none of its targets"
    );
    assert_eq!(hits("bad .. {platform}", "", "bad in India: YouTube").len(), 1);
    assert_eq!(
        hits("{platform} ..3 bad", "", "Facebook and YouTube are bad").len(),
        2,
        "they stand side by side"
    );
}

#[test]
fn what_takes_too_long_is_told_with_its_rule() {
    let many = (0..400).map(|n| format!("w{n} x")).collect::<Vec<_>>().join("|");
    for (pattern, message) in [
        (
            format!("{} {{target}}", vec![format!("..20 ({many})"); 6].join(" ").replacen("..20 ", "", 1)),
            "steps at one place",
        ),
        ("[abcdefghi][abcdefghi] {target}".to_owned(), "more than 64 spellings"),
        (
            format!("({}) {{target}}", (0..120).map(|n| format!("w{n}b~")).collect::<Vec<_>>().join("|")),
            "are the most",
        ),
        ("<a b> <c d e f> {target}".to_owned(), "more than 36 orders"),
        ("<a b c d e> {target}".to_owned(), "2 to 4 members"),
    ] {
        let codebook = Codebook::from_toml("t", &book(&pattern, ""), None).expect("a codebook");
        let error = Tagger::new(codebook, None).expect_err(&pattern).to_string();
        assert!(error.contains("rule `r`") && error.contains(message), "{error}");
    }
}

#[test]
fn reported_speech_contrast_and_sarcasm_are_read() {
    let favor = "votes = \"favor\"";
    for (pattern, more, text, expected) in [
        ("{target} bad", "", "They say that he said Facebook bad", "against 1"),
        ("{target} bad", "reported = \"drop\"", "He claims Facebook bad", ""),
        ("{target} bad", "reported = \"ignore\"", "He claims Facebook bad", "against 2"),
        ("{target} bad", "", "I said Facebook bad", "against 2"),
        ("{target} bad", "", "He left. Facebook bad", "against 2"),
        ("{target} bad", "", "اس نے کہا Facebook bad", "against 1"),
        ("{target} bad", "", "उसने कहा Facebook bad", "against 1"),
        ("{target} bad", "", "usne kaha Facebook bad", "against 1"),
        ("{target} bad", "", "قال Facebook bad", "against 1"),
        ("{target} bad", "", "dice que Facebook bad", "against 1"),
        ("great {target}", favor, "great Facebook 🙄", "favor 1"),
        ("great {target}", "votes = \"favor\"\nsarcasm = \"reverse\"", "great Facebook 🙄", "against 2"),
        ("great {target}", favor, "great Facebook", "favor 2"),
        (
            "great {target}",
            favor,
            "great Facebook, my post is gone once more and nobody says why 🙄🙄",
            "favor 1",
        ),
        ("great {target}", favor, "great Facebook. My post is gone 🙄", "favor 2"),
    ] {
        let found = hits(pattern, more, text);
        let same =
            found.first().map_or(expected.is_empty(), |hit| !expected.is_empty() && hit.contains(expected));
        assert!(same, "{more} {text:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn what_a_but_takes_back_counts_half() {
    let two = |contrast: &str, text: &str| {
        let both = format!(
            "{}\n[[rule]]\nid = \"s\"\ndescription = \"d\"\npattern = [\"{{target}} bad\"]\nvotes = \"against\"\nweight = 2.0\n\
             yes = [\"-\"]\nno = [\"-\"]\n",
            book("good {target}", &format!("votes = \"favor\"\n{contrast}"))
        );
        hits_of(
            &Tagger::new(Codebook::from_toml("t", &both, None).expect("a codebook"), None).expect("patterns"),
            text,
        )
    };
    let half = ["book favor 1 \"good Facebook\"", "book against 2 \"Facebook bad\""];
    for but in ["but", "lekin", "لیکن", "लेकिन", "pero", "لكن", "मगर", "مگر"] {
        assert_eq!(two("", &format!("good Facebook {but} Facebook bad")), half, "{but}");
    }
    assert_eq!(two("", "good Facebook and Facebook bad")[0], "book favor 2 \"good Facebook\"");
    assert_eq!(two("", "good Facebook. but Facebook bad")[0], "book favor 2 \"good Facebook\"");
    assert_eq!(
        two("contrast = \"ignore\"", "good Facebook but Facebook bad")[0],
        "book favor 2 \"good Facebook\""
    );
    assert_eq!(two("contrast = \"drop\"", "good Facebook but Facebook bad"), [half[1]]);
}

#[test]
fn negation_reaches_a_hit_in_six_languages() {
    for text in [
        "Facebook is not bad",
        "Facebook bad nahi",
        "Facebook bad نہیں",
        "Facebook bad नहीं",
        "Facebook ليس bad",
        "Facebook no es bad",
        "Facebook não é bad",
        "Facebook не bad",
    ] {
        assert_eq!(hits("{target} .. bad", "", text), [""; 0], "{text}");
    }
    assert_eq!(hits("{target} bad", "", "#SayNoToWar Facebook bad").len(), 1, "a hashtag speaks for itself");
    assert_eq!(hits("bad {platform}", "", "awaz nahi #BadYouTube").len(), 1, "the text ends before it");
}

#[test]
fn a_hashtag_cut_in_two_says_nothing_of_a_target_outside() {
    assert_eq!(hits("bad {platform}", "", "#PakistanBad #YouTube"), [""; 0]);
    assert_eq!(hits("bad {platform}", "", "#Bad #YouTube").len(), 1);
    assert_eq!(hits("bad {platform}", "", "#BadYouTube").len(), 1);
}

#[test]
fn lists_of_words_are_named_in_patterns() {
    let with_list = |pattern: &str| {
        let text = book(pattern, "").replacen(
            "home = \"PK\"",
            "home = \"PK\"\n[words]\nrot = [\"bad\", \"very bad\"]",
            1,
        );
        Tagger::new(Codebook::from_toml("t", &text, None).expect("a codebook"), None)
    };
    let tagger = with_list("($rot|old) {target}").expect("a pattern");
    for text in ["bad Facebook", "very bad Facebook", "old Facebook"] {
        assert_eq!(hits_of(&tagger, text).len(), 1, "{text}");
    }
    let error = with_list("$nix {target}").expect_err("no such list").to_string();
    assert!(error.contains("there is no list `$nix`"), "{error}");
}

#[test]
fn claims_are_found_by_most_of_their_words_with_evidence() {
    let claim = "[[claim]]\nid = \"citizens\"\ntext = \"c\"\nparaphrase = [\"these accounts belong to ordinary citizens not employees\"]\n\
                 pattern = [\"just citizens\"]\n";
    let codebook = Codebook::from_toml("t", &format!("{BOOK}{claim}"), None).expect("a codebook");
    let tagger = Tagger::new(codebook, None).expect("patterns");
    let found = |text: &str| {
        let tagged = tagger.tag(Post::new("p", text)).expect("no model");
        tagged.claims.first().map(|claim| {
            let place = &claim.evidence[0];
            let cut: String =
                text.chars().skip(place.start as usize).take((place.end - place.start) as usize).collect();
            (claim.score, cut, place.by.to_string())
        })
    };
    let (score, cut, by) =
        found("😀 Ordinary citizens own them: the account belongs to no employee.").expect("a claim");
    assert!(score > 0.66 && score < 1.0, "{score}");
    assert_eq!(
        (cut.as_str(), by.as_str()),
        ("Ordinary citizens own them: the account belongs to no employee", "claim:citizens")
    );
    assert!(found("We are just citizens").expect("a claim").0 > 0.999);
    assert_eq!(found("An ordinary account"), None);
    assert_eq!(
        found(
            "Accounts of the bank. It is raining on all the roads of this town, where many people belong. Ordinary. Citizens."
        ),
        None
    );
}

#[test]
fn each_slot_has_its_vote() {
    let more = "votes = [\"favor\", \"against\"]";
    assert_eq!(
        hits("{target} beats {target}", more, "Pakistan beats India"),
        ["home favor 2 \"Pakistan beats India\"", "other against 2 \"Pakistan beats India\""]
    );
    assert_eq!(hits("{target}? beats {target}", more, "beats India"), ["other against 2 \"beats India\""]);
    assert_eq!(
        hits("{target} bad", "", "videosite bad"),
        ["tube against 2 \"videosite bad\"", "twin against 2 \"videosite bad\""],
        "several targets with one name"
    );
    assert_eq!(hits("{=twin} bad", "", "videosite bad"), ["twin against 2 \"videosite bad\""]);
}

#[test]
fn a_vote_without_a_slot_goes_to_the_nearest_target_that_fits() {
    let toward = "toward = \"platform\"";
    let found = |text: &str| hits("bias", toward, text);
    assert_eq!(found("I tried YouTube. Facebook was next. What a bias"), ["book against 2 \"bias\""]);
    assert_eq!(found("Facebook first, YouTube then, bias"), ["tube against 2 \"bias\""]);
    assert_eq!(
        found("Facebook left. Bias, YouTube"),
        ["tube against 2 \"Bias\""],
        "its own sentence comes first"
    );
    assert_eq!(found("Bias in YouTube, Facebook"), ["tube against 2 \"Bias\"", "book against 2 \"Bias\""]);
    assert_eq!(
        found("#YouTube Facebook has such a bias"),
        ["book against 2 \"bias\""],
        "a hashtag is the sign"
    );
    assert_eq!(found("what a videosite, bias").len(), 2, "two targets with one name");
    let other = |text: &str| hits("bad state", "toward = \"other\"", text);
    assert_eq!(other("India did it again. Bad state"), ["other against 2 \"Bad state\""]);
    assert_eq!(other("India is nice, but Pakistan is a bad state"), [""; 0], "one on another side is meant");
    let both = |text: &str| hits("what a joke", "toward = \"other|platform\"", text);
    assert_eq!(both("Facebook promised it. What a joke"), ["book against 2 \"What a joke\""]);
    assert_eq!(both("India promised it. What a joke"), ["other against 2 \"What a joke\""]);
    assert_eq!(both("Pakistan promised it. What a joke"), [""; 0]);
    assert_eq!(found("Facebook is bias. YouTube is fun"), ["book against 2 \"bias\""]);
    assert_eq!(found("Bias. Facebook and YouTube."), ["book against 2 \"Bias\"", "tube against 2 \"Bias\""]);
    assert_eq!(found("Bias, Pakistan"), [""; 0]);
    assert_eq!(hits("bias {target}?", toward, "Facebook bias"), ["book against 2 \"bias\""]);
}

#[test]
fn what_is_said_of_the_whole_post_goes_to_all_targets_that_fit() {
    let found = |text: &str| hits("for sale", "toward = \"platform\"\nreach = \"all\"", text);
    assert_eq!(
        found("Facebook and India. Shoes for sale #YouTube"),
        ["book against 2 \"for sale\"", "tube against 2 \"for sale\""]
    );
    assert_eq!(found("India: shoes for sale"), [""; 0]);
}

#[test]
fn one_rule_votes_once_for_a_target_with_its_heaviest_hit() {
    let found = hits("{target} bad", "", "Is Facebook bad? Facebook bad! Facebook bad.");
    assert_eq!(found, ["book against 2 \"Facebook bad\""]);
    let found = hits("bad", "toward = \"platform\"", "bad Facebook? bad Facebook");
    assert_eq!(found, ["book against 2 \"bad\""]);
}

#[test]
fn negation_quotation_and_questions_are_read() {
    let reverse = "negation = \"reverse\"";
    for (more, text, expected) in [
        ("", "Facebook bad", "against 2"),
        ("", "Facebook is not bad", ""),
        ("", "Facebook isn't at all bad", ""),
        ("", "I don't think Facebook bad", ""),
        ("", "not here. Facebook bad", "against 2"),
        ("", "not great but Facebook bad", "against 2"),
        ("", "Facebook is not only bad", "against 2"),
        ("", "no doubt Facebook bad", "against 2"),
        ("", "Facebook bad nahi hai", ""),
        ("", "Facebook bad نہیں ہے", ""),
        ("", "Facebook bad नहीं है", ""),
        ("", "Facebook bad lekin nahi hai", "against 2"),
        ("", "Facebook bad not good", "against 2"),
        (reverse, "Facebook is not bad", "favor 2"),
        ("negation = \"ignore\"", "Facebook is not bad", "against 2"),
        ("", "He wrote “Facebook is bad” again", ""),
        ("", "“Facebook is bad”", "against 2"),
        ("", "This “Facebook” is bad", "against 2"),
        ("quotation = \"ignore\"", "He wrote “Facebook is bad” again", "against 2"),
        ("", "\"Facebook bad\" they wrote there", ""),
        ("", "I never said that this new Facebook is bad", ""),
        ("", "I can't say my good old Facebook is so bad", ""),
        ("", "maine kabhi nahi kaha ke naya wala Facebook bad", ""),
        ("", "I say that this new Facebook is bad", "against 2"),
        ("", "No, Facebook is bad", "against 2"),
        ("", "usne suna nahi, Facebook bad", "against 2"),
        ("", "Is Facebook bad?", "against 1"),
        ("question = \"drop\"", "Is Facebook bad?", ""),
        ("question = \"ignore\"", "Is Facebook bad?", "against 2"),
        ("", "??? Facebook bad", "against 2"),
    ] {
        let found = hits("{target} .. bad", more, text);
        let same =
            found.first().map_or(expected.is_empty(), |hit| !expected.is_empty() && hit.contains(expected));
        assert!(same, "{more} {text:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn who_agrees_makes_the_words_of_others_his_own() {
    for (text, expected) in [
        ("He wrote “Facebook is bad” again. He is right", "against 2"),
        ("She claims Facebook bad and I agree", "against 2"),
        ("وہ کہتا ہے Facebook bad، بالکل درست", "against 2"),
        ("उसने कहा Facebook bad, बिल्कुल सही", "against 2"),
        ("He wrote “Facebook is bad” again. Not that I agree", ""),
        ("She claims Facebook bad and I do not think so. We left. It is cold. I agree", "against 1"),
        ("He wrote “Facebook is bad” again", ""),
    ] {
        let found = hits("{target} .. bad", "", text);
        let same =
            found.first().map_or(expected.is_empty(), |hit| !expected.is_empty() && hit.contains(expected));
        assert!(same, "{text:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn a_condition_that_may_never_come_true_accuses_nobody() {
    let found = |text: &str| hits("{target} ..3 bad", "", text).len();
    assert_eq!(found("If Facebook ever gets bad"), 0);
    assert_eq!(found("agar kabhi Facebook itna bad"), 0);
    assert_eq!(found("اگر کبھی Facebook bad"), 0);
    assert_eq!(found("If you ask me Facebook is bad"), 1, "a condition of no consequence");
    assert_eq!(found("If you ever ask me, Facebook is bad"), 1, "the comma ends the condition");
    assert_eq!(found("agar kabhi poocho to Facebook bad"), 1, "so does `to`");
    assert_eq!(hits("{target} ..3 bad", "votes = \"favor\"", "If Facebook ever gets bad").len(), 1);
}

#[test]
fn a_hashtag_that_is_spoken_of_is_not_used() {
    let found = |text: &str| hits("#badbook", "toward = \"=book\"", text).len();
    for used in [
        "Facebook #BadBook",
        "#BadBook Facebook again",
        "#BadBook Facebook. A trend",
        "the trend on Facebook: #BadBook",
    ] {
        assert_eq!(found(used), 1, "{used}");
    }
    for spoken_of in [
        "#BadBook is trending again, Facebook",
        "#BadBook? Facebook did nothing",
        "#BadBook ट्रेंड में Facebook",
        "#BadBook والے Facebook",
        "#BadBook is the silliest tag on Facebook",
    ] {
        assert_eq!(found(spoken_of), 0, "{spoken_of}");
    }
}

#[test]
fn a_hashtag_gives_way_to_a_text_that_takes_the_other_side() {
    let both = format!(
        "{}\n[[rule]]\nid = \"s\"\ndescription = \"d\"\npattern = [\"love {{target}}\"]\nvotes = \"favor\"\nweight = 1.0\n\
         yes = [\"-\"]\nno = [\"-\"]\n",
        book("#badbook", "toward = \"=book\"")
    );
    let tagger =
        Tagger::new(Codebook::from_toml("t", &both, None).expect("a codebook"), None).expect("patterns");
    assert_eq!(hits_of(&tagger, "I love Facebook #BadBook"), ["book favor 1 \"love Facebook\""]);
    assert_eq!(hits_of(&tagger, "I use Facebook #BadBook"), ["book against 2 \"BadBook\""]);
}

#[test]
fn a_word_that_is_something_else_in_a_language_has_no_role_there() {
    let tagger = tagger("{target} .. bad", "");
    let found = |lang: &'static str, text: &str| {
        let normalizer = &tagger.normalizer;
        let normalized = normalizer.normalize(text);
        let mut words = crate::lexicon::Words::default();
        tagger.lexicon.read(&normalized, &mut words);
        let language = crate::post::Language { lang: lang.into(), confidence: 1.0, mix: Vec::new() };
        let targets = tagger.finder.find(&words, &normalized, text, &language);
        tagger.matcher.find(tagger.codebook(), &words, &targets, &normalized, &language).rules.len()
    };
    for (text, denies, does_not) in [
        ("no Facebook bad", "es", "pt"), // "in the"
        ("Facebook mat bad", "hi-Latn", "en"),
        ("no mas Facebook bad", "es", "pt"),
    ] {
        assert_eq!((found(denies, text), found(does_not, text)), (0, 1), "{text}");
    }
    // A post that is in the language for a small part only is not in it.
    let mut mixed = crate::post::Language { lang: "pt".into(), confidence: 1.0, mix: Vec::new() };
    mixed.mix.push(crate::post::Share { lang: "pt".into(), share: 0.5 });
    let normalized = tagger.normalizer.normalize("no Facebook bad");
    let mut words = crate::lexicon::Words::default();
    tagger.lexicon.read(&normalized, &mut words);
    let targets = tagger.finder.find(&words, &normalized, "no Facebook bad", &mixed);
    assert!(tagger.matcher.find(tagger.codebook(), &words, &targets, &normalized, &mixed).rules.is_empty());
}

#[test]
fn a_rule_may_be_limited_to_a_language() {
    let tagger = tagger("bad {target}", "lang = [\"ur-Latn\"]");
    assert_eq!(tagger.codebook().rules[0].langs, ["hi-Latn"], "the alias is read as the language's own tag");
    let mut language = crate::post::Language { lang: "en".into(), confidence: 1.0, mix: Vec::new() };
    let langs = &tagger.codebook().rules[0].langs;
    assert!(!matcher::speaks(langs, &language));
    language.mix.push(crate::post::Share { lang: "hi-Latn".into(), share: 0.2 });
    assert!(matcher::speaks(langs, &language));
    language.mix[0].share = 0.19;
    assert!(!matcher::speaks(langs, &language));
}

/// Tried one by one, the ways of fitting are more than could ever be tried.
#[test]
fn gaps_that_fit_in_many_ways_end() {
    let tagger =
        tagger("ab ..20 ab ..20 ab ..20 ab ..20 ab ..20 ab ..20 ab ..20 ab ..20 ab ..20 {target}", "");
    assert_eq!(hits_of(&tagger, &format!("{} Facebook", "ab ".repeat(60))).len(), 1);
    assert_eq!(hits_of(&tagger, &format!("Facebook. {}", "ab ".repeat(500))).len(), 0);
}

/// This would not end if a rule's work grew with the square of the post.
#[test]
fn long_posts_end() {
    let tagger = tagger("bad .. {target}", "");
    let plain = super::tests::tagger("bias", "toward = \"platform\"");
    for (unit, found) in [
        ("facebook ", false),
        ("bad ", false),
        ("bad a facebook ", true),
        ("bias facebook. ", true),
        ("bias. ", false),
        ("#bad ", false),
        ("«bad ", false),
        ("not bad facebook? ", false),
    ] {
        let text = unit.repeat(50_000);
        let hits = hits_of(&tagger, &text).len() + hits_of(&plain, &text).len();
        assert!((hits > 0) == found && hits < 100, "{unit:?} gave {hits} hits");
    }
}

#[test]
fn targets_side_by_side_share_what_is_said() {
    let told = |text: &str| {
        let mut hits: Vec<String> = hits("shame on {platform}", "", text);
        hits.sort();
        hits.iter().map(|hit| hit.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("shame on facebook and youtube"), ["book", "tube"]);
    assert_eq!(told("shame on facebook, youtube"), ["book", "tube"]);
    assert_eq!(told("shame on facebook or india"), ["book"]);
    assert_eq!(told("shame on facebook, I watch youtube"), ["book"]);
    assert_eq!(told("shame on facebook. And youtube"), ["book"]);
    assert_eq!(
        hits("{platform} (karo|shame)", "", "facebook aur youtube shame").len(),
        2,
        "the target before the one in the slot"
    );
}

#[test]
fn a_closing_hashtag_does_not_take_words_that_speak_to_somebody_in_the_text() {
    let rule = |text: &str| {
        let tagger = Tagger::new(
            Codebook::from_toml(
                "t",
                &book("{target} ..1 shame", "").replace(
                    "pattern = [\"{target} ..1 shame\"]",
                    "pattern = [\"shame {target}\", \"{target} ..1 shame\"]",
                ),
                None,
            )
            .expect("a codebook"),
            None,
        )
        .expect("patterns");
        hits_of(&tagger, text)
    };
    assert_eq!(rule("facebook shame #Pakistan"), [r#"book against 2 "facebook shame""#]);
    assert_eq!(rule("so much shame #Pakistan"), [r#"home against 2 "shame #Pakistan""#]);
}
