//! How wrong the tags are is told honestly: gold against tags, two taggers, gold that is odd, a decision file that was
//! learnt, a page that runs nothing.

mod calibrate;
mod gold;
mod page;

use serde_json::{Value, json};

use crate::program::{Folder, assert_says, stancemark};

/// Gold of eight posts, on which every figure can be worked out by hand.
///
/// support: found p1 p2, missed p3, wrong p4: precision 2/3, recall 2/3. platform_attack: found p5, p6 contested.
const GOLD: [(&str, &[&str], &[&str]); 8] = [
    ("p1", &["support"], &[]),
    ("p2", &["support"], &[]),
    ("p3", &["support"], &[]),
    ("p4", &[], &[]),
    ("p5", &["platform_attack"], &[]),
    ("p6", &[], &["platform_attack"]),
    ("p7", &["country_target"], &[]),
    ("p8", &[], &[]),
];

/// Texts that are no near duplicates of each other.
fn text(id: &str) -> String {
    let letters = |n: u32| char::from_u32(0x61 + n % 26).expect("a letter");
    let seed = id.bytes().fold(7u32, |seed, byte| seed.wrapping_mul(31).wrapping_add(u32::from(byte)));
    (0..40u32).map(|at| letters(seed.wrapping_mul(at * at + 3) >> 7)).collect()
}

fn gold() -> String {
    let line = |(id, labels, contested): &(&str, &[&str], &[&str])| {
        json!({"id": id, "text": text(id), "home": "PK", "labels": labels, "contested": contested})
            .to_string()
            + "\n"
    };
    GOLD.iter().map(line).collect()
}

/// A line of a tag file: labels with scores.
fn tagged(id: &str, tags: &[(&str, f64)], abstained: &[&str]) -> String {
    let tags: Vec<Value> = tags
        .iter()
        .map(|(label, score)| {
            json!({"label": label, "target": "t", "stance": "favor", "score": score, "evidence": [], "by": ["rule:r"]})
        })
        .collect();
    let status = if abstained.is_empty() { "labelled" } else { "abstained" };
    json!({"id": id, "lang": "en", "tags": tags, "status": status, "abstained": abstained}).to_string() + "\n"
}

fn tags() -> String {
    tagged("p1", &[("support", 0.9)], &[])
        + &tagged("p2", &[("support", 0.8)], &[])
        + &tagged("p3", &[], &["support"])
        + &tagged("p4", &[("support", 0.6)], &[])
        + &tagged("p5", &[("platform_attack", 0.9)], &[])
        + &tagged("p6", &[("platform_attack", 0.7)], &[])
        + &tagged("p7", &[], &[])
        + &tagged("p8", &[], &[])
}

fn figures(arguments: &[&std::path::Path]) -> Value {
    let ran = stancemark(["evaluate", "--json"]).and(arguments).done();
    serde_json::from_str(&ran.stdout).expect("JSON")
}

