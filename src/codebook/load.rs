//! Puts the files of a codebook together and checks that the parts fit.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::post::Stance;

use super::{
    Claim, Codebook, CodebookError, Example, Home, Kind, Label, Place, Reading, Rule, Side, Target, When,
    builtin, file,
    sources::{Location, Source, Sources, locate},
};

/// Largest weight of a rule, in log-odds: e^6 is 400 to 1.
const MAX_WEIGHT: f32 = 6.0;

/// How far, in words, a name's neighbours are looked for where nothing is said.
const NEAR: u32 = 6;

impl Codebook {
    /// Loads a codebook by path, or by name from `labels/` in the working folder, or from those
    /// that come with the program. `home` overrides the codebook's own.
    ///
    /// # Errors
    /// [`CodebookError`], with the file, the line and the column.
    pub fn load(name_or_path: &str, home: Option<Home>) -> Result<Self, CodebookError> {
        let mut sources = Sources::default();
        sources.read(&locate(name_or_path)?)?;
        assemble(sources, home)
    }

    /// Loads a codebook from its text; includes are those that come with the program.
    ///
    /// # Errors
    /// [`CodebookError`], with the line and the column.
    pub fn from_toml(name: &str, text: &str, home: Option<Home>) -> Result<Self, CodebookError> {
        let mut sources = Sources::default();
        sources.parse(&Location::Given(name.to_owned()), text.to_owned())?;
        assemble(sources, home)
    }

    /// The names of the codebooks that come with the program.
    pub fn built_in() -> Vec<&'static str> {
        builtin::names()
    }
}

pub(super) fn meaning(place: Place, message: String) -> CodebookError {
    CodebookError::Meaning { place, message }
}

fn assemble(sources: Sources, home: Option<Home>) -> Result<Codebook, CodebookError> {
    let mut hasher = Sha256::new();
    for (source, _) in &sources.0 {
        hasher.update(source.text.as_bytes());
    }
    let sha256 = crate::post::hex(&hasher.finalize());
    let (main, header) = (&sources.0[0].0, &sources.0[0].1.codebook);
    let home = match (home, &header.home) {
        (Some(home), _) => home,
        (None, Some(own)) => own.get_ref().parse().map_err(|message| meaning(main.place(own), message))?,
        (None, None) => Home::None,
    };
    let mut book = Codebook {
        name: header.name.clone(),
        version: header.version,
        home,
        labels: Vec::new(),
        targets: Vec::new(),
        rules: Vec::new(),
        claims: Vec::new(),
        words: BTreeMap::new(),
        sha256,
    };
    let mut seen = Seen::default();
    for (source, parsed) in sources.0 {
        add(&mut book, &mut seen, &source, parsed)?;
    }
    for target in &mut book.targets {
        for when in &mut target.when {
            for list in [&mut when.near, &mut when.not_near] {
                *list = spelt(list, &book.words).map_err(|message| meaning(when.place.clone(), message))?;
            }
        }
    }
    check_home(&book)?;
    if let Home::Country(code) = &book.home {
        let home_name = (book.targets.iter())
            .find(|target| target.kind == Kind::Country && target.country.as_ref() == Some(code))
            .map(|target| Arc::clone(&target.name));
        for target in &mut book.targets {
            if target.country.as_deref() == Some("home") {
                target.country = Some(code.clone());
                target.model_name = home_name.clone().unwrap_or_else(|| Arc::clone(&target.name));
            }
        }
    } else {
        book.targets.retain(|target| target.country.as_deref() != Some("home"));
    }
    let home = book.home.clone();
    for target in &mut book.targets {
        target.side = side(target, &home);
    }
    Ok(book)
}

