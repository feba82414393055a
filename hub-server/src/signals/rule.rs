//! The rules by name.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// What is looked for. The names stay: addresses, files and kept looks say them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    CardDay,
    CardHour,
    CardShare,
    CardTimes,
    StaffCard,
    ByHandDay,
    ByHandSigma,
    LateCard,
    EmptySale,
    ReturnKeeps,
    ReturnUnnamed,
    SaleReturn,
    EnrolRedeem,
    OutOfHours,
    RedeemUndone,
    Split,
    Lookups,
    Offline,
    Clock,
}

impl Rule {
    pub const ALL: [Self; 19] = [
        Self::CardDay,
        Self::CardHour,
        Self::CardShare,
        Self::CardTimes,
        Self::StaffCard,
        Self::ByHandDay,
        Self::ByHandSigma,
        Self::LateCard,
        Self::EmptySale,
        Self::ReturnKeeps,
        Self::ReturnUnnamed,
        Self::SaleReturn,
        Self::EnrolRedeem,
        Self::OutOfHours,
        Self::RedeemUndone,
        Self::Split,
        Self::Lookups,
        Self::Offline,
        Self::Clock,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::CardDay => "card_day",
            Self::CardHour => "card_hour",
            Self::CardShare => "card_share",
            Self::CardTimes => "card_times",
            Self::StaffCard => "staff_card",
            Self::ByHandDay => "by_hand_day",
            Self::ByHandSigma => "by_hand_sigma",
            Self::LateCard => "late_card",
            Self::EmptySale => "empty_sale",
            Self::ReturnKeeps => "return_keeps",
            Self::ReturnUnnamed => "return_unnamed",
            Self::SaleReturn => "sale_return",
            Self::EnrolRedeem => "enrol_redeem",
            Self::OutOfHours => "out_of_hours",
            Self::RedeemUndone => "redeem_undone",
            Self::Split => "split",
            Self::Lookups => "lookups",
            Self::Offline => "offline",
            Self::Clock => "clock",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rule of signals")]
pub struct UnknownRule(String);

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        Self::ALL.into_iter().find(|rule| rule.code() == text).ok_or_else(|| UnknownRule(text.to_owned()))
    }
}
