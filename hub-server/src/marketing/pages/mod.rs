//! Promotions on screen: what runs, what was answered, and the way to a new one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, Redirect, Response};
use chrono::NaiveDate;
use domain::ids::PromotionId;

use super::{Answers, Promotion, Segment, SegmentCount};
use crate::access::pages::{html, list_answer};
use crate::access::{Actor, Permission, audit};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::insights::Goods;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Column, Empty, Kind, Table, TableState, Tone};
use crate::kit::tile::{Delta, Tile};
use crate::kit::{Page, Words};

pub mod new;

const SORTS: [&str; 7] = ["name", "state", "from", "until", "shown", "accepted", "declined"];
const BY_DEFAULT: &str = "-from";

#[derive(Debug, Template)]
#[template(path = "marketing/pages/promotion.html")]
pub struct PromotionPage {
    pub page: Page,
    pub id: String,
    pub state: String,
    pub state_tone: Tone,
    pub stoppable: bool,
    pub tiles: Vec<Tile>,
    pub facts: Vec<(String, String)>,
}

/// Where a promotion stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Running,
    Coming,
    Ended,
    Stopped,
}

impl Phase {
    fn of(promotion: &Promotion, today: NaiveDate) -> Self {
        let draft = &promotion.draft;
        match promotion.active {
            false => Self::Stopped,
            true if draft.valid_until < today => Self::Ended,
            true if draft.valid_from > today => Self::Coming,
            true => Self::Running,
        }
    }

    fn said(self) -> (&'static str, Tone) {
        match self {
            Self::Running => ("promotion-active", Tone::Ok),
            Self::Coming => ("promotion-coming", Tone::Plain),
            Self::Ended => ("promotion-ended", Tone::Plain),
            Self::Stopped => ("promotion-stopped", Tone::Warn),
        }
    }
}

/// `GET /promotions`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/promotions", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "promotions-title").await?;
    let mut all = Vec::new();
    for promotion in super::promotions(&mut screen.tx).await? {
        let answers = super::answers(&mut screen.tx, promotion.id).await?;
        all.push((promotion, answers));
    }
    let today = screen.today();
    sort(&mut all, &state, today);
    let (shown, total) = Table::page_of(all, &state);
    let words = screen.words().clone();
    let rows = shown.iter().map(|(promotion, answers)| row(&words, promotion, *answers, today)).collect();
    let may_add = actor.may(Permission::WritePromotions);
    let action = may_add.then(|| ("/promotions/new".to_owned(), words.t("promotions-new")));
    let table = table(&screen, state, rows, total, action.clone());
    list_answer(&ListPage { lead: words.t("promotions-lead"), action, chart: None, table, page: screen.page })
}

fn sort(all: &mut [(Promotion, Answers)], state: &TableState, today: NaiveDate) {
    all.sort_by(|(a, a_answers), (b, b_answers)| {
        let ordering = match state.sort.as_str() {
            "name" => a.draft.name.cmp(&b.draft.name),
            "state" => Phase::of(a, today).cmp(&Phase::of(b, today)),
            "until" => a.draft.valid_until.cmp(&b.draft.valid_until),
            "shown" => a_answers.shown.cmp(&b_answers.shown),
            "accepted" => a_answers.accepted.cmp(&b_answers.accepted),
            "declined" => a_answers.declined.cmp(&b_answers.declined),
            _ => a.draft.valid_from.cmp(&b.draft.valid_from),
        };
        let ordering = if state.descending { ordering.reverse() } else { ordering };
        ordering.then_with(|| b.created_at.cmp(&a.created_at))
    });
}

fn row(words: &Words, promotion: &Promotion, answers: Answers, today: NaiveDate) -> Vec<Cell> {
    let draft = &promotion.draft;
    let (phase, tone) = Phase::of(promotion, today).said();
    let count = |n: i64| Cell::number(words.whole(n), n.to_string());
    vec![
        Cell::text(draft.name.clone())
            .linked(format!("/promotions/{}", promotion.id))
            .noted(segment_text(words, &draft.segment)),
        Cell::text(words.t(phase)).toned(tone),
        Cell::date(words.date(draft.valid_from), draft.valid_from),
        Cell::date(words.date(draft.valid_until), draft.valid_until),
        count(answers.shown),
        count(answers.accepted),
        count(answers.declined),
    ]
}

