//! Who stands at a till and what they may do there. Hub and till decide by the same table.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A per cent in the unit of every rate: 1/100 of a per cent.
const PERCENT: i64 = 100;
const WHOLE: i64 = 100 * PERCENT;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashierRole {
    Cashier,
    Supervisor,
    Manager,
}

impl CashierRole {
    pub const ALL: [Self; 3] = [Self::Cashier, Self::Supervisor, Self::Manager];

    pub fn code(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Supervisor => "supervisor",
            Self::Manager => "manager",
        }
    }

    /// What the role may do unless the chain says otherwise of one person.
    pub fn grants(self) -> Grants {
        let (discount_max, rights): (i64, &[Right]) = match self {
            Self::Cashier => (5 * PERCENT, &[Right::OpenShift, Right::CloseShift]),
            Self::Supervisor => (
                30 * PERCENT,
                &[
                    Right::PriceOverride,
                    Right::Refund,
                    Right::VoidAfterTotal,
                    Right::Training,
                    Right::OpenShift,
                    Right::CloseShift,
                    Right::Drawer,
                ],
            ),
            Self::Manager => (WHOLE, &Right::ALL),
        };
        Grants { discount_max, rights: rights.iter().copied().collect() }
    }
}

impl fmt::Display for CashierRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither cashier nor supervisor nor manager")]
pub struct UnknownRole(String);

impl FromStr for CashierRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// What is allowed or not, without a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Another price than the catalogue's, or one that the catalogue leaves open.
    PriceOverride,
    /// Goods back against the receipt.
    Refund,
    RefundWithoutReceipt,
    /// Taking a line or the sale back once the total was told.
    VoidAfterTotal,
    Training,
    OpenShift,
    CloseShift,
    /// Opening the drawer without a sale, and putting cash in or taking it out.
    Drawer,
}

impl Right {
    pub const ALL: [Self; 8] = [
        Self::PriceOverride,
        Self::Refund,
        Self::RefundWithoutReceipt,
        Self::VoidAfterTotal,
        Self::Training,
        Self::OpenShift,
        Self::CloseShift,
        Self::Drawer,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::PriceOverride => "price_override",
            Self::Refund => "refund",
            Self::RefundWithoutReceipt => "refund_without_receipt",
            Self::VoidAfterTotal => "void_after_total",
            Self::Training => "training",
            Self::OpenShift => "open_shift",
            Self::CloseShift => "close_shift",
            Self::Drawer => "drawer",
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no permission at a till")]
pub struct UnknownRight(String);

impl FromStr for Right {
    type Err = UnknownRight;

    fn from_str(text: &str) -> Result<Self, UnknownRight> {
        Self::ALL.into_iter().find(|right| right.code() == text).ok_or_else(|| UnknownRight(text.to_owned()))
    }
}

/// What an order at the till needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Permission {
    /// Of a line or of the whole sale, in 1/100 of a per cent.
    Discount {
        percent: i64,
    },
    Right {
        right: Right,
    },
    /// Points for a receipt whose customer had forgotten the card.
    LateCard,
}

impl From<Right> for Permission {
    fn from(right: Right) -> Self {
        Self::Right { right }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discount { percent } => {
                write!(f, "discount {}.{:02} %", percent / PERCENT, percent % PERCENT)
            }
            Self::Right { right } => right.fmt(f),
            Self::LateCard => f.pad("late_card"),
        }
    }
}

/// What one person may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// The largest discount, in 1/100 of a per cent.
    pub discount_max: i64,
    pub rights: BTreeSet<Right>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Allowed,
    /// Somebody who may do it has to agree.
    NeedsApproval,
    /// Nobody can allow it.
    Denied,
}

pub fn permits(grants: &Grants, permission: Permission) -> Verdict {
    let may = match permission {
        Permission::Discount { percent } if !(0..=WHOLE).contains(&percent) => return Verdict::Denied,
        Permission::Discount { percent } => percent <= grants.discount_max,
        Permission::Right { right } => grants.rights.contains(&right),
        // Who may undo a receipt may give it its card: no grant that tills of before do not know.
        Permission::LateCard => grants.rights.contains(&Right::Refund),
    };
    if may { Verdict::Allowed } else { Verdict::NeedsApproval }
}

/// How a badge's code is kept: who reads a file or a feed cannot print the badge again.
pub fn badge_digest(code: &str) -> String {
    let digest = Sha256::new().chain_update(b"yapa badge\n").chain_update(code.trim()).finalize();
    hex::encode(digest)
}

/// Digits of a PIN.
pub const PIN_DIGITS: usize = 6;

pub fn is_pin(text: &str) -> bool {
    text.len() == PIN_DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_and_permission() {
        use Verdict::{Allowed as Y, Denied as D, NeedsApproval as A};
        let right = |right| Permission::Right { right };
        let discount = |percent| Permission::Discount { percent };
        for (permission, wanted) in [
            // cashier, supervisor, manager
            (discount(0), [Y, Y, Y]),
            (discount(500), [Y, Y, Y]),
            (discount(501), [A, Y, Y]),
            (discount(3_000), [A, Y, Y]),
            (discount(3_001), [A, A, Y]),
            (discount(10_000), [A, A, Y]),
            (discount(10_001), [D, D, D]),
            (discount(-1), [D, D, D]),
            (right(Right::PriceOverride), [A, Y, Y]),
            (right(Right::Refund), [A, Y, Y]),
            (right(Right::RefundWithoutReceipt), [A, A, Y]),
            (right(Right::VoidAfterTotal), [A, Y, Y]),
            (right(Right::Training), [A, Y, Y]),
            (right(Right::OpenShift), [Y, Y, Y]),
            (right(Right::CloseShift), [Y, Y, Y]),
            (right(Right::Drawer), [A, Y, Y]),
            (Permission::LateCard, [A, Y, Y]),
        ] {
            for (role, wanted) in CashierRole::ALL.into_iter().zip(wanted) {
                assert_eq!(permits(&role.grants(), permission), wanted, "{role} {permission}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for right in Right::ALL {
            assert_eq!(right.code().parse(), Ok(right));
            let json = serde_json::to_string(&Permission::from(right)).unwrap();
            assert_eq!(serde_json::from_str::<Permission>(&json).unwrap(), right.into(), "{json}");
        }
        for role in CashierRole::ALL {
            assert_eq!(role.code().parse(), Ok(role));
        }
        assert!("root".parse::<Right>().is_err() && "root".parse::<CashierRole>().is_err());
    }

    #[test]
    fn a_pin_is_six_digits() {
        for (text, wanted) in
            [("123456", true), ("12345", false), ("1234567", false), ("12345a", false), ("", false)]
        {
            assert_eq!(is_pin(text), wanted, "{text}");
        }
        assert_eq!(badge_digest(" B-1 "), badge_digest("B-1"));
        assert_ne!(badge_digest("B-1"), badge_digest("B-2"));
    }
}
