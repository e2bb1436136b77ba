//! Posts from Parquet files: tag files, and any table of posts with a column for each part.
//!
//! Columns are found as those of other tables are. Only they are decoded. Whatever type a column has, its values are
//! read as text; a list as hashtags are written into a cell.

use std::{fs::File, path::Path, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray as _, RecordBatch, make_array},
    datatypes::DataType,
    error::ArrowError,
    util::display::{ArrayFormatter, FormatOptions},
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use super::{
    Columns, Kept, ReadError,
    columns::{FIELD_COUNT, FIELDS, Field, KEPT, KEPT_FIELDS, Plan, choose},
    hashtags,
    table::{no_column, no_text},
    time,
};
use crate::post::{Origin, Post};

/// Rows decoded at once.
const ROWS: usize = 2_048;

/// The posts of one Parquet file, some at a time.
pub struct ParquetPosts {
    batches: ParquetRecordBatchReader,
    file: Arc<str>,
    /// The name of each field's column.
    columns: [Option<String>; FIELD_COUNT],
    kept: Option<Kept>,
    rows: u64,
    bad_times: u64,
}

impl std::fmt::Debug for ParquetPosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetPosts")
            .field("file", &self.file)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// Whether a path is a Parquet file, by its first bytes.
pub fn is_parquet(path: &Path) -> bool {
    let mut magic = [0; 4];
    std::fs::metadata(path).is_ok_and(|found| found.is_file())
        && File::open(path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut magic)).is_ok()
        && magic == *b"PAR1"
}

impl ParquetPosts {
    /// Opens a file.
    ///
    /// # Errors
    /// [`ReadError`]: where it cannot be read, lacks a column that the user named, or has none for the text.
    pub fn open(path: &Path, columns: &Columns) -> Result<Self, ReadError> {
        let file: Arc<str> = Arc::from(path.display().to_string());
        let raw = File::open(path).map_err(|cause| ReadError::Open { file: file.to_string(), cause })?;
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(raw, options)
            .map_err(|error| broken(&file, 0, std::io::Error::other(error)))?;
        let header: Vec<String> =
            builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let plan = Plan::new(columns, false);
        let has_kept = header.iter().any(|name| name == KEPT);
        let mut chosen: [Option<String>; FIELD_COUNT] = [const { None }; FIELD_COUNT];
        for field in FIELDS {
            let at = choose(&header, field, columns);
            let may_be_kept = has_kept && KEPT_FIELDS.contains(&field);
            if let (None, Some(wanted), false) = (at, plan.given(field), may_be_kept) {
                return Err(no_column(&header, field, wanted, &file));
            }
            chosen[field.index()] = at.map(|at| header[at].clone());
        }
        if chosen[Field::Text.index()].is_none() {
            return Err(no_text(&header, columns, &file));
        }
        let kept = has_kept.then(|| Kept::new(columns, &[]));
        let wanted = |name: &String| {
            chosen.iter().flatten().any(|chosen| chosen == name) || (has_kept && name == KEPT)
        };
        let roots: Vec<usize> =
            header.iter().enumerate().filter(|(_, name)| wanted(name)).map(|(at, _)| at).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let batches = builder
            .with_projection(mask)
            .with_batch_size(ROWS)
            .build()
            .map_err(|error| broken(&file, 0, std::io::Error::other(error)))?;
        Ok(Self { batches, file, columns: chosen, kept, rows: 0, bad_times: 0 })
    }

    /// How many of the posts given so far have a time that could not be read; their time is `None`.
    pub fn bad_times(&self) -> u64 {
        self.bad_times
    }

    fn posts(&mut self, batch: &RecordBatch) -> Result<Vec<Post>, ArrowError> {
        let options = FormatOptions::new();
        let zoneless: Vec<ArrayRef> = batch.columns().iter().map(in_utc).collect::<Result<_, _>>()?;
        let cells = |name: Option<&str>| {
            let at = name.and_then(|name| batch.schema().index_of(name).ok());
            let column = at.and_then(|at| zoneless.get(at));
            column.map(|column| Cells::of(column.as_ref(), &options)).transpose()
        };
        let mut columns = [const { None }; FIELD_COUNT];
        for (cell, name) in columns.iter_mut().zip(&self.columns) {
            *cell = cells(name.as_deref())?;
        }
        let [id, text, time, author, platform, tags, repost_of] = &columns;
        let carried = cells(self.kept.is_some().then_some(KEPT))?;
        let filled = |cells: &Option<Cells<'_>>, at: usize| {
            cells.as_ref().and_then(|cells| cells.value(at)).filter(|cell| !cell.is_empty())
        };
        let mut posts = Vec::with_capacity(batch.num_rows());
        for at in 0..batch.num_rows() {
            self.rows += 1;
            let origin = Origin { file: Arc::clone(&self.file), line: self.rows };
            let time = filled(time, at).map_or(time::TimeCell::Empty, |cell| time::read(&cell));
            self.bad_times += u64::from(time == time::TimeCell::Unreadable);
            let input = filled(&carried, at);
            let kept = match (&self.kept, &input) {
                (Some(kept), Some(input)) if input.starts_with('{') => kept.read(input).unwrap_or_default(),
                _ => super::KeptValues::default(),
            };
            let or_kept = |cells, kept: Option<std::borrow::Cow<'_, str>>| {
                filled(cells, at).or(kept.map(std::borrow::Cow::into_owned))
            };
            posts.push(Post {
                id: filled(id, at).unwrap_or_else(|| origin.to_string()),
                text: filled(text, at).unwrap_or_default(),
                time: time.timestamp(),
                author: or_kept(author, kept.author),
                platform: or_kept(platform, kept.platform),
                hashtags: filled(tags, at).map(|cell| hashtags::from_cell(&cell)).unwrap_or_default(),
                repost_of: or_kept(repost_of, kept.repost_of),
                origin,
                input: None,
            });
        }
        Ok(posts)
    }
}

impl Iterator for ParquetPosts {
    type Item = Result<Vec<Post>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let posts = self.batches.next()?.and_then(|batch| self.posts(&batch));
        Some(posts.map_err(|error| broken(&self.file, self.rows, std::io::Error::other(error))))
    }
}

/// A column of moments with its zone taken off: Parquet holds them in UTC, which is what text without a zone is read as.
fn in_utc(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let data = column.to_data().into_builder().data_type(DataType::Timestamp(*unit, None));
            Ok(make_array(data.build()?))
        }
        _ => Ok(Arc::clone(column)),
    }
}

/// A column's values as text.
enum Cells<'a> {
    Texts(&'a arrow::array::StringArray),
    Others(ArrayFormatter<'a>, &'a dyn Array),
}

impl<'a> Cells<'a> {
    fn of(column: &'a dyn Array, options: &FormatOptions<'a>) -> Result<Self, ArrowError> {
        Ok(match column.as_string_opt::<i32>() {
            Some(texts) => Cells::Texts(texts),
            None => Cells::Others(ArrayFormatter::try_new(column, options)?, column),
        })
    }

    /// `None` for a null.
    fn value(&self, at: usize) -> Option<String> {
        match self {
            Cells::Texts(texts) => texts.is_valid(at).then(|| texts.value(at).to_owned()),
            Cells::Others(values, column) => {
                column.is_valid(at).then(|| values.value(at).try_to_string().ok()).flatten()
            }
        }
    }
}

fn broken(file: &str, records: u64, cause: std::io::Error) -> ReadError {
    let way_out = "write it again, with compression zstd, snappy or none";
    ReadError::Broken { file: file.to_owned(), records, cause, way_out }
}
