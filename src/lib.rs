//! stancemark tags social-media posts by stance: **support** for the campaign's own side, **attack on
//! the platform**, **targeting another country**, with evidence and scores.
//!
//! ```
//! use stancemark::{Tagger, codebook::Codebook, post::Post};
//!
//! let tagger = Tagger::new(Codebook::load("iamispr", None)?, None)?;
//! let posts = ["Shame on Facebook!", "Pak fauj zindabad #IamISPR"].map(|text| Post::new("1", text));
//! let tagged = tagger.tag_iter(posts).collect::<Result<Vec<_>, _>>().expect("only a model can fail");
//! assert_eq!(&*tagged[0].tags[0].label, "platform_attack");
//! assert_eq!(&*tagged[1].tags[0].label, "support");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With a model, where its folder and the ONNX Runtime library are there:
//!
//! ```no_run
//! # use stancemark::{Tagger, codebook::Codebook, model::StanceModel};
//! let model = StanceModel::load("stance", Default::default())?;
//! let tagger = Tagger::new(Codebook::load("iamispr", None)?, Some(model))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The way of a post
//!
//! ```text
//! read → detect → normalize → find targets → rules ∥ model → decide → write
//!                                                                └→ aggregate → estimate
//!                                                                 → duplicates
//! ```
//!
//! Each step is a folder of this crate: [`read`], [`language`], [`normalize`], [`targets`], [`rules`],
//! [`model`], [`decide`], [`write`](mod@write), [`aggregate`], [`estimate`]. No step knows a later one.
//! [`post`] holds the words they share, [`codebook`] what to look for, [`lexicon`] its words looked up in a post. [`run`] sends a whole
//! corpus along; [`Tagger`], below, is the way itself. [`estimate`] says how many posts really have a label, [`evaluate`]
//! how wrong the tags are, [`calibrate`] learns *decide* from gold. [`duplicates`] finds texts that are posted again and
//! again, [`privacy`] keeps people's names out.
//! [`export`] hands tagged posts to annotation tools, [`import`] makes gold of what people made of them.

pub mod aggregate;
pub mod calibrate;
pub mod check;
pub mod codebook;
pub mod decide;
pub mod duplicates;
pub mod estimate;
pub mod evaluate;
pub mod export;
pub mod import;
pub mod language;
pub mod lexicon;
pub mod model;
pub mod normalize;
pub mod page;
pub mod post;
pub mod privacy;
pub mod read;
pub mod report;
pub mod rules;
pub mod run;
pub mod targets;
pub mod write;

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::Arc,
};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use codebook::{Codebook, CodebookError};
use decide::{Decision, Weights};
use language::Detector;
use lexicon::{Lexicon, LexiconBuilder, Words};
use model::{ModelError, Pair, StanceModel};
use normalize::{Normalized, Normalizer};
use post::{ClaimHit, DeadLetter, Evidence, Language, Post, StanceProbabilities, Status, TaggedPost};
use rules::{Findings, Matcher};
use run::{Clock, Step};
use targets::{Finder, TargetHit};

/// Posts that [`Tagger::tag_iter`] reads ahead for each processor, so that the model sees them in batches.
const READ_AHEAD: usize = 256;

/// Everything a post meets on its way, ready for use from any thread.
#[derive(Debug)]
pub struct Tagger {
    codebook: Codebook,
    normalizer: Normalizer,
    detector: Detector,
    lexicon: Lexicon,
    finder: Finder,
    matcher: Matcher,
    model: Option<(Arc<str>, StanceModel)>,
    weights: Weights,
}

/// What the steps before the model saw in a post.
#[derive(Debug, Clone)]
pub struct Look {
    /// Its language.
    pub language: Language,
    /// Its hashtags.
    pub hashtags: Vec<String>,
    /// The targets found, from left to right.
    pub targets: Vec<TargetHit>,
    /// What the patterns found.
    pub findings: Findings,
    /// What the model reads; empty where there is no target or no model.
    pub model_text: String,
}

/// Buffers that are used again from post to post.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The normalised post.
    pub normalized: Normalized,
    /// Its words.
    pub words: Words,
    /// Time by step.
    pub clock: Clock,
}

