//! Flags and work that the verbs with gold share.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use stancemark::{
    codebook::Codebook,
    decide::Weights,
    duplicates::clusters,
    evaluate::{
        AtHome, Gold, GoldColumns, GoldPost, Predicted, SAME_TEXT, TargetCodes, read_gold, read_unjudged,
    },
    read,
};

use super::args::{ModelArgs, TaggerArgs};

/// Which columns of the gold hold what.
#[derive(Debug, Args)]
pub struct GoldArgs {
    /// Column of the id [default: guessed from the usual names]
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the gold")]
    pub id: Option<String>,

    /// Column of the text
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the gold")]
    pub text: Option<String>,

    /// Column of the time
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the gold")]
    pub time: Option<String>,

    /// Column of the labels: a list, or text parted by commas, semicolons or bars
    #[arg(long, value_name = "COLUMN", default_value = "labels", help_heading = "Reading the gold")]
    pub labels: String,

    /// Column of the labels that annotators disagreed on; they are skipped
    #[arg(long, value_name = "COLUMN", default_value = "contested", help_heading = "Reading the gold")]
    pub contested: String,

    /// Column of the post's own home; a post without one has that of --home
    #[arg(long, value_name = "COLUMN", default_value = "home", help_heading = "Reading the gold")]
    pub home_column: String,
}

impl GoldArgs {
    /// Reads the gold.
    pub fn read(&self, path: &Path) -> anyhow::Result<Gold> {
        Ok(read_gold(path, &self.columns())?)
    }

    /// Reads posts that nobody need have labelled yet.
    pub fn read_unjudged(&self, path: &Path) -> anyhow::Result<Gold> {
        Ok(read_unjudged(path, &self.columns())?)
    }

    fn columns(&self) -> GoldColumns {
        GoldColumns {
            read: read::Columns {
                id: self.id.clone(),
                text: self.text.clone(),
                time: self.time.clone(),
                ..read::Columns::default()
            },
            labels: self.labels.clone(),
            contested: self.contested.clone(),
            home: self.home_column.clone(),
        }
    }
}

/// Gold that was read, with its clusters of near duplicates.
pub struct Read {
    /// The gold.
    pub gold: Gold,
    /// The posts' clusters.
    pub clusters: Vec<u32>,
    /// The codebook's labels.
    pub labels: Vec<String>,
    /// How the gold names the targets.
    pub codes: TargetCodes,
}

impl Read {
    /// Reads gold, and the codebook that it is about.
    pub fn new(path: &Path, columns: &GoldArgs, tagger: &TaggerArgs) -> anyhow::Result<Self> {
        let gold = columns.read(path)?;
        let codebook = Codebook::load(&tagger.codebook, tagger.home.clone())?;
        let labels = codebook.labels.iter().map(|label| label.id.to_string()).collect();
        let homes = gold.posts.iter().map(|post| post.home.clone());
        let codes = TargetCodes::new(homes, |home| {
            Codebook::load(&tagger.codebook, home.or_else(|| tagger.home.clone()))
        })?;
        let texts: Vec<&str> = gold.posts.iter().map(|post| post.post.text.as_str()).collect();
        let clusters = clusters(&texts, SAME_TEXT);
        Ok(Self { gold, clusters, labels, codes })
    }

    /// The labels' thresholds.
    pub fn thresholds(&self, weights: &Weights, with_model: bool) -> Vec<f64> {
        self.labels.iter().map(|label| f64::from(weights.threshold(label, with_model))).collect()
    }

    /// The posts that have labels and tags, with their tags and clusters.
    pub fn matched<'a>(
        &'a self,
        find: impl Fn(usize, &GoldPost) -> Option<&'a Predicted>,
    ) -> (Vec<&'a GoldPost>, Vec<&'a Predicted>, Vec<u32>) {
        let (mut posts, mut tags, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
        for (index, post) in self.gold.posts.iter().enumerate().filter(|(_, post)| post.labels.is_some()) {
            if let Some(predicted) = find(index, post) {
                posts.push(post);
                tags.push(predicted);
                clusters.push(self.clusters[index]);
            }
        }
        (posts, tags, renumbered(&clusters))
    }
}

/// Clusters numbered from 0 without gaps.
fn renumbered(clusters: &[u32]) -> Vec<u32> {
    let mut known = std::collections::HashMap::new();
    clusters
        .iter()
        .map(|cluster| {
            let next = known.len() as u32;
            *known.entry(*cluster).or_insert(next)
        })
        .collect()
}

/// What tags the gold's posts at their own homes.
pub fn at_home(tagger: &TaggerArgs) -> anyhow::Result<AtHome> {
    Ok(AtHome {
        codebook: tagger.codebook.clone(),
        home: tagger.home.clone(),
        model: (!tagger.no_model).then(|| load(&tagger.model)).transpose()?,
        weights: tagger.decide.as_deref().map(Weights::load).transpose()?,
    })
}

fn load(model: &ModelArgs) -> anyhow::Result<stancemark::model::StanceModel> {
    model.load(model.threads()).context("--no-model evaluates targets and rules alone")
}

/// A path for messages.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Sets the threads that tag and redraw.
pub fn use_threads(model: &ModelArgs) {
    // Fails only where the pool was begun already; then it has the processors' threads.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(model.threads()).build_global();
}

/// Sentences as a list, each wrapped by nobody: a terminal does that.
pub fn sentences(told: &[String]) -> String {
    told.iter().map(|sentence| format!("- {sentence}\n")).collect()
}

/// A file to write besides stdout, refused where it is one that is read.
pub fn spare(path: &Path, inputs: &[PathBuf]) -> anyhow::Result<()> {
    Ok(stancemark::write::Destination::from_arg(path).spare(inputs)?)
}
