//! What a codebook may say, and what is told about one that is wrong.

use super::*;

const HEAD: &str = "[codebook]\nname = \"t\"\nversion = 1\nhome = \"PK\"\n";
const TARGET: &str =
    "[[target]]\nid = \"x\"\nkind = \"country\"\nname = \"X\"\ncountry = \"IN\"\nnames = { en = [\"x\"] }\n";

fn load(text: &str) -> Result<Codebook, CodebookError> {
    Codebook::from_toml("t.toml", text, None)
}

fn error(text: &str) -> String {
    load(text).expect_err(text).to_string()
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_column() {
    let rule = |lines: &str| format!("{HEAD}[[rule]]\nid = \"r\"\ndescription = \"d\"\n{lines}");
    let whole = "pattern = [\"a {target}\"]\nvotes = \"favor\"\n";
    let examples = "yes = [\"a\"]\nno = [\"b\"]\n";
    let cases = [
        ("[codebook".to_owned(), "t.toml:1:10: ", ""),
        (format!("{HEAD}titel = \"x\"\n"), "t.toml:5:1: ", "did you mean `title`?"),
        (
            format!("{HEAD}format = 2\n"),
            "t.toml:5:10: ",
            "written in format 2, and this program reads format 1",
        ),
        (
            format!("{HEAD}{TARGET}[[target.when]]\nnames = [\"y\"]\n"),
            "t.toml:12:9: ",
            "these names have no condition",
        ),
        (
            format!("{HEAD}{TARGET}[[target.when]]\nnames = [\"y\"]\nnear = [\"$nix\"]\n"),
            "t.toml:12:9: ",
            "there is no list `$nix`: add `nix = […]` under [words]",
        ),
        (format!("{HEAD}[[claim]]\nid = \"c\"\ntext = \"d\"\n"), "t.toml:6:6: ", "cannot be found"),
        (HEAD.replace("PK", "Pakistan"), "t.toml:4:8: ", "two-letter country code such as PK, or `none`"),
        (
            HEAD.replace("\"PK\"\n", "\"PK\"\ninclude = [\"a.toml\", \"b.toml\"]\n"),
            "t.toml:5:12: ",
            "no `a.toml` to include",
        ),
        (
            format!("{HEAD}{TARGET}{TARGET}"),
            "t.toml:12:6: ",
            "a target `x` already, at t.toml:6:6: rename one",
        ),
        (
            format!("{HEAD}{}", TARGET.replace("\"x\"\nk", "\"Ä x\"\nk")),
            "t.toml:6:6: ",
            "the target id `Ä x` must be made of",
        ),
        (format!("{HEAD}{}", TARGET.replace("country = \"IN\"\n", "")), "t.toml:6:6: ", "needs `country`"),
        (format!("{HEAD}{}", TARGET.replace("IN", "India")), "t.toml:9:11: ", "`India` is not a home"),
        (
            format!("{HEAD}{}", TARGET.replace("\"country\"", "\"platform\"")),
            "t.toml:9:11: ",
            "a platform has no country",
        ),
        (format!("{HEAD}{}", TARGET.replace("[\"x\"]", "[]")), "t.toml:6:6: ", "no name to be found by"),
        (
            format!("{HEAD}{}", TARGET.replace("\"country\"", "\"planet\"")),
            "t.toml:7:8: ",
            "unknown variant `planet`",
        ),
        (
            rule(&format!("{whole}{examples}weight = 7.0\n")),
            "t.toml:12:10: ",
            "must be above 0 and at most 6",
        ),
        (
            rule(&format!("{whole}{examples}weight = nan\n")),
            "t.toml:12:10: ",
            "must be above 0 and at most 6",
        ),
        (
            rule(&format!("{whole}{examples}weight = 0.0\n")),
            "t.toml:12:10: ",
            "must be above 0 and at most 6",
        ),
        (rule(&format!("{whole}yes = []\nno = [\"b\"]\n")), "t.toml:6:6: ", "at least one example"),
        (rule(&format!("pattern = []\nvotes = \"favor\"\n{examples}")), "t.toml:6:6: ", "has no pattern"),
        (
            rule(&format!("pattern = [\"a {{target}}\"]\nvotes = []\n{examples}")),
            "t.toml:6:6: ",
            "has no vote",
        ),
        (
            rule(&format!("{whole}{examples}question = \"reverse\"\n")),
            "t.toml:6:6: ",
            "only negation and sarcasm can be `reverse`",
        ),
        (
            format!(
                "{HEAD}[[label]]\nid = \"l\"\ndefinition = \"\"\nstance = \"none\"\nkind = [\"person\"]\n"
            ),
            "t.toml:6:6: ",
            "no stance to tag",
        ),
        (
            format!("{HEAD}[[label]]\nid = \"l\"\ndefinition = \"\"\nstance = \"favor\"\nkind = []\n"),
            "t.toml:6:6: ",
            "at least one kind",
        ),
    ];
    for (text, place, message) in cases {
        let error = error(&text);
        assert!(error.starts_with(place) && error.contains(message), "{text}\n→ {error}");
    }
}

#[test]
fn columns_count_characters_and_not_bytes() {
    let text = format!("{HEAD}{}", TARGET.replace("id = \"x\"", "\"id\" = \"\\u00e4\" # ä"));
    assert!(error(&text).starts_with("t.toml:6:8: "), "{}", error(&text));
    let text = format!("{HEAD}{}", TARGET.replace("names = {", "names = { \"ہندی\" = [\"ا\"], nix = 3, "));
    assert!(error(&text).starts_with("t.toml:10:33: "), "{}", error(&text));
}

#[test]
fn no_codebook_names_the_built_in_ones() {
    let error = Codebook::load("no-such", None).expect_err("there is none").to_string();
    assert!(error.contains("no codebook `no-such`") && error.contains("built in: iamispr"), "{error}");
}

#[test]
fn the_home_decides_the_sides() {
    let target =
        |id: &str, country: &str| TARGET.replace("\"x\"\nk", &format!("\"{id}\"\nk")).replace("IN", country);
    let text = format!("{HEAD}{}{}{}", target("a", "PK"), target("b", "IN"), target("c", "home"));
    let sides = |home: Option<&str>| {
        let home = home.map(|home| home.parse().expect("a home"));
        let book = Codebook::from_toml("t", &text, home).expect("a codebook");
        book.targets.iter().map(|target| (target.id.to_string(), target.side)).collect::<Vec<_>>()
    };
    let row =
        |sides: &[(&str, Side)]| sides.iter().map(|(id, side)| ((*id).to_owned(), *side)).collect::<Vec<_>>();
    assert_eq!(sides(None), row(&[("a", Side::Home), ("b", Side::Other), ("c", Side::Home)]));
    assert_eq!(sides(Some("in")), row(&[("a", Side::Other), ("b", Side::Home), ("c", Side::Home)]));
    assert_eq!(sides(Some("none")), row(&[("a", Side::Other), ("b", Side::Other)]));
}

#[test]
fn a_target_of_the_home_is_read_under_the_home_countrys_name() {
    for (home, name) in [("PK", "Pakistan"), ("IN", "India")] {
        let book = Codebook::load("iamispr", Some(home.parse().expect("a home"))).expect("built in");
        let forces =
            book.targets.iter().find(|target| &*target.id == "home-forces").expect("in the codebook");
        assert_eq!((&*forces.model_name, forces.country.as_deref()), (name, Some(home)));
    }
}

#[test]
fn files_that_include_each_other_are_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, includes: &str, rest: &str| {
        let text = format!("[codebook]\nname = \"{name}\"\nversion = 1\ninclude = [{includes}]\n{rest}");
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    std::fs::create_dir(folder.path().join("sub")).expect("made");
    file("a.toml", "\"sub/../b.toml\"", TARGET);
    file("b.toml", "\"sub/../a.toml\", \"targets/platforms.toml\"", "");
    let path = folder.path().join("a.toml");
    let book = Codebook::load(path.to_str().expect("a path"), None).expect("a codebook");
    assert_eq!(book.targets.iter().filter(|target| &*target.id == "x").count(), 1);
    assert!(
        book.targets.iter().any(|target| &*target.id == "facebook"),
        "shared lists come with the program"
    );
}
