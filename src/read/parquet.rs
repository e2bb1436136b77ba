//! Parquet files as JSON lines: a row becomes an object with a member for each column that is not null.
//!
//! Nested columns become arrays and objects, moments RFC 3339 in UTC, decimals the shortest that give the number back;
//! what JSON has no form for becomes text. Rows are decoded some thousand at a time, and where the other columns are not
//! kept, only those columns are decoded that a post is made of.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arrow::{
    array::{Array, ArrayRef, AsArray as _, RecordBatch, make_array},
    datatypes::{DataType, Float32Type, Float64Type},
    error::ArrowError,
    util::display::{ArrayFormatter, FormatOptions},
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use super::{
    ReadError,
    columns::{FIELDS, Field, KEPT, KEPT_FIELDS, Plan, choose},
    table::{no_column, no_text},
};

/// Rows decoded at once.
const ROWS: usize = 2_048;

/// Whether a path is a Parquet file, by its first bytes.
pub(super) fn is_parquet(path: &Path) -> bool {
    let mut magic = [0; 4];
    std::fs::metadata(path).is_ok_and(|found| found.is_file())
        && File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
        && magic == *b"PAR1"
}

/// The rows of a Parquet file as a stream of JSON lines.
pub(super) struct ParquetLines {
    batches: ParquetRecordBatchReader,
    lines: Vec<u8>,
    at: usize,
    rows: u64,
    /// Rows and bytes of the whole file, and where its progress is told.
    whole: (u64, u64),
    all_inputs: Arc<AtomicU64>,
}

impl ParquetLines {
    /// Opens a file. `all_inputs` counts its bytes for the progress.
    ///
    /// # Errors
    /// [`ReadError`]: where it cannot be read, lacks a column that the user named, or has none for the text.
    pub(super) fn open(
        path: &Path,
        file: &str,
        plan: &Plan,
        all_inputs: &Arc<AtomicU64>,
    ) -> Result<Self, ReadError> {
        let broken = |error: parquet::errors::ParquetError| ReadError::Broken {
            file: file.to_owned(),
            records: 0,
            cause: io::Error::other(error),
            way_out: WAY_OUT,
        };
        let raw = File::open(path).map_err(|cause| ReadError::Open { file: file.to_owned(), cause })?;
        let bytes = raw.metadata().map_or(0, |found| found.len());
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(raw, options).map_err(broken)?;
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let header: Vec<String> =
            builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let used = used(&header, plan, file)?;
        let roots = (0..header.len()).filter(|at| plan.keep || used.contains(at));
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let batches = builder.with_projection(mask).with_batch_size(ROWS).build().map_err(broken)?;
        let all_inputs = Arc::clone(all_inputs);
        Ok(Self { batches, lines: Vec::new(), at: 0, rows: 0, whole: (rows, bytes), all_inputs })
    }

    fn told(&self, rows: u64) -> u64 {
        let (all, bytes) = self.whole;
        (u128::from(bytes) * u128::from(rows) / u128::from(all.max(1))) as u64
    }
}

/// What to do about a file that breaks.
pub(super) const WAY_OUT: &str =
    "write it again, with compression zstd, snappy or none; a cut file has to be fetched again";

/// The columns that a post is made of. A dotted name reaches into a nested column.
fn used(header: &[String], plan: &Plan, file: &str) -> Result<Vec<usize>, ReadError> {
    let kept = header.iter().position(|name| name == KEPT);
    let mut used: Vec<usize> = kept.into_iter().collect();
    for field in FIELDS {
        let nested = field.names(&plan.columns).iter().find_map(|name| {
            let (outer, _) = name.split_once('.')?;
            header.iter().position(|column| column == outer)
        });
        let at = choose(header, field, &plan.columns).or(nested);
        if let (None, Some(wanted), false) =
            (at, plan.given(field), kept.is_some() && KEPT_FIELDS.contains(&field))
        {
            return Err(no_column(header, field, wanted, file));
        }
        if at.is_none() && field == Field::Text {
            return Err(no_text(header, &plan.columns, file));
        }
        used.extend(at);
    }
    Ok(used)
}

