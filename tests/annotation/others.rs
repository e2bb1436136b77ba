//! INCEpTION, WebAnno TSV, brat, Prodigy, spaCy, Hugging Face and Argilla: out, a person's work, and back.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use super::{nasty, real};
use crate::program::{Folder, stancemark};

/// Writes the tags, exports them, and gives the folder.
pub fn exported(tool: &str, output: &str) -> (Folder, Vec<Value>) {
    let folder = Folder::new();
    let tags = nasty::tags();
    let lines: String = tags.iter().map(|line| format!("{line}\n")).collect();
    let path = folder.write("tags.jsonl", lines);
    let arguments = ["export".into(), "--to".into(), tool.into(), path, "-o".into(), folder.path(output)];
    let ran = stancemark::<PathBuf>(arguments).done();
    assert!(
        ran.stderr.contains(&format!("{} of {} posts exported", tags.len(), tags.len())),
        "{}",
        ran.stderr
    );
    (folder, tags)
}

/// Imports, with the texts checked against the tagged ones: gold by id, and the report.
pub fn imported(folder: &Folder, tool: &str, files: &[PathBuf]) -> (BTreeMap<String, Value>, Value) {
    let arguments = ["import", "--from", tool, "--posts"].map(PathBuf::from);
    let out = folder.path("gold.jsonl");
    let ran = stancemark(arguments.into_iter().chain([folder.path("tags.jsonl"), "-o".into(), out]))
        .and(files.iter().map(|file| file.as_os_str()))
        .done();
    let gold = folder.lines("gold.jsonl");
    let by_id = gold.into_iter().map(|line| (line["id"].as_str().expect("id").to_owned(), line)).collect();
    let report = folder.json("gold.jsonl.report.json");
    assert_eq!(report["moved"], json!([]), "{}", ran.stderr);
    (by_id, report)
}

/// The places of a tagged post: start, end and label.
fn proposed(line: &Value) -> BTreeSet<(u64, u64, String)> {
    let mut places = BTreeSet::new();
    for tag in line["tags"].as_array().expect("tags") {
        for evidence in tag["evidence"].as_array().expect("evidence") {
            places.insert(place(evidence, &tag["label"]));
        }
    }
    places
}

fn place(span: &Value, label: &Value) -> (u64, u64, String) {
    let at = |name: &str| span[name].as_u64().expect("a position");
    (at("start"), at("end"), label.as_str().expect("label").to_owned())
}

