//! Tag files read back, post by post, with scores and texts: what a sample is drawn from and estimates are of.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::value::RawValue;

use super::{EstimateError, rows_parquet};
use crate::{
    evaluate::Given,
    post::{Post, Stance},
    read::{self, Chunk},
};

/// How many unreadable lines are remembered for telling.
const TOLD: usize = 5;

/// A tagged post.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// When it was posted, where known.
    pub time: Option<jiff::Timestamp>,
    /// Its language.
    pub lang: String,
    /// Its hashtags, without `#`.
    pub hashtags: Vec<String>,
    /// Its tags.
    pub tags: Vec<Given>,
    /// The ids of its claims.
    pub claims: Vec<String>,
    /// `labelled` or `abstained`.
    pub status: String,
    /// The labels abstained on.
    pub abstained: Vec<String>,
    /// The probability of labels, also of those not given; empty where the file does not tell.
    pub scores: BTreeMap<String, f64>,
    /// Its text, where it was kept.
    pub text: Option<String>,
}

impl Row {
    /// The highest score of a label's tags; of a target's, where one is named.
    pub fn given(&self, label: &str, target: Option<&str>) -> Option<f64> {
        let tags = self.tags.iter().filter(|tag| tag.label == label);
        tags.filter(|tag| target.is_none_or(|target| tag.target == target))
            .map(|tag| tag.score)
            .max_by(f64::total_cmp)
    }

    /// The tag that was given with the least certainty.
    pub fn least_sure(&self) -> Option<&Given> {
        self.tags.iter().min_by(|a, b| a.score.total_cmp(&b.score))
    }
}

/// What came of reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowsRead {
    /// Posts.
    pub posts: u64,
    /// Records that are no tagged posts; skipped.
    pub unreadable: u64,
    /// The first few of them: place and reason.
    pub first_unreadable: Vec<String>,
}

impl RowsRead {
    pub(super) fn take(&mut self, row: Result<Row, String>) -> Option<Row> {
        match row {
            Ok(row) => {
                self.posts += 1;
                Some(row)
            }
            Err(why) => {
                self.unreadable += 1;
                if self.first_unreadable.len() < TOLD {
                    self.first_unreadable.push(why);
                }
                None
            }
        }
    }
}

/// Visits the posts of tag files in their order: JSONL, CSV, TSV (plain, gzip or zstd) and Parquet, told by their content;
/// `-` is standard input. Records that are no tagged posts are skipped and told. Memory does not grow with the files.
///
/// # Errors
/// Where a file cannot be read or is no tag file; where not a single record is a tagged post; and what `visit` gives.
pub fn each_row(
    inputs: &[PathBuf],
    mut visit: impl FnMut(Row) -> Result<(), EstimateError>,
) -> Result<RowsRead, EstimateError> {
    let mut read = RowsRead::default();
    for input in inputs {
        let before = read.posts;
        if input.is_dir() {
            let reason = "it is a directory: name the tag files in it".to_owned();
            return Err(EstimateError::NoTags { path: input.clone(), reason });
        }
        if is_parquet(input) {
            rows_parquet::each_row(input, &mut read, &mut visit)?;
        } else {
            each_line(input, &mut read, &mut visit)?;
        }
        if let (true, Some(first)) = (read.posts == before, read.first_unreadable.first()) {
            let reason = format!("no record is a tagged post; {first}; give what `stancemark tag -o` wrote");
            return Err(EstimateError::NoTags { path: input.clone(), reason });
        }
    }
    Ok(read)
}

fn is_parquet(path: &Path) -> bool {
    let mut magic = [0; 4];
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
        && magic == *b"PAR1"
}

