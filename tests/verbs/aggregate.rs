//! `aggregate` counts what `tag` wrote: as a table, as CSV and as JSON, and each as a count by hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use arrow::array::AsArray as _;
use serde_json::Value;

use crate::program::{DEMO, Folder, assert_says, stancemark, tag};

/// The tagged demo, and its lines.
fn tagged(folder: &Folder) -> (PathBuf, Vec<Value>) {
    let path = folder.path("tags.jsonl");
    tag([DEMO, "-q", "-o"]).and([&path]).done();
    (path, folder.lines("tags.jsonl"))
}

/// Posts by cell; a post counts once in every cell that it falls into.
fn by_hand(lines: &[Value], cells: impl Fn(&Value) -> Vec<Vec<String>>) -> BTreeMap<Vec<String>, u64> {
    let mut counts = BTreeMap::new();
    for line in lines {
        for cell in cells(line).into_iter().collect::<BTreeSet<_>>() {
            *counts.entry(cell).or_default() += 1;
        }
    }
    counts
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Label and target of each tag; `(none)` for a post without any.
fn label_and_target(line: &Value) -> Vec<Vec<String>> {
    let tags = line["tags"].as_array().expect("tags");
    if tags.is_empty() {
        return vec![vec!["(none)".to_owned(), "(none)".to_owned()]];
    }
    tags.iter().map(|tag| vec![text(&tag["label"]), text(&tag["target"])]).collect()
}

fn of_csv(csv: &str, keys: usize) -> BTreeMap<Vec<String>, u64> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let posts = reader.headers().expect("a header").iter().position(|name| name == "posts").expect("posts");
    let row = |record: csv::StringRecord| {
        (record.iter().take(keys).map(str::to_owned).collect(), record[posts].parse().expect("a number"))
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

#[test]
fn table_csv_and_json_agree_with_a_count_by_hand() {
    let folder = Folder::new();
    let (path, lines) = tagged(&folder);
    let count = |arguments: &[&str]| {
        stancemark(["aggregate", "--by", "label,target"]).and([&path]).and(arguments).done().stdout
    };
    let expected = by_hand(&lines, label_and_target);
    assert!(expected.len() > 8, "{expected:?}");

    assert_eq!(of_csv(&count(&["--format", "csv"]), 2), expected, "CSV");

    let json: Value = serde_json::from_str(&count(&["--format", "json"])).expect("JSON");
    assert_eq!((&json["posts"], &json["read"]), (&740.into(), &740.into()));
    let rows = json["rows"].as_array().expect("rows");
    let found: BTreeMap<_, _> = rows
        .iter()
        .map(|row| {
            (vec![text(&row["label"]), text(&row["target"])], row["posts"].as_u64().expect("a number"))
        })
        .collect();
    assert_eq!(found, expected, "JSON");
    for row in rows {
        let share = row["posts"].as_f64().expect("posts") / 740.0;
        assert!((row["uncorrected_share"].as_f64().expect("a share") - share).abs() < 1e-6, "{row}");
    }

    let table = count(&[]);
    assert_says(&table, &["740 posts, by label, target", "uncorrected"]);
    // A label that the row above shows is left out.
    let (mut label, mut found) = (String::new(), BTreeMap::new());
    for line in table.lines().skip_while(|line| !line.starts_with("label")).skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| word.ends_with('%')).expect("a share");
        if !line.starts_with(' ') {
            words[0].clone_into(&mut label);
        }
        found.insert(
            vec![label.clone(), words[at - 2].to_owned()],
            words[at - 1].replace(',', "").parse().expect("posts"),
        );
    }
    assert_eq!(found, expected, "table: {table}");
}

#[test]
fn languages_hashtags_and_status() {
    let folder = Folder::new();
    let (path, lines) = tagged(&folder);
    let count = |by: &str| {
        of_csv(&stancemark(["aggregate", "--format", "csv", "--by", by]).and([&path]).done().stdout, 1)
    };
    assert_eq!(count("lang"), by_hand(&lines, |line| vec![vec![text(&line["lang"])]]));
    assert_eq!(count("status"), by_hand(&lines, |line| vec![vec![text(&line["status"])]]));
    let hashtags = |line: &Value| {
        let tags: Vec<_> =
            line["hashtags"].as_array().expect("hashtags").iter().map(|tag| vec![text(tag)]).collect();
        if tags.is_empty() { vec![vec!["(none)".to_owned()]] } else { tags }
    };
    assert_eq!(count("hashtag"), by_hand(&lines, hashtags));
}

