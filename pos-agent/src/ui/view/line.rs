//! What the screens are told of a line of the basket.

use domain::codes::Sku;
use domain::money::{Money, Points, Quantity};
use domain::stock::StockState;

pub use crate::store::stock::StockFlag;

impl StockFlag {
    /// The key of its text on the screen.
    pub fn code(&self) -> &'static str {
        match self.state {
            StockState::Enough => "stock-enough",
            StockState::Low => "stock-low",
            StockState::Out => "stock-out",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    pub number: u32,
    pub sku: Sku,
    pub name: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    /// Coupons and price rules apart.
    pub discount: Money,
    /// What price rules took off, by their names.
    pub by_rules: Vec<(String, Money)>,
    /// After discount and before coupons, tax included; below zero for goods that come back.
    pub total: Money,
    pub voided: bool,
    pub returned: bool,
    /// The catalogue's price, where another one was keyed.
    pub listed: Option<Money>,
    /// What it cost in points, where it is a gift.
    pub gift: Option<Points>,
    /// Where it runs low or is out by the books of this store.
    pub stock: Option<StockFlag>,
    /// The code that was read, where the catalogue has no such article.
    pub read_code: Option<String>,
    /// The last four digits of a gift card that is sold.
    pub gift_card: Option<String>,
    /// The line that the last entry touched: the one to highlight.
    pub touched: bool,
    /// Its name on the customer's display; none where the product is discreet.
    pub public_name: Option<String>,
}
