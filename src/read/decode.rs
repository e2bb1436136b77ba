//! From raw bytes to unpacked UTF-8: hashing, gzip, zstd, byte order marks, UTF-16.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use sha2::{Digest, Sha256};

use super::{Compression, ReadError};

/// Bytes asked of a file or pipe at a time.
const RAW_BYTES: usize = 128 << 10;
/// Largest window that zstd may use, as a power of two. Large corpora are packed with `--long=31`.
const ZSTD_WINDOW_LOG: u32 = 31;

/// What has been read of one input's raw bytes so far.
#[derive(Default)]
pub(super) struct Tally {
    hasher: Sha256,
    pub(super) bytes: u64,
}

impl Tally {
    /// SHA-256 of the bytes so far, in lower-case hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let hash = self.hasher.clone().finalize();
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
        hash.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte)]).collect()
    }
}

/// The tally of an input, shared with the reader that feeds it.
#[derive(Clone, Default)]
pub(super) struct SharedTally(Arc<Mutex<Tally>>);

impl SharedTally {
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Tally) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Counted {
    raw: Box<dyn Read + Send>,
    tally: SharedTally,
    all_inputs: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.raw.read(into)?;
        self.tally.with(|tally| {
            tally.hasher.update(&into[..count]);
            tally.bytes += count as u64;
        });
        self.all_inputs.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// An input, unpacked.
pub(super) struct Unpacked {
    pub(super) reader: Box<dyn Read + Send>,
    pub(super) compression: Compression,
    pub(super) tally: SharedTally,
}

/// Opens a file.
pub(super) fn open_file(path: &Path, name: &str) -> Result<Box<dyn Read + Send>, ReadError> {
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(ReadError::NotFound { file: name.to_owned() })
        }
        Err(cause) => Err(ReadError::Open { file: name.to_owned(), cause }),
    }
}

/// Reads a file to its end, for its hash.
pub(super) fn tally_of(path: &Path) -> io::Result<SharedTally> {
    let tally = SharedTally::default();
    let mut counted =
        Counted { raw: Box::new(File::open(path)?), tally: tally.clone(), all_inputs: Arc::default() };
    io::copy(&mut BufReader::with_capacity(RAW_BYTES, &mut counted), &mut io::sink())?;
    Ok(tally)
}

/// Unpacks and decodes a stream as its first bytes say. `all_inputs` counts raw bytes for the progress.
pub(super) fn unpack(
    raw: Box<dyn Read + Send>,
    name: &str,
    all_inputs: &Arc<AtomicU64>,
) -> Result<Unpacked, ReadError> {
    let cannot_open = |cause| ReadError::Open { file: name.to_owned(), cause };
    let tally = SharedTally::default();
    let mut counted = Counted { raw, tally: tally.clone(), all_inputs: Arc::clone(all_inputs) };
    let magic = first_bytes(&mut counted, 6).map_err(cannot_open)?;
    if let Some((kind, way_out)) = foreign(&magic) {
        return Err(ReadError::Unsupported { file: name.to_owned(), kind, way_out });
    }
    let compression = compression_of(&magic);
    let whole = Cursor::new(magic).chain(counted);
    let mut reader: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(whole),
        Compression::Gzip => {
            Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(RAW_BYTES, whole)))
        }
        Compression::Zstd => {
            let buffered = BufReader::with_capacity(RAW_BYTES, whole);
            let mut decoder = zstd::stream::read::Decoder::with_buffer(buffered).map_err(cannot_open)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(cannot_open)?;
            Box::new(decoder)
        }
    };
    let (start, fault) = match first_bytes(&mut reader, 4) {
        Ok(start) => (start, None),
        // Told when the reader comes to it, as any other break of the stream.
        Err(error) => (Vec::new(), Some(error)),
    };
    if start == [0xff, 0xfe, 0, 0] || start == [0, 0, 0xfe, 0xff] {
        let (kind, way_out) = ("UTF-32 text", "iconv -f UTF-32 -t UTF-8");
        return Err(ReadError::Unsupported { file: name.to_owned(), kind, way_out });
    }
    let encoding = Encoding::of(&start);
    let start = start.get(mark_bytes(&start)..).unwrap_or_default().to_vec();
    let rest: Box<dyn Read + Send> = match fault {
        None => reader,
        Some(error) => Box::new(Fault(Some(error))),
    };
    let reader: Box<dyn Read + Send> = match encoding {
        Encoding::Utf8 => Box::new(Cursor::new(start).chain(rest)),
        Encoding::Utf16Le => Box::new(Utf16::new(Cursor::new(start).chain(rest), u16::from_le_bytes)),
        Encoding::Utf16Be => Box::new(Utf16::new(Cursor::new(start).chain(rest), u16::from_be_bytes)),
    };
    Ok(Unpacked { reader, compression, tally })
}

