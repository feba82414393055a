//! The form of a new promotion: counted as often as one likes, saved once.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::codes::Sku;
use domain::money::Money;
use domain::time::plus_days;

use crate::access::pages::html;
use crate::access::{Actor, Permission, audit, secret};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::insights::Goods;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::{Page, Words};
use crate::marketing::{self, CreateError, Draft, FieldError, Segment, SegmentCount};
use crate::members::MemberView;

/// Days that a new promotion is proposed to run.
const RUNS_DAYS: i64 = 30;

/// Whom a segment reaches, as it was counted.
#[derive(Debug)]
pub struct Reach {
    pub text: String,
    pub waterfall: String,
    pub examples: Vec<(String, String)>,
    pub age: String,
}

#[derive(Debug, Template)]
#[template(path = "marketing/pages/new.html")]
pub struct NewPage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub what: Vec<Field>,
    pub discount: Vec<Field>,
    pub by: Field,
    pub rhythm: Vec<Field>,
    pub product: Vec<Field>,
    pub when: Vec<Field>,
    pub reach: Option<Reach>,
}

/// `GET /promotions/new`
pub async fn show(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let screen = Screen::open(&app, &actor, &uri, "promotions-new").await?;
    let mut form = Form::default();
    form.set("valid_from", screen.today().to_string());
    form.set("valid_until", plus_days(screen.today(), RUNS_DAYS).to_string());
    form.set("within_days", "30");
    html(&new_page(screen.page, &form, None))
}

/// `POST /promotions/new`
pub async fn send(State(app): State<App>, actor: Actor, uri: Uri, mut form: Form) -> Result<Response, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "promotions-new").await?;
    let words = screen.words().clone();
    if form.value("do") == "count" {
        let segment = segment(&mut form, &words);
        let reach = match segment {
            Some(segment) => Some(reach(&mut screen, &actor, &segment).await?),
            None => None,
        };
        return Ok(html(&new_page(screen.page, &form, reach))?.into_response());
    }
    let Some(draft) = draft(&mut form, &words) else {
        return Ok(html(&new_page(screen.page, &form, None))?.into_response());
    };
    match save(&app, &actor, draft).await? {
        Ok(to) => Ok(to.into_response()),
        Err(errors) => {
            for error in errors {
                form.wrong(&error.field, words.t(why(error.code)));
            }
            Ok(html(&new_page(screen.page, &form, None))?.into_response())
        }
    }
}

async fn save(app: &App, actor: &Actor, draft: Draft) -> Result<Result<Redirect, Vec<FieldError>>, Error> {
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    match marketing::create(&mut tx, draft, now, secret::bytes()).await {
        Ok(promotion) => {
            let id = promotion.id.to_string();
            audit::note(&mut tx, now, &actor.who, "promotion.create", &id, &promotion.draft.name).await?;
            tx.commit().await?;
            Ok(Ok(Redirect::to(&format!("/promotions/{id}?made"))))
        }
        Err(CreateError::Fields(errors)) => Ok(Err(errors)),
        Err(CreateError::Db(error)) => Err(error.into()),
    }
}

/// What a reader is told about a fault that the room found.
fn why(code: &str) -> &'static str {
    match code {
        "empty" => "promotion-wrong-empty",
        "too_long" => "promotion-wrong-long",
        "percent_range" => "promotion-wrong-percent",
        "percent_of_what" => "promotion-wrong-of-what",
        "ends_before_start" => "promotion-wrong-order",
        "no_condition" => "promotion-wrong-condition",
        "bounds_crossed" => "promotion-wrong-crossed",
        "unknown_product" => "promotion-wrong-sku",
        _ => "promotion-wrong-days",
    }
}

/// A field that may stay empty, read by `read`; what cannot be read is wrong with `key`.
fn optional<T>(
    form: &mut Form,
    words: &Words,
    field: &str,
    key: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = form.value(field).to_owned();
    if text.is_empty() {
        return None;
    }
    let value = read(&text);
    if value.is_none() {
        form.wrong(field, words.t(key));
    }
    value
}

fn required<T>(
    form: &mut Form,
    words: &Words,
    field: &str,
    key: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    if form.value(field).is_empty() {
        form.wrong(field, words.t(key));
        return None;
    }
    optional(form, words, field, key, read)
}

