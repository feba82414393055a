//! What a cashier types into the entry line: `3*`, `3*CODE`, `*5`, `-500`, `/10`, `+s`, or a code.

use domain::money::{Money, Quantity};

use super::basket::Cut;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry<'t> {
    Nothing,
    /// `3*`: three of whatever comes next.
    NextQuantity(Quantity),
    /// `3*CODE`
    Many(Quantity, &'t str),
    /// `*5`: five on the last line.
    LastQuantity(Quantity),
    /// `-500` off the last line, `/10` per cent off it.
    Discount(Cut),
    /// `+s`: the last line at the catalogue's price again.
    ResetPrice,
    Code(&'t str),
}

/// Reads an entry. A decimal comma is as good as a point; what is no quantity before or behind `*` is a
/// code that happens to have one.
pub fn read(text: &str) -> Entry<'_> {
    let text = text.trim();
    if text.is_empty() {
        return Entry::Nothing;
    }
    if text.eq_ignore_ascii_case("+s") {
        return Entry::ResetPrice;
    }
    if let Some(cut) = cut(text) {
        return Entry::Discount(cut);
    }
    let Some((before, behind)) = text.split_once('*') else { return Entry::Code(text) };
    let (before, behind) = (before.trim(), behind.trim());
    match (quantity(before), quantity(behind)) {
        (Some(many), _) if behind.is_empty() => Entry::NextQuantity(many),
        (None, Some(many)) if before.is_empty() => Entry::LastQuantity(many),
        (Some(many), _) if !behind.contains('*') => Entry::Many(many, behind),
        _ => Entry::Code(text),
    }
}

/// Longer than any quantity: a barcode read behind `3*` without its article is no quantity.
const DIGITS_MAX: usize = 8;

/// A discount is as short as a quantity, so that no code is taken for one.
fn cut(text: &str) -> Option<Cut> {
    let (sign, figure) = text.split_at_checked(1)?;
    let figure = figure.trim();
    if figure.len() > DIGITS_MAX || !figure.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // Per cents and money alike have two decimals. Three behind a mark may be thousands: no guess is made.
    if figure.rfind([',', '.']).is_some_and(|mark| figure.len() - mark > 3) {
        return None;
    }
    let figure: Money = figure.replace(',', ".").parse().ok()?;
    match sign {
        "-" => Some(Cut::Amount(figure)),
        "/" => Some(Cut::Percent(figure.0)),
        _ => None,
    }
}

fn quantity(text: &str) -> Option<Quantity> {
    (text.len() <= DIGITS_MAX && text.starts_with(|c: char| c.is_ascii_digit()))
        .then(|| text.replace(',', ".").parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_cashiers_type_them() {
        let q = Quantity;
        for (text, wanted) in [
            ("", Entry::Nothing),
            ("  ", Entry::Nothing),
            ("3*", Entry::NextQuantity(q(3_000))),
            (" 1,5 * ", Entry::NextQuantity(q(1_500))),
            ("0.250*", Entry::NextQuantity(q(250))),
            ("*5", Entry::LastQuantity(q(5_000))),
            ("*0", Entry::LastQuantity(q(0))),
            ("3*7702001", Entry::Many(q(3_000), "7702001")),
            ("7702001", Entry::Code("7702001")),
            ("*", Entry::Code("*")),
            ("a*b", Entry::Code("a*b")),
            ("-500", Entry::Discount(Cut::Amount(Money(50_000)))),
            ("-0,50", Entry::Discount(Cut::Amount(Money(50)))),
            ("/10", Entry::Discount(Cut::Percent(1_000))),
            ("/ 12.5", Entry::Discount(Cut::Percent(1_250))),
            ("+s", Entry::ResetPrice),
            ("+S", Entry::ResetPrice),
            ("-1.500", Entry::Code("-1.500")),
            ("-", Entry::Code("-")),
            ("-7702001234567", Entry::Code("-7702001234567")),
            ("/a", Entry::Code("/a")),
            ("-3*", Entry::Code("-3*")),
            ("3**4", Entry::Code("3**4")),
            ("7702001234567*", Entry::Code("7702001234567*")),
        ] {
            assert_eq!(read(text), wanted, "{text:?}");
        }
    }
}
