//! Baskets that were sold at two tills, for somebody to look at.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{TakenTwice, taken_twice};
use crate::access::Actor;
use crate::access::pages::list_answer;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};

const SORTS: [&str; 1] = ["when"];
const BY_DEFAULT: &str = "when";
/// Key, label and kind of each.
const COLUMNS: [(&str, &str, Kind); 5] = [
    ("held", "held-twice-held", Kind::Text),
    ("basket", "held-twice-basket", Kind::Text),
    ("total", "held-twice-total", Kind::Number),
    ("taken", "held-twice-taken", Kind::Text),
    ("when", "held-twice-also", Kind::Text),
];

/// `GET /held-twice`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/held-twice", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "held-twice-title").await?;
    let store = screen.asked(state.filter("store"));
    let mut rows = taken_twice(&mut screen.tx).await?;
    rows.retain(|row| {
        actor.scope.allows(&row.store) && store.as_ref().is_none_or(|asked| row.store == asked.as_str())
    });
    if state.descending {
        rows.reverse();
    }
    let (shown, total) = Table::page_of(rows, &state);
    let rows = shown.iter().map(|basket| row(&screen, basket)).collect();
    let table = screen.by_store("held-twice", &SORTS, &COLUMNS, state, (rows, total));
    let lead = screen.words().t("held-twice-lead");
    list_answer(&ListPage { lead, action: None, chart: None, table, page: screen.page.live("tills") })
}

fn row(screen: &Screen, basket: &TakenTwice) -> Vec<Cell> {
    let words = screen.words();
    vec![
        Cell::text(format!("{} · {}", screen.store_name(&basket.store), basket.till))
            .noted(words.date_time(basket.held_at)),
        Cell::text(basket.label.clone()),
        Cell::number(words.money(basket.total), basket.total.to_string()),
        Cell::text(basket.taken_till.clone()).noted(words.date_time(basket.taken_at)),
        Cell { show: words.date_time(basket.also_at), ..Cell::code(basket.also_at.to_rfc3339()) }
            .toned(Tone::Warn),
    ]
}
