//! Positions in code points become those of a tool, and back.
//!
//! Inside, a position counts Unicode code points. On the way out it becomes bytes, UTF-16 units (JavaScript, Java,
//! UIMA) or extended grapheme clusters (UAX #29; what a reader sees as one character).

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// What a tool counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Unicode code points.
    CodePoints,
    /// UTF-16 code units.
    Utf16,
    /// Extended grapheme clusters.
    Graphemes,
    /// Bytes of UTF-8.
    Bytes,
}

/// The positions of one text in every unit.
#[derive(Debug)]
pub struct Offsets<'t> {
    text: &'t str,
    /// The byte at which each code point begins, and the length; empty for ASCII, where all units but clusters agree.
    bytes: Vec<u32>,
    ascii: bool,
}

impl<'t> Offsets<'t> {
    /// Looks through a text once. Texts are shorter than 4 GB here: *read* refuses longer records.
    pub fn new(text: &'t str) -> Self {
        let ascii = text.is_ascii();
        let mut bytes = Vec::new();
        if !ascii {
            bytes.extend(text.char_indices().map(|(at, _)| at as u32));
            bytes.push(text.len() as u32);
        }
        Self { text, bytes, ascii }
    }

    /// The text's length in code points.
    pub fn len(&self) -> u64 {
        if self.ascii { self.text.len() as u64 } else { self.bytes.len() as u64 - 1 }
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The byte at which a code point begins; the text's length for the one behind the last.
    pub fn byte(&self, at: u64) -> Option<usize> {
        let at = usize::try_from(at).ok()?;
        if self.ascii {
            (at <= self.text.len()).then_some(at)
        } else {
            self.bytes.get(at).map(|&byte| byte as usize)
        }
    }

    /// The text between two code points; empty where there is no such place.
    pub fn slice(&self, start: u64, end: u64) -> &'t str {
        match (self.byte(start), self.byte(end)) {
            (Some(start), Some(end)) => self.text.get(start..end).unwrap_or_default(),
            _ => "",
        }
    }

    /// Ranges of code points in another unit, in their order; `None` for a range that is not in the text. A range
    /// that begins or ends within a grapheme cluster is widened to whole clusters.
    pub fn to(&self, unit: Unit, ranges: &[(u64, u64)]) -> Vec<Option<(u64, u64)>> {
        let inside = |&(start, end): &(u64, u64)| Some((self.byte(start)?, self.byte(end)?));
        match unit {
            Unit::CodePoints => ranges.iter().map(|range| inside(range).map(|_| *range)).collect(),
            Unit::Bytes => ranges
                .iter()
                .map(|range| inside(range).map(|(start, end)| (start as u64, end as u64)))
                .collect(),
            Unit::Utf16 => {
                if self.ascii {
                    return self.to(Unit::CodePoints, ranges);
                }
                let units = self.utf16();
                ranges
                    .iter()
                    .map(|&(start, end)| {
                        Some((
                            *units.get(usize::try_from(start).ok()?)?,
                            *units.get(usize::try_from(end).ok()?)?,
                        ))
                    })
                    .collect()
            }
            Unit::Graphemes => {
                let clusters = self.clusters();
                let within = |byte: usize| clusters.partition_point(|&begin| begin <= byte) as u64;
                ranges
                    .iter()
                    .map(|range| {
                        let (start, end) = inside(range)?;
                        // `within` counts the clusters that begin at or before a byte.
                        let last =
                            if end > start { within(end - 1) } else { within(start).saturating_sub(1) };
                        Some((within(start).saturating_sub(1), last))
                    })
                    .collect()
            }
        }
    }

