//! Promises of the whole step: what folds to what, and that every token points at the letters it
//! came from.

use proptest::prelude::*;

use super::*;

/// The tokens of a text, each with what it was cut from.
fn pairs(text: &str) -> Vec<(String, String)> {
    let post = normalize(text);
    post.tokens.iter().map(|token| (post.token_text(token).to_owned(), cut(text, &post, token))).collect()
}

fn cut(text: &str, post: &Normalized, token: &Token) -> String {
    slice(text, post.original(token.start as usize..token.end as usize))
}

fn slice(text: &str, range: std::ops::Range<u32>) -> String {
    text.chars().skip(range.start as usize).take(range.len()).collect()
}

fn flags(text: &str, word: &str) -> TokenFlags {
    let post = normalize(text);
    post.tokens.iter().find(|t| post.token_text(t) == word).map(|t| t.flags).expect("the word is a token")
}

/// Every token and its exact slice of the original, script by script.
#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn tokens_and_their_slices() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "Shame on @FaceBook! Don't ban ISPR's pages",
            &[
                ("shame", "Shame"),
                ("on", "on"),
                ("@facebook", "@FaceBook"),
                ("!", "!"),
                ("don't", "Don't"),
                ("ban", "ban"),
                ("ispr", "ISPR"),
                ("'", "'"),
                ("s", "s"),
                ("pages", "pages"),
            ],
        ),
        (
            "😂😂 آئی ایس پی آر، زندہ باد۔",
            &[
                ("😂", "😂"),
                ("😂", "😂"),
                ("ایی", "آئی"),
                ("ایس", "ایس"),
                ("پی", "پی"),
                ("ار", "آر"),
                (",", "،"),
                ("زندہ", "زندہ"),
                ("باد", "باد"),
                (".", "۔"),
            ],
        ),
        ("مُحَمَّدٌ صـــلى", &[("محمد", "مُحَمَّدٌ"), ("صلی", "صـــلى")]),
        ("كتاب ﷺ \u{FEFB}", &[("کتاب", "كتاب"), ("ﷺ", "ﷺ"), ("لا", "\u{FEFB}")]),
        (
            "می\u{200C}خواهم\u{200F} #پاک\u{200C}فوج",
            &[("میخواہم", "می\u{200C}خواهم"), ("پاکفوج", "پاک\u{200C}فوج")],
        ),
        (
            "फ़ेसबुक ने पाँच १०३ पेज हटाए।",
            &[
                ("फेसबुक", "फ़ेसबुक"),
                ("ने", "ने"),
                ("पांच", "पाँच"),
                ("103", "१०३"),
                ("पेज", "पेज"),
                ("हटाए", "हटाए"),
                (".", "।"),
            ],
        ),
        ("🇵🇰زندہ باد🇮🇳x", &[("🇵🇰", "🇵🇰"), ("زندہ", "زندہ"), ("باد", "باد"), ("🇮🇳", "🇮🇳"), ("x", "x")]),
        (
            "یہ\u{200F} Facebook\u{200E} ہے (RTL)",
            &[("یہ", "یہ"), ("facebook", "Facebook"), ("ہے", "ہے"), ("(", "("), ("rtl", "RTL"), (")", ")")],
        ),
        ("Cafe\u{301} ÉLAN Straße", &[("cafe", "Cafe\u{301}"), ("elan", "ÉLAN"), ("strasse", "Straße")]),
        ("Ёлка мои\u{306} ЙОД", &[("елка", "Ёлка"), ("мой", "мои\u{306}"), ("йод", "ЙОД")]),
        ("Αθήνα ΛΌΓΟΣ", &[("αθηνα", "Αθήνα"), ("λογοσ", "ΛΌΓΟΣ")]),
        ("ব\u{9C7}\u{9BE}ন ড\u{9BC}", &[("ব\u{9CB}ন", "ব\u{9C7}\u{9BE}ন"), ("ড\u{9BC}", "ড\u{9BC}")]),
        ("巴铁！ 가\u{11A8}", &[("巴", "巴"), ("铁", "铁"), ("!", "！"), ("각", "가\u{11A8}")]),
        ("ที่ดี", &[("ท\u{E35}\u{E48}", "ที่"), ("ด\u{E35}", "ดี")]),
        ("ＦＡＣＥＢＯＯＫ 𝐟𝐚𝐜𝐞 ﬁre", &[("facebook", "ＦＡＣＥＢＯＯＫ"), ("face", "𝐟𝐚𝐜𝐞"), ("fire", "ﬁre")]),
        (
            "👨\u{200D}👩\u{200D}👧 👍🏽 ❤\u{FE0F} 1\u{FE0F}\u{20E3}",
            &[
                ("👨\u{200D}👩\u{200D}👧", "👨\u{200D}👩\u{200D}👧"),
                ("👍", "👍🏽"),
                ("❤", "❤\u{FE0F}"),
                ("1\u{20E3}", "1\u{FE0F}\u{20E3}"),
            ],
        ),
        (
            "1,544 at 19:30, 2nd 103pages",
            &[
                ("1,544", "1,544"),
                ("at", "at"),
                ("19:30", "19:30"),
                (",", ","),
                ("2nd", "2nd"),
                ("103pages", "103pages"),
            ],
        ),
        (
            "Q&amp;A... &lt;3",
            &[("q", "Q"), ("&", "&amp;"), ("a", "A"), ("…", "..."), ("<", "&lt;"), ("3", "3")],
        ),
        (
            "see (http://t.co/a1). a.b@c.org, www.x.org/(y)!",
            &[
                ("see", "see"),
                ("(", "("),
                ("\u{FFFC}", "http://t.co/a1"),
                (")", ")"),
                (".", "."),
                ("a", "a"),
                (".", "."),
                ("\u{FFFC}", "b@c.org"),
                (",", ","),
                ("\u{FFFC}", "www.x.org/(y)"),
                ("!", "!"),
            ],
        ),
    ];
    for (text, expected) in cases {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(pairs(text), expected, "{text:?}");
    }
}

