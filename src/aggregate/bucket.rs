//! Stretches of time, in a time zone.

use std::str::FromStr;

use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};

use super::AggregateError;

const DAY: i64 = 86_400;

/// The time zone in which days begin and times are told.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    rules: TimeZone,
    /// Seconds east of UTC, for zones that never change.
    fixed: Option<i64>,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC, fixed: Some(0) }
    }

    /// A zone by its IANA name (`Asia/Karachi`) or offset (`+05:00`, `+5`, `-0330`, `Z`).
    ///
    /// # Errors
    /// When the system's time zone database has no such name.
    pub fn parse(name: &str) -> Result<Self, AggregateError> {
        if ["utc", "z", "gmt"].contains(&name.to_ascii_lowercase().as_str()) {
            return Ok(Self::utc());
        }
        let unknown = || AggregateError::UnknownZone { name: name.to_owned() };
        if name.starts_with(['+', '-', '−']) {
            let seconds = offset_seconds(name).ok_or_else(unknown)?;
            let offset = Offset::from_seconds(seconds).map_err(|_| unknown())?;
            let rules = TimeZone::fixed(offset);
            return Ok(Self { name: offset_name(seconds), rules, fixed: Some(i64::from(seconds)) });
        }
        let rules = TimeZone::get(name).map_err(|_| unknown())?;
        Ok(Self { name: rules.iana_name().unwrap_or(name).to_owned(), rules, fixed: None })
    }

    /// Its name for people: `UTC`, `+05:00`, `Asia/Karachi`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of UTC at a moment.
    fn offset_at(&self, second: i64) -> i64 {
        self.fixed.unwrap_or_else(|| {
            let time = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
            i64::from(self.rules.to_offset(time).seconds())
        })
    }

    /// A moment from RFC 3339 text, or from a date or a date and time in this zone.
    pub fn moment(&self, text: &str) -> Option<Timestamp> {
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(time);
        }
        let local = jiff::civil::DateTime::from_str(text).ok()?;
        self.rules.to_timestamp(local).ok()
    }
}