    /// Ranges of another unit in code points; `None` for a range that is not in the text or that cuts a character.
    pub fn from(&self, unit: Unit, ranges: &[(u64, u64)]) -> Vec<Option<(u64, u64)>> {
        let borders: Vec<u64> = match unit {
            Unit::CodePoints => return self.to(Unit::CodePoints, ranges),
            Unit::Utf16 if self.ascii => return self.to(Unit::CodePoints, ranges),
            Unit::Utf16 => self.utf16(),
            Unit::Bytes => (0..=self.len()).map(|at| self.byte(at).unwrap_or_default() as u64).collect(),
            Unit::Graphemes => {
                let mut clusters = self.clusters();
                clusters.push(self.text.len());
                let point = |byte: &usize| {
                    if self.ascii {
                        *byte as u64
                    } else {
                        self.bytes.partition_point(|&begin| (begin as usize) < *byte) as u64
                    }
                };
                let points: Vec<u64> = clusters.iter().map(point).collect();
                let at = |cluster: u64| points.get(usize::try_from(cluster).ok()?).copied();
                return ranges.iter().map(|&(start, end)| Some((at(start)?, at(end)?))).collect();
            }
        };
        let at = |place: u64| borders.binary_search(&place).ok().map(|at| at as u64);
        ranges.iter().map(|&(start, end)| Some((at(start)?, at(end)?))).collect()
    }

    /// UTF-16 units before each code point, and of the whole text.
    fn utf16(&self) -> Vec<u64> {
        let mut units = Vec::with_capacity(self.bytes.len());
        let mut sum = 0;
        for c in self.text.chars() {
            units.push(sum);
            sum += c.len_utf16() as u64;
        }
        units.push(sum);
        units
    }

    /// The bytes at which grapheme clusters begin.
    fn clusters(&self) -> Vec<usize> {
        self.text.grapheme_indices(true).map(|(at, _)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 42 code points, 45 UTF-16 units, 68 bytes; the flag is one cluster, the heart another.
    const POST: &str = "🇵🇰❤️ پاک فوج زندہ باد #IamISPR 😂 @facebook";

    #[test]
    fn a_place_behind_emoji_is_told_in_every_unit() {
        let offsets = Offsets::new(POST);
        assert_eq!((offsets.len(), offsets.slice(33, 42)), (42, "@facebook"));
        let to = |unit| offsets.to(unit, &[(5, 12), (33, 42)]);
        assert_eq!(to(Unit::CodePoints), [Some((5, 12)), Some((33, 42))]);
        assert_eq!(to(Unit::Utf16), [Some((7, 14)), Some((36, 45))]);
        assert_eq!(to(Unit::Graphemes), [Some((3, 10)), Some((31, 40))]);
        assert_eq!(to(Unit::Bytes)[1], Some((59, 68)));
    }

    #[test]
    fn half_a_cluster_becomes_the_whole_one_and_nothing_is_outside() {
        let offsets = Offsets::new("a🇵🇰e\u{301}z");
        // The second half of the flag; the accent alone.
        assert_eq!(offsets.to(Unit::Graphemes, &[(2, 3), (4, 5)]), [Some((1, 2)), Some((2, 3))]);
        assert_eq!(offsets.to(Unit::Utf16, &[(0, 7)]), [None]);
        assert_eq!(offsets.from(Unit::Utf16, &[(2, 3)]), [None], "half a flag letter");
        assert_eq!(offsets.from(Unit::Graphemes, &[(1, 9)]), [None]);
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_back(text in any::<String>(), a in 0u64..40, b in 0u64..40) {
            let offsets = Offsets::new(&text);
            let (start, end) = (a.min(b).min(offsets.len()), a.max(b).min(offsets.len()));
            for unit in [Unit::CodePoints, Unit::Utf16, Unit::Bytes] {
                let out = offsets.to(unit, &[(start, end)])[0].expect("inside");
                prop_assert_eq!(offsets.from(unit, &[out]), [Some((start, end))]);
            }
            let slice = offsets.slice(start, end);
            let utf16: Vec<u16> = text.encode_utf16().collect();
            let (from, to) = offsets.to(Unit::Utf16, &[(start, end)])[0].expect("inside");
            prop_assert_eq!(String::from_utf16(&utf16[from as usize..to as usize]).expect("whole"), slice);
            if end > start {
                let clusters: Vec<&str> = text.graphemes(true).collect();
                let wide = offsets.to(Unit::Graphemes, &[(start, end)])[0].expect("inside");
                let shown = clusters[wide.0 as usize..wide.1 as usize].concat();
                prop_assert!(shown.contains(slice));
                let back = offsets.from(Unit::Graphemes, &[wide])[0].expect("clusters");
                prop_assert!(back.0 <= start && end <= back.1);
                prop_assert_eq!(offsets.slice(back.0, back.1), shown);
            }
        }
    }
}
