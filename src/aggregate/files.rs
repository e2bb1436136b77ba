//! Tag files to counts: opens each file, tells its format by its content, counts on several threads.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use super::{
    AggregateError, Counter, Plan, TagRecord,
    lines::{Block, LONGEST_LINE, Lines, Next},
    parquet_rows, partial, separated,
};

/// How many unreadable lines are remembered for telling.
const TOLD: usize = 5;

/// A line that is no tagged post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The file as given, or `stdin`.
    pub file: String,
    /// Its 1-based number; in Parquet, the row's.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// The outcome of counting files.
#[derive(Debug)]
pub struct Counted {
    /// The counts.
    pub counter: Counter,
    /// Lines that are no tagged posts: skipped, and told here.
    pub bad: u64,
    /// The first few of them, by file and line.
    pub first_bad: Vec<BadLine>,
}

/// Counts by one plan or several, and the lines that could not be counted.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) counters: Vec<Counter>,
    pub(super) bad: u64,
    pub(super) first_bad: Vec<BadLine>,
}

impl Tally {
    pub(super) fn new(plans: &[Arc<Plan>]) -> Self {
        let counters = plans.iter().map(|plan| Counter::new(Arc::clone(plan))).collect();
        Self { counters, bad: 0, first_bad: Vec::new() }
    }