#[test]
fn times_fall_into_buckets_of_a_time_zone() {
    let folder = Folder::new();
    let (path, lines) = tagged(&folder);
    let count = |zone: &str| {
        let csv = stancemark(["aggregate", "--format", "csv", "--by", "time:hour", "--tz", zone])
            .and([&path])
            .done()
            .stdout;
        let hours = of_csv(&csv, 1).into_iter().filter(|(_, posts)| *posts > 0);
        hours.map(|(keys, posts)| (keys[0].clone(), posts)).collect::<BTreeMap<_, _>>()
    };
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for line in &lines {
        *expected.entry(format!("{}:00:00Z", &text(&line["time"])[..13])).or_default() += 1;
    }
    assert_eq!(count("UTC"), expected);
    let there = count("Asia/Karachi");
    assert_eq!(
        there.values().collect::<Vec<_>>(),
        expected.values().collect::<Vec<_>>(),
        "five hours on, the same hours"
    );
    assert!(there.keys().all(|hour| hour.ends_with("+05:00")), "{there:?}");
    let curve = stancemark(["aggregate", "--by", "time:hour", "--curve"]).and([&path]).done().stdout;
    assert_says(&curve, &["posts so far", "2019-04-02", "█"]);
}

#[test]
fn the_output_s_name_tells_the_form() {
    let folder = Folder::new();
    let (path, lines) = tagged(&folder);
    let written = |name: &str, more: &[&str]| {
        let run = stancemark(["aggregate", "--by", "label,target", "-o"]).and([folder.path(name)]);
        run.and([&path]).and(more).done();
        folder.text(name)
    };
    assert_eq!(of_csv(&written("counts.csv", &[]), 2), by_hand(&lines, label_and_target));
    let json: Value = serde_json::from_str(&written("counts.json", &[])).expect("JSON");
    assert_eq!(json["posts"], 740);
    for table in [written("counts.txt", &[]), written("counts.csv", &["--format", "table"])] {
        assert_says(&table, &["740 posts, by label, target"]);
    }
}

#[test]
fn conditions_narrow_the_posts() {
    let folder = Folder::new();
    let (path, lines) = tagged(&folder);
    let csv = stancemark(["aggregate", "--format", "csv", "--by", "target", "--where", "label=support"])
        .and([&path])
        .done()
        .stdout;
    let support = |line: &Value| {
        let tags = line["tags"].as_array().expect("tags").iter();
        tags.filter(|tag| tag["label"] == "support").map(|tag| vec![text(&tag["target"])]).collect()
    };
    assert_eq!(of_csv(&csv, 1), by_hand(&lines, support));
}

#[test]
fn the_case_s_curve_is_in_the_demo() {
    // 1,544 posts at 12:16 and 1,915 at 12:43, Pakistan time, scaled down: 283 and 351.
    let folder = Folder::new();
    let (path, _) = tagged(&folder);
    for (until, expected) in [("2019-04-02T12:16", 283), ("2019-04-02T12:43", 351)] {
        let csv = stancemark(["aggregate", "--format", "csv", "--by", "hashtag", "--tz", "Asia/Karachi"])
            .and(["--where", "hashtag=iamispr", "--where", &format!("time<{until}")])
            .and([&path])
            .done()
            .stdout;
        assert_eq!(of_csv(&csv, 1)[&vec!["iamispr".to_owned()]], expected, "{until}");
    }
}

/// The tagged demo with its input columns.
fn kept(folder: &Folder, name: &str) -> PathBuf {
    let path = folder.path(name);
    tag([DEMO, "--keep", "-q", "-o"]).and([&path]).done();
    path
}

