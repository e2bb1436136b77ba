//! What two copies share: a text without its links, mentions, case, punctuation and spaces.

use unicode_normalization::UnicodeNormalization;

use crate::post::hashed;

/// The letters and digits of a text, lower-cased (NFKC), without links, mentions and `rt`. Of a text without letters,
/// its other characters, so that rows of emoji are texts too.
pub fn plain(text: &str) -> String {
    let text: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let counts = |word: &&str| {
        !(word.starts_with("http://")
            || word.starts_with("https://")
            || word.starts_with("www.")
            || *word == "rt")
    };
    let mut out = String::with_capacity(text.len());
    let mut signs = String::new();
    for word in text.split_whitespace().filter(counts) {
        let mut mention = false;
        for c in word.chars() {
            mention = if c == '@' { true } else { mention && (c.is_alphanumeric() || c == '_') };
            if mention {
                continue;
            }
            if c.is_alphanumeric() {
                out.push(c);
            } else if out.is_empty() && !c.is_ascii_punctuation() {
                signs.push(c);
            }
        }
    }
    if out.is_empty() { signs } else { out }
}

/// A fingerprint of [`plain`]: equal texts have equal ones; two different texts by chance in one of 4 billion cases.
pub fn fingerprint(text: &str) -> u32 {
    hashed(plain(text).as_bytes()) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_mentions_case_and_punctuation_do_not_make_a_text_new() {
        assert_eq!(plain("RT @a_b: Shame on Facebook!! https://t.co/x"), "shameonfacebook");
        assert_eq!(fingerprint("Shame on Facebook"), fingerprint("shame, on FACEBOOK @x"));
        assert_ne!(fingerprint("Shame on Facebook"), fingerprint("Shame on Twitter"));
    }

    #[test]
    fn a_row_of_emoji_is_a_text_and_a_link_is_none() {
        assert_eq!(plain("@x 🇵🇰 🇵🇰!! https://t.co/y"), "🇵🇰🇵🇰");
        assert_eq!(plain("🇵🇰 zindabad"), "zindabad");
        assert_eq!(plain("@x https://t.co/y ..."), "");
    }
}