/// Everything came back: labels, places, texts; and all of it was accepted.
#[track_caller]
pub fn assert_same(tags: &[Value], gold: &BTreeMap<String, Value>, report: &Value, annotator: &str) {
    assert_eq!(gold.len(), tags.len());
    for line in tags {
        let id = line["id"].as_str().expect("id");
        let back = &gold[id];
        let names: BTreeSet<&str> =
            line["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["label"].as_str()).collect();
        assert_eq!(back["labels"], json!(names), "{id}");
        let spans = back["spans"].as_array().expect("spans");
        let places: BTreeSet<_> = spans.iter().map(|span| place(span, &span["label"])).collect();
        assert_eq!(places, proposed(line), "{id}: {}", line["text"]);
        assert_eq!(back["text"], line["text"], "{id}");
        assert_eq!(back["annotators"], json!([annotator]), "{id}");
    }
    for kind in ["labels", "spans"] {
        let told: Vec<&String> = report[kind].as_object().expect("counts").keys().collect();
        assert_eq!(told, ["accepted"], "{kind}: {report}");
    }
}

/// All files below a folder with an ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|other| other == ending)
            && path.file_name() != Some("manifest.json".as_ref())
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Puts files where INCEpTION's export puts them: a folder a document, a file a person.
fn as_project(folder: &Folder, ending: &str, person: &str, change: impl Fn(String) -> String) -> PathBuf {
    for file in files(&folder.path("out"), ending) {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
        let text = fs::read_to_string(&file).expect("a text");
        folder.write(&format!("back/annotation/{name}/{person}.{ending}"), change(text));
        folder.write(&format!("back/annotation/{name}/INITIAL_CAS.{ending}"), "");
    }
    folder.path("back")
}

/// Reads the files with dkpro-cassis, where it can be had.
#[track_caller]
fn check_cassis(folder: &Folder, ending: &str) {
    if real::can_run("cassis") {
        let mut arguments = files(&folder.path("out"), ending);
        arguments.extend(["--typesystem".into(), folder.path("out/typesystem.xml")]);
        real::check("check_cassis.py", arguments);
    }
}

#[test]
fn inception_json() {
    let (folder, tags) = exported("inception", "out");
    check_cassis(&folder, "json");
    let back = as_project(&folder, "json", "anna", |text| text);
    let (gold, report) = imported(&folder, "inception", &[back]);
    assert_same(&tags, &gold, &report, "anna");
    assert_eq!(report["untouched"], json!(tags.len()));
}

#[test]
fn inception_xmi() {
    let (folder, tags) = exported("inception-xmi", "out");
    check_cassis(&folder, "xmi");
    let back = as_project(&folder, "xmi", "anna", |text| text);
    let (gold, report) = imported(&folder, "inception", &[back]);
    assert_same(&tags, &gold, &report, "anna");
}

/// The files that the real library wrote: a place behind emoji is where it says.
#[test]
fn inception_edited_new_and_deleted() {
    let (folder, _) = exported("inception", "out");
    let edit = |text: String| {
        let mut cas: Value = serde_json::from_str(&text).expect("JSON");
        let list = cas["%FEATURE_STRUCTURES"].as_array_mut().expect("structures");
        let at = list.iter().position(|item| item["%TYPE"] == "webanno.custom.Evidence");
        if let Some(at) = at {
            list[at]["label"] = json!("country_target");
            let mut new = list[at].clone();
            new["begin"] = json!(0);
            new["end"] = json!(1_000_000);
            list.push(new);
        }
        list.retain(|item| item["%TYPE"] != "webanno.custom.PostLabel" || item["label"] != "support");
        cas.to_string()
    };
    let back = as_project(&folder, "json", "anna", edit);
    let out = folder.path("gold.jsonl");
    let arguments: [PathBuf; 6] =
        ["import".into(), "--from".into(), "inception".into(), back, "-o".into(), out];
    stancemark(arguments).done();
    let report = folder.json("gold.jsonl.report.json");
    let with_evidence = nasty::tags().iter().filter(|line| line["tags"] != json!([])).count();
    assert_eq!(report["spans"]["edited"], json!(with_evidence), "{report}");
    assert_eq!(report["moved"].as_array().map(Vec::len), Some(with_evidence), "out of range is told");
    assert!(report["labels"]["deleted"].as_u64() > Some(5), "{report}");
}

#[test]
fn webanno_tsv() {
    let (folder, tags) = exported("webanno-tsv", "out");
    let back = as_project(&folder, "tsv", "CURATION_USER", |text| text);
    let (gold, report) = imported(&folder, "webanno-tsv", &[back]);
    assert_same(&tags, &gold, &report, "CURATION_USER");
}

#[test]
fn brat_keeps_two_people_apart() {
    let (folder, tags) = exported("brat", "anna");
    let (gold, report) = imported(&folder, "brat", &[folder.path("anna")]);
    assert_same(&tags, &gold, &report, "anna");
    // Another one takes all labels of posts away, in a copy of the folder.
    for file in files(&folder.path("anna"), "ann").into_iter().chain(files(&folder.path("anna"), "txt")) {
        let text = fs::read_to_string(&file).expect("a text");
        let kept: String = if file.extension() == Some("ann".as_ref()) {
            text.lines().filter(|line| !line.contains("POST_")).map(|line| format!("{line}\n")).collect()
        } else {
            text
        };
        let inside = file.strip_prefix(folder.path("anna")).expect("below it").to_string_lossy().into_owned();
        folder.write(&format!("ben/{inside}"), kept);
    }
    let (gold, report) = imported(&folder, "brat", &[folder.path("anna"), folder.path("ben")]);
    assert_eq!(report["annotators"], json!({"anna": tags.len(), "ben": tags.len()}));
    let first = &gold["p/0_ä"];
    assert_eq!(first["labels"], json!([]));
    assert_eq!(first["contested"], json!(["platform_attack", "support"]));
    // A text that was changed is told, and its places are not taken.
    let standoff = files(&folder.path("ben"), "txt").remove(0);
    fs::write(&standoff, "another text\n").expect("written");
    let arguments: [PathBuf; 6] = [
        "import".into(),
        "--from".into(),
        "brat".into(),
        folder.path("ben"),
        "-o".into(),
        folder.path("gold.jsonl"),
    ];
    stancemark(arguments).done();
    assert_ne!(folder.json("gold.jsonl.report.json")["moved"], json!([]));
}

/// A file of JSON lines with every row changed.
fn rows(folder: &Folder, from: &str, change: impl Fn(&mut Value)) -> PathBuf {
    let mut lines = folder.lines(from);
    lines.iter_mut().for_each(change);
    folder.write("back.jsonl", lines.iter().map(|line| format!("{line}\n")).collect::<String>())
}

#[test]
fn prodigy() {
    let (folder, tags) = exported("prodigy", "tasks.jsonl");
    let mut hashes = BTreeSet::new();
    for task in folder.lines("tasks.jsonl") {
        // Tokens and the spaces behind them are the text, and spans are whole tokens.
        let tokens = task["tokens"].as_array().expect("tokens");
        let text = |token: &Value| {
            let space = if token["ws"] == json!(true) { " " } else { "" };
            format!("{}{space}", token["text"].as_str().expect("text"))
        };
        assert_eq!(tokens.iter().map(text).collect::<String>(), task["text"].as_str().expect("text"));
        for span in task["spans"].as_array().expect("spans") {
            let at = |name: &str| usize::try_from(span[name].as_u64().expect("a number")).expect("small");
            assert_eq!(tokens[at("token_start")]["start"], span["start"]);
            assert_eq!(tokens[at("token_end")]["end"], span["end"]);
        }
        assert!(hashes.insert(task["_task_hash"].as_i64().expect("a hash")));
    }
    let back = rows(&folder, "tasks.jsonl", |task| {
        task["answer"] = json!("accept");
        task["_annotator_id"] = json!("news-anna");
    });
    let (gold, report) = imported(&folder, "prodigy", &[back]);
    assert_same(&tags, &gold, &report, "news-anna");
    // Ignored posts are untouched; a rejected one leaves its labels unsure.
    let back = rows(&folder, "tasks.jsonl", |task| {
        task["answer"] = json!(if task["meta"]["id"] == "p/0_ä" { "reject" } else { "ignore" });
    });
    let (gold, report) = imported(&folder, "prodigy", &[back]);
    assert_eq!(report["untouched"], json!(tags.len() - 1));
    assert_eq!(gold["p/0_ä"]["contested"], json!(["platform_attack", "support"]));
}

#[test]
fn spacy() {
    let (folder, tags) = exported("spacy", "docs.jsonl");
    let back = rows(&folder, "docs.jsonl", |row| row["annotator"] = json!("anna"));
    let (gold, report) = imported(&folder, "spacy", &[back]);
    assert_same(&tags, &gold, &report, "anna");
    // Through a DocBin of the real spaCy.
    let venvs = std::env::var_os("ANNOT_VENVS").map(PathBuf::from).unwrap_or_default();
    let python = venvs.join("spacy/bin/python");
    if !python.is_file() {
        eprintln!("skipped: there is no Python with spaCy at $ANNOT_VENVS/spacy, which would write a DocBin");
        return;
    }
    for arguments in [["to", "docs.jsonl", "docs.spacy"], ["from", "docs.spacy", "again.jsonl"]] {
        let [way, from, to] = arguments;
        let ran = Command::new(&python)
            .arg(folder.path("docs.jsonl.docbin.py"))
            .arg(way)
            .args([folder.path(from), folder.path(to)])
            .output()
            .expect("python runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    let (gold, report) = imported(&folder, "spacy", &[folder.path("again.jsonl")]);
    assert_same(&tags, &gold, &report, "unknown");
}

#[test]
fn huggingface() {
    let (folder, tags) = exported("huggingface", "out");
    let columns: BTreeSet<String> =
        folder.lines("out/data/train-00001.jsonl")[0].as_object().expect("a row").keys().cloned().collect();
    let card = folder.text("out/README.md");
    for column in &columns {
        assert!(card.contains(&format!("  - name: {column}\n")), "{column} is in the card");
    }
    let back = rows(&folder, "out/data/train-00001.jsonl", |row| row["annotator"] = json!("anna"));
    let (gold, report) = imported(&folder, "huggingface", &[back]);
    assert_same(&tags, &gold, &report, "anna");
    assert_eq!(report["untouched"], json!(0));
}

#[test]
fn argilla() {
    let (folder, tags) = exported("argilla", "out");
    let mut records = folder.json("out/records.json");
    for record in records.as_array_mut().expect("records") {
        for question in ["labels", "evidence"] {
            let value = record["suggestions"][question]["value"].clone();
            let value = if value.is_null() { json!([]) } else { value };
            record["responses"][question] = json!([{"value": value, "user_id": "u-1"}]);
        }
    }
    let back = folder.write("back.json", records.to_string());
    let (gold, report) = imported(&folder, "argilla", &[back]);
    assert_same(&tags, &gold, &report, "u-1");
    // The real client reads the records, where it is installed.
    let venvs = std::env::var_os("ANNOT_VENVS").map(PathBuf::from).unwrap_or_default();
    let python = venvs.join("argilla/bin/python");
    if !python.is_file() {
        eprintln!(
            "skipped: there is no Python with argilla at $ANNOT_VENVS/argilla, which would read the records"
        );
        return;
    }
    // Settings want a server; their models do not.
    let code = "import argilla as rg, json, sys\n\
                from argilla._models import FieldModel, QuestionModel\n\
                settings = json.load(open(sys.argv[2]))\n\
                for f in settings['fields']: FieldModel(**f)\n\
                for q in settings['questions']: QuestionModel(**q)\n\
                records = json.load(open(sys.argv[1]))\n\
                for r in records: rg.Record.from_dict(r)\n\
                print(len(records), len(settings['questions']))";
    let ran = Command::new(python)
        .args(["-c", code])
        .args([folder.path("out/records.json"), folder.path("out/settings.json")])
        .output()
        .expect("python runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), format!("{} 2", tags.len()));
}
