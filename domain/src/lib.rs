//! What till and hub must agree on.
//!
//! Five nouns carry the product: a [`scan::Scan`] says what the reader saw, a [`sale::Sale`] is what
//! was paid, a [`points::Programme`] says what it earns, an [`sync::Envelope`] carries it to the hub
//! unchanged, and the identifiers of [`ids`] and [`codes`] name them everywhere.
//!
//! Nothing here reads a clock, a file, a socket or a random source: time and randomness are arguments,
//! so the till's preview and the hub's truth are the same function of the same input.

pub mod birthday;
pub mod card;
pub mod cashier;
pub mod codes;
pub mod coupons;
pub mod enrolment;
pub mod gift_card;
pub mod ids;
pub mod late_card;
pub mod lookup;
pub mod money;
pub mod open_page;
pub mod points;
pub mod price_rules;
pub mod pricing;
pub mod promotion;
pub mod readers;
pub mod receipt_code;
pub mod sale;
pub mod scan;
pub mod shift;
pub mod snapshot;
pub mod stock;
pub mod sync;
pub mod tickets;
pub mod time;

pub use codes::{CardNumber, CashierCode, CouponCode, MemberCode, ReceiptCode, Sku, StoreCode, TillCode};
pub use money::{Money, Points, Quantity};
