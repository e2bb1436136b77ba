//! How many different accounts there are, without remembering them all.

use crate::post::hashed;

/// Different values up to which a sketch holds each one's hash, and is exact.
const FEW: usize = 256;
/// Bits of a hash that choose a register.
const BITS: u32 = 12;
/// Registers.
const REGISTERS: usize = 1 << BITS;
/// What the rest of a hash's bits can give a register at most: their leading zeros and one.
const HIGHEST: usize = (64 - BITS) as usize + 1;

/// Counts different values: exactly up to 256, beyond by HyperLogLog in 4 KiB (Flajolet and others 2007, with the
/// estimator of Ertl 2017, "New cardinality estimation algorithms for HyperLogLog sketches", which has no bias at any
/// size). Two different values count as one when 64 bits of their hashes agree: one pair in 10^19.
///
/// It holds the same whatever the order of the values, and merged parts are the whole, bit for bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch(Held);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    /// Sorted hashes.
    Few(Vec<u64>),
    /// For each register the most leading zeros, and one, of the hashes that chose it.
    Many(Box<[u8]>),
}

impl Default for Sketch {
    fn default() -> Self {
        Self(Held::Few(Vec::new()))
    }
}

impl Sketch {
    /// The standard error of an estimate, as a share of it: 1.04/√4096.
    pub const STANDARD_ERROR: f64 = 0.016_25;

    /// The most values that are counted exactly.
    pub const EXACT: u64 = FEW as u64;

    /// The hash of a value.
    pub fn hash(value: &str) -> u64 {
        hashed(value.as_bytes())
    }

    /// Counts a value by its [`hash`](Sketch::hash).
    pub fn insert(&mut self, hash: u64) {
        match &mut self.0 {
            Held::Few(hashes) => {
                if let Err(place) = hashes.binary_search(&hash) {
                    hashes.insert(place, hash);
                    self.spill();
                }
            }
            Held::Many(registers) => register(registers, hash),
        }
    }

    /// Counts all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        match &other.0 {
            Held::Few(hashes) => hashes.iter().for_each(|&hash| self.insert(hash)),
            Held::Many(theirs) => {
                if let Held::Few(hashes) = &mut self.0 {
                    self.0 = Held::Many(registers(hashes));
                }
                if let Held::Many(ours) = &mut self.0 {
                    ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours = (*ours).max(*theirs));
                }
            }
        }
    }

    /// How many different values there are.
    pub fn count(&self) -> u64 {
        match &self.0 {
            Held::Few(hashes) => hashes.len() as u64,
            // More than can be held one by one, whatever the estimate.
            Held::Many(registers) => (estimate(registers).round() as u64).max(Self::EXACT + 1),
        }
    }

    /// Whether [`count`](Sketch::count) is exact.
    pub fn is_exact(&self) -> bool {
        matches!(self.0, Held::Few(_))
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Held::Few(hashes) if hashes.is_empty())
    }

    /// As text for a file: `x` and 16 hexadecimal digits a hash, or `r` and one of `0-9A-Za-z` a register.
    pub(super) fn to_text(&self) -> String {
        match &self.0 {
            Held::Few(hashes) => {
                hashes.iter().fold("x".to_owned(), |text, hash| text + &format!("{hash:016x}"))
            }
            Held::Many(registers) => {
                let digits = registers.iter().map(|&value| char::from(DIGITS[usize::from(value)]));
                std::iter::once('r').chain(digits).collect()
            }
        }
    }

    /// What [`to_text`](Sketch::to_text) wrote; `None` for anything else.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        if let Some(digits) = text.strip_prefix('x') {
            let chunks = digits.as_bytes().chunks(16);
            let hashes: Option<Vec<u64>> =
                chunks.map(|chunk| u64::from_str_radix(std::str::from_utf8(chunk).ok()?, 16).ok()).collect();
            let hashes = hashes.filter(|hashes| hashes.len() <= FEW && hashes.is_sorted_by(|a, b| a < b));
            return hashes.filter(|_| digits.len().is_multiple_of(16)).map(|hashes| Self(Held::Few(hashes)));
        }
        let digits = text.strip_prefix('r')?;
        let value =
            |digit: u8| DIGITS.iter().position(|&known| known == digit).filter(|&value| value <= HIGHEST);
        let registers: Option<Vec<u8>> = digits.bytes().map(|digit| value(digit).map(|v| v as u8)).collect();
        registers
            .filter(|registers| registers.len() == REGISTERS)
            .map(|registers| Self(Held::Many(registers.into_boxed_slice())))
    }

    fn spill(&mut self) {
        if let Held::Few(hashes) = &self.0
            && hashes.len() > FEW
        {
            self.0 = Held::Many(registers(hashes));
        }
    }
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn registers(hashes: &[u64]) -> Box<[u8]> {
    let mut registers = vec![0; REGISTERS].into_boxed_slice();
    for &hash in hashes {
        register(&mut registers, hash);
    }
    registers
}

