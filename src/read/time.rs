//! Times as sources write them.
//!
//! A time without a zone is UTC. Day and month in figures parted by `/` or `.` without the year first
//! are not guessed at: they count as unreadable.

use jiff::Timestamp;

/// What a cell says about the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeCell {
    /// Nothing.
    Empty,
    /// A time.
    At(Timestamp),
    /// Something that is no time.
    Unreadable,
}

impl TimeCell {
    pub(super) fn timestamp(self) -> Option<Timestamp> {
        match self {
            TimeCell::At(time) => Some(time),
            TimeCell::Empty | TimeCell::Unreadable => None,
        }
    }
}

/// Reads a cell: ISO 8601 (with `T` or a space, with or without seconds, fraction and zone; a date
/// alone), Unix time (seconds, also with a fraction, milli-, micro- or nanoseconds), `Wed Apr 03 12:16:00
/// +0000 2019`, RFC 2822.
pub(super) fn read(cell: &str) -> TimeCell {
    let cell = cell.trim();
    if cell.is_empty() {
        return TimeCell::Empty;
    }
    let time = match cell.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-' | b'/', ..] => iso(cell),
        [b'-' | b'0'..=b'9', ..] => figures(cell).or_else(|| in_words(cell)),
        _ => in_words(cell),
    };
    time.map_or(TimeCell::Unreadable, TimeCell::At)
}

/// `YYYY-MM-DD[ T]hh:mm[:ss[.fraction]][zone]`, also with `/` in the date.
fn iso(cell: &str) -> Option<Timestamp> {
    let mut rest = Figures(cell.as_bytes());
    let year = rest.number(4)?;
    let dash = rest.one_of(b"-/")?;
    let month = rest.number_up_to_2()?;
    rest.one_of(&[dash])?;
    let day = rest.number_up_to_2()?;
    let midnight = days(year, month, day)? * 86_400;
    if rest.0.is_empty() {
        return Timestamp::from_second(midnight).ok();
    }
    rest.one_of(b"Tt ")?;
    let hour = rest.number_up_to_2()?;
    rest.one_of(b":")?;
    let minute = rest.number(2)?;
    let mut second = 0;
    let mut nanos = 0;
    if rest.one_of(b":").is_some() {
        second = rest.number(2)?;
        if rest.one_of(b".,").is_some() {
            nanos = rest.fraction()?;
        }
    }
    let offset = zone(rest.0)?;
    clock(midnight, [hour, minute, second], offset, nanos)
}

/// A leap second counts as the second before it.
fn clock(midnight: i64, [hour, minute, second]: [i64; 3], offset: i64, nanos: i32) -> Option<Timestamp> {
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Timestamp::new(midnight + hour * 3600 + minute * 60 + second.min(59) - offset, nanos).ok()
}

