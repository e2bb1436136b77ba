//! The decision file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::post::Stance;

const SHIPPED: &str = include_str!("../../models/decide.toml");

/// The weights of *decide*; the comments in `models/decide.toml` say what each is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// How the model's probabilities count.
    pub model: ModelWeights,
    /// What is believed without a model.
    pub alone: Prior,
    /// How rules count.
    pub rules: RuleWeights,
    /// Thresholds by label, and `default`; probabilities.
    threshold: BTreeMap<String, f32>,
    /// When to abstain.
    pub abstain: Abstain,
}

/// How the model's probabilities count.
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
}

impl ModelWeights {
    /// What is added to a stance's log-odds.
    pub fn bias(&self, stance: Stance) -> f32 {
        match stance {
            Stance::Favor => self.favor,
            Stance::Against => self.against,
            Stance::None => self.none,
        }
    }
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
}

impl Prior {
    /// The log-odds of a stance.
    pub fn of(&self, stance: Stance) -> f32 {
        match stance {
            Stance::Favor => self.favor,
            Stance::Against => self.against,
            Stance::None => self.none,
        }
    }
}

/// How rules count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleWeights {
    /// Multiplies a rule's weight beside a model.
    pub with_model: f32,
    /// Multiplies a rule's weight without one.
    pub alone: f32,
    /// Most that all rules add to one stance, in log-odds.
    pub most: f32,
}

/// When to abstain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abstain {
    /// Undecided when the probability is nearer to the threshold than this.
    pub band: f32,
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

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let weights: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            (line, error.message().to_owned())
        })?;
        let Self { model, alone, rules, abstain, .. } = &weights;
        let added = [model.favor, model.against, model.none, alone.favor, alone.against, alone.none];
        let factors = [model.weight, rules.with_model, rules.alone, rules.most];
        if added.iter().chain(&factors).any(|value| !value.is_finite()) {
            return Err((1, "every weight must be a number, not inf or nan".to_owned()));
        }
        if factors.iter().any(|value| *value < 0.0) {
            return Err((1, "model.weight and the weights under [rules] must be at least 0".to_owned()));
        }
        if !(0.0..=0.5).contains(&abstain.band) {
            return Err((1, format!("abstain.band {} must be within 0 and 0.5", abstain.band)));
        }
        if let Some((label, value)) =
            weights.threshold.iter().find(|(_, value)| !(0.0..=1.0).contains(*value))
        {
            return Err((1, format!("the threshold {value} of `{label}` must be within 0 and 1")));
        }
        Ok(weights)
    }

    /// The probability from which a label is given.
    pub fn threshold(&self, label: &str) -> f32 {
        self.threshold.get(label).or_else(|| self.threshold.get("default")).copied().unwrap_or(0.5)
    }

    /// How often a label is in the gold where no target that could carry it was found.
    pub fn missed(&self, _label: &str) -> f32 {
        0.0
    }

    /// Fingerprints of the posts it was learnt on.
    pub fn fingerprints(&self) -> impl Iterator<Item = u32> + '_ {
        std::iter::empty()
    }
}

impl Default for Weights {
    /// The weights that come with the program.
    fn default() -> Self {
        #[allow(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
        Self::parse(SHIPPED).expect("models/decide.toml is well-formed")
    }
}
