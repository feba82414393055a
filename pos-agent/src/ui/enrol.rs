//! A new member at the till: one form that works by keyboard alone and without a hub.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::CardNumber;
use domain::birthday::{Birthday, NotABirthday};
use domain::enrolment::{ConsentAnswer, EnrolmentError, Purpose, is_temporary};
use domain::ids::MemberId;
use domain::lookup::Contacts;
use domain::scan::{Origin, Scan, holds_payment_card};
use domain::sync::FoundMembers;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Ui;
use super::beside::ENROL;
use super::guard::Order;
use super::problem::Refusal;
use super::screen::Screen;
use super::words::{Preferences, Words};
use crate::till::{Aim, CardProblem, Enrolment, Found, NewMember};

/// As the form sends it; what was typed comes back with the errors.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Fields {
    /// Made with the page.
    pub member: Option<MemberId>,
    #[serde(default)]
    pub card: String,
    /// There is no card at hand.
    #[serde(default)]
    pub temporary: String,
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub birth_day: String,
    #[serde(default)]
    pub birth_month: String,
    /// `yes`, `no`, or nothing yet: no answer is made for anybody.
    #[serde(default)]
    pub programme: String,
    #[serde(default)]
    pub marketing: String,
    /// Contacts whose owners the customer said not to be.
    #[serde(default)]
    pub other_than: String,
}

impl Fields {
    fn each(&mut self) -> [&mut String; 7] {
        [
            &mut self.card,
            &mut self.first_name,
            &mut self.last_name,
            &mut self.phone,
            &mut self.email,
            &mut self.birth_day,
            &mut self.birth_month,
        ]
    }

    /// None where neither field says anything.
    fn birthday(&self) -> Result<Option<Birthday>, NotABirthday> {
        if self.birth_day.is_empty() && self.birth_month.is_empty() {
            return Ok(None);
        }
        let [day, month] =
            [&self.birth_day, &self.birth_month].map(|text| text.parse().map_err(|_| NotABirthday));
        Birthday::new(month?, day?).map(Some)
    }

    /// Without blanks around, and without what looks like a payment card: that is shown nowhere.
    fn cleaned(mut self) -> (Self, bool) {
        let mut held_payment_card = false;
        for field in self.each() {
            *field = field.trim().to_owned();
            if holds_payment_card(field) {
                field.clear();
                held_payment_card = true;
            }
        }
        (self, held_payment_card)
    }
}

/// What is wrong with one field, under the id of its control.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldError {
    id: &'static str,
    text: String,
}

/// Why a form is on the page again.
#[derive(Default)]
struct Told {
    errors: Vec<FieldError>,
    taken: Option<String>,
    known: Option<FoundMembers>,
}

impl From<Vec<FieldError>> for Told {
    fn from(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::default() }
    }
}

#[derive(Template)]
#[template(path = "till/enrol.html")]
struct EnrolPage<'a> {
    s: &'a Screen,
    f: Fields,
    errors: Vec<FieldError>,
    /// The card is somebody's already: it can go on the sale as it is.
    taken: Option<String>,
    /// Who has the phone or the e-mail already.
    known: Option<FoundMembers>,
    member: MemberId,
}

impl EnrolPage<'_> {
    fn error(&self, id: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.id == id).map(|error| error.text.as_str())
    }

    fn question(&self, purpose: Purpose) -> String {
        question(&self.s.w, &self.s.v.chain.name, purpose)
    }

    /// Field name, question, what was answered and the id of its first choice, for both questions.
    fn questions(&self) -> [(&'static str, &'static str, String, &str); 2] {
        [
            ("programme", "programme-yes", self.question(Purpose::Programme), &self.f.programme),
            ("marketing", "marketing-yes", self.question(Purpose::Marketing), &self.f.marketing),
        ]
    }

    fn title(&self) -> String {
        let title = self.s.w.t("enrol-title");
        if self.errors.is_empty() { title } else { self.s.w.with("error-prefix", "title", title) }
    }
}

#[derive(Template)]
#[template(path = "till/part_card.html")]
struct CardPart<'a> {
    s: &'a Screen,
    card: &'a str,
    card_error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "till/card_code.html")]
struct CardPage<'a> {
    s: &'a Screen,
    number: String,
    qr: String,
}

/// A customer who enrols waits no longer to hear that they are known.
const KNOWN_PATIENCE: Duration = Duration::from_millis(1500);

fn question(w: &Words, chain: &str, purpose: Purpose) -> String {
    match purpose {
        Purpose::Programme => w.with("consent-programme", "chain", chain),
        Purpose::Marketing => w.with("consent-marketing", "chain", chain),
    }
}

