//! Parts of diagrams: shapes and classes only, colours come from the page's style.

use super::escaped;

/// The colours there are: classes `f0` … of what is filled, `l0` … of lines.
pub(crate) const COLOURS: usize = 6;

/// What colour is what.
pub(crate) fn key<T: AsRef<str>>(names: &[T]) -> String {
    let items: String = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            format!(
                "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"f{}\" width=\"12\" height=\"12\"/></svg>{}</li>",
                at % COLOURS,
                escaped(name.as_ref())
            )
        })
        .collect();
    format!("<ul class=\"key\">{items}</ul>\n")
}
