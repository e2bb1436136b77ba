//! Functional cases: short posts written to test one ability each, in the manner of HateCheck (Röttger et al. 2021).
//!
//! A file of cases is JSONL, one case a line:
//! `{"id", "functionality", "lang", "home", "text", "expected": ["label:target"], "forbidden": ["label:target", "label"]}`.
//! An entry without `:target` means any target; a target is an id of the codebook, an ISO code (any target of that
//! country) or `P:platform`. A case passes when everything expected was given and nothing forbidden.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    AtHome, Columns, EvaluateError, GoldPost, Predicted, TargetCodes,
    metrics::{Method, proportion},
};
use crate::{
    codebook::{Codebook, Home},
    post::{Origin, Post},
};

/// A case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name, different from all others.
    pub id: String,
    /// The ability that it tests.
    pub functionality: String,
    /// Its language, BCP-47.
    pub lang: String,
    /// The campaign's own country, or `none`.
    pub home: String,
    /// The post.
    pub text: String,
    /// What must be given.
    #[serde(default)]
    pub expected: Vec<String>,
    /// What must not.
    #[serde(default)]
    pub forbidden: Vec<String>,
    /// What a reader should know about it.
    #[serde(default)]
    pub note: Option<String>,
    /// Where it stands.
    #[serde(skip)]
    pub place: String,
}

/// What became of a case.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The case's id.
    pub id: String,
    /// Its functionality.
    pub functionality: String,
    /// Its language.
    pub lang: String,
    /// Expected, and not given.
    pub missing: Vec<String>,
    /// Forbidden, and given.
    pub forbidden: Vec<String>,
    /// All that was given, as `label:target`.
    pub given: Vec<String>,
}

impl Outcome {
    /// Whether the case passed.
    pub fn passed(&self) -> bool {
        self.missing.is_empty() && self.forbidden.is_empty()
    }
}

/// What became of all cases.
#[derive(Debug)]
pub struct Suite {
    /// In the order of the files.
    pub outcomes: Vec<Outcome>,
}

/// Reads the cases of a file, or of all `.jsonl` files of a folder.
///
/// # Errors
/// [`EvaluateError`], with file and line, where a line is no case or says nothing to test.
pub fn read_cases(path: &Path) -> Result<Vec<Case>, EvaluateError> {
    let wrong = |place: String, reason: String| EvaluateError::Record { place, reason };
    let shown = path.display().to_string();
    let mut files: Vec<PathBuf> = if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| wrong(shown.clone(), error.to_string()))?;
        entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
            .collect()
    } else {
        vec![path.to_owned()]
    };
    files.sort();
    let (mut cases, mut ids): (Vec<Case>, BTreeSet<String>) = Default::default();
    for file in &files {
        let text = std::fs::read_to_string(file).map_err(|error| {
            wrong(file.display().to_string(), format!("cannot read this file of cases: {error}"))
        })?;
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
            let place = format!("{}:{number}", file.display());
            let mut case: Case = serde_json::from_str(line)
                .map_err(|error| wrong(place.clone(), format!("not a functional case: {error}")))?;
            if case.expected.is_empty() && case.forbidden.is_empty() {
                return Err(wrong(
                    place,
                    "the case expects and forbids nothing: say what it tests".to_owned(),
                ));
            }
            if !ids.insert(case.id.clone()) {
                return Err(wrong(place, format!("the id {} was used before: give it another", case.id)));
            }
            case.place = place;
            cases.push(case);
        }
    }
    if cases.is_empty() {
        return Err(wrong(shown, "there are no cases: it holds no .jsonl file with a line".to_owned()));
    }
    Ok(cases)
}

/// Tags the cases, each from its own home, and compares.
///
/// # Errors
/// Where a home or a label is none, or the tagger fails.
pub fn run(cases: &[Case], tagger: &mut AtHome) -> Result<Suite, EvaluateError> {
    let mut posts = Vec::with_capacity(cases.len());
    for case in cases {
        let wrong = |reason: String| EvaluateError::Record { place: case.place.clone(), reason };
        let home: Home = case.home.parse().map_err(wrong)?;
        let mut post = Post::new(case.id.as_str(), case.text.as_str());
        post.origin = Origin { file: case.place.as_str().into(), line: 0 };
        posts.push(GoldPost {
            post,
            home: Some(home),
            labels: None,
            contested: BTreeSet::new(),
            stances: Vec::new(),
            contested_stances: BTreeSet::new(),
            columns: serde_json::Map::new(),
        });
    }
    let codebook = Codebook::load(&tagger.codebook, tagger.home.clone())?;
    for case in cases {
        for entry in case.expected.iter().chain(&case.forbidden) {
            let label = entry.split(':').next().unwrap_or(entry);
            if codebook.labels.iter().all(|known| *known.id != *label) {
                let known: Vec<&str> = codebook.labels.iter().map(|label| &*label.id).collect();
                let reason = format!("`{entry}` names no label; the codebook has {}", known.join(", "));
                return Err(EvaluateError::Record { place: case.place.clone(), reason });
            }
        }
    }
    let name = tagger.codebook.clone();
    let codes =
        TargetCodes::new(posts.iter().map(|post| post.home.clone()), |home| Codebook::load(&name, home))?;
    let posts: Vec<&GoldPost> = posts.iter().collect();
    let tagged = tagger.tag(&posts)?;
    let outcomes =
        cases.iter().zip(&tagged).map(|(case, (predicted, _))| outcome(case, predicted, &codes)).collect();
    Ok(Suite { outcomes })
}