/// The answer with the words on the screen; their version is made of the words themselves, so that no change of
/// a text can keep an old version.
fn answer(w: &Words, chain: &str, purpose: Purpose, given: bool) -> ConsentAnswer {
    let text = question(w, chain, purpose);
    let digest = hex::encode(&Sha256::digest(&text)[..6]);
    ConsentAnswer { purpose, given, text_version: format!("{}-{digest}", w.lang()), text }
}

impl Ui {
    async fn enrol_page(
        &self,
        n: i64,
        prefs: Preferences,
        f: Fields,
        told: Told,
    ) -> Result<Response, Refusal> {
        let screen = self.screen(n, prefs, ENROL).await?;
        self.agent.aim(n, Aim::Enrol)?;
        let member = f.member.unwrap_or_else(|| self.agent.clock().member_id());
        let Told { errors, taken, known } = told;
        let is_refused = !errors.is_empty() || known.is_some();
        let html = EnrolPage { s: &screen, f, errors, taken, known, member }.render()?;
        let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok((status, Html(html)).into_response())
    }

    /// The card that a device read since the page was made; else nothing of the form is touched.
    pub(super) async fn enrol_part(&self, n: i64, prefs: Preferences) -> Result<String, Refusal> {
        self.agent.keep_aim(n, Aim::Enrol)?;
        let Some(card) = self.agent.card_read(n)? else { return Ok(String::new()) };
        let screen = self.screen(n, prefs, ENROL).await?;
        Ok(CardPart { s: &screen, card: card.as_str(), card_error: None }.render()?)
    }
}

/// An empty form; a card on the sale that nobody is known for stands in it.
pub async fn show(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    ui.agent.disarm(n)?;
    let till = ui.agent.till(n).await?;
    let unknown = till.card.filter(|card| card.state.earns() && card.member.is_none());
    let card = unknown.map(|card| card.number.to_string()).unwrap_or_default();
    ui.enrol_page(n, prefs, Fields { card, ..Fields::default() }, Told::default()).await
}

pub async fn enrol(State(ui): State<Ui>, order: Order<Fields>) -> Result<Response, Refusal> {
    let (n, prefs) = (order.n, order.prefs);
    // The form has it now.
    ui.agent.forget_card(n)?;
    let w = Words::new(&ui.agent.chain(), ui.agent.desk(n)?.till.zone, prefs.lang);
    let (mut fields, held_payment_card) = order.fields.cleaned();
    let (mut errors, card) = ui.read_card(&w, &fields, held_payment_card).await?;
    errors.extend(unanswered(&w, &fields));
    let member = fields.member.unwrap_or_else(|| ui.agent.clock().member_id());
    let birthday = fields.birthday();
    if birthday.is_err() {
        errors.push(FieldError { id: "birth-day", text: w.t("enrol-error-birthday") });
    }
    let new = NewMember {
        birthday: birthday.unwrap_or_default(),
        ..new_member(&w, &ui.agent.chain().name, &fields, member, card)
    };
    let problems = ui.agent.enrolment_problems(n, new.clone())?;
    errors.extend(problems.into_iter().map(|problem| field_error(&w, problem)));
    if !errors.is_empty() {
        return ui.enrol_page(n, prefs, fields, in_order(errors).into()).await;
    }
    if let Some(known) = ui.known_already(n, &mut fields).await? {
        return ui.enrol_page(n, prefs, fields, Told { known: Some(known), ..Told::default() }).await;
    }
    match ui.agent.enrol_member(n, new).await? {
        Enrolment::Done { card } => {
            ui.agent.disarm(n)?;
            let page = if is_temporary(card.as_str()) {
                format!("/till/{n}/card-code")
            } else {
                format!("/till/{n}")
            };
            Ok(Redirect::to(&page).into_response())
        }
        Enrolment::Refused(problems) => {
            let errors: Vec<_> = problems.into_iter().map(|problem| field_error(&w, problem)).collect();
            ui.enrol_page(n, prefs, fields, errors.into()).await
        }
        Enrolment::CardTaken { is_blocked } => {
            let key = if is_blocked { "enrol-error-card-blocked" } else { "enrol-error-card-taken" };
            let taken = (!is_blocked).then(|| fields.card.clone());
            let errors = vec![FieldError { id: "card", text: w.t(key) }];
            ui.enrol_page(n, prefs, fields, Told { errors, taken, known: None }).await
        }
    }
}