impl Tagger {
    /// Compiles a codebook and takes a model, or none: then targets and rules decide alone.
    ///
    /// # Errors
    /// [`CodebookError`] where a pattern is wrong.
    pub fn new(codebook: Codebook, model: Option<StanceModel>) -> Result<Self, CodebookError> {
        let names = (codebook.targets.iter())
            .flat_map(|target| target.names.iter().chain(target.when.iter().flat_map(|when| &when.names)));
        let normalizer = Normalizer::with_words(names.map(|name| (name.trim_end_matches('*'), NAME_WEIGHT)));
        let mut lexicon = LexiconBuilder::default();
        let finder = Finder::new(&codebook, &normalizer, &mut lexicon)?;
        let matcher = Matcher::new(&codebook, &normalizer, &mut lexicon)?;
        Ok(Self {
            normalizer,
            detector: Detector::new(),
            lexicon: lexicon.build(),
            finder,
            matcher,
            model: model.map(|model| (format!("model:{}", model.card().name).into(), model)),
            weights: Weights::default(),
            codebook,
        })
    }

    /// Uses other decision weights than those that come with the program.
    #[must_use]
    pub fn with_weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    /// The decision weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The codebook.
    pub fn codebook(&self) -> &Codebook {
        &self.codebook
    }

    /// The model.
    pub fn model(&self) -> Option<&StanceModel> {
        self.model.as_ref().map(|(_, model)| model)
    }

    /// The model, for another tagger.
    pub fn into_model(self) -> Option<StanceModel> {
        self.model.map(|(_, model)| model)
    }

    /// Detect, normalize, find targets, rules: what is seen in a post without the model.
    pub fn look(&self, post: &Post, scratch: &mut Scratch) -> Look {
        self.look_and_tell(post, scratch, &mut |_, _| ())
    }

    /// As [`Tagger::look`]; tells of every pattern that had a consequence: the rule, and which of its patterns.
    pub fn look_and_tell(
        &self,
        post: &Post,
        scratch: &mut Scratch,
        fired: &mut dyn FnMut(usize, usize),
    ) -> Look {
        let Scratch { normalized, words, clock } = scratch;
        self.normalizer.normalize_into(&post.text, normalized);
        clock.lap(Step::Normalize);
        let language = self.detector.detect(&post.text, &normalized.entities);
        clock.lap(Step::Detect);
        self.lexicon.read(normalized, words);
        let targets = self.finder.find(words, normalized, &post.text, &language);
        clock.lap(Step::Targets);
        let findings =
            self.matcher.find_and_tell(&self.codebook, words, &targets, normalized, &language, fired);
        clock.lap(Step::Rules);
        let read_by_model = self.model.is_some() && !targets.is_empty();
        let model_text = if read_by_model { normalize::model_text(&post.text) } else { String::new() };
        Look {
            language,
            hashtags: hashtags(post, normalized, &self.normalizer),
            targets,
            findings,
            model_text,
        }
    }

    /// What the model says of every different target of these posts, by index of the target.
    pub fn read(&self, looks: &[Look]) -> Vec<Result<BTreeMap<usize, StanceProbabilities>, ModelError>> {
        let mut answers: Vec<Result<BTreeMap<usize, StanceProbabilities>, ModelError>> =
            looks.iter().map(|_| Ok(BTreeMap::new())).collect();
        let Some((_, model)) = &self.model else { return answers };
        let mut asked: Vec<(usize, usize)> = Vec::new();
        for (index, look) in looks.iter().enumerate() {
            let mut targets: Vec<usize> = look.targets.iter().map(|hit| hit.target).collect();
            targets.sort_unstable();
            targets.dedup();
            asked.extend(targets.into_iter().map(|target| (index, target)));
        }
        let pairs: Vec<Pair<'_>> = (asked.iter())
            .map(|&(index, target)| Pair {
                text: &looks[index].model_text,
                target: &self.codebook.targets[target].model_name,
            })
            .collect();
        for (&(index, target), score) in asked.iter().zip(model.score(&pairs)) {
            match (&mut answers[index], score) {
                (Ok(scores), Ok(score)) => {
                    scores.insert(target, score);
                }
                (answer @ Ok(_), Err(error)) => *answer = Err(error),
                (Err(_), _) => {}
            }
        }
        answers
    }

    /// Decides on a post that was looked at, and read by the model where there is one.
    pub fn decide(&self, look: &Look, read: &BTreeMap<usize, StanceProbabilities>) -> Decision {
        let model = self.model.as_ref().map(|(name, _)| (name, read));
        decide::decide(
            &self.weights,
            &self.codebook,
            &look.language.lang,
            &look.targets,
            &look.findings.rules,
            model,
        )
    }

