//! The stance model: pairs in, probabilities out, the same for a pair alone and in any company.

use std::{collections::HashMap, path::Path};

use crossbeam_channel::{Receiver, Sender, bounded};
use ort::{
    session::{Session, builder::GraphOptimizationLevel},
    value::Tensor,
};
use tokenizers::{Encoding, Tokenizer, TruncationDirection, TruncationParams, TruncationStrategy};

use super::{Card, ModelError, ModelFolder, cache::Cache, graph, runtime};
use crate::post::{Stance, StanceProbabilities};

/// Pairs that go through the encoder together. Measured best on two cores between 8 and 16.
const BATCH: usize = 8;

/// Pairs remembered, per generation of the cache (about 50 bytes each).
const CACHE: usize = 250_000;

/// Characters of a target's name that the model reads.
const TARGET_CHARS: usize = 200;

/// A post and the target that it is read for.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The post, as [`crate::normalize::model_text`] gives it.
    pub text: &'a str,
    /// The target's name.
    pub target: &'a str,
}

/// How the model runs.
#[derive(Debug, Clone, Copy)]
pub struct StanceModelOptions {
    /// Sessions that run side by side, one thread each. At least 1.
    pub sessions: usize,
}

impl Default for StanceModelOptions {
    fn default() -> Self {
        Self { sessions: std::thread::available_parallelism().map_or(1, usize::from) }
    }
}

/// An ONNX stance model, ready to run from any thread.
pub struct StanceModel {
    card: Card,
    tokenizer: Tokenizer,
    idle: (Sender<Session>, Receiver<Session>),
    /// Columns of favor, against and none in the output.
    columns: [usize; 3],
    cache: Cache,
}

impl std::fmt::Debug for StanceModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StanceModel").field("card", &self.card).finish_non_exhaustive()
    }
}

impl StanceModel {
    /// Loads a model by name or path and starts its sessions.
    ///
    /// # Errors
    /// [`ModelError`]: every file is read and checked here, before the first post.
    pub fn load(name_or_path: &str, options: StanceModelOptions) -> Result<Self, ModelError> {
        let folder = super::find(name_or_path)?;
        let columns = output_columns(&folder)?;
        let tokenizer = load_tokenizer(&folder)?;
        let onnx = folder.path.join("model.onnx");
        let bytes = folder.read("model.onnx")?;
        graph::check(&bytes).map_err(|message| ModelError::Graph { path: onnx.clone(), message })?;
        let (give, take) = bounded(options.sessions.max(1));
        for _ in 0..options.sessions.max(1) {
            let session = start_session(&bytes, &onnx, &folder.card)?;
            // The channel holds as many as are made.
            let _ = give.send(session);
        }
        let model =
            Self { card: folder.card, tokenizer, idle: (give, take), columns, cache: Cache::new(CACHE) };
        model.try_out().map_err(|message| ModelError::Graph { path: onnx, message })?;
        Ok(model)
    }

    /// Reads a first pair, so that a card which does not fit the graph is told before the first post.
    fn try_out(&self) -> Result<(), String> {
        let trial = (Pair { text: "a post", target: "a target" }, 0);
        let answer = self.read(&[trial]).swap_remove(0);
        answer.map(|_| ()).map_err(|error| {
            format!(
                "it cannot read a trial pair: {}; correct [input] and [output] in model.toml",
                plain(&error)
            )
        })
    }

