//! Hashtags as sources list them: JSON lists, lists of objects, and lists written into a cell.

use serde_json::value::RawValue;

use super::json::member;

/// The tags of a cell: parted by spaces or commas, perhaps written as a list: `['a', 'b']`, `[a, b]`.
/// `#`, quotes and brackets are taken off. A cell that holds objects gives none.
pub(super) fn from_cell(cell: &str) -> Vec<String> {
    if cell.contains('{') {
        return Vec::new();
    }
    let parts =
        cell.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '[' | ']' | '"' | '\'' | '|'));
    parts.filter_map(bare).collect()
}

/// The tags of a JSON value: a list of strings, a list of objects with `text`, `tag` or `name`, a string.
pub(super) fn from_json(raw: &RawValue) -> serde_json::Result<Vec<String>> {
    let json = raw.get();
    if json.starts_with('"') {
        return serde_json::from_str::<String>(json).map(|cell| from_cell(&cell));
    }
    let items: Vec<&RawValue> = serde_json::from_str(json)?;
    let mut tags = Vec::with_capacity(items.len());
    for item in items {
        let name = match item.get().as_bytes().first() {
            Some(b'"') => Some(item),
            Some(b'{') => member(item.get(), &["text", "tag", "name"])?,
            _ => None,
        };
        if let Some(name) = name.filter(|name| name.get().starts_with('"')) {
            tags.extend(bare(&serde_json::from_str::<String>(name.get())?));
        }
    }
    Ok(tags)
}

fn bare(tag: &str) -> Option<String> {
    let tag = tag.trim().trim_start_matches(['#', '＃']);
    (!tag.is_empty()).then(|| tag.to_owned())
}
