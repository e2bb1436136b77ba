//! The codebook: what to look for. Takes a name or a path, gives labels, targets, claims and rules,
//! checked and resolved for one home country.
//!
//! The format is described in `docs/codebook.md`. Patterns of rules are kept as they are written;
//! the *rules* step compiles them.

mod builtin;
mod error;
mod file;
mod kinds;
mod load;
mod sources;
mod start;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

pub use error::{CodebookError, Place};
pub use kinds::{Case, Effect, Home, Kind, Reach, Reading, Side, SideFilter};
pub use start::{SCHEMA, start};

use crate::post::Stance;

/// A codebook, ready for use: includes read, sides resolved for one home.
#[derive(Debug, Clone)]
pub struct Codebook {
    /// Its name.
    pub name: String,
    /// Its version, raised by its author whenever its meaning changes.
    pub version: u32,
    /// The campaign's own country, after `--home`.
    pub home: Home,
    /// What posts are tagged with.
    pub labels: Vec<Label>,
    /// Whom stances are about.
    pub targets: Vec<Target>,
    /// Patterns with consequences.
    pub rules: Vec<Rule>,
    /// Statements that posts repeat.
    pub claims: Vec<Claim>,
    /// Lists of words that conditions and patterns name as `$list`.
    pub words: BTreeMap<String, Vec<String>>,
    /// SHA-256 of all the files it was read from, in the order of reading.
    pub sha256: String,
}

/// What a post is tagged with: a stance toward a kind of target.
#[derive(Debug, Clone)]
pub struct Label {
    /// Its id, such as `platform_attack`.
    pub id: Arc<str>,
    /// What it means.
    pub definition: String,
    /// The stance that it stands for.
    pub stance: Stance,
    /// Kinds of target it applies to.
    pub kinds: Vec<Kind>,
    /// Sides it applies to.
    pub side: SideFilter,
    /// Posts with the tags expected of targets and rules alone.
    pub examples: Vec<Example>,
    /// Where it stands.
    pub place: Place,
}

impl Label {
    /// Whether a stance toward this target carries this label.
    pub fn covers(&self, target: &Target) -> bool {
        self.kinds.contains(&target.kind) && self.side.admits(target.side)
    }
}

/// An example post of a label.
#[derive(Debug, Clone)]
pub struct Example {
    /// The post.
    pub text: String,
    /// Exactly the tags expected, as `label:target`.
    pub tags: Vec<String>,
    /// Another home for this example.
    pub home: Option<Home>,
    /// Where it stands.
    pub place: Place,
}

/// Whom a stance is about.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its id, such as `indian-army`.
    pub id: Arc<str>,
    /// How evidence names it: `target:<id>`.
    pub evidence: Arc<str>,
    /// What sort of thing it is.
    pub kind: Kind,
    /// The name that is shown.
    pub name: Arc<str>,
    /// The name that the model reads: `name`, or the home country's for a target of `country = "home"`.
    pub model_name: Arc<str>,
    /// Whose it is: an ISO 3166 code.
    pub country: Option<String>,
    /// Its side, seen from the home.
    pub side: Side,
    /// Its names in all languages, as written.
    pub names: Vec<String>,
    /// Names matched in exactly this case.
    pub cased: Vec<String>,
    /// Handles, without `@`.
    pub handles: Vec<String>,
    /// Whole hashtags, without `#`.
    pub hashtags: Vec<String>,
    /// ISO 3166 codes of emoji flags.
    pub flags: Vec<String>,
    /// Longer phrases that contain a name but are not this target.
    pub not: Vec<String>,
    /// Names that are this target only under a condition.
    pub when: Vec<When>,
    /// Where it stands.
    pub place: Place,
}

/// Names that are mostly something else (Turkey, Line, شام), and what makes one of them a target. All
/// that is said must hold.
#[derive(Debug, Clone)]
pub struct When {
    /// The names.
    pub names: Vec<String>,
    /// How they must be written.
    pub case: Option<Case>,
    /// The post must be in one of these languages; empty for all.
    pub langs: Vec<String>,
    /// One of these words must stand near; empty for none.
    pub near: Vec<String>,
    /// None of these may stand near.
    pub not_near: Vec<String>,
    /// How many words away is near.
    pub within: u32,
    /// Where it stands.
    pub place: Place,
}

/// A pattern with a consequence.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, such as `shame-on`.
    pub id: Arc<str>,
    /// How evidence names it: `rule:<id>`.
    pub evidence: Arc<str>,
    /// What it finds, in words.
    pub description: String,
    /// Its patterns, as written, each with its place.
    pub patterns: Vec<(String, Place)>,
    /// The stance voted for; one for all slots, or one for each in order.
    pub votes: Vec<Stance>,
    /// Log-odds added to that stance.
    pub weight: f32,
    /// Languages it is limited to; empty for all.
    pub langs: Vec<String>,
    /// For patterns without a slot: whom the vote is for, as a slot's word (`platform`, `home` …).
    pub toward: Option<String>,
    /// … and whether it is for the nearest such target or for all.
    pub reach: Reach,
    /// What a hit does.
    pub effect: Effect,
    /// How a negated hit is read.
    pub negation: Reading,
    /// How a hit inside quotation marks is read.
    pub quotation: Reading,
    /// How a hit in a question is read.
    pub question: Reading,
    /// How a hit in the words of somebody else ("he said …") is read.
    pub reported: Reading,
    /// How a hit is read that a "but" takes back, with another hit for the opposite.
    pub contrast: Reading,
    /// How a favor hit beside a sign of sarcasm is read.
    pub sarcasm: Reading,
    /// Texts in which it must fire.
    pub yes: Vec<String>,
    /// Texts in which it must not.
    pub no: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// A statement that posts repeat, found by its paraphrases and by patterns.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its id.
    pub id: Arc<str>,
    /// How evidence names it: `claim:<id>`.
    pub evidence: Arc<str>,
    /// The statement.
    pub text: String,
    /// The group of claims it belongs to.
    pub narrative: Option<String>,
    /// Its patterns, as written, each with its place.
    pub patterns: Vec<(String, Place)>,
    /// The statement in other words; most of the words of one, in any order, are the claim.
    pub paraphrases: Vec<(String, Place)>,
    /// Texts that repeat it.
    pub yes: Vec<String>,
    /// Texts that do not.
    pub no: Vec<String>,
    /// Where it stands.
    pub place: Place,
}
