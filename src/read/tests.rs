//! Real files in, posts and dead letters out.

#![allow(clippy::format_collect, reason = "tests write short files")]

mod accounting;
mod formats;
mod json_records;
mod streams;
mod tables;

use std::{fs, io::Cursor, path::PathBuf};

use tempfile::TempDir;

use super::*;
use crate::post::{DeadLetter, Post};

/// Everything that came out of a reader.
#[derive(Debug, Default)]
struct Outcome {
    posts: Vec<Post>,
    dead: Vec<DeadLetter>,
    records: u64,
    bad_times: u64,
    inputs: Vec<InputFile>,
    error: Option<ReadError>,
}

impl Outcome {
    fn texts(&self) -> Vec<&str> {
        self.posts.iter().map(|post| post.text.as_str()).collect()
    }

    fn ids(&self) -> Vec<&str> {
        self.posts.iter().map(|post| post.id.as_str()).collect()
    }

    fn reasons(&self) -> Vec<&str> {
        self.dead.iter().map(|dead| dead.reason.as_str()).collect()
    }

    fn lines(&self) -> Vec<u64> {
        self.posts.iter().map(|post| post.origin.line).collect()
    }

    /// Everything that must not depend on how the bytes come in.
    fn fingerprint(&self) -> String {
        let posts: Vec<_> = self
            .posts
            .iter()
            .map(|p| {
                (
                    &p.id,
                    &p.text,
                    &p.time,
                    &p.author,
                    &p.hashtags,
                    &p.origin,
                    p.input.as_ref().map(|i| i.get()),
                )
            })
            .collect();
        format!("{posts:?} {:?} {} {}", self.dead, self.records, self.bad_times)
    }
}

fn drain(mut reader: Reader) -> Outcome {
    let mut outcome = Outcome::default();
    loop {
        match reader.next_chunk() {
            Ok(Some(chunk)) => {
                assert!(!chunk.is_empty());
                assert_eq!(chunk.first_record(), outcome.records);
                outcome.records += chunk.len() as u64;
                let mut posts = chunk.posts();
                let mut given = 0;
                for item in &mut posts {
                    given += 1;
                    match item {
                        Ok(post) => outcome.posts.push(post),
                        Err(dead) => outcome.dead.push(dead),
                    }
                }
                assert_eq!(given, chunk.len());
                outcome.bad_times += posts.bad_times();
            }
            Ok(None) => break,
            Err(error) => {
                assert!(outcome.error.is_none(), "an error is told once");
                outcome.error = Some(error);
            }
        }
    }
    assert_eq!(reader.records(), outcome.records);
    outcome.inputs = reader.inputs().to_vec();
    outcome
}

fn read_file(name: &str, content: impl AsRef<[u8]>, options: &Options) -> Result<Outcome, ReadError> {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, content).expect("written");
    open(&[path], options).map(drain)
}

/// Reads a file of this name and content with default options.
fn read(name: &str, content: impl AsRef<[u8]>) -> Outcome {
    read_file(name, content, &Options::default()).expect("opens")
}

fn read_stream(content: impl AsRef<[u8]>, options: &Options) -> Result<Outcome, ReadError> {
    open_stream(Box::new(Cursor::new(content.as_ref().to_vec())), "stdin", options).map(drain)
}

fn text_column(name: &str) -> Options {
    Options { columns: Columns { text: Some(name.to_owned()), ..Columns::default() }, ..Options::default() }
}

fn paths(folder: &TempDir, names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| folder.path().join(name)).collect()
}

/// `cargo test --release --lib read::tests::speed -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed() {
    let posts = 100_000_u32;
    let text =
        "Proud of #IamISPR and of those who stand behind it, this page was run by citizens شکریہ پاکستان";
    let json: String = (0..posts)
        .map(|n| {
            format!(
                "{{\"id\":\"11134020000000{n:05}\",\"created_at\":\"2019-04-03T12:{:02}:00Z\",\"author_id\":\"u{n}\",\
                 \"platform\":\"twitter\",\"text\":\"{text} {n}\",\"hashtags\":[\"IamISPR\"],\"likes\":{n},\
                 \"lang\":\"en\"}}\n",
                n % 60
            )
        })
        .collect();
    let csv: String =
        std::iter::once("id,created_at,author_id,platform,text,hashtags,likes,lang\n".to_owned())
            .chain((0..posts).map(|n| {
                format!(
                    "11134020000000{n:05},2019-04-03T12:16:00Z,u{n},twitter,\"{text} {n}\",IamISPR,{n},en\n"
                )
            }))
            .collect();
    let array = format!("[{}]", json.trim_end().replace('\n', ",\n"));
    let keep = Options { keep: true, ..Options::default() };
    for (name, content, options) in [
        ("jsonl", &json, &Options::default()),
        ("jsonl, keep", &json, &keep),
        ("json", &array, &Options::default()),
        ("csv", &csv, &Options::default()),
        ("csv, keep", &csv, &keep),
    ] {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, content).expect("written");
        let mut best = (f64::MAX, f64::MAX);
        for _ in 0..7 {
            let started = std::time::Instant::now();
            let mut reader = open(std::slice::from_ref(&path), options).expect("opens");
            let chunks: Vec<_> = std::iter::from_fn(|| reader.next_chunk().expect("reads")).collect();
            let split = started.elapsed();
            let found: usize = chunks.iter().map(|chunk| chunk.posts().flatten().count()).sum();
            assert_eq!(found, posts as usize);
            let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6 / f64::from(posts);
            best = (best.0.min(micros(split)), best.1.min(micros(started.elapsed())));
        }
        println!(
            "{name:12} {:4} bytes a post: {:.2} µs splitting + {:.2} µs parsing a post",
            content.len() / posts as usize,
            best.0,
            best.1 - best.0
        );
    }
}
