//! One script's model: a row of weights for each feature that counts, and a softmax over their sums.
//!
//! All sums are of integers: 8-bit weights in 16 bits, 256 rows at a time, then in 32 bits. The score of a
//! language is its sum, times its step, divided by the root of the number of rows, plus its bias.

use super::{features::Sink, weights::Part};

/// Rows whose sum surely fits into 16 bits: 256 · 127 < 2^15.
const AT_ONCE: usize = 256;
/// No temperature is lower: a damaged file could give one that is none.
const COOLEST: f32 = 0.05;
/// A feature without a row.
const NO_ROW: u16 = u16::MAX;
/// Languages that a table can hold.
pub(super) const MOST_LANES: usize = 64;

/// A table, laid out for reading.
#[derive(Debug)]
pub(super) struct Table {
    /// BCP-47 tags, by column.
    pub(super) langs: Vec<&'static str>,
    /// Row by slot.
    index: Vec<u16>,
    /// By how many bits a hash is shifted to give its slot.
    shift: u32,
    lanes: usize,
    weights: Vec<i8>,
    step: Vec<f32>,
    bias: Vec<f32>,
    /// The scores are divided by `temperature[0] + temperature[1] / √rows`.
    temperature: [f32; 2],
    /// The column of the score for single words, where there is one.
    word_lane: Option<usize>,
}

/// Probabilities by column of a table.
pub(super) type Probabilities = [f32; MOST_LANES];

impl Table {
    pub(super) fn new(part: Part) -> Self {
        let mut index = vec![NO_ROW; 1 << part.bits];
        let mut row = 0;
        for (slot, at) in index.iter_mut().enumerate() {
            if part.kept.get(slot / 8).is_some_and(|byte| byte >> (slot % 8) & 1 == 1) {
                *at = row;
                row += 1;
            }
        }
        Self {
            word_lane: part.has_words.then_some(part.langs.len()),
            langs: part.langs,
            index,
            shift: 32 - part.bits,
            lanes: part.lanes,
            weights: part.weights,
            step: part.step,
            bias: part.bias,
            temperature: part.temperature,
        }
    }

    /// The probability of each language, from what was summed; zero beyond the last language.
    pub(super) fn probabilities(&self, sums: &Sums) -> Probabilities {
        let mut scores = [0.0; MOST_LANES];
        let root = 1.0 / (sums.rows.max(1) as f32).sqrt();
        let cool = 1.0 / (self.temperature[0] + self.temperature[1] * root).max(COOLEST);
        let mut top = f32::MIN;
        let columns = sums.sums.iter().zip(&self.step).zip(&self.bias).take(self.langs.len());
        for (score, ((&sum, step), bias)) in scores.iter_mut().zip(columns) {
            *score = (sum as f32 * step * root + bias) * cool;
            top = top.max(*score);
        }
        let mut total = 0.0;
        for score in scores.iter_mut().take(self.langs.len()) {
            *score = (*score - top).exp();
            total += *score;
        }
        for score in &mut scores {
            *score /= total;
        }
        scores
    }

    /// The score of a word, by its rows, as Hindi–Urdu rather than English: log odds.
    pub(super) fn word_score(&self, rows: &[u16]) -> f32 {
        let Some(lane) = self.word_lane else { return 0.0 };
        let sum: i32 = (rows.iter())
            .filter_map(|&row| self.weights.get(usize::from(row) * self.lanes + lane))
            .map(|&weight| i32::from(weight))
            .sum();
        let step = self.step.get(lane).copied().unwrap_or(0.0);
        let bias = self.bias.get(lane).copied().unwrap_or(0.0);
        sum as f32 * step / (rows.len().max(1) as f32).sqrt() + bias
    }

    /// Adds rows to the sums.
    pub(super) fn add(&self, rows: &[u16], sums: &mut Sums) {
        match self.lanes {
            8 => add_rows::<8>(&self.weights, rows, &mut sums.sums),
            16 => add_rows::<16>(&self.weights, rows, &mut sums.sums),
            _ => add_rows::<56>(&self.weights, rows, &mut sums.sums),
        }
        sums.rows += rows.len() as u32;
    }

    /// A sink that looks features up in this table.
    #[inline]
    pub(super) fn sink<'a>(&'a self, buffer: &'a mut Buffer) -> Rows<'a> {
        Rows { table: self, buffer }
    }
}

/// Sums the rows of a table with `N` columns.
fn add_rows<const N: usize>(weights: &[i8], rows: &[u16], sums: &mut [i32; MOST_LANES]) {
    let (table, _) = weights.as_chunks::<N>();
    for some in rows.chunks(AT_ONCE) {
        let mut small = [0i16; N];
        for &row in some {
            if let Some(row) = table.get(usize::from(row)) {
                for (sum, &weight) in small.iter_mut().zip(row) {
                    *sum += i16::from(weight);
                }
            }
        }
        for (sum, small) in sums.iter_mut().zip(small) {
            *sum += i32::from(small);
        }
    }
}

/// The sums of a table's rows for one post.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    sums: [i32; MOST_LANES],
    rows: u32,
}

impl Default for Sums {
    fn default() -> Self {
        Self { sums: [0; MOST_LANES], rows: 0 }
    }
}

/// Rows that wait to be added.
#[derive(Debug)]
pub(super) struct Buffer {
    rows: [u16; 2 * AT_ONCE],
    pub(super) length: usize,
}

impl Default for Buffer {
    fn default() -> Self {
        Self { rows: [0; 2 * AT_ONCE], length: 0 }
    }
}

impl Buffer {
    /// Whether there is no room for what one place of a text may bring.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.length + super::features::MOST_AT_ONCE > self.rows.len()
    }

    /// Whether enough waits that adding it is worth while.
    #[inline]
    pub(super) fn is_worth_adding(&self) -> bool {
        self.length >= AT_ONCE
    }

    /// The rows that wait, from one on.
    #[inline]
    pub(super) fn rows(&self, from: usize) -> &[u16] {
        self.rows.get(from..self.length).unwrap_or_default()
    }
}

/// Features on their way into the buffer.
pub(super) struct Rows<'a> {
    table: &'a Table,
    buffer: &'a mut Buffer,
}

impl Sink for Rows<'_> {
    #[inline]
    fn take(&mut self, hash: u32, counts: bool) {
        let row = self.table.index.get((hash >> self.table.shift) as usize).copied().unwrap_or(NO_ROW);
        if let Some(place) = self.buffer.rows.get_mut(self.buffer.length) {
            *place = row;
            self.buffer.length += usize::from(counts) * usize::from(row != NO_ROW);
        }
    }
}
