//! *report* takes tag files and gives one page about them, or the same for a terminal.
//!
//! [`gather`] reads the tags once for all counts (and, where they kept their texts, once more for the copies), in memory
//! that grows with the cells and never with the files; [`Report::to_html`] and [`Report::to_text`] show what was found.
//! The page holds all it needs: charts as SVG and tables that are there without a script, and a script with
//! [uPlot](https://github.com/leeoniya/uPlot) that makes the charts of time ones to point at, to filter and to zoom.
//!
//! Every share is of the labels as predicted and is said to be *uncorrected*; with an audit the corrected one stands
//! beside it ([`Report::correct`]).

mod charts;
mod corrected;
mod counts;
mod gather;
mod html;
mod method;
mod sections;
mod terminal;
mod timeline;

pub use corrected::Corrected;
pub use counts::{Cross, LabelCount, Ranked};
pub use gather::{Report, ReportError, Settings, gather};
pub use timeline::{Language, Timeline};
