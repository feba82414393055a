//! Points of one customer given or taken by hand: asked for on a form, shown before and after, then sent.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{EntryId, SaleId};
use domain::money::Points;

use super::limits;
use crate::access::pages::html;
use crate::access::{Actor, secret, staff};
use crate::app::App;
use crate::catalogue;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::table::Tone;
use crate::kit::{Page, Words};
use crate::ledger::adjustments::{
    self, ALONE_DAYS, Adjustment, Ask, Asked, Cause, Limits, Preview, Refusal, Standing, State as Is,
};
use crate::members::{Member, MemberView, merging};
use crate::sales;

/// Receipts and earlier adjustments that are shown.
const SHOWN: i64 = 20;
/// What is sent on, unseen, from the form to what confirms it.
const FIELDS: [&str; 6] = ["op", "way", "points", "cause", "note", "receipt"];

/// A figure now and then.
#[derive(Debug)]
pub struct Change {
    pub label: String,
    pub before: String,
    pub after: String,
}

/// What is to be confirmed.
#[derive(Debug)]
pub struct Confirm {
    pub what: String,
    /// What happened, and the receipt.
    pub about: Vec<String>,
    pub changes: Vec<Change>,
    /// Whether a second person must agree, in words.
    pub next: String,
    pub waits: bool,
    /// Sent on as they are.
    pub fields: Vec<(&'static str, String)>,
    pub password: Field,
}

/// One request, and what became of it.
#[derive(Debug)]
pub struct Item {
    pub points: String,
    pub minus: bool,
    pub cause: String,
    pub note: String,
    pub by: String,
    pub state: String,
    pub tone: Tone,
}

#[derive(Debug, Template)]
#[template(path = "intake/adjustments/points.html")]
pub struct PointsPage {
    pub page: Page,
    pub lead: String,
    pub errors: ErrorSummary,
    pub action: String,
    pub op: String,
    pub now: Vec<(String, String)>,
    pub confirm: Option<Confirm>,
    pub amount: Vec<Field>,
    pub why: Vec<Field>,
    pub items: Vec<Item>,
}

/// A customer's points, as the page needs them.
struct Desk {
    member: Member,
    standing: Standing,
    /// With its words.
    receipts: Vec<(SaleId, String)>,
    earlier: Vec<Adjustment>,
    limits: Limits,
    day: NaiveDate,
    now: DateTime<Utc>,
}

impl Desk {
    async fn read(app: &App, screen: &mut Screen, id: &str) -> Result<Self, Error> {
        let member = merging::of_address(&mut screen.tx, id).await?;
        let day = catalogue::first_date_at(&catalogue::stores(&mut screen.tx).await?, screen.now);
        let standing = adjustments::standing_of(&mut screen.tx, member.account, day).await?;
        let until = screen.now.date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
        let past = sales::history(&mut screen.tx, member.account, until, SHOWN).await?;
        let receipts = past.sales.iter().map(|sale| {
            let words = screen.words();
            let args = [
                ("date", words.date(sale.business_date)),
                ("store", screen.store_name(&sale.store)),
                ("number", words.whole(sale.receipt_no)),
                ("total", words.money(sale.total)),
            ];
            (sale.id, words.say("adjust-receipt-of", &args))
        });
        let receipts = receipts.collect();
        let earlier = adjustments::of_account(&mut screen.tx, member.account, SHOWN).await?;
        Ok(Self { member, standing, receipts, earlier, limits: limits(&app.settings), day, now: screen.now })
    }

    fn address(&self) -> String {
        format!("/customers/{}/points", self.member.id)
    }
}

fn new_form(screen: &Screen) -> Form {
    let mut form = Form::default();
    form.set("op", EntryId::new(screen.now.timestamp_millis(), secret::bytes()).to_string());
    form
}

/// `GET /customers/{id}/points`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "adjust-title").await?;
    let desk = Desk::read(&app, &mut screen, &id).await?;
    let form = new_form(&screen);
    let notice = match uri.query() {
        Some("posted") => Some("adjust-posted"),
        Some("waits") => Some("adjust-waits"),
        _ => None,
    };
    let mut page = screen.page;
    if let Some(key) = notice {
        page.notice = page.words.t(key);
    }
    html(&points_page(page, &desk, &form, None))
}

