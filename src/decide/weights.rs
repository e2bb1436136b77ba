//! The decision file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    codebook::{Kind, Side, Target},
    post::Stance,
};

const SHIPPED: &str = include_str!("../../models/decide.toml");

/// The weights of *decide*; the comments in `models/decide.toml` say what each is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Where a model read the target.
    pub model: ModelWeights,
    /// Where none did.
    pub alone: Prior,
    /// How rules count.
    pub rules: RuleWeights,
    /// Thresholds by label, and `default`; probabilities.
    pub(crate) threshold: BTreeMap<String, f32>,
    /// The same where no model read the target; what is missing is as in `threshold`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) threshold_alone: BTreeMap<String, f32>,
    /// When to abstain.
    pub abstain: Abstain,
    /// By label, how often it is in the gold of posts in which no target was found that could carry it; 0–1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missed: BTreeMap<String, f32>,
    /// What the file was learnt on; none where it was written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learnt: Option<Learnt>,
}

/// How the model's probabilities count, and what is added beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelWeights {
    /// Multiplies the log-probabilities.
    pub weight: f32,
    /// Added to favor's log-odds.
    pub favor: f32,
    /// Added to against's log-odds.
    pub against: f32,
    /// Added to none's log-odds.
    pub none: f32,
    /// Divides all log-odds in the end.
    #[serde(default = "one")]
    pub temperature: f32,
    /// Added by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lang: BTreeMap<String, Added>,
    /// Added by the target's kind and side.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kind: BTreeMap<String, Added>,
    /// Added to a rule's vote, by its id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rule: BTreeMap<String, f32>,
}

/// Log-odds of the stances before any rule speaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Log-odds of favor.
    pub favor: f32,
    /// Log-odds of against.
    pub against: f32,
    /// Log-odds of none.
    pub none: f32,
    /// Divides all log-odds in the end.
    #[serde(default = "one")]
    pub temperature: f32,
    /// Added by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lang: BTreeMap<String, Added>,
    /// Added by the target's kind and side.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kind: BTreeMap<String, Added>,
    /// Added to a rule's vote, by its id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rule: BTreeMap<String, f32>,
}

/// What is added to the log-odds of favor and against; none is what they are measured from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Added {
    /// To favor.
    pub favor: f32,
    /// To against.
    pub against: f32,
}

/// How rules count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleWeights {
    /// Multiplies a rule's weight beside a model.
    pub with_model: f32,
    /// Multiplies a rule's weight without one.
    pub alone: f32,
    /// Most that the weights of all rules add up to for one stance, before they are multiplied.
    pub most: f32,
}

/// When to abstain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abstain {
    /// Undecided when the probability is nearer to the threshold than this.
    pub band: f32,
}

/// Where the weights come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learnt {
    /// The gold file's name.
    pub gold: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Posts learnt on.
    pub posts: usize,
    /// Clusters of near duplicates among them.
    pub clusters: usize,
    /// Codebook and version.
    pub codebook: String,
    /// The model and its file's SHA-256, where one was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Parts of the cross-fitting.
    pub folds: usize,
    /// Cross-fitted macro-F1 with the model, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub macro_f1: Option<f32>,
    /// Cross-fitted macro-F1 of targets and rules alone, 0–1.
    pub macro_f1_alone: f32,
    /// Fingerprints of the posts, eight hexadecimal digits each, for telling when they are evaluated on.
    #[serde(default, skip_serializing)]
    pub fingerprints: String,
}

/// What applies to a target: with a model or without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applied<'w> {
    /// Added to the three stances.
    pub bias: [f32; 3],
    /// Multiplies the model's log-probabilities.
    pub model: f32,
    /// Multiplies the rules' weights.
    pub rules: f32,
    pub temperature: f32,
    pub lang: &'w BTreeMap<String, Added>,
    pub kind: &'w BTreeMap<String, Added>,
    pub rule: &'w BTreeMap<String, f32>,
}

/// Why a decision file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It cannot be read.
    #[error("{}: cannot read this decision file: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It is not one.
    #[error("{}:{line}: {message}", .path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

fn one() -> f32 {
    1.0
}

