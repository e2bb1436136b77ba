//! Which column is what: the names that the user gives, and the usual names where none is given.

use super::Columns;

/// What a post takes from a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Text,
    Time,
    Author,
    Platform,
    Hashtags,
    RepostOf,
}

/// How many fields there are.
pub(super) const FIELD_COUNT: usize = 7;

pub(super) const FIELDS: [Field; FIELD_COUNT] =
    [Field::Id, Field::Text, Field::Time, Field::Author, Field::Platform, Field::Hashtags, Field::RepostOf];

/// The column in which `tag --keep` carries the input's other columns.
pub(super) const KEPT: &str = "input";

/// The fields that a tag file has in no column of its own, but among the [`KEPT`] ones.
pub(super) const KEPT_FIELDS: [Field; 3] = [Field::Author, Field::Platform, Field::RepostOf];

impl Field {
    /// The field's place in arrays of [`FIELD_COUNT`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// The field in words.
    pub(super) fn role(self) -> &'static str {
        match self {
            Field::Id => "id",
            Field::Text => "text",
            Field::Time => "time",
            Field::Author => "author",
            Field::Platform => "platform",
            Field::Hashtags => "hashtags",
            Field::RepostOf => "reposted id",
        }
    }

    fn given(self, columns: &Columns) -> Option<&str> {
        let name = match self {
            Field::Id => &columns.id,
            Field::Text => &columns.text,
            Field::Time => &columns.time,
            Field::Author => &columns.author,
            Field::Platform => &columns.platform,
            Field::Hashtags => &columns.hashtags,
            Field::RepostOf => &columns.repost_of,
        };
        name.as_deref()
    }

    /// The usual names, first come first served. Dotted names reach into nested objects.
    #[rustfmt::skip]
    fn usual(self) -> &'static [&'static str] {
        match self {
            Field::Id => &[
                "id_str", "id", "post_id", "tweet_id", "status_id", "message_id", "comment_id", "uuid", "data.id",
            ],
            Field::Text => &[
                "full_text", "extended_tweet.full_text", "text", "tweet_text", "tweet", "content", "body",
                "message", "post", "caption", "selftext", "comment", "description", "post_text", "clean_text",
                "tweet_content", "post_content", "comment_text", "data.text",
            ],
            Field::Time => &[
                "created_at", "time", "timestamp", "date", "datetime", "created_utc", "tweet_time", "posted_at",
                "published_at", "created", "data.created_at",
            ],
            Field::Author => &[
                "author_id", "author", "author.id", "author.name", "user_id", "username", "user_screen_name",
                "screen_name", "user", "user.id_str", "user.id", "user.screen_name", "user.username", "from",
                "from_id", "from.id", "from.name", "account", "account.id", "account.acct", "data.author_id",
            ],
            Field::Platform => &["platform"],
            Field::Hashtags => &["hashtags", "entities.hashtags", "data.entities.hashtags"],
            Field::RepostOf => &[
                "repost_of", "retweeted_status_id_str", "retweeted_status_id", "retweet_tweetid",
                "retweeted_status.id_str", "retweeted_status.id", "referenced_tweets",
                "data.referenced_tweets",
            ],
        }
    }

    /// The names to look for, best first.
    pub(super) fn names(self, columns: &Columns) -> Vec<&str> {
        self.given(columns).map_or_else(|| self.usual().to_vec(), |name| vec![name])
    }
}

/// A name without case, spaces, `_` and `-`, written into `folded`.
pub(super) fn fold_into(name: &str, folded: &mut Vec<u8>) {
    folded.clear();
    for (at, &byte) in name.as_bytes().iter().enumerate() {
        match byte {
            b' ' | b'_' | b'-' => {}
            0x80.. => {
                let rest = name.get(at..).unwrap_or_default();
                let kept =
                    rest.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).flat_map(char::to_lowercase);
                kept.for_each(|c| folded.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()));
                return;
            }
            _ => folded.push(byte.to_ascii_lowercase()),
        }
    }
}

pub(super) fn fold(name: &str) -> Vec<u8> {
    let mut folded = Vec::new();
    fold_into(name, &mut folded);
    folded
}

/// The names looked for in one JSON object, and in the objects nested in it.
#[derive(Debug, Clone)]
pub(super) struct Branch<S = Field> {
    entries: Vec<Entry<S>>,
}

impl<S> Default for Branch<S> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

/// One name of a [`Branch`].
#[derive(Debug, Clone)]
pub(super) struct Entry<S = Field> {
    name: Vec<u8>,
    /// The fields that this member can fill, each with its rank: the smallest rank wins.
    pub(super) fills: Vec<(S, usize)>,
    pub(super) inner: Branch<S>,
}

impl<S: Copy> Branch<S> {
    /// Looks for a name, dotted or not, for a field; of several names that are there the smallest rank wins.
    pub(super) fn look_for(&mut self, name: &str, field: S, rank: usize) {
        self.entry(name).fills.push((field, 2 * rank));
        if let Some((path, last)) = name.rsplit_once('.') {
            let branch = path.split('.').fold(self, |branch, part| &mut branch.entry(part).inner);
            branch.entry(last).fills.push((field, 2 * rank + 1));
        }
    }

