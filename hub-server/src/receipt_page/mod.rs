//! A receipt as a page for the customer: whoever has the address that the paper shows as a QR code sees what the paper
//! says, and what became of the goods since. A till makes the key of the address when it closes the sale, so the page is
//! there as soon as the sale is.
//!
//! It says no more of the customer than the paper does: the last figures of a card, and what the sale earned. It says less
//! of the shop: not who stood at the till, as an address may be handed on; and its own lines, its tax number among them,
//! are settings of the tills and not known here.

mod facts;
pub mod pages;
mod slip;
