//! One import from end to end: a tool's files in; gold and a report out.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::Value;

use super::{
    Agreement, Annotated, Conflict, How, ImportError, Moved, Source,
    check::check,
    gold::{Words, line},
};
use crate::{codebook::Codebook, post::DeadLetter, read};

/// What to import, and how.
#[derive(Debug)]
pub struct Job {
    /// The tool's files.
    pub files: Vec<PathBuf>,
    /// The tool.
    pub source: Source,
    /// The posts that were tagged, to check the texts against.
    pub posts: Option<(Vec<PathBuf>, read::Options)>,
    /// The codebook: a name or a path.
    pub codebook: String,
    /// How several people's labels become one.
    pub agreement: Agreement,
}

/// What an import came to.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Records in the files.
    pub records: u64,
    /// Posts in the gold.
    pub posts: u64,
    /// Annotations in it.
    pub annotations: u64,
    /// Posts that nobody has annotated.
    pub untouched: u64,
    /// Annotations by annotator.
    pub annotators: BTreeMap<String, u64>,
    /// Labels by how they came about.
    pub labels: BTreeMap<How, u64>,
    /// Places by how they came about.
    pub spans: BTreeMap<How, u64>,
    /// Labels that people disagree on.
    pub conflicts: Vec<Conflict>,
    /// Marks that are not where they say; they are not in the gold.
    pub moved: Vec<Moved>,
    /// Labels that the codebook lacks, with the posts that have them.
    pub unknown_labels: BTreeMap<String, u64>,
    /// Annotations that give each label.
    pub given: BTreeMap<String, u64>,
    /// Records that could not be read.
    #[serde(skip)]
    pub dead: Vec<DeadLetter>,
}

/// Reads a tool's files: the lines of gold, in the order of the files, and what there is to tell.
///
/// People's work is held in memory whole: annotators of one post need not stand together.
///
/// # Errors
/// [`ImportError`].
pub fn import(job: &Job) -> Result<(Vec<Value>, Report), ImportError> {
    let codebook = Codebook::load(&job.codebook, None)?;
    let found = job.source.read(&job.files)?;
    let (by_post, order) = by_post(found.annotated);
    let mut report =
        Report { records: found.records, untouched: found.untouched, dead: found.dead, ..Report::default() };
    if order.is_empty() {
        return Err(nothing(&job.files, &report));
    }
    let originals = match &job.posts {
        Some((paths, options)) => Some(texts(paths, options, &by_post)?),
        None => None,
    };
    let words = Words::of(&codebook);
    let lines = lines(by_post, order, originals.as_ref(), job.agreement, &words, &mut report);
    for (label, posts) in report.given.clone() {
        if codebook.labels.iter().all(|known| *known.id != *label) {
            report.unknown_labels.insert(label, posts);
        }
    }
    Ok((lines, report))
}

/// The gold in an export of a tool, as JSON lines, where the file is one (told by its first record). Without a codebook
/// there are no stances in it.
///
/// # Errors
/// [`ImportError`] where it is one and cannot be read, or nobody annotated anything.
pub fn gold_of(path: &Path) -> Result<Option<(Vec<u8>, Report)>, ImportError> {
    let Some(source) = Source::of_file(path) else { return Ok(None) };
    let files = [path.to_owned()];
    let found = source.read(&files)?;
    let (by_post, order) = by_post(found.annotated);
    let mut report =
        Report { records: found.records, untouched: found.untouched, dead: found.dead, ..Report::default() };
    if order.is_empty() {
        return Err(nothing(&files, &report));
    }
    let lines = lines(by_post, order, None, Agreement::All, &Words::default(), &mut report);
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend_from_slice(line.to_string().as_bytes());
        bytes.push(b'\n');
    }
    Ok(Some((bytes, report)))
}

/// Annotations by post, and the posts in the order of the files.
fn by_post(annotated: Vec<Annotated>) -> (HashMap<String, Vec<Annotated>>, Vec<String>) {
    let mut order: Vec<String> = Vec::new();
    let mut by_post: HashMap<String, Vec<Annotated>> = HashMap::new();
    for annotated in annotated {
        by_post
            .entry(annotated.id.clone())
            .or_insert_with(|| {
                order.push(annotated.id.clone());
                Vec::new()
            })
            .push(annotated);
    }
    (by_post, order)
}

fn nothing(files: &[PathBuf], report: &Report) -> ImportError {
    let first = report.dead.first().map(|letter| format!("; {}: {}", letter.origin, letter.reason));
    ImportError::Nothing {
        path: files.first().cloned().unwrap_or_default(),
        records: report.records,
        first: first.unwrap_or_default(),
    }
}

fn lines(
    mut by_post: HashMap<String, Vec<Annotated>>,
    order: Vec<String>,
    originals: Option<&HashMap<String, String>>,
    agreement: Agreement,
    words: &Words,
    report: &mut Report,
) -> Vec<Value> {
    let mut lines = Vec::with_capacity(order.len());
    for id in order {
        let Some(mut people) = by_post.remove(&id) else { continue };
        for person in &mut people {
            check(person, originals, &mut report.moved);
            report.count(person);
        }
        lines.push(line(&people, agreement, words, &mut report.conflicts));
        report.posts += 1;
    }
    lines
}

impl Report {
    fn count(&mut self, person: &Annotated) {
        self.annotations += 1;
        *self.annotators.entry(person.annotator.clone()).or_default() += 1;
        for mark in &person.labels {
            *self.labels.entry(mark.how).or_default() += 1;
        }
        for mark in &person.spans {
            *self.spans.entry(mark.how).or_default() += 1;
        }
        for label in person.given() {
            *self.given.entry(label.to_owned()).or_default() += 1;
        }
    }
}

/// The texts of the posts that were annotated.
fn texts(
    paths: &[PathBuf],
    options: &read::Options,
    wanted: &HashMap<String, Vec<Annotated>>,
) -> Result<HashMap<String, String>, ImportError> {
    let mut reader = read::open(paths, options)?;
    let mut texts = HashMap::new();
    while let Some(chunk) = reader.next_chunk()? {
        for post in chunk.posts().flatten() {
            if wanted.contains_key(&post.id) {
                texts.entry(post.id).or_insert(post.text);
            }
        }
    }
    Ok(texts)
}
