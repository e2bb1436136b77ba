//! `duplicates` finds what was posted again, in posts and in tags, in every format.

use serde_json::{Value, json};

use crate::program::{DEMO, Folder, Program, assert_says, demo, stancemark, tag};

/// The demo's copies as JSON.
fn found(program: Program) -> Value {
    serde_json::from_str(&program.and(["--format", "json"]).done().stdout).expect("JSON")
}

/// As [`found`], without what the file's form decides.
fn clusters(value: &Value) -> Vec<Value> {
    value["clusters"].as_array().expect("clusters").clone()
}

#[test]
fn shares_and_clusters_agree_with_a_count_by_hand() {
    let posts = demo(DEMO);
    let found = found(stancemark(["duplicates", DEMO]));
    let number = |name: &str| found[name].as_u64().expect("a number");
    let sum = ["originals", "reposts", "exact_copies", "near_copies", "without_text"]
        .map(number)
        .iter()
        .sum::<u64>();
    assert_eq!((number("posts"), sum), (740, 740));
    let reposts = posts.iter().filter(|post| {
        let text = post["text"].as_str().expect("text");
        text.starts_with("RT @") || post.get("repost_of").is_some_and(|id| !id.is_null())
    });
    assert_eq!(number("reposts"), reposts.count() as u64);
    let text = "Boycott Facebook!";
    let cluster = clusters(&found)
        .into_iter()
        .find(|cluster| cluster["example"]["text"].as_str().is_some_and(|example| example.starts_with(text)));
    let cluster = cluster.expect("a cluster");
    let example = cluster["example"]["text"].as_str().expect("text");
    let letters = |text: &str| {
        let text =
            text.strip_prefix("RT @").and_then(|rest| rest.split_once(' ')).map_or(text, |(_, rest)| rest);
        let words = text.split_whitespace().filter(|word| !word.starts_with("https://"));
        words
            .flat_map(str::chars)
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let same: Vec<&Value> = posts
        .iter()
        .filter(|post| post["text"].as_str().is_some_and(|text| letters(text) == letters(example)))
        .collect();
    assert_eq!(cluster["posts"], same.len(), "{cluster}");
    let accounts: std::collections::BTreeSet<&str> =
        same.iter().filter_map(|post| post["author"].as_str()).collect();
    assert_eq!((&cluster["accounts"], &cluster["texts"]), (&accounts.len().into(), &1.into()));
    let mut times: Vec<jiff::Timestamp> =
        same.iter().map(|post| post["created_at"].as_str().expect("time").parse().expect("time")).collect();
    times.sort_unstable();
    let (first, last) = (times[0], times[times.len() - 1]);
    assert_eq!(cluster["first"], json!(first.to_string()));
    assert_eq!(cluster["span_seconds"], json!(last.as_second() - first.as_second()));
}

#[test]
fn tags_and_every_format_give_the_same() {
    let folder = Folder::new();
    let posts = found(stancemark(["duplicates", DEMO]));
    for name in ["tags.jsonl", "tags.csv", "tags.tsv.gz", "tags.parquet"] {
        let path = folder.path(name);
        tag([DEMO, "--keep", "-q", "-o"]).and([&path]).done();
        assert_eq!(found(stancemark(["duplicates"]).and([&path])), posts, "{name}");
    }
    // A table of posts that is no tag file, as other programs write them.
    let tags = folder.path("tags.parquet");
    let twice = found(stancemark(["duplicates"]).and([DEMO.into(), tags]));
    assert_eq!(twice["posts"], 1480);
    assert_eq!(twice["originals"], posts["originals"], "the second file repeats the first");
}

#[test]
fn a_table_is_for_people_and_jsonl_and_csv_hold_all_clusters() {
    let folder = Folder::new();
    let json = found(stancemark(["duplicates", DEMO]));
    let table = stancemark(["duplicates", DEMO, "--top", "3"]).done().stdout;
    assert_says(
        &table,
        &[
            "740 posts",
            "70 %",
            "originals",
            "near copies",
            "accounts",
            "not posts of the same actor",
            "more clusters",
        ],
    );
    assert_eq!(table.lines().filter(|line| line.contains("2019-04-02")).count(), 3, "{table}");
    assert_eq!(stancemark(["duplicates", DEMO, "--format", "jsonl"]).done().lines(), clusters(&json));
    let path = folder.path("copies.csv");
    stancemark(["duplicates", DEMO, "-o"]).and([&path]).done();
    let mut csv = csv::Reader::from_path(&path).expect("CSV");
    let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), clusters(&json).len());
    for (row, cluster) in rows.iter().zip(clusters(&json)) {
        let number = |at: usize| row[at].parse::<u64>().expect("a number");
        assert_eq!(
            (number(1), number(4)),
            (cluster["posts"].as_u64().expect("posts"), cluster["accounts"].as_u64().expect("accounts"))
        );
        assert_eq!(row[11], *cluster["example"]["text"].as_str().expect("text"));
    }
}

