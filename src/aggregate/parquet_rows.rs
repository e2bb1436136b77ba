//! Our Parquet read back: only the columns that are counted are decoded, row groups on several threads.

use std::{
    fs::File,
    num::NonZeroUsize,
    ops::Range,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use arrow::{
    array::{
        Array, ArrayRef, AsArray as _, ListArray, PrimitiveArray, RecordBatch, StringArray, StructArray,
    },
    datatypes::TimestampMicrosecondType,
};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    errors::ParquetError,
    schema::types::SchemaDescriptor,
};

use super::{
    AggregateError, Plan, TagRecord, TagView, Text,
    files::Tally,
    plan::Needs,
    record::{stance_from, status_from},
};
use crate::post::{Stance, Status};

/// Rows decoded at once.
const ROWS: usize = 8_192;

/// Counts the rows of a Parquet file.
pub(super) fn count(
    file: &File,
    path: &Path,
    plans: &[Arc<Plan>],
    threads: NonZeroUsize,
) -> Result<Tally, AggregateError> {
    let no_tag_file = |reason: String| AggregateError::NoTagFile { path: path.to_owned(), reason };
    // Types as Parquet has them: other programs that save a tag file leave a note with their own kinds
    // of text (large, view, dictionary), and mean the same.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata =
        ArrowReaderMetadata::load(file, options).map_err(|error| no_tag_file(error.to_string()))?;
    let schema = metadata.parquet_schema();
    let leaf = |name: &str| {
        leaf_of(schema, name).ok_or_else(|| {
            no_tag_file(format!("there is no column {:?} of the type that we write", root(name)))
        })
    };
    // Whatever is counted, a file without these is no tag file.
    for name in ["lang", "tags.label", "status"] {
        leaf(name)?;
    }
    let needs = Needs::of(plans);
    let mut leaves = needs.leaves().into_iter().map(leaf).collect::<Result<Vec<_>, _>>()?;
    if leaves.is_empty() {
        // Rows must come from somewhere.
        leaves.push(leaf("status")?);
    }
    let mask = ProjectionMask::leaves(schema, leaves);

    let groups = metadata.metadata().row_groups();
    let mut first_rows = Vec::with_capacity(groups.len());
    let mut rows = 0u64;
    for group in groups {
        first_rows.push(rows);
        rows += u64::try_from(group.num_rows()).unwrap_or(0);
    }
    let name = path.display().to_string();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Tally, AggregateError> {
        let mut tally = Tally::new(plans);
        // Each thread opens the file anew: what is duplicated shares its position.
        let file = File::open(path).map_err(|source| AggregateError::Io { path: path.to_owned(), source })?;
        loop {
            let group = next.fetch_add(1, Ordering::Relaxed);
            let Some(&first) = first_rows.get(group) else { return Ok(tally) };
            let handle =
                file.try_clone().map_err(|source| AggregateError::Io { path: path.to_owned(), source })?;
            let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(handle, metadata.clone())
                .with_projection(mask.clone())
                .with_batch_size(ROWS)
                .with_row_groups(vec![group])
                .build()
                .map_err(|error| broken(path, &error))?;
            let mut row = first;
            for batch in batches {
                let batch = batch.map_err(|error| broken(path, &ParquetError::from(error)))?;
                count_batch(&batch, needs, &name, &mut row, &mut tally).map_err(|problem| match problem {
                    Problem::Column(column) => {
                        no_tag_file(format!("there is no column {column:?} of the type that we write"))
                    }
                    Problem::Counting(error) => error,
                })?;
            }
        }
    };
    let workers = threads.get().min(groups.len()).max(1);
    thread::scope(|scope| {
        let working: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut whole = Tally::new(plans);
        let mut failed = None;
        for worker in working {
            match worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
                Ok(tally) => whole.merge(tally)?,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(whole), Err)
    })
}

fn broken(path: &Path, error: &ParquetError) -> AggregateError {
    let reason = error.to_string();
    if reason.contains("Disabled feature") {
        AggregateError::PageCompression { path: path.to_owned(), reason }
    } else {
        AggregateError::NoTagFile { path: path.to_owned(), reason }
    }
}

