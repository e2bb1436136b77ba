//! A codebook file as it is written: the serde image of the TOML.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::kinds::{Case, Effect, Kind, Reach, Reading, SideFilter};
use crate::post::Stance;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub codebook: Header,
    #[serde(default, rename = "label")]
    pub labels: Vec<Label>,
    #[serde(default, rename = "target")]
    pub targets: Vec<Target>,
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    #[serde(default, rename = "claim")]
    pub claims: Vec<Claim>,
    #[serde(default)]
    pub words: BTreeMap<Spanned<String>, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub format: Option<Spanned<u32>>,
    pub name: String,
    pub version: u32,
    #[serde(rename = "title")]
    pub _title: Option<String>,
    #[serde(rename = "description")]
    pub _description: Option<String>,
    pub home: Option<Spanned<String>>,
    #[serde(default)]
    pub include: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    pub id: Spanned<String>,
    pub definition: String,
    #[serde(rename = "include")]
    pub _include: Option<String>,
    #[serde(rename = "exclude")]
    pub _exclude: Option<String>,
    pub stance: Stance,
    pub kind: Vec<Kind>,
    #[serde(default)]
    pub side: SideFilter,
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub text: Spanned<String>,
    pub tags: Vec<String>,
    pub home: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub id: Spanned<String>,
    pub kind: Kind,
    pub name: String,
    pub country: Option<Spanned<String>>,
    #[serde(default)]
    pub names: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub also: Also,
    #[serde(default)]
    pub when: Vec<When>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    pub names: Spanned<Vec<String>>,
    pub case: Option<Case>,
    #[serde(default)]
    pub lang: Vec<String>,
    #[serde(default)]
    pub near: Vec<String>,
    #[serde(default)]
    pub not_near: Vec<String>,
    pub within: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    #[serde(default)]
    pub cased: Vec<String>,
    #[serde(default)]
    pub handles: Vec<String>,
    #[serde(default)]
    pub hashtags: Vec<String>,
    #[serde(default)]
    pub flags: Vec<String>,
    #[serde(default)]
    pub not: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected `favor`, `against` or `none`, or a list of them, one for each slot")]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub fn into_vec(self) -> Vec<T> {
        match self {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: Spanned<String>,
    pub description: String,
    pub pattern: Vec<Spanned<String>>,
    pub votes: OneOrMany<Stance>,
    #[serde(default = "one")]
    pub weight: Spanned<f32>,
    #[serde(default)]
    pub lang: Vec<String>,
    pub toward: Option<String>,
    #[serde(default)]
    pub reach: Reach,
    #[serde(default)]
    pub effect: Effect,
    #[serde(default = "dropped")]
    pub negation: Reading,
    #[serde(default = "dropped")]
    pub quotation: Reading,
    #[serde(default = "half")]
    pub question: Reading,
    #[serde(default = "half")]
    pub reported: Reading,
    #[serde(default = "half")]
    pub contrast: Reading,
    #[serde(default = "half")]
    pub sarcasm: Reading,
    pub yes: Vec<String>,
    pub no: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub id: Spanned<String>,
    pub text: String,
    pub narrative: Option<String>,
    #[serde(default)]
    pub pattern: Vec<Spanned<String>>,
    #[serde(default)]
    pub paraphrase: Vec<Spanned<String>>,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
}

fn one() -> Spanned<f32> {
    Spanned::new(0..0, 1.0)
}

fn dropped() -> Reading {
    Reading::Drop
}

fn half() -> Reading {
    Reading::Half
}
