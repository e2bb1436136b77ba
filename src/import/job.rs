//! One import from end to end: a tool's files in; gold and a report out.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
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
    let words = Words::of(&codebook);
    let found = job.source.read(&job.files)?;
    let mut report = Report { records: found.records, untouched: found.untouched, ..Report::default() };
    let mut order: Vec<String> = Vec::new();
    let mut by_post: HashMap<String, Vec<Annotated>> = HashMap::new();
    for annotated in found.annotated {
        by_post
            .entry(annotated.id.clone())
            .or_insert_with(|| {
                order.push(annotated.id.clone());
                Vec::new()
            })
            .push(annotated);
    }
    report.dead = found.dead;
    if order.is_empty() {
        let first = report.dead.first().map(|letter| format!("; {}: {}", letter.origin, letter.reason));
        return Err(ImportError::Nothing {
            path: job.files.first().cloned().unwrap_or_default(),
            records: report.records,
            first: first.unwrap_or_default(),
        });
    }
    let originals = match &job.posts {
        Some((paths, options)) => Some(texts(paths, options, &by_post)?),
        None => None,
    };
    let mut lines = Vec::with_capacity(order.len());
    for id in order {
        let Some(mut people) = by_post.remove(&id) else { continue };
        for person in &mut people {
            check(person, originals.as_ref(), &mut report.moved);
            report.count(person, &codebook);
        }
        lines.push(line(&people, job.agreement, &words, &mut report.conflicts));
        report.posts += 1;
    }
    Ok((lines, report))
}

impl Report {
    fn count(&mut self, person: &Annotated, codebook: &Codebook) {
        self.annotations += 1;
        *self.annotators.entry(person.annotator.clone()).or_default() += 1;
        for mark in &person.labels {
            *self.labels.entry(mark.how).or_default() += 1;
        }
        for mark in &person.spans {
            *self.spans.entry(mark.how).or_default() += 1;
        }
        for label in person.given() {
            if codebook.labels.iter().all(|known| *known.id != *label) {
                *self.unknown_labels.entry(label.to_owned()).or_default() += 1;
            }
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
