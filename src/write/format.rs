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
    /// and was not written by a run of this program.
    ///
    /// # Errors
    /// [`WriteError::OverInput`].
    pub fn spare(&self, inputs: &[PathBuf]) -> Result<(), WriteError> {
        let Destination::File(path) = self else { return Ok(()) };
        let Ok(output) = path.canonicalize() else { return Ok(()) };
        let own = beside(&output, ".manifest.json").is_file();
        let over = |input: &PathBuf| {
            input.canonicalize().is_ok_and(|input| input == output || (!own && output.starts_with(input)))
        };
        if output.is_file() && inputs.iter().any(over) {
            return Err(WriteError::OverInput { path: path.clone() });
        }
        Ok(())
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
    fn companions_keep_the_whole_name() {
        assert_eq!(beside(Path::new("x/a.csv.gz"), ".dead.jsonl"), Path::new("x/a.csv.gz.dead.jsonl"));
    }
}
