use proptest::prelude::*;

use super::*;

fn share(language: &Language, lang: &str) -> f32 {
    language.mix.iter().find(|share| share.lang == lang).map_or(0.0, |share| share.share)
}

#[test]
fn sentences_of_many_languages() {
    for (lang, text) in [
        ("en", "They took our pages down and nobody told us why."),
        ("hi-Latn", "yeh log hamare mulk ke khilaf baat karte hain aur koi kuch nahi kehta"),
        ("hi-Latn", "bhai ye kya ho raha hai"),
        ("hi-Latn", "YE SB JHOOT HA!!! kal tk sb theek tha"),
        ("ur", "فیس بک نے ہمارے صفحات بند کر دیے ہیں"),
        ("ur", "ﻻﮨﻮﺭ ﻣﯿﮟ ﺑﺎﺭﺵ ﮨﻮ ﺭﮨﯽ ﮨﮯ"),
        ("ar", "هذه الصفحات كانت لأشخاص عاديين وليست لأي مؤسسة"),
        ("fa", "این صفحه‌ها را مردم عادی ساخته بودند و کسی به آنها دستور نداده است"),
        ("ps", "دا پاڼې عادي خلکو جوړې کړې وې او چا ورته امر نه وو کړی"),
        ("sd", "هي صفحا عام ماڻهن ٺاهيا هئا ۽ ڪنهن به کين حڪم نه ڏنو هو"),
        ("ckb", "ئەم پەڕانە هی خەڵکی ئاسایی بوون و کەس فەرمانی پێ نەکردبوون"),
        ("hi", "ये पेज आम लोगों ने बनाए थे और किसी ने उन्हें नहीं कहा था"),
        ("mr", "ही पाने सामान्य लोकांनी तयार केली होती आणि कोणीही त्यांना सांगितले नाही"),
        ("ne", "यी पृष्ठहरू साधारण मानिसहरूले बनाएका थिए र कसैले पनि तिनीहरूलाई आदेश दिएको थिएन"),
        ("bn", "এই পাতাগুলো সাধারণ মানুষের"),
        ("pa", "ਇਹ ਪੰਨੇ ਆਮ ਲੋਕਾਂ ਦੇ ਸਨ"),
        ("gu", "આ પાનાં સામાન્ય લોકોનાં હતાં"),
        ("ta", "இந்தப் பக்கங்கள் பொதுமக்களுடையவை"),
        ("te", "ఈ పేజీలు సాధారణ ప్రజలవి"),
        ("ru", "Эти страницы вели обычные люди, и никто им не приказывал"),
        ("uk", "Ці сторінки вели звичайні люди, і ніхто їм не наказував"),
        ("el", "Αυτές οι σελίδες ανήκαν σε απλούς πολίτες"),
        ("he", "הדפים האלה היו של אנשים רגילים"),
        ("am", "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።"),
        ("zh", "这些页面是普通人的"),
        ("ja", "これらのページは一般市民のものだった"),
        ("ko", "이 페이지들은 평범한 사람들의 것이었다"),
        ("th", "หน้าเหล่านี้เป็นของคนธรรมดา"),
        ("es", "Estas páginas eran de gente común y nadie les dio órdenes de nada"),
        ("fr", "Ces pages étaient tenues par des gens ordinaires et personne ne leur a rien ordonné"),
        ("de", "Diese Seiten gehörten gewöhnlichen Leuten und niemand hat ihnen etwas befohlen"),
        ("tr", "Bu sayfaları sıradan insanlar yönetiyordu ve kimse onlara emir vermedi"),
        ("id", "Halaman ini dibuat oleh orang biasa dan tidak ada yang menyuruh mereka"),
    ] {
        let found = detect(text);
        assert_eq!(found.lang, lang, "{text}: {found:?}");
        assert!(found.confidence > 0.5 && found.confidence <= 1.0, "{text}: {found:?}");
    }
}

