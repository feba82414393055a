//! Which rule takes what: phases, modes, bases and benefits, by examples.

use super::*;
use Benefit::{Amount, BuyPay, FixedPriceFor, Percent, UnitPrice};
use Phase::{Coupon, Item as OnItem, MultiBuy, Order};

#[test]
fn amount_then_ten_then_twenty_per_cent_leave_648_and_the_last_takes_162() {
    let items = [item("milk", 1, 1_000)];
    let rules = [
        rule("a", OnItem, sku("milk"), Amount(Money(100))),
        rule("b", Order, Scope::All, Percent(1_000)),
        rule("c", Coupon, Scope::All, Percent(2_000)),
    ];
    let lines = priced(&items, &rules);
    assert_eq!(steps(&lines[0]), [("a", 100), ("b", 90), ("c", 162)]);
    assert_eq!((lines[0].discount, lines[0].paid), (Money(352), Money(648)));
    // The same inside one phase, where the ids give the order.
    let one_phase: Vec<Rule> = rules.iter().cloned().map(|rule| Rule { phase: OnItem, ..rule }).collect();
    assert_eq!(steps(&priced(&items, &one_phase)[0]), [("a", 100), ("b", 90), ("c", 162)]);
}

#[test]
fn a_reward_found_again_with_every_scan_counts_once() {
    let reward = rule("reward", OnItem, sku("milk"), Amount(Money(100)));
    let rules = vec![reward.clone(), reward.clone(), reward];
    let by_line = [item("milk", 1, 500), item("milk", 1, 500), item("milk", 1, 500)];
    let at_once = [item("milk", 3, 500)];
    assert_eq!(paid(&by_line, &rules).iter().sum::<i64>(), 1_400);
    assert_eq!(paid(&at_once, &rules), [1_400]);
}

#[test]
fn a_full_coupon_and_twenty_per_cent_leave_nothing_and_never_less() {
    let full = rule("a", Coupon, Scope::All, Percent(10_000));
    let more = rule("b", Coupon, Scope::All, Percent(2_000));
    let initial = Rule { base: Base::Initial, ..more.clone() };
    let items = [item("milk", 1, 1_000), item("bread", 2, 333)];
    for rules in [[full.clone(), more], [full, initial]] {
        let lines = priced(&items, &rules);
        assert_eq!(lines.iter().map(|line| line.paid.0).collect::<Vec<_>>(), [0, 0], "{rules:?}");
        assert_eq!(steps(&lines[0]), [("a", 1_000)]);
    }
}

#[test]
fn phases_come_in_their_order_whatever_the_priority() {
    let first = Rule { priority: 9, ..rule("z", OnItem, Scope::All, Amount(Money(100))) };
    let last = Rule { priority: 1, ..rule("a", Coupon, Scope::All, Percent(5_000)) };
    assert_eq!(steps(&priced(&[item("milk", 1, 1_000)], &[last, first])[0]), [("z", 100), ("a", 450)]);
}

#[test]
fn priority_decides_before_the_id() {
    let half = Rule { priority: 2, ..rule("a", Order, Scope::All, Percent(5_000)) };
    let off = Rule { priority: 1, ..rule("b", Order, Scope::All, Amount(Money(100))) };
    assert_eq!(steps(&priced(&[item("milk", 1, 1_000)], &[half, off])[0]), [("b", 100), ("a", 450)]);
}

#[test]
fn the_initial_price_is_a_base_of_its_own() {
    let ten = rule("a", OnItem, Scope::All, Percent(1_000));
    let of_initial = Rule { base: Base::Initial, ..rule("b", OnItem, Scope::All, Percent(2_000)) };
    assert_eq!(steps(&priced(&[item("milk", 1, 1_000)], &[ten, of_initial])[0]), [("a", 100), ("b", 200)]);
}

#[test]
fn of_best_of_rules_each_line_takes_its_best() {
    let all = rule("all", OnItem, Scope::All, Percent(1_000));
    let milk = rule("milk", OnItem, sku("milk"), Percent(5_000));
    let member = rule("member", OnItem, Scope::All, UnitPrice(Money(95)));
    let lines = priced(
        &[item("milk", 1, 100), item("bread", 1, 10_000), item("eggs", 1, 100)],
        &with(&[all, milk, member], Mode::BestOf),
    );
    assert_eq!(steps(&lines[0]), [("milk", 50)]);
    assert_eq!(steps(&lines[1]), [("member", 9_905)]);
    assert_eq!(steps(&lines[2]), [("all", 10)]);
}

#[test]
fn of_best_of_rules_over_the_ticket_the_larger_wins_and_equals_go_by_order() {
    let five_off = rule("b", Order, Scope::All, Amount(Money(500)));
    for (percent, wanted) in [(400, "b"), (500, "a"), (600, "a")] {
        let rules = with(&[five_off.clone(), rule("a", Order, Scope::All, Percent(percent))], Mode::BestOf);
        assert_eq!(priced(&[item("milk", 1, 10_000)], &rules)[0].applied[0].rule, wanted, "{percent}");
    }
}

