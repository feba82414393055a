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
mod returns;
mod shift;
mod signals;
mod stock;
mod sync;
mod watched;

pub use checkout::{chain_with_points, with_coupons};

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
