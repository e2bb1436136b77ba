//! `stancemark compare`

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use stancemark::{
    decide::Weights,
    evaluate::{GoldPost, Predicted, Settings, check_gold, check_tags, compare, read_tags},
};

use super::{
    Outcome,
    args::TaggerArgs,
    gold::{GoldArgs, Read, sentences, shown, use_threads},
    terminal::{self, BOLD, styled},
};

/// Compare two taggers on the same gold: which is better, surely or by chance, and what flipped
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark compare gold.jsonl a.jsonl b.jsonl\n  \
    stancemark evaluate gold.jsonl --no-model --write-tags a.jsonl\n  \
    stancemark evaluate gold.jsonl --write-tags b.jsonl\n  \
    stancemark compare gold.jsonl a.jsonl b.jsonl --flips 50 --json\n\n\
    Differences of figures by a paired bootstrap over clusters of near duplicates, decisions by McNemar's exact test; \
    p-values are corrected for there being several by Holm's method.")]
pub struct Compare {
    /// Posts labelled by people
    #[arg(value_name = "GOLD")]
    gold: PathBuf,

    /// Tags of one tagger
    #[arg(value_name = "A")]
    a: PathBuf,

    /// Tags of the other
    #[arg(value_name = "B")]
    b: PathBuf,

    #[command(flatten)]
    columns: GoldArgs,

    #[command(flatten)]
    tagger: TaggerArgs,

    /// Draws of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rounds: u32,

    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Flipped decisions shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    flips: usize,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Compare {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        use_threads(&self.tagger.model);
        let read = Read::new(&self.gold, &self.columns, &self.tagger)?;
        let mut told = check_gold(&read.gold, &read.labels, &read.clusters);
        let sides = [read_tags(&self.a)?, read_tags(&self.b)?];
        for (path, tags) in [&self.a, &self.b].iter().zip(&sides) {
            told.extend(
                check_tags(&read.gold, tags).into_iter().map(|why| format!("{}: {why}", shown(path))),
            );
        }
        let [a, b] = &sides;
        let in_both =
            |post: &GoldPost| a.by_id.contains_key(&post.post.id) && b.by_id.contains_key(&post.post.id);
        let (posts, first, clusters) = read.matched(|_, post| in_both(post).then(|| &a.by_id[&post.post.id]));
        let second: Vec<&Predicted> = posts.iter().map(|post| &b.by_id[&post.post.id]).collect();
        if posts.is_empty() {
            bail!(
                "no labelled post of {} has tags in both {} and {}: were other posts tagged, or is the id in another column \
                 (--id)?",
                shown(&self.gold),
                shown(&self.a),
                shown(&self.b)
            );
        }
        let weights = self.tagger.decide.as_deref().map(Weights::load).transpose()?.unwrap_or_default();
        let settings = Settings {
            labels: read.labels.clone(),
            thresholds: read.thresholds(&weights, true),
            by: Vec::new(),
            rounds: self.rounds as usize,
            seed: self.seed,
        };
        let found = compare(&posts, &first, &second, &clusters, &read.codes, &settings);
        if self.json {
            let mut tree = found.to_json(&posts);
            tree["gold"] = shown(&self.gold).into();
            tree["a"] = shown(&self.a).into();
            tree["b"] = shown(&self.b).into();
            tree["notes"] = told.into();
            terminal::print(&(serde_json::to_string_pretty(&tree)? + "\n"))?;
        } else {
            let title =
                format!("{}: {} posts in {} clusters", shown(&self.gold), found.posts, found.clusters);
            let head = format!("{}; a is {}, b is {}\n", styled(BOLD, title), shown(&self.a), shown(&self.b));
            terminal::print(&(head + &sentences(&told) + &found.to_text(&posts, self.flips)))?;
        }
        Ok(Outcome::Done)
    }
}
