//! `stancemark explain`

use std::fmt::Write;

use anstyle::Style;
use clap::Args;
use stancemark::{
    Look, Scratch, Tagger,
    codebook::Effect,
    decide::Decision,
    post::{Post, Stance, StanceProbabilities},
};

use super::{
    Outcome,
    args::TaggerArgs,
    terminal::{self, BOLD, CYAN, DIM, GREEN, RED, styled},
};

/// Show what each step sees in a post, and why its tags come out.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark explain 'Shame on Facebook! #IamISPR'\n  \
    stancemark explain --home IN --no-model 'Pakistan zindabad'")]
pub struct Explain {
    /// The post
    #[arg(value_name = "POST")]
    post: String,

    #[command(flatten)]
    tagger: TaggerArgs,
}

impl Explain {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let tagger = self.tagger.load(1)?;
        let post = Post::new("post", self.post.as_str());
        let mut scratch = Scratch::default();
        let look = tagger.look(&post, &mut scratch);
        let read = tagger.read(std::slice::from_ref(&look)).swap_remove(0)?;
        let decision = tagger.decide(&look, &read);
        let mut text = String::new();
        seen(&mut text, &post, &look, &scratch, &tagger)?;
        for (&target, p) in &read {
            let reads = &tagger.codebook().targets[target].model_name;
            line(&mut text, "model", &format!("reads {}: {}", styled(CYAN, reads), probabilities(p)))?;
        }
        if tagger.model().is_none() {
            line(&mut text, "model", "(none: targets and rules decide alone)")?;
        }
        concluded(&mut text, &look, &decision, &tagger)?;
        terminal::print(&text)?;
        Ok(Outcome::Done)
    }
}

fn line(text: &mut String, step: &str, what: &str) -> std::fmt::Result {
    writeln!(text, "{}  {what}", styled(BOLD, format!("{step:<9}")))
}

/// What a range of code points cuts out of the original.
fn cut(text: &str, start: u32, end: u32) -> String {
    text.chars().skip(start as usize).take((end - start) as usize).collect()
}

fn seen(text: &mut String, post: &Post, look: &Look, scratch: &Scratch, tagger: &Tagger) -> std::fmt::Result {
    let codebook = tagger.codebook();
    line(text, "post", &post.text)?;
    let mix: Vec<String> = look
        .language
        .mix
        .iter()
        .map(|share| format!("{} {:.0} %", share.lang, share.share * 100.0))
        .collect();
    let language = format!(
        "{}, confidence {:.2} ({})",
        styled(CYAN, &look.language.lang),
        look.language.confidence,
        mix.join(", ")
    );
    line(text, "detect", &language)?;
    line(text, "normalize", &scratch.normalized.text)?;
    for hit in &look.targets {
        let target = &codebook.targets[hit.target];
        let found = cut(&post.text, hit.range.start, hit.range.end);
        let what = format!(
            "{} {} {} ({}, {})",
            styled(CYAN, format!("{}–{}", hit.range.start, hit.range.end)),
            styled(BOLD, found),
            target.id,
            target.kind.as_str(),
            side(target.side)
        );
        line(text, "target", &what)?;
    }
    if look.targets.is_empty() {
        line(text, "target", "(none)")?;
    }
    for hit in &look.findings.rules {
        let rule = &codebook.rules[hit.rule];
        let effect = match hit.effect {
            Effect::Vote => format!("votes {} {:+.1}", stance(hit.stance), hit.weight),
            Effect::Veto => format!("strikes out {}", stance(hit.stance)),
            Effect::Settle => format!("settles {}", stance(hit.stance)),
        };
        let what = format!(
            "{} {} {}: {effect} toward {}  {}",
            styled(CYAN, format!("{}–{}", hit.range.start, hit.range.end)),
            styled(BOLD, cut(&post.text, hit.range.start, hit.range.end)),
            rule.id,
            codebook.targets[hit.target].id,
            styled(DIM, &rule.description)
        );
        line(text, "rule", &what)?;
    }
    if look.findings.rules.is_empty() {
        line(text, "rule", "(none)")?;
    }
    for hit in &look.findings.claims {
        let claim = &codebook.claims[hit.claim];
        let what = format!(
            "{} {} {} {:.2}  {}",
            styled(CYAN, format!("{}–{}", hit.range.start, hit.range.end)),
            styled(BOLD, cut(&post.text, hit.range.start, hit.range.end)),
            claim.id,
            hit.score,
            styled(DIM, &claim.text)
        );
        line(text, "claim", &what)?;
    }
    Ok(())
}

fn concluded(text: &mut String, look: &Look, decision: &Decision, tagger: &Tagger) -> std::fmt::Result {
    for (&target, p) in &decision.probabilities {
        let id = &tagger.codebook().targets[target].id;
        line(text, "decide", &format!("{id}: {}", probabilities(p)))?;
    }
    for tag in &decision.tags {
        let what = format!(
            "{} {} {} {:.2}  {}",
            styled(BOLD, &tag.label),
            tag.target,
            stance(tag.stance),
            tag.score,
            styled(DIM, format!("by {}", tag.by.join(", ")))
        );
        line(text, "tag", &what)?;
    }
    for label in &decision.abstained {
        line(text, "abstains", label)?;
    }
    if decision.tags.is_empty() && decision.abstained.is_empty() {
        let why = if look.targets.is_empty() { "(none: the post names no target)" } else { "(none)" };
        line(text, "tag", why)?;
    }
    Ok(())
}

fn side(side: stancemark::codebook::Side) -> &'static str {
    match side {
        stancemark::codebook::Side::Home => "home side",
        stancemark::codebook::Side::Other => "another side",
        stancemark::codebook::Side::Neither => "no side",
    }
}

fn style(stance: Stance) -> Style {
    match stance {
        Stance::Favor => GREEN,
        Stance::Against => RED,
        Stance::None => DIM,
    }
}

fn stance(stance: Stance) -> String {
    styled(style(stance), stance)
}

fn probabilities(p: &StanceProbabilities) -> String {
    let shown = Stance::ALL.map(|one| {
        let number = format!("{one} {:.2}", p.of(one));
        if p.best() == one { styled(style(one), number) } else { number }
    });
    shown.join("  ")
}
