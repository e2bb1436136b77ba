//! `stancemark audit`

use std::{io::Write, path::PathBuf, sync::Arc};

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use stancemark::{
    aggregate::Zone,
    codebook::Codebook,
    estimate::{
        Allocation, Audit, Comparison, Condition, DrawnSample, Keys, LEAST_AUDITED, Question, Sample, Way,
        audit, draw, join_texts,
    },
    evaluate::TargetCodes,
    export::{About, Job, Tool, export},
    read,
    write::{Destination, PartialFile, beside, grouped},
};

use super::{
    Outcome,
    args::processors,
    export::tell,
    gold::{GoldArgs, shown},
    terminal,
};

/// Draw posts to be judged by people, and estimate from them how many posts really have each label
#[derive(Debug, Args)]
pub struct AuditVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Draw(Draw),
    Estimate(Box<Estimate>),
}

impl AuditVerb {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        match &self.what {
            What::Draw(verb) => verb.run(),
            What::Estimate(verb) => verb.run(),
        }
    }
}

/// Draw a random sample of tagged posts for people to judge, more from where the tags are unsure
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark tag posts.jsonl --keep -o tags.jsonl\n  \
    stancemark audit draw tags.jsonl -n 200 -o sample.jsonl\n  \
    stancemark audit draw tags.parquet --posts posts.jsonl --blind -n 300 -o sample.jsonl\n  \
    stancemark audit draw tags.jsonl -n 200 --blind --to label-studio -o project\n\n\
    Strata: the label of a post's least sure tag, and its score (under 0.7, under 0.9, above); posts without a tag, by the \
    highest score of what was not given where the tags hold scores; posts abstained on. Each line has the text, the weight \
    and `labels` to fill in ([] for none). Near-copies are drawn as the posts that they are.")]
struct Draw {
    /// Files that `tag` wrote: JSONL, CSV, TSV, Parquet; plain, gzip or zstd; `-` for stdin
    #[arg(value_name = "TAGS", default_value = "-")]
    tags: Vec<PathBuf>,

    /// Posts to draw
    #[arg(short = 'n', long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    size: u32,

    /// The same seed draws the same posts
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How many from which stratum: neyman (its posts times the deviation that scores let expect), proportional, equal, or
    /// simple (no strata)
    #[arg(long, value_name = "WAY", default_value = "neyman")]
    allocation: Allocation,

    /// At least so many from every stratum
    #[arg(long, value_name = "N", default_value_t = 5)]
    floor: usize,

    /// Leave out the tags, so that nobody is led by them
    #[arg(long)]
    blind: bool,

    /// The posts that were tagged, where the tags were written without --keep; joined by id
    #[arg(long, value_name = "POSTS")]
    posts: Vec<PathBuf>,

    /// Column of the id in --posts [default: guessed from the usual names]
    #[arg(long, value_name = "COLUMN", requires = "posts")]
    id: Option<String>,

    /// Column of the text in --posts
    #[arg(long, value_name = "COLUMN", requires = "posts")]
    text: Option<String>,

    /// Write the sample for an annotation tool (see `export --help`), which carries the weights into the gold; the sample
    /// itself then goes beside it, to `OUT.sample.jsonl`
    #[arg(long, value_name = "TOOL")]
    to: Option<Tool>,

    /// With --to, the codebook that the tool's labels come from [default: the one the posts were tagged with]
    #[arg(long, short, value_name = "NAME|PATH", requires = "to")]
    codebook: Option<String>,

