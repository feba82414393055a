//! Each rule with a planted case and an honest one just within its limit.

mod cards;
mod redeeming;
mod returns;

use chrono::TimeDelta;
use domain::codes::CardNumber;
use domain::ids::{AccountId, EntryId, EventId, LogId, MemberId, SaleId};
use domain::money::{Money, Points};
use domain::points::Caps;

use super::*;
use crate::signals::alert::Measure;
use crate::signals::event::What;
use crate::signals::facts::{Attached, ByHand, Enrolled, Returned};

const MONDAY: &str = "2026-03-02";
const CARD: &str = "2990000010421";
const OTHER: &str = "2990000010452";

fn card(number: &str) -> CardNumber {
    number.parse().unwrap()
}

/// A sale of 50.00 with a card at ten in the morning of the Monday, so many minutes later.
pub fn sold(n: u16, minutes: i64) -> Ticket {
    let at = "2026-03-02T15:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        + TimeDelta::minutes(minutes);
    let mut entropy = [0; 10];
    entropy[..2].copy_from_slice(&n.to_be_bytes());
    Ticket {
        id: SaleId::new(at.timestamp_millis(), entropy),
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        date: (at - TimeDelta::hours(5)).date_naive(),
        receipt_no: i64::from(n),
        at,
        offset_s: -5 * 3600,
        received_at: at,
        cashier: Some("marta".to_owned()),
        card: Some(card(CARD)),
        account: Some(AccountId::new(1, [1; 10])),
        voided: false,
        has_sale: true,
        total: Money(5_000),
        earned: Points(5_000),
        taken_back: Points::ZERO,
        spent: Points::ZERO,
        log: LogId::new(1, [1; 10]),
        seq: i64::from(n),
        returned: vec![],
    }
}

/// Five of one card on a day.
pub fn five_sales() -> Vec<Ticket> {
    (0..5).map(|n| sold(u16::try_from(n).unwrap() + 1, n * 70)).collect()
}

/// Signals of several kinds.
pub fn plants() -> Vec<Alert> {
    let mut tickets = five_sales();
    tickets.extend([sold(6, 10), spent(7, 20), back(8, 24, Some(&spent(7, 20)))]);
    tickets.push(Ticket { total: Money::ZERO, store: "norte".parse().unwrap(), ..sold(9, 300) });
    tickets.push(Ticket { card: None, account: None, ..back(10, 310, None) });
    let by_hand = vec![by_hand(1, "servicio", 900_000, 0)];
    let week = Week { by_hand, attached: vec![attached(11, OTHER, 7_200)], ..week(tickets) };
    judge(&week, &Limits::default())
}

fn spent(n: u16, minutes: i64) -> Ticket {
    Ticket { spent: Points(2_000), ..sold(n, minutes) }
}

/// Goods of a sale come back.
fn back(n: u16, minutes: i64, of: Option<&Ticket>) -> Ticket {
    let earned = of.map_or(Points::ZERO, |sale| sale.earned);
    let line =
        Returned { origin: of.map(|sale| sale.id), is_known: of.is_some(), paid: Money(5_000), earned };
    let ticket = sold(n, minutes);
    Ticket {
        has_sale: false,
        total: Money(-5_000),
        earned: Points::ZERO,
        taken_back: earned,
        returned: vec![line],
        ..ticket
    }
}

fn week(tickets: Vec<Ticket>) -> Week {
    let monday = MONDAY.parse().unwrap();
    Week { monday, tickets, attached: vec![], by_hand: vec![], enrolled: vec![], programmes: vec![] }
}

/// What is found against which limit, and the receipts of the events.
type Says = (Measure, Measure, Vec<i64>);

fn says_with(week: &Week, rule: Rule, limits: &Limits) -> Vec<Says> {
    let of = |alert: &Alert| {
        let receipts = alert.events.iter().filter_map(|event| event.receipt_no).collect();
        (alert.found, alert.limit, receipts)
    };
    judge(week, limits).iter().filter(|alert| alert.rule == rule).map(of).collect()
}

fn says(week: &Week, rule: Rule) -> Vec<Says> {
    says_with(week, rule, &Limits::default())
}

fn counts(found: i64, limit: i64, receipts: &[i64]) -> Vec<Says> {
    vec![(Measure::Count(found), Measure::Count(limit), receipts.to_vec())]
}

fn minutes(found: i64, limit: i64, receipts: &[i64]) -> Vec<Says> {
    vec![(Measure::Minutes(found), Measure::Minutes(limit), receipts.to_vec())]
}