#[test]
fn hashtags_are_cut_into_words() {
    for (text, expected) in [
        ("#IamISPR", "i am ispr"),
        ("#iamispr", "i am ispr"),
        ("#PakArmyZindabad", "pak army zindabad"),
        ("#boycottfacebook", "boycott facebook"),
        ("#BOYCOTTFACEBOOK", "boycott facebook"),
        ("#pakistanzindabad", "pakistan zindabad"),
        ("#indianarmy", "indian army"),
        ("#shameonyoufacebook", "shame on you facebook"),
        ("#fboff", "fb off"),
        ("#ISPRzindabad", "ispr zindabad"),
        ("#YouTube", "youtube"),
        ("#PTI2018", "pti 2018"),
        ("#G20", "g20"),
        ("#Rawalpindi #rawalpindi", "rawalpindi rawalpindi"),
        ("#Kulbhushan_Jadhav", "kulbhushan jadhav"),
        ("＃پاک_فوج", "پاک فوج"),
        ("#\u{200F}پاکستان", "پاکستان"),
        ("#हमारीसेना", "हमारीसेना"),
        ("#फेसबुक_बंद_करो", "फेसबुक बंद करो"),
        ("#巴铁", "巴 铁"),
        ("#Face", "face"),
        ("#f4cebook", "facebook"),
        ("#BoycottFacebooook", "boycott facebook"),
        ("#xqzvw", "xqzvw"),
        // A letter that folds to two is never cut, and shows no border inside.
        ("#AsßO０a", "aso 0 a"),
        ("#ŒUVRE", "oeuvre"),
        // Nor is a word with digits for letters.
        ("#no0n", "noon"),
        ("#NO0N_faceb00k", "noon facebook"),
    ] {
        assert_eq!(normalize(text).text, expected, "{text:?}");
    }
}

#[test]
fn hashtags_keep_their_whole_name_and_their_letters() {
    let text = "ہم #IamISPR";
    let post = normalize(text);
    let entity = post.entities.first().expect("a hashtag");
    assert_eq!((entity.kind, entity.start, entity.end), (EntityKind::Hashtag, 3, 11));
    assert_eq!(entity.name, "iamispr");
    let parts: Vec<String> =
        post.tokens.iter().filter(|t| t.hashtag == Some(0)).map(|t| cut(text, &post, t)).collect();
    assert_eq!(parts, ["I", "am", "ISPR"]);
    assert_eq!(fold("#IamISPR"), "#iamispr");
    assert_eq!(normalize("#1 C# # ##").entities, []);
}

