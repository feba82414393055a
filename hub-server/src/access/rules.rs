//! Who may do what, as one table.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Cashier,
    Manager,
    Marketing,
    Service,
    Accountant,
    Admin,
}

impl Role {
    pub const ALL: [Self; 6] =
        [Self::Cashier, Self::Manager, Self::Marketing, Self::Service, Self::Accountant, Self::Admin];

    pub fn code(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Manager => "manager",
            Self::Marketing => "marketing",
            Self::Service => "service",
            Self::Accountant => "accountant",
            Self::Admin => "admin",
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        allowed(permission).contains(&self)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role; use cashier, manager, marketing, service, accountant or admin")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// What a route or an operation needs. Reading and writing are apart; personal details are a permission
/// of their own beside reading members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    ReadOverview,
    /// Members by code and greeting, with what they buy; contacts masked.
    ReadMembers,
    /// Full names, phone numbers, e-mail addresses.
    ReadContacts,
    /// Reporting cards lost, stolen or found, and giving others in their place.
    WriteCards,
    /// Giving and taking points by hand, and agreeing to what others ask for.
    AdjustPoints,
    /// Making two members one who are one person, and taking that back.
    MergeMembers,
    /// Gift cards with what is on them.
    ReadGiftCards,
    /// Blocking one, and letting go of what a till holds of it.
    WriteGiftCards,
    /// Points that tills hold for sales under way.
    ReadReservations,
    /// Letting go of them where a till does not come back, two together.
    ReleaseReservations,
    ReadSales,
    ReadInsights,
    /// What points owe in money, by month.
    ReadAccounting,
    ReadStock,
    ReadPromotions,
    WritePromotions,
    /// The versions of the points programme.
    ReadProgramme,
    /// Drafting the next one and trying it on past tickets.
    WriteProgramme,
    /// Making a draft the next version, which nothing changes any more.
    PublishProgramme,
    ReadTills,
    WriteTills,
    ReadQuarantine,
    SettleQuarantine,
    /// What people did at tills and desks that is worth a look.
    ReadSignals,
    /// Saying that one looked, and what one made of it.
    SettleSignals,
    /// Catalogue, members, stock and sales from files.
    Import,
    /// Lists of members out of the hub.
    Export,
    WriteStaff,
}

impl Permission {
    pub const ALL: [Self; 28] = [
        Self::ReadOverview,
        Self::ReadMembers,
        Self::ReadContacts,
        Self::WriteCards,
        Self::AdjustPoints,
        Self::MergeMembers,
        Self::ReadGiftCards,
        Self::WriteGiftCards,
        Self::ReadReservations,
        Self::ReleaseReservations,
        Self::ReadSales,
        Self::ReadInsights,
        Self::ReadAccounting,
        Self::ReadStock,
        Self::ReadPromotions,
        Self::WritePromotions,
        Self::ReadProgramme,
        Self::WriteProgramme,
        Self::PublishProgramme,
        Self::ReadTills,
        Self::WriteTills,
        Self::ReadQuarantine,
        Self::SettleQuarantine,
        Self::ReadSignals,
        Self::SettleSignals,
        Self::Import,
        Self::Export,
        Self::WriteStaff,
    ];
}

fn allowed(permission: Permission) -> &'static [Role] {
    use Role::{Accountant, Admin, Cashier, Manager, Marketing, Service};
    match permission {
        Permission::ReadMembers => &[Cashier, Manager, Marketing, Service, Admin],
        Permission::ReadOverview | Permission::ReadSales | Permission::ReadProgramme => {
            &[Manager, Marketing, Service, Accountant, Admin]
        }
        Permission::ReadInsights => &[Manager, Marketing, Service, Admin],
        Permission::ReadAccounting => &[Accountant, Admin],
        Permission::ReadGiftCards => &[Manager, Service, Accountant, Admin],
        Permission::ReadSignals | Permission::SettleSignals => &[Manager, Accountant, Admin],
        Permission::ReadContacts
        | Permission::WriteCards
        | Permission::AdjustPoints
        | Permission::MergeMembers
        | Permission::WriteGiftCards
        | Permission::ReleaseReservations => &[Service, Admin],
        Permission::ReadReservations => &[Manager, Service, Admin],
        Permission::ReadStock => &[Manager, Admin],
        Permission::ReadPromotions => &[Cashier, Manager, Marketing, Service, Admin],
        Permission::WritePromotions | Permission::WriteProgramme | Permission::Export => &[Marketing, Admin],
        Permission::ReadTills | Permission::ReadQuarantine => &[Manager, Admin],
        Permission::WriteTills
        | Permission::SettleQuarantine
        | Permission::PublishProgramme
        | Permission::Import
        | Permission::WriteStaff => &[Admin],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written out a second time by hand: a slip in the table above must not pass unseen.
    const WANTED: [(Permission, [bool; 6]); 28] = [
        // cashier, manager, marketing, service, accountant, admin
        (Permission::ReadOverview, [false, true, true, true, true, true]),
        (Permission::ReadMembers, [true, true, true, true, false, true]),
        (Permission::ReadContacts, [false, false, false, true, false, true]),
        (Permission::WriteCards, [false, false, false, true, false, true]),
        (Permission::AdjustPoints, [false, false, false, true, false, true]),
        (Permission::MergeMembers, [false, false, false, true, false, true]),
        (Permission::ReadGiftCards, [false, true, false, true, true, true]),
        (Permission::WriteGiftCards, [false, false, false, true, false, true]),
        (Permission::ReadReservations, [false, true, false, true, false, true]),
        (Permission::ReleaseReservations, [false, false, false, true, false, true]),
        (Permission::ReadSales, [false, true, true, true, true, true]),
        (Permission::ReadInsights, [false, true, true, true, false, true]),
        (Permission::ReadAccounting, [false, false, false, false, true, true]),
        (Permission::ReadStock, [false, true, false, false, false, true]),
        (Permission::ReadPromotions, [true, true, true, true, false, true]),
        (Permission::WritePromotions, [false, false, true, false, false, true]),
        (Permission::ReadProgramme, [false, true, true, true, true, true]),
        (Permission::WriteProgramme, [false, false, true, false, false, true]),
        (Permission::PublishProgramme, [false, false, false, false, false, true]),
        (Permission::ReadTills, [false, true, false, false, false, true]),
        (Permission::WriteTills, [false, false, false, false, false, true]),
        (Permission::ReadQuarantine, [false, true, false, false, false, true]),
        (Permission::SettleQuarantine, [false, false, false, false, false, true]),
        (Permission::ReadSignals, [false, true, false, false, true, true]),
        (Permission::SettleSignals, [false, true, false, false, true, true]),
        (Permission::Import, [false, false, false, false, false, true]),
        (Permission::Export, [false, false, true, false, false, true]),
        (Permission::WriteStaff, [false, false, false, false, false, true]),
    ];

    #[test]
    fn every_role_and_permission() {
        assert_eq!(WANTED.map(|(permission, _)| permission), Permission::ALL);
        for (permission, wanted) in WANTED {
            for (role, may) in Role::ALL.into_iter().zip(wanted) {
                assert_eq!(role.may(permission), may, "{role} {permission:?}");
            }
        }
    }

    #[test]
    fn roles_are_read_by_their_code() {
        for role in Role::ALL {
            assert_eq!(role.code().parse(), Ok(role));
        }
        assert!("root".parse::<Role>().is_err());
    }
}
