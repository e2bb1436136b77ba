//! The reading thread's part: opens one input after the other and cuts it into chunks.

use std::{
    collections::VecDeque,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    Compression, Format, Options, ReadError,
    bytes::Bytes,
    chunk::{Chunk, Grammar, Source},
    columns::Plan,
    decode::{SharedTally, open_file, tally_of, unpack},
    inputs::{Input, list},
    parquet::{self, ParquetLines, is_parquet},
    sniff::{Layout, WINDOW_BYTES, layout},
    split::Splitter,
    split_json::JsonSplitter,
    table::Table,
};

/// An input that was read to its end, for the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// The path as the user gave it, or `stdin`.
    pub path: Arc<str>,
    /// The format it was read as.
    pub format: Format,
    /// How it is packed.
    pub compression: Compression,
    /// Its raw size in bytes, packed as it is.
    pub bytes: u64,
    /// SHA-256 of the raw bytes, in lower-case hexadecimal digits.
    pub sha256: String,
    /// How many records it holds.
    pub records: u64,
}

/// How far a [`Reader`] is; another thread may hold and ask it.
#[derive(Debug, Clone)]
pub struct Progress {
    read: Arc<AtomicU64>,
    total: Option<u64>,
}

impl Progress {
    /// Raw bytes read so far, over all inputs.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Raw bytes of all inputs; `None` where one of them is no regular file.
    pub fn bytes_total(&self) -> Option<u64> {
        self.total
    }
}

/// A stream of [`Chunk`]s over all inputs, in their order.
pub struct Reader {
    waiting: VecDeque<(Input, Option<Opened>)>,
    current: Option<Opened>,
    read: Vec<InputFile>,
    records: u64,
    error: Option<ReadError>,
    progress: Progress,
    options: Options,
    plan: Arc<Plan>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("read", &self.read)
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}

/// An input whose layout is known.
struct Opened {
    source: Arc<Source>,
    bytes: Bytes,
    splitter: Splitter,
    format: Format,
    compression: Compression,
    tally: SharedTally,
    records: u64,
}

/// Opens files, directories (walked, sorted) and stdin (`-`, or no input at all).
///
/// Every input is opened and looked at before this returns, so that a wrong path or a table without a
/// text column is told before the first post.
pub fn open(inputs: &[PathBuf], options: &Options) -> Result<Reader, ReadError> {
    let inputs = list(inputs)?;
    let total = inputs.iter().map(|input| input.size).sum();
    let mut reader = Reader::new(options, total);
    for input in inputs {
        if let Some(path) = input.path.as_deref().filter(|path| is_parquet(path)) {
            ParquetLines::open(path, &input.name, &reader.plan, &Arc::default())?;
            reader.waiting.push_back((input, None));
            continue;
        }
        let raw: Box<dyn Read + Send> = match &input.path {
            Some(path) => open_file(path, &input.name)?,
            None => Box::new(io::stdin()),
        };
        let opened = if input.size.is_some() {
            // It is opened again when its turn comes: there may be more files than can be open at once.
            Opened::new(raw, &input.name, options, &reader.plan, &Arc::default())?;
            None
        } else {
            Some(Opened::new(raw, &input.name, options, &reader.plan, &reader.progress.read)?)
        };
        reader.waiting.push_back((input, opened));
    }
    Ok(reader)
}

/// Reads a stream that is neither a file nor stdin; `name` stands in the origins of its posts.
pub fn open_stream(raw: Box<dyn Read + Send>, name: &str, options: &Options) -> Result<Reader, ReadError> {
    let mut reader = Reader::new(options, None);
    reader.current = Some(Opened::new(raw, name, options, &reader.plan, &reader.progress.read)?);
    Ok(reader)
}

impl Reader {
    fn new(options: &Options, total: Option<u64>) -> Self {
        Self {
            waiting: VecDeque::new(),
            current: None,
            read: Vec::new(),
            records: 0,
            error: None,
            progress: Progress { read: Arc::default(), total },
            options: options.clone(),
            plan: Arc::new(Plan::new(&options.columns, options.keep)),
        }
    }

    /// The next records, never an empty chunk; `None` at the end of the last input.
    ///
    /// Where an input breaks, the records before the break come first, then the error, then the end:
    /// the inputs behind it are not read.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ReadError> {
        if let Some(error) = self.error.take() {
            self.stop();
            return Err(error);
        }
        loop {
            let Some(mut opened) = self.take_current()? else { return Ok(None) };
            let mut chunk = Chunk::new(Arc::clone(&opened.source), self.records);
            let more = opened.fill(&mut chunk, &self.options);
            self.records += chunk.len() as u64;
            match more {
                Ok(true) => self.current = Some(opened),
                Ok(false) => self.read.push(opened.into_input_file()),
                Err(error) if chunk.is_empty() => {
                    self.stop();
                    return Err(error);
                }
                Err(error) => self.error = Some(error),
            }
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
    }

