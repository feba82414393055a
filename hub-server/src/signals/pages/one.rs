//! One signal with its events, and what people made of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::ids::uuid_v7;
use uuid::Uuid;

use super::show::{Names, about, card, place, receipt, rule_name, standing_cell, value};
use super::{Seen, html};
use crate::access::{Actor, Permission, secret};
use crate::app::App;
use crate::catalogue;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::table::Cell;
use crate::kit::{Page, Words};
use crate::signals::rules::refused_note;
use crate::signals::{self, Alert, Event, Limits, Look, is_in, looks, standing};

#[derive(Debug)]
pub struct EventItem {
    pub when: String,
    pub what: String,
    pub receipt: String,
    pub who: String,
    pub member: String,
    pub href: Option<String>,
    pub total: String,
    pub points: String,
}

/// What somebody can say about it.
#[derive(Debug)]
pub struct Mark {
    pub op: String,
    pub events: String,
    pub note: Field,
}

#[derive(Debug, Template)]
#[template(path = "signals/pages/signal.html")]
pub struct SignalPage {
    pub page: Page,
    pub lead: String,
    pub errors: ErrorSummary,
    pub facts: Vec<(String, String)>,
    pub state: Cell,
    pub events: Vec<EventItem>,
    /// What was made of it before, and by whom and when.
    pub looks: Vec<(String, String)>,
    pub action: String,
    /// None for who may only read.
    pub mark: Option<Mark>,
}

/// A signal that the reader may see, with all that its page says.
pub(super) struct Desk {
    pub alert: Alert,
    pub seen: Seen,
    pub looks: Vec<Look>,
    pub may_mark: bool,
}

impl Desk {
    async fn read(
        app: &App,
        screen: &mut Screen,
        actor: &Actor,
        (date, key): (&str, &str),
    ) -> Result<Self, Error> {
        let gone = || Error::not_found("no_such_signal", "There is no such signal, or not any more.");
        let date: NaiveDate = date.parse().map_err(|_| gone())?;
        let stores = catalogue::stores(&mut screen.tx).await?;
        let limits = &app.settings.signals;
        let alert = signals::one(&mut screen.tx, &stores, (date, key), limits).await?.ok_or_else(gone)?;
        if !is_in(&actor.scope, &alert) {
            return Err(gone());
        }
        let seen = Seen::read(screen, actor, std::slice::from_ref(&alert)).await?;
        let looks = looks(&mut screen.tx, std::slice::from_ref(&alert.key)).await?;
        let looks = looks.into_values().next().unwrap_or_default();
        Ok(Self { alert, seen, looks, may_mark: actor.may(Permission::SettleSignals) })
    }

    fn address(&self) -> String {
        format!("/signals/{}/{}", self.alert.date, self.alert.key)
    }
}

/// `GET /signals/{date}/{key}`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path((date, key)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "signals-title").await?;
    let desk = Desk::read(&app, &mut screen, &actor, (&date, &key)).await?;
    let mut form = Form::default();
    form.set("op", uuid_v7(screen.now.timestamp_millis(), secret::bytes()).to_string());
    if uri.query() == Some("looked") {
        screen.page.notice = screen.words().t("signals-noted");
    }
    let names = Names::of(&screen);
    html(&signal_page(screen.page, &names, &desk, &form, &app.settings.signals))
}

/// `POST /signals/{date}/{key}`: the reader looked at it.
pub async fn send(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path((date, key)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Error> {
    actor.must(Permission::SettleSignals)?;
    let mut screen = Screen::open(&app, &actor, &uri, "signals-title").await?;
    let desk = Desk::read(&app, &mut screen, &actor, (&date, &key)).await?;
    let words = screen.words().clone();
    let op: Option<Uuid> = form.value("op").parse().ok();
    if op.is_none() || form.value("events") != desk.alert.events_digest() {
        form.wrong("", words.t("signals-wrong-changed"));
    }
    if let Some(why) = refused_note(form.value("note")) {
        form.wrong("note", words.t(&format!("signals-wrong-{}", why.code())));
    }
    let Some(op) = op.filter(|_| form.is_right()) else {
        let names = Names::of(&screen);
        let page = signal_page(screen.page, &names, &desk, &form, &app.settings.signals);
        return Ok(html(&page)?.into_response());
    };
    // The reader's moment of the database must not outlive what is written.
    drop(screen);
    let mut tx = app.db.begin().await?;
    let noted = (form.value("note"), actor.who.as_str());
    signals::look(&mut tx, op, &desk.alert, noted, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("{}?looked", desk.address())).into_response())
}

fn facts(names: &Names, desk: &Desk) -> Vec<(String, String)> {
    let (words, alert) = (&names.words, &desk.alert);
    let member = desk.seen.member(alert.account()).map(|(name, _)| name);
    let all = [
        ("signals-date", Some(words.date(alert.date))),
        ("signals-place", place(names, alert)),
        ("signals-who", alert.who()),
        ("card", card(alert)),
        ("signals-member", member),
        ("signals-found", Some(value(words, alert.found).show)),
        ("signals-limit", Some(value(words, alert.limit).show)),
    ];
    all.into_iter().map(|(key, value)| (words.t(key), value.unwrap_or_else(|| "—".to_owned()))).collect()
}

fn item(names: &Names, seen: &Seen, event: &Event) -> EventItem {
    let words = &names.words;
    let (member, href) = seen.member(event.account).unwrap_or_default();
    EventItem {
        when: words.date_time(event.at),
        what: words.t(&format!("signal-what-{}", event.what.code().replace('_', "-"))),
        receipt: receipt(names, event),
        who: event.who.clone().unwrap_or_default(),
        member,
        href,
        total: event.total.map(|total| words.money(total)).unwrap_or_default(),
        points: if event.points.is_zero() { String::new() } else { words.points(event.points) },
    }
}

fn look_text(words: &Words, look: &Look) -> (String, String) {
    let args = [("who", look.looked_by.clone()), ("when", words.date_time(look.looked_at))];
    (look.note.clone(), words.say("signals-looked-by", &args))
}

pub(super) fn signal_page(
    page: Page,
    names: &Names,
    desk: &Desk,
    form: &Form,
    limits: &Limits,
) -> SignalPage {
    let words = &names.words;
    let alert = &desk.alert;
    let looks = [(alert.key.clone(), desk.looks.clone())].into();
    let note = form.field("note", words.t("signals-note"), Input::Text).hinted(words.t("signals-note-hint"));
    let mark = Mark { op: form.value("op").to_owned(), events: alert.events_digest(), note };
    let facts = facts(names, desk);
    let events = alert.events.iter().map(|event| item(names, &desk.seen, event)).collect();
    let mut page = page.under("/signals", words.t("signals-title")).failed(!form.is_right());
    page.title = rule_name(words, alert.rule);
    SignalPage {
        lead: about(words, alert.rule, limits),
        errors: form.summary(words),
        facts,
        state: standing_cell(words, standing(alert, &looks)),
        events,
        looks: desk.looks.iter().rev().map(|look| look_text(words, look)).collect(),
        action: desk.address(),
        mark: desk.may_mark.then_some(mark),
        page,
    }
}
