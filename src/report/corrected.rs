//! What an audit says, beside what was predicted.

use std::collections::BTreeMap;

use crate::estimate::{Difference, Estimate};

/// Shares as people would find them, from an audit sample.
#[derive(Debug, Clone, Default)]
pub struct Corrected {
    /// By label; the reason where there is none.
    pub shares: BTreeMap<String, Result<Estimate, String>>,
    /// Net stance; the reason where there is none.
    pub net: Option<Result<Difference, String>>,
    /// Posts that people judged.
    pub audited: u64,
    /// How it was estimated: `ppi` or `strata`.
    pub way: String,
    /// What the reader should know, in sentences.
    pub notes: Vec<String>,
}
