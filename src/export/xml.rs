//! XML, written by hand.

/// Text for an attribute in double quotes or for an element. Line breaks and tabs are written as references: a parser
/// would make spaces of them in an attribute. Characters that XML 1.0 lacks must be gone (see `Rules::no_controls`).
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c => out.push(c),
        }
    }
    out
}
