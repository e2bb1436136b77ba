//! What a file is told to be.

use super::*;

fn format(name: &str, content: &str) -> (Format, Vec<String>) {
    let outcome = read(name, content);
    assert_eq!(outcome.error.map(|e| e.to_string()), None);
    (outcome.inputs[0].format, outcome.posts.into_iter().map(|post| post.text).collect())
}

#[track_caller]
fn assert_format(name: &str, content: &str, expected: Format, texts: &[&str]) {
    let (format, found) = format(name, content);
    assert_eq!(format, expected, "{content:?}");
    assert_eq!(found, texts, "{content:?}");
}

#[test]
fn content_goes_before_the_name() {
    assert_format("posts.csv", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", Format::Jsonl, &["a", "b"]);
    assert_format("posts.txt", "[{\"text\":\"a\"},{\"text\":\"b\"}]", Format::Json, &["a", "b"]);
    assert_format("posts.txt", "id,text\n1,a\n2,b\n", Format::Csv, &["a", "b"]);
    assert_format("posts", "id\ttext\n1\ta\n", Format::Tsv, &["a"]);
    assert_format("posts.csv", "id;text\n1;a,b\n", Format::Csv, &["a,b"]);
    assert_format("posts.csv", "id|text\n1|a\n", Format::Csv, &["a"]);
}

#[test]
fn the_name_decides_where_content_does_not() {
    assert_format("posts.csv", "text\na\n\"b, c\"\n", Format::Csv, &["a", "b, c"]);
    assert_format("posts.csv", "text\na, b\nc\n", Format::Csv, &["a, b", "c"]);
    assert_format("posts.txt", "text\na\n", Format::Text, &["text", "a"]);
    assert_format("posts.tsv.gz", "id\ttext\n", Format::Tsv, &[]);
    let outcome = read("posts.jsonl", "oops\n{\"text\":\"a\"}\n");
    assert_eq!((outcome.inputs[0].format, outcome.texts()), (Format::Jsonl, vec!["a"]));
    assert!(outcome.reasons()[0].contains("not a JSON object"), "{:?}", outcome.dead);
}

#[test]
fn text_that_only_looks_like_something_else() {
    assert_format("a.txt", "[Breaking] news\nmore\n", Format::Text, &["[Breaking] news", "more"]);
    assert_format("a.txt", "{hi} all\n", Format::Text, &["{hi} all"]);
    assert_format(
        "a.txt",
        "first, the text\nno comma here\nnor here\n",
        Format::Text,
        &["first, the text", "no comma here", "nor here"],
    );
    let two = "my message, my text\nnot\nat\nall, a table\n";
    assert_eq!(format("a.txt", two).0, Format::Text);
}

#[test]
fn json_lines_with_blanks_mark_and_carriage_returns() {
    let content = "\u{feff}\r\n{\"id\":1,\"text\":\"a\"}\r\n\r\n   \n{\"id\":2,\"text\":\"b\"}";
    let outcome = read("a.jsonl", content);
    assert_eq!(outcome.ids(), ["1", "2"]);
    assert_eq!(outcome.lines(), [2, 5]);
    assert_eq!((outcome.records, outcome.inputs[0].records), (2, 2));
}

#[test]
fn arrays_in_any_shape() {
    for content in [
        "[{\"text\":\"a\"},{\"text\":\"b\"}]",
        "  [\n  {\n \"text\": \"a\"\n  },\n\n {\"text\":\"b\"}\n]\n",
        "{\"data\":[{\"text\":\"a\"},{\"text\":\"b\"}],\"meta\":{\"next\":[1]}}",
        "{\"meta\":{\"data\":[{\"text\":\"no\"}]},\"data\":[{\"text\":\"a\"},{\"text\":\"b\"}]}",
        "{\"title\":\"[{\\\"\",\"posts\":[{\"text\":\"a\"},{\"text\":\"b\"}]}",
        "{\"description\":\"all of them\",\"posts\":[{\"text\":\"a\"},{\"text\":\"b\"}]}",
        "{\"mine\":[{\"text\":\"a\"},{\"text\":\"b\"}]}",
        "{\"errors\":[{\"title\":\"x\"}],\"data\":[{\"text\":\"a\"},{\"text\":\"b\"}]}",
        "{\"data\":[{\"text\":\"a\"}]}\n{\"data\":[]}\n{\"data\":[{\"text\":\"b\"}]}\n",
        "{\n \"text\": \"a\"\n}\n{\n \"text\": \"b\"\n}\n",
        "{\"text\":\"a\"}{\"text\":\"b\"}",
        "{\"text\":\"a\"},\n{\"text\":\"b\"}",
        "\u{1e}{\"text\":\"a\"}\n\u{1e}{\"text\":\"b\"}\n",
    ] {
        let name = if content.starts_with('\u{1e}') { "a.json" } else { "a" };
        assert_format(name, content, Format::Json, &["a", "b"]);
    }
}

#[test]
fn a_post_with_lists_in_it_is_a_post() {
    for content in [
        "{\"text\":\"a\",\"comments\":[{\"text\":\"no\"}]}",
        "{\"comments\":[{\"text\":\"no\"}],\"body\":\"a\"}\n",
        "{\"entities\":[{\"x\":1}],\"description\":\"a\"}\n",
    ] {
        assert_format("a", content, Format::Jsonl, &["a"]);
    }
}

#[test]
fn brackets_quotes_and_escapes_inside_strings_part_nothing() {
    let texts = ["} ] , {", "\" \\ \" {", "\\", "\\\\\"", "[[[", "line\nbreak"];
    let posts: Vec<_> = texts.iter().map(|text| serde_json::json!({ "text": text })).collect();
    let pretty = serde_json::to_string_pretty(&posts).expect("JSON");
    assert_eq!(read("a.json", &pretty).texts(), texts);
    let joined: String = posts.iter().map(|post| format!("{post:#}\n")).collect();
    assert_eq!(read("a.json", joined).texts(), texts);
}

#[test]
fn lines_of_broken_json_do_not_swallow_each_other() {
    let outcome = read(
        "a.jsonl",
        "{\"text\":\"a,\n{\"text\":\"b\"}\n{\"text\":\n{\"text\":\"c\"}}\n{\"text\":\"d\"}\n",
    );
    assert_eq!(outcome.inputs[0].format, Format::Jsonl);
    assert_eq!(outcome.texts(), ["b", "d"]);
    assert_eq!(outcome.dead.len(), 3);
    assert_eq!(outcome.dead[0].origin.line, 1);
}

#[test]
fn elements_that_are_no_objects_are_dead_letters() {
    let outcome =
        read("a.json", "[1, null, \"x\", [{\"text\":\"no\"}], {\"text\":\"a\"}, }, {\"text\":\"b\"}]");
    assert_eq!(outcome.texts(), ["a", "b"]);
    assert_eq!(outcome.dead.len(), 5);
    assert!(
        outcome.reasons().iter().all(|reason| reason.contains("not a JSON object")),
        "{:?}",
        outcome.reasons()
    );
}

#[test]
fn a_file_cut_off_in_its_list_says_so() {
    let outcome = read("a.json", "[\n{\"text\":\"a\"},\n{\"text\":\"b");
    assert_eq!(outcome.texts(), ["a"]);
    assert_eq!(outcome.dead.len(), 2);
    assert!(outcome.reasons()[0].contains("ends inside this record"));
    assert_eq!(outcome.dead[0].origin.line, 3);
    assert_eq!(outcome.dead[0].excerpt, "{\"text\":\"b");
    assert!(outcome.reasons()[1].contains("the list that begins on line 1"));
    assert_eq!(read("a.json", "[{\"text\":\"a\"}").dead.len(), 1);
}

#[test]
fn an_object_without_the_list_is_a_dead_letter() {
    let outcome =
        read("a.json", "{\"data\":[{\"text\":\"a\"}]}\n{\"meta\":1}\n{\"data\":[{\"text\":\"b\"}]}");
    assert_eq!(outcome.texts(), ["a", "b"]);
    assert!(outcome.reasons()[0].contains("no list `data`"));
    assert_eq!(outcome.dead[0].origin.line, 2);
}

#[test]
fn plain_text_is_one_post_a_line() {
    let outcome = read("a.txt", "first \r\n\n \t\nsecond\u{0}x\n\nthird");
    assert_eq!(outcome.texts(), ["first ", "second\u{0}x", "third"]);
    assert_eq!(outcome.lines(), [1, 4, 6]);
    assert!(outcome.ids()[1].ends_with("a.txt:4"), "{:?}", outcome.ids());
}

#[test]
fn the_user_can_overrule_the_content() {
    let forced = |format| Options { format: Some(format), ..Options::default() };
    let content = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    assert_eq!(read_file("a", content, &forced(Format::Json)).expect("opens").texts(), ["a", "b"]);
    assert_eq!(read_file("a", content, &forced(Format::Text)).expect("opens").texts().len(), 2);
    let error = read_file("a", content, &forced(Format::Csv)).expect_err("no text column").to_string();
    assert!(error.contains("looks like the text"), "{error}");
    let table = read_file("a.json", "who\tbody\nx\ta\n", &forced(Format::Tsv)).expect("opens");
    assert_eq!((table.texts(), table.inputs[0].format), (vec!["a"], Format::Tsv));
    assert_eq!("NDJSON".parse(), Ok(Format::Jsonl));
    assert!("xml".parse::<Format>().is_err());
}

#[test]
fn files_without_records_are_read_and_counted() {
    for (name, content) in
        [("a.jsonl", ""), ("a.csv", "\n\n"), ("a.json", "[]"), ("a", " \n"), ("a.csv", "id,text\n")]
    {
        let outcome = read(name, content);
        assert_eq!((outcome.records, outcome.inputs.len()), (0, 1), "{name} {content:?}");
        assert_eq!(outcome.inputs[0].bytes, content.len() as u64);
    }
}
