//! The pages with signals of several kinds on them.

use std::collections::BTreeMap;

use super::one::{Desk, SignalPage, signal_page};
use super::show::Names;
use super::*;
use crate::kit::form::Form;
use crate::members::{Consent, Profile};
use crate::signals::rules::tests::{five_sales, plants};
use crate::signals::{Event, Ticket};

fn names(words: &Words) -> Names {
    Names::with(words.clone(), [("centro".to_owned(), "Centro <histórico>".to_owned())])
}

fn seen() -> Seen {
    let account = AccountId::new(1, [1; 10]);
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
    let created_at = "2026-01-05T15:00:00Z".parse().unwrap();
    let member = Member { id, account, profile, created_at };
    Seen { members: [(account, member)].into(), opens: true, full: true }
}

fn of_rows(words: &Words, alerts: &[Alert]) -> SignalsPage {
    let looks = BTreeMap::new();
    let rows: Vec<Vec<Cell>> =
        alerts.iter().map(|alert| row(&names(words), &seen(), &looks, alert)).collect();
    let asked = Asked {
        range: Range { from: "2026-03-01".parse().unwrap(), to: "2026-03-07".parse().unwrap() },
        shortened: true,
        store: String::new(),
        rule: None,
        state: String::new(),
    };
    let options = vec![(String::new(), words.t("store-all"))];
    let stores = choice(words, "store", "store", "", options);
    let total = i64::try_from(rows.len()).unwrap();
    let now = "2026-03-07T15:00:00Z".parse().unwrap();
    let state = TableState::read("/signals", None, BY_DEFAULT);
    let table = table(words, now, filters(&asked, words, stores), state, (rows, total));
    let page = Page::sample(words, &words.t("signals-title"), "/signals");
    let cannot = [Rule::StaffCard, Rule::OutOfHours, Rule::Split, Rule::Lookups];
    signals_page(page, asked.lead(words, 12), table, &cannot, &Limits::default())
}

pub fn full(words: &Words) -> SignalsPage {
    of_rows(words, &plants())
}

pub fn none(words: &Words) -> SignalsPage {
    of_rows(words, &[])
}

fn desk(looks: Vec<Look>) -> Desk {
    let tickets: Vec<Ticket> = five_sales();
    let figures = [crate::signals::Measure::Count(5), crate::signals::Measure::Count(4)];
    let alert = Alert::of(Rule::CardDay, &[&"one"], figures, tickets.iter().map(Event::from)).unwrap();
    Desk { alert, seen: seen(), looks, may_mark: true }
}

fn looked(desk: &Desk, events: String) -> Vec<Look> {
    let look = Look {
        alert: desk.alert.key.clone(),
        events,
        note: "Una familia comparte la tarjeta <b>".to_owned(),
        looked_by: "gerente".to_owned(),
        looked_at: "2026-03-03T14:00:00Z".parse().unwrap(),
    };
    vec![look]
}

fn one(words: &Words, desk: &Desk, form: &Form) -> SignalPage {
    let page = Page::sample(words, &words.t("signals-title"), "/signals/2026-03-02/1");
    signal_page(page, &names(words), desk, form, &Limits::default())
}

pub fn open(words: &Words) -> SignalPage {
    one(words, &desk(vec![]), &Form::default())
}

pub fn again(words: &Words) -> SignalPage {
    let desk = desk(vec![]);
    let looks = looked(&desk, "others".to_owned());
    one(words, &Desk { looks, ..desk }, &Form::default())
}

pub fn wrong(words: &Words) -> SignalPage {
    let mut form = Form::default();
    form.wrong("", words.t("signals-wrong-changed"));
    form.wrong("note", words.t("signals-wrong-missing"));
    let desk = desk(vec![]);
    let looks = looked(&desk, desk.alert.events_digest());
    one(words, &Desk { looks, ..desk }, &form)
}

/// Limits in the texts, and a text for every rule, event and refusal.
#[test]
fn everything_has_its_words() {
    use crate::signals::What;
    use crate::signals::rules::NoteRefusal;
    for words in [Words::sample_es(), Words::sample_en()] {
        let rules = Rule::ALL
            .iter()
            .flat_map(|rule| ["rule", "about"].map(|text| format!("signal-{text}-{}", show::key(*rule))));
        let cannot = [Rule::StaffCard, Rule::OutOfHours, Rule::Split, Rule::Lookups];
        let why = cannot.map(|rule| format!("signal-why-{}", show::key(rule)));
        let what = What::ALL.map(|what| format!("signal-what-{}", what.code().replace('_', "-")));
        let wrong = NoteRefusal::ALL.map(|why| format!("signals-wrong-{}", why.code()));
        for key in rules.chain(why).chain(what).chain(wrong) {
            assert_ne!(words.t(&key), key);
        }
        for rule in Rule::ALL {
            let about = about(&words, rule, &Limits::default());
            assert!(!about.contains(['{', '$']), "{about}");
        }
        let about = about(&words, Rule::CardShare, &Limits::default());
        assert!(about.contains("20") && about.contains("10"), "{about}");
    }
}
