//! The cards of one customer, what was said of each, and the form by which customer service says more.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::card::CardState;
use domain::codes::CardNumber;

use crate::access::Actor;
use crate::access::pages::html;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::{Page, Words};
use crate::members::cards::{self, CardRefusal, CardReport, Report, Reported};
use crate::members::{self, Card, Member, MemberView, merging};

/// One card with all that was said of it, the last first.
#[derive(Debug)]
pub struct CardItem {
    pub number: String,
    pub state: String,
    pub works: bool,
    pub effect: String,
    pub said: Vec<SaidItem>,
}

#[derive(Debug)]
pub struct SaidItem {
    pub what: String,
    pub reason: String,
    pub by: String,
}

#[derive(Debug, Template)]
#[template(path = "intake/cards/cards.html")]
pub struct CardsPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub action: String,
    pub cards: Vec<CardItem>,
    pub what: Vec<Field>,
    pub since: Vec<Field>,
    pub more: Vec<Field>,
}

/// A customer's cards, as the page needs them.
struct Cards {
    member: Member,
    cards: Vec<(Card, Vec<CardReport>)>,
}

impl Cards {
    async fn read(screen: &mut Screen, id: &str) -> Result<Self, Error> {
        let member = merging::of_address(&mut screen.tx, id).await?;
        let cards = members::cards_of_member(&mut screen.tx, member.id).await?;
        let numbers: Vec<CardNumber> = cards.iter().map(|card| card.card.clone()).collect();
        let mut said = cards::reports_of(&mut screen.tx, &numbers).await?;
        let with = |card: Card| {
            let said = said.remove(&card.card).unwrap_or_default();
            (card, said)
        };
        Ok(Self { member, cards: cards.into_iter().map(with).collect() })
    }

    fn address(&self) -> String {
        format!("/customers/{}/cards", self.member.id)
    }
}

/// `GET /customers/{id}/cards`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "cards-title").await?;
    let cards = Cards::read(&mut screen, &id).await?;
    let mut form = Form::default();
    let local = screen.now.with_timezone(&screen.words().zone());
    form.set("date", local.date_naive().to_string());
    form.set("time", local.format("%H:%M").to_string());
    let noted = uri.query() == Some("noted");
    let mut page = screen.page;
    if noted {
        page.notice = page.words.t("cards-noted");
    }
    html(&cards_page(page, &cards, &form))
}

/// `POST /customers/{id}/cards`
pub async fn send(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "cards-title").await?;
    let cards = Cards::read(&mut screen, &id).await?;
    let words = screen.words().clone();
    if let Some(report) = read(&mut form, &words, &cards, &actor.who) {
        // The reader's moment of the database must not outlive what is written.
        let Screen { page, tx, .. } = screen;
        drop(tx);
        if let Reported::Refused(why) = super::report_one(&app, &report).await? {
            form.wrong(field_of(why), words.t(&format!("cards-wrong-{}", key_of(why))));
            return Ok(html(&cards_page(page, &cards, &form))?.into_response());
        }
        return Ok(Redirect::to(&format!("{}?noted", cards.address())).into_response());
    }
    Ok(html(&cards_page(screen.page, &cards, &form))?.into_response())
}

/// None with the faults noted in the form.
fn read(form: &mut Form, words: &Words, cards: &Cards, by: &str) -> Option<Report> {
    let number = form.value("card").to_owned();
    let card = cards.cards.iter().map(|(card, _)| &card.card).find(|card| card.as_str() == number).cloned();
    if card.is_none() {
        form.wrong("card", words.t("cards-wrong-unknown"));
    }
    let state: Option<CardState> = form.value("state").parse().ok();
    if state.is_none() {
        form.wrong("state", words.t("cards-wrong-state"));
    }
    let since = moment(form.value("date"), form.value("time"), words.zone());
    if since.is_none() {
        form.wrong("date", words.t("cards-wrong-since"));
    }
    let replacement = form.value("replacement").to_owned();
    let replacement: Option<CardNumber> = if replacement.is_empty() {
        None
    } else {
        let number = replacement.parse().ok();
        if number.is_none() {
            form.wrong("replacement", words.t("cards-wrong-number"));
        }
        number
    };
    let reason = form.value("reason").to_owned();
    if !form.is_right() {
        return None;
    }
    Some(Report { card: card?, state: state?, since: since?, reason, replacement, by: by.to_owned() })
}

