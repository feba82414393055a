//! Points that tills hold, for whoever looks why a customer cannot spend theirs.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::ids::{AccountId, RedemptionId};
use domain::sync::redemption::RELEASE_AFTER_MS;

use super::desk::{self, Refusal, Said};
use super::{Row, held, store};
use crate::access::pages::html;
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::catalogue::{Store, name_in};
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Form};
use crate::kit::{Page, Words};
use crate::live::News;
use crate::members::{self, Member, MemberView};

/// Reservations on the page: more than tills have at once.
const SHOWN: usize = 500;
/// Of the whole chain: a reader of one store sees those of that store among them.
const LOOKED_AT: i64 = 10_000;

/// What whoever looks may do about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    None,
    Ask,
    Agree,
}

#[derive(Debug)]
pub struct HeldItem {
    pub id: String,
    pub href: String,
    pub name: String,
    pub points: String,
    /// Where and since when.
    pub what: String,
    pub age: String,
    /// Who has asked that it be released, or that it is too early for that.
    pub note: String,
    pub button: Button,
}

#[derive(Debug, Template)]
#[template(path = "redemption/held.html")]
pub struct HeldPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub items: Vec<HeldItem>,
}

/// What the page is drawn from.
struct Figures<'a> {
    stores: &'a [Store],
    rows: &'a [Row],
    members: &'a HashMap<AccountId, Member>,
    actor: &'a Reader<'a>,
    now: DateTime<Utc>,
}

/// Who looks.
struct Reader<'a> {
    who: &'a str,
    /// May see whole names.
    full: bool,
    may_release: bool,
}

/// Where points are held, and since when.
pub fn held_text(words: &Words, stores: &[Store], row: &Row) -> String {
    let args = [
        ("points", words.points_text(row.points)),
        ("store", name_in(stores, &row.store)),
        ("till", row.code.clone()),
        ("when", words.date_time(row.asked_at)),
    ];
    words.say("redemptions-held", &args)
}

/// `GET /redemptions`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "redemptions-title").await?;
    let said = [("asked", "redemptions-noted-asked"), ("released", "redemptions-noted-released")];
    if let Some((_, key)) = said.into_iter().find(|(word, _)| uri.query() == Some(word)) {
        screen.page.notice = screen.words().t(key);
    }
    html(&held_page(screen, &actor, &Form::default()).await?)
}

/// `POST /redemptions/release`: the first who sends it asks, another one agrees.
pub async fn release(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    mut form: Form,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let found = match form.value("id").parse::<RedemptionId>() {
        Ok(id) => store::row(&mut tx, id).await?.filter(|row| actor.scope.allows(&row.store)),
        Err(_) => None,
    };
    let said = match &found {
        Some(row) => desk::release(&mut tx, row.redemption, &actor.who, now).await?,
        None => Err(Refusal::NotHeld),
    };
    match said {
        Ok(said) => {
            tx.commit().await?;
            app.live.tell(found.and_then(|row| row.account).map(News::Account));
            let word = if said == Said::Waits { "asked" } else { "released" };
            Ok(Redirect::to(&format!("/redemptions?{word}")).into_response())
        }
        Err(why) => {
            // The writer's place is not kept while the page is drawn.
            drop(tx);
            let screen = Screen::open(&app, &actor, &uri, "redemptions-title").await?;
            let key = format!("redemptions-wrong-{}", why.code());
            form.wrong("", screen.words().t(&key));
            Ok(html(&held_page(screen, &actor, &form).await?)?.into_response())
        }
    }
}

async fn held_page(mut screen: Screen, actor: &Actor, form: &Form) -> Result<HeldPage, Error> {
    let mut rows = held(&mut screen.tx, LOOKED_AT).await?;
    rows.retain(|row| actor.scope.allows(&row.store));
    rows.truncate(SHOWN);
    let accounts: Vec<AccountId> = rows.iter().filter_map(|row| row.account).collect();
    let members = members::of_accounts(&mut screen.tx, &accounts).await?;
    let members: HashMap<AccountId, Member> = members.into_iter().map(|m| (m.account, m)).collect();
    let reader = Reader {
        who: &actor.who,
        full: actor.may(Permission::ReadContacts),
        may_release: actor.may(Permission::ReleaseReservations),
    };
    let figures =
        Figures { stores: &screen.stores, rows: &rows, members: &members, actor: &reader, now: screen.now };
    let items = items(screen.words(), &figures);
    Ok(HeldPage { errors: form.summary(screen.words()), items, page: screen.page.failed(!form.is_right()) })
}

