//! `stancemark campaign`

use std::{io::Write, path::PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use stancemark::{
    aggregate::{Bucket, Zone},
    estimate::{Campaign, CampaignView, Comparison, Condition, Scan},
    write::{Destination, PartialFile, grouped},
};

use super::{Outcome, terminal};

/// How the campaign is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// With curves, for people.
    Text,
    /// Every stretch of time, for machines.
    Csv,
    /// Everything, for machines.
    Json,
}

/// Look at a campaign over time: first and peak moment, pace, bursts, net stance, before and after
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  stancemark campaign tags.jsonl --where hashtag=iamispr --every minute --time-zone Asia/Karachi\n  \
    stancemark campaign tags.jsonl --from 2019-04-02T12:16 --to 2019-04-02T12:43 --time-zone +05:00\n  \
    stancemark campaign tags.parquet --every hour --around 24 --compare time=2019-04-02 --format json\n\n\
    A burst is a stretch with more posts than chance brings, by a scan statistic: of a hundred steady streams at most one \
    shows any (--false-alarm 0.01). A moment's count is of the posts before it. Net stance and comparisons are of predicted \
    labels, uncorrected; `audit estimate` corrects them."
)]
pub struct CampaignVerb {
    /// Files that `tag` wrote: JSONL, CSV, TSV, Parquet; plain, gzip or zstd; `-` for stdin
    #[arg(value_name = "TAGS", default_value = "-")]
    tags: Vec<PathBuf>,

    /// Only posts that meet this, such as hashtag=iamispr or label=support; may be repeated
    #[arg(long = "where", value_name = "KEY=VALUE")]
    filters: Vec<String>,

    /// Length of a stretch of time: minute, 5min, 15min, hour …
    #[arg(long, value_name = "BUCKET", default_value = "minute")]
    every: String,

    /// Time zone: a name such as Asia/Karachi, or an offset such as +05:00 [default: UTC]
    #[arg(long, visible_alias = "tz", value_name = "ZONE")]
    time_zone: Option<String>,

    /// Tell the pace from this moment …
    #[arg(long, value_name = "MOMENT", requires = "to")]
    from: Option<String>,

    /// … to this one
    #[arg(long, value_name = "MOMENT", requires = "from")]
    to: Option<String>,

    /// Posts that were counted before the first one here
    #[arg(long, value_name = "N", default_value_t = 0)]
    before: u64,

    /// The chance that a steady stream shows any burst, at most
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    false_alarm: f64,

    /// The longest burst looked for, in stretches [default: a quarter of the stream]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    longest: Option<u32>,

    /// Compare a stretch with so many on either side, not with the whole stream: for days and nights
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    around: Option<u32>,

    /// Compare two kinds of posts: lang=ur,en, hashtag=one,other, or time=MOMENT for before and after; may be repeated
    #[arg(long, value_name = "KEY=A,B")]
    compare: Vec<String>,

    /// The two labels of net stance: the first less the second
    #[arg(long, value_name = "LABEL,LABEL", default_value = "support,platform_attack")]
    net: String,

    /// How the campaign is written [default: as the output's name ends, .csv or .json; else text]
    #[arg(long, value_enum)]
    format: Option<Form>,

    /// Where it goes
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

impl CampaignVerb {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        if !(self.false_alarm > 0.0 && self.false_alarm < 1.0) {
            bail!("--false-alarm {}: it is a chance, above 0 and below 1", self.false_alarm);
        }
        Destination::from_arg(&self.output).spare(&self.tags)?;
        let zone = self.time_zone.as_deref().map_or_else(|| Ok(Zone::utc()), Zone::parse)?;
        let bucket: Bucket = self.every.parse()?;
        let conditions =
            self.filters.iter().map(|text| Condition::parse(text, &zone)).collect::<Result<Vec<_>, _>>()?;
        let compare =
            self.compare.iter().map(|text| Comparison::parse(text, &zone)).collect::<Result<Vec<_>, _>>()?;
        let net = self.net.split_once(',').context("--net takes two labels: support,platform_attack")?;
        let net = (net.0.trim().to_owned(), net.1.trim().to_owned());
        let moment = |text: &String| {
            zone.moment(text)
                .with_context(|| format!("{text:?} is no date and no RFC 3339 time: 2019-04-02T12:16"))
        };
        let moments = match (&self.from, &self.to) {
            (Some(from), Some(to)) => Some((moment(from)?, moment(to)?)),
            _ => None,
        };
        let campaign = Campaign::gather(&self.tags, bucket, &zone, &conditions, &compare, net)?;
        for why in &campaign.read.first_unreadable {
            anstream::eprintln!("not read: {why}");
        }
        if campaign.read.unreadable > 0 {
            anstream::eprintln!(
                "{} records are no tagged posts and are left out",
                grouped(campaign.read.unreadable)
            );
        }
        let scan = Scan {
            false_alarm: self.false_alarm,
            longest: self.longest.map(|longest| longest as usize),
            around: self.around.map(|around| around as usize),
        };
        let velocity = moments
            .map(|(from, to)| campaign.series.velocity(from, to, self.before).map(|pace| (from, to, pace)))
            .transpose()?;
        let view =
            CampaignView { bursts: campaign.series.bursts(&scan), scan, velocity, before: self.before };
        let ending = self.output.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let form = self.format.unwrap_or(match ending.as_deref() {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            _ => Form::Text,
        });
        let text = match form {
            Form::Text => campaign.to_text(&view),
            Form::Csv => campaign.to_csv(&view),
            Form::Json => serde_json::to_string_pretty(&campaign.to_json(&view))? + "\n",
        };
        match Destination::from_arg(&self.output) {
            Destination::Stdout => terminal::print(&text)?,
            Destination::File(path) => {
                let mut file = PartialFile::create(&path)?;
                file.write_all(text.as_bytes())?;
                file.finish()?;
            }
        }
        Ok(Outcome::Done)
    }
}
