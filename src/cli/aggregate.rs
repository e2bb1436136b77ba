//! `stancemark aggregate`

use std::{
    io::Write,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use clap::{Args, ValueEnum};
use stancemark::{
    aggregate::{
        By, Counted, Counter, Curve, More, Plan, Sketch, Table, count_files, curve, kinds, partial_plan,
    },
    codebook::Codebook,
    privacy::Pseudonyms,
    read::Columns,
    write::{Destination, PartialFile, WriteError, grouped},
};

use super::{Outcome, args::processors, terminal};

/// How the counts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Aligned, for people.
    Table,
    /// For machines.
    Csv,
    /// For machines.
    Json,
    /// For machines; needs a file.
    Parquet,
}

/// Count tagged posts by label, target, language, hashtag, time …
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark aggregate tags.jsonl --by label,target\n  \
    stancemark aggregate tags.parquet --by time:hour --where label=support --time-zone Asia/Karachi --curve\n  \
    stancemark aggregate run1.jsonl run2.jsonl.gz --by lang,label -o counts.csv\n  \
    stancemark aggregate tags.parquet --by label,platform --authors --k-anonymity 10\n  \
    stancemark aggregate part1.jsonl --by label,time:day --partial 1.partial; stancemark aggregate *.partial\n\n\
    Keys: label, target, kind (of the target), stance, lang, hashtag, claim, status, file, time:BUCKET (minute, 5min, \
    15min, hour, day, week, month, year); of tags written with --keep also platform, author and column:NAME.\n\
    A post counts once in every cell it falls into. Shares are of the labels as predicted, not corrected by gold.")]
pub struct Aggregate {
    /// Files that `tag` wrote: JSONL, CSV, TSV, Parquet; plain, gzip or zstd; `-` for stdin; or partial results
    #[arg(value_name = "TAGS", default_value = "-")]
    tags: Vec<PathBuf>,

    /// What to count by, parted by commas [default: label,target; of partial results, what they count]
    #[arg(long, value_name = "KEYS")]
    by: Option<String>,

    /// Count only what meets this, such as label=support or lang=ur; may be repeated
    #[arg(long = "where", value_name = "KEY=VALUE")]
    filters: Vec<String>,

    /// Time zone of the buckets: a name such as Asia/Karachi, or an offset such as +05:00 [default: UTC]
    #[arg(long, visible_alias = "tz", value_name = "ZONE")]
    time_zone: Option<String>,

    /// How the counts are written [default: as the output's name ends, .csv, .json or .parquet; else table]
    #[arg(long, value_enum)]
    format: Option<Form>,

    /// Most rows of a table; 0 for none
    #[arg(long, value_name = "N", default_value_t = 100)]
    top: usize,

    /// Draw the counts over time, and the posts so far; needs a time as the first key
    #[arg(long)]
    curve: bool,

    /// Mark a stretch of time on the curve, by a part of its name such as 12:15; may be repeated
    #[arg(long, value_name = "TIME", requires = "curve")]
    mark: Vec<String>,

    /// Count the different authors of each cell too; needs tags written with --keep
    #[arg(long)]
    authors: bool,

    /// Column of the author among those kept [default: guessed from the usual names]
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    author: Option<String>,

    /// Column of the platform among those kept [default: platform]
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    platform: Option<String>,

    /// The codebook that says which kind a target is: a name or a path
    #[arg(long, short, value_name = "NAME|PATH", default_value = "iamispr", help_heading = "Reading")]
    codebook: String,

    /// Write the counts as a partial result, which `aggregate` reads like a tag file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "format", "curve", "k_anonymity"])]
    partial: Option<PathBuf>,

    /// Replace authors, and kept columns that name people, by hashes with the key in this file
    #[arg(long, value_name = "KEYFILE", help_heading = "Privacy")]
    pseudonymize: Option<PathBuf>,

    /// Leave out cells of fewer than K authors (posts, where no author is known), and those that would give them away
    #[arg(long, value_name = "K", help_heading = "Privacy", value_parser = clap::value_parser!(u64).range(2..=Sketch::EXACT))]
    k_anonymity: Option<u64>,

