//! JSONL, CSV, TSV and Parquet hold the same values.

use std::{fs::File, io::Read, path::Path};

use arrow::{
    array::{Array, AsArray, StructArray},
    datatypes::{DataType, Float32Type, TimestampMicrosecondType, UInt32Type},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

use crate::program::{DEMO, Folder, assert_says, json_lines, stancemark, tag};

const COLUMNS: [&str; 13] = [
    "id",
    "time",
    "lang",
    "lang_confidence",
    "mix",
    "hashtags",
    "tags",
    "claims",
    "status",
    "abstained",
    "scores",
    "text",
    "input",
];

/// Tags the demo with every column into a file of this name, and gives its path.
fn tagged(folder: &Folder, name: &str) -> std::path::PathBuf {
    let path = folder.path(name);
    tag([DEMO.as_ref(), "--keep".as_ref(), "-q".as_ref(), "-o".as_ref(), path.as_os_str()]).done();
    path
}

/// The lines of JSONL with every column there: what is left out of a line is null, and nothing is abstained on.
fn rows_of_jsonl(text: &str) -> Vec<Value> {
    let full = |line: Value| {
        let Value::Object(mut row) = line else { panic!("no object: {line}") };
        for column in COLUMNS {
            row.entry(column).or_insert_with(|| if column == "abstained" { json!([]) } else { Value::Null });
        }
        Value::Object(row)
    };
    json_lines(text).into_iter().map(full).collect()
}

fn rows_of_table(bytes: &[u8], delimiter: u8) -> Vec<Value> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    assert_eq!(reader.headers().expect("a header"), COLUMNS.as_slice());
    let cell = |column: &str, cell: &str| match column {
        "time" | "text" | "input" if cell.is_empty() => Value::Null,
        "id" | "time" | "lang" | "status" | "text" => json!(cell),
        _ => serde_json::from_str(cell).expect("JSON in a cell"),
    };
    let row = |record: csv::StringRecord| -> Value {
        let cells =
            COLUMNS.iter().zip(&record).map(|(column, value)| ((*column).to_owned(), cell(column, value)));
        Value::Object(cells.collect())
    };
    reader.records().map(|record| row(record.expect("a record"))).collect()
}

fn rows_of_parquet(path: &Path) -> Vec<Value> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("a file")).expect("Parquet");
    let mut rows = Vec::new();
    for batch in reader.build().expect("Parquet") {
        let batch = StructArray::from(batch.expect("rows"));
        assert_eq!(batch.column_names(), COLUMNS);
        for at in 0..batch.len() {
            let mut row = value(&batch, at);
            row["time"] = time(&row["time"]);
            for (column, name, number) in [("mix", "lang", "share"), ("scores", "label", "score")] {
                let list = row[column].take();
                let pairs = list.as_array().expect("a list").iter();
                let pairs: Map<_, _> = pairs
                    .map(|one| (one[name].as_str().expect("a name").to_owned(), one[number].clone()))
                    .collect();
                row[column] = Value::Object(pairs);
            }
            if let Some(input) = row["input"].as_str() {
                row["input"] = serde_json::from_str(input).expect("JSON");
            }
            rows.push(row);
        }
    }
    rows
}

fn value(array: &dyn Array, at: usize) -> Value {
    if array.is_null(at) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => json!(array.as_string::<i32>().value(at)),
        // The shortest decimal that is this number, as it stands in the other formats.
        DataType::Float32 => serde_json::from_str(&array.as_primitive::<Float32Type>().value(at).to_string())
            .expect("a number"),
        DataType::UInt32 => json!(array.as_primitive::<UInt32Type>().value(at)),
        DataType::Timestamp(..) => json!(array.as_primitive::<TimestampMicrosecondType>().value(at)),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(at);
            (0..items.len()).map(|at| value(&items, at)).collect()
        }
        DataType::Struct(_) => {
            let object = array.as_struct();
            let members = object.column_names().into_iter().zip(object.columns());
            Value::Object(members.map(|(name, column)| (name.to_owned(), value(column, at))).collect())
        }
        other => panic!("a column of {other}"),
    }
}

fn time(microseconds: &Value) -> Value {
    microseconds
        .as_i64()
        .map_or(Value::Null, |at| json!(jiff::Timestamp::from_microsecond(at).expect("a time").to_string()))
}