fn outcome(case: &Case, predicted: &Predicted, codes: &TargetCodes) -> Outcome {
    let given = |entry: &str| match entry.split_once(':') {
        None => predicted.tags.iter().any(|tag| tag.label == entry),
        Some((label, target)) => {
            let tags = || predicted.tags.iter().filter(|tag| tag.label == label);
            tags().any(|tag| tag.target == target || codes.code(&tag.target) == target)
        }
    };
    let all = |entries: &[String], wanted: bool| -> Vec<String> {
        entries.iter().filter(|entry| given(entry) == wanted).cloned().collect()
    };
    Outcome {
        id: case.id.clone(),
        functionality: case.functionality.clone(),
        lang: case.lang.clone(),
        missing: all(&case.expected, false),
        forbidden: all(&case.forbidden, true),
        given: predicted.tags.iter().map(|tag| format!("{}:{}", tag.label, tag.target)).collect(),
    }
}

/// Passed and all.
type Rate = (u64, u64);

impl Suite {
    /// Passed and all cases.
    pub fn rate(&self) -> Rate {
        self.of(|_| true)
    }

    fn of(&self, pick: impl Fn(&Outcome) -> bool) -> Rate {
        let picked = || self.outcomes.iter().filter(|outcome| pick(outcome));
        (picked().filter(|outcome| outcome.passed()).count() as u64, picked().count() as u64)
    }

