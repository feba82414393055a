//! What holds for any basket and any rules.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

pub(super) fn any_item() -> impl Strategy<Value = Item> {
    let kinds = select(vec![
        LineKind::Sale,
        LineKind::Sale,
        LineKind::Sale,
        LineKind::Sale,
        LineKind::Return,
        LineKind::Void,
    ]);
    // Few articles and few prices, so that lines are often alike.
    let quantities = prop_oneof![4 => (1_i64..5).prop_map(|n| n * 1_000), 1 => 1_i64..3_000];
    (kinds, 0_usize..4, quantities, select(vec![0_i64, 5, 99, 100, 101, 1_000, 12_345])).prop_map(
        |(kind, nth, quantity, unit_price)| Item {
            kind,
            sku: ["bread", "eggs", "milk", "tea"][nth].parse().unwrap(),
            product_line: ["bakery", "dairy", "dairy", "dry"][nth].to_owned(),
            quantity: Quantity(quantity),
            unit_price: Money(unit_price),
            tax_rate: [1_900, 500, 0, 1_900][nth],
        },
    )
}

fn any_benefit() -> impl Strategy<Value = Benefit> {
    prop_oneof![
        (-100_i64..11_000).prop_map(Benefit::Percent),
        (-10_i64..2_000).prop_map(|off| Benefit::Amount(Money(off))),
        (-10_i64..2_000).prop_map(|price| Benefit::UnitPrice(Money(price))),
        (-1_i64..5, -1_i64..5).prop_map(|(buy, pay)| Benefit::BuyPay { buy, pay }),
        (-1_i64..5, -10_i64..500)
            .prop_map(|(count, price)| Benefit::FixedPriceFor { count, price: Money(price) }),
    ]
}

/// A scope of one line is drawn as an index of the basket, so that it can follow its line in a shuffle.
#[derive(Debug, Clone)]
enum Draw {
    Goods(Scope),
    Line(Index),
}

fn any_scope() -> impl Strategy<Value = Draw> {
    let both = Scope::Skus(vec!["milk".parse().unwrap(), "tea".parse().unwrap()]);
    let goods = vec![
        Scope::All,
        sku("milk"),
        sku("bread"),
        both,
        Scope::ProductLine("dairy".to_owned()),
        Scope::Category("food".to_owned()),
    ];
    prop_oneof![3 => select(goods).prop_map(Draw::Goods), 1 => any::<Index>().prop_map(Draw::Line)]
}

fn any_rules() -> impl Strategy<Value = Vec<(Rule, Draw)>> {
    let modes = select(vec![Mode::BestOf, Mode::Cumulative, Mode::Exclusive]);
    let bases = select(vec![Base::Remaining, Base::Initial]);
    let one = (0_i64..3, select(Phase::ALL.to_vec()), modes, bases, any_benefit(), any_scope());
    prop::collection::vec(one, 0..7).prop_map(|drawn| {
        drawn
            .into_iter()
            .enumerate()
            .map(|(nth, (priority, phase, mode, base, benefit, draw))| {
                // Ids fall while the list rises, so that the list's order is not the rules' own.
                let id = format!("r{}", 9 - nth);
                (Rule { priority, mode, base, ..rule(&id, phase, Scope::All, benefit) }, draw)
            })
            .collect()
    })
}

fn any_basket() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::vec(any_item(), 1..9)
}

fn any_mode() -> impl Strategy<Value = TaxMode> {
    select(vec![TaxMode::Inclusive, TaxMode::Exclusive])
}

/// The rules for items in the order `scanned`, a list of places: a rule of one line names it by the number
/// that the line gets there.
fn numbered(rules: &[(Rule, Draw)], scanned: &[usize]) -> Vec<Rule> {
    let scope = |draw: &Draw| match draw {
        Draw::Goods(scope) => scope.clone(),
        Draw::Line(index) => {
            let place = index.index(scanned.len());
            let at = scanned.iter().position(|&item| item == place).unwrap();
            Scope::Line(u32::try_from(at).unwrap() + 1)
        }
    };
    rules.iter().map(|(rule, draw)| Rule { scope: scope(draw), ..rule.clone() }).collect()
}

fn price_scanned(items: &[Item], rules: &[(Rule, Draw)], scanned: &[usize], tax: TaxMode) -> Vec<Priced> {
    let items: Vec<Item> = scanned.iter().map(|&place| items[place].clone()).collect();
    price(&ring_up(&items), &numbered(rules, scanned), tax).unwrap()
}

/// Lines by goods and quantity; paid, net, tax and the discounts with their rules.
type Groups = BTreeMap<(Sku, Quantity), (usize, [i64; 4], BTreeMap<String, i64>)>;

fn groups(items: &[Item], scanned: &[usize], lines: &[Priced]) -> Groups {
    let mut groups = Groups::new();
    for (&place, line) in scanned.iter().zip(lines) {
        let (count, sums, rules) =
            groups.entry((items[place].sku.clone(), items[place].quantity)).or_default();
        *count += 1;
        for (sum, part) in sums.iter_mut().zip([line.discount, line.paid, line.net, line.tax]) {
            *sum += part.0;
        }
        for applied in &line.applied {
            *rules.entry(applied.rule.clone()).or_default() += applied.amount.0;
        }
    }
    groups
}

fn in_scan_order(items: &[Item]) -> Vec<usize> {
    (0..items.len()).collect()
}

