//! The evaluation as one page.
use super::{Evaluation, GoldPost, Predicted};

/// The page.
pub fn page(
    _about: &str,
    _told: &[String],
    _found: &Evaluation,
    _posts: &[&GoldPost],
    _predicted: &[&Predicted],
) -> String {
    String::new()
}
