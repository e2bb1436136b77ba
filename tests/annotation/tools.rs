//! Label Studio, doccano, Potato and CSV: out, through the tool itself where it can be had, and back.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde_json::{Map, Value, json};

use super::{
    nasty,
    others::{exported, imported},
    real,
};
use crate::program::{DEMO, Folder, assert_says, stancemark};

/// The tags of the nasty posts and of the demo corpus in one file, exported; `fits` says which of them.
fn with_demo(tool: &str, output: &str, fits: impl Fn(&str) -> bool) -> (Folder, Vec<Value>) {
    let folder = Folder::new();
    let demo = folder.path("demo.jsonl");
    stancemark(["tag", DEMO, "--no-model", "--keep", "-q", "-o"]).and([&demo]).done();
    let mut tags = nasty::tags();
    tags.extend(folder.lines("demo.jsonl"));
    tags.retain(|line| fits(line["text"].as_str().expect("a text")));
    assert!(tags.len() > 1_100);
    let lines: String = tags.iter().map(|line| format!("{line}\n")).collect();
    let path = folder.write("tags.jsonl", lines);
    let arguments = ["export".into(), "--to".into(), tool.into(), path, "-o".into(), folder.path(output)];
    let ran = stancemark::<PathBuf>(arguments).done();
    assert_says(&ran.stderr, &["posts exported"]);
    assert!(!ran.stderr.contains("dead letter"), "{}", ran.stderr);
    (folder, tags)
}

/// Everything that was proposed came back as accepted: all labels, and of the places those that do not overlap others.
#[track_caller]
fn assert_shown(tags: &[Value], gold: &BTreeMap<String, Value>, report: &Value, annotator: &str) {
    assert_eq!(gold.len(), tags.len());
    for line in tags {
        let back = &gold[line["id"].as_str().expect("id")];
        let words = |list: &Value, of: &dyn Fn(&Value) -> Value| -> BTreeSet<String> {
            list.as_array().expect("a list").iter().map(|item| of(item).to_string()).collect()
        };
        let given = words(&line["tags"], &|tag| tag["label"].clone());
        assert_eq!(words(&back["labels"], &Value::clone), given, "{back}");
        assert_eq!((&back["text"], &back["annotators"]), (&line["text"], &json!([annotator])));
        let (places, proposed) = (spans_of(back), spans_of(line));
        assert!(places.is_subset(&proposed) && places.is_empty() == proposed.is_empty(), "{back}");
    }
    for kind in ["labels", "spans"] {
        let told: Vec<&String> = report[kind].as_object().expect("counts").keys().collect();
        assert_eq!(told, ["accepted"], "{kind}: {report}");
    }
}

/// What Label Studio gives back where everybody accepts: tasks with the predictions as annotations.
fn accepted(tasks: &Value, people: &[&str]) -> Value {
    let annotations = |task: &Value| -> Value {
        people
            .iter()
            .map(|person| {
                let mut result = task["predictions"][0]["result"].clone();
                for item in result.as_array_mut().expect("a list") {
                    if item["type"] != "relation" {
                        item["origin"] = json!("prediction");
                    }
                }
                json!({"completed_by": person, "was_cancelled": false, "result": result, "lead_time": 2.5})
            })
            .collect()
    };
    let tasks = tasks.as_array().expect("tasks").iter().enumerate();
    tasks
        .map(|(at, task)| json!({"id": at + 1, "data": task["data"], "annotations": annotations(task), "predictions": [at]}))
        .collect()
}

