//! One export from end to end: tag files in; the tool's files, a manifest and dead letters out.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    path::PathBuf,
    sync::Arc,
};

use super::{
    About, Counts, Document, Earlier, ExportError, Format, Part, Pick, Tagged, Tool, join::Texts,
    manifest::Writing, output::Output, select::Selector, tagged, tool::Seen, validate,
};
use crate::{
    post::DeadLetter,
    read::{self, Progress},
    run::in_order,
    write::{DeadLetters, Destination},
};

/// Ids remembered for telling duplicates; beyond, they are no longer looked for.
const IDS_REMEMBERED: usize = 4_000_000;

/// What to export, and how.
#[derive(Debug)]
pub struct Job {
    /// Tag files: JSONL, CSV, TSV, packed or not; `-` for stdin.
    pub tags: Vec<PathBuf>,
    /// The posts that were tagged and how they are read, where the tags hold no text.
    pub posts: Option<(Vec<PathBuf>, read::Options)>,
    /// For which tool.
    pub tool: Tool,
    /// A file, a folder, or `-`.
    pub output: PathBuf,
    /// What all posts share.
    pub about: Arc<About>,
    /// Which posts; all where there is none.
    pub pick: Option<Pick>,
    /// Manifests of earlier exports whose posts are passed over.
    pub only_new: Vec<PathBuf>,
    /// Threads that read.
    pub threads: usize,
}

/// What an export came to.
#[derive(Debug)]
pub struct Summary {
    /// The counts.
    pub counts: Counts,
    /// Where the files are; `None` for stdout.
    pub output: Option<PathBuf>,
    /// The first dead letters.
    pub first_dead: Vec<DeadLetter>,
    /// What to do with the files.
    pub next_step: &'static str,
}

/// Exports. `tick` is called now and then with the reader's progress and the records done.
///
/// # Errors
/// [`ExportError`]; nothing then has its final name.
pub fn export(job: &Job, mut tick: impl FnMut(&Progress, u64)) -> Result<Summary, ExportError> {
    let inputs: Vec<PathBuf> =
        job.tags.iter().chain(job.posts.iter().flat_map(|(paths, _)| paths)).cloned().collect();
    Destination::from_arg(&job.output).spare(&inputs)?;
    let before = Before::read(&job.only_new)?;
    let reader = read::open(&job.tags, &tagged::options())?;
    let texts = match &job.posts {
        Some((paths, options)) => Some(Texts::new(read::open(paths, options)?)),
        None => None,
    };
    let mut writer = Writer::create(job, before, texts)?;
    let progress = reader.progress();
    let quiet = writer.output.on_terminal();
    in_order(
        reader,
        job.threads,
        || (),
        |chunk, ()| {
            chunk
                .posts()
                .map(|post| post.and_then(|post| tagged::document(post, &job.about.meta)))
                .collect::<Vec<_>>()
        },
        |delivered| -> Result<(), ExportError> {
            for tagged in delivered.result {
                writer.take(tagged)?;
            }
            if !quiet {
                tick(&progress, writer.counts.posts);
            }
            Ok(())
        },
    )?;
    writer.finish()
}

/// Ids, by hash.
#[derive(Default)]
struct Ids {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl Ids {
    /// Whether the id is new; beyond so many ids all are.
    fn insert(&mut self, id: &str) -> bool {
        let hash = self.hasher.hash_one(id);
        if self.hashes.len() >= IDS_REMEMBERED {
            !self.hashes.contains(&hash)
        } else {
            self.hashes.insert(hash)
        }
    }

    fn contains(&self, id: &str) -> bool {
        self.hashes.contains(&self.hasher.hash_one(id))
    }
}

/// The posts of earlier exports.
struct Before(Ids);

impl Before {
    fn read(manifests: &[PathBuf]) -> Result<Self, ExportError> {
        let mut ids = Ids::default();
        for path in manifests {
            for id in Earlier::read(path)?.ids {
                ids.hashes.insert(ids.hasher.hash_one(&id));
            }
        }
        Ok(Self(ids))
    }
}

/// Everything behind the reader: checks posts, and writes those that are fit.
struct Writer<'j> {
    job: &'j Job,
    format: Box<dyn Format>,
    labels: Vec<&'j str>,
    output: Output,
    manifest: Writing,
    dead: DeadLetters,
    texts: Option<Texts>,
    before: Before,
    ids: Ids,
    selector: Option<Selector>,
    offered: u64,
    batch: Vec<Document>,
    seen: Seen,
    counts: Counts,
}

