//! The digits of numbers on cards: GS1's check digit, and payment cards, which no card of ours may be.

/// GS1 General Specifications, 7.9: the digits weigh 3 and 1 in turn, from the right.
pub(super) fn check_digit(payload: &str) -> u32 {
    let weighed = payload.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
    (10 - sum % 10) % 10
}

/// First four digits of the numbers that payment cards have by ISO/IEC 7812, scheme by scheme, a little wider
/// than the schemes' own lists: a loyalty number in between can be given another beginning.
const ISSUERS: &[(u32, u32)] = &[
    (1_800, 1_800),
    (2_131, 2_131),
    (2_200, 2_204),
    (2_221, 2_720),
    (3_000, 3_059),
    (3_400, 3_499),
    (3_528, 3_589),
    (3_600, 3_999),
    (4_000, 6_999),
    (8_100, 8_179),
    (9_792, 9_792),
];

/// 14 to 19 digits in a row, with blanks or hyphens between them or without, whose Luhn digit is right and
/// that begin like a payment card's.
pub(super) fn looks_like_payment_card(text: &str) -> bool {
    let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let runs = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_payment_number);
    runs(text) || runs(&joined)
}

fn is_payment_number(run: &str) -> bool {
    let begins = run.get(..4).and_then(|four| four.parse::<u32>().ok());
    (14..=19).contains(&run.len())
        && run.bytes().all(|byte| byte.is_ascii_digit())
        && begins.is_some_and(|four| ISSUERS.iter().any(|(low, high)| (*low..=*high).contains(&four)))
        && luhn(run)
}

/// ISO/IEC 7812-1, Annex B.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, times)| u32::from(digit - b'0') * times)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_known_numbers() {
        for (payload, wanted) in [
            ("211234567890", 0),
            ("590123412345", 7),
            ("841234567890", 5),
            ("299000001042", 1),
            ("37300000000000000", 5),
            ("0000", 0),
        ] {
            assert_eq!(check_digit(payload), wanted, "{payload}");
        }
    }

    #[test]
    fn payment_cards_are_seen_and_loyalty_numbers_are_not() {
        for number in [
            "4111111111111111",
            "5555 5555 5555 4444",
            "2223003122003222",
            "3782-822463-10005",
            "30569309025904",
            "6759649826438453",
            "9792030394440796",
            "Ana;4111111111111111",
        ] {
            assert!(looks_like_payment_card(number), "{number}");
        }
        for number in [
            "4111111111111112",
            "5901234123457",
            "2990000010421",
            "SOCIO-0001",
            "9900000000000007",
            "YR4111111111111111",
            "41111111111111114111111",
        ] {
            assert!(!looks_like_payment_card(number), "{number}");
        }
    }
}
