//! `stancemark calibrate`

use std::{collections::HashMap, io::Write, path::PathBuf, sync::Arc};

use anyhow::bail;
use clap::Args;
use stancemark::{
    calibrate::{Seen, Settings, Want, calibrate, to_toml},
    codebook::Codebook,
    decide::{Learnt, Weights},
    duplicates::fingerprint,
    evaluate::{GoldPost, check_gold},
    write::PartialFile,
};

use super::{
    Outcome,
    args::TaggerArgs,
    gold::{GoldArgs, Read, at_home, sentences, shown, spare, use_threads},
    terminal::{self, BOLD, styled},
};

/// Learn the decision file from gold: weights, temperature, thresholds, when to abstain
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark calibrate gold.jsonl -o decide.toml\n  \
    stancemark tag posts.jsonl --decide decide.toml -o tags.jsonl\n  \
    stancemark calibrate gold.jsonl --want precision=0.9 --want support:recall=0.8 --abstain 0.1 -o decide.toml\n\n\
    What is shown is cross-fitted: every post is decided on by weights and thresholds learnt without it and its near \
    duplicates. The file is learnt on all.")]
pub struct Calibrate {
    /// Posts labelled by people; with `stances` (target by target) more can be learnt than with labels alone
    #[arg(value_name = "GOLD")]
    gold: PathBuf,

    #[command(flatten)]
    columns: GoldArgs,

    #[command(flatten)]
    tagger: TaggerArgs,

    /// Where the decision file goes
    #[arg(long, short, value_name = "FILE", default_value = "decide.toml")]
    output: PathBuf,

    /// What thresholds shall reach: f1, precision=SHARE or recall=SHARE; for one label, LABEL:recall=0.8. May be repeated
    #[arg(long, value_name = "[LABEL:]WHAT")]
    want: Vec<String>,

    /// Share of posts to abstain on
    #[arg(long, value_name = "SHARE", default_value_t = 0.02)]
    abstain: f64,

    /// Parts of the cross-fitting
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=100))]
    folds: u32,

    /// Multiplies all penalties: higher learns less
    #[arg(long, value_name = "NUMBER", default_value_t = 3.0)]
    penalty: f64,

    /// Draws of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    rounds: u32,
}

impl Calibrate {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        use_threads(&self.tagger.model);
        spare(&self.output, std::slice::from_ref(&self.gold))?;
        let settings = self.settings()?;
        let present = self.tagger.decide.as_deref().map(Weights::load).transpose()?.unwrap_or_default();
        let read = Read::new(&self.gold, &self.columns, &self.tagger)?;
        for label in settings.want_by_label.keys() {
            if !read.labels.contains(label) {
                bail!("--want {label}: there is no such label; the codebook has {}", read.labels.join(", "));
            }
        }
        let told = check_gold(&read.gold, &read.labels, &read.clusters);
        let (posts, clusters): (Vec<&GoldPost>, Vec<u32>) =
            (read.gold.posts.iter().zip(&read.clusters)).filter(|(post, _)| post.labels.is_some()).unzip();
        let mut tagger = at_home(&self.tagger)?;
        let mut codebooks: HashMap<_, Arc<Codebook>> = HashMap::new();
        for post in &posts {
            if !codebooks.contains_key(&post.home) {
                let home = post.home.clone().or_else(|| self.tagger.home.clone());
                codebooks.insert(post.home.clone(), Arc::new(Codebook::load(&self.tagger.codebook, home)?));
            }
        }
        let seen: Vec<Seen> = tagger.see(&posts, |seen| Seen {
            codebook: Arc::clone(&codebooks[&seen.post.home]),
            look: seen.look.clone(),
            read: seen.read.clone(),
        })?;
        let mut found = calibrate(&posts, &seen, &clusters, &read.codes, &read.labels, &present, &settings)?;
        let macro_f1 = |at: usize| {
            let value =
                found.cross_fitted.get(at).map(|(_, figures)| figures.value(&["averages", "macro", "f1"]));
            value.map(|value| ((value * 1000.0).round() / 1000.0) as f32)
        };
        let with_model = found.cross_fitted.len() > 1;
        let codebook = codebooks.values().next();
        found.weights.learnt = Some(Learnt {
            gold: self.gold.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            sha256: read.gold.sha256.clone(),
            posts: posts.len(),
            clusters: clusters.iter().collect::<std::collections::HashSet<_>>().len(),
            codebook: codebook.map_or_else(String::new, |book| format!("{} {}", book.name, book.version)),
            model: tagger.model.as_ref().map(|model| {
                let card = model.card();
                let hash =
                    card.files.get("model.onnx").map_or("", |file| file.sha256.get(..16).unwrap_or_default());
                format!("{} {hash}", card.name)
            }),
            folds: settings.folds,
            macro_f1: if with_model { macro_f1(0) } else { None },
            macro_f1_alone: macro_f1(usize::from(with_model)).unwrap_or_default(),
            fingerprints: posts
                .iter()
                .map(|post| format!("{:08x}", fingerprint(&post.post.text)))
                .collect::<Vec<_>>()
                .join(" "),
        });
        let mut file = PartialFile::create(&self.output)?;
        file.write_all(to_toml(&found.weights).as_bytes())?;
        file.finish()?;
        let mut text = sentences(&told);
        for (name, figures) in &found.cross_fitted {
            text += &format!("\n{}\n", styled(BOLD, format!("Cross-fitted, {name}")));
            text += &figures.to_text(&[], &[], 0);
        }
        text += &format!(
            "\n{} written, learnt on {} posts and {} pairs of a post and a target\n",
            shown(&self.output),
            posts.len(),
            found.pairs
        );
        terminal::print(&text)?;
        Ok(Outcome::Done)
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        if !(0.0..0.9).contains(&self.abstain) {
            bail!("--abstain {}: give a share of posts, from 0 up to 0.9", self.abstain);
        }
        if !(self.penalty > 0.0 && self.penalty.is_finite()) {
            bail!("--penalty {}: give a number above 0", self.penalty);
        }
        let mut settings = Settings {
            want: Want::F1,
            want_by_label: std::collections::BTreeMap::new(),
            abstain: self.abstain,
            folds: self.folds as usize,
            penalty: self.penalty,
            rounds: self.rounds as usize,
        };
        for want in &self.want {
            let read =
                |text: &str| text.parse::<Want>().map_err(|why| anyhow::anyhow!("--want {want}: {why}"));
            match want.split_once(':') {
                Some((label, text)) => {
                    settings.want_by_label.insert(label.to_owned(), read(text)?);
                }
                None => settings.want = read(want)?,
            }
        }
        Ok(settings)
    }
}
