//! Into the annotation tools and back.

mod nasty;
mod others;
