//! What an audit says, beside what was predicted.

use std::collections::BTreeMap;

use crate::estimate::{Audit, Difference, Estimate, Way, Withheld};

/// Shares as people would find them, from an audit sample.
#[derive(Debug, Clone, Default)]
pub struct Corrected {
    /// By label; the reason where there is none.
    pub shares: BTreeMap<String, Result<Estimate, String>>,
    /// Net stance; the reason where there is none.
    pub net: Option<Result<Difference, String>>,
    /// Posts that people judged.
    pub audited: u64,
    /// How it was estimated.
    pub way: Option<Way>,
    /// What the reader should know, in sentences.
    pub notes: Vec<String>,
}

impl Corrected {
    /// What an audit says of all posts: its rows without a cell and a target.
    pub fn of(audit: &Audit) -> Self {
        let why = |withheld: Withheld| withheld.as_str().to_owned();
        let shares = audit.shares.iter().filter(|row| row.cell.is_empty() && row.target.is_none());
        let net = audit.nets.iter().find(|row| row.cell.is_empty());
        Self {
            shares: shares.map(|row| (row.label.clone(), row.corrected.map_err(why))).collect(),
            net: net.map(|row| row.corrected.map_err(why)),
            audited: audit.audited,
            way: Some(audit.way),
            notes: audit.notes.iter().map(|note| format!("Audit: {note}.")).collect(),
        }
    }
}
