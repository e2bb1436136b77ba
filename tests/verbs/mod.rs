//! Every verb does what its help says.

mod aggregate;
mod duplicates;

use serde_json::Value;

use crate::program::{DEMO, Folder, assert_says, demo, post, stancemark, tag};

const VERBS: [&str; 14] = [
    "tag",
    "detect",
    "stance",
    "explain",
    "aggregate",
    "duplicates",
    "evaluate",
    "compare",
    "calibrate",
    "export",
    "import",
    "models",
    "codebook",
    "completions",
];

#[test]
fn help_names_every_verb_and_shows_an_example_of_each() {
    let help = stancemark(["--help"]).done().stdout;
    assert_says(&help, &VERBS);
    assert_says(&help, &["Example", "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done"]);
    for verb in VERBS {
        let help = stancemark([verb, "--help"]).done().stdout;
        assert_says(&help, &["Usage: stancemark", "Example", &format!("  stancemark {verb}")[1..]]);
    }
    assert_says(
        &stancemark(["codebook", "check", "--help"]).done().stdout,
        &["Example", "stancemark codebook check"],
    );
    assert_says(&stancemark(["--version"]).done().stdout, &["stancemark ", env!("CARGO_PKG_VERSION")]);
    let ran = stancemark::<&str>([]).run();
    assert_eq!(ran.code, Some(2));
    assert_says(&ran.stderr, &["Usage: stancemark"]);
}

#[test]
fn completions_know_every_verb() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stancemark(["completions", shell]).done().stdout;
        assert_says(&script, &VERBS);
        assert_says(&script, &["no-model", "home"]);
    }
    assert_eq!(stancemark(["completions", "cmd"]).run().code, Some(2));
}

#[test]
fn detect_tells_language_confidence_and_mix() {
    let lines = stancemark(["detect", DEMO]).done().lines();
    let posts = demo(DEMO);
    assert_eq!(lines.len(), posts.len());
    let mut languages = std::collections::BTreeSet::new();
    for (line, post) in lines.iter().zip(&posts) {
        let fields: Vec<&String> = line.as_object().expect("an object").keys().collect();
        assert_eq!(fields.len(), 4, "{line}");
        assert_eq!(line["id"], post["id"]);
        let confidence = line["lang_confidence"].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&confidence), "{line}");
        let lang = line["lang"].as_str().expect("a tag");
        let mix = line["mix"].as_object().expect("mix");
        let sum: f64 = mix.values().map(|share| share.as_f64().expect("a share")).sum();
        if lang == "und" {
            assert!(confidence < 0.5, "{line}");
        } else {
            assert!(mix.contains_key(lang) && (sum - 1.0).abs() < 0.01, "{line}");
        }
        languages.insert(lang);
    }
    for lang in ["en", "ur", "hi"] {
        assert!(languages.contains(lang), "{lang} is in {languages:?}");
    }
    // The same that `tag` writes.
    let tagged = tag([DEMO, "-q"]).done().lines();
    for (line, tagged) in lines.iter().zip(&tagged) {
        assert_eq!(line["lang"], tagged["lang"]);
    }
}

#[test]
fn detect_knows_scripts_and_posts_without_letters() {
    let texts = [
        "میں پاکستان سے محبت کرتا ہوں اور یہ میرا وطن ہے",
        "मैं भारत से प्यार करता हूँ और यह मेरा देश है",
        "This is a plain English sentence about the news of today",
        "🇵🇰❤️ 123 !!!",
        "",
    ];
    let lines = stancemark(["detect"]).stdin(crate::program::posts(texts)).done().lines();
    let found: Vec<&str> = lines.iter().map(|line| line["lang"].as_str().expect("lang")).collect();
    assert_eq!(found, ["ur", "hi", "en", "und", "und"]);
}

#[test]
fn detect_finds_roman_urdu_its_mix_and_no_language_in_junk() {
    let texts = [
        "yeh log hamare mulk ke khilaf baat karte hain aur koi kuch nahi kehta",
        "yaar kal se mera account suspend hai, support team koi reply nahi de rahi",
        "Nobody told us why they took our pages down",
        "Estas páginas eran de gente común y nadie les dio órdenes",
        "RT @someone: https://t.co/abc 😂😂 123",
    ];
    let lines = stancemark(["detect"]).stdin(crate::program::posts(texts)).done().lines();
    let found: Vec<&str> = lines.iter().map(|line| line["lang"].as_str().expect("lang")).collect();
    assert_eq!(found, ["hi-Latn", "hi-Latn", "en", "es", "und"]);
    let english = lines[1]["mix"]["en"].as_f64().expect("a share");
    assert!((0.15..0.5).contains(&english), "{}", lines[1]);
    assert_eq!(
        (&lines[4]["lang_confidence"], lines[4]["mix"].as_object().map(serde_json::Map::len)),
        (&0.into(), Some(0))
    );
}

