//! `stancemark duplicates`

use std::{io::Write, path::PathBuf};

use anyhow::bail;
use clap::{Args, ValueEnum};
use stancemark::{
    aggregate::Sketch,
    duplicates::{Copies, Found, HIGHEST, LOWEST, Settings, find},
    privacy::Pseudonyms,
    write::{Destination, PartialFile, grouped},
};

use super::{
    Outcome,
    args::{InputArgs, processors},
    terminal::{self, Bar},
};

/// Records of a chunk.
const CHUNK: usize = 1024;

/// How the copies are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Aligned, for people.
    Table,
    /// One cluster a line.
    Jsonl,
    /// One cluster a record.
    Csv,
    /// The shares and all clusters in one object.
    Json,
}

/// Find texts that were posted again and again.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  stancemark duplicates posts.jsonl\n  stancemark duplicates archive/*.csv.gz --similarity 0.8 -o copies.csv\n  \
    stancemark duplicates tags.parquet --k-anonymity 10 --no-text\n\n\
    Two texts are the same when they share enough of their five-letter shingles; links, mentions, case, punctuation and\n\
    spaces do not count. It says the same text, never the same actor. Tags are read like posts where `tag --keep` kept\n\
    their texts. A repost is what its source marks as one, or what begins with `RT @name`."
)]
pub struct Duplicates {
    #[command(flatten)]
    input: InputArgs,

    /// The share of their shingles (Jaccard) from which two texts are the same, 0.5 to 0.95
    #[arg(long, value_name = "SHARE", default_value_t = Settings::default().similarity, value_parser = similarity)]
    similarity: f64,

    /// The most different texts held in memory, about 1 KiB each; beyond, the rarest and oldest are forgotten
    #[arg(long, value_name = "N", default_value_t = Settings::default().remember as u32,
        value_parser = clap::value_parser!(u32).range(1_000..=100_000_000))]
    remember: u32,

    /// Leave out clusters of fewer posts
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_posts: u64,

    /// Most clusters of a table; 0 for none
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,

    /// How the copies are written [default: as the output's name ends, .jsonl, .csv or .json; else table]
    #[arg(long, value_enum)]
    format: Option<Form>,

    /// Where they go
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// Replace mentions in the examples, and their ids, by hashes with the key in this file
    #[arg(long, value_name = "KEYFILE", help_heading = "Privacy")]
    pseudonymize: Option<PathBuf>,

    /// Leave out clusters of fewer than K accounts (posts, where no account is known), and the examples' ids
    #[arg(long, value_name = "K", help_heading = "Privacy", value_parser = clap::value_parser!(u64).range(2..=Sketch::EXACT))]
    k_anonymity: Option<u64>,

    /// Leave out the examples' texts
    #[arg(long, help_heading = "Privacy")]
    no_text: bool,

    /// Exit with 3 when records could not be read
    #[arg(long)]
    strict: bool,

    /// Threads that work [default: one a processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Duplicates {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let inputs = self.input.inputs()?;
        let destination = Destination::from_arg(&self.output);
        destination.spare(&inputs)?;
        let pseudonyms = self.pseudonymize.as_deref().map(Pseudonyms::load).transpose()?;
        let settings = Settings { similarity: self.similarity, remember: self.remember as usize };
        let threads = self.threads.map_or_else(processors, usize::from);
        let bar = Bar::new(false);
        let found =
            find(&inputs, &self.input.options(false, CHUNK), settings, threads, |progress, records| {
                bar.tick(progress, records);
            });
        bar.done();
        let Found { mut copies, dead, first_dead, bad_times } = found?;
        if let (0, Some(first)) = (copies.posts, first_dead.first()) {
            let way_out = if first.reason.contains("no text") {
                "; of tags, give those that `tag --keep` wrote"
            } else {
                ""
            };
            bail!(
                "none of the {} records is a post; the first, {}: {}{way_out}",
                grouped(dead),
                first.origin,
                first.reason
            );
        }
        for letter in &first_dead {
            anstream::eprintln!("not read: {}: {}", letter.origin, letter.reason);
        }
        if dead > 0 {
            anstream::eprintln!("{} records could not be read and are not counted", grouped(dead));
        }
        if bad_times > 0 {
            anstream::eprintln!("{} posts have a time that cannot be read", grouped(bad_times));
        }
        if copies.posts > 0 && copies.no_text == copies.posts {
            anstream::eprintln!("no post has a text: tag with --keep, or name the column with --text");
        }
        copies.clusters.retain(|cluster| cluster.posts >= self.min_posts);
        if let Some(k) = self.k_anonymity {
            copies.suppress(k);
        }
        if self.no_text {
            copies.leave_out_texts();
        }
        if let Some(pseudonyms) = &pseudonyms {
            copies.pseudonymize(pseudonyms);
        }
        match destination {
            Destination::Stdout => terminal::print(&self.render(&copies, true)?)?,
            Destination::File(path) => {
                let mut file = PartialFile::create(&path)?;
                file.write_all(self.render(&copies, false)?.as_bytes())?;
                file.finish()?;
            }
        }
        Ok(if dead > 0 && self.strict { Outcome::DeadLetters } else { Outcome::Done })
    }

    fn form(&self) -> Form {
        let ending = self.output.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        self.format.unwrap_or(match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            Some("jsonl" | "ndjson") => Form::Jsonl,
            _ => Form::Table,
        })
    }

    fn render(&self, copies: &Copies, colour: bool) -> anyhow::Result<String> {
        Ok(match self.form() {
            Form::Table => copies.to_text(terminal::width(), self.top, colour),
            Form::Jsonl => copies.to_jsonl(),
            Form::Csv => copies.to_csv(),
            Form::Json => serde_json::to_string_pretty(&copies.to_json())? + "\n",
        })
    }
}

fn similarity(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (LOWEST..=HIGHEST).contains(&share) => Ok(share),
        _ => Err(format!("give a share from {LOWEST} to {HIGHEST}, such as 0.7")),
    }
}