impl Weights {
    /// Reads a decision file.
    ///
    /// # Errors
    /// [`WeightsError`], with the file and the line.
    pub fn load(path: &Path) -> Result<Self, WeightsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| WeightsError::Io { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|(line, message)| WeightsError::Wrong {
            path: path.to_owned(),
            line,
            message,
        })
    }

    pub(crate) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let weights: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            (line, error.message().to_owned())
        })?;
        let Self { model, alone, rules, abstain, .. } = &weights;
        let sides = [weights.applied(true), weights.applied(false)];
        let factors = [model.weight, rules.with_model, rules.alone, rules.most];
        let tables = sides.iter().flat_map(|side| {
            let added =
                side.lang.values().chain(side.kind.values()).flat_map(|added| [added.favor, added.against]);
            added.chain(side.rule.values().copied()).chain(side.bias)
        });
        if tables.chain(factors).any(|value| !value.is_finite()) {
            return Err((1, "every weight must be a number, not inf or nan".to_owned()));
        }
        if factors.iter().any(|value| *value < 0.0) {
            return Err((1, "model.weight and the weights under [rules] must be at least 0".to_owned()));
        }
        if [model.temperature, alone.temperature].iter().any(|value| !(0.01..=100.0).contains(value)) {
            return Err((1, "a temperature must be within 0.01 and 100; 1 changes nothing".to_owned()));
        }
        if !(0.0..=0.5).contains(&abstain.band) {
            return Err((1, format!("abstain.band {} must be within 0 and 0.5", abstain.band)));
        }
        for (what, values) in [
            ("threshold", &weights.threshold),
            ("threshold", &weights.threshold_alone),
            ("share missed", &weights.missed),
        ] {
            if let Some((label, value)) = values.iter().find(|(_, value)| !(0.0..=1.0).contains(*value)) {
                return Err((1, format!("the {what} {value} of `{label}` must be within 0 and 1")));
            }
        }
        Ok(weights)
    }

    /// The probability from which a label is given, where a model read the target or where none did.
    pub fn threshold(&self, label: &str, with_model: bool) -> f32 {
        let alone = if with_model { None } else { self.threshold_alone.get(label) };
        alone
            .or_else(|| self.threshold.get(label))
            .or_else(|| self.threshold.get("default"))
            .copied()
            .unwrap_or(0.5)
    }

    /// How often a label is in the gold where no target that could carry it was found.
    pub fn missed(&self, label: &str) -> f32 {
        self.missed.get(label).copied().unwrap_or(0.0)
    }

    /// Fingerprints of the posts it was learnt on.
    pub fn fingerprints(&self) -> impl Iterator<Item = u32> + '_ {
        let digits = self.learnt.as_ref().map_or("", |learnt| learnt.fingerprints.as_str());
        digits.split_whitespace().filter_map(|digits| u32::from_str_radix(digits, 16).ok())
    }

    pub(crate) fn applied(&self, with_model: bool) -> Applied<'_> {
        let Self { model, alone, rules, .. } = self;
        if with_model {
            Applied {
                bias: [model.favor, model.against, model.none],
                model: model.weight,
                rules: rules.with_model,
                temperature: model.temperature,
                lang: &model.lang,
                kind: &model.kind,
                rule: &model.rule,
            }
        } else {
            Applied {
                bias: [alone.favor, alone.against, alone.none],
                model: 0.0,
                rules: rules.alone,
                temperature: alone.temperature,
                lang: &alone.lang,
                kind: &alone.kind,
                rule: &alone.rule,
            }
        }
    }
}

impl Added {
    /// What is added to a stance.
    pub fn of(&self, stance: Stance) -> f32 {
        match stance {
            Stance::Favor => self.favor,
            Stance::Against => self.against,
            Stance::None => 0.0,
        }
    }
}

impl Applied<'_> {
    /// What a language and a kind of target add to a stance.
    pub fn added(&self, lang: &str, kind: &str, stance: Stance) -> f32 {
        let of = |table: &BTreeMap<String, Added>, key: &str| {
            table.get(key).or_else(|| table.get(OTHER)).map_or(0.0, |added| added.of(stance))
        };
        of(self.lang, lang) + of(self.kind, kind)
    }
}

/// The key for languages and kinds that have none of their own.
pub(crate) const OTHER: &str = "other";

/// The key of a target's kind and side: `country home`, `institution other`, `platform`.
pub(crate) fn kind_of(target: &Target) -> &'static str {
    match (target.kind, target.side) {
        (Kind::Country, Side::Home) => "country home",
        (Kind::Country, _) => "country other",
        (Kind::Institution, Side::Home) => "institution home",
        (Kind::Institution, _) => "institution other",
        (Kind::Person, Side::Home) => "person home",
        (Kind::Person, _) => "person other",
        (Kind::Platform, _) => "platform",
    }
}

impl Default for Weights {
    /// The weights that come with the program.
    fn default() -> Self {
        #[allow(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
        Self::parse(SHIPPED).expect("models/decide.toml is well-formed")
    }
}
