//! Which goods, stores and times a rule means, and what it gives on them.

use super::*;
use crate::points::tests::{line, multiplier, programme, sold, ticket, with_points};
use crate::points::{Caps, Earned, Programme, ProgrammeError, earn, returned_share, work};
use crate::sale::{LineKind, SaleDraft, SaleStatus};

mod properties;

fn rule(name: &str, gives: Gives, only: Only) -> EarnRule {
    EarnRule { name: name.to_owned(), gives, only }
}

/// One point for 1.00, and a rule.
fn with(gives: Gives, only: Only) -> Programme {
    Programme { earn: vec![rule("more", gives, only)], ..programme(100, 100, 0) }
}

/// What the rule gives, beside the base rate.
fn given(programme: &Programme, sale: &Sale) -> i64 {
    let earned = earn(programme, sale).unwrap();
    earned.rules.iter().filter(|rule| rule.rule == "more").map(|rule| rule.points.0).sum()
}

fn points_by_line(earned: &Earned) -> Vec<(u32, i64)> {
    earned.lines.iter().map(|line| (line.line, line.points.0)).collect()
}

/// Three lines: 2 of one article in fruit, 10.00; 1.5 of another in fruit, 5.01, marked down; bread, 4.00.
fn goods() -> Sale {
    let mut lines = vec![
        line(1, LineKind::Sale, "fruit", 1_000),
        line(2, LineKind::Sale, "fruit", 501),
        line(3, LineKind::Sale, "bread", 400),
    ];
    for (line, (sku, category, quantity)) in
        lines.iter_mut().zip([("1001", "fresh", 2_000), ("1002", "fresh", 1_500), ("1003", "baked", 1_000)])
    {
        (line.sku, line.category, line.quantity) =
            (sku.parse().unwrap(), category.to_owned(), Quantity(quantity));
    }
    (lines[1].gross, lines[1].discount) = (Money(601), Money(100));
    // On a Sunday at 10:00 in "centro".
    ticket(SaleStatus::Completed, lines)
}

#[test]
fn what_a_rule_gives() {
    let fruit = || Only { product_lines: vec!["fruit".to_owned()], ..Only::default() };
    let rate = |points, per| Rate { points, per };
    for (gives, only, wanted) in [
        (Gives::Ticket(Points(500)), Only::default(), 500),
        (Gives::Factor(100), Only::default(), 1_900),
        (Gives::Factor(50), fruit(), 700),
        // 15.01 of fruit at 2 for 3.00 is 10.0067.
        (Gives::Amount(rate(200, 300)), fruit(), 1_000),
        // 3.5 units of fruit at 2 points each; at 1 for 3 units.
        (Gives::Unit(rate(200, 1_000)), fruit(), 700),
        (Gives::Unit(rate(100, 3_000)), fruit(), 100),
        (Gives::Ticket(Points(500)), Only { product_lines: vec!["meat".to_owned()], ..Only::default() }, 0),
        (Gives::Unit(rate(200, 1_000)), Only { skus: vec!["1001".parse().unwrap()], ..Only::default() }, 400),
    ] {
        assert_eq!(given(&with(gives, only.clone()), &goods()), wanted, "{gives:?} {only:?}");
    }
}

