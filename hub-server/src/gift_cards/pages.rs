//! Gift cards at the desk: a list of them, what moved on them, and one with what can be said of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::gift_card::{GiftBalance, GiftCard};
use domain::money::Money;

use super::{Entry, Known, Said, Word, balance, cards, known, missing, moves};
use crate::access::pages::{html, list_answer};
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::catalogue::{Store, name_in};
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};
use crate::kit::{Page, Words};

/// Key, label and kind of each.
const CARD_COLUMNS: [(&str, &str, Kind); 6] = [
    ("card", "gift-cards-card", Kind::Text),
    ("state", "gift-cards-state", Kind::Text),
    ("balance", "gift-cards-balance", Kind::Number),
    ("held", "gift-cards-held", Kind::Number),
    ("missing", "gift-cards-missing", Kind::Number),
    ("since", "gift-cards-since", Kind::Text),
];
const MOVE_COLUMNS: [(&str, &str, Kind); 6] = [
    ("when", "gift-cards-when", Kind::Text),
    ("card", "gift-cards-card", Kind::Text),
    ("what", "gift-cards-what", Kind::Text),
    ("amount", "gift-cards-amount", Kind::Number),
    ("where", "gift-cards-where", Kind::Text),
    ("sale", "gift-cards-sale", Kind::Text),
];

/// The latest; older ones are in the file.
const SHOWN: i64 = 1_000;

fn money(words: &Words, amount: Money) -> Cell {
    Cell::number(words.money(amount), amount.to_string())
}

/// Cards are the chain's and of no store: who sees some stores only is answered as if there were no such page.
fn of_chain(screen: &Screen) -> Result<(), Error> {
    if screen.whole_chain { Ok(()) } else { Err(nothing_here()) }
}

fn nothing_here() -> Error {
    Error::not_found("not_found", "There is nothing at this address.")
}

/// `GET /gift-cards`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let state = TableState::read("/gift-cards", uri.query(), "");
    let mut screen = Screen::open(&app, &actor, &uri, "gift-cards-title").await?;
    of_chain(&screen)?;
    let missing = missing(&mut screen.tx).await?;
    let (shown, total) = Table::page_of(cards(&mut screen.tx).await?, &state);
    let words = screen.words();
    let rows = shown.iter().map(|card| {
        let key = if card.blocked { "gift-cards-blocked" } else { "gift-cards-active" };
        let tone = if card.blocked { Tone::Warn } else { Tone::Ok };
        let lacks = missing.get(&card.digest).copied().unwrap_or_default();
        let lacks = money(words, lacks).toned(if lacks.is_zero() { Tone::Plain } else { Tone::Warn });
        vec![
            Cell::text(card.shown()).linked(address(&card.digest)),
            Cell::text(words.t(key)).toned(tone),
            money(words, card.balance),
            money(words, card.held),
            lacks,
            Cell { show: words.date_time(card.created_at), ..Cell::code(card.created_at.to_rfc3339()) },
        ]
    });
    let rows = rows.collect();
    let table = screen.table("gift-cards", &[], &CARD_COLUMNS, state, (rows, total));
    let lead = screen.words().t("gift-cards-lead");
    let action = Some(("/gift-cards/find".to_owned(), screen.words().t("gift-cards-find")));
    list_answer(&ListPage { lead, action, chart: None, table, page: screen.page })
}

/// `GET /gift-cards/moves`: what came onto cards and was spent of them, the latest first.
pub async fn all_moves(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let state = TableState::read("/gift-cards/moves", uri.query(), "");
    let mut screen = Screen::open(&app, &actor, &uri, "gift-moves-title").await?;
    of_chain(&screen)?;
    let store = screen.asked(state.filter("store"));
    let limit = state.csv.is_none().then_some(SHOWN);
    let rows = moves(&mut screen.tx, store.as_ref(), limit).await?;
    let (shown, total) = Table::page_of(rows, &state);
    let rows = shown.iter().map(|(entry, last_four)| move_row(&screen, entry, last_four)).collect();
    let table = screen.by_store("gift-moves", &[], &MOVE_COLUMNS, state, (rows, total));
    let (lead, parent) = (screen.words().t("gift-moves-lead"), screen.words().t("gift-cards-title"));
    let action = actor.may(Permission::ReadAccounting);
    let action =
        action.then(|| ("/liability/gift-cards".to_owned(), screen.words().t("gift-liability-title")));
    let page = screen.page.under("/gift-cards", parent);
    list_answer(&ListPage { lead, action, chart: None, table, page })
}

