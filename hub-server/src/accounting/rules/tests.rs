use proptest::prelude::*;

use super::*;

fn month(text: &str) -> NaiveDate {
    format!("{text}-01").parse().unwrap()
}

fn cohort(earned: i64, deferred: i64, spent: i64, expired: i64) -> Sums {
    Sums {
        earned: Points(earned),
        deferred: Money(deferred),
        spent: Points(spent),
        expired: Points(expired),
        ..Sums::default()
    }
}

/// Sale 2,000, 2,000 points worth 0.10, 85 % expected; and example 52 of IFRS 15: 100,000, 10,000 points worth 1, 95 %.
#[test]
fn the_price_is_split_to_the_minor_unit() {
    let tenth = Value { points: 100, money: 10 };
    let one = Value { points: 100, money: 100 };
    for (paid, points, value, expected, wanted) in [
        (200_000, 200_000, tenth, 8_500, 15_668),
        (10_000_000, 1_000_000, one, 9_500, 867_580),
        (200_000, 200_000, tenth, WHOLE, 18_182),
        (200_000, 200_000, tenth, 0, 0),
        (200_000, 0, tenth, 8_500, 0),
        (0, 200_000, tenth, 8_500, 0),
        // One unit for goods and points that are worth the same: the goods have it.
        (1, 100, Value { points: 100, money: 1 }, WHOLE, 0),
        (3, 100, Value { points: 100, money: 3 }, WHOLE, 1),
        (i64::MAX / 200_000_000, 1_000_000_000_000_000, one, 9_500, 46_114_621_593),
    ] {
        let found = deferral(Money(paid), Points(points), value, expected).unwrap();
        assert_eq!(found.0, wanted, "{paid} {points} {value:?} {expected}");
    }
}

#[test]
fn what_is_released() {
    for (sums, expected, by_redeeming, by_ending) in [
        (cohort(200_000, 15_668, 0, 0), 8_500, 0, 0),
        (cohort(200_000, 15_668, 100_000, 0), 8_500, 9_216, 0),
        // As many as were expected to be: all of it.
        (cohort(200_000, 15_668, 170_000, 0), 8_500, 15_668, 0),
        // One more: the estimate is refuted, and what is left may be redeemed too.
        (cohort(200_000, 15_668, 180_000, 0), 8_500, 14_101, 0),
        // Ended as expected: nothing is released for it but what redeeming releases.
        (cohort(200_000, 15_668, 100_000, 30_000), 8_500, 9_216, 0),
        // More ended: fewer are left than were expected.
        (cohort(200_000, 15_668, 100_000, 50_000), 8_500, 9_216, 1_229),
        (cohort(200_000, 15_668, 100_000, 100_000), 8_500, 9_216, 6_452),
        (cohort(200_000, 15_668, 0, 200_000), 8_500, 0, 15_668),
        // Nobody was expected to redeem any.
        (cohort(200_000, 0, 100, 0), 0, 0, 0),
        (
            Sums { returned: Points(200_000), taken_back: Money(15_668), ..cohort(200_000, 15_668, 0, 0) },
            8_500,
            0,
            0,
        ),
        // Given back beyond what was spent.
        (cohort(200_000, 15_668, -100, 0), 8_500, 0, 0),
    ] {
        let found = released(&sums, expected).unwrap();
        assert_eq!(
            (found.by_redeeming.0, found.by_ending.0),
            (by_redeeming, by_ending),
            "{sums:?} {expected}"
        );
    }
}

/// Example 52: 4,500 are redeemed in the first period; then 9,700 instead of 9,500 are expected, and 4,000 more are
/// redeemed. The standard prints 4,110, 4,566, 3,493 and 1,073.
#[test]
fn a_new_estimate_is_caught_up_with() {
    let first = month("2026-01");
    let booked = Booked::from([
        ((first, first), cohort(1_000_000, 867_580, 450_000, 0)),
        ((month("2026-02"), first), cohort(0, 0, 400_000, 0)),
    ]);
    let estimates = [(first, 9_500), (month("2026-02"), 9_700)]
        .map(|(valid_from, redeemed)| Estimate { valid_from, redeemed });
    let months = months(&booked, &estimates, month("2026-03")).unwrap();
    let figures: Vec<[i64; 5]> = months
        .iter()
        .map(|m| [m.opening.0, m.deferred.0, m.redeemed.0, m.closing.0, m.outstanding.0])
        .collect();
    assert_eq!(
        figures,
        [
            [0, 867_580, 410_959, 456_621, 550_000],
            [456_621, 0, 349_292, 107_329, 150_000],
            [107_329, 0, 0, 107_329, 150_000],
        ]
    );
}

