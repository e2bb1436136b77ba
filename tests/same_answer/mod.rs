//! The same post gets the same labels, and scores equal to 1e-4: alone or in company, in any order, on
//! any number of threads. The model is the real one.

mod parity;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::program::{DEMO, Folder, demo, stancemark, tags_of};

/// Scores are equal within this.
const EQUAL: f64 = 1e-4;

/// Tags are written with four decimals, so two that are equal may differ in the last one.
const EQUAL_AS_WRITTEN: f64 = 1.01e-4;

/// Posts of mixed lengths that name targets, the longest past what the model reads.
fn mixed() -> Vec<Value> {
    let mut posts: Vec<Value> = demo(DEMO).into_iter().step_by(25).collect();
    let long: String = posts.iter().filter_map(|post| post["text"].as_str()).collect::<Vec<_>>().join(" … ");
    posts.push(json!({"id": "long", "text": format!("Shame on Facebook! {long}")}));
    posts.push(json!({"id": "short", "text": "ISPR"}));
    posts.push(json!({"id": "emoji", "text": "🇵🇰❤️🇵🇰 فوج زندہ باد"}));
    posts
}

fn lines_of<'a>(posts: impl IntoIterator<Item = &'a Value>) -> String {
    posts.into_iter().map(|post| format!("{post}\n")).collect()
}

/// Tags posts with the model; by id.
fn tagged(posts: String, threads: &str) -> BTreeMap<String, Value> {
    let ran = stancemark(["tag", "-q", "-j", threads]).stdin(posts).done();
    ran.lines().into_iter().map(|line| (line["id"].as_str().expect("id").to_owned(), line)).collect()
}

#[track_caller]
fn assert_same(one: &Value, other: &Value, what: &str) {
    assert_eq!(tags_of(one), tags_of(other), "{what}");
    assert_eq!((&one["status"], &one["abstained"]), (&other["status"], &other["abstained"]), "{what}");
    let scores = |line: &Value| -> BTreeMap<String, f64> {
        let tags = line["tags"].as_array().expect("tags").iter();
        tags.map(|tag| {
            (tag["label"].to_string() + &tag["target"].to_string(), tag["score"].as_f64().expect("score"))
        })
        .collect()
    };
    let others = scores(other);
    for (tag, score) in scores(one) {
        assert!(
            (score - others[&tag]).abs() < EQUAL_AS_WRITTEN,
            "{what}: {tag} {score} and {}",
            others[&tag]
        );
    }
    let bare = |line: &Value| {
        let tags = line["tags"].as_array().expect("tags").iter();
        tags.map(|tag| (tag["evidence"].clone(), tag["by"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(bare(one), bare(other), "{what}");
}

#[test]
fn alone_in_company_and_in_another_order() {
    let posts = mixed();
    let together = tagged(lines_of(&posts), "1");
    assert!(
        together.values().any(|line| line["tags"].to_string().contains("model:stance")),
        "the model has a say"
    );
    let mut backwards = posts.clone();
    backwards.reverse();
    let backwards = tagged(lines_of(&backwards), "4");
    assert_eq!(together.len(), posts.len());
    for (id, line) in &together {
        assert_same(&backwards[id], line, id);
    }
    for id in ["long", "short", "emoji"] {
        let alone = tagged(lines_of(posts.iter().filter(|post| post["id"] == id)), "1");
        assert_same(&alone[id], &together[id], id);
    }
}

/// Three probabilities with six decimals, over more chunks than one, in other batches each time.
#[test]
fn probabilities_on_one_thread_and_on_four() {
    let pairs: Vec<Value> = (demo(DEMO).iter().take(150).enumerate())
        .map(|(at, post)| {
            let target = ["Facebook", "Pakistan Army", "remote work"][at % 3];
            json!({"id": format!("{at}"), "text": post["text"], "target": target})
        })
        .collect();
    let read = |pairs: &[&Value], threads: &str| -> BTreeMap<String, [f64; 3]> {
        let ran = stancemark(["stance", "-j", threads]).stdin(lines_of(pairs.iter().copied())).done();
        let lines = ran.lines();
        assert_eq!(lines.len(), pairs.len());
        let numbers = |line: &Value| {
            ["favor", "against", "none"].map(|stance| line[stance].as_f64().expect("a number"))
        };
        lines.iter().map(|line| (line["id"].as_str().expect("id").to_owned(), numbers(line))).collect()
    };
    let all: Vec<&Value> = pairs.iter().collect();
    let one = read(&all, "1");
    let four = read(&all, "4");
    let mut shuffled = all.clone();
    shuffled.sort_by_key(|pair| pair["text"].as_str().map(|text| text.bytes().map(u64::from).sum::<u64>()));
    let third: Vec<&Value> = shuffled.into_iter().step_by(3).collect();
    let third = read(&third, "3");
    let mut most = 0.0f64;
    for (others, what) in [(&four, "four threads"), (&third, "a third of them, shuffled")] {
        for (id, probabilities) in others {
            for (a, b) in probabilities.iter().zip(one[id]) {
                most = most.max((a - b).abs());
                assert!((a - b).abs() <= EQUAL, "{what}, {id}: {probabilities:?} and {:?}", one[id]);
            }
        }
    }
    let spread =
        one.values().map(|p| p[0]).fold((1.0f64, 0.0f64), |(low, high), p| (low.min(p), high.max(p)));
    assert!(spread.1 - spread.0 > 0.1, "a model that says the same of everything proves nothing: {spread:?}");
    println!("largest difference {most:e}");
}

/// A text that comes again costs nothing: the model reads it once, and says the same.
#[test]
fn a_repeated_text_is_read_once() {
    let folder = Folder::new();
    let model_seconds = |name: &str, posts: String| {
        let output = folder.path(name);
        stancemark(["tag", "-q", "-j", "1", "-o"]).and([&output]).stdin(posts).done();
        let manifest = folder.json(&format!("{name}.manifest.json"));
        let steps = manifest["steps"].as_array().expect("steps").clone();
        let model = steps.iter().find(|step| step["step"] == "model").expect("the model's time");
        model["wall_seconds"].as_f64().expect("seconds")
    };
    let text = "Shame on Facebook, and long live Pakistan Army! #IamISPR";
    let copies: String =
        (0..1000).map(|id| format!("{}\n", json!({"id": id.to_string(), "text": text}))).collect();
    let different: String = (0..100)
        .map(|id| format!("{}\n", json!({"id": id.to_string(), "text": format!("{text} {id}")})))
        .collect();
    let (once, often) = (model_seconds("copies.jsonl", copies), model_seconds("different.jsonl", different));
    assert!(once < often, "{once} s for 1,000 copies, {often} s for 100 texts");
    let lines = folder.lines("copies.jsonl");
    assert_eq!(lines.len(), 1000);
    assert!(lines.iter().all(|line| line["tags"] == lines[0]["tags"]));
}
