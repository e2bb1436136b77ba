//! Shares of posts are estimated, with intervals, from a sample that people judged: drawn, judged, read back.

mod campaign;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{Folder, Ran, assert_says, demo, stancemark, tag};

/// The demo corpus, tagged by rules with its texts.
fn tagged(folder: &Folder, name: &str) -> PathBuf {
    let path = folder.path(name);
    tag(["examples/iamispr.jsonl", "--keep", "-o"]).and([&path]).done();
    path
}

/// The demo corpus' own labels, by id.
fn truth(id: &str) -> Vec<String> {
    let expected = demo("examples/expected.jsonl");
    let line = expected.iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("{id} has no labels"));
    serde_json::from_value(line["labels"].clone()).expect("labels")
}

/// A drawn sample, judged as the demo corpus says.
fn judged(lines: &[Value]) -> String {
    let judge = |line: &Value| {
        let mut line = line.clone();
        line["labels"] = json!(truth(line["id"].as_str().expect("an id")));
        line.to_string() + "\n"
    };
    lines.iter().map(judge).collect()
}

fn estimate(files: [&PathBuf; 2]) -> crate::program::Program {
    stancemark(["audit", "estimate"]).and(files)
}

fn json_of(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
}

#[test]
fn a_sample_is_drawn_judged_and_estimated_from() {
    let folder = Folder::new();
    let tags = tagged(&folder, "tags.jsonl");
    let sample = folder.path("sample.jsonl");
    let ran = stancemark(["audit", "draw", "-n", "150", "-o"]).and([&sample, &tags]).done();
    assert_eq!(ran.stdout, "");
    assert_says(&ran.stderr, &["150 of 740 posts drawn, neyman allocation", "(none) 0-0.05: "]);
    let lines = folder.lines("sample.jsonl");
    assert_eq!(lines.len(), 150);
    let weights: f64 = lines.iter().map(|line| line["weight"].as_f64().expect("a weight")).sum();
    assert!((weights - 740.0).abs() < 1e-6, "weights add up to the posts: {weights}");
    assert!(lines.iter().all(|line| line["text"].is_string() && line["labels"].is_null()));

    let audited = folder.write("judged.jsonl", judged(&lines));
    let found = json_of(&estimate([&tags, &audited]).and(["--format", "json", "--by", "lang"]).done());
    assert_eq!(
        (&found["posts"], &found["audited"], &found["method"]),
        (&json!(740), &json!(150), &json!("strata"))
    );
    // The truth of all 740 posts is known here, and rules alone are far from it.
    for label in ["support", "platform_attack", "country_target"] {
        let all = demo("examples/expected.jsonl");
        let with =
            all.iter().filter(|line| line["labels"].as_array().expect("a list").contains(&json!(label)));
        let truth = with.count() as f64 / 740.0;
        let rows = found["shares"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["label"] == label && row.get("lang").is_none()).expect("a row");
        let number = |name: &str| row[name].as_f64().unwrap_or_else(|| panic!("{name} of {row}"));
        assert!(number("low") <= truth && truth <= number("high"), "{label} {truth}: {row}");
        assert!(
            (number("corrected") - truth).abs() < (number("uncorrected") - truth).abs(),
            "{label}: {row}"
        );
        assert!(number("effective") > 100.0, "{row}");
    }
    let small =
        found["shares"].as_array().expect("rows").iter().find(|row| row["lang"] == "zh").expect("a row");
    assert!(small["corrected"].is_null() && small["note"].is_string(), "{small}");

    let text = estimate([&tags, &audited]).and(["--by", "lang", "--compare", "lang=ur,en"]).done().stdout;
    assert_says(
        &text,
        &[
            "uncorrected: the share of predicted labels",
            "(pooled)",
            "Net stance: support less platform_attack",
            "lang ur less",
        ],
    );
    let csv = estimate([&tags, &audited]).and(["--format", "csv", "--by", "lang"]).done().stdout;
    assert!(
        csv.starts_with("figure,label,target,lang,posts,given,audited,uncorrected,corrected,low,high,"),
        "{csv}"
    );
}

