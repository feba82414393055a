//! Goods of which more came back than was sold, for somebody to look at.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{OverReturned, ReturnTicket, over_returned};
use crate::access::Actor;
use crate::access::pages::list_answer;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};

const SORTS: [&str; 2] = ["sold_on", "over"];
const BY_DEFAULT: &str = "sold_on";
/// Key, label and kind of each.
const COLUMNS: [(&str, &str, Kind); 6] = [
    ("sold_on", "over-returned-receipt", Kind::Text),
    ("product", "over-returned-product", Kind::Text),
    ("sold", "over-returned-sold", Kind::Number),
    ("returned", "over-returned-returned", Kind::Number),
    ("over", "over-returned-over", Kind::Number),
    ("by", "over-returned-by", Kind::Text),
];
/// The latest; older ones are in the definitions' query.
const SHOWN: usize = 1_000;

/// `GET /over-returned`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/over-returned", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "over-returned-title").await?;
    let store = screen.asked(state.filter("store"));
    let mut rows = over_returned(&mut screen.tx).await?;
    // It concerns the stores that took the goods, and the one that sold them.
    rows.retain(|(line, by)| {
        let mut stores = by.iter().map(|ticket| &ticket.store).chain([&line.store]);
        stores
            .any(|code| actor.scope.allows(code) && store.as_ref().is_none_or(|asked| code == asked.as_str()))
    });
    rows.truncate(SHOWN);
    sort(&mut rows, &state);
    let (shown, total) = Table::page_of(rows, &state);
    let rows = shown.iter().map(|(line, by)| row(&screen, line, by)).collect();
    let table = screen.by_store("over-returned", &SORTS, &COLUMNS, state, (rows, total));
    let lead = screen.words().t("over-returned-lead");
    list_answer(&ListPage { lead, action: None, chart: None, table, page: screen.page.live("tills") })
}

fn over(line: &OverReturned) -> i64 {
    line.paid_back.0.saturating_sub(line.paid.0)
}

/// The latest first, unless another order is asked for.
fn sort(rows: &mut [(OverReturned, Vec<ReturnTicket>)], state: &TableState) {
    rows.sort_by(|(a, _), (b, _)| {
        let ordering = match state.sort.as_str() {
            "over" => over(a).cmp(&over(b)),
            _ => b.business_date.cmp(&a.business_date),
        };
        let ordering = if state.descending { ordering.reverse() } else { ordering };
        ordering.then_with(|| (a.sale, a.line).cmp(&(b.sale, b.line)))
    });
}

fn row(screen: &Screen, line: &OverReturned, by: &[ReturnTicket]) -> Vec<Cell> {
    let words = screen.words();
    let place = |store: &str, till: &str| format!("{} · {till}", screen.store_name(store));
    let ticket = |t: &ReturnTicket| {
        let who = t.cashier.as_ref().map(|cashier| format!(" · {cashier}")).unwrap_or_default();
        format!("{} · {} · {}{who}", place(&t.store, &t.till), t.business_date, t.receipt_no)
    };
    let name = if line.name.is_empty() { line.sku.clone() } else { line.name.clone() };
    let beyond = domain::money::Money(over(line));
    let returned = Cell::number(words.quantity(line.returned), line.returned.plain()).toned(Tone::Warn);
    let returned =
        if line.kept_twice { returned.noted(words.t("over-returned-kept-twice")) } else { returned };
    vec![
        Cell::text(place(&line.store, &line.till))
            .noted(format!("{} · {}", line.business_date, line.receipt_no)),
        Cell::text(name).noted(line.sku.clone()),
        Cell::number(words.quantity(line.sold), line.sold.plain()),
        returned,
        Cell::number(words.money(beyond), beyond.to_string()),
        Cell::text(by.iter().map(ticket).collect::<Vec<_>>().join("; ")),
    ]
}
