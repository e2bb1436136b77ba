//! `stancemark evaluate functional`

use std::path::PathBuf;

use clap::Args;
use stancemark::evaluate::functional::{read_cases, run};

use super::{
    Outcome,
    args::TaggerArgs,
    gold::{at_home, use_threads},
    terminal,
};

/// Run the functional cases: the pass rate by functionality and language
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  stancemark evaluate functional\n  \
    stancemark evaluate functional mine/cases.jsonl --no-model --json\n\n\
    A case is a line {\"id\",\"functionality\",\"lang\",\"home\",\"text\",\"expected\":[\"label:target\"],\"forbidden\":[\"label\"]}; \
    it passes when all that is expected was given and nothing that is forbidden.")]
pub struct Functional {
    /// A file of cases, or a folder with such files
    #[arg(value_name = "DIR", default_value = "tests/functional")]
    cases: PathBuf,

    #[command(flatten)]
    tagger: TaggerArgs,

    /// Failed cases shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    failures: usize,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Functional {
    pub fn run(&self) -> anyhow::Result<Outcome> {
        use_threads(&self.tagger.model);
        let cases = read_cases(&self.cases)?;
        let suite = run(&cases, &mut at_home(&self.tagger)?)?;
        if self.json {
            terminal::print(&(serde_json::to_string_pretty(&suite.to_json())? + "\n"))?;
        } else {
            terminal::print(&suite.to_text(self.failures))?;
        }
        Ok(Outcome::Done)
    }
}