fn points(found: i64, limit: i64, receipts: &[i64]) -> Vec<Says> {
    vec![(Measure::Points(Points(found)), Measure::Points(Points(limit)), receipts.to_vec())]
}

fn by_hand(n: u8, by: &str, points: i64, days: i64) -> ByHand {
    let at = "2026-03-04T15:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - TimeDelta::days(days);
    let account = AccountId::new(i64::from(n), [n; 10]);
    ByHand {
        id: EntryId::new(i64::from(n), [n; 10]),
        account,
        points: Points(points),
        by: by.to_owned(),
        at,
        date: at.date_naive(),
    }
}

#[test]
fn a_person_gives_too_many_points_in_a_day() {
    for (all, wanted) in [
        (vec![by_hand(1, "ana", 150_000, 0), by_hand(2, "ana", -50_001, 0)], points(200_001, 200_000, &[])),
        (vec![by_hand(1, "ana", 150_000, 0), by_hand(2, "ana", -50_000, 0)], vec![]),
        (vec![by_hand(1, "ana", 150_000, 0), by_hand(2, "luis", 90_000, 0)], vec![]),
        (vec![by_hand(1, "ana", 150_000, 0), by_hand(2, "ana", 90_000, 1)], vec![]),
        // What was before the week is compared with, and no signal of it.
        (vec![by_hand(1, "ana", 900_000, 20)], vec![]),
    ] {
        assert_eq!(says(&Week { by_hand: all, ..week(vec![]) }, Rule::ByHandDay), wanted);
    }
}

#[test]
fn a_day_by_hand_is_far_from_the_days_before() {
    // Ten days with 50 and 150: the mean is 100, the standard deviation 50.
    let days = |today: i64, first_day: i64| {
        let before = (0..10)
            .map(|n| by_hand(n, "luis", if n % 2 == 0 { 5_000 } else { -15_000 }, first_day + i64::from(n)));
        let all = before.chain([by_hand(99, "ana", today, 0)]).collect();
        says(&Week { by_hand: all, ..week(vec![]) }, Rule::ByHandSigma)
    };
    assert_eq!(days(25_001, 10), points(25_001, 25_000, &[]));
    assert_eq!(days(25_000, 10), vec![]);
    assert_eq!(days(25_001, 82), vec![], "of ninety days before only nine had any");
}

fn attached(n: u8, number: &str, seconds: i64) -> Attached {
    let sold_at = "2026-03-02T15:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    Attached {
        event: EventId::new(1, [n; 10]),
        sale: SaleId::new(1, [n; 10]),
        card: number.parse().unwrap(),
        at: sold_at + TimeDelta::seconds(seconds),
        sold_at,
        date: MONDAY.parse().unwrap(),
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        receipt_no: i64::from(n),
        cashier: Some("marta".to_owned()),
        account: None,
        earned: Points(5_000),
    }
}

#[test]
fn a_card_comes_long_after_its_sale() {
    for (all, wanted) in [
        (vec![attached(1, CARD, 15 * 60 + 1)], minutes(16, 15, &[1])),
        (vec![attached(1, CARD, 15 * 60)], vec![]),
        (
            vec![attached(1, CARD, 3_600), attached(2, CARD, 7_200), attached(3, CARD, 60)],
            minutes(120, 15, &[1, 2]),
        ),
    ] {
        assert_eq!(says(&Week { attached: all, ..week(vec![]) }, Rule::LateCard), wanted);
    }
}

#[test]
fn a_ticket_earns_without_a_sale() {
    let with = |change: fn(&mut Ticket)| {
        let mut ticket = sold(1, 0);
        change(&mut ticket);
        says(&week(vec![ticket]), Rule::EmptySale)
    };
    assert_eq!(with(|t| t.total = Money::ZERO), points(5_000, 0, &[1]));
    assert_eq!(with(|t| t.has_sale = false), points(5_000, 0, &[1]));
    assert_eq!(with(|t| t.total = Money(1)), vec![]);
    assert_eq!(with(|t| (t.total, t.earned) = (Money::ZERO, Points::ZERO)), vec![]);
    // Goods were changed for others of the same price.
    assert_eq!(with(|t| (t.total, t.taken_back) = (Money::ZERO, Points(5_000))), vec![]);
}

fn capped(ticket: i64) -> Vec<Programme> {
    let caps = Some(Caps { ticket: Some(Points(ticket)), day: None });
    vec![Programme { caps, ..Programme::starter(NaiveDate::default()) }]
}