    /// Counts a record that may be none.
    pub(super) fn add<'a>(
        &mut self,
        record: Result<TagRecord<'a>, String>,
        file: &'a str,
        line: u64,
    ) -> Result<(), AggregateError> {
        match record {
            Ok(mut record) => {
                record.file = file;
                self.add_record(&record, line)
            }
            Err(reason) => {
                self.add_bad(file, line, reason);
                Ok(())
            }
        }
    }

    /// Counts a record whose kept columns may be broken.
    pub(super) fn add_record(&mut self, record: &TagRecord<'_>, line: u64) -> Result<(), AggregateError> {
        for at in 0..self.counters.len() {
            let counter = &mut self.counters[at];
            let plan = Arc::clone(counter.plan());
            match plan.kept(record) {
                Ok(kept) => counter.add_kept(record, &kept)?,
                Err(reason) => {
                    self.add_bad(record.file, line, reason);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    pub(super) fn add_bad(&mut self, file: &str, line: u64, reason: String) {
        self.bad += 1;
        if self.first_bad.len() < TOLD {
            self.first_bad.push(BadLine { file: file.to_owned(), line, reason });
        }
    }

    pub(super) fn merge(&mut self, other: Tally) -> Result<(), AggregateError> {
        self.bad += other.bad;
        self.first_bad.extend(other.first_bad);
        self.counters.iter_mut().zip(other.counters).try_for_each(|(ours, theirs)| ours.merge(theirs))
    }
}

/// Counts the posts of tag files: JSONL, CSV and TSV (plain, gzip or zstd) and Parquet, told by their
/// content; `-` is standard input. Partial results ([`Counter::write_partial`]) of the same plan are added.
///
/// Lines that are no tagged posts are skipped and told. JSONL and Parquet are read on `threads` threads.
///
/// # Errors
/// When a file cannot be read, is no tag file, or gives more cells than the plan allows; and when not
/// a single line is a tagged post.
pub fn count_files(
    inputs: &[PathBuf],
    plan: &Arc<Plan>,
    threads: NonZeroUsize,
) -> Result<Counted, AggregateError> {
    let Tally { counters, bad, first_bad } = tally(inputs, std::slice::from_ref(plan), threads)?;
    let counter = counters.into_iter().next().unwrap_or_else(|| Counter::new(Arc::clone(plan)));
    Ok(Counted { counter, bad, first_bad })
}

/// As [`count_files`] by several plans, reading the files once; one counter for each plan, in their order. The lines that
/// are no tagged posts are told in each.
///
/// # Errors
/// As [`count_files`]; partial results hold the counts of one plan only and are refused.
pub fn count_files_by(
    inputs: &[PathBuf],
    plans: &[Arc<Plan>],
    threads: NonZeroUsize,
) -> Result<Vec<Counted>, AggregateError> {
    let Tally { counters, bad, first_bad } = tally(inputs, plans, threads)?;
    Ok(counters.into_iter().map(|counter| Counted { counter, bad, first_bad: first_bad.clone() }).collect())
}

fn tally(inputs: &[PathBuf], plans: &[Arc<Plan>], threads: NonZeroUsize) -> Result<Tally, AggregateError> {
    let mut tally = Tally::new(plans);
    for input in inputs {
        let mut of_file = count_file(input, plans, threads)?;
        // Threads meet bad lines in any order; the same files shall give the same message.
        of_file.first_bad.sort_by_key(|bad| bad.line);
        let room = TOLD.saturating_sub(tally.first_bad.len());
        of_file.first_bad.truncate(room);
        tally.merge(of_file)?;
    }
    match tally.first_bad.first() {
        Some(first) if tally.counters.iter().all(|counter| counter.read() == 0) => {
            Err(AggregateError::NothingRead {
                lines: tally.bad,
                file: first.file.clone(),
                line: first.line,
                reason: first.reason.clone(),
            })
        }
        _ => Ok(tally),
    }
}

fn count_file(input: &Path, plans: &[Arc<Plan>], threads: NonZeroUsize) -> Result<Tally, AggregateError> {
    let fail = |source| AggregateError::Io { path: input.to_owned(), source };
    if input == Path::new("-") {
        let path = Path::new("stdin");
        return count_stream(Box::new(io::stdin().lock()), path, plans, threads);
    }
    if input.is_dir() {
        return Err(AggregateError::Directory { path: input.to_owned() });
    }
    let mut file = File::open(input).map_err(fail)?;
    let is_file = file.metadata().is_ok_and(|found| found.is_file());
    let mut magic = [0; 4];
    let read = read_up_to(&mut file, &mut magic).map_err(fail)?;
    // A pipe with a name cannot be wound back; what was read of it is put in front again.
    match file.rewind() {
        Ok(()) if magic == *b"PAR1" && is_file => parquet_rows::count(&file, input, plans, threads),
        Ok(()) => count_stream(Box::new(file), input, plans, threads),
        Err(_) => {
            let begun = io::Cursor::new(magic).take(read as u64);
            count_stream(Box::new(begun.chain(file)), input, plans, threads)
        }
    }
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while let Some(rest) = buffer.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// Counts a stream of JSONL, CSV or TSV, compressed or not.
fn count_stream(
    stream: Box<dyn Read + '_>,
    path: &Path,
    plans: &[Arc<Plan>],
    threads: NonZeroUsize,
) -> Result<Tally, AggregateError> {
    let fail = |source| AggregateError::Io { path: path.to_owned(), source };
    let Some(mut text) = unpacked(stream).map_err(fail)? else {
        return Err(AggregateError::ParquetFromStdin);
    };
    match first_bytes(&mut text).map_err(fail)? {
        // A tagged post begins with its id, but other programs may write `status` first.
        [b'{', b'"', b's', b't'] => {
            let mut line = Vec::new();
            Read::take(&mut text, LONGEST_LINE as u64).read_until(b'\n', &mut line).map_err(fail)?;
            if line.starts_with(partial::BEGINNING) {
                partial::count(&line, &mut text, path, plans)
            } else {
                count_lines(io::Cursor::new(line).chain(text), path, plans, threads)
            }
        }
        // The header of our CSV and TSV: `id,time` or `id<tab>time`.
        [b'i', b'd', delimiter @ (b',' | b'\t'), _] => separated::count(text, delimiter, path, plans),
        _ => count_lines(text, path, plans, threads),
    }
}

/// A stream without its packing; `None` for Parquet.
fn unpacked<'a>(stream: Box<dyn Read + 'a>) -> io::Result<Option<Box<dyn BufRead + 'a>>> {
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    Ok(Some(match first_bytes(&mut stream)? {
        [0x1f, 0x8b, ..] => {
            Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(stream)))
        }
        [0x28, 0xb5, 0x2f, 0xfd] => {
            Box::new(BufReader::with_capacity(1 << 17, zstd::stream::read::Decoder::with_buffer(stream)?))
        }
        [b'P', b'A', b'R', b'1'] => return Ok(None),
        _ => Box::new(stream),
    }))
}

