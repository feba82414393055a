//! What the cashier is doing: which page is on the screen.

use crate::receipt::Slip;
use crate::ui::gift_card::GiftCardPanel;
use crate::ui::hold::HeldPanel;
use crate::ui::open_price::OpenPricePanel;
use crate::ui::pay::PayPanel;
use crate::ui::redeem::RedeemPanel;
use crate::ui::refund::RefundPanel;
use crate::ui::view::ProductView;

/// Before the sale's id in the live name of a page with a receipt's lines.
pub const LINES_OF: &str = "refund-";

/// What the cashier is doing.
#[derive(Debug)]
pub enum Mode {
    /// T1 with T2.
    Sale,
    /// T3.
    Pay(PayPanel),
    /// Off a line or the ticket; with what was wrong with the last try.
    Discount(Option<String>),
    /// A price for what waits without one.
    OpenPrice(Box<OpenPricePanel>),
    /// A gift card that is to be sold.
    GiftCard(Box<GiftCardPanel>),
    /// T5.
    Redeem(Box<RedeemPanel>),
    /// T7.
    Held(HeldPanel),
    /// T6.
    Refund(Box<RefundPanel>),
    /// T4: the sale just closed.
    Done(Box<Slip>),
    Search {
        query: String,
        found: Vec<ProductView>,
    },
    /// Asks before a whole sale is cancelled.
    Cancel,
    /// The list of keys.
    Keys,
    /// A page of its own beside the sale; see [`crate::ui::beside`].
    Beside {
        name: &'static str,
        /// The key of its title.
        title: &'static str,
    },
}

impl Mode {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Pay(_) => "pay",
            Self::Discount(_) => "discount",
            Self::OpenPrice(_) => "open-price",
            Self::GiftCard(_) => "gift-card",
            // Its page goes on once there is a card.
            Self::Redeem(panel) if panel.points.is_none() => "redeem-card",
            Self::Redeem(_) => "redeem",
            Self::Held(_) => "held",
            Self::Refund(_) => "refund",
            Self::Done(_) => "done",
            Self::Search { .. } => "search",
            Self::Cancel => "cancel",
            Self::Keys => "keys",
            Self::Beside { name, .. } => name,
        }
    }

    /// The name by which the page asks for its live parts: with the receipt whose lines are shown.
    pub fn live(&self) -> String {
        match self {
            Self::Refund(panel) => {
                panel.lines_of().map_or_else(|| "refund".to_owned(), |sale| format!("{LINES_OF}{sale}"))
            }
            other => other.name().to_owned(),
        }
    }

    /// The key of the page's title.
    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Sale => "basket",
            Self::Pay(_) => "pay-title",
            Self::Discount(_) => "discount-title",
            Self::OpenPrice(_) => "open-price-title",
            Self::GiftCard(_) => "gift-card-title",
            Self::Redeem(_) => "redeem-title",
            Self::Held(_) => "held-title",
            Self::Refund(_) => "refund-title",
            Self::Done(_) => "done-title",
            Self::Search { .. } => "search-title",
            Self::Cancel => "cancel-title",
            Self::Keys => "keys-title",
            Self::Beside { title, .. } => title,
        }
    }

    /// Something that was sent was not taken: who hears the page hears that first.
    pub(super) fn has_error(&self) -> bool {
        match self {
            Self::Pay(panel) => panel.error.is_some(),
            Self::Discount(error) => error.is_some(),
            Self::OpenPrice(panel) => panel.error.is_some(),
            Self::GiftCard(panel) => panel.error.is_some(),
            Self::Redeem(panel) => panel.error.is_some(),
            Self::Refund(panel) => panel.error.is_some(),
            _ => false,
        }
    }
}
