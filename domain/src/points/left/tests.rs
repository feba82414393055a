use proptest::prelude::*;

use super::*;

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
        let found = left_of(Points(balance), &rows, &[], &spent, day(on)).map(|left| left.available);
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
        let left = |spent: &[Spent], n| left_of(balance, &rows, &[], spent, day(n)).unwrap().available;
        let sum: i64 = spent.iter().map(|row| row.1.0).sum();
        prop_assert!(left(&spent, on) >= left(&spent, on + 1));
        prop_assert!(left(&spent, on) <= left(&[], on));
        prop_assert!(left(&spent, on).0 >= left(&[], on).0 - sum);
    }
}

/// Of 100: what is pending until which day of March and ends on which, what was spent on which, the day asked for, what
/// can be spent, what is pending.
#[test]
fn what_is_pending_is_spent_last() {
    type Example<'a> = (&'a [(u32, u32, i64)], &'a [(u32, i64)], u32, i64, i64);
    let day = |n: u32| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
    let ends_on = |n: u32| (n > 0).then(|| day(n));
    // Besides what is pending, 20 end on the 9th.
    let examples: &[Example<'_>] = &[
        (&[(5, 0, 30)], &[], 4, 70, 30),
        (&[(5, 0, 30)], &[], 5, 100, 0),
        (&[(5, 9, 30)], &[], 4, 70, 30),
        (&[(5, 9, 30)], &[], 9, 100, 0),
        (&[(5, 9, 30)], &[], 10, 50, 0),
        // The 20 that end with it can be spent now, and are.
        (&[(5, 9, 30)], &[(4, 20)], 10, 50, 0),
        (&[(5, 9, 30)], &[(4, 60)], 4, 10, 30),
        (&[(5, 9, 30)], &[(5, 40)], 10, 50, 0),
        // More than could be spent: of what comes first.
        (&[(6, 0, 20), (5, 0, 30)], &[(4, 60)], 4, 0, 40),
        (&[(6, 0, 20), (5, 0, 30)], &[(4, 60)], 5, 20, 20),
        (&[(6, 0, 20), (5, 0, 30)], &[(4, 110)], 4, -10, 0),
        // Given back.
        (&[(5, 0, 30)], &[(4, 80), (4, -10)], 4, 0, 30),
        (&[(5, 0, 30)], &[(4, -10), (4, 80)], 4, 0, 30),
        (&[(5, 0, 30)], &[(4, 80), (4, -10)], 5, 30, 0),
        (&[(5, 0, 30)], &[(4, 80), (6, -30)], 6, 50, 0),
        (&[(6, 0, 20), (5, 0, 30)], &[(4, 90), (4, -50)], 4, 10, 50),
        (&[(6, 0, 20), (5, 0, 30)], &[(4, 90), (4, -15)], 4, 0, 25),
    ];
    for &(pending, spent, on, available, still) in examples {
        let ending: i64 = 20 + pending.iter().filter(|row| row.1 > 0).map(|row| row.2).sum::<i64>();
        let ending = [ExpiringRow { points: Points(ending), on: day(9) }];
        let row = |(on, ends, points): &(u32, u32, i64)| PendingRow {
            points: Points(*points),
            on: day(*on),
            ends_on: ends_on(*ends),
        };
        let rows: Vec<PendingRow> = pending.iter().map(row).collect();
        let days: Vec<Spent> = spent.iter().map(|(on, points)| (day(*on), Points(*points))).collect();
        let left = left_of(Points(100), &ending, &rows, &days, day(on)).unwrap();
        let sum: i64 = left.pending.values().map(|points| points.0).sum();
        assert_eq!((left.available.0, sum), (available, still), "{pending:?} {spent:?} {on}");
    }
}

#[test]
fn pending_points_are_told_in_one_line() {
    let day = |n: u32| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
    let by_vesting = ByVesting::from([(day(6), Points(20)), (day(5), Points(30))]);
    let told = Pending { points: Points(50), first: Points(30), on: day(5) };
    assert_eq!(Pending::of(&by_vesting), Ok(Some(told)));
    assert_eq!(Pending::of(&ByVesting::new()), Ok(None));
}

proptest! {
    /// At any moment what can be spent and what is pending come to what would be left if nothing were pending; what
    /// was spent beforehand is no more than that.
    #[test]
    fn available_and_pending_are_the_balance(
        parts in prop::collection::vec((1_u32..20, 0_u32..20, any::<bool>(), 0_i64..1_000), 0..6),
        endless in 0_i64..1_000,
        share in 0_i64..=100,
        on in 1_u32..27,
    ) {
        let day = |n: u32| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
        let (mut ending, mut pending) = (vec![], vec![]);
        for (vests, life, ends, points) in &parts {
            let (points, on) = (Points(*points), day(*vests));
            let ends_on = ends.then(|| on + chrono::Duration::days(i64::from(*life)));
            ending.extend(ends_on.map(|on| ExpiringRow { points, on }));
            pending.push(PendingRow { points, on, ends_on });
        }
        let balance = endless + parts.iter().map(|part| part.3).sum::<i64>();
        let left = |spent: &[Spent], n: u32| left_of(Points(balance), &ending, &pending, spent, day(n)).unwrap();
        prop_assert_eq!(left(&[], 1).balance(), Ok(Points(balance)));
        let plain = left_of(Points(balance), &ending, &[], &[], day(on)).unwrap();
        prop_assert_eq!(left(&[], on).balance(), Ok(plain.available));
        prop_assert!(left(&[], on).pending.keys().all(|first| *first > day(on)));
        // Who spends what can be spent leaves what is pending alone.
        let spent = left(&[], on).available.0 * share / 100;
        let after = left(&[(day(on), Points(spent))], on);
        prop_assert_eq!(after.available, Points(left(&[], on).available.0 - spent));
        prop_assert_eq!(after.pending, left(&[], on).pending);
    }
}
