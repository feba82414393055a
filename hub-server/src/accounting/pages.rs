//! What points and gift cards owe in money by month, and their journal.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::NaiveDate;
use domain::money::{Money, Points};

use super::{GiftMonth, Month, Report, Row, month_text, report};
use crate::access::Actor;
use crate::access::pages::list_answer;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::Words;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};

/// `GET /liability`
pub async fn months(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let state = TableState::read("/liability", uri.query(), "");
    let mut screen = Screen::open(&app, &actor, &uri, "liability-title").await?;
    let report = of_chain(&mut screen).await?;
    let newest: Vec<Month> = report.months.iter().rev().copied().collect();
    let (shown, total) = Table::page_of(newest, &state);
    let words = screen.words();
    let rows = shown.iter().map(|month| month_row(words, &report, month)).collect();
    let table = screen.table("liability", &[], &MONTH_COLUMNS, state, (rows, total));
    let action = Some(("/liability/journal".to_owned(), words.t("journal-title")));
    let lead = lead(words, &report);
    list_answer(&ListPage { lead, action, chart: None, table, page: screen.page })
}

/// `GET /liability/gift-cards`
pub async fn gift_months(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let state = TableState::read("/liability/gift-cards", uri.query(), "");
    let mut screen = Screen::open(&app, &actor, &uri, "gift-liability-title").await?;
    let report = of_chain(&mut screen).await?;
    let newest: Vec<GiftMonth> = report.gift_months.iter().rev().copied().collect();
    let (shown, total) = Table::page_of(newest, &state);
    let words = screen.words();
    let rows = shown.iter().map(|month| {
        let amounts = [month.opening, month.sold, month.refunded, month.spent, month.closing];
        let about = [month_cell(words, month.month), state_cell(words, report.is_open(month.month))];
        about.into_iter().chain(amounts.map(|amount| money(words, amount))).collect()
    });
    let rows = rows.collect();
    let table = screen.table("gift-liability", &[], &GIFT_COLUMNS, state, (rows, total));
    let (lead, parent) = (words.t("gift-liability-lead"), words.t("liability-title"));
    let action = Some(("/liability/journal".to_owned(), words.t("journal-title")));
    let page = screen.page.under("/liability", parent);
    list_answer(&ListPage { lead, action, chart: None, table, page })
}

/// `GET /liability/journal`
pub async fn journal(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let state = TableState::read("/liability/journal", uri.query(), "");
    let mut screen = Screen::open(&app, &actor, &uri, "journal-title").await?;
    let report = of_chain(&mut screen).await?;
    let mut newest = report.journal;
    // The rows of a month keep their order.
    newest.sort_by_key(|row| std::cmp::Reverse(row.month));
    let (shown, total) = Table::page_of(newest, &state);
    let words = screen.words();
    let rows = shown.iter().map(|row| journal_row(words, row)).collect();
    let table = screen.table("journal", &[], &JOURNAL_COLUMNS, state, (rows, total));
    let (lead, parent) = (words.t("journal-lead"), words.t("liability-title"));
    let page = screen.page.under("/liability", parent);
    list_answer(&ListPage { lead, action: None, chart: None, table, page })
}

/// Points are the chain's and of no store: who sees some stores only is answered as if there were no such page.
async fn of_chain(screen: &mut Screen) -> Result<Report, Error> {
    if !screen.whole_chain {
        return Err(Error::not_found("not_found", "There is nothing at this address."));
    }
    Ok(report(&mut screen.tx, screen.now).await?)
}

/// What the figures rest on; and how many points have no price, where there are such.
fn lead(words: &Words, report: &Report) -> String {
    let lead = words.t("liability-lead");
    if report.without_value.is_zero() {
        return lead;
    }
    let points = words.points_text(report.without_value);
    format!("{lead} {}", words.say("liability-without-value", &[("points", points)]))
}

const MONTH_COLUMNS: [(&str, &str, Kind); 14] = [
    ("month", "liability-month", Kind::Text),
    ("state", "liability-state", Kind::Text),
    ("opening", "liability-opening", Kind::Number),
    ("deferred", "liability-deferred", Kind::Number),
    ("taken_back", "liability-taken-back", Kind::Number),
    ("goodwill", "liability-goodwill", Kind::Number),
    ("redeemed", "liability-redeemed", Kind::Number),
    ("expired", "liability-expired", Kind::Number),
    ("closing", "liability-closing", Kind::Number),
    ("points_earned", "liability-points-earned", Kind::Number),
    ("points_redeemed", "liability-points-redeemed", Kind::Number),
    ("points_expired", "liability-points-expired", Kind::Number),
    ("points_outstanding", "liability-points-outstanding", Kind::Number),
    ("expected_redeemed", "liability-expected", Kind::Number),
];

const GIFT_COLUMNS: [(&str, &str, Kind); 7] = [
    ("month", "liability-month", Kind::Text),
    ("state", "liability-state", Kind::Text),
    ("opening", "liability-opening", Kind::Number),
    ("sold", "gift-liability-sold", Kind::Number),
    ("refunded", "gift-liability-refunded", Kind::Number),
    ("spent", "gift-liability-spent", Kind::Number),
    ("closing", "liability-closing", Kind::Number),
];

const JOURNAL_COLUMNS: [(&str, &str, Kind); 5] = [
    ("month", "liability-month", Kind::Text),
    ("account", "liability-account", Kind::Text),
    ("debit", "liability-debit", Kind::Number),
    ("credit", "liability-credit", Kind::Number),
    ("what", "liability-what", Kind::Text),
];

fn month_cell(words: &Words, month: NaiveDate) -> Cell {
    let shown = format!("{} {}", words.month(month), month.format("%Y"));
    Cell { show: shown, ..Cell::code(month_text(month)) }
}

fn money(words: &Words, money: Money) -> Cell {
    Cell::number(words.money(money), money.to_string())
}

fn state_cell(words: &Words, is_open: bool) -> Cell {
    if is_open {
        Cell::text(words.t("liability-open")).toned(Tone::Warn)
    } else {
        Cell::text(words.t("liability-closed"))
    }
}

fn month_row(words: &Words, report: &Report, month: &Month) -> Vec<Cell> {
    let points = |points: Points| Cell::number(words.points(points), points.to_string());
    vec![
        month_cell(words, month.month),
        state_cell(words, report.is_open(month.month)),
        money(words, month.opening),
        money(words, month.deferred),
        money(words, month.taken_back),
        money(words, month.goodwill),
        money(words, month.redeemed),
        money(words, month.expired),
        money(words, month.closing),
        points(month.points.earned),
        points(month.points.spent),
        points(month.points.expired),
        points(month.outstanding),
        Cell::number(words.percent(month.expected), Money(month.expected).to_string()),
    ]
}

fn journal_row(words: &Words, row: &Row) -> Vec<Cell> {
    let side = |amount: Money| if amount.is_zero() { Cell::none("") } else { money(words, amount) };
    let code = row.account.code();
    vec![
        month_cell(words, row.month),
        Cell { show: words.t(&format!("liability-account-{code}")), ..Cell::code(code) },
        side(row.debit),
        side(row.credit),
        Cell { show: words.t(&format!("liability-what-{}", row.what)), ..Cell::code(row.what) },
    ]
}
