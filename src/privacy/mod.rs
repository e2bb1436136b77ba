//! *privacy* takes what names people and gives what does not.
//!
//! [`Pseudonyms`] are keyed hashes of names: the same name has the same pseudonym in every file that was made with the
//! same key, and without the key nobody can tell which name it was, nor try names out. [`Privacy`] takes names, and texts
//! where asked for, out of a tagged post.

mod error;
mod people;
mod post;
mod pseudonyms;
mod text;

pub use error::PrivacyError;
pub use people::names_people;
pub use post::Privacy;
pub use pseudonyms::Pseudonyms;
