//! Favor, against, none: the field's standard three.

use serde::{Deserialize, Serialize};

/// The author's stance toward a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// For it: pride, praise, loyalty, defence.
    Favor,
    /// Against it: hostility, derision, accusation, complaint.
    Against,
    /// Neither, or only mentioned.
    None,
}

impl Stance {
    /// The three, in the order of [`StanceProbabilities`] and of every model's output.
    pub const ALL: [Stance; 3] = [Stance::Favor, Stance::Against, Stance::None];

    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Stance::Favor => "favor",
            Stance::Against => "against",
            Stance::None => "none",
        }
    }
}

impl std::fmt::Display for Stance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Probabilities of the three stances toward one target; they add up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StanceProbabilities {
    /// Probability of [`Stance::Favor`], 0–1.
    pub favor: f32,
    /// Probability of [`Stance::Against`], 0–1.
    pub against: f32,
    /// Probability of [`Stance::None`], 0–1.
    pub none: f32,
}

impl StanceProbabilities {
    /// Softmax of three logits in the order favor, against, none.
    pub fn from_logits(logits: [f32; 3]) -> Self {
        let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let [favor, against, none] = logits.map(|logit| (logit - top).exp());
        let sum = favor + against + none;
        Self { favor: favor / sum, against: against / sum, none: none / sum }
    }

    /// The probability of one stance.
    pub fn of(&self, stance: Stance) -> f32 {
        match stance {
            Stance::Favor => self.favor,
            Stance::Against => self.against,
            Stance::None => self.none,
        }
    }

    /// The likeliest stance.
    pub fn best(&self) -> Stance {
        if self.favor > self.against && self.favor > self.none {
            Stance::Favor
        } else if self.against > self.none {
            Stance::Against
        } else {
            Stance::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_adds_up_and_survives_large_logits() {
        let p = StanceProbabilities::from_logits([1000.0, 999.0, -1000.0]);
        assert!((p.favor + p.against + p.none - 1.0).abs() < 1e-6);
        assert!((p.favor - 0.731_058_6).abs() < 1e-5);
        assert_eq!(p.best(), Stance::Favor);
    }

    #[test]
    fn a_tie_is_no_stance() {
        assert_eq!(StanceProbabilities::from_logits([0.0, 0.0, 0.0]).best(), Stance::None);
    }
}
