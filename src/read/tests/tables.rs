//! CSV and TSV.

use super::*;

#[test]
fn quoted_line_breaks_keep_the_line_numbers_right() {
    let outcome = read(
        "a.csv",
        "\u{feff}ID,Text,Time\r\n1,\"a\nb, \"\"c\"\"\",2019-04-03\r\n\r\n2,d,soon\r\n3,e\r\n4,\" f \",",
    );
    assert_eq!(outcome.texts(), ["a\nb, \"c\"", "d", " f "]);
    assert_eq!(outcome.ids(), ["1", "2", "4"]);
    assert_eq!(outcome.lines(), [2, 5, 7]);
    assert_eq!(outcome.bad_times, 1);
    assert_eq!(outcome.dead[0].origin.line, 6);
    assert_eq!(outcome.dead[0].id.as_deref(), Some("3"));
    assert!(outcome.reasons()[0].contains("2 fields where the header has 3"), "{:?}", outcome.reasons());
    assert_eq!(outcome.dead[0].excerpt, "3,e");
}

#[test]
fn columns_of_released_archives() {
    let outcome = read(
        "ira.csv",
        "\"tweetid\",\"userid\",\"user_screen_name\",\"tweet_text\",\"tweet_time\",\"is_retweet\",\"retweet_tweetid\",\
         \"hashtags\"\n\"1\",\"u\",\"s\",\"x\",\"2019-04-03 12:16\",\"true\",\"77\",\"[IamISPR, b]\"\n\
         \"2\",\"u\",\"s\",\"y\",\"\",\"false\",\"\",\"['c', '#d']\"\n\"3\",\"\",\"\",\"z\",\"\",\"\",\"\",\"[]\"\n",
    );
    assert_eq!(outcome.texts(), ["x", "y", "z"]);
    let tags: Vec<_> = outcome.posts.iter().map(|post| post.hashtags.join("+")).collect();
    assert_eq!(tags, ["IamISPR+b", "c+d", ""]);
    assert_eq!(outcome.posts[0].repost_of.as_deref(), Some("77"));
    assert_eq!(outcome.posts[1].repost_of, None);
    assert_eq!(outcome.posts[0].author.as_deref(), Some("u"));
    assert_eq!(outcome.posts[2].author, None);
    assert_eq!(outcome.bad_times, 0);
}

#[test]
fn a_named_column_must_be_there_before_the_first_post() {
    let content = "id,tekst,when\n1,a,b\n";
    let error = read_file("a.csv", content, &text_column("text")).expect_err("absent").to_string();
    assert!(error.contains("a.csv: there is no column `text` for the text"), "{error}");
    assert!(error.contains("`id`, `tekst`, `when`; did you mean `tekst`?"), "{error}");
    let error = read("b.csv", "text,id\nx,1\n");
    assert_eq!(error.texts(), ["x"]);
    let error = read_file("a.csv", content, &Options::default()).expect_err("none to guess").to_string();
    assert!(error.contains("looks like the text") && error.contains("--text \"tekst\""), "{error}");
    let columns = Columns { time: Some("wenn".into()), text: Some("TEKST".into()), ..Columns::default() };
    let options = Options { columns, ..Options::default() };
    let error = read_file("a.csv", content, &options).expect_err("absent").to_string();
    assert!(
        error.contains("no column `wenn` for the time") && error.contains("did you mean `when`"),
        "{error}"
    );
}

#[test]
fn the_second_file_is_looked_at_before_the_first_is_read() {
    let folder = TempDir::new().expect("a folder");
    let files = paths(&folder, &["a.csv", "b.csv"]);
    fs::write(&files[0], "id,text\n1,a\n").expect("written");
    fs::write(&files[1], "id,what\n1,a\n").expect("written");
    let error = open(&files, &Options::default()).expect_err("no text column").to_string();
    assert!(error.contains("b.csv"), "{error}");
}

#[test]
fn latin_1_rows_are_dead_letters_and_the_others_posts() {
    let outcome = read("a.csv", b"id,text\n1,caf\xe9\n2,tea\n");
    assert_eq!(outcome.texts(), ["tea"]);
    assert!(outcome.reasons()[0].starts_with("invalid UTF-8 at byte 6 "), "{:?}", outcome.reasons());
    assert_eq!(outcome.dead[0].excerpt, "1,caf\u{fffd}");
    let error =
        read_file("a.csv", b"id,text,caf\xe9\n1,a,b\n", &Options::default()).expect_err("header").to_string();
    assert!(error.contains("a.csv:1: the header cannot be read"), "{error}");
}

