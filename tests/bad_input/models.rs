//! A missing or broken model is told before the first post is read.

use std::{collections::BTreeMap, fs, path::Path};

use sha2::{Digest, Sha256};

use crate::program::{Folder, assert_says, post, stancemark, tag};

/// The real card, to be broken.
fn card() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/stance/model.toml"))
        .expect("the card")
}

/// The head of the real card up to `[files]`, and the hashes of these files.
fn card_of(head: &str, files: &BTreeMap<&str, Vec<u8>>) -> String {
    let mut text = head.split("[files]").next().expect("a head").to_owned() + "[files]\n";
    for (name, bytes) in files {
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        text += &format!("{name:?} = {{ sha256 = \"{sha256}\", bytes = {} }}\n", bytes.len());
    }
    text
}

fn real(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/stance").join(name)).expect("the real model")
}

/// Puts a model together, with the right hashes, and gives what `tag` says of it.
fn refusal(head: &str, onnx: Vec<u8>, tokenizer: Vec<u8>) -> String {
    let folder = Folder::new();
    folder.write("model/model.onnx", &onnx);
    folder.write("model/tokenizer.json", &tokenizer);
    let files = BTreeMap::from([("model.onnx", onnx), ("tokenizer.json", tokenizer)]);
    folder.write("model/model.toml", card_of(head, &files));
    refused(&folder)
}

/// What `tag` says of the model in this folder; nothing may be written.
fn refused(folder: &Folder) -> String {
    let posts = folder.write("posts.jsonl", post("1", "Shame on Facebook"));
    let sentence = stancemark(["tag", "-o"])
        .and([folder.path("tags.jsonl"), posts])
        .and(["-m"])
        .and([folder.path("model")])
        .refused();
    folder.assert_not_finished("tags.jsonl");
    assert!(!folder.path("tags.jsonl.partial").exists(), "told before the output is begun");
    sentence
}

#[test]
fn a_name_that_is_no_model() {
    let sentence = stancemark(["tag", "-m", "no-such-model"]).stdin(post("1", "x")).refused();
    assert_says(&sentence, &["no model `no-such-model`", "looked in models", "--model", "--no-model"]);
}

#[test]
fn a_file_that_is_missing() {
    for missing in ["model.onnx", "tokenizer.json", "model.toml"] {
        let folder = Folder::new();
        for name in ["model.onnx", "tokenizer.json", "model.toml"].into_iter().filter(|name| *name != missing)
        {
            folder.copy(&format!("models/stance/{name}"), &format!("model/{name}"));
        }
        assert_says(
            &refused(&folder),
            &[missing, "cannot read this file of the model", "a model folder holds"],
        );
    }
}

#[test]
fn one_byte_changed() {
    for name in ["model.onnx", "tokenizer.json"] {
        let folder = Folder::new();
        for name in ["model.onnx", "tokenizer.json", "model.toml"] {
            folder.copy(&format!("models/stance/{name}"), &format!("model/{name}"));
        }
        let mut bytes = real(name);
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        folder.write(&format!("model/{name}"), bytes);
        assert_says(&refused(&folder), &[name, "SHA-256 is", "the card says", "copy the model again"]);
    }
}

#[test]
fn a_card_that_is_wrong() {
    let said = |from: &str, to: &str| {
        let card = card();
        assert!(card.contains(from), "{from:?} is in the real card");
        refusal(&card.replacen(from, to, 1), real("model.onnx"), real("tokenizer.json"))
    };
    assert_says(&said("task = ", "task == "), &["model.toml", "line 3"]);
    assert_says(
        &said("task = \"stance\"", "task = \"fortune\""),
        &["model.toml", "`fortune`", "stance, labels, embedding"],
    );
    assert_says(
        &said("task = \"stance\"", "task = \"embedding\""),
        &["model.toml", "`embedding`", "`stance` is needed"],
    );
    assert_says(
        &said("ids = \"input_ids\"", "ids = \"tokens\""),
        &["model.onnx", "no input `tokens`", "input_ids", "model.toml"],
    );
    assert_says(
        &said("name = \"logits\"", "name = \"scores\""),
        &["model.onnx", "no output `scores`", "logits", "model.toml"],
    );
    assert_says(&said("max_tokens = ", "max_tokens = 1000000 #"), &["model.toml", "max_tokens", "8192"]);
    assert_says(&said("temperature = ", "temperature = 0.0 #"), &["model.toml", "temperature", "above 0"]);
    assert_says(&said("temperature = ", "temperature = nan #"), &["model.toml", "temperature"]);
    assert_says(&said("\"none\"]", "\"neither\"]"), &["model.toml", "`none`"]);
    assert_says(&said("[input]", "[inputs]"), &["model.toml", "line", "input"]);
}

/// The card names a label more than the graph gives: it can be known before the run.
#[test]
fn a_card_with_more_labels_than_the_graph_gives() {
    let card = card().replacen("\"none\"]", "\"none\", \"both\"]", 1);
    assert_says(&refusal(&card, real("model.onnx"), real("tokenizer.json")), &["logits", "4"]);
}

