//! Who is found, and that every range cuts out what was written.

use proptest::prelude::*;

use super::*;
use crate::{Scratch, Tagger, codebook::Codebook, post::Post};

fn shared() -> &'static Tagger {
    static TAGGER: std::sync::OnceLock<Tagger> = std::sync::OnceLock::new();
    TAGGER.get_or_init(|| {
        Tagger::new(Codebook::load("iamispr", None).expect("built in"), None).expect("patterns are right")
    })
}

fn small(target: &str) -> Result<Tagger, crate::codebook::CodebookError> {
    let head =
        "[codebook]\nname = \"t\"\nversion = 1\n[[target]]\nid = \"x\"\nkind = \"platform\"\nname = \"X\"\n";
    Tagger::new(Codebook::from_toml("t", &format!("{head}{target}"), None).expect("a codebook"), None)
}

fn cut(text: &str, range: &Range<u32>) -> String {
    text.chars().skip(range.start as usize).take((range.end - range.start) as usize).collect()
}

/// `target=what was cut out`, in order.
fn found_by(tagger: &Tagger, text: &str) -> Vec<String> {
    let look = tagger.look(&Post::new("p", text), &mut Scratch::default());
    let shown =
        |hit: &TargetHit| format!("{}={}", tagger.codebook().targets[hit.target].id, cut(text, &hit.range));
    look.targets.iter().map(shown).collect()
}