#[test]
fn near_copies_are_found_in_any_script_at_the_similarity_asked_for() {
    let texts = [
        "ٹوئٹر ہمارا ٹرینڈ نیچے کر رہا ہے، کھلی ناانصافی! لکھتے رہو",
        "ٹوئٹر ہمارا ٹرینڈ نیچے کر رہا ہے کھلی ناانصافی لکھتے رہو سب ساتھ",
        "हम आम नागरिक हैं और कोई हमें पैसे नहीं देता यह सच है",
        "@someone हम आम नागरिक हैं और कोई हमें पैसे नहीं देता यह सच है https://t.co/x",
        "Pages made by ordinary people were taken down without a word",
        "Pages made by ordinary people were taken down today without a word",
    ];
    let lines = crate::program::posts(texts);
    let sizes = |similarity: &str| {
        let found = found(stancemark(["duplicates", "--similarity", similarity]).stdin(lines.clone()));
        let sizes: Vec<u64> =
            clusters(&found).iter().map(|cluster| cluster["posts"].as_u64().expect("posts")).collect();
        (
            sizes,
            found["near_copies"].as_u64().expect("a number"),
            found["exact_copies"].as_u64().expect("a number"),
        )
    };
    assert_eq!(sizes("0.7"), (vec![2, 2, 2], 2, 1));
    assert_eq!(sizes("0.95"), (vec![2], 0, 1));
    assert_eq!(stancemark(["duplicates", "--similarity", "0.2"]).run().code, Some(2));
}

#[test]
fn small_clusters_texts_and_ids_can_be_left_out() {
    let all = found(stancemark(["duplicates", DEMO]));
    let few = found(stancemark(["duplicates", DEMO, "--k-anonymity", "8", "--no-text"]));
    let left: Vec<Value> =
        clusters(&all).into_iter().filter(|cluster| cluster["accounts"].as_u64() >= Some(8)).collect();
    assert!(left.len() > 3 && clusters(&few).len() == left.len());
    assert_eq!(
        few["suppressed"],
        json!({"k": 8, "of": "accounts", "clusters": clusters(&all).len() - left.len()})
    );
    for cluster in clusters(&few) {
        assert_eq!((&cluster["example"]["text"], &cluster["example"]["id"]), (&Value::Null, &Value::Null));
    }
    let table = stancemark(["duplicates", DEMO, "--k-anonymity", "8", "--no-text"]).done().stdout;
    assert_says(&table, &["left out:", "clusters of fewer than 8 accounts"]);
    assert!(!table.contains("example") && !table.contains("Facebook"), "{table}");
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = Folder::new();
    let refused = |bytes: &str| stancemark(["duplicates"]).stdin(bytes).refused();
    let tags = tag(["-q"]).stdin(crate::program::post("1", "hello")).done().stdout;
    assert_says(&refused(&tags), &["none of the 1 records is a post", "--keep"]);
    assert_says(&refused("{\"id\":1}\n"), &["stdin:1", "no text"]);
    let post = crate::program::post("1", "hello");
    let ran = stancemark(["duplicates", "--strict"]).stdin(post + "broken\n").run();
    assert_eq!(ran.code, Some(3));
    assert_says(&ran.stderr, &["not read: stdin:2", "1 records could not be read"]);
    let path = folder.write("broken.parquet", "PAR1 and nothing else");
    assert_says(&stancemark(["duplicates"]).and([path]).refused(), &["broken.parquet"]);
    let bare = folder.path("bare.parquet");
    tag([DEMO, "-q", "-o"]).and([&bare]).done();
    assert_says(&stancemark(["duplicates"]).and([&bare]).done().stderr, &["no post has a text", "--keep"]);
    assert_says(
        &stancemark(["duplicates", "--author", "who"])
            .and([folder.copy("examples/formats/posts.csv", "a.csv")])
            .refused(),
        &["who", "columns are"],
    );
}
