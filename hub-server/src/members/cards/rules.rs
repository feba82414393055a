//! What may be said of a card: pure.

use chrono::{DateTime, TimeDelta, Utc};
use domain::card::CardState;

use super::{CardReport, Report};

/// So far back may a report reach: stores answer for what was redeemed since.
pub(super) const BACK_DAYS: i64 = 30;
pub(super) const REASON_CHARS: usize = 200;

/// Why a report is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardRefusal {
    Unknown,
    NoReason,
    LongReason,
    Future,
    TooLongAgo,
    /// A replaced card has one that took its place.
    NoReplacement,
    /// Only what does not pay any more is replaced.
    NothingToReplace,
    /// A number is given once.
    NumberTaken,
}

impl CardRefusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "card_unknown",
            Self::NoReason => "card_no_reason",
            Self::LongReason => "card_long_reason",
            Self::Future => "card_future",
            Self::TooLongAgo => "card_too_long_ago",
            Self::NoReplacement => "card_no_replacement",
            Self::NothingToReplace => "card_nothing_to_replace",
            Self::NumberTaken => "card_number_taken",
        }
    }
}

/// Whether the last report said just this: a form that is sent twice says nothing new.
pub(super) fn is_same(last: &CardReport, report: &Report) -> bool {
    last.state == report.state && last.since == report.since && last.replacement == report.replacement
}

/// `taken` is whether some card has, or ever had, the number of the replacement.
/// A mistake is put right from the moment that it named, however long ago that is: `said` is what was said before.
pub(super) fn refusal(
    report: &Report,
    said: &[CardReport],
    taken: bool,
    now: DateTime<Utc>,
) -> Option<CardRefusal> {
    let is_named = said.iter().any(|earlier| earlier.since == report.since);
    let reason = report.reason.trim();
    if reason.is_empty() {
        Some(CardRefusal::NoReason)
    } else if reason.chars().count() > REASON_CHARS {
        Some(CardRefusal::LongReason)
    } else if report.since > now {
        Some(CardRefusal::Future)
    } else if !is_named && now - report.since > TimeDelta::days(BACK_DAYS) {
        Some(CardRefusal::TooLongAgo)
    } else {
        match &report.replacement {
            None if report.state == CardState::Replaced => Some(CardRefusal::NoReplacement),
            Some(_) if report.state.redeems() => Some(CardRefusal::NothingToReplace),
            Some(number) if taken || *number == report.card => Some(CardRefusal::NumberTaken),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost() -> Report {
        Report {
            card: "C1".parse().unwrap(),
            state: CardState::Lost,
            since: "2026-03-01T10:00:00Z".parse().unwrap(),
            reason: "called".to_owned(),
            replacement: None,
            by: "ana".to_owned(),
        }
    }

    #[test]
    fn what_may_be_said() {
        let now: DateTime<Utc> = "2026-03-01T11:00:00Z".parse().unwrap();
        let other = || "C2".parse().ok();
        let cases: [(Report, bool, Option<CardRefusal>); 14] = [
            (lost(), false, None),
            (Report { replacement: other(), ..lost() }, false, None),
            (Report { replacement: other(), ..lost() }, true, Some(CardRefusal::NumberTaken)),
            (Report { replacement: "C1".parse().ok(), ..lost() }, false, Some(CardRefusal::NumberTaken)),
            (Report { state: CardState::Replaced, ..lost() }, false, Some(CardRefusal::NoReplacement)),
            (Report { state: CardState::Replaced, replacement: other(), ..lost() }, false, None),
            (Report { state: CardState::Active, ..lost() }, false, None),
            (
                Report { state: CardState::Active, replacement: other(), ..lost() },
                false,
                Some(CardRefusal::NothingToReplace),
            ),
            (Report { state: CardState::Blocked, ..lost() }, false, None),
            (Report { reason: "  ".to_owned(), ..lost() }, false, Some(CardRefusal::NoReason)),
            (Report { reason: "x".repeat(201), ..lost() }, false, Some(CardRefusal::LongReason)),
            (Report { since: now, ..lost() }, false, None),
            (Report { since: now + TimeDelta::milliseconds(1), ..lost() }, false, Some(CardRefusal::Future)),
            (Report { since: now - TimeDelta::days(31), ..lost() }, false, Some(CardRefusal::TooLongAgo)),
        ];
        for (report, taken, wanted) in cases {
            assert_eq!(refusal(&report, &[], taken, now), wanted, "{report:?}");
        }
    }

    #[test]
    fn a_mistake_is_put_right_however_long_ago_it_was() {
        let now = lost().since + TimeDelta::days(40);
        let earlier = CardReport {
            state: CardState::Lost,
            since: lost().since,
            reason: String::new(),
            replacement: None,
            noted_by: String::new(),
            noted_at: lost().since,
        };
        let found = Report { state: CardState::Active, ..lost() };
        assert_eq!(refusal(&found, std::slice::from_ref(&earlier), false, now), None);
        assert_eq!(refusal(&found, &[], false, now), Some(CardRefusal::TooLongAgo));
        let other = Report { since: lost().since + TimeDelta::hours(1), ..found };
        assert_eq!(refusal(&other, &[earlier], false, now), Some(CardRefusal::TooLongAgo));
    }
}