/// None with the faults noted in the form.
fn segment(form: &mut Form, words: &Words) -> Option<Segment> {
    let days = |text: &str| text.parse::<i64>().ok();
    let key = "promotion-wrong-days";
    let segment = if form.value("segment") == "product" {
        let within_days = required(form, words, "within_days", key, days);
        let name = form.value("goods").to_owned();
        let goods = if form.value("goods_by") == "line" {
            (!name.is_empty()).then_some(Goods::Line(name))
        } else {
            name.parse().ok().map(Goods::Sku)
        };
        if goods.is_none() {
            form.wrong("goods", words.t("promotion-wrong-empty"));
        }
        let bought = form.value("bought") != "no";
        Some(Segment::Product { goods: goods?, bought, within_days: within_days? })
    } else {
        let mean_at_least = optional(form, words, "mean_at_least", key, days);
        let mean_at_most = optional(form, words, "mean_at_most", key, days);
        let overdue_at_least = optional(form, words, "overdue_at_least", key, days);
        let rhythm = Segment::Rhythm { mean_at_least, mean_at_most, overdue_at_least };
        if form.is_right() && mean_at_least.or(mean_at_most).or(overdue_at_least).is_none() {
            form.wrong("segment", words.t("promotion-wrong-condition"));
        }
        Some(rhythm)
    };
    segment.filter(|_| form.is_right())
}

fn draft(form: &mut Form, words: &Words) -> Option<Draft> {
    let date = |text: &str| text.parse::<NaiveDate>().ok();
    let text = |text: &str| Some(text.to_owned());
    let name = required(form, words, "name", "promotion-wrong-empty", text);
    let offer_text = required(form, words, "offer_text", "promotion-wrong-empty", text);
    let sku = optional(form, words, "sku", "promotion-wrong-sku", |text| text.parse::<Sku>().ok());
    // A per cent in hundredths reads like money: two decimals, with a comma or a point.
    let percent = |text: &str| text.replace(',', ".").parse::<Money>().ok().map(|money| money.0);
    let percent_off = optional(form, words, "percent_off", "promotion-wrong-percent", percent);
    let segment = segment(form, words);
    let valid_from = required(form, words, "valid_from", "promotion-wrong-date", date);
    let valid_until = required(form, words, "valid_until", "promotion-wrong-date", date);
    if !form.is_right() {
        return None;
    }
    Some(Draft {
        name: name?,
        segment: segment?,
        offer_text: offer_text?,
        sku,
        percent_off: percent_off.unwrap_or(0),
        valid_from: valid_from?,
        valid_until: valid_until?,
    })
}

async fn reach(screen: &mut Screen, actor: &Actor, segment: &Segment) -> Result<Reach, Error> {
    let count = marketing::count(&mut screen.tx, segment, screen.now).await?;
    let full = actor.may(Permission::ReadContacts);
    let accounts: Vec<_> = count.examples.iter().map(|member| member.account).collect();
    let named = crate::members::of_accounts(&mut screen.tx, &accounts).await?;
    let examples = named.iter().map(|member| MemberView::of(member, &[], full));
    let examples = examples.map(|view| (format!("/customers/{}", view.id), view.name)).collect();
    Ok(reach_text(screen.words(), &count, examples))
}

fn reach_text(words: &Words, count: &SegmentCount, examples: Vec<(String, String)>) -> Reach {
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Reach {
        text: words.count("promotion-reached", whole(count.reachable)),
        waterfall: words.say(
            "promotion-waterfall",
            &[
                ("matching", words.whole(whole(count.matching))),
                ("without", words.whole(whole(count.matching.saturating_sub(count.reachable)))),
                ("reachable", words.whole(whole(count.reachable))),
            ],
        ),
        examples,
        age: count.as_of.map_or_else(
            || words.t("promotion-no-sales"),
            |date| words.say("promotion-figures-of", &[("date", words.date(date))]),
        ),
    }
}