/// Whole numbers and decimals compare as numbers.
fn assert_same(rows: &[Value], expected: &[Value], what: &str) {
    assert_eq!(rows.len(), expected.len(), "{what}");
    for (row, expected) in rows.iter().zip(expected) {
        assert!(same(row, expected), "{what}:\n{row}\n{expected}");
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

#[test]
fn every_format_holds_the_same_values() {
    let folder = Folder::new();
    tagged(&folder, "tags.jsonl");
    let expected = rows_of_jsonl(&folder.text("tags.jsonl"));
    assert_eq!(expected.len(), 740);
    assert_same(&rows_of_parquet(&tagged(&folder, "tags.parquet")), &expected, "Parquet");
    let read = |name: &str| std::fs::read(tagged(&folder, name)).expect("a file");
    assert_same(&rows_of_table(&read("tags.csv"), b','), &expected, "CSV");
    assert_same(&rows_of_table(&read("tags.tsv"), b'\t'), &expected, "TSV");
}

#[test]
fn packed_outputs_unpack_to_the_plain_ones() {
    let folder = Folder::new();
    for plain in ["tags.jsonl", "tags.csv"] {
        let expected = std::fs::read(tagged(&folder, plain)).expect("a file");
        let gz = std::fs::read(tagged(&folder, &format!("{plain}.gz"))).expect("a file");
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(gz.as_slice()).read_to_end(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, expected, "{plain}.gz");
        let zst = std::fs::read(tagged(&folder, &format!("{plain}.zst"))).expect("a file");
        assert_eq!(zstd::decode_all(zst.as_slice()).expect("zstd"), expected, "{plain}.zst");
        assert!(gz.len() * 3 < expected.len() && zst.len() * 3 < expected.len(), "they are packed");
    }
}

#[test]
fn the_format_can_be_said_where_the_name_does_not_tell() {
    let folder = Folder::new();
    let csv = tag(["examples/formats/posts.csv", "-q", "--format", "csv"]).done();
    assert_eq!(rows_of_table(csv.stdout.as_bytes(), b',').len(), 12);
    let path = folder.path("tags.dat");
    let to = |arguments: &[&str]| tag(["examples/formats/posts.csv", "-q", "-o"]).and([&path]).and(arguments);
    assert_says(&to(&[]).refused(), &["tags.dat", ".jsonl", "--format"]);
    folder.assert_not_finished("tags.dat");
    to(&["--format", "parquet"]).done();
    assert_eq!(rows_of_parquet(&path).len(), 12);
    assert_says(&tag([DEMO, "--format", "parquet"]).refused(), &["stdout", "-o"]);
    assert_says(&tag([DEMO, "-o", "tags.parquet.gz"]).refused(), &["tags.parquet.gz", "compressed inside"]);
}

#[test]
fn tags_can_be_counted_from_every_format() {
    let folder = Folder::new();
    let counted = |path: &Path| {
        stancemark([
            "aggregate".as_ref(),
            path.as_os_str(),
            "--by".as_ref(),
            "label,target,lang,hashtag".as_ref(),
            "--format".as_ref(),
            "csv".as_ref(),
        ])
        .done()
        .stdout
    };
    let expected = counted(&tagged(&folder, "tags.jsonl"));
    assert!(expected.lines().count() > 10, "{expected}");
    for name in ["tags.tsv.gz", "tags.parquet", "tags.csv.zst"] {
        assert_eq!(counted(&tagged(&folder, name)), expected, "{name}");
    }
}

/// A tag file that kept the texts is a corpus again, and one that can be held against gold, in every format.
#[test]
fn what_was_written_is_read_again() {
    let folder = Folder::new();
    let lines = tagged(&folder, "tags.jsonl");
    let again = |path: &Path| -> Vec<Value> {
        let told = tag(["-q"]).and([path]).done().stdout;
        let seen = |row: &Value| {
            json!([row["id"], row["time"], row["lang"], row["hashtags"], row["tags"], row["scores"]])
        };
        json_lines(&told).iter().map(seen).collect()
    };
    let gold: String = json_lines(&folder.text("tags.jsonl"))
        .iter()
        .step_by(5)
        .map(|row| {
            let labels: Vec<&Value> =
                row["tags"].as_array().expect("tags").iter().map(|tag| &tag["label"]).collect();
            json!({"id": row["id"], "text": row["text"], "labels": labels}).to_string() + "\n"
        })
        .collect();
    let gold = folder.write("gold.jsonl", gold);
    let figures = |path: &Path| -> Value {
        let told =
            stancemark(["evaluate"]).and([&gold, &path.to_owned()]).and(["--rounds", "20", "--json"]).done();
        let mut figures: Value = serde_json::from_str(&told.stdout).expect("figures");
        assert!(figures["tags"].take().as_str().is_some_and(|name| path.ends_with(name)));
        figures
    };
    let (expected, expected_figures) = (again(&lines), figures(&lines));
    assert!(expected_figures.to_string().contains("brier"), "{expected_figures}");
    for name in ["tags.csv", "tags.parquet"] {
        let path = tagged(&folder, name);
        assert_eq!(again(&path), expected, "{name}");
        assert_eq!(figures(&path), expected_figures, "{name}");
    }
}
