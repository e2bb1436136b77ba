//! Blocks to a file or to standard output: the part of writing that one thread does.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use ::parquet::{
    arrow::ArrowWriter,
    basic::{Compression as PageCompression, ZstdLevel},
    errors::ParquetError,
    file::properties::{WriterProperties, WriterPropertiesBuilder},
};

use super::{
    Block, Compression, Destination, Format, OutputKind, PartialFile, WriteError,
    csv::header,
    encode::{Body, gzip_member},
    parquet::schema,
};

/// Rows of one Parquet row group; what a reader has to hold at once.
const GROUP_ROWS: usize = 1 << 17;
/// Compressed bytes of one Parquet row group, for posts kept with long texts; small in tests, so that
/// they need not write much.
const GROUP_BYTES: usize = if cfg!(test) { 1 << 20 } else { 64 << 20 };

/// What a finished output holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file under its final name; `None` for standard output.
    pub path: Option<PathBuf>,
    /// Posts written.
    pub posts: u64,
    /// Bytes written, after compression.
    pub bytes: u64,
}

/// Appends blocks in the order given.
///
/// A file is `<name>.partial` until [`finish`](Sink::finish). Dropped without it, the `.partial`
/// stays as it is and a file that had the final name is untouched.
pub struct Sink {
    name: PathBuf,
    posts: u64,
    out: Out,
}

enum Out {
    Plain(Raw),
    Zstd(zstd::stream::write::Encoder<'static, Raw>),
    Parquet(Box<ArrowWriter<Raw>>),
}

/// Where bytes end up.
enum Raw {
    File(PartialFile),
    Stream { stream: Box<dyn Write + Send>, bytes: u64 },
}

impl Sink {
    /// Opens an output. Nothing carries the final name before [`finish`](Sink::finish).
    ///
    /// # Errors
    /// See [`PartialFile::create`]; and [`WriteError::ParquetToStdout`].
    pub fn create(destination: &Destination, kind: OutputKind) -> Result<Self, WriteError> {
        let raw = match destination {
            Destination::Stdout => Raw::Stream { stream: Box::new(io::stdout()), bytes: 0 },
            Destination::File(path) => Raw::File(PartialFile::create(path)?),
        };
        Self::over(raw, destination.name(), kind)
    }

    /// Goes on with the output of a run that broke off after so many bytes and posts.
    ///
    /// # Errors
    /// As [`OutputKind::check_resumable`]; else as [`PartialFile::resume`].
    pub fn resume(
        destination: &Destination,
        kind: OutputKind,
        bytes: u64,
        posts: u64,
    ) -> Result<Self, WriteError> {
        kind.check_resumable(destination)?;
        let path = destination.name();
        let out = Out::Plain(Raw::File(PartialFile::resume(path, bytes)?));
        Ok(Self { name: path.to_owned(), posts, out })
    }

    /// Hands everything to the system and tells how many bytes stand in the `.partial`; `None` where a
    /// run cannot go on from there.
    ///
    /// # Errors
    /// The system's reason.
    pub fn checkpoint(&mut self) -> Result<Option<u64>, WriteError> {
        match &mut self.out {
            Out::Plain(Raw::File(file)) => file.checkpoint().map(Some),
            _ => Ok(None),
        }
    }

    /// Writes to a stream that somebody reads: a pipe, a socket, a buffer in a test.
    ///
    /// # Errors
    /// [`WriteError::ParquetToStdout`], or the stream's own.
    pub fn to_stream(stream: Box<dyn Write + Send>, kind: OutputKind) -> Result<Self, WriteError> {
        Self::over(Raw::Stream { stream, bytes: 0 }, Path::new("stdout"), kind)
    }

