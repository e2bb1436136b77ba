//! `stancemark evaluate`

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::bail;
use clap::{Args, Subcommand};
use stancemark::{
    decide::Weights,
    evaluate::{
        AnnotatorTable, Evaluation, GoldPost, Predicted, Settings, check_gold, check_overlap, check_tags,
        evaluate, read_tags,
    },
    write::{PartialFile, push_line},
};

use super::{
    Outcome,
    args::TaggerArgs,
    gold::{GoldArgs, Read, at_home, sentences, shown, spare, use_threads},
    terminal::{self, BOLD, styled},
};

/// Score tags against gold, with intervals; without TAGS the posts are tagged here, each from its own home
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  stancemark evaluate gold.jsonl tags.jsonl\n  \
    stancemark evaluate gold.csv --labels stance --by source --json > figures.json\n  \
    stancemark evaluate gold.jsonl --report out.html --write-tags tags.jsonl\n  \
    stancemark evaluate gold.jsonl --annotators anna,bilal\n  \
    stancemark evaluate functional tests/functional\n\n\
    GOLD has an id, a text and a list of labels; `contested` labels are skipped, `home` is the post's own home, `stances` \
    say them target by target. Any of the formats that `tag` reads."
)]
pub struct Evaluate {
    #[command(subcommand)]
    what: Option<What>,

    /// Posts labelled by people
    #[arg(value_name = "GOLD", required = true)]
    gold: Option<PathBuf>,

    /// What `tag` wrote for these posts [default: they are tagged here, each from its own home]
    #[arg(value_name = "TAGS")]
    tags: Option<PathBuf>,

    #[command(flatten)]
    columns: GoldArgs,

    #[command(flatten)]
    tagger: TaggerArgs,

    /// Columns to look at part by part, besides language, script, length, home, target, time and source
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    by: Vec<String>,

    /// Columns of the annotators, each with that person's labels: how far they agree
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    annotators: Vec<String>,

    /// Draws of the bootstrap; 0 for no intervals
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    rounds: u32,

    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Errors shown, surest first
    #[arg(long, value_name = "N", default_value_t = 10)]
    errors: usize,

    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Also write a page with tables, diagrams and errors; it holds the texts of wrongly tagged posts
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Also write the tags made here as JSONL, as `tag` does
    #[arg(long, value_name = "FILE", conflicts_with = "tags")]
    write_tags: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    Functional(super::functional::Functional),
}

impl Evaluate {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        match &self.what {
            Some(What::Functional(verb)) => verb.run(),
            None => self.score(),
        }
    }

    fn score(&self) -> anyhow::Result<Outcome> {
        let Some(gold_path) = &self.gold else { bail!("name the gold: stancemark evaluate gold.jsonl") };
        use_threads(&self.tagger.model);
        let inputs: Vec<PathBuf> =
            [Some(gold_path), self.tags.as_ref()].into_iter().flatten().cloned().collect();
        for output in self.report.iter().chain(&self.write_tags) {
            spare(output, &inputs)?;
        }
        let read = Read::new(gold_path, &self.columns, &self.tagger)?;
        let mut told = check_gold(&read.gold, &read.labels, &read.clusters);
        let (made, from_file);
        let (posts, predicted, clusters) = if let Some(path) = &self.tags {
            from_file = read_tags(path)?;
            told.extend(check_tags(&read.gold, &from_file));
            let matched = read.matched(|_, post| from_file.by_id.get(&post.post.id));
            if matched.0.is_empty() {
                bail!(
                    "no id of {} is among those of {}: {} and {} …; were other posts tagged, or is the id in another \
                         column (--id)?",
                    shown(gold_path),
                    shown(path),
                    read.gold.posts[0].post.id,
                    from_file.by_id.keys().min().map_or("none", String::as_str)
                );
            }
            matched
        } else {
            let all: Vec<&GoldPost> = read.gold.posts.iter().collect();
            let tagged = at_home(&self.tagger)?.tag(&all)?;
            if let Some(path) = &self.write_tags {
                let mut file = PartialFile::create(path)?;
                let mut line = Vec::new();
                for (_, post) in &tagged {
                    line.clear();
                    push_line(&mut line, post);
                    file.write_all(&line)?;
                }
                file.finish()?;
            }
            made = tagged.into_iter().map(|(predicted, _)| predicted).collect::<Vec<Predicted>>();
            read.matched(|index, _| made.get(index))
        };
        let weights = self.tagger.decide.as_deref().map(Weights::load).transpose()?.unwrap_or_default();
        let known: BTreeSet<u32> = weights.fingerprints().collect();
        told.extend(check_overlap(&posts, &known));
        let agreement = AnnotatorTable::new(&read.gold, &self.annotators, &read.labels)?;
        told.extend(agreement.suspicions());
        let settings = Settings {
            labels: read.labels.clone(),
            thresholds: read.thresholds(&weights, !self.tagger.no_model),
            by: self.by.clone(),
            rounds: self.rounds as usize,
            seed: self.seed,
        };
        let found = evaluate(&posts, &predicted, &clusters, &read.codes, &settings);
        if self.json {
            let mut tree = found.to_json();
            tree["gold"] = shown(gold_path).into();
            tree["tags"] = self.tags.as_deref().map(shown).into();
            tree["notes"] = told.clone().into();
            tree["agreement"] = agreement.to_json();
            terminal::print(&(serde_json::to_string_pretty(&tree)? + "\n"))?;
        } else {
            let mut text = self.head(&found, &posts, gold_path);
            text += &sentences(&told);
            text += &found.to_text(&posts, &predicted, self.errors);
            text += &agreement.to_text();
            terminal::print(&text)?;
        }
        if let Some(path) = &self.report {
            let about = self.head(&found, &posts, gold_path);
            let page = stancemark::evaluate::report::page(&about, &told, &found, &posts, &predicted);
            let mut file = PartialFile::create(path)?;
            file.write_all(page.as_bytes())?;
            file.finish()?;
        }
        Ok(Outcome::Done)
    }

    /// What was evaluated, in a line.
    fn head(&self, found: &Evaluation, posts: &[&GoldPost], gold: &Path) -> String {
        let mut homes: BTreeMap<String, usize> = BTreeMap::new();
        for post in posts {
            let home = post.home.as_ref().or(self.tagger.home.as_ref());
            *homes.entry(home.map_or("the codebook's".to_owned(), ToString::to_string)).or_default() += 1;
        }
        let homes: Vec<String> = homes.into_iter().map(|(home, posts)| format!("{home} {posts}")).collect();
        let by = match &self.tags {
            Some(tags) => format!("tags of {}", shown(tags)),
            None if self.tagger.no_model => "tagged here by rules alone, each from its own home".to_owned(),
            None => format!("tagged here with model {}, each from its own home", self.tagger.model.model),
        };
        let title = format!("{}: {} posts in {} clusters", shown(gold), found.posts, found.clusters);
        format!("{}; {by}; homes: {}\n", styled(BOLD, title), homes.join(", "))
    }
}
