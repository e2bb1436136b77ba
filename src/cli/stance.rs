//! `stancemark stance`

use std::path::PathBuf;

use clap::Args;
use stancemark::{
    model::Pair,
    normalize::model_text,
    post::{DeadLetter, Post},
    read,
    write::{self, Destination},
};

use super::{
    Outcome,
    args::{InputArgs, ModelArgs},
    lines::Lines,
};

/// Records of a chunk.
const CHUNK: usize = 128;

/// Tell the stance of posts toward any target, also one that no codebook knows.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  stancemark stance pairs.jsonl -o stances.jsonl      # each record names its target\n  \
    echo 'Windmills spoil the view' | stancemark stance --target 'wind power'\n\n\
    A line each: {\"id\",\"target\",\"favor\",\"against\",\"none\"}; the three are probabilities."
)]
pub struct Stance {
    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    model: ModelArgs,

    /// The target of every post; without it each record has its own, in the column `target`
    #[arg(long, value_name = "NAME")]
    target: Option<String>,

    /// Where the lines go
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// Exit with 3 when records could not be read
    #[arg(long)]
    strict: bool,
}

impl Stance {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let threads = self.model.threads();
        let inputs = self.input.inputs()?;
        let destination = Destination::from_arg(&self.output);
        destination.check_lines(write::Format::Jsonl)?;
        destination.spare(&inputs)?;
        let model = self.model.load(threads)?;
        let reader = read::open(&inputs, &self.input.options(self.target.is_none(), CHUNK))?;
        Lines::create(&self.output)?.fill(reader, threads, self.strict, |chunk, _| {
                let mut dead = Vec::new();
                let mut asked: Vec<(Post, String, String)> = Vec::new();
                for post in chunk.posts() {
                    match post.and_then(|post| self.target_of(&post).map(|target| (post, target))) {
                        Ok((post, target)) => {
                            let text = model_text(&post.text);
                            asked.push((post, text, target));
                        }
                        Err(letter) => dead.push(letter),
                    }
                }
                let pairs: Vec<Pair<'_>> =
                    asked.iter().map(|(_, text, target)| Pair { text, target }).collect();
                let mut out = String::new();
                for ((post, _, target), score) in asked.iter().zip(model.score(&pairs)) {
                    match score {
                        Ok(p) => {
                            let (id, target) = (serde_json::json!(post.id), serde_json::json!(target));
                            out += &format!(
                                "{{\"id\":{id},\"target\":{target},\"favor\":{:.6},\"against\":{:.6},\"none\":{:.6}}}\n",
                                p.favor, p.against, p.none
                            );
                        }
                        Err(error) => dead.push(DeadLetter::of(post, "model", error.to_string())),
                    }
                }
                (out.into_bytes(), dead)
        })
    }

    fn target_of(&self, post: &Post) -> Result<String, DeadLetter> {
        if let Some(target) = &self.target {
            return Ok(target.clone());
        }
        let row = post.input.as_ref().and_then(|input| serde_json::from_str::<Row>(input.get()).ok());
        row.map(|row| row.target).filter(|target| !target.trim().is_empty()).ok_or_else(|| {
            let reason = "there is no `target` in this record: add the column, or give --target for all";
            DeadLetter::of(post, "read", reason.to_owned())
        })
    }
}

/// What a record says besides its post.
#[derive(serde::Deserialize)]
struct Row {
    target: String,
}
