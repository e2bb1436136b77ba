//! Posts in = labelled + abstained + dead-lettered, whatever comes in, also after a kill and a resume.

mod any_bytes;
mod resume;

use serde_json::{Value, json};

use crate::program::{Folder, assert_says, post, posts, stancemark, tag};

/// Eighteen records, eight of them no posts; the line of each, and what its reason says.
const DEAD: [(u64, &str); 8] = [
    (2, "not a JSON object"),
    (4, "no text"),
    (5, "not a JSON object"),
    (9, "lone surrogate"),
    (12, "no text"),
    (15, "not a JSON object"),
    (16, "not a JSON object"),
    (19, "invalid UTF-8"),
];

fn mixed() -> Vec<u8> {
    let lines = [
        r#"{"id":"1","text":"Shame on Facebook"}"#,
        "this is no JSON",
        "   ",
        r#"{"id":"2","likes":3}"#,
        r#"["x"]"#,
        r#"{"id":12345678901234567890123456789,"text":"a number as an id"}"#,
        r#"{"id":1e400,"text":"a number past every range"}"#,
        r#"{"id":"1","text":""}"#,
        r#"{"id":"half","text":"\ud83d lone"}"#,
        r#"{"id":"nul","text":"a\u0000b"}"#,
        r#"{"id":"five","text":5}"#,
        r#"{"id":null,"text":null}"#,
        r#"{"id":"twice","text":"first","text":"Pakistan Zindabad"}"#,
        r#"{"text":"no id"}"#,
        "42",
        r#""a string""#,
        r#"{"id":{"a":1},"text":"an object as an id"}"#,
        r#"{"id":"last","text":"x","time":"no time at all"}"#,
    ];
    let mut bytes = lines.join("\n").into_bytes();
    bytes.extend_from_slice(b"\n{\"id\":\"u\",\"text\":\"\xff\xfe\"}\n");
    bytes
}

#[test]
fn bad_lines_become_dead_letters_and_stop_nothing() {
    let folder = Folder::new();
    let input = folder.write("mixed.jsonl", mixed());
    let output = folder.path("tags.jsonl");
    let run = || tag([&input]).and(["-o"]).and([&output]);
    let ran = run().done();
    let lines = folder.lines("tags.jsonl");
    let ids: Vec<&str> = lines.iter().map(|line| line["id"].as_str().expect("id")).collect();
    let place = |line: u64| format!("{}:{line}", input.display());
    assert_eq!(
        ids,
        [
            "1",
            "12345678901234567890123456789",
            "1e400",
            "1",
            "nul",
            "five",
            "twice",
            &place(14),
            &place(17),
            "last",
        ]
    );
    assert_eq!(lines[6]["tags"][0]["target"], "pakistan", "of two members the last one counts");

    let dead = folder.lines("tags.jsonl.dead.jsonl");
    assert_eq!(dead.len(), DEAD.len());
    for (letter, (line, reason)) in dead.iter().zip(DEAD) {
        assert_eq!((&letter["line"], &letter["step"]), (&json!(line), &json!("read")), "{letter}");
        assert_eq!(letter["file"], input.display().to_string());
        assert_says(letter["reason"].as_str().expect("a reason"), &[reason]);
        assert!(!letter["excerpt"].as_str().expect("an excerpt").is_empty());
    }
    assert_eq!(
        (&dead[1]["id"], &dead[3]["id"]),
        (&json!("2"), &json!("half")),
        "the id where it can be read"
    );

    check(&folder.json("tags.jsonl.manifest.json"), lines.len() as u64, 8);
    let counts = &folder.json("tags.jsonl.manifest.json")["counts"];
    assert_eq!((&counts["duplicate_ids"], &counts["unreadable_times"]), (&json!(1), &json!(1)));
    assert_eq!(counts["dead_lettered_by_step"], json!({"read": 8}));
    assert_says(
        &ran.stdout,
        &[
            "18 records = 10 labelled + 0 abstained + 8 dead-lettered",
            "tags.jsonl.dead.jsonl",
            "1 posts with an id that",
            "1 posts with a time that",
        ],
    );

    // The same run again, with nothing wrong: the old dead letters would mislead.
    folder.write("mixed.jsonl", post("1", "fine"));
    run().done();
    assert!(!folder.path("tags.jsonl.dead.jsonl").exists());
}

