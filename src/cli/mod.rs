//! Flags are parsed and checked here; each verb has a file.

mod aggregate;
mod args;
mod audit;
mod calibrate;
mod campaign;
mod codebook;
mod compare;
mod detect;
mod duplicates;
mod evaluate;
mod explain;
mod export;
mod functional;
mod gold;
mod import;
mod lines;
mod models;
mod report;
mod rule_table;
mod stance;
mod tag;
mod terminal;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use stancemark::{codebook::CodebookError, run::RunError, write::WriteError};

/// Tags social-media posts by stance: support, attacks on a platform, targeting of another country.
#[derive(Debug, Parser)]
#[command(
    name = "stancemark",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    disable_help_subcommand = true,
    after_help = "Example:\n  stancemark tag posts.jsonl -o tags.jsonl\n  stancemark aggregate tags.jsonl --by label,time:hour\n\n\
                  Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done, but with dead letters under --strict.\n\
                  Nothing is ever sent anywhere."
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Tag(tag::Tag),
    Detect(detect::Detect),
    Stance(stance::Stance),
    Explain(explain::Explain),
    Aggregate(aggregate::Aggregate),
    Duplicates(duplicates::Duplicates),
    Report(report::ReportVerb),
    Campaign(campaign::CampaignVerb),
    Audit(audit::AuditVerb),
    Evaluate(evaluate::Evaluate),
    Compare(compare::Compare),
    Calibrate(calibrate::Calibrate),
    Export(export::Export),
    Import(import::Import),
    Models(models::Models),
    Codebook(codebook::CodebookVerb),
    /// Print shell completions.
    #[command(
        after_help = "Example:\n  stancemark completions bash > ~/.local/share/bash-completion/completions/stancemark"
    )]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How a verb ended.
pub enum Outcome {
    /// All is well.
    Done,
    /// Done, but records were dead-lettered and `--strict` was given.
    DeadLetters,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.verb {
        Verb::Tag(verb) => verb.run(),
        Verb::Detect(verb) => verb.run(),
        Verb::Stance(verb) => verb.run(),
        Verb::Explain(verb) => verb.run(),
        Verb::Aggregate(verb) => verb.run(),
        Verb::Duplicates(verb) => verb.run(),
        Verb::Report(verb) => verb.run(),
        Verb::Campaign(verb) => verb.run(),
        Verb::Audit(verb) => verb.run(),
        Verb::Evaluate(verb) => verb.run(),
        Verb::Compare(verb) => verb.run(),
        Verb::Calibrate(verb) => verb.run(),
        Verb::Export(verb) => verb.run(),
        Verb::Import(verb) => verb.run(),
        Verb::Models(verb) => verb.run(),
        Verb::Codebook(verb) => verb.run(),
        Verb::Completions { shell } => completions(shell),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::DeadLetters) => ExitCode::from(3),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let shown = error.chain().find_map(|cause| cause.downcast_ref::<CodebookError>()?.shown(true));
            match shown {
                Some(shown) => anstream::eprintln!("{shown}"),
                None => anstream::eprintln!("{} {}", terminal::styled(terminal::RED, "error:"), told(&error)),
            }
            ExitCode::from(1)
        }
    }
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "stancemark", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}

/// An error and its causes in one sentence, each cause only where it was not named already.
fn told(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |mut told, cause| {
        let cause = cause.to_string();
        if !told.contains(&cause) {
            told = if told.is_empty() { cause } else { format!("{told}: {cause}") };
        }
        told
    })
}

/// Whether the reader of our output went away (`| head`): that ends a program quietly.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let closed = |io: &std::io::Error| io.kind() == std::io::ErrorKind::BrokenPipe;
        cause.downcast_ref::<std::io::Error>().is_some_and(closed)
            || matches!(cause.downcast_ref(), Some(WriteError::Closed))
            || matches!(cause.downcast_ref(), Some(RunError::Write(WriteError::Closed)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_consistent_and_every_verb_has_an_example() {
        Cli::command().debug_assert();
        let mut command = Cli::command();
        command.build();
        for verb in command.get_subcommands() {
            let deeper: Vec<_> = verb.get_subcommands().collect();
            for verb in if deeper.is_empty() { vec![verb] } else { deeper } {
                let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Example"), "{} has no example", verb.get_name());
            }
        }
    }
}
