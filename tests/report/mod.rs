//! The report of tagged posts: one page that holds everything, says what its numbers are worth, and gives nobody away.

mod page;
mod shown;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{Folder, stancemark};

/// A tagged post as `tag --keep` writes it.
fn tagged(id: usize, time: &str, lang: &str, labels: &[(&str, &str)], text: &str, author: &str) -> Value {
    let tags: Vec<Value> = labels
        .iter()
        .map(|(label, target)| {
            let stance = if *label == "support" { "favor" } else { "against" };
            json!({"label": label, "target": target, "stance": stance, "score": 0.9, "evidence": [], "by": ["rule:x"]})
        })
        .collect();
    json!({
        "id": id.to_string(), "time": time, "lang": lang, "lang_confidence": 0.9, "mix": {lang: 1.0},
        "hashtags": ["iamispr"], "tags": tags, "claims": [], "status": "labelled",
        "text": text, "input": {"author": author},
    })
}

/// Panics unless every part stands in the page; a page is too long to be told.
#[track_caller]
fn says(page: &str, parts: &[&str]) {
    let missing: Vec<&&str> = parts.iter().filter(|part| !page.contains(**part)).collect();
    assert!(missing.is_empty(), "missing: {missing:#?}");
}

/// Writes tags, one a line.
fn written(folder: &Folder, name: &str, posts: &[Value]) -> PathBuf {
    folder.write(name, posts.iter().map(|post| post.to_string() + "\n").collect::<String>())
}

/// Makes a report with these flags.
fn report(folder: &Folder, tags: &PathBuf, flags: &[&str]) -> (PathBuf, String) {
    let page = folder.path("report.html");
    stancemark(["report"]).and([tags]).and(["-o"]).and([&page]).and(flags).done();
    (page, folder.text("report.html"))
}

/// Ten posts in ten minutes: six in support, two against a platform, one with both, one with neither.
fn ten(folder: &Folder) -> PathBuf {
    let labels: [&[(&str, &str)]; 10] = [
        &[("support", "ispr")],
        &[("support", "ispr")],
        &[("support", "pakistan")],
        &[("support", "ispr")],
        &[("support", "ispr")],
        &[("support", "ispr")],
        &[("support", "ispr"), ("platform_attack", "facebook")],
        &[("platform_attack", "facebook")],
        &[("platform_attack", "twitter")],
        &[],
    ];
    let posts: Vec<Value> = labels
        .iter()
        .enumerate()
        .map(|(at, labels)| {
            let time = format!("2019-04-02T07:{:02}:00Z", 10 + at);
            let lang = if at % 2 == 0 { "ur" } else { "en" };
            tagged(
                at,
                &time,
                lang,
                labels,
                &format!("post number {} of its own kind, {at}", "x".repeat(at)),
                &format!("u{at}"),
            )
        })
        .collect();
    written(folder, "ten.jsonl", &posts)
}
