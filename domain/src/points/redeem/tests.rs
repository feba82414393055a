use proptest::prelude::*;

use super::*;
use crate::points::Programme;

/// A point is worth `money` minor units.
fn rule(money: i64) -> Redemption {
    Redemption {
        value: Value { points: 100, money },
        step: Points::ONE,
        minimum: Points::ZERO,
        offline_cap: Points(5_000),
        offline_days: 7,
        offline_redemptions: None,
    }
}

fn online(balance: i64) -> Standing {
    Standing { balance: Points(balance), spent_since: Points::ZERO, online: true, age_days: 0, unheard: 0 }
}

fn offline(balance: i64, spent: i64, age_days: i64) -> Standing {
    Standing { spent_since: Points(spent), online: false, age_days, ..online(balance) }
}

#[test]
fn what_points_are_worth_and_what_an_amount_takes() {
    assert_eq!(rule(10).worth(Points(29_000)), Ok(Money(2_900)), "290 points of 0.10");
    assert_eq!(rule(50).worth(Points(5_230_000)), Ok(Money(2_615_000)), "52,300 points of 0.50");
    assert_eq!(rule(25).worth(Points(3)), Ok(Money::ZERO), "rounded down");
    assert_eq!(rule(25).worth(Points(-10_100)), Ok(Money(-2_525)), "given back");
    for (money, due, wanted) in [
        (25, 10_060, 40_300),
        (10, 2_900, 29_000),
        (1_000, 2_000, 200),
        (1_000, 2_001, 300),
        (25, 0, 0),
        (25, -1, 0),
    ] {
        assert_eq!(rule(money).needed(Money(due)), Ok(Points(wanted)), "{due} at {money}");
    }
    let stepped = Redemption { step: Points(10_000), ..rule(25) };
    assert_eq!(stepped.needed(Money(10_060)), Ok(Points(50_000)), "rounded up to a step of 100");
    let fine = Redemption { step: Points(1), ..rule(25) };
    assert_eq!(fine.needed(Money(10_060)), Ok(Points(40_240)), "to the hundredth");
    assert_eq!(rule(1).needed(Money(i64::MAX)), Err(AmountError::Overflow));
}

#[test]
fn the_last_point_may_pay_less() {
    // 403 points pay 100.60; 402 and 0.10 in cash are the alternative.
    let pays = |points| rule(25).pays(Points(points), online(100_000), Money(10_060));
    assert_eq!(pays(40_300), Ok(Money(10_060)));
    assert_eq!(pays(40_200), Ok(Money(10_050)));
    assert_eq!(pays(40_400).map_err(Refusal::code), Err("redeem_too_many"));
    assert_eq!(pays(40_250).map_err(Refusal::code), Err("redeem_step"));
    assert_eq!(pays(0).map_err(Refusal::code), Err("redeem_step"));
    // 30 points of 10.00 each on a ticket of 20.00: two are taken.
    let all = rule(1_000).allowed(online(3_000), Money(2_000)).unwrap();
    assert_eq!(all, Redeemable { max_points: Points(200), max_money: Money(2_000), why_less: None });
}

