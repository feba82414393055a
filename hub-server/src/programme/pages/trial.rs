//! A draft on the latest tickets, and the step that makes it a version.

use std::cmp::Ordering;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::money::{Money, Points};
use domain::points::Programme;
use domain::time::plus_days;
use sha2::{Digest, Sha256};

use super::super::form::code_of;
use super::super::sentences::sentences;
use super::super::{Change, Draft, MemberChange, PublishError, Trial, publish, trial};
use super::{opened, text_of};
use crate::access::pages::html;
use crate::access::{Actor, Permission, tills};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::insights;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::tile::{Delta, Tile};
use crate::kit::{Page, Words};

const TITLE: &str = "programme-trial";
/// Days of tickets that a draft is tried on, the latest with sales among them.
const DAYS: i64 = 30;

/// Names with points now and then.
#[derive(Debug)]
pub struct ChangeList {
    pub title: String,
    pub rows: Vec<ChangeRow>,
}

#[derive(Debug)]
pub struct ChangeRow {
    pub name: String,
    pub href: Option<String>,
    pub now: String,
    pub then: String,
    pub more: String,
}

#[derive(Debug, Template)]
#[template(path = "programme/pages/trial.html")]
pub struct TrialPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub headline: String,
    pub tiles: Vec<Tile>,
    pub lists: Vec<ChangeList>,
    pub notes: Vec<String>,
    pub sentences: Vec<String>,
    /// For those who may publish.
    pub confirm: Option<Field>,
    pub seen: String,
    pub publish: String,
}

/// `GET /programme/try`
pub async fn show(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let (screen, draft) = opened(&app, &actor, &uri, TITLE).await?;
    if draft.typed.is_some() {
        // What is wrong is said where it was typed.
        return Ok(Redirect::to("/programme/new").into_response());
    }
    Ok(tried(screen, &actor, &draft, Form::default()).await?.into_response())
}

/// `POST /programme/publish`
pub async fn send(State(app): State<App>, actor: Actor, uri: Uri, mut form: Form) -> Result<Response, Error> {
    let (screen, draft) = opened(&app, &actor, &uri, TITLE).await?;
    if draft.typed.is_some() {
        return Ok(Redirect::to("/programme/new").into_response());
    }
    let words = screen.words().clone();
    if form.value("seen") != seen(&draft.rules)? {
        form.wrong("version", words.t("programme-wrong-changed"));
    } else if form.value("version") == draft.rules.version.to_string() {
        let mut tx = app.db.begin().await?;
        match publish(&mut tx, &draft.rules, &actor.who, app.clock.now()).await {
            Ok(()) => {
                tx.commit().await?;
                return Ok(Redirect::to("/programme?published").into_response());
            }
            Err(PublishError::Db(error)) => return Err(error.into()),
            Err(error) => form.wrong("version", why(&words, &error)),
        }
    } else {
        form.wrong("version", words.t("programme-wrong-confirm"));
    }
    Ok(tried(screen, &actor, &draft, form).await?.into_response())
}

/// Stands for the rules that a reader saw: who confirms confirms those, and not what was written since.
fn seen(rules: &Programme) -> Result<String, Error> {
    Ok(hex::encode(Sha256::digest(text_of(rules)?)))
}

fn why(words: &Words, error: &PublishError) -> String {
    match error {
        PublishError::Rules(error) => words.t(code_of(error)),
        PublishError::Begun(last) => words.say("programme-wrong-begun", &[("date", words.date(*last))]),
        PublishError::Before(begins) => words.say("programme-wrong-before", &[("date", words.date(*begins))]),
        PublishError::Version { .. } | PublishError::Db(_) => words.t("programme-wrong-version"),
    }
}

async fn tried(mut screen: Screen, actor: &Actor, draft: &Draft, form: Form) -> Result<Html<String>, Error> {
    let last = insights::as_of(&mut screen.tx, screen.now).await?.unwrap_or(screen.today());
    let found = trial(&mut screen.tx, &draft.rules, plus_days(last, 1 - DAYS), last).await?;
    let may_publish = actor.may(Permission::PublishProgramme);
    let is_linked = actor.may(Permission::ReadMembers);
    let seen = seen(&draft.rules)?;
    let tills = tills::in_use(&mut screen.tx).await?;
    let shown = Shown { may_publish, is_linked, seen, tills };
    html(&page_of(screen.page, &draft.rules, &found, &form, shown))
}

/// What the reader may do from here, and of how large a chain.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub may_publish: bool,
    pub is_linked: bool,
    /// See [`seen`].
    pub seen: String,
    pub tills: u32,
}