#[test]
fn a_file_without_a_hash() {
    let folder = Folder::new();
    for name in ["model.onnx", "tokenizer.json"] {
        folder.copy(&format!("models/stance/{name}"), &format!("model/{name}"));
    }
    folder.write("model/model.toml", card_of(&card(), &BTreeMap::from([("model.onnx", real("model.onnx"))])));
    assert_says(&refused(&folder), &["model.toml", "no hash of tokenizer.json"]);
}

/// One field of a protobuf message that holds bytes.
fn field(number: u8, inside: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2, u8::try_from(inside.len()).expect("a short field")];
    bytes.extend_from_slice(inside);
    bytes
}

#[test]
fn a_graph_that_reaches_outside_of_its_file() {
    let folder = Folder::new();
    folder.write("weights.bin", [0; 16]);
    // TensorProto.external_data (13): location = ../weights.bin. In GraphProto.initializer (5) of ModelProto.graph (7).
    let entry = [field(1, b"location"), field(2, b"../weights.bin")].concat();
    let tensor = field(13, &entry);
    let subgraph = field(1, &field(5, &field(6, &field(5, &tensor))));
    let sparse = field(15, &field(1, &tensor));
    for (place, graph) in
        [("initializer", field(5, &tensor)), ("subgraph", subgraph), ("sparse initializer", sparse)]
    {
        let sentence = refusal(&card(), field(7, &graph), real("tokenizer.json"));
        assert!(
            sentence.contains("external data") && sentence.contains("in one file"),
            "{place}: {sentence}"
        );
    }
}

#[test]
fn a_graph_that_is_none() {
    let whole = real("model.onnx");
    let half = whole[..whole.len() / 2].to_vec();
    let cases = [
        ("half of it", half, "not a whole one"),
        ("nothing", Vec::new(), "no graph"),
        ("words", b"this is not a model, it is a sentence".to_vec(), "not an ONNX model"),
        ("an empty graph", field(7, &field(2, b"graph")), "ONNX Runtime refuses this model"),
    ];
    for (what, onnx, expected) in cases {
        let sentence = refusal(&card(), onnx, real("tokenizer.json"));
        assert!(sentence.contains(expected) && sentence.contains("model.onnx"), "{what}: {sentence}");
    }
}

#[test]
fn a_tokenizer_that_is_none() {
    for garbage in [
        &b"not json"[..],
        b"{}",
        b"",
        b"[1, 2",
        b"{\"version\":\"1.0\",\"model\":{\"type\":\"Unigram\"}}",
        b"\xff\xfe\x00",
    ] {
        let sentence = refusal(&card(), real("model.onnx"), garbage.to_vec());
        assert_says(&sentence, &["tokenizer.json", "this tokenizer cannot be used"]);
    }
}

#[test]
fn models_lists_the_broken_ones_too() {
    let folder = Folder::new();
    folder.copy("models/stance/model.toml", "models/good/model.toml");
    folder.write("models/bad/model.toml", "name = ");
    let ran = stancemark(["models", "--json"]).env("STANCEMARK_MODELS", folder.path("models")).done();
    let lines = ran.lines();
    let of = |name: &str| {
        lines
            .iter()
            .find(|line| line["path"].as_str().is_some_and(|path| path.ends_with(name)))
            .expect("listed")
    };
    assert_eq!(of("good")["card"]["name"], "stance");
    assert_says(of("bad")["error"].as_str().expect("an error"), &["model.toml", "line 1"]);
}

#[test]
fn without_the_library_it_says_how_to_get_it() {
    let run = || {
        stancemark(["tag", "-q"])
            .env("ORT_DYLIB_PATH", "/there/is/no/libonnxruntime.so")
            .stdin(post("1", "Shame on Facebook"))
    };
    assert_says(&run().refused(), &["/there/is/no/libonnxruntime.so", "make onnxruntime"]);
    let lines = run().and(["--no-model"]).done().lines();
    assert_eq!(lines[0]["tags"][0]["label"], "platform_attack", "targets and rules work without it");

    // Nowhere near: a program that was copied away, in an empty folder.
    let folder = Folder::new();
    let program = folder.path("a/b/c/d/stancemark");
    fs::create_dir_all(folder.path("a/b/c/d")).expect("folders");
    fs::copy(env!("CARGO_BIN_EXE_stancemark"), &program).expect("the program is copied");
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/stance");
    let output = std::process::Command::new(&program)
        .current_dir(folder.path("a"))
        .env_remove("ORT_DYLIB_PATH")
        .env_remove("VIRTUAL_ENV")
        .args(["stance", "--target", "x", "-m"])
        .arg(models)
        .arg(folder.write("posts.jsonl", post("1", "x")))
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let sentence = String::from_utf8(output.stderr).expect("UTF-8");
    assert_says(
        &sentence,
        &["was not found", "make onnxruntime", "pip install onnxruntime==", "ORT_DYLIB_PATH", "--no-model"],
    );
    assert_eq!(sentence.lines().count(), 1);
}

/// Without a model no model is looked for, nor its library.
#[test]
fn no_model_needs_none() {
    let folder = Folder::new();
    tag(["-q"]).inside(&folder).env("ORT_DYLIB_PATH", "/nowhere").stdin(post("1", "x")).done();
}