/// Puts the words of the lists that are named in their place.
fn spelt(list: &[String], words: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, String> {
    let mut spelt = Vec::with_capacity(list.len());
    for word in list {
        match word.strip_prefix('$') {
            None => spelt.push(word.clone()),
            Some(name) => match words.get(name) {
                Some(own) => spelt.extend(own.iter().cloned()),
                None => return Err(format!("there is no list `{word}`: add `{name} = […]` under [words]")),
            },
        }
    }
    Ok(spelt)
}

/// A home that none of the countries has is a slip of the pen; a codebook without countries takes any.
fn check_home(book: &Codebook) -> Result<(), CodebookError> {
    let Home::Country(code) = &book.home else { return Ok(()) };
    let countries = book.targets.iter().filter(|target| target.kind == Kind::Country);
    let mut known: Vec<String> =
        countries.filter_map(|target| target.country.clone()).filter(|code| code != "home").collect();
    if known.is_empty() || known.contains(code) {
        return Ok(());
    }
    known.sort();
    known.dedup();
    Err(CodebookError::UnknownHome { home: code.clone(), known })
}

fn side(target: &Target, home: &Home) -> Side {
    match (&target.country, home) {
        _ if target.kind == Kind::Platform => Side::Neither,
        (Some(country), Home::Country(home)) if country == home => Side::Home,
        (Some(_), _) => Side::Other,
        (None, _) => Side::Neither,
    }
}

/// Ids already used, each with its place, one map a section.
#[derive(Default)]
struct Seen {
    labels: HashMap<String, Place>,
    targets: HashMap<String, Place>,
    rules: HashMap<String, Place>,
    claims: HashMap<String, Place>,
    words: HashMap<String, Place>,
}

fn fresh_id(
    seen: &mut HashMap<String, Place>,
    what: &str,
    id: &Spanned<String>,
    source: &Source,
) -> Result<(Arc<str>, Place), CodebookError> {
    let place = source.place(id);
    let text = id.get_ref();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if text.is_empty() || !text.bytes().all(plain) {
        return Err(meaning(place, format!("the {what} id `{text}` must be made of a-z, 0-9, `-` and `_`")));
    }
    if let Some(first) = seen.insert(text.clone(), place.clone()) {
        return Err(meaning(place, format!("there is a {what} `{text}` already, at {first}: rename one")));
    }
    Ok((text.as_str().into(), place))
}

fn add(
    book: &mut Codebook,
    seen: &mut Seen,
    source: &Source,
    parsed: file::File,
) -> Result<(), CodebookError> {
    for (name, words) in parsed.words {
        let (name, _) = fresh_id(&mut seen.words, "list of words", &name, source)?;
        book.words.insert(name.to_string(), words);
    }
    for label in parsed.labels {
        let (id, place) = fresh_id(&mut seen.labels, "label", &label.id, source)?;
        if label.stance == Stance::None {
            let message =
                format!("the label `{id}` must be for `favor` or `against`: `none` is no stance to tag");
            return Err(meaning(place, message));
        }
        if label.kind.is_empty() {
            let message = format!("the label `{id}` needs at least one kind of target under `kind`");
            return Err(meaning(place, message));
        }
        let examples = (label.examples.into_iter())
            .map(|example| make_example(example, source))
            .collect::<Result<_, _>>()?;
        let file::Label { definition, stance, kind: kinds, side, .. } = label;
        book.labels.push(Label { id, definition, stance, kinds, side, examples, place });
    }
    for target in parsed.targets {
        let (id, place) = fresh_id(&mut seen.targets, "target", &target.id, source)?;
        book.targets.push(make_target(target, id, place, source)?);
    }
    for rule in parsed.rules {
        let (id, place) = fresh_id(&mut seen.rules, "rule", &rule.id, source)?;
        book.rules.push(make_rule(rule, id, place, source)?);
    }
    for claim in parsed.claims {
        let (id, place) = fresh_id(&mut seen.claims, "claim", &claim.id, source)?;
        book.claims.push(make_claim(claim, id, place, source)?);
    }
    Ok(())
}

fn placed(patterns: Vec<Spanned<String>>, source: &Source) -> Vec<(String, Place)> {
    (patterns.into_iter())
        .map(|pattern| {
            let place = source.place(&pattern);
            (pattern.into_inner(), place)
        })
        .collect()
}

fn make_example(example: file::Example, source: &Source) -> Result<Example, CodebookError> {
    let home = (example.home.as_ref())
        .map(|home| home.get_ref().parse().map_err(|message| meaning(source.place(home), message)))
        .transpose()?;
    let place = source.place(&example.text);
    Ok(Example { text: example.text.into_inner(), tags: example.tags, home, place })
}

fn make_target(
    target: file::Target,
    id: Arc<str>,
    place: Place,
    source: &Source,
) -> Result<Target, CodebookError> {
    let country = match &target.country {
        Some(code) if target.kind == Kind::Platform => {
            let message = "a platform has no country: it is on nobody's side; take the line out".to_owned();
            return Err(meaning(source.place(code), message));
        }
        Some(code) if code.get_ref() == "home" => Some("home".to_owned()),
        Some(code) => {
            match code.get_ref().parse().map_err(|message| meaning(source.place(code), message))? {
                Home::Country(code) => Some(code),
                Home::None => None,
            }
        }
        None => None,
    };
    if country.is_none() && target.kind != Kind::Platform {
        let message =
            format!("the {} `{id}` needs `country`: a two-letter code, or `home`", target.kind.as_str());
        return Err(meaning(place, message));
    }
    let file::Also { cased, handles, hashtags, flags, not } = target.also;
    let names: Vec<String> = target.names.into_values().flatten().collect();
    let when =
        target.when.into_iter().map(|when| make_when(when, &id, source)).collect::<Result<Vec<_>, _>>()?;
    let bare = names.is_empty() && cased.is_empty() && handles.is_empty() && hashtags.is_empty();
    if bare && flags.is_empty() && when.is_empty() {
        return Err(meaning(
            place,
            format!("the target `{id}` has no name to be found by: add [target.names]"),
        ));
    }
    let name: Arc<str> = target.name.into();
    Ok(Target {
        evidence: format!("target:{id}").into(),
        id,
        kind: target.kind,
        model_name: Arc::clone(&name),
        name,
        country,
        side: Side::Neither,
        names,
        cased,
        handles,
        hashtags,
        flags,
        not,
        when,
        place,
    })
}

fn make_when(when: file::When, target: &str, source: &Source) -> Result<When, CodebookError> {
    let place = source.place(&when.names);
    let file::When { names, case, lang, near, not_near, within } = when;
    let names = names.into_inner();
    if names.is_empty() {
        return Err(meaning(place, format!("target `{target}`: this condition is for no name: list some")));
    }
    if case.is_none() && lang.is_empty() && near.is_empty() && not_near.is_empty() {
        let message = format!(
            "target `{target}`: these names have no condition: say `case`, `lang`, `near` or `not_near`, or list \
             them under [target.names]"
        );
        return Err(meaning(place, message));
    }
    let langs = lang.into_iter().map(|lang| crate::language::canonical(&lang).to_owned()).collect();
    Ok(When { names, case, langs, near, not_near, within: within.unwrap_or(NEAR), place })
}

fn make_claim(
    claim: file::Claim,
    id: Arc<str>,
    place: Place,
    source: &Source,
) -> Result<Claim, CodebookError> {
    if claim.pattern.is_empty() && claim.paraphrase.is_empty() {
        let message = format!("the claim `{id}` cannot be found: add a `paraphrase` or a `pattern`");
        return Err(meaning(place, message));
    }
    Ok(Claim {
        evidence: format!("claim:{id}").into(),
        id,
        text: claim.text,
        narrative: claim.narrative,
        patterns: placed(claim.pattern, source),
        paraphrases: placed(claim.paraphrase, source),
        yes: claim.yes,
        no: claim.no,
        place,
    })
}

fn make_rule(rule: file::Rule, id: Arc<str>, place: Place, source: &Source) -> Result<Rule, CodebookError> {
    let weight = *rule.weight.get_ref();
    if !(weight > 0.0 && weight <= MAX_WEIGHT) {
        let message = format!("the weight {weight} of rule `{id}` must be above 0 and at most {MAX_WEIGHT}");
        return Err(meaning(source.place(&rule.weight), message));
    }
    if rule.yes.is_empty() || rule.no.is_empty() {
        let message = format!("the rule `{id}` needs at least one example under `yes` and one under `no`");
        return Err(meaning(place, message));
    }
    if rule.pattern.is_empty() {
        return Err(meaning(place, format!("the rule `{id}` has no pattern: add one under `pattern`")));
    }
    let votes = rule.votes.into_vec();
    if votes.is_empty() {
        return Err(meaning(place, format!("the rule `{id}` has no vote: write favor, against or none")));
    }
    if [rule.quotation, rule.question, rule.reported, rule.contrast].contains(&Reading::Reverse) {
        let message =
            format!("rule `{id}`: only negation and sarcasm can be `reverse`; use drop, half or ignore");
        return Err(meaning(place, message));
    }
    let patterns = placed(rule.pattern, source);
    Ok(Rule {
        evidence: format!("rule:{id}").into(),
        id,
        description: rule.description,
        patterns,
        votes,
        weight,
        langs: rule.lang.into_iter().map(|lang| crate::language::canonical(&lang).to_owned()).collect(),
        toward: rule.toward,
        reach: rule.reach,
        effect: rule.effect,
        negation: rule.negation,
        quotation: rule.quotation,
        question: rule.question,
        reported: rule.reported,
        contrast: rule.contrast,
        sarcasm: rule.sarcasm,
        yes: rule.yes,
        no: rule.no,
        place,
    })
}
