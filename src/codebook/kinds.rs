//! The small closed sets of a codebook: kinds, sides, effects.

use serde::Deserialize;

/// What sort of thing a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A nation and its state.
    Country,
    /// An army, an agency, a ministry, a national broadcaster.
    Institution,
    /// A person who stands for one of them.
    Person,
    /// A platform company: its product, policy, moderation and owner.
    Platform,
}

impl Kind {
    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Country => "country",
            Kind::Institution => "institution",
            Kind::Person => "person",
            Kind::Platform => "platform",
        }
    }
}

/// On whose side a target is, seen from the campaign's home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The home country's.
    Home,
    /// Another country's.
    Other,
    /// Nobody's: a platform.
    Neither,
}

/// Which sides a label admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum SideFilter {
    /// The home country's only.
    Home,
    /// Another country's only.
    Other,
    /// All.
    #[default]
    Any,
}

impl SideFilter {
    /// Whether a target of this side is admitted.
    pub fn admits(self, side: Side) -> bool {
        match self {
            SideFilter::Home => side == Side::Home,
            SideFilter::Other => side == Side::Other,
            SideFilter::Any => true,
        }
    }
}

/// What a rule's hit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Adds its weight to the stance.
    #[default]
    Vote,
    /// Strikes the stance out.
    Veto,
    /// Decides for the stance, whatever else speaks.
    Settle,
}

/// Whom a hit without a slot speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// The nearest target that fits.
    #[default]
    Nearest,
    /// All targets that fit: what is said is said of the whole post, such as that it is an advertisement.
    All,
}

/// How a hit is read that is negated, quoted, asked, reported, conceded or meant sarcastically.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// It does not count.
    Drop,
    /// It counts half.
    Half,
    /// Favor becomes against, against becomes favor.
    Reverse,
    /// It counts as if nothing were there.
    Ignore,
}

/// How a name must be written to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// Exactly as listed.
    Exact,
    /// With a capital letter first: `Turkey`, also `TURKEY`.
    Capital,
    /// With a capital letter first and a small one after it, in a post that is not all capitals: `Turkey`.
    Title,
    /// In capitals: `LINE`.
    Upper,
}

/// The campaign's own country.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Home {
    /// An ISO 3166 alpha-2 code, upper-case.
    Country(String),
    /// No home: every country is another one.
    None,
}

impl std::str::FromStr for Home {
    type Err = String;

    /// Reads an ISO 3166 alpha-2 code in any case, or `none`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("none") {
            return Ok(Home::None);
        }
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Ok(Home::Country(text.to_ascii_uppercase()));
        }
        Err(format!("`{text}` is not a home: give a two-letter country code such as PK, or `none`"))
    }
}

impl std::fmt::Display for Home {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Home::Country(code) => f.write_str(code),
            Home::None => f.write_str("none"),
        }
    }
}
