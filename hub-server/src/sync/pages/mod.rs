//! Stores and their tills: who was heard of, what is not sent yet, and codes for new ones.

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};
use domain::ids::TillId;

use crate::access::pages::{file, html};
use crate::access::tills::{self, CODE_LIFE, Till};
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Form};
use crate::kit::table::{Cell, Column, Empty, Kind, Table, TableState, Tone};
use crate::kit::{Page, Words};
use crate::sync::SILENT_AFTER;

pub mod quarantine;

/// A clock that is further off than this deserves a look.
const CLOCK_OFF_MS: i64 = 2 * 60 * 1_000;

const SORTS: [&str; 5] = ["till", "state", "seen", "unsent", "clock"];
const BY_DEFAULT: &str = "till";

/// A code that was just made: the only time that it is shown.
#[derive(Debug)]
pub struct NewCode {
    pub text: String,
    pub terms: String,
    pub command: String,
}

#[derive(Debug, Template)]
#[template(path = "sync/pages/tills.html")]
pub struct TillsPage {
    pub page: Page,
    pub lead: String,
    pub code: Option<NewCode>,
    pub errors: ErrorSummary,
    pub table: Table,
    /// Tills that a code can be made for, by id; none where the reader may not make one.
    pub choices: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Silent,
    Waiting,
    Online,
    Revoked,
}

impl Standing {
    fn of(till: &Till, screen: &Screen) -> Self {
        match (till.revoked_at, till.enrolled_at, till.seen_at) {
            (Some(_), ..) => Self::Revoked,
            (None, None, _) => Self::Waiting,
            (.., Some(seen)) if seen + SILENT_AFTER >= screen.now => Self::Online,
            _ => Self::Silent,
        }
    }

    fn cell(self, words: &Words) -> Cell {
        let (key, tone) = match self {
            Self::Online => ("till-online", Tone::Ok),
            Self::Silent => ("till-silent", Tone::Offline),
            Self::Waiting => ("till-waiting", Tone::Warn),
            Self::Revoked => ("till-revoked", Tone::Error),
        };
        Cell::text(words.t(key)).toned(tone)
    }
}

/// `GET /tills`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let screen = Screen::open(&app, &actor, &uri, "tills-title").await?;
    let page = tills_page(screen, &actor, &uri, None, &Form::default()).await?;
    match page.table.state.csv {
        Some(mode) => file(&page.table, mode),
        None => Ok(html(&page)?.into_response()),
    }
}

