//! Where customer service opens a customer's own page to them: makes the link, makes another, ends it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::{Done, Link, Wish, links, settle};
use crate::access::Actor;
use crate::access::pages::html;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::form::Form;
use crate::kit::{Page, Words};
use crate::members::{Member, MemberView, merging};

/// A link that was just made: the only time that it is shown.
#[derive(Debug)]
pub struct NewLink {
    pub href: String,
    pub qr: String,
}

#[derive(Debug, Template)]
#[template(path = "card_page/desk.html")]
pub struct DeskPage {
    pub page: Page,
    pub action: String,
    pub made: Option<NewLink>,
    /// The links that work, in words; the newest first.
    pub links: Vec<String>,
    /// The newest of them, for the forms.
    pub seen: String,
    /// Somebody else was faster.
    pub changed: bool,
}

fn address(member: &Member) -> String {
    format!("/customers/{}/own-page", member.id)
}

/// `GET /customers/{id}/own-page`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "ownpage-title").await?;
    let member = merging::of_address(&mut screen.tx, &id).await?;
    let links = links(&mut screen.tx, member.id).await?;
    if uri.query() == Some("revoked") {
        screen.page.notice = screen.words().t("ownpage-revoked");
    }
    html(&desk_page(screen.page, &member, &links))
}

/// `POST /customers/{id}/own-page`
pub async fn send(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    headers: HeaderMap,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Error> {
    let wish = if form.value("do") == "revoke" { Wish::Revoke } else { Wish::Make };
    let seen: Option<Uuid> = form.value("seen").parse().ok();
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let member = merging::of_address(&mut tx, &id).await?;
    let done = settle(&mut tx, &member, wish, (seen, &actor.who), now).await?;
    // What was only half possible is not done at all.
    if done == Done::Changed {
        drop(tx);
    } else {
        tx.commit().await?;
    }
    if done == Done::Revoked {
        return Ok(Redirect::to(&format!("{}?revoked", address(&member))).into_response());
    }
    let mut screen = Screen::open(&app, &actor, &uri, "ownpage-title").await?;
    let links = links(&mut screen.tx, member.id).await?;
    let mut page = desk_page(screen.page, &member, &links);
    page.changed = done == Done::Changed;
    if let Done::Made(token) = done {
        page.made = Some(new_link(&page.page.words, &base(&app, &headers), &token)?);
    }
    Ok(html(&page)?.into_response())
}

/// Where customers reach the hub; unless that is set, as this reader does.
fn base(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = &app.settings.public_url {
        return url.to_string();
    }
    let scheme = if app.settings.behind_tls { "https" } else { "http" };
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = host.map_or_else(|| app.settings.listen.to_string(), str::to_owned);
    format!("{scheme}://{host}")
}

fn new_link(words: &Words, base: &str, token: &str) -> Result<NewLink, Error> {
    let href = format!("{base}/c/{token}");
    let qr = ::kit::qr::svg(&href, &words.t("ownpage-qr")).map_err(anyhow::Error::from)?;
    Ok(NewLink { href, qr })
}

fn link_text(words: &Words, link: &Link) -> String {
    let args = [
        ("code", link.code.to_string()),
        ("who", link.made_by.clone()),
        ("when", words.date_time(link.made_at)),
    ];
    words.say("ownpage-link", &args)
}

fn desk_page(page: Page, member: &Member, links: &[Link]) -> DeskPage {
    let words = page.words.clone();
    let name = MemberView::of(member, &[], true).name;
    let (list, back) = (words.t("customers-title"), format!("/customers/{}", member.id));
    DeskPage {
        action: address(member),
        made: None,
        links: links.iter().map(|link| link_text(&words, link)).collect(),
        seen: links.first().map_or_else(String::new, |link| link.id.to_string()),
        changed: false,
        page: page.under("/customers", list).under(&back, name),
    }
}

#[cfg(test)]
pub mod sample {
    use domain::ids::{AccountId, MemberId};

    use super::*;
    use crate::members::{Consent, Profile};

    fn page(words: &Words, links: &[Link]) -> DeskPage {
        let profile = Profile {
            code: "M1".parse().unwrap(),
            first_name: "Ana".to_owned(),
            last_name: "Muñoz".to_owned(),
            email: String::new(),
            phone: String::new(),
            birthday: None,
            consent: Consent::default(),
        };
        let (id, account) = (MemberId::new(1, [1; 10]), AccountId::new(1, [1; 10]));
        let member = Member { id, account, profile, created_at: "2026-01-05T15:00:00Z".parse().unwrap() };
        desk_page(Page::sample(words, &words.t("ownpage-title"), "/customers/1/own-page"), &member, links)
    }

    fn link() -> Link {
        Link {
            id: Uuid::from_u128(7),
            code: "M1".parse().unwrap(),
            made_by: "servicio".to_owned(),
            made_at: "2026-05-10T15:00:00Z".parse().unwrap(),
        }
    }

    pub fn none(words: &Words) -> DeskPage {
        page(words, &[])
    }

    pub fn made(words: &Words) -> DeskPage {
        let made = new_link(words, "https://hub.example", &"a2".repeat(16)).ok();
        DeskPage { made, ..page(words, &[link()]) }
    }

    pub fn changed(words: &Words) -> DeskPage {
        DeskPage { changed: true, ..page(words, &[link()]) }
    }
}
