//! Each rule with a planted case and an honest one just within its limit.

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

#[test]
fn a_card_is_used_too_often_in_a_day() {
    let five = || vec![sold(1, 0), sold(2, 70), sold(3, 140), sold(4, 210), sold(5, 280)];
    for (change, wanted) in [
        ((|_| {}) as fn(&mut Vec<Ticket>), counts(5, 4, &[1, 2, 3, 4, 5])),
        (|tickets| tickets.truncate(4), vec![]),
        (|tickets| tickets[4].card = Some(card(OTHER)), vec![]),
        (|tickets| tickets[4].date = "2026-03-03".parse().unwrap(), vec![]),
        (|tickets| tickets[4].voided = true, vec![]),
        (|tickets| tickets[4].has_sale = false, vec![]),
        // At several stores it is the same card.
        (|tickets| tickets[4].store = "norte".parse().unwrap(), counts(5, 4, &[1, 2, 3, 4, 5])),
    ] {
        let mut tickets = five();
        change(&mut tickets);
        assert_eq!(says(&week(tickets), Rule::CardDay), wanted);
    }
}

#[test]
fn a_card_is_used_too_often_in_an_hour() {
    for (times, wanted) in [
        (vec![0, 30, 59], counts(3, 2, &[1, 2, 3])),
        (vec![0, 30, 60], vec![]),
        (vec![0, 59], vec![]),
        // Two hours that overlap are one signal, without the ticket that stands alone.
        (vec![0, 30, 50, 70, 300], counts(3, 2, &[1, 2, 3, 4])),
    ] {
        let tickets = (1..).zip(&times).map(|(n, minutes)| sold(n, *minutes)).collect();
        assert_eq!(says(&week(tickets), Rule::CardHour), wanted, "{times:?}");
    }
}

/// So many tickets with cards of their own, and so many with one card, at one cashier, a day and a half apart at most.
fn at_a_cashier(others: u16, own: u16) -> Week {
    let other = |n: u16| Ticket { card: format!("C{n}").parse().ok(), ..sold(n, i64::from(n)) };
    let own = (0..own).map(|n| sold(1_000 + n, i64::from(n) * 600));
    week((1..=others).map(other).chain(own).collect())
}

#[test]
fn a_card_stands_out_at_a_cashier() {
    let share = |others, own| {
        let found = says(&at_a_cashier(others, own), Rule::CardShare);
        found.into_iter().map(|(found, limit, receipts)| (found, limit, receipts.len())).collect::<Vec<_>>()
    };
    let percent = |found, events| vec![(Measure::Percent(found), Measure::Percent(2_000), events)];
    assert_eq!(share(39, 10), percent(2_040, 10));
    assert_eq!(share(40, 10), vec![], "20 % are not more than 20 %");
    assert_eq!(share(9, 9), vec![], "nine are too few to say");
    let mut elsewhere = at_a_cashier(39, 10);
    elsewhere.tickets[48].cashier = Some("luis".to_owned());
    assert_eq!(says(&elsewhere, Rule::CardShare), vec![]);
}

