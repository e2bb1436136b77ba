//! A decision file is learnt from enough gold, can be read by a person, and is used.

use serde_json::{Value, json};

use super::{gold, text};
use crate::program::{Folder, assert_says, stancemark};

/// Posts of four kinds, all different but for the words that matter. In the gold "Shame on Facebook" is an attack in
/// nine of ten posts, and a country is named in passing.
fn learnable(posts: usize) -> String {
    (0..posts)
        .map(|at| {
            let (words, label, target, stance) = match at % 4 {
                0 => ("Shame on Facebook", Some("platform_attack"), "P:facebook", "against"),
                1 => ("Pakistan Zindabad", Some("support"), "PK", "favor"),
                2 => ("India is a terrorist state", Some("country_target"), "IN", "against"),
                _ => ("The road from India to Facebook", None, "IN", "none"),
            };
            let label = label.filter(|_| at % 40 >= 4);
            let stances =
                if label.is_some() { json!([{"target": target, "stance": stance}]) } else { json!([]) };
            let id = format!("c{at}");
            let text = format!("{} {words} {}", text(&id), text(&format!("{id}x")));
            json!({"id": id, "text": text, "home": "PK", "labels": label, "stances": stances}).to_string()
                + "\n"
        })
        .map(|line| line.replace("\"labels\":null", "\"labels\":[]"))
        .map(|line| {
            let mut post: Value = serde_json::from_str(&line).expect("JSON");
            if let Some(label) = post["labels"].as_str().map(str::to_owned) {
                post["labels"] = json!([label]);
            }
            post.to_string() + "\n"
        })
        .collect()
}

#[test]
fn too_little_gold_is_refused_with_the_reason() {
    let folder = Folder::new();
    let small = folder.write("gold.jsonl", gold());
    let out = folder.path("decide.toml");
    let refused = stancemark(["calibrate", "--no-model"]).and([&small]).and(["-o"]).and([&out]).refused();
    assert_says(&refused, &["8 labelled posts are too few to learn from, 200 are needed"]);
    let without: String = learnable(240).replace("platform_attack", "support");
    let lacking = folder.write("lacking.jsonl", without);
    let refused = stancemark(["calibrate", "--no-model"]).and([&lacking]).and(["-o"]).and([&out]).refused();
    assert_says(
        &refused,
        &["`platform_attack` is in the gold of 0 different posts", "20 of each are needed"],
    );
    assert!(!out.exists(), "nothing is left behind");
}

#[test]
fn a_decision_file_is_learnt_read_and_used() {
    let folder = Folder::new();
    let gold = folder.write("gold.jsonl", learnable(400));
    let out = folder.path("decide.toml");
    let learn = || {
        let program =
            stancemark(["calibrate", "--no-model", "--rounds", "50", "--want", "support:precision=0.8"]);
        program.and([&gold]).and(["-o"]).and([&out]).done().stdout
    };
    let told = learn();
    assert_says(&told, &["Cross-fitted, targets and rules alone", "learnt on 400 posts", "ece"]);
    let file = folder.text("decide.toml");
    assert_says(
        &file,
        &["# Learnt by `stancemark calibrate`", "[alone.kind]", "\"platform\" = {", "shame-on", "[missed]"],
    );
    learn();
    assert_eq!(folder.text("decide.toml"), file, "the same gold gives the same file");
    // It is used, and posts that it was learnt on are told.
    let evaluated = |decide: Option<&std::path::Path>| -> Value {
        let mut program = stancemark(["evaluate", "--no-model", "--json", "--rounds", "0"]).and([&gold]);
        if let Some(path) = decide {
            program = program.and(["--decide"]).and([path]);
        }
        serde_json::from_str(&program.done().stdout).expect("JSON")
    };
    let (before, after) = (evaluated(None), evaluated(Some(&out)));
    assert_says(&after["notes"].to_string(), &["400 of 400 posts were used to learn the decision file"]);
    assert!(!before["notes"].to_string().contains("were used to learn"), "{}", before["notes"]);
    let loss = |found: &Value| found["overall"]["log_loss"]["value"].as_f64().expect("a number");
    assert!(loss(&after) < loss(&before), "{} against {}", loss(&after), loss(&before));
    // A score of such a post is now about right in nine of ten cases.
    let ece = after["overall"]["ece"]["value"].as_f64().expect("a number");
    assert!(ece < 0.03, "{ece}");
}

#[test]
fn slips_are_told() {
    let folder = Folder::new();
    let gold = folder.write("gold.jsonl", learnable(240));
    let refused =
        |arguments: &[&str]| stancemark(["calibrate", "--no-model"]).and(arguments).and([&gold]).refused();
    assert_says(&refused(&["--want", "precision=90"]), &["--want precision=90", "such as 0.9"]);
    assert_says(&refused(&["--want", "praise:f1"]), &["--want praise", "no such label"]);
    assert_says(&refused(&["--abstain", "1"]), &["--abstain 1", "a share of posts"]);
    assert_says(&refused(&["-o", gold.to_str().expect("a path")]), &["gold.jsonl"]);
}
