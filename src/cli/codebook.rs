//! `stancemark codebook check`

use anyhow::Context;
use clap::{Args, Subcommand};
use stancemark::{check, codebook::Codebook};

use super::{
    Outcome,
    terminal::{self, BOLD, GREEN, RED, styled},
};

/// Work on codebooks.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  stancemark codebook check labels/iamispr.toml")]
pub struct CodebookVerb {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read a codebook and run every example in it as a test
    #[command(
        after_help = "Examples:\n  stancemark codebook check                      # the built-in iamispr\n  \
        stancemark codebook check labels/mine.toml --home none"
    )]
    Check {
        /// A name or a path
        #[arg(default_value = "iamispr")]
        codebook: String,
    },
}

impl CodebookVerb {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let Verb::Check { codebook } = &self.verb;
        let loaded = Codebook::load(codebook, None)?;
        let report = check::check(codebook, loaded).context("this codebook cannot be used")?;
        let mut text = format!(
            "{} version {}, home {}: {} labels, {} targets with {} names, {} rules, {} claims\n",
            styled(BOLD, &report.name),
            report.version,
            report.home,
            report.labels,
            report.targets,
            report.names,
            report.rules,
            report.claims
        );
        for failure in &report.failures {
            text += &format!("{} {}: {}\n", styled(RED, "failed"), failure.place, failure.message);
        }
        let passed = format!("{} of {} examples pass", report.passed, report.passed + report.failures.len());
        let style = if report.failures.is_empty() { GREEN } else { RED };
        text += &styled(style, passed);
        text.push('\n');
        terminal::print(&text)?;
        anyhow::ensure!(
            report.failures.is_empty(),
            "{} examples of {codebook} fail: correct the rule, or the example",
            report.failures.len()
        );
        Ok(Outcome::Done)
    }
}