#[test]
fn a_joint_rule_wins_its_lines_only_if_it_beats_their_own_best() {
    let items = [item("bread", 1, 1_000), item("milk", 1, 1_000), item("eggs", 1, 1_000)];
    let both = Scope::Skus(vec!["milk".parse().unwrap(), "bread".parse().unwrap()]);
    let ten = rule("ten", OnItem, Scope::All, Percent(1_000));
    for (amount, wanted) in [(200, ["ten", "ten", "ten"]), (202, ["set", "set", "ten"])] {
        let set = rule("set", OnItem, both.clone(), Amount(Money(amount)));
        let lines = priced(&items, &with(&[ten.clone(), set], Mode::BestOf));
        let winners: Vec<&str> = lines.iter().map(|line| line.applied[0].rule.as_str()).collect();
        assert_eq!(winners, wanted, "{amount}");
        assert!(lines.iter().all(|line| line.applied.len() == 1));
    }
}

#[test]
fn an_exclusive_rule_suffers_nobody_beside_it_on_its_lines() {
    let items = [item("milk", 1, 1_000), item("bread", 1, 1_000)];
    let alone = Rule { mode: Mode::Exclusive, ..rule("b", OnItem, sku("milk"), Percent(1_000)) };
    let late = rule("c", OnItem, Scope::All, Percent(5_000));
    let next_phase = rule("d", Order, Scope::All, Percent(1_000));
    let lines = priced(&items, &[alone.clone(), late, next_phase]);
    assert_eq!(steps(&lines[0]), [("b", 100), ("d", 90)]);
    assert_eq!(steps(&lines[1]), [("c", 500), ("d", 50)]);
    // Where somebody was there first, it stays away; a best-of rule is held off as well.
    let early = rule("a", OnItem, sku("milk"), Amount(Money(1)));
    assert_eq!(steps(&priced(&items, &[alone.clone(), early])[0]), [("a", 1)]);
    let best = Rule { mode: Mode::BestOf, ..rule("c", OnItem, Scope::All, Percent(5_000)) };
    assert_eq!(steps(&priced(&items, &[alone, best])[0]), [("b", 100)]);
}

#[test]
fn scopes_hold_what_they_name() {
    let cheese = Item { product_line: "cheese".to_owned(), ..item("brie", 1, 1_000) };
    let items = [item("milk", 1, 1_000), item("bread", 1, 1_000), cheese];
    for (scope, wanted) in [
        (Scope::All, [900, 900, 900]),
        (Scope::Line(2), [1_000, 900, 1_000]),
        (sku("milk"), [900, 1_000, 1_000]),
        (Scope::Skus(vec!["brie".parse().unwrap(), "milk".parse().unwrap()]), [900, 1_000, 900]),
        (Scope::ProductLine("cheese".to_owned()), [1_000, 1_000, 900]),
        (Scope::Category("food".to_owned()), [900, 900, 900]),
        (Scope::Category("Food".to_owned()), [1_000, 1_000, 1_000]),
    ] {
        assert_eq!(paid(&items, &[rule("a", OnItem, scope.clone(), Percent(1_000))]), wanted, "{scope:?}");
    }
}

#[test]
fn a_scope_reaches_an_article_that_is_on_no_ticket() {
    let article = |text: &str| text.parse().unwrap();
    for (scope, wanted) in [
        (Scope::All, true),
        (Scope::Line(1), false),
        (Scope::Sku(article("1001")), true),
        (Scope::Skus(vec![article("1"), article("1001")]), true),
        (Scope::Skus(vec![article("1")]), false),
        (Scope::ProductLine("Lácteos".to_owned()), true),
        (Scope::ProductLine("Alimentos".to_owned()), false),
        (Scope::Category("Alimentos".to_owned()), true),
    ] {
        assert_eq!(scope.reaches(&article("1001"), "Lácteos", "Alimentos"), wanted, "{scope:?}");
    }
}

#[test]
fn of_every_three_the_cheapest_is_free() {
    let three = rule("a", MultiBuy, Scope::All, BuyPay { buy: 3, pay: 2 });
    for (items, wanted) in [
        (vec![item("milk", 2, 100)], vec![200]),
        (vec![item("milk", 3, 100)], vec![200]),
        (vec![item("milk", 7, 100)], vec![500]),
        // Dearest first: with one ticket for each three it would be the same.
        (vec![item("c", 3, 10), item("a", 2, 100), item("b", 1, 50)], vec![20, 160, 40]),
        (vec![item("a", 1, 100), item("b", 1, 50)], vec![100, 50]),
        // Each pays its share, whichever of them comes back; a cent that is left goes by the article.
        (vec![item("b", 1, 100), item("a", 1, 100), item("c", 1, 100)], vec![67, 66, 67]),
        // One group across two lines, then one inside the second.
        (vec![item("a", 2, 100), item("b", 4, 90)], vec![138, 62 + 180]),
    ] {
        assert_eq!(paid(&items, std::slice::from_ref(&three)), wanted, "{items:?}");
    }
    let weighed = Item { quantity: Quantity(3_500), ..item("ham", 1, 100) };
    assert_eq!(paid(&[weighed], &[three]), [350]);
}

