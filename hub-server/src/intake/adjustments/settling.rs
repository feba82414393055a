//! What waits for a second person, and what became of the rest.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::ids::{AccountId, EntryId};

use super::pages::{Change, Item, changes, item};
use crate::access::pages::html;
use crate::access::{Actor, staff};
use crate::app::App;
use crate::catalogue;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::Page;
use crate::kit::form::{ErrorSummary, Form};
use crate::ledger::adjustments::{self, Adjustment, Refusal, Settled, Verdict};
use crate::members::{self, Member, MemberView};

/// Requests, and settled ones, on the page.
const SHOWN: i64 = 50;

#[derive(Debug)]
pub struct Waiting {
    pub id: String,
    pub href: String,
    pub name: String,
    pub item: Item,
    pub changes: Vec<Change>,
    pub ends: String,
    /// The reader asked for it.
    pub own: bool,
}

#[derive(Debug, Template)]
#[template(path = "intake/adjustments/adjustments.html")]
pub struct AdjustmentsPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub waiting: Vec<Waiting>,
    /// Requests that are not shown.
    pub more: i64,
    /// The customer's address and name before each.
    pub past: Vec<(String, String, Item)>,
}

/// `GET /adjustments`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let screen = Screen::open(&app, &actor, &uri, "adjustments-title").await?;
    html(&adjustments_page(screen, &actor, &Form::default(), uri.query() == Some("settled")).await?)
}

/// `POST /adjustments/settle`: `do` is `agree` or `refuse`.
pub async fn settle(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    mut form: Form,
) -> Result<Response, Error> {
    let verdict = match form.value("do") {
        "agree" => Verdict::Agreed,
        _ => Verdict::Refused { why: form.value("why").to_owned() },
    };
    let id = form.value("id").to_owned();
    let (field, why) = if verdict == Verdict::Agreed
        && !staff::is_still(&app, &actor.who, form.raw("password").to_owned()).await?
    {
        (format!("password-{id}"), "password")
    } else {
        let settled = match id.parse::<EntryId>() {
            Ok(id) => super::settle(&app, id, &actor.who, &verdict).await?,
            Err(_) => Settled::Refused(Refusal::Unknown),
        };
        let Settled::Refused(why) = settled else {
            return Ok(Redirect::to("/adjustments?settled").into_response());
        };
        (if is_of_reason(why) { format!("why-{id}") } else { String::new() }, why.code())
    };
    let screen = Screen::open(&app, &actor, &uri, "adjustments-title").await?;
    form.wrong(&field, screen.words().t(&format!("adjust-wrong-{why}")));
    Ok(html(&adjustments_page(screen, &actor, &form, false).await?)?.into_response())
}

fn is_of_reason(why: Refusal) -> bool {
    matches!(why, Refusal::NoNote | Refusal::LongNote | Refusal::Signs)
}

async fn adjustments_page(
    mut screen: Screen,
    actor: &Actor,
    form: &Form,
    settled: bool,
) -> Result<AdjustmentsPage, Error> {
    let now = screen.now;
    let rows = adjustments::waiting(&mut screen.tx, now, SHOWN).await?;
    let past = adjustments::latest(&mut screen.tx, now, SHOWN).await?;
    let all = adjustments::waiting_count(&mut screen.tx, now).await?;
    let accounts: Vec<AccountId> = rows.iter().chain(&past).map(|of| of.account).collect();
    let members = members::of_accounts(&mut screen.tx, &accounts).await?;
    let members: HashMap<AccountId, Member> = members.into_iter().map(|m| (m.account, m)).collect();
    let day = catalogue::first_date_at(&catalogue::stores(&mut screen.tx).await?, now);
    let mut waiting = vec![];
    for of in &rows {
        let [before, after] = adjustments::before_and_after(&mut screen.tx, of, day, now).await?;
        let words = screen.words();
        let (href, name) = customer(&members, of);
        waiting.push(Waiting {
            id: of.id.to_string(),
            href,
            name,
            item: item(words, of, now),
            changes: changes(words, &before, &after),
            ends: words.say("adjustments-ends", &[("when", words.date_time(of.ends_at))]),
            own: of.asked_by == actor.who,
        });
    }
    let words = screen.words().clone();
    let past = past.iter().map(|of| {
        let (href, name) = customer(&members, of);
        (href, name, item(&words, of, now))
    });
    let mut page = screen.page.failed(!form.is_right());
    if settled {
        page.notice = words.t("adjustments-settled");
    }
    let more = (all - i64::try_from(waiting.len()).unwrap_or(all)).max(0);
    Ok(AdjustmentsPage { errors: form.summary(&words), waiting, more, past: past.collect(), page })
}

fn customer(members: &HashMap<AccountId, Member>, of: &Adjustment) -> (String, String) {
    match members.get(&of.account) {
        Some(member) => {
            let href = format!("/customers/{}/points", member.id);
            (href, MemberView::of(member, &[], true).name)
        }
        None => ("/customers".to_owned(), of.account.to_string()),
    }
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::intake::adjustments::pages::sample::adjustment;
    use crate::kit::Words;
    use crate::ledger::adjustments::{Standing, State as Is};
    use domain::money::Points;

    pub fn full(words: &Words) -> AdjustmentsPage {
        let (of, now) = (adjustment(Is::Waiting, 150_000), "2026-05-11T14:00:00Z".parse().unwrap());
        let standing =
            |points| Standing { balance: Points(points), available: Points(points), debt: Points::ZERO };
        let one = |id: &str, own| Waiting {
            id: id.to_owned(),
            href: "/customers/1/points".to_owned(),
            name: "Ana Muñoz".to_owned(),
            item: item(words, &of, now),
            changes: changes(words, &standing(18_450), &standing(168_450)),
            ends: words.say("adjustments-ends", &[("when", words.date_time(of.ends_at))]),
            own,
        };
        let past = [adjustment(Is::Refused, -20_000), adjustment(Is::Posted, 150_000)];
        let past = past
            .iter()
            .map(|of| ("/customers/1/points".to_owned(), "Ana Muñoz".to_owned(), item(words, of, now)));
        AdjustmentsPage {
            page: Page::sample(words, &words.t("adjustments-title"), "/adjustments"),
            errors: Form::default().summary(words),
            waiting: vec![one("1", false), one("2", true)],
            more: 2,
            past: past.collect(),
        }
    }

    pub fn none(words: &Words) -> AdjustmentsPage {
        AdjustmentsPage { waiting: vec![], past: vec![], more: 0, ..full(words) }
    }
}
