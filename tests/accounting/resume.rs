//! A run that was killed goes on where it stopped, and comes to what an unbroken run comes to.

use std::{
    fs,
    io::{Read, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::check;
use crate::program::{Folder, assert_says, post, tag};

/// A run that wrote down nothing for so long hangs.
const LIMIT: Duration = Duration::from_secs(600);

fn corpus() -> String {
    let line = |at: u32| match at % 11 {
        4 => format!("line {at} is broken\n"),
        _ => post(&at.to_string(), ["Shame on Facebook", "Pakistan Zindabad", "nothing"][at as usize % 3]),
    };
    (0..60_000).map(line).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

/// An output's bytes, unpacked.
fn unpacked(folder: &Folder, name: &str) -> Vec<u8> {
    let bytes = fs::read(folder.path(name)).expect("an output");
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes;
    }
    let mut whole = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut whole).expect("gzip");
    whole
}

/// A run that broke off left nothing under a final name, and wrote down how far it is.
fn assert_broken(folder: &Folder, output: &str) {
    folder.assert_not_finished(output);
    let done = folder.json(&format!("{output}.checkpoint.json"))["records"].as_u64().expect("records");
    assert!(done > 0 && done < 60_000, "{done} records were done");
}

/// A run that went on came to what the whole one came to.
fn assert_whole(folder: &Folder, output: &str, whole: &str) {
    assert!(unpacked(folder, output) == unpacked(folder, whole), "{output} differs from {whole}");
    let beside = |name: &str, suffix: &str| format!("{name}{suffix}");
    let dead = folder.text(&beside(output, ".dead.jsonl"));
    assert_eq!(dead, folder.text(&beside(whole, ".dead.jsonl")));
    let [manifest, expected] = [output, whole].map(|name| folder.json(&beside(name, ".manifest.json")));
    assert_eq!(manifest["counts"], expected["counts"]);
    assert_eq!(manifest["totals"], expected["totals"]);
    let dead = dead.lines().count() as u64;
    check(&manifest, 60_000 - dead, dead);
    let left = folder.path(&beside(output, ".checkpoint.json"));
    assert!(!left.exists(), "a finished run leaves no checkpoint");
}

#[test]
fn a_killed_run_goes_on() {
    let (folder, corpus) = (Folder::new(), corpus());
    tag(["-q", "-o"]).and([folder.path("whole.jsonl")]).stdin(corpus.clone()).done();

    let output = folder.path("tags.jsonl");
    let mut child = Command::new(env!("CARGO_BIN_EXE_stancemark"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tag", "--no-model", "-q", "-j", "1", "--checkpoint-every", "0", "-o"])
        .arg(&output)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // The pipe stays open: the run cannot come to its end before it is killed, however busy the machine is.
    let mut pipe = child.stdin.take().expect("stdin");
    pipe.write_all(&corpus.as_bytes()[..corpus.len() / 2]).expect("the program reads");
    let checkpoint = folder.path("tags.jsonl.checkpoint.json");
    let begun = Instant::now();
    while !checkpoint.exists() {
        assert!(begun.elapsed() < LIMIT, "no checkpoint came");
        std::thread::yield_now();
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    drop(pipe);
    assert_broken(&folder, "tags.jsonl");

    tag(["-q", "--resume", "-o"]).and([&output]).stdin(corpus).done();
    assert_whole(&folder, "tags.jsonl", "whole.jsonl");
}

/// No file may grow past a limit: the system stops the run as a full disk would.
#[cfg(unix)]
#[test]
fn a_run_that_the_system_stopped_goes_on() {
    let folder = Folder::new();
    let input = folder.write("posts.jsonl", corpus());
    for (name, blocks) in [("tags.jsonl", 2000), ("tags.csv.gz", 200)] {
        let whole = format!("whole.{name}");
        tag([&input]).and(["-q", "-o"]).and([folder.path(&whole)]).done();
        let output = folder.path(name);
        let limited = format!("ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let status = Command::new("sh")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["-c", &limited, env!("CARGO_BIN_EXE_stancemark")])
            .args(["tag", "--no-model", "-q", "-j", "1", "--checkpoint-every", "0", "-o"])
            .args([&output, &input])
            .stderr(Stdio::null())
            .status()
            .expect("it runs");
        assert!(!status.success());
        assert_broken(&folder, name);
        tag([&input]).and(["-q", "--resume", "-o"]).and([&output]).done();
        assert_whole(&folder, name, &whole);
    }
}

/// A wrong byte in an archive spoils records before it is noticed: these must not be gone on with.
#[test]
fn a_run_that_broke_on_a_damaged_archive_begins_anew() {
    let folder = Folder::new();
    let sound = gzip(corpus().as_bytes());
    let input = folder.write("posts.jsonl.gz", &sound);
    tag([&input]).and(["-q", "-o"]).and([folder.path("whole.jsonl")]).done();
    let mut damaged = sound.clone();
    let late = damaged.len() * 3 / 4;
    damaged[late..late + 64].fill(0xff);
    fs::write(&input, damaged).expect("written");
    let output = folder.path("tags.jsonl");
    tag([&input]).and(["-q", "--checkpoint-every", "0", "-o"]).and([&output]).refused();
    folder.assert_not_finished("tags.jsonl");
    fs::write(&input, &sound).expect("written");
    tag([&input]).and(["-q", "--resume", "-o"]).and([&output]).done();
    assert_whole(&folder, "tags.jsonl", "whole.jsonl");
}

/// Told before the first post, rather than beginning anew in silence.
#[test]
fn an_output_without_a_whole_beginning_cannot_be_gone_on_with() {
    let folder = Folder::new();
    for (name, form) in [("tags.parquet", "Parquet"), ("tags.jsonl.zst", "zstd")] {
        let run =
            tag(["-q", "--resume", "-o"]).and([folder.path(name)]).stdin(post("1", "Shame on Facebook"));
        assert_says(&run.refused(), &[name, form, "without --resume", ".jsonl, .csv or .tsv"]);
    }
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn another_run_s_checkpoint_is_refused() {
    let folder = Folder::new();
    let input = folder.write("posts.jsonl", post("1", "Shame on Facebook"));
    folder.write("tags.jsonl.checkpoint.json", r#"{"key":"another"}"#);
    let run = || tag([&input]).and(["-q", "--resume", "-o"]).and([folder.path("tags.jsonl")]);
    assert_says(&run().refused(), &["tags.jsonl.checkpoint.json", "without --resume"]);
    folder.write("tags.jsonl.checkpoint.json", "broken");
    assert_says(&run().refused(), &["tags.jsonl.checkpoint.json", "without --resume"]);
    folder.assert_not_finished("tags.jsonl");
}

/// A number of seconds that is none is wrong usage.
#[test]
fn seconds_are_seconds() {
    for word in ["-1", "NaN", "inf", "1e300"] {
        let ran = tag(["--checkpoint-every", word, "-q"]).stdin(post("1", "a")).run();
        assert_eq!(ran.code, Some(2), "{word}: {ran:?}");
    }
}
