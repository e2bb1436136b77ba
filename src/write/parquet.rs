//! Tagged posts as Arrow columns, for Parquet.
//!
//! | column | type |
//! |---|---|
//! | `id`, `lang`, `status` | utf8 |
//! | `time` | timestamp(µs, UTC), null when unknown |
//! | `lang_confidence` | f32 |
//! | `mix` | list of {`lang` utf8, `share` f32}, largest first |
//! | `hashtags`, `abstained` | list of utf8 |
//! | `tags` | list of {`label`, `target`, `stance` utf8, `score` f32, `evidence` list of {`start`, `end` u32, `by` utf8}, `by` list of utf8} |
//! | `claims` | list of {`claim` utf8, `score` f32, `evidence` as above} |
//! | `scores` | list of {`label` utf8, `score` f32} |
//! | `text`, `input` | utf8, null when not kept; `input` is JSON |
//!
//! `mix` is a list, not a map: several readers know no maps, and a list keeps the order.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{
        ArrayRef, Float32Builder, ListArray, RecordBatch, StringBuilder, StructArray,
        TimestampMicrosecondBuilder, UInt32Builder,
    },
    buffer::OffsetBuffer,
    datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit},
    error::ArrowError,
};

use super::number::rounded;
use crate::post::{ClaimHit, Evidence, Share, Tag, TaggedPost};

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        text("id"),
        Field::new("time", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        text("lang"),
        number("lang_confidence"),
        Field::new("mix", list_type(DataType::Struct(mix_fields())), false),
        Field::new("hashtags", list_type(DataType::Utf8), false),
        Field::new("tags", list_type(DataType::Struct(tag_fields())), false),
        Field::new("claims", list_type(DataType::Struct(claim_fields())), false),
        text("status"),
        Field::new("abstained", list_type(DataType::Utf8), false),
        Field::new("scores", list_type(DataType::Struct(score_fields())), false),
        Field::new("text", DataType::Utf8, true),
        Field::new("input", DataType::Utf8, true),
    ]))
});

/// The columns of a Parquet tag file.
pub(crate) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Turns posts into columns, in the order of [`schema`].
pub(crate) fn columns(posts: &[TaggedPost]) -> Result<RecordBatch, ArrowError> {
    let mut times = TimestampMicrosecondBuilder::with_capacity(posts.len()).with_timezone("UTC");
    let mut confidences = Float32Builder::with_capacity(posts.len());
    for post in posts {
        times.append_option(post.time.map(jiff::Timestamp::as_microsecond));
        confidences.append_value(rounded(post.language.confidence));
    }
    let columns: Vec<ArrayRef> = vec![
        strings(posts.iter().map(|post| post.id.as_str()))?,
        Arc::new(times.finish()),
        strings(posts.iter().map(|post| post.language.lang.as_ref()))?,
        Arc::new(confidences.finish()),
        lists(posts.iter().map(|post| post.language.mix.as_slice()), mixes)?,
        lists(posts.iter().map(|post| post.hashtags.as_slice()), texts)?,
        lists(posts.iter().map(|post| post.tags.as_slice()), tags)?,
        lists(posts.iter().map(|post| post.claims.as_slice()), claims)?,
        strings(posts.iter().map(|post| post.status.as_str()))?,
        lists(posts.iter().map(|post| post.abstained.as_slice()), texts)?,
        lists(posts.iter().map(|post| post.scores.as_slice()), scores)?,
        optional_strings(posts.iter().map(|post| post.text.as_deref()))?,
        optional_strings(posts.iter().map(|post| post.input.as_ref().map(|input| input.get())))?,
    ];
    RecordBatch::try_new(schema(), columns)
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::Float32, false)
}

fn list_type(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, false)))
}

fn mix_fields() -> Fields {
    Fields::from(vec![text("lang"), number("share")])
}

fn score_fields() -> Fields {
    Fields::from(vec![text("label"), number("score")])
}

fn claim_fields() -> Fields {
    let evidence = Field::new("evidence", list_type(DataType::Struct(evidence_fields())), false);
    Fields::from(vec![text("claim"), number("score"), evidence])
}

fn evidence_fields() -> Fields {
    Fields::from(vec![
        Field::new("start", DataType::UInt32, false),
        Field::new("end", DataType::UInt32, false),
        text("by"),
    ])
}