/// A minute of the stores' clocks; one that they show twice is the first of the two.
fn moment(date: &str, time: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let date: NaiveDate = date.parse().ok()?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
    zone.from_local_datetime(&date.and_time(time)).earliest().map(|at| at.to_utc())
}

fn key_of(why: CardRefusal) -> &'static str {
    match why {
        CardRefusal::Unknown => "unknown",
        CardRefusal::NoReason => "reason",
        CardRefusal::LongReason => "long",
        CardRefusal::Future => "future",
        CardRefusal::TooLongAgo => "old",
        CardRefusal::NoReplacement => "no-replacement",
        CardRefusal::NothingToReplace => "nothing",
        CardRefusal::NumberTaken => "taken",
    }
}

fn field_of(why: CardRefusal) -> &'static str {
    match why {
        CardRefusal::Unknown => "card",
        CardRefusal::NoReason | CardRefusal::LongReason => "reason",
        CardRefusal::Future | CardRefusal::TooLongAgo => "date",
        CardRefusal::NoReplacement | CardRefusal::NothingToReplace | CardRefusal::NumberTaken => {
            "replacement"
        }
    }
}

fn card_item(words: &Words, (card, said): &(Card, Vec<CardReport>)) -> CardItem {
    CardItem {
        number: card.card.to_string(),
        state: words.t(&format!("card-state-{}", card.state)),
        works: card.state.redeems(),
        effect: words.t(match (card.state.earns(), card.state.redeems()) {
            (_, true) => "cards-earns-and-pays",
            (true, false) => "cards-earns",
            (false, false) => "cards-nothing",
        }),
        said: said.iter().rev().map(|report| said_item(words, report)).collect(),
    }
}

fn said_item(words: &Words, report: &CardReport) -> SaidItem {
    let state = words.t(&format!("card-state-{}", report.state));
    let since = words.date_time(report.since);
    let what = match &report.replacement {
        Some(number) => words.say(
            "cards-said-replaced",
            &[("state", state), ("since", since), ("number", number.to_string())],
        ),
        None => words.say("cards-said", &[("state", state), ("since", since)]),
    };
    let by = [("who", report.noted_by.clone()), ("when", words.date_time(report.noted_at))];
    SaidItem { what, reason: report.reason.clone(), by: words.say("cards-said-by", &by) }
}

