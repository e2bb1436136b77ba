//! `stancemark aggregate`
use super::Outcome;
/// x
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:")]
pub struct Aggregate {}
impl Aggregate {
    pub fn run(&self) -> anyhow::Result<Outcome> { Ok(Outcome::Done) }
}
