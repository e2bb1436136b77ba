//! What is odd about the gold is said in words, before any number; what cannot be used is refused with the way out.

use serde_json::{Value, json};

use super::{gold, tagged, tags, text};
use crate::program::{Folder, assert_says, stancemark};

fn notes(gold: &str, tags: &str) -> String {
    let folder = Folder::new();
    let (gold, tags) = (folder.write("gold.jsonl", gold), folder.write("tags.jsonl", tags));
    let ran = stancemark(["evaluate", "--rounds", "0", "--json"]).and([&gold, &tags]).done();
    let found: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let notes = found["notes"].as_array().expect("notes").iter();
    notes.map(|note| note.as_str().expect("text").to_owned() + "\n").collect()
}

#[test]
fn odd_gold_is_told() {
    let line = |id: &str, text: &str, labels: Value, split: &str| {
        json!({"id": id, "text": text, "labels": labels, "split": split}).to_string() + "\n"
    };
    let odd = gold()
        + &line("q1", "The very same words about one thing", json!(["support"]), "train")
        + &line("q2", "the very same words about one thing!! https://x.y", json!([]), "test")
        + &line("q3", &text("q3"), json!(["praise"]), "test")
        + &line("p1", &text("other"), json!([]), "train")
        + &line("q4", &text("q4"), Value::Null, "train")
        + "not json\n";
    let told = notes(&odd, &(tags() + &tagged("z9", &[], &[])));
    assert_says(
        &told,
        &[
            "1 record are no posts and are left out; the first: ",
            "1 post without labels are left out",
            "1 id occur more than once: p1",
            "labels outside the codebook are not scored: praise (1); it knows support, platform_attack, country_target",
            "platform_attack 1",
            "1 post is a near duplicate",
            "1 group of posts with the same text and home are labelled differently: q1/q2",
            "1 cluster of near duplicates lie across splits",
            "4 posts of the gold have no tags and are left out: q1, q2, q3, q4",
            "1 tagged post have no gold and are left out: z9",
        ],
    );
}

#[test]
fn annotators_who_agree_too_well_are_told_and_agreement_is_measured() {
    let folder = Folder::new();
    let line = |at: usize, second: &[&str]| {
        let labels: &[&str] = if at.is_multiple_of(3) { &["support"] } else { &[] };
        let id = format!("a{at}");
        json!({"id": id, "text": text(&id), "labels": labels, "anna": labels, "bilal": second}).to_string()
            + "\n"
    };
    let same: String = (0..60).map(|at| line(at, if at % 3 == 0 { &["support"] } else { &[] })).collect();
    let gold = folder.write("gold.jsonl", same);
    let run = || {
        let program = stancemark(["evaluate", "--no-model", "--rounds", "0", "--annotators", "anna,bilal"]);
        program.and([&gold]).done().stdout
    };
    assert_says(
        &run(),
        &["anna and bilal agree on 100.0 % of 180 decisions: were they made independently?", "gwet_ac1"],
    );
    let apart: String = (0..60).map(|at| line(at, if at % 2 == 0 { &["support"] } else { &[] })).collect();
    folder.write("gold.jsonl", apart);
    let told = run();
    assert!(!told.contains("independently"), "{told}");
    // 30 of 60 agree on support; a third against a half: chance is 1/2, so kappa is 0.
    let row = told.lines().rfind(|line| line.starts_with("support")).expect("a row");
    assert!(row.split_whitespace().next_back() == Some("0.000"), "{row}");
    let refused = stancemark(["evaluate", "--no-model", "--annotators", "carl"]).and([&gold]).refused();
    assert_says(&refused, &["there is no column `carl`", "--annotators"]);
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_the_way_out() {
    let folder = Folder::new();
    let (gold, tags) =
        (folder.write("gold.jsonl", gold()), folder.write("tags.jsonl", tagged("z", &[], &[])));
    let refused = stancemark(["evaluate"]).and([&gold, &tags]).refused();
    assert_says(&refused, &["no id of", "gold.jsonl", "tags.jsonl", "--id"]);
    let refused = stancemark(["evaluate"]).and([&gold, &gold]).refused();
    assert_says(&refused, &["gold.jsonl", "give what `stancemark tag -o` wrote"]);
    let plain = folder.write("plain.jsonl", json!({"id": "1", "text": "x"}).to_string());
    let refused = stancemark(["evaluate"]).and([&plain]).refused();
    assert_says(&refused, &["plain.jsonl", "no column `labels`", "--labels"]);
    let refused =
        stancemark(["evaluate", "--no-model"]).and([&gold]).and(["--report"]).and([&gold]).refused();
    assert_says(&refused, &["gold.jsonl"]);
}