#[test]
fn what_may_be_spent_now_and_why_not_more() {
    let minimum = Redemption { minimum: Points(1_000), ..rule(25) };
    let online_only = Redemption { offline_cap: Points::ZERO, ..rule(25) };
    let stepped = Redemption { step: Points(1_000), ..rule(25) };
    let three = Redemption { offline_redemptions: Some(3), ..rule(25) };
    let unheard = |unheard, standing| Standing { unheard, ..standing };
    let spent_up = Some("redeem_offline_redemptions");
    // Points, money and the reason, for 20.00 due at 0.25 a point: 80 points pay it.
    for (name, rule, standing, points, money, why) in [
        ("enough", rule(25), online(9_000), 8_000, 2_000, None),
        ("just enough", rule(25), online(8_000), 8_000, 2_000, None),
        ("too few", rule(25), online(3_050), 3_000, 750, Some("redeem_balance")),
        ("none", rule(25), online(0), 0, 0, Some("redeem_balance")),
        ("owing", rule(25), online(-6_000), 0, 0, Some("redeem_balance")),
        ("a fraction", rule(25), online(99), 0, 0, Some("redeem_balance")),
        ("steps of ten", stepped, online(3_999), 3_000, 750, Some("redeem_balance")),
        ("at the minimum", minimum.clone(), online(1_000), 1_000, 250, Some("redeem_balance")),
        ("below the minimum", minimum.clone(), online(999), 0, 0, Some("redeem_minimum")),
        ("capped", rule(25), offline(10_000, 0, 0), 5_000, 1_250, Some("redeem_offline_cap")),
        ("spent some", rule(25), offline(10_000, 2_000, 0), 3_000, 750, Some("redeem_offline_cap")),
        ("spent the cap", rule(25), offline(10_000, 5_000, 0), 0, 0, Some("redeem_offline_cap")),
        ("spent it all", rule(25), offline(2_000, 2_000, 0), 0, 0, Some("redeem_balance")),
        ("cap below minimum", minimum, offline(10_000, 4_500, 0), 0, 0, Some("redeem_offline_cap")),
        ("balance below cap", rule(25), offline(2_000, 0, 0), 2_000, 500, Some("redeem_balance")),
        ("a week old", rule(25), offline(2_000, 0, 7), 2_000, 500, Some("redeem_balance")),
        ("eight days old", rule(25), offline(2_000, 0, 8), 0, 0, Some("redeem_snapshot_old")),
        ("the third", three.clone(), unheard(2, offline(2_000, 0, 0)), 2_000, 500, Some("redeem_balance")),
        ("the fourth", three.clone(), unheard(3, offline(2_000, 0, 0)), 0, 0, spent_up),
        ("the fourth, online", three, unheard(3, online(9_000)), 8_000, 2_000, None),
        ("no limit", rule(25), unheard(999, offline(2_000, 0, 0)), 2_000, 500, Some("redeem_balance")),
        ("online only", online_only, offline(2_000, 0, 0), 0, 0, Some("redeem_online_only")),
    ] {
        let found = rule.allowed(standing, Money(2_000)).unwrap();
        let found = (found.max_points.0, found.max_money.0, found.why_less.map(WhyLess::code));
        assert_eq!(found, (points, money, why), "{name}");
    }
}

#[test]
fn a_ticket_below_the_minimum_takes_no_points() {
    let minimum = Redemption { minimum: Points(1_000), ..rule(25) };
    let found = minimum.allowed(online(9_000), Money(100)).unwrap();
    assert_eq!(found, Redeemable::nothing(WhyLess::Minimum));
    let pays = |points, standing| minimum.pays(Points(points), standing, Money(2_000)).map_err(Refusal::code);
    assert_eq!(pays(900, online(9_000)), Err("redeem_minimum"));
    assert_eq!(pays(1_100, online(1_000)), Err("redeem_not_allowed"));
    assert_eq!(pays(1_000, online(1_000)), Ok(Money(250)));
}

#[test]
fn without_a_rule_points_pay_nothing_and_crooked_rules_are_refused() {
    let starter = Programme::starter("2026-01-01".parse().unwrap());
    assert_eq!(
        starter.redeemable(online(9_000), Money(1)).unwrap(),
        Redeemable::nothing(WhyLess::NotOffered)
    );
    let with = |redemption| Programme { redemption: Some(redemption), ..starter.clone() };
    assert_eq!(with(rule(25)).check(), Ok(()));
    assert_eq!(with(rule(25)).redeemable(online(9_000), Money(2_000)).unwrap().max_points, Points(8_000));
    for (bad, wanted) in [
        (rule(0), RedemptionError::Value),
        (Redemption { value: Value { points: 0, money: 1 }, ..rule(1) }, RedemptionError::Value),
        (Redemption { step: Points::ZERO, ..rule(1) }, RedemptionError::Step),
        (Redemption { minimum: Points(150), ..rule(1) }, RedemptionError::Minimum),
        (Redemption { minimum: Points(-100), ..rule(1) }, RedemptionError::Minimum),
        (Redemption { offline_cap: Points(-1), ..rule(1) }, RedemptionError::OfflineCap),
        (Redemption { offline_days: -1, ..rule(1) }, RedemptionError::OfflineDays),
        (Redemption { offline_redemptions: Some(0), ..rule(1) }, RedemptionError::OfflineRedemptions),
    ] {
        assert_eq!(with(bad).check(), Err(wanted.into()));
    }
}