    fn stop(&mut self) {
        self.waiting.clear();
        self.current = None;
    }

    fn take_current(&mut self) -> Result<Option<Opened>, ReadError> {
        if let Some(opened) = self.current.take() {
            return Ok(Some(opened));
        }
        match self.waiting.pop_front() {
            None => Ok(None),
            Some((_, Some(opened))) => Ok(Some(opened)),
            Some((input, None)) => {
                let path = input.path.unwrap_or_default();
                let (options, plan, read) = (&self.options, &self.plan, &self.progress.read);
                let opened = if is_parquet(&path) {
                    Opened::parquet(&path, &input.name, options, plan, read)
                } else {
                    open_file(&path, &input.name)
                        .and_then(|raw| Opened::new(raw, &input.name, options, plan, read))
                };
                opened.map(Some).inspect_err(|_| self.waiting.clear())
            }
        }
    }

    /// The inputs read to their end so far, in their order.
    pub fn inputs(&self) -> &[InputFile] {
        &self.read
    }

    /// How far the reading is.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// How many records the chunks given so far hold.
    pub fn records(&self) -> u64 {
        self.records
    }
}

impl Opened {
    fn new(
        raw: Box<dyn Read + Send>,
        name: &str,
        options: &Options,
        plan: &Arc<Plan>,
        read: &Arc<AtomicU64>,
    ) -> Result<Self, ReadError> {
        let unpacked = unpack(raw, name, read)?;
        let mut bytes = Bytes::new(unpacked.reader, options.limits.read_bytes);
        bytes.tell_line_ends(WINDOW_BYTES);
        let layout = layout(bytes.look_ahead(WINDOW_BYTES), name, options.format, plan)?;
        let format = options.format.unwrap_or(layout.format());
        let (grammar, splitter) = match layout {
            Layout::JsonLines => (Grammar::Json, Splitter::Lines),
            Layout::Json { envelope } => (Grammar::Json, Splitter::Json(JsonSplitter::new(envelope))),
            Layout::Text => (Grammar::Text, Splitter::Lines),
            Layout::Table { shape, header, skip } => {
                bytes.consume(skip);
                (Grammar::Table(Table::new(&header, shape, plan, name)?), Splitter::Rows(shape))
            }
        };
        let source = Arc::new(Source { file: Arc::from(name), grammar, plan: Arc::clone(plan) });
        let (compression, tally) = (unpacked.compression, unpacked.tally);
        Ok(Self { source, bytes, splitter, format, compression, tally, records: 0 })
    }

    fn parquet(
        path: &Path,
        name: &str,
        options: &Options,
        plan: &Arc<Plan>,
        read: &Arc<AtomicU64>,
    ) -> Result<Self, ReadError> {
        let tally = tally_of(path).map_err(|cause| ReadError::Open { file: name.to_owned(), cause })?;
        let lines = ParquetLines::open(path, name, plan, read)?;
        let source = Source { file: Arc::from(name), grammar: Grammar::Json, plan: Arc::clone(plan) };
        Ok(Self {
            source: Arc::new(source),
            bytes: Bytes::new(Box::new(lines), options.limits.read_bytes),
            splitter: Splitter::Lines,
            format: Format::Parquet,
            compression: Compression::None,
            tally,
            records: 0,
        })
    }

    /// Fills the chunk; false at the end of the input.
    fn fill(&mut self, chunk: &mut Chunk, options: &Options) -> Result<bool, ReadError> {
        let limits = &options.limits;
        while chunk.len() < limits.chunk_records.max(1)
            && (chunk.is_empty() || chunk.bytes.len() < limits.chunk_bytes)
        {
            match self.splitter.next(&mut self.bytes, chunk, limits.record_bytes) {
                Ok(true) => self.records += 1,
                Ok(false) => return Ok(false),
                Err(cause) => {
                    let (file, records) = (self.source.file.to_string(), self.records);
                    return Err(ReadError::Broken { file, records, cause, way_out: self.way_out() });
                }
            }
        }
        Ok(true)
    }

    fn way_out(&self) -> &'static str {
        match self.compression {
            Compression::None if self.format == Format::Parquet => parquet::WAY_OUT,
            Compression::None => "check the disk or the program that writes the stream, then run again",
            Compression::Gzip => "the file is cut off or damaged: test it with gzip -t and fetch it again",
            Compression::Zstd => "the file is cut off or damaged: test it with zstd -t and fetch it again",
        }
    }

    fn into_input_file(self) -> InputFile {
        let (bytes, sha256) = self.tally.with(|tally| (tally.bytes, tally.sha256()));
        let (path, format, compression) = (Arc::clone(&self.source.file), self.format, self.compression);
        InputFile { path, format, compression, bytes, sha256, records: self.records }
    }
}
