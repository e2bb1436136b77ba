//! Tags a corpus: files in, a file of tagged posts, dead letters, a manifest and totals out.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    path::PathBuf,
    time::{Duration, Instant},
};

use super::{
    Clock, Delivered, Step,
    checkpoint::{self, Checkpoint, Checkpoints},
    in_order,
};
use crate::{
    Scratch, Tagger,
    post::{DeadLetter, Post, TaggedPost},
    read::{self, Progress, ReadError},
    write::{
        Block, CodebookUsed, Counts, DeadLetters, Destination, Encoder, InputFile, MANIFEST_VERSION,
        Manifest, ModelUsed, OutputKind, Sink, StepTime, Totals, WriteError, beside,
    },
};

/// Ids remembered for telling duplicates, 16 bytes each; beyond, they are no longer looked for.
const IDS_REMEMBERED: usize = 4_000_000;

/// What to read, and where to write.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Files, directories, `-` for stdin.
    pub inputs: Vec<PathBuf>,
    /// How to read them.
    pub read: read::Options,
    /// Where the tagged posts go.
    pub destination: Destination,
    /// In which form.
    pub kind: OutputKind,
    /// Where dead letters go; where none is given, `<output>.dead.jsonl` beside a file.
    pub dead_letters: Option<PathBuf>,
    /// Go on where a broken run of the same output stopped; begin anew where there is none.
    pub resume: bool,
    /// How often to write down where the run stands.
    pub checkpoint_every: Duration,
    /// Threads that tag.
    pub threads: usize,
    /// All settings as the user gave them, for the manifest.
    pub as_given: serde_json::Value,
}

/// What a run came to.
#[derive(Debug)]
pub struct Summary {
    /// The counts.
    pub totals: Totals,
    /// The manifest, as written beside a file.
    pub manifest: Manifest,
    /// Where the dead letters are, if there are any and they have a file.
    pub dead_letters: Option<PathBuf>,
    /// The first dead letters.
    pub first_dead: Vec<DeadLetter>,
}

