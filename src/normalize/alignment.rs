//! Which original code points each byte of the normalised text came from.

use std::ops::Range;

/// A stretch of normalised text whose bytes map to the original in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// First byte of the normalised text.
    at: u32,
    /// First original code point.
    from: u32,
    /// One past the last original code point of the run.
    to: u32,
    /// Bytes per code point where the run maps one to one; 0 where all of it came from `from..to`.
    width: u8,
}

/// The alignment, as runs in order; plain text costs one run per word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Alignment {
    runs: Vec<Run>,
}

impl Alignment {
    pub(super) fn clear(&mut self) {
        self.runs.clear();
    }

    /// The bytes from `at` on, `width` for each code point, came one to one from `points`.
    pub(super) fn push_plain(&mut self, at: u32, points: Range<u32>, width: u8) {
        if let Some(last) = self.runs.last_mut()
            && last.width == width
            && last.to == points.start
            && last.at + (last.to - last.from) * u32::from(width) == at
        {
            last.to = points.end;
            return;
        }
        self.runs.push(Run { at, from: points.start, to: points.end, width });
    }

    /// Tells of a space that separates tokens, put before the byte `at`, where the next token comes
    /// from the code point `from`. A single character between two plain tokens is that space, and
    /// the run may go on.
    pub(super) fn space_before(&mut self, from: u32, at: u32) {
        if let Some(last) = self.runs.last_mut()
            && last.width == 1
            && last.to + 1 == from
            && last.at + (last.to - last.from) + 1 == at
        {
            last.to += 1;
        }
    }

    /// The bytes from `at` on, up to the next push, came from `points` as a whole.
    pub(super) fn push_block(&mut self, at: u32, points: Range<u32>) {
        self.runs.push(Run { at, from: points.start, to: points.end, width: 0 });
    }

    /// The code points that the byte came from.
    fn of(&self, byte: u32) -> Range<u32> {
        let next = self.runs.partition_point(|run| run.at <= byte);
        let Some(run) = next.checked_sub(1).and_then(|i| self.runs.get(i)) else {
            return 0..0;
        };
        if run.width == 0 {
            return run.from..run.to;
        }
        let point = run.from + (byte - run.at) / u32::from(run.width);
        // Past the run's end lies the space between two tokens, which came from nowhere.
        if point < run.to { point..point + 1 } else { run.to..run.to }
    }

    /// The code points that the bytes came from, from the first byte's to the last byte's.
    pub(super) fn original(&self, bytes: Range<u32>) -> Range<u32> {
        let first = self.of(bytes.start);
        if bytes.end <= bytes.start {
            return first.start..first.start;
        }
        let last = self.of(bytes.end - 1);
        first.start..last.end.max(first.start)
    }
}
