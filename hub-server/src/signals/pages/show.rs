//! How signals and their events are said.

use std::collections::HashMap;

use domain::codes::StoreCode;

use crate::catalogue::Store;
use crate::catalogue::pages::Screen;
use crate::kit::Words;
use crate::kit::table::{Cell, Tone};
use crate::members::mask_card;
use crate::signals::{Alert, Event, Limits, Measure, Rule, Standing};

/// In which words, and what the stores are called that the reader may see.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub words: Words,
    stores: HashMap<String, String>,
}

impl Names {
    pub fn of(screen: &Screen) -> Self {
        let name = |store: &Store| (store.code.to_string(), store.name.clone());
        Self::with(screen.words().clone(), screen.stores.iter().map(name))
    }

    pub fn with(words: Words, stores: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { words, stores: stores.into_iter().collect() }
    }

    fn store(&self, code: &StoreCode) -> String {
        self.stores.get(code.as_str()).cloned().unwrap_or_else(|| code.to_string())
    }
}

/// The part of a rule's texts that names it.
pub(super) fn key(rule: Rule) -> String {
    rule.code().replace('_', "-")
}

pub(super) fn rule_name(words: &Words, rule: Rule) -> String {
    words.t(&format!("signal-rule-{}", key(rule)))
}

/// What a rule looks for, with the limits as they are set.
pub(super) fn about(words: &Words, rule: Rule, limits: &Limits) -> String {
    let whole = |limit: u32| words.whole(i64::from(limit));
    let args = [
        ("card-day", whole(limits.card_day)),
        ("card-hour", whole(limits.card_hour)),
        ("card-share", words.percent(i64::from(limits.card_share) * 100)),
        ("card-times", whole(limits.card_times)),
        ("card-least", whole(limits.card_least)),
        ("by-hand-day", whole(limits.by_hand_day)),
        ("by-hand-sigma", whole(limits.by_hand_sigma)),
        ("late-minutes", whole(limits.late_minutes)),
        ("return-minutes", whole(limits.return_minutes)),
        ("returns", whole(limits.returns)),
        ("unnamed", whole(limits.unnamed)),
        ("undone-minutes", whole(limits.undone_minutes)),
        ("split-minutes", whole(limits.split_minutes)),
        ("split-near", words.percent(i64::from(limits.split_near) * 100)),
        ("offline-minutes", whole(limits.offline_minutes)),
        ("offline", whole(limits.offline)),
        ("clock-minutes", whole(limits.clock_minutes)),
        ("hours", limits.hours.map(|hours| hours.to_string()).unwrap_or_default()),
    ];
    words.say(&format!("signal-about-{}", key(rule)), &args)
}

pub(super) fn value(words: &Words, measure: Measure) -> Cell {
    let number = |show: String| Cell::number(show, measure.to_string());
    match measure {
        Measure::Count(n) => number(words.whole(n)),
        Measure::Minutes(n) => number(words.count("signal-minutes", n)),
        Measure::Percent(hundredths) => number(words.percent(hundredths)),
        Measure::Points(points) => number(words.points_text(points)),
        Measure::Money(money) => number(words.money(money)),
        Measure::Time(_) | Measure::Hours(_) => Cell::code(measure.to_string()),
    }
}

/// Where all of it happened; several places where it was not one.
pub(super) fn place(names: &Names, alert: &Alert) -> Option<String> {
    if let Some((store, till)) = alert.till() {
        return Some(format!("{} · {till}", names.store(&store)));
    }
    let has_place = alert.events.iter().any(|event| event.place.is_some());
    let several = || has_place.then(|| names.words.t("signals-several"));
    alert.store().map(|store| names.store(&store)).or_else(several)
}

/// Its last four digits, for everybody.
pub(super) fn card(alert: &Alert) -> Option<String> {
    alert.card().map(|card| mask_card(&card))
}

/// A receipt, or what else it was.
pub(super) fn receipt(names: &Names, event: &Event) -> String {
    let words = &names.words;
    match (&event.place, event.receipt_no) {
        (Some((store, till)), Some(number)) => {
            let args = [
                ("store", names.store(store)),
                ("till", till.to_string()),
                ("date", words.date(event.date)),
                ("number", number.to_string()),
            ];
            words.say("signal-receipt", &args)
        }
        (Some((store, till)), None) => format!("{} · {till}", names.store(store)),
        (None, _) => "—".to_owned(),
    }
}

/// Events of a row that are named on the screen; a file names all.
const NAMED: usize = 3;

pub(super) fn events(names: &Names, alert: &Alert) -> Cell {
    let words = &names.words;
    let all: Vec<String> = alert.events.iter().map(Event::reference).collect();
    // Where it was stands in the row already, if it was one till on one day.
    let is_there = alert.till().is_some() && alert.events.iter().all(|event| event.date == alert.date);
    let said = |event: &Event| match event.receipt_no {
        Some(number) if is_there => words.say("signal-number", &[("number", number.to_string())]),
        _ => receipt(names, event),
    };
    let first: Vec<String> = alert.events.iter().take(NAMED).map(said).collect();
    let count = i64::try_from(alert.events.len()).unwrap_or(i64::MAX);
    let more = if alert.events.len() > NAMED { " …" } else { "" };
    let note = format!("{}{more}", first.join("; "));
    let href = format!("/signals/{}/{}", alert.date, alert.key);
    Cell { show: words.count("signals-event-count", count), ..Cell::text(all.join("; ")) }
        .linked(href)
        .noted(note)
}

pub(super) fn standing_cell(words: &Words, standing: Standing) -> Cell {
    let (key, tone) = match standing {
        Standing::Open => ("signals-open", Tone::Warn),
        Standing::Again => ("signals-again", Tone::Error),
        Standing::Looked => ("signals-looked", Tone::Ok),
    };
    Cell { show: words.t(key), ..Cell::code(standing.code()) }.toned(tone)
}
