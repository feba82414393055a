//! One customer on one page: every four answers first, then the visits they rest on.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use domain::birthday::Birthday;
use domain::card::CardState;
use domain::money::Points;
use domain::points::Pending;
use domain::snapshot::{Missing, TierRow};
use domain::time::{days_between, plus_days};

use crate::insights::usual::Usual;
use crate::insights::visits::Rhythm;
use crate::kit::chart::{Chart, NextVisit, gap_histogram, next_visit_strip};
use crate::kit::table::Tone;
use crate::kit::tile::Tile;
use crate::kit::{Page, Words};

mod past;
#[cfg(test)]
pub mod sample;
mod show;
mod tiles;

pub use past::{Day, EntryItem, LineItem, PastEntry, PastLine, PastSale, SaleItem};
use past::{days, entry_item};
pub use show::show;

/// What the page is drawn from, as the rooms before this one tell it.
#[derive(Debug, Clone)]
pub struct CustomerFigures {
    pub name: String,
    pub code: String,
    pub since: DateTime<Utc>,
    /// Number, and what it may do.
    pub cards: Vec<(String, CardState)>,
    pub desk: Option<String>,
    /// Where the customer's own page is opened to them, for who may.
    pub own_page: Option<String>,
    /// Where points are given and taken by hand, for who may.
    pub by_hand: Option<String>,
    /// The numbers of who was merged into them.
    pub merged: Vec<String>,
    /// Where customers are merged, for who may.
    pub merging: Option<String>,
    /// The numbers of who may be the same person, for who may merge them.
    pub alike: Vec<String>,
    /// Already masked where the reader may not see it.
    pub email: String,
    pub phone: String,
    /// None where the reader may not see it either.
    pub birthday: Option<Birthday>,
    pub masked: bool,
    /// When and how the customer agreed to marketing.
    pub consent: Option<(Option<DateTime<Utc>>, String)>,
    /// Sorted, each date once.
    pub visits: Vec<NaiveDate>,
    pub usual: Vec<Usual>,
    pub balance: Points,
    pub available: Points,
    pub debt: Points,
    pub pending: Option<Pending>,
    /// Points that end first, and the last day on which they can be used.
    pub ending: Option<(Points, NaiveDate)>,
    /// None where the programme has no tiers.
    pub tier: Option<TierRow>,
    pub sales: Vec<PastSale>,
    /// The address of the visits before these.
    pub older: Option<String>,
    pub entries: Vec<PastEntry>,
    /// Points that tills hold, each as one line.
    pub held: Vec<String>,
    /// Where all that is held is looked at, for who may.
    pub held_desk: Option<String>,
    /// The date that overdue and due are judged by.
    pub as_of: NaiveDate,
    pub now: DateTime<Utc>,
}

#[derive(Debug)]
pub struct CardChip {
    pub number: String,
    /// What it is; empty for one that works.
    pub note: String,
}

#[derive(Debug)]
pub struct UsualItem {
    pub name: String,
    pub due: bool,
    pub share: String,
    pub detail: String,
    pub percent: i64,
}

#[derive(Debug, Template)]
#[template(path = "insights/pages/customer/customer.html")]
pub struct CustomerPage {
    pub page: Page,
    pub lead: String,
    /// The rank and what the next one takes; empty without tiers.
    pub tier: String,
    pub cards: Vec<CardChip>,
    /// Where cards are reported, for who may.
    pub desk: Option<String>,
    pub own_page: Option<String>,
    pub by_hand: Option<String>,
    pub merged: String,
    /// Where customers are merged, for who may, and who may be the same person.
    pub merging: Option<(String, String)>,
    pub answers: Vec<Tile>,
    pub pattern: Option<(Chart, Chart)>,
    pub no_pattern: String,
    pub usual: Vec<UsualItem>,
    pub no_usual: String,
    pub days: Vec<Day>,
    pub older: Option<String>,
    pub entries: Vec<EntryItem>,
    pub held: Vec<String>,
    pub held_desk: Option<String>,
    pub contact: Vec<(String, String)>,
    pub consent: String,
    pub consent_tone: Tone,
    pub masked: bool,
}