    /// Where the sample goes, as JSONL; with --to, the tool's file or folder
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

impl Draw {
    fn run(&self) -> anyhow::Result<Outcome> {
        let path = match (&self.to, Destination::from_arg(&self.output)) {
            (Some(_), Destination::Stdout) => bail!("--to writes files: name them with -o"),
            (Some(_), Destination::File(output)) => beside(&output, ".sample.jsonl"),
            (None, _) => self.output.clone(),
        };
        let inputs: Vec<PathBuf> = self.tags.iter().chain(&self.posts).cloned().collect();
        for written in [&path, &self.output] {
            Destination::from_arg(written).spare(&inputs)?;
        }
        let sample = Sample {
            size: self.size as usize,
            seed: self.seed,
            allocation: self.allocation,
            floor: self.floor,
        };
        let mut drawn = draw(&self.tags, &sample)?;
        tell_unreadable(drawn.read.unreadable, &drawn.read.first_unreadable);
        let columns =
            read::Columns { id: self.id.clone(), text: self.text.clone(), ..read::Columns::default() };
        let options = read::Options { columns, ..read::Options::default() };
        let without = join_texts(&mut drawn.posts, &self.posts, &options)?;
        if without > 0 {
            let way_out = if self.posts.is_empty() {
                "tag with --keep, or name the posts that were tagged with --posts"
            } else {
                "their ids are not in --posts (is the id in another column? --id)"
            };
            bail!("{without} of {} drawn posts have no text: {way_out}", drawn.posts.len());
        }
        let mut lines = String::new();
        for post in &drawn.posts {
            lines += &(post.to_json(self.blind).to_string() + "\n");
        }
        write(&path, &lines)?;
        anstream::eprint!("{}", self.summary(&drawn));
        if let Some(tool) = self.to {
            let about = About::new(&self.tags, self.codebook.as_deref(), None, None)?;
            let job = Job {
                tags: vec![path.clone()],
                posts: None,
                tool,
                output: self.output.clone(),
                about: Arc::new(about),
                pick: None,
                only_new: Vec::new(),
                threads: processors(),
            };
            let summary = export(&job, |_, _| {})?;
            for note in &job.about.notes {
                anstream::eprintln!("note: {note}");
            }
            tell(&summary);
            anstream::eprintln!(
                "{}: gives weights back to `audit estimate --drawn` where a tool loses them",
                path.display()
            );
        }
        Ok(Outcome::Done)
    }

    fn summary(&self, drawn: &DrawnSample) -> String {
        let mut text = format!(
            "{} of {} posts drawn, {} allocation, at least {} from every stratum, seed {}\n",
            grouped(drawn.posts.len() as u64),
            grouped(drawn.read.posts),
            self.allocation.as_str(),
            self.floor,
            self.seed
        );
        for stratum in &drawn.strata {
            text +=
                &format!("  {}: {} of {}\n", stratum.name, grouped(stratum.drawn), grouped(stratum.posts));
        }
        if drawn.repeated > 0 {
            text += &format!(
                "{} ids came again: give each post one id, or weights are too small\n",
                grouped(drawn.repeated)
            );
        }
        text
    }
}

/// How the estimates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Aligned, for people.
    Table,
    /// For machines.
    Csv,
    /// For machines.
    Json,
}

/// How shares are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// As the sample was drawn.
    Auto,
    /// Prediction-powered inference: for posts drawn from all alike.
    Ppi,
    /// By strata.
    Strata,
}

/// Estimate the share of posts with each label from a sample that people judged
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark audit estimate tags.jsonl judged.jsonl --by lang\n  \
    stancemark audit estimate tags.parquet judged.csv --by time:day --compare lang=ur,en --format json\n  \
    stancemark audit estimate tags.jsonl judged.jsonl --compare time=2019-04-02T12:15 --time-zone Asia/Karachi\n\n\
    AUDITED is gold as `evaluate` reads it, with the columns `weight`, `stratum` and `stratum_posts` that `audit draw` wrote; \
    --drawn gives them back where a tool has lost them.")]
struct Estimate {
    /// Files that `tag` wrote, then the judged posts
    #[arg(value_name = "TAGS... AUDITED", required = true, num_args = 2..)]
    files: Vec<PathBuf>,

    /// What to part the posts by: target, lang, hashtag, claim, status, time:BUCKET; labels always
    #[arg(long, value_name = "KEYS", default_value = "label")]
    by: String,

    /// Only posts that meet this, such as lang=ur or time>=2019-04-01; may be repeated
    #[arg(long = "where", value_name = "KEY=VALUE")]
    filters: Vec<String>,

    /// Compare two kinds of posts: lang=ur,en, hashtag=one,other, or time=MOMENT for before and after; may be repeated
    #[arg(long, value_name = "KEY=A,B")]
    compare: Vec<String>,

    /// The two labels of net stance: the first less the second
    #[arg(long, value_name = "LABEL,LABEL", default_value = "support,platform_attack")]
    net: String,

    /// How shares are estimated
    #[arg(long, value_enum, default_value = "auto")]
    method: Method,

    /// Take the scores of labels as predictions, also of those not given; else given tags
    #[arg(long)]
    scores: bool,

    /// Cells with fewer audited posts are put together
    #[arg(long, value_name = "N", default_value_t = LEAST_AUDITED)]
    min_audited: u64,

