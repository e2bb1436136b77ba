//! Into the annotation tools and back.

mod nasty;
pub mod others;
mod real;
mod tools;
mod walk;
