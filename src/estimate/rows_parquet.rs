//! Rows of a Parquet tag file.

use std::{fs::File, ops::Range, path::Path};

use arrow::{
    array::{
        Array, AsArray as _, Float32Array, ListArray, RecordBatch, StringArray, StructArray, UInt32Array,
    },
    datatypes::{Float32Type, TimestampMicrosecondType, UInt32Type},
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};

use super::{
    EstimateError,
    rows::{Row, RowsRead, checked},
};
use crate::{evaluate::Given, post::Stance};

/// The columns that are decoded.
const USED: [&str; 10] =
    ["id", "time", "lang", "hashtags", "tags", "claims", "status", "abstained", "scores", "text"];

/// Rows decoded at once.
const ROWS: usize = 4_096;

/// Visits the rows of a file.
pub(super) fn each_row(
    path: &Path,
    read: &mut RowsRead,
    visit: &mut impl FnMut(Row) -> Result<(), EstimateError>,
) -> Result<(), EstimateError> {
    let no_tags = |reason: String| EstimateError::NoTags {
        path: path.to_owned(),
        reason: format!("{reason}; give what `stancemark tag -o` wrote"),
    };
    let file = File::open(path).map_err(|source| EstimateError::Io { path: path.to_owned(), source })?;
    // Types as Parquet has them, not as the program noted that saved the file again.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
        .map_err(|error| no_tags(error.to_string()))?;
    let schema = builder.parquet_schema();
    let used = |parts: &[String]| parts.first().is_some_and(|root| USED.contains(&root.as_str()));
    let leaves: Vec<usize> =
        (0..schema.num_columns()).filter(|&at| used(schema.column(at).path().parts())).collect();
    let mask = ProjectionMask::leaves(schema, leaves);
    let batches = builder
        .with_projection(mask)
        .with_batch_size(ROWS)
        .build()
        .map_err(|error| no_tags(error.to_string()))?;
    let mut number = 0u64;
    for batch in batches {
        let batch = batch.map_err(|error| no_tags(error.to_string()))?;
        let columns = Columns::of(&batch)
            .ok_or_else(|| no_tags("its columns are not those of a tag file".to_owned()))?;
        for at in 0..batch.num_rows() {
            number += 1;
            let row = columns.row(at).and_then(checked);
            if let Some(row) = read.take(row.map_err(|why| format!("{}:{number}: {why}", path.display()))) {
                visit(row)?;
            }
        }
    }
    Ok(())
}

struct Columns<'a> {
    id: &'a StringArray,
    time: &'a arrow::array::PrimitiveArray<TimestampMicrosecondType>,
    lang: &'a StringArray,
    hashtags: Texts<'a>,
    tags: Tags<'a>,
    claims: Texts<'a>,
    status: &'a StringArray,
    abstained: Texts<'a>,
    scores: Option<(Texts<'a>, &'a Float32Array)>,
    text: Option<&'a StringArray>,
}

struct Tags<'a> {
    list: &'a ListArray,
    label: &'a StringArray,
    target: &'a StringArray,
    stance: &'a StringArray,
    score: &'a Float32Array,
    evidence: &'a ListArray,
    start: &'a UInt32Array,
    end: &'a UInt32Array,
    found_by: &'a StringArray,
    by: Texts<'a>,
}

struct Texts<'a> {
    list: &'a ListArray,
    texts: &'a StringArray,
}

impl<'a> Texts<'a> {
    fn of(list: &'a ListArray) -> Option<Self> {
        Some(Self { list, texts: list.values().as_string_opt()? })
    }

    fn at(&self, at: usize) -> Vec<String> {
        range(self.list, at).map(|item| self.texts.value(item).to_owned()).collect()
    }
}

