//! The versions of the programme on screen: what each says, which is in force, and the way to the next.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use chrono::NaiveDate;
use domain::points::Programme;

use super::Draft;
use super::sentences::sentences;
use crate::access::pages::html;
use crate::access::{Actor, Permission, tills};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::table::Tone;
use crate::kit::{Page, Words};
use crate::ledger;

pub mod draft;
pub mod trial;

/// One version as it is read.
#[derive(Debug)]
pub struct VersionCard {
    pub version: i64,
    pub title: String,
    pub state: String,
    pub tone: Tone,
    pub since: String,
    pub sentences: Vec<String>,
    pub download: String,
}

#[derive(Debug, Template)]
#[template(path = "programme/pages/versions.html")]
pub struct VersionsPage {
    pub page: Page,
    /// Where to and in which words, for those who may write one.
    pub action: Option<(&'static str, String)>,
    pub versions: Vec<VersionCard>,
}

/// `GET /programme`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "programme-title").await?;
    let versions = ledger::programmes(&mut screen.tx).await?;
    let tills = tills::in_use(&mut screen.tx).await?;
    let today = screen.today();
    let words = screen.words().clone();
    let may_write = actor.may(Permission::WriteProgramme) && screen.whole_chain;
    let action = may_write.then(|| ("/programme/new", words.t("programme-new")));
    let notice = match uri.query() {
        Some("published") => words.t("programme-published"),
        _ => String::new(),
    };
    html(&VersionsPage {
        versions: cards(&words, &versions, today, tills),
        action,
        page: screen.page.noticed(notice),
    })
}

/// The newest first.
fn cards(words: &Words, versions: &[Programme], today: NaiveDate, tills: u32) -> Vec<VersionCard> {
    let in_force = Programme::on(versions, today).map(|version| version.version);
    let card = |rules: &Programme| {
        let (state, tone) = match rules.version {
            version if Some(version) == in_force => ("programme-in-force", Tone::Ok),
            _ if rules.valid_from > today => ("programme-to-come", Tone::Plain),
            _ => ("programme-past", Tone::Plain),
        };
        // What a new hub starts with is of all time.
        let since = if rules.valid_from == NaiveDate::default() {
            words.t("programme-since-ever")
        } else {
            words.say("programme-since", &[("date", words.date(rules.valid_from))])
        };
        VersionCard {
            version: rules.version,
            title: words.say("programme-version-n", &[("n", words.whole(rules.version))]),
            state: words.t(state),
            tone,
            since,
            sentences: sentences(words, rules, tills),
            download: words.say("programme-download-n", &[("n", words.whole(rules.version))]),
        }
    };
    versions.iter().rev().map(card).collect()
}

/// `GET /programme/{version}/programme.toml`
pub async fn file(State(app): State<App>, Path(version): Path<String>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let versions = ledger::programmes(&mut tx).await?;
    let rules = versions.iter().find(|rules| rules.version.to_string() == version);
    let unknown = || Error::not_found("no_such_version", "There is no such version of the programme.");
    toml_file(rules.ok_or_else(unknown)?)
}

/// A version as the file that `hub-server programme set` takes.
fn toml_file(rules: &Programme) -> Result<Response, Error> {
    let name = format!("attachment; filename=\"programme-{}.toml\"", rules.version);
    let head = [(CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((head, text_of(rules)?).into_response())
}

fn text_of(rules: &Programme) -> Result<String, Error> {
    Ok(toml::to_string(rules).map_err(|error| anyhow::anyhow!("writing a programme: {error}"))?)
}

/// A page about the draft, with it. Points are the chain's and of no store: who sees some stores only is answered as if
/// there were no such page.
async fn opened(app: &App, actor: &Actor, uri: &Uri, title: &'static str) -> Result<(Screen, Draft), Error> {
    let mut screen = Screen::open(app, actor, uri, title).await?;
    if !screen.whole_chain {
        return Err(Error::not_found("not_found", "There is nothing at this address."));
    }
    let today = screen.today();
    let draft = super::draft(&mut screen.tx, today).await?;
    Ok((screen, draft))
}

#[cfg(test)]
pub mod sample;