/// Up to `want` bytes; fewer only at the end.
fn first_bytes(reader: &mut impl Read, want: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(want).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn compression_of(magic: &[u8]) -> Compression {
    match magic {
        [0x1f, 0x8b, 8, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        _ => Compression::None,
    }
}

/// Kinds of file that are recognised only to say what to do with them.
fn foreign(magic: &[u8]) -> Option<(&'static str, &'static str)> {
    match magic {
        [b'P', b'K', 3, 4, ..] => {
            Some(("a ZIP archive or a spreadsheet", "unzip it, or save the sheet as CSV (UTF-8)"))
        }
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41] => {
            Some(("a bzip2 file", "bzip2 -dc FILE | zstd > FILE.zst"))
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0] => Some(("an xz file", "xz -dc FILE | zstd > FILE.zst")),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c] => Some(("a 7z archive", "7z x FILE")),
        [b'P', b'A', b'R', b'1', ..] => {
            Some(("a Parquet stream", "give the file itself: its end has to be read first"))
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(("an old Excel workbook", "save the sheet as CSV (UTF-8)")),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// By the byte order mark, or by the zeros that UTF-16 puts beside ASCII letters.
    fn of(start: &[u8]) -> Self {
        match start {
            [0xff, 0xfe, ..] => Encoding::Utf16Le,
            [0xfe, 0xff, ..] => Encoding::Utf16Be,
            &[a, 0, b, 0] if a != 0 && b != 0 => Encoding::Utf16Le,
            &[0, a, 0, b] if a != 0 && b != 0 => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        }
    }
}

/// The length of the byte order mark.
fn mark_bytes(start: &[u8]) -> usize {
    match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => 2,
        [0xef, 0xbb, 0xbf, ..] => 3,
        _ => 0,
    }
}

/// A stream that only fails.
struct Fault(Option<io::Error>);

impl Read for Fault {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// UTF-16 turned into UTF-8 on the way.
///
/// A lone surrogate becomes the three bytes that UTF-8 would give it and half a unit at the end becomes
/// `0xff`: both are invalid UTF-8, so the record they stand in becomes a dead letter, and no other does.
struct Utf16<R> {
    reader: R,
    unit: fn([u8; 2]) -> u16,
    raw: Vec<u8>,
    odd: Option<u8>,
    high: Option<u16>,
    decoded: Vec<u8>,
    served: usize,
    ended: bool,
}

impl<R: Read> Utf16<R> {
    fn new(reader: R, unit: fn([u8; 2]) -> u16) -> Self {
        let (raw, decoded) = (vec![0; 32 << 10], Vec::new());
        Self { reader, unit, raw, odd: None, high: None, decoded, served: 0, ended: false }
    }

    fn push_unpaired(&mut self, unit: u16) {
        let low_bits = |shift: u16| (unit >> shift) as u8 & 0x3f;
        self.decoded.extend_from_slice(&[0xe0 | (unit >> 12) as u8, 0x80 | low_bits(6), 0x80 | low_bits(0)]);
    }

    fn push_unit(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(paired)) = char::decode_utf16([high, unit]).next() {
                self.push_char(paired);
                return;
            }
            self.push_unpaired(high);
        }
        match char::from_u32(u32::from(unit)) {
            Some(plain) => self.push_char(plain),
            None if unit < 0xdc00 => self.high = Some(unit),
            None => self.push_unpaired(unit),
        }
    }

    fn push_char(&mut self, decoded: char) {
        self.decoded.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut raw = std::mem::take(&mut self.raw);
        let count = self.reader.read(&mut raw);
        if let Ok(count) = count {
            for &byte in &raw[..count] {
                match self.odd.take() {
                    Some(first) => self.push_unit((self.unit)([first, byte])),
                    None => self.odd = Some(byte),
                }
            }
            if count == 0 {
                self.ended = true;
                if let Some(high) = self.high.take() {
                    self.push_unpaired(high);
                }
                if self.odd.take().is_some() {
                    self.decoded.push(0xff);
                }
            }
        }
        self.raw = raw;
        count.map(|_| ())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.served == self.decoded.len() && !self.ended {
            self.decoded.clear();
            self.served = 0;
            self.refill()?;
        }
        let count = into.len().min(self.decoded.len() - self.served);
        into[..count].copy_from_slice(&self.decoded[self.served..self.served + count]);
        self.served += count;
        Ok(count)
    }
}
