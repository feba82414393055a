//! A customer who forgot the card, by phone or e-mail. What is typed goes to the hub and stands in no address.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::CardNumber;
use domain::ids::MemberId;
use domain::lookup::Contacts;
use serde::Deserialize;

use super::Ui;
use super::beside::FIND;
use super::guard::Order;
use super::orders::go;
use super::problem::Refusal;
use super::screen::Screen;
use super::words::Preferences;
use crate::sync::PATIENCE;
use crate::till::{Found, Search};

#[derive(Template)]
#[template(path = "till/find.html")]
struct FindPage<'a> {
    s: &'a Screen,
    p: Panel,
}

#[derive(Template)]
#[template(path = "till/part_find.html")]
struct FindPart<'a> {
    s: &'a Screen,
    p: Panel,
}

#[derive(Default)]
struct Panel {
    search: Option<Search>,
    typed: String,
    /// What was typed is neither a phone nor an e-mail.
    wrong: Option<String>,
}

impl Panel {
    fn of(search: Option<Search>) -> Self {
        let contacts = search.as_ref().map(|search| &search.contacts);
        let typed = contacts.map(|contacts| format!("{}{}", contacts.phone, contacts.email));
        Self { typed: typed.unwrap_or_default(), search, wrong: None }
    }

    /// Somebody was found: they are looked at, not the field.
    fn has_people(&self) -> bool {
        let found = self.search.as_ref().map(|search| &search.found);
        matches!(found, Some(Found::Known(known)) if !known.members.is_empty())
    }

    /// What was typed, where it may be the number of a card that this till does not know.
    fn as_card(&self) -> Option<CardNumber> {
        self.search.as_ref()?.contacts.phone.parse().ok()
    }
}

const LIVE_PATIENCE: Duration = Duration::from_millis(300);

impl Ui {
    pub(super) async fn find_part(&self, n: i64, prefs: Preferences) -> Result<String, Refusal> {
        let screen = self.screen(n, prefs, FIND).await?;
        let p = Panel::of(self.agent.search_of(n)?);
        Ok(FindPart { s: &screen, p }.render()?)
    }

    /// What was typed is neither a phone nor an e-mail; nobody is looked for any more.
    pub(super) async fn no_contact<T>(&self, order: &Order<T>, typed: &str) -> Result<Response, Refusal> {
        self.agent.forget_search(order.n)?;
        let screen = self.screen(order.n, order.prefs, FIND).await?;
        let wrong = screen.w.t("find-error-contact");
        if order.live.is_some() {
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong).into_response());
        }
        let p = Panel { search: None, typed: typed.to_owned(), wrong: Some(wrong) };
        let html = FindPage { s: &screen, p }.render()?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
    }

    /// Asks for somebody, and shows what is known once the hub has answered. Behind a script's order other orders
    /// wait, and its page shows by itself what comes later.
    pub(super) async fn look_for<T>(
        &self,
        order: &Order<T>,
        contacts: Contacts,
    ) -> Result<Response, Refusal> {
        self.agent.look_for(order.n, contacts)?;
        let patience = if order.live.is_some() { LIVE_PATIENCE } else { PATIENCE };
        self.agent.told_who(order.n, patience).await?;
        let path = format!("/till/{}/find", order.n);
        Ok(if order.live.is_some() { go(&path) } else { Redirect::to(&path).into_response() })
    }
}

pub async fn show(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    let screen = ui.screen(n, prefs, FIND).await?;
    let p = Panel::of(ui.agent.search_of(n)?);
    Ok(Html(FindPage { s: &screen, p }.render()?).into_response())
}

#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    text: String,
}

pub async fn ask(State(ui): State<Ui>, order: Order<Typed>) -> Result<Response, Refusal> {
    match Contacts::of(&order.fields.text) {
        Some(contacts) => ui.look_for(&order, contacts).await,
        None => ui.no_contact(&order, order.fields.text.trim()).await,
    }
}

#[derive(Debug, Deserialize)]
pub struct Taken {
    member: MemberId,
}

/// It is them: their card goes on the sale.
pub async fn take(State(ui): State<Ui>, order: Order<Taken>) -> Result<Response, Refusal> {
    ui.agent.take_found(order.at(), order.fields.member).await?;
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}
