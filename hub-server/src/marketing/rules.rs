//! Who is in a segment, and what a promotion must say.

use chrono::NaiveDate;
use domain::time::days_between;
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::insights::{Goods, visits::Rhythm};

/// Some members, by how they come or by what they take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Segment {
    /// Members with a pattern for whom every bound that is given holds; in days.
    Rhythm {
        #[serde(default)]
        mean_at_least: Option<i64>,
        #[serde(default)]
        mean_at_most: Option<i64>,
        #[serde(default)]
        overdue_at_least: Option<i64>,
    },
    /// Members who bought some goods, or did not, in the last `within_days` days up to the as-of date.
    Product { goods: Goods, bought: bool, within_days: i64 },
}

/// Ten years: more is a slip of the finger.
const DAYS_MAX: i64 = 3_660;
const WORDS_MAX: usize = 200;
const WHOLE: i64 = 10_000;

impl Segment {
    /// Whether it holds somebody. `last_bought` is asked for the segment's goods only.
    pub fn holds(
        &self,
        rhythm: &Rhythm,
        as_of: NaiveDate,
        last_bought: impl Fn(&Goods) -> Option<NaiveDate>,
    ) -> bool {
        match self {
            Self::Rhythm { mean_at_least, mean_at_most, overdue_at_least } => {
                let (Some(interval), Some(overdue)) = (rhythm.interval, rhythm.overdue_days(as_of)) else {
                    return false;
                };
                mean_at_least.is_none_or(|days| interval.mean >= days * 100)
                    && mean_at_most.is_none_or(|days| interval.mean <= days * 100)
                    && overdue_at_least.is_none_or(|days| overdue >= days)
            }
            Self::Product { goods, bought, within_days } => {
                let recent = last_bought(goods).is_some_and(|last| days_between(last, as_of) < *within_days);
                recent == *bought
            }
        }
    }

    fn check(&self, errors: &mut Vec<FieldError>) {
        match self {
            Self::Rhythm { mean_at_least, mean_at_most, overdue_at_least } => {
                let bounds = [
                    ("mean_at_least", *mean_at_least),
                    ("mean_at_most", *mean_at_most),
                    ("overdue_at_least", *overdue_at_least),
                ];
                if bounds.iter().all(|(_, days)| days.is_none()) {
                    errors.push(FieldError::new("segment", "no_condition", "give at least one bound"));
                }
                for (field, _) in bounds.iter().filter(|(_, d)| d.is_some_and(|d| !in_range(d))) {
                    errors.push(FieldError::new(field, "days_range", "give 1 to 3660 days"));
                }
                if let (Some(least), Some(most)) = (mean_at_least, mean_at_most)
                    && least > most
                {
                    errors.push(FieldError::new(
                        "mean_at_most",
                        "bounds_crossed",
                        "is below the lower bound",
                    ));
                }
            }
            Self::Product { goods, within_days, .. } => {
                if !in_range(*within_days) {
                    errors.push(FieldError::new("within_days", "days_range", "give 1 to 3660 days"));
                }
                if matches!(goods, Goods::Line(line) if line.trim().is_empty()) {
                    errors.push(FieldError::new("goods", "empty", "name a product or a line"));
                }
            }
        }
    }
}

fn in_range(days: i64) -> bool {
    (1..=DAYS_MAX).contains(&days)
}

/// What is wrong with one field of a form or of a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    /// Stable name; screens translate it.
    pub code: &'static str,
    pub reason: &'static str,
}

impl FieldError {
    pub fn new(field: &str, code: &'static str, reason: &'static str) -> Self {
        Self { field: field.to_owned(), code, reason }
    }
}

