//! Asks for the pairs that an address names, and lays them out.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use domain::codes::Sku;

use super::AffinityPage;
use crate::access::Actor;
use crate::access::pages::{file, html};
use crate::app::App;
use crate::catalogue::{self, pages::Screen};
use crate::error::Error;
use crate::insights::{Answer, Level, PairFigures, Question};
use crate::kit::Words;
use crate::kit::chart::{Chart, Pair, affinity_matrix};
use crate::kit::table::{Cell, Column, Empty, Filter, Kind, Table, TableState};

const SORTS: [&str; 7] = ["a", "b", "count", "support", "ab", "ba", "lift"];
const BY_DEFAULT: &str = "-lift";
/// So many tickets with both, unless the reader says otherwise.
const MIN_COUNT: u32 = 30;
/// The matrix is drawn from the pairs with most tickets.
const DRAWN: usize = 400;

/// `GET /affinity`
pub async fn show(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/affinity", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "affinity-title").await?;
    let question = question(&screen, &state)?;
    let answer = app.resident.affinity(&mut screen.tx, &question).await?;
    let mut pairs: Vec<PairFigures> = answer.rows().collect();
    let chart = chart(&mut screen, &question, &answer, &pairs).await?;
    pairs.sort_by(|a, b| order(a, b, &state));
    let (pairs, total) = Table::page_of(pairs, &state);
    let names = names(&mut screen, question.level, pairs.iter().flat_map(|pair| [&pair.a, &pair.b])).await?;
    let words = screen.words().clone();
    let rows = pairs.iter().map(|pair| row(&words, pair, &names)).collect();
    let table = table(&screen, &question, state, rows, total);
    if let Some(mode) = table.state.csv {
        return file(&table, mode);
    }
    let lead = lead(&words, &question, &answer);
    Ok(html(&AffinityPage { lead, chart, table, page: screen.page })?.into_response())
}

fn question(screen: &Screen, state: &TableState) -> Result<Question, Error> {
    let date = |key: &str| state.filter(key).parse::<NaiveDate>().ok();
    Ok(Question {
        level: match state.filter("level") {
            "line" => Level::Line,
            "category" => Level::Category,
            _ => Level::Sku,
        },
        min_count: state.filter("min").parse().unwrap_or(MIN_COUNT).max(1),
        store: screen.one_of(state.filter("store"))?,
        from: date("from"),
        to: date("to"),
    })
}

fn level_code(level: Level) -> &'static str {
    match level {
        Level::Sku => "sku",
        Level::Line => "line",
        Level::Category => "category",
    }
}

fn order(a: &PairFigures, b: &PairFigures, state: &TableState) -> std::cmp::Ordering {
    let figure = |pair: &PairFigures| match state.sort.as_str() {
        "count" => f64::from(pair.count),
        "support" => pair.support,
        "ab" => pair.confidence_ab,
        "ba" => pair.confidence_ba,
        _ => pair.lift,
    };
    let ordering = match state.sort.as_str() {
        "a" => a.a.cmp(&b.a),
        "b" => a.b.cmp(&b.b),
        _ => figure(a).total_cmp(&figure(b)),
    };
    let ordering = if state.descending { ordering.reverse() } else { ordering };
    ordering.then_with(|| (&a.a, &a.b).cmp(&(&b.a, &b.b)))
}

/// What products are called; lines and categories are their own names.
async fn names<'a>(
    screen: &mut Screen,
    level: Level,
    codes: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, String>, Error> {
    if level != Level::Sku {
        return Ok(HashMap::new());
    }
    let skus: Vec<Sku> = codes.filter_map(|code| code.parse().ok()).collect();
    let found = catalogue::names(&mut screen.tx, &skus).await?;
    Ok(found.into_iter().map(|(sku, naming)| (sku.to_string(), naming.name)).collect())
}

fn name<'a>(names: &'a HashMap<String, String>, code: &'a str) -> &'a str {
    names.get(code).map_or(code, String::as_str)
}

/// Hundredths of a ratio, for people; files get it whole.
fn hundredths(ratio: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a lift beyond i64 has no meaning; `as` saturates")]
    let hundredths = (ratio * 100.0).round() as i64;
    hundredths
}

