//! A codebook that is wrong is told with its file, its line and its column.

use crate::program::{Folder, Program, assert_says, post, stancemark, tag};

const GOOD: &str = r#"[codebook]
name = "mine"
version = 1
home = "PK"

[[label]]
id = "praise"
definition = "Praise of a platform."
stance = "favor"
kind = ["platform"]

[[label.example]]
text = "I love Somebook"
tags = ["praise:somebook"]

[[target]]
id = "somebook"
kind = "platform"
name = "Somebook"
names.en = ["somebook"]

[[rule]]
id = "love"
description = "Love."
pattern = ["love {platform}"]
votes = "favor"
weight = 3.0
yes = ["love Somebook"]
no = ["love"]
"#;

/// What a run that is refused says of a codebook: one sentence, where it is (`file:line:column: sentence`), and a
/// caret below the line.
fn pointed_at(program: Program) -> String {
    let ran = program.run();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
    let mut lines = ran.stderr.lines();
    let sentence = lines.next().and_then(|line| line.strip_prefix("error: ")).expect("an error").to_owned();
    let place = lines.next().and_then(|line| line.trim().strip_prefix("--> ")).expect("a place").to_owned();
    assert!(lines.any(|line| line.contains('^')), "a caret: {}", ran.stderr);
    assert!(!sentence.contains("::") && sentence.len() < 1000, "{sentence:?}");
    format!("{place}: {sentence}")
}

/// What `tag` and `codebook check` say of a codebook; both the same.
fn refused(text: &str) -> String {
    let folder = Folder::new();
    let codebook = folder.write("mine.toml", text);
    let posts = folder.write("posts.jsonl", post("1", "I love Somebook"));
    let sentence = tag(["-c"]).and([&codebook]).and(["-o"]).and([folder.path("tags.jsonl"), posts]);
    let sentence = pointed_at(sentence);
    folder.assert_not_finished("tags.jsonl");
    assert!(!folder.path("tags.jsonl.partial").exists(), "told before the output is begun");
    assert_eq!(pointed_at(stancemark(["codebook", "check"]).and([&codebook])), sentence);
    let place = codebook.display().to_string();
    assert_says(&sentence, &[&place]);
    sentence.replace(&place, "mine.toml")
}

/// The good codebook with a change, and where the change begins: `line:column`.
fn changed(from: &str, to: &str) -> (String, String) {
    assert_eq!(GOOD.matches(from).count(), 1, "{from:?} stands there once");
    let text = GOOD.replace(from, to);
    let at = text.find(to).expect("the change");
    let line = text[..at].matches('\n').count() + 1;
    let column = at - text[..at].rfind('\n').map_or(0, |newline| newline + 1) + 1;
    (text, format!("mine.toml:{line}:{column}"))
}

#[test]
fn the_good_one_works() {
    let folder = Folder::new();
    let codebook = folder.write("mine.toml", GOOD);
    let ran = stancemark(["codebook", "check"]).and([&codebook]).done();
    assert_says(&ran.stdout, &["mine version 1, home PK: 1 labels, 1 targets", "3 of 3 examples pass"]);
    let lines = tag(["-q", "-c"]).and([&codebook]).stdin(post("1", "I love Somebook")).done().lines();
    assert_eq!(
        (&lines[0]["tags"][0]["label"], &lines[0]["tags"][0]["target"]),
        (&"praise".into(), &"somebook".into())
    );
}

#[test]
fn a_home_that_is_no_country_of_the_codebook() {
    let sentence = tag(["--home", "XX"]).stdin(post("1", "x")).refused();
    assert_says(&sentence, &["code XX", "PK", "`none`"]);
}

#[test]
fn a_codebook_that_is_missing() {
    let sentence = tag(["-c", "no-such-codebook"]).stdin(post("1", "x")).refused();
    assert_says(
        &sentence,
        &["no codebook `no-such-codebook`", "of that name in labels/", "built in: iamispr"],
    );
}

#[test]
fn syntax_and_keys_and_values() {
    let cases = [
        ("version = 1", "version = = 1", "="),
        ("home = \"PK\"", "hoem = \"PK\"", "did you mean `home`?"),
        ("weight = 3.0", "wieght = 3.0", "did you mean `weight`?"),
        ("stance = \"favor\"", "stance = \"favour\"", "did you mean `favor`?"),
        ("kind = [\"platform\"]", "kind = [\"website\"]", "website"),
    ];
    for (from, to, said) in cases {
        let (text, place) = changed(from, to);
        let sentence = refused(&text);
        let line = place.rsplit_once(':').expect("a place").0;
        assert_says(&sentence, &[said, &format!("{line}:")]);
    }
    assert_says(&refused(""), &["mine.toml:1:1", "codebook"]);
    assert_says(&refused("\u{0}"), &["mine.toml:1:"]);
}

