//! Gifts beyond their limits, for somebody to look at.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use domain::ids::AccountId;
use domain::points::{Beyond, GiftLimit};

use super::{Handed, too_many};
use crate::access::Actor;
use crate::access::pages::list_answer;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::Words;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};
use crate::members;

const SORTS: [&str; 2] = ["when", "product"];
const BY_DEFAULT: &str = "when";
/// Key, label and kind of each.
const COLUMNS: [(&str, &str, Kind); 5] = [
    ("when", "gifts-over-receipt", Kind::Text),
    ("product", "gifts-over-gift", Kind::Text),
    ("member", "gifts-over-member", Kind::Text),
    ("cashier", "gifts-over-cashier", Kind::Text),
    ("limit", "gifts-over-limit", Kind::Text),
];
/// The latest; older ones are in the tickets.
const SHOWN: usize = 1_000;

/// `GET /gifts-over`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/gifts-over", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "gifts-over-title").await?;
    let store = screen.asked(state.filter("store"));
    let mut rows = too_many(&mut screen.tx).await?;
    rows.retain(|(handed, _)| {
        actor.scope.allows(&handed.store) && store.as_ref().is_none_or(|asked| handed.store == asked.as_str())
    });
    rows.truncate(SHOWN);
    sort(&mut rows, &state);
    let (shown, total) = Table::page_of(rows, &state);
    let accounts: Vec<AccountId> = shown.iter().filter_map(|(handed, _)| handed.account).collect();
    let members = members::of_accounts(&mut screen.tx, &accounts).await?;
    let codes: HashMap<AccountId, String> =
        members.into_iter().map(|member| (member.account, member.profile.code.to_string())).collect();
    let rows = shown.iter().map(|(handed, beyond)| row(&screen, handed, *beyond, &codes)).collect();
    let table = screen.by_store("gifts-over", &SORTS, &COLUMNS, state, (rows, total));
    let lead = screen.words().t("gifts-over-lead");
    list_answer(&ListPage { lead, action: None, chart: None, table, page: screen.page.live("tills") })
}

/// The latest first, unless another order is asked for.
fn sort(rows: &mut [(Handed, Beyond)], state: &TableState) {
    rows.sort_by(|(a, _), (b, _)| {
        let ordering = match state.sort.as_str() {
            "product" => (&a.name, &a.sku).cmp(&(&b.name, &b.sku)),
            _ => b.occurred_at.cmp(&a.occurred_at),
        };
        let ordering = if state.descending { ordering.reverse() } else { ordering };
        ordering.then_with(|| (a.sale, a.line).cmp(&(b.sale, b.line)))
    });
}

fn row(screen: &Screen, handed: &Handed, beyond: Beyond, codes: &HashMap<AccountId, String>) -> Vec<Cell> {
    let words = screen.words();
    let member = handed.account.and_then(|account| codes.get(&account));
    let limits = [("gifts-over-of-member", beyond.member), ("gifts-over-of-all", beyond.total)];
    let limits: Vec<String> =
        limits.into_iter().filter_map(|(key, limit)| Some(said(words, key, limit?))).collect();
    vec![
        Cell::text(format!("{} · {}", screen.store_name(&handed.store), handed.till))
            .noted(format!("{} · {}", handed.business_date, handed.receipt_no)),
        Cell::text(handed.name.clone()).noted(handed.sku.to_string()),
        member.cloned().map_or_else(|| Cell::none("—"), Cell::text),
        handed.cashier.clone().map_or_else(|| Cell::none("—"), Cell::text),
        Cell::text(limits.join("; ")).toned(Tone::Warn),
    ]
}

fn said(words: &Words, key: &str, limit: GiftLimit) -> String {
    let per = words.t(&format!("gifts-over-per-{}", limit.per.code()));
    words.say(key, &[("n", words.whole(limit.times)), ("per", per)])
}
