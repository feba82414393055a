use super::*;

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
