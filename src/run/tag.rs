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
    decide::Weights,
    post::{DeadLetter, Post, TaggedPost},
    privacy::Privacy,
    read::{self, Chunk, Progress, ReadError},
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
    /// What must not stand in the output.
    pub privacy: Privacy,
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
    settings.destination.spare(&settings.inputs)?;
    if let Some(dead_letters) = &settings.dead_letters {
        settings.destination.spare_from(dead_letters)?;
        Destination::File(dead_letters.clone()).spare(&settings.inputs)?;
    }
    let progress = reader.progress();
    let mut output = Output::open(tagger, settings)?;
    let worker = Worker {
        tagger,
        encoder: Encoder::new(settings.kind),
        hasher: RandomState::new(),
        passed_over: output.passed_over,
        privacy: &settings.privacy,
    };
    let ran = in_order(
        reader,
        settings.threads,
        Scratch::default,
        |chunk, scratch| worker.work(chunk, scratch),
        |Delivered { result, records }| {
            output.take(result, records)?;
            tick(&progress, output.records);
            Ok::<(), RunError>(())
        },
    );
    let (reader, scratches) = match ran {
        Ok(done) => done,
        Err(error) => {
            // What a damaged archive gave before the damage showed is not to be trusted.
            if matches!(&error, RunError::Read(error) if error.is_damage())
                && let Some(checkpoints) = output.checkpoints
            {
                checkpoints.remove();
            }
            return Err(error);
        }
    };
    for scratch in &scratches {
        output.clock.merge(&scratch.clock);
    }
    let mut manifest = manifest(tagger, settings, &reader, &output);
    manifest.counts.check()?;
    manifest.started = started;
    output.sink.finish()?;
    let first_dead = output.dead_letters.first().to_vec();
    let dead_letters = output.dead_letters.finish()?;
    manifest.finished = jiff::Timestamp::now();
    manifest.wall_seconds = begun.elapsed().as_secs_f64();
    if let Some(path) = companion(settings, ".manifest.json") {
        manifest.write(&path)?;
    }
    if let Some(checkpoints) = output.checkpoints {
        checkpoints.remove();
    }
    Ok(Summary { totals: output.totals, manifest, dead_letters, first_dead })
}

/// What every working thread shares.
struct Worker<'a> {
    tagger: &'a Tagger,
    encoder: Encoder,
    hasher: RandomState,
    /// Records that a broken run did already: they only tell their ids.
    passed_over: u64,
    privacy: &'a Privacy,
}

impl Worker<'_> {
    /// Parses, tags and serialises a chunk.
    fn work(&self, chunk: &Chunk, scratch: &mut Scratch) -> Worked {
        scratch.clock.start();
        let mut dead = Vec::new();
        let mut posts: Vec<Post> = Vec::with_capacity(chunk.len());
        let mut ids = Vec::with_capacity(chunk.len());
        let mut parsed = chunk.posts();
        let mut passed_over = self.passed_over.saturating_sub(chunk.first_record());
        let mut earlier_times = 0;
        while let Some(outcome) = parsed.next() {
            ids.extend(outcome.as_ref().ok().map(|post| self.hasher.hash_one(&post.id)));
            if passed_over > 0 {
                passed_over -= 1;
                earlier_times = parsed.bad_times();
                continue;
            }
            match outcome {
                Ok(post) => posts.push(post),
                Err(letter) => dead.push(letter),
            }
        }
        let unreadable_times = parsed.bad_times() - earlier_times;
        scratch.clock.lap(Step::Read);
        let mut tagged: Vec<TaggedPost> = Vec::with_capacity(posts.len());
        for outcome in self.tagger.tag_all(posts, scratch) {
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
        for post in &mut tagged {
            self.privacy.apply(post);
        }
        for letter in &mut dead {
            self.privacy.apply_to_dead(letter);
        }
        let block = self.encoder.encode(&tagged);
        scratch.clock.lap(Step::Write);
        Worked { block, dead, totals, ids, unreadable_times }
    }
}

/// The writing thread's part: files, counts, checkpoints.
struct Output {
    sink: Sink,
    dead_letters: DeadLetters,
    checkpoints: Option<Checkpoints>,
    key: String,
    totals: Totals,
    /// Records so far, those of a broken run among them.
    records: u64,
    passed_over: u64,
    unreadable_times: u64,
    ids: HashSet<u64>,
    duplicates: u64,
    clock: Clock,
}

