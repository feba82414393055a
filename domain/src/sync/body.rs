//! What events say. A kind and its version name a shape for ever; the hub keeps what it does not know.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::cashier::Permission;
use crate::codes::CashierCode;
use crate::enrolment::MemberEnrolled;
use crate::gift_card::GiftHoldVoided;
use crate::ids::{LogId, MemberId, PromotionId, SaleId};
use crate::late_card::CardAttached;
use crate::readers::ReadersChecked;
use crate::sale::Sale;
use crate::shift::{CashMoved, DrawerOpened, ShiftClosed, ShiftOpened};
use crate::sync::chain::Head;
use crate::sync::redemption::RedemptionVoided;

/// Why a till began a new log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenReason {
    Enrolled,
    /// The file is older than what was already pushed: it was restored from a copy.
    Regressed,
    /// The hub has another event at a place of this log: two machines wrote it.
    Forked,
    /// The file woke up on another machine.
    Moved,
    /// The file was damaged, and what could be read was taken over into a new one.
    Salvaged,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogOpened {
    pub reason: OpenReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<(LogId, Head)>,
    /// After a salvage: events of the log before that the till had not seen confirmed and that are lost, if the
    /// hub has not got them after all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this shape")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferResponse {
    Shown,
    Accepted,
    Declined,
}

/// What became of an offer: the measure of whether it worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferAnswer {
    pub promotion: PromotionId,
    pub member: MemberId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<SaleId>,
    pub response: OfferResponse,
    /// The sale for which another agent's till said the same before: the basket was put aside there and taken up here, so
    /// that one most likely never comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_over: Option<SaleId>,
}

/// Why somebody did not let an order through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedApproval {
    WrongPin,
    /// Who was asked may not do it either.
    NotPermitted,
}

/// Somebody was asked to let a cashier do what the cashier alone may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalAsked {
    pub permission: Permission,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<CashierCode>,
    /// Who agreed, or was named by who tried.
    pub by: CashierCode,
    /// None where it was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusedApproval>,
}

impl ApprovalAsked {
    /// A hub of before does not read a permission that it does not know: it keeps the event until it does.
    fn version(&self) -> u32 {
        match self.permission {
            Permission::Discount { .. } | Permission::Right { .. } => 1,
            Permission::LateCard => 2,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Sale(Box<Sale>),
    LogOpened(LogOpened),
    OfferAnswer(OfferAnswer),
    MemberEnrolled(Box<MemberEnrolled>),
    CardAttached(Box<CardAttached>),
    Approval(ApprovalAsked),
    ShiftOpened(ShiftOpened),
    CashMoved(CashMoved),
    DrawerOpened(DrawerOpened),
    ShiftClosed(Box<ShiftClosed>),
    ReadersChecked(ReadersChecked),
    GiftHoldVoided(GiftHoldVoided),
    RedemptionVoided(RedemptionVoided),
}

/// What the hub makes of a body.
#[derive(Debug)]
pub enum ParsedBody {
    Known(Body),
    /// A kind or version from a newer till: kept, and applied after an upgrade.
    Unknown,
    /// Says it is a known kind and is not; the text explains.
    Broken(String),
}

impl Body {
    pub fn kind(&self) -> (&'static str, u32) {
        match self {
            Self::Sale(_) => ("sale", 1),
            Self::LogOpened(_) => ("log_opened", 1),
            Self::OfferAnswer(_) => ("offer_answer", 1),
            Self::MemberEnrolled(_) => ("member_enrolled", 1),
            Self::CardAttached(_) => ("card_attached", 1),
            Self::Approval(asked) => ("approval", asked.version()),
            Self::ShiftOpened(_) => ("shift_opened", 1),
            Self::CashMoved(_) => ("cash_moved", 1),
            Self::DrawerOpened(_) => ("drawer_opened", 1),
            Self::ShiftClosed(_) => ("shift_closed", 1),
            Self::ReadersChecked(_) => ("readers_checked", 1),
            Self::GiftHoldVoided(_) => ("gift_hold_voided", 1),
            Self::RedemptionVoided(_) => ("redemption_voided", 1),
        }
    }

    pub fn encode(&self) -> Result<Box<RawValue>, serde_json::Error> {
        match self {
            Self::Sale(body) => to_raw_value(body),
            Self::LogOpened(body) => to_raw_value(body),
            Self::OfferAnswer(body) => to_raw_value(body),
            Self::MemberEnrolled(body) => to_raw_value(body),
            Self::CardAttached(body) => to_raw_value(body),
            Self::Approval(body) => to_raw_value(body),
            Self::ShiftOpened(body) => to_raw_value(body),
            Self::CashMoved(body) => to_raw_value(body),
            Self::DrawerOpened(body) => to_raw_value(body),
            Self::ShiftClosed(body) => to_raw_value(body),
            Self::ReadersChecked(body) => to_raw_value(body),
            Self::GiftHoldVoided(body) => to_raw_value(body),
            Self::RedemptionVoided(body) => to_raw_value(body),
        }
    }

    pub fn parse(kind: &str, kind_v: u32, raw: &RawValue) -> ParsedBody {
        let text = raw.get();
        let parsed = match (kind, kind_v) {
            ("sale", 1) => serde_json::from_str(text).map(|sale| Self::Sale(Box::new(sale))),
            ("log_opened", 1) => serde_json::from_str(text).map(Self::LogOpened),
            ("offer_answer", 1) => serde_json::from_str(text).map(Self::OfferAnswer),
            ("member_enrolled", 1) => {
                serde_json::from_str(text).map(|member| Self::MemberEnrolled(Box::new(member)))
            }
            ("card_attached", 1) => {
                serde_json::from_str(text).map(|attached| Self::CardAttached(Box::new(attached)))
            }
            ("approval", 1 | 2) => serde_json::from_str(text).map(Self::Approval),
            ("shift_opened", 1) => serde_json::from_str(text).map(Self::ShiftOpened),
            ("cash_moved", 1) => serde_json::from_str(text).map(Self::CashMoved),
            ("drawer_opened", 1) => serde_json::from_str(text).map(Self::DrawerOpened),
            ("shift_closed", 1) => serde_json::from_str(text).map(|body| Self::ShiftClosed(Box::new(body))),
            ("readers_checked", 1) => serde_json::from_str(text).map(Self::ReadersChecked),
            ("gift_hold_voided", 1) => serde_json::from_str(text).map(Self::GiftHoldVoided),
            ("redemption_voided", 1) => serde_json::from_str(text).map(Self::RedemptionVoided),
            _ => return ParsedBody::Unknown,
        };
        parsed.map_or_else(|error| ParsedBody::Broken(error.to_string()), ParsedBody::Known)
    }
}

#[cfg(test)]
mod tests;
