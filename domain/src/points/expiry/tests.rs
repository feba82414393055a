use proptest::prelude::*;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rule(days: i64, end_of: EndOf) -> Expiry {
    Expiry { days, end_of, grace_days: 30 }
}

#[test]
fn points_live_through_their_last_day() {
    use EndOf::{Day, Month, Year};
    for (days, end_of, earned, last) in [
        (1, Day, "2026-02-28", "2026-03-01"),
        (30, Day, "2026-03-01", "2026-03-31"),
        (365, Day, "2026-03-01", "2027-03-01"),
        (0, Month, "2026-02-28", "2026-02-28"),
        (0, Month, "2026-02-01", "2026-02-28"),
        (0, Month, "2028-02-01", "2028-02-29"),
        (365, Month, "2026-12-15", "2027-12-31"),
        (30, Month, "2026-12-15", "2027-01-31"),
        (0, Year, "2026-12-31", "2026-12-31"),
        (0, Year, "2026-01-01", "2026-12-31"),
        (365, Year, "2026-06-30", "2027-12-31"),
    ] {
        assert_eq!(rule(days, end_of).last_day(date(earned)), date(last), "{days} {end_of:?} {earned}");
    }
}

#[test]
fn what_comes_late_still_has_its_grace() {
    use EndOf::{Day, Month};
    for (days, end_of, earned, given, last) in [
        (30, Day, "2026-03-01", "2026-03-01", "2026-03-31"),
        // The next day is in time.
        (30, Day, "2026-03-01", "2026-03-02", "2026-03-31"),
        (0, Month, "2026-01-31", "2026-02-01", "2026-01-31"),
        // 40 days late: its own date has passed.
        (30, Day, "2026-03-01", "2026-04-10", "2026-05-10"),
        (60, Day, "2026-03-01", "2026-04-10", "2026-05-10"),
        (365, Day, "2026-03-01", "2026-04-10", "2027-03-01"),
        // No longer than it would have lived in time.
        (7, Day, "2026-03-01", "2026-04-10", "2026-04-17"),
        // A till's clock that is ahead.
        (30, Day, "2026-03-09", "2026-03-01", "2026-04-08"),
    ] {
        let found = rule(days, end_of).last_day_given(date(earned), date(given));
        assert_eq!(found, date(last), "{days} {end_of:?} {earned} {given}");
    }
    let grace = |back, given| rule(1, Day).last_day_of_grace(date(back), date(given));
    assert_eq!(grace("2026-04-10", "2026-04-11"), date("2026-05-10"));
    assert_eq!(grace("2026-04-10", "2026-04-20"), date("2026-05-20"));
}

#[test]
fn a_rule_is_checked() {
    use EndOf::{Day, Month};
    for (days, end_of, grace_days, wanted) in [
        (1, Day, 0, Ok(())),
        (0, Month, 30, Ok(())),
        (3_653, Day, 3_653, Ok(())),
        (0, Day, 30, Err(ExpiryError::Days)),
        (-1, Month, 30, Err(ExpiryError::Days)),
        (3_654, Day, 30, Err(ExpiryError::Days)),
        (1, Day, -1, Err(ExpiryError::Grace)),
        (1, Day, 3_654, Err(ExpiryError::Grace)),
    ] {
        assert_eq!(Expiry { days, end_of, grace_days }.check(), wanted, "{days} {end_of:?} {grace_days}");
    }
}

/// Balance, what of it ends on which day of March, what was spent on which, the day asked for, what is left.
#[test]
fn what_ended_is_no_part_of_what_is_left() {
    type Days<'a> = &'a [(u32, i64)];
    let none: Days<'_> = &[];
    let day = |n: u32| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
    for (balance, ending, spent, on, wanted) in [
        (100, none, none, 9, 100),
        (-60, none, none, 9, -60),
        (150, &[(5, 100)], none, 5, 150),
        (150, &[(5, 100)], none, 6, 50),
        (150, &[(9, 30), (5, 100)], none, 6, 50),
        (150, &[(9, 30), (5, 100)], none, 10, 20),
        // Spent in time: what ended was gone already.
        (150, &[(5, 100)], &[(5, 100)], 6, 50),
        (150, &[(5, 100)], &[(5, 60)], 5, 90),
        (150, &[(5, 100)], &[(5, 60)], 6, 50),
        (150, &[(5, 100)], &[(4, 120)], 6, 30),
        // Spent afterwards.
        (150, &[(5, 100)], &[(6, 20)], 6, 30),
        (150, &[(5, 100), (9, 30)], &[(6, 20), (4, 10)], 6, 30),
        (150, &[(5, 100), (9, 30)], &[(6, 20), (4, 10)], 10, 20),
        (150, &[(5, 100)], &[(6, 80)], 6, -30),
        // Given back.
        (150, &[(5, 100)], &[(5, -40)], 6, 90),
    ] {
        let rows: Vec<ExpiringRow> =
            ending.iter().map(|(on, points)| ExpiringRow { points: Points(*points), on: day(*on) }).collect();
        let spent: Vec<Spent> = spent.iter().map(|(on, points)| (day(*on), Points(*points))).collect();
        let found = left_of(Points(balance), &rows, &spent, day(on));
        assert_eq!(found, Ok(Points(wanted)), "{balance} {ending:?} {spent:?} {on}");
    }
}

proptest! {
    /// Spending at any time takes no more than what was spent, and time alone never adds.
    #[test]
    fn time_takes_and_never_gives(
        ending in prop::collection::vec((1_u32..20, 0_i64..1_000), 0..6),
        endless in 0_i64..1_000,
        spent in prop::collection::vec((1_u32..20, 0_i64..500), 0..6),
        on in 1_u32..27,
    ) {
        let day = |n: u32| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
        let rows: Vec<ExpiringRow> =
            ending.iter().map(|(on, points)| ExpiringRow { points: Points(*points), on: day(*on) }).collect();
        let balance = Points(endless + ending.iter().map(|row| row.1).sum::<i64>());
        let spent: Vec<Spent> = spent.iter().map(|(on, points)| (day(*on), Points(*points))).collect();
        let left = |spent: &[Spent], n| left_of(balance, &rows, spent, day(n)).unwrap();
        let sum: i64 = spent.iter().map(|row| row.1.0).sum();
        prop_assert!(left(&spent, on) >= left(&spent, on + 1));
        prop_assert!(left(&spent, on) <= left(&[], on));
        prop_assert!(left(&spent, on).0 >= left(&[], on).0 - sum);
    }
}