#[test]
fn label_studio() {
    let (folder, tags) = with_demo("label-studio", "out", |_| true);
    let back = folder.write("back.json", accepted(&folder.json("out/tasks.json"), &["7"]).to_string());
    let (gold, report) = imported(&folder, "label-studio", &[back]);
    assert_shown(&tags, &gold, &report, "7");
    if !real::can_run("labelstudio") {
        return;
    }
    // The check accepts every prediction through the API; the tool's own export comes back.
    let kept = folder.path("snapshot.json");
    let arguments = [
        folder.path("out/tasks.json"),
        folder.path("out/labelling.xml"),
        "--keep-export".into(),
        kept.clone(),
    ];
    real::check("check_labelstudio.py", arguments);
    let (gold, report) = imported(&folder, "label-studio", &[kept]);
    assert_shown(&tags, &gold, &report, "1");
}

#[test]
fn label_studio_tells_what_two_people_did() {
    let (folder, _) = exported("label-studio", "out");
    let tasks = folder.json("out/tasks.json");
    let mut back = accepted(&Value::Array(tasks.as_array().expect("tasks")[..2].to_vec()), &["1", "2"]);
    // The first post has three places. The second person moves a place, gives another a
    // target, makes a new one, takes one away, and drops a label.
    let result = back[0]["annotations"][1]["result"].as_array_mut().expect("a list");
    result[0]["value"]["end"] = json!(9);
    result[0]["value"]["text"] = json!("پاک ");
    result[0]["origin"] = json!("prediction-changed");
    result.remove(2);
    result.retain(|item| item["type"] != "relation");
    result.push(
        json!({"id": "new", "type": "labels", "origin": "manual", "from_name": "evidence", "to_name": "text",
        "value": {"start": 22, "end": 30, "text": "#IamISPR", "labels": ["support"]}}),
    );
    result.push(json!({"id": "new", "type": "taxonomy", "from_name": "target", "to_name": "text",
        "value": {"start": 22, "end": 30, "taxonomy": [["country", "pakistan"]]}}));
    result.push(json!({"id": "stale", "type": "labels", "origin": "manual", "from_name": "evidence", "to_name": "text",
        "value": {"start": 0, "end": 1, "text": "not this", "labels": ["support"]}}));
    for item in result.iter_mut().filter(|item| item["type"] == "choices") {
        item["value"]["choices"] = json!(["support"]);
    }
    back[1]["annotations"][1]["was_cancelled"] = json!(true);
    folder.write("back.json", back.to_string());
    let ran = stancemark(["import", "--from", "label-studio", "-o"])
        .and([folder.path("gold.jsonl"), folder.path("back.json")])
        .done();
    let (gold, report) = (folder.lines("gold.jsonl"), folder.json("gold.jsonl.report.json"));
    assert_eq!(report["annotators"], json!({"1": 2, "2": 1}));
    assert_eq!(
        (&gold[0]["labels"], &gold[0]["contested"]),
        (&json!(["support"]), &json!(["platform_attack"]))
    );
    assert_eq!(gold[0]["annotator:1"], json!(["platform_attack", "support"]));
    assert_eq!(gold[0]["annotator:2"], json!(["support"]));
    let second = &gold[0]["annotations"][1];
    let how = |place: [u64; 2]| -> Vec<&Value> {
        let spans = second["spans"].as_array().expect("spans").iter();
        spans
            .filter(|span| [&span["start"], &span["end"]] == [&json!(place[0]), &json!(place[1])])
            .map(|span| &span["how"])
            .collect()
    };
    assert_eq!(how([5, 9]), [&json!("edited")]);
    assert_eq!(how([22, 30]), [&json!("new")]);
    assert!(how([33, 42]).contains(&&json!("deleted")), "{second}");
    assert_eq!(report["moved"][0]["id"], "p/0_ä");
    assert_says(&ran.stderr, &["says \"not this\"", "platform_attack by 1, not by 2"]);
    // ISPR and Pakistan are one country: both people see favor toward it; whether anything is against Facebook is open.
    assert_eq!(gold[0]["stances"], json!([{"target": "PK", "stance": "favor"}]));
    assert_eq!(gold[0]["contested_stances"], json!([{"target": "P:facebook", "stance": "none"}]));
    // By majority a tie stays contested; the last word of an adjudicator decides.
    let mut last = back.clone();
    last[0]["annotations"][1]["ground_truth"] = json!(true);
    let result = last[0]["annotations"][1]["result"].as_array_mut().expect("a list");
    result.retain(|item| item["value"]["labels"][0] != "platform_attack");
    folder.write("last.json", last.to_string());
    let line = stancemark(["import", "--from", "label-studio"])
        .and([folder.path("last.json")])
        .done()
        .lines()
        .remove(0);
    assert_eq!((&line["labels"], &line["contested"]), (&json!(["support"]), &json!([])));
}

