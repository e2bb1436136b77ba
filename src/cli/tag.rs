//! `stancemark tag`

use std::{path::PathBuf, time::Duration};

use clap::Args;
use stancemark::{
    privacy::{Privacy, Pseudonyms},
    run::{Settings, Summary, tag_corpus},
    write::{Destination, Format, OutputKind, grouped},
};

use super::{
    Outcome,
    args::{InputArgs, TaggerArgs},
    terminal::{self, Bar, DIM, styled},
};

/// Posts of a chunk that a model reads: small enough to share out, large enough to sort by length.
const CHUNK_WITH_MODEL: usize = 128;
/// Posts of a chunk without a model.
const CHUNK_ALONE: usize = 1024;

/// Tag posts with labels, targets, scores and evidence.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark tag posts.jsonl -o tags.jsonl\n  \
    stancemark tag archive/*.csv.gz --text tweet_text --home IN -o tags.parquet\n  \
    zcat posts.jsonl.gz | stancemark tag --no-model | head\n\n\
    Beside the output stand <output>.manifest.json (what was read, used and counted) and, where records \
    could not be read, <output>.dead.jsonl with the reasons.")]
pub struct Tag {
    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    tagger: TaggerArgs,

    /// Where the tagged posts go; the name's ending tells the format: .jsonl, .csv, .tsv (also .gz, .zst), .parquet
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// The output's format, where its name does not tell: jsonl, csv, tsv or parquet
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// Carry the original text and all input columns along
    #[arg(long)]
    keep: bool,

    /// Replace author ids, other kept columns that name people, and mentions in kept texts by hashes with the key in this
    /// file (HMAC-SHA256): the same in every file made with the same key
    #[arg(long, value_name = "KEYFILE", help_heading = "Privacy")]
    pseudonymize: Option<PathBuf>,

    /// Another column whose values are replaced, `id` for the posts' own; may be repeated
    #[arg(long, value_name = "COLUMN", requires = "pseudonymize", help_heading = "Privacy")]
    pseudonymize_column: Vec<String>,

    /// Keep the input columns, but not the texts
    #[arg(long, help_heading = "Privacy")]
    no_text: bool,

    /// Where records go that cannot be tagged [default: <output>.dead.jsonl]
    #[arg(long, value_name = "FILE")]
    dead_letters: Option<PathBuf>,

    /// Go on where a run to the same output broke off
    #[arg(long)]
    resume: bool,

    /// Seconds between checkpoints, from which --resume goes on
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds)]
    checkpoint_every: f64,

    /// Exit with 3 when there are dead letters
    #[arg(long)]
    strict: bool,

    /// No progress and no totals
    #[arg(long, short)]
    quiet: bool,
}

impl Tag {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let threads = self.tagger.model.threads();
        let destination = Destination::from_arg(&self.output);
        let kind = OutputKind::of(&destination, self.format)?;
        if self.resume && destination == Destination::Stdout {
            anyhow::bail!("--resume needs an output file to go on with: name it with -o");
        }
        let inputs = self.input.inputs()?;
        let privacy = self.privacy()?;
        let tagger = self.tagger.load(threads)?;
        let chunk = if self.tagger.no_model { CHUNK_ALONE } else { CHUNK_WITH_MODEL };
        let settings = Settings {
            inputs,
            read: self.input.options(self.keep, chunk),
            destination,
            kind,
            dead_letters: self.dead_letters.clone(),
            resume: self.resume,
            checkpoint_every: Duration::from_secs_f64(self.checkpoint_every),
            threads,
            as_given: self.as_given(&tagger, &privacy),
            privacy,
        };
        let bar = Bar::new(self.quiet);
        let summary = tag_corpus(&tagger, &settings, |progress, records| bar.tick(progress, records));
        bar.done();
        let summary = summary?;
        if !self.quiet {
            Self::tell(&summary, &settings)?;
        }
        let dead = summary.totals.dead_lettered() > 0;
        // A column that was named and that no record has: in JSON that is known only at the end.
        if let (Some(_), true, 0, Some(first)) =
            (&self.input.text, dead, summary.totals.posts(), summary.first_dead.first())
        {
            let (records, reason) = (grouped(summary.totals.records()), &first.reason);
            anyhow::bail!(
                "none of the {records} records could be tagged; the first, {}: {reason}",
                first.origin
            );
        }
        Ok(if dead && self.strict { Outcome::DeadLetters } else { Outcome::Done })
    }

    fn privacy(&self) -> anyhow::Result<Privacy> {
        let author = self.input.author.iter().filter_map(|name| name.rsplit('.').next().map(str::to_owned));
        Ok(Privacy {
            pseudonyms: self.pseudonymize.as_deref().map(Pseudonyms::load).transpose()?,
            columns: self.pseudonymize_column.iter().cloned().chain(author).collect(),
            no_text: self.no_text,
        })
    }

    fn as_given(&self, tagger: &stancemark::Tagger, privacy: &Privacy) -> serde_json::Value {
        serde_json::json!({
            "codebook": self.tagger.codebook,
            "home": tagger.codebook().home.to_string(),
            "model": (!self.tagger.no_model).then_some(&self.tagger.model.model),
            "decide": self.tagger.decide,
            "output": self.output,
            "format": self.format.map(Format::as_str),
            "keep": self.keep,
            "privacy": privacy.settings(),
            "columns": {
                "id": self.input.id, "text": self.input.text, "time": self.input.time, "author": self.input.author,
                "platform": self.input.platform, "hashtags": self.input.hashtags, "repost_of": self.input.repost_of,
            },
            "input_format": self.input.input_format.map(stancemark::read::Format::as_str),
        })
    }

    /// Totals and dead letters: on stdout, or on stderr where stdout carries the posts.
    fn tell(summary: &Summary, settings: &Settings) -> anyhow::Result<()> {
        let to_stdout = settings.destination == Destination::Stdout;
        let mut text = String::new();
        for letter in summary.first_dead.iter().filter(|_| summary.dead_letters.is_none()) {
            text += &format!("dead letter: {}: {}: {}\n", letter.origin, letter.step, letter.reason);
        }
        text += &summary.totals.render(terminal::width().min(100), true);
        let counts = &summary.manifest.counts;
        let mut note = |number: u64, what: &str| {
            if number > 0 {
                text += &format!("{} {what}\n", grouped(number));
            }
        };
        note(counts.duplicate_ids, "posts with an id that an earlier post has (tagged all the same)");
        note(counts.unreadable_times, "posts with a time that cannot be read (tagged without it)");
        let seconds = summary.manifest.wall_seconds;
        let rate = counts.records as f64 / seconds.max(1e-9);
        text += &styled(
            DIM,
            format!("{} records in {seconds:.1} s, {rate:.0} a second", grouped(counts.records)),
        );
        text.push('\n');
        if let Some(path) = &summary.dead_letters {
            text += &format!("dead letters: {}\n", path.display());
        }
        if let Destination::File(path) = &settings.destination {
            text += &format!("tagged posts: {}\n", path.display());
            terminal::print(&text)?;
        } else if to_stdout {
            anstream::eprint!("{text}");
        }
        Ok(())
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=1e6).contains(&seconds) => Ok(seconds),
        _ => Err("give seconds, 0 or more".to_owned()),
    }
}
