//! Who posted can be kept out of what is written: names replaced by keyed hashes, texts and small cells left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde_json::Value;

use crate::program::{DEMO, Folder, assert_says, codes, stancemark, tag};

/// A file with a key.
fn key(folder: &Folder, name: &str, key: &str) -> PathBuf {
    folder.write(name, key)
}

/// Posts of people who mention each other.
fn posts() -> String {
    let post = |id: &str, author: &str, text: &str| {
        serde_json::json!({
            "id": id, "text": text, "author": author, "likes": 3,
            "user": {"screen_name": "Sara_K", "followers": 7, "location": "Lahore"},
            "quoted_text": "so says @sara_k", "url": "https://example.org/sara_k/1",
        })
        .to_string()
            + "\n"
    };
    post("1", "u1", "Shame on Facebook! @Sara_K and @ali agree")
        + &post("2", "u2", "@facebook is biased, write to ali@example.org #IamISPR")
        + &post("3", "u1", "Pakistan zindabad, ظلم @ali")
}

#[test]
fn no_name_is_left_in_any_format_and_the_same_name_has_the_same_hash() {
    let folder = Folder::new();
    let key = key(&folder, "key", "a key of sixteen bytes or more\n");
    let mut written = Vec::new();
    for name in ["a.jsonl", "a.csv", "b.tsv"] {
        let path = folder.path(name);
        tag(["--keep", "-q", "--pseudonymize"]).and([&key]).and(["-o".into(), path]).stdin(posts()).done();
        written.push(folder.text(name));
    }
    for text in &written {
        for name in ["sara", "ali@", "@ali", "u1", "Lahore", "example.org"] {
            assert!(!text.to_lowercase().contains(&name.to_lowercase()), "{name} stands in {text}");
        }
        assert!(text.contains("likes") && text.contains("followers"));
    }
    let lines = folder.lines("a.jsonl");
    assert_eq!(lines[0]["input"]["author"], lines[2]["input"]["author"]);
    assert_ne!(lines[0]["input"]["author"], lines[1]["input"]["author"]);
    let sara = lines[0]["input"]["user"]["screen_name"].as_str().expect("a hash");
    assert_eq!(
        (sara.len(), lines[0]["input"]["quoted_text"].as_str()),
        (32, Some(&*format!("so says @{sara}")))
    );
    assert!(lines[0]["text"].as_str().expect("text").contains(&format!("@{sara}")), "{}", lines[0]);
    assert_eq!((&lines[0]["id"], &lines[0]["input"]["likes"]), (&"1".into(), &3.into()));
    // Another key, other hashes; and the manifest tells which key it was, not the key.
    let other = folder.write("other", "another key of sixteen bytes");
    tag(["--keep", "-q", "--pseudonymize"])
        .and([&other])
        .and(["-o".into(), folder.path("c.jsonl")])
        .stdin(posts())
        .done();
    assert_ne!(folder.lines("c.jsonl")[0]["input"]["author"], lines[0]["input"]["author"]);
    let manifest = folder.text("a.jsonl.manifest.json");
    assert!(!manifest.contains("a key of sixteen"), "{manifest}");
    let settings = |name: &str| folder.json(name)["settings"]["privacy"]["pseudonymized_with"].clone();
    assert!(settings("a.jsonl.manifest.json").is_string());
    assert_eq!(settings("a.jsonl.manifest.json"), settings("a.csv.manifest.json"));
    assert_ne!(settings("a.jsonl.manifest.json"), settings("c.jsonl.manifest.json"));
}

#[test]
fn evidence_cuts_out_of_the_text_that_is_written() {
    let folder = Folder::new();
    let key = key(&folder, "key", "a key of sixteen bytes or more");
    let plain = tag(["--keep", "-q"]).stdin(posts()).done().lines();
    let hashed = tag(["--keep", "-q", "--pseudonymize"]).and([key]).stdin(posts()).done().lines();
    let mut compared = 0;
    for (plain, hashed) in plain.iter().zip(&hashed) {
        let evidence = |line: &Value| {
            let text = line["text"].as_str().expect("text").to_owned();
            let tags = line["tags"].as_array().expect("tags").clone();
            let cut = move |tag: &Value| {
                tag["evidence"]
                    .as_array()
                    .expect("evidence")
                    .iter()
                    .map(|range| codes(&text, range))
                    .collect::<Vec<_>>()
            };
            tags.iter().flat_map(cut).collect::<Vec<_>>()
        };
        assert_eq!(evidence(hashed), evidence(plain));
        compared += evidence(plain).len();
    }
    assert!(compared > 3, "{plain:?}");
    // A target's own name is what the tag says anyway.
    assert!(hashed[1]["text"].as_str().expect("text").starts_with("@facebook is biased"), "{}", hashed[1]);
}

#[test]
fn columns_can_be_named_texts_left_out_and_dead_letters_show_nothing() {
    let folder = Folder::new();
    let key = key(&folder, "key", "a key of sixteen bytes or more");
    let path = folder.path("a.jsonl");
    let broken = "{\"id\":\"9\",\"author\":\"secret_name\",\"likes\":1}\n";
    tag([
        "--keep",
        "-q",
        "--no-text",
        "--pseudonymize-column",
        "likes",
        "--pseudonymize-column",
        "id",
        "--pseudonymize",
    ])
    .and([&key])
    .and(["-o".into(), path])
    .stdin(posts() + broken)
    .done();
    let lines = folder.lines("a.jsonl");
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert!(
            line.get("text").is_none()
                && line["input"]["likes"].as_str().is_some_and(|hash| hash.len() == 32)
        );
        assert_eq!(line["id"].as_str().map(str::len), Some(32));
    }
    let dead = folder.text("a.jsonl.dead.jsonl");
    assert!(dead.contains("no text") && !dead.contains("secret_name"), "{dead}");
    assert_eq!(
        tag(["--pseudonymize-column", "likes"]).stdin(posts()).run().code,
        Some(2),
        "a column without a key"
    );
}

