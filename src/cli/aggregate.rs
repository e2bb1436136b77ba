//! `stancemark aggregate`

use std::{io::Write, num::NonZeroUsize, path::PathBuf};

use clap::{Args, ValueEnum};
use stancemark::{
    aggregate::{By, Counted, Curve, Plan, Table, count_files, curve},
    write::{Destination, PartialFile, grouped},
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
}

/// Count tagged posts by label, target, language, hashtag, time …
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark aggregate tags.jsonl --by label,target\n  \
    stancemark aggregate tags.parquet --by time:hour --where label=support --time-zone Asia/Karachi --curve\n  \
    stancemark aggregate run1.jsonl run2.jsonl.gz --by lang,label -o counts.csv\n\n\
    Keys: label, target, stance, lang, hashtag, claim, status, time:BUCKET (minute, 5min, 15min, hour, day, week, month).\n\
    A post counts once in every cell it falls into. Shares are of the labels as predicted, not corrected by gold.")]
pub struct Aggregate {
    /// Files that `tag` wrote: JSONL, CSV, TSV, Parquet; plain, gzip or zstd; `-` for stdin
    #[arg(value_name = "TAGS", default_value = "-")]
    tags: Vec<PathBuf>,

    /// What to count by, parted by commas
    #[arg(long, value_name = "KEYS", default_value = "label,target")]
    by: String,

    /// Count only what meets this, such as label=support or lang=ur; may be repeated
    #[arg(long = "where", value_name = "KEY=VALUE")]
    filters: Vec<String>,

    /// Time zone of the buckets: a name such as Asia/Karachi, or an offset such as +05:00 [default: UTC]
    #[arg(long, visible_alias = "tz", value_name = "ZONE")]
    time_zone: Option<String>,

    /// How the counts are written [default: as the output's name ends, .csv or .json; else table]
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

    /// Where the counts go
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

impl Aggregate {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let plan = Plan::parse(&self.by, &self.filters, self.time_zone.as_deref())?;
        if self.curve && !matches!(plan.by.first(), Some(By::Time(_))) {
            anyhow::bail!("--curve needs a time as the first key: --by time:hour");
        }
        if self.curve && !matches!(self.form(), Form::Table) {
            anyhow::bail!(
                "--curve is drawn under a table: leave it out for CSV and JSON, or take --format table"
            );
        }
        Destination::from_arg(&self.output).spare(&self.tags)?;
        let threads = NonZeroUsize::new(processors()).unwrap_or(NonZeroUsize::MIN);
        let Counted { counter, bad, first_bad } = count_files(&self.tags, &plan, threads)?;
        for line in &first_bad {
            anstream::eprintln!("not counted: {}:{}: {}", line.file, line.line, line.reason);
        }
        if bad > 0 {
            anstream::eprintln!("{} lines were no tagged posts and are not counted", grouped(bad));
        }
        let table = counter.finish();
        match Destination::from_arg(&self.output) {
            Destination::Stdout => terminal::print(&self.render(&table, true)?)?,
            Destination::File(path) => {
                let mut file = PartialFile::create(&path)?;
                file.write_all(self.render(&table, false)?.as_bytes())?;
                file.finish()?;
            }
        }
        Ok(Outcome::Done)
    }

    fn form(&self) -> Form {
        let ending = self.output.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        self.format.unwrap_or(match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            _ => Form::Table,
        })
    }

    fn render(&self, table: &Table, colour: bool) -> anyhow::Result<String> {
        let mut text = match self.form() {
            Form::Table => table.to_text(terminal::width(), self.top, colour),
            Form::Csv => table.to_csv(),
            Form::Json => serde_json::to_string_pretty(&table.to_json())? + "\n",
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