async fn chart(
    screen: &mut Screen,
    question: &Question,
    answer: &Answer,
    pairs: &[PairFigures],
) -> Result<Option<Chart>, Error> {
    if pairs.is_empty() {
        return Ok(None);
    }
    let drawn = &pairs[..pairs.len().min(DRAWN)];
    let names = names(screen, question.level, drawn.iter().flat_map(|pair| [&pair.a, &pair.b])).await?;
    let drawn: Vec<Pair> = drawn
        .iter()
        .map(|pair| Pair {
            a: name(&names, &pair.a).to_owned(),
            b: name(&names, &pair.b).to_owned(),
            count: i64::from(pair.count),
            lift: hundredths(pair.lift),
        })
        .collect();
    let words = screen.words();
    let subtitle = words.say(
        "affinity-subtitle",
        &[
            ("tickets", tickets(words, answer)),
            ("pairs", words.whole(i64::try_from(pairs.len()).unwrap_or(0))),
        ],
    );
    Ok(Some(affinity_matrix(words, &drawn, subtitle)))
}

fn tickets(words: &Words, answer: &Answer) -> String {
    words.whole(i64::try_from(answer.tickets).unwrap_or(i64::MAX))
}

fn lead(words: &Words, question: &Question, answer: &Answer) -> String {
    let say = |date: Option<NaiveDate>| date.map_or_else(|| "…".to_owned(), |date| words.date(date));
    let period = if question.from.is_none() && question.to.is_none() {
        words.t("affinity-always")
    } else {
        words.say("customer-period", &[("from", say(question.from)), ("to", say(question.to))])
    };
    words.say("affinity-lead", &[("tickets", tickets(words, answer)), ("period", period)])
}

fn row(words: &Words, pair: &PairFigures, names: &HashMap<String, String>) -> Vec<Cell> {
    let percent = |share: f64| Cell::number(words.percent(hundredths(share * 100.0)), share.to_string());
    vec![
        Cell::text(name(names, &pair.a)),
        Cell::text(name(names, &pair.b)),
        Cell::number(words.whole(i64::from(pair.count)), pair.count.to_string()),
        percent(pair.support),
        percent(pair.confidence_ab),
        percent(pair.confidence_ba),
        Cell::number(words.ratio(hundredths(pair.lift)), pair.lift.to_string()),
    ]
}

fn columns(words: &Words) -> Vec<Column> {
    [
        ("a", "affinity-a", Kind::Text),
        ("b", "affinity-b", Kind::Text),
        ("count", "affinity-count", Kind::Number),
        ("support", "affinity-support", Kind::Number),
        ("ab", "affinity-ab", Kind::Number),
        ("ba", "affinity-ba", Kind::Number),
        ("lift", "affinity-lift", Kind::Number),
    ]
    .into_iter()
    .map(|(key, label, kind)| Column { key, label: words.t(label), kind, sortable: true })
    .collect()
}

fn filters(screen: &Screen, question: &Question, state: &TableState) -> Vec<Filter> {
    let words = screen.words();
    let date = |key: &'static str, label: &str| Filter::Date {
        key,
        label: words.t(label),
        value: state.filter(key).to_owned(),
    };
    vec![
        Filter::Choice {
            key: "level",
            label: words.t("affinity-level"),
            value: level_code(question.level).to_owned(),
            options: ["sku", "line", "category"]
                .map(|code| (code.to_owned(), words.t(&format!("affinity-{code}"))))
                .to_vec(),
        },
        screen.store_filter(question.store.as_ref().map_or("", |code| code.as_str())),
        date("from", "affinity-from"),
        date("to", "affinity-to"),
        Filter::Figure { key: "min", label: words.t("affinity-min"), value: question.min_count.to_string() },
    ]
}

fn table(screen: &Screen, question: &Question, state: TableState, rows: Vec<Vec<Cell>>, total: i64) -> Table {
    let words = screen.words();
    Table {
        words: words.clone(),
        id: "pairs",
        caption: words.t("affinity-caption"),
        age: words.as_of(screen.now, screen.now),
        columns: columns(words),
        filters: filters(screen, question, &state),
        empty: Empty { why: words.count("affinity-why", i64::from(question.min_count)), action: None },
        rows,
        total,
        exports: true,
        state,
    }
}
