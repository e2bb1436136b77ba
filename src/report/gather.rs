//! Tag files to everything that the report shows.

use std::{
    collections::BTreeMap,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use super::{
    Corrected, Cross, LabelCount, Language, Ranked, Timeline,
    counts::is_value,
    timeline::{COUNTED, Cells, Making, OTHERS, Range, leading},
};
use crate::{
    aggregate::{
        AggregateError, Authors, BadLine, Bucket, Counter, Key, MOST_CELLS, More, Plan, Table, Zone,
        count_files_by,
    },
    duplicates::{Copies, Settings as CopySettings, find},
    estimate::{Difference, Estimate},
    privacy::Pseudonyms,
    read::{Columns, Limits, Options, ReadError},
    write::beside,
};

/// The most cells of time, language and label; with more, time is counted in longer stretches.
const TIME_CELLS: usize = 300_000;
/// The same where each cell holds its different authors.
const TIME_CELLS_OF_AUTHORS: usize = 20_000;
/// Labels that have a curve of their own.
const MOST_LABELS: usize = 12;
/// Rows of a list.
const MOST_ROWS: usize = 25;

/// Bytes of a manifest that are read.
const LONGEST_MANIFEST: u64 = 4 << 20;
/// Records of a chunk while copies are looked for.
const CHUNK: usize = 1024;

/// What a report is to show.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which posts count: `hashtag=iamispr`, `time>=2019-04-01` …
    pub filters: Vec<String>,
    /// The time zone; `None` for UTC.
    pub zone: Option<String>,
    /// The length of a stretch of time; `None` to choose it by the span.
    pub every: Option<Bucket>,
    /// The labels of net stance: the first less the second.
    pub net: (String, String),
    /// The chance that a steady stream shows any burst, at most.
    pub false_alarm: f64,
    /// Which kept column is the author.
    pub author: Option<String>,
    /// Whether repeated texts are looked for, where the tags kept their texts.
    pub copies: bool,
    /// Cells of fewer authors (posts, where no author is known) are left out.
    pub k: Option<u64>,
    /// Replaces mentions and ids in examples.
    pub pseudonyms: Option<Pseudonyms>,
    /// Leaves example texts out.
    pub no_text: bool,
    /// Threads that work.
    pub threads: NonZeroUsize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            filters: Vec::new(),
            zone: None,
            every: None,
            net: ("support".to_owned(), "platform_attack".to_owned()),
            false_alarm: 0.01,
            author: None,
            copies: true,
            k: None,
            pseudonyms: None,
            no_text: false,
            threads: NonZeroUsize::MIN,
        }
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The tags could not be counted.
    #[error(transparent)]
    Aggregate(#[from] AggregateError),
    /// The texts could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No post meets the conditions.
    #[error("no post of {read} meets the conditions: leave out a --where")]
    NoPosts {
        /// Posts read.
        read: u64,
    },
    /// The stretches asked for are too many.
    #[error(
        "{stretches} stretches of one {word} are too many for a page: take a longer --every, or narrow the time with --where"
    )]
    ManyStretches {
        /// How many there would be.
        stretches: usize,
        /// The bucket's word.
        word: String,
    },
}

