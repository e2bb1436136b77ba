//! Our CSV and TSV read back: the lists are JSON inside their cells.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    path::Path,
    rc::Rc,
    sync::Arc,
};

use csv::{ReaderBuilder, StringRecord};

use super::{
    AggregateError, Plan, TagRecord, TagView, Text,
    files::Tally,
    lines::LONGEST_LINE,
    record::{claims, status_from},
};

/// The columns that are counted.
const USED: [&str; 7] = ["time", "lang", "hashtags", "tags", "claims", "status", "input"];

/// Counts the records of a CSV or TSV file.
pub(super) fn count(
    reader: impl BufRead,
    delimiter: u8,
    path: &Path,
    plans: &[Arc<Plan>],
) -> Result<Tally, AggregateError> {
    let file = path.display().to_string();
    let since_record = Rc::new(Cell::new(0));
    let bounded = Bounded { reader, since_record: Rc::clone(&since_record) };
    let mut csv = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bounded);
    let fail = |error: csv::Error, line: u64| match error.into_kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            AggregateError::EndlessRecord { path: path.to_owned(), line, bytes: LONGEST_LINE }
        }
        csv::ErrorKind::Io(source) => AggregateError::Io { path: path.to_owned(), source },
        other => AggregateError::NoTagFile { path: path.to_owned(), reason: format!("{other:?}") },
    };
    let header = csv.headers().map_err(|error| fail(error, 1))?;
    let mut places = [0; USED.len()];
    for (place, name) in places.iter_mut().zip(USED) {
        *place =
            header.iter().position(|column| column == name).ok_or_else(|| AggregateError::NoTagFile {
                path: path.to_owned(),
                reason: format!("there is no column {name:?}"),
            })?;
    }

    let mut counted = Tally::new(plans);
    let mut record = StringRecord::new();
    loop {
        since_record.set(0);
        let line = csv.position().line();
        match csv.read_record(&mut record) {
            Ok(false) => return Ok(counted),
            Ok(true) => counted.add(from_cells(&record, places), &file, line)?,
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                counted.add(Err("no UTF-8".to_owned()), &file, line)?;
            }
            Err(error) => return Err(fail(error, line)),
        }
    }
}

fn from_cells(record: &StringRecord, places: [usize; USED.len()]) -> Result<TagRecord<'_>, String> {
    let [time, lang, hashtags, tags, claim_list, status, input] =
        places.map(|at| record.get(at).unwrap_or_default());
    let bad = |column: &str, error: serde_json::Error| format!("column {column}: {error}");
    let hashtags: Vec<Text<'_>> = serde_json::from_str(hashtags).map_err(|error| bad("hashtags", error))?;
    let tags: Vec<TagView<'_>> = serde_json::from_str(tags).map_err(|error| bad("tags", error))?;
    let claims =
        claims(&mut serde_json::Deserializer::from_str(claim_list)).map_err(|error| bad("claims", error))?;
    let time = if time.is_empty() {
        None
    } else {
        Some(time.parse().map_err(|_| format!("column time: {time:?} is no RFC 3339 time"))?)
    };
    let status = status_from(status).ok_or_else(|| format!("column status: {status:?} is no status"))?;
    let input = (!input.is_empty()).then(|| Text::from(input));
    Ok(TagRecord { time, lang: Text::from(lang), hashtags, tags, claims, status, input, file: "" })
}

/// Fails when a single record asks for more than any honest one: a quote that is never closed would
/// otherwise take the rest of the file into memory.
struct Bounded<R> {
    reader: R,
    since_record: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_record.get() > LONGEST_LINE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.reader.read(buffer)?;
        self.since_record.set(self.since_record.get() + read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn counted(text: impl Read) -> Result<Tally, AggregateError> {
        let plan = Plan::parse("label", &[], None).expect("plan");
        count(BufReader::new(text), b',', Path::new("a.csv"), &[plan])
    }

    const HEADER: &str =
        "id,time,lang,lang_confidence,mix,hashtags,tags,claims,status,abstained,text,input\n";

    #[test]
    fn bad_records_are_told_by_line() {
        let good = "1,,en,1,{},[],[],[],labelled,[],\"a\nb\",\n";
        let text = format!("{HEADER}{good}2,noon,en,1,{{}},[],[],[],labelled,[],,\n3,short\n{good}");
        let told = counted(text.as_bytes()).expect("counts");
        assert_eq!((told.counters[0].posts(), told.bad), (2, 2));
        let lines: Vec<_> = told.first_bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [4, 5]);
        assert!(told.first_bad[0].reason.contains("noon"));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_an_error_not_all_of_memory() {
        let text = format!("{HEADER}\"");
        let error = counted(text.as_bytes().chain(io::repeat(b'x'))).expect_err("endless").to_string();
        assert!(error.contains("near line 2") && error.contains("quote"), "{error}");
    }
}
