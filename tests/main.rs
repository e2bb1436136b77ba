//! What the program promises its users: one folder per promise, real files in, real files out.
//!
//! The program is run as a process, with the real ONNX Runtime and the real model of `models/stance`
//! wherever a promise needs them. `make test` fetches the library first.

mod accounting;
mod annotation;
mod bad_input;
mod estimate;
mod evaluate;
mod formats;
mod functional;
mod home;
mod main_job;
mod memory;
mod nothing_leaves;
mod privacy;
mod program;
mod report;
mod same_answer;
mod verbs;
