//! The desk where two customers are made one, and where that is taken back.

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::codes::CardNumber;
use domain::ids::MemberId;
use uuid::Uuid;

use super::sides::{self, Side};
use crate::access::Actor;
use crate::access::pages::html;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::form::Form;
use crate::kit::table::TableState;
use crate::members::merging::{self, Merge, MergeRefusal, Merged, Row};
use crate::members::{self, Member};
use show::merge_page;

mod show;

/// As many are shown; whoever finds more searches for something better.
const HITS_MAX: i64 = 10;

/// A merge or its undoing, with what it leads to.
#[derive(Debug)]
enum Planned {
    Merge { with: MemberId, sides: [Side; 2], after: Side },
    Undo { merge: Uuid, sides: [Side; 1], after: [Side; 2] },
}

/// What the page is drawn from.
#[derive(Debug)]
struct Desk {
    member: Member,
    planned: Option<Planned>,
    /// Who was found, by the words or as possibly the same person.
    hits: Vec<Member>,
    merged: Vec<(Row, Member)>,
}

impl Desk {
    fn address(&self) -> String {
        format!("/customers/{}/merge", self.member.id)
    }
}

/// `GET /customers/{id}/merge`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Html<String>, Error> {
    let asked = TableState::read(uri.path(), uri.query(), "");
    let mut form = Form::default();
    for field in ["q", "with", "undo"] {
        form.set(field, asked.filter(field));
    }
    draw(&app, &actor, &uri, &id, form).await
}

/// `POST /customers/{id}/merge`
pub async fn send(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "merge-title").await?;
    let member = merging::of_address(&mut screen.tx, &id).await?;
    let words = screen.words().clone();
    let undo = standing(&mut screen, &member, form.value("undo")).await?;
    drop(screen);
    let reason = form.value("reason").to_owned();
    let done = match undo {
        Some(merge) => super::unmerge_one(&app, merge, (&reason, &actor.who)).await?,
        // It was taken back already: the page says so, and what stands now.
        None if !form.value("undo").is_empty() => Merged::Refused(MergeRefusal::NoMerge),
        None => {
            // By the numbers that were looked at, whoever they are part of by now.
            let number = |text: &str| text.parse::<MemberId>().map_err(|_| members::no_such_customer());
            let (survivor, loser) = (number(&id)?, number(form.value("with"))?);
            super::merge_one(&app, &Merge { survivor, loser, reason, by: actor.who.clone() }).await?
        }
    };
    if let Merged::Refused(why) = done {
        form.wrong("reason", words.t(key_of(why)));
        return Ok(draw(&app, &actor, &uri, &id, form).await?.into_response());
    }
    Ok(Redirect::to(&format!("/customers/{}", member.id)).into_response())
}

/// The merge of this customer that an address or a form names.
async fn standing(screen: &mut Screen, member: &Member, named: &str) -> Result<Option<Uuid>, Error> {
    let Ok(named) = named.parse::<Uuid>() else { return Ok(None) };
    let rows = merging::of_members(&mut screen.tx, &[member.id]).await?;
    Ok(rows.iter().map(|row| row.id).find(|id| *id == named))
}

fn key_of(why: MergeRefusal) -> &'static str {
    match why {
        MergeRefusal::Unknown | MergeRefusal::NoMerge => "merge-wrong-unknown",
        MergeRefusal::Changed => "merge-wrong-changed",
        MergeRefusal::NoReason => "merge-wrong-reason",
        MergeRefusal::LongReason => "merge-wrong-long",
    }
}

async fn draw(app: &App, actor: &Actor, uri: &Uri, id: &str, mut form: Form) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(app, actor, uri, "merge-title").await?;
    let member = merging::of_address(&mut screen.tx, id).await?;
    let hits = hits(&mut screen, &member, form.value("q")).await?;
    let mut merged = vec![];
    for row in merging::of_members(&mut screen.tx, &[member.id]).await? {
        let other = members::by_id(&mut screen.tx, row.loser).await?.ok_or_else(members::no_such_customer)?;
        merged.push((row, other));
    }
    let planned = planned(app, &mut screen, &member, actor, &mut form).await?;
    html(&merge_page(screen.page, &Desk { member, planned, hits, merged }, &form))
}

/// Found by card, phone, name or number; without words, who may be the same person.
async fn hits(screen: &mut Screen, member: &Member, q: &str) -> Result<Vec<Member>, Error> {
    let tx = &mut screen.tx;
    let mut found = vec![];
    if q.is_empty() {
        for other in members::duplicates(tx, &[member.id]).await?.remove(&member.id).unwrap_or_default() {
            found.extend(members::by_code(tx, &other.code).await?);
        }
    } else {
        if let Ok(card) = q.parse::<CardNumber>() {
            found.extend(members::by_card(tx, &card).await?);
        }
        found.extend(members::search(tx, q, true, HITS_MAX, 0).await?);
    }
    let mut seen = std::collections::HashSet::from([member.id]);
    found.retain(|other| seen.insert(other.id));
    Ok(found)
}

/// What the form asks for, done and taken back; a fault in the form where it cannot be.
async fn planned(
    app: &App,
    screen: &mut Screen,
    member: &Member,
    actor: &Actor,
    form: &mut Form,
) -> Result<Option<Planned>, Error> {
    let now = screen.now;
    let own = sides::side(&mut screen.tx, member.clone(), now).await?;
    // What is done for a look at it needs a reason as well.
    let (reason, by) = ("preview", actor.who.as_str());
    let unknown = screen.words().t("merge-wrong-unknown");
    if !form.value("undo").is_empty() {
        let Some(merge) = standing(screen, member, form.value("undo")).await? else {
            form.wrong("q", unknown);
            return Ok(None);
        };
        let after = sides::after_parting(app, merge, (reason, by), now).await?;
        return Ok(after.map(|after| Planned::Undo { merge, sides: [own], after }));
    }
    if form.value("with").is_empty() {
        return Ok(None);
    }
    let other = form.value("with").parse::<MemberId>().ok();
    let other = match other {
        Some(other) => members::by_id(&mut screen.tx, other).await?,
        None => None,
    };
    let Some(other) = other else {
        form.wrong("q", unknown);
        return Ok(None);
    };
    let with = other.id;
    let asked = Merge { survivor: member.id, loser: with, reason: reason.to_owned(), by: by.to_owned() };
    let other = sides::side(&mut screen.tx, other, now).await?;
    let Some(after) = sides::after_merging(app, &asked, now).await? else {
        form.wrong("q", screen.page.words.t("merge-wrong-same"));
        return Ok(None);
    };
    Ok(Some(Planned::Merge { with, sides: [own, other], after }))
}

#[cfg(test)]
pub mod sample;