#[test]
fn a_sample_goes_through_an_annotation_tool_with_its_weights() {
    let folder = Folder::new();
    let tags = tagged(&folder, "tags.jsonl");
    let draw = || stancemark(["audit", "draw", "-n", "100", "--blind", "--to", "doccano-labels", "-o"]);
    let ran = draw().and([&folder.path("posts.jsonl"), &tags]).done();
    assert_says(&ran.stderr, &["100 of 740 posts drawn", "100 of 100 posts exported", "sample.jsonl"]);
    // People give labels in the tool; nothing was proposed to them.
    let mut back = String::new();
    for mut line in folder.lines("posts.jsonl") {
        assert_eq!(line["label"], json!([]), "blind: {line}");
        line["label"] = json!(truth(line["post_id"].as_str().expect("an id")));
        back += &(line.to_string() + "\n");
    }
    let back = folder.write("admin.jsonl", back);
    let gold = folder.path("gold.jsonl");
    stancemark(["import", "--from", "doccano", "-o"]).and([&gold, &back]).done();
    let sample = folder.path("posts.jsonl.sample.jsonl");
    let straight = folder.write("judged.jsonl", judged(&folder.lines("posts.jsonl.sample.jsonl")));
    let shares = |audited: &PathBuf, more: &[&PathBuf]| {
        let ran = estimate([&tags, audited]).and(["--format", "json"]).and(more).done();
        json_of(&ran)["shares"].clone()
    };
    assert_eq!(shares(&gold, &[]), shares(&straight, &[]), "the tool carries the weights");
    // A tool that loses them: the sample beside the export gives them back.
    let without: String = folder
        .lines("gold.jsonl")
        .iter()
        .map(|line| {
            json!({"id": line["id"], "text": line["text"], "labels": line["labels"]}).to_string() + "\n"
        })
        .collect();
    let without = folder.write("without.jsonl", without);
    let drawn = PathBuf::from("--drawn");
    assert_eq!(shares(&without, &[&drawn, &sample]), shares(&straight, &[]));
    assert_ne!(shares(&without, &[]), shares(&straight, &[]));
    let told = stancemark(["audit", "draw", "--to", "doccano"]).and([&tags]).refused();
    assert_says(&told, &["--to writes files", "-o"]);
    let before = std::fs::read(&tags).expect("tags");
    draw().and([&tags, &tags]).refused();
    assert_eq!(std::fs::read(&tags).expect("tags"), before, "tags are not written over");
}

#[test]
fn the_same_posts_are_drawn_from_every_format_and_from_a_pipe() {
    let folder = Folder::new();
    let tags = tagged(&folder, "tags.jsonl");
    let drawn = |from: &str, stdin: Vec<u8>| {
        let ran = stancemark(["audit", "draw", "-n", "40", "--seed", "7", from]).stdin(stdin).done();
        ran.lines().into_iter().map(|line| (line["id"].clone(), line["weight"].clone())).collect::<Vec<_>>()
    };
    let expected = drawn(tags.to_str().expect("a path"), Vec::new());
    assert_eq!(drawn("-", folder.text("tags.jsonl").into_bytes()), expected);
    for name in ["tags.csv", "tags.parquet"] {
        assert_eq!(drawn(tagged(&folder, name).to_str().expect("a path"), Vec::new()), expected, "{name}");
    }
}

#[test]
fn blind_lines_tell_nothing_and_texts_are_joined_by_id() {
    let folder = Folder::new();
    let bare = folder.path("bare.jsonl");
    tag(["examples/iamispr.jsonl", "-o"]).and([&bare]).done();
    let refused = stancemark(["audit", "draw", "-n", "20"]).and([&bare]).refused();
    assert_says(&refused, &["20 of 20 drawn posts have no text", "--keep", "--posts"]);
    let blind = stancemark(["audit", "draw", "-n", "20", "--blind", "--posts", "examples/iamispr.jsonl"]);
    let ran = blind.and([&bare]).done();
    let posts = demo("examples/iamispr.jsonl");
    for line in ran.lines() {
        let post = posts.iter().find(|post| post["id"] == line["id"]).expect("the post");
        assert_eq!(line["text"], post["text"]);
        assert_eq!(line["tags"], json!([]));
        assert!(!line["stratum"].as_str().expect("a name").contains("support"), "{line}");
    }
    // A blind sample estimates as well as the other, also when a tool has lost the weights.
    let sample = folder.write("sample.jsonl", &ran.stdout);
    let full = folder.write("full.jsonl", judged(&ran.lines()));
    let lost: String = ran
        .lines()
        .iter()
        .map(|line| {
            json!({"id": line["id"], "labels": truth(line["id"].as_str().expect("an id")), "text": "x"})
                .to_string()
                + "\n"
        })
        .collect();
    let lost = folder.write("lost.jsonl", lost);
    let whole = estimate([&bare, &full]).and(["--format", "json"]).done();
    let given_back = estimate([&bare, &lost]).and(["--format", "json", "--drawn"]).and([&sample]).done();
    assert_eq!(json_of(&whole)["shares"], json_of(&given_back)["shares"]);
    let without = json_of(&estimate([&bare, &lost]).and(["--format", "json"]).done());
    assert_eq!(without["method"], "ppi");
    assert_says(&without["notes"].to_string(), &["no column `weight`"]);
}

