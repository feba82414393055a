use proptest::prelude::*;

use super::*;

fn tiers(review: Review) -> Tiers {
    let level = |name: &str, points: i64| Tier { name: name.to_owned(), from: Points(points * 100) };
    Tiers {
        window_days: 100,
        review,
        levels: vec![level("base", 0), level("Silver", 1_000), level("Gold", 5_000)],
    }
}

fn day(n: i64) -> NaiveDate {
    plus_days("2026-01-01".parse().unwrap(), n)
}

/// Points in hundredths by the number of the day.
fn earned(days: &[(i64, i64)]) -> EarnedByDay {
    let mut by_day = EarnedByDay::new();
    for (n, points) in days {
        let sum = by_day.entry(day(*n)).or_insert(Points::ZERO);
        *sum = Points(sum.0 + points);
    }
    by_day
}

#[test]
fn a_rank_is_what_the_window_gives() {
    use Review::{Keep, OneDown, ToQualified};
    for (what, review, days, on, wanted, missing) in [
        ("nobody begins above the lowest", OneDown, &[][..], 0, "base", Some(100_000)),
        ("half of the threshold is not Silver", OneDown, &[(0, 50_000)], 0, "base", Some(50_000)),
        ("the threshold itself is", OneDown, &[(0, 100_000)], 0, "Silver", Some(400_000)),
        ("a hundredth less is not", OneDown, &[(0, 99_999)], 0, "base", Some(1)),
        ("days of the window add up", OneDown, &[(0, 60_000), (99, 40_000)], 99, "Silver", Some(400_000)),
        ("days before it do not", OneDown, &[(0, 60_000), (100, 40_000)], 100, "base", Some(60_000)),
        ("the highest has no next", OneDown, &[(0, 500_000)], 0, "Gold", None),
        (
            "what comes back counts on its sale's day",
            OneDown,
            &[(0, 500_000), (0, -100)],
            5,
            "Silver",
            Some(100),
        ),
        ("a later day is not known yet", OneDown, &[(7, 500_000)], 6, "base", Some(100_000)),
        ("it holds through its last day", OneDown, &[(0, 500_000)], 100, "Gold", None),
        ("then falls by one", OneDown, &[(0, 500_000)], 101, "Silver", Some(500_000)),
        ("and by one again", OneDown, &[(0, 500_000)], 201, "base", Some(100_000)),
        ("or to what the window gives", ToQualified, &[(0, 500_000)], 101, "base", Some(100_000)),
        ("or not at all", Keep, &[(0, 500_000)], 4_000, "Gold", None),
        ("earned anew it is kept", ToQualified, &[(0, 500_000), (90, 500_000)], 190, "Gold", None),
        (
            "and is judged at the end of its time",
            ToQualified,
            &[(0, 500_000), (90, 100_000)],
            101,
            "Silver",
            Some(400_000),
        ),
    ] {
        let tiers = tiers(review);
        let by_day = earned(days);
        let rank = tiers.rank(&by_day, day(on)).unwrap();
        assert_eq!(rank.tier.name, wanted, "{what}");
        assert_eq!(rank.next.map(|(_, missing)| missing.0), missing, "{what}");
    }
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let with = |change: &dyn Fn(&mut Tiers)| {
        let mut tiers = tiers(Review::OneDown);
        change(&mut tiers);
        (tiers.check(), tiers.rank(&EarnedByDay::new(), day(0)).is_none())
    };
    assert_eq!(with(&|t| t.window_days = 0), (Err(TierError::Window), true));
    assert_eq!(with(&|t| t.window_days = WINDOW_MAX + 1), (Err(TierError::Window), true));
    assert_eq!(with(&|t| t.levels.clear()), (Err(TierError::Lowest), true));
    assert_eq!(with(&|t| t.levels[0].from = Points(1)), (Err(TierError::Lowest), true));
    assert_eq!(
        with(&|t| t.levels[2].from = Points(100_000)),
        (Err(TierError::Order("Gold".to_owned())), true)
    );
    assert_eq!(
        with(&|t| t.levels[2].name = "Silver".to_owned()),
        (Err(TierError::Name("Silver".to_owned())), true)
    );
    assert_eq!(with(&|t| t.levels[1].name = " ".to_owned()), (Err(TierError::Name(" ".to_owned())), true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A day without points changes nothing, and a full return leaves the rank as if nothing was bought.
    #[test]
    fn a_full_return_leaves_no_trace(
        days in proptest::collection::vec((0_i64..400, 0_i64..300_000), 0..20),
        extra in (0_i64..400, 1_i64..600_000),
        on in 0_i64..600,
    ) {
        let tiers = tiers(Review::OneDown);
        let before = earned(&days);
        let mut with = days.clone();
        with.extend([extra, (extra.0, -extra.1)]);
        let after = earned(&with);
        prop_assert_eq!(tiers.rank(&before, day(on)), tiers.rank(&after, day(on)));
    }

    /// More points never give a lower rank on the same day.
    #[test]
    fn more_points_are_never_less(
        days in proptest::collection::vec((0_i64..400, 0_i64..300_000), 0..20),
        extra in (0_i64..400, 0_i64..600_000),
        on in 0_i64..100,
    ) {
        let tiers = tiers(Review::OneDown);
        let level = |by_day: &EarnedByDay| tiers.rank(by_day, day(on)).unwrap().tier.from;
        let mut with = days.clone();
        with.push(extra);
        prop_assert!(level(&earned(&with)) >= level(&earned(&days)));
    }

    /// Nobody is ever ranked above the highest that the window of any day gave.
    #[test]
    fn a_rank_never_exceeds_what_was_reached(
        days in proptest::collection::vec((0_i64..400, 0_i64..300_000), 0..20),
        on in 0_i64..1_000,
    ) {
        let tiers = tiers(Review::Keep);
        let by_day = earned(&days);
        let best = by_day.keys().map(|d| tiers.counted(&by_day, *d)).max().unwrap_or_default();
        let rank = tiers.rank(&by_day, day(on)).unwrap();
        prop_assert!(rank.tier.from <= best.max(Points::ZERO));
    }
}