#[test]
fn entities_point_at_the_original() {
    let text = "میں @Op_India🇵🇰 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} https://a.b/c 😂";
    let post = normalize(text);
    let found: Vec<(EntityKind, String, &str)> =
        post.entities.iter().map(|e| (e.kind, slice(text, e.start..e.end), e.name.as_str())).collect();
    let england = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
    assert_eq!(
        found,
        [
            (EntityKind::Mention, "@Op_India".to_owned(), "op_india"),
            (EntityKind::Flag, "🇵🇰".to_owned(), "PK"),
            (EntityKind::Flag, england.to_owned(), "GB-ENG"),
            (EntityKind::Url, "https://a.b/c".to_owned(), ""),
            (EntityKind::Emoji, "😂".to_owned(), ""),
        ]
    );
}

#[test]
fn disguises_and_stretches_are_folded() {
    for (text, expected, slice) in [
        ("faceb00k", "facebook", "faceb00k"),
        ("tw1tter", "twitter", "tw1tter"),
        ("f@cebook", "facebook", "f@cebook"),
        ("pakist@n", "pakistan", "pakist@n"),
        ("micro$oft", "microsoft", "micro$oft"),
        ("f.a.c.e.b.o.o.k", "facebook", "f.a.c.e.b.o.o.k"),
        ("f a c e b o o k", "facebook", "f a c e b o o k"),
        ("fасеbооk", "facebook", "fасеbооk"),
        ("sooooo", "so", "sooooo"),
        ("faceboook", "facebook", "faceboook"),
        ("goooood", "good", "goooood"),
        ("yessss", "yes", "yessss"),
        ("بہتتتت", "بہت", "بہتتتت"),
    ] {
        assert_eq!(pairs(text), [(expected.to_owned(), slice.to_owned())], "{text}");
        let flag = normalize(text).tokens[0].flags;
        assert!(flag.contains(TokenFlags::DISGUISED) || flag.contains(TokenFlags::STRETCHED), "{text}");
    }
    let names = Normalizer::with_words([("फेसबुक", 5.0), ("youtube", 5.0)]);
    assert_eq!(names.normalize("फे स बु क Y0utub3 फे स").text, "फेसबुक youtube फे स");
    let names = [
        "Facebook",
        "Twitter",
        "India",
        "Modi",
        "پاکستان",
        "पाकिस्तान",
        "इज़राइल",
        "TikTok",
        "United States",
        "Iran",
    ];
    let names = Normalizer::with_words(names.map(|name| (name, 5.0)));
    for (text, expected) in [
        ("F*cebook Tw*tter Tw**ter t*kt*k", "facebook twitter twitter tiktok"),
        ("Ind!a 1ndia m0d1, Tw!tt3r!", "india india modi , twitter !"),
        ("पाकि-स्तान پا*کستان इज़रा*इल", "पाकिस्तान پاکستان इजराइल"),
        ("(F*cebook) In-d-ia: F.a*ebook.com", "( facebook ) india : facebook . com"),
        // Words that are no names, parts of names, too little of a name, signs that stand apart.
        ("un*ted st*tes", "un * ted st * tes"),
        ("F****book m**i", "f * book m * i"),
        ("f*ck co-operate 1st t20 Iran-Iraq", "f * ck co - operate 1st t20 iran - iraq"),
        ("in - dia in *dia* wow!great", "in - dia in * dia * wow ! great"),
    ] {
        let post = names.normalize(text);
        assert_eq!(post.text, expected, "{text}");
        assert_eq!(names.normalize(&post.text).text, expected, "once is enough: {text}");
    }
    // Not disguised: a Cyrillic word, names with digits, initials, an address, a handle.
    for (text, expected) in [
        ("сора", "сора"),
        ("India1st F16s C4ISR", "india1st f16s c4isr"),
        ("u.s.a", "u . s . a"),
        ("hey@user", "hey @user"),
        ("a'b'c'n't@", "a ' b ' c ' n ' t @"),
        ("soon book", "soon book"),
        // A digit at the end alone is a number; words of one syllable are words.
        ("youtub3", "youtub3"),
        ("ये तो है ही", "ये तो है ही"),
    ] {
        assert_eq!(normalize(text).text, expected, "{text}");
    }
}

