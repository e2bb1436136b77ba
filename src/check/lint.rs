//! What reads fine in a codebook and does nothing, or works against itself.

use std::collections::HashMap;

use crate::{
    Tagger,
    codebook::{Codebook, Place, Rule},
    post::Stance,
};

/// What sort of thing was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// It says the opposite of something else.
    Conflicting,
    /// Something else does its work before it, or it stands twice.
    Shadowed,
    /// Nothing can ever use it.
    Unused,
    /// No example makes it fire.
    NeverFiring,
}

impl NoteKind {
    /// All, the gravest first.
    pub const ALL: [Self; 4] = [Self::Conflicting, Self::Shadowed, Self::Unused, Self::NeverFiring];

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conflicting => "conflicting",
            Self::Shadowed => "shadowed",
            Self::Unused => "unused",
            Self::NeverFiring => "never firing",
        }
    }
}

/// Something noticed: no error, but worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What sort of thing.
    pub kind: NoteKind,
    /// Where.
    pub place: Place,
    /// What, and what to do.
    pub message: String,
}

impl Note {
    /// A note.
    pub fn new(kind: NoteKind, place: &Place, message: String) -> Self {
        Self { kind, place: place.clone(), message }
    }
}

/// Reads a codebook for what needs no example to be noticed.
pub fn read(tagger: &Tagger) -> Vec<Note> {
    let mut notes = Vec::new();
    labels(tagger.codebook(), &mut notes);
    names(tagger, &mut notes);
    patterns(tagger.codebook(), &mut notes);
    notes
}

fn labels(codebook: &Codebook, notes: &mut Vec<Note>) {
    for label in &codebook.labels {
        if !codebook.targets.iter().any(|target| label.covers(target)) {
            let message = format!(
                "no target of this codebook can carry the label `{}`: add one, or widen it",
                label.id
            );
            notes.push(Note::new(NoteKind::Unused, &label.place, message));
        } else if !codebook.rules.iter().any(|rule| rule.votes.contains(&label.stance)) {
            let message = format!(
                "no rule votes {} for the label `{}`: without a model it is never given",
                label.stance, label.id
            );
            notes.push(Note::new(NoteKind::Unused, &label.place, message));
        }
    }
}

fn names(tagger: &Tagger, notes: &mut Vec<Note>) {
    let codebook = tagger.codebook();
    // Who has a name, by the name as it is searched.
    let mut owners: HashMap<String, usize> = HashMap::new();
    for (index, target) in codebook.targets.iter().enumerate() {
        for name in &target.names {
            let open = if name.ends_with('*') { "*" } else { "" };
            let searched = tagger.normalizer.fold(name.trim_end_matches('*')) + open;
            match owners.insert(searched, index) {
                Some(other) if other != index => {
                    let message = format!(
                        "the name `{name}` of `{}` is a name of `{}` too: both are found, and both get its votes",
                        target.id, codebook.targets[other].id
                    );
                    notes.push(Note::new(NoteKind::Shadowed, &target.place, message));
                }
                _ => {}
            }
        }
    }
    for target in &codebook.targets {
        let whole = |name: &str| owners.contains_key(&tagger.normalizer.fold(name));
        for name in target.cased.iter().filter(|name| whole(name)) {
            let message = format!(
                "`{name}` of `{}` stands under [target.names] too, so that its case is not asked for",
                target.id
            );
            notes.push(Note::new(NoteKind::Shadowed, &target.place, message));
        }
        for when in &target.when {
            for name in when.names.iter().filter(|name| whole(name)) {
                let message = format!(
                    "`{name}` of `{}` stands under [target.names] too, so that its condition is not asked for",
                    target.id
                );
                notes.push(Note::new(NoteKind::Shadowed, &when.place, message));
            }
        }
        for phrase in target.not.iter().filter(|phrase| whole(phrase)) {
            let message =
                format!("`{phrase}` is a name and also what is no name (`not`): the name wins; take one out");
            notes.push(Note::new(NoteKind::Shadowed, &target.place, message));
        }
    }
}

/// How a pattern's first vote reads.
fn first_vote(rule: &Rule) -> Stance {
    rule.votes.first().copied().unwrap_or(Stance::None)
}

fn patterns(codebook: &Codebook, notes: &mut Vec<Note>) {
    let mut seen: HashMap<(String, Option<&str>), (usize, &Place)> = HashMap::new();
    for (index, rule) in codebook.rules.iter().enumerate() {
        for (text, place) in &rule.patterns {
            let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let Some((other, first)) = seen.insert((plain, rule.toward.as_deref()), (index, place)) else {
                continue;
            };
            let earlier = &codebook.rules[other];
            let apart = !rule.langs.is_empty()
                && !earlier.langs.is_empty()
                && !rule.langs.iter().any(|lang| earlier.langs.contains(lang));
            if apart {
                continue;
            }
            let (kind, what) = if first_vote(earlier) == first_vote(rule) || earlier.effect != rule.effect {
                (NoteKind::Shadowed, "take one out")
            } else {
                (NoteKind::Conflicting, "and votes for another stance: take one out")
            };
            let message = format!(
                "this pattern of `{}` stands in `{}` already, at {first}: {what}",
                rule.id, earlier.id
            );
            notes.push(Note::new(kind, place, message));
        }
    }
}
