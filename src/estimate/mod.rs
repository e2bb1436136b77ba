//! *estimate* says how many posts really have a label, with an honest interval.
//!
//! What a tagger gives, counted, is the share of *predicted* labels: uncorrected. With an audit sample, posts drawn at
//! random and judged by people, the share is estimated instead, and the predictions only make it more precise:
//!
//! | way | for | interval |
//! |---|---|---|
//! | [`ppi::share`] | an audit drawn at random from all posts: prediction-powered inference (PPI++) | Wilson's, for the effective sample size |
//! | [`strata::stratified`] | an audit drawn stratum by stratum, with weights | score interval under the strata |
//! | [`Estimate::counted`] | predicted labels: *uncorrected* | Wilson's: chance alone |
//!
//! [`Difference`] compares two of them, also for net stance. [`campaign`] looks at a stream over time, [`burst`] at what in
//! it is more than chance. [`quantify`] holds the classical corrections, to compare with.

mod audit;
mod audit_text;
pub mod burst;
pub mod campaign;
mod campaign_text;
mod cells;
mod draw;
mod error;
mod groups;
mod interval;
mod population;
pub mod ppi;
pub mod quantify;
mod random;
mod rows;
mod rows_parquet;
pub mod strata;
mod stratum;

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod golden;

pub use audit::{Audit, ComparedRow, LEAST_AUDITED, NetRow, Question, ShareRow, Way, Withheld, audit};
pub use burst::{Burst, Scan};
pub use campaign::{Campaign, Series, Velocity};
pub use campaign_text::CampaignView;
pub use cells::{Comparison, Condition, Keys};
pub use draw::{Allocation, Drawing, Drawn, DrawnSample, Picked, Sample, StratumDrawn, draw, join_texts};
pub use error::EstimateError;
pub use interval::{Difference, Estimate};
pub use random::{Random, rank};
pub use rows::{Row, RowsRead, each_row};
pub use stratum::Stratum;
