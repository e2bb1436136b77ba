//! What the report shows, in numbers.

use serde_json::Value;

use super::{report, says, tagged, ten, written};
use crate::program::{Folder, json_lines, stancemark};

#[test]
fn numbers_are_those_of_the_tags_and_say_that_they_are_uncorrected() {
    let folder = Folder::new();
    let tags = ten(&folder);
    folder.write(
        "ten.jsonl.manifest.json",
        r#"{"stancemark":"0.1.0","codebook":{"name":"iamispr","version":"3","sha256":"abc123"},"totals":{"secret":1}}"#,
    );
    let (_, page) = report(&folder, &tags, &["--time-zone", "+05:00"]);
    says(
        &page,
        &[
            "10 posts of 10 records read, from 2019-04-02 12:10 to 2019-04-02 12:20 (+05:00)",
            // 7 of 10 and 3 of 10, with Wilson's intervals.
            "<td>7</td><td>70.0% <small>(39.7–89.2)</small></td>",
            "<td>3</td><td>30.0% <small>(10.8–60.3)</small></td>",
            "+40.0 points",
            "share, uncorrected",
            "No burst",
            "<bdi>facebook</bdi></td><td>2</td>",
            "abc123",
            "Shares are of the labels as predicted",
        ],
    );
    assert!(!page.contains("secret") && !page.contains("share, corrected"));
    // The same numbers for a terminal.
    let told = stancemark(["report", "--terminal"]).and([&tags]).done().stdout;
    says(&told, &["posts so far", "support", "70.0%  █████████████████████", "+40.0 points", "uncorrected"]);
}

#[test]
fn a_burst_and_copies_are_shown_and_filters_hold() {
    let folder = Folder::new();
    let mut posts = Vec::new();
    for minute in 0..120 {
        let here = if (60..66).contains(&minute) { 12 } else { 1 };
        for post in 0..here {
            let id = posts.len();
            let text = if minute == 62 {
                "Pakistan zindabad! We all are ISPR, and we are proud of it".to_owned()
            } else {
                format!("word{id} other{} third{} fourth{}", id * 7, id * 13, id * 31)
            };
            let time = format!("2019-04-02T{:02}:{:02}:{:02}Z", 10 + minute / 60, minute % 60, post);
            let lang = if minute == 62 { "en" } else { "ur" };
            posts.push(tagged(id, &time, lang, &[("support", "ispr")], &text, &format!("u{id}")));
        }
    }
    let tags = written(&folder, "burst.jsonl", &posts);
    let (_, page) = report(&folder, &tags, &["--every", "minute"]);
    says(
        &page,
        &[
            "<td>1</td><td>2019-04-02 11:00</td><td>2019-04-02 11:06</td><td>72</td><td>6</td>",
            "12 posts · 12 accounts",
            "We all are ISPR, and we are proud of it</blockquote>",
        ],
    );
    let (_, page) = report(&folder, &tags, &["--where", "lang=en"]);
    says(&page, &["12 posts of 186 records read, where lang=en"]);
    assert!(!page.contains("<bdi>ur</bdi>"));
}

