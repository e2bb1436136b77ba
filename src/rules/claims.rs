//! Claims by their paraphrases: most of the words of one, in any order and near each other, are the claim.
//!
//! A paraphrase is its content words, each in any of its forms; small words are left out. A word weighs as
//! its length says: long words are rare. Two thirds of the weight within a stretch of the post about twice
//! as long as the paraphrase make a hit, and the share is its score.

use std::collections::BTreeSet;

use super::{ClaimMatch, inflect};
use crate::{
    codebook::{Codebook, CodebookError},
    lexicon::{LexiconBuilder, Symbol, Words},
    normalize::{Normalized, Normalizer},
};

/// Share of a paraphrase's weight that must be there.
const ENOUGH: f32 = 0.66;

/// Fewest content words that tell a claim from talk about the same things.
const FEWEST: usize = 3;

/// Most content words of a paraphrase: one bit each.
const MOST: usize = 32;

/// Words that are in every text.
const SMALL: &str = "a an the of to in on at by for with from and or is are was were be been it its this that they \
    them their he she his her we our us you your i my not no as has have had will would can do does did so \
    ka ki ke ko se mein main me par pe hai hain tha thi the ho hua hi bhi ye yeh wo woh aur ya ne nahi \
    کا کی کے کو سے میں پر ہے ہیں تھا تھی تھے ہو ہی بھی یہ وہ اور یا نے نہیں \
    का की के को से में पर है हैं था थी थे हो ही भी यह वह ये वे और या ने नहीं \
    el la los las un una de del en y o que es son no se su por para con al lo os as um uma da do e em não \
    و في من على عن إلى الى ان أن هو هي هم لا ما هذا هذه ذلك التي الذي";

#[derive(Debug)]
struct Paraphrase {
    claim: usize,
    /// By content word.
    weights: Vec<f32>,
    whole: f32,
    /// How many words a hit may span.
    reach: usize,
}

/// The paraphrases of all claims.
#[derive(Debug, Default)]
pub struct Paraphrases {
    all: Vec<Paraphrase>,
    /// From a symbol to the content words that it is a form of: paraphrase and number, sorted by symbol.
    words: Vec<(Symbol, (u32, u8))>,
}

/// A content word met in a post: of which paraphrase, where, which.
type Met = (u32, u32, u8);

impl Paraphrases {
    /// Reads the claims of a codebook.
    ///
    /// # Errors
    /// [`CodebookError::Meaning`] for a paraphrase with too few or too many content words.
    pub fn new(
        codebook: &Codebook,
        normalizer: &Normalizer,
        lexicon: &mut LexiconBuilder,
    ) -> Result<Self, CodebookError> {
        let small: Vec<String> = SMALL.split_whitespace().map(|word| normalizer.fold(word)).collect();
        let mut paraphrases = Self::default();
        for (claim, own) in codebook.claims.iter().enumerate() {
            for (text, place) in &own.paraphrases {
                let number = paraphrases.all.len() as u32;
                let folded = normalizer.fold(text);
                let mut content: Vec<&str> = Vec::new();
                for word in folded.split(' ') {
                    let plain =
                        word.chars().any(char::is_alphanumeric) && !small.iter().any(|own| own == word);
                    if plain && !content.contains(&word) {
                        content.push(word);
                    }
                }
                if !(FEWEST..=MOST).contains(&content.len()) {
                    return Err(CodebookError::Meaning {
                        place: place.clone(),
                        message: format!(
                            "claim `{}`: this paraphrase has {} words that say something; it needs {FEWEST} to {MOST}",
                            own.id,
                            content.len()
                        ),
                    });
                }
                let mut weights = Vec::with_capacity(content.len());
                for (at, word) in content.iter().enumerate() {
                    weights.push((word.chars().count() as f32).sqrt());
                    let forms: BTreeSet<String> = inflect::forms(inflect::singular(word))
                        .iter()
                        .map(|form| normalizer.fold(form))
                        .collect();
                    let single = forms.iter().filter(|form| !form.contains(' '));
                    paraphrases.words.extend(single.map(|form| (lexicon.exact(form), (number, at as u8))));
                }
                let whole = weights.iter().sum();
                let reach = 2 * folded.split(' ').count();
                paraphrases.all.push(Paraphrase { claim, weights, whole, reach });
            }
        }
        paraphrases.words.sort_unstable();
        paraphrases.words.dedup();
        Ok(paraphrases)
    }

    /// Finds claims in a post, the best hit of each.
    pub fn find(&self, words: &Words, post: &Normalized, found: &mut Vec<ClaimMatch>) {
        if self.all.is_empty() {
            return;
        }
        let mut met: Vec<Met> = Vec::new();
        for word in 0..words.words.len() {
            for symbol in words.symbols(word) {
                let from = self.words.partition_point(|(own, _)| own < symbol);
                let own = self.words[from..].iter().take_while(|(own, _)| own == symbol);
                met.extend(own.map(|&(_, (paraphrase, which))| (paraphrase, word as u32, which)));
            }
        }
        met.sort_unstable();
        for own in met.chunk_by(|a, b| a.0 == b.0) {
            let paraphrase = &self.all[own[0].0 as usize];
            let Some((score, first, last)) = paraphrase.best(own) else { continue };
            let range = words.original(first as usize..last as usize + 1, post);
            let hit = ClaimMatch { claim: paraphrase.claim, range, score };
            match found.iter_mut().find(|other| other.claim == paraphrase.claim) {
                Some(other) if other.score < score => *other = hit,
                Some(_) => {}
                None => found.push(hit),
            }
        }
    }
}

impl Paraphrase {
    /// The best stretch: its score, its first and its last word. Each stretch begins with a content word
    /// and takes each content word once.
    fn best(&self, met: &[Met]) -> Option<(f32, u32, u32)> {
        let mut best: Option<(f32, u32, u32)> = None;
        let mut count = vec![0u32; self.weights.len()];
        let (mut weight, mut start) = (0.0f32, 0);
        for &(_, word, which) in met {
            let which = usize::from(which);
            count[which] += 1;
            if count[which] == 1 {
                weight += self.weights[which];
            }
            while met[start].1 + (self.reach as u32) < word
                || count[usize::from(met[start].2)] > 1 && met[start].1 < word
            {
                let left = usize::from(met[start].2);
                count[left] -= 1;
                if count[left] == 0 {
                    weight -= self.weights[left];
                }
                start += 1;
            }
            let score = (weight / self.whole).min(1.0);
            if score >= ENOUGH && best.is_none_or(|(known, ..)| score > known + 1e-6) {
                best = Some((score, met[start].1, word));
            }
        }
        best
    }
}