/// The first line of a file, unpacked, where it is not longer than allowed; `None` where it cannot be read.
pub(super) fn first_line(path: &Path, longest: usize) -> Option<Vec<u8>> {
    let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|found| found.is_file()))?;
    let mut text = unpacked(Box::new(file)).ok()??;
    let mut line = Vec::new();
    Read::take(&mut text, longest as u64).read_until(b'\n', &mut line).ok()?;
    line.starts_with(partial::BEGINNING).then_some(line)
}

/// The first four bytes, without taking them; zeros where there are fewer.
fn first_bytes(reader: &mut impl BufRead) -> io::Result<[u8; 4]> {
    let mut magic = [0; 4];
    let found = loop {
        match reader.fill_buf() {
            Ok(found) => break found,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    };
    for (to, from) in magic.iter_mut().zip(found) {
        *to = *from;
    }
    Ok(magic)
}

/// JSONL: this thread reads, the others parse and count.
fn count_lines(
    reader: impl BufRead,
    path: &Path,
    plans: &[Arc<Plan>],
    threads: NonZeroUsize,
) -> Result<Tally, AggregateError> {
    let file = path.display().to_string();
    let mut lines = Lines::new(reader, LONGEST_LINE);
    let mut counted = Tally::new(plans);
    thread::scope(|scope| {
        let (to_workers, blocks) = crossbeam_channel::bounded::<Block>(threads.get() * 2);
        let workers: Vec<_> = (0..threads.get())
            .map(|_| {
                let (blocks, file) = (blocks.clone(), &file);
                scope.spawn(move || {
                    let mut counted = Tally::new(plans);
                    for block in blocks {
                        count_block(&block, file, &mut counted)?;
                    }
                    Ok::<_, AggregateError>(counted)
                })
            })
            .collect();
        drop(blocks);
        let mut failed = None;
        loop {
            match lines.next() {
                Ok(Next::Block(block)) => {
                    // All workers gone means that all failed; their reason comes below.
                    if to_workers.send(block).is_err() {
                        break;
                    }
                }
                Ok(Next::TooLong { line }) => {
                    counted.add_bad(&file, line, format!("longer than {} MB", LONGEST_LINE >> 20));
                }
                Ok(Next::End) => break,
                Err(source) => {
                    failed = Some(AggregateError::Io { path: path.to_owned(), source });
                    break;
                }
            }
        }
        drop(to_workers);
        for worker in workers {
            let outcome = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match outcome {
                Ok(of_worker) => counted.merge(of_worker)?,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(()), Err)
    })?;
    Ok(counted)
}

fn count_block(block: &Block, file: &str, counted: &mut Tally) -> Result<(), AggregateError> {
    let mut rest = block.bytes.as_slice();
    let mut number = block.first_line;
    while !rest.is_empty() {
        let (line, tail) = match memchr::memchr(b'\n', rest) {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default()),
            None => (rest, [].as_slice()),
        };
        let line = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        if !line.trim_ascii().is_empty() {
            counted.add(TagRecord::from_line(line), file, number)?;
        }
        rest = tail;
        number += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        aggregate::Table,
        post::TaggedPost,
        write::{Destination, Encoder, OutputKind, Sink, samples},
    };

    fn write(folder: &Path, name: &str, posts: &[TaggedPost]) -> PathBuf {
        let path = folder.join(name);
        let destination = Destination::File(path.clone());
        let kind = OutputKind::of(&destination, None).expect("kind");
        let mut sink = Sink::create(&destination, kind).expect("create");
        for batch in posts.chunks(3) {
            sink.write(Encoder::new(kind).encode(batch).expect("encode")).expect("write");
        }
        sink.finish().expect("finish");
        path
    }

    fn counted(path: &Path, by: &str) -> Result<Counted, AggregateError> {
        let plan = Plan::parse(by, &[], None).expect("plan");
        count_files(&[path.to_owned()], &plan, NonZeroUsize::new(2).expect("two"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn every_format_gives_the_same_counts(posts in prop::collection::vec(samples::any_post(), 1..9)) {
            let folder = tempfile::tempdir().expect("folder");
            let by = "label,target,stance,lang,hashtag,claim,status,time:15min";
            let mut counter = Counter::new(Plan::parse(by, &[], None).expect("plan"));
            for post in &posts {
                counter.add(&TagRecord::from(post)).expect("few cells");
            }
            let expected: Table = counter.finish();
            for name in ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.csv.zst", "a.tsv.gz", "a.parquet"] {
                let told = counted(&write(folder.path(), name, &posts), by).expect("counts");
                prop_assert_eq!(told.bad, 0, "{}: {:?}", name, told.first_bad);
                prop_assert_eq!(&told.counter.finish(), &expected, "{}", name);
            }
        }
    }

    /// Posts of three authors on two platforms, with a column of their own; one tells nothing.
    fn kept() -> Vec<TaggedPost> {
        let input = |at: usize| match at % 4 {
            0 => r#"{"author":"a","platform":"twitter","likes":3}"#,
            1 => r#"{"author":"b","platform":"facebook","likes":3,"tags":["x"]}"#,
            2 => r#"{"author":"c","platform":"twitter","likes":null}"#,
            _ => "{}",
        };
        let of = |at| {
            let mut post = samples::platform_attack();
            samples::keep(&mut post, "text, \"quoted\"", input(at));
            post
        };
        (0..8).map(of).chain([samples::bare("none")]).collect()
    }

    fn plan_with_authors(by: &str, filters: &[&str]) -> Arc<Plan> {
        let filters: Vec<_> = filters.iter().map(|&text| text.to_owned()).collect();
        let more = crate::aggregate::More { authors: true, ..Default::default() };
        Plan::with(by, &filters, None, more).expect("plan")
    }

    #[test]
    fn kept_columns_are_read_from_every_format() {
        let folder = tempfile::tempdir().expect("folder");
        for name in ["a.jsonl", "a.csv", "a.tsv.gz", "a.parquet"] {
            let path = write(folder.path(), name, &kept());
            let table = |by: &str, filters: &[&str]| {
                let plan = plan_with_authors(by, filters);
                let told =
                    count_files(std::slice::from_ref(&path), &plan, NonZeroUsize::MIN).expect("counts");
                assert_eq!(told.bad, 0, "{name}: {:?}", told.first_bad);
                let table = told.counter.finish();
                let rows = table.rows.iter().map(|row| {
                    let keys: Vec<_> = row.keys.iter().map(ToString::to_string).collect();
                    (keys.join("/"), row.posts, row.authors.map(|authors| authors.count))
                });
                rows.collect::<Vec<_>>()
            };
            let row = |keys: &str, posts, authors| (keys.to_owned(), posts, authors);
            assert_eq!(
                table("platform", &[]),
                [row("twitter", 4, Some(2)), row("(none)", 3, None), row("facebook", 2, Some(1))],
                "{name}"
            );
            assert_eq!(
                table("author,column:likes", &["author!=(none)", "column:likes=3"]),
                [row("a/3", 2, Some(1)), row("b/3", 2, Some(1))]
            );
            assert_eq!(table("column:tags", &["platform=facebook"]), [row("[\"x\"]", 2, Some(1))]);
            assert_eq!(table("file", &[]), [row(&path.display().to_string(), 9, Some(3))]);
        }
    }

    #[test]
    fn several_plans_are_counted_in_one_pass() {
        let folder = tempfile::tempdir().expect("folder");
        for name in ["a.jsonl", "a.csv", "a.parquet"] {
            let inputs = [write(folder.path(), name, &kept())];
            let plans =
                ["label,target", "platform", "", "time:day,lang,claim"].map(|by| plan_with_authors(by, &[]));
            let all = count_files_by(&inputs, &plans, NonZeroUsize::MIN).expect("counts");
            assert_eq!(all.len(), plans.len());
            for (counted, plan) in all.into_iter().zip(&plans) {
                let alone = count_files(&inputs, plan, NonZeroUsize::MIN).expect("counts");
                assert_eq!(counted.counter.finish(), alone.counter.finish(), "{name}");
            }
        }
    }

    #[test]
    fn kept_columns_that_are_broken_are_a_bad_line() {
        let folder = tempfile::tempdir().expect("folder");
        let path = write(folder.path(), "a.csv", &kept());
        let text = std::fs::read_to_string(&path).expect("text");
        std::fs::write(&path, text.replace("\"\"likes\"\":null}", "\"\"likes\"\":null")).expect("write");
        let told =
            count_files(&[path], &plan_with_authors("author", &[]), NonZeroUsize::MIN).expect("counts");
        assert_eq!((told.bad, told.counter.posts()), (2, 7));
        assert!(told.first_bad[0].reason.contains("input"), "{:?}", told.first_bad);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn partial_results_merge_to_the_answer_of_the_whole(
            posts in prop::collection::vec(samples::any_post(), 1..12),
            cut in 0usize..12,
            by in prop::sample::select(vec!["label,time:15min,hashtag", "author,platform", "", "file"]),
        ) {
            let folder = tempfile::tempdir().expect("folder");
            let plan = plan_with_authors(by, &["lang!=xx"]);
            let (left, right) = posts.split_at(cut.min(posts.len()));
            let parts = [("left.jsonl", left), ("right.parquet", right)];
            let files = parts.map(|(name, posts)| write(folder.path(), name, posts));
            let whole = count_files(&files, &plan, NonZeroUsize::MIN).expect("counts").counter;
            let partials: Vec<PathBuf> = files
                .iter()
                .map(|file| {
                    let told = count_files(std::slice::from_ref(file), &plan, NonZeroUsize::MIN).expect("counts");
                    let path = file.with_extension("partial");
                    let mut bytes = Vec::new();
                    told.counter.write_partial(&mut bytes, told.bad).expect("memory");
                    std::fs::write(&path, bytes).expect("write");
                    path
                })
                .collect();
            let merged = count_files(&partials, &plan, NonZeroUsize::MIN).expect("merges").counter;
            let (mut one, mut other) = (Vec::new(), Vec::new());
            whole.write_partial(&mut one, 0).expect("memory");
            merged.write_partial(&mut other, 0).expect("memory");
            prop_assert_eq!(String::from_utf8(one), String::from_utf8(other));
            prop_assert_eq!(merged.finish(), whole.finish());
        }
    }

    #[test]
    fn a_partial_result_of_another_plan_or_a_broken_one_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let plan = plan_with_authors("label,time:day", &["lang!=xx"]);
        let file = write(folder.path(), "a.jsonl", &kept());
        let told = count_files(&[file], &plan, NonZeroUsize::MIN).expect("counts");
        let mut bytes = Vec::new();
        told.counter.write_partial(&mut bytes, 0).expect("memory");
        let text = String::from_utf8(bytes).expect("text");
        let path = folder.path().join("a.partial");
        let refused = |text: &str, plan: &Arc<Plan>| {
            std::fs::write(&path, text).expect("write");
            count_files(std::slice::from_ref(&path), plan, NonZeroUsize::MIN)
                .expect_err("refused")
                .to_string()
        };
        let other = |by, filters: &[&str]| refused(&text, &plan_with_authors(by, filters));
        assert!(other("label", &["lang!=xx"]).contains("--by"));
        assert!(other("label,time:day", &[]).contains("--where"));
        let without = Plan::parse("label,time:day", &["lang!=xx".to_owned()], None).expect("plan");
        assert!(refused(&text, &without).contains("--authors"));
        assert!(refused(&text.replacen(":1,", ":9,", 1), &plan).contains("version 9"));
        let cut = text.lines().next().expect("a head").to_owned() + "\n";
        assert!(refused(&cut, &plan).contains("of 2 cells"), "{}", refused(&cut, &plan));
        assert!(refused(&text.replace("\"keys\":[", "\"keys\":[7,"), &plan).contains("line 2"));
        std::fs::write(&path, &text).expect("write");
        let told = crate::aggregate::partial_plan(&path).expect("a plan");
        assert_eq!((told.by.as_str(), told.zone.as_str(), told.authors), ("label,time:day", "UTC", true));
        assert_eq!(crate::aggregate::partial_plan(&write(folder.path(), "b.jsonl", &kept())), None);
        // A tagged post may begin like one.
        let line = r#"{"status":"labelled","lang":"en","tags":[]}"#;
        std::fs::write(&path, format!("{line}\n{line}\n")).expect("write");
        assert_eq!(counted(&path, "label").expect("tags").counter.posts(), 2);
    }

    #[test]
    fn a_bad_line_is_told_and_the_rest_is_counted() {
        let folder = tempfile::tempdir().expect("folder");
        let path = write(folder.path(), "a.jsonl", &[samples::platform_attack(), samples::bare("2")]);
        let mut text = std::fs::read_to_string(&path).expect("text");
        text.insert(0, '\u{feff}');
        text.push_str("\n{\"id\":\"3\"}\n\nnothing\n");
        std::fs::write(&path, text).expect("write");
        let told = counted(&path, "label").expect("counts");
        assert_eq!((told.counter.posts(), told.bad), (2, 2));
        let lines: Vec<_> = told.first_bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [4, 6]);
        assert!(told.first_bad[0].reason.contains("lang"), "{:?}", told.first_bad);
    }

    #[test]
    fn many_blocks_keep_their_line_numbers() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.jsonl");
        let mut line = Vec::new();
        samples::push_line(&mut line, &samples::platform_attack());
        let mut bytes = line.repeat(6_000);
        bytes.extend_from_slice(b"broken\n");
        bytes.extend(line.repeat(6_000));
        std::fs::write(&path, bytes).expect("write");
        let told = counted(&path, "").expect("counts");
        assert_eq!((told.counter.posts(), told.bad, told.first_bad[0].line), (12_000, 1, 6_001));
    }

    #[test]
    fn what_is_no_tag_file_is_told() {
        let folder = tempfile::tempdir().expect("folder");
        let error = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("write");
            counted(&path, "label").expect_err("refused").to_string()
        };
        assert!(error("a.jsonl", b"{\"text\":\"a post\"}\n").contains("none of 1 lines"));
        assert!(error("a.csv", b"id,text\n1,a post\n").contains("no column"));
        assert!(error("a.parquet", b"PAR1 and nothing else").contains("no tag file"));
        assert!(error("a.gz", b"\x1f\x8b broken").contains("cannot read"));
        let error = counted(folder.path(), "label").expect_err("a folder").to_string();
        assert!(error.contains("is a directory"));
        let empty = folder.path().join("empty");
        std::fs::write(&empty, "").expect("write");
        assert_eq!(counted(&empty, "label").expect("nothing").counter.posts(), 0);
    }
}