fn table(
    screen: &Screen,
    state: TableState,
    rows: Vec<Vec<Cell>>,
    total: i64,
    action: Option<(String, String)>,
) -> Table {
    let words = screen.words();
    let column =
        |key, label: &str, kind| Column { key, label: words.t(label), kind, sortable: SORTS.contains(&key) };
    Table {
        words: words.clone(),
        id: "promotions",
        caption: words.t("promotions-caption"),
        age: words.as_of(screen.now, screen.now),
        columns: vec![
            column("name", "promotion-name", Kind::Text),
            column("state", "promotion-state", Kind::Text),
            column("from", "promotion-from", Kind::Text),
            column("until", "promotion-until", Kind::Text),
            column("shown", "promotion-shown", Kind::Number),
            column("accepted", "promotion-accepted", Kind::Number),
            column("declined", "promotion-declined", Kind::Number),
        ],
        filters: Vec::new(),
        empty: Empty { why: words.t("promotions-none"), action },
        rows,
        total,
        exports: true,
        state,
    }
}

/// A segment as a sentence.
fn segment_text(words: &Words, segment: &Segment) -> String {
    match segment {
        Segment::Rhythm { mean_at_least, mean_at_most, overdue_at_least } => {
            let part = |key: &str, days: &Option<i64>| days.map(|days| words.count(key, days));
            let parts: Vec<String> = [
                part("segment-mean-from", mean_at_least),
                part("segment-mean-to", mean_at_most),
                part("segment-overdue", overdue_at_least),
            ]
            .into_iter()
            .flatten()
            .collect();
            parts.join(" · ")
        }
        Segment::Product { goods, bought, within_days } => {
            let goods = match goods {
                Goods::Sku(sku) => sku.to_string(),
                Goods::Line(line) => line.clone(),
            };
            let key = if *bought { "segment-bought" } else { "segment-not-bought" };
            words.count_of(key, *within_days, &[("goods", goods)])
        }
    }
}

/// `GET /promotions/{id}`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "promotions-title").await?;
    let id = parse(&id)?;
    let promotion = super::promotion(&mut screen.tx, id).await?.ok_or_else(unknown)?;
    let answers = super::answers(&mut screen.tx, id).await?;
    let count = super::count(&mut screen.tx, &promotion.draft.segment, screen.now).await?;
    let phase = Phase::of(&promotion, screen.today());
    let words = screen.words().clone();
    let notice = match uri.query() {
        Some("made") => words.t("promotion-started"),
        Some("stopped") => words.t("promotion-was-stopped"),
        _ => String::new(),
    };
    let list = screen.page.title.clone();
    let mut page = screen.page.under("/promotions", list).noticed(notice);
    page.title.clone_from(&promotion.draft.name);
    let stoppable = matches!(phase, Phase::Running | Phase::Coming) && actor.may(Permission::WritePromotions);
    html(&PromotionPage {
        id: promotion.id.to_string(),
        state: words.t(phase.said().0),
        state_tone: phase.said().1,
        stoppable,
        tiles: tiles(&words, answers, &count, &words.as_of(screen.now, screen.now)),
        facts: facts(&words, &promotion),
        page,
    })
}

fn parse(id: &str) -> Result<PromotionId, Error> {
    id.parse().map_err(|_| unknown())
}

fn unknown() -> Error {
    Error::not_found("no_such_promotion", "There is no such promotion.")
}

fn tiles(words: &Words, answers: Answers, count: &SegmentCount, age: &str) -> Vec<Tile> {
    let reach = i64::try_from(count.reachable).unwrap_or(i64::MAX);
    let without = i64::try_from(count.matching - count.reachable.min(count.matching)).unwrap_or(i64::MAX);
    let tile = |label: &str, value: i64, delta: Option<String>| Tile {
        label: words.t(label),
        value: words.whole(value),
        delta: delta.map(|text| Delta { text, better: None }),
        age: age.to_owned(),
        ..Tile::default()
    };
    let share = |n: i64| (answers.shown > 0).then(|| words.percent(n * 100 / answers.shown * 100));
    let of_shown = |n| share(n).map(|share| words.say("promotion-of-shown", &[("share", share)]));
    vec![
        tile("promotion-reach", reach, Some(words.count("promotion-no-consent", without))),
        tile("promotion-shown", answers.shown, None),
        tile("promotion-accepted", answers.accepted, of_shown(answers.accepted)),
        tile("promotion-declined", answers.declined, of_shown(answers.declined)),
    ]
}

