//! The codebooks that come with the program, so that it works in any folder.

/// Path below `labels/`, and text.
const FILES: [(&str, &str); 6] = [
    ("iamispr.toml", include_str!("../../labels/iamispr.toml")),
    ("election-interference.toml", include_str!("../../labels/election-interference.toml")),
    ("platform-ban.toml", include_str!("../../labels/platform-ban.toml")),
    ("targets/countries.toml", include_str!("../../labels/targets/countries.toml")),
    ("targets/south-asia.toml", include_str!("../../labels/targets/south-asia.toml")),
    ("targets/platforms.toml", include_str!("../../labels/targets/platforms.toml")),
];

/// The text of a file below `labels/`.
pub fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

/// The names that `--codebook` accepts without a file.
pub fn names() -> Vec<&'static str> {
    FILES
        .iter()
        .filter(|(name, _)| !name.contains('/'))
        .filter_map(|(name, _)| name.strip_suffix(".toml"))
        .collect()
}