fn move_row(screen: &Screen, entry: &Entry, last_four: &str) -> Vec<Cell> {
    let words = screen.words();
    let sale = entry.sale.map_or_else(|| Cell::none(""), |sale| Cell::code(sale.to_string()));
    vec![
        Cell { show: words.date_time(entry.noted_at), ..Cell::code(entry.noted_at.to_rfc3339()) },
        Cell::text(format!("••••{last_four}")).linked(address(&entry.digest)),
        Cell { show: words.t(&format!("gift-cards-did-{}", entry.kind)), ..Cell::code(entry.kind.clone()) },
        money(words, entry.amount),
        Cell::text(place(&screen.stores, entry)),
        sale,
    ]
}

/// Where it was, or who said it.
fn place(stores: &[Store], entry: &Entry) -> String {
    match (&entry.store, &entry.till) {
        (Some(store), Some(till)) => format!("{} · {till}", name_in(stores, store)),
        _ => entry.who.clone().unwrap_or_default(),
    }
}

fn address(digest: &str) -> String {
    format!("/gift-cards/{digest}")
}

#[derive(Debug, Template)]
#[template(path = "gift_cards/find.html")]
pub struct FindPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub fields: Vec<Field>,
}

fn find_page(page: Page, form: &Form) -> FindPage {
    let words = page.words.clone();
    let number = form.field("number", words.t("gift-cards-number"), Input::Text);
    let parent = words.t("gift-cards-title");
    FindPage {
        errors: form.summary(&words),
        fields: vec![number.hinted(words.t("gift-cards-number-hint"))],
        page: page.under("/gift-cards", parent).failed(!form.is_right()),
    }
}

/// `GET /gift-cards/find`
pub async fn find(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let screen = Screen::open(&app, &actor, &uri, "gift-cards-find").await?;
    of_chain(&screen)?;
    html(&find_page(screen.page, &Form::default()))
}

/// `POST /gift-cards/find`: the number goes no further than this, and is not shown again.
pub async fn found(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    mut form: Form,
) -> Result<Response, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "gift-cards-find").await?;
    of_chain(&screen)?;
    let why = match GiftCard::read(form.value("number")) {
        None => "gift-cards-wrong-number",
        Some(card) => match balance(&mut screen.tx, &card).await? {
            GiftBalance::Unknown => "gift-cards-wrong-unknown",
            GiftBalance::Active { .. } | GiftBalance::Blocked => {
                return Ok(Redirect::to(&address(card.digest())).into_response());
            }
        },
    };
    form.set("number", "");
    form.wrong("number", screen.words().t(why));
    Ok(html(&find_page(screen.page, &form))?.into_response())
}

/// What a till holds, as the page says it.
#[derive(Debug)]
pub struct HoldItem {
    pub id: String,
    pub what: String,
}

#[derive(Debug, Template)]
#[template(path = "gift_cards/card.html")]
pub struct CardPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub action: String,
    pub state: String,
    pub blocked: bool,
    pub facts: Vec<(String, String)>,
    pub entries: Vec<(String, String, String)>,
    pub holds: Vec<HoldItem>,
    pub shortfalls: Vec<String>,
    /// None for who may only look.
    pub note: Option<Field>,
}

/// `GET /gift-cards/{digest}`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(digest): Path<String>,
) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "gift-card-title").await?;
    of_chain(&screen)?;
    let card = known(&mut screen.tx, &digest).await?.ok_or_else(nothing_here)?;
    if uri.query() == Some("noted") {
        screen.page.notice = screen.words().t("gift-cards-noted");
    }
    let may_write = actor.may(Permission::WriteGiftCards);
    html(&card_page(screen.page, &screen.stores, &card, &Form::default(), may_write))
}

/// `POST /gift-cards/{digest}/say`: `do` is `block`, `unblock`, or the hold that is to be let go.
pub async fn say(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(digest): Path<String>,
    mut form: Form,
) -> Result<Response, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "gift-card-title").await?;
    of_chain(&screen)?;
    let card = known(&mut screen.tx, &digest).await?.ok_or_else(nothing_here)?;
    let what = match form.value("do") {
        "block" => Some(Said::Block),
        "unblock" => Some(Said::Unblock),
        hold => hold.parse().ok().map(Said::Release),
    };
    let what = what.ok_or_else(|| Error::bad_request("bad_form", "The form says nothing to do."))?;
    let (note, who) = (form.value("note").to_owned(), actor.who.clone());
    let word = Word { digest: &digest, note: &note, who: &who, today: screen.today() };
    // The reader's moment of the database must not outlive what is written.
    let Screen { page, tx, stores, .. } = screen;
    drop(tx);
    if let Err(why) = super::said(&app, &word, what).await? {
        form.wrong("note", page.words.t(&format!("gift-cards-wrong-{}", why.code())));
        return Ok(html(&card_page(page, &stores, &card, &form, true))?.into_response());
    }
    Ok(Redirect::to(&format!("{}?noted", address(&digest))).into_response())
}