#[test]
fn the_program_agrees_with_the_training_side() {
    let cases = include_str!("../../models/train/language/parity.json");
    let cases: Vec<serde_json::Value> = serde_json::from_str(cases).expect("JSON");
    assert!(cases.len() >= 20, "{}", cases.len());
    let tables = Tables::built_in();
    for case in &cases {
        let text = case["text"].as_str().expect("a text");
        let reading = Reading::new(tables, text, &normalize(text).entities);
        let (at, table) = reading.main_script().and_then(|main| tables.of(main)).expect("a table");
        let probabilities = table.probabilities(&reading.sums[at]);
        let at = table.langs.iter().position(|lang| case["lang"] == *lang).expect("a language");
        let expected = case["probability"].as_f64().expect("a number") as f32;
        assert!((probabilities[at] - expected).abs() < 1e-3, "{text}: {} for {expected}", probabilities[at]);
    }
}

#[test]
fn the_card_names_the_weights_that_are_built_in() {
    use sha2::{Digest, Sha256};
    let card: toml::Table =
        toml::from_str(include_str!("../../models/language/model.toml")).expect("a card in TOML");
    let file = include_bytes!("../../models/language/weights.bin");
    let named = &card["files"]["weights.bin"];
    assert_eq!(named["sha256"].as_str(), Some(crate::post::hex(&Sha256::digest(file)).as_str()));
    assert_eq!(named["bytes"].as_integer(), i64::try_from(file.len()).ok());
    assert!(file.len() <= 2_000_000, "{}", file.len());
}

#[test]
fn little_text_is_nothing_sure() {
    for text in ["ok", "lol", "Pakistan", "hahaha", "Modi ji"] {
        let found = detect(text);
        assert!(found.confidence <= 0.9, "{text}: {found:?}");
    }
}

#[test]
fn nothing_to_read() {
    for text in [
        "",
        " ",
        "😂😂",
        "123 !!!",
        "a",
        "@user_name https://example.org/some/path",
        "🇵🇰",
        "RT @someone: https://t.co/abc pic.twitter.com/abc",
        "https &amp; 12:30",
        "#1 :-) <3",
    ] {
        let expected = Language { lang: Cow::Borrowed("und"), confidence: 0.0, mix: Vec::new() };
        assert_eq!(detect(text), expected, "{text}");
        assert_eq!(Detector::new().candidates(text, &normalize(text).entities, 3), [], "{text}");
    }
}

#[test]
fn what_is_no_prose_changes_nothing() {
    let plain = detect("yeh log hamare mulk ke khilaf baat karte hain");
    let decorated = "RT @the_president: yeh log hamare mulk ke khilaf baat karte hain 😂 \
                     https://example.org/the-president-of-the-united-states #ThePresidentOfTheUnitedStates";
    assert_eq!(detect(decorated), plain);
}

#[test]
fn a_hashtag_is_read_where_nothing_else_is() {
    assert_eq!(detect("#پاکستان_زندہ_باد_ہم_سب_کا_ہے").lang, "ur");
}

#[test]
fn accents_may_be_composed_or_not() {
    let composed = detect("Les élèves étaient très fatigués après la fête");
    let apart =
        "Les e\u{301}le\u{300}ves e\u{301}taient tre\u{300}s fatigue\u{301}s apre\u{300}s la fe\u{302}te";
    assert_eq!(detect(apart), composed);
    assert_eq!(composed.lang, "fr");
}

#[test]
fn posts_in_two_scripts_show_their_shares() {
    let found = detect("ہم اپنی فوج کے ساتھ ہیں shame on Facebook");
    assert_eq!(found.lang, "ur");
    assert!((share(&found, "ur") - 18.0 / 33.0).abs() < 0.01, "{found:?}");
    assert!((share(&found, "en") - 15.0 / 33.0).abs() < 0.01, "{found:?}");

    // A share too small to show goes to the others.
    let found = detect(&format!("{} ok", "ہم اپنی فوج کے ساتھ ہیں ".repeat(8)));
    assert_eq!(found.mix, [Share { lang: Cow::Borrowed("ur"), share: 1.0 }]);
}

