//! A missing column, a broken archive, a file that is something else.

use std::io::Write;

use serde_json::json;

use crate::program::{Folder, assert_says, post, stancemark, tag};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

/// Posts that do not shrink to nothing when they are packed.
fn many() -> String {
    let word = |at: u64| at.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..20_000).map(|at| post(&at.to_string(), &format!("Shame on Facebook {:x}", word(at)))).collect()
}

#[test]
fn a_column_that_is_not_there() {
    let folder = Folder::new();
    let output = folder.path("tags.jsonl");
    let run = |bytes: &str, arguments: &[&str]| {
        let input = folder.write("posts.csv", bytes);
        let sentence = tag([&input]).and(["-o"]).and([&output]).and(arguments).refused();
        folder.assert_not_finished("tags.jsonl");
        assert!(!folder.path("tags.jsonl.partial").exists(), "told before the output is begun");
        sentence
    };
    let table = "id,tweet_body,created_at\n1,Shame on Facebook,2019-04-02\n";
    assert_says(
        &run(table, &["--text", "tweet_bdy"]),
        &["posts.csv", "no column `tweet_bdy`", "did you mean `tweet_body`?"],
    );
    assert_says(&run(table, &[]), &["posts.csv", "looks like the text", "`tweet_body`", "--text"]);
    assert_says(
        &run(table, &["--text", "tweet_body", "--id", "nr"]),
        &["no column `nr` for the id", "`created_at`"],
    );
    tag([folder.path("posts.csv")]).and(["-q", "--text", "tweet_body", "-o"]).and([&output]).done();
}

/// JSON has no header: a column that no record has is known only when all are read.
#[test]
fn a_member_that_no_record_has() {
    let posts = post("1", "x") + &post("2", "y");
    let ran = tag(["--text", "words"]).stdin(posts.clone()).run();
    assert_eq!(ran.code, Some(1));
    assert_says(&ran.stderr, &["none of the 2 records", "stdin:1", "`words`", "id, text", "2 dead-lettered"]);
    let some = posts + r#"{"id": "3", "words": "z"}"#;
    let ran = tag(["--text", "words", "--strict"]).stdin(some).run();
    assert_eq!(ran.code, Some(3), "where some records have it: {}", ran.stderr);
}

#[test]
fn an_archive_that_is_cut_off() {
    let whole = gzip(many().as_bytes());
    let packed = zstd::encode_all(many().as_bytes(), 1).expect("packed");
    for (name, bytes, test) in
        [("posts.jsonl.gz", &whole, "gzip -t"), ("posts.jsonl.zst", &packed, "zstd -t")]
    {
        let folder = Folder::new();
        let input = folder.write(name, &bytes[..bytes.len() * 2 / 3]);
        let run = || tag([&input]).and(["-o"]).and([folder.path("tags.jsonl")]);
        let sentence = run().refused();
        assert_says(&sentence, &[name, "broke off after record", test]);
        folder.assert_not_finished("tags.jsonl");
        // An older file that was finished stays as it was.
        folder.write("tags.jsonl", "older\n");
        run().refused();
        assert_eq!(folder.text("tags.jsonl"), "older\n");
        // The same archive, whole.
        folder.write(name, bytes);
        run().done();
        assert_eq!(folder.json("tags.jsonl.manifest.json")["counts"]["records"], json!(20_000));
        assert!(!folder.path("tags.jsonl.partial").exists());
    }
}

#[test]
fn an_archive_with_a_wrong_byte() {
    let folder = Folder::new();
    let mut bytes = gzip(many().as_bytes());
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    let input = folder.write("posts.jsonl.gz", bytes);
    let sentence = tag([&input]).and(["-o"]).and([folder.path("tags.jsonl")]).refused();
    assert_says(&sentence, &["posts.jsonl.gz", "damaged", "gzip -t"]);
    folder.assert_not_finished("tags.jsonl");
}

#[test]
fn files_that_are_something_else() {
    let folder = Folder::new();
    let said = |name: &str, bytes: &[u8]| {
        tag([folder.write(name, bytes)]).and(["-o"]).and([folder.path("tags.jsonl")]).refused()
    };
    assert_says(&said("posts.zip", b"PK\x03\x04rest of it"), &["posts.zip", "ZIP", "unzip"]);
    assert_says(&said("posts.xz", b"\xfd7zXZ\x00rest"), &["posts.xz", "xz -dc"]);
    assert_says(&said("posts.parquet", b"PAR1....PAR1"), &["posts.parquet", "Parquet"]);
    folder.assert_not_finished("tags.jsonl");
}