#[test]
fn names_are_cut_out_of_the_original_in_every_script() {
    for (text, expected) in [
        ("The Pakistan Army, today", vec!["pakistan-army=Pakistan Army"]),
        ("PAKISTANIS and India", vec!["pakistan=PAKISTANIS", "india=India"]),
        ("پاک فوج زندہ باد", vec!["pakistan-army=پاک فوج"]),
        ("🎉 میں آئی ایس پی آر ہوں", vec!["ispr=آئی ایس پی آر"]),
        ("भारतीय सेना को सलाम", vec!["indian-army=भारतीय सेना"]),
        ("फेसबुक", vec!["facebook=फेसबुक"]),
        ("hum pak fauj ke sath", vec!["pakistan-army=pak fauj"]),
        ("win 🇵🇰🇮🇳!", vec!["pakistan=🇵🇰", "india=🇮🇳"]),
        ("thanks @OfficialDGISPR.", vec!["dg-ispr=@OfficialDGISPR"]),
        ("#IamISPR", vec!["ispr=IamISPR"]),
        ("we say #iamispr!", vec!["ispr=iamispr"]),
        ("", vec![]),
        ("#", vec![]),
        ("#xyzzy 😀😀", vec![]),
    ] {
        let found = found_by(shared(), text);
        let same = found.iter().zip(&expected).all(|(found, expected)| {
            // A handle or a whole hashtag may belong to one target or another of the codebook: the cut counts.
            found.split('=').nth(1).map(|cut| cut.trim_start_matches('#')) == expected.split('=').nth(1)
        });
        assert!(same && found.len() == expected.len(), "{text:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn case_counts_where_it_is_asked_for() {
    let tagger =
        small("names = {}\nalso = { cased = [\"US\", \"U.S.\", \"Guinea pig\"] }\n").expect("a codebook");
    assert_eq!(found_by(&tagger, "US, us, Us #US: the US."), ["x=US", "x=US", "x=US"]);
    assert_eq!(found_by(&tagger, "é the U.S. and u.s."), ["x=U.S"]);
    assert_eq!(found_by(&tagger, "a Guinea pig, a guinea pig"), ["x=Guinea pig"]);
}

#[test]
fn a_phrase_that_is_no_name_hides_what_is_in_it_and_no_more() {
    let tagger = small("names = { en = [\"turkey\", \"turkey army\"] }\nalso = { not = [\"turkey sandwich\", \"se turkey\"] }\n")
        .expect("a codebook");
    assert_eq!(found_by(&tagger, "a turkey sandwich, a turkey"), ["x=turkey"]);
    assert_eq!(found_by(&tagger, "se turkey"), [""; 0]);
    assert_eq!(found_by(&tagger, "se turkey army"), ["x=turkey army"]);
    assert_eq!(found_by(&tagger, "se turkey sandwich"), [""; 0]);
}

/// Both senses of the names that are mostly something else.
#[test]
fn ambiguous_names_are_told_apart_by_what_stands_around_them() {
    for (text, found) in [
        ("Turkey and Erdogan must answer for this", "turkey"),
        ("roast Turkey with gravy", ""),
        ("cold turkey for dinner", ""),
        ("Jordan closes its border with Syria", "jordan"),
        ("Michael Jordan scores again", ""),
        ("Jordan is my best friend", ""),
        ("the army of Chad in the Sahel", "chad"),
        ("what a Chad move, bro", ""),
        ("Russia invaded Georgia in 2008", "georgia"),
        ("early voting in Georgia and Ohio", ""),
        ("China lied to us", "china"),
        ("bone china for the wedding", ""),
        ("دل کو چین ملا", ""),
        ("چین جھوٹا ملک ہے", "china"),
        ("شام کو بارش ہوئی", ""),
        ("شام میں بشار الاسد کی فوج", "syria"),
        ("بعد صلاة المغرب نلتقي", ""),
        ("چینی سامان خریدنا بند کرو", "china"),
        ("چینی دو سو روپے کلو، چائے پھیکی", ""),
        ("चीनी सैनिक लौट गए, चीनी माल भी", "china"),
        ("चाय में दो चम्मच चीनी और डालो", ""),
        ("Meta deleted our page", "meta"),
        ("a meta joke", ""),
        ("download the Signal app", "signal"),
        ("a strong signal to all", ""),
        ("I deleted my X account", "twitter"),
        ("solve for x please", ""),
        ("add me on LINE app", "line"),
        ("the line is long", ""),
    ] {
        let tagger = shared();
        let look = tagger.look(&Post::new("p", text), &mut Scratch::default());
        let ids: Vec<&str> =
            look.targets.iter().map(|hit| &*tagger.codebook().targets[hit.target].id).collect();
        assert_eq!(ids.contains(&found), !found.is_empty(), "{text:?}: {ids:?}");
        let ambiguous = [
            "turkey", "jordan", "chad", "georgia", "china", "syria", "morocco", "meta", "signal", "twitter",
            "line",
        ];
        assert!(!found.is_empty() || !ids.iter().any(|id| ambiguous.contains(id)), "{text:?}: {ids:?}");
    }
}

#[test]
fn the_people_of_small_countries_are_found_by_their_names() {
    for (text, id) in [
        ("الغواتيمالي", "guatemala"),
        ("الرئيس الإكوادوري", "ecuador"),
        ("اللوكسمبورغية", "luxembourg"),
        ("الأوروغوايانيون", "uruguay"),
        ("the tongans", "tonga"),
        ("los seychellenses", "seychelles"),
        ("die Trinidadische Regierung", "trinidad-tobago"),
        ("антигуанцы", "antigua-barbuda"),
        ("ingiliz hükümeti", "uk"),
        ("alman hükümeti", "germany"),
        ("الصينيون", "china"),
    ] {
        let found = found_by(shared(), text);
        assert!(found.iter().any(|hit| hit.starts_with(&format!("{id}="))), "{text:?}: {found:?}, not {id}");
    }
}

#[test]
fn each_part_of_a_condition_is_asked_for() {
    let tagger = |when: &str| {
        small(&format!("names = {{ en = [\"zzz\"] }}\n[[target.when]]\nnames = [\"line\"]\n{when}"))
            .expect("a codebook")
    };
    for (when, yes, no) in [
        ("case = \"upper\"", "the LINE", "the Line"),
        ("case = \"title\"", "the Line", "the LINE"),
        ("case = \"capital\"", "the LINE", "the line"),
        ("case = \"exact\"", "the line", "the Line"),
        ("near = [\"app*\"]", "line, my apps", "line"),
        ("near = [\"app\"]\nwithin = 1", "line app", "line of app"),
        ("not_near = [\"dance\"]", "a line", "a line dance"),
        ("lang = [\"hi\"]", "मेरे पास यह line नहीं है और आप कहाँ हैं", "this line is written in English, all of it"),
    ] {
        let tagger = tagger(when);
        assert_eq!(found_by(&tagger, yes).len(), 1, "{when}: {yes}");
        assert_eq!(found_by(&tagger, no).len(), 0, "{when}: {no}");
    }
    let error = small("names = { en = [\"z\"] }\n[[target.when]]\nnames = [\"l\"]\nnear = [\"two words\"]\n")
        .expect_err("two words");
    assert!(error.to_string().contains("the neighbour `two words` must be one word"), "{error}");
}

#[test]
fn disguised_names_are_found_where_they_were_written() {
    for (text, cut_out) in [
        ("I left F@ceb00k today", "F@ceb00k"),
        ("I left F a c e b o o k today", "F a c e b o o k"),
        ("I left f.a.c.e.b.o.o.k today", "f.a.c.e.b.o.o.k"),
        ("I left Fасеbооk today", "Fасеbооk"),
        ("I left Face\u{200B}book today", "Face\u{200B}book"),
        ("I left faceboooook today", "faceboooook"),
        ("I left ｆａｃｅｂｏｏｋ today", "ｆａｃｅｂｏｏｋ"),
        ("غادرت فيسـبـوك اليوم", "فيسـبـوك"),
    ] {
        assert_eq!(found_by(shared(), text), [format!("facebook={cut_out}")], "{text:?}");
    }
}

/// 200 spellings, written as people write them and looked at when the disguises were: at least nine in ten are found.
#[test]
fn nine_in_ten_of_many_disguises_are_found() {
    let lines = include_str!("../../tests/disguised/names.jsonl").lines();
    let all: Vec<serde_json::Value> =
        lines.map(|line| serde_json::from_str(line).expect("a disguise")).collect();
    let missed: Vec<&serde_json::Value> = all
        .iter()
        .filter(|line| {
            let text = |key: &str| line[key].as_str().expect("a text");
            let named = format!("{}=", text("target"));
            !found_by(shared(), text("text")).iter().any(|found| found.starts_with(&named))
        })
        .map(|line| &line["spelling"])
        .collect();
    println!("{} of {} are found; missed: {missed:?}", all.len() - missed.len(), all.len());
    assert_eq!(all.len(), 200);
    assert!(missed.len() <= 20, "{missed:?}");
}

/// 100,000 words out of dictionaries, alone and two by two with a hyphen: none may be taken for a disguise of a name, and few for a name.
#[test]
fn ordinary_words_are_no_names() {
    use std::io::Read;
    let mut words = String::new();
    flate2::read::GzDecoder::new(&include_bytes!("../../tests/neutral/words.txt.gz")[..])
        .read_to_string(&mut words)
        .expect("a list of words");
    let tagger = shared();
    let mut scratch = Scratch::default();
    let (mut plain, mut all) = (Vec::new(), 0);
    for word in words.lines() {
        all += 1;
        let look = tagger.look(&Post::new("p", word), &mut scratch);
        if look.targets.is_empty() {
            continue;
        }
        let flags = scratch.normalized.tokens[0].flags;
        let disguised = crate::normalize::TokenFlags::DISGUISED;
        let stretched = crate::normalize::TokenFlags::STRETCHED;
        assert!(!flags.contains(disguised) && !flags.contains(stretched), "{word} is taken for a disguise");
        plain.push(word);
    }
    assert_eq!(all, 100_000);
    let list: Vec<&str> = words.lines().collect();
    for pair in list.chunks(2) {
        let text = pair.join("-");
        tagger.look(&Post::new("p", &text), &mut scratch);
        let disguised = crate::normalize::TokenFlags::DISGUISED;
        let any = scratch.normalized.tokens.iter().any(|token| token.flags.contains(disguised));
        assert!(!any, "{text} is taken for a disguise");
    }
    // Those that are left are peoples (`brésiliennes`) and the like.
    assert!(plain.len() <= 110, "{} words: {plain:?}", plain.len());
}

#[test]
fn names_do_not_go_over_signs_and_sentences() {
    let tagger = small("names = { en = [\"green river\"] }\n").expect("a codebook");
    for text in ["green river", "Green-River", "green/river", "#GreenRiver", "green  river", "#green river"] {
        assert_eq!(found_by(&tagger, text).len(), 1, "{text:?}");
    }
    for text in [
        "green, river",
        "green. river",
        "green\nriver",
        "green (river)",
        "greenriver",
        "green x river",
        "river green",
    ] {
        assert_eq!(found_by(&tagger, text).len(), 0, "{text:?}");
    }
}

#[test]
fn names_that_no_post_can_hold_are_told() {
    for (target, message) in [
        ("names = { en = [\"!!\"] }", "the name `!!` holds no letter"),
        ("names = { en = [\"*\"] }", "the name `*` holds no letter"),
        ("also = { flags = [\"PAK\"] }", "the flag `PAK` must be a two-letter"),
        ("also = { flags = [\"ä\"] }", "the flag `ä` must be a two-letter"),
        ("also = { hashtags = [\"I am\"] }", "`I am` is no hashtag"),
    ] {
        let error = small(target).expect_err(target).to_string();
        assert!(error.starts_with("t:5:6: target `x`: ") && error.contains(message), "{error}");
    }
}

/// This would not end if each hashtag were compared with all others.
#[test]
fn many_hashtags_are_all_read() {
    let text = (0..100_000).map(|n| format!("#tag{n}")).collect::<Vec<_>>().join(" ");
    let look = shared().look(&Post::new("p", text), &mut Scratch::default());
    assert_eq!(look.hashtags.len(), 100_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn hits_are_in_order_and_cut_something_out(pieces in prop::collection::vec(piece(), 0..24)) {
        let text: String = pieces.concat();
        let look = shared().look(&Post::new("p", text.as_str()), &mut Scratch::default());
        let length = text.chars().count() as u32;
        for hit in &look.targets {
            prop_assert!(hit.range.start < hit.range.end && hit.range.end <= length, "{text:?}: {hit:?}");
        }
        for pair in look.targets.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            prop_assert!(a.words.end <= b.words.start || (a.words == b.words && a.target != b.target), "{text:?}");
            prop_assert!(a.range.start <= b.range.start, "{text:?}");
        }
        for hit in &look.findings.rules {
            prop_assert!(hit.range.start < hit.range.end && hit.range.end <= length, "{text:?}: {hit:?}");
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    let words = [
        "Pakistan",
        "pak fauj",
        "Facebook",
        "faceb00k",
        "shame on",
        "#IamISPR",
        "@facebook",
        "🇵🇰",
        "پاک فوج",
        "زندہ باد",
        "भारत",
        "मुर्दाबाद",
        "not",
        "nahi",
        "?",
        "!",
        ". ",
        "\n",
        "“",
        "”",
        "\"",
        " ",
        " ",
        " ",
        "#",
        "_",
        "'",
        "ß",
        "\u{200D}",
        "\u{0301}",
        "U.S.",
        "US",
        "İ",
        "http://a.b/c",
        "f.a.c.e.b.o.o.k",
    ];
    prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        any::<char>().prop_map(String::from)
    ]
}
