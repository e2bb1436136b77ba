//! *page* makes one HTML page that holds everything it shows.
//!
//! No network: a content security policy, written into the page, allows the styles and scripts that stand in it by their
//! hashes and nothing else. Texts never become markup ([`escaped`]). Colours are the style's, for light and dark.

mod html;
pub(crate) mod svg;

pub use html::escaped;
pub(crate) use html::{cell, table};

use sha2::{Digest, Sha256};

/// The style of all pages.
const STYLE: &str = include_str!("style.css");

/// A page to be written.
#[derive(Debug, Clone, Default)]
pub struct Page<'a> {
    /// The window's title, as text.
    pub title: &'a str,
    /// Styles beside the one of all pages.
    pub styles: &'a [&'a str],
    /// Scripts, in their order; none at all forbids every script.
    pub scripts: &'a [&'a str],
    /// What the scripts read: JSON, in an element with the id `data`.
    pub data: Option<&'a str>,
    /// What is shown, as HTML.
    pub body: &'a str,
}

impl Page<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        let styles: Vec<&str> = std::iter::once(STYLE).chain(self.styles.iter().copied()).collect();
        let mut policy = format!("default-src 'none'; style-src{}", hashes(&styles));
        if !self.scripts.is_empty() {
            policy += &format!("; script-src{}", hashes(self.scripts));
        }
        let styles: String = styles.iter().map(|style| format!("<style>{style}</style>\n")).collect();
        let data = self.data.map_or_else(String::new, |json| {
            // Inside a script element only `<` could end it; JSON has it in strings alone.
            let json = json.replace('<', "\\u003c");
            format!("<script type=\"application/json\" id=\"data\">{json}</script>\n")
        });
        let scripts: String =
            self.scripts.iter().map(|script| format!("<script>{script}</script>\n")).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n{styles}</head>\n\
             <body><main>{body}</main>\n{data}{scripts}</body></html>\n",
            title = escaped(self.title),
            body = self.body,
        )
    }
}

/// ` 'sha256-…'` for each text.
fn hashes(texts: &[&str]) -> String {
    texts.iter().map(|text| format!(" 'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let packed = three
            .iter()
            .enumerate()
            .fold(0u32, |packed, (at, &byte)| packed | u32::from(byte) << (16 - 8 * at));
        for digit in 0..4 {
            let value = (packed >> (18 - 6 * digit)) & 63;
            out.push(if digit <= three.len() { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn data_cannot_end_its_element_and_scripts_are_named_by_hash() {
        let page = Page { title: "<t>", data: Some("[\"</script><b>\"]"), ..Page::default() };
        let quiet = page.render();
        assert!(
            quiet.contains("[\"\\u003c/script>\\u003cb>\"]") && quiet.contains("<title>&lt;t&gt;</title>")
        );
        assert!(!quiet.contains("script-src"), "no script, and default-src 'none'");
        let loud = Page { scripts: &["1+1"], ..page }.render();
        // printf 1+1 | openssl dgst -sha256 -binary | base64
        assert!(
            loud.contains("script-src 'sha256-Shsh2HauAMjtXE0c3gnGH4phtQ/jcKgBsQwzmDHzcKs='"),
            "{loud:.900}"
        );
    }
}
