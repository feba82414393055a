//! What is too much: the limits of the rules, as an operator sets them under `[signals]`.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveTime;
use domain::money::{Money, Points};
use serde::{Deserialize, Serialize};

/// Counts, minutes and whole units. What is *more* than a limit is a signal; what must lie within so many minutes lies
/// less than these apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Sales of one card on one business date.
    pub card_day: u32,
    /// Sales of one card within an hour.
    pub card_hour: u32,
    /// Per cent of a cashier's tickets with a card that one card has in a week.
    pub card_share: u32,
    /// Times that one card has the median of the cards of a cashier in a week.
    pub card_times: u32,
    /// With fewer tickets of one card at one cashier in a week neither is asked.
    pub card_least: u32,
    /// Whole points that one person gives and takes by hand on one date, both as if given.
    pub by_hand_day: u32,
    /// Standard deviations over the mean of such dates.
    pub by_hand_sigma: u32,
    /// Minutes after the sale until which a card is attached as a matter of course.
    pub late_minutes: u32,
    /// Minutes between a sale and goods that come back with the same card.
    pub return_minutes: u32,
    /// Such pairs of one card in a week.
    pub returns: u32,
    /// Returned lines without an original, of one cashier on one business date.
    pub unnamed: u32,
    /// Minutes between a redemption and what undoes it.
    pub undone_minutes: u32,
    /// Minutes between two tickets that may be one that was split.
    pub split_minutes: u32,
    /// Per cent of a threshold from which on a ticket is just under it.
    pub split_near: u32,
    /// An amount in whole units of money that tickets are split to stay under, beside the programme's cap of a ticket.
    pub split_amount: Option<u32>,
    /// Minutes until a ticket arrives, from which on its till was offline.
    pub offline_minutes: u32,
    /// Offline redemptions of one card on one business date.
    pub offline: u32,
    /// Minutes that a till's clock may be off.
    pub clock_minutes: u32,
    /// When the stores are open, in their own time: `07:00-22:00`. Without it nothing is outside.
    pub hours: Option<Hours>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            card_day: 4,
            card_hour: 2,
            card_share: 20,
            card_times: 5,
            card_least: 10,
            by_hand_day: 2_000,
            by_hand_sigma: 3,
            late_minutes: 15,
            return_minutes: 10,
            returns: 1,
            unnamed: 0,
            undone_minutes: 10,
            split_minutes: 10,
            split_near: 80,
            split_amount: None,
            offline_minutes: 10,
            offline: 2,
            clock_minutes: 5,
            hours: None,
        }
    }
}

impl Limits {
    pub(super) fn by_hand_points(&self) -> Points {
        Points(i64::from(self.by_hand_day).saturating_mul(Points::ONE.0))
    }

    pub(super) fn split_money(&self) -> Option<Money> {
        self.split_amount.map(|units| Money(i64::from(units).saturating_mul(Money::ONE.0)))
    }

    /// Every setting by its dotted key, for `config show`.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let or_none = |value: Option<String>| value.unwrap_or_default();
        vec![
            ("signals.card_day", self.card_day.to_string()),
            ("signals.card_hour", self.card_hour.to_string()),
            ("signals.card_share", self.card_share.to_string()),
            ("signals.card_times", self.card_times.to_string()),
            ("signals.card_least", self.card_least.to_string()),
            ("signals.by_hand_day", self.by_hand_day.to_string()),
            ("signals.by_hand_sigma", self.by_hand_sigma.to_string()),
            ("signals.late_minutes", self.late_minutes.to_string()),
            ("signals.return_minutes", self.return_minutes.to_string()),
            ("signals.returns", self.returns.to_string()),
            ("signals.unnamed", self.unnamed.to_string()),
            ("signals.undone_minutes", self.undone_minutes.to_string()),
            ("signals.split_minutes", self.split_minutes.to_string()),
            ("signals.split_near", self.split_near.to_string()),
            ("signals.split_amount", or_none(self.split_amount.map(|units| units.to_string()))),
            ("signals.offline_minutes", self.offline_minutes.to_string()),
            ("signals.offline", self.offline.to_string()),
            ("signals.clock_minutes", self.clock_minutes.to_string()),
            ("signals.hours", or_none(self.hours.map(|hours| hours.to_string()))),
        ]
    }
}

/// From when to when stores are open, both minutes included; past midnight where the end is before the beginning. The
/// two differ: nobody can tell one minute from a whole day by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    opens: NaiveTime,
    closes: NaiveTime,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} are no opening hours; write two different times as 07:00-22:00, or 00:00-23:59 for a whole day"
)]
pub struct NoHours(String);

impl Hours {
    /// By the minute.
    pub fn contains(self, time: NaiveTime) -> bool {
        let after = time >= self.opens;
        let before = time < self.closes || (time - self.closes).num_minutes() == 0;
        if self.opens < self.closes { after && before } else { after || before }
    }
}

impl FromStr for Hours {
    type Err = NoHours;

    fn from_str(text: &str) -> Result<Self, NoHours> {
        let wrong = || NoHours(text.to_owned());
        let time = |part: &str| NaiveTime::parse_from_str(part.trim(), "%H:%M").map_err(|_| wrong());
        let (opens, closes) = text.split_once('-').ok_or_else(wrong)?;
        let (opens, closes) = (time(opens)?, time(closes)?);
        if opens == closes { Err(wrong()) } else { Ok(Self { opens, closes }) }
    }
}

impl TryFrom<String> for Hours {
    type Error = NoHours;

    fn try_from(text: String) -> Result<Self, NoHours> {
        text.parse()
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.opens.format("%H:%M"), self.closes.format("%H:%M"))
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_and_hold_their_last_minute() {
        for (hours, time, wanted) in [
            ("07:00-22:00", "06:59:59", false),
            ("07:00-22:00", "07:00:00", true),
            ("07:00-22:00", "22:00:59", true),
            ("07:00-22:00", "22:01:00", false),
            ("18:00-02:00", "01:30:00", true),
            ("18:00-02:00", "02:01:00", false),
            ("18:00-02:00", "17:59:00", false),
            ("18:00 - 02:00", "23:00:00", true),
            ("00:00-23:59", "00:00:00", true),
            ("00:00-23:59", "23:59:59", true),
        ] {
            let read: Hours = hours.parse().unwrap();
            assert_eq!(read.contains(time.parse().unwrap()), wanted, "{hours} {time}");
            assert_eq!(read.to_string(), hours.replace(' ', ""));
        }
        for wrong in ["", "07:00", "7-22", "07:00-25:00", "00:00-00:00", "07:00 - 07:00"] {
            assert!(wrong.parse::<Hours>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_limit_is_shown_to_the_operator() {
        let limits = Limits { hours: "07:00-22:00".parse().ok(), split_amount: Some(7), ..Limits::default() };
        let kept = serde_json::to_value(&limits).unwrap();
        let rows = limits.rows();
        assert_eq!(rows.len(), kept.as_object().unwrap().len());
        for (key, value) in rows {
            let field = &kept[key.strip_prefix("signals.").unwrap()];
            let said = field.as_str().map_or_else(|| field.to_string(), str::to_owned);
            assert_eq!(said, value, "{key}");
        }
    }
}
