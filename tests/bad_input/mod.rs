//! Bad input gets one clear sentence or a dead letter; never a panic, never unbounded time, never a
//! file that looks finished.

mod codebooks;
mod files;
mod models;
mod pipes;
mod posts;