/// Seconds east of UTC: nothing, `Z`, `UTC`, `GMT`, `+hh`, `+hhmm`, `+hh:mm`.
fn zone(rest: &[u8]) -> Option<i64> {
    let rest = rest.trim_ascii();
    match rest {
        [] | b"Z" | b"z" | b"UTC" | b"GMT" => Some(0),
        [sign @ (b'+' | b'-'), figures @ ..] => {
            let mut figures = Figures(figures);
            let hours = figures.number(2)?;
            figures.one_of(b":");
            let minutes = if figures.0.is_empty() { 0 } else { figures.number(2)? };
            if !figures.0.is_empty() || hours > 18 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

/// Unix time, or a date written without dashes. Below eight figures a number is no post's time: as
/// seconds it would lie before May 1970, and it may well be a year.
fn figures(cell: &str) -> Option<Timestamp> {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return in_powers(cell);
    }
    if fraction.is_empty()
        && let Some(time) = compact(digits)
    {
        return Some(time);
    }
    if digits.len() < 8 {
        return None;
    }
    let count: i64 = whole.parse().ok()?;
    match digits.len() {
        ..=11 => {
            let nanos = if fraction.is_empty() { 0 } else { Figures(fraction.as_bytes()).fraction()? };
            Timestamp::new(count, if whole.starts_with('-') { -nanos } else { nanos }).ok()
        }
        12..=14 => Timestamp::from_millisecond(count).ok(),
        15..=17 => Timestamp::from_microsecond(count).ok(),
        _ => Timestamp::from_nanosecond(i128::from(count)).ok(),
    }
}

/// `1.554293760e9`, as some programs write large numbers: seconds or milliseconds.
fn in_powers(cell: &str) -> Option<Timestamp> {
    if !cell.contains(['e', 'E']) {
        return None;
    }
    let number: f64 = cell.parse().ok()?;
    match number.abs() {
        1e7..1e11 => Timestamp::from_millisecond((number * 1e3).round() as i64).ok(),
        1e11..1e14 => Timestamp::from_millisecond(number.round() as i64).ok(),
        _ => None,
    }
}

/// `YYYYMMDD` and `YYYYMMDDhhmmss`, where they are dates of this or the last century.
fn compact(digits: &str) -> Option<Timestamp> {
    if !matches!(digits.len(), 8 | 14) || !(digits.starts_with("19") || digits.starts_with("20")) {
        return None;
    }
    let mut rest = Figures(digits.as_bytes());
    let midnight = days(rest.number(4)?, rest.number(2)?, rest.number(2)?)? * 86_400;
    let time = if rest.0.is_empty() { [0; 3] } else { [rest.number(2)?, rest.number(2)?, rest.number(2)?] };
    clock(midnight, time, 0, 0)
}

/// `Wed Apr 03 12:16:00 +0000 2019`, and RFC 2822 with or without the weekday.
fn in_words(cell: &str) -> Option<Timestamp> {
    if cell.len() > 64 {
        return None;
    }
    let words: Vec<&str> = cell.split_ascii_whitespace().collect();
    if let [_, month, day, time, zone_word, year] = words[..]
        && let Some(month) = month_of(month)
    {
        let mut parts = time.splitn(3, ':').map(|part| part.parse::<i64>().ok().filter(|n| *n >= 0));
        let clock_time = [parts.next()??, parts.next()??, parts.next()??];
        let midnight = days(year.parse().ok()?, month, day.parse().ok()?)? * 86_400;
        return clock(midnight, clock_time, zone(zone_word.as_bytes())?, 0);
    }
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(cell).ok()
}

fn month_of(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = MONTHS.iter().position(|month| word.eq_ignore_ascii_case(month))?;
    i64::try_from(at + 1).ok()
}

/// Days since 1970-01-01 in the Gregorian calendar; `None` where there is no such day. After Howard
/// Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// What is left of a time written in figures.
struct Figures<'a>(&'a [u8]);

impl Figures<'_> {
    /// Exactly so many figures.
    fn number(&mut self, count: usize) -> Option<i64> {
        let (figures, rest) = self.0.split_at_checked(count)?;
        let number =
            figures.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')));
        self.0 = rest;
        number
    }

    fn number_up_to_2(&mut self) -> Option<i64> {
        let two = self.0.get(1).is_some_and(u8::is_ascii_digit);
        self.number(if two { 2 } else { 1 })
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        wanted.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    /// The figures of a fraction of a second, as nanoseconds; those past the ninth are cut off.
    fn fraction(&mut self) -> Option<i32> {
        let mut nanos = 0;
        let mut unit = 100_000_000;
        let mut any = false;
        while let Some((figure, rest)) = self.0.split_first().filter(|(b, _)| b.is_ascii_digit()) {
            nanos += i32::from(figure - b'0') * unit;
            unit /= 10;
            any = true;
            self.0 = rest;
        }
        any.then_some(nanos)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(cell: &str) -> String {
        match read(cell) {
            TimeCell::At(time) => time.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_ways_sources_write_times() {
        for (cell, expected) in [
            ("2019-04-03T12:16:00Z", "2019-04-03T12:16:00Z"),
            ("2019-04-03T12:16:00.000Z", "2019-04-03T12:16:00Z"),
            ("2019-04-03T12:16:00.25", "2019-04-03T12:16:00.25Z"),
            ("2019-04-03T12:16:00+05:00", "2019-04-03T07:16:00Z"),
            ("2019-04-03 12:16:00 +0500", "2019-04-03T07:16:00Z"),
            ("2019-04-03 12:16:00-03", "2019-04-03T15:16:00Z"),
            ("2019-04-03 12:16:00 UTC", "2019-04-03T12:16:00Z"),
            ("2019-04-03 12:16", "2019-04-03T12:16:00Z"),
            ("2019-04-03", "2019-04-03T00:00:00Z"),
            ("2019/4/3 9:05", "2019-04-03T09:05:00Z"),
            ("20190403", "2019-04-03T00:00:00Z"),
            ("20190403121600", "2019-04-03T12:16:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("1554293760", "2019-04-03T12:16:00Z"),
            ("1554293760.0", "2019-04-03T12:16:00Z"),
            ("1554293760.5", "2019-04-03T12:16:00.5Z"),
            ("1.55429376e9", "2019-04-03T12:16:00Z"),
            ("1554293760000", "2019-04-03T12:16:00Z"),
            ("1554293760000000", "2019-04-03T12:16:00Z"),
            ("1554293760000000000", "2019-04-03T12:16:00Z"),
            ("Wed Apr 03 12:16:00 +0000 2019", "2019-04-03T12:16:00Z"),
            ("Wed Apr 03 12:16:00 +0500 2019", "2019-04-03T07:16:00Z"),
            ("Wed, 03 Apr 2019 12:16:00 +0000", "2019-04-03T12:16:00Z"),
            ("3 Apr 2019 12:16:00 GMT", "2019-04-03T12:16:00Z"),
            (" 2019-04-03 ", "2019-04-03T00:00:00Z"),
            ("2020-02-29", "2020-02-29T00:00:00Z"),
            ("  ", "Empty"),
        ] {
            assert_eq!(at(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn what_is_no_time_is_said_to_be_none() {
        for cell in [
            "yesterday",
            "2019",
            "0",
            "-1",
            "2019-02-29",
            "2019-13-01",
            "2019-04-03T25:00",
            "2019-04-03T12:16:00+99:00",
            "03/04/2019",
            "2019-04/03",
            "2019-04-03T12",
            "2019-04-03T12:16:00 Karachi",
            "1e400",
            "--",
            "٢٠١٩-٠٤-٠٣",
            "999999999999999999999999",
            "Wed Apr 03 +0000 2019",
            "true",
            "2019-04-03T12:16:00.Z",
            "-.5",
        ] {
            assert_eq!(at(cell), "Unreadable", "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn any_cell_is_read_or_not(cell in "\\PC{0,30}") {
            read(&cell);
        }

        #[test]
        fn iso_times_agree_with_the_library(seconds in -62_000_000_000_i64..250_000_000_000, nanos in 0..1_000_000_000) {
            let time = Timestamp::new(seconds, nanos).expect("in range");
            prop_assert_eq!(read(&time.to_string()), TimeCell::At(time));
        }

        #[test]
        fn figures_and_dashes_never_panic(cell in "[0-9Te:.+/ -]{0,30}") {
            read(&cell);
        }
    }
}
