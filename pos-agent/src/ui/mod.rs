//! The till screen: T1 sale, T2 customer, T3 pay, T4 done, T8 price check, T10 queue and devices, a new member,
//! and the customer's display D1. Pages are made here on the server; the script
//! only carries what is scanned to the forms and swaps the parts that changed. Everything works without
//! it.

mod assets;
mod beside;
mod discount;
mod display;
mod enrol;
mod find;
mod gift_card;
mod guard;
mod hold;
pub mod keys;
mod late;
mod login;
mod open_price;
mod orders;
mod pages;
mod pay;
mod price;
mod problem;
mod receipts;
mod redeem;
mod refund;
pub(crate) mod screen;
mod shift;
mod status_page;
pub mod view;
pub(crate) mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::app::Agent;

/// More than any of the forms sends.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// What the pages share: the agent, and the secret from which each till's token is made.
#[derive(Clone)]
pub(crate) struct Ui {
    agent: Agent,
    secret: Arc<[u8; 32]>,
}

/// All pages of all tills of this agent. Where cashiers are known one of them must be logged in, else who
/// stands at the till may use it; [`guard`] keeps everybody else's pages out.
pub fn router(agent: Agent) -> Router {
    let ui = Ui { agent, secret: Arc::new(rand::random()) };
    Router::new()
        .route("/", get(pages::first))
        .route("/till/assets/till.css", get(assets::css))
        .route("/till/assets/till.js", get(assets::js))
        .route("/display/assets/display.css", get(assets::display_css))
        .route("/display/assets/display.js", get(assets::display_js))
        .route("/display/{n}", get(display::show))
        .route("/display/{n}/events", get(display::events))
        .route("/till/{n}", get(pages::sale))
        .route("/till/{n}/events", get(pages::events))
        .route("/till/{n}/search", get(pages::search))
        .route("/till/{n}/keys", get(pages::keys))
        .route("/till/{n}/entry", post(orders::entry))
        .route("/till/{n}/add", post(orders::add))
        .route("/till/{n}/line/void", post(orders::void))
        .route("/till/{n}/line/restore", post(orders::restore))
        .route("/till/{n}/line/quantity", post(orders::quantity))
        .route("/till/{n}/unknown/discard", post(orders::discard))
        .route("/till/{n}/open-price", post(open_price::price))
        .route("/till/{n}/open-price/{number}", get(open_price::page))
        .route("/till/{n}/gift-card", post(gift_card::sell))
        .route("/till/{n}/gift-card/{number}", get(gift_card::page))
        .route("/till/{n}/card", post(orders::card))
        .route("/till/{n}/card/remove", post(orders::remove_card))
        .route("/till/{n}/offer", post(orders::offer))
        .route("/till/{n}/line/price", post(discount::price))
        .route("/till/{n}/discount", get(discount::page).post(discount::give))
        .route("/till/{n}/hold", post(hold::hold))
        .route("/till/{n}/held", get(hold::page))
        .route("/till/{n}/recall", post(hold::recall))
        .route("/till/{n}/redeem", get(redeem::page).post(redeem::redeem))
        .route("/till/{n}/redeem/worth", get(redeem::worth))
        .route("/till/{n}/gift", post(redeem::gift))
        .route("/till/{n}/refund", get(refund::find))
        .route("/till/{n}/refund/unreceipted", post(refund::unreceipted))
        .route("/till/{n}/refund/{sale}", get(refund::page))
        .route("/till/{n}/return", post(refund::take_back))
        .route("/till/{n}/late", get(late::find).post(late::attach))
        .route("/till/{n}/late/{sale}", get(late::page))
        .route("/till/{n}/pay", get(pay::page).post(pay::pay))
        .route("/till/{n}/pay/back", post(pay::give_back))
        .route("/till/{n}/price", get(price::show).post(price::ask))
        .route("/till/{n}/price/label", post(price::label))
        .route("/till/{n}/enrol", get(enrol::show).post(enrol::enrol))
        .route("/till/{n}/find", get(find::show).post(find::ask))
        .route("/till/{n}/find/take", post(find::take))
        .route("/till/{n}/card-code", get(enrol::card_code))
        .route("/till/{n}/status", get(status_page::show))
        .route("/till/{n}/send", post(status_page::send))
        .route("/till/{n}/cancel", get(pages::cancel).post(orders::cancel))
        .route("/till/{n}/t4", get(pages::done))
        .route("/till/{n}/receipt/{sale}", get(receipts::page))
        .route("/till/{n}/receipt/{sale}/text", get(receipts::text))
        .route("/till/{n}/receipt/{sale}/pdf", get(receipts::as_pdf))
        .route("/till/{n}/receipt/{sale}/print", post(receipts::print))
        .route("/till/{n}/preferences", post(orders::preferences))
        .merge(of_staff())
        .layer(from_fn_with_state(ui.clone(), login::ask_who))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(from_fn_with_state(ui.clone(), guard::guard))
        .with_state(ui)
}

/// Who stands at the till, and what they do with it besides selling.
fn of_staff() -> Router<Ui> {
    Router::new()
        .route("/till/assets/login.js", get(assets::login_js))
        .route("/till/{n}/login", get(login::show).post(login::enter))
        .route("/till/{n}/logout", post(login::leave))
        .route("/till/{n}/approve", get(login::approval).post(login::approve))
        .route("/till/{n}/approve/drop", post(login::drop_pending))
        .route("/till/{n}/training", post(shift::training))
        .route("/till/{n}/shift", get(shift::show))
        .route("/till/{n}/shift/open", post(shift::begin))
        .route("/till/{n}/shift/move", post(shift::move_cash))
        .route("/till/{n}/drawer", post(shift::open_drawer))
        .route("/till/{n}/shift/x/print", post(shift::print_x))
        .route("/till/{n}/shift/z/{number}/print", post(shift::print_z))
        .route("/till/{n}/device/try", post(status_page::try_device))
        .route("/till/{n}/printer/try", post(status_page::try_printer))
        .route("/till/{n}/printer/test", post(status_page::test_printer))
        .route("/till/{n}/labels/test", post(status_page::test_labels))
        .route("/till/{n}/shift/close", post(shift::close))
        .route("/till/{n}/shift/x", get(shift::x))
        .route("/till/{n}/shift/x/text", get(shift::x_text))
        .route("/till/{n}/shift/z/{number}", get(shift::z))
        .route("/till/{n}/shift/z/{number}/text", get(shift::z_text))
}

#[cfg(test)]
mod tests;