impl Read for ParquetLines {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.lines.len() {
            let Some(batch) = self.batches.next() else { return Ok(0) };
            let batch = batch.map_err(io::Error::other)?;
            self.lines.clear();
            self.at = 0;
            push_rows(&mut self.lines, &batch).map_err(io::Error::other)?;
            let before = self.told(self.rows);
            self.rows += batch.num_rows() as u64;
            self.all_inputs.fetch_add(self.told(self.rows) - before, Ordering::Relaxed);
        }
        let count = into.len().min(self.lines.len() - self.at);
        into[..count].copy_from_slice(&self.lines[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn push_rows(out: &mut Vec<u8>, batch: &RecordBatch) -> Result<(), ArrowError> {
    let names: Vec<String> =
        batch.schema().fields().iter().map(|field| serde_json::json!(field.name()).to_string()).collect();
    let columns: Vec<Column> = batch.columns().iter().map(Column::of).collect::<Result<_, _>>()?;
    for row in 0..batch.num_rows() {
        push_object(out, &names, &columns, row)?;
        out.push(b'\n');
    }
    Ok(())
}

fn push_object(
    out: &mut Vec<u8>,
    names: &[String],
    columns: &[Column],
    row: usize,
) -> Result<(), ArrowError> {
    out.push(b'{');
    let begun = out.len();
    for (name, column) in names.iter().zip(columns).filter(|(_, column)| column.array.is_valid(row)) {
        if out.len() > begun {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        column.push(out, row)?;
    }
    out.push(b'}');
    Ok(())
}

/// A column, ready to be written as JSON value by value.
struct Column {
    array: ArrayRef,
    form: Form,
}

enum Form {
    /// 32-bit text, most columns.
    Text,
    /// Whole numbers and truth values: their text is JSON.
    Bare,
    Float32,
    Float64,
    List(Box<Column>),
    Object(Vec<String>, Vec<Column>),
    /// A moment whose zone was UTC.
    Utc,
    /// Shown as text, as Arrow shows it.
    Shown,
}

impl Column {
    fn of(array: &ArrayRef) -> Result<Self, ArrowError> {
        let has_zone = matches!(array.data_type(), DataType::Timestamp(_, Some(_)));
        let array = without_zone(array)?;
        let form = match array.data_type() {
            _ if has_zone => Form::Utc,
            DataType::Utf8 => Form::Text,
            kind if kind.is_integer() => Form::Bare,
            DataType::Boolean => Form::Bare,
            DataType::Float32 => Form::Float32,
            DataType::Float64 => Form::Float64,
            DataType::List(_) => Form::List(Box::new(Column::of(array.as_list::<i32>().values())?)),
            DataType::Struct(fields) => {
                let names = fields.iter().map(|field| serde_json::json!(field.name()).to_string()).collect();
                let columns = array.as_struct().columns().iter().map(Column::of);
                Form::Object(names, columns.collect::<Result<_, _>>()?)
            }
            _ => Form::Shown,
        };
        Ok(Self { array, form })
    }

    fn push(&self, out: &mut Vec<u8>, row: usize) -> Result<(), ArrowError> {
        let array = &self.array;
        if array.is_null(row) {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        // Infinity and NaN are no JSON.
        let finite = |text: String, finite: bool| if finite { text } else { "null".to_owned() };
        match &self.form {
            Form::Text => push_text(out, array.as_string::<i32>().value(row)),
            Form::Bare => out.extend_from_slice(shown(array, row)?.as_bytes()),
            Form::Float32 => {
                let value = array.as_primitive::<Float32Type>().value(row);
                out.extend_from_slice(finite(value.to_string(), value.is_finite()).as_bytes());
            }
            Form::Float64 => {
                let value = array.as_primitive::<Float64Type>().value(row);
                out.extend_from_slice(finite(value.to_string(), value.is_finite()).as_bytes());
            }
            Form::List(items) => {
                let ends = array.as_list::<i32>().value_offsets();
                out.push(b'[');
                for (at, item) in (ends[row]..ends[row + 1]).enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    items.push(out, item as usize)?;
                }
                out.push(b']');
            }
            Form::Object(names, columns) => push_object(out, names, columns, row)?,
            Form::Utc => push_text(out, &format!("{}Z", shown(array, row)?)),
            Form::Shown => push_text(out, &shown(array, row)?),
        }
        Ok(())
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    // Writing into a Vec cannot fail.
    serde_json::to_writer(out, text).ok();
}

fn shown(array: &ArrayRef, row: usize) -> Result<String, ArrowError> {
    let options = FormatOptions::new();
    Ok(ArrayFormatter::try_new(array.as_ref(), &options)?.value(row).to_string())
}

/// A column of moments with its zone taken off: Parquet holds them in UTC, and names of zones need a database.
fn without_zone(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let data = column.to_data().into_builder().data_type(DataType::Timestamp(*unit, None));
            Ok(make_array(data.build()?))
        }
        _ => Ok(Arc::clone(column)),
    }
}