/// Everything that is wrong with a promotion, at once.
pub(super) fn check(draft: &Draft) -> Vec<FieldError> {
    let mut errors = vec![];
    for (field, words) in [("name", &draft.name), ("offer_text", &draft.offer_text)] {
        if words.trim().is_empty() {
            errors.push(FieldError::new(field, "empty", "is empty"));
        } else if words.chars().count() > WORDS_MAX {
            errors.push(FieldError::new(field, "too_long", "is longer than 200 characters"));
        }
    }
    if !(0..=WHOLE).contains(&draft.percent_off) {
        errors.push(FieldError::new("percent_off", "percent_range", "give 0 to 100 per cent"));
    }
    if draft.percent_off > 0 && draft.sku.is_none() {
        errors.push(FieldError::new("sku", "percent_of_what", "name the product that becomes cheaper"));
    }
    if draft.valid_until < draft.valid_from {
        errors.push(FieldError::new("valid_until", "ends_before_start", "is before the first day"));
    }
    draft.segment.check(&mut errors);
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::plus_days;

    fn day(offset: i64) -> NaiveDate {
        plus_days("2026-01-01".parse().unwrap(), offset)
    }

    fn rhythm(offsets: &[i64]) -> Rhythm {
        Rhythm::of(&offsets.iter().map(|o| day(*o)).collect::<Vec<_>>())
    }

    fn by_rhythm(least: Option<i64>, most: Option<i64>, overdue: Option<i64>) -> Segment {
        Segment::Rhythm { mean_at_least: least, mean_at_most: most, overdue_at_least: overdue }
    }

    #[test]
    fn segments_by_rhythm() {
        // Weekly, last seen on day 14, expected on day 21.
        let weekly = rhythm(&[0, 7, 14]);
        for (segment, as_of, held) in [
            (by_rhythm(Some(7), None, None), 15, true),
            (by_rhythm(Some(8), None, None), 15, false),
            (by_rhythm(None, Some(7), None), 15, true),
            (by_rhythm(None, Some(6), None), 15, false),
            (by_rhythm(None, None, Some(1)), 21, false),
            (by_rhythm(None, None, Some(1)), 22, true),
            (by_rhythm(Some(5), Some(10), Some(3)), 23, false),
            (by_rhythm(Some(5), Some(10), Some(3)), 24, true),
        ] {
            assert_eq!(segment.holds(&weekly, day(as_of), |_| None), held, "{segment:?} on day {as_of}");
        }
        assert!(!by_rhythm(Some(1), None, None).holds(&rhythm(&[0, 7]), day(90), |_| None));
    }

    #[test]
    fn segments_by_product() {
        let goods = || Goods::Sku("milk".parse().unwrap());
        for (bought, last, held) in [
            (true, Some(1), true),
            (true, Some(0), false),
            (true, None, false),
            (false, Some(1), false),
            (false, Some(0), true),
            (false, None, true),
        ] {
            let segment = Segment::Product { goods: goods(), bought, within_days: 30 };
            // On day 30 the last thirty days are days 1 to 30.
            let holds = segment.holds(&rhythm(&[0]), day(30), |_| last.map(day));
            assert_eq!(holds, held, "bought {bought}, last on {last:?}");
        }
    }

    #[test]
    fn a_segment_is_read_from_json() {
        let text = r#"{"by":"product","goods":{"line":"dairy"},"bought":false,"within_days":30}"#;
        let segment: Segment = serde_json::from_str(text).unwrap();
        let goods = Goods::Line("dairy".to_owned());
        assert_eq!(segment, Segment::Product { goods, bought: false, within_days: 30 });
        let text = r#"{"by":"rhythm","overdue_at_least":5}"#;
        assert_eq!(serde_json::from_str::<Segment>(text).unwrap(), by_rhythm(None, None, Some(5)));
        assert!(serde_json::from_str::<Segment>(r#"{"by":"rhythm","overdue":5}"#).is_err());
    }

    #[test]
    fn a_promotion_says_all_that_is_wrong_with_it() {
        let draft = Draft {
            name: " ".to_owned(),
            segment: by_rhythm(None, None, None),
            offer_text: "x".repeat(201),
            sku: None,
            percent_off: 10_001,
            valid_from: day(2),
            valid_until: day(1),
        };
        let found: Vec<_> = check(&draft).into_iter().map(|e| (e.field, e.code)).collect();
        let wanted = [
            ("name", "empty"),
            ("offer_text", "too_long"),
            ("percent_off", "percent_range"),
            ("sku", "percent_of_what"),
            ("valid_until", "ends_before_start"),
            ("segment", "no_condition"),
        ];
        assert_eq!(found, wanted.map(|(field, code)| (field.to_owned(), code)));
        let good = Draft {
            name: "Come back".to_owned(),
            segment: by_rhythm(None, None, Some(3)),
            offer_text: "Milk 10 % off".to_owned(),
            sku: Some("milk".parse().unwrap()),
            percent_off: 1_000,
            valid_from: day(1),
            valid_until: day(1),
        };
        assert_eq!(check(&good), []);
    }
}
