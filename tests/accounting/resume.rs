//! A run that was killed goes on where it stopped, and comes to what an unbroken run comes to.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::check;
use crate::program::{Folder, assert_says, post, tag};

fn corpus() -> String {
    let line = |at: u32| match at % 11 {
        4 => format!("line {at} is broken\n"),
        _ => post(&at.to_string(), ["Shame on Facebook", "Pakistan Zindabad", "nothing"][at as usize % 3]),
    };
    (0..60_000).map(line).collect()
}

#[test]
fn a_killed_run_goes_on() {
    let folder = Folder::new();
    let input = folder.write("posts.jsonl", corpus());
    tag([&input]).and(["-q", "-o"]).and([folder.path("whole.jsonl")]).done();

    let output = folder.path("tags.jsonl");
    let mut child = Command::new(env!("CARGO_BIN_EXE_stancemark"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tag", "--no-model", "-q", "-j", "1", "--checkpoint-every", "0", "-o"])
        .args([&output, &input])
        .stdin(Stdio::null())
        .spawn()
        .expect("the program starts");
    // Killed as soon as it has written down how far it is.
    let checkpoint = folder.path("tags.jsonl.checkpoint.json");
    let begun = Instant::now();
    while !checkpoint.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no checkpoint came");
        assert_eq!(child.try_wait().expect("asked"), None, "it ended before it could be killed");
        std::thread::yield_now();
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    folder.assert_not_finished("tags.jsonl");
    let done = folder.json("tags.jsonl.checkpoint.json")["records"].as_u64().expect("records");
    assert!(done > 0 && done < 60_000, "{done} records were done");

    tag([&input]).and(["-q", "--resume", "-o"]).and([&output]).done();
    assert_eq!(folder.text("tags.jsonl"), folder.text("whole.jsonl"));
    assert_eq!(folder.text("tags.jsonl.dead.jsonl"), folder.text("whole.jsonl.dead.jsonl"));
    let (manifest, whole) =
        (folder.json("tags.jsonl.manifest.json"), folder.json("whole.jsonl.manifest.json"));
    assert_eq!(manifest["counts"], whole["counts"]);
    assert_eq!(manifest["totals"], whole["totals"]);
    let dead = BufReader::new(folder.text("tags.jsonl.dead.jsonl").as_bytes()).lines().count() as u64;
    check(&manifest, 60_000 - dead, dead);
    assert!(!checkpoint.exists(), "a finished run leaves no checkpoint");
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