#[test]
fn counts_by_author_show_hashes_that_agree_with_those_of_the_tags() {
    let folder = Folder::new();
    let key = key(&folder, "key", "a key of sixteen bytes or more");
    let (plain, hashed) = (folder.path("plain.jsonl"), folder.path("hashed.jsonl"));
    tag([DEMO, "--keep", "-q", "-o"]).and([&plain]).done();
    tag([DEMO, "--keep", "-q", "--pseudonymize"]).and([&key]).and(["-o".into(), hashed.clone()]).done();
    let count = |path: &PathBuf, more: &[&PathBuf]| {
        let mut run = stancemark(["aggregate", "--by", "author", "--format", "csv", "--authors"]).and([path]);
        if let Some(key) = more.first() {
            run = run.and(["--pseudonymize"]).and([key]);
        }
        run.done().stdout
    };
    let at_counting = count(&plain, &[&key]);
    assert_eq!(at_counting, count(&hashed, &[]));
    let counts = |csv: &str| {
        let mut counts: Vec<u64> = csv::Reader::from_reader(csv.as_bytes())
            .records()
            .map(|row| row.expect("a row")[1].parse().expect("a number"))
            .collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(counts(&at_counting), counts(&count(&plain, &[])));
    assert!(!at_counting.contains("u0059"));
    // Copies: the mentions of an example.
    let copies = stancemark(["duplicates", "--format", "jsonl", "--pseudonymize"]).and([&key]);
    let copies = copies.stdin((posts() + &posts()).replace("@ali ", "@ali_k ")).done().stdout;
    assert!(!copies.to_lowercase().contains("sara") && copies.contains("Shame on Facebook"), "{copies}");
}

#[test]
fn cells_of_few_authors_are_left_out_and_totals_do_not_give_them_away() {
    let folder = Folder::new();
    let path = folder.path("tags.jsonl");
    tag([DEMO, "--keep", "-q", "-o"]).and([&path]).done();
    let mut langs: BTreeMap<String, (u64, BTreeSet<String>)> = BTreeMap::new();
    for line in folder.lines("tags.jsonl") {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let cell = langs.entry(text(&line["lang"])).or_default();
        cell.0 += 1;
        cell.1.insert(text(&line["input"]["author"]));
    }
    let mut told_more = false;
    for k in 2..30usize {
        let arguments = ["aggregate", "--by", "lang", "--k-anonymity", &k.to_string()];
        let run = stancemark(arguments).and(["--format", "json"]).and([&path]).done();
        let json: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let small = langs.values().filter(|(_, authors)| authors.len() < k).count();
        let rows = json["rows"].as_array().expect("rows");
        let (more, left_out) =
            (json["suppressed"]["more"].as_u64().expect("a number"), langs.len() - rows.len());
        assert_eq!(json["suppressed"]["small"], small, "{k}");
        assert_eq!(more, (left_out - small) as u64);
        told_more |= more > 0;
        let mut hidden = langs.clone();
        for row in rows {
            let (posts, authors) = hidden.remove(row["lang"].as_str().expect("text")).expect("a language");
            assert!(authors.len() >= k, "{row}");
            assert_eq!(row["posts"], posts);
            assert!(authors.len() > 256 || row["authors"] == authors.len(), "{row}");
        }
        // What the total gives away are at least two cells of k authors together.
        let together: BTreeSet<&String> = hidden.values().flat_map(|(_, authors)| authors).collect();
        assert!(hidden.is_empty() || (hidden.len() > 1 && together.len() >= k), "{k}: {hidden:?}");
        let table = stancemark(arguments).and([&path]).done().stdout;
        assert_says(&table, &[&format!("left out: {small} cells of fewer than {k} authors")]);
    }
    assert!(told_more, "a k for which one cell would give another away");
}

#[test]
fn where_authors_are_unknown_posts_stand_in_and_nothing_small_is_shown() {
    let folder = Folder::new();
    let path = folder.path("tags.jsonl");
    tag([DEMO, "-q", "-o"]).and([&path]).done();
    let ran = stancemark(["aggregate", "--format", "json", "--by", "lang", "--k-anonymity", "5"])
        .and([&path])
        .done();
    assert_says(&ran.stderr, &["no post tells its author", "posts are counted instead"]);
    let json: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(json["suppressed"]["of"], "posts");
    assert!(json["rows"].as_array().expect("rows").iter().all(|row| row["posts"].as_u64() >= Some(5)));
    // How many posts did not meet the conditions would be a count of few.
    assert_eq!(json["read"], Value::Null);
    let refused =
        stancemark(["aggregate", "--by", "lang", "--k-anonymity", "5", "--where", "hashtag=nosuchtag"]);
    assert_says(&refused.and([&path]).run().stderr, &["fewer than 5 posts", "nothing can be shown"]);
    for k in ["1", "257", "x"] {
        assert_eq!(stancemark(["aggregate", "--k-anonymity", k]).and([&path]).run().code, Some(2), "{k}");
    }
    let short = key(&folder, "short", "too short\n");
    let refused = tag(["--keep", "-q", "--pseudonymize"]).and([&short]).stdin(posts()).refused();
    assert_says(&refused, &["9 bytes", "/dev/urandom"]);
}