#[test]
fn kept_columns_are_keys_and_authors_are_counted() {
    let folder = Folder::new();
    let posts = crate::program::demo(DEMO);
    let of = |name: &str| by_hand(&posts, |post| vec![vec![text(&post[name])]]);
    let likes = by_hand(&posts, |post| vec![vec![post["likes"].to_string()]]);
    let authors: BTreeSet<String> = posts.iter().map(|post| text(&post["author"])).collect();
    for name in ["tags.jsonl", "tags.csv.gz", "tags.parquet"] {
        let path = kept(&folder, name);
        let count = |by: &str, more: &[&str]| {
            stancemark(["aggregate", "--format", "csv", "--by", by]).and([&path]).and(more).done().stdout
        };
        assert_eq!(of_csv(&count("platform", &[]), 1), of("platform"), "{name}");
        assert_eq!(of_csv(&count("author", &[]), 1), of("author"));
        assert_eq!(of_csv(&count("column:likes", &[]), 1), likes);
        let file = vec![path.display().to_string()];
        assert_eq!(of_csv(&count("file", &[]), 1), BTreeMap::from([(file, 740)]));
        let here = of_csv(&count("platform", &["--where", "author=u0059", "--where", "platform=twitter"]), 1);
        let expected =
            posts.iter().filter(|post| post["author"] == "u0059" && post["platform"] == "twitter").count();
        assert_eq!(here[&vec!["twitter".to_owned()]], expected as u64);

        let json =
            stancemark(["aggregate", "--format", "json", "--by", "platform", "--authors"]).and([&path]);
        let json: Value = serde_json::from_str(&json.done().stdout).expect("JSON");
        let near = |count: &Value, exact: usize| {
            let count = count.as_f64().expect("a number");
            (count / exact as f64 - 1.0).abs() < 0.05
        };
        assert!(near(&json["authors"]["count"], authors.len()), "{}", json["authors"]);
        for row in json["rows"].as_array().expect("rows") {
            let here = posts.iter().filter(|post| post["platform"] == row["platform"]);
            let here: BTreeSet<String> = here.map(|post| text(&post["author"])).collect();
            let error = row["authors_standard_error"].as_f64().expect("a number");
            if here.len() <= 256 {
                assert_eq!((&row["authors"], error), (&here.len().into(), 0.0), "{row}");
            } else {
                assert!(near(&row["authors"], here.len()) && (0.016..0.017).contains(&error), "{row}");
            }
        }
    }
    let (bare, _) = tagged(&folder);
    let ran = stancemark(["aggregate", "--by", "lang", "--authors"]).and([&bare]).done();
    assert_says(&ran.stderr, &["no post tells its author", "--keep"]);
}

#[test]
fn targets_are_counted_by_their_kind() {
    let folder = Folder::new();
    let (path, lines) = tagged(&folder);
    let count = |by: &str, more: &[&str]| {
        of_csv(
            &stancemark(["aggregate", "--format", "csv", "--by", by]).and([&path]).and(more).done().stdout,
            by.split(',').count(),
        )
    };
    let kinds = count("kind", &[]);
    let of = |kind: &str| kinds[&vec![kind.to_owned()]];
    // Platforms are attacked and never supported, in this codebook.
    assert_eq!(of("platform"), count("label", &[])[&vec!["platform_attack".to_owned()]]);
    assert!(of("country") > 30 && of("institution") > 400, "{kinds:?}");
    let attacked = by_hand(&lines, |line| {
        let mut tags = line["tags"].as_array().expect("tags").iter();
        if tags.any(|tag| tag["target"] == "facebook") {
            vec![vec!["facebook".to_owned()]]
        } else {
            Vec::new()
        }
    });
    let platforms = count("target", &["--where", "kind=platform"]);
    assert_eq!(platforms[&vec!["facebook".to_owned()]], attacked[&vec!["facebook".to_owned()]]);
    assert!(!platforms.contains_key(&vec!["ispr".to_owned()]));
    // Another codebook knows other targets.
    let unknown = count("kind", &["--codebook", "election-interference"]);
    assert!(unknown.contains_key(&vec!["(unknown)".to_owned()]), "{unknown:?}");
}