fn each_line(
    input: &Path,
    read: &mut RowsRead,
    visit: &mut impl FnMut(Row) -> Result<(), EstimateError>,
) -> Result<(), EstimateError> {
    // A tag file need not hold texts: the status stands in for the one that a post must have.
    let columns =
        read::Columns { text: Some("status".to_owned()), id: Some("id".to_owned()), ..Default::default() };
    let options = read::Options { columns, keep: true, ..read::Options::default() };
    let no_tags = |error: read::ReadError| EstimateError::NoTags {
        path: input.to_owned(),
        reason: format!("{error}; give what `stancemark tag -o` wrote"),
    };
    let mut reader = read::open(&[input.to_owned()], &options).map_err(no_tags)?;
    let ahead = rayon::current_num_threads() * 2;
    let mut chunks: Vec<Chunk> = Vec::with_capacity(ahead);
    loop {
        chunks.clear();
        while chunks.len() < ahead {
            match reader.next_chunk()? {
                Some(chunk) => chunks.push(chunk),
                None => break,
            }
        }
        let rows: Vec<Vec<Result<Row, String>>> = chunks.par_iter().map(rows_of).collect();
        for row in rows.into_iter().flatten() {
            if let Some(row) = read.take(row) {
                visit(row)?;
            }
        }
        if chunks.len() < ahead {
            return Ok(());
        }
    }
}

fn rows_of(chunk: &Chunk) -> Vec<Result<Row, String>> {
    let row = |post: Post| row(&post).map_err(|why| format!("{}: {why}", post.origin));
    let posts = chunk.posts();
    posts
        .map(|outcome| {
            outcome.map_err(|letter| format!("{}: {}", letter.origin, letter.reason)).and_then(row)
        })
        .collect()
}

/// A value, or the same as JSON in a cell of a table.
fn cell<'de, T: DeserializeOwned + Default, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let raw = <&RawValue>::deserialize(from)?.get();
    let parse = |json: &str| serde_json::from_str::<Option<T>>(json).map(Option::unwrap_or_default);
    if !raw.starts_with('"') {
        return parse(raw).map_err(D::Error::custom);
    }
    let inner: String = serde_json::from_str(raw).map_err(D::Error::custom)?;
    if inner.is_empty() { Ok(T::default()) } else { parse(&inner).map_err(D::Error::custom) }
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    lang: Option<String>,
    #[serde(default, deserialize_with = "cell")]
    hashtags: Vec<String>,
    #[serde(deserialize_with = "cell")]
    tags: Vec<TagLine>,
    #[serde(default, deserialize_with = "cell")]
    claims: Vec<ClaimLine>,
    #[serde(default, deserialize_with = "cell")]
    abstained: Vec<String>,
    #[serde(default, deserialize_with = "cell")]
    scores: BTreeMap<String, f64>,
    #[serde(default)]
    text: Option<String>,
}

#[derive(Deserialize)]
struct TagLine {
    label: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    stance: Option<Stance>,
    #[serde(default = "sure")]
    score: f64,
    #[serde(default)]
    evidence: Vec<EvidenceLine>,
    #[serde(default)]
    by: Vec<String>,
}

#[derive(Deserialize)]
struct EvidenceLine {
    start: u32,
    end: u32,
    by: String,
}

#[derive(Deserialize)]
struct ClaimLine {
    claim: String,
}

fn sure() -> f64 {
    1.0
}

fn row(post: &Post) -> Result<Row, String> {
    let raw = post.input.as_ref().map_or("{}", |raw| raw.get());
    let line: Line = serde_json::from_str(raw).map_err(|error| {
        let said = error.to_string();
        said.split(" at line ").next().unwrap_or(&said).to_owned()
    })?;
    if !matches!(post.text.as_str(), "labelled" | "abstained") {
        return Err(format!("status {:?} is neither labelled nor abstained", post.text));
    }
    let row = Row {
        id: post.id.clone(),
        time: post.time,
        lang: line.lang.unwrap_or_else(|| "und".to_owned()),
        hashtags: line.hashtags,
        tags: line.tags.into_iter().map(given).collect(),
        claims: line.claims.into_iter().map(|hit| hit.claim).collect(),
        status: post.text.clone(),
        abstained: line.abstained,
        scores: line.scores,
        // A table cannot tell an empty text from none.
        text: line.text.filter(|text| !text.is_empty()),
    };
    checked(row)
}