#[test]
fn a_card_comes_many_times_the_median_of_a_cashier() {
    let many = |of_others: u16, own| {
        let twice = (0..200)
            .map(|n| Ticket { card: format!("C{}", n / of_others).parse().ok(), ..sold(n, i64::from(n)) });
        let own = (0..own).map(|n| sold(1_000 + n, i64::from(n) * 600));
        let found = says(&week(twice.chain(own).collect()), Rule::CardTimes);
        found.into_iter().map(|(found, limit, _)| (found, limit)).collect::<Vec<_>>()
    };
    assert_eq!(many(2, 11), vec![(Measure::Count(11), Measure::Count(10))]);
    assert_eq!(many(2, 10), vec![]);
    assert_eq!(many(1, 10), vec![(Measure::Count(10), Measure::Count(5))]);
    assert_eq!(many(1, 9), vec![], "fewer than the least that is asked about");
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

#[test]
fn a_return_leaves_the_points() {
    let sale = sold(1, 0);
    let with = |change: fn(&mut Ticket)| {
        let mut ticket = back(2, 60, Some(&sale));
        change(&mut ticket);
        says(&week(vec![sale.clone(), ticket]), Rule::ReturnKeeps)
    };
    assert_eq!(with(|t| t.taken_back = Points(4_998)), points(2, 0, &[2]));
    assert_eq!(with(|t| t.taken_back = Points(4_999)), vec![], "a hundredth of a point a line is rounding");
    assert_eq!(with(|_| {}), vec![]);
    assert_eq!(with(|t| (t.taken_back, t.voided) = (Points::ZERO, true)), vec![]);
    let nobodys = Ticket { card: None, account: None, ..back(2, 60, None) };
    let money = (Measure::Money(Money(5_000)), Measure::Money(Money::ZERO), vec![2]);
    assert_eq!(says(&week(vec![nobodys]), Rule::ReturnKeeps), vec![money]);
    assert_eq!(says(&week(vec![back(2, 60, None)]), Rule::ReturnKeeps), vec![], "the card gave some back");
}

#[test]
fn a_return_names_no_original() {
    let sale = sold(1, 0);
    let with = |change: fn(&mut Ticket), limit| {
        let mut ticket = back(2, 60, Some(&sale));
        change(&mut ticket);
        says_with(
            &week(vec![sale.clone(), ticket]),
            Rule::ReturnUnnamed,
            &Limits { unnamed: limit, ..Limits::default() },
        )
    };
    assert_eq!(with(|t| t.returned[0].origin = None, 0), counts(1, 0, &[2]));
    assert_eq!(with(|t| t.returned[0].is_known = false, 0), counts(1, 0, &[2]));
    assert_eq!(with(|t| t.returned[0].origin = None, 1), vec![]);
    assert_eq!(with(|_| {}, 0), vec![]);
}

#[test]
fn goods_come_back_again_and_again_right_after_their_sale() {
    let (one, two) = (sold(1, 0), sold(3, 300));
    let pairs = |after: i64, second: i64, named: bool| {
        let of = |sale| named.then_some(sale);
        let tickets =
            vec![one.clone(), back(2, after, of(&one)), two.clone(), back(4, 300 + second, of(&two))];
        says(&week(tickets), Rule::SaleReturn)
    };
    assert_eq!(pairs(9, 9, true), counts(2, 1, &[1, 2, 3, 4]));
    assert_eq!(pairs(9, 9, false), counts(2, 1, &[1, 2, 3, 4]), "by the card");
    assert_eq!(pairs(9, 10, true), vec![]);
    assert_eq!(pairs(9, -10, true), vec![], "before the sale");
}

#[test]
fn somebody_is_enrolled_and_redeems_with_the_same_cashier() {
    let new = Enrolled {
        member: MemberId::new(1, [7; 10]),
        account: AccountId::new(1, [7; 10]),
        card: CARD.parse().unwrap(),
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        cashier: Some("marta".to_owned()),
        at: sold(1, -60).at,
        date: MONDAY.parse().unwrap(),
    };
    let with = |change: fn(&mut Ticket, &mut Enrolled)| {
        let (mut ticket, mut new) = (spent(1, 0), new.clone());
        change(&mut ticket, &mut new);
        says(&Week { enrolled: vec![new], ..week(vec![ticket]) }, Rule::EnrolRedeem)
    };
    assert_eq!(with(|_, _| {}), points(2_000, 0, &[1]));
    assert_eq!(
        with(|ticket, new| (ticket.card, ticket.account) = (Some(card(OTHER)), Some(new.account))),
        points(2_000, 0, &[1])
    );
    assert_eq!(with(|ticket, _| ticket.cashier = Some("luis".to_owned())), vec![]);
    assert_eq!(with(|_, new| new.date = "2026-03-01".parse().unwrap()), vec![]);
    assert_eq!(with(|ticket, _| ticket.spent = Points::ZERO), vec![]);
    assert_eq!(with(|ticket, new| (ticket.cashier, new.cashier) = (None, None)), vec![]);
}

#[test]
fn somebody_redeems_when_the_stores_are_closed() {
    let limits = Limits { hours: "08:00-20:00".parse().ok(), ..Limits::default() };
    // Ten in the morning is nought.
    let at = |minutes, limits| says_with(&week(vec![spent(1, minutes)]), Rule::OutOfHours, limits);
    let found = at(601, &limits);
    assert_eq!((found.len(), found[0].0), (1, Measure::Time("20:01:00".parse().unwrap())));
    assert_eq!(at(600, &limits), vec![]);
    assert_eq!(at(-120, &limits), vec![]);
    assert_eq!(at(-121, &limits).len(), 1);
    assert_eq!(at(601, &Limits::default()), vec![]);
}

#[test]
fn a_redemption_is_undone_at_once() {
    let first = spent(1, 0);
    let void = |minutes| Ticket { voided: true, has_sale: false, earned: Points::ZERO, ..sold(2, minutes) };
    let with = |then: Ticket| says(&week(vec![first.clone(), then]), Rule::RedeemUndone);
    assert_eq!(with(void(9)), minutes(9, 10, &[1, 2]));
    assert_eq!(with(void(10)), vec![]);
    assert_eq!(with(void(-1)), vec![], "what was cancelled before");
    assert_eq!(with(Ticket { card: Some(card(OTHER)), ..void(9) }), vec![]);
    assert_eq!(with(Ticket { till: "2".parse().unwrap(), ..void(9) }), vec![]);
    assert_eq!(with(back(2, 9, Some(&first))), minutes(9, 10, &[1, 2]));
    assert_eq!(with(back(2, 10, Some(&first))), vec![]);
    assert_eq!(with(sold(2, 5)), vec![]);
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
fn a_card_redeems_offline_too_often() {
    let late = |n: u16, seconds| {
        let ticket = spent(n, i64::from(n) * 90);
        Ticket { received_at: ticket.at + TimeDelta::seconds(seconds), ..ticket }
    };
    let with = |third: i64| says(&week(vec![late(1, 601), late(2, 601), late(3, third)]), Rule::Offline);
    assert_eq!(with(601), counts(3, 2, &[1, 2, 3]));
    assert_eq!(with(600), vec![]);
    let other = Ticket { card: Some(card(OTHER)), ..late(3, 601) };
    assert_eq!(says(&week(vec![late(1, 601), late(2, 601), other]), Rule::Offline), vec![]);
}

#[test]
fn a_redemption_has_a_time_that_cannot_be() {
    let ahead = |seconds| {
        let ticket = spent(1, 0);
        let received_at = ticket.at - TimeDelta::seconds(seconds);
        says(&week(vec![Ticket { received_at, ..ticket }]), Rule::Clock)
    };
    assert_eq!(ahead(301), minutes(6, 5, &[1]));
    assert_eq!(ahead(300), vec![]);
    let back = |minutes: i64, log: u8| {
        let second = Ticket { log: LogId::new(1, [log; 10]), ..spent(2, -minutes) };
        says(&week(vec![sold(1, 0), second]), Rule::Clock)
    };
    assert_eq!(back(6, 1), minutes(6, 5, &[2, 1]));
    assert_eq!(back(5, 1), vec![]);
    assert_eq!(back(6, 2), vec![], "another till's");
    assert_eq!(says(&week(vec![sold(1, 0), sold(2, -60)]), Rule::Clock), vec![], "no points were spent");
    let fast = Ticket { received_at: sold(1, 0).at, ..sold(1, 600) };
    assert_eq!(says(&week(vec![fast, spent(2, 10), spent(3, 20)]), Rule::Clock), vec![], "it was the first");
    let several = vec![sold(1, 0), spent(2, -7), spent(3, -6), spent(4, -5)];
    assert_eq!(says(&week(several), Rule::Clock), minutes(7, 5, &[2, 3, 1]), "one for what they contradict");
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
