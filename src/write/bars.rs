//! Small pieces of tables for a terminal.

/// Blocks of one to eight eighths, from the left.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// A bar of at most `width` columns for a share of 0–1. Anything above zero shows at least a sliver.
pub(crate) fn bar(share: f64, width: usize) -> String {
    if share.is_nan() || share <= 0.0 || width == 0 {
        return String::new();
    }
    let eighths = ((share.min(1.0) * (width * 8) as f64).round() as usize).max(1);
    let mut out = "█".repeat(eighths / 8);
    if let Some(&last) = (eighths % 8).checked_sub(1).and_then(|at| EIGHTHS.get(at)) {
        out.push(last);
    }
    out
}

/// `text` with spaces after it, `width` characters wide; longer text is cut with `…`.
pub(crate) fn pad_end(text: &str, width: usize) -> String {
    let mut out = fitted(text, width);
    out.extend(std::iter::repeat_n(' ', width - out.chars().count()));
    out
}

/// `text` with spaces before it, `width` characters wide; longer text is cut with `…`.
pub(crate) fn pad_start(text: &str, width: usize) -> String {
    let text = fitted(text, width);
    let mut out = " ".repeat(width - text.chars().count());
    out.push_str(&text);
    out
}

/// `text` in at most `width` characters. Control characters would break the table: they become `�`.
fn fitted(text: &str, width: usize) -> String {
    let clean = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    if text.chars().count() <= width {
        clean.collect()
    } else {
        clean.take(width.saturating_sub(1)).chain((width > 0).then_some('…')).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share() {
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(0.28, 4), "█▏");
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(bar(7.0, 3), "███");
        assert_eq!(bar(0.000_1, 10), "▏");
        assert_eq!(bar(0.0, 10), "");
        assert_eq!(bar(f64::NAN, 10), "");
    }

    #[test]
    fn cells_have_their_width_in_characters() {
        assert_eq!(pad_end("ہندوستان", 10), "ہندوستان  ");
        assert_eq!(pad_start("12", 4), "  12");
        assert_eq!(pad_end("abcdef", 4), "abc…");
        assert_eq!(pad_end("a\nb", 3), "a\u{fffd}b");
        assert_eq!(pad_end("abc", 0), "");
    }
}
