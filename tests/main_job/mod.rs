//! `tag posts.jsonl -o tags.jsonl`: every post comes back tagged, with evidence that stands in its
//! text; totals and a manifest tell what was done.

mod evidence;
mod labels;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::program::{DEMO, Folder, assert_says, codes, demo, stancemark, tag};

/// Posts of the demo that a model reads in these tests: it is the real one, and takes its time.
const READ_BY_MODEL: usize = 60;

/// The first posts of the demo in a file of their own.
fn some_of_the_demo(folder: &Folder) -> Vec<Value> {
    let posts: Vec<Value> = demo(DEMO).into_iter().take(READ_BY_MODEL).collect();
    let lines: String = posts.iter().map(|post| format!("{post}\n")).collect();
    folder.write("posts.jsonl", lines);
    posts
}

#[test]
fn the_demo_is_tagged_by_model_and_rules() {
    let folder = Folder::new();
    let posts = some_of_the_demo(&folder);
    let output = folder.path("tags.jsonl");
    let ran = stancemark([
        "tag".as_ref(),
        folder.path("posts.jsonl").as_os_str(),
        "-o".as_ref(),
        output.as_os_str(),
    ])
    .done();
    let lines = folder.lines("tags.jsonl");
    check_contract(&posts, &lines, &folder.json("tags.jsonl.manifest.json"));

    let said_by = |who: &str| {
        let tags = lines.iter().flat_map(|line| line["tags"].as_array().expect("tags"));
        tags.filter(|tag| {
            tag["by"].as_array().expect("by").iter().any(|by| by.as_str().expect("by").starts_with(who))
        })
        .count()
    };
    assert!(said_by("rule:") > 0 && said_by("model:stance") > 0, "both have a say");
    assert_eq!(ran.stderr, "", "nothing to complain of");
    assert_says(
        &ran.stdout,
        &[
            "60 records = ",
            " labelled + ",
            " abstained + 0 dead-lettered",
            "support",
            "platform_attack",
            "country_target",
            "language",
            "tagged posts: ",
            "60 records in ",
        ],
    );
    assert_eq!(folder.names(), ["posts.jsonl", "tags.jsonl", "tags.jsonl.manifest.json"]);

    let manifest = folder.json("tags.jsonl.manifest.json");
    let hash = |path: &std::path::Path| {
        let bytes = std::fs::read(path).expect("a file");
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["model.onnx", "tokenizer.json"] {
        assert_eq!(manifest["model"]["sha256"][name], hash(&project.join("models/stance").join(name)));
    }
    assert_eq!(manifest["inputs"][0]["sha256"], hash(&folder.path("posts.jsonl")));
    assert_eq!(manifest["model"]["name"], "stance");
}

#[test]
fn every_line_of_the_whole_demo_keeps_the_contract() {
    let folder = Folder::new();
    let output = folder.path("tags.jsonl");
    tag([DEMO.as_ref(), "-o".as_ref(), output.as_os_str()]).done();
    let lines = folder.lines("tags.jsonl");
    check_contract(&demo(DEMO), &lines, &folder.json("tags.jsonl.manifest.json"));
    check_manifest(&folder.json("tags.jsonl.manifest.json"), &lines);
}

#[test]
fn keep_carries_the_text_and_all_other_columns() {
    let folder = Folder::new();
    let output = folder.path("tags.jsonl");
    tag([DEMO.as_ref(), "--keep".as_ref(), "-o".as_ref(), output.as_os_str()]).done();
    let (posts, lines) = (demo(DEMO), folder.lines("tags.jsonl"));
    assert_eq!(posts.len(), lines.len());
    for (post, line) in posts.iter().zip(&lines) {
        assert_eq!(line["text"], post["text"]);
        let mut others = post.as_object().expect("an object").clone();
        others.retain(|key, _| key != "id" && key != "text");
        assert_eq!(line["input"], Value::Object(others));
    }
    let kept = |line: &Value| line.get("text").is_some() || line.get("input").is_some();
    tag([DEMO.as_ref(), "-o".as_ref(), output.as_os_str()]).done();
    assert!(!folder.lines("tags.jsonl").iter().any(kept), "only when asked for");
}

/// The contract of `docs`: fields, their types and ranges, the order of the posts.
fn check_contract(posts: &[Value], lines: &[Value], manifest: &Value) {
    let (decide, alone) = (&manifest["decide"], manifest["model"].is_null());
    let band = &decide["abstain"]["band"];
    // Scores are written with four decimals.
    let surely = |label: &str| {
        let own =
            decide["threshold_alone"].get(label).filter(|_| alone).or_else(|| decide["threshold"].get(label));
        let threshold = own.unwrap_or(&decide["threshold"]["default"]).as_f64().expect("a threshold");
        threshold + band.as_f64().expect("a band") - 1e-4
    };
    assert_eq!(ids(posts), ids(lines), "the posts come in their order, each once");
    for (post, line) in posts.iter().zip(lines) {
        let text = post["text"].as_str().expect("a text");
        let share = |value: &Value| (0.0..=1.0).contains(&value.as_f64().expect("a number"));
        assert!(line["lang"].is_string() && share(&line["lang_confidence"]), "{line}");
        let mix = line["mix"].as_object().expect("mix");
        let sum: f64 = mix.values().map(|share| share.as_f64().expect("a share")).sum();
        assert!(mix.is_empty() || (sum - 1.0).abs() < 0.01, "{line}");
        assert_eq!(line["time"].is_string(), post["created_at"].is_string());
        for tag in line["tags"].as_array().expect("tags") {
            let stance = if tag["label"] == "support" { "favor" } else { "against" };
            let label = tag["label"].as_str().expect("label");
            assert!(["support", "platform_attack", "country_target"].contains(&label), "{line}");
            assert_eq!(tag["stance"], stance, "{line}");
            assert!(share(&tag["score"]) && tag["score"].as_f64() >= Some(surely(label)), "{line}");
            let evidence = tag["evidence"].as_array().expect("evidence");
            let own = format!("target:{}", tag["target"].as_str().expect("target"));
            assert!(evidence.iter().any(|one| one["by"] == *own), "{own} shows where: {line}");
            for one in evidence {
                assert!(!codes(text, one).trim().is_empty(), "{line}");
                let by = one["by"].as_str().expect("by");
                assert!(by.starts_with("target:") || by.starts_with("rule:"), "{line}");
            }
            let by = tag["by"].as_array().expect("by");
            assert!(!by.is_empty(), "{line}");
            for rule in by.iter().filter(|by| by.as_str().expect("by").starts_with("rule:")) {
                assert!(evidence.iter().any(|one| one["by"] == *rule), "{rule} shows where: {line}");
            }
        }
        assert!(line["claims"].is_array());
        match line["status"].as_str() {
            Some("labelled") => assert!(line.get("abstained").is_none(), "{line}"),
            Some("abstained") => assert!(!line["abstained"].as_array().expect("labels").is_empty(), "{line}"),
            _ => panic!("status: {line}"),
        }
    }
}

fn ids(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["id"].as_str().expect("an id is a string")).collect()
}