#[test]
fn a_purchase_is_split_to_stay_under_a_cap() {
    // Each earns 50 points.
    let two = |second, cap| {
        let tickets = vec![sold(1, 0), sold(2, second)];
        says(&Week { programmes: capped(cap), ..week(tickets) }, Rule::Split)
    };
    assert_eq!(two(9, 6_000), points(10_000, 6_000, &[1, 2]));
    assert_eq!(two(9, 6_250), points(10_000, 6_250, &[1, 2]), "80 % of it");
    assert_eq!(two(9, 6_251), vec![]);
    assert_eq!(two(9, 5_000), vec![], "the cap itself is not under it");
    assert_eq!(two(10, 6_000), vec![]);
    let day = |times: &[i64]| {
        let tickets = (1..).zip(times).map(|(n, minutes)| sold(n, *minutes)).collect();
        Week { programmes: capped(6_000), ..week(tickets) }
    };
    let runs = says(&day(&[0, 9, 60, 65, 70]), Rule::Split);
    assert_eq!(runs, points(15_000, 6_000, &[1, 2, 3, 4, 5]), "two runs of a day are one signal");
    let key = |times: &[i64]| {
        let found = judge(&day(times), &Limits::default());
        found.into_iter().find(|alert| alert.rule == Rule::Split).unwrap().key
    };
    assert_eq!(key(&[9, 15]), key(&[0, 9, 15]), "an earlier ticket that arrives late joins it");
    let two = |amount, other: &str| {
        let tickets = vec![sold(1, 0), Ticket { card: Some(card(other)), ..sold(2, 9) }];
        says_with(&week(tickets), Rule::Split, &Limits { split_amount: amount, ..Limits::default() })
    };
    let money = (Measure::Money(Money(10_000)), Measure::Money(Money(6_000)), vec![1, 2]);
    assert_eq!(two(Some(60), CARD), vec![money]);
    assert_eq!(two(Some(60), OTHER), vec![]);
    assert_eq!(two(Some(50), CARD), vec![]);
    assert_eq!(two(None, CARD), vec![]);
}

#[test]
fn what_cannot_be_told_is_listed() {
    let dates = [MONDAY.parse().unwrap()];
    let hours = Limits { hours: "08:00-20:00".parse().ok(), ..Limits::default() };
    let amount = Limits { split_amount: Some(60), ..hours.clone() };
    for (programmes, limits, wanted) in [
        (vec![], Limits::default(), &[Rule::StaffCard, Rule::OutOfHours, Rule::Split, Rule::Lookups][..]),
        (vec![], hours.clone(), &[Rule::StaffCard, Rule::Split, Rule::Lookups]),
        (capped(6_000), hours, &[Rule::StaffCard, Rule::Lookups]),
        (vec![], amount, &[Rule::StaffCard, Rule::Lookups]),
    ] {
        assert_eq!(unanswered(&programmes, &dates, &limits), wanted);
    }
}

#[test]
fn a_signal_is_the_same_whatever_joins_it_and_says_that_something_did() {
    let days = |last: usize| {
        let five = (1..).zip(0..last).map(|(n, at)| sold(n, i64::try_from(at).unwrap() * 70));
        judge(&week(five.collect()), &Limits::default())
            .into_iter()
            .find(|a| a.rule == Rule::CardDay)
            .unwrap()
    };
    let (five, six) = (days(5), days(6));
    assert_eq!(five.key, six.key);
    assert_ne!(five.events_digest(), six.events_digest());
    let mut turned = five.clone();
    turned.events.reverse();
    assert_eq!(turned.events_digest(), five.events_digest());
    assert!(!five.key.contains("0421"), "{}", five.key);
    let said = (five.till().is_some(), five.who(), five.card(), five.account().is_some());
    assert_eq!(said, (true, Some("marta".to_owned()), Some(card(CARD)), true));
}

#[test]
fn an_event_is_what_its_ticket_was() {
    let void = Ticket { voided: true, ..sold(2, 0) };
    let kinds = [sold(1, 0), void, back(3, 0, None)].map(|ticket| crate::signals::Event::from(&ticket).what);
    assert_eq!(kinds, [What::Sale, What::Void, What::Return]);
}

#[test]
fn notes_are_short_plain_and_without_payment_cards() {
    for (note, wanted) in [
        ("a family shares the card", None),
        ("  ", Some(NoteRefusal::Missing)),
        ("a\u{7}b", Some(NoteRefusal::Signs)),
        ("paid with 4111 1111 1111 1111", Some(NoteRefusal::PaymentCard)),
    ] {
        assert_eq!(refused_note(note), wanted, "{note:?}");
    }
    assert_eq!(refused_note(&"x".repeat(NOTE_CHARS)), None);
    assert_eq!(refused_note(&"x".repeat(NOTE_CHARS + 1)), Some(NoteRefusal::Long));
}