/// `POST /tills/code`: a one-time code for the tills that were ticked.
pub async fn make_code(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Html<String>, Error> {
    let ticked: Vec<TillId> =
        sent.iter().filter(|(name, _)| name == "till").filter_map(|(_, id)| id.parse().ok()).collect();
    let mut screen = Screen::open(&app, &actor, &uri, "tills-title").await?;
    let mut form = Form::default();
    let mut chosen = seen_by(&mut screen, &actor).await?;
    chosen.retain(|till| ticked.contains(&till.id));
    let mut code = None;
    if chosen.is_empty() {
        form.wrong("till", screen.words().t("enrol-none-chosen"));
    } else {
        let ids: Vec<TillId> = chosen.iter().map(|till| till.id).collect();
        let text = tills::make_code(&app, &actor.who, &ids).await?;
        code = Some(new_code(&screen, &chosen, text));
    }
    html(&tills_page(screen, &actor, &uri, code, &form).await?)
}

fn new_code(screen: &Screen, chosen: &[Till], text: String) -> NewCode {
    let names: Vec<String> = chosen.iter().map(|till| full_name(screen, till)).collect();
    let time = screen.words().time(screen.now + CODE_LIFE);
    NewCode {
        terms: screen.words().say("enrol-terms", &[("time", time), ("tills", names.join(", "))]),
        command: format!("pos-agent enrol --code {text}"),
        text,
    }
}

async fn seen_by(screen: &mut Screen, actor: &Actor) -> Result<Vec<Till>, Error> {
    let mut all = tills::all(&mut screen.tx).await?;
    all.retain(|till| actor.scope.allows(till.store.as_str()));
    Ok(all)
}

fn full_name(screen: &Screen, till: &Till) -> String {
    format!("{} · {}", screen.store_name(till.store.as_str()), till.code)
}

async fn tills_page(
    mut screen: Screen,
    actor: &Actor,
    uri: &Uri,
    code: Option<NewCode>,
    form: &Form,
) -> Result<TillsPage, Error> {
    let mut state = TableState::read("/tills", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut all = seen_by(&mut screen, actor).await?;
    let choices = if actor.may(Permission::WriteTills) {
        all.iter().map(|till| (till.id.to_string(), full_name(&screen, till))).collect()
    } else {
        Vec::new()
    };
    sort(&mut all, &screen, &state);
    let (shown, total) = Table::page_of(all, &state);
    let rows = shown.iter().map(|till| row(&screen, till)).collect();
    let words = screen.words().clone();
    Ok(TillsPage {
        lead: words.t("tills-lead"),
        code,
        errors: form.summary(&words),
        table: table(&screen, state, rows, total),
        choices,
        page: screen.page.live("tills").failed(!form.is_right()),
    })
}

fn sort(tills: &mut [Till], screen: &Screen, state: &TableState) {
    tills.sort_by(|a, b| {
        let ordering = match state.sort.as_str() {
            "state" => Standing::of(a, screen).cmp(&Standing::of(b, screen)),
            "seen" => a.seen_at.cmp(&b.seen_at),
            "unsent" => a.unsent.cmp(&b.unsent),
            "clock" => a.clock_offset_ms.map(i64::abs).cmp(&b.clock_offset_ms.map(i64::abs)),
            _ => (&a.store, &a.code).cmp(&(&b.store, &b.code)),
        };
        let ordering = if state.descending { ordering.reverse() } else { ordering };
        ordering.then_with(|| (&a.store, &a.code).cmp(&(&b.store, &b.code)))
    });
}

fn row(screen: &Screen, till: &Till) -> Vec<Cell> {
    let words = screen.words();
    let none = || Cell::none("—");
    vec![
        Cell::text(full_name(screen, till)).noted(format!("{}/{}", till.store, till.code)),
        Standing::of(till, screen).cell(words),
        till.seen_at.map_or_else(
            || Cell::none(words.t("till-never")),
            |at| Cell { show: words.ago(at, screen.now), ..Cell::code(at.to_rfc3339()) },
        ),
        till.unsent.map_or_else(none, |n| unsent(words, n)),
        till.version.as_ref().map_or_else(none, |version| Cell::code(version.clone())),
        till.clock_offset_ms.map_or_else(none, |ms| clock(words, ms)),
    ]
}

fn unsent(words: &Words, n: i64) -> Cell {
    let cell = Cell::number(words.whole(n), n.to_string());
    if n > 0 { cell.toned(Tone::Offline) } else { cell }
}

/// Seconds that the till's clock is behind the hub's, or ahead where negative.
fn clock(words: &Words, offset_ms: i64) -> Cell {
    let seconds = offset_ms / 1_000;
    let cell = Cell::number(words.say("till-seconds", &[("n", words.whole(seconds))]), seconds.to_string());
    if offset_ms.abs() > CLOCK_OFF_MS { cell.toned(Tone::Error) } else { cell }
}

fn table(screen: &Screen, state: TableState, rows: Vec<Vec<Cell>>, total: i64) -> Table {
    let words = screen.words();
    let column =
        |key, label: &str, kind| Column { key, label: words.t(label), kind, sortable: SORTS.contains(&key) };
    Table {
        words: words.clone(),
        id: "tills",
        caption: words.t("tills-caption"),
        age: words.as_of(screen.now, screen.now),
        columns: vec![
            column("till", "tills-till", Kind::Text),
            column("state", "tills-state", Kind::Text),
            column("seen", "tills-seen", Kind::Text),
            column("unsent", "tills-unsent", Kind::Number),
            column("version", "tills-version", Kind::Text),
            column("clock", "tills-clock", Kind::Number),
        ],
        filters: Vec::new(),
        empty: Empty { why: words.t("tills-none"), action: None },
        rows,
        total,
        exports: true,
        state,
    }
}

#[cfg(test)]
pub mod sample {
    use super::*;

    fn table(words: &Words) -> Table {
        let column =
            |key, label: &str| Column { key, label: words.t(label), kind: Kind::Text, sortable: true };
        Table {
            words: words.clone(),
            id: "tills",
            caption: words.t("tills-caption"),
            age: words.say("as-of", &[("time", "10:42")]),
            columns: vec![column("till", "tills-till"), column("state", "tills-state")],
            rows: vec![
                vec![Cell::text("Centro · 1").noted("001/1".to_owned()), Standing::Online.cell(words)],
                vec![Cell::text("Centro · 2").noted("001/2".to_owned()), Standing::Silent.cell(words)],
                vec![Cell::text("Norte · 1").noted("002/1".to_owned()), Standing::Waiting.cell(words)],
                vec![Cell::text("Norte · 2").noted("002/2".to_owned()), Standing::Revoked.cell(words)],
            ],
            total: 4,
            state: TableState::read("/tills", None, BY_DEFAULT),
            filters: Vec::new(),
            empty: Empty::default(),
            exports: true,
        }
    }

    fn page(words: &Words, code: Option<NewCode>, form: &Form) -> TillsPage {
        TillsPage {
            page: Page::sample(words, &words.t("tills-title"), "/tills")
                .live("tills")
                .failed(!form.is_right()),
            lead: words.t("tills-lead"),
            code,
            errors: form.summary(words),
            table: table(words),
            choices: vec![
                ("1".to_owned(), "Centro · 1".to_owned()),
                ("2".to_owned(), "Norte · 1".to_owned()),
            ],
        }
    }

    pub fn code(words: &Words) -> TillsPage {
        let terms = words.say("enrol-terms", &[("time", "10:52"), ("tills", "Norte · 1")]);
        let command = "pos-agent enrol --code K7QF2MXA".to_owned();
        page(words, Some(NewCode { text: "K7QF2MXA".to_owned(), terms, command }), &Form::default())
    }

    pub fn none_chosen(words: &Words) -> TillsPage {
        let mut form = Form::default();
        form.wrong("till", words.t("enrol-none-chosen"));
        page(words, None, &form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_and_waiting_sales_are_marked() {
        let words = Words::sample_es();
        for (ms, tone) in
            [(0, None), (-120_000, None), (120_001, Some(Tone::Error)), (-200_000, Some(Tone::Error))]
        {
            assert_eq!(clock(&words, ms).tone, tone, "{ms}");
        }
        assert_eq!((unsent(&words, 0).tone, unsent(&words, 4).tone), (None, Some(Tone::Offline)));
    }
}