    /// The entry of a folded name.
    pub(super) fn find(&self, folded: &[u8]) -> Option<&Entry<S>> {
        let at = self.entries.binary_search_by(|entry| order(&entry.name, folded)).ok()?;
        self.entries.get(at)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn entry(&mut self, name: &str) -> &mut Entry<S> {
        let name = fold(name);
        let at = match self.entries.binary_search_by(|entry| order(&entry.name, &name)) {
            Ok(at) => at,
            Err(at) => {
                self.entries.insert(at, Entry { name, fills: Vec::new(), inner: Branch::default() });
                at
            }
        };
        &mut self.entries[at]
    }
}

/// By length first: most names that are not looked for then differ without a look at their bytes.
fn order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// What to take from every record.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) columns: Columns,
    pub(super) root: Branch,
    pub(super) keep: bool,
}

impl Plan {
    pub(super) fn new(columns: &Columns, keep: bool) -> Self {
        let mut root = Branch::default();
        for field in FIELDS {
            let names = field.names(columns);
            for (at, name) in names.iter().enumerate() {
                root.look_for(name, field, at);
            }
            // What `tag --keep` wrote is read like what it was made from.
            if KEPT_FIELDS.contains(&field) {
                for (at, name) in names.iter().enumerate() {
                    root.look_for(&format!("{KEPT}.{name}"), field, names.len() + at);
                }
            }
        }
        Self { columns: columns.clone(), root, keep }
    }

    /// Whether a member of this name can be a post's text or, as an object, hold it.
    pub(super) fn leads_to_text(&self, name: &str, is_object: bool) -> bool {
        let folded = fold(name);
        Field::Text.names(&self.columns).iter().any(|known| match known.split_once('.') {
            Some((first, _)) if is_object => fold(first) == folded,
            _ => fold(known) == folded,
        })
    }

    pub(super) fn given(&self, field: Field) -> Option<&str> {
        field.given(&self.columns)
    }
}

/// The column of the header that fills the field.
pub(super) fn choose(header: &[String], field: Field, columns: &Columns) -> Option<usize> {
    let folded: Vec<Vec<u8>> = header.iter().map(|name| fold(name)).collect();
    field.names(columns).iter().find_map(|name| {
        let name = fold(name);
        folded.iter().position(|column| *column == name)
    })
}

/// The column most like one of the wanted names, where one is alike at all.
pub(super) fn nearest(header: &[String], wanted: &[&str]) -> Option<String> {
    let pairs = header.iter().flat_map(|column| wanted.iter().map(move |name| (column, name)));
    let (distance, column) = pairs
        .filter_map(|(column, name)| {
            let (a, b) = (fold(column), fold(name));
            let distance =
                if !a.is_empty() && (contains(&a, &b) || contains(&b, &a)) { 1 } else { edits(&a, &b) };
            (distance <= 1 + b.len() / 4).then_some((distance, column))
        })
        .min_by_key(|(distance, _)| *distance)?;
    (distance < usize::MAX).then(|| column.clone())
}

fn contains(long: &[u8], short: &[u8]) -> bool {
    short.len() >= 3 && long.windows(short.len()).any(|window| window == short)
}

/// Levenshtein distance; names are short, so the plain table will do.
fn edits(a: &[u8], b: &[u8]) -> usize {
    if a.len().max(b.len()) > 128 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let cost = (diagonal + usize::from(x != y)).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, cost);
            left = cost;
        }
        row[0] = i + 1;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn names_compare_without_case_spaces_and_dashes() {
        let columns = Columns::default();
        let header = header(&["Post ID", "Full-Text", "userid", "Äuß er"]);
        assert_eq!(choose(&header, Field::Id, &columns), Some(0));
        assert_eq!(choose(&header, Field::Text, &columns), Some(1));
        assert_eq!(choose(&header, Field::Author, &columns), Some(2));
        assert_eq!(choose(&header, Field::Time, &columns), None);
        let given = Columns { time: Some("ÄUSS_ER".into()), ..Columns::default() };
        assert_eq!(choose(&header, Field::Time, &given), None);
        let given = Columns { time: Some("ÄUßER".into()), ..Columns::default() };
        assert_eq!(choose(&header, Field::Time, &given), Some(3));
    }

    #[test]
    fn the_first_usual_name_wins_over_the_first_column() {
        let header = header(&["description", "text", "tweetid", "id"]);
        assert_eq!(choose(&header, Field::Text, &Columns::default()), Some(1));
        assert_eq!(choose(&header, Field::Id, &Columns::default()), Some(3));
    }

    #[test]
    fn the_nearest_column_is_offered_only_when_it_is_near() {
        let there = header(&["when", "txet", "who"]);
        assert_eq!(nearest(&there, &["text"]), Some("txet".into()));
        assert_eq!(nearest(&header(&["when", "tekst"]), &["text"]), Some("tekst".into()));
        assert_eq!(nearest(&header(&["when", "post_text_en"]), &["text"]), Some("post_text_en".into()));
        assert_eq!(nearest(&header(&["when", "what"]), &["text"]), None);
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits(b"", b"abc"), 3);
        assert_eq!(edits(b"kitten", b"sitting"), 3);
        assert_eq!(edits(b"same", b"same"), 0);
    }

    #[test]
    fn a_plan_reaches_into_nested_objects() {
        let plan =
            Plan::new(&Columns { author: Some("user.Screen_Name".into()), ..Columns::default() }, false);
        let user = plan.root.find(b"user").expect("user is looked for");
        assert!(user.fills.is_empty());
        assert_eq!(user.inner.find(b"screenname").expect("nested").fills, [(Field::Author, 1)]);
    }
}
