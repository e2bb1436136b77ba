//! Flags that several verbs share.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use stancemark::{
    Tagger,
    codebook::{Codebook, Home},
    decide::Weights,
    model::{StanceModel, StanceModelOptions},
    read,
};

/// What is read.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files, directories, or `-` for stdin: JSONL, JSON, CSV, TSV, Parquet, plain text (one post a line); plain,
    /// gzip or zstd. The content tells the format
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,

    /// The input's format, where its content does not tell: jsonl, json, csv, tsv or text
    #[arg(long, value_name = "FORMAT", help_heading = "Reading")]
    pub input_format: Option<read::Format>,

    /// Column of the id [default: guessed from the usual names]
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub id: Option<String>,

    /// Column of the text; `a.b` reaches into nested JSON
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub text: Option<String>,

    /// Column of the time
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub time: Option<String>,

    /// Column of the author
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub author: Option<String>,

    /// Column of the platform
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub platform: Option<String>,

    /// Column of the hashtags
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub hashtags: Option<String>,

    /// Column of the id of the post that this one repeats
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub repost_of: Option<String>,
}

impl InputArgs {
    /// The inputs; stdin where none is given and something is piped in.
    pub fn inputs(&self) -> anyhow::Result<Vec<PathBuf>> {
        if !self.inputs.is_empty() {
            return Ok(self.inputs.clone());
        }
        if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
            bail!("nothing to read: name a file or a directory, or pipe posts in");
        }
        Ok(vec!["-".into()])
    }

    /// How to read, in chunks of at most so many records.
    pub fn options(&self, keep: bool, chunk_records: usize) -> read::Options {
        read::Options {
            columns: read::Columns {
                id: self.id.clone(),
                text: self.text.clone(),
                time: self.time.clone(),
                author: self.author.clone(),
                platform: self.platform.clone(),
                hashtags: self.hashtags.clone(),
                repost_of: self.repost_of.clone(),
            },
            format: self.input_format,
            keep,
            limits: read::Limits { chunk_records, ..read::Limits::default() },
        }
    }
}

/// What tags.
#[derive(Debug, Args)]
pub struct TaggerArgs {
    /// The codebook: a name or a path
    #[arg(long, short, value_name = "NAME|PATH", default_value = "iamispr")]
    pub codebook: String,

    /// The campaign's own country: an ISO code such as PK, or `none` [default: the codebook's]
    #[arg(long, value_name = "ISO|none")]
    pub home: Option<Home>,

    #[command(flatten)]
    pub model: ModelArgs,

    /// Run without a model: targets and rules decide alone, about two hundred times faster
    #[arg(long)]
    pub no_model: bool,

    /// Decision weights to use instead of the shipped ones
    #[arg(long, value_name = "FILE")]
    pub decide: Option<PathBuf>,
}

/// Which model runs, and on how many threads.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// The stance model: a name or a folder
    #[arg(long, short, value_name = "NAME|PATH", default_value = "stance")]
    pub model: String,

    /// Threads that work [default: one a processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// Processors that this process may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl ModelArgs {
    /// Threads that work.
    pub fn threads(&self) -> usize {
        self.threads.map_or_else(processors, usize::from)
    }

    /// Loads the model, with a session for each of so many threads.
    pub fn load(&self, sessions: usize) -> anyhow::Result<StanceModel> {
        Ok(StanceModel::load(&self.model, StanceModelOptions { sessions })?)
    }
}

impl TaggerArgs {
    /// Loads codebook, weights and model.
    pub fn load(&self, sessions: usize) -> anyhow::Result<Tagger> {
        let codebook = Codebook::load(&self.codebook, self.home.clone())?;
        let weights = self.decide.as_deref().map(Weights::load).transpose()?;
        let model = (!self.no_model).then(|| self.model.load(sessions)).transpose()?;
        let tagger = Tagger::new(codebook, model).context("this codebook cannot be used")?;
        Ok(match weights {
            Some(weights) => tagger.with_weights(weights),
            None => tagger,
        })
    }
}