/// `+05:00`, `+0500`, `+5`: seconds east of UTC.
fn offset_seconds(text: &str) -> Option<i32> {
    let mut chars = text.chars();
    let sign = if chars.next()? == '+' { 1 } else { -1 };
    let digits: String = chars.as_str().chars().filter(|&c| c != ':').collect();
    if !(1..=4).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(if digits.len() > 2 { digits.len() - 2 } else { digits.len() });
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn offset_name(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// How long one stretch of time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// That many minutes, 1–60, a divisor of 60: stretches begin on the full hour.
    Minutes(u8),
    /// A calendar day of the zone.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Bucket {
    /// The bucket that a moment falls into, as a number that grows with time: the Unix second on
    /// which it begins, or, from a day on, its first day counted from 1970-01-01.
    ///
    /// Minutes and hours are stretches of real time, so that the hour which a clock repeats in autumn
    /// is two buckets; days are those of the calendar, whatever their length.
    pub fn of(self, time: Timestamp, zone: &Zone) -> i64 {
        self.of_second(time.as_microsecond().div_euclid(1_000_000), zone)
    }

    fn of_second(self, second: i64, zone: &Zone) -> i64 {
        let offset = zone.offset_at(second);
        let local = second + offset;
        let day = local.div_euclid(DAY);
        match self {
            Bucket::Minutes(minutes) => {
                let length = i64::from(minutes.max(1)) * 60;
                local.div_euclid(length) * length - offset
            }
            Bucket::Day => day,
            // 1970-01-01 was a Thursday.
            Bucket::Week => day - (day + 3).rem_euclid(7),
            Bucket::Month => date(day).map_or(day, |date| day - i64::from(date.day()) + 1),
            Bucket::Year => date(day).map_or(day, |date| day - i64::from(date.day_of_year()) + 1),
        }
    }

    /// The bucket after `bucket`.
    pub fn next(self, bucket: i64, zone: &Zone) -> i64 {
        match self {
            Bucket::Minutes(minutes) => {
                let after = bucket + i64::from(minutes.max(1)) * 60;
                // A clock that is put forward or back by less than the bucket moves its beginning.
                let begins = self.of_second(after, zone);
                if begins > bucket { begins } else { after }
            }
            Bucket::Day => bucket + 1,
            Bucket::Week => bucket + 7,
            Bucket::Month => {
                date(bucket).map_or(bucket + 31, |date| bucket + i64::from(date.days_in_month()))
            }
            Bucket::Year => date(bucket).map_or(bucket + 366, |date| bucket + i64::from(date.days_in_year())),
        }
    }

    /// The bucket for machines: `2019-04-01T12:15:00+05:00`, `2019-04-01`, `2019-04`, `2019` (a week by
    /// its Monday).
    pub fn name(self, bucket: i64, zone: &Zone) -> String {
        match self {
            Bucket::Minutes(_) => {
                let offset = zone.offset_at(bucket);
                let suffix = if zone.name == "UTC" { "Z".to_owned() } else { offset_name(offset as i32) };
                match local(bucket + offset) {
                    Some(time) => format!("{}{suffix}", time.strftime("%Y-%m-%dT%H:%M:%S")),
                    None => bucket.to_string(),
                }
            }
            Bucket::Month => {
                date(bucket).map_or_else(|| bucket.to_string(), |date| date.strftime("%Y-%m").to_string())
            }
            Bucket::Year => {
                date(bucket).map_or_else(|| bucket.to_string(), |date| date.strftime("%Y").to_string())
            }
            Bucket::Day | Bucket::Week => {
                date(bucket).map_or_else(|| bucket.to_string(), |date| date.to_string())
            }
        }
    }

    /// The moment at which a bucket begins.
    pub fn start(self, bucket: i64, zone: &Zone) -> Option<Timestamp> {
        match self {
            Bucket::Minutes(_) => Timestamp::from_second(bucket).ok(),
            _ => zone.rules.to_timestamp(date(bucket)?.to_datetime(jiff::civil::Time::midnight())).ok(),
        }
    }

    /// The bucket for people: as [`name`](Bucket::name), without what the page's head says already.
    pub fn short_name(self, bucket: i64, zone: &Zone) -> String {
        let Bucket::Minutes(_) = self else { return self.name(bucket, zone) };
        let offset = zone.offset_at(bucket);
        let Some(time) = local(bucket + offset) else { return bucket.to_string() };
        let time = time.strftime("%Y-%m-%d %H:%M");
        if zone.fixed.is_some() { time.to_string() } else { format!("{time} {}", offset_name(offset as i32)) }
    }

    /// The word of `--by time:<word>`.
    pub fn word(self) -> String {
        match self {
            Bucket::Minutes(60) => "hour".to_owned(),
            Bucket::Minutes(1) => "minute".to_owned(),
            Bucket::Minutes(minutes) => format!("{minutes}min"),
            Bucket::Day => "day".to_owned(),
            Bucket::Week => "week".to_owned(),
            Bucket::Month => "month".to_owned(),
            Bucket::Year => "year".to_owned(),
        }
    }
}

impl FromStr for Bucket {
    type Err = AggregateError;

    fn from_str(word: &str) -> Result<Self, AggregateError> {
        match word {
            "minute" => Ok(Bucket::Minutes(1)),
            "hour" | "1h" => Ok(Bucket::Minutes(60)),
            "day" => Ok(Bucket::Day),
            "week" => Ok(Bucket::Week),
            "month" => Ok(Bucket::Month),
            "year" => Ok(Bucket::Year),
            _ => word
                .strip_suffix("min")
                .and_then(|minutes| minutes.parse().ok())
                .filter(|&minutes: &u8| minutes > 0 && 60u8.is_multiple_of(minutes))
                .map(Bucket::Minutes)
                .ok_or_else(|| AggregateError::UnknownBucket { word: word.to_owned() }),
        }
    }
}

fn local(second: i64) -> Option<jiff::civil::DateTime> {
    Some(Offset::UTC.to_datetime(Timestamp::from_second(second).ok()?))
}

fn date(day: i64) -> Option<Date> {
    Some(local(day.checked_mul(DAY)?)?.date())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(word: &str, time: &str, zone: &str) -> String {
        let (bucket, zone): (Bucket, _) = (word.parse().expect("bucket"), Zone::parse(zone).expect("zone"));
        bucket.name(bucket.of(time.parse().expect("time"), &zone), &zone)
    }

    #[test]
    fn a_moment_falls_into_its_bucket() {
        let time = "2019-04-01T21:43:59.9Z";
        assert_eq!(told("minute", time, "UTC"), "2019-04-01T21:43:00Z");
        assert_eq!(told("15min", time, "UTC"), "2019-04-01T21:30:00Z");
        assert_eq!(told("hour", time, "+05:30"), "2019-04-02T03:00:00+05:30");
        assert_eq!(told("day", time, "+05:00"), "2019-04-02");
        assert_eq!(told("week", time, "UTC"), "2019-04-01");
        assert_eq!(told("week", "2019-03-31T23:00:00Z", "UTC"), "2019-03-25");
        assert_eq!(told("month", "2019-03-31T23:00:00Z", "-0100"), "2019-03");
        assert_eq!(told("month", "2019-03-31T23:00:00Z", "+1"), "2019-04");
        assert_eq!(told("year", "2018-12-31T23:00:00Z", "+1"), "2019");
        assert_eq!(told("year", "2018-12-31T23:00:00Z", "UTC"), "2018");
        assert_eq!(told("minute", "1969-12-31T23:59:59.5Z", "UTC"), "1969-12-31T23:59:00Z");
    }

    #[test]
    fn a_zone_with_summer_time_keeps_the_repeated_hour_apart() {
        let Ok(zone) = Zone::parse("Europe/Berlin") else { return };
        let hour = Bucket::Minutes(60);
        let first = hour.of("2019-10-27T00:10:00Z".parse().expect("time"), &zone);
        let second = hour.of("2019-10-27T01:10:00Z".parse().expect("time"), &zone);
        assert_eq!(hour.name(first, &zone), "2019-10-27T02:00:00+02:00");
        assert_eq!(hour.name(second, &zone), "2019-10-27T02:00:00+01:00");
        assert_eq!(hour.next(first, &zone), second);
        assert_eq!(hour.short_name(second, &zone), "2019-10-27 02:00 +01:00");
        let begins = |bucket: Bucket, at| bucket.start(at, &zone).map(|time| time.to_string());
        assert_eq!(begins(hour, second).as_deref(), Some("2019-10-27T01:00:00Z"));
        let day = Bucket::Day.of("2019-10-27T12:00:00Z".parse().expect("time"), &zone);
        assert_eq!(begins(Bucket::Day, day).as_deref(), Some("2019-10-26T22:00:00Z"));
        let day = Bucket::Day;
        let last = day.of("2019-10-27T22:59:00Z".parse().expect("time"), &zone);
        assert_eq!(day.name(last, &zone), "2019-10-27");
    }

    #[test]
    fn words_that_are_none_are_told() {
        for word in ["7min", "0min", "61min", "decade", "min", "-5min"] {
            assert!(word.parse::<Bucket>().is_err(), "{word}");
        }
        for zone in ["Mars/Olympus", "+25:00", "+", "+5:0:0:0:0", "5"] {
            assert!(Zone::parse(zone).is_err(), "{zone}");
        }
        for word in ["minute", "5min", "hour", "day", "week", "month", "year"] {
            assert_eq!(word.parse::<Bucket>().expect("bucket").word(), word);
        }
    }

    #[test]
    fn a_moment_is_read_in_the_zone() {
        let zone = Zone::parse("+05:00").expect("zone");
        let told = |text| zone.moment(text).map(|time| time.to_string());
        assert_eq!(told("2019-04-01").as_deref(), Some("2019-03-31T19:00:00Z"));
        assert_eq!(told("2019-04-01T12:16").as_deref(), Some("2019-04-01T07:16:00Z"));
        assert_eq!(told("2019-04-01T12:16:00Z").as_deref(), Some("2019-04-01T12:16:00Z"));
        assert_eq!(told("noon"), None);
    }

    proptest! {
        #[test]
        fn buckets_follow_each_other_without_a_gap(
            second in -2_000_000_000i64..4_000_000_000,
            bucket in prop::sample::select(vec![
                Bucket::Minutes(1), Bucket::Minutes(15), Bucket::Minutes(60), Bucket::Day, Bucket::Week,
                Bucket::Month, Bucket::Year,
            ]),
            zone in prop::sample::select(vec!["UTC", "+05:45", "-03:30"]),
        ) {
            let zone = Zone::parse(zone).expect("zone");
            let this = bucket.of_second(second, &zone);
            let next = bucket.next(this, &zone);
            prop_assert!(next > this);
            // Walking on from the moment, the first other bucket met is the next one.
            let length = if let Bucket::Minutes(minutes) = bucket { i64::from(minutes) * 60 } else { DAY };
            let mut later = second;
            while bucket.of_second(later, &zone) == this {
                later += length;
            }
            prop_assert_eq!(bucket.of_second(later, &zone), next);
        }
    }
}
