//! *evaluate* says how wrong the tags are: gold against tags, two taggers against each other, annotators among
//! themselves, and the functional cases.
//!
//! [`read_gold`] and [`read_tags`] read the two sides ([`AtHome`] tags the gold's posts here instead), `checks` say in
//! words what is odd about them, [`evaluate()`] gives every figure with its interval. [`metrics`] are plain functions of
//! numbers. Nothing here changes a decision; `calibrate` does.

mod annotators;
mod bootstrap;
mod checks;
mod compare;
mod error;
mod evaluation;
mod figures;
pub mod functional;
mod gold;
pub mod metrics;
mod outcome;
mod predict;
mod predicted;
pub mod report;
mod slices;
mod text;

pub use annotators::AnnotatorTable;
pub use checks::{check_gold, check_overlap, check_tags, suspicious};
pub use compare::{Comparison, Difference, Flip, Paired, compare};
pub use error::EvaluateError;
pub use evaluation::{Evaluation, Figure, SetPair, Settings, TargetCodes, Wrong, evaluate};
pub use figures::{KEPT, Scores};
pub use gold::{Gold, GoldColumns, GoldPost, read_gold, read_unjudged};
pub use predict::{AtHome, Seen};
pub use predicted::{Given, Predicted, Predictions, read_tags};
pub use text::{Columns, percent};

/// The similarity from which two of the gold's posts count as one: see [`crate::duplicates::clusters`]. It is lower than
/// what `duplicates` takes for the same text, so that nothing known slips into what is new.
pub const SAME_TEXT: f64 = 0.5;
