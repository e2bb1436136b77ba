//! Sends a whole corpus along the way of a post: one thread reads, several tag, one writes, in the
//! order of the input and in bounded memory.

mod checkpoint;
mod clock;
mod order;
mod tag;
#[cfg(test)]
mod tests;

pub use clock::{Clock, Step};
pub use order::{Delivered, in_order};
pub use tag::{RunError, Settings, Summary, tag_corpus};