/// The row, where its scores are within 0 and 1.
pub(super) fn checked(row: Row) -> Result<Row, String> {
    let scores = row.tags.iter().map(|tag| tag.score).chain(row.scores.values().copied());
    match scores.into_iter().find(|score| !(0.0..=1.0).contains(score)) {
        Some(score) => Err(format!("a score of {score}, not within 0 and 1")),
        None => Ok(row),
    }
}

fn given(tag: TagLine) -> Given {
    Given {
        label: tag.label,
        target: tag.target,
        stance: tag.stance,
        score: tag.score,
        evidence: tag.evidence.into_iter().map(|found| (found.start, found.end, found.by)).collect(),
        by: tag.by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        post::TaggedPost,
        write::{Destination, Encoder, OutputKind, Sink, samples},
    };

    fn rows(name: &str, posts: &[TaggedPost]) -> Vec<Row> {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(name);
        let destination = Destination::File(path.clone());
        let kind = OutputKind::of(&destination, None).expect("kind");
        let mut sink = Sink::create(&destination, kind).expect("create");
        sink.write(Encoder::new(kind).encode(posts).expect("encode")).expect("write");
        sink.finish().expect("finish");
        let mut rows = Vec::new();
        let read = each_row(&[path], |row| {
            rows.push(row);
            Ok(())
        });
        assert_eq!(read.expect("rows").unreadable, 0, "{name}");
        rows
    }

    #[test]
    fn every_format_gives_the_same_posts() {
        let mut kept = samples::platform_attack();
        samples::keep(&mut kept, "Shame on \"Facebook\",\nall of it", r#"{"likes":3}"#);
        let mut abstained = samples::bare("2");
        samples::abstain(&mut abstained);
        let posts = [kept, abstained];
        let expected = rows("a.jsonl", &posts);
        assert_eq!(expected[0].text.as_deref(), Some("Shame on \"Facebook\",\nall of it"));
        assert_eq!(expected[0].given("platform_attack", Some("facebook")), Some(0.94));
        assert_eq!(expected[0].given("platform_attack", Some("youtube")), None);
        assert_eq!(expected[0].time, posts[0].time);
        assert_eq!(expected[0].claims, ["ordinary-citizens"]);
        assert_eq!(
            (expected[1].status.as_str(), &*expected[1].abstained),
            ("abstained", &["support".to_owned()][..])
        );
        for name in ["a.csv", "a.tsv.gz", "a.jsonl.zst", "a.parquet"] {
            assert_eq!(rows(name, &posts), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_tagged_post_is_told_and_the_rest_is_read() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.jsonl");
        let told = |text: &str| {
            std::fs::write(&path, text).expect("written");
            each_row(std::slice::from_ref(&path), |_| Ok(()))
        };
        let good = r#"{"id":"1","lang":"en","tags":[],"status":"labelled"}"#;
        let read = told(&format!("{good}\n{{\"id\":\"2\",\"status\":\"done\",\"tags\":[]}}\n")).expect("one");
        assert_eq!((read.posts, read.unreadable), (1, 1));
        assert!(read.first_unreadable[0].contains("a.jsonl:2: status \"done\""), "{read:?}");
        let odd = r#"{"id":"1","tags":[{"label":"a","score":7}],"status":"labelled"}"#;
        assert!(told(odd).expect_err("none").to_string().contains("a score of 7"));
        assert!(told("{\"id\":\"1\",\"text\":\"x\"}\n").expect_err("none").to_string().contains("tag -o"));
        std::fs::write(&path, "PAR1 and no more").expect("written");
        assert!(each_row(&[path], |_| Ok(())).expect_err("none").to_string().contains("a.jsonl"));
        assert!(each_row(&[folder.path().to_owned()], |_| Ok(())).is_err());
    }
}