/// JSON_MIN and CSV have one flat record an annotation.
#[test]
fn label_studio_flat() {
    let (folder, tags) = exported("label-studio", "out");
    let flat = |task: &Value, as_cell: bool| {
        let mut row: Map<String, Value> = task["data"].as_object().expect("data").clone();
        let result = task["predictions"][0]["result"].as_array().expect("a list");
        let values = |kind: &'static str| {
            result.iter().filter(move |item| item["type"] == kind).map(|item| item["value"].clone())
        };
        row.insert("evidence".into(), values("labels").collect());
        // One choice is a text, several an object.
        if let Some(choices) = values("choices").next() {
            let one = choices["choices"].as_array().is_some_and(|list| list.len() == 1);
            row.insert("labels".into(), if one { choices["choices"][0].clone() } else { choices });
        }
        row.extend([
            ("id".into(), json!(1)),
            ("annotator".into(), json!(3)),
            ("annotation_id".into(), json!(9)),
        ]);
        if as_cell {
            for value in row.values_mut().filter(|value| !value.is_string()) {
                *value = json!(value.to_string());
            }
        }
        row
    };
    let tasks = folder.json("out/tasks.json");
    let tasks = tasks.as_array().expect("tasks");
    let small: Vec<_> = tasks.iter().map(|task| flat(task, false)).collect();
    let back = folder.write("back.json", json!(small).to_string());
    let (gold, report) = imported(&folder, "label-studio", &[back]);
    assert_shown(&tags, &gold, &report, "3");

    let names =
        ["annotation_id", "annotator", "evidence", "id", "labels", "lang", "post_id", "stancemark", "text"];
    let mut csv = names.join(",") + "\n";
    for task in tasks {
        let row = flat(task, true);
        let cell = |name: &&str| {
            let text = row.get(*name).and_then(Value::as_str).unwrap_or_default();
            format!("\"{}\"", text.replace('"', "\"\""))
        };
        csv += &(names.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    let back = folder.write("back.csv", csv);
    let (gold, report) = imported(&folder, "label-studio", &[back]);
    assert_shown(&tags, &gold, &report, "3");
}

#[test]
fn label_studio_files_are_split_ids_kept_and_updates_never_duplicate() {
    let (folder, tags) = exported("label-studio", "out");
    let manifest = folder.json("out/manifest.json");
    assert_eq!(manifest["ids"].as_array().map(Vec::len), Some(tags.len()));
    assert_eq!((&manifest["unit"], &manifest["tool"]), (&json!("code-points"), &json!("label-studio")));
    // Half of the posts were exported before.
    let half: String = tags[..tags.len() / 2].iter().map(|line| format!("{line}\n")).collect();
    let half = folder.write("half.jsonl", half);
    stancemark(["export", "--to", "label-studio", "-o"]).and([folder.path("first"), half]).done();
    let rest = stancemark(["export", "--to", "label-studio", "--only-new"])
        .and([folder.path("first"), "-o".into(), folder.path("rest"), folder.path("tags.jsonl")])
        .done();
    assert_says(&rest.stderr, &[&format!("{} exported before", tags.len() / 2)]);
    let (first, rest) = (folder.json("first/manifest.json"), folder.json("rest/manifest.json"));
    let ids = |manifest: &Value| manifest["ids"].as_array().expect("ids").clone();
    assert_eq!([ids(&first), ids(&rest)].concat(), ids(&manifest));
    // The same tags give the same files.
    stancemark(["export", "--to", "label-studio", "-o"])
        .and([folder.path("again"), folder.path("tags.jsonl")])
        .done();
    assert_eq!(folder.text("again/tasks.json"), folder.text("out/tasks.json"));
    // Predictions of another version, for the tasks that a project has.
    let project = accepted(&folder.json("first/tasks.json"), &["1"]);
    folder.write("project.json", project.to_string());
    let ran = stancemark(["export", "--to", "label-studio", "--model-version", "v2", "--update-from"])
        .and([folder.path("project.json"), "-o".into(), folder.path("update"), folder.path("tags.jsonl")])
        .done();
    assert_says(&ran.stderr, &["not in the project"]);
    let update = folder.json("update/predictions.json");
    let update = update.as_array().expect("a list");
    assert_eq!(update.len(), tags.len() / 2);
    for (at, prediction) in update.iter().enumerate() {
        assert_eq!((&prediction["task"], &prediction["model_version"]), (&json!(at + 1), &json!("v2")));
        assert_eq!(prediction["result"], folder.json("first/tasks.json")[at]["predictions"][0]["result"]);
        if at > 3 {
            break;
        }
    }
}

#[test]
fn doccano() {
    for (tool, task, unit) in [
        ("doccano", "IntentDetectionAndSlotFilling", "utf16"),
        ("doccano-spans", "SequenceLabeling", "utf16"),
        ("doccano-spans-grapheme", "SequenceLabeling", "grapheme"),
        ("doccano-labels", "DocumentClassification", "utf16"),
    ] {
        let (folder, tags) = with_demo(tool, "admin.jsonl", |_| true);
        let mut files = vec![folder.path("admin.jsonl")];
        if real::can_run("doccano") {
            let kept = folder.write("real/admin.jsonl", "");
            let mut arguments: Vec<PathBuf> =
                vec![folder.path("admin.jsonl"), "--task".into(), task.into(), "--unit".into(), unit.into()];
            if task != "DocumentClassification" {
                arguments.extend(["--texts-key".into(), "texts".into()]);
            }
            arguments.extend(["--keep-export".into(), kept.clone()]);
            real::check("check_doccano.py", arguments);
            files.push(kept);
        }
        for file in files {
            let (gold, report) = imported(&folder, "doccano", &[file]);
            let counts =
                |kind: &str| report[kind].as_object().expect("counts").keys().cloned().collect::<Vec<_>>();
            assert_eq!(counts("labels"), ["accepted"], "{tool}");
            for line in &tags {
                let back = &gold[line["id"].as_str().expect("id")];
                let labels = back["labels"].as_array().expect("labels");
                assert!(
                    line["tags"].as_array().expect("tags").iter().all(|tag| labels.contains(&tag["label"])),
                    "{tool}: {back}"
                );
                let places = spans_of(back);
                let proposed: BTreeSet<_> = spans_of(line);
                match tool {
                    "doccano-labels" => assert_eq!(places.len(), 0),
                    // Places that overlap others are not proposed there.
                    "doccano" => {
                        assert!(places.is_subset(&proposed) && places.is_empty() == proposed.is_empty());
                    }
                    _ => assert_eq!(places, proposed, "{tool}: {back}"),
                }
            }
        }
    }
}

#[test]
fn potato() {
    // The driver cannot read the page of a text with double quotes and no single ones (Potato writes it otherwise).
    let (folder, tags) = with_demo("potato", "out", |text| !text.contains('"') || text.contains('\''));
    if real::can_run("potato") {
        real::check("check_potato.py", [folder.path("out/config.yaml"), "--strict".into()]);
    }
    // Anna accepts every label and marks every place that was shown anew; posts without labels have none of these.
    let items = folder.json("out/items.json");
    let (mut labels, mut spans, mut order) = (Map::new(), Map::new(), Vec::new());
    for item in items.as_array().expect("items") {
        let id = item["id"].as_str().expect("id");
        order.push(id);
        let given = item["predictions"]["labels"].as_array().expect("labels");
        let given: Vec<Value> = match given.as_slice() {
            [] => vec![json!([{"schema": "labels", "name": "none of these"}, "none of these"])],
            given => given
                .iter()
                .map(|one| json!([{"schema": "labels", "name": one["label"]}, one["label"]]))
                .collect(),
        };
        labels.insert(id.to_owned(), Value::Array(given));
        let places = item["predictions"]["evidence"].as_array().expect("places").iter();
        let saved = |place: &Value| json!([{"schema": "evidence", "name": place["label"], "start": place["start"], "end": place["end"]}, 1]);
        spans.insert(id.to_owned(), places.map(saved).collect());
    }
    let state = json!({"user_id": "anna", "instance_id_ordering": order, "instance_id_to_label_to_value": labels,
        "instance_id_to_span_to_value": spans});
    folder.write("out/annotation_output/anna/user_state.json", state.to_string());
    let (gold, report) = imported(&folder, "potato", &[folder.path("out")]);
    assert_eq!(gold.len(), tags.len());
    assert_eq!(report["labels"].as_object().expect("counts").keys().collect::<Vec<_>>(), ["accepted"]);
    for line in &tags {
        let back = &gold[line["id"].as_str().expect("id")];
        assert_eq!(back["text"], line["text"]);
        let labels = back["labels"].as_array().expect("labels");
        assert!(
            line["tags"].as_array().expect("tags").iter().all(|tag| labels.contains(&tag["label"])),
            "{back}"
        );
        let (places, proposed) = (spans_of(back), spans_of(line));
        assert!(places.is_subset(&proposed) && places.is_empty() == proposed.is_empty(), "{back}");
    }
}

#[test]
fn csv_in_both_forms() {
    for tool in ["csv", "csv-spreadsheet"] {
        let (folder, tags) = exported(tool, "posts.csv");
        let text = folder.text("posts.csv");
        let guarded = tool == "csv-spreadsheet";
        assert_eq!(text.starts_with('\u{feff}'), guarded);
        let mut reader = csv_reader(&text);
        let header = reader.headers().expect("a header").clone();
        let at = |name: &str| {
            header.iter().position(|column| column.trim_start_matches('\u{feff}') == name).expect("a column")
        };
        let (id, label, annotator) = (at("id"), at("labels"), at("annotator"));
        let mut writer = Vec::new();
        push_row(&mut writer, &header);
        for (number, row) in reader.records().enumerate() {
            let row = row.expect("a row");
            if guarded {
                let first = |cell: &str| cell.trim_start().chars().next();
                assert!(
                    !row.iter().any(|cell| matches!(first(cell), Some('=' | '+' | '-' | '@'))),
                    "{row:?}"
                );
            } else {
                assert_eq!(&row[at("text")], tags[number]["text"].as_str().expect("text").replace('\0', "␀"));
            }
            assert!(row[id].ends_with(tags[number]["id"].as_str().expect("id")));
            let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
            cells[annotator] = "Anna".to_owned();
            if number == 1 {
                cells[label] = "support; platform_attack".to_owned();
            }
            push_row(&mut writer, &csv::StringRecord::from(cells));
        }
        let back = folder.write("back.csv", writer);
        let (gold, report) = imported(&folder, "csv", &[back, folder.path("posts.csv")]);
        assert_eq!(report["untouched"], json!(tags.len()), "the rows without a name");
        let mut expected = tags.clone();
        let second = expected.remove(1);
        let id = second["id"].as_str().expect("id").to_owned();
        assert_eq!(gold[&id]["labels"], json!(["platform_attack", "support"]));
        assert_eq!(report["labels"]["new"], json!(1), "{report}");
        let others: BTreeMap<_, _> = gold.into_iter().filter(|(other, _)| *other != id).collect();
        for line in &expected {
            assert_eq!(others[line["id"].as_str().expect("id")]["text"], line["text"]);
        }
    }
}

/// The places of a line of tags or of gold.
fn spans_of(line: &Value) -> BTreeSet<(u64, u64, String)> {
    let place = |span: &Value, label: &Value| {
        let at = |name: &str| span[name].as_u64().expect("a position");
        (at("start"), at("end"), label.as_str().expect("a label").to_owned())
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let of_gold = list(&line["spans"]).iter().map(|span| place(span, &span["label"])).collect::<Vec<_>>();
    let of_tags = list(&line["tags"]);
    let of_tags = of_tags.iter().flat_map(|tag| {
        list(&tag["evidence"]).iter().map(|evidence| place(evidence, &tag["label"])).collect::<Vec<_>>()
    });
    of_gold.into_iter().chain(of_tags).collect()
}

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().from_reader(text.as_bytes())
}

fn push_row(out: &mut Vec<u8>, row: &csv::StringRecord) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(row).expect("written");
    out.extend(writer.into_inner().expect("bytes"));
}

