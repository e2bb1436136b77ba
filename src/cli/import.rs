//! `stancemark import`

use std::{collections::BTreeMap, io::Write as _, path::PathBuf};

use clap::Args;
use stancemark::{
    import::{Agreement, How, Job, Report, SOURCES, Source, import},
    read,
    write::{DeadLetters, Destination, PartialFile, beside, grouped},
};

use super::Outcome;

/// Conflicts and moved marks that are shown; all are in the report.
const SHOWN: usize = 10;

/// Make gold of what people annotated in a tool
#[derive(Debug, Args)]
#[command(after_help = format!("Examples:\n  stancemark import --from label-studio export.json -o gold.jsonl\n  \
    stancemark import --from label-studio export.json --posts posts.jsonl --majority | stancemark evaluate /dev/stdin\n\n\
    Tools:\n{}\n\
    A line of gold has labels, contested labels, stances, and for each person a column annotator:NAME. Beside it stands \
    <output>.report.json: what was accepted, edited, new and deleted, every conflict, every mark that is not where it says.",
    tools()))]
pub struct Import {
    /// What the tool exported: files, or folders where it writes some
    #[arg(value_name = "FILES", required = true)]
    files: Vec<PathBuf>,

    /// The tool; see the list below
    #[arg(long, value_name = "TOOL")]
    from: Source,

    /// Where the gold goes
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// The posts that were tagged, to check the texts against
    #[arg(long, value_name = "FILE")]
    posts: Vec<PathBuf>,

    /// Column of the posts' id [default: guessed from the usual names]
    #[arg(long, value_name = "COLUMN", requires = "posts")]
    id: Option<String>,

    /// Column of the posts' text
    #[arg(long, value_name = "COLUMN", requires = "posts")]
    text: Option<String>,

    /// The codebook: a name or a path
    #[arg(long, short, value_name = "NAME|PATH", default_value = "iamispr")]
    codebook: String,

    /// Where several people labelled a post, more than half decide; without, what not all agree on is contested
    #[arg(long)]
    majority: bool,

    /// Exit with 3 when records could not be read
    #[arg(long)]
    strict: bool,

    /// No counts
    #[arg(long, short)]
    quiet: bool,
}

impl Import {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        let inputs: Vec<PathBuf> = self.files.iter().chain(&self.posts).cloned().collect();
        let destination = Destination::from_arg(&self.output);
        destination.spare(&inputs)?;
        let columns =
            read::Columns { id: self.id.clone(), text: self.text.clone(), ..read::Columns::default() };
        let options = read::Options { columns, ..read::Options::default() };
        let job = Job {
            files: self.files.clone(),
            source: self.from,
            posts: (!self.posts.is_empty()).then(|| (self.posts.clone(), options)),
            codebook: self.codebook.clone(),
            agreement: if self.majority { Agreement::Majority } else { Agreement::All },
        };
        let (lines, report) = import(&job)?;
        let mut bytes = Vec::new();
        for line in &lines {
            serde_json::to_writer(&mut bytes, line)?;
            bytes.push(b'\n');
        }
        let mut dead = DeadLetters::new(None);
        match destination {
            Destination::Stdout => {
                let mut out = std::io::stdout().lock();
                out.write_all(&bytes)?;
                out.flush()?;
            }
            Destination::File(path) => {
                dead = DeadLetters::new(Some(beside(&path, ".dead.jsonl")));
                write(&path, &bytes)?;
                write(
                    &beside(&path, ".report.json"),
                    &[&serde_json::to_vec_pretty(&report)?[..], b"\n"].concat(),
                )?;
            }
        }
        for letter in &report.dead {
            dead.write(letter)?;
        }
        dead.finish()?;
        if !self.quiet {
            tell(&report);
        }
        Ok(if self.strict && !report.dead.is_empty() { Outcome::DeadLetters } else { Outcome::Done })
    }
}

fn write(path: &std::path::Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = PartialFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()?;
    Ok(())
}

fn tell(report: &Report) {
    let how = |counts: &BTreeMap<How, u64>| {
        let told = counts.iter().map(|(how, count)| format!("{} {}", grouped(*count), word(*how)));
        let told: Vec<String> = told.collect();
        if told.is_empty() { "none".to_owned() } else { told.join(", ") }
    };
    let people: Vec<String> =
        report.annotators.iter().map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
    anstream::eprintln!("{} posts, annotated by {}", grouped(report.posts), people.join(", "));
    anstream::eprintln!("labels: {}; spans: {}", how(&report.labels), how(&report.spans));
    if report.untouched > 0 {
        anstream::eprintln!("{} posts nobody has annotated yet", grouped(report.untouched));
    }
    for (label, posts) in &report.unknown_labels {
        anstream::eprintln!("the codebook has no label {label:?}; {} annotations give it", grouped(*posts));
    }
    list("labels that not all agree on", &report.conflicts, |conflict| {
        format!(
            "{}: {} by {}, not by {}",
            conflict.id,
            conflict.label,
            conflict.given.join(", "),
            conflict.not_given.join(", ")
        )
    });
    list("marks that are left out", &report.moved, |moved| {
        format!("{}: {} ({})", moved.id, moved.reason, moved.annotator)
    });
    list("records that could not be read", &report.dead, |letter| {
        format!("{}: {}", letter.origin, letter.reason)
    });
}

fn list<T>(what: &str, items: &[T], shown: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    anstream::eprintln!("{} {what}:", grouped(items.len() as u64));
    for item in items.iter().take(SHOWN) {
        anstream::eprintln!("  {}", shown(item));
    }
}

fn word(how: How) -> &'static str {
    match how {
        How::Accepted => "accepted",
        How::Edited => "edited",
        How::New => "new",
        How::Deleted => "deleted",
        How::Untold => "untold",
    }
}

/// The tools with what is read of them, a line each.
fn tools() -> String {
    let wide = SOURCES.iter().map(|source| source.name.len()).max().unwrap_or_default();
    SOURCES.iter().map(|source| format!("  {:wide$}  {}\n", source.name, source.about)).collect()
}
