//! Any bytes, in any format, come out as posts or dead letters, each counted once.

use std::{fs, sync::LazyLock, time::Duration};

use proptest::prelude::*;
use serde_json::Value;
use stancemark::{
    Tagger,
    codebook::Codebook,
    read,
    run::{Settings, tag_corpus},
    write::{Destination, OutputKind},
};

use super::check;
use crate::program::{Folder, json_lines, tag};

static TAGGER: LazyLock<Tagger> = LazyLock::new(|| {
    let codebook = Codebook::load("iamispr", None).expect("the codebook");
    Tagger::new(codebook, None).expect("the patterns")
});

/// Bytes that look like posts often enough to get past the reader.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(&[
            "{\"id\":", "\"text\":\"", "\"}\n", "{\"text\":\"Shame on Facebook\"}\n", "\n", "\r\n", ",", "id,text\n", "\"", "\t",
            "[", "]", "{", "}", "\\u0000", "\\ud83d", "null", "1e999", "\u{feff}", "🇵🇰", "#IamISPR ", "پاک فوج زندہ باد", "फेसबुक",
            "\u{202e}", "sep=;\n", "a;text;b\n1;2;3\n", "{\"data\":[", "{\"a\":{\"b\":[[[", "\u{0}", "\u{1f}\u{8b}", "Shame on ",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => any::<String>().prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Tags a file in this process, and gives the manifest, the tagged posts and the dead letters.
fn tagged(
    bytes: &[u8],
    format: Option<read::Format>,
    chunk_records: usize,
) -> (Value, Vec<Value>, Vec<Value>) {
    let folder = Folder::new();
    let destination = Destination::File(folder.path("tags.jsonl"));
    let settings = Settings {
        privacy: stancemark::privacy::Privacy::default(),
        inputs: vec![folder.write("posts", bytes)],
        read: read::Options {
            format,
            limits: read::Limits { chunk_records, chunk_bytes: 64, record_bytes: 4096, read_bytes: 7 },
            ..read::Options::default()
        },
        kind: OutputKind::of(&destination, None).expect("JSONL"),
        destination,
        dead_letters: None,
        threads: 2,
        resume: false,
        checkpoint_every: Duration::from_secs(3600),
        as_given: Value::Null,
    };
    match tag_corpus(&TAGGER, &settings, |_, _| ()) {
        Ok(_) => {
            let dead = fs::read_to_string(folder.path("tags.jsonl.dead.jsonl")).unwrap_or_default();
            (folder.json("tags.jsonl.manifest.json"), folder.lines("tags.jsonl"), json_lines(&dead))
        }
        Err(error) => {
            folder.assert_not_finished("tags.jsonl");
            // Only what cannot be read as a whole may end a run, and says why.
            let told = error.to_string();
            assert!(
                told.contains("posts:1: the header")
                    || told.contains("column")
                    || told.contains("broke off")
                    || told.contains("UTF-32")
                    || told.contains("cannot be opened"),
                "{told}"
            );
            (Value::Null, Vec::new(), Vec::new())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_format(bytes in any_bytes(), chunk in 1usize..5) {
        use read::Format::{Csv, Json, Jsonl, Text, Tsv};
        for format in [None, Some(Jsonl), Some(Json), Some(Csv), Some(Tsv), Some(Text)] {
            let (manifest, posts, dead) = tagged(&bytes, format, chunk);
            if !manifest.is_null() {
                check(&manifest, posts.len() as u64, dead.len() as u64);
            }
            // Records of these two are lines: they can be counted without the reader.
            let plain = !bytes.starts_with(&[0x1f, 0x8b]) && !bytes.contains(&0) && !bytes.starts_with(b"\xff\xfe") && !bytes.starts_with(b"\xfe\xff");
            if plain && matches!(format, Some(Jsonl | Text)) {
                let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
                // Where there is no line feed, carriage returns end the lines.
                let end = if text.contains(&b'\n') { b'\n' } else { b'\r' };
                let lines = text.split(|byte| *byte == end).filter(|line| !line.iter().all(u8::is_ascii_whitespace));
                prop_assert_eq!(posts.len() + dead.len(), lines.count(), "{:?}", format);
            }
        }
    }
}

/// The same through the program itself, with bytes from the whole range.
#[test]
fn a_megabyte_of_noise_is_counted() {
    let folder = Folder::new();
    let mut state = 0x1234_5678_9abc_def0u64;
    let noise: Vec<u8> = (0..1 << 20)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
        .collect();
    let lines =
        noise.split(|byte| *byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace)).count()
            as u64;
    for format in ["text", "jsonl"] {
        let input = folder.write("noise", &noise);
        tag(["-q", "--input-format", format])
            .and([&input])
            .and(["-o"])
            .and([folder.path("tags.jsonl")])
            .done();
        let (posts, dead) =
            (folder.lines("tags.jsonl").len() as u64, folder.lines("tags.jsonl.dead.jsonl").len() as u64);
        check(&folder.json("tags.jsonl.manifest.json"), posts, dead);
        assert_eq!(posts + dead, lines, "{format}");
        assert!(dead > 1000, "noise is seldom a post: {dead} dead letters as {format}");
    }
}
