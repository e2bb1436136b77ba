//! Where a web or mail address ends.

use super::letters::{Class, Letters};

/// The byte after a URL that begins at `at`, if one does: `http://`, `https://`, `www.`, `t.co/`, and the other
/// short addresses that platforms print without a scheme.
pub(super) fn end_at(text: &str, at: usize, table: Letters) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?;
    let begins =
        |prefix: &[u8]| rest.len() > prefix.len() && rest[..prefix.len()].eq_ignore_ascii_case(prefix);
    // One look at the first two bytes settles nearly every word.
    let prefix = match rest.get(..2)? {
        [b'h' | b'H', b't' | b'T'] if begins(b"http://") => 7,
        [b'h' | b'H', b't' | b'T'] if begins(b"https://") => 8,
        [b'w' | b'W', b'w' | b'W'] if begins(b"www.") => 4,
        [b't' | b'T', b'.'] if begins(b"t.co/") => 5,
        [b'p' | b'P', b'i' | b'I'] if begins(b"pic.twitter.com/") => 16,
        [b'b' | b'B', b'i' | b'I'] if begins(b"bit.ly/") => 7,
        [b'y' | b'Y', b'o' | b'O'] if begins(b"youtu.be/") => 9,
        [b'f' | b'F', b'b' | b'B'] if begins(b"fb.me/") => 6,
        _ => return None,
    };
    let mut end = at + prefix;
    for c in text.get(end..)?.chars() {
        let inside = if c.is_ascii() {
            c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' | '^')
        } else {
            matches!(table.fold(c).class, Class::Letter | Class::Mark | Class::Digit | Class::Several)
        };
        if !inside {
            break;
        }
        end += c.len_utf8();
    }
    let bytes = text.as_bytes();
    let first = at + prefix;
    let open = bytes[first..end].contains(&b'(');
    while end > first {
        match bytes[end - 1] {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b']' | b'[' => end -= 1,
            b')' if !open => end -= 1,
            _ => break,
        }
    }
    (end > first).then_some(end)
}

/// The byte after a mail address whose `@` stands at `at`: a host name with a dot must follow.
pub(super) fn mail_end(text: &str, at: usize) -> Option<usize> {
    /// A host name is at most this long.
    const LONGEST: usize = 253;
    let host = text.as_bytes().get(at + 1..)?;
    let length = host
        .iter()
        .take(LONGEST)
        .position(|&b| !(b.is_ascii_alphanumeric() || b == b'.' || b == b'-'))
        .unwrap_or(host.len().min(LONGEST));
    let host = text.get(at + 1..at + 1 + length)?.trim_end_matches(['.', '-']);
    let (name, top) = host.rsplit_once('.')?;
    let named = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (named && top.len() >= 2 && top.bytes().all(|b| b.is_ascii_lowercase())).then_some(at + 1 + host.len())
}
