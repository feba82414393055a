//! The desk where two customers are made one, and where that is taken back.

use askama::Template;
use axum::Form as Sent;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::codes::CardNumber;
use domain::ids::MemberId;
use form_urlencoded::Serializer;
use uuid::Uuid;

use super::sides::{self, Side};
use crate::access::Actor;
use crate::access::pages::html;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::table::TableState;
use crate::kit::{Page, Words};
use crate::members::merging::{self, Merge, MergeRefusal, Merged, Row};
use crate::members::{self, Member, MemberView};

/// As many are shown; whoever finds more searches for something better.
const HITS_MAX: i64 = 10;

#[derive(Debug)]
pub struct SideItem {
    pub name: String,
    pub code: String,
    pub facts: Vec<(String, Vec<String>)>,
}

/// A merge that stands.
#[derive(Debug)]
pub struct PastItem {
    pub what: String,
    pub reason: String,
    pub by: String,
    pub href: String,
}

/// What is about to be done.
#[derive(Debug)]
pub struct Asked {
    pub title: String,
    pub note: String,
    pub name: &'static str,
    pub value: String,
    pub reason: Field,
    pub send: String,
}

#[derive(Debug, Template)]
#[template(path = "intake/merging/merge.html")]
pub struct MergePage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub action: String,
    pub asked: Option<Asked>,
    pub now: Vec<SideItem>,
    pub after: Vec<SideItem>,
    pub find: Field,
    pub hits_title: String,
    pub hits: Vec<(String, String)>,
    pub no_hits: String,
    pub merged: Vec<PastItem>,
}

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

fn no_such_member() -> Error {
    Error::not_found("no_such_member", "There is no such customer.")
}

async fn known(screen: &mut Screen, id: &str) -> Result<Member, Error> {
    let id: MemberId = id.parse().map_err(|_| no_such_member())?;
    let stays = merging::stays(&mut screen.tx, id).await?.ok_or_else(no_such_member)?;
    members::by_id(&mut screen.tx, stays).await?.ok_or_else(no_such_member)
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
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let mut form = Form::of(sent);
    let mut screen = Screen::open(&app, &actor, &uri, "merge-title").await?;
    let member = known(&mut screen, &id).await?;
    let words = screen.words().clone();
    let undo = standing(&mut screen, &member, form.value("undo")).await?;
    let other = form.value("with").parse::<MemberId>().ok();
    let is_changed = undo.is_none() && is_changed(&mut screen, &member, &id, other).await?;
    drop(screen);
    if is_changed {
        form.wrong("reason", words.t("merge-wrong-changed"));
        return Ok(draw(&app, &actor, &uri, &id, form).await?.into_response());
    }
    let reason = form.value("reason").to_owned();
    let done = if let Some(merge) = undo {
        super::unmerge_one(&app, merge, (&reason, &actor.who)).await?
    } else {
        let loser = other.ok_or_else(no_such_member)?;
        let asked = Merge { survivor: member.id, loser, reason, by: actor.who.clone() };
        super::merge_one(&app, &asked).await?
    };
    if let Merged::Refused(why) = done {
        form.wrong("reason", words.t(key_of(why)));
        return Ok(draw(&app, &actor, &uri, &id, form).await?.into_response());
    }
    Ok(Redirect::to(&format!("/customers/{}", member.id)).into_response())
}

/// Whether somebody else's merge came first: what would be made one now is not what was looked at.
async fn is_changed(
    screen: &mut Screen,
    member: &Member,
    shown: &str,
    other: Option<MemberId>,
) -> Result<bool, Error> {
    let Some(other) = other else { return Ok(false) };
    let stays = merging::stays(&mut screen.tx, other).await?;
    Ok(shown != member.id.to_string() || stays.is_some_and(|stays| stays != other && stays != member.id))
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
        MergeRefusal::NoReason => "merge-wrong-reason",
        MergeRefusal::LongReason => "merge-wrong-long",
    }
}

