//! `stancemark codebook check`, `new`, `schema`

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use stancemark::{
    check::{self, NoteKind, Report},
    codebook::{self, Codebook, Home},
    evaluate::{GoldColumns, read_gold},
};

use super::{
    Outcome, rule_table,
    terminal::{self, BOLD, DIM, GREEN, RED, styled},
};

/// Notes of one kind shown without `--notes`.
const SHOWN: usize = 5;

/// Work on codebooks.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  stancemark codebook check labels/iamispr.toml")]
pub struct CodebookVerb {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read a codebook, run every example in it as a test, and measure its rules on labelled posts
    #[command(
        after_help = "Examples:\n  stancemark codebook check                      # the built-in iamispr\n  \
        stancemark codebook check labels/mine.toml --notes\n  \
        stancemark codebook check labels/mine.toml --gold labelled.jsonl"
    )]
    Check {
        /// A name or a path
        #[arg(default_value = "iamispr")]
        codebook: String,
        /// The campaign's own country, as for `tag` [default: the codebook's]
        #[arg(long, value_name = "ISO|none")]
        home: Option<Home>,
        /// Posts labelled by people, JSON lines: measure every rule on them
        #[arg(long, value_name = "FILE")]
        gold: Option<PathBuf>,
        /// Show all that was noticed, not only the first of each kind
        #[arg(long)]
        notes: bool,
    },
    /// Write a commented codebook to start from
    #[command(after_help = "Example:\n  stancemark codebook new labels/mine.toml")]
    New {
        /// The file to write; its name becomes the codebook's
        file: PathBuf,
        /// The campaign's own country: an ISO code such as PK, or `none`
        #[arg(long, value_name = "ISO|none", default_value = "none")]
        home: Home,
    },
    /// Print the JSON Schema of codebooks, for editors
    #[command(after_help = "Example:\n  stancemark codebook schema > codebook.schema.json")]
    Schema,
}

impl CodebookVerb {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        match &self.verb {
            Verb::Check { codebook, home, gold, notes } => {
                run_check(codebook, home.as_ref(), gold.as_deref(), *notes)
            }
            Verb::New { file, home } => start(file, home),
            Verb::Schema => {
                terminal::print(codebook::SCHEMA)?;
                Ok(Outcome::Done)
            }
        }
    }
}

fn run_check(codebook: &str, home: Option<&Home>, gold: Option<&Path>, all: bool) -> anyhow::Result<Outcome> {
    let load = || Codebook::load(codebook, home.cloned());
    let report = check::check(codebook, load()?).context("this codebook cannot be used")?;
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
    add_notes(&mut text, &report, all);
    let passed = format!("{} of {} examples pass", report.passed, report.passed + report.failures.len());
    let style = if report.failures.is_empty() { GREEN } else { RED };
    text += &styled(style, passed);
    text.push('\n');
    if let Some(gold) = gold {
        let gold = read_gold(gold, &GoldColumns::default())?;
        let measured = check::measure(codebook, load()?, &gold.posts)?;
        text.push('\n');
        if let Some(first) = gold.unreadable.first() {
            text +=
                &format!("{} records of the gold are no posts; the first: {first}\n", gold.unreadable.len());
        }
        text += &rule_table::table(&measured);
    }
    terminal::print(&text)?;
    anyhow::ensure!(
        report.failures.is_empty(),
        "{} examples of {codebook} fail: correct the rule, or the example",
        report.failures.len()
    );
    Ok(Outcome::Done)
}

fn add_notes(text: &mut String, report: &Report, all: bool) {
    for kind in NoteKind::ALL {
        let notes: Vec<_> = report.notes.iter().filter(|note| note.kind == kind).collect();
        let shown = if all { notes.len() } else { SHOWN.min(notes.len()) };
        for note in &notes[..shown] {
            *text += &format!("{} {}: {}\n", styled(BOLD, kind.as_str()), note.place, note.message);
        }
        if shown < notes.len() {
            let more = format!("{} more {}: show them with --notes", notes.len() - shown, kind.as_str());
            *text += &format!("{}\n", styled(DIM, more));
        }
    }
}

fn start(file: &Path, home: &Home) -> anyhow::Result<Outcome> {
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    anyhow::ensure!(!name.is_empty(), "{}: name the file to write, such as labels/mine.toml", file.display());
    anyhow::ensure!(!file.exists(), "{} exists already: give another name", file.display());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(file, codebook::start(&name, home))
        .with_context(|| format!("cannot write {}", file.display()))?;
    let path = file.display();
    terminal::print(&format!(
        "{path} is written. Change it, and see what it does:\n  stancemark codebook check {path}\n  \
         stancemark explain -c {path} --no-model 'Shame on Somebook'\n"
    ))?;
    Ok(Outcome::Done)
}