fn facts(words: &Words, promotion: &Promotion) -> Vec<(String, String)> {
    let draft = &promotion.draft;
    let discount = match &draft.sku {
        Some(sku) if draft.percent_off > 0 => words
            .say("promotion-off", &[("percent", words.percent(draft.percent_off)), ("sku", sku.to_string())]),
        _ => "—".to_owned(),
    };
    vec![
        (words.t("promotion-text"), draft.offer_text.clone()),
        (words.t("promotion-whom"), segment_text(words, &draft.segment)),
        (words.t("promotion-discount"), discount),
        (words.t("promotion-from"), words.date(draft.valid_from)),
        (words.t("promotion-until"), words.date(draft.valid_until)),
    ]
}

/// `POST /promotions/{id}/stop`
pub async fn stop(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Redirect, Error> {
    let id = parse(&id)?;
    let mut tx = app.db.begin().await?;
    super::promotion(&mut tx, id).await?.ok_or_else(unknown)?;
    if super::stop(&mut tx, id).await? {
        let now = app.clock.now();
        audit::note(&mut tx, now, &actor.who, "promotion.stop", &id.to_string(), "").await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/promotions/{id}?stopped")))
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::marketing::Draft;

    pub fn draft() -> Draft {
        Draft {
            name: "Vuelva por su café".to_owned(),
            segment: Segment::Rhythm {
                mean_at_least: None,
                mean_at_most: Some(14),
                overdue_at_least: Some(7),
            },
            offer_text: "Hoy su café tiene 15 % de descuento".to_owned(),
            sku: "7702011".parse().ok(),
            percent_off: 1_500,
            valid_from: "2026-05-01".parse().unwrap(),
            valid_until: "2026-05-31".parse().unwrap(),
        }
    }

    pub fn promotion() -> Promotion {
        Promotion {
            id: PromotionId::new(1, [1; 10]),
            draft: draft(),
            active: true,
            created_at: "2026-05-01T12:00:00Z".parse().unwrap(),
        }
    }

    pub fn running(words: &Words) -> PromotionPage {
        let promotion = promotion();
        let answers = Answers { shown: 120, accepted: 66, declined: 30 };
        let count = SegmentCount { matching: 4_210, reachable: 3_898, ..SegmentCount::default() };
        let (state, state_tone) = Phase::of(&promotion, "2026-05-10".parse().unwrap()).said();
        PromotionPage {
            page: Page::sample(words, &promotion.draft.name, "/promotions")
                .under("/promotions", words.t("promotions-title"))
                .noticed(words.t("promotion-started")),
            id: promotion.id.to_string(),
            state: words.t(state),
            state_tone,
            stoppable: true,
            tiles: tiles(words, answers, &count, &words.say("as-of", &[("time", "10:42")])),
            facts: facts(words, &promotion),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promotion_runs_from_its_first_to_its_last_day() {
        let mut promotion = sample::promotion();
        for (today, wanted) in [
            ("2026-04-30", Phase::Coming),
            ("2026-05-01", Phase::Running),
            ("2026-05-31", Phase::Running),
            ("2026-06-01", Phase::Ended),
        ] {
            assert_eq!(Phase::of(&promotion, today.parse().unwrap()), wanted, "{today}");
        }
        promotion.active = false;
        assert_eq!(Phase::of(&promotion, "2026-05-10".parse().unwrap()), Phase::Stopped);
    }

    #[test]
    fn segments_are_said_in_words() {
        let words = Words::sample_es();
        let text = segment_text(&words, &sample::draft().segment);
        assert_eq!(text, "viene cada 14 días o menos · atraso de 7 días o más");
        let goods = Goods::Line("lácteos".to_owned());
        let segment = Segment::Product { goods, bought: false, within_days: 30 };
        assert_eq!(segment_text(&words, &segment), "no compró lácteos en los últimos 30 días");
    }
}