/// Each was found by one of the random tests below: what a first folding leaves, a second one must not
/// fold further, or a codebook's names would not meet its posts.
#[test]
fn one_folding_is_enough() {
    for (text, folded) in [
        // The digit makes a word only once the stretch is gone.
        ("ſo1ooo@", "solo @"),
        ("so1ooo", "solo"),
        ("faceb0oook", "facebook"),
        // One letter over and over spells nothing; what stands behind it may.
        ("a.a.a.a b c d", "a . a . a . abcd"),
        ("о.o.о.o b c d", "о . o . о . obcd"),
        ("a.b c d e", "a . bcde"),
        ("a a a a", "a a a a"),
        // Not an apostrophe inside a word.
        ("ŉ", "n"),
    ] {
        assert_eq!(fold(text), folded, "{text}");
        assert_eq!(fold(folded), folded, "{text}");
        assert_eq!(normalize(text).text, folded, "{text}");
    }
}

#[test]
fn a_codebooks_words_cut_hashtags_and_settle_spellings() {
    let normalizer = Normalizer::with_words([("Kulbhushan", 4.0), ("اللہ", 4.0), ("Zzoom", 6.0)]);
    assert_eq!(normalizer.normalize("#freekulbhushan").text, "free kulbhushan");
    assert_eq!(normalizer.normalize("اللللہ zzzzooom zz0om").text, "اللہ zzoom zzoom");
    assert_eq!(normalize("zz0om").text, "zz0om");
}

#[test]
fn both_sides_of_a_match_fold_alike() {
    for (name, post) in [
        ("پاکستان", "پاكستان"),
        ("آئی ایس آئی", "ائی ايس ائی"),
        ("ہندوستان", "هندوستان"),
        ("ہم", "ھم"),
        ("फ़ेसबुक", "फेसबुक"),
        ("Türkiye", "TURKIYE"),
        ("Coca-Cola", "coca-cola"),
        ("don't", "DON’T"),
        ("@OfficialDGISPR", "@officialdgispr"),
        ("🇵🇰", "🇵🇰"),
        ("👍", "👍🏿"),
        ("巴基斯坦", "巴基斯坦"),
    ] {
        assert_eq!(fold(name), normalize(post).text, "{name}");
    }
}

#[test]
fn flags_of_tokens() {
    assert!(flags("BAN them", "ban").contains(TokenFlags::ALL_CAPS));
    assert!(!flags("Ban I", "ban").contains(TokenFlags::ALL_CAPS));
    assert!(!flags("Ban I", "i").contains(TokenFlags::ALL_CAPS));
    assert!(flags("ŒUVRE", "oeuvre").contains(TokenFlags::ALL_CAPS));
    assert!(flags("one\ntwo", "one").contains(TokenFlags::SENTENCE_END));
    assert!(flags("یہ ہے۔ وہ", ".").contains(TokenFlags::SENTENCE_END));
    assert!(!flags("facebook.com", ".").contains(TokenFlags::SENTENCE_END));
    for text in
        ["he said \"no way\" twice", "he said “no way” twice", "he said 'no way' twice", "وہ \"نہیں\" ہے"]
    {
        let post = normalize(text);
        let quotes: Vec<(bool, bool)> = post
            .tokens
            .iter()
            .map(|t| (t.flags.contains(TokenFlags::QUOTE_OPEN), t.flags.contains(TokenFlags::QUOTE_CLOSE)))
            .filter(|&(open, close)| open || close)
            .collect();
        assert_eq!(quotes, [(true, false), (false, true)], "{text}");
    }
    assert_eq!(flags("ISPR's", "'"), TokenFlags::default());
}