/// What the manifest counts is what the lines say.
fn check_manifest(manifest: &Value, lines: &[Value]) {
    let count = |what: &dyn Fn(&Value) -> bool| lines.iter().filter(|line| what(line)).count();
    let (labelled, abstained) =
        (count(&|line| line["status"] == "labelled"), count(&|line| line["status"] == "abstained"));
    let counts = &manifest["counts"];
    assert_eq!(counts["records"], lines.len());
    assert_eq!((&counts["labelled"], &counts["abstained"]), (&json!(labelled), &json!(abstained)));
    assert_eq!(counts["dead_lettered"], 0);
    let sum =
        format!("{} records = {labelled} labelled + {abstained} abstained + 0 dead-lettered", lines.len());
    assert_eq!(counts["sum"], sum);
    let mut languages: BTreeMap<&str, u64> = BTreeMap::new();
    for line in lines {
        *languages.entry(line["lang"].as_str().expect("lang")).or_default() += 1;
    }
    assert_eq!(manifest["totals"]["languages"], json!(languages));
    for label in ["support", "platform_attack", "country_target"] {
        let has = |line: &Value, target: Option<&str>| {
            let tags = line["tags"].as_array().expect("tags");
            tags.iter()
                .any(|tag| tag["label"] == label && target.is_none_or(|target| tag["target"] == target))
        };
        let total = &manifest["totals"]["labels"][label];
        assert_eq!(total["posts"], count(&|line| has(line, None)), "{label}");
        for (target, posts) in total["targets"].as_object().expect("targets") {
            assert_eq!(*posts, count(&|line| has(line, Some(target))), "{label} {target}");
        }
    }
    assert_eq!(manifest["inputs"][0]["path"], DEMO);
    assert_eq!(manifest["inputs"][0]["format"], "jsonl");
    assert_eq!(manifest["codebook"]["name"], "iamispr");
    assert_eq!(manifest["codebook"]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(manifest["model"], Value::Null, "no model ran");
    assert_eq!(manifest["settings"]["home"], "PK");
    let steps: Vec<_> =
        manifest["steps"].as_array().expect("steps").iter().map(|step| step["step"].clone()).collect();
    assert_eq!(steps, ["read", "normalize", "detect", "targets", "rules", "model", "decide", "write"]);
}