#[test]
fn where_and_when_a_rule_applies() {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let store = |code: &str| vec![code.parse::<StoreCode>().unwrap()];
    let date = |date: &str| Some(date.parse::<NaiveDate>().unwrap());
    let hours = |hours: &str| Some(hours.parse::<Hours>().unwrap());
    let all = Only::default;
    // Twice the points on goods of 10.00, 5.01 and 4.00.
    for (only, wanted) in [
        (Only { skus: vec!["1003".parse().unwrap()], ..all() }, 400),
        (Only { categories: words(&["fresh"]), ..all() }, 1_500),
        (Only { categories: words(&["fresh"]), product_lines: words(&["bread"]), ..all() }, 0),
        (Only { full_price: true, ..all() }, 1_400),
        (Only { stores: store("centro"), ..all() }, 1_900),
        (Only { stores: store("norte"), ..all() }, 0),
        (Only { weekdays: vec![Weekday::Sat, Weekday::Sun], ..all() }, 1_900),
        (Only { weekdays: vec![Weekday::Mon], ..all() }, 0),
        (Only { hours: hours("10:00-10:01"), ..all() }, 1_900),
        (Only { hours: hours("09:00-10:00"), ..all() }, 0),
        (Only { hours: hours("22:00-10:01"), ..all() }, 1_900),
        (Only { hours: hours("22:00-10:00"), ..all() }, 0),
        (Only { from: date("2026-03-01"), until: date("2026-03-01"), ..all() }, 1_900),
        (Only { from: date("2026-03-02"), ..all() }, 0),
        (Only { until: date("2026-02-28"), ..all() }, 0),
        (Only { min_amount: Some(Money(1_901)), ..all() }, 1_900),
        (Only { min_amount: Some(Money(1_902)), ..all() }, 0),
        (Only { min_quantity: Some(Quantity(4_500)), ..all() }, 1_900),
        (Only { min_quantity: Some(Quantity(4_501)), ..all() }, 0),
        // The least counts the goods that the rule means.
        (Only { categories: words(&["baked"]), min_amount: Some(Money(401)), ..all() }, 0),
    ] {
        assert_eq!(given(&with(Gives::Factor(100), only.clone()), &goods()), wanted, "{only:?}");
    }
}

#[test]
fn what_is_excluded_earns_nothing_by_any_rule() {
    let base = with(Gives::Ticket(Points(500)), Only::default());
    for (exclusions, wanted) in [
        (Exclusions::default(), vec![(1, 1_262), (2, 633), (3, 505)]),
        (Exclusions { discounted: true, ..Exclusions::default() }, vec![(1, 1_357), (3, 543)]),
        (
            Exclusions { skus: vec!["1001".parse().unwrap()], ..Exclusions::default() },
            vec![(2, 778), (3, 622)],
        ),
        (
            Exclusions { categories: vec!["fresh".to_owned(), "baked".to_owned()], ..Exclusions::default() },
            vec![],
        ),
    ] {
        let rules = Programme { exclusions: Some(exclusions.clone()), ..base.clone() };
        assert_eq!(points_by_line(&earn(&rules, &goods()).unwrap()), wanted, "{exclusions:?}");
    }
}

/// What points paid counts for no amount, no quantity and no bonus of a ticket.
#[test]
fn what_is_paid_with_points_counts_for_no_rule() {
    let half = || with_points(sold(&[("a", 1_000), ("b", 1_000)]), 1_000);
    for (gives, paid_by_half, wanted) in [
        (Gives::Amount(Rate { points: 100, per: 100 }), true, 1_000),
        (Gives::Unit(Rate { points: 1_000, per: 1_000 }), true, 1_000),
        (Gives::Ticket(Points(700)), true, 700),
        (Gives::Ticket(Points(700)), false, 0),
        (Gives::Unit(Rate { points: 1_000, per: 1_000 }), false, 0),
    ] {
        let sale = if paid_by_half { half() } else { with_points(sold(&[("a", 1_000)]), 1_000) };
        assert_eq!(given(&with(gives, Only::default()), &sale), wanted, "{gives:?} {paid_by_half}");
    }
    let least = Only { min_amount: Some(Money(1_001)), ..Only::default() };
    assert_eq!(given(&with(Gives::Ticket(Points(700)), least), &half()), 0);
}