    fn over(mut raw: Raw, name: &Path, kind: OutputKind) -> Result<Self, WriteError> {
        let fail = |error| WriteError::io("write", name, error);
        let header = match kind.format {
            Format::Jsonl => Vec::new(),
            Format::Csv => header(b','),
            Format::Tsv => header(b'\t'),
            Format::Parquet => {
                let writer = match raw {
                    Raw::Stream { .. } => return Err(WriteError::ParquetToStdout),
                    Raw::File(_) => ArrowWriter::try_new(raw, schema(), Some(properties())),
                };
                let writer = writer.map_err(|error| parquet_error(name, error))?;
                let out = Out::Parquet(Box::new(writer));
                return Ok(Self { name: name.to_owned(), posts: 0, out });
            }
        };
        let out = match kind.compression {
            Compression::Plain => {
                raw.write_all(&header).map_err(fail)?;
                Out::Plain(raw)
            }
            Compression::Gzip => {
                // A member even when it is empty: no bytes at all are no gzip file.
                raw.write_all(&gzip_member(&header).map_err(fail)?).map_err(fail)?;
                Out::Plain(raw)
            }
            Compression::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(raw, 3).map_err(fail)?;
                encoder.include_checksum(true).map_err(fail)?;
                encoder.write_all(&header).map_err(fail)?;
                Out::Zstd(encoder)
            }
        };
        Ok(Self { name: name.to_owned(), posts: 0, out })
    }

    /// Appends a block.
    ///
    /// # Errors
    /// [`WriteError::Closed`] when the reader of a pipe went away; [`WriteError::Mixed`] when the
    /// block was encoded for another format; else the system's reason.
    pub fn write(&mut self, block: Block) -> Result<(), WriteError> {
        let written = match (&mut self.out, block.body) {
            (Out::Plain(raw), Body::Bytes(bytes)) => raw.write_all(&bytes),
            (Out::Zstd(encoder), Body::Bytes(bytes)) => encoder.write_all(&bytes),
            (Out::Parquet(writer), Body::Columns(columns)) => {
                writer.write(&columns).map_err(|error| parquet_error(&self.name, error))?;
                Ok(())
            }
            (out, body) => return Err(WriteError::Mixed { block: body.name(), sink: out.name() }),
        };
        written.map_err(|error| WriteError::io("write", &self.name, error))?;
        self.posts += block.posts;
        Ok(())
    }

    /// Posts written so far.
    pub fn posts(&self) -> u64 {
        self.posts
    }

    /// Writes what is still held, waits for the disk, and gives the file its name.
    ///
    /// # Errors
    /// As [`write`](Sink::write); the `.partial` then stays.
    pub fn finish(self) -> Result<Written, WriteError> {
        let raw = match self.out {
            Out::Plain(raw) => raw,
            Out::Zstd(encoder) => {
                encoder.finish().map_err(|error| WriteError::io("write", &self.name, error))?
            }
            Out::Parquet(writer) => writer.into_inner().map_err(|error| parquet_error(&self.name, error))?,
        };
        match raw {
            Raw::File(file) => {
                let bytes = file.bytes();
                Ok(Written { path: Some(file.finish()?), posts: self.posts, bytes })
            }
            Raw::Stream { mut stream, bytes } => {
                stream.flush().map_err(|error| WriteError::io("write", &self.name, error))?;
                Ok(Written { path: None, posts: self.posts, bytes })
            }
        }
    }
}

impl Out {
    fn name(&self) -> &'static str {
        match self {
            Out::Plain(_) | Out::Zstd(_) => "text",
            Out::Parquet(_) => "column",
        }
    }
}

impl Write for Raw {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Raw::File(file) => file.write(buffer),
            Raw::Stream { stream, bytes } => {
                let written = stream.write(buffer)?;
                *bytes += written as u64;
                Ok(written)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Raw::File(file) => file.flush(),
            Raw::Stream { stream, .. } => stream.flush(),
        }
    }
}

/// How every Parquet file is written.
pub(crate) fn parquet_properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(PageCompression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("stancemark ", env!("CARGO_PKG_VERSION")).to_owned())
}