#[test]
fn detect_writes_tables_and_the_likeliest_languages() {
    let text = "Halaman ini dibuat oleh orang biasa";
    let lines = stancemark(["detect", "--top", "3"]).stdin(post("1", text)).done().lines();
    let top = lines[0]["top"].as_array().expect("a list");
    assert_eq!((top.len(), &top[0]["lang"]), (3, &lines[0]["lang"]));
    assert!(top[0]["probability"].as_f64() >= top[1]["probability"].as_f64());

    let table = stancemark(["detect", "--format", "tsv", "--top", "3"]).stdin(post("1", text)).done().stdout;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows[0], ["id", "lang", "lang_confidence", "mix", "top"]);
    assert_eq!((rows.len(), rows[1].len(), rows[1][0]), (2, 5, "1"));
    assert_eq!(rows[1][3], format!("{}:1", rows[1][1]));
    assert_eq!(rows[1][4].split(' ').count(), 3);

    // The output's name tells the format.
    let folder = Folder::new();
    let path = folder.path("languages.tsv");
    stancemark(["detect", "-o"]).and([&path]).stdin(post("a\tb", text)).done();
    let written = std::fs::read_to_string(&path).expect("a table");
    assert!(written.starts_with("id\tlang\tlang_confidence\tmix\na\\tb\t"), "{written}");
    assert_eq!(stancemark(["detect", "--top", "0"]).run().code, Some(2));
}

#[test]
fn detect_writes_a_file_and_its_dead_letters() {
    let folder = Folder::new();
    let path = folder.path("languages.jsonl");
    let ran = stancemark(["detect", "-o"]).and([&path]).stdin(post("1", "hello there") + "broken\n").done();
    assert_eq!(
        (folder.lines("languages.jsonl").len(), folder.lines("languages.jsonl.dead.jsonl").len()),
        (1, 1)
    );
    assert_says(&ran.stderr, &["stdin:2", "1 record could not be read"]);
}