#[test]
fn posts_half_english_half_roman_urdu_are_both() {
    let found = detect("yeh log hamare pages band kar rahe hain and they think this is right");
    assert!(share(&found, "hi-Latn") > 0.35 && share(&found, "en") > 0.35, "{found:?}");

    let found = detect("yaar kal se mera account suspend hai, support team koi reply nahi de rahi");
    assert_eq!(found.lang, "hi-Latn");
    assert!((0.15..0.5).contains(&share(&found, "en")), "{found:?}");

    for (lang, text) in [
        ("hi-Latn", "yeh log hamare mulk ke khilaf baat karte hain aur koi kuch nahi kehta"),
        ("en", "they say that the minister has told them to close all of these pages by tomorrow"),
    ] {
        let found = detect(text);
        assert!(share(&found, lang) > 0.9, "{found:?}");
    }
}

#[test]
fn candidates_are_sorted_and_as_many_as_asked_for() {
    let text = "Halaman ini dibuat oleh orang biasa";
    let candidates = Detector::new().candidates(text, &normalize(text).entities, 3);
    assert_eq!(candidates.len(), 3);
    assert!(candidates.windows(2).all(|pair| pair[0].probability >= pair[1].probability), "{candidates:?}");
    assert_eq!(candidates[0].lang, detect(text).lang);
    assert!(candidates.iter().map(|candidate| candidate.probability).sum::<f32>() <= 1.0 + 1e-4);
    assert_eq!(Detector::new().candidates("这些页面是普通人的", &[], 5).len(), 1);
}

#[test]
fn roman_urdu_has_aliases() {
    for alias in ["ur-Latn", "UR-LATN", "hi-latn", "ur-Latn-PK"] {
        assert_eq!(canonical(alias), "hi-Latn");
    }
    assert_eq!(canonical("ur"), "ur");
}

#[test]
fn the_promised_languages_are_known() {
    let known = Detector::new().languages();
    for lang in "en ur hi hi-Latn ar fa ps sd ckb pa pa-Arab bn mr ne gu ta te tr id ms es pt fr de it ru uk zh ja ko \
                 und-Latn"
        .split_ascii_whitespace()
    {
        assert!(known.contains(&lang), "{lang}");
    }
    assert!(known.len() >= 80, "{}", known.len());
}

/// A long post takes time in proportion, and is read to its end.
#[test]
fn a_long_post_is_read_to_its_end() {
    let english = "they say that the minister has told them ".repeat(50);
    let urdu = "یہ لوگ ہمارے ملک کے خلاف بات کرتے ہیں ".repeat(200);
    assert_eq!(detect(&format!("{english}{urdu}")).lang, "ur");
    assert_eq!(detect(&format!("{urdu}{}", english.repeat(30))).lang, "en");
    detect(&"a".repeat(100_000));
    detect(&"\u{301}".repeat(10_000));
}

proptest! {
    #[test]
    fn shares_add_up(text in "[a-zé حہیکहैя你か한ጸ #@./]{0,60}") {
        let found = detect(&text);
        let sum: f32 = found.mix.iter().map(|share| share.share).sum();
        prop_assert!((0.0..=1.0).contains(&found.confidence));
        if found.mix.is_empty() {
            prop_assert_eq!((&*found.lang, found.confidence), ("und", 0.0));
        } else {
            prop_assert!((sum - 1.0).abs() < 1e-4, "{found:?}");
            prop_assert!(found.mix.windows(2).all(|pair| pair[0].share >= pair[1].share));
            prop_assert!(found.lang == "und" || found.lang == found.mix[0].lang, "{found:?}");
        }
    }

    #[test]
    fn any_text_gets_an_answer(text in any::<String>()) {
        let found = detect(&text);
        prop_assert!((0.0..=1.0).contains(&found.confidence), "{found:?}");
    }

    #[test]
    fn any_entities_do_no_harm(text in "[a-zéہ ]{0,20}", spans in proptest::collection::vec((0u32..30, 0u32..30), 0..4)) {
        use crate::normalize::EntityKind;
        let entities: Vec<Entity> = (spans.into_iter())
            .map(|(start, end)| Entity { kind: EntityKind::Url, start, end, name: String::new() })
            .collect();
        Detector::new().detect(&text, &entities);
    }
}
