//! The shifts of the tills: what was counted, what should have been there.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use domain::money::Money;

use super::{TillShift, all};
use crate::access::Actor;
use crate::access::pages::list_answer;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::Words;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};

const SORTS: [&str; 4] = ["opened", "till", "total", "difference"];
const BY_DEFAULT: &str = "opened";
/// Key, label and kind of each.
const COLUMNS: [(&str, &str, Kind); 10] = [
    ("till", "tills-till", Kind::Text),
    ("opened", "shifts-opened", Kind::Text),
    ("number", "shifts-number", Kind::Number),
    ("cashier", "shifts-cashier", Kind::Text),
    ("tickets", "shifts-tickets", Kind::Number),
    ("drawer", "shifts-drawer", Kind::Number),
    ("total", "shifts-total", Kind::Number),
    ("expected", "shifts-expected", Kind::Number),
    ("counted", "shifts-counted", Kind::Number),
    ("difference", "shifts-difference", Kind::Number),
];
/// Older shifts are in the events.
const SHOWN: i64 = 1_000;

/// `GET /shifts`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/shifts", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "shifts-title").await?;
    let store = screen.asked(state.filter("store"));
    let mut shifts = all(&mut screen.tx, SHOWN).await?;
    shifts.retain(|shift| {
        actor.scope.allows(shift.store.as_str()) && store.as_ref().is_none_or(|asked| shift.store == *asked)
    });
    sort(&mut shifts, &state);
    let (shown, total) = Table::page_of(shifts, &state);
    let rows = shown.iter().map(|shift| row(&screen, shift)).collect();
    let table = screen.by_store("shifts", &SORTS, &COLUMNS, state, (rows, total));
    let lead = screen.words().t("shifts-lead");
    list_answer(&ListPage { lead, action: None, chart: None, table, page: screen.page.live("tills") })
}

fn difference(shift: &TillShift) -> Option<Money> {
    let closed = shift.closed.as_ref()?;
    Some(Money(closed.counted.0.saturating_sub(closed.expected.0)))
}

/// The latest first, unless another order is asked for.
fn sort(shifts: &mut [TillShift], state: &TableState) {
    shifts.sort_by(|a, b| {
        let ordering = match state.sort.as_str() {
            "till" => (&a.store, &a.till).cmp(&(&b.store, &b.till)),
            "total" => a.closed.as_ref().map(|c| c.total).cmp(&b.closed.as_ref().map(|c| c.total)),
            "difference" => difference(a).cmp(&difference(b)),
            _ => b.opened_at.cmp(&a.opened_at),
        };
        let ordering = if state.descending { ordering.reverse() } else { ordering };
        ordering.then_with(|| b.opened_at.cmp(&a.opened_at))
    });
}

fn money(words: &Words, money: Money) -> Cell {
    Cell::number(words.money(money), money.to_string())
}

fn row(screen: &Screen, shift: &TillShift) -> Vec<Cell> {
    let words = screen.words();
    let none = || Cell::none("—");
    let closed = shift.closed.as_ref();
    let till = format!("{} · {}", screen.store_name(shift.store.as_str()), shift.till);
    vec![
        Cell::text(till).noted(shift.business_date.to_string()),
        Cell { show: words.ago(shift.opened_at, screen.now), ..Cell::code(shift.opened_at.to_rfc3339()) },
        closed.map_or_else(
            || Cell::text(words.t("shifts-open")).toned(Tone::Warn),
            |closed| Cell::number(words.whole(closed.number), closed.number.to_string()),
        ),
        closed
            .and_then(|closed| closed.by.clone())
            .or_else(|| shift.opened_by.clone())
            .map_or_else(none, Cell::text),
        closed.map_or_else(none, |closed| {
            Cell::number(words.whole(closed.tickets), closed.tickets.to_string())
        }),
        Cell::number(words.whole(shift.drawer_openings), shift.drawer_openings.to_string()),
        closed.map_or_else(none, |closed| money(words, closed.total)),
        closed.map_or_else(none, |closed| money(words, closed.expected)),
        closed.map_or_else(none, |closed| money(words, closed.counted)),
        difference(shift).map_or_else(none, |sum| {
            let cell = money(words, sum);
            if sum.is_zero() { cell } else { cell.toned(Tone::Error) }
        }),
    ]
}
