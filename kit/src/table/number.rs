//! Numbers as spreadsheets write them.

/// The number with a decimal point and without group marks, ready for `parse`; `None` if it cannot be
/// told what is meant.
///
/// One mark alone is the decimal mark, be it point or comma: a file has no reason to group. With both, or
/// with one of them repeated, groups must be of three digits.
pub fn plain_decimal(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !matches!(c, '\u{A0}' | '\u{202F}')).collect();
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    let (group, decimal) = match (points, commas) {
        (0, 0 | 1) => (None, ','),
        (1, 0) => (None, '.'),
        (0, _) => (Some(','), '.'),
        (_, 0) => (Some('.'), ','),
        (1, _) if text.rfind('.') > text.rfind(',') => (Some(','), '.'),
        (_, 1) if text.rfind(',') > text.rfind('.') => (Some('.'), ','),
        _ => return None,
    };
    let (whole, fraction) = text.split_once(decimal).map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let whole = match group {
        Some(mark) => ungrouped(whole, mark)?,
        None => whole.to_owned(),
    };
    Some(match fraction {
        Some(fraction) => format!("{whole}.{fraction}"),
        None => whole,
    })
}

fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let mut groups = whole.split(mark);
    let first = groups.next()?.trim_start_matches(['-', '+']);
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| whole.replace(mark, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_understood_or_refused() {
        for (text, wanted) in [
            ("12", Some("12")),
            ("12.50", Some("12.50")),
            ("12,50", Some("12.50")),
            (" -0,5 ", Some("-0.5")),
            ("1.234,50", Some("1234.50")),
            ("1,234.50", Some("1234.50")),
            ("1.234.567", Some("1234567")),
            ("1,234,567", Some("1234567")),
            ("-1.234.567,8", Some("-1234567.8")),
            ("1\u{A0}234,5", Some("1234.5")),
            ("12.34.567", None),
            ("1,2,3.4,5", None),
            ("1.23,456,7", None),
            ("1234.567,8", None),
            ("", Some("")),
        ] {
            assert_eq!(plain_decimal(text).as_deref(), wanted, "{text:?}");
        }
    }
}