#[test]
fn exit_codes_are_0_1_2_and_3() {
    let code = |arguments: &[&str]| tag(arguments).stdin(mixed()).run().code;
    assert_eq!(code(&["-q"]), Some(0), "done, dead letters or not");
    assert_eq!(code(&["-q", "--strict"]), Some(3), "done, but with dead letters");
    assert_eq!(
        tag(["-q", "--strict"]).stdin(post("1", "fine")).run().code,
        Some(0),
        "strict, and all is well"
    );
    assert_eq!(code(&["/there/is/no/such/file.jsonl"]), Some(1));
    assert_eq!(code(&["--no-such-flag"]), Some(2));
    assert_eq!(code(&["-j", "0"]), Some(2));
    assert_eq!(code(&["--help"]), Some(0));
    let detect = |arguments: &[&str]| stancemark(["detect"]).and(arguments).stdin(mixed()).run().code;
    assert_eq!((detect(&[]), detect(&["--strict"])), (Some(0), Some(3)));
}

#[test]
fn dead_letters_go_where_they_are_sent() {
    let folder = Folder::new();
    let letters = folder.path("letters.jsonl");
    let ran = tag(["--dead-letters"]).and([&letters]).stdin(mixed()).done();
    assert_eq!((ran.lines().len(), folder.lines("letters.jsonl").len()), (10, 8));
    assert_says(&ran.stderr, &["18 records = 10 labelled", "letters.jsonl"]);
    // Without a place of their own the first are told, beside the posts on stdout.
    let ran = tag(["-"]).stdin(mixed()).done();
    assert_says(
        &ran.stderr,
        &["dead letter: stdin:2: read: the record is not a JSON object", "8 dead-lettered"],
    );
}

#[test]
fn rows_of_another_width_are_dead_letters() {
    let folder = Folder::new();
    let input = folder.write(
        "posts.csv",
        "id,text,likes\n1,Shame on Facebook,3\n2,a, b,c,3\n3,\"over\ntwo lines\",1\n4,x\n5,\"fine\",0\n",
    );
    tag([&input]).and(["-q", "-o"]).and([folder.path("tags.csv")]).done();
    let dead = folder.lines("tags.csv.dead.jsonl");
    let told: Vec<_> = dead.iter().map(|letter| (letter["line"].clone(), letter["id"].clone())).collect();
    assert_eq!(told, [(json!(3), json!("2")), (json!(6), json!("4"))]);
    assert_says(dead[0]["reason"].as_str().expect("a reason"), &["5 fields", "header has 3", "quotes"]);
    check(&folder.json("tags.csv.manifest.json"), 3, 2);
}

#[test]
fn many_threads_and_many_chunks_lose_nothing() {
    let folder = Folder::new();
    let lines: String = (0..20_000)
        .map(|at| {
            if at % 7 == 3 {
                format!("line {at} is broken\n")
            } else {
                post(&at.to_string(), "Shame on Facebook")
            }
        })
        .collect();
    let input = folder.write("posts.jsonl", lines);
    tag([&input]).and(["-q", "-j", "8", "-o"]).and([folder.path("tags.jsonl")]).done();
    let broken = (0..20_000).filter(|at| at % 7 == 3).count();
    let tagged = folder.lines("tags.jsonl");
    check(&folder.json("tags.jsonl.manifest.json"), 20_000 - broken as u64, broken as u64);
    assert_eq!((tagged.len(), folder.lines("tags.jsonl.dead.jsonl").len()), (20_000 - broken, broken));
    let ids: Vec<u32> =
        tagged.iter().map(|line| line["id"].as_str().expect("id").parse().expect("a number")).collect();
    assert!(ids.is_sorted(), "in their order, whichever thread was faster");
}

#[test]
fn an_empty_input_is_a_run_over_no_posts() {
    let folder = Folder::new();
    for (name, bytes) in
        [("empty.jsonl", ""), ("blank.csv", "\n\n  \n"), ("header.csv", "id,text\n"), ("list.json", "[]")]
    {
        let output = folder.path(&format!("{name}.tags.jsonl"));
        tag([folder.write(name, bytes)]).and(["-q", "-o"]).and([&output]).done();
        check(&folder.json(&format!("{name}.tags.jsonl.manifest.json")), 0, 0);
        assert_eq!(folder.text(&format!("{name}.tags.jsonl")), "");
    }
    assert_eq!(tag(["-q"]).stdin(posts([])).done().stdout, "");
}

/// The sum comes out, and is what the files hold.
#[track_caller]
fn check(manifest: &Value, tagged: u64, dead: u64) {
    let counts = &manifest["counts"];
    let number = |key: &str| counts[key].as_u64().expect("a number");
    assert_eq!(
        number("records"),
        number("labelled") + number("abstained") + number("dead_lettered"),
        "{counts}"
    );
    assert_eq!(number("labelled") + number("abstained"), tagged, "{counts}");
    assert_eq!(number("dead_lettered"), dead, "{counts}");
    let sum = format!(
        "{} records = {} labelled + {} abstained + {dead} dead-lettered",
        tagged + dead,
        number("labelled"),
        number("abstained"),
    );
    assert_eq!(counts["sum"], sum);
}
