//! What a researcher begins with: a commented codebook, and the JSON Schema that editors complete and check with.

use super::Home;

/// The JSON Schema of codebook files.
pub const SCHEMA: &str = include_str!("../../labels/codebook.schema.json");

const START: &str = include_str!("../../labels/make/start.toml");

/// A commented codebook of this name. It is whole: its examples pass.
pub fn start(name: &str, home: &Home) -> String {
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    START.replace("NAME", &escaped).replace("HOME", &home.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::{check, codebook::Codebook};

    #[test]
    fn what_one_begins_with_passes_its_own_check() {
        for home in [Home::None, Home::Country("PK".into())] {
            let text = start("my \"first\"", &home);
            let book =
                Codebook::from_toml("mine.toml", &text, None).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((book.name.as_str(), &book.home), ("my \"first\"", &home));
            let report = check::check("mine.toml", book).expect("patterns are right");
            assert!(report.failures.is_empty() && report.passed > 10, "{:?}", report.failures);
        }
    }

    /// The keys, or the values, that the reader knows where a codebook has something unknown.
    fn known(text: &str) -> BTreeSet<String> {
        let error = Codebook::from_toml("t", text, None).expect_err(text).to_string();
        let (_, list) = error.split_once("expected").unwrap_or_else(|| panic!("{text}\n{error}"));
        let list = list.split("; did you mean").next().unwrap_or_default();
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The schema is written by hand: it must know exactly the keys and values that the reader knows.
    #[test]
    fn the_schema_is_current() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        let keys = |value: &Value| -> BTreeSet<String> {
            assert_eq!(value["additionalProperties"], false, "{value}");
            value["properties"].as_object().expect("properties").keys().cloned().collect()
        };
        let head = "[codebook]\nname = \"t\"\nversion = 1\n";
        let of = |name: &str| &schema["$defs"][name];
        assert_eq!(keys(&schema), known(&format!("{head}\n[nix]\n")));
        for (name, text) in [
            ("header", "[codebook]\nnix = 1\n".to_owned()),
            ("label", format!("{head}[[label]]\nnix = 1\n")),
            ("example", format!("{head}[[label]]\n[[label.example]]\nnix = 1\n")),
            ("target", format!("{head}[[target]]\nnix = 1\n")),
            ("also", format!("{head}[[target]]\n[target.also]\nnix = 1\n")),
            ("when", format!("{head}[[target]]\n[[target.when]]\nnix = 1\n")),
            ("rule", format!("{head}[[rule]]\nnix = 1\n")),
            ("claim", format!("{head}[[claim]]\nnix = 1\n")),
        ] {
            assert_eq!(keys(of(name)), known(&text), "{name}");
        }
        let values = |value: &Value| -> BTreeSet<String> {
            value["enum"]
                .as_array()
                .expect("values")
                .iter()
                .map(|v| v.as_str().expect("text").to_owned())
                .collect()
        };
        for (name, text) in [
            ("stance", format!("{head}[[label]]\nid = \"a\"\ndefinition = \"\"\nstance = \"nix\"\n")),
            ("kind", format!("{head}[[target]]\nid = \"a\"\nkind = \"nix\"\n")),
            ("side", format!("{head}[[label]]\nside = \"nix\"\n")),
            ("case", format!("{head}[[target]]\n[[target.when]]\ncase = \"nix\"\n")),
            ("effect", format!("{head}[[rule]]\neffect = \"nix\"\n")),
            ("reading", format!("{head}[[rule]]\nnegation = \"nix\"\n")),
        ] {
            assert_eq!(values(of(name)), known(&text), "{name}");
        }
    }
}
