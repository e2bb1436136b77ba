//! A closed pipe is not an error; a full disk is.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use crate::program::{DEMO, Folder, assert_says, post, tag};

/// Runs a verb over many posts, reads one line of what it says, and closes the pipe.
fn first_line(arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = Folder::new();
    // Far more than a pipe holds.
    let input = folder.write(
        "posts.jsonl",
        (0..5000).map(|at| post(&at.to_string(), "Shame on Facebook")).collect::<String>(),
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_stancemark"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .arg(&input)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("stdout"));
    reader.read_line(&mut line).expect("a line");
    drop(reader);
    let mut said = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut said).expect("stderr");
    (child.wait().expect("it ends").code(), line, said)
}

#[test]
fn head_ends_a_run_quietly() {
    for arguments in [
        &["tag", "--no-model"][..],
        &["tag", "--no-model", "--format", "csv"],
        &["detect"],
        &["stance", "--target", "Facebook"],
    ] {
        let (code, line, said) = first_line(arguments);
        assert_eq!((code, said.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(line.ends_with('\n') && line.len() > 10, "{arguments:?} gave its first line: {line:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    if !std::path::Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full");
        return;
    }
    let sentence = tag([DEMO, "--format", "jsonl", "-q", "-o", "/dev/full"]).refused();
    assert_says(&sentence, &["/dev/full", "cannot write"]);
}