/// Half a megabyte of anything: this would not end if a part were quadratic. What each takes is measured
/// by `benches/normalize.rs`; a clock in a test tells how busy the machine is.
#[test]
fn long_texts_end() {
    let names = ["aaaa", "naina", "india", "instagram", "انان", "फेफेफे"].map(|name| (name, 5.0));
    let names = Normalizer::with_words(names);
    for unit in [
        "shame on you facebook ",
        "a",
        "a\u{301}",
        "\u{64B}",
        "ा",
        "\u{9BC}\u{9CD}",
        "#aB",
        "#aB_",
        "a@",
        "a@b",
        "x$",
        "a.",
        "a ",
        "@",
        "#",
        "1.",
        "1",
        "a*",
        "i!n*",
        "फे ",
        "n1d*",
        "&",
        "🇵",
        "👨\u{200D}",
        "\u{200D}",
        "😂\u{FE0F}",
        "\u{E0067}",
        "http://",
        "www.",
        "\"",
        "پاکستان ",
        "巴",
        "aа",
        "n't",
        "ﷺ",
        "aaab",
        "a1",
    ] {
        let text = unit.repeat(500_000 / unit.len());
        for post in [normalize(&text), names.normalize(&text)] {
            assert_eq!(post.tokens.last().map_or(0, |token| token.end as usize), post.text.len(), "{unit:?}");
        }
    }
}

#[allow(clippy::too_many_lines, reason = "a table")]
/// Strings that mix what real posts mix: scripts, marks, signs, emoji, direction marks.
fn mixed() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "B",
        "o",
        "oo",
        "ooo",
        "s",
        "n't",
        "'s",
        "’",
        "é",
        "e\u{301}",
        "ß",
        "İ",
        "ſ",
        "ﬁ",
        "Ａ",
        "𝐚",
        "ⓐ",
        "🅰",
        "ᴀ",
        "а",
        "О",
        "и\u{306}",
        "й",
        "σ",
        "ς",
        "ά",
        "0",
        "1",
        "3",
        "@",
        "$",
        "#",
        "_",
        ".",
        ",",
        ":",
        "-",
        "&amp;",
        "&",
        "…",
        "!",
        "?",
        "\"",
        "“",
        "”",
        "«",
        "(",
        ")",
        "/",
        "http://",
        "www.",
        "t.co/",
        "x.org",
        " ",
        "  ",
        "\n",
        "\t",
        "\u{0}",
        "\u{85}",
        "\u{A0}",
        "ا",
        "آ",
        "أ",
        "ي",
        "ی",
        "ئ",
        "ك",
        "ک",
        "ه",
        "ہ",
        "ھ",
        "ة",
        "ۃ",
        "ے",
        "ۓ",
        "ـ",
        "\u{64E}",
        "\u{651}",
        "\u{670}",
        "\u{653}",
        "\u{654}",
        "\u{200C}",
        "\u{200D}",
        "\u{200E}",
        "\u{200F}",
        "\u{202B}",
        "\u{FEFF}",
        "\u{AD}",
        "۔",
        "،",
        "؟",
        "۱",
        "٣",
        "\u{FEFB}",
        "ﷺ",
        "ﷲ",
        "क",
        "ख़",
        "\u{93C}",
        "\u{94D}",
        "\u{901}",
        "\u{902}",
        "ा",
        "ि",
        "।",
        "१",
        "ব",
        "\u{9C7}",
        "\u{9BE}",
        "\u{9BC}",
        "\u{9CD}",
        "த",
        "\u{BC6}",
        "\u{BBE}",
        "ท",
        "\u{E35}",
        "\u{E48}",
        "ำ",
        "က",
        "\u{1039}",
        "ក",
        "巴",
        "你",
        "、",
        "。",
        "！",
        "か",
        "\u{3099}",
        "カ",
        "ﾊﾟ",
        "ー",
        "한",
        "\u{1112}",
        "\u{1161}",
        "\u{11AB}",
        "ㅋ",
        "😂",
        "👍🏽",
        "👨\u{200D}👩\u{200D}👧",
        "❤\u{FE0F}",
        "🇵🇰",
        "🇵",
        "🏴",
        "\u{E0067}",
        "\u{E0062}",
        "\u{E007F}",
        "\u{20E3}",
        "\u{FE0F}",
        "1\u{FE0F}\u{20E3}",
        "©",
        "\u{FFFC}",
        "\u{FFFD}",
        "\u{E000}",
        "½",
        "Ⅳ",
        "ª",
        "facebook",
        "Pak",
        "ISPR",
        "zindabad",
        "پاکستان",
        "\u{5D0}",
        "\u{5B7}",
        "\u{345}",
        "\u{F71}",
        "\u{F72}",
        "\u{1D165}",
    ]);
    let char = prop_oneof![8 => pieces.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(char, 0..40).prop_map(|pieces| pieces.concat())
}