/// The first and last day on which four of five of these gaps would have ended; the gaps may stand in
/// any order and must not be none.
fn likely(last: NaiveDate, gaps_days: &[i64]) -> (NaiveDate, NaiveDate) {
    let mut sorted = gaps_days.to_vec();
    sorted.sort_unstable();
    let steps = sorted.len().saturating_sub(1);
    let (low, high) = (steps / 10, (steps * 9).div_ceil(10));
    let at = |i: usize| plus_days(last, sorted.get(i).copied().unwrap_or(0));
    (at(low), at(high))
}

impl CustomerPage {
    pub fn new(page: Page, figures: &CustomerFigures) -> Self {
        let words = page.words.clone();
        let rhythm = Rhythm::of(&figures.visits);
        Self {
            lead: words.say(
                "customer-lead",
                &[("code", figures.code.clone()), ("date", local_date(&words, figures.since))],
            ),
            tier: figures.tier.as_ref().map(|tier| tier_text(&words, tier)).unwrap_or_default(),
            cards: figures
                .cards
                .iter()
                .map(|(number, state)| CardChip { number: number.clone(), note: card_note(&words, *state) })
                .collect(),
            desk: figures.desk.clone(),
            own_page: figures.own_page.clone(),
            by_hand: figures.by_hand.clone(),
            merged: if figures.merged.is_empty() {
                String::new()
            } else {
                words.say("customer-merged", &[("codes", figures.merged.join(", "))])
            },
            merging: figures.merging.clone().map(|href| (href, merging_text(&words, &figures.alike))),
            answers: tiles::answers(&words, figures, &rhythm),
            pattern: pattern(&words, figures, &rhythm),
            no_pattern: words.count("customer-no-pattern", rhythm.visits),
            usual: figures.usual.iter().map(|item| usual_item(&words, item)).collect(),
            no_usual: words.t("customer-no-usual"),
            days: days(&words, figures),
            older: figures.older.clone(),
            entries: figures.entries.iter().map(|entry| entry_item(&words, entry, figures.now)).collect(),
            held: figures.held.clone(),
            held_desk: figures.held_desk.clone(),
            contact: contact(&words, figures),
            consent: consent(&words, figures),
            consent_tone: if figures.consent.is_some() { Tone::Ok } else { Tone::Plain },
            masked: figures.masked,
            page,
        }
    }
}

fn merging_text(words: &Words, alike: &[String]) -> String {
    if alike.is_empty() {
        return words.t("merge-title");
    }
    words.say("customer-alike", &[("codes", alike.join(", "))])
}

fn card_note(words: &Words, state: CardState) -> String {
    if state.redeems() { String::new() } else { words.t(&format!("card-state-{state}")) }
}

fn tier_text(words: &Words, tier: &TierRow) -> String {
    let Some(next) = &tier.next else { return tier.name.clone() };
    let missing = match next.missing {
        Missing::Points(points) => words.points_text(points),
        Missing::Money(money) => words.money(money),
    };
    let args = [("name", tier.name.clone()), ("missing", missing), ("next", next.name.clone())];
    words.say("customer-tier", &args)
}

fn local_date(words: &Words, at: DateTime<Utc>) -> String {
    words.date(at.with_timezone(&words.zone()).date_naive())
}

