//! *export* takes tagged posts with their texts and gives the files of an annotation tool.
//!
//! A line of a tag file becomes a [`Document`]: text, labels of the whole post, spans, all in code points.
//! [`validate`] decides whether the tool can hold it, [`Offsets`] turns positions into what the tool counts, a
//! [`Format`] writes it. [`TOOLS`] lists the formats, one line each; each is one file in `tools/`. [`export`] does it
//! all: it reads the tags as a stream, finds their texts, writes the files, a manifest (unit, version, ids) and the
//! dead letters. `import` is the way back.
//!
//! Memory: the posts under way, 16 bytes an id, and what a format holds back.

mod about;
mod document;
mod error;
mod job;
mod join;
mod manifest;
mod offsets;
mod output;
mod select;
mod tagged;
mod tool;
mod tools;
mod validate;
mod xml;

pub use about::About;
pub use document::{DocLabel, Document, Drawn, Span};
pub use error::ExportError;
pub use job::{Job, Summary, export};
pub use manifest::{Counts, Earlier};
pub use offsets::{Offsets, Unit};
pub use output::Part;
pub use select::{Method, Pick};
pub use tagged::Tagged;
pub use tool::{Format, Layout, Seen, TOOLS, Tool};
pub use tools::label_studio::tasks;
pub(crate) use tools::{argilla, brat, csv, inception, label_studio, names, potato};
pub use validate::{Rules, repaired, validate};
#[cfg(test)]
pub(crate) use xml::escape;
