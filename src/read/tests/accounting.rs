//! Promises that hold for any bytes.

use proptest::prelude::*;

use super::*;

fn formats() -> impl Strategy<Value = Option<Format>> {
    let formats = [Format::Jsonl, Format::Json, Format::Csv, Format::Tsv, Format::Text].map(Some);
    prop::sample::select([&formats[..], &[None; 3]].concat())
}

/// Bytes of which many mean something to one of the formats.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        &b"{\"text\":\"a\"}"[..],
        b"{\"id\":1,\"text\":\"b\"}",
        b"{\"data\":[",
        b"text,id\n",
        b"id\ttext\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"\\",
        b",",
        b"\t",
        b";",
        b":",
        b"\n",
        b"\r\n",
        b"text",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0",
        b" ",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"1e400",
        b"null",
        b"\\ud800",
        b"2019-04-03",
        b"\xd9\x84",
    ]);
    let word =
        prop_oneof![8 => words.prop_map(<[u8]>::to_vec), 1 => prop::collection::vec(any::<u8>(), 0..8)];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// `drain` asserts that every record gives one post or one dead letter.
    #[test]
    fn any_bytes_are_accounted_for(content in bytes(), format in formats(), keep: bool) {
        let options = Options { format, keep, ..Options::default() };
        if let Ok(outcome) = read_stream(&content, &options) {
            prop_assert_eq!(outcome.records, (outcome.posts.len() + outcome.dead.len()) as u64);
            if outcome.error.is_none() {
                prop_assert_eq!(outcome.inputs[0].records, outcome.records);
                prop_assert_eq!(outcome.inputs[0].bytes, content.len() as u64);
            }
        }
    }

    #[test]
    fn how_the_bytes_come_in_changes_nothing(content in bytes(), format in formats(), step in 1..9_usize, most in 1..4_usize) {
        let limits = Limits { record_bytes: 60, ..Limits::default() };
        let large = Options { format, keep: true, limits, ..Options::default() };
        let small = Options { limits: Limits { read_bytes: step, chunk_records: most, chunk_bytes: 9, ..limits }, ..large.clone() };
        match (read_stream(&content, &large), read_stream(&content, &small)) {
            (Ok(large), Ok(small)) => prop_assert_eq!(large.fingerprint(), small.fingerprint()),
            (large, small) => prop_assert_eq!(large.is_err(), small.is_err()),
        }
    }

    #[test]
    fn posts_written_as_json_lines_read_the_same(posts in prop::collection::vec((any::<String>(), any::<String>()), 1..12)) {
        let lines: String = posts
            .iter()
            .map(|(id, text)| serde_json::json!({ "id": format!("i{id}"), "n": 1, "text": text }).to_string() + "\n")
            .collect();
        let outcome = read_stream(lines, &Options::default()).expect("works");
        let found: Vec<_> = outcome.posts.into_iter().map(|post| (post.id[1..].to_owned(), post.text)).collect();
        prop_assert_eq!(found, posts);
    }

    #[test]
    fn tables_written_by_others_read_the_same(posts in prop::collection::vec(("[a-z\",;\n\t é]{0,12}", "[a-z\",;\n\t é]{0,12}"), 1..12)) {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["text", "author", "id"]).expect("works");
        for (text, author) in &posts {
            table.write_record([text.as_str(), author, "i"]).expect("works");
        }
        let table = table.into_inner().expect("works");
        let outcome = read_file("a.csv", table, &Options::default()).expect("works");
        let found: Vec<_> = outcome.posts.into_iter().map(|p| (p.text, p.author.unwrap_or_default())).collect();
        prop_assert_eq!(found, posts);
    }

    #[test]
    fn the_way_records_are_laid_out_changes_nothing(texts in prop::collection::vec(any::<String>(), 1..12)) {
        let posts: Vec<_> = texts.iter().map(|text| serde_json::json!({ "text": text })).collect();
        let lines: String = posts.iter().map(|post| post.to_string() + "\n").collect();
        let array = serde_json::to_string(&posts).expect("works");
        let pretty = format!("{:#}", serde_json::json!({ "posts": posts }));
        for content in [lines, array, pretty] {
            let outcome = read_stream(content, &Options::default()).expect("works");
            prop_assert_eq!(outcome.texts(), texts.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}
