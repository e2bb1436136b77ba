//! The decision file as text: for people to read, with what each weight does.

use std::{collections::BTreeMap, fmt::Write};

use crate::decide::{Added, Weights};

/// The file, ended by a line feed.
pub fn to_toml(weights: &Weights) -> String {
    let mut text = String::from(
        "# How rule votes and model probabilities become one probability, and a probability a tag. Everything is in log-odds\n\
         # (natural logarithm) or probability. For a target, each stance's log-odds are the sum of what stands here, divided\n\
         # by the temperature; a softmax over favor, against and none makes probabilities of them.\n",
    );
    text += match weights.learnt {
        Some(_) => "# Learnt by `stancemark calibrate`; do not edit by hand what it will learn again.\n",
        None => "# Set by hand.\n",
    };
    // Writing to a string cannot fail.
    let _ = write_weights(&mut text, weights);
    text
}

fn write_weights(text: &mut String, weights: &Weights) -> std::fmt::Result {
    let Weights { model, alone, rules, abstain, .. } = weights;
    writeln!(text, "\n[threshold]           # a tag is given from this probability on")?;
    values(text, &weights.threshold)?;
    if !weights.threshold_alone.is_empty() {
        writeln!(text, "\n[threshold_alone]     # … and from this one where no model read the target")?;
        values(text, &weights.threshold_alone)?;
    }
    writeln!(
        text,
        "\n[abstain]\nband = {}           # nearer to the threshold than this: undecided",
        abstain.band
    )?;
    if !weights.missed.is_empty() {
        writeln!(
            text,
            "\n[missed]              # how often a label is right where no target was found that could carry it"
        )?;
        values(text, &weights.missed)?;
    }
    writeln!(text, "\n[rules]")?;
    writeln!(
        text,
        "with_model = {}      # a rule's weight counts so much beside the model",
        rules.with_model
    )?;
    writeln!(text, "alone = {}           # … and so much without it", rules.alone)?;
    writeln!(
        text,
        "most = {:?}            # the weights of all rules for one stance add up to at most this",
        rules.most
    )?;
    writeln!(text, "\n[model]               # where a model read the target")?;
    writeln!(
        text,
        "weight = {}          # the model's log-probabilities are multiplied by this",
        model.weight
    )?;
    writeln!(text, "favor = {}          # … and these are added", model.favor)?;
    writeln!(text, "against = {}\nnone = {:?}", model.against, model.none)?;
    writeln!(text, "temperature = {}     # all log-odds are divided by this", model.temperature)?;
    groups(text, "model", &model.lang, &model.kind, &model.rule)?;
    writeln!(text, "\n[alone]               # where no model ran")?;
    writeln!(text, "favor = {}\nagainst = {}\nnone = {:?}", alone.favor, alone.against, alone.none)?;
    writeln!(text, "temperature = {}", alone.temperature)?;
    groups(text, "alone", &alone.lang, &alone.kind, &alone.rule)?;
    learnt(text, weights)
}

/// Where the weights come from; last, since it is long.
fn learnt(text: &mut String, weights: &Weights) -> std::fmt::Result {
    if let Some(learnt) = &weights.learnt {
        writeln!(
            text,
            "\n[learnt]              # on what, and how good it was on posts it was not learnt on"
        )?;
        writeln!(text, "gold = {}", quoted(&learnt.gold))?;
        writeln!(text, "sha256 = {}", quoted(&learnt.sha256))?;
        writeln!(text, "posts = {}\nclusters = {}", learnt.posts, learnt.clusters)?;
        writeln!(text, "codebook = {}", quoted(&learnt.codebook))?;
        if let Some(model) = &learnt.model {
            writeln!(text, "model = {}", quoted(model))?;
        }
        writeln!(text, "folds = {}", learnt.folds)?;
        if let Some(f1) = learnt.macro_f1 {
            writeln!(text, "macro_f1 = {f1}        # cross-fitted, with the model")?;
        }
        writeln!(
            text,
            "macro_f1_alone = {}  # cross-fitted, targets and rules alone",
            learnt.macro_f1_alone
        )?;
        let prints: Vec<&str> = learnt.fingerprints.split_whitespace().collect();
        writeln!(
            text,
            "# of the posts' letters, for telling when they are evaluated on; no text can be got back from them"
        )?;
        writeln!(text, "fingerprints = \"\"\"")?;
        for line in prints.chunks(13) {
            writeln!(text, "{}", line.join(" "))?;
        }
        writeln!(text, "\"\"\"")?;
    }
    Ok(())
}

fn groups(
    text: &mut String,
    part: &str,
    lang: &BTreeMap<String, Added>,
    kind: &BTreeMap<String, Added>,
    rule: &BTreeMap<String, f32>,
) -> std::fmt::Result {
    for (name, table, what) in
        [("lang", lang, "by the post's language"), ("kind", kind, "by the target's kind and side")]
    {
        if table.is_empty() {
            continue;
        }
        writeln!(text, "\n[{part}.{name}]          # added {what}")?;
        for (key, added) in table {
            writeln!(text, "{} = {{ favor = {}, against = {} }}", quoted(key), added.favor, added.against)?;
        }
    }
    if !rule.is_empty() {
        writeln!(
            text,
            "\n[{part}.rule]          # added where this rule votes, to the stance that it votes for"
        )?;
        values(text, rule)?;
    }
    Ok(())
}

fn values(text: &mut String, table: &BTreeMap<String, f32>) -> std::fmt::Result {
    for (key, value) in table {
        writeln!(text, "{} = {value:?}", quoted(key))?;
    }
    Ok(())
}

/// A key or a value in quotation marks, so that any label and any language can stand there.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_back_as_it_was() {
        let mut weights = Weights::default();
        weights.missed.insert("a \"quoted\" label".to_owned(), 0.125);
        weights.model.lang.insert("hi-Latn".to_owned(), Added { favor: -0.25, against: 1.0 });
        weights.alone.rule.insert("shame-on".to_owned(), 2.0);
        let text = to_toml(&weights);
        let back = Weights::parse(&text).unwrap_or_else(|(line, why)| panic!("{line}: {why}\n{text}"));
        assert_eq!(back, weights);
    }
}
