use super::*;

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