/// The column that a leaf belongs to.
fn root(name: &str) -> &str {
    name.split_once('.').map_or(name, |(root, _)| root)
}

/// A leaf by its name. `tags.label` is `tags.list.element.label`, whatever a writer calls the list's own levels.
fn leaf_of(schema: &SchemaDescriptor, name: &str) -> Option<usize> {
    schema.columns().iter().position(|column| {
        let parts = column.path().parts();
        let (first, last) = (parts.first(), parts.last());
        match name.split_once('.') {
            None => first.is_some_and(|part| part == name),
            Some((list, field)) => {
                first.is_some_and(|part| part == list) && last.is_some_and(|part| part == field)
            }
        }
    })
}

impl Needs {
    /// What several plans need together.
    fn of(plans: &[Arc<Plan>]) -> Self {
        let mut all = Self::default();
        for needs in plans.iter().map(|plan| plan.needs()) {
            all.time |= needs.time;
            all.lang |= needs.lang;
            all.hashtags |= needs.hashtags;
            all.tags |= needs.tags;
            all.label |= needs.label;
            all.target |= needs.target;
            all.stance |= needs.stance;
            all.claims |= needs.claims;
            all.status |= needs.status;
            all.input |= needs.input;
        }
        all
    }

    /// The leaves to decode.
    fn leaves(self) -> Vec<&'static str> {
        let of_tags = self.label || self.target || self.stance;
        let wanted = [
            (self.time, "time"),
            (self.lang, "lang"),
            (self.hashtags, "hashtags"),
            (self.label || (self.tags && !of_tags), "tags.label"),
            (self.target, "tags.target"),
            (self.stance, "tags.stance"),
            (self.claims, "claims.claim"),
            (self.status, "status"),
            (self.input, "input"),
        ];
        wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, name)| name).collect()
    }
}

/// Why a batch could not be counted.
enum Problem {
    /// A column has another type.
    Column(&'static str),
    /// The counts are too many.
    Counting(AggregateError),
}

impl From<&'static str> for Problem {
    fn from(column: &'static str) -> Self {
        Problem::Column(column)
    }
}

fn count_batch(
    batch: &RecordBatch,
    needs: Needs,
    name: &str,
    row: &mut u64,
    tally: &mut Tally,
) -> Result<(), Problem> {
    let columns = Columns::of(batch, needs)?;
    let mut record = TagRecord {
        time: None,
        lang: Text::from(""),
        hashtags: Vec::new(),
        tags: Vec::new(),
        claims: Vec::new(),
        status: Status::Labelled,
        input: None,
        file: name,
    };
    for at in 0..batch.num_rows() {
        *row += 1;
        match columns.read(at, &mut record) {
            Ok(()) => tally.add_record(&record, *row).map_err(Problem::Counting)?,
            Err(reason) => tally.add_bad(name, *row, reason),
        }
    }
    Ok(())
}

/// The columns of a batch that are needed, with their types known.
struct Columns<'a> {
    time: Option<&'a PrimitiveArray<TimestampMicrosecondType>>,
    lang: Option<&'a StringArray>,
    hashtags: Option<Strings<'a>>,
    tags: Option<&'a ListArray>,
    labels: Option<&'a StringArray>,
    targets: Option<&'a StringArray>,
    stances: Option<&'a StringArray>,
    claims: Option<Strings<'a>>,
    status: Option<&'a StringArray>,
    input: Option<&'a StringArray>,
}

/// A list of texts: which of the texts belong to a row.
struct Strings<'a> {
    list: &'a ListArray,
    texts: &'a StringArray,
}

