//! What a till has asked the hub and no page is needed for: whatever is looked at meanwhile, the answer is waited for.

use domain::ids::SaleId;
use domain::sync::WaitingBasket;

use super::gift_card::{GiftAsked, GiftInHand};
use super::others::HeldAsked;
use super::receipt::{ReceiptQuestion, ReceiptSearch};
use super::reserve::ReserveAsked;

#[derive(Debug, Default)]
pub(crate) struct OfHub {
    /// The receipt that was read last.
    pub(super) receipt: Option<ReceiptSearch>,
    /// Receipts that other till software takes goods of back.
    pub(super) questions: Vec<ReceiptQuestion>,
    /// What was asked last of baskets put aside: one question for the list, and one for each basket.
    pub(super) held: Vec<HeldAsked>,
    /// What other agents of the store put aside, by the hub's last answer; none where it did not answer.
    pub(super) others: Option<Vec<WaitingBasket>>,
    /// A basket that somebody is to decide about, while its page is open.
    pub(super) unsure: Option<SaleId>,
    /// The gift card that was read last.
    pub(super) gift_in_hand: Option<GiftInHand>,
    /// What is to be held of one.
    pub(super) gift_hold: Option<GiftAsked>,
    /// What is to be reserved of members' points.
    pub(super) reserves: Vec<ReserveAsked>,
}