#[test]
fn pieces_at_a_price_together_share_the_discount() {
    let two = rule("a", MultiBuy, Scope::All, FixedPriceFor { count: 2, price: Money(150) });
    for (items, wanted) in [
        (vec![item("a", 1, 100)], vec![100]),
        (vec![item("a", 2, 100)], vec![150]),
        (vec![item("a", 5, 100)], vec![400]),
        (vec![item("a", 1, 100), item("b", 1, 200)], vec![50, 100]),
        // The second group is not dearer than its price.
        (vec![item("a", 2, 100), item("b", 2, 75)], vec![150, 150]),
        // One group across two lines, then one inside the second.
        (vec![item("a", 1, 100), item("b", 3, 90)], vec![79, 71 + 150]),
    ] {
        assert_eq!(paid(&items, std::slice::from_ref(&two)), wanted, "{items:?}");
    }
}

#[test]
fn a_ticket_of_the_largest_quantity_is_priced_at_once() {
    let items: Vec<Item> = (0..50).map(|_| item("milk", 1_000_000, 3)).collect();
    let two = FixedPriceFor { count: 7, price: Money(20) };
    let rules =
        [rule("a", MultiBuy, Scope::All, two), rule("b", MultiBuy, Scope::All, BuyPay { buy: 7, pay: 6 })];
    let total: i64 = paid(&items, &rules[..1]).iter().sum();
    assert_eq!(total, 150_000_000 - 50_000_000 / 7);
    assert!(paid(&items, &rules).iter().sum::<i64>() < total);
}

#[test]
fn figures_without_sense_take_nothing_and_are_found_by_the_check() {
    let items = [item("milk", 6, 100)];
    for (benefit, error) in [
        (Percent(-1), RuleError::Percent),
        (Percent(0), RuleError::Percent),
        (Amount(Money(-5)), RuleError::Amount),
        (BuyPay { buy: 0, pay: 0 }, RuleError::BuyPay),
        (BuyPay { buy: 2, pay: 3 }, RuleError::BuyPay),
        (BuyPay { buy: 2, pay: -1 }, RuleError::BuyPay),
        (FixedPriceFor { count: 0, price: Money(1) }, RuleError::Count),
        (FixedPriceFor { count: -3, price: Money(1) }, RuleError::Count),
    ] {
        let rule = rule("a", MultiBuy, Scope::All, benefit);
        assert_eq!(rule.check(), Err(error), "{benefit:?}");
        assert_eq!(paid(&items, &[rule]), [600], "{benefit:?}");
    }
    let nameless = rule("", OnItem, Scope::All, Percent(1));
    assert_eq!(nameless.check(), Err(RuleError::NoId));
    assert_eq!(rule("a", OnItem, Scope::Skus(vec![]), Percent(1)).check(), Err(RuleError::NoSkus));
    assert_eq!(rule("a", OnItem, Scope::All, UnitPrice(Money(-1))).check(), Err(RuleError::Amount));
    assert_eq!(rule("a", OnItem, Scope::All, BuyPay { buy: 3, pay: 2 }).check(), Ok(()));
}

#[test]
fn returned_and_voided_lines_take_no_rules_and_lend_no_pieces() {
    let gone = |kind| Item { kind, ..item("milk", 1, 1_000) };
    let items = [gone(LineKind::Return), gone(LineKind::Void), item("milk", 2, 1_000)];
    let rules = [
        rule("a", MultiBuy, Scope::All, BuyPay { buy: 3, pay: 2 }),
        rule("b", Order, Scope::All, Amount(Money(300))),
    ];
    assert_eq!(paid(&items, &rules), [1_000, 1_000, 1_700]);
}

#[test]
fn a_rule_reads_back_and_unknown_fields_are_refused() {
    let text = r#"{"id":"c","priority":5,"phase":"multi_buy","mode":"best_of","base":"remaining",
        "scope":{"skus":["milk","bread"]},"benefit":{"buy_pay":{"buy":3,"pay":2}},
        "source":{"cashier":{"cashier":"ana","reason":"dented"}}}"#;
    let rule: Rule = serde_json::from_str(text).unwrap();
    assert_eq!((rule.phase, rule.mode, rule.benefit), (MultiBuy, Mode::BestOf, BuyPay { buy: 3, pay: 2 }));
    let written = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<Rule>(&written).unwrap(), rule);
    assert_eq!(written, text.split_whitespace().collect::<String>());
    for (from, to) in [
        ("\"priority\":5", "\"priority\":5,\"colour\":1"),
        ("\"pay\":2", "\"pay\":2,\"more\":1"),
        ("\"reason\"", "\"mood\""),
    ] {
        assert!(serde_json::from_str::<Rule>(&text.replace(from, to)).is_err(), "{to}");
    }
}