/// Nobody knows which bonus the ticket of loose goods had; a least amount is one of these goods alone.
#[test]
fn loose_goods_take_back_what_is_in_proportion() {
    let back = |without_receipt| {
        let mut returned = line(1, LineKind::Return, "a", 1_000);
        returned.without_receipt = without_receipt;
        ticket(SaleStatus::Completed, vec![returned])
    };
    for (gives, without_receipt, wanted) in [
        (Gives::Factor(100), false, 2_000),
        (Gives::Amount(Rate { points: 100, per: 200 }), false, 1_500),
        (Gives::Unit(Rate { points: 300, per: 1_000 }), false, 1_300),
        (Gives::Ticket(Points(500)), false, 1_000),
        (Gives::Factor(100), true, 1_000),
        (Gives::Unit(Rate { points: 300, per: 1_000 }), true, 1_000),
    ] {
        let earned = earn(&with(gives, Only::default()), &back(without_receipt)).unwrap();
        assert_eq!(earned.returned().0, wanted, "{gives:?} {without_receipt}");
    }
}

#[test]
fn a_rule_that_falls_short_is_told_and_gives_nothing() {
    let least = Only { min_amount: Some(Money(5_000)), ..Only::default() };
    let working = work(&with(Gives::Ticket(Points(500)), least), &goods()).unwrap();
    let told = &working.rules[1];
    assert_eq!((told.rule.as_str(), told.is_short, told.base.0, told.points.0), ("more", true, 1_901, 0));
    assert_eq!(working.earned().rules.len(), 1, "what gives nothing is not posted");
    // What does not hold on that day or in that store is not spoken of.
    let elsewhere = Only { stores: vec!["norte".parse().unwrap()], ..Only::default() };
    assert_eq!(work(&with(Gives::Factor(100), elsewhere), &goods()).unwrap().rules.len(), 1);
}

#[test]
fn a_rule_that_makes_no_sense_is_refused() {
    let one = |gives, only| with(gives, only).check().map_err(|error| error.to_string());
    let points = || Gives::Ticket(Points(500));
    let wrong = |why: &str| Err(format!("earn rule \"more\": {why}"));
    let (gives, whole, days, least, named) = (
        "it must give more than 0, for more than 0",
        "a ticket gets whole points where the programme grants whole points",
        "it ends before it begins",
        "the least amount or quantity must be above 0",
        "it names more than 1000 of a kind",
    );
    let date = |date: &str| Some(date.parse::<NaiveDate>().unwrap());
    for (found, wanted) in [
        (one(points(), Only::default()), Ok(())),
        (one(Gives::Ticket(Points(0)), Only::default()), wrong(gives)),
        (one(Gives::Ticket(Points(150)), Only::default()), wrong(whole)),
        (one(Gives::Factor(-1), Only::default()), wrong(gives)),
        (one(Gives::Amount(Rate { points: 1, per: 0 }), Only::default()), wrong(gives)),
        (one(Gives::Unit(Rate { points: 0, per: 1 }), Only::default()), wrong(gives)),
        (
            one(points(), Only { from: date("2026-02-01"), until: date("2026-01-31"), ..Only::default() }),
            wrong(days),
        ),
        (one(points(), Only { min_amount: Some(Money(0)), ..Only::default() }), wrong(least)),
        (one(points(), Only { min_quantity: Some(Quantity(-1)), ..Only::default() }), wrong(least)),
        (
            one(points(), Only { categories: vec![String::new(); NAMED_MAX + 1], ..Only::default() }),
            wrong(named),
        ),
    ] {
        assert_eq!(found, wanted);
    }
    let named = |names: &[&str]| Programme {
        earn: names.iter().map(|name| rule(name, points(), Only::default())).collect(),
        multipliers: vec![multiplier("week", &[], 100)],
        ..programme(100, 100, 0)
    };
    assert_eq!(named(&["a", "b"]).check(), Ok(()));
    let long = "n".repeat(NAME_MAX + 1);
    for names in [&["a", "a"][..], &["week"], &["base"], &["ticket_cap"], &[" "], &[long.as_str()]] {
        let last = names.last().map(|name| (*name).to_owned()).unwrap_or_default();
        assert_eq!(named(names).check(), Err(ProgrammeError::Earn(EarnRuleError::Name(last))), "{names:?}");
    }
}