/// What a report shows.
#[derive(Debug, Clone)]
pub struct Report {
    /// The files, as given.
    pub inputs: Vec<String>,
    /// The conditions, as given.
    pub filters: Vec<String>,
    /// Records read.
    pub read: u64,
    /// Posts that meet the conditions.
    pub posts: u64,
    /// Posts without a time among them.
    pub without_time: u64,
    /// Posts abstained on; `None` where they are too few to be shown.
    pub abstained: Option<u64>,
    /// Different authors, where known.
    pub authors: Option<Authors>,
    /// The time zone's name.
    pub zone: String,
    /// Labels, most frequent first.
    pub labels: Vec<LabelCount>,
    /// The labels of net stance, and it: uncorrected. `None` where no post has either, or a count is too small to be shown.
    pub net: Option<((String, String), Difference)>,
    /// What an audit says.
    pub corrected: Option<Corrected>,
    /// Posts over time; `None` where no post tells its time.
    pub timeline: Option<Timeline>,
    /// Targets by label.
    pub targets: Cross,
    /// Languages by label.
    pub languages: Cross,
    /// Hashtags by label.
    pub hashtags: Cross,
    /// Claims.
    pub claims: Ranked,
    /// Repeated texts, where the tags kept their texts.
    pub copies: Option<Copies>,
    /// The manifests found beside the files, by file.
    pub manifests: Vec<(String, Value)>,
    /// The least people of a cell, where small ones are left out, and of what.
    pub suppressed: Option<(u64, &'static str)>,
    /// Whether example texts were left out.
    pub no_text: bool,
    /// What the reader should know, in sentences.
    pub notes: Vec<String>,
}

impl Report {
    /// Puts what an audit says beside what was predicted.
    #[must_use]
    pub fn correct(mut self, corrected: Corrected) -> Self {
        self.notes.extend(corrected.notes.iter().cloned());
        self.corrected = Some(corrected);
        self
    }

