//! `stancemark detect`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use stancemark::{
    language::Detector,
    normalize::Normalizer,
    read,
    write::{self, Destination, LANGUAGE_COLUMNS, push_language_line, push_language_row},
};

use super::{
    Outcome,
    args::{InputArgs, processors},
    lines::Lines,
};

/// Records of a chunk.
const CHUNK: usize = 1024;

/// Tell the language of posts.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  stancemark detect posts.jsonl | head\n  stancemark detect posts.csv --top 3 -o languages.tsv\n\n\
    A line each: {\"id\",\"lang\",\"lang_confidence\",\"mix\"}; `lang` is a BCP-47 tag, `und` where there is nothing to read or\n\
    nothing is likely enough; `mix` then still holds the best guess. `hi-Latn` is Hindi-Urdu in Latin letters."
)]
pub struct Detect {
    #[command(flatten)]
    input: InputArgs,

    /// Where the lines go
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// How they are written [default: by the output's name, else jsonl]
    #[arg(long, short, value_name = "FORMAT")]
    format: Option<Format>,

    /// Also give the so many likeliest languages of each post, with their probabilities
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(1..=64))]
    top: Option<u8>,

    /// Exit with 3 when records could not be read
    #[arg(long)]
    strict: bool,

    /// Threads that work [default: one a processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A line of column names, then one line a post.
    Tsv,
}

impl Detect {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let threads = self.threads.map_or_else(processors, usize::from);
        let inputs = self.input.inputs()?;
        let destination = Destination::from_arg(&self.output);
        destination.check_lines(match self.format() {
            Format::Jsonl => write::Format::Jsonl,
            Format::Tsv => write::Format::Tsv,
        })?;
        destination.spare(&inputs)?;
        let reader = read::open(&inputs, &self.input.options(false, CHUNK))?;
        let (normalizer, detector) = (Normalizer::new(), Detector::new());
        let mut lines = Lines::create(&self.output)?;
        let format = self.format();
        if format == Format::Tsv {
            let top = if self.top.is_some() { "\ttop" } else { "" };
            lines.begin(format!("{LANGUAGE_COLUMNS}{top}\n").as_bytes())?;
        }
        lines.fill(reader, threads, self.strict, |chunk, scratch| {
            let mut out = Vec::new();
            let mut dead = Vec::new();
            for post in chunk.posts() {
                match post {
                    Ok(post) => {
                        normalizer.normalize_into(&post.text, &mut scratch.normalized);
                        let entities = &scratch.normalized.entities;
                        let language = detector.detect(&post.text, entities);
                        let top = self.top.map(|top| detector.candidates(&post.text, entities, top.into()));
                        let push = match format {
                            Format::Jsonl => push_language_line,
                            Format::Tsv => push_language_row,
                        };
                        push(&mut out, &post.id, &language, top.as_deref());
                    }
                    Err(letter) => dead.push(letter),
                }
            }
            (out, dead)
        })
    }

    fn format(&self) -> Format {
        let is_tsv = self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
        self.format.unwrap_or(if is_tsv { Format::Tsv } else { Format::Jsonl })
    }
}