fn cards_page(page: Page, cards: &Cards, form: &Form) -> CardsPage {
    let words = page.words.clone();
    let name = MemberView::of(&cards.member, &[], true).name;
    let field = |name, label: &str, input| form.field(name, words.t(label), input);
    let numbers = cards.cards.iter().map(|(card, _)| (card.card.to_string(), card.card.to_string()));
    let states =
        [CardState::Lost, CardState::Stolen, CardState::Replaced, CardState::Blocked, CardState::Active];
    let states = states.map(|state| (state.code().to_owned(), words.t(&format!("cards-report-{state}"))));
    let (list, back) = (words.t("customers-title"), format!("/customers/{}", cards.member.id));
    CardsPage {
        errors: form.summary(&words),
        action: cards.address(),
        cards: cards.cards.iter().map(|card| card_item(&words, card)).collect(),
        what: vec![
            field("card", "card", Input::Choice(numbers.collect())),
            field("state", "cards-report", Input::Choice(states.into())),
        ],
        since: vec![
            field("date", "cards-date", Input::Date).hinted(words.t("cards-since-hint")),
            field("time", "cards-time", Input::Text).hinted(words.t("cards-time-hint")),
        ],
        more: vec![
            field("reason", "cards-reason", Input::Text).hinted(words.t("cards-reason-hint")),
            field("replacement", "cards-replacement", Input::Text)
                .hinted(words.t("cards-replacement-hint"))
                .optional(),
        ],
        page: page.under("/customers", list).under(&back, name).failed(!form.is_right()),
    }
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::members::{Consent, Profile};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn cards() -> Cards {
        let profile = Profile {
            code: "M1".parse().unwrap(),
            first_name: "Ana".to_owned(),
            last_name: "Muñoz".to_owned(),
            email: String::new(),
            phone: String::new(),
            birthday: None,
            consent: Consent::default(),
        };
        let id = domain::ids::MemberId::new(1, [1; 10]);
        let (account, created_at) = (domain::ids::AccountId::new(1, [1; 10]), at("2026-01-05T15:00:00Z"));
        let member = Member { id, account, profile, created_at };
        let card =
            |number: &str, state| Card { card: number.parse().unwrap(), member: id, home: None, state };
        let said = |state, since: &str, reason: &str, replacement: Option<&str>| CardReport {
            state,
            since: at(since),
            reason: reason.to_owned(),
            replacement: replacement.map(|number| number.parse().unwrap()),
            noted_by: "servicio".to_owned(),
            noted_at: at("2026-05-10T20:10:00Z"),
        };
        let lost = said(
            CardState::Lost,
            "2026-05-10T15:00:00Z",
            "Llamó: <la dejó> en el bus",
            Some("2990000010421"),
        );
        let cards = vec![
            (card("2990000010001", CardState::Lost), vec![lost]),
            (card("2990000010421", CardState::Active), vec![]),
        ];
        Cards { member, cards }
    }

    fn form(changes: &[(&str, &str)]) -> Form {
        let mut form = Form::default();
        let filled = [
            ("card", "2990000010421"),
            ("state", "stolen"),
            ("date", "2026-05-10"),
            ("time", "10:00"),
            ("reason", "Denuncia 123"),
        ];
        for (field, value) in filled.iter().chain(changes) {
            form.set(field, *value);
        }
        form
    }

    pub fn full(words: &Words) -> CardsPage {
        cards_page(Page::sample(words, &words.t("cards-title"), "/customers/1/cards"), &cards(), &form(&[]))
    }

    pub fn wrong(words: &Words) -> CardsPage {
        let mut form = form(&[("time", "25:00"), ("replacement", "4111111111111111")]);
        read(&mut form, words, &cards(), "ana");
        cards_page(Page::sample(words, &words.t("cards-title"), "/customers/1/cards"), &cards(), &form)
    }

    #[test]
    fn every_fault_names_its_field_and_a_form_becomes_a_report() {
        let words = Words::sample_es();
        for (changes, wanted) in [
            (&[][..], &[][..]),
            (&[("card", "2990000019999")], &["card"]),
            (&[("state", "gone")], &["state"]),
            (&[("time", "noon")], &["date"]),
            (&[("date", "10/5")], &["date"]),
            (&[("replacement", "4111111111111111")], &["replacement"]),
        ] {
            let mut form = form(changes);
            let report = read(&mut form, &words, &cards(), "ana");
            let found: Vec<&str> = form.errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!((found.as_slice(), report.is_some()), (wanted, wanted.is_empty()), "{changes:?}");
        }
        let report = read(&mut form(&[]), &words, &cards(), "ana").unwrap();
        assert_eq!((report.state, report.since), (CardState::Stolen, at("2026-05-10T15:00:00Z")));
    }

    #[test]
    fn every_refusal_has_a_text() {
        use CardRefusal as Why;
        for words in [Words::sample_es(), Words::sample_en()] {
            for why in [
                Why::Unknown,
                Why::NoReason,
                Why::LongReason,
                Why::Future,
                Why::TooLongAgo,
                Why::NoReplacement,
                Why::NothingToReplace,
                Why::NumberTaken,
            ] {
                let key = format!("cards-wrong-{}", key_of(why));
                assert_ne!(words.t(&key), key);
            }
        }
    }
}