fn new_page(page: Page, form: &Form, reach: Option<Reach>) -> NewPage {
    let words = page.words.clone();
    let field = |name, label: &str, input| form.field(name, words.t(label), input);
    let choice = |options: &[(&str, &str)]| {
        Input::Choice(options.iter().map(|(value, key)| ((*value).to_owned(), words.t(key))).collect())
    };
    NewPage {
        errors: form.summary(&words),
        what: vec![
            field("name", "promotion-name", Input::Text),
            field("offer_text", "promotion-text", Input::Text).hinted(words.t("promotion-text-hint")),
        ],
        discount: vec![
            field("sku", "promotion-sku", Input::Text).optional(),
            field("percent_off", "promotion-percent", Input::Figure).optional(),
        ],
        by: field(
            "segment",
            "promotion-segment",
            choice(&[("rhythm", "segment-by-rhythm"), ("product", "segment-by-product")]),
        ),
        rhythm: vec![
            field("overdue_at_least", "promotion-overdue", Input::Figure).optional(),
            field("mean_at_least", "promotion-gap-from", Input::Figure).optional(),
            field("mean_at_most", "promotion-gap-to", Input::Figure).optional(),
        ],
        product: vec![
            field(
                "bought",
                "promotion-bought",
                choice(&[("yes", "promotion-did"), ("no", "promotion-did-not")]),
            ),
            field(
                "goods_by",
                "promotion-goods-by",
                choice(&[("sku", "affinity-sku"), ("line", "affinity-line")]),
            ),
            field("goods", "promotion-goods", Input::Text),
            field("within_days", "promotion-within", Input::Figure),
        ],
        when: vec![
            field("valid_from", "promotion-from", Input::Date),
            field("valid_until", "promotion-until", Input::Date),
        ],
        reach,
        page: page.under("/promotions", words.t("promotions-title")).failed(!form.is_right()),
    }
}

#[cfg(test)]
pub mod sample {
    use super::*;

    fn filled() -> Form {
        Form::of(
            [
                ("name", "Vuelva por su café"),
                ("offer_text", "Hoy su café tiene 15 % de descuento"),
                ("sku", "7702011"),
                ("percent_off", "12,5"),
                ("segment", "rhythm"),
                ("overdue_at_least", "7"),
                ("valid_from", "2026-05-01"),
                ("valid_until", "2026-05-31"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
    }

    fn page(words: &Words) -> Page {
        Page::sample(words, &words.t("promotions-new"), "/promotions")
    }

    pub fn counted(words: &Words) -> NewPage {
        let count = SegmentCount {
            matching: 4_210,
            reachable: 3_898,
            as_of: "2026-05-10".parse().ok(),
            ..SegmentCount::default()
        };
        let examples = vec![
            ("/customers/1".to_owned(), "Ana M.".to_owned()),
            ("/customers/2".to_owned(), "Luis P.".to_owned()),
        ];
        new_page(page(words), &filled(), Some(reach_text(words, &count, examples)))
    }

    pub fn wrong(words: &Words) -> NewPage {
        let mut form = filled();
        form.set("segment", "product");
        form.set("valid_until", "31/5");
        form.set("percent_off", "much");
        draft(&mut form, words);
        new_page(page(words), &form, None)
    }

    pub fn read(changes: &[(&str, &str)]) -> (Option<Draft>, Vec<String>) {
        let mut form = filled();
        for (field, value) in changes {
            form.set(field, *value);
        }
        let draft = draft(&mut form, &Words::sample_es());
        (draft, form.errors.iter().map(|error| error.field.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_a_draft() {
        let (draft, errors) = sample::read(&[]);
        let draft = draft.unwrap();
        assert_eq!((draft.percent_off, errors), (1_250, vec![]));
        assert_eq!(
            draft.segment,
            Segment::Rhythm { mean_at_least: None, mean_at_most: None, overdue_at_least: Some(7) }
        );
        let product = [
            ("segment", "product"),
            ("goods_by", "line"),
            ("goods", "lácteos"),
            ("bought", "no"),
            ("within_days", "30"),
        ];
        let goods = Goods::Line("lácteos".to_owned());
        let wanted = Segment::Product { goods, bought: false, within_days: 30 };
        assert_eq!(sample::read(&product).0.unwrap().segment, wanted);
    }

    #[test]
    fn every_fault_names_its_field() {
        for (changes, wanted) in [
            (&[("name", " ")][..], &["name"][..]),
            (&[("percent_off", "ten")], &["percent_off"]),
            (&[("overdue_at_least", "soon")], &["overdue_at_least"]),
            (&[("overdue_at_least", "")], &["segment"]),
            (&[("segment", "product")], &["within_days", "goods"]),
            (&[("valid_from", "31/5"), ("offer_text", "")], &["offer_text", "valid_from"]),
        ] {
            let (draft, errors) = sample::read(changes);
            assert!(draft.is_none(), "{changes:?}");
            assert_eq!(errors, wanted, "{changes:?}");
        }
    }
}