#[test]
fn parts_that_do_not_fit_are_told_to_the_column() {
    let cases = [
        ("\"love {platform}\"", "\"love {planet}\"", "planet"),
        ("\"love {platform}\"", "\"(love {platform}\"", "without its `)`"),
        ("\"love {platform}\"", "\".. {platform}\"", "gap"),
        ("\"love {platform}\"", "\"like\"", "no slot"),
        ("\"love {platform}\"", "\"\"", "empty"),
        ("\"PK\"", "\"Pakistan\"", "Pakistan"),
        ("3.0", "300.0", "300"),
        ("\"somebook\"\nkind", "\"Some Book\"\nkind", "Some Book"),
    ];
    for (from, to, said) in cases {
        let (text, place) = changed(from, to);
        let line = place.rsplit_once(':').expect("a place").0;
        assert_says(&refused(&text), &[said, &format!("{line}:")]);
    }
    let (text, place) = changed("{platform}\"]", "{planet}\"]");
    assert_says(&refused(&text), &["`{planet}` is no slot", &place]);
    let doubled = format!(
        "{GOOD}\n{}",
        GOOD.split("[[target]]").nth(1).map(|rest| format!("[[target]]{rest}")).expect("a target")
    );
    assert_says(&refused(&doubled), &["there is a target `somebook` already", "mine.toml:17:6"]);
}

#[test]
fn an_include_that_is_not_there() {
    let (text, _) = changed("home = \"PK\"", "home = \"PK\"\ninclude = [\"no/such/list.toml\"]");
    assert_says(&refused(&text), &["mine.toml:5:12", "no/such/list.toml"]);
}

#[test]
fn examples_that_fail_are_told_with_their_place() {
    let folder = Folder::new();
    let codebook =
        folder.write("mine.toml", GOOD.replace("text = \"I love Somebook\"", "text = \"I like Somebook\""));
    let ran = stancemark(["codebook", "check"]).and([&codebook]).run();
    assert_eq!(ran.code, Some(1));
    assert_says(
        &ran.stdout,
        &[
            "mine.toml:13:8",
            "I like Somebook",
            "expected praise:somebook, found no tag",
            "2 of 3 examples pass",
        ],
    );
    assert_says(&ran.stderr, &["error: 1 examples of ", "correct the rule, or the example"]);
    // A codebook is used all the same: its examples are the author's business.
    tag(["-q", "-c"]).and([&codebook]).stdin(post("1", "x")).done();
}

#[test]
fn a_new_one_is_whole_and_never_takes_the_place_of_another() {
    let folder = Folder::new();
    let path = folder.path("labels/my campaign.toml");
    stancemark(["codebook", "new", "--home", "BR"]).and([&path]).done();
    let ran = stancemark(["codebook", "check"]).and([&path]).done();
    assert_says(&ran.stdout, &["my campaign version 1, home BR", "examples pass"]);
    assert_says(&stancemark(["codebook", "new"]).and([&path]).refused(), &["exists already", "another name"]);
}

#[test]
fn the_schema_is_json() {
    let schema = stancemark(["codebook", "schema"]).done().stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    assert_eq!(schema["title"], "A stancemark codebook");
}

#[test]
fn rules_are_measured_on_labelled_posts() {
    let folder = Folder::new();
    let codebook = folder.write("mine.toml", GOOD);
    let stance = |stance: &str| format!("[{{\"target\":\"P:somebook\",\"stance\":\"{stance}\"}}]");
    let gold = folder.write(
        "gold.jsonl",
        format!(
            "{{\"id\":\"1\",\"text\":\"I love Somebook\",\"labels\":[\"praise\"],\"stances\":{}}}\n\
             {{\"id\":\"2\",\"text\":\"love Somebook, they say\",\"labels\":[]}}\n\
             {{\"id\":\"3\",\"text\":\"it is the best\",\"labels\":[\"praise\"],\"stances\":{}}}\n",
            stance("favor"),
            stance("favor")
        ),
    );
    let check = |gold: &std::path::Path| {
        stancemark(["codebook", "check"]).and([&codebook]).and(["--gold"]).and([gold])
    };
    let told = check(&gold).done().stdout;
    assert_says(
        &told,
        &["3 labelled posts; rules fire in 2 (66.7 %), 1 of 1 rules", "en 1/2", "0.50    0.09–0.91"],
    );
    assert_says(&told, &["P:somebook                    1 of    2", "missed: 3"]);
    let broken = folder.write("broken.jsonl", "{\"text\": \n");
    assert_says(&check(&broken).refused(), &["no record is a post", "broken.jsonl:1: "]);
    assert_says(&check(&folder.write("empty.jsonl", "")).refused(), &["there is no post in it"]);
    let astray = folder.write("astray.jsonl", "{\"text\":\"x\",\"labels\":[],\"home\":\"Pakistan\"}\n");
    assert_says(&check(&astray).refused(), &["astray.jsonl:1: ", "`Pakistan` is not a home"]);
    let table = folder.write("gold.csv", "id,text,labels\n1,I love Somebook,praise\n2\n");
    assert_says(
        &check(&table).done().stdout,
        &["1 labelled posts", "1 records of the gold are no posts", "gold.csv:3"],
    );
}

#[test]
fn decision_weights_that_are_wrong() {
    let folder = Folder::new();
    let run = |path: &std::path::Path| tag(["--decide"]).and([path]).stdin(post("1", "x")).refused();
    assert_says(&run(&folder.path("none.toml")), &["none.toml"]);
    assert_says(&run(&folder.write("bad.toml", "[model]\nweight = \"much\"\n")), &["bad.toml", "2"]);
}