/// `POST /customers/{id}/points`: `do` is `look`, `send` or `change`.
pub async fn send(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "adjust-title").await?;
    let desk = Desk::read(&app, &mut screen, &id).await?;
    let words = screen.words().clone();
    if form.value("do") == "change" {
        return Ok(html(&points_page(screen.page, &desk, &form, None))?.into_response());
    }
    let Some(ask) = read(&mut form, &words, &desk, &actor.who) else {
        return Ok(html(&points_page(screen.page, &desk, &form, None))?.into_response());
    };
    let sent = form.value("do") == "send";
    if !sent || !staff::is_still(&app, &actor.who, form.raw("password").to_owned()).await? {
        let seen = adjustments::look(&mut screen.tx, &ask, desk.limits, desk.day, screen.now).await?;
        let confirm = match seen {
            Ok(preview) => {
                if sent {
                    form.wrong("password", words.t("adjust-wrong-password"));
                }
                Some(confirm(&words, &desk, &form, &ask, &preview))
            }
            Err(why) => {
                form.wrong(field_of(why), words.t(&format!("adjust-wrong-{}", why.code())));
                None
            }
        };
        return Ok(html(&points_page(screen.page, &desk, &form, confirm))?.into_response());
    }
    // The reader's moment of the database must not outlive what is written.
    let Screen { page, tx, .. } = screen;
    drop(tx);
    let noted = match super::ask(&app, &ask).await? {
        Asked::Posted => "posted",
        Asked::Waits => "waits",
        Asked::Refused(why) => {
            form.wrong(field_of(why), words.t(&format!("adjust-wrong-{}", why.code())));
            return Ok(html(&points_page(page, &desk, &form, None))?.into_response());
        }
    };
    Ok(Redirect::to(&format!("{}?{noted}", desk.address())).into_response())
}

/// Points as people write them: a comma or a point before at most two decimals, nothing between thousands.
fn points_of(text: &str) -> Option<Points> {
    let (whole, decimals) = text.split_once([',', '.']).unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
        return None;
    }
    format!("{whole}.{decimals:0<2}").parse().ok()
}

/// None with the faults noted in the form.
fn read(form: &mut Form, words: &Words, desk: &Desk, by: &str) -> Option<Ask> {
    let id: Option<EntryId> = form.value("op").parse().ok();
    if id.is_none() {
        form.wrong("", words.t("adjust-wrong-used"));
    }
    let sign = match form.value("way") {
        "give" => Some(1),
        "take" => Some(-1),
        _ => None,
    };
    if sign.is_none() {
        form.wrong("way", words.t("adjust-wrong-way"));
    }
    let points = points_of(form.value("points"));
    if points.is_none() {
        form.wrong("points", words.t("adjust-wrong-points"));
    }
    let cause: Option<Cause> = form.value("cause").parse().ok();
    if cause.is_none() {
        form.wrong("cause", words.t("adjust-wrong-cause"));
    }
    let receipt = form.value("receipt").to_owned();
    let sale = desk.receipts.iter().map(|(id, _)| *id).find(|id| id.to_string() == receipt);
    if sale.is_none() && !receipt.is_empty() {
        form.wrong("receipt", words.t("adjust-wrong-receipt"));
    }
    if !form.is_right() {
        return None;
    }
    let points = Points(points?.0.checked_mul(sign?)?);
    let note = form.value("note").to_owned();
    Some(Ask { id: id?, account: desk.member.account, points, cause: cause?, note, sale, by: by.to_owned() })
}

pub(super) fn field_of(why: Refusal) -> &'static str {
    match why {
        Refusal::NoPoints | Refusal::TooMany | Refusal::Fraction => "points",
        Refusal::NoNote | Refusal::LongNote | Refusal::Signs => "note",
        _ => "",
    }
}

pub(super) fn changes(words: &Words, before: &Standing, after: &Standing) -> Vec<Change> {
    let change = |label: &str, of: fn(&Standing) -> Points| Change {
        label: words.t(label),
        before: words.points_text(of(before)),
        after: words.points_text(of(after)),
    };
    let mut changes = vec![
        change("adjust-balance", |standing| standing.balance),
        change("adjust-available", |standing| standing.available),
    ];
    if before.debt != after.debt {
        changes.push(change("adjust-debt", |standing| standing.debt));
    }
    changes
}

pub(super) fn signed(words: &Words, points: Points) -> String {
    let sign = if points.is_negative() { "" } else { "+" };
    format!("{sign}{}", words.points_text(points))
}

