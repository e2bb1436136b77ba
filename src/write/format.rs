//! Which format an output has, told from its name or from `--format`.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::WriteError;

/// How tagged posts are laid out in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON object a line; the contract's own form.
    Jsonl,
    /// RFC 4180 with commas and LF; lists are JSON inside one cell.
    Csv,
    /// As [`Format::Csv`], with tabs between the cells.
    Tsv,
    /// Apache Parquet, zstd inside.
    Parquet,
}

impl Format {
    /// The word used in messages, in `--format` and as a file ending.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Parquet => "parquet",
        }
    }
}

impl FromStr for Format {
    type Err = WriteError;

    fn from_str(name: &str) -> Result<Self, WriteError> {
        match name.to_ascii_lowercase().as_str() {
            "jsonl" | "json" | "ndjson" => Ok(Format::Jsonl),
            "csv" => Ok(Format::Csv),
            "tsv" | "tab" => Ok(Format::Tsv),
            "parquet" | "pq" => Ok(Format::Parquet),
            _ => Err(WriteError::NoSuchFormat { name: name.to_owned() }),
        }
    }
}

/// How the bytes of JSONL and CSV are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compression {
    /// Not at all.
    #[default]
    Plain,
    /// Gzip, one member a block: members side by side are one gzip file (RFC 1952).
    Gzip,
    /// Zstandard, one frame for the whole file: some readers stop after the first frame.
    Zstd,
}

/// Where the posts go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard output, uncompressed unless asked for.
    Stdout,
    /// A file; `<name>.partial` until it is complete.
    File(PathBuf),
}

impl Destination {
    /// `-` is standard output; anything else is a file's name.
    pub fn from_arg(output: impl AsRef<OsStr>) -> Self {
        let output = output.as_ref();
        if output == "-" { Destination::Stdout } else { Destination::File(PathBuf::from(output)) }
    }

    /// Refuses to write over what is read: a file that is an input, or that stands in a folder of inputs
    /// and was not written by a run of this program. What stands beside the output may be no input either.
    ///
    /// # Errors
    /// [`WriteError::OverInput`].
    pub fn spare(&self, inputs: &[PathBuf]) -> Result<(), WriteError> {
        let Destination::File(path) = self else { return Ok(()) };
        let is_input = |path: &Path| path.is_file() && inputs.iter().any(|input| is_same(input, path));
        let beside = COMPANIONS.map(|suffix| beside(path, suffix));
        if let Some(path) = std::iter::once(path).chain(&beside).find(|path| is_input(path)) {
            return Err(WriteError::OverInput { path: path.clone() });
        }
        let Ok(output) = path.canonicalize() else { return Ok(()) };
        let read = |input: &PathBuf| input.canonicalize().is_ok_and(|input| output.starts_with(input));
        let own = beside[0].is_file() || COMPANIONS.iter().any(|suffix| ends_with(path, suffix));
        if output.is_file() && !own && inputs.iter().any(read) {
            return Err(WriteError::OverInput { path: path.clone() });
        }
        Ok(())
    }

    /// Refuses dead letters that would go where the output, or what stands beside it, goes.
    ///
    /// # Errors
    /// [`WriteError::SameFile`].
    pub fn spare_from(&self, dead_letters: &Path) -> Result<(), WriteError> {
        let Destination::File(path) = self else { return Ok(()) };
        let taken = [path.clone(), beside(path, COMPANIONS[0]), beside(path, COMPANIONS[1])];
        if taken.iter().any(|path| is_same(path, dead_letters)) {
            return Err(WriteError::SameFile { path: dead_letters.to_owned() });
        }
        Ok(())
    }

    /// Refuses a name that promises anything but the plain lines of `format` that are written there.
    ///
    /// # Errors
    /// [`WriteError::LinesOnly`].
    pub fn check_lines(&self, format: Format) -> Result<(), WriteError> {
        let Destination::File(path) = self else { return Ok(()) };
        let packed = matches!(lower_ending(path).as_deref(), Some("gz" | "zst" | "zstd"));
        match OutputKind::of(self, None) {
            Ok(OutputKind { format: named, compression: Compression::Plain }) if named == format => Ok(()),
            Err(WriteError::UnknownFormat { .. }) if !packed => Ok(()),
            _ => Err(WriteError::LinesOnly { path: path.clone(), format }),
        }
    }

    /// The name for messages.
    pub fn name(&self) -> &Path {
        match self {
            Destination::Stdout => Path::new("stdout"),
            Destination::File(path) => path,
        }
    }
}

/// Format and compression of one output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputKind {
    /// The layout.
    pub format: Format,
    /// The compression around it.
    pub compression: Compression,
}

impl OutputKind {
    /// Whether every beginning of such an output is whole, so that a broken run can go on.
    pub fn is_resumable(self) -> bool {
        self.format != Format::Parquet && self.compression != Compression::Zstd
    }