/// Why a run did not finish.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An input cannot be read on.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The output cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A broken run cannot be gone on with.
    #[error("{}: cannot go on from this checkpoint: {reason}; run without --resume to begin anew", .path.display())]
    Checkpoint {
        /// The checkpoint.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// A chunk, tagged and serialised.
struct Worked {
    block: Result<Block, WriteError>,
    dead: Vec<DeadLetter>,
    totals: Totals,
    ids: Vec<u64>,
    unreadable_times: u64,
}

/// Tags a corpus. `tick` is called now and then with the reader's progress and the records done.
///
/// # Errors
/// [`RunError`]; the output then stays under its `.partial` name.
pub fn tag_corpus(
    tagger: &Tagger,
    settings: &Settings,
    mut tick: impl FnMut(&Progress, u64),
) -> Result<Summary, RunError> {
    let started = jiff::Timestamp::now();
    let begun = Instant::now();
    let reader = read::open(&settings.inputs, &settings.read)?;
    let progress = reader.progress();
    let key = checkpoint::key(tagger, settings);
    let checkpoint_file = companion(settings, ".checkpoint.json").filter(|_| settings.kind.is_resumable());
    let broken = match &checkpoint_file {
        Some(path) if settings.resume => Checkpoint::load(path, &key)?,
        _ => None,
    };
    let dead_file = settings.dead_letters.clone().or_else(|| companion(settings, ".dead.jsonl"));
    let (mut sink, mut dead_letters) = match (&broken, dead_file) {
        (Some(at), Some(dead_file)) => (
            Sink::resume(&settings.destination, settings.kind, at.bytes, at.posts)?,
            DeadLetters::resume(dead_file, at.dead_bytes)?,
        ),
        (_, dead_file) => (Sink::create(&settings.destination, settings.kind)?, DeadLetters::new(dead_file)),
    };
    let Checkpoint { records: done, mut totals, mut unreadable_times, .. } = broken.unwrap_or_default();
    let mut checkpoints = checkpoint_file.map(|path| Checkpoints::new(path, settings.checkpoint_every));
    let encoder = Encoder::new(settings.kind);
    let hasher = RandomState::new();
    let mut ids = HashSet::new();
    let (mut records, mut duplicates) = (0, 0);
    let mut writing = Clock::default();

    let (reader, clocks) = in_order(
        reader,
        settings.threads,
        Scratch::default,
        |chunk, scratch| {
            scratch.clock.start();
            let mut dead = Vec::new();
            let mut posts: Vec<Post> = Vec::with_capacity(chunk.len());
            let mut parsed = chunk.posts();
            let mut ids = Vec::with_capacity(chunk.len());
            let mut unreadable_times = 0;
            // Records that a broken run did already only tell their ids.
            let mut passed_over =
                usize::try_from(done.saturating_sub(chunk.first_record())).unwrap_or(usize::MAX);
            while let Some(outcome) = parsed.next() {
                ids.extend(outcome.as_ref().ok().map(|post| hasher.hash_one(&post.id)));
                if passed_over > 0 {
                    passed_over -= 1;
                    unreadable_times = parsed.bad_times();
                    continue;
                }
                match outcome {
                    Ok(post) => posts.push(post),
                    Err(letter) => dead.push(letter),
                }
            }
            let unreadable_times = parsed.bad_times() - unreadable_times;
            scratch.clock.lap(Step::Read);
            let mut tagged: Vec<TaggedPost> = Vec::with_capacity(posts.len());
            for outcome in tagger.tag_all(posts, scratch) {
                match outcome {
                    Ok(post) => tagged.push(post),
                    Err(letter) => dead.push(letter),
                }
            }
            let mut totals = Totals::new();
            for post in &tagged {
                totals.add(post);
            }
            for letter in &dead {
                totals.add_dead_letter(letter.step);
            }
            let block = encoder.encode(&tagged);
            scratch.clock.lap(Step::Write);
            Worked { block, dead, totals, ids, unreadable_times }
        },
        |Delivered { result, records: chunk_records }| {
            let Worked { block, dead, totals: chunk_totals, ids: chunk_ids, unreadable_times: chunk_times } =
                result;
            writing.start();
            sink.write(block?)?;
            for letter in &dead {
                dead_letters.write(letter)?;
            }
            writing.lap(Step::Write);
            totals.merge(chunk_totals);
            records += chunk_records;
            unreadable_times += chunk_times;
            for id in chunk_ids {
                if ids.len() < IDS_REMEMBERED {
                    duplicates += u64::from(!ids.insert(id));
                } else {
                    duplicates += u64::from(ids.contains(&id));
                }
            }
            if let Some(checkpoints) =
                checkpoints.as_mut().filter(|checkpoints| checkpoints.due() && records > done)
                && let Some(bytes) = sink.checkpoint()?
            {
                checkpoints.write(&Checkpoint {
                    key: key.clone(),
                    records,
                    bytes,
                    posts: sink.posts(),
                    dead_bytes: dead_letters.checkpoint()?,
                    totals: totals.clone(),
                    unreadable_times,
                })?;
            }
            tick(&progress, records);
            Ok::<(), RunError>(())
        },
    )?;

    for scratch in &clocks {
        writing.merge(&scratch.clock);
    }
    let mut counts = Counts::of(records, &totals);
    counts.duplicate_ids = duplicates;
    counts.unreadable_times = unreadable_times;
    let mut manifest = manifest(tagger, settings, &reader, counts, &totals);
    manifest.counts.check()?;
    sink.finish()?;
    let first_dead = dead_letters.first().to_vec();
    let dead_letters = dead_letters.finish()?;
    manifest.steps = Step::ALL
        .iter()
        .map(|&step| StepTime {
            step: step.as_str().to_owned(),
            wall_seconds: writing.spent(step).as_secs_f64(),
            cpu_seconds: None,
        })
        .collect();
    manifest.started = started;
    manifest.finished = jiff::Timestamp::now();
    manifest.wall_seconds = begun.elapsed().as_secs_f64();
    if let Some(path) = companion(settings, ".manifest.json") {
        manifest.write(&path)?;
    }
    if let Some(checkpoints) = checkpoints {
        checkpoints.remove();
    }
    Ok(Summary { totals, manifest, dead_letters, first_dead })
}

/// A file beside the output; none where the output goes to stdout.
fn companion(settings: &Settings, suffix: &str) -> Option<PathBuf> {
    match &settings.destination {
        Destination::File(path) => Some(beside(path, suffix)),
        Destination::Stdout => None,
    }
}

fn manifest(
    tagger: &Tagger,
    settings: &Settings,
    reader: &read::Reader,
    counts: Counts,
    totals: &Totals,
) -> Manifest {
    let codebook = tagger.codebook();
    let inputs = (reader.inputs().iter())
        .map(|input| InputFile {
            path: input.path.to_string(),
            bytes: input.bytes,
            sha256: Some(input.sha256.clone()),
            format: input.format.as_str().to_owned(),
            compression: (input.compression != read::Compression::None)
                .then(|| input.compression.as_str().to_owned()),
        })
        .collect();
    let now = jiff::Timestamp::now();
    Manifest {
        manifest: MANIFEST_VERSION,
        stancemark: env!("CARGO_PKG_VERSION").to_owned(),
        started: now,
        finished: now,
        inputs,
        codebook: CodebookUsed {
            name: codebook.name.clone(),
            version: codebook.version.to_string(),
            sha256: codebook.sha256.clone(),
        },
        model: tagger.model().map(|model| ModelUsed {
            name: model.card().name.clone(),
            sha256: (model.card().files.iter())
                .map(|(name, file)| (name.clone(), file.sha256.clone()))
                .collect(),
        }),
        decide: serde_json::to_value(tagger.weights()).unwrap_or_default(),
        settings: settings.as_given.clone(),
        counts,
        totals: totals.to_json(),
        steps: Vec::new(),
        wall_seconds: 0.0,
        threads: settings.threads,
    }
}
