//! How long each step took.

use std::time::{Duration, Instant};

/// A step of the way of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Records to posts.
    Read,
    /// Cleaned text and alignment.
    Normalize,
    /// Language.
    Detect,
    /// Targets.
    Targets,
    /// Rules.
    Rules,
    /// The encoder.
    Model,
    /// Tags.
    Decide,
    /// Serialising; and, on the writing thread, the file.
    Write,
}

impl Step {
    /// In the order of the way.
    pub const ALL: [Step; 8] = [
        Step::Read,
        Step::Normalize,
        Step::Detect,
        Step::Targets,
        Step::Rules,
        Step::Model,
        Step::Decide,
        Step::Write,
    ];

    /// The word used in the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Read => "read",
            Step::Normalize => "normalize",
            Step::Detect => "detect",
            Step::Targets => "targets",
            Step::Rules => "rules",
            Step::Model => "model",
            Step::Decide => "decide",
            Step::Write => "write",
        }
    }
}

/// Adds up time by step, on one thread.
#[derive(Debug, Clone)]
pub struct Clock {
    spent: [Duration; Step::ALL.len()],
    last: Instant,
}

impl Default for Clock {
    fn default() -> Self {
        Self { spent: Default::default(), last: Instant::now() }
    }
}

impl Clock {
    /// Starts counting from now.
    pub fn start(&mut self) {
        self.last = Instant::now();
    }

    /// Everything since the last call belongs to this step.
    pub fn lap(&mut self, step: Step) {
        let now = Instant::now();
        self.spent[step as usize] += now - self.last;
        self.last = now;
    }

    /// Adds another thread's times.
    pub fn merge(&mut self, other: &Self) {
        for (own, theirs) in self.spent.iter_mut().zip(other.spent) {
            *own += theirs;
        }
    }

    /// What a step took, added up over threads.
    pub fn spent(&self, step: Step) -> Duration {
        self.spent[step as usize]
    }
}