async fn draw(app: &App, actor: &Actor, uri: &Uri, id: &str, mut form: Form) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(app, actor, uri, "merge-title").await?;
    let member = known(&mut screen, id).await?;
    let hits = hits(&mut screen, &member, form.value("q")).await?;
    let mut merged = vec![];
    for row in merging::of_members(&mut screen.tx, &[member.id]).await? {
        let other = members::by_id(&mut screen.tx, row.loser).await?.ok_or_else(no_such_member)?;
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

fn name_of(member: &Member) -> String {
    MemberView::of(member, &[], true).name
}

fn side_item(words: &Words, side: &Side) -> SideItem {
    let lots = side.lots.iter().map(|(last, points)| {
        let points = words.points_text(*points);
        match last {
            Some(day) => words.say("merge-lot", &[("points", points), ("date", words.date(*day))]),
            None => words.say("merge-lot-endless", &[("points", points)]),
        }
    });
    let none = || words.t("merge-nothing");
    let or_none = |lines: Vec<String>| if lines.is_empty() { vec![none()] } else { lines };
    let mut balance = vec![words.points_text(side.balance)];
    if !side.debt.is_zero() {
        balance.push(words.say("merge-debt", &[("points", words.points_text(side.debt))]));
    }
    let consent = if side.consent().may_target() { "merge-consent-yes" } else { "customer-consent-no" };
    let mut facts = vec![
        (words.t("cards-title"), or_none(side.cards.clone())),
        (words.t("customer-balance"), balance),
        (words.t("merge-lots"), or_none(lots.collect())),
    ];
    facts.extend(side.tier.clone().map(|tier| (words.t("tier"), vec![tier])));
    facts.push((words.t("customer-consent"), vec![words.t(consent)]));
    SideItem { name: name_of(&side.member), code: side.member.profile.code.to_string(), facts }
}

fn asked(words: &Words, desk: &Desk, planned: &Planned, form: &Form) -> Asked {
    let reason =
        form.field("reason", words.t("cards-reason"), Input::Text).hinted(words.t("merge-reason-hint"));
    match planned {
        Planned::Merge { with, sides: [own, other], .. } => {
            let stricter = [own, other].iter().all(|side| side.consent().may_target());
            let codes = [
                ("loser", other.member.profile.code.to_string()),
                ("survivor", desk.member.profile.code.to_string()),
            ];
            let note = if stricter { "merge-note" } else { "merge-note-stricter" };
            Asked {
                title: words.t("merge-after"),
                note: words.say(note, &codes),
                name: "with",
                value: with.to_string(),
                reason,
                send: words.say("merge-send", &codes),
            }
        }
        Planned::Undo { merge, .. } => Asked {
            title: words.t("merge-after-undo"),
            note: words.t("merge-note-undo"),
            name: "undo",
            value: merge.to_string(),
            reason,
            send: words.t("merge-undo"),
        },
    }
}

fn past_item(words: &Words, desk: &Desk, (row, other): &(Row, Member)) -> PastItem {
    let by = [("who", row.merged_by.clone()), ("when", words.date_time(row.at))];
    PastItem {
        what: format!("{} {}", other.profile.code, name_of(other)),
        reason: row.reason.clone(),
        by: words.say("cards-said-by", &by),
        href: format!("{}?undo={}", desk.address(), row.id),
    }
}

fn merge_page(page: Page, desk: &Desk, form: &Form) -> MergePage {
    let words = page.words.clone();
    let hit = |other: &Member| {
        let query = Serializer::new(String::new()).append_pair("with", &other.id.to_string()).finish();
        (format!("{}?{query}", desk.address()), format!("{} · {}", name_of(other), other.profile.code))
    };
    let items = |sides: &[Side]| sides.iter().map(|side| side_item(&words, side)).collect::<Vec<_>>();
    let (now, after) = match &desk.planned {
        None => (vec![], vec![]),
        Some(Planned::Merge { sides, after, .. }) => (items(sides), vec![side_item(&words, after)]),
        Some(Planned::Undo { sides, after, .. }) => (items(sides), items(after)),
    };
    let q = form.value("q");
    let nobody = desk.hits.is_empty() && !q.is_empty();
    let (list, back) = (words.t("customers-title"), format!("/customers/{}", desk.member.id));
    MergePage {
        errors: form.summary(&words),
        action: desk.address(),
        asked: desk.planned.as_ref().map(|planned| asked(&words, desk, planned, form)),
        now,
        after,
        find: form.field("q", words.t("merge-q"), Input::Text).hinted(words.t("merge-q-hint")),
        hits_title: words.t(if q.is_empty() { "merge-alike" } else { "merge-found" }),
        hits: desk.hits.iter().map(hit).collect(),
        no_hits: if nobody { words.say("found-none", &[("q", q.to_owned())]) } else { String::new() },
        merged: desk.merged.iter().map(|past| past_item(&words, desk, past)).collect(),
        page: page.under("/customers", list).under(&back, name_of(&desk.member)).failed(!form.is_right()),
    }
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::members::{Consent, Profile};

    fn member(n: u8, first: &str, marketing: bool) -> Member {
        let at = "2026-01-05T15:00:00Z".parse().unwrap();
        let profile = Profile {
            code: format!("M{n}").parse().unwrap(),
            first_name: first.to_owned(),
            last_name: "Muñoz <de la Cruz>".to_owned(),
            email: String::new(),
            phone: String::new(),
            consent: Consent { marketing, at: Some(at), source: "form".to_owned() },
        };
        let account = domain::ids::AccountId::new(1, [n; 10]);
        Member { id: MemberId::new(1, [n; 10]), account, profile, created_at: at }
    }

    fn side(member: Member, lots: &[(Option<&str>, i64)]) -> Side {
        let balance = lots.iter().map(|(_, points)| points * 100).sum();
        Side {
            cards: vec![format!("299000001042{}", member.profile.code.as_str().trim_start_matches('M'))],
            balance: domain::money::Points(balance),
            debt: domain::money::Points(0),
            lots: lots
                .iter()
                .map(|(day, points)| {
                    (day.map(|day| day.parse().unwrap()), domain::money::Points(points * 100))
                })
                .collect(),
            tier: Some("Plata".to_owned()),
            member,
        }
    }

    fn page(words: &Words, desk: &Desk, form: &Form) -> MergePage {
        merge_page(Page::sample(words, &words.t("merge-title"), "/customers/1/merge"), desk, form)
    }

    fn row() -> Row {
        let (survivor, loser) = (member(1, "Ana", true), member(2, "Anita", false));
        Row {
            id: Uuid::nil(),
            survivor: survivor.id,
            loser: loser.id,
            survivor_account: survivor.account,
            loser_account: loser.account,
            at: "2026-05-10T20:10:00Z".parse().unwrap(),
            on_date: "2026-05-10".parse().unwrap(),
            reason: "Mismo documento".to_owned(),
            merged_by: "servicio".to_owned(),
        }
    }

    pub fn compared(words: &Words) -> MergePage {
        let (own, other) = (member(1, "Ana", true), member(2, "Anita", false));
        let (june, december) = (Some("2026-06-30"), Some("2026-12-31"));
        let mut form = Form::default();
        form.wrong("reason", words.t("merge-wrong-reason"));
        let with = other.id;
        let sides = [side(own.clone(), &[(june, 100)]), side(other, &[(december, 200), (None, 5)])];
        let cards = sides.iter().flat_map(|side| side.cards.clone()).collect();
        let after = side(member(1, "Ana", false), &[(june, 100), (december, 200), (None, 5)]);
        let planned = Planned::Merge { with, sides, after: Side { cards, ..after } };
        page(words, &Desk { member: own, planned: Some(planned), hits: vec![], merged: vec![] }, &form)
    }

    pub fn undone(words: &Words) -> MergePage {
        let (own, other) = (member(1, "Ana", true), member(2, "Anita", false));
        let december = Some("2026-12-31");
        let planned = Planned::Undo {
            merge: row().id,
            sides: [side(own.clone(), &[(december, 150)])],
            after: [side(own.clone(), &[]), side(other, &[(december, 150)])],
        };
        let desk = Desk { member: own, planned: Some(planned), hits: vec![], merged: vec![] };
        page(words, &desk, &Form::default())
    }

    pub fn found(words: &Words) -> MergePage {
        let desk = Desk {
            member: member(1, "Ana", true),
            planned: None,
            hits: vec![member(3, "Ana María", true)],
            merged: vec![(row(), member(2, "Anita", false))],
        };
        page(words, &desk, &Form::default())
    }

    #[test]
    fn every_refusal_has_a_text() {
        for words in [Words::sample_es(), Words::sample_en()] {
            let all = [
                MergeRefusal::Unknown,
                MergeRefusal::NoMerge,
                MergeRefusal::NoReason,
                MergeRefusal::LongReason,
            ];
            for key in all.map(key_of) {
                assert_ne!(words.t(key), key);
            }
        }
    }
}