#[test]
fn a_release_that_is_taken_back_changes_sides() {
    let first = month("2026-01");
    let booked = Booked::from([((first, first), cohort(200_000, 15_668, 100_000, 0))]);
    let estimates = [(first, 6_000), (month("2026-02"), 8_500)]
        .map(|(valid_from, redeemed)| Estimate { valid_from, redeemed });
    let rows = journal(&months(&booked, &estimates, month("2026-02")).unwrap()).unwrap();
    let text: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {} {}", row.month, row.account.code(), row.debit, row.credit))
        .collect();
    assert_eq!(
        text,
        [
            "2026-01-01 sales 156.68 0.00",
            "2026-01-01 points_liability 0.00 156.68",
            "2026-01-01 points_liability 130.57 0.00",
            "2026-01-01 points_redeemed 0.00 130.57",
            "2026-02-01 points_redeemed 38.41 0.00",
            "2026-02-01 points_liability 0.00 38.41",
        ]
    );
}

fn sums() -> impl Strategy<Value = Sums> {
    let points = || 0_i64..1_000_000;
    (points(), points(), points(), -1_000_i64..1_000_000, -1_000_i64..1_000_000, 0_i64..=100).prop_map(
        |(earned, deferred, returned, spent, expired, share)| Sums {
            taken_back: Money(deferred * share / 100),
            returned: Points(returned.min(earned)),
            ..cohort(earned, deferred, spent, expired)
        },
    )
}

proptest! {
    /// Whatever happened in whatever month: opening and movements come to the closing, debit is credit, and what the
    /// liability's rows come to is what stands there in the end.
    #[test]
    fn the_journal_balances(
        steps in prop::collection::vec(((0_u32..12, 0_u32..12), sums()), 0..20),
        estimates in prop::collection::vec((0_u32..12, 0..=WHOLE), 0..3),
    ) {
        let start = month("2026-01");
        let at = |n: u32| start + Months::new(n);
        let mut booked = Booked::new();
        for ((on, of), sums) in steps {
            let sum = booked.entry((at(on.max(of)), at(of))).or_default();
            *sum = sum.plus(sums).unwrap();
        }
        let estimates: Vec<Estimate> =
            estimates.into_iter().map(|(n, redeemed)| Estimate { valid_from: at(n), redeemed }).collect();
        let months = months(&booked, &estimates, at(14)).unwrap();
        let mut before = 0;
        for m in &months {
            prop_assert_eq!(m.opening.0, before);
            prop_assert_eq!(m.opening.0 + m.deferred.0 - m.taken_back.0 - m.redeemed.0 - m.expired.0, m.closing.0);
            prop_assert!(m.closing.0 >= 0);
            before = m.closing.0;
        }
        let rows = journal(&months).unwrap();
        let sum = |side: fn(&Row) -> Money, of: Option<Account>| -> i64 {
            rows.iter().filter(|row| of.is_none_or(|of| row.account == of)).map(|row| side(row).0).sum()
        };
        prop_assert_eq!(sum(|row| row.debit, None), sum(|row| row.credit, None));
        let liability = Some(Account::PointsLiability);
        prop_assert_eq!(sum(|row| row.credit, liability) - sum(|row| row.debit, liability), before);
        prop_assert!(rows.iter().all(|row| row.debit.0.min(row.credit.0) == 0 && row.debit.0.max(row.credit.0) > 0));
    }

    #[test]
    fn the_split_is_that_of_largest_remainders(paid in 1_i64..1_000_000, points in 1_i64..1_000_000, money in 1_i64..500, expected in 1..=WHOLE) {
        let value = Value { points: 100, money };
        let weights = [paid * 100 * WHOLE, points * money * expected];
        let wanted = domain::money::split_by_largest_remainder(paid, &weights)[1];
        prop_assert_eq!(deferral(Money(paid), Points(points), value, expected).unwrap().0, wanted);
    }
}