fn card_page(page: Page, stores: &[Store], known: &Known, form: &Form, may_write: bool) -> CardPage {
    let words = page.words.clone();
    let card = &known.card;
    let entries = known.entries.iter().map(|entry| {
        let what = words.t(&format!("gift-cards-did-{}", entry.kind));
        let amount = if entry.amount.is_zero() { String::new() } else { words.money(entry.amount) };
        let about = [words.date_time(entry.noted_at), place(stores, entry), entry.note.clone()];
        let about: Vec<String> = about.into_iter().filter(|text| !text.is_empty()).collect();
        (what, amount, about.join(" · "))
    });
    let holds = known.holds.iter().map(|hold| HoldItem {
        id: hold.hold.to_string(),
        what: words.say(
            "gift-cards-hold",
            &[
                ("amount", words.money(hold.amount)),
                ("store", name_in(stores, &hold.store)),
                ("till", hold.till.clone()),
                ("when", words.date_time(hold.held_at)),
            ],
        ),
    });
    let shortfalls = known.shortfalls.iter().map(|short| {
        let args = [
            ("amount", words.money(short.missing)),
            ("store", name_in(stores, &short.store)),
            ("till", short.till.clone()),
            ("date", words.date(short.business_date)),
        ];
        words.say("gift-cards-shortfall", &args)
    });
    let note = form.field("note", words.t("gift-cards-note"), Input::Text);
    let parent = words.t("gift-cards-title");
    let title = words.say("gift-card-of", &[("card", card.shown())]);
    CardPage {
        errors: form.summary(&words),
        action: format!("{}/say", address(&card.digest)),
        state: words.t(if card.blocked { "gift-cards-blocked" } else { "gift-cards-active" }),
        blocked: card.blocked,
        facts: vec![
            (words.t("gift-cards-balance"), words.money(card.balance)),
            (words.t("gift-cards-held"), words.money(card.held)),
            (words.t("gift-cards-available"), words.money(card.available())),
        ],
        entries: entries.collect(),
        holds: holds.collect(),
        shortfalls: shortfalls.collect(),
        note: may_write.then(|| note.hinted(words.t("gift-cards-note-hint"))),
        page: Page { title, ..page }.under("/gift-cards", parent).failed(!form.is_right()),
    }
}

#[cfg(test)]
pub mod sample {
    use domain::ids::{GiftHoldId, SaleId};

    use super::super::{CardRow, HoldRow, Shortfall};
    use super::*;

    fn known(blocked: bool) -> Known {
        let (at, on) = ("2026-05-10T20:10:00Z".parse().unwrap(), "2026-05-10".parse().unwrap());
        let digest = "ab".repeat(32);
        let entry = |kind: &str, amount: i64, note: &str| Entry {
            id: kind.to_owned(),
            digest: digest.clone(),
            kind: kind.to_owned(),
            amount: Money(amount),
            sale: None,
            store: (amount != 0).then(|| "001".to_owned()),
            till: (amount != 0).then(|| "1".to_owned()),
            business_date: on,
            who: (amount == 0).then(|| "servicio".to_owned()),
            note: note.to_owned(),
            noted_at: at,
        };
        let sale = SaleId::new(1, [1; 10]);
        Known {
            card: CardRow {
                digest: digest.clone(),
                last_four: "1237".to_owned(),
                blocked,
                balance: Money(5_000_000),
                held: Money(420_000),
                created_at: at,
            },
            entries: vec![
                entry("blocked", 0, "Dijo: <perdida>"),
                entry("spent", -420_000, ""),
                entry("loaded", 5_420_000, ""),
            ],
            holds: vec![HoldRow {
                hold: GiftHoldId::new(1, [1; 10]),
                digest: digest.clone(),
                store: "001".to_owned(),
                till: "2".to_owned(),
                sale: Some(sale),
                asked: Money(420_000),
                amount: Money(420_000),
                card_left: Money(4_580_000),
                state: "held".to_owned(),
                held_at: at,
            }],
            shortfalls: vec![Shortfall {
                id: "1".to_owned(),
                digest: digest.clone(),
                sale,
                store: "001".to_owned(),
                till: "2".to_owned(),
                business_date: on,
                missing: Money(10_000),
                noted_at: at,
            }],
        }
    }

    fn page(words: &Words, title: &str) -> Page {
        Page::sample(words, &words.t(title), "/gift-cards")
    }

    pub fn card(words: &Words) -> CardPage {
        card_page(page(words, "gift-card-title"), &[], &known(true), &Form::default(), true)
    }

    pub fn to_read(words: &Words) -> CardPage {
        card_page(page(words, "gift-card-title"), &[], &known(false), &Form::default(), false)
    }

    pub fn wrong(words: &Words) -> FindPage {
        let mut form = Form::default();
        form.wrong("number", words.t("gift-cards-wrong-number"));
        find_page(page(words, "gift-cards-find"), &form)
    }
}