fn items(words: &Words, figures: &Figures<'_>) -> Vec<HeldItem> {
    let item = |row: &Row| {
        let member = row.account.and_then(|account| figures.members.get(&account));
        let (href, name) = member.map_or_else(
            || ("/customers".to_owned(), words.t("redemptions-nobody")),
            |member| {
                let name = MemberView::of(member, &[], figures.actor.full).name;
                (format!("/customers/{}", member.id), name)
            },
        );
        let (note, button) = standing(words, figures, row);
        HeldItem {
            id: row.redemption.to_string(),
            href,
            name,
            points: words.points_text(row.points),
            what: held_text(words, figures.stores, row),
            age: age(words, row.asked_at, figures.now),
            note,
            button,
        }
    };
    figures.rows.iter().map(item).collect()
}

/// How far a release is, and what the reader may do about it.
fn standing(words: &Words, figures: &Figures<'_>, row: &Row) -> (String, Button) {
    let reader = figures.actor;
    let age_ms = figures.now.signed_duration_since(row.asked_at).num_milliseconds();
    if age_ms < RELEASE_AFTER_MS {
        return (words.t("redemptions-early"), Button::None);
    }
    let (note, button) = match &row.release_by {
        None => (String::new(), Button::Ask),
        Some(by) if by == reader.who => (words.t("redemptions-own"), Button::None),
        Some(by) => {
            let when = row.release_at.map_or_else(String::new, |at| words.date_time(at));
            (words.say("redemptions-asked", &[("who", by.clone()), ("when", when)]), Button::Agree)
        }
    };
    (note, if reader.may_release { button } else { Button::None })
}

fn age(words: &Words, since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match now.signed_duration_since(since).num_days() {
        0 => words.ago(since, now),
        days => words.count("redemptions-days", days),
    }
}

#[cfg(test)]
pub mod sample {
    use domain::ids::TillId;
    use domain::money::Points;

    use super::*;

    pub fn row(hours: i64, release_by: Option<&str>) -> Row {
        let now: DateTime<Utc> = "2026-05-11T14:00:00Z".parse().unwrap();
        let asked_at = now - chrono::TimeDelta::hours(hours);
        Row {
            redemption: RedemptionId::new(hours, [1; 10]),
            account: None,
            member: None,
            till: TillId::new(1, [1; 10]),
            store: "001".to_owned(),
            code: "2".to_owned(),
            log: None,
            seq: None,
            boot: None,
            mono_ms: None,
            utc_ms: None,
            points: Points(50_000),
            state: "held".to_owned(),
            asked_at,
            release_by: release_by.map(str::to_owned),
            release_at: release_by.map(|_| now),
        }
    }

    fn of(words: &Words, rows: &[Row], form: &Form) -> HeldPage {
        let reader = Reader { who: "servicio", full: true, may_release: true };
        let now = "2026-05-11T14:00:00Z".parse().unwrap();
        let figures = Figures { stores: &[], rows, members: &HashMap::new(), actor: &reader, now };
        HeldPage {
            page: Page::sample(words, &words.t("redemptions-title"), "/redemptions"),
            errors: form.summary(words),
            items: items(words, &figures),
        }
    }

    pub fn full(words: &Words) -> HeldPage {
        let rows = [row(75, Some("<luz>")), row(50, Some("servicio")), row(25, None), row(2, None)];
        of(words, &rows, &Form::default())
    }

    pub fn none(words: &Words) -> HeldPage {
        of(words, &[], &Form::default())
    }

    pub fn wrong(words: &Words) -> HeldPage {
        let mut form = Form::default();
        form.wrong("", words.t(&format!("redemptions-wrong-{}", Refusal::Early.code())));
        of(words, &[row(2, None)], &form)
    }
}