    /// The model's card.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Scores pairs. Each different pair is read once; the order of the answers is that of the pairs.
    /// A pair that fails carries its own error and does not touch the others.
    pub fn score(&self, pairs: &[Pair<'_>]) -> Vec<Result<StanceProbabilities, ModelError>> {
        let keys: Vec<_> = pairs.iter().map(|pair| self.cache.key(pair.text, pair.target)).collect();
        let known = self.cache.get(&keys);
        let mut fresh: HashMap<u128, usize> = HashMap::new();
        let mut unread: Vec<(Pair<'_>, u128)> = Vec::new();
        for ((pair, &key), known) in pairs.iter().zip(&keys).zip(&known) {
            if known.is_none() && !fresh.contains_key(&key) {
                fresh.insert(key, unread.len());
                unread.push((*pair, key));
            }
        }
        let read = self.read(&unread);
        let scored = unread.iter().zip(&read).filter_map(|((_, key), p)| p.as_ref().ok().map(|p| (*key, *p)));
        self.cache.put(scored);
        keys.iter()
            .zip(known)
            .map(|(key, known)| match known {
                Some(known) => Ok(known),
                None => match &read[fresh[key]] {
                    Ok(probabilities) => Ok(*probabilities),
                    Err(message) => Err(ModelError::Run { message: message.clone() }),
                },
            })
            .collect()
    }

    /// Runs the encoder, batches made of pairs of like length.
    fn read(&self, pairs: &[(Pair<'_>, u128)]) -> Vec<Result<StanceProbabilities, String>> {
        let mut answers: Vec<Result<StanceProbabilities, String>> =
            (0..pairs.len()).map(|_| Err("it was not read".to_owned())).collect();
        let mut encoded: Vec<(usize, Encoding)> = Vec::with_capacity(pairs.len());
        for (index, (pair, _)) in pairs.iter().enumerate() {
            let target: String = pair.target.chars().take(TARGET_CHARS).collect();
            match self.tokenizer.encode_fast((pair.text, target), true) {
                Ok(encoding) => encoded.push((index, encoding)),
                Err(error) => answers[index] = Err(error.to_string()),
            }
        }
        if encoded.is_empty() {
            return answers;
        }
        encoded.sort_by_key(|(_, encoding)| encoding.len());
        let Ok(mut session) = self.idle.1.recv() else { return answers };
        for batch in encoded.chunks(BATCH) {
            match self.run(&mut session, batch) {
                Ok(scored) => {
                    for ((index, _), probabilities) in batch.iter().zip(scored) {
                        answers[*index] = Ok(probabilities);
                    }
                }
                // One bad pair must not take the others with it.
                Err(_) if batch.len() > 1 => {
                    for one in batch {
                        let alone = self.run(&mut session, std::slice::from_ref(one));
                        answers[one.0] = alone.map(|scored| scored[0]).map_err(|error| error.to_string());
                    }
                }
                Err(error) => answers[batch[0].0] = Err(error.to_string()),
            }
        }
        let _ = self.idle.0.send(session);
        answers
    }

    fn run(
        &self,
        session: &mut Session,
        batch: &[(usize, Encoding)],
    ) -> Result<Vec<StanceProbabilities>, ort::Error> {
        let rows = batch.len();
        let width = batch.iter().map(|(_, encoding)| encoding.len()).max().unwrap_or(1).max(1);
        let mut ids = vec![i64::from(self.card.input.pad_id); rows * width];
        let mut mask = vec![0i64; rows * width];
        for (row, (_, encoding)) in batch.iter().enumerate() {
            for (column, &id) in encoding.get_ids().iter().enumerate() {
                ids[row * width + column] = i64::from(id);
                mask[row * width + column] = 1;
            }
        }
        let shape = [rows, width];
        let mut inputs = ort::inputs! {
            self.card.input.ids.as_str() => Tensor::from_array((shape, ids))?,
            self.card.input.mask.as_str() => Tensor::from_array((shape, mask))?,
        };
        if let Some(types) = &self.card.input.types {
            let zeros = Tensor::from_array((shape, vec![0i64; rows * width]))?;
            inputs.push((types.as_str().into(), zeros.into()));
        }
        let outputs = session.run(inputs)?;
        let (shape, logits) = outputs[self.card.output.name.as_str()].try_extract_tensor::<f32>()?;
        let labels = self.card.output.labels.len();
        if shape.num_elements() != rows * labels {
            return Err(ort::Error::new(format!(
                "its output `{}` has {} values for {rows} pairs, not {labels} each",
                self.card.output.name,
                shape.num_elements()
            )));
        }
        let temperature = self.card.output.temperature;
        Ok(logits
            .chunks_exact(labels)
            .map(|row| StanceProbabilities::from_logits(self.columns.map(|column| row[column] / temperature)))
            .collect())
    }
}

fn output_columns(folder: &ModelFolder) -> Result<[usize; 3], ModelError> {
    let card = &folder.card;
    let wrong = |message: String| ModelError::Card { path: folder.path.join("model.toml"), message };
    if card.task != "stance" {
        return Err(wrong(format!(
            "this model's task is `{}`; a model of task `stance` is needed here",
            card.task
        )));
    }
    let mut columns = [0; 3];
    for (column, stance) in columns.iter_mut().zip(Stance::ALL) {
        *column = (card.output.labels.iter().position(|label| label == stance.as_str()))
            .ok_or_else(|| wrong(format!("output.labels has no `{stance}`: name favor, against and none")))?;
    }
    Ok(columns)
}

fn load_tokenizer(folder: &ModelFolder) -> Result<Tokenizer, ModelError> {
    let path = folder.path.join("tokenizer.json");
    let wrong = |error: &dyn std::fmt::Display| ModelError::Tokenizer {
        path: path.clone(),
        message: error.to_string(),
    };
    let mut tokenizer =
        Tokenizer::from_bytes(folder.read("tokenizer.json")?).map_err(|error| wrong(&error))?;
    tokenizer.with_padding(None);
    tokenizer
        .with_truncation(Some(TruncationParams {
            direction: TruncationDirection::Right,
            max_length: folder.card.input.max_tokens,
            strategy: TruncationStrategy::LongestFirst,
            stride: 0,
        }))
        .map_err(|error| wrong(&error))?;
    Ok(tokenizer)
}

/// What ONNX Runtime said, in one line and without the place in its own code that it puts first.
fn plain(said: &str) -> String {
    let about =
        if said.contains(".cc:") { said.rsplit_once(") ").map_or(said, |(_, about)| about) } else { said };
    about.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn start_session(bytes: &[u8], path: &Path, card: &Card) -> Result<Session, ModelError> {
    let wrong = |message: String| ModelError::Graph { path: path.to_owned(), message };
    let failed = |error: &dyn std::fmt::Display| {
        wrong(format!("ONNX Runtime refuses this model: {}", plain(&error.to_string())))
    };
    let environment = runtime::environment()?;
    let session = Session::builder(environment)
        .map_err(|error| failed(&error))?
        .with_intra_threads(1)
        .map_err(|error| failed(&error))?
        .with_optimization_level(GraphOptimizationLevel::All)
        .map_err(|error| failed(&error))?
        .commit_from_memory(bytes)
        .map_err(|error| failed(&error))?;
    let names = |outlets: &[ort::value::Outlet]| -> Vec<String> {
        outlets.iter().map(|outlet| outlet.name().to_owned()).collect()
    };
    let (inputs, outputs) = (names(session.inputs()), names(session.outputs()));
    let wanted = [Some(&card.input.ids), Some(&card.input.mask), card.input.types.as_ref()];
    for input in wanted.into_iter().flatten() {
        if !inputs.contains(input) {
            let has = inputs.join(", ");
            return Err(wrong(format!(
                "the graph has no input `{input}`; its inputs are {has}: correct [input] in model.toml"
            )));
        }
    }
    if !outputs.contains(&card.output.name) {
        let (name, has) = (&card.output.name, outputs.join(", "));
        return Err(wrong(format!(
            "the graph has no output `{name}`; its outputs are {has}: correct [output] in model.toml"
        )));
    }
    Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(task: &str, labels: &[&str]) -> Result<[usize; 3], String> {
        let card = format!(
            "name = \"m\"\nversion = \"1\"\ntask = {task:?}\n[input]\nids = \"i\"\nmask = \"m\"\nmax_tokens = 96\n\
             pad_id = 1\n[output]\nname = \"o\"\nlabels = {labels:?}\n"
        );
        let card = toml::from_str(&card).expect("a card");
        output_columns(&ModelFolder { path: "m".into(), card }).map_err(|error| error.to_string())
    }

    #[test]
    fn columns_are_found_by_their_names() {
        assert_eq!(columns("stance", &["favor", "against", "none"]), Ok([0, 1, 2]));
        assert_eq!(columns("stance", &["none", "x", "favor", "against"]), Ok([2, 3, 0]));
        let error = columns("stance", &["favor", "none"]).expect_err("one is missing");
        assert!(error.contains("output.labels has no `against`"), "{error}");
        let error = columns("labels", &["favor", "against", "none"]).expect_err("another task");
        assert!(
            error.contains("this model's task is `labels`; a model of task `stance` is needed"),
            "{error}"
        );
    }
}
