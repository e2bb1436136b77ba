//! A table as Parquet.
//!
//! | column | type |
//! |---|---|
//! | one for each key, by its name | utf8; a time as in CSV; null in an empty stretch of time |
//! | `time_start` | timestamp(µs, UTC), when a key is a time: the moment at which the stretch begins |
//! | `posts` | i64 |
//! | `uncorrected_share` | f64, 0–1 |
//! | `authors`, `authors_standard_error` | i64 and f64, when they were counted: see [`Authors`](super::Authors) |
//!
//! What stands in the head of the other forms is the file's metadata under `stancemark`, as JSON.

use std::{io::Write, sync::Arc};

use arrow::{
    array::{
        ArrayRef, Float64Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
    },
    datatypes::{DataType, Field, Schema, TimeUnit},
};
use parquet::{arrow::ArrowWriter, errors::ParquetError, file::metadata::KeyValue};

use super::{By, Key, Table};
use crate::write::parquet_properties;

impl Table {
    /// Writes all rows.
    ///
    /// # Errors
    /// The library's, which hold the writer's own.
    pub fn write_parquet(&self, out: &mut (impl Write + Send)) -> Result<(), ParquetError> {
        let batch = self.columns().map_err(|error| ParquetError::ArrowError(error.to_string()))?;
        let about = KeyValue::new("stancemark".to_owned(), self.about().to_string());
        let properties = parquet_properties().set_key_value_metadata(Some(vec![about])).build();
        let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties))?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(())
    }

    fn columns(&self) -> Result<RecordBatch, arrow::error::ArrowError> {
        let mut fields: Vec<Field> = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let mut put = |name: &str, kind: DataType, column: ArrayRef| {
            fields.push(Field::new(name, kind, true));
            columns.push(column);
        };
        for (at, by) in self.by.iter().enumerate() {
            let mut texts = StringBuilder::new();
            for row in &self.rows {
                match row.keys.get(at) {
                    Some(Key::Empty) | None => texts.append_null(),
                    Some(key) => texts.append_value(key.to_string()),
                }
            }
            put(&by.name(), DataType::Utf8, Arc::new(texts.finish()));
            if matches!(by, By::Time(_)) {
                let mut starts = TimestampMicrosecondBuilder::new().with_timezone("UTC");
                for row in &self.rows {
                    let start = match row.keys.get(at) {
                        Some(Key::Time { start, .. }) => *start,
                        _ => None,
                    };
                    starts.append_option(start.map(jiff::Timestamp::as_microsecond));
                }
                let kind = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
                put("time_start", kind, Arc::new(starts.finish()));
            }
        }
        let mut posts = Int64Builder::new();
        let mut shares = Float64Builder::new();
        for row in &self.rows {
            posts.append_value(i64::try_from(row.posts).unwrap_or(i64::MAX));
            shares.append_value(self.share(row));
        }
        put("posts", DataType::Int64, Arc::new(posts.finish()));
        put("uncorrected_share", DataType::Float64, Arc::new(shares.finish()));
        if self.counts_authors {
            let mut authors = Int64Builder::new();
            let mut errors = Float64Builder::new();
            for row in &self.rows {
                authors.append_option(row.authors.and_then(|authors| i64::try_from(authors.count).ok()));
                errors.append_option(row.authors.map(|authors| authors.standard_error()));
            }
            put("authors", DataType::Int64, Arc::new(authors.finish()));
            put("authors_standard_error", DataType::Float64, Arc::new(errors.finish()));
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use arrow::array::AsArray as _;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use crate::{
        aggregate::{Counter, More, Plan, TagRecord},
        write::samples,
    };

    #[test]
    fn other_programs_read_the_rows() {
        let more = More { authors: true, ..More::default() };
        let plan = Plan::with("time:day,label", &[], Some("+05:00"), more).expect("plan");
        let mut counter = Counter::new(plan);
        for (day, input) in [(1, r#"{"author":"a"}"#), (1, r#"{"author":"b"}"#), (3, "{}")] {
            let mut post = samples::platform_attack();
            post.time = format!("2019-04-0{day}T12:16:00Z").parse().ok();
            samples::keep(&mut post, "", input);
            counter.add(&TagRecord::from(&post)).expect("few cells");
        }
        let path = tempfile::NamedTempFile::new().expect("a file");
        let mut file = File::create(path.path()).expect("a file");
        counter.finish().write_parquet(&mut file).expect("written");
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path.path()).expect("a file"))
            .expect("Parquet");
        let about = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
        let about = about.iter().find(|pair| pair.key == "stancemark").and_then(|pair| pair.value.clone());
        assert!(about.expect("a head").contains("uncorrected"));
        let batch = builder.build().expect("Parquet").next().expect("rows").expect("rows");
        let text = |name: &str| {
            let column = batch.column_by_name(name).expect(name).as_string::<i32>();
            column.iter().map(|value| value.map(str::to_owned)).collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(text("time"), [some("2019-04-01"), some("2019-04-02"), some("2019-04-03")]);
        assert_eq!(text("label"), [some("platform_attack"), None, some("platform_attack")]);
        let numbers = |name: &str| {
            let column = batch.column_by_name(name).expect(name);
            column.as_primitive::<arrow::datatypes::Int64Type>().iter().collect::<Vec<_>>()
        };
        assert_eq!(numbers("posts"), [Some(2), Some(0), Some(1)]);
        assert_eq!(numbers("authors"), [Some(2), None, None]);
        let starts = batch.column_by_name("time_start").expect("a moment");
        let starts = starts.as_primitive::<arrow::datatypes::TimestampMicrosecondType>();
        assert_eq!(
            starts.value(0),
            "2019-03-31T19:00:00Z".parse::<jiff::Timestamp>().expect("time").as_microsecond()
        );
    }
}