#[test]
fn the_floor_has_a_worst_case_where_it_has_limits() {
    let limited = Redemption { offline_redemptions: Some(3), ..rule(25) };
    let floor = limited.floor().unwrap();
    assert_eq!((floor.per_card, floor.per_session, floor.hours), (Points(5_000), 3, 168));
    assert_eq!(floor.worst_case(4), Ok(Points(60_000)));
    assert_eq!(rule(25).floor(), None);
    assert_eq!(Redemption { offline_cap: Points::ZERO, ..limited }.floor(), None);
}

#[test]
fn the_worst_case_without_the_hub_is_one_of_four() {
    let of = |offline_cap, offline_redemptions, money| Redemption {
        offline_cap: Points(offline_cap),
        offline_redemptions,
        ..rule(money)
    };
    let figure = |redemptions, points, money| AtWorst::Figure {
        redemptions,
        points: Points(points),
        money: Money(money),
    };
    for (redemption, tills, wanted) in [
        (of(0, None, 25), 4, AtWorst::Nothing),
        (of(0, Some(3), 25), 4, AtWorst::Nothing),
        (of(5_000, None, 25), 4, AtWorst::NoLimit),
        (of(5_000, None, 25), 0, AtWorst::NoLimit),
        (of(5_000, Some(3), 25), 4, figure(3, 60_000, 15_000)),
        (of(5_000, Some(3), 25), 0, figure(3, 0, 0)),
        (of(i64::MAX, Some(1), 25), 1, figure(1, i64::MAX, i64::MAX / 4)),
        (of(i64::MAX, Some(1), 25), 2, AtWorst::TooLarge { redemptions: 1 }),
        // The points can be counted, what they are worth cannot.
        (of(i64::MAX, Some(1), 200), 1, AtWorst::TooLarge { redemptions: 1 }),
    ] {
        assert_eq!(redemption.at_worst(tills), wanted, "{redemption:?} at {tills} tills");
    }
}

#[test]
fn a_version_that_was_stored_before_still_reads() {
    let stored = r#"{"version":1,"valid_from":"2026-01-01","decimals":0,"base":{"points":100,"per":100},
        "excluded_lines":[],"multipliers":[]}"#;
    let starter = Programme::starter("2026-01-01".parse().unwrap());
    assert_eq!(serde_json::from_str::<Programme>(stored).unwrap(), starter);
    assert!(!serde_json::to_string(&starter).unwrap().contains("redemption"), "older tills read it too");
    let least: Redemption = serde_json::from_str(r#"{"value":{"points":100,"money":50}}"#).unwrap();
    let wanted = Redemption { offline_cap: Points::ZERO, offline_days: 0, ..rule(50) };
    assert_eq!(least, wanted);
    let with = Programme { redemption: Some(rule(25)), ..starter };
    assert_eq!(serde_json::from_str::<Programme>(&serde_json::to_string(&with).unwrap()).unwrap(), with);
}

proptest! {
    /// The points needed pay the amount, and one step fewer do not.
    #[test]
    fn needed_is_the_least_that_pays(due in 1_i64..10_000_000, points in 1_i64..1_000, money in 1_i64..1_000, step in 1_i64..500) {
        let rule = Redemption { value: Value { points, money }, step: Points(step), ..rule(1) };
        let needed = rule.needed(Money(due)).unwrap();
        prop_assert_eq!(needed.0 % step, 0);
        prop_assert!(rule.worth(needed).unwrap() >= Money(due));
        prop_assert!(rule.worth(Points(needed.0 - step)).unwrap() < Money(due));
    }

    /// Whatever is allowed can be paid with, never more than is there, due or capped.
    #[test]
    fn what_is_allowed_pays(balance in -10_000_i64..100_000, spent in 0_i64..8_000, online: bool, age_days in 0_i64..10, due in 0_i64..50_000) {
        let rule = Redemption { minimum: Points(500), step: Points(100), ..rule(7) };
        let standing = Standing { online, ..offline(balance, spent, age_days) };
        let found = rule.allowed(standing, Money(due)).unwrap();
        prop_assert!(found.max_points.0 <= (balance - spent).max(0) && found.max_money <= Money(due));
        prop_assert!(online || found.max_points <= rule.offline_cap);
        prop_assert_eq!(found.why_less.is_none(), found.max_money == Money(due));
        if !found.max_points.is_zero() {
            prop_assert_eq!(rule.pays(found.max_points, standing, Money(due)), Ok(found.max_money));
        }
    }
}