fn pattern(words: &Words, figures: &CustomerFigures, rhythm: &Rhythm) -> Option<(Chart, Chart)> {
    let (interval, expected, last) = (rhythm.interval?, rhythm.expected_next()?, rhythm.last?);
    let gaps: Vec<i64> = figures.visits.windows(2).map(|pair| days_between(pair[0], pair[1])).collect();
    let is_today = figures.as_of >= words.today(figures.now);
    let next = NextVisit {
        visits: &figures.visits,
        expected,
        likely: likely(last, &gaps),
        today: figures.as_of,
        today_name: if is_today { words.t("today") } else { words.day(figures.as_of) },
    };
    let period =
        words.say("customer-period", &[("from", words.date(rhythm.first?)), ("to", words.date(last))]);
    Some((
        next_visit_strip(words, &next),
        gap_histogram(words, &gaps, interval.mean, interval.median, &period),
    ))
}

fn usual_item(words: &Words, item: &Usual) -> UsualItem {
    let hundredths = item.visits * 10_000 / item.of_visits.max(1);
    let share = words.percent(hundredths / 100 * 100);
    UsualItem {
        name: item.name.clone(),
        due: item.due,
        share: words.say("usual-share", &[("share", share)]),
        detail: words.say(
            "usual-detail",
            &[
                ("days", words.days(item.interval_mean)),
                ("visits", words.whole(item.visits)),
                ("date", words.date(item.last_bought)),
            ],
        ),
        percent: (hundredths / 100).clamp(0, 100),
    }
}

fn contact(words: &Words, figures: &CustomerFigures) -> Vec<(String, String)> {
    let birthday = figures.birthday.map(|day| ("customer-birthday", words.birthday(day)));
    [("customer-email", figures.email.clone()), ("customer-phone", figures.phone.clone())]
        .into_iter()
        .chain(birthday)
        .map(|(key, value)| (words.t(key), if value.is_empty() { "—".to_owned() } else { value }))
        .collect()
}

fn consent(words: &Words, figures: &CustomerFigures) -> String {
    match &figures.consent {
        None => words.t("customer-consent-no"),
        Some((at, source)) => {
            let date = at.map_or_else(|| "—".to_owned(), |at| local_date(words, at));
            words.say("customer-consent-yes", &[("date", date), ("source", source.clone())])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_of_five_gaps_end_within_the_likely_days() {
        let last: NaiveDate = "2026-05-01".parse().unwrap();
        for (gaps, from, to) in [
            (vec![7], "2026-05-08", "2026-05-08"),
            (vec![5, 6], "2026-05-06", "2026-05-07"),
            ((1..=11).collect(), "2026-05-03", "2026-05-11"),
            (vec![9, 1, 5, 5, 5, 5, 5, 5, 5, 5, 5], "2026-05-06", "2026-05-06"),
        ] {
            let (low, high) = likely(last, &gaps);
            assert_eq!((low.to_string().as_str(), high.to_string().as_str()), (from, to), "{gaps:?}");
        }
    }

    #[test]
    fn the_mean_on_the_page_is_that_of_the_visits() {
        let words = Words::sample_es();
        let figures = sample::figures(&[5, 6, 10], "2025-12-05");
        let page = CustomerPage::new(Page::sample(&words, "x", "/"), &figures);
        assert_eq!(page.answers[0].value, "cada 7,0 días");
        assert_eq!(page.answers[0].n, "4 visitas");
        assert!(page.pattern.is_some());
    }

    #[test]
    fn without_a_pattern_the_page_says_why() {
        let words = Words::sample_es();
        let page = CustomerPage::new(Page::sample(&words, "x", "/"), &sample::figures(&[6], "2025-12-05"));
        assert!(page.pattern.is_none());
        assert_eq!(page.no_pattern, "Aún sin patrón: 2 visitas; lo mostramos desde 3.");
        let said = page.answers[0].delta.as_ref().map(|delta| delta.text.as_str());
        assert_eq!(said, Some(page.no_pattern.as_str()));
    }

    #[test]
    fn sales_of_one_day_stand_together() {
        let page = sample::regular(&Words::sample_en());
        assert_eq!(page.days.iter().map(|day| day.sales.len()).collect::<Vec<_>>(), [2, 1]);
        assert!(page.entries[1].minus);
    }
}
