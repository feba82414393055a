//! Whatever the rules and the goods are.

use proptest::prelude::*;

use super::*;

fn any_only() -> impl Strategy<Value = Only> {
    let names = || prop::collection::vec(prop::sample::select(vec!["0", "1", "2"]), 0..2);
    (names(), names(), any::<bool>(), prop::option::of(1_i64..5_000), prop::option::of(1_i64..4_000))
        .prop_map(|(lines, categories, full_price, amount, quantity)| Only {
            product_lines: lines.into_iter().map(str::to_owned).collect(),
            categories: categories.into_iter().map(str::to_owned).collect(),
            full_price,
            min_amount: amount.map(Money),
            min_quantity: quantity.map(Quantity),
            ..Only::default()
        })
}

fn any_gives() -> impl Strategy<Value = Gives> {
    let rate = || (1_i64..500, 1_i64..5_000).prop_map(|(points, per)| Rate { points, per });
    prop_oneof![
        (1_i64..300).prop_map(Gives::Factor),
        (1_i64..20).prop_map(|points| Gives::Ticket(Points(points * 100))),
        rate().prop_map(Gives::Amount),
        rate().prop_map(Gives::Unit),
    ]
}

fn any_programme() -> impl Strategy<Value = Programme> {
    let rules = prop::collection::vec((any_gives(), any_only()), 1..5);
    let decimals = prop::sample::select(vec![0, 2]);
    (rules, decimals, any::<bool>(), prop::option::of(1_i64..100)).prop_map(
        |(rules, decimals, discounted, cap)| Programme {
            earn: (0..)
                .zip(rules)
                .map(|(n, (gives, only))| rule(&format!("rule {n}"), gives, only))
                .collect(),
            exclusions: Some(Exclusions { discounted, ..Exclusions::default() }),
            caps: cap.map(|cap| Caps { ticket: Some(Points(cap * 100)), day: None }),
            ..programme(100, 130, decimals)
        },
    )
}

/// Lines with an order in which they were scanned.
fn any_lines() -> impl Strategy<Value = Vec<(u32, SaleLine)>> {
    let one = (0_i64..3_000, 0_i64..4_000, 0_u8..3, 0_i64..2, any::<u32>());
    prop::collection::vec(one, 1..10).prop_map(|lines| {
        let made = |(number, (net, quantity, word, discount, place)): (u32, (i64, i64, u8, i64, u32))| {
            let mut made = line(number, LineKind::Sale, &word.to_string(), net);
            made.category = (2 - word).to_string();
            made.quantity = Quantity(quantity);
            (made.gross, made.discount) = (Money(net + discount), Money(discount));
            (place, made)
        };
        (1..).zip(lines).map(made).collect()
    })
}

proptest! {
    /// Whatever the rules: lines get what the rules grant, partial returns take all of it, and the order in which
    /// goods were scanned moves nothing.
    #[test]
    fn rules_add_up_in_any_order_of_lines(
        rules in any_programme(),
        mut lines in any_lines(),
        pieces in 1_i64..20,
    ) {
        let as_scanned = ticket(SaleStatus::Completed, lines.iter().map(|(_, line)| line.clone()).collect());
        lines.sort_by_key(|(place, _)| *place);
        let moved = ticket(SaleStatus::Completed, lines.into_iter().map(|(_, line)| line).collect());
        prop_assert!(rules.check().is_ok());
        let (working, other) = (work(&rules, &as_scanned).unwrap(), work(&rules, &moved).unwrap());
        let earned = working.earned();
        prop_assert_eq!(&earned.rules, &other.earned().rules);
        prop_assert_eq!(earned.sold(), other.earned().sold());
        prop_assert_eq!(earned.sold().0, earned.rules.iter().map(|rule| rule.points.0).sum::<i64>());
        for rule in &working.rules {
            prop_assert_eq!(rule.lines.iter().map(|line| line.points.0).sum::<i64>(), rule.points.0);
            prop_assert!(!rule.is_short || rule.points.is_zero());
        }
        for line in &earned.lines {
            let taken = (0..pieces).map(|n| returned_share(line.points, pieces * 1_000, n * 1_000, 1_000).0);
            prop_assert_eq!(taken.sum::<i64>(), line.points.0);
        }
    }

    /// The engine as it was before there were earn rules: base rate and multipliers give what they gave.
    #[test]
    fn a_multiplier_and_the_same_earn_rule_give_the_same(
        lines in any_lines(),
        factor in 1_i64..300,
        decimals in prop::sample::select(vec![0, 2]),
        by_points in 0_i64..100,
    ) {
        let sale = ticket(SaleStatus::Completed, lines.into_iter().map(|(_, line)| line).collect());
        let by_points = sale.total().0 * by_points / 100;
        let sale = if by_points > 0 { with_points(sale, by_points) } else { sale };
        let old = Programme { multipliers: vec![multiplier("x", &["1"], factor)], ..programme(100, 130, decimals) };
        let only = Only { product_lines: vec!["1".to_owned()], ..Only::default() };
        let new = Programme { earn: vec![rule("x", Gives::Factor(factor), only)], ..programme(100, 130, decimals) };
        prop_assert_eq!(earn(&old, &sale).unwrap(), earn(&new, &sale).unwrap());
    }
}