#[test]
fn a_simple_sample_is_for_ppi() {
    let folder = Folder::new();
    let tags = tagged(&folder, "tags.jsonl");
    let ran = stancemark(["audit", "draw", "-n", "100", "--allocation", "simple"]).and([&tags]).done();
    let audited = folder.write("judged.jsonl", judged(&ran.lines()));
    let found = json_of(&estimate([&tags, &audited]).and(["--format", "json"]).done());
    assert_eq!((&found["method"], &found["notes"]), (&json!("ppi"), &json!([])));
    let stratified = stancemark(["audit", "draw", "-n", "100"]).and([&tags]).done();
    let audited = folder.write("strata.jsonl", judged(&stratified.lines()));
    assert_says(
        &estimate([&tags, &audited]).and(["--method", "ppi"]).refused(),
        &["different weights", "--allocation simple"],
    );
}

#[test]
fn targets_need_judges_who_name_them() {
    let folder = Folder::new();
    let tags = tagged(&folder, "tags.jsonl");
    let lines = stancemark(["audit", "draw", "-n", "120"]).and([&tags]).done().lines();
    let audited = folder.write("judged.jsonl", judged(&lines));
    assert_says(
        &estimate([&tags, &audited]).and(["--by", "target"]).refused(),
        &["tell no targets", "stances"],
    );
    let expected = demo("examples/expected.jsonl");
    let named: String = lines
        .iter()
        .map(|line| {
            let known = expected.iter().find(|known| known["id"] == line["id"]).expect("a line");
            let pairs = known["expected"].as_array().expect("pairs").iter();
            let labels = pairs
                .map(|pair| format!("{}:{}", pair[0].as_str().expect("a"), pair[1].as_str().expect("b")));
            let mut line = line.clone();
            line["labels"] = labels.collect();
            line.to_string() + "\n"
        })
        .collect();
    let audited = folder.write("named.jsonl", named);
    let found = json_of(&estimate([&tags, &audited]).and(["--by", "target", "--format", "json"]).done());
    let rows = found["shares"].as_array().expect("rows");
    let row = rows
        .iter()
        .find(|row| row["label"] == "platform_attack" && row["target"] == "facebook")
        .expect("a row");
    let with = expected
        .iter()
        .filter(|line| line["expected"].to_string().contains(r#"["platform_attack","facebook"]"#));
    let truth = with.count() as f64 / 740.0;
    assert!(row["low"].as_f64() <= Some(truth) && Some(truth) <= row["high"].as_f64(), "{truth}: {row}");
}

#[test]
fn what_cannot_be_estimated_from_says_why() {
    let folder = Folder::new();
    let tags = tagged(&folder, "tags.jsonl");
    let lines = stancemark(["audit", "draw", "-n", "30"]).and([&tags]).done();
    let unjudged = folder.write("unjudged.jsonl", &lines.stdout);
    assert_says(&estimate([&tags, &unjudged]).refused(), &["`labels` is null everywhere", "[]"]);
    let others = folder.write("others.jsonl", "{\"id\":\"zz\",\"text\":\"x\",\"labels\":[]}\n");
    assert_says(&estimate([&tags, &others]).refused(), &["no audited post is among the tags", "zz"]);
    assert_says(&estimate([&tags, &others]).and(["--by", "stance"]).refused(), &["one stance already"]);
    assert_says(
        &estimate([&tags, &others]).and(["--compare", "lang=ur"]).refused(),
        &["two different values"],
    );
    let posts = folder.write("posts.jsonl", "{\"id\":\"1\",\"text\":\"x\"}\n");
    assert_says(&stancemark(["audit", "draw"]).and([&posts]).refused(), &["posts.jsonl", "tag -o"]);
    // Half of the sample is not judged: the rest stands for it, and that is told.
    let half: String = lines
        .lines()
        .iter()
        .enumerate()
        .map(
            |(at, line)| {
                if at % 2 == 0 { judged(std::slice::from_ref(line)) } else { line.to_string() + "\n" }
            },
        )
        .collect();
    let half = folder.write("half.jsonl", half);
    let found = json_of(&estimate([&tags, &half]).and(["--format", "json"]).done());
    assert_eq!(found["audited"], 15);
    assert_says(&found["notes"].to_string(), &["15 drawn posts have not been judged"]);
}
