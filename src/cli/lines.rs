//! An output of lines, on stdout or in a file that gets its name when it is whole.

use std::{
    io::{IsTerminal, Write},
    path::Path,
};

use stancemark::{
    Scratch,
    post::DeadLetter,
    read::{Chunk, Reader},
    run::in_order,
    write::{DeadLetters, Destination, PartialFile, beside, grouped},
};

use super::{Outcome, terminal::Bar};

/// Where lines and dead letters go.
pub struct Lines {
    out: Out,
    dead: DeadLetters,
}

enum Out {
    Stdout,
    File(PartialFile),
}

impl Lines {
    /// Opens an output; `-` is stdout.
    pub fn create(output: &Path) -> anyhow::Result<Self> {
        Ok(match Destination::from_arg(output) {
            Destination::Stdout => Self { out: Out::Stdout, dead: DeadLetters::new(None) },
            Destination::File(path) => Self {
                out: Out::File(PartialFile::create(&path)?),
                dead: DeadLetters::new(Some(beside(&path, ".dead.jsonl"))),
            },
        })
    }

    /// Writes what stands before all lines.
    pub fn begin(&mut self, head: &[u8]) -> anyhow::Result<()> {
        self.write(head, &[])
    }

    /// Fills the output with what `work` makes of each chunk, in the order of the input, and finishes it.
    pub fn fill(
        mut self,
        reader: Reader,
        threads: usize,
        strict: bool,
        work: impl Fn(&Chunk, &mut Scratch) -> (Vec<u8>, Vec<DeadLetter>) + Sync,
    ) -> anyhow::Result<Outcome> {
        let bar = Bar::new(self.on_terminal());
        let progress = reader.progress();
        let mut records = 0;
        in_order(reader, threads, Scratch::default, work, |delivered| -> anyhow::Result<()> {
            let (lines, dead) = delivered.result;
            self.write(&lines, &dead)?;
            records += delivered.records;
            bar.tick(&progress, records);
            Ok(())
        })?;
        bar.done();
        self.finish(strict)
    }

    /// Whether the lines are shown on a terminal, where a progress bar would stand in their way.
    fn on_terminal(&self) -> bool {
        matches!(self.out, Out::Stdout) && std::io::stdout().is_terminal()
    }

    /// Appends lines and dead letters.
    fn write(&mut self, lines: &[u8], dead: &[DeadLetter]) -> anyhow::Result<()> {
        match &mut self.out {
            Out::Stdout => std::io::stdout().lock().write_all(lines)?,
            Out::File(file) => file.write_all(lines)?,
        }
        for letter in dead {
            self.dead.write(letter)?;
        }
        Ok(())
    }

    /// Gives the file its name, and tells of dead letters on stderr.
    fn finish(self, strict: bool) -> anyhow::Result<Outcome> {
        match self.out {
            Out::Stdout => std::io::stdout().lock().flush()?,
            Out::File(file) => {
                file.finish()?;
            }
        }
        let (count, first) = (self.dead.count(), self.dead.first().to_vec());
        let file = self.dead.finish()?;
        if count > 0 {
            for letter in &first {
                anstream::eprintln!("dead letter: {}: {}: {}", letter.origin, letter.step, letter.reason);
            }
            let place = file.map(|path| format!(", all in {}", path.display())).unwrap_or_default();
            let records = if count == 1 { "record" } else { "records" };
            anstream::eprintln!("{} {records} could not be read{place}", grouped(count));
        }
        Ok(if count > 0 && strict { Outcome::DeadLetters } else { Outcome::Done })
    }
}