impl<'j> Writer<'j> {
    fn create(job: &'j Job, before: Before, texts: Option<Texts>) -> Result<Self, ExportError> {
        let format = job.tool.format(Arc::clone(&job.about));
        let output = Output::create(&job.output, job.tool.name, &format.layout())?;
        let sample = job.pick.map(
            |pick| serde_json::json!({ "method": pick.method.as_str(), "size": pick.size, "seed": pick.seed }),
        );
        let manifest =
            Writing::create(output.manifest().as_deref(), job.tool.name, format.unit(), &job.about, sample)?;
        Ok(Self {
            job,
            labels: job.about.labels(),
            dead: DeadLetters::new(output.dead_letters()),
            format,
            output,
            manifest,
            texts,
            before,
            ids: Ids::default(),
            selector: job.pick.map(Selector::new),
            offered: 0,
            batch: Vec::new(),
            seen: Seen::default(),
            counts: Counts::default(),
        })
    }

    fn take(&mut self, tagged: Result<Tagged, DeadLetter>) -> Result<(), ExportError> {
        self.counts.posts += 1;
        let mut tagged = match tagged {
            Ok(tagged) => tagged,
            Err(letter) => return self.bury(&letter),
        };
        if self.before.0.contains(&tagged.document.id) {
            self.counts.exported_before += 1;
            return Ok(());
        }
        if !self.format.takes(&tagged.document) {
            self.counts.no_task += 1;
            return Ok(());
        }
        if let Some(texts) = &mut self.texts {
            texts.give(&mut tagged, &self.job.about.meta)?;
        }
        let Tagged { mut document, has_text } = tagged;
        let fit = if !has_text {
            Err(match self.texts {
                Some(_) => {
                    "no post of --posts has this id: name the posts that were tagged, with the same --id"
                }
                None => "the tags hold no text: tag with --keep, or name the posts with --posts",
            }
            .to_owned())
        } else if self.ids.insert(&document.id) {
            validate(&mut document, &self.labels, &self.format.rules())
        } else {
            Err("an earlier post has this id: a tool would mix the two up".to_owned())
        };
        match fit {
            Ok(()) => match &mut self.selector {
                Some(selector) => {
                    self.offered += 1;
                    selector.offer(document);
                    Ok(())
                }
                None => self.keep(document),
            },
            Err(reason) => self.bury(&DeadLetter {
                origin: document.origin,
                step: "export",
                reason,
                id: Some(document.id),
                excerpt: document.text.chars().take(200).collect(),
            }),
        }
    }

    fn bury(&mut self, letter: &DeadLetter) -> Result<(), ExportError> {
        self.counts.dead_lettered += 1;
        Ok(self.dead.write(letter)?)
    }

    fn keep(&mut self, document: Document) -> Result<(), ExportError> {
        self.counts.exported += 1;
        self.seen.posts += 1;
        for what in &document.repairs {
            *self.counts.repaired.entry(what).or_default() += 1;
        }
        for label in &document.labels {
            if !self.seen.targets.contains(&label.target) {
                self.seen.targets.insert(label.target.clone());
            }
        }
        self.manifest.id(&document.id)?;
        self.batch.push(document);
        if self.batch.len() >= self.format.batch() { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ExportError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let parts: Vec<Part> = self.format.encode(&self.batch).map_err(|reason| self.wrong(reason))?;
        self.batch.clear();
        for part in parts {
            self.output.write(&part)?;
        }
        Ok(())
    }

    fn wrong(&self, reason: String) -> ExportError {
        ExportError::Format { tool: self.job.tool.name, reason }
    }

    fn finish(mut self) -> Result<Summary, ExportError> {
        if let Some(selector) = self.selector.take() {
            let drawn = selector.finish().map_err(ExportError::Sample)?;
            self.counts.not_drawn = self.offered - drawn.len() as u64;
            drawn.into_iter().try_for_each(|document| self.keep(document))?;
        }
        self.flush()?;
        let first_dead = self.dead.first().to_vec();
        if let (0, Some(first)) = (self.counts.exported, first_dead.first()) {
            let first = format!("{}: {}", first.origin, first.reason);
            return Err(ExportError::Nothing { posts: self.counts.posts, first });
        }
        let companions = self.format.companions(&self.seen).map_err(|reason| self.wrong(reason))?;
        for (name, bytes) in companions {
            self.output.file(&name, &bytes)?;
        }
        self.dead.finish()?;
        self.manifest.finish(&self.counts)?;
        let output = self.output.finish()?;
        Ok(Summary { counts: self.counts, output, first_dead, next_step: self.format.next_step() })
    }
}
