//! What runs out: the most urgent as bars, all of it as a table.

use std::cmp::Ordering;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use domain::money::Quantity;

use super::{StockAlert, alerts};
use crate::access::Actor;
use crate::access::pages::list_answer;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::Words;
use crate::kit::chart::{Chart, CoverBar, cover_bars};
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Column, Empty, Filter, Kind, Table, TableState, Tone};
use crate::members::fold;

const SORTS: [&str; 7] = ["product", "store", "on_hand", "minimum", "order", "cover", "lead"];
const BY_DEFAULT: &str = "cover";
/// Bars of the chart.
const DRAWN: usize = 12;

/// `GET /stock`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/stock", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "stock-title").await?;
    let store = screen.asked(state.filter("store"));
    let mut low = alerts(&mut screen.tx, store.as_ref(), screen.now).await?;
    low.retain(|alert| actor.scope.allows(alert.store.as_str()) && is_named(alert, state.filter("q")));
    let chart = chart(&screen, &low);
    low.sort_by(|a, b| order(a, b, &state));
    let (low, total) = Table::page_of(low, &state);
    let rows = low.iter().map(|alert| row(&screen, alert)).collect();
    let table = table(&screen, state, rows, total);
    let lead = screen.words().t("stock-lead");
    list_answer(&ListPage { lead, action: None, chart, table, page: screen.page.live("sales") })
}

fn is_named(alert: &StockAlert, words: &str) -> bool {
    let name = fold(&format!("{} {}", alert.sku, alert.name));
    fold(words).split_whitespace().all(|word| name.contains(word))
}

/// What does not sell at all lasts for ever: it stands last.
fn order(a: &StockAlert, b: &StockAlert, state: &TableState) -> Ordering {
    let ordering = match state.sort.as_str() {
        "product" => fold(&a.name).cmp(&fold(&b.name)),
        "store" => a.store.cmp(&b.store),
        "on_hand" => a.on_hand.cmp(&b.on_hand),
        "minimum" => a.reorder_point.cmp(&b.reorder_point),
        "order" => a.reorder_qty.cmp(&b.reorder_qty),
        "lead" => a.lead_days.cmp(&b.lead_days),
        _ => a.cover_tenths.unwrap_or(i64::MAX).cmp(&b.cover_tenths.unwrap_or(i64::MAX)),
    };
    let ordering = if state.descending { ordering.reverse() } else { ordering };
    ordering.then_with(|| (&a.store, &a.sku).cmp(&(&b.store, &b.sku)))
}

fn chart(screen: &Screen, low: &[StockAlert]) -> Option<Chart> {
    let selling: Vec<CoverBar> = low
        .iter()
        .filter_map(|alert| {
            let name = format!("{} · {}", alert.name, screen.store_name(alert.store.as_str()));
            Some(CoverBar { name, cover: alert.cover_tenths? * 10, lead_days: alert.lead_days })
        })
        .take(DRAWN)
        .collect();
    if selling.is_empty() {
        return None;
    }
    let n = i64::try_from(selling.len()).unwrap_or(i64::MAX);
    let subtitle = screen.words().count("stock-subtitle", n);
    Some(cover_bars(screen.words(), &selling, subtitle))
}

fn row(screen: &Screen, alert: &StockAlert) -> Vec<Cell> {
    let words = screen.words();
    let quantity = |quantity: Quantity| Cell::number(words.quantity(quantity), quantity.plain());
    vec![
        Cell::text(alert.name.clone()).noted(alert.sku.to_string()),
        Cell::text(screen.store_name(alert.store.as_str())),
        quantity(alert.on_hand),
        quantity(alert.reorder_point),
        quantity(alert.reorder_qty),
        alert.cover_tenths.map_or_else(
            || Cell::none(words.t("stock-no-pace")),
            |tenths| cover(words, tenths, alert.lead_days),
        ),
        Cell::number(words.whole(alert.lead_days), alert.lead_days.to_string()),
    ]
}

fn cover(words: &Words, tenths: i64, lead_days: i64) -> Cell {
    let plain = Quantity(tenths.saturating_mul(100)).plain();
    let cell = Cell::number(words.days(tenths * 10), plain);
    if tenths < lead_days * 10 { cell.toned(Tone::Error) } else { cell }
}

fn table(screen: &Screen, state: TableState, rows: Vec<Vec<Cell>>, total: i64) -> Table {
    let words = screen.words();
    let column =
        |key, label: &str, kind| Column { key, label: words.t(label), kind, sortable: SORTS.contains(&key) };
    let filtered = state.filtered();
    Table {
        words: words.clone(),
        id: "stock",
        caption: words.t("stock-caption"),
        age: words.as_of(screen.now, screen.now),
        columns: vec![
            column("product", "stock-product", Kind::Text),
            column("store", "store", Kind::Text),
            column("on_hand", "stock-on-hand", Kind::Number),
            column("minimum", "stock-minimum", Kind::Number),
            column("order", "stock-order", Kind::Number),
            column("cover", "stock-cover", Kind::Number),
            column("lead", "stock-lead-days", Kind::Number),
        ],
        filters: vec![
            screen.store_filter(state.filter("store")),
            Filter::Text { key: "q", label: words.t("stock-product"), value: state.filter("q").to_owned() },
        ],
        empty: Empty {
            why: words.t(if filtered { "table-nothing" } else { "stock-none" }),
            action: filtered.then(|| ("/stock".to_owned(), words.t("table-clear"))),
        },
        rows,
        total,
        exports: true,
        state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(sku: &str, name: &str, cover_tenths: Option<i64>) -> StockAlert {
        StockAlert {
            store: "001".parse().unwrap(),
            sku: sku.parse().unwrap(),
            name: name.to_owned(),
            on_hand: Quantity(1),
            reorder_point: Quantity(2),
            reorder_qty: Quantity(3),
            lead_days: 3,
            sold: Quantity(1),
            cover_tenths,
        }
    }

    #[test]
    fn what_does_not_sell_stands_last() {
        let mut low = [alert("1", "Ñame", None), alert("2", "Leche", Some(90)), alert("3", "Pan", Some(8))];
        for (query, wanted) in [("", "321"), ("sort=-cover", "123"), ("sort=product", "213")] {
            let state = TableState::read("/stock", Some(query), BY_DEFAULT);
            low.sort_by(|a, b| order(a, b, &state));
            let order: String = low.iter().map(|alert| alert.sku.as_str()).collect();
            assert_eq!(order, wanted, "{query}");
        }
    }

    #[test]
    fn products_are_found_without_accents() {
        assert!(is_named(&alert("77", "Café molido", None), "cafe MOL"));
        assert!(is_named(&alert("77", "Café molido", None), "77"));
        assert!(!is_named(&alert("77", "Café molido", None), "te"));
    }

    #[test]
    fn cover_below_the_lead_time_is_marked() {
        let words = Words::sample_es();
        for (tenths, tone, plain) in [(29, Some(Tone::Error), "2.9"), (30, None, "3")] {
            let cell = cover(&words, tenths, 3);
            assert_eq!(cell.tone, tone, "{tenths}");
            assert_eq!(cell.file, crate::kit::table::FileValue::Number(plain.to_owned()));
        }
    }
}