    /// Refuses an output that no run can go on with.
    ///
    /// # Errors
    /// [`WriteError::NotResumable`] for stdout, zstd and Parquet.
    pub fn check_resumable(self, destination: &Destination) -> Result<(), WriteError> {
        let form = match destination {
            Destination::Stdout => "stdout",
            Destination::File(_) if self.format == Format::Parquet => "Parquet",
            Destination::File(_) if self.compression == Compression::Zstd => "zstd",
            Destination::File(_) => return Ok(()),
        };
        Err(WriteError::NotResumable { path: destination.name().to_owned(), form })
    }

    /// Tells the kind of an output: `--format` wins over the name's ending, `.gz` and `.zst` in the
    /// name always compress, and standard output is JSONL unless told otherwise.
    ///
    /// # Errors
    /// When neither the name nor `--format` tells, or the combination cannot be written (Parquet to
    /// standard output, Parquet inside gzip or zstd).
    pub fn of(destination: &Destination, asked: Option<Format>) -> Result<Self, WriteError> {
        let path = match destination {
            Destination::Stdout => {
                return match asked.unwrap_or(Format::Jsonl) {
                    Format::Parquet => Err(WriteError::ParquetToStdout),
                    format => Ok(OutputKind { format, compression: Compression::Plain }),
                };
            }
            Destination::File(path) => path,
        };
        let mut bare = path.clone();
        let compression = match lower_ending(path).as_deref() {
            Some("gz") => Compression::Gzip,
            Some("zst" | "zstd") => Compression::Zstd,
            _ => Compression::Plain,
        };
        if compression != Compression::Plain {
            bare.set_extension("");
        }
        let format = match asked {
            Some(format) => format,
            None => lower_ending(&bare)
                .and_then(|ending| ending.parse().ok())
                .ok_or_else(|| WriteError::UnknownFormat { path: path.clone() })?,
        };
        if format == Format::Parquet && compression != Compression::Plain {
            return Err(WriteError::CompressedParquet { path: path.clone() });
        }
        Ok(OutputKind { format, compression })
    }
}

/// What a run writes beside its output.
const COMPANIONS: [&str; 3] = [".manifest.json", ".checkpoint.json", ".dead.jsonl"];

fn ends_with(path: &Path, suffix: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(suffix))
}

/// Whether two paths lead to one file, also one that is not there yet.
fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
        })
    };
    place(one).is_some_and(|place_of_one| place(other) == Some(place_of_one))
}

/// `<output><suffix>`, such as `tags.parquet.manifest.json`: the whole name stays, so that two
/// outputs which differ only in their ending never share a companion.
pub fn beside(output: &Path, suffix: &str) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn lower_ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str) -> Option<(Format, Compression)> {
        let kind = OutputKind::of(&Destination::from_arg(name), None).ok()?;
        Some((kind.format, kind.compression))
    }

    #[test]
    fn the_name_tells_format_and_compression() {
        assert_eq!(told("a.jsonl"), Some((Format::Jsonl, Compression::Plain)));
        assert_eq!(told("a.JSON"), Some((Format::Jsonl, Compression::Plain)));
        assert_eq!(told("a.b/c.csv.gz"), Some((Format::Csv, Compression::Gzip)));
        assert_eq!(told("a.tsv.zst"), Some((Format::Tsv, Compression::Zstd)));
        assert_eq!(told("a.parquet"), Some((Format::Parquet, Compression::Plain)));
        assert_eq!(told("-"), Some((Format::Jsonl, Compression::Plain)));
        assert_eq!(told("a"), None);
        assert_eq!(told("a.gz"), None);
        assert_eq!(told("a.xlsx"), None);
    }

    #[test]
    fn what_cannot_be_written_is_refused_with_the_way_out() {
        let refused = |name: &str, format| {
            OutputKind::of(&Destination::from_arg(name), format).expect_err("refused").to_string()
        };
        assert!(refused("-", Some(Format::Parquet)).contains("-o tags.parquet"));
        assert!(refused("a.parquet.gz", None).contains("drop the .gz"));
        assert!(refused("a.xlsx", None).contains(".jsonl, .csv"));
        assert!("xlsx".parse::<Format>().expect_err("unknown").to_string().contains("jsonl, csv"));
    }

    #[test]
    fn asking_wins_over_the_ending_but_not_over_the_compression() {
        let kind = OutputKind::of(&Destination::from_arg("a.dat.gz"), Some(Format::Csv)).expect("told");
        assert_eq!(kind, OutputKind { format: Format::Csv, compression: Compression::Gzip });
    }

    #[test]
    fn what_writes_lines_takes_no_name_of_another_format() {
        let lines = |name: &str| Destination::from_arg(name).check_lines(Format::Jsonl).is_ok();
        for name in ["-", "a.jsonl", "a.ndjson", "a.json", "a", "a.txt", "v1.2"] {
            assert!(lines(name), "{name}");
        }
        for name in ["a.csv", "a.TSV", "a.parquet", "a.jsonl.gz", "a.zst", "a.parquet.gz"] {
            assert!(!lines(name), "{name}");
        }
    }

    #[test]
    fn companions_keep_the_whole_name() {
        assert_eq!(beside(Path::new("x/a.csv.gz"), ".dead.jsonl"), Path::new("x/a.csv.gz.dead.jsonl"));
    }
}
