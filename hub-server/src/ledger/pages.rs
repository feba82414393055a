//! Redemptions that stores answer for: a card that had been reported paid with points.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use domain::card::card_at;
use domain::codes::CardNumber;

use super::{Charged, charged};
use crate::access::pages::list_answer;
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};
use crate::members::{cards, mask_card};

const SORTS: [&str; 3] = ["when", "store", "points"];
const BY_DEFAULT: &str = "when";
/// Key, label and kind of each.
const COLUMNS: [(&str, &str, Kind); 7] = [
    ("store", "store", Kind::Text),
    ("when", "charged-when", Kind::Text),
    ("card", "charged-card", Kind::Text),
    ("since", "charged-since", Kind::Text),
    ("cashier", "charged-cashier", Kind::Text),
    ("points", "charged-points", Kind::Number),
    ("paid", "charged-paid", Kind::Number),
];
/// The latest; older ones are in the ledger.
const SHOWN: usize = 1_000;

/// `GET /charged`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/charged", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "charged-title").await?;
    let store = screen.asked(state.filter("store"));
    let mut rows = charged(&mut screen.tx).await?;
    rows.retain(|row| {
        actor.scope.allows(&row.store) && store.as_ref().is_none_or(|asked| row.store == asked.as_str())
    });
    rows.truncate(SHOWN);
    sort(&mut rows, &state);
    let (shown, total) = Table::page_of(rows, &state);
    let numbers: Vec<CardNumber> = shown.iter().map(|row| row.card.clone()).collect();
    let said = cards::said_of(&mut screen.tx, &numbers).await?;
    let full = actor.may(Permission::ReadContacts);
    let cells = |charge: &Charged| {
        let was = card_at(said.get(&charge.card).map_or(&[][..], Vec::as_slice), charge.occurred_at);
        let words = screen.words();
        let since =
            format!("{} · {}", words.t(&format!("card-state-{}", was.state)), words.date_time(was.since));
        row(&screen, charge, since, full)
    };
    let rows = shown.iter().map(cells).collect();
    let table = screen.by_store("charged", &SORTS, &COLUMNS, state, (rows, total));
    let lead = screen.words().t("charged-lead");
    list_answer(&ListPage { lead, action: None, chart: None, table, page: screen.page.live("tills") })
}

/// The latest first, unless another order is asked for.
fn sort(rows: &mut [Charged], state: &TableState) {
    rows.sort_by(|a, b| {
        let ordering = match state.sort.as_str() {
            "store" => (&a.store, &a.till).cmp(&(&b.store, &b.till)),
            "points" => a.points.cmp(&b.points),
            _ => b.occurred_at.cmp(&a.occurred_at),
        };
        let ordering = if state.descending { ordering.reverse() } else { ordering };
        ordering.then_with(|| b.occurred_at.cmp(&a.occurred_at))
    });
}

fn row(screen: &Screen, charge: &Charged, since: String, full: bool) -> Vec<Cell> {
    let words = screen.words();
    let place = format!("{} · {}", screen.store_name(&charge.store), charge.till);
    let receipt = format!("{} · {}", charge.business_date, charge.receipt_no);
    let number = if full { charge.card.to_string() } else { mask_card(&charge.card) };
    vec![
        Cell::text(place).noted(receipt),
        Cell { show: words.date_time(charge.occurred_at), ..Cell::code(charge.occurred_at.to_rfc3339()) },
        Cell::code(number),
        Cell::text(since),
        charge.cashier.clone().map_or_else(|| Cell::none("—"), Cell::text),
        Cell::number(words.points(charge.points), charge.points.to_string()).toned(Tone::Warn),
        Cell::number(words.money(charge.paid), charge.paid.to_string()),
    ]
}
