//! From products and a card to a closed sale. Knows no HTTP, no serial port and no SQL.

pub mod basket;
pub mod complete;
pub mod entry;
pub mod gift_card;
pub mod gift_limits;
pub mod open_price;
pub mod price;
pub mod shift;
pub mod unreceipted;