fn confirm(words: &Words, desk: &Desk, form: &Form, ask: &Ask, preview: &Preview) -> Confirm {
    let alone = words.points_text(desk.limits.alone);
    let receipt = desk.receipts.iter().filter(|(id, _)| Some(*id) == ask.sale).map(|(_, text)| text.clone());
    let next = if preview.waits {
        let args =
            [("points", alone), ("days", words.whole(ALONE_DAYS)), ("wait", words.whole(desk.limits.days))];
        let key = if desk.limits.alone.is_zero() { "adjust-next-all" } else { "adjust-next-waits" };
        words.say(key, &args)
    } else {
        words.t("adjust-next-posted")
    };
    Confirm {
        what: format!("{} · {}", signed(words, ask.points), words.t(&format!("adjust-cause-{}", ask.cause))),
        about: std::iter::once(ask.note.clone()).chain(receipt).collect(),
        changes: changes(words, &preview.before, &preview.after),
        next,
        waits: preview.waits,
        fields: FIELDS.map(|field| (field, form.value(field).to_owned())).into(),
        password: form
            .field("password", words.t("adjust-password"), Input::Password)
            .hinted(words.t("adjust-password-hint"))
            .filled_by("current-password"),
    }
}

pub(super) fn item(words: &Words, of: &Adjustment, now: DateTime<Utc>) -> Item {
    let mut by =
        words.say("adjust-by", &[("who", of.asked_by.clone()), ("when", words.date_time(of.asked_at))]);
    let settled = of.settled_by.clone().zip(of.settled_at);
    let (state, tone) = match of.state {
        Is::Posted => ("adjust-state-posted", Tone::Ok),
        Is::Refused => ("adjust-state-refused", Tone::Warn),
        Is::Waiting if of.ends_at <= now => ("adjust-state-ended", Tone::Plain),
        Is::Waiting => ("adjust-state-waiting", Tone::Warn),
    };
    if let Some((who, at)) = settled {
        let key = if of.state == Is::Refused { "adjust-refused-by" } else { "adjust-agreed-by" };
        let why = of.refusal.clone().unwrap_or_default();
        let args = [("who", who), ("when", words.date_time(at)), ("why", why)];
        by = format!("{by} · {}", words.say(key, &args));
    }
    Item {
        points: signed(words, of.points),
        minus: of.points.is_negative(),
        cause: words.t(&format!("adjust-cause-{}", of.cause)),
        note: of.note.clone(),
        by,
        state: words.t(state),
        tone,
    }
}

fn points_page(page: Page, desk: &Desk, form: &Form, confirm: Option<Confirm>) -> PointsPage {
    let words = page.words.clone();
    let name = MemberView::of(&desk.member, &[], true).name;
    let field = |name, label: &str, input| form.field(name, words.t(label), input);
    let ways = ["give", "take"].map(|way| (way.to_owned(), words.t(&format!("adjust-way-{way}"))));
    let causes = Cause::ALL.map(|c| (c.code().to_owned(), words.t(&format!("adjust-cause-{c}"))));
    let mut receipts = vec![(String::new(), words.t("adjust-receipt-none"))];
    receipts.extend(desk.receipts.iter().map(|(id, text)| (id.to_string(), text.clone())));
    let limit = [("points", words.points_text(desk.limits.alone)), ("days", words.whole(ALONE_DAYS))];
    let mut figures = vec![
        (words.t("adjust-balance"), words.points_text(desk.standing.balance)),
        (words.t("adjust-available"), words.points_text(desk.standing.available)),
    ];
    if !desk.standing.debt.is_zero() {
        figures.push((words.t("adjust-debt"), words.points_text(desk.standing.debt)));
    }
    let (list, back) = (words.t("customers-title"), format!("/customers/{}", desk.member.id));
    PointsPage {
        lead: words.say(if desk.limits.alone.is_zero() { "adjust-lead-all" } else { "adjust-lead" }, &limit),
        errors: form.summary(&words),
        action: desk.address(),
        op: form.value("op").to_owned(),
        now: figures,
        confirm,
        amount: vec![
            field("way", "adjust-way", Input::Choice(ways.into())),
            field("points", "adjust-points", Input::Figure).hinted(words.t("adjust-points-hint")),
        ],
        why: vec![
            field("cause", "adjust-cause", Input::Choice(causes.into())),
            field("note", "adjust-note", Input::Text).hinted(words.t("adjust-note-hint")),
            field("receipt", "adjust-receipt", Input::Choice(receipts)).optional(),
        ],
        items: desk.earlier.iter().map(|of| item(&words, of, desk.now)).collect(),
        page: page.under("/customers", list).under(&back, name).failed(!form.is_right()),
    }
}

#[cfg(test)]
pub mod sample;