impl Ui {
    /// Who has the phone or the e-mail already, unless the customer said that they are somebody else. Where the hub
    /// cannot be asked the enrolment goes on: it points out later who is alike.
    async fn known_already(&self, n: i64, fields: &mut Fields) -> Result<Option<FoundMembers>, Refusal> {
        let contacts = Contacts { phone: fields.phone.clone(), email: fields.email.clone() };
        let asked = contacts.keys().into_iter().map(|(_, key)| key).collect::<Vec<_>>().join(" ");
        if fields.other_than == asked {
            return Ok(None);
        }
        self.agent.look_for(n, contacts)?;
        Ok(match self.agent.told_who(n, KNOWN_PATIENCE).await?.map(|search| search.found) {
            Some(Found::Known(known)) if !known.members.is_empty() => {
                fields.other_than = asked;
                Some(known)
            }
            _ => None,
        })
    }

    /// The number for the card, or none for a temporary one.
    async fn read_card(
        &self,
        w: &Words,
        fields: &Fields,
        held_payment_card: bool,
    ) -> Result<(Vec<FieldError>, Option<CardNumber>), Refusal> {
        let wrong = |key: &str| (vec![FieldError { id: "card", text: w.t(key) }], None);
        if held_payment_card {
            return Ok(wrong("enrol-error-payment-card"));
        }
        if fields.card.is_empty() {
            let none = fields.temporary.is_empty();
            return Ok(if none { wrong("enrol-error-card") } else { (vec![], None) });
        }
        let scan = Scan::new(Origin::KeyboardWedge, None, fields.card.as_str());
        Ok(match self.agent.card_number(scan).await? {
            Ok(number) => (vec![], Some(number)),
            Err(CardProblem::Payment) => wrong("enrol-error-payment-card"),
            Err(CardProblem::Article) => wrong("enrol-error-article"),
            Err(CardProblem::NotACard) => wrong("enrol-error-not-a-card"),
        })
    }
}

/// Both questions want an answer of the customer's own.
fn unanswered(w: &Words, fields: &Fields) -> Vec<FieldError> {
    let questions = [("programme-yes", &fields.programme), ("marketing-yes", &fields.marketing)];
    let open = questions.into_iter().filter(|(_, said)| !matches!(said.as_str(), "yes" | "no"));
    open.map(|(id, _)| FieldError { id, text: w.t("enrol-error-choose") }).collect()
}

fn new_member(
    w: &Words,
    chain: &str,
    fields: &Fields,
    member: MemberId,
    card: Option<CardNumber>,
) -> NewMember {
    let Fields { first_name, last_name, phone, email, programme, marketing, .. } = fields.clone();
    let consents = vec![
        answer(w, chain, Purpose::Programme, programme == "yes"),
        answer(w, chain, Purpose::Marketing, marketing == "yes"),
    ];
    NewMember { member, card, first_name, last_name, phone, email, birthday: None, consents }
}

/// Errors in the order of their fields on the page, one a field.
fn in_order(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    const ORDER: [&str; 8] =
        ["card", "first-name", "last-name", "phone", "email", "birth-day", "programme-yes", "marketing-yes"];
    errors.sort_by_key(|error| ORDER.iter().position(|id| *id == error.id));
    errors.dedup_by_key(|error| error.id);
    errors
}

fn field_error(w: &Words, problem: EnrolmentError) -> FieldError {
    let (id, key) = match problem {
        EnrolmentError::NoFirstName => ("first-name", "enrol-error-no-first-name"),
        EnrolmentError::FirstName => ("first-name", "enrol-error-name"),
        EnrolmentError::LastName => ("last-name", "enrol-error-name"),
        EnrolmentError::NoContact => ("phone", "enrol-error-no-contact"),
        EnrolmentError::Phone => ("phone", "enrol-error-phone"),
        EnrolmentError::Email => ("email", "enrol-error-email"),
        EnrolmentError::NoProgramme => ("programme-yes", "enrol-error-no-programme"),
    };
    FieldError { id, text: w.t(key) }
}

/// The temporary card on the sale as a QR code, to be photographed or written down.
pub async fn card_code(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    let screen = ui.screen(n, prefs, ENROL).await?;
    ui.agent.disarm(n)?;
    let card = screen.v.card.as_ref().filter(|card| screen.is_temporary(card));
    let number = card.map(|card| card.number.to_string());
    let Some(number) = number else { return Ok(Redirect::to(&screen.base()).into_response()) };
    let qr = kit::qr::svg(&number, &screen.w.t("card-code-title")).unwrap_or_default();
    Ok(Html(CardPage { s: &screen, number: in_groups(&number), qr }.render()?).into_response())
}

/// `YT 0A1B 2C3D …`: four at a time are copied without losing one's place.
fn in_groups(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let (prefix, rest) = chars.split_at(chars.len().min(2));
    let groups = rest.chunks(4).map(|group| group.iter().collect::<String>());
    std::iter::once(prefix.iter().collect()).chain(groups).collect::<Vec<_>>().join(" ")
}