impl Output {
    /// Opens the files, anew or where a broken run stopped.
    fn open(tagger: &Tagger, settings: &Settings) -> Result<Self, RunError> {
        if settings.resume {
            settings.kind.check_resumable(&settings.destination)?;
        }
        let key = checkpoint::key(tagger, settings);
        let checkpoint_file =
            companion(settings, ".checkpoint.json").filter(|_| settings.kind.is_resumable());
        let broken = match &checkpoint_file {
            Some(path) if settings.resume => Checkpoint::load(path, &key)?,
            _ => None,
        };
        let dead_file = settings.dead_letters.clone().or_else(|| companion(settings, ".dead.jsonl"));
        let (sink, dead_letters) = match (&broken, dead_file) {
            (Some(at), Some(dead_file)) => (
                Sink::resume(&settings.destination, settings.kind, at.bytes, at.posts)?,
                DeadLetters::resume(dead_file, at.dead_bytes)?,
            ),
            (_, dead_file) => {
                (Sink::create(&settings.destination, settings.kind)?, DeadLetters::new(dead_file))
            }
        };
        let Checkpoint { records: passed_over, totals, unreadable_times, .. } = broken.unwrap_or_default();
        Ok(Self {
            sink,
            dead_letters,
            checkpoints: checkpoint_file.map(|path| Checkpoints::new(path, settings.checkpoint_every)),
            key,
            totals,
            records: 0,
            passed_over,
            unreadable_times,
            ids: HashSet::new(),
            duplicates: 0,
            clock: Clock::default(),
        })
    }

    /// Writes a chunk down, and now and then where the run stands.
    fn take(&mut self, worked: Worked, records: u64) -> Result<(), RunError> {
        self.clock.start();
        self.sink.write(worked.block?)?;
        for letter in &worked.dead {
            self.dead_letters.write(letter)?;
        }
        self.clock.lap(Step::Write);
        self.totals.merge(worked.totals);
        self.records += records;
        self.unreadable_times += worked.unreadable_times;
        for id in worked.ids {
            let seen =
                if self.ids.len() < IDS_REMEMBERED { !self.ids.insert(id) } else { self.ids.contains(&id) };
            self.duplicates += u64::from(seen);
        }
        let due = self.checkpoints.as_mut().filter(|checkpoints| checkpoints.due());
        if let Some(checkpoints) = due.filter(|_| self.records > self.passed_over)
            && let Some(bytes) = self.sink.checkpoint()?
        {
            checkpoints.write(&Checkpoint {
                key: self.key.clone(),
                records: self.records,
                bytes,
                posts: self.sink.posts(),
                dead_bytes: self.dead_letters.checkpoint()?,
                totals: self.totals.clone(),
                unreadable_times: self.unreadable_times,
            })?;
        }
        Ok(())
    }
}

/// A file beside the output; none where the output goes to stdout.
fn companion(settings: &Settings, suffix: &str) -> Option<PathBuf> {
    match &settings.destination {
        Destination::File(path) => Some(beside(path, suffix)),
        Destination::Stdout => None,
    }
}

fn manifest(tagger: &Tagger, settings: &Settings, reader: &read::Reader, output: &Output) -> Manifest {
    let codebook = tagger.codebook();
    let mut counts = Counts::of(output.records, &output.totals);
    counts.duplicate_ids = output.duplicates;
    counts.unreadable_times = output.unreadable_times;
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
    let steps = Step::ALL.iter().map(|&step| StepTime {
        step: step.as_str().to_owned(),
        wall_seconds: output.clock.spent(step).as_secs_f64(),
    });
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
        decide: as_written(tagger.weights()),
        settings: settings.as_given.clone(),
        counts,
        totals: output.totals.to_json(),
        steps: steps.collect(),
        wall_seconds: 0.0,
        threads: settings.threads,
    }
}

/// The weights with the decimals that a person wrote: 0.4, not the nearest binary fraction's digits.
fn as_written(weights: &Weights) -> serde_json::Value {
    serde_json::to_string(weights).and_then(|text| serde_json::from_str(&text)).unwrap_or_default()
}