/// What a tool cannot hold is in the dead letters with its reason, and the other posts come through.
#[test]
fn what_does_not_fit_is_told() {
    let folder = Folder::new();
    let tag = |score: f64, start: u64, end: u64, label: &str| {
        json!([{"label": label, "target": "facebook", "stance": "against", "score": score, "by": ["rule:r"],
            "evidence": [{"start": start, "end": end, "by": "rule:r"}]}])
    };
    let line = |id: &str, text: Option<&str>, tags: Value| {
        let mut line = json!({"id": id, "lang": "en", "tags": tags, "status": "labelled"});
        if let Some(text) = text {
            line["text"] = json!(text);
        }
        line.to_string() + "\n"
    };
    let lines = [
        line("fit", Some("on facebook"), tag(0.9, 3, 11, "platform_attack")),
        line("fit", Some("the same id"), json!([])),
        line("no-text", None, json!([])),
        line("behind", Some("short"), tag(0.9, 3, 6, "platform_attack")),
        line("empty", Some("short"), tag(0.9, 3, 3, "platform_attack")),
        line("unknown", Some("short"), tag(0.9, 0, 1, "nonsense")),
        line("score", Some("short"), tag(1.5, 0, 1, "platform_attack")),
        "{\"id\":\"half\",\"lang\":\"en\",\"tags\":[],\"status\":\"labelled\",\"text\":\"half \\ud83d\"}\n"
            .to_owned(),
        "{\"id\":\"none\",\"status\":\"labelled\"}\n".to_owned(),
        "broken\n".to_owned(),
    ];
    let path = folder.write("tags.jsonl", lines.concat());
    let ran = stancemark(["export", "--to", "label-studio", "--strict", "-o"])
        .and([folder.path("out"), path.clone()])
        .run();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_says(&ran.stderr, &["1 of 10 posts exported, 9 in the dead letters"]);
    let dead = folder.lines("out/dead.jsonl");
    let reason = |at: usize| dead[at]["reason"].as_str().expect("a reason");
    for (at, part) in [
        "earlier post has this id",
        "--keep",
        "3–6 by rule:r",
        "3–3",
        "\"nonsense\"",
        "1.5",
        "half a character",
        "tags",
    ]
    .iter()
    .enumerate()
    {
        assert!(reason(at).contains(part), "{part}: {}", reason(at));
    }
    assert_eq!(dead.len(), 9);
    // Without any that fit, there is a sentence and no output.
    let lone = folder.write("lone.jsonl", line("x", None, json!([])));
    let told = stancemark(["export", "--to", "doccano", "-o"]).and([folder.path("x.jsonl"), lone]).refused();
    assert_says(&told, &["none of 1 posts", "--keep", "--posts"]);
    assert!(!fs::exists(folder.path("x.jsonl")).expect("a look"));
    // A folder with other files is left alone; several files do not go to stdout.
    folder.write("mine/notes.txt", "mine");
    let told = stancemark(["export", "--to", "label-studio", "-o"])
        .and([folder.path("mine"), path.clone()])
        .refused();
    assert_says(&told, &["no export wrote"]);
    assert_says(&stancemark(["export", "--to", "label-studio"]).and([path]).refused(), &["folder", "-o"]);
}