#[test]
fn paths_that_lead_nowhere() {
    let folder = Folder::new();
    let good = folder.write("good.jsonl", post("1", "x"));
    let missing = folder.path("missing.jsonl");
    let run = || tag([&good, &missing]).and(["-o"]).and([folder.path("tags.jsonl")]).refused();
    assert_says(&run(), &["missing.jsonl", "no such file"]);
    folder.assert_not_finished("tags.jsonl");
    std::fs::create_dir(folder.path("empty")).expect("a folder");
    assert_says(&tag([folder.path("empty")]).refused(), &["empty", "no file to read"]);
    assert_says(&tag(["-", "-"]).stdin(post("1", "x")).refused(), &["stdin", "more than once"]);
    let nowhere = tag(["-o"]).and([folder.path("no/such/folder/tags.jsonl")]).stdin(post("1", "x")).refused();
    assert_says(&nowhere, &["no/such/folder", "create it first"]);
}

#[test]
fn an_output_that_is_a_directory() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("tags.jsonl")).expect("a folder");
    let pairs = "examples/formats/pairs.jsonl";
    for arguments in [
        &["tag", "--no-model", pairs][..],
        &["detect", pairs],
        &["stance", pairs],
        &["aggregate", "--by", "label"],
    ] {
        let tags = r#"{"id":"1","lang":"en","tags":[],"status":"labelled"}"#;
        let sentence =
            stancemark(arguments).and(["-o"]).and([folder.path("tags.jsonl")]).stdin(tags).refused();
        assert_says(&sentence, &["tags.jsonl is a directory", "name a file in it"]);
    }
    assert_eq!(folder.names(), ["tags.jsonl"]);
}

/// The tags would take the place of the posts.
#[test]
fn an_output_that_is_an_input() {
    let folder = Folder::new();
    let input = folder.write("posts.jsonl", post("1", "Shame on Facebook"));
    let sentence = tag([&input]).and(["-o"]).and([folder.path("./posts.jsonl")]).refused();
    assert_says(&sentence, &["posts.jsonl", "is an input of the run", "-o another name"]);
    assert_eq!(folder.text("posts.jsonl"), post("1", "Shame on Facebook"));
    assert_eq!(folder.names(), ["posts.jsonl"]);
    // So would those of every other verb, and of a folder that holds the output.
    for verb in ["detect", "stance", "aggregate"] {
        let sentence = stancemark([verb]).and([&input]).and(["-o"]).and([&input]).refused();
        assert_says(&sentence, &["posts.jsonl", "is an input of the run"]);
    }
    let sentence = tag([folder.path(".")]).and(["-o"]).and([&input]).refused();
    assert_says(&sentence, &["posts.jsonl", "is an input of the run"]);
    assert!(folder.text("posts.jsonl").contains("Shame on Facebook"), "the posts are still there");
    // What an earlier run wrote there may be written again, and is not read.
    for _ in 0..2 {
        tag([folder.path(".")]).and(["-q", "-o"]).and([folder.path("tags.jsonl")]).done();
        assert_eq!(folder.lines("tags.jsonl").len(), 1);
    }
}

/// Without dead letters an old file of that name is removed, with them it is replaced: it must not be the posts.
#[test]
fn dead_letters_that_are_an_input_or_the_output() {
    let folder = Folder::new();
    let posts = post("1", "Shame on Facebook");
    let input = folder.write("posts.jsonl", &posts);
    let sentence = |dead_letters: &str| {
        let run = tag([&input]).and(["-o"]).and([folder.path("tags.jsonl")]);
        run.and(["--dead-letters"]).and([folder.path(dead_letters)]).refused()
    };
    assert_says(&sentence("posts.jsonl"), &["posts.jsonl", "is an input of the run", "--dead-letters"]);
    for output in ["tags.jsonl", "./tags.jsonl", "tags.jsonl.manifest.json"] {
        assert_says(&sentence(output), &["tags.jsonl", "give --dead-letters another name"]);
    }
    // The mended dead letters of an earlier run, into the output of that run.
    let mended = folder.write("tags.jsonl.dead.jsonl", &posts);
    for verb in [&["tag", "--no-model"][..], &["detect"]] {
        let sentence = stancemark(verb).and([&mended]).and(["-o"]).and([folder.path("tags.jsonl")]).refused();
        assert_says(&sentence, &["tags.jsonl.dead.jsonl", "is an input of the run", "-o another name"]);
    }
    assert_eq!(folder.names(), ["posts.jsonl", "tags.jsonl.dead.jsonl"]);
    assert_eq!([folder.text("posts.jsonl"), folder.text("tags.jsonl.dead.jsonl")], [posts.clone(), posts]);
}
