//! *import* takes what people made in an annotation tool and gives gold.
//!
//! A tool's reader (one file in `tools/`, one line in [`SOURCES`]) gives [`Annotated`]: one person's work on one post,
//! positions in code points. What was accepted, edited, made anew and taken away is told by the tool or by comparing
//! with the proposal that the export carried along ([`mark_labels`], [`mark_spans`]). Marks that do not stand where
//! they say are reported, never moved. People who worked on one post are kept apart; what they disagree on is
//! `contested` in the gold. [`import()`] does it all.
//!
//! Gold is JSON lines that `evaluate`, `calibrate` and `codebook check` read: `id`, `text`, `labels`, `contested`,
//! `stances`, and for each person a column `annotator:<name>`.

mod annotated;
mod check;
mod compare;
mod error;
mod gold;
mod job;
mod source;
mod tools;

pub use annotated::{Annotated, How, LabelMark, Proposed, ProposedLabel, ProposedSpan, SpanMark};
pub use check::Moved;
pub use compare::{mark_labels, mark_spans};
pub use error::ImportError;
pub use gold::{Agreement, Conflict};
pub use job::{Job, Report, gold_of, import};
pub use source::{Found, SOURCES, Source, place, records, word};