fn tag_fields() -> Fields {
    Fields::from(vec![
        text("label"),
        text("target"),
        text("stance"),
        number("score"),
        Field::new("evidence", list_type(DataType::Struct(evidence_fields())), false),
        Field::new("by", list_type(DataType::Utf8), false),
    ])
}

/// One list a row: `flat` makes the column of all the rows' items side by side.
fn lists<'a, T: 'a>(
    rows: impl Iterator<Item = &'a [T]> + Clone,
    flat: impl FnOnce(&[&'a T]) -> Result<ArrayRef, ArrowError>,
) -> Result<ArrayRef, ArrowError> {
    let items: Vec<&T> = rows.clone().flatten().collect();
    if items.len() > i32::MAX as usize {
        return Err(ArrowError::OffsetOverflowError(items.len()));
    }
    let offsets = OffsetBuffer::from_lengths(rows.map(<[T]>::len));
    let values = flat(&items)?;
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), false));
    Ok(Arc::new(ListArray::try_new(field, offsets, values, None)?))
}

fn strings<'a>(values: impl Iterator<Item = &'a str> + Clone) -> Result<ArrayRef, ArrowError> {
    optional_strings(values.map(Some))
}

fn optional_strings<'a>(
    values: impl Iterator<Item = Option<&'a str>> + Clone,
) -> Result<ArrayRef, ArrowError> {
    // A utf8 column holds at most 2 GiB; the builder would panic beyond.
    let bytes: usize = values.clone().flatten().map(str::len).sum();
    if bytes > i32::MAX as usize {
        return Err(ArrowError::OffsetOverflowError(bytes));
    }
    let mut builder = StringBuilder::with_capacity(0, bytes);
    for value in values {
        builder.append_option(value);
    }
    Ok(Arc::new(builder.finish()))
}

fn floats(values: impl Iterator<Item = f32>) -> ArrayRef {
    let mut builder = Float32Builder::new();
    values.for_each(|value| builder.append_value(rounded(value)));
    Arc::new(builder.finish())
}

fn positions(values: impl Iterator<Item = u32>) -> ArrayRef {
    let mut builder = UInt32Builder::new();
    values.for_each(|value| builder.append_value(value));
    Arc::new(builder.finish())
}

fn structs(fields: Fields, columns: Vec<ArrayRef>) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
}

fn texts<S: AsRef<str>>(items: &[&S]) -> Result<ArrayRef, ArrowError> {
    strings(items.iter().map(|item| (*item).as_ref()))
}

fn mixes(items: &[&Share]) -> Result<ArrayRef, ArrowError> {
    let lang = strings(items.iter().map(|item| item.lang.as_ref()))?;
    structs(mix_fields(), vec![lang, floats(items.iter().map(|item| item.share))])
}

fn scores(items: &[&(Arc<str>, f32)]) -> Result<ArrayRef, ArrowError> {
    let label = strings(items.iter().map(|(label, _)| label.as_ref()))?;
    structs(score_fields(), vec![label, floats(items.iter().map(|(_, score)| *score))])
}

fn claims(items: &[&ClaimHit]) -> Result<ArrayRef, ArrowError> {
    let claim = strings(items.iter().map(|item| item.claim.as_ref()))?;
    let score = floats(items.iter().map(|item| item.score));
    let places = lists(items.iter().map(|item| item.evidence.as_slice()), evidence)?;
    structs(claim_fields(), vec![claim, score, places])
}

fn tags(items: &[&Tag]) -> Result<ArrayRef, ArrowError> {
    let columns = vec![
        strings(items.iter().map(|item| item.label.as_ref()))?,
        strings(items.iter().map(|item| item.target.as_ref()))?,
        strings(items.iter().map(|item| item.stance.as_str()))?,
        floats(items.iter().map(|item| item.score)),
        lists(items.iter().map(|item| item.evidence.as_slice()), evidence)?,
        lists(items.iter().map(|item| item.by.as_slice()), texts)?,
    ];
    structs(tag_fields(), columns)
}

fn evidence(items: &[&Evidence]) -> Result<ArrayRef, ArrowError> {
    let columns = vec![
        positions(items.iter().map(|item| item.start)),
        positions(items.iter().map(|item| item.end)),
        strings(items.iter().map(|item| item.by.as_ref()))?,
    ];
    structs(evidence_fields(), columns)
}