/// Texts come from the posts, where the tags hold none.
#[test]
fn texts_are_joined_by_id() {
    let folder = Folder::new();
    let tags = folder.path("tags.jsonl");
    stancemark(["tag", DEMO, "--no-model", "-q", "-o"]).and([&tags]).done();
    let arguments = ["export", "--to", "csv", "--posts", DEMO, "--meta", "platform,likes"];
    let ran = stancemark(arguments).and([&tags]).done();
    assert_says(&ran.stderr, &["740 of 740 posts exported"]);
    let mut reader = csv_reader(&ran.stdout);
    let header = reader.headers().expect("a header").clone();
    assert_eq!(header.iter().skip(8).collect::<Vec<_>>(), ["platform", "likes"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let posts = crate::program::demo(DEMO);
    assert_eq!(rows.len(), posts.len());
    for (row, post) in rows.iter().zip(&posts) {
        assert_eq!(
            (&row[0], &row[1]),
            (post["id"].as_str().expect("id"), post["text"].as_str().expect("text"))
        );
        assert_eq!(
            (&row[8], &row[9]),
            (post["platform"].as_str().unwrap_or_default(), post["likes"].to_string().as_str())
        );
    }
}

/// Every method draws as many as it shall, the same ones again, and accounts for the others.
#[test]
fn posts_are_drawn() {
    let folder = Folder::new();
    let tags = folder.path("tags.jsonl");
    stancemark(["tag", DEMO, "--keep", "-q", "-o"]).and([&tags]).done();
    let draw = |method: &str, seed: &str| {
        let arguments =
            ["export", "--to", "huggingface", "--sample", method, "-n", "40", "--seed", seed, "-o"];
        let out = folder.path(&format!("{method}-{seed}"));
        stancemark(arguments).and([&out, &tags]).done();
        let counts = &folder.json(&format!("{method}-{seed}/manifest.json"))["counts"];
        assert_eq!((&counts["exported"], &counts["not_drawn"]), (&json!(40), &json!(700)), "{method}");
        let rows = folder.lines(&format!("{method}-{seed}/data/train-00001.jsonl"));
        rows.iter().map(|row| row["id"].as_str().expect("id").to_owned()).collect::<Vec<_>>()
    };
    for method in ["random", "stratified", "uncertain", "disagreement", "diverse"] {
        let first = draw(method, "1");
        assert_eq!(first, draw(method, "1"), "{method}");
        if !["uncertain", "disagreement"].contains(&method) {
            assert_ne!(first, draw(method, "2"), "{method}");
        }
    }
    // Through a pipe the posts are the same.
    let piped = stancemark(["export", "--to", "csv", "--sample", "random", "-n", "40", "-"])
        .stdin(fs::read_to_string(&tags).expect("tags"))
        .done();
    let mut reader = csv_reader(&piped.stdout);
    let ids: Vec<String> = reader.records().map(|row| row.expect("a row")[0].to_owned()).collect();
    assert_eq!(ids, draw("random", "1"));
    // Without a model in the tags there is nothing to part from the rules.
    stancemark(["tag", DEMO, "--keep", "--no-model", "-q", "-o"]).and([&tags]).done();
    let told =
        stancemark(["export", "--to", "csv", "--sample", "disagreement", "-n", "5"]).and([&tags]).refused();
    assert_says(&told, &["no tag names a model"]);
}