fn properties() -> WriterProperties {
    parquet_properties()
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_max_row_group_bytes(Some(GROUP_BYTES))
        .build()
}

fn parquet_error(path: &Path, error: ParquetError) -> WriteError {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => WriteError::io("write", path, *cause),
            Err(cause) => WriteError::Parquet { path: path.to_owned(), reason: cause.to_string() },
        },
        error => WriteError::Parquet { path: path.to_owned(), reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        io::Read as _,
        sync::{Arc, Mutex},
    };

    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::{
        post::TaggedPost,
        write::{Encoder, samples},
    };

    /// Writes posts in batches of `batch`, and gives the output.
    fn written(folder: &Path, name: &str, posts: &[TaggedPost], batch: usize) -> Written {
        let destination = Destination::File(folder.join(name));
        let kind = OutputKind::of(&destination, None).expect("kind");
        let mut sink = Sink::create(&destination, kind).expect("create");
        for batch in posts.chunks(batch) {
            sink.write(Encoder::new(kind).encode(batch).expect("encode")).expect("write");
        }
        assert!(!folder.join(name).exists());
        sink.finish().expect("finish")
    }

    /// Reads an output with other people's code.
    fn read(path: &Path) -> Vec<Value> {
        let name = path.file_name().and_then(|name| name.to_str()).expect("name");
        let file = File::open(path).expect("open");
        if name.ends_with(".parquet") {
            let batches =
                ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("Parquet");
            let rows = |batch: arrow::array::RecordBatch| {
                (0..batch.num_rows()).map(move |row| samples::from_columns(&batch, row)).collect::<Vec<_>>()
            };
            return batches.flat_map(|batch| rows(batch.expect("batch"))).collect();
        }
        let mut text = String::new();
        let mut reader: Box<dyn io::Read> = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(file)),
            Some("zst") => Box::new(zstd::stream::read::Decoder::new(file).expect("zstd").single_frame()),
            _ => Box::new(file),
        };
        reader.read_to_string(&mut text).expect("text");
        if name.contains(".jsonl") {
            return text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        }
        let delimiter = if name.contains(".tsv") { b'\t' } else { b',' };
        let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        let header: Vec<_> = reader.headers().expect("header").iter().map(str::to_owned).collect();
        assert_eq!(header, super::super::COLUMNS);
        reader.records().map(|record| samples::from_cells(&record.expect("record"))).collect()
    }

    const NAMES: [&str; 8] =
        ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.csv.gz", "a.tsv", "a.tsv.zst", "a.parquet"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_format_gives_the_same_values_back(
            posts in prop::collection::vec(samples::any_post(), 0..7),
            batch in 1usize..4,
        ) {
            let folder = tempfile::tempdir().expect("folder");
            let expected: Vec<Value> = posts.iter().map(samples::as_json).collect();
            for name in NAMES {
                let told = written(folder.path(), name, &posts, batch);
                let path = folder.path().join(name);
                prop_assert_eq!(told.path.as_deref(), Some(path.as_path()));
                prop_assert_eq!(told.posts, posts.len() as u64);
                prop_assert_eq!(told.bytes, fs::metadata(&path).expect("file").len());
                prop_assert_eq!(&read(&path), &expected, "{}", name);
            }
        }
    }

    #[test]
    fn how_posts_are_batched_does_not_show() {
        let folder = tempfile::tempdir().expect("folder");
        let posts: Vec<_> = (0..50).map(|at| samples::bare(&at.to_string())).collect();
        for name in ["a.jsonl", "a.csv", "a.jsonl.zst"] {
            let path = folder.path().join(name);
            written(folder.path(), name, &posts, 50);
            let whole = fs::read(&path).expect("whole");
            fs::remove_file(&path).expect("remove");
            written(folder.path(), name, &posts, 7);
            assert_eq!(fs::read(&path).expect("parts"), whole, "{name}");
            fs::remove_file(&path).expect("remove");
        }
    }

    #[test]
    fn dropped_without_finish_only_the_partial_is_left() {
        let folder = tempfile::tempdir().expect("folder");
        for name in NAMES {
            let destination = Destination::File(folder.path().join(name));
            let kind = OutputKind::of(&destination, None).expect("kind");
            let mut sink = Sink::create(&destination, kind).expect("create");
            sink.write(Encoder::new(kind).encode(&[samples::bare("1")]).expect("encode")).expect("write");
            drop(sink);
        }
        let mut left: Vec<_> = fs::read_dir(folder.path())
            .expect("folder")
            .map(|entry| entry.expect("entry").file_name().into_string().expect("name"))
            .collect();
        left.sort();
        let mut expected = NAMES.map(|name| format!("{name}.partial"));
        expected.sort();
        assert_eq!(left, expected);
    }

    #[test]
    fn a_block_of_another_format_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let destination = Destination::File(folder.path().join("a.parquet"));
        let kind = OutputKind::of(&destination, None).expect("kind");
        let mut sink = Sink::create(&destination, kind).expect("create");
        let lines = Encoder::new(OutputKind { format: Format::Jsonl, ..kind });
        let block = lines.encode(&[samples::bare("1")]).expect("encode");
        assert!(matches!(sink.write(block), Err(WriteError::Mixed { .. })));
    }

    const LINES: OutputKind = OutputKind { format: Format::Jsonl, compression: Compression::Plain };

    #[test]
    fn a_reader_that_goes_away_is_no_failure_of_the_disk() {
        let (reader, writer) = io::pipe().expect("pipe");
        let mut sink = Sink::to_stream(Box::new(writer), LINES).expect("sink");
        drop(reader);
        let block = Encoder::new(LINES).encode(&[samples::bare("1")]).expect("encode");
        assert!(matches!(sink.write(block), Err(WriteError::Closed)));
    }

    #[test]
    fn a_stream_gets_the_bytes_as_they_are() {
        #[derive(Clone, Default)]
        struct Seen(Arc<Mutex<Vec<u8>>>);
        impl Write for Seen {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().expect("lock").write(bytes)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let seen = Seen::default();
        let mut sink = Sink::to_stream(Box::new(seen.clone()), LINES).expect("sink");
        let block = Encoder::new(LINES).encode(&[samples::bare("1"), samples::bare("2")]).expect("encode");
        sink.write(block).expect("write");
        let told = sink.finish().expect("finish");
        let bytes = seen.0.lock().expect("lock").clone();
        assert_eq!(told, Written { path: None, posts: 2, bytes: bytes.len() as u64 });
        assert_eq!(String::from_utf8(bytes).expect("text").lines().count(), 2);

        let parquet = OutputKind { format: Format::Parquet, ..LINES };
        assert!(matches!(Sink::to_stream(Box::new(Vec::new()), parquet), Err(WriteError::ParquetToStdout)));
    }

    #[test]
    fn row_groups_are_bounded_by_bytes_too() {
        let folder = tempfile::tempdir().expect("folder");
        let mut posts: Vec<_> = (0..12).map(|at| samples::bare(&at.to_string())).collect();
        let mut noise = 1u64;
        for post in &mut posts {
            let hex = (0..30_000).map(|_| {
                noise ^= noise << 13;
                noise ^= noise >> 7;
                noise ^= noise << 17;
                format!("{noise:016x}")
            });
            post.text = Some(hex.collect());
        }
        written(folder.path(), "a.parquet", &posts, 2);
        let path = folder.path().join("a.parquet");
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(File::open(&path).expect("open")).expect("Parquet");
        let groups = reader.metadata().row_groups();
        assert!(groups.len() > 1, "one row group");
        assert!(groups.iter().all(|group| group.compressed_size() < 2 << 20));
        assert_eq!(read(&path), posts.iter().map(samples::as_json).collect::<Vec<_>>());
    }
}