pub(super) fn page_of(page: Page, rules: &Programme, trial: &Trial, form: &Form, may: Shown) -> TrialPage {
    let words = page.words.clone();
    let number = words.whole(rules.version);
    let confirm = words.say("programme-confirm", &[("n", number.clone())]);
    let confirm = form.field("version", confirm, Input::Figure);
    let mut page = page.under("/programme", words.t("programme-title"));
    page = page.under("/programme/new", words.say("programme-draft-n", &[("n", number.clone())]));
    TrialPage {
        errors: form.summary(&words),
        headline: headline(&words, trial),
        tiles: tiles(&words, trial),
        lists: lists(&words, trial, may.is_linked),
        notes: notes(&words, rules, trial),
        sentences: sentences(&words, rules, may.tills),
        confirm: may.may_publish.then_some(confirm),
        seen: may.seen,
        publish: words.say("programme-publish", &[("n", number)]),
        page: page.failed(!form.is_right()),
    }
}

/// "Habría dado 4,1 % más puntos."
fn headline(words: &Words, trial: &Trial) -> String {
    let Some(change) = trial.change else { return words.t("programme-tried-nothing") };
    // By the points themselves: a small difference is no per cent, and yet one.
    let more = trial.points.then.0.cmp(&trial.points.now.0);
    let key = match more {
        Ordering::Equal => "programme-tried-same",
        Ordering::Greater => "programme-tried-more",
        Ordering::Less => "programme-tried-less",
    };
    words.say(key, &[("percent", words.percent(change.saturating_abs()))])
}

fn tiles(words: &Words, trial: &Trial) -> Vec<Tile> {
    let age = words
        .say("programme-tried-days", &[("from", words.date(trial.from)), ("until", words.date(trial.until))]);
    let n = words.say("programme-tried-tickets", &[("n", words.whole(trial.tickets))]);
    let tile = |label: &str, value: String, delta: Option<String>| Tile {
        label: words.t(label),
        value,
        delta: delta.map(|text| Delta { text, better: None }),
        n: n.clone(),
        age: age.clone(),
        ..Tile::default()
    };
    let instead = |now: String| words.say("programme-tried-instead", &[("now", now)]);
    let money = |money: Option<Money>| money.map_or_else(|| "—".to_owned(), |money| words.money(money));
    let of_members = words.say("programme-tried-members", &[("n", words.whole(trial.members))]);
    vec![
        tile(
            "programme-tried-points",
            words.points(trial.points.then),
            Some(instead(words.points(trial.points.now))),
        ),
        tile("programme-tried-cost", money(trial.cost_then), Some(instead(money(trial.cost_now)))),
        tile("programme-tried-winners", words.whole(trial.winners), Some(of_members.clone())),
        tile("programme-tried-losers", words.whole(trial.losers), Some(of_members)),
    ]
}

fn lists(words: &Words, trial: &Trial, is_linked: bool) -> Vec<ChangeList> {
    let row = |name: String, href: Option<String>, points: Change| ChangeRow {
        name,
        href,
        now: words.points(points.now),
        then: words.points(points.then),
        more: signed(words, points.more()),
    };
    let member = |one: &MemberChange| {
        let href = is_linked.then(|| format!("/customers/{}", one.id));
        row(one.member.to_string(), href, one.points)
    };
    let list = |key: &str, rows: Vec<ChangeRow>| ChangeList { title: words.t(key), rows };
    let all = vec![
        list(
            "programme-by-rule",
            trial.rules.iter().map(|rule| row(rule_name(words, &rule.rule), None, rule.points)).collect(),
        ),
        list(
            "programme-by-store",
            trial.stores.iter().map(|one| row(one.store.to_string(), None, one.points)).collect(),
        ),
        list("programme-win-most", trial.most.iter().map(member).collect()),
        list("programme-lose-most", trial.least.iter().map(member).collect()),
    ];
    all.into_iter().filter(|list| !list.rows.is_empty()).collect()
}

/// A rule's own name, or what we call those that have none.
fn rule_name(words: &Words, rule: &str) -> String {
    match rule {
        "base" => words.t("programme-base"),
        "ticket_cap" => words.t("programme-cap-ticket"),
        "day_cap" => words.t("programme-cap-day"),
        other => other.to_owned(),
    }
}

fn signed(words: &Words, more: Points) -> String {
    if more > Points::ZERO { format!("+{}", words.points(more)) } else { words.points(more) }
}

/// What the figures do not say.
fn notes(words: &Words, rules: &Programme, trial: &Trial) -> Vec<String> {
    let mut notes = vec![words.t("programme-tried-sold-only")];
    if trial.unread > 0 {
        notes.push(words.say("programme-tried-unread", &[("n", words.whole(trial.unread))]));
    }
    let holds = |from: Option<NaiveDate>, until: Option<NaiveDate>| {
        from.is_none_or(|from| from <= trial.until) && until.is_none_or(|until| trial.from <= until)
    };
    for rule in rules.earn.iter().filter(|rule| !holds(rule.only.from, rule.only.until)) {
        notes.push(words.say("programme-tried-other-days", &[("name", rule.name.as_str())]));
    }
    notes
}