    /// The sample as `audit draw` wrote it, for its weights
    #[arg(long, value_name = "FILE")]
    drawn: Option<PathBuf>,

    #[command(flatten)]
    columns: GoldArgs,

    /// The codebook that the targets are of: a name or a path
    #[arg(long, short, value_name = "NAME|PATH", default_value = "iamispr")]
    codebook: String,

    /// Time zone of the buckets and moments: a name such as Asia/Karachi, or an offset such as +05:00 [default: UTC]
    #[arg(long, visible_alias = "tz", value_name = "ZONE")]
    time_zone: Option<String>,

    /// How the estimates are written [default: as the output's name ends, .csv or .json; else table]
    #[arg(long, value_enum)]
    format: Option<Form>,

    /// Most rows of a table
    #[arg(long, value_name = "N", default_value_t = 100)]
    top: usize,

    /// Where the estimates go
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

impl Estimate {
    fn run(&self) -> anyhow::Result<Outcome> {
        let Some((audited, tags)) = self.files.split_last() else {
            bail!("name the tags and the judged posts")
        };
        let mut inputs = self.files.clone();
        inputs.extend(self.drawn.clone());
        Destination::from_arg(&self.output).spare(&inputs)?;
        let zone = self.time_zone.as_deref().map_or_else(|| Ok(Zone::utc()), Zone::parse)?;
        let question = Question {
            keys: Keys::parse(&self.by, &zone)?,
            conditions: self
                .filters
                .iter()
                .map(|text| Condition::parse(text, &zone))
                .collect::<Result<_, _>>()?,
            compare: self
                .compare
                .iter()
                .map(|text| Comparison::parse(text, &zone))
                .collect::<Result<_, _>>()?,
            net: Some(self.net.split_once(',').context("--net takes two labels: support,platform_attack")?)
                .map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned())),
            least: self.min_audited.max(1),
            way: match self.method {
                Method::Auto => None,
                Method::Ppi => Some(Way::Ppi),
                Method::Strata => Some(Way::Strata),
            },
            scores: self.scores,
        };
        let mut gold = self.columns.read(audited)?;
        if let Some(path) = &self.drawn {
            let drawn = self.columns.read_unjudged(path)?;
            give_weights(&mut gold, &drawn);
        }
        let codebook = || Codebook::load(&self.codebook, None);
        let codes = TargetCodes::new(question.keys.target.then_some(None), |_| codebook())?;
        let found = audit(tags, &gold, &codes, &question)
            .with_context(|| format!("{} cannot be estimated from", shown(audited)))?;
        write(&self.output, &self.render(&found)?)?;
        Ok(Outcome::Done)
    }

    fn render(&self, found: &Audit) -> anyhow::Result<String> {
        let ending = self.output.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let form = self.format.unwrap_or(match ending.as_deref() {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            _ => Form::Table,
        });
        Ok(match form {
            Form::Table => found.to_text(self.top),
            Form::Csv => found.to_csv(),
            Form::Json => serde_json::to_string_pretty(&found.to_json())? + "\n",
        })
    }
}

/// Gives judged posts the columns of the draw that they have lost.
fn give_weights(gold: &mut stancemark::evaluate::Gold, drawn: &stancemark::evaluate::Gold) {
    let by_id: std::collections::HashMap<&str, _> =
        drawn.posts.iter().map(|post| (post.post.id.as_str(), &post.columns)).collect();
    for post in &mut gold.posts {
        let Some(columns) = by_id.get(post.post.id.as_str()) else { continue };
        for name in ["weight", "stratum", "stratum_posts"] {
            if let Some(value) = columns.get(name) {
                post.columns.insert(name.to_owned(), value.clone());
            }
        }
    }
}

/// Writes text to stdout or to a file.
fn write(output: &PathBuf, text: &str) -> anyhow::Result<()> {
    match Destination::from_arg(output) {
        Destination::Stdout => terminal::print(text)?,
        Destination::File(path) => {
            let mut file = PartialFile::create(&path)?;
            file.write_all(text.as_bytes())?;
            file.finish()?;
        }
    }
    Ok(())
}

/// Tells of records that are no tagged posts.
fn tell_unreadable(count: u64, first: &[String]) {
    for why in first {
        anstream::eprintln!("not read: {why}");
    }
    if count > 0 {
        anstream::eprintln!("{} records are no tagged posts and are left out", grouped(count));
    }
}
