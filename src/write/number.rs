//! Numbers for files and for people.

use std::io::Write as _;

/// Appends `value` with at most four decimals and no trailing zeros: `0.97`, `1`, `0`.
///
/// Four decimals are what a score can honestly carry. JSON has no NaN or infinity: they become `null`.
pub(crate) fn push_decimal(out: &mut Vec<u8>, value: f32) {
    let scaled = (f64::from(value) * 10_000.0).round();
    if !scaled.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    if scaled.abs() >= 9e15 {
        // Far outside every range of the contract; still a number, only not a rounded one.
        write!(out, "{value}").ok();
        return;
    }
    let units = scaled.abs() as u64;
    if scaled < 0.0 && units > 0 {
        out.push(b'-');
    }
    push_integer(out, units / 10_000);
    let mut rest = units % 10_000;
    if rest > 0 {
        let mut digits = [0u8; 4];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let kept = digits.iter().rposition(|&digit| digit != b'0').map_or(0, |last| last + 1);
        out.push(b'.');
        out.extend(digits.iter().take(kept));
    }
}

/// The value that [`push_decimal`] writes, for the formats that hold floats as bits.
pub(crate) fn rounded(value: f32) -> f32 {
    ((f64::from(value) * 10_000.0).round() / 10_000.0) as f32
}

/// Appends an integer in decimal digits.
pub(crate) fn push_integer(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0u8; 20];
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
        used += 1;
        if value == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(20 - used));
}

/// An integer with commas between thousands: `1,915`.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `part` of `whole` as a percentage with one decimal: `34.1%`; `–` when there is no whole.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let share = part as f64 / whole as f64 * 100.0;
    if part > 0 && share < 0.05 { "<0.1%".to_owned() } else { format!("{share:.1}%") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(value: f32) -> String {
        let mut out = Vec::new();
        push_decimal(&mut out, value);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn decimals_are_short() {
        let told: Vec<_> =
            [0.0, -0.0, 1.0, 0.97, 0.5, 0.00004, 0.00006, 0.1234, 0.99996, 12.0304, -0.25, -0.00001]
                .into_iter()
                .map(decimal)
                .collect();
        let expected = ["0", "0", "1", "0.97", "0.5", "0", "0.0001", "0.1234", "1", "12.0304", "-0.25", "0"];
        assert_eq!(told, expected);
        assert_eq!(decimal(f32::NAN), "null");
        assert_eq!(decimal(f32::INFINITY), "null");
        assert_eq!(decimal(f32::MAX).parse::<f32>(), Ok(f32::MAX));
    }

    #[test]
    fn integers_are_grouped_and_shares_short() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(percent(371, 1_544), "24.0%");
        assert_eq!(percent(1, 1_000_000), "<0.1%");
        assert_eq!(percent(0, 0), "–");
    }

    proptest! {
        #[test]
        fn the_written_and_the_rounded_value_are_the_same_float(value in 0.0f32..=1.0) {
            prop_assert_eq!(decimal(value).parse::<f32>(), Ok(rounded(value)));
        }

        #[test]
        fn integers_are_decimal(value: u64) {
            let mut out = Vec::new();
            push_integer(&mut out, value);
            prop_assert_eq!(String::from_utf8(out).expect("ASCII"), value.to_string());
        }
    }
}
