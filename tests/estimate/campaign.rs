//! A campaign over time: pace, first and peak moment, bursts.

use serde_json::{Value, json};

use super::json_of;
use crate::program::{Folder, assert_says, stancemark};

fn post(id: i64, second: i64, label: Option<&str>) -> String {
    let time = jiff::Timestamp::from_second(1_554_188_400 + second).expect("a time");
    let tags: Vec<Value> = label
        .iter()
        .map(|label| json!({"label": label, "target": "t", "stance": "favor", "score": 0.9, "evidence": [], "by": []}))
        .collect();
    json!({"id": id.to_string(), "time": time.to_string(), "lang": "en", "tags": tags, "status": "labelled"})
        .to_string()
        + "\n"
}

/// 1,544 posts before 12:16 at +03:00, where the stream begins at 10:00, and 371 more before 12:43.
fn case() -> String {
    let mut text = String::new();
    for at in 0..1544 {
        text += &post(at, at * 136 * 60 / 1544, Some("support"));
    }
    for at in 0..371 {
        let label = if at % 10 == 0 { "platform_attack" } else { "support" };
        text += &post(2000 + at, 136 * 60 + at * 27 * 60 / 371, Some(label));
    }
    text
}

#[test]
fn the_case_has_its_arithmetic() {
    let folder = Folder::new();
    let tags = folder.write("tags.jsonl", case());
    let zone = ["--time-zone", "+03:00", "--from", "2019-04-02T12:16", "--to", "2019-04-02T12:43"];
    let text = stancemark(["campaign"]).and([&tags]).and(zone).done().stdout;
    assert_says(
        &text,
        &["1,544 to 1,915, 371 posts in 27 minutes, 13.7 a minute", "first post", "10:00", "0 by a scan"],
    );
    let found = json_of(&stancemark(["campaign", "--format", "json"]).and([&tags]).and(zone).done());
    let pace = &found["velocity"];
    assert_eq!((&pace["first"], &pace["last"], &pace["posts"]), (&json!(1544), &json!(1915), &json!(371)));
    assert_eq!(found["series"].as_array().map(Vec::len), Some(163));
    assert_eq!(found["series"][162]["so_far"], 1915);
    let net = found["uncorrected_net"]["value"].as_f64().expect("a number");
    assert!((net - (1915.0 - 2.0 * 38.0) / 1915.0).abs() < 1e-6, "{net}");
    // From a pipe, and as a table of stretches.
    let csv = stancemark(["campaign", "-", "--format", "csv", "--every", "hour"]).stdin(case()).done().stdout;
    assert_eq!(csv.lines().next(), Some("time,posts,so_far,uncorrected_net,low,high"));
    assert!(csv.lines().last().is_some_and(|line| line.contains(",1915,")), "{csv}");
}

#[test]
fn a_burst_is_told_with_its_moment() {
    let folder = Folder::new();
    let mut text = case();
    for at in 0..60 {
        text += &post(5000 + at, 100 * 60 + at * 4, None);
    }
    let tags = folder.write("tags.jsonl", text);
    let found = json_of(&stancemark(["campaign", "--format", "json"]).and([&tags]).done());
    let bursts = found["bursts"].as_array().expect("a list");
    assert_eq!(bursts.len(), 1, "{bursts:?}");
    assert_eq!(bursts[0]["from"], "2019-04-02T08:40:00Z");
    assert_eq!(bursts[0]["to"], "2019-04-02T08:44:00Z");
    assert!(bursts[0]["chance"].as_f64().is_some_and(|chance| chance < 0.01));
    let compared = stancemark(["campaign", "--compare", "time=2019-04-02T09:16", "--where", "label=support"])
        .and([&tags]);
    assert_says(
        &compared.done().stdout,
        &["before 2019-04-02T09:16: 1,544 posts, 0 audited", "no audit", "uncorrected"],
    );
}

#[test]
fn what_cannot_be_looked_at_says_why() {
    let folder = Folder::new();
    let tags = folder.write("tags.jsonl", case());
    let refused = |more: &[&str]| stancemark(["campaign"]).and([&tags]).and(more).refused();
    assert_says(&refused(&["--every", "week"]), &["by minutes or hours"]);
    assert_says(&refused(&["--false-alarm", "2"]), &["above 0 and below 1"]);
    let within = refused(&["--every", "15min", "--from", "2019-04-02T09:16", "--to", "2019-04-02T09:45"]);
    assert_says(&within, &["within a stretch of 15 minutes", "--every minute"]);
    let backwards = refused(&["--from", "2019-04-02T09:16", "--to", "2019-04-02T09:00"]);
    assert_says(&backwards, &["is not after"]);
    assert_says(&refused(&["--where", "colour=red"]), &["colour=red", "hashtag"]);
}