impl<'a> Columns<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let column = |name: &str| batch.column_by_name(name).map(AsRef::as_ref);
        let text = |name: &str| -> Option<&'a StringArray> { column(name)?.as_string_opt() };
        let list = |name: &str| -> Option<&'a ListArray> { column(name)?.as_list_opt() };
        let (tags, claims) = (list("tags")?, list("claims")?);
        let of_tag = structs(tags)?;
        let evidence: &ListArray = of_tag.column_by_name("evidence")?.as_list_opt()?;
        let found = structs(evidence)?;
        let scores = match list("scores") {
            Some(scores) => {
                let texts = Texts { list: scores, texts: string(structs(scores)?, "label")? };
                Some((texts, structs(scores)?.column_by_name("score")?.as_primitive_opt::<Float32Type>()?))
            }
            None => None,
        };
        Some(Self {
            id: text("id")?,
            time: column("time")?.as_primitive_opt()?,
            lang: text("lang")?,
            hashtags: Texts::of(list("hashtags")?)?,
            tags: Tags {
                list: tags,
                label: string(of_tag, "label")?,
                target: string(of_tag, "target")?,
                stance: string(of_tag, "stance")?,
                score: of_tag.column_by_name("score")?.as_primitive_opt::<Float32Type>()?,
                evidence,
                start: found.column_by_name("start")?.as_primitive_opt::<UInt32Type>()?,
                end: found.column_by_name("end")?.as_primitive_opt::<UInt32Type>()?,
                found_by: string(found, "by")?,
                by: Texts::of(of_tag.column_by_name("by")?.as_list_opt()?)?,
            },
            claims: Texts { list: claims, texts: string(structs(claims)?, "claim")? },
            status: text("status")?,
            abstained: Texts::of(list("abstained")?)?,
            scores,
            text: text("text"),
        })
    }

    fn row(&self, at: usize) -> Result<Row, String> {
        let time = self.time.is_valid(at).then(|| jiff::Timestamp::from_microsecond(self.time.value(at)));
        let status = self.status.value(at);
        if !matches!(status, "labelled" | "abstained") {
            return Err(format!("status {status:?} is neither labelled nor abstained"));
        }
        let scores = self.scores.iter().flat_map(|(labels, values)| {
            range(labels.list, at)
                .map(|item| (labels.texts.value(item).to_owned(), exact(values.value(item))))
        });
        Ok(Row {
            id: self.id.value(at).to_owned(),
            time: time.transpose().map_err(|error| format!("column time: {error}"))?,
            lang: self.lang.value(at).to_owned(),
            hashtags: self.hashtags.at(at),
            tags: range(self.tags.list, at).map(|item| self.tags.at(item)).collect(),
            claims: self.claims.at(at),
            status: status.to_owned(),
            abstained: self.abstained.at(at),
            scores: scores.collect(),
            text: self.text.filter(|text| text.is_valid(at)).map(|text| text.value(at).to_owned()),
        })
    }
}

impl Tags<'_> {
    fn at(&self, item: usize) -> Given {
        let stance = Stance::ALL.into_iter().find(|stance| stance.as_str() == self.stance.value(item));
        let evidence = range(self.evidence, item).map(|found| {
            (self.start.value(found), self.end.value(found), self.found_by.value(found).to_owned())
        });
        Given {
            label: self.label.value(item).to_owned(),
            target: self.target.value(item).to_owned(),
            stance,
            score: exact(self.score.value(item)),
            evidence: evidence.collect(),
            by: self.by.at(item),
        }
    }
}

/// A score as the text formats have it: four decimals, in 64 bits.
fn exact(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

fn structs(list: &ListArray) -> Option<&StructArray> {
    list.values().as_struct_opt()
}

fn string<'a>(of: &'a StructArray, name: &str) -> Option<&'a StringArray> {
    of.column_by_name(name)?.as_string_opt()
}

/// Which items of a list's values belong to a row; none for a null.
fn range(list: &ListArray, at: usize) -> Range<usize> {
    if list.is_null(at) {
        return 0..0;
    }
    let offsets = list.value_offsets();
    offsets[at] as usize..offsets[at + 1] as usize
}
