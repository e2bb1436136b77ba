//! File names of posts, in formats with a file a post.

use sha2::{Digest, Sha256};

use crate::post::hex;

/// Longest name, without its ending; file systems stop at 255 bytes.
const LONGEST: usize = 160;

/// A name that every file system and every tool takes: ASCII letters, digits and `-` stay, every other byte becomes
/// `_` and two hexadecimal digits. A long id is cut and gets a hash: *import* then needs the id from within the file.
pub(crate) fn file_name(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("_{byte:02x}"));
        }
    }
    if name.len() > LONGEST {
        name.truncate(LONGEST - 35);
        name.push_str("__");
        name.push_str(&hex(&Sha256::digest(id))[..32]);
    }
    name
}

/// The id of a name that [`file_name`] made; `None` for a cut one and for other names.
pub(crate) fn id_of(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'_' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The folder of a batch: tools that show a folder as a list do not show a million.
pub(crate) fn folder(batch: usize) -> String {
    format!("{batch:04}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_from_its_name() {
        for id in ["1915", "a/../b", "پاک #1", "A_b", "t.1", "😂"] {
            assert_eq!(id_of(&file_name(id)).as_deref(), Some(id));
            assert!(file_name(id).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        }
        let long = "ب".repeat(500);
        assert!(file_name(&long).len() <= LONGEST);
        assert_eq!(id_of(&file_name(&long)), None);
        assert_ne!(file_name(&long), file_name(&"ب".repeat(501)));
    }
}
