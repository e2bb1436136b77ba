//! The walk of docs/annotate.md, with the real Label Studio: tag, draw, export, annotate, import, evaluate, calibrate, tag
//! again.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::real;
use crate::program::{DEMO, Folder, assert_says, demo, stancemark};

/// Label Studio, with its data kept between calls.
fn label_studio(folder: &Folder, steps: &Value) {
    let steps = folder.write("steps.json", steps.to_string());
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/annotation/label_studio.py");
    let ran = real::python([
        program.into(),
        real::drivers().expect("the drivers"),
        folder.path("label-studio"),
        steps,
    ]);
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && told.contains("done"), "{told}{}", String::from_utf8_lossy(&ran.stderr));
}

/// What the demo's authors meant, by id: the answers of an annotator.
fn answers() -> BTreeMap<String, Value> {
    let lines = demo("examples/expected.jsonl");
    lines
        .into_iter()
        .map(|line| (line["id"].as_str().expect("id").to_owned(), line["labels"].clone()))
        .collect()
}

fn macro_f1(gold: &Path, tags: &Path) -> f64 {
    let ran = stancemark(["evaluate", "--json", "--rounds", "0"]).and([gold, tags]).done();
    let figures: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    figures["averages"]["macro"]["f1"]["value"].as_f64().expect("macro F1")
}

#[test]
fn from_tags_to_better_tags() {
    if !real::can_run("labelstudio") {
        return;
    }
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let run = |words: &str, more: Vec<PathBuf>| {
        stancemark(words.split(' ').map(str::to_owned).collect::<Vec<_>>()).and(more).done()
    };
    run("tag --keep -q", vec![DEMO.into(), "-o".into(), path("tags.jsonl")]);
    let draw = "export --to label-studio --sample random";
    run(&format!("{draw} -n 50 -o"), vec![path("first"), path("tags.jsonl")]);
    run(
        &format!("{draw} -n 150 --only-new"),
        vec![path("first"), "-o".into(), path("second"), path("tags.jsonl")],
    );

    let answers = answers();
    let annotate = json!({"do": "annotate", "answers": answers});
    label_studio(
        &folder,
        &json!([
            {"do": "project", "config": path("first/labelling.xml")},
            {"do": "import", "tasks": path("first/tasks.json")},
            annotate,
            {"do": "export", "to": path("first.json")},
            {"do": "import", "tasks": path("second/tasks.json")},
            annotate,
            {"do": "export", "to": path("both.json")},
        ]),
    );

    // Fifty posts, drawn at random: enough to see how far off the counts are.
    run(
        "import --from label-studio",
        vec![path("first.json"), "--posts".into(), DEMO.into(), "-o".into(), path("fifty.jsonl")],
    );
    let fifty = folder.lines("fifty.jsonl");
    assert_eq!(fifty.len(), 50);
    let weights: f64 = fifty.iter().filter_map(|line| line["weight"].as_f64()).sum();
    assert!((weights - 740.0).abs() < 1e-6, "{weights}");
    let estimate = run("audit estimate", vec![path("tags.jsonl"), path("fifty.jsonl")]);
    assert_says(&estimate.stdout, &["support", "platform_attack", "country_target"]);

    // Two hundred: enough to learn from.
    let told = run(
        "import --from label-studio",
        vec![path("both.json"), "--posts".into(), DEMO.into(), "-o".into(), path("gold.jsonl")],
    );
    assert_says(&told.stderr, &["200 posts, annotated by 1 200"]);
    let gold = folder.lines("gold.jsonl");
    assert_eq!(gold.len(), 200);
    let sorted = |labels: &Value| {
        let mut labels = labels.as_array().expect("labels").clone();
        labels.sort_by_key(Value::to_string);
        labels
    };
    for line in &gold {
        assert_eq!(sorted(&line["labels"]), sorted(&answers[line["id"].as_str().expect("id")]), "{line}");
    }
    let report = folder.json("gold.jsonl.report.json");
    for how in ["accepted", "new", "deleted"] {
        assert!(report["labels"][how].as_u64() > Some(0), "{how}: {report}");
    }
    assert_eq!((&report["moved"], &report["conflicts"]), (&json!([]), &json!([])));
    // The export says the same without an import.
    let direct = macro_f1(&path("both.json"), &path("tags.jsonl"));
    assert!((direct - macro_f1(&path("gold.jsonl"), &path("tags.jsonl"))).abs() < 1e-12);

    // Learn from them, tag again, and look at the posts that nobody annotated.
    run("calibrate --rounds 0", vec![path("gold.jsonl"), "-o".into(), path("decide.toml")]);
    run("tag --keep -q --decide", vec![path("decide.toml"), DEMO.into(), "-o".into(), path("better.jsonl")]);
    let drawn: Vec<&Value> = gold.iter().map(|line| &line["id"]).collect();
    let rest: String = demo(DEMO)
        .into_iter()
        .filter(|post| !drawn.contains(&&post["id"]))
        .map(|mut post| {
            post["labels"] = answers[post["id"].as_str().expect("id")].clone();
            format!("{post}\n")
        })
        .collect();
    let rest = folder.write("rest.jsonl", rest);
    let (before, after) = (macro_f1(&rest, &path("tags.jsonl")), macro_f1(&rest, &path("better.jsonl")));
    eprintln!("macro F1 on the 540 other posts: {before:.3} before, {after:.3} after");
    assert!(after > before, "{before} before, {after} after");

    // The project gets the better proposals, and no task twice.
    run(
        "export --to label-studio --update-from",
        vec![path("both.json"), "-o".into(), path("update"), path("better.jsonl")],
    );
    label_studio(
        &folder,
        &json!([{"do": "predictions", "file": path("update/predictions.json")}, {"do": "show", "to": path("shown.json")}]),
    );
    let shown = folder.json("shown.json");
    let shown = shown.as_array().expect("tasks");
    assert_eq!(shown.len(), 200);
    for task in shown {
        let versions: Vec<&Value> = task["predictions"]
            .as_array()
            .expect("predictions")
            .iter()
            .map(|one| &one["model_version"])
            .collect();
        assert_eq!(versions.len(), 2, "{task}");
        assert_ne!(versions[0], versions[1]);
    }
}