#[test]
fn hours_are_read_and_written() {
    for (text, wanted) in [
        ("10:00-14:30", Ok("10:00-14:30")),
        ("22:00-02:00", Ok("22:00-02:00")),
        (" 9:00 - 10:00 ", Ok("09:00-10:00")),
        ("22:00-00:00", Ok("22:00-00:00")),
        ("10:00-10:00", Err(HoursError)),
        ("10-14", Err(HoursError)),
        ("10:00", Err(HoursError)),
        ("24:00-01:00", Err(HoursError)),
        ("", Err(HoursError)),
    ] {
        assert_eq!(
            text.parse::<Hours>().map(|hours| hours.to_string()),
            wanted.map(str::to_owned),
            "{text:?}"
        );
    }
}

/// A file says it, both stores keep it as JSON, and a programme without rules looks as it always did.
#[test]
fn a_programme_is_read_and_written() {
    let text = r#"
        version = 2
        valid_from = "2027-01-01"
        decimals = 0
        base = { points = 100, per = 100 }
        exclusions = { categories = ["gift cards"], discounted = true }
        [[earn]]
        name = "Fruit on Tuesdays"
        gives = { factor = 100 }
        only = { product_lines = ["fruit"], weekdays = ["tue"], hours = "10:00-14:00", from = "2027-02-01" }
        [[earn]]
        name = "Big tickets"
        gives = { ticket = 500 }
        only = { min_amount = 5_000, full_price = true }
        [[earn]]
        name = "Bottles"
        gives = { unit = { points = 100, per = 1_000 } }
    "#;
    let read: Programme = toml::from_str(text).unwrap();
    assert_eq!(read.check(), Ok(()));
    assert_eq!(read.earn[0].only.weekdays, [Weekday::Tue]);
    assert_eq!(toml::from_str::<Programme>(&toml::to_string(&read).unwrap()).unwrap(), read);
    let json = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<Programme>(&json).unwrap(), read);
    let plain = serde_json::to_string(&programme(100, 100, 0)).unwrap();
    assert_eq!(
        plain,
        r#"{"version":1,"valid_from":"2026-01-01","decimals":0,"base":{"points":100,"per":100},"excluded_lines":[],"multipliers":[]}"#
    );
    for unknown in ["\"only\":{\"tiers\":[\"Oro\"]}", "\"only\":{\"hours\":\"10\"}", "\"birthday\":true"] {
        let rule = format!(r#"{{"name":"x","gives":{{"factor":1}},{unknown}}}"#);
        assert!(serde_json::from_str::<EarnRule>(&rule).is_err(), "{rule}");
    }
}

/// What comes back of a ticket with rules takes just what its lines were given.
#[test]
fn a_return_of_all_goods_takes_all_points() {
    let rules = Programme {
        earn: vec![
            rule(
                "bonus",
                Gives::Ticket(Points(1_000)),
                Only { min_amount: Some(Money(1_500)), ..Only::default() },
            ),
            rule("units", Gives::Unit(Rate { points: 100, per: 1_000 }), Only::default()),
        ],
        ..programme(100, 100, 0)
    };
    let sale = Sale::close(SaleDraft::from(goods())).unwrap();
    let earned = earn(&rules, &sale).unwrap();
    // 19 for 19.01, 10 for the ticket, 4 for 4.5 units.
    assert_eq!(earned.sold().0, 3_300);
    let back: Vec<(u32, Quantity)> = sale.lines.iter().map(|line| (line.number, line.quantity)).collect();
    assert_eq!(crate::points::earned_after_returns(&rules, &sale, &back), Ok(Points::ZERO));
    // Below the least amount now, but its bonus goes by what was given: line 1 alone takes its share of it.
    let after = crate::points::earned_after_returns(&rules, &sale, &back[..1]).unwrap();
    let line_1 = earned.lines[0].points;
    assert_eq!(after, earned.sold().minus(line_1).unwrap());
}
