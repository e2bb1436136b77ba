//! *privacy* takes what names people and gives what does not.
//!
//! [`Pseudonyms`] are keyed hashes of names: the same name has the same pseudonym in every file that was made with the
//! same key, and without the key nobody can tell which name it was, nor try names out.

mod error;
mod people;
mod pseudonyms;

pub use error::PrivacyError;
pub use people::names_people;
pub use pseudonyms::Pseudonyms;