/// A file called .csv or .gz that holds lines of JSON would be a trap.
#[test]
fn lines_go_into_no_file_named_after_another_format() {
    let folder = Folder::new();
    for verb in ["detect", "stance"] {
        for name in ["out.csv", "out.parquet", "out.jsonl.gz"] {
            let run = stancemark([verb, "-o"]).and([folder.path(name)]).stdin(post("1", "x"));
            assert_says(&run.refused(), &[name, "JSON lines", ".jsonl"]);
        }
    }
    let run = stancemark(["detect", "--format", "tsv", "-o"])
        .and([folder.path("out.tsv.gz")])
        .stdin(post("1", "x"));
    assert_says(&run.refused(), &["out.tsv.gz", "tab-separated lines", ".tsv"]);
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn stance_gives_three_probabilities_for_any_target() {
    let pairs = demo("examples/formats/pairs.jsonl");
    let lines = stancemark(["stance", "examples/formats/pairs.jsonl"]).done().lines();
    assert_eq!(lines.len(), pairs.len());
    for (line, pair) in lines.iter().zip(&pairs) {
        assert_eq!((&line["id"], &line["target"]), (&pair["id"], &pair["target"]));
        assert_eq!(line.as_object().expect("an object").len(), 5, "{line}");
        let [favor, against, none] =
            ["favor", "against", "none"].map(|stance| line[stance].as_f64().expect("a number"));
        assert!([favor, against, none].iter().all(|p| (0.0..=1.0).contains(p)), "{line}");
        assert!((favor + against + none - 1.0).abs() < 1e-5, "{line}");
    }
    let of = |id: &str| lines.iter().find(|line| line["id"] == id).expect("a line")["favor"].as_f64();
    assert_ne!(of("pair-06"), of("pair-07"), "one text, two targets");
}

#[test]
fn stance_takes_one_target_for_all() {
    let run = |target: &str| {
        stancemark(["stance", "--target", target])
            .stdin("Windmills spoil the view\nI like windmills\n")
            .done()
            .lines()
    };
    let (power, sheep) = (run("wind power"), run("sheep"));
    assert_eq!(power.len(), 2);
    assert!(power.iter().all(|line| line["target"] == "wind power"));
    let favor = |lines: &[Value]| lines[0]["favor"].as_f64().expect("a number");
    assert!((favor(&power) - favor(&sheep)).abs() > 1e-6, "the target is read");
    // A record without a target is a dead letter, where none is given for all.
    let ran = stancemark(["stance", "--strict"]).stdin(post("1", "no target here")).run();
    assert_eq!(ran.code, Some(3));
    assert_says(&ran.stderr, &["stdin:1", "`target`", "--target"]);
}

#[test]
fn explain_shows_every_step() {
    let ran = stancemark(["explain", "Shame on Facebook! Pakistan zindabad 🇵🇰 #IamISPR"]).done();
    for step in ["post", "detect", "normalize", "target", "rule", "model", "decide", "tag"] {
        assert!(ran.stdout.lines().any(|line| line.starts_with(step)), "{step}: {}", ran.stdout);
    }
    assert_says(
        &ran.stdout,
        &[
            "9–17 Facebook facebook (platform, no side)",
            "shame-on",
            "votes against",
            "home side",
            "reads Facebook: favor ",
            "favor",
            "none",
            "i am ispr",
        ],
    );
    assert!(!ran.stdout.contains('\u{1b}'), "no colours where there is no terminal");
    // What it concludes is what `tag` concludes.
    let text = "Shame on Facebook! Pakistan zindabad";
    let explained = stancemark(["explain", "--no-model", text]).done().stdout;
    let tagged = tag(["-q"]).stdin(post("1", text)).done().lines();
    let shown: Vec<&str> = explained.lines().filter(|line| line.starts_with("tag ")).collect();
    let tags = tagged[0]["tags"].as_array().expect("tags");
    assert_eq!(shown.len(), tags.len());
    assert_eq!(tags.len(), 2);
    for tag in tags {
        let score = format!("{:.2}", tag["score"].as_f64().expect("score"));
        let [label, target] = ["label", "target"].map(|key| tag[key].as_str().expect("text"));
        assert!(
            shown.iter().any(|line| [label, target, &score].iter().all(|part| line.contains(part))),
            "{tag}: {shown:?}"
        );
    }
    assert_says(&stancemark(["explain", "--no-model", "Good morning"]).done().stdout, &["names no target"]);
}

#[test]
fn models_lists_the_shipped_one_and_the_library() {
    let text = stancemark(["models"]).done().stdout;
    assert!(!text.contains("model.toml:"), "a card of our own is wrong: {text}");
    assert_says(&text, &["stance ", "task stance", "KB", "ONNX Runtime: "]);
    assert!(!text.contains("not found"), "{text}");
    let lines = stancemark(["models", "--json"]).done().lines();
    let stance = lines.iter().find(|line| line["card"]["name"] == "stance").expect("the stance model");
    assert_eq!(stance["card"]["task"], "stance");
    assert!(
        stance["card"]["data"]
            .as_array()
            .is_some_and(|data| data.iter().all(|set| set["licence"].is_string()))
    );
}

#[test]
fn codebook_check_passes_for_the_one_that_comes_along() {
    let ran = stancemark(["codebook", "check"]).done();
    assert_says(&ran.stdout, &["iamispr version ", "home PK", "3 labels", " examples pass"]);
    let passed = ran.stdout.lines().last().expect("a last line");
    let numbers: Vec<u32> = passed.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers.len(), 2, "{passed}");
    assert!(numbers[0] == numbers[1] && numbers[0] > 200, "{passed}");
    let rules = ran
        .stdout
        .split(" rules")
        .next()
        .and_then(|text| text.rsplit(' ').next())
        .and_then(|word| word.parse::<u32>().ok());
    assert!(rules.is_some_and(|rules| rules >= 40), "{}", ran.stdout);
    // It comes along: in an empty folder there is no labels/.
    let elsewhere = stancemark(["codebook", "check", "iamispr"]).inside(&Folder::new()).done();
    assert_eq!(elsewhere.stdout, ran.stdout);
}
