//! One JSON record.

use super::*;

fn one(record: &str) -> Post {
    let mut outcome = read("a.jsonl", record);
    assert_eq!(outcome.dead, []);
    assert_eq!(outcome.posts.len(), 1);
    outcome.posts.remove(0)
}

fn dead(record: impl AsRef<[u8]>) -> DeadLetter {
    let mut outcome = read("a.jsonl", record);
    assert_eq!((outcome.posts.len(), outcome.dead.len()), (0, 1), "{outcome:?}");
    outcome.dead.remove(0)
}

#[test]
fn ids_stay_as_they_are_written() {
    for (written, read) in [
        ("\"007\"", "007"),
        ("\"a\\u0062\\n\"", "ab\n"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1e400", "1e400"),
        ("1.50", "1.50"),
        ("-0", "-0"),
    ] {
        assert_eq!(one(&format!("{{\"id\":{written},\"text\":\"x\"}}")).id, read);
    }
    let precise = one("{\"id\":1113402000000000000,\"id_str\":\"1113402000000000001\",\"text\":\"x\"}");
    assert_eq!(precise.id, "1113402000000000001");
}

#[test]
fn a_post_without_an_id_is_named_by_its_place() {
    for record in ["{\"text\":\"x\"}", "{\"id\":\"\",\"text\":\"x\"}", "{\"id\":null,\"text\":\"x\"}"] {
        let post = one(record);
        assert_eq!(post.id, post.origin.to_string());
        assert!(post.id.ends_with("a.jsonl:1"), "{}", post.id);
    }
    let from_stdin = read_stream("\n{\"text\":\"x\"}", &Options::default()).expect("opens");
    assert_eq!(from_stdin.ids(), ["stdin:2"]);
}

#[test]
fn every_known_column_is_taken() {
    let post = one("{\"id\":7,\"text\":\"x\",\"created_at\":\"2019-04-03T12:16:00Z\",\"author_id\":\"u1\",\
                    \"platform\":\"twitter\",\"hashtags\":[\"#IamISPR\",\"b\"],\"retweeted_status_id\":5}");
    assert_eq!(post.time.expect("read").to_string(), "2019-04-03T12:16:00Z");
    assert_eq!((post.author.as_deref(), post.platform.as_deref()), (Some("u1"), Some("twitter")));
    assert_eq!(post.hashtags, ["IamISPR", "b"]);
    assert_eq!(post.repost_of.as_deref(), Some("5"));
    assert!(post.input.is_none());
}

#[test]
fn nested_records_of_well_known_sources() {
    let old_tweet = one(
        "{\"created_at\":\"Wed Apr 03 12:16:00 +0000 2019\",\"id\":1,\"id_str\":\"1\",\"text\":\"sho…\",\
        \"extended_tweet\":{\"full_text\":\"short and long\"},\"user\":{\"id\":9,\"screen_name\":\"ali\"},\
        \"entities\":{\"hashtags\":[{\"text\":\"A\",\"indices\":[0,1]}]},\"retweeted_status\":{\"id_str\":\"3\",\
        \"text\":\"no\",\"id\":3}}",
    );
    assert_eq!(old_tweet.text, "short and long");
    assert_eq!(old_tweet.author.as_deref(), Some("9"));
    assert_eq!(old_tweet.hashtags, ["A"]);
    assert_eq!(old_tweet.repost_of.as_deref(), Some("3"));
    let tweet = one("{\"id\":\"1\",\"text\":\"x\",\"entities\":{\"hashtags\":[{\"tag\":\"B\"}]},\
        \"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"8\"},{\"type\":\"retweeted\",\"id\":\"9\"}]}");
    assert_eq!((tweet.hashtags, tweet.repost_of.as_deref()), (vec!["B".to_owned()], Some("9")));
    let streamed = one(
        "{\"data\":{\"id\":\"1\",\"text\":\"x\",\"author_id\":\"u\"},\"includes\":{\"users\":[{\"id\":\"u\"}]},\
        \"matching_rules\":[{\"id\":\"5\"}]}",
    );
    assert_eq!(
        (streamed.id.as_str(), streamed.text.as_str(), streamed.author.as_deref()),
        ("1", "x", Some("u"))
    );
    let chat = one("{\"id\":1,\"from_id\":\"user5\",\"date\":\"2019-04-03T12:16:00\",\
        \"text\":[\"see \",{\"type\":\"link\",\"text\":\"this\"},\"!\"]}");
    assert_eq!((chat.text.as_str(), chat.author.as_deref()), ("see this!", Some("user5")));
    let comment = one("{\"id\":\"e1\",\"body\":\"x\",\"created_utc\":1554293760.0,\"author\":\"a\"}");
    assert_eq!(comment.time.expect("read").to_string(), "2019-04-03T12:16:00Z");
}

#[test]
fn the_user_names_columns_with_dots() {
    let columns = Columns {
        text: Some("tweet.legacy.full_text".into()),
        author: Some("user.Screen Name".into()),
        id: Some("tweet.rest-id".into()),
        ..Columns::default()
    };
    let record = "{\"text\":\"no\",\"id\":1,\"tweet\":{\"legacy\":{\"full_text\":\"x\"},\"rest_id\":\"5\"},\
                  \"user\":{\"id\":3,\"screen_name\":\"ali\"}}";
    let outcome = read_file("a.jsonl", record, &Options { columns, ..Options::default() }).expect("opens");
    let post = &outcome.posts[0];
    assert_eq!((post.id.as_str(), post.text.as_str(), post.author.as_deref()), ("5", "x", Some("ali")));
    let flat = read_file("a.jsonl", "{\"a.b\":\"x\",\"text\":\"no\"}", &text_column("a.b")).expect("opens");
    assert_eq!(flat.texts(), ["x"]);
}

#[test]
fn a_missing_text_says_what_is_there() {
    let letter = dead("{\"id\":5,\"txt\":\"x\",\"text\":null,\"body\":{\"a\":1}}");
    assert_eq!(letter.id.as_deref(), Some("5"));
    assert_eq!(letter.step, "read");
    assert!(
        letter.reason.contains("the record has: id, txt, text (null), body (an object)"),
        "{}",
        letter.reason
    );
    let named = read_file("a.jsonl", "{\"text\":\"x\"}", &text_column("body")).expect("opens");
    assert!(
        named.reasons()[0].starts_with("no text in `body`; the record has: text; name"),
        "{:?}",
        named.reasons()
    );
    assert!(dead("{\"text\":[[1]],\"id\":1}").reason.contains("text"));
    assert!(dead("{\"text\":true}").reason.contains("no text"));
}

#[test]
fn empty_and_blank_texts_are_posts() {
    assert_eq!(one("{\"text\":\"\"}").text, "");
    assert_eq!(one("{\"text\":\" \\n\"}").text, " \n");
    assert_eq!(one("{\"text\":0.50}").text, "0.50");
    assert_eq!(one("{\"full_text\":null,\"text\":\"x\"}").text, "x");
}

#[test]
fn of_the_same_name_the_last_one_counts() {
    let post = one("{\"text\":\"a\",\"id\":1,\"text\":\"b\",\"id\":2}");
    assert_eq!((post.text.as_str(), post.id.as_str()), ("b", "2"));
    assert_eq!(one("{\"full_text\":\"a\",\"text\":\"b\"}").text, "a");
    assert_eq!(one("{\"text\":\"b\",\"Full Text\":\"a\"}").text, "a");
}

#[test]
fn numbers_that_json_does_not_have_count_as_null() {
    let post = one("{\"id\":NaN,\"text\":\"NaN \\\" Infinity\",\"n\":[-Infinity,NaN],\"id\":\"Infinity\"}");
    assert_eq!((post.id.as_str(), post.text.as_str()), ("Infinity", "NaN \" Infinity"));
    assert!(dead("{\"id\":1,\"text\":NaN}").reason.contains("text (null)"));
    assert!(dead("{\"id\":1,\"text\":\"NaN\",}").reason.contains("trailing comma"));
    assert_eq!(one("\u{feff}\u{feff}{\"text\":\"x\"}").text, "x");
}

#[test]
fn nul_is_kept() {
    assert_eq!(one("{\"text\":\"a\\u0000b\"}").text, "a\0b");
}

#[test]
fn broken_records_are_dead_letters() {
    let letter = dead(b"{\"text\":\"a\xffb\"}");
    assert!(letter.reason.starts_with("invalid UTF-8 at byte 11 "), "{}", letter.reason);
    let letter = dead("{\"text\":\"a\\ud800b\"}");
    assert!(letter.reason.contains("surrogate"), "{}", letter.reason);
    assert!(dead("{\"text\":\"a\"} x").reason.contains("trailing characters"));
    assert!(dead("{\"text\":\"a\",}").reason.contains("trailing comma at byte 13"));
    assert!(dead("{\"text\":\"a\"").reason.contains("EOF"));
    assert!(dead("{\"text\":\"tab\there\"}").reason.contains("control character"));
    let long = format!("{{\"text\": {}", "é".repeat(900));
    assert_eq!(dead(long).excerpt.chars().count(), 200);
}

#[test]
fn a_lone_escape_where_nobody_looks_is_no_flaw() {
    assert_eq!(one("{\"text\":\"a\",\"bio\":\"\\ud800\"}").text, "a");
}

#[test]
fn deep_nesting_does_not_end_the_stack() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"user\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(one(&format!("{{\"text\":\"x\",\"more\":{deep}}}")).text, "x");
    assert_eq!(one(&format!("{{\"text\":\"x\",\"user\":{objects}}}")).text, "x");
    assert_eq!(one(&format!("{{\"text\":\"x\",\"hashtags\":{deep}}}")).hashtags, [""; 0]);
    dead(format!("{{\"text\":{deep}}}"));
    dead(&deep);
    let options = Options { keep: true, ..Options::default() };
    let kept = read_file("a.jsonl", format!("{{\"text\":\"x\",\"more\":{deep}}}"), &options).expect("opens");
    assert_eq!(kept.posts[0].input.as_ref().expect("kept").get().len(), deep.len() + "{\"more\":}".len());
    let array = read("a.json", format!("[{{\"text\":\"x\"}},{deep},{{\"text\":\"y\"}}]"));
    assert_eq!((array.texts(), array.dead.len()), (vec!["x", "y"], 1));
}

