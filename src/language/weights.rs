//! The file of weights, `models/language/weights.bin`. It is part of the program.
//!
//! All numbers are little-endian. The file begins with `SMLANG1\n` and the number of tables (u32). A table is:
//!
//! | bytes | what |
//! |---|---|
//! | 1 + n | length of the script's name, the name |
//! | 1 | bits: a feature's slot is the upper so many bits of its hash |
//! | 1 | 1 if the column after the last language scores single words |
//! | 2 | columns of a row: 8, 16 or 56 |
//! | 2 | number of languages; then each as its length (1 byte) and its BCP-47 tag |
//! | 4 + 4 | the temperature: `a + b / √rows` |
//! | 4 × columns | step: what one unit of a weight is worth |
//! | 4 × columns | bias |
//! | 2^bits / 8 | a bit for each slot, lowest first: whether it has a row; rows stand in the order of slots |
//! | 4 | number of rows |
//! | rows × columns | the weights, i8, row by row |

/// The file.
static FILE: &[u8] = include_bytes!("../../models/language/weights.bin");
const MAGIC: &[u8] = b"SMLANG1\n";

/// One table as it stands in the file.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) script: &'static str,
    pub(super) bits: u32,
    pub(super) has_words: bool,
    pub(super) lanes: usize,
    pub(super) langs: Vec<&'static str>,
    pub(super) temperature: [f32; 2],
    pub(super) step: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) kept: &'static [u8],
    pub(super) weights: Vec<i8>,
}

/// The tables of the built-in file. A damaged file gives fewer; a test counts them.
pub(super) fn built_in() -> Vec<Part> {
    let mut bytes = Bytes(FILE);
    if bytes.take(MAGIC.len()) != Some(MAGIC) {
        return Vec::new();
    }
    let count = bytes.u32().unwrap_or(0);
    (0..count).map_while(|_| bytes.part()).collect()
}

/// What is left of the file.
struct Bytes(&'static [u8]);

impl Bytes {
    fn take(&mut self, count: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u16(&mut self) -> Option<usize> {
        self.array().map(|bytes| usize::from(u16::from_le_bytes(bytes)))
    }

    fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn name(&mut self) -> Option<&'static str> {
        let length = self.u8()?;
        std::str::from_utf8(self.take(usize::from(length))?).ok()
    }

    fn f32s(&mut self, count: usize) -> Option<Vec<f32>> {
        (0..count).map(|_| self.array().map(f32::from_le_bytes)).collect()
    }

    fn part(&mut self) -> Option<Part> {
        let script = self.name()?;
        let bits = u32::from(self.u8()?);
        let has_words = self.u8()? == 1;
        let lanes = self.u16()?;
        let langs = (0..self.u16()?).map(|_| self.name()).collect::<Option<Vec<_>>>()?;
        let fits = (3..=20).contains(&bits)
            && matches!(lanes, 8 | 16 | 56)
            && langs.len() + usize::from(has_words) <= lanes;
        if !fits {
            return None;
        }
        let temperature = [f32::from_le_bytes(self.array()?), f32::from_le_bytes(self.array()?)];
        let (step, bias) = (self.f32s(lanes)?, self.f32s(lanes)?);
        let kept = self.take((1 << bits) / 8)?;
        let rows = self.u32()? as usize;
        let weights = self.take(rows.checked_mul(lanes)?)?;
        let slots: u32 = kept.iter().map(|byte| byte.count_ones()).sum();
        (slots as usize == rows && rows < usize::from(u16::MAX)).then_some(Part {
            script,
            bits,
            has_words,
            lanes,
            langs,
            temperature,
            step,
            bias,
            kept,
            weights: weights.iter().map(|&byte| byte.cast_signed()).collect(),
        })
    }
}
