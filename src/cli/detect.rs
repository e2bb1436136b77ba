//! `stancemark detect`

use std::path::PathBuf;

use clap::Args;
use stancemark::{
    language::Detector,
    normalize::Normalizer,
    read,
    write::{Destination, push_language_line},
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
#[command(after_help = "Example:\n  stancemark detect posts.jsonl | head\n\n\
    A line each: {\"id\",\"lang\",\"lang_confidence\",\"mix\"}; `lang` is a BCP-47 tag, `und` where there is nothing to read.")]
pub struct Detect {
    #[command(flatten)]
    input: InputArgs,

    /// Where the lines go
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// Exit with 3 when records could not be read
    #[arg(long)]
    strict: bool,

    /// Threads that work [default: one a processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Detect {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let threads = self.threads.map_or_else(processors, usize::from);
        let inputs = self.input.inputs()?;
        let destination = Destination::from_arg(&self.output);
        destination.check_lines()?;
        destination.spare(&inputs)?;
        let reader = read::open(&inputs, &self.input.options(false, CHUNK))?;
        let (normalizer, detector) = (Normalizer::new(), Detector::new());
        Lines::create(&self.output)?.fill(reader, threads, self.strict, |chunk, scratch| {
            let mut out = Vec::new();
            let mut dead = Vec::new();
            for post in chunk.posts() {
                match post {
                    Ok(post) => {
                        normalizer.normalize_into(&post.text, &mut scratch.normalized);
                        let language = detector.detect(&post.text, &scratch.normalized.entities);
                        push_language_line(&mut out, &post.id, &language);
                    }
                    Err(letter) => dead.push(letter),
                }
            }
            (out, dead)
        })
    }
}