#[test]
fn kept_columns_keep_their_bytes() {
    let options = Options { keep: true, ..Options::default() };
    let record = "{\"id\":1, \"likes\": 1e400, \"text\":\"x\", \"user\": {\"id\": 3},\"t\\n\":[1 ,2],\"created_at\":\"soon\"}";
    let outcome = read_file("a.jsonl", record, &options).expect("opens");
    assert_eq!(
        outcome.posts[0].input.as_ref().expect("kept").get(),
        "{\"likes\":1e400,\"user\":{\"id\": 3},\"t\\n\":[1 ,2],\"created_at\":\"soon\"}"
    );
    assert_eq!(outcome.bad_times, 1);
    let nothing_else = read_file("a.jsonl", "{\"text\":\"x\"}", &options).expect("opens");
    assert_eq!(nothing_else.posts[0].input.as_ref().expect("kept").get(), "{}");
}

#[test]
fn unreadable_times_are_counted() {
    let outcome = read(
        "a.jsonl",
        "{\"text\":\"x\",\"date\":\"soon\"}\n{\"text\":\"x\",\"date\":\"2019-04-03\"}\n{\"text\":\"x\"}",
    );
    assert_eq!((outcome.bad_times, outcome.posts.len()), (1, 3));
    assert!(outcome.posts[0].time.is_none() && outcome.posts[1].time.is_some());
}
