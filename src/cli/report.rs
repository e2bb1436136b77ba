//! `stancemark report`

use std::{
    io::{IsTerminal as _, Write},
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use stancemark::{
    aggregate::{Sketch, Zone},
    estimate::{Condition, Keys, LEAST_AUDITED, Question, audit},
    evaluate::{GoldColumns, TargetCodes, read_gold},
    privacy::Pseudonyms,
    report::{Corrected, Settings, gather},
    write::{Destination, PartialFile, grouped},
};

use super::{Outcome, args::processors, terminal};

/// Make one page about tagged posts: curves, labels, copies, intervals, the method and its limits
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark report tags.jsonl -o report.html\n  \
    stancemark report tags.parquet --where hashtag=iamispr --time-zone Asia/Karachi -o report.html\n  \
    stancemark report tags.jsonl --no-text --k-anonymity 10 -o report.html\n  stancemark report tags.jsonl --audit judged.jsonl -o report.html\n  stancemark report tags.jsonl --terminal\n\n\
    The page holds everything it shows and loads nothing; charts can be filtered and zoomed where scripts run, and are there \
    without. Shares are of the labels as predicted and say so; --audit puts corrected ones beside. Repeated texts are found where `tag --keep` \
    kept the texts. The manifest is looked for beside the tags.")]
pub struct ReportVerb {
    /// Files that `tag` wrote: JSONL, CSV, TSV, Parquet; plain, gzip or zstd; `-` for stdin
    #[arg(value_name = "TAGS", default_value = "-")]
    tags: Vec<PathBuf>,

    /// Report only on posts that meet this, such as hashtag=iamispr or lang=ur; may be repeated
    #[arg(long = "where", value_name = "KEY=VALUE")]
    filters: Vec<String>,

    /// Time zone: a name such as Asia/Karachi, or an offset such as +05:00 [default: UTC]
    #[arg(long, visible_alias = "tz", value_name = "ZONE")]
    time_zone: Option<String>,

    /// Length of a stretch of time: minute, 5min, hour, day … [default: so that there are at most some hundred]
    #[arg(long, value_name = "BUCKET")]
    every: Option<String>,

    /// The two labels of net stance: the first less the second
    #[arg(long, value_name = "LABEL,LABEL", default_value = "support,platform_attack")]
    net: String,

    /// Posts that people judged, drawn by `audit draw`: shares that they correct stand beside the others
    #[arg(long, value_name = "AUDITED")]
    audit: Option<PathBuf>,

    /// The chance that a steady stream shows any burst, at most
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    false_alarm: f64,

    /// The page's title [default: the names of the files]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// Do not look for repeated texts
    #[arg(long)]
    no_copies: bool,

    /// Print curves and bars of characters instead of a page
    #[arg(long)]
    terminal: bool,

    /// Column of the author among those kept [default: guessed from the usual names]
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    author: Option<String>,

    /// Leave example texts out
    #[arg(long, help_heading = "Privacy")]
    no_text: bool,

    /// Leave out cells of fewer than K authors (posts, where no author is known), and those that would give them away
    #[arg(long, value_name = "K", help_heading = "Privacy", value_parser = clap::value_parser!(u64).range(2..=Sketch::EXACT))]
    k_anonymity: Option<u64>,

    /// Replace mentions in example texts by hashes with the key in this file
    #[arg(long, value_name = "KEYFILE", help_heading = "Privacy")]
    pseudonymize: Option<PathBuf>,

    /// Where the page goes
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

impl ReportVerb {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        if !(self.false_alarm > 0.0 && self.false_alarm < 1.0) {
            bail!("--false-alarm {}: it is a chance, above 0 and below 1", self.false_alarm);
        }
        let destination = Destination::from_arg(&self.output);
        let inputs: Vec<PathBuf> = self.tags.iter().chain(&self.audit).cloned().collect();
        destination.spare(&inputs)?;
        let piped = self.tags.iter().any(|path| path == Path::new("-"));
        if piped && (self.audit.is_some() || self.k_anonymity.is_some()) {
            bail!("--audit and --k-anonymity read the tags twice, which a pipe cannot: name a file");
        }
        if !self.terminal && matches!(destination, Destination::Stdout) && std::io::stdout().is_terminal() {
            bail!(
                "a page is nothing to read in a terminal: name a file with -o report.html, or give --terminal"
            );
        }
        let net = self.net.split_once(',').context("--net takes two labels: support,platform_attack")?;
        let settings = Settings {
            filters: self.filters.clone(),
            zone: self.time_zone.clone(),
            every: self.every.as_deref().map(str::parse).transpose()?,
            net: (net.0.trim().to_owned(), net.1.trim().to_owned()),
            false_alarm: self.false_alarm,
            author: self.author.clone(),
            copies: !self.no_copies,
            k: self.k_anonymity,
            pseudonyms: self.pseudonymize.as_deref().map(Pseudonyms::load).transpose()?,
            no_text: self.no_text,
            threads: NonZeroUsize::new(processors()).unwrap_or(NonZeroUsize::MIN),
        };
        let mut report = gather(&self.tags, &settings)?;
        if let Some(path) = &self.audit {
            report = report.correct(self.corrected(path, settings.net)?);
        }
        let text = if self.terminal {
            report.to_text(terminal::width())
        } else {
            for note in &report.notes {
                anstream::eprintln!("{note}");
            }
            report.to_html(self.title.as_deref())
        };
        match destination {
            Destination::Stdout => terminal::print(&text)?,
            Destination::File(path) => {
                let mut file = PartialFile::create(&path)?;
                file.write_all(text.as_bytes())?;
                file.finish()?;
                anstream::eprintln!("{} posts: {}", grouped(report.posts), path.display());
            }
        }
        Ok(Outcome::Done)
    }

    /// What the audited posts say of all.
    fn corrected(&self, path: &Path, net: (String, String)) -> anyhow::Result<Corrected> {
        let zone = self.time_zone.as_deref().map_or_else(|| Ok(Zone::utc()), Zone::parse)?;
        let conditions = self.filters.iter().map(|text| Condition::parse(text, &zone));
        let question = Question {
            keys: Keys::parse("label", &zone)?,
            conditions: conditions.collect::<Result<_, _>>()?,
            compare: Vec::new(),
            net: Some(net),
            least: LEAST_AUDITED,
            way: None,
            scores: false,
        };
        let gold = read_gold(path, &GoldColumns::default())?;
        let codes = TargetCodes::default();
        let found = audit(&self.tags, &gold, &codes, &question);
        Ok(Corrected::of(&found.with_context(|| format!("{} cannot be estimated from", path.display()))?))
    }
}