#[track_caller]
fn is(figures: &Value, path: &[&str], expected: f64) {
    let found = path.iter().fold(figures, |place, part| &place[*part])["value"].as_f64();
    assert!(
        found.is_some_and(|found| (found - expected).abs() < 1e-9),
        "{path:?}: {found:?}, not {expected}"
    );
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let folder = Folder::new();
    let (gold, tags) = (folder.write("gold.jsonl", gold()), folder.write("tags.jsonl", tags()));
    let found = figures(&[&gold, &tags]);
    let support = ["labels", "support"];
    is(&found, &[&support[..], &["precision"]].concat(), 2.0 / 3.0);
    is(&found, &[&support[..], &["recall"]].concat(), 2.0 / 3.0);
    is(&found, &[&support[..], &["abstained"]].concat(), 1.0);
    // Without the abstention on p3: 2 right, 1 wrong.
    is(&found, &[&support[..], &["decided_f1"]].concat(), 0.8);
    // The contested p6 does not count against the tag that it was given.
    is(&found, &["labels", "platform_attack", "precision"], 1.0);
    is(&found, &["labels", "platform_attack", "scored"], 7.0);
    assert_eq!(found["contested"]["platform_attack"], 1);
    is(&found, &["labels", "country_target", "recall"], 0.0);
    is(&found, &["averages", "macro", "f1"], (2.0 / 3.0 + 1.0 + 0.0) / 3.0);
    is(&found, &["averages", "micro", "f1"], 6.0 / 9.0);
    is(&found, &["overall", "exact"], 5.0 / 8.0);
    is(&found, &["selective", "own", "posts_kept"], 7.0 / 8.0);
    // Scores of given tags alone: no curve is claimed.
    assert_eq!(found["scores"], "given");
    assert!(found["labels"]["support"]["roc_auc"].is_null());
    let f1 = &found["labels"]["support"]["f1"];
    assert!(f1["low"].as_f64() < f1["value"].as_f64() && f1["value"].as_f64() < f1["high"].as_f64(), "{f1}");
    // As text: what is odd first, then the balance, then the figures.
    let told = stancemark(["evaluate"]).and([&gold, &tags]).done().stdout;
    let at = |what: &str| told.find(what).unwrap_or_else(|| panic!("{what}: {told}"));
    assert!(
        at("disagreed on are skipped") < at("Class balance") && at("Class balance") < at("precision"),
        "{told}"
    );
}

#[test]
fn the_same_seed_gives_the_same_intervals_on_any_number_of_threads() {
    let folder = Folder::new();
    let (gold, tags) = (folder.write("gold.jsonl", gold()), folder.write("tags.jsonl", tags()));
    let run = |more: [&str; 2]| stancemark(["evaluate"]).and([&gold, &tags]).and(more).done().stdout;
    assert_eq!(run(["-j", "1"]), run(["-j", "3"]));
    assert_ne!(run(["--seed", "1"]), run(["--seed", "2"]));
}

#[test]
fn posts_without_tags_are_tagged_from_their_own_home() {
    let folder = Folder::new();
    let line = |id: &str, home: &str, labels: &[&str]| {
        let text = "Pakistan is a terrorist state";
        json!({"id": id, "text": text, "home": home, "labels": labels}).to_string() + "\n"
    };
    let gold = folder.write("gold.jsonl", line("1", "IN", &["country_target"]) + &line("2", "PK", &[]));
    let written = folder.path("tags.jsonl");
    let ran = stancemark(["evaluate", "--no-model", "--json", "--write-tags"]).and([&written, &gold]).done();
    let found: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    is(&found, &["overall", "exact"], 1.0);
    assert_eq!(found["scores"], "all");
    let lines = folder.lines("tags.jsonl");
    assert_eq!(lines[0]["tags"][0]["label"], "country_target");
    assert_eq!(lines[1]["tags"], json!([]));
    assert!(lines[0]["scores"]["country_target"].as_f64() > Some(0.5), "{}", lines[0]);
    // What was written is read again, and gives the same figures.
    let again = figures(&[&gold, &written]);
    assert_eq!(again["labels"], found["labels"]);
}

#[test]
fn two_taggers_are_compared_and_their_flips_listed() {
    let folder = Folder::new();
    let (gold, a) = (folder.write("gold.jsonl", gold()), folder.write("a.jsonl", tags()));
    let tags = tags();
    let better = tags.lines().map(|line| {
        if line.contains("\"p3\"") { tagged("p3", &[("support", 0.9)], &[]) } else { format!("{line}\n") }
    });
    let b = folder.write("b.jsonl", better.collect::<String>());
    let ran = stancemark(["compare", "--json"]).and([&gold, &a, &b]).done();
    let found: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(found["flips"], json!([{"id": "p3", "label": "support", "given_by": "b", "right": "b"}]));
    assert_eq!(found["correction"], "Holm");
    assert_eq!(found["mcnemar"][0]["only_b_right"], 1);
    assert_eq!(found["mcnemar"][0]["p_exact"].as_f64().map(f64::round), Some(1.0));
    let told = stancemark(["compare"]).and([&gold, &a, &b]).done().stdout;
    assert_says(&told, &["Holm", "McNemar, exact", "p3  b gives support, b is right", "macro-F1"]);
}