#[test]
fn partial_results_of_many_files_give_the_answer_of_one_run() {
    let folder = Folder::new();
    let (path, _) = tagged(&folder);
    let all = folder.text("tags.jsonl");
    let lines: Vec<&str> = all.lines().collect();
    let arguments = ["--by", "label,time:hour", "--where", "lang=en,ur", "--tz", "+05:00"];
    let whole = stancemark(["aggregate", "--format", "json"]).and(arguments).and([&path]).done().stdout;
    let mut partials = Vec::new();
    for (at, part) in lines.chunks(300).enumerate() {
        let tags = folder.write(&format!("part{at}.jsonl"), part.join("\n") + "\n");
        let partial = folder.path(&format!("{at}.partial"));
        let ran = stancemark(["aggregate", "--partial"]).and([&partial]).and(arguments).and([&tags]).done();
        assert_eq!(ran.stdout, "");
        assert_says(&ran.stderr, &["posts counted", "partial"]);
        partials.push(partial);
    }
    // Asked for again, or left to the partial results; in any order, and with a tag file among them.
    let merge = |more: &[&str], files: &[PathBuf]| {
        stancemark(["aggregate", "--format", "json"]).and(more).and(files).done().stdout
    };
    assert_eq!(merge(&[], &partials), whole);
    partials.reverse();
    assert_eq!(merge(&arguments, &partials), whole);
    partials[0] = folder.path("part2.jsonl");
    partials.reverse();
    assert_eq!(merge(&[], &partials), whole);
    let refused = stancemark(["aggregate", "--by", "lang"]).and([&partials[0]]).refused();
    assert_says(&refused, &["0.partial", "label,time:hour", "--by"]);
    let refused = stancemark(["aggregate", "--partial", "x", "-o", "y"]).and([&path]).run();
    assert_eq!(refused.code, Some(2));
}

#[test]
fn parquet_holds_the_rows_of_csv() {
    let folder = Folder::new();
    let path = kept(&folder, "tags.jsonl");
    let counts = folder.path("counts.parquet");
    let arguments = ["aggregate", "--by", "label,time:day,lang"];
    stancemark(arguments).and(["-o"]).and([&counts, &path]).done();
    let csv = stancemark(arguments).and(["--format", "csv"]).and([&path]).done().stdout;
    let file = std::fs::File::open(&counts).expect("a file");
    let batches =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let mut found = BTreeMap::new();
    for batch in batches.build().expect("Parquet") {
        let batch = batch.expect("rows");
        let text = |name: &str| batch.column_by_name(name).expect("a column").as_string::<i32>().clone();
        let keys = ["label", "time", "lang"].map(text);
        let posts = batch.column_by_name("posts").expect("posts");
        let posts = posts.as_primitive::<arrow::datatypes::Int64Type>();
        for row in 0..batch.num_rows() {
            found.insert(keys.iter().map(|key| key.value(row).to_owned()).collect(), posts.value(row) as u64);
        }
    }
    assert_eq!(found, of_csv(&csv, 3));
    assert_says(&stancemark(["aggregate", "--format", "parquet"]).and([&path]).refused(), &["-o"]);
}

#[test]
fn what_cannot_be_counted_is_told() {
    let run =
        |arguments: &[&str], bytes: &str| stancemark(["aggregate"]).and(arguments).stdin(bytes).refused();
    let good = r#"{"id":"1","lang":"en","tags":[],"status":"labelled"}"#;
    assert_says(&run(&["--by", "colour"], good), &["colour", "label, target"]);
    assert_says(&run(&["--by", "time:fortnight"], good), &["fortnight", "15min"]);
    assert_says(&run(&["--by", "time:hour", "--tz", "Mars/Base"], good), &["Mars/Base", "Asia/Karachi"]);
    assert_says(&run(&["--where", "label"], good), &["label", "key=value"]);
    assert_says(&run(&["--curve"], good), &["--curve needs a time"]);
    assert_says(
        &run(&["--curve", "--by", "time:hour", "--format", "csv"], good),
        &["--curve is drawn under a table", "--format table"],
    );
    assert_says(
        &run(&[], "{\"id\":\"1\",\"text\":\"untagged\"}\n"),
        &["stdin", "no", "tagged post", "stancemark tag -o"],
    );
    assert_says(&run(&["/no/such/tags.jsonl"], ""), &["/no/such/tags.jsonl"]);
    // One line that is none, among others: told, and not counted.
    let ran = stancemark(["aggregate", "--format", "csv", "--by", "label"])
        .stdin(format!("{good}\nbroken\n{good}\n"))
        .done();
    assert_eq!(of_csv(&ran.stdout, 1), BTreeMap::from([(vec!["(none)".to_owned()], 2)]));
    assert_says(&ran.stderr, &["not counted: stdin:2", "1 lines were no tagged posts"]);
}