#[test]
fn an_audit_puts_corrected_shares_beside() {
    let folder = Folder::new();
    // Half of the posts were given support; every fifth of them wrongly.
    let posts: Vec<Value> = (0..400)
        .map(|at| {
            let labels: &[(&str, &str)] = match at % 10 {
                0 | 2 | 4 | 6 | 8 => &[("support", "ispr")],
                1 => &[("platform_attack", "facebook")],
                _ => &[],
            };
            tagged(at, "2019-04-02T07:10:00Z", "ur", labels, &format!("text {at}"), "u1")
        })
        .collect();
    let tags = written(&folder, "tags.jsonl", &posts);
    let sample = folder.path("sample.jsonl");
    stancemark(["audit", "draw", "-n", "100", "--allocation", "simple", "--blind", "-o"])
        .and([&sample])
        .and([&tags])
        .done();
    let judged: Vec<Value> = json_lines(&folder.text("sample.jsonl"))
        .into_iter()
        .map(|mut post| {
            let id: usize = post["id"].as_str().expect("an id").parse().expect("a number");
            post["labels"] = match id % 10 {
                2 | 4 | 6 | 8 => serde_json::json!(["support"]),
                1 => serde_json::json!(["platform_attack"]),
                _ => serde_json::json!([]),
            };
            post
        })
        .collect();
    let judged = written(&folder, "judged.jsonl", &judged);
    let (_, page) = report(&folder, &tags, &["--audit", judged.to_str().expect("a path")]);
    says(
        &page,
        &[
            "share, corrected",
            "<td>200</td><td>50.0%",
            "corrected by the audit",
            "from 100 posts that people judged",
        ],
    );
    // The true share is 40 %; the estimate is near it, and not the predicted one.
    let after = page.split("<td>200</td><td>50.0%").nth(1).expect("the row");
    let corrected: f64 = after
        .split("<td>")
        .nth(1)
        .and_then(|cell| cell.split('%').next())
        .expect("a share")
        .parse()
        .expect("a number");
    assert!((32.0..48.0).contains(&corrected), "{corrected}");
}

#[test]
fn small_cells_texts_and_names_can_be_left_out() {
    let folder = Folder::new();
    let posts: Vec<Value> = (0..60)
        .map(|at| {
            // One person alone writes in Pashto.
            let lang = if at < 3 { "ps" } else { ["en", "ur"][at % 2] };
            let author = if at < 3 { "lonely".to_owned() } else { format!("u{at}") };
            let target = if at < 3 { "raretarget" } else { "ispr" };
            tagged(
                at,
                "2019-04-02T07:10:00Z",
                lang,
                &[("support", target)],
                "we thank @Sara_K for it",
                &author,
            )
        })
        .collect();
    let tags = written(&folder, "tags.jsonl", &posts);
    let (_, open) = report(&folder, &tags, &[]);
    says(&open, &["<bdi>ps</bdi>", "raretarget", "@Sara_K"]);
    let (_, page) = report(&folder, &tags, &["--k-anonymity", "5", "--no-text"]);
    for gone in ["<bdi>ps</bdi>", "\"ps\"", "raretarget", "Sara_K", "lonely"] {
        assert!(!page.contains(gone), "{gone}");
    }
    says(&page, &["Cells of fewer than 5 authors are left out", "Example texts were left out"]);
    let key = folder.write("key", "a key of sixteen bytes or more");
    let (_, page) = report(&folder, &tags, &["--pseudonymize", key.to_str().expect("a path")]);
    assert!(page.contains("we thank @") && !page.contains("Sara_K"));
    let few = stancemark(["report", "--k-anonymity", "200", "-o"])
        .and([folder.path("no.html")])
        .and([&tags])
        .refused();
    says(&few, &["fewer than 200 authors"]);
}

#[test]
fn what_cannot_be_reported_on_says_why() {
    let folder = Folder::new();
    let tags = ten(&folder);
    let told = |flags: &[&str], expected: &str| {
        let told =
            stancemark(["report", "-o"]).and([folder.path("no.html")]).and([&tags]).and(flags).refused();
        says(&told, &[expected]);
    };
    told(&["--where", "lang=fr"], "no post of 10 meets the conditions");
    told(&["--net", "support"], "two labels");
    told(&["--false-alarm", "2"], "above 0 and below 1");
    told(&["--every", "fortnight"], "no time bucket");
    assert!(!folder.path("no.html").exists());
    // Without times, texts and a manifest there is still a page, and it says what is missing.
    let bare =
        folder.write("bare.jsonl", "{\"id\":\"1\",\"lang\":\"en\",\"tags\":[],\"status\":\"labelled\"}\n");
    let (_, page) = report(&folder, &bare, &[]);
    says(
        &page,
        &["No post tells its time", "The tags hold no texts", "There is no bare.jsonl.manifest.json"],
    );
}
