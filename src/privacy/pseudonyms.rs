//! Names to keyed hashes.

use std::{
    fmt,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::PrivacyError;
use crate::post::hex;

/// Fewer bytes could be tried out.
const SHORTEST: usize = 16;
/// More are no key.
const LONGEST: usize = 1 << 16;
/// Bytes of a pseudonym.
const BYTES: usize = 16;

/// Makes pseudonyms: the first 16 bytes of HMAC-SHA256 (RFC 2104) of a name under the user's key, as 32 hexadecimal
/// digits.
///
/// A leading `@` and case do not count, so that an account's column and a mention of it in a text give the same one.
#[derive(Clone)]
pub struct Pseudonyms {
    keyed: Hmac<Sha256>,
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pseudonyms").field(&self.key_name()).finish()
    }
}

impl Pseudonyms {
    /// Reads a key: all bytes of a file but a line's end at its end; at least 16.
    ///
    /// # Errors
    /// [`PrivacyError`].
    pub fn load(path: &Path) -> Result<Self, PrivacyError> {
        let fail = |source| PrivacyError::Io { path: path.to_owned(), source };
        let mut key = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LONGEST as u64 + 1).read_to_end(&mut key))
            .map_err(fail)?;
        let path = || PathBuf::from(path);
        if key.len() > LONGEST {
            return Err(PrivacyError::LongKey { path: path() });
        }
        let key = key.strip_suffix(b"\n").unwrap_or(&key);
        let key = key.strip_suffix(b"\r").unwrap_or(key);
        if key.len() < SHORTEST {
            return Err(PrivacyError::ShortKey { path: path(), bytes: key.len() });
        }
        Ok(Self::from_key(key))
    }

    /// With this key.
    pub fn from_key(key: &[u8]) -> Self {
        // RFC 2104: a key longer than a block is hashed first, a shorter one is filled up with zeros.
        let mut block = [0; 64];
        let hashed: [u8; 32] = Sha256::digest(key).into();
        let key = if key.len() > block.len() { &hashed } else { key };
        block[..key.len()].copy_from_slice(key);
        Self { keyed: Hmac::new(&block.into()) }
    }

    /// The pseudonym of a name.
    pub fn of(&self, name: &str) -> String {
        let name = name.strip_prefix('@').unwrap_or(name).to_lowercase();
        hex(&self.mac(&[b"name:", name.as_bytes()])[..BYTES])
    }

    /// A name for the key that gives nothing of it away: two runs with the same one used the same key.
    pub fn key_name(&self) -> String {
        hex(&self.mac(&[b"key"])[..8])
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.keyed.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"0123456789abcdef";

    /// Made with `printf 'name:ali_k' | openssl dgst -sha256 -hmac 0123456789abcdef`.
    #[test]
    fn a_pseudonym_is_an_hmac() {
        let pseudonyms = Pseudonyms::from_key(KEY);
        let expected = "66190f83c0aec1495924ab0ce6c4b34a";
        for name in ["ali_k", "@ali_k", "Ali_K"] {
            assert_eq!(pseudonyms.of(name), expected, "{name}");
        }
        assert_ne!(pseudonyms.of("ali_k2"), expected);
        assert_ne!(Pseudonyms::from_key(b"another key, 16+").of("ali_k"), expected);
    }

    /// RFC 4231, test case 2.
    #[test]
    fn the_standard_s_own_case() {
        let told = hex(&Pseudonyms::from_key(b"Jefe").mac(&[b"what do ya want ", b"for nothing?"]));
        assert_eq!(told, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_key_is_read_without_its_line_s_end_and_must_not_be_short() {
        let folder = tempfile::tempdir().expect("folder");
        let load = |bytes: &[u8]| {
            let path = folder.path().join("key");
            std::fs::write(&path, bytes).expect("write");
            Pseudonyms::load(&path)
        };
        let name = Pseudonyms::from_key(KEY).key_name();
        for bytes in [KEY.to_vec(), [KEY, b"\n"].concat(), [KEY, b"\r\n"].concat()] {
            assert_eq!(load(&bytes).expect("a key").key_name(), name);
        }
        assert!(load(b"0123456789abcde\n").expect_err("short").to_string().contains("15 bytes"));
        assert!(load(&vec![1; LONGEST + 1]).expect_err("long").to_string().contains("64 KiB"));
        let error = Pseudonyms::load(&folder.path().join("none")).expect_err("none").to_string();
        assert!(error.contains("/dev/urandom"), "{error}");
    }
}