#[test]
fn an_open_quote_says_what_it_swallowed() {
    let outcome = read("a.csv", "id,text\n1,a\n2,\"b\n3,c\n");
    assert_eq!(outcome.texts(), ["a"]);
    assert_eq!(outcome.dead[0].origin.line, 3);
    assert!(outcome.reasons()[0].contains("opens a quote"));
}

#[test]
fn tabs_without_quoting_keep_their_quotes() {
    let outcome = read("a.tsv", "id\ttext\n1\t\"so\" they say\n2\tb\n3\t\"never closed\n4\td\n");
    assert_eq!(outcome.texts(), ["\"so\" they say", "b", "\"never closed", "d"]);
    let quoted = read("a.tsv", "id\ttext\n1\t\"a\tb\"\n2\t\"c\nd\"\n");
    assert_eq!(quoted.texts(), ["a\tb", "c\nd"]);
}

#[test]
fn spreadsheets_may_declare_their_delimiter() {
    let outcome = read("a.csv", "sep=;\r\nid;text\r\n1;a, b\r\n");
    assert_eq!((outcome.texts(), outcome.lines()), (vec!["a, b"], vec![3]));
}

#[test]
fn kept_cells_are_strings_of_their_own_names() {
    let options = Options { keep: true, ..Options::default() };
    let outcome =
        read_file("a.csv", "id,text,n,n,\"q\"\"\",time\n1,x,01,2,,soon\n", &options).expect("opens");
    assert_eq!(
        outcome.posts[0].input.as_ref().expect("kept").get(),
        "{\"n\":\"01\",\"n_2\":\"2\",\"q\\\"\":\"\",\"time\":\"soon\"}"
    );
}

#[test]
fn empty_texts_are_posts_and_empty_ids_are_places() {
    let outcome = read("a.csv", "id,text\n,x\n2,\n");
    assert_eq!(outcome.texts(), ["x", ""]);
    assert!(outcome.ids()[0].ends_with("a.csv:2"));
}

/// What spreadsheets on a Mac call CSV (Macintosh), and longer than any buffer.
#[test]
fn carriage_returns_alone_end_lines_too() {
    let rows = 40_000;
    let table: String =
        (0..rows).fold("id,text\r".to_owned(), |table, at| table + &format!("{at},\"a, {at}\"\r"));
    let outcome = read("a.csv", &table);
    assert_eq!((outcome.records, outcome.dead.len()), (rows, 0));
    assert_eq!(
        (outcome.posts[39_999].text.as_str(), outcome.posts[39_999].origin.line),
        ("a, 39999", 40_001)
    );
    assert_eq!(outcome.inputs[0].bytes, table.len() as u64);
    let limits = Limits { read_bytes: 3, ..Limits::default() };
    let slowly = read_file("a.csv", &table, &Options { limits, ..Options::default() }).expect("opens");
    assert_eq!(slowly.posts.len(), outcome.posts.len());
    assert_eq!(read("a.txt", "one\rtwo\r\rthree").texts(), ["one", "two", "three"]);
    assert_eq!(read("a.jsonl", "{\"text\":\"a\"}\r{\"text\":\"b\"}\r").texts(), ["a", "b"]);
    // Where there are line feeds, a carriage return is part of the text.
    assert_eq!(read("a.csv", "id,text\n1,\"a\rb\"\n").texts(), ["a\rb"]);
}

/// The first post is longer than what is looked at, and no name tells that this is a table.
#[test]
fn a_long_first_post_leaves_a_table_a_table() {
    let long = "word, ".repeat(30_000);
    for content in [format!("id,text\n1,\"{long}\"\n2,b\n"), format!("id\ttext\n1\t{long}\n2\tb\n")] {
        let outcome = read_stream(&content, &Options::default()).expect("opens");
        assert_eq!(outcome.texts(), [long.as_str(), "b"]);
    }
    let outcome = read_stream(format!("my words, my text {long}\nnext"), &Options::default()).expect("opens");
    assert_eq!(outcome.inputs[0].format, Format::Text);
}
