//! Posts of any size and any shape: a result or a dead letter. Work that grows with the square of a post
//! would run into the limit of every run here, which tells what hangs from what is slow.

use serde_json::json;

use crate::program::{Folder, post, tag};

/// Tags one post of so many megabytes that repeats this, and gives its line.
fn tag_repeated(megabytes: usize, what: &str) -> serde_json::Value {
    let text = what.repeat(megabytes * 1_000_000 / what.len());
    let mut lines = tag(["-q"]).stdin(post("big", &text)).done().lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["id"], "big");
    lines.remove(0)
}

#[test]
fn ten_megabytes_of_words() {
    let line = tag_repeated(10, "Shame on Facebook, the army is great. ");
    assert_eq!(line["tags"][0]["label"], "platform_attack");
    assert!(
        line["tags"][0]["evidence"].as_array().expect("evidence").len() < 100,
        "evidence is shown, not listed"
    );
}

/// Names, rules, hashtags and flags without end, in one sentence: two megabytes show a square already.
#[test]
fn posts_full_of_evidence() {
    let found = [
        ("shame on facebook ", "platform_attack", "facebook"),
        ("پاک فوج زندہ باد ", "support", "pakistan-army"),
        ("#IamISPR ", "support", "ispr"),
        ("Pakistan zindabad 🇵🇰❤️ ", "support", "pakistan"),
    ];
    for (what, label, target) in found {
        let line = tag_repeated(2, what);
        let tags = line["tags"].as_array().expect("tags");
        assert!(tags.iter().any(|tag| tag["label"] == label && tag["target"] == target), "{what}: {line}");
    }
}

#[test]
fn posts_that_try_the_steps_before_the_rules() {
    let one_by_one =
        ["f.a.c.e.b.o.o.k. ", "RAW ISI US ", "facebook not ", "\"facebook", "http://a.b/", "@facebook", "🇵🇰"];
    for what in one_by_one {
        tag_repeated(2, what);
    }
    for what in ["a", "ا", "#", "e\u{301}\u{316}", "\"", "\u{200d}", "(", "a_"] {
        tag_repeated(2, what);
    }
}

#[test]
fn records_past_every_size_are_dead_letters() {
    let folder = Folder::new();
    let huge = post("huge", &"x".repeat(70 << 20)) + &post("small", "Shame on Facebook");
    tag(["-q", "-"]).and(["-o"]).and([folder.path("tags.jsonl")]).stdin(huge).done();
    let dead = folder.lines("tags.jsonl.dead.jsonl");
    assert_eq!(dead.len(), 1);
    assert!(dead[0]["reason"].as_str().expect("a reason").contains("bytes long"), "{}", dead[0]);
    assert!(dead[0]["excerpt"].as_str().expect("an excerpt").chars().count() <= 200);
    assert_eq!(folder.lines("tags.jsonl")[0]["id"], "small");
}

#[test]
fn json_nested_a_million_deep() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(1_000_000), close.repeat(1_000_000));
    let lines = [
        format!("{{\"id\":\"array\",\"text\":\"a\",\"x\":{}}}", deep("[", "]")),
        format!(
            "{{\"id\":\"object\",\"text\":\"b\",\"x\":{}1{}}}",
            "{\"y\":".repeat(500_000),
            "}".repeat(500_000)
        ),
        deep("[", "]"),
        "[".repeat(1_000_000),
        post("last", "Shame on Facebook").trim_end().to_owned(),
    ];
    let ran = tag(["-q", "--keep", "--input-format", "jsonl"]).stdin(lines.join("\n")).done();
    // What is carried along is as deep as it came, too deep for the reader of this test.
    let last = ran.stdout.lines().last().expect("a line");
    assert!(
        last.starts_with("{\"id\":\"last\"") && last.contains("platform_attack"),
        "what stands behind it is read"
    );
    // As a stream of JSON values too.
    tag(["-q", "--input-format", "json"]).stdin(lines.join("\n")).done();
}

#[test]
fn ids_are_kept_byte_for_byte() {
    let ids = [
        json!("007"),
        json!(""),
        json!(" "),
        json!("a\"b\\c\n\u{0}"),
        json!("پاک"),
        json!("🇵🇰"),
        json!("1e3"),
        json!("\u{202e}x"),
    ];
    let lines: String = ids.iter().map(|id| format!("{}\n", json!({"id": id, "text": "x"}))).collect();
    let numbers = "{\"id\":123456789012345678901234567890,\"text\":\"x\"}\n{\"id\":1.10,\"text\":\"x\"}\n{\"id\":-0,\"text\":\"x\"}\n{\"id\":1E400,\"text\":\"x\"}\n";
    let found: Vec<String> = tag(["-q"])
        .stdin(lines + numbers)
        .done()
        .lines()
        .iter()
        .map(|line| line["id"].as_str().expect("a string").to_owned())
        .collect();
    let mut expected: Vec<String> = ids.iter().map(|id| id.as_str().expect("a string").to_owned()).collect();
    // An empty id is none: the place stands in.
    expected[1] = "stdin:2".to_owned();
    expected.extend(["123456789012345678901234567890", "1.10", "-0", "1E400"].map(str::to_owned));
    assert_eq!(found, expected);
    let rows = tag(["-q"]).stdin("id,text\n007,x\n12345678901234567890123,x\n1.10,x\n").done().lines();
    let found: Vec<_> = rows.iter().map(|line| line["id"].clone()).collect();
    assert_eq!(found, ["007", "12345678901234567890123", "1.10"]);
}

#[test]
fn duplicate_ids_are_counted_and_tagged() {
    let folder = Folder::new();
    let lines: String = ["a", "b", "a", "a", "c"].map(|id| post(id, "Shame on Facebook")).concat();
    tag(["-q", "-o"]).and([folder.path("tags.jsonl")]).stdin(lines).done();
    assert_eq!(folder.lines("tags.jsonl").len(), 5);
    assert_eq!(folder.json("tags.jsonl.manifest.json")["counts"]["duplicate_ids"], 2);
}

#[test]
fn texts_of_nothing_are_labelled_with_nothing() {
    let texts = [
        "",
        " ",
        "\u{0}",
        "\u{feff}",
        "\u{200d}\u{200c}",
        "\n\n",
        "\u{301}",
        "\u{fffd}",
        "#",
        "@",
        "#_",
        "\u{e0001}",
    ];
    let lines = tag(["-q"]).stdin(crate::program::posts(texts)).done().lines();
    assert_eq!(lines.len(), texts.len());
    for (line, text) in lines.iter().zip(texts) {
        assert_eq!(
            (&line["tags"], &line["status"], &line["lang"]),
            (&json!([]), &json!("labelled"), &json!("und")),
            "{text:?}"
        );
    }
}