    /// The labels' names, most frequent first.
    pub(super) fn label_names(&self) -> Vec<&str> {
        self.labels.iter().map(|label| label.name.as_str()).collect()
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Count {
    Posts,
    Status,
    Label,
    Language,
    LanguageLabel,
    Target,
    TargetLabel,
    Hashtag,
    HashtagLabel,
    Claim,
    Time,
    TimeLabel,
    TimeLanguage,
    TimeLanguageLabel,
}

impl Count {
    const WITHOUT_TIME: [Count; 10] = [
        Count::Posts,
        Count::Status,
        Count::Label,
        Count::Language,
        Count::LanguageLabel,
        Count::Target,
        Count::TargetLabel,
        Count::Hashtag,
        Count::HashtagLabel,
        Count::Claim,
    ];

    fn keys(self, bucket: Bucket) -> String {
        let time = format!("time:{}", bucket.word());
        match self {
            Count::Posts => String::new(),
            Count::Status => "status".to_owned(),
            Count::Label => "label".to_owned(),
            Count::Language => "lang".to_owned(),
            Count::LanguageLabel => "lang,label".to_owned(),
            Count::Target => "target".to_owned(),
            Count::TargetLabel => "target,label".to_owned(),
            Count::Hashtag => "hashtag".to_owned(),
            Count::HashtagLabel => "hashtag,label".to_owned(),
            Count::Claim => "claim".to_owned(),
            Count::Time => time,
            Count::TimeLabel => time + ",label",
            Count::TimeLanguage => time + ",lang",
            Count::TimeLanguageLabel => time + ",lang,label",
        }
    }

    fn is_of_time(self) -> bool {
        self >= Count::Time
    }

    fn is_of_hashtags(self) -> bool {
        matches!(self, Count::Hashtag | Count::HashtagLabel)
    }
}

/// Tables by what they count; those that cannot be shown are missing.
struct Tables {
    by_count: BTreeMap<Count, Table>,
    counted: Bucket,
    bad: u64,
    first_bad: Vec<BadLine>,
    notes: Vec<String>,
}

impl Tables {
    fn get(&self, count: Count) -> Option<&Table> {
        self.by_count.get(&count)
    }

    /// Cells of a table whose first key is a time, by the moment; `chosen` picks by the other keys.
    fn cells(&self, count: Count, chosen: impl Fn(&[Key]) -> bool) -> Cells {
        let mut cells = Cells::new();
        for row in self.get(count).into_iter().flat_map(|table| &table.rows) {
            if let Some((Key::Time { start: Some(start), .. }, others)) = row.keys.split_first()
                && row.posts > 0
                && chosen(others)
            {
                *cells.entry(*start).or_default() += row.posts;
            }
        }
        cells
    }
}

/// Counts once; in longer stretches of time, or without hashtags, where there are too many different ones.
fn count(
    inputs: &[PathBuf],
    settings: &Settings,
    what: &[Count],
    from: Bucket,
) -> Result<Tables, ReportError> {
    let mut bucket = from;
    let mut what = what.to_vec();
    let mut notes = Vec::new();
    let with_authors = settings.k.is_some();
    let time_cells = if with_authors { TIME_CELLS_OF_AUTHORS } else { TIME_CELLS };
    let counters = loop {
        let plan = |count: &Count| -> Result<Arc<Plan>, AggregateError> {
            let more = More {
                authors: with_authors || *count == Count::Posts,
                columns: Columns { author: settings.author.clone(), ..Columns::default() },
                ..More::default()
            };
            let keys = count.keys(bucket);
            let mut plan = Plan::with(&keys, &settings.filters, settings.zone.as_deref(), more)?;
            if let (true, Some(plan)) = (count.is_of_time(), Arc::get_mut(&mut plan)) {
                plan.most_cells = time_cells;
            }
            Ok(plan)
        };
        let plans: Vec<Arc<Plan>> = what.iter().map(plan).collect::<Result<_, _>>()?;
        match count_files_by(inputs, &plans, settings.threads) {
            Ok(counters) => break counters,
            Err(AggregateError::TooManyCells { most }) if most == time_cells && settings.every.is_none() => {
                let longer = COUNTED.iter().skip_while(|length| **length != bucket).nth(1);
                bucket = *longer.ok_or(AggregateError::TooManyCells { most })?;
            }
            Err(AggregateError::TooManyCells { most })
                if most == MOST_CELLS && what.iter().any(|c| c.is_of_hashtags()) =>
            {
                what.retain(|count| !count.is_of_hashtags());
                notes.push(format!("There are more than {most} different hashtags: they are not listed."));
            }
            Err(error) => return Err(error.into()),
        }
    };
    let (bad, first_bad) =
        counters.first().map_or_else(Default::default, |first| (first.bad, first.first_bad.clone()));
    let mut tables = BTreeMap::new();
    for (count, counted) in what.iter().zip(counters) {
        match finished(counted.counter, settings.k) {
            Ok(table) => {
                tables.insert(*count, table);
            }
            // Without enough people in all there is nothing to show; without enough in its cells, a table is missing.
            Err(error @ AggregateError::TooFew { .. }) if *count == Count::Posts => return Err(error.into()),
            Err(AggregateError::TooFew { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Tables { by_count: tables, counted: bucket, bad, first_bad, notes })
}

fn finished(counter: Counter, k: Option<u64>) -> Result<Table, AggregateError> {
    match k {
        Some(k) => counter.finish_for_k(k),
        None => Ok(counter.finish()),
    }
}

/// Gathers a report from tag files: JSONL, CSV, TSV (plain, gzip or zstd), Parquet.
///
/// The files are read once for the counts, and once more where copies are looked for or cells of few people are left out.
///
/// # Errors
/// [`ReportError`].
pub fn gather(inputs: &[PathBuf], settings: &Settings) -> Result<Report, ReportError> {
    let from = settings.every.unwrap_or(COUNTED[0]);
    let zone = settings.zone.as_deref().map_or_else(|| Ok(Zone::utc()), Zone::parse)?;
    let made = |tables: &Tables| {
        Making {
            counted: tables.counted,
            asked: settings.every,
            zone: &zone,
            false_alarm: settings.false_alarm,
            k: settings.k,
        }
        .range(&tables.cells(if settings.k.is_some() { Count::Time } else { Count::TimeLanguage }, |_| true))
        .map_err(|stretches| ReportError::ManyStretches {
            stretches,
            word: settings.every.map_or_else(String::new, Bucket::word),
        })
    };
    let (tables, range) = if settings.k.is_some() {
        // Which stretches to take is looked up first: cells of different authors cannot be put together afterwards.
        let open = Settings { k: None, ..settings.clone() };
        let range = made(&count(inputs, &open, &[Count::Posts, Count::Time], from)?)?;
        let bucket = range.map_or(from, |range| range.bucket);
        let what: Vec<Count> =
            Count::WITHOUT_TIME.into_iter().chain([Count::Time, Count::TimeLabel]).collect();
        (count(inputs, settings, &what, bucket)?, range)
    } else {
        let what: Vec<Count> =
            Count::WITHOUT_TIME.into_iter().chain([Count::TimeLanguage, Count::TimeLanguageLabel]).collect();
        let tables = count(inputs, settings, &what, from)?;
        let range = made(&tables)?;
        (tables, range)
    };
    let mut report = counted(inputs, &tables, settings, &zone)?;
    let making = Making {
        counted: tables.counted,
        asked: settings.every,
        zone: &zone,
        false_alarm: settings.false_alarm,
        k: settings.k,
    };
    report.timeline = range.and_then(|range| timeline(&tables, &making, range, &report.label_names()));
    if let (Some(_), Some(timeline)) = (settings.k, report.timeline.as_mut()) {
        // So few that they are nobody's business.
        timeline.outside = 0;
    }
    report.manifests = manifests(inputs, &mut report.notes);
    if settings.copies {
        copies(inputs, settings, &mut report)?;
    }
    Ok(report)
}

/// All but the timeline, the copies and the manifests.
fn counted(
    inputs: &[PathBuf],
    tables: &Tables,
    settings: &Settings,
    zone: &Zone,
) -> Result<Report, ReportError> {
    let all = tables.get(Count::Posts);
    let posts = all.map_or(0, |table| table.posts);
    let read = all.map_or(0, |table| table.read);
    if posts == 0 {
        return Err(ReportError::NoPosts { read });
    }
    let labels: Vec<LabelCount> = tables
        .get(Count::Label)
        .into_iter()
        .flat_map(|table| &table.rows)
        .filter(|row| row.keys.first().is_some_and(is_value))
        .map(|row| LabelCount {
            name: row.keys[0].to_string(),
            posts: row.posts,
            share: Estimate::counted(row.posts, posts),
        })
        .take(MOST_LABELS)
        .collect();
    let names: Vec<String> = labels.iter().map(|label| label.name.clone()).collect();
    let hidden = |count: Count| {
        tables.get(count).is_none_or(|table| table.suppressed.is_some_and(|told| told.small > 0))
    };
    let of = |name: &str| {
        let found = labels.iter().find(|label| label.name == name).map(|label| label.posts);
        if found.is_none() && hidden(Count::Label) { None } else { Some(found.unwrap_or(0)) }
    };
    let (first, second) = &settings.net;
    let net = of(first).zip(of(second)).filter(|(a, b)| a + b > 0);
    let cross = |by_label: Count, whole: Count| {
        tables
            .get(by_label)
            .map_or_else(Cross::default, |table| Cross::of(table, tables.get(whole), &names, MOST_ROWS))
    };
    let row = |count: Count, name: &str| {
        let found =
            tables.get(count)?.rows.iter().find(|row| row.keys.iter().any(|key| key.to_string() == name));
        found.map(|row| row.posts).or_else(|| (!hidden(count)).then_some(0))
    };
    let mut notes = tables.notes.clone();
    if tables.bad > 0 {
        let first = tables.first_bad.first();
        let first = first.map_or_else(String::new, |bad| {
            format!("; the first is {}:{}: {}", bad.file, bad.line, bad.reason)
        });
        notes.push(format!("{} lines are no tagged posts and are not counted{first}.", tables.bad));
    }
    let without_time = [Count::TimeLanguage, Count::Time]
        .into_iter()
        .filter_map(|count| tables.get(count))
        .flat_map(|table| &table.rows)
        .filter(|row| row.keys.first() == Some(&Key::Unknown))
        .map(|row| row.posts)
        .sum();
    let unit = all.and_then(|table| table.suppressed).map(|told| told.unit.as_str());
    Ok(Report {
        inputs: inputs.iter().map(|path| path.display().to_string()).collect(),
        filters: settings.filters.clone(),
        read,
        posts,
        without_time,
        abstained: row(Count::Status, "abstained"),
        authors: all.and_then(|table| table.authors),
        zone: zone.name().to_owned(),
        net: net.map(|(a, b)| (settings.net.clone(), Difference::net(a, b, posts))),
        corrected: None,
        timeline: None,
        targets: cross(Count::TargetLabel, Count::Target),
        languages: cross(Count::LanguageLabel, Count::Language),
        hashtags: cross(Count::HashtagLabel, Count::Hashtag),
        claims: tables.get(Count::Claim).map_or_else(Ranked::default, |table| Ranked::of(table, MOST_ROWS)),
        labels,
        copies: None,
        manifests: Vec::new(),
        suppressed: settings.k.zip(unit),
        no_text: settings.no_text,
        notes,
    })
}

/// The curve, and those of labels and languages.
fn timeline(tables: &Tables, making: &Making<'_>, range: Range, labels: &[&str]) -> Option<Timeline> {
    let starts = making.starts(&range);
    let placed = |cells: &Cells| Making::placed(&starts, &range, cells);
    let curves = if tables.get(Count::TimeLanguage).is_some() {
        open_curves(tables, labels, starts.len(), &placed)
    } else {
        suppressed_curves(tables, tables.get(Count::Time)?, labels, &placed)
    };
    let (bursts, scan) = making.bursts(range.bucket, &curves.posts);
    Some(Timeline {
        bucket: range.bucket,
        zone: making.zone.clone(),
        offset: making.offset(range.bucket, &starts),
        starts,
        posts: curves.posts,
        given: curves.given,
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        languages: curves.languages,
        bursts,
        scan,
        outside: range.outside,
    })
}

/// Posts over time, those with each label, and the same by language.
struct Curves {
    posts: Vec<Option<u64>>,
    given: Vec<Vec<Option<u64>>>,
    languages: Vec<Language>,
}

/// Whether a key is this value.
fn is(key: Option<&Key>, name: &str) -> bool {
    key.is_some_and(|key| matches!(key, Key::Text(text) if **text == *name))
}

/// The curves where every cell may be shown.
fn open_curves(
    tables: &Tables,
    labels: &[&str],
    stretches: usize,
    placed: &dyn Fn(&Cells) -> Vec<u64>,
) -> Curves {
    let mut by_language: BTreeMap<String, u64> = BTreeMap::new();
    for row in tables.get(Count::TimeLanguage).into_iter().flat_map(|table| &table.rows) {
        if let [Key::Time { .. }, Key::Text(language)] = &row.keys[..] {
            *by_language.entry(language.to_string()).or_default() += row.posts;
        }
    }
    let (own, others) = leading(by_language.into_iter().collect());
    let belongs = |key: Option<&Key>, name: Option<&String>| match name {
        Some(name) => is(key, name),
        None => !own.iter().any(|own| is(key, own)),
    };
    let language = |name: Option<&String>| {
        let posts = tables.cells(Count::TimeLanguage, |keys| belongs(keys.first(), name));
        let given = |label: &&str| {
            placed(&tables.cells(Count::TimeLanguageLabel, |keys| {
                belongs(keys.first(), name) && is(keys.get(1), label)
            }))
        };
        Language {
            name: name.map_or_else(|| OTHERS.to_owned(), Clone::clone),
            posts: placed(&posts),
            given: labels.iter().map(given).collect(),
        }
    };
    let languages: Vec<Language> = own.iter().map(Some).chain(others.then_some(None)).map(language).collect();
    let sum = |part: &dyn Fn(&Language) -> &Vec<u64>| -> Vec<Option<u64>> {
        (0..stretches).map(|at| Some(languages.iter().map(|language| part(language)[at]).sum())).collect()
    };
    let posts = sum(&|language| &language.posts);
    let given = (0..labels.len()).map(|label| sum(&|language| &language.given[label])).collect();
    Curves { posts, given, languages }
}

/// The curves where cells of few people were left out. A stretch without a row was left out or is empty; which of the two
/// must not show.
fn suppressed_curves(
    tables: &Tables,
    table: &Table,
    labels: &[&str],
    placed: &dyn Fn(&Cells) -> Vec<u64>,
) -> Curves {
    let hidden = |table: &Table| table.suppressed.is_some_and(|told| told.small + told.more > 0);
    let shown = |cells: &Cells, hidden: bool| -> Vec<Option<u64>> {
        placed(cells).into_iter().map(|posts| (posts > 0 || !hidden).then_some(posts)).collect()
    };
    let of_label = |label: &&str| {
        let hidden = tables.get(Count::TimeLabel).is_none_or(hidden);
        shown(&tables.cells(Count::TimeLabel, |keys| is(keys.first(), label)), hidden)
    };
    Curves {
        posts: shown(&tables.cells(Count::Time, |_| true), hidden(table)),
        given: labels.iter().map(of_label).collect(),
        languages: Vec::new(),
    }
}

/// The manifests that stand beside the files, without the run's own totals.
fn manifests(inputs: &[PathBuf], notes: &mut Vec<String>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for input in inputs {
        let path = beside(input, ".manifest.json");
        let named = input.display().to_string();
        match manifest(&path) {
            Ok(Some(manifest)) => found.push((named, manifest)),
            Ok(None) => notes.push(format!(
                "There is no {} beside the tags: the run that made them is not documented here.",
                path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            )),
            Err(reason) => notes.push(format!("{} cannot be read: {reason}.", path.display())),
        }
    }
    found
}

fn manifest(path: &Path) -> Result<Option<Value>, String> {
    match fs::metadata(path) {
        Ok(about) if about.len() > LONGEST_MANIFEST => return Err("it is longer than 4 MB".to_owned()),
        Ok(about) if about.is_file() => {}
        _ => return Ok(None),
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let mut manifest: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if let Some(members) = manifest.as_object_mut() {
        members.remove("totals");
    }
    Ok(Some(manifest))
}

/// Looks for repeated texts.
fn copies(inputs: &[PathBuf], settings: &Settings, report: &mut Report) -> Result<(), ReportError> {
    let mut tell = |sentence: &str| report.notes.push(sentence.to_owned());
    if inputs.iter().any(|path| path == Path::new("-")) {
        tell("Repeated texts are not looked for in what comes from a pipe: name a file.");
        return Ok(());
    }
    if !settings.filters.is_empty() {
        tell(
            "Repeated texts are not looked for where only some posts count; `stancemark duplicates` finds them.",
        );
        return Ok(());
    }
    let options = Options {
        columns: Columns { author: settings.author.clone(), ..Columns::default() },
        limits: Limits { chunk_records: CHUNK, ..Limits::default() },
        ..Options::default()
    };
    let found = match find(inputs, &options, CopySettings::default(), settings.threads.get(), |_, _| ()) {
        Ok(found) => found,
        // Tags without texts have no column that could be one.
        Err(ReadError::NoTextColumn { .. }) => {
            tell("The tags hold no texts, so that repeated ones cannot be found: tag with --keep.");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let mut copies = found.copies;
    if copies.posts == 0 || copies.no_text == copies.posts {
        tell("The tags hold no texts, so that repeated ones cannot be found: tag with --keep.");
        return Ok(());
    }
    if copies.posts < report.posts {
        tell("Some tags hold no text: the shares of copies are of those that do.");
    }
    if let Some(k) = settings.k {
        copies.suppress(k);
    }
    if settings.no_text {
        copies.leave_out_texts();
    }
    if let Some(pseudonyms) = &settings.pseudonyms {
        copies.pseudonymize(pseudonyms);
    }
    report.copies = Some(copies);
    Ok(())
}