    /// Where the counts go
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

impl Aggregate {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let plan = self.plan()?;
        if self.curve && !matches!(plan.by.first(), Some(By::Time(_))) {
            anyhow::bail!("--curve needs a time as the first key: --by time:hour");
        }
        if self.curve && !matches!(self.form(), Form::Table) {
            anyhow::bail!(
                "--curve is drawn under a table: leave it out for CSV, JSON and Parquet, or take --format table"
            );
        }
        let destination = Destination::from_arg(self.partial.as_ref().unwrap_or(&self.output));
        destination.spare(&self.tags)?;
        if matches!((self.form(), &destination), (Form::Parquet, Destination::Stdout)) {
            return Err(WriteError::ParquetToStdout.into());
        }
        let threads = NonZeroUsize::new(processors()).unwrap_or(NonZeroUsize::MIN);
        let Counted { counter, bad, first_bad } = count_files(&self.tags, &plan, threads)?;
        for line in &first_bad {
            anstream::eprintln!("not counted: {}:{}: {}", line.file, line.line, line.reason);
        }
        if bad > 0 {
            anstream::eprintln!("{} lines were no tagged posts and are not counted", grouped(bad));
        }
        if let Some(path) = &self.partial {
            return Self::write_partial(path, &counter, bad);
        }
        if plan.counts_authors() && !counter.knows_authors() && counter.posts() > 0 {
            anstream::eprintln!(
                "no post tells its author: tag with --keep, or name the column with --author{}",
                if self.k_anonymity.is_some() { "; posts are counted instead" } else { "" }
            );
        }
        let table = match self.k_anonymity {
            Some(k) => counter.finish_for_k(k)?,
            None => counter.finish(),
        };
        match destination {
            Destination::Stdout => terminal::print(&self.render(&table, true)?)?,
            Destination::File(path) => {
                let mut file = PartialFile::create(&path)?;
                if let Form::Parquet = self.form() {
                    table
                        .write_parquet(&mut file)
                        .with_context(|| format!("cannot write {}", path.display()))?;
                } else {
                    file.write_all(self.render(&table, false)?.as_bytes())?;
                }
                file.finish()?;
            }
        }
        Ok(Outcome::Done)
    }

    /// What is counted: as asked for, and as the first input counts where that is a partial result.
    fn plan(&self) -> anyhow::Result<Arc<Plan>> {
        let partial = self.tags.first().and_then(|path| partial_plan(path));
        let default = partial.as_ref().map_or("label,target", |partial| partial.by.as_str());
        let by = self.by.as_deref().unwrap_or(default);
        let filters = match &partial {
            Some(partial) if self.filters.is_empty() => &partial.filters,
            _ => &self.filters,
        };
        let zone = self.time_zone.as_deref().or(partial.as_ref().map(|partial| partial.zone.as_str()));
        let authors = self.authors
            || self.k_anonymity.is_some()
            || partial.as_ref().is_some_and(|partial| partial.authors);
        let of_kind = |text: &str| text.trim().to_ascii_lowercase().contains("kind");
        let kinds = (by.split(',').any(of_kind) || filters.iter().any(|text| of_kind(text)))
            .then(|| Codebook::load(&self.codebook, None))
            .transpose()?
            .map(|codebook| Arc::new(kinds(&codebook)));
        let pseudonyms = self.pseudonymize.as_deref().map(Pseudonyms::load).transpose()?;
        let columns =
            Columns { author: self.author.clone(), platform: self.platform.clone(), ..Columns::default() };
        Ok(Plan::with(by, filters, zone, More { authors, columns, kinds, pseudonyms })?)
    }

    fn write_partial(path: &Path, counter: &Counter, bad: u64) -> anyhow::Result<Outcome> {
        let mut file = PartialFile::create(path)?;
        counter.write_partial(&mut file, bad)?;
        file.finish()?;
        anstream::eprintln!("{} posts counted: {}", grouped(counter.posts()), path.display());
        Ok(Outcome::Done)
    }

    fn form(&self) -> Form {
        let ending = self.output.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        self.format.unwrap_or(match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            Some("parquet") => Form::Parquet,
            _ => Form::Table,
        })
    }

    fn render(&self, table: &Table, colour: bool) -> anyhow::Result<String> {
        let mut text = match self.form() {
            Form::Table => table.to_text(terminal::width(), self.top, colour),
            Form::Csv => table.to_csv(),
            Form::Json => serde_json::to_string_pretty(&table.to_json())? + "\n",
            Form::Parquet => anyhow::bail!("Parquet is no text"),
        };
        if self.curve {
            let series = table.series();
            let mut marks = Vec::with_capacity(self.mark.len());
            for mark in &self.mark {
                let Some((name, _)) = series.iter().find(|(name, _)| name.contains(mark.as_str())) else {
                    anyhow::bail!("--mark {mark}: no stretch of time is called so; see the first column");
                };
                marks.push(name.as_str());
            }
            for cumulative in [false, true] {
                text.push('\n');
                text += &curve(&series, &Curve { cumulative, marks: &marks, ..Curve::default() });
            }
        }
        Ok(text)
    }
}