/// Disguised, stretched and spelt-out words: few letters, so that words of the list come up.
fn disguised() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a", "e", "i", "l", "n", "o", "s", "t", "so", "no", "ooo", "aaa", "A", "O", "ſ", "é", "ß", "а", "о",
        "е", "ο", "ж", "０", "0", "1", "3", "5", "@", "$", "'", "’", ".", "..", "-", "_", "#", " ", " ", " ",
        "n't", "t.co/", "www.", "\u{200D}", "\u{301}", "e\u{301}", "ᄒ", "ᅡ", "ᆫ", "巴", "!", ",", "&amp;",
        "\n",
    ]);
    prop::collection::vec(pieces, 0..16).prop_map(|pieces| pieces.concat())
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let post = normalize(text);
    let points = text.chars().count() as u32;
    let (mut byte, mut begun, mut ended) = (0, 0, 0);
    for (i, token) in post.tokens.iter().enumerate() {
        // Tokens cover the text, one space between each two.
        prop_assert_eq!(token.start, if i == 0 { 0 } else { byte + 1 });
        prop_assert!(token.end > token.start);
        byte = token.end;
        // Ranges lie in the text and never go back.
        let range = post.original(token.start as usize..token.end as usize);
        prop_assert!(range.start < range.end && range.end <= points, "{:?} of {}", range, points);
        prop_assert!(range.start >= begun && range.end >= ended, "{:?}", post);
        (begun, ended) = (range.start, range.end);
        let mut at = range.start;
        for (i, c) in post.token_text(token).char_indices() {
            let from = token.start as usize + i;
            let one = post.original(from..from + c.len_utf8());
            prop_assert!(
                one.start >= at && one.end <= range.end && one.start < one.end,
                "{:?} in {:?}",
                one,
                range
            );
            at = one.start;
        }
        // What was cut out says the same again.
        let again = normalize(&slice(text, range)).text.replace(' ', "");
        let said = post.token_text(token).replace(' ', "");
        let quoted = token.hashtag.is_some();
        prop_assert!(again == said || quoted && again.contains(&said), "{:?} {:?}", again, said);
    }
    prop_assert_eq!(byte as usize, post.text.len());
    for entity in &post.entities {
        prop_assert!(entity.start < entity.end && entity.end <= points);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn ranges_hold_for_mixed_texts(text in mixed()) {
        check(&text)?;
    }

    #[test]
    fn ranges_hold_for_any_text(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn ranges_hold_for_disguised_words(text in disguised()) {
        check(&text)?;
    }

    #[test]
    fn folding_twice_is_folding_once(text in mixed()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn folding_disguised_words_twice_is_folding_once(text in disguised()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn folding_names_twice_is_folding_once(text in "(a|n|i|d|1|\\*|-|!| |ن|ا|फे|स|\\.){0,16}") {
        let names = Normalizer::with_words(["india", "naina", "انان", "फेसफे", "dada"].map(|name| (name, 5.0)));
        let once = names.fold(&text);
        prop_assert_eq!(names.fold(&once), once);
    }

    #[test]
    fn folding_any_text_twice_is_folding_once(text in any::<String>()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn model_text_never_fails(text in any::<String>()) {
        let clean = model_text(&text);
        prop_assert!(clean.chars().count() <= 1000);
    }
}

#[test]
fn a_codebooks_names_help_to_cut_hashtags_and_do_not_stop_it() {
    let normalizer = Normalizer::with_words([("PakArmy", 4.5), ("Zindabagh", 4.5)]);
    assert_eq!(normalizer.normalize("#PakArmyZindabad").text, "pak army zindabad");
    assert_eq!(normalizer.normalize("#pakarmyzindabad").text, "pak army zindabad");
    assert_eq!(normalizer.normalize("#pakarmyzindabagh").text, "pak army zindabagh");
}

#[test]
fn short_addresses_need_no_scheme() {
    for address in ["pic.twitter.com/aB1", "bit.ly/2xY", "youtu.be/abc", "fb.me/x1", "t.co/a"] {
        assert_eq!(pairs(address), [("\u{FFFC}".to_owned(), address.to_owned())], "{address}");
    }
    assert!(pairs("picture bitly youtube fbme").iter().all(|(folded, _)| folded != "\u{FFFC}"));
}
