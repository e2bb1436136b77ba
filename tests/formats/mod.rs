//! The format is told by the content, and makes no difference: the same posts give the same tags.

mod written;

use std::{fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::program::{DEMO, Folder, assert_says, demo, tag, without_ids};

/// The first 12 posts of the demo in every format.
const SAMPLES: [&str; 3] =
    ["examples/formats/posts.json", "examples/formats/posts.csv", "examples/formats/posts.tsv"];

fn tagged<S: AsRef<std::ffi::OsStr>>(inputs: impl IntoIterator<Item = S>) -> Vec<Value> {
    tag(["-q"]).and(inputs).done().lines()
}

fn project(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a file of the project")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("packed")
}

/// The first 12 posts of the demo as JSONL, tagged: what all others are compared with.
fn expected() -> Vec<Value> {
    let lines: String = demo(DEMO).iter().take(12).map(|post| format!("{post}\n")).collect();
    let lines = tag(["-q"]).stdin(lines).done().lines();
    let tags: usize = lines.iter().map(|line| line["tags"].as_array().expect("tags").len()).sum();
    assert!(lines.len() == 12 && tags > 4, "there is something to compare");
    lines
}

#[test]
fn json_csv_and_tsv_are_told_by_their_content() {
    let (folder, expected) = (Folder::new(), expected());
    for sample in SAMPLES {
        assert_eq!(tagged([sample]), expected, "{sample}");
        // The name tells nothing, and neither does stdin.
        assert_eq!(tagged([folder.copy(sample, "posts.dat")]), expected, "{sample} by another name");
        assert_eq!(tag(["-q"]).stdin(project(sample)).done().lines(), expected, "{sample} piped in");
    }
}

#[test]
fn plain_text_is_one_post_a_line_named_by_its_place() {
    let lines = tagged(["examples/formats/posts.txt"]);
    let ids: Vec<_> = lines.iter().map(|line| line["id"].as_str().expect("id")).collect();
    assert_eq!(ids[0], "examples/formats/posts.txt:1");
    assert_eq!(ids[11], "examples/formats/posts.txt:12");
    // Plain text knows no time and no list of hashtags.
    let bare = |mut lines: Vec<Value>| {
        for line in &mut lines {
            line.as_object_mut().expect("an object").remove("time");
        }
        without_ids(lines)
    };
    let of_tsv = bare(tagged(["examples/formats/posts.tsv"]));
    assert_eq!(bare(lines), of_tsv, "the same texts, in which line breaks became spaces");
}

#[test]
fn packed_files_are_unpacked_whatever_they_are_called() {
    let (folder, expected) = (Folder::new(), expected());
    let [json, csv, _] = SAMPLES.map(project);
    let parts = csv.split_at(csv.len() / 2);
    let packed = [
        ("gzip", gzip(&json)),
        ("gzip in two members", [gzip(parts.0), gzip(parts.1)].concat()),
        ("zstd", zstd(&csv)),
        ("zstd in two frames", [zstd(parts.0), zstd(parts.1)].concat()),
    ];
    for (how, bytes) in packed {
        assert_eq!(tagged([folder.write("posts", &bytes)]), expected, "{how}");
        assert_eq!(tag(["-q", "-"]).stdin(bytes).done().lines(), expected, "{how}, piped in");
    }
}

#[test]
fn other_encodings_and_line_ends_are_read() {
    let (folder, expected) = (Folder::new(), expected());
    let text = String::from_utf8(project("examples/formats/posts.csv")).expect("UTF-8");
    // Line ends inside of a text are the text's own.
    let rows = text.replace("\np0", "\r\np0");
    let utf16 = |text: &str| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let variants = [
        ("byte order mark", format!("\u{feff}{text}").into_bytes()),
        ("carriage returns", rows.into_bytes()),
        ("UTF-16", utf16(&text)),
        ("no line end at the end", text.trim_end().as_bytes().to_vec()),
    ];
    for (what, bytes) in variants {
        assert_eq!(tagged([folder.write("posts.csv", bytes)]), expected, "{what}");
    }
}

#[test]
fn files_and_directories_are_read_in_order() {
    let folder = Folder::new();
    let line = |id: u32| format!("{}\n", json!({"id": id.to_string(), "text": "Shame on Facebook"}));
    folder.write("all/b.jsonl", line(2) + &line(3));
    folder.write("all/a.csv", "id,text\n1,Shame on Facebook\n");
    folder.write("all/deeper/c.jsonl.gz", gzip(line(4).as_bytes()));
    folder.write("all/.hidden.jsonl", line(99));
    folder.write("all/tags.jsonl.manifest.json", "{}");
    folder.write("all/tags.jsonl.dead.jsonl", "{}\n");
    let ids = |lines: &[Value]| {
        lines.iter().map(|line| line["id"].as_str().expect("id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&tagged([folder.path("all")])), ["1", "2", "3", "4"]);
    let files = [folder.path("all/deeper/c.jsonl.gz"), folder.path("all/a.csv")];
    assert_eq!(ids(&tagged(&files)), ["4", "1"], "as given");
    let ran = tag(["-q".as_ref(), folder.path("all/a.csv").as_os_str(), "-".as_ref()]).stdin(line(7)).done();
    assert_eq!(ids(&ran.lines()), ["1", "7"], "stdin where it stands");
}

#[test]
fn columns_are_guessed_or_named() {
    let guessed = tag(["-q"])
        .stdin("tweet_id;full_text;created_at\n7;Shame on Facebook;2019-04-02 12:16:00\n")
        .done()
        .lines();
    assert_eq!((&guessed[0]["id"], &guessed[0]["time"]), (&json!("7"), &json!("2019-04-02T12:16:00Z")));
    let named = tag(["-q", "--id", "n", "--text", "said.words", "--time", "when", "--hashtags", "marks"])
        .stdin(r##"{"id":"no","n":5,"text":"no","said":{"words":"Shame on Facebook"},"when":"2019-04-02T12:16:00+05:00","marks":["#One","two"]}"##)
        .done()
        .lines();
    assert_eq!(named[0]["id"], "5");
    assert_eq!(named[0]["time"], "2019-04-02T07:16:00Z");
    assert_eq!(named[0]["hashtags"], json!(["one", "two"]));
    assert_eq!(named[0]["tags"], guessed[0]["tags"]);
    assert_eq!(named[0]["tags"][0]["label"], "platform_attack");
}

#[test]
fn the_input_format_can_be_said() {
    let as_text =
        tag(["-q", "--input-format", "text"]).stdin("id,text\n1,Shame on Facebook\n").done().lines();
    assert_eq!(as_text.len(), 2, "the header is a post too");
    let ran = tag(["--input-format", "xml"]).stdin("x").run();
    assert_eq!(ran.code, Some(2));
    assert_says(&ran.stderr, &["xml", "jsonl, json, csv, tsv or text"]);
}
