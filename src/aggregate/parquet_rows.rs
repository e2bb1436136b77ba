//! Our Parquet read back: only the columns that are counted are decoded.

use std::{fs::File, path::Path, sync::Arc};

use arrow::{
    array::{Array, AsArray as _, ListArray, RecordBatch, StringArray, StructArray},
    datatypes::TimestampMicrosecondType,
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};

use super::{
    AggregateError, Plan, TagRecord, TagView, Text,
    files::Counted,
    record::{stance_from, status_from},
};

/// The leaves that are counted; the last part of a list's item follows.
const USED: [&str; 8] =
    ["time", "lang", "hashtags", "tags.label", "tags.target", "tags.stance", "claims.claim", "status"];

/// Rows decoded at once.
const ROWS: usize = 8_192;

/// Counts the rows of a Parquet file.
pub(super) fn count(file: File, path: &Path, plan: &Arc<Plan>) -> Result<Counted, AggregateError> {
    let no_tag_file = |reason: String| AggregateError::NoTagFile { path: path.to_owned(), reason };
    let name = path.display().to_string();
    // Types as Parquet has them: other programs that save a tag file leave a note with their own kinds
    // of text (large, view, dictionary), and mean the same.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
        .map_err(|error| no_tag_file(error.to_string()))?;
    let schema = builder.parquet_schema();
    let leaves = schema.columns().iter().enumerate().filter(|(_, column)| {
        let parts = column.path().parts();
        let (root, leaf) = (parts.first(), parts.last());
        USED.iter().any(|used| match used.split_once('.') {
            None => root.is_some_and(|part| part == used),
            // `tags.list.element.label`: whatever a writer calls the list's own levels.
            Some((list, field)) => {
                root.is_some_and(|part| part == list) && leaf.is_some_and(|part| part == field)
            }
        })
    });
    let mask = ProjectionMask::leaves(schema, leaves.map(|(at, _)| at).collect::<Vec<_>>());
    let batches = builder
        .with_projection(mask)
        .with_batch_size(ROWS)
        .build()
        .map_err(|error| no_tag_file(error.to_string()))?;

    let mut counted = Counted::new(plan);
    let mut row = 0;
    for batch in batches {
        let batch = batch.map_err(|error| {
            let reason = error.to_string();
            if reason.contains("Disabled feature") {
                AggregateError::PageCompression { path: path.to_owned(), reason }
            } else {
                no_tag_file(reason)
            }
        })?;
        let columns = Columns::of(&batch).map_err(|column| {
            no_tag_file(format!("there is no column {column:?} of the type that we write"))
        })?;
        for at in 0..batch.num_rows() {
            row += 1;
            counted.add(columns.row(at), &name, row)?;
        }
    }
    Ok(counted)
}

/// The columns of a batch, with their types known.
struct Columns<'a> {
    time: &'a arrow::array::PrimitiveArray<TimestampMicrosecondType>,
    lang: &'a StringArray,
    hashtags: Strings<'a>,
    tags: &'a ListArray,
    labels: &'a StringArray,
    targets: &'a StringArray,
    stances: &'a StringArray,
    claims: Strings<'a>,
    status: &'a StringArray,
}

/// A list of texts: which of the texts belong to a row.
struct Strings<'a> {
    list: &'a ListArray,
    texts: &'a StringArray,
}

impl<'a> Columns<'a> {
    /// The columns, or the name of the first that is missing or of another type.
    fn of(batch: &'a RecordBatch) -> Result<Self, &'static str> {
        let texts = |name| column(batch, name)?.as_string_opt::<i32>().ok_or(name);
        let list = |name| column(batch, name)?.as_list_opt::<i32>().ok_or(name);
        let hashtags = list("hashtags")?;
        let tags = list("tags")?;
        let claims = list("claims")?;
        Ok(Self {
            time: column(batch, "time")?.as_primitive_opt().ok_or("time")?,
            lang: texts("lang")?,
            hashtags: Strings { list: hashtags, texts: hashtags.values().as_string_opt().ok_or("hashtags")? },
            tags,
            labels: field(tags, "label")?,
            targets: field(tags, "target")?,
            stances: field(tags, "stance")?,
            claims: Strings { list: claims, texts: field(claims, "claim")? },
            status: texts("status")?,
        })
    }

    fn row(&self, at: usize) -> Result<TagRecord<'a>, String> {
        let time = self.time.is_valid(at).then(|| self.time.value(at));
        let time = time.map(jiff::Timestamp::from_microsecond).transpose();
        let tags = range(self.tags, at).map(|item| {
            let stance = self.stances.value(item);
            Ok(TagView {
                label: Text::from(self.labels.value(item)),
                target: Text::from(self.targets.value(item)),
                stance: stance_from(stance).ok_or_else(|| format!("{stance:?} is no stance"))?,
            })
        });
        let status = self.status.value(at);
        Ok(TagRecord {
            time: time.map_err(|error| format!("column time: {error}"))?,
            lang: Text::from(self.lang.value(at)),
            hashtags: self.hashtags.row(at),
            tags: tags.collect::<Result<_, String>>()?,
            claims: self.claims.row(at),
            status: status_from(status).ok_or_else(|| format!("column status: {status:?} is no status"))?,
        })
    }
}

impl<'a> Strings<'a> {
    fn row(&self, at: usize) -> Vec<Text<'a>> {
        range(self.list, at).map(|item| Text::from(self.texts.value(item))).collect()
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
fn range(list: &ListArray, at: usize) -> std::ops::Range<usize> {
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
