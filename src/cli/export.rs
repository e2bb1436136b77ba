//! `stancemark export`

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use stancemark::{
    codebook::Home,
    export::{About, Job, Method, Pick, Summary, TOOLS, Tool, export, tasks},
    read,
    write::grouped,
};

use super::{
    Outcome,
    args::processors,
    terminal::{Bar, DIM, styled},
};

/// Hand tagged posts to an annotation tool, as proposals that people correct
#[derive(Debug, Args)]
#[command(after_help = format!("Examples:\n  stancemark tag posts.jsonl --keep -o tags.jsonl\n  \
    stancemark export --to label-studio tags.jsonl -o project\n  \
    stancemark export --to doccano tags.jsonl --sample stratified -n 200 -o posts.jsonl\n  \
    stancemark export --to label-studio tags.jsonl --posts posts.jsonl --only-new project -o more\n\n\
    Tools:\n{}\n\
    Posts that a tool cannot hold go to the dead letters beside the output, with the reason. The manifest there tells \
    the unit of the offsets, the version that proposes, and the ids.", tools()))]
pub struct Export {
    /// What `tag` wrote: JSONL, CSV or TSV; plain, gzip or zstd; `-` for stdin
    #[arg(value_name = "TAGS", required = true)]
    tags: Vec<PathBuf>,

    /// The tool; see the list below
    #[arg(long, value_name = "TOOL")]
    to: Tool,

    /// The file; for tools that read several files, the folder [default: stdout]
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,

    /// The posts that were tagged, where the tags hold no text; in the same order
    #[arg(long, value_name = "FILE", help_heading = "Texts")]
    posts: Vec<PathBuf>,

    /// Column of the posts' id [default: guessed from the usual names]
    #[arg(long, value_name = "COLUMN", requires = "posts", help_heading = "Texts")]
    id: Option<String>,

    /// Column of the posts' text
    #[arg(long, value_name = "COLUMN", requires = "posts", help_heading = "Texts")]
    text: Option<String>,

    /// Columns of the posts that the annotators shall see, such as platform; none by default
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', help_heading = "Texts")]
    meta: Vec<String>,

    /// The codebook: a name or a path [default: the one the posts were tagged with]
    #[arg(long, short, value_name = "NAME|PATH")]
    codebook: Option<String>,

    /// The campaign's own country [default: the one the posts were tagged with]
    #[arg(long, value_name = "ISO|none")]
    home: Option<Home>,

    /// How the version that proposes is called [default: model and codebook with their hashes]
    #[arg(long, value_name = "NAME")]
    model_version: Option<String>,

    /// Draw posts instead of taking all: random or stratified (with weights for estimates), uncertain (least sure first),
    /// disagreement (rules against model), diverse (near-copies once)
    #[arg(long, value_name = "METHOD", requires = "size", help_heading = "Which posts")]
    sample: Option<Method>,

    /// Posts to draw
    #[arg(short = 'n', long, value_name = "N", requires = "sample", value_parser = clap::value_parser!(u32).range(1..=1_000_000), help_heading = "Which posts")]
    size: Option<u32>,

    /// The same seed draws the same posts
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Which posts")]
    seed: u64,

    /// Pass over the posts of an earlier export: its manifest, or the folder it is in; may be repeated
    #[arg(long, value_name = "MANIFEST", help_heading = "Which posts")]
    only_new: Vec<PathBuf>,

    /// Label Studio: write predictions for the tasks of this export of the project (JSON, all tasks), and no new tasks
    #[arg(long, value_name = "EXPORT", conflicts_with = "only_new", help_heading = "Which posts")]
    update_from: Option<PathBuf>,

    /// Exit with 3 when there are dead letters
    #[arg(long)]
    strict: bool,

    /// No progress and no counts
    #[arg(long, short)]
    quiet: bool,
}

impl Export {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        if self.update_from.is_some() && self.to.name != "label-studio" {
            anyhow::bail!("--update-from is for --to label-studio: other tools are updated with --only-new");
        }
        let mut about = About::new(
            &self.tags,
            self.codebook.as_deref(),
            self.home.clone(),
            self.model_version.as_deref(),
        )?;
        about.meta.clone_from(&self.meta);
        about.tasks = self.update_from.as_deref().map(tasks).transpose()?;
        let columns =
            read::Columns { id: self.id.clone(), text: self.text.clone(), ..read::Columns::default() };
        let options = read::Options { columns, keep: !self.meta.is_empty(), ..read::Options::default() };
        let job = Job {
            tags: self.tags.clone(),
            posts: (!self.posts.is_empty()).then(|| (self.posts.clone(), options)),
            tool: self.to,
            output: self.output.clone(),
            about: Arc::new(about),
            pick: self.sample.zip(self.size).map(|(method, size)| Pick {
                method,
                size: size as usize,
                seed: self.seed,
            }),
            only_new: self.only_new.clone(),
            threads: processors(),
        };
        let bar = Bar::new(self.quiet);
        let summary = export(&job, |progress, records| bar.tick(progress, records));
        bar.done();
        let summary = summary?;
        for note in &job.about.notes {
            anstream::eprintln!("note: {note}");
        }
        if !self.quiet {
            tell(&summary);
        }
        let dead = summary.counts.dead_lettered > 0;
        Ok(if dead && self.strict { Outcome::DeadLetters } else { Outcome::Done })
    }
}

/// Tells on the terminal what came of an export.
pub(super) fn tell(summary: &Summary) {
    let counts = &summary.counts;
    for letter in &summary.first_dead {
        anstream::eprintln!("dead letter: {}: {}", letter.origin, letter.reason);
    }
    let mut told = format!("{} of {} posts exported", grouped(counts.exported), grouped(counts.posts));
    let mut add = |number: u64, what: &str| {
        if number > 0 {
            told += &format!(", {} {what}", grouped(number));
        }
    };
    add(counts.exported_before, "exported before");
    add(counts.no_task, "not in the project");
    add(counts.not_drawn, "not drawn");
    add(counts.dead_lettered, "in the dead letters");
    for (what, posts) in &counts.repaired {
        add(*posts, &format!("with a repaired text ({what})"));
    }
    anstream::eprintln!("{told}");
    if let Some(path) = &summary.output {
        anstream::eprintln!("{}: {}", path.display(), styled(DIM, summary.next_step));
    }
}

/// The tools with what they are, a line each.
fn tools() -> String {
    let wide = TOOLS.iter().map(|tool| tool.name.len()).max().unwrap_or_default();
    TOOLS.iter().map(|tool| format!("  {:wide$}  {}\n", tool.name, tool.about)).collect()
}