    fn languages(&self) -> Vec<&str> {
        self.outcomes
            .iter()
            .map(|outcome| outcome.lang.as_str())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    fn functionalities(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.outcomes.iter().map(|o| o.functionality.as_str()).filter(|name| seen.insert(*name)).collect()
    }

    /// Passed / all by functionality and language, and a heat map of the same; then the cases that failed.
    pub fn to_text(&self, failures: usize) -> String {
        let languages = self.languages();
        let mut table =
            Columns::new(["functionality"].into_iter().chain(languages.iter().copied()).chain(["all"]));
        let cell = |(passed, all): Rate| if all == 0 { "·".to_owned() } else { format!("{passed}/{all}") };
        let rows: Vec<(&str, Vec<Rate>)> = self
            .functionalities()
            .into_iter()
            .map(|name| {
                let own = |lang: &str| self.of(|o| o.functionality == name && o.lang == lang);
                let all = self.of(|o| o.functionality == name);
                (name, languages.iter().map(|lang| own(lang)).chain([all]).collect())
            })
            .chain([("all", {
                let own = |lang: &str| self.of(|o| o.lang == lang);
                languages.iter().map(|lang| own(lang)).chain([self.rate()]).collect::<Vec<_>>()
            })])
            .collect();
        for (name, rates) in &rows {
            table.row([(*name).to_owned()].into_iter().chain(rates.iter().map(|&rate| cell(rate))));
        }
        let (passed, all) = self.rate();
        let interval = proportion(passed, all, Method::Wilson);
        let mut text = format!(
            "{passed} of {all} cases pass: {:.1} % (95 % interval {:.1}–{:.1}, Wilson)\n\n{}\n{}",
            100.0 * passed as f64 / all as f64,
            100.0 * interval.low,
            100.0 * interval.high,
            table.render(),
            heat_map(&languages, &rows)
        );
        let failed: Vec<&Outcome> = self.outcomes.iter().filter(|outcome| !outcome.passed()).collect();
        if !failed.is_empty() && failures > 0 {
            text += "\nFailed\n";
        }
        for outcome in failed.iter().take(failures) {
            let mut why = Vec::new();
            if !outcome.missing.is_empty() {
                why.push(format!("misses {}", outcome.missing.join(", ")));
            }
            if !outcome.forbidden.is_empty() {
                why.push(format!("gives {}", outcome.forbidden.join(", ")));
            }
            text += &format!(
                "{}  {} ({}): {}\n",
                outcome.id,
                outcome.functionality,
                outcome.lang,
                why.join("; ")
            );
        }
        if failed.len() > failures && failures > 0 {
            text += &format!("… and {} more\n", failed.len() - failures);
        }
        text
    }

    /// Pass rates by functionality, language and both, and every case that failed.
    pub fn to_json(&self) -> serde_json::Value {
        let rate =
            |(passed, all): Rate| json!({"passed": passed, "cases": all, "rate": passed as f64 / all as f64});
        let (passed, all) = self.rate();
        let interval = proportion(passed, all, Method::Wilson);
        let mut both = BTreeMap::new();
        for name in self.functionalities() {
            let row: BTreeMap<&str, _> = self
                .languages()
                .into_iter()
                .map(|lang| (lang, self.of(|o| o.functionality == name && o.lang == lang)))
                .filter(|(_, (_, all))| *all > 0)
                .map(|(lang, own)| (lang, rate(own)))
                .collect();
            both.insert(name, row);
        }
        json!({
            "passed": passed,
            "cases": all,
            "rate": passed as f64 / all as f64,
            "low": interval.low,
            "high": interval.high,
            "by_language": self.languages().into_iter().map(|lang| (lang.to_owned(), rate(self.of(|o| o.lang == lang)))).collect::<serde_json::Map<_, _>>(),
            "by_functionality": self.functionalities().into_iter().map(|name| (name.to_owned(), rate(self.of(|o| o.functionality == name)))).collect::<serde_json::Map<_, _>>(),
            "by_both": both,
            "failed": self.outcomes.iter().filter(|outcome| !outcome.passed()).collect::<Vec<_>>(),
        })
    }
}

/// A square for each rate, from red over yellow to green; without colours the fuller the better.
fn heat_map(languages: &[&str], rows: &[(&str, Vec<Rate>)]) -> String {
    const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
    const COLOURS: [u8; 6] = [160, 166, 172, 142, 106, 34];
    let name = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let heads: Vec<&str> = languages.iter().copied().chain(["all"]).collect();
    let mut text = format!("{:name$}", "");
    let widths: Vec<usize> = heads.iter().map(|head| head.chars().count().max(7)).collect();
    for (head, width) in heads.iter().zip(&widths) {
        text += &format!("  {head:>width$}");
    }
    text.push('\n');
    for (row, rates) in rows {
        text += &format!("{row:name$}");
        for (&(passed, all), width) in rates.iter().zip(&widths) {
            text += &" ".repeat(width - 5);
            if all == 0 {
                text += "       ";
                continue;
            }
            let rate = passed as f64 / all as f64;
            let colour = COLOURS[(rate * (COLOURS.len() - 1) as f64).round() as usize];
            let shade = SHADES[(rate * (SHADES.len() - 1) as f64).round() as usize];
            text += &format!(
                "\u{1b}[38;5;{colour}m{}\u{1b}[0m{:>4.0}%",
                shade.to_string().repeat(2),
                100.0 * rate
            );
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagger() -> AtHome {
        AtHome { codebook: "iamispr".to_owned(), home: None, model: None, weights: None }
    }

    fn cases(text: &str) -> Result<Vec<Case>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.jsonl"), text).expect("written");
        read_cases(folder.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_case_passes_when_all_expected_is_given_and_nothing_forbidden() {
        let read = cases(concat!(
            r#"{"id":"1","functionality":"plain","lang":"en","home":"PK","text":"Shame on Facebook!","expected":["platform_attack:facebook"],"forbidden":["support"]}"#,
            "\n",
            r#"{"id":"2","functionality":"plain","lang":"en","home":"PK","text":"Shame on Facebook!","expected":["platform_attack:P:facebook"],"forbidden":["platform_attack"]}"#,
            "\n",
            r#"{"id":"3","functionality":"news","lang":"ur","home":"none","text":"Good morning","expected":["support:PK"]}"#,
        ))
        .expect("cases");
        let suite = run(&read, &mut tagger()).expect("tagged");
        let passed: Vec<bool> = suite.outcomes.iter().map(Outcome::passed).collect();
        assert_eq!(passed, [true, false, false]);
        assert_eq!(suite.outcomes[1].forbidden, ["platform_attack"]);
        assert_eq!(suite.outcomes[2].missing, ["support:PK"]);
        let told = suite.to_text(1);
        assert!(told.starts_with("1 of 3 cases pass: 33.3 %"), "{told}");
        assert!(told.contains("plain          1/2    ·  1/2"), "{told}");
        assert!(told.contains("… and 1 more"), "{told}");
        assert_eq!(suite.to_json()["by_language"]["en"]["cases"], 2);
    }

    #[test]
    fn what_is_no_case_is_told_with_its_line() {
        let told = |line: &str| {
            cases(line)
                .and_then(|cases| run(&cases, &mut tagger()).map(|_| ()).map_err(|error| error.to_string()))
                .expect_err(line)
        };
        let with = |rest: &str| {
            format!(r#"{{"id":"1","functionality":"f","lang":"en","home":"PK","text":"x"{rest}}}"#)
        };
        assert!(told(&with("")).contains("a.jsonl:1: the case expects and forbids nothing"));
        assert!(told(&with(r#","expect":[]"#)).contains("unknown field `expect`"));
        assert!(
            told(&with(r#","expected":["praise"]"#))
                .contains("`praise` names no label; the codebook has support")
        );
        let case = with(r#","expected":["support"]"#);
        assert!(told(&format!("{case}\n\n{case}")).contains("a.jsonl:3: the id 1 was used before"));
        assert!(told(&case.replace("PK", "Pakistan")).contains("not a home"));
        assert!(told("").contains("there are no cases"));
    }
}