/// A basket, rules, and another order in which the same items could have been scanned.
fn shuffled() -> impl Strategy<Value = (Vec<Item>, Vec<(Rule, Draw)>, Vec<usize>)> {
    (any_basket(), any_rules()).prop_flat_map(|(items, rules)| {
        let order = Just(in_scan_order(&items)).prop_shuffle();
        (Just(items), Just(rules), order)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn sums_are_exact_and_nothing_falls_below_zero(items in any_basket(), rules in any_rules(), tax in any_mode()) {
        let scanned = in_scan_order(&items);
        for (item, line) in items.iter().zip(price_scanned(&items, &rules, &scanned, tax)) {
            prop_assert!(!line.discount.is_negative() && line.discount <= line.gross);
            prop_assert_eq!(line.net.plus(line.tax), Ok(line.paid));
            prop_assert_eq!(Money::total(line.applied.iter().map(|a| a.amount)), Ok(line.discount));
            prop_assert!(line.applied.iter().all(|a| a.amount.0 > 0));
            prop_assert!(item.kind == LineKind::Sale || line.applied.is_empty());
            prop_assert!(!line.net.is_negative() && !line.tax.is_negative());
            if tax == TaxMode::Inclusive {
                prop_assert_eq!(line.gross.minus(line.discount), Ok(line.paid));
            } else {
                prop_assert_eq!(line.gross.minus(line.discount), Ok(line.net));
            }
            let stated = line.sale_amounts().unwrap();
            prop_assert_eq!(stated.gross.minus(stated.discount), stated.net.plus(stated.tax));
            prop_assert_eq!(Money::total(stated.applied.iter().map(|a| a.amount)), Ok(stated.discount));
            prop_assert!(!stated.discount.is_negative());
            prop_assert!(stated.applied.iter().all(|a| !a.amount.is_negative()));
        }
    }

    #[test]
    fn the_order_of_scanning_moves_no_money((items, rules, order) in shuffled(), tax in any_mode()) {
        let straight = in_scan_order(&items);
        let one = groups(&items, &straight, &price_scanned(&items, &rules, &straight, tax));
        let other = groups(&items, &order, &price_scanned(&items, &rules, &order, tax));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn neither_the_order_of_the_rules_nor_their_repetition_changes_anything(
        items in any_basket(),
        rules in any_rules(),
        places in prop::collection::vec(any::<Index>(), 0..6),
        tax in any_mode(),
    ) {
        let lines = ring_up(&items);
        let rules = numbered(&rules, &in_scan_order(&items));
        let once = price(&lines, &rules, tax).unwrap();
        prop_assert_eq!(&price(&lines, &rules, tax).unwrap(), &once);
        let mut again: Vec<Rule> = rules.iter().rev().cloned().collect();
        for place in places.iter().filter(|_| !rules.is_empty()) {
            again.insert(place.index(again.len()), place.get(&rules).clone());
        }
        prop_assert_eq!(price(&lines, &again, tax).unwrap(), once);
    }

    #[test]
    fn a_line_has_one_best_of_rule_a_phase_and_an_exclusive_one_alone(items in any_basket(), rules in any_rules()) {
        let scanned = in_scan_order(&items);
        let modes: BTreeMap<&str, Mode> = rules.iter().map(|(rule, _)| (rule.id.as_str(), rule.mode)).collect();
        for line in price_scanned(&items, &rules, &scanned, TaxMode::Inclusive) {
            for phase in Phase::ALL {
                let taken: Vec<Mode> =
                    line.applied.iter().filter(|a| a.phase == phase).map(|a| modes[a.rule.as_str()]).collect();
                prop_assert!(taken.iter().filter(|mode| **mode == Mode::BestOf).count() <= 1);
                prop_assert!(!taken.contains(&Mode::Exclusive) || taken.len() == 1);
            }
            prop_assert!(line.applied.is_sorted_by_key(|a| a.phase));
        }
    }

    #[test]
    fn one_more_piece_never_makes_a_free_piece_cost(prices in prop::collection::vec(1_i64..1_000, 1..12), more in 1_i64..1_000) {
        let free = rule("a", Phase::MultiBuy, Scope::All, Benefit::BuyPay { buy: 3, pay: 2 });
        let off = |prices: &[i64]| {
            let items: Vec<Item> = prices.iter().map(|price| item("milk", 1, *price)).collect();
            priced(&items, std::slice::from_ref(&free)).iter().map(|line| line.discount.0).sum::<i64>()
        };
        let before = off(&prices);
        prop_assert!(off(&[prices, vec![more]].concat()) >= before);
    }

    #[test]
    fn cash_is_a_multiple_of_the_coin_at_most_half_of_it_away(due in -1_000_000_i64..1_000_000, step in 1_i64..1_000) {
        let added = cash_rounding(Money(due), Rounding { step: Money(step) }).unwrap();
        prop_assert_eq!((due + added.0) % step, 0);
        prop_assert!(added.0.abs() * 2 <= step);
        prop_assert_eq!(cash_rounding(Money(due + added.0), Rounding { step: Money(step) }), Ok(Money::ZERO));
    }
}

#[test]
fn of_two_alike_lines_the_same_one_gets_the_odd_cent_wherever_a_later_rule_names_it() {
    let items = [item("milk", 1, 101), item("milk", 1, 101)];
    let cent = rule("a", Phase::Order, Scope::All, Benefit::Amount(Money(1)));
    for named in [1, 2] {
        let half = rule("b", Phase::Coupon, Scope::Line(named), Benefit::Percent(5_000));
        let total: i64 = paid(&items, &[cent.clone(), half]).iter().sum();
        assert_eq!(total, 150, "line {named}");
    }
}
