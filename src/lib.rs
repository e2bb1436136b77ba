//! stancemark tags social-media posts by stance.

pub mod aggregate;
pub mod codebook;
pub mod decide;
pub mod language;
pub mod model;
pub mod normalize;
pub mod post;
pub mod read;
pub mod rules;
pub mod run;
pub mod targets;
pub mod write;
