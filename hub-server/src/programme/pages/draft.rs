//! The next version as a form: kept with every step, right or wrong, until it is published.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::codes::StoreCode;
use domain::points::Programme;

use super::super::form::{Fields, ROWS_MAX, blank_rule, code_of, fields, filled, read, rows, without_rule};
use super::super::{Draft, Typed, save_draft};
use super::{opened, text_of, toml_file};
use crate::access::Actor;
use crate::access::pages::html;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::Page;
use crate::kit::form::{ErrorSummary, Field, Form, Input};

const TITLE: &str = "programme-new";

#[derive(Debug, Template)]
#[template(path = "programme/pages/draft.html")]
pub struct DraftPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub saved: String,
    pub fields: Fields,
    pub stores: String,
    pub kept: String,
    pub may_add: bool,
    pub toml: Field,
}

/// `GET /programme/new`
pub async fn show(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let (mut screen, draft) = opened(&app, &actor, &uri, TITLE).await?;
    let words = screen.words().clone();
    let mut form = match &draft.typed {
        Some(typed) => Form::of(typed.clone()),
        None => filled(&words, &draft.rules),
    };
    if draft.typed.is_some() {
        // Says what is wrong with it once more.
        read(&mut form, &words, &draft.rules, &codes(&screen));
    }
    let notice = if uri.query() == Some("saved") { words.t("programme-saved") } else { String::new() };
    screen.page = screen.page.noticed(notice);
    html(&draft_page(screen, &draft, &form))
}

/// `POST /programme/new`
pub async fn send(State(app): State<App>, actor: Actor, uri: Uri, mut form: Form) -> Result<Response, Error> {
    let (screen, before) = opened(&app, &actor, &uri, TITLE).await?;
    let words = screen.words().clone();
    form.forget("csrf");
    let step = form.value("do").to_owned();
    form.set("do", "");
    if step == "add" && rows(&form) < ROWS_MAX {
        blank_rule(&mut form);
    } else if let Some(row) = step.strip_prefix("remove-").and_then(|row| row.parse().ok()) {
        without_rule(&mut form, row);
    }
    let typed: Typed = form.values().clone();
    let rules = read(&mut form, &words, &before.rules, &codes(&screen));
    let is_right = rules.is_some();
    let kept = match rules {
        Some(rules) => Draft { rules, typed: None, saved: None },
        None => Draft { rules: before.rules, typed: Some(typed), saved: None },
    };
    save(&app, &actor, &kept).await?;
    let to = match step.as_str() {
        "try" if is_right => "/programme/try",
        "save" if is_right => "/programme/new?saved",
        // A rule that is still blank is not wrong yet.
        "add" => {
            form.errors.clear();
            return Ok(html(&draft_page(screen, &kept, &form))?.into_response());
        }
        _ => return Ok(html(&draft_page(screen, &kept, &form))?.into_response()),
    };
    Ok(Redirect::to(to).into_response())
}

/// `POST /programme/new/file`: the text of a file in place of the draft.
pub async fn take_file(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    sent: Form,
) -> Result<Response, Error> {
    let (screen, before) = opened(&app, &actor, &uri, TITLE).await?;
    let words = screen.words().clone();
    let wrong = match toml::from_str::<Programme>(sent.raw("toml")) {
        Ok(rules) => {
            let rules = Programme { version: before.rules.version, ..rules };
            match rules.check() {
                Ok(()) => {
                    save(&app, &actor, &Draft { rules, typed: None, saved: None }).await?;
                    return Ok(Redirect::to("/programme/new?saved").into_response());
                }
                Err(error) => format!("{} ({error})", words.t(code_of(&error))),
            }
        }
        Err(error) => words.say("programme-wrong-toml", &[("why", error.to_string())]),
    };
    let mut form = filled(&words, &before.rules);
    form.set("toml", sent.raw("toml"));
    form.wrong("toml", wrong);
    Ok(html(&draft_page(screen, &before, &form))?.into_response())
}

/// `GET /programme/new/programme.toml`
pub async fn file(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    toml_file(&opened(&app, &actor, &uri, TITLE).await?.1.rules)
}

fn codes(screen: &Screen) -> Vec<StoreCode> {
    screen.stores.iter().map(|store| store.code.clone()).collect()
}

async fn save(app: &App, actor: &Actor, draft: &Draft) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    save_draft(&mut tx, draft, &actor.who, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

fn draft_page(screen: Screen, draft: &Draft, form: &Form) -> DraftPage {
    let words = screen.words().clone();
    let stores = codes(&screen);
    let saved = draft.saved.as_ref().map(|(who, at)| {
        words.say("programme-saved-by", &[("who", who.clone()), ("time", words.date_time(*at))])
    });
    page_of(screen.page, draft, form, saved.unwrap_or_default(), &stores)
}

pub(super) fn page_of(
    page: Page,
    draft: &Draft,
    form: &Form,
    saved: String,
    stores: &[StoreCode],
) -> DraftPage {
    let words = page.words.clone();
    let Programme { tiers, gifts, .. } = &draft.rules;
    let list: Vec<&str> = stores.iter().map(AsRef::as_ref).collect();
    let mut toml = form.field("toml", words.t("programme-toml"), Input::Long);
    toml = toml.hinted(words.t("programme-toml-hint"));
    if toml.value.is_empty() {
        // What cannot be written is not proposed; the download says why.
        toml.value = text_of(&draft.rules).unwrap_or_default();
    }
    let mut page = page.under("/programme", words.t("programme-title")).failed(!form.is_right());
    page.title = words.say("programme-draft-n", &[("n", words.whole(draft.rules.version))]);
    DraftPage {
        errors: form.summary(&words),
        saved,
        fields: fields(&words, form, stores),
        stores: words.say("programme-stores", &[("list", list.join(", "))]),
        kept: if tiers.is_some() || !gifts.is_empty() { words.t("programme-kept") } else { String::new() },
        may_add: rows(form) < ROWS_MAX,
        toml,
        page,
    }
}
