//! Stories: what people and machines do to the product, told once and run on both databases.

mod accounting;
mod across;
mod backup;
mod bad_inputs;
mod card_page;
mod carried;
mod checkout;
mod enrolment;
mod fanout;
mod files;
pub mod gift_cards;
mod gifts;
mod held;
mod late_card;
mod ledger;
mod main_job;
mod manners;
mod merging;
mod offers;
mod offline;
mod open_price;
mod operating;
mod points;
mod pressure;
mod price_rules;
mod printing;
mod readers;
mod receipt_page;
mod redemption;
mod reserving;
mod returns;
mod shift;
mod signals;
mod stock;
mod sync;
mod taxes;
mod watched;

pub use checkout::{chain_with_points, with_coupons};
pub use gifts::chain_with_gifts;

/// Makes each story a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(crate::world::databases::Kind::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(crate::world::databases::Kind::Postgres).await;
            })+
        }
    };
}
pub(crate) use on_both;

/// The sale whose receipt is offered on a screen.
pub fn receipt_on(screen: &str) -> domain::ids::SaleId {
    let link = screen.split("href=\"").find_map(|part| part.strip_prefix("/till/1/receipt/"));
    link.and_then(|rest| rest.split('"').next()).expect("a receipt").parse().expect("a sale")
}