impl<'a> Strings<'a> {
    fn of(list: &'a ListArray, texts: &'a ArrayRef, name: &'static str) -> Result<Self, &'static str> {
        Ok(Self { list, texts: texts.as_string_opt().ok_or(name)? })
    }
}

impl<'a> Columns<'a> {
    /// The columns, or the name of the first that is missing or of another type.
    fn of(batch: &'a RecordBatch, needs: Needs) -> Result<Self, &'static str> {
        let texts = |wanted: bool, name: &'static str| {
            wanted.then(|| column(batch, name)?.as_string_opt::<i32>().ok_or(name)).transpose()
        };
        let list = |name: &'static str| column(batch, name)?.as_list_opt::<i32>().ok_or(name);
        let tags = needs.tags.then(|| list("tags")).transpose()?;
        let of_tags = |wanted: bool, name| tags.filter(|_| wanted).map(|tags| field(tags, name)).transpose();
        let hashtags = needs.hashtags.then(|| list("hashtags")).transpose()?;
        let claims = needs.claims.then(|| list("claims")).transpose()?;
        Ok(Self {
            time: needs.time.then(|| column(batch, "time")?.as_primitive_opt().ok_or("time")).transpose()?,
            lang: texts(needs.lang, "lang")?,
            hashtags: hashtags.map(|list| Strings::of(list, list.values(), "hashtags")).transpose()?,
            tags,
            labels: of_tags(needs.label, "label")?,
            targets: of_tags(needs.target, "target")?,
            stances: of_tags(needs.stance, "stance")?,
            claims: claims
                .map(|list| field(list, "claim").map(|texts| Strings { list, texts }))
                .transpose()?,
            status: texts(needs.status, "status")?,
            input: texts(needs.input, "input")?,
        })
    }

    /// Reads a row into `record`; what is not needed stays as it is.
    fn read(&self, at: usize, record: &mut TagRecord<'a>) -> Result<(), String> {
        if let Some(times) = self.time {
            let time = times.is_valid(at).then(|| jiff::Timestamp::from_microsecond(times.value(at)));
            record.time = time.transpose().map_err(|error| format!("column time: {error}"))?;
        }
        if let Some(langs) = self.lang {
            record.lang = Text::from(langs.value(at));
        }
        if let Some(tags) = self.tags {
            record.tags.clear();
            for item in range(tags, at) {
                let text =
                    |texts: Option<&'a StringArray>| Text::from(texts.map_or("", |texts| texts.value(item)));
                let stance = match self.stances.map(|stances| stances.value(item)) {
                    None => Stance::None,
                    Some(word) => stance_from(word).ok_or_else(|| format!("{word:?} is no stance"))?,
                };
                record.tags.push(TagView { label: text(self.labels), target: text(self.targets), stance });
            }
        }
        for (strings, list) in [(&self.hashtags, &mut record.hashtags), (&self.claims, &mut record.claims)] {
            if let Some(strings) = strings {
                list.clear();
                list.extend(range(strings.list, at).map(|item| Text::from(strings.texts.value(item))));
            }
        }
        if let Some(statuses) = self.status {
            let word = statuses.value(at);
            record.status =
                status_from(word).ok_or_else(|| format!("column status: {word:?} is no status"))?;
        }
        if let Some(inputs) = self.input {
            record.input = inputs.is_valid(at).then(|| Text::from(inputs.value(at)));
        }
        Ok(())
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &'static str) -> Result<&'a dyn Array, &'static str> {
    batch.column_by_name(name).map(AsRef::as_ref).ok_or(name)
}

/// A field of the structs in a list.
fn field<'a>(list: &'a ListArray, name: &'static str) -> Result<&'a StringArray, &'static str> {
    let structs: &StructArray = list.values().as_struct_opt().ok_or(name)?;
    structs.column_by_name(name).and_then(|column| column.as_string_opt()).ok_or(name)
}

/// Which items of a list's values belong to a row; none for a null.
fn range(list: &ListArray, at: usize) -> Range<usize> {
    if list.is_null(at) {
        return 0..0;
    }
    let offsets = list.value_offsets();
    let edge = |at: usize| offsets.get(at).copied().and_then(|edge| usize::try_from(edge).ok());
    match (edge(at), edge(at + 1)) {
        (Some(start), Some(end)) if start <= end => start..end,
        _ => 0..0,
    }
}
