//! Which targets fit a slot of a pattern.

use crate::codebook::{Codebook, Home, Kind, Side, Target};

/// Which targets fit a slot: of one of some kinds, on one of some sides, or one of some by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// A bit for each kind that fits.
    kinds: u8,
    /// A bit for each side that fits.
    sides: u8,
    /// The targets that fit, where they are named; one beyond all for a target that this home lacks.
    only: Vec<usize>,
}

const ALL: u8 = u8::MAX;

impl Slot {
    /// Any target.
    pub const ANY: Self = Self { kinds: ALL, sides: ALL, only: Vec::new() };

    /// Reads what stands in a slot: `platform`, `other country|person`, `other|platform`, `=facebook|=twitter`.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to write instead.
    pub fn parse(text: &str, codebook: &Codebook) -> Result<Self, String> {
        let mut slot = Self { kinds: 0, sides: 0, only: Vec::new() };
        let mut any = false;
        for word in text.split(|c: char| c.is_whitespace() || c == '|').filter(|word| !word.is_empty()) {
            match word {
                "target" => any = true,
                "home" => slot.sides |= bit(Side::Home as u8),
                "other" => slot.sides |= bit(Side::Other as u8),
                "platform" => slot.kinds |= bit(Kind::Platform as u8),
                "country" => slot.kinds |= bit(Kind::Country as u8),
                "institution" => slot.kinds |= bit(Kind::Institution as u8),
                "person" => slot.kinds |= bit(Kind::Person as u8),
                _ => slot.only.push(named(word, text, codebook)?),
            }
        }
        let open = slot.kinds == 0 && slot.sides == 0;
        if open && !any && slot.only.is_empty() {
            return Err(unknown(text));
        }
        if !slot.only.is_empty() && (!open || any) {
            return Err(format!(
                "`{{{text}}}` names a target and a kind: write either `=id` or kinds and sides"
            ));
        }
        // A platform has no side: `{other|platform}` is whoever is on another side, or a platform.
        let platform = bit(Kind::Platform as u8);
        if slot.sides != 0 && slot.kinds & platform != 0 {
            slot.sides |= bit(Side::Neither as u8);
            if slot.kinds == platform {
                slot.kinds = ALL;
            }
        }
        if slot.kinds == 0 {
            slot.kinds = ALL;
        }
        if slot.sides == 0 {
            slot.sides = ALL;
        }
        Ok(slot)
    }

    /// The traits of a post's targets without which none fits, as bits of [`traits`].
    pub fn needs(&self, codebook: &Codebook) -> u16 {
        if let [one] = self.only[..] {
            return codebook.targets.get(one).map_or(NO_TARGET, traits);
        }
        let mut needs = ANY_TARGET;
        if self.kinds.is_power_of_two() {
            needs |= u16::from(self.kinds);
        }
        if self.sides.is_power_of_two() {
            needs |= u16::from(self.sides) << SIDES;
        }
        needs
    }

    /// Whether a target fits.
    pub fn admits(&self, target: usize, codebook: &Codebook) -> bool {
        if !self.only.is_empty() {
            return self.only.contains(&target);
        }
        let target = &codebook.targets[target];
        self.kinds & bit(target.kind as u8) != 0 && self.sides & bit(target.side as u8) != 0
    }

    /// Whether a target fits, or would if it were on another side. A platform has no side to change.
    pub fn admits_on_some_side(&self, target: usize, codebook: &Codebook) -> bool {
        let Target { kind, side, .. } = &codebook.targets[target];
        self.admits(target, codebook)
            || self.only.is_empty() && *side != Side::Neither && self.kinds & bit(*kind as u8) != 0
    }
}

fn bit(number: u8) -> u8 {
    1 << number
}

fn unknown(text: &str) -> String {
    format!(
        "`{{{text}}}` is no slot: use {{target}}, {{home}}, {{other}}, {{platform}}, {{country}}, {{institution}}, \
         {{person}}, several of them, or {{=target-id}}"
    )
}

fn named(word: &str, text: &str, codebook: &Codebook) -> Result<usize, String> {
    let id = word.strip_prefix('=').ok_or_else(|| unknown(text))?;
    // A target of `country = "home"` is not there without a home: nothing fits then.
    match codebook.targets.iter().position(|target| *target.id == *id) {
        Some(index) => Ok(index),
        None if codebook.home == Home::None => Ok(usize::MAX),
        None => Err(format!("there is no target `{id}`: `{{={id}}}` needs its id")),
    }
}

/// Where the bits of the sides begin.
const SIDES: u16 = 4;
/// Set by every target.
const ANY_TARGET: u16 = 1 << 8;
/// Set by none.
const NO_TARGET: u16 = 1 << 9;

/// What is known of a target, a bit for each kind and side: those of all targets of a post together
/// tell which slots cannot be filled in it.
pub fn traits(target: &Target) -> u16 {
    ANY_TARGET | 1 << target.kind as u16 | 1 << (SIDES + target.side as u16)
}