fn register(registers: &mut [u8], hash: u64) {
    let at = (hash >> (64 - BITS)) as usize;
    // The bit below the rest ends the zeros of a rest that has no other.
    let zeros = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8;
    registers[at] = registers[at].max(zeros + 1);
}

/// Ertl 2017, algorithm 6: the improved raw estimator.
fn estimate(registers: &[u8]) -> f64 {
    let mut counts = [0u32; HIGHEST + 1];
    for &value in registers {
        counts[usize::from(value)] += 1;
    }
    let m = REGISTERS as f64;
    let mut z = m * tau(1.0 - f64::from(counts[HIGHEST]) / m);
    for &count in counts[1..HIGHEST].iter().rev() {
        z = 0.5 * (z + f64::from(count));
    }
    z += m * sigma(f64::from(counts[0]) / m);
    m * m / (2.0 * std::f64::consts::LN_2 * z)
}

fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z <= before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z >= before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Sketch {
        let mut sketch = Sketch::default();
        values.into_iter().for_each(|value| sketch.insert(Sketch::hash(&format!("u{value}"))));
        sketch
    }

    #[test]
    fn few_are_counted_exactly() {
        let sketch = of((0..256).chain(0..256));
        assert!(sketch.is_exact() && sketch.count() == 256);
        assert!(Sketch::default().is_empty() && Sketch::default().count() == 0);
        assert!(!of(0..257).is_exact());
    }

    /// The error that the output states: over many sketches of each size, the mean is right and the spread is no more
    /// than 1.04/√4096. With 60 sketches the spread itself is known to a tenth, and the mean to a quarter of it.
    #[test]
    fn the_stated_error_holds_at_every_size() {
        for size in [300u64, 1_000, 5_000, 12_000, 40_000] {
            let errors: Vec<f64> = (0..60)
                .map(|draw| {
                    let sketch = of(draw * 1_000_000..draw * 1_000_000 + size);
                    sketch.count() as f64 / size as f64 - 1.0
                })
                .collect();
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            let spread = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
            assert!(mean.abs() < 0.5 * Sketch::STANDARD_ERROR, "{size}: off by {mean}");
            assert!(spread < 1.3 * Sketch::STANDARD_ERROR, "{size}: spread {spread}");
        }
    }

    #[test]
    fn text_that_is_no_sketch_is_refused() {
        let bad =
            ["", "x1", "y", "x00000000000000020000000000000001", "x00000000000000000000000000000zzz", "r00"];
        for text in bad {
            assert_eq!(Sketch::from_text(text), None, "{text}");
        }
        assert_eq!(Sketch::from_text(&format!("r{}", "z".repeat(REGISTERS))), None, "no register is so high");
        assert_eq!(Sketch::from_text("xé000000000000000"), None);
    }

    proptest! {
        #[test]
        fn parts_merged_are_the_whole_and_order_does_not_show(
            left in prop::collection::vec(0u64..2_000, 0..600),
            right in prop::collection::vec(0u64..2_000, 0..600),
        ) {
            let whole = of(right.iter().chain(&left).copied());
            let mut merged = of(left.iter().copied());
            merged.merge(&of(right.iter().copied()));
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(Sketch::from_text(&whole.to_text()), Some(whole));
        }
    }
}