    /// Tags posts; the model reads them in batches. The answers are in the order of the posts.
    pub fn tag_all(&self, posts: Vec<Post>, scratch: &mut Scratch) -> Vec<Result<TaggedPost, DeadLetter>> {
        scratch.clock.start();
        let looks: Vec<Look> = posts.iter().map(|post| self.look(post, scratch)).collect();
        let read = self.read(&looks);
        scratch.clock.lap(Step::Model);
        let tagged = posts
            .into_iter()
            .zip(looks)
            .zip(read)
            .map(|((post, look), read)| match read {
                Ok(read) => {
                    let decision = self.decide(&look, &read);
                    Ok(self.conclude(post, look, decision))
                }
                Err(error) => Err(DeadLetter::of(&post, "model", error.to_string())),
            })
            .collect();
        scratch.clock.lap(Step::Decide);
        tagged
    }

    /// Tags one post.
    ///
    /// # Errors
    /// The dead letter, where the model failed.
    pub fn tag(&self, post: Post) -> Result<TaggedPost, DeadLetter> {
        let mut tagged = self.tag_all(vec![post], &mut Scratch::default());
        tagged.swap_remove(0)
    }

    /// Tags a stream of posts on all processors, in order and in bounded memory.
    pub fn tag_iter(
        &self,
        posts: impl IntoIterator<Item = Post>,
    ) -> impl Iterator<Item = Result<TaggedPost, DeadLetter>> {
        let mut posts = posts.into_iter();
        std::iter::from_fn(move || {
            let ahead = (0..rayon::current_num_threads()).map(|_| posts.by_ref().take(READ_AHEAD).collect());
            let ahead: Vec<Vec<Post>> = ahead.filter(|posts: &Vec<Post>| !posts.is_empty()).collect();
            let tag = |scratch: &mut Scratch, posts| self.tag_all(posts, scratch);
            let tagged: Vec<Vec<_>> = ahead.into_par_iter().map_init(Scratch::default, tag).collect();
            (!tagged.is_empty()).then_some(tagged)
        })
        .flatten()
        .flatten()
    }

    pub(crate) fn conclude(&self, post: Post, look: Look, decision: Decision) -> TaggedPost {
        let mut claims: Vec<ClaimHit> = Vec::new();
        for found in &look.findings.claims {
            let claim = &self.codebook.claims[found.claim];
            let Range { start, end } = found.range;
            let evidence = Evidence { start, end, by: Arc::clone(&claim.evidence) };
            match claims.iter_mut().find(|hit| hit.claim == claim.id) {
                Some(hit) => {
                    hit.score = hit.score.max(found.score);
                    if hit.evidence.len() < MAX_EVIDENCE && !hit.evidence.contains(&evidence) {
                        hit.evidence.push(evidence);
                    }
                }
                None => claims.push(ClaimHit {
                    claim: Arc::clone(&claim.id),
                    score: found.score,
                    evidence: vec![evidence],
                }),
            }
        }
        let scores = decision.label_scores(&self.weights, &self.codebook);
        let status = if decision.abstained.is_empty() { Status::Labelled } else { Status::Abstained };
        TaggedPost {
            id: post.id,
            time: post.time,
            language: look.language,
            hashtags: look.hashtags,
            tags: decision.tags,
            claims,
            status,
            abstained: decision.abstained,
            scores,
            text: post.input.is_some().then_some(post.text),
            input: post.input,
        }
    }
}

/// Most places that a claim carries.
const MAX_EVIDENCE: usize = 8;

/// How likely a codebook's name is inside a hashtag, on the Zipf scale: as a usual name.
const NAME_WEIGHT: f32 = 4.5;

/// The hashtags of the text and of the source, each once, folded as those of the text are.
fn hashtags(post: &Post, normalized: &Normalized, normalizer: &Normalizer) -> Vec<String> {
    let mut hashtags: Vec<String> = normalized.hashtags().map(str::to_owned).collect();
    for listed in &post.hashtags {
        // Sources list the hashtags of the text: those need no folding.
        if hashtags.iter().take(FEW).any(|hashtag| hashtag.eq_ignore_ascii_case(listed)) {
            continue;
        }
        let folded = normalizer.fold(&format!("#{listed}"));
        match folded.strip_prefix('#') {
            Some(name) if !name.is_empty() && !name.contains(' ') => hashtags.push(name.to_owned()),
            _ => hashtags.push(listed.to_lowercase()),
        }
    }
    if hashtags.len() <= FEW {
        for at in (1..hashtags.len()).rev() {
            if hashtags[..at].contains(&hashtags[at]) {
                hashtags.remove(at);
            }
        }
    } else {
        let mut seen = HashSet::with_capacity(hashtags.len());
        hashtags.retain(|hashtag| seen.insert(hashtag.clone()));
    }
    hashtags
}

/// So many hashtags are compared each with each; more go through a set.
const FEW: usize = 16;
