use super::*;
use crate::money::{Money, Quantity};
use crate::pricing::{PriceLine, Priced, TaxMode, price};
use crate::sale::LineKind;
use proptest::prelude::*;

/// A chain's file as it is written.
const FILE: &str = r#"{"rules":[
    {"code":"2x1","name":"2×1 en galletas","scope":{"skus":["biscuit"]},"benefit":{"buy_pay":{"buy":2,"pay":1}}},
    {"code":"member-milk","name":"Precio socio","scope":{"skus":["milk"]},"members_only":true,
     "benefit":{"unit_price":380}},
    {"code":"dairy","name":"Lácteos -5 %","scope":{"category":"dairy"},"benefit":{"percent":500}},
    {"code":"three","name":"3 por 1.000","scope":{"skus":["milk","tea"]},"priority":1,
     "benefit":{"fixed_price_for":{"count":3,"price":1000}}}]}"#;

fn file() -> PriceRules {
    serde_json::from_str(FILE).unwrap()
}

#[test]
fn a_rule_holds_in_its_stores_and_on_its_days() {
    let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
    let [rule, ..] = &file().rules[..] else { unreachable!("there are four") };
    let all = PriceRule { from: day("2027-03-01"), until: day("2027-03-31"), ..rule.clone() };
    let one = PriceRule { stores: vec!["centro".parse().unwrap()], ..rule.clone() };
    for (rule, store, on, wanted) in [
        (rule, "centro", "1999-01-01", true),
        (&all, "centro", "2027-02-28", false),
        (&all, "centro", "2027-03-01", true),
        (&all, "norte", "2027-03-31", true),
        (&all, "centro", "2027-04-01", false),
        (&one, "centro", "2027-03-01", true),
        (&one, "norte", "2027-03-01", false),
    ] {
        assert_eq!(rule.holds(&store.parse().unwrap(), on.parse().unwrap()), wanted, "{store} {on}");
    }
}

#[test]
fn a_benefit_has_its_phase_unless_another_is_said() {
    let [rule, ..] = &file().rules[..] else { unreachable!("there are four") };
    for (benefit, wanted) in [
        (Benefit::Percent(500), Phase::Item),
        (Benefit::UnitPrice(Money(380)), Phase::Item),
        (Benefit::BuyPay { buy: 2, pay: 1 }, Phase::MultiBuy),
        (Benefit::FixedPriceFor { count: 3, price: Money(1_000) }, Phase::MultiBuy),
        (Benefit::Amount(Money(100)), Phase::Order),
    ] {
        let rule = PriceRule { benefit, ..rule.clone() };
        assert_eq!(rule.phase(), wanted, "{benefit:?}");
        assert_eq!(PriceRule { phase: Some(Phase::Order), ..rule }.rule().phase, Phase::Order);
    }
}

#[test]
fn what_says_nothing_is_refused_by_name() {
    let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
    let [rule, ..] = &file().rules[..] else { unreachable!("there are four") };
    let rule = || rule.clone();
    for (wrong, wanted) in [
        (vec![rule(), rule()], "price_rule_twice"),
        (vec![PriceRule { name: " ".to_owned(), ..rule() }], "price_rule_name"),
        (vec![PriceRule { name: "x".repeat(NAME_MAX + 1), ..rule() }], "price_rule_name"),
        (vec![PriceRule { from: day("2027-03-02"), until: day("2027-03-01"), ..rule() }], "price_rule_days"),
        (vec![PriceRule { priority: -1, ..rule() }], "price_rule_priority"),
        (vec![PriceRule { priority: promotion::PRIORITY, ..rule() }], "price_rule_priority"),
        (vec![PriceRule { scope: Scope::Line(1), ..rule() }], "price_rule_line"),
        (vec![PriceRule { scope: Scope::Skus(vec![]), ..rule() }], "pricing_no_skus"),
        (
            vec![PriceRule { scope: Scope::Skus(vec!["a".parse().unwrap(); SKUS_MAX + 1]), ..rule() }],
            "price_rule_skus",
        ),
        (vec![PriceRule { benefit: Benefit::BuyPay { buy: 2, pay: 2 }, ..rule() }], "pricing_buy_pay"),
        (vec![PriceRule { benefit: Benefit::Percent(10_001), ..rule() }], "pricing_percent"),
        (vec![rule(); RULES_MAX + 1], "price_rules_too_many"),
    ] {
        let error = PriceRules { rules: wrong }.check().unwrap_err();
        assert_eq!(error.code(), wanted, "{error}");
    }
    assert_eq!(file().check(), Ok(()));
    let strange = FILE.replacen("\"name\"", "\"names\"", 1);
    assert!(serde_json::from_str::<PriceRules>(&strange).unwrap_err().to_string().contains("names"));
}

#[test]
fn a_rule_is_written_as_it_was_read() {
    let rules = file();
    let written = serde_json::to_string(&rules).unwrap();
    assert!(!written.contains("best_of") && !written.contains("priority\":0"), "{written}");
    assert_eq!(serde_json::from_str::<PriceRules>(&written).unwrap(), rules);
}

const GOODS: [(&str, &str, i64); 4] =
    [("biscuit", "sweet", 300), ("milk", "dairy", 420), ("tea", "dry", 405), ("yoghurt", "dairy", 199)];

fn priced(scanned: &[(usize, i64)], rules: &[PriceRule]) -> Vec<Priced> {
    let skus: Vec<crate::codes::Sku> = GOODS.iter().map(|(sku, ..)| sku.parse().unwrap()).collect();
    let line = |(number, &(good, pieces)): (u32, &(usize, i64))| PriceLine {
        number,
        kind: LineKind::Sale,
        sku: &skus[good],
        product_line: "food",
        category: GOODS[good].1,
        quantity: Quantity::pieces(pieces).unwrap(),
        unit_price: Money(GOODS[good].2),
        gross: Money(GOODS[good].2 * pieces),
        tax_rate: 500,
    };
    let lines: Vec<PriceLine<'_>> = (1..).zip(scanned).map(line).collect();
    let rules: Vec<Rule> = rules.iter().map(PriceRule::rule).collect();
    price(&lines, &rules, TaxMode::Inclusive).unwrap()
}

#[test]
fn worked_tickets() {
    let rules = file().rules;
    for (scanned, wanted) in [
        (vec![(0, 1)], 300),
        (vec![(0, 2)], 300),
        (vec![(0, 1), (1, 1), (0, 1)], 300 + 380),
        // Of 380 and 5 % of 420 the customer has the better, never both.
        (vec![(1, 2)], 760),
        // The member's milk, and then three together for 1,000.
        (vec![(1, 1), (2, 2)], 1_000),
        (vec![(3, 1)], 189),
    ] {
        let total: i64 = priced(&scanned, &rules).iter().map(|line| line.paid.0).sum();
        assert_eq!(total, wanted, "{scanned:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Each rule takes the same in whatever order goods were scanned and rules arrived.
    #[test]
    fn no_order_of_scanning_or_of_the_feed_moves_money(
        (scanned, other) in prop::collection::vec((0_usize..4, 1_i64..4), 1..9)
            .prop_flat_map(|scanned| (Just(scanned.clone()), Just(scanned).prop_shuffle())),
        rules in Just(file().rules).prop_shuffle(),
    ) {
        let by_rule = |scanned: &[(usize, i64)], rules: &[PriceRule]| {
            let mut sums = std::collections::BTreeMap::<String, i64>::new();
            for line in priced(scanned, rules) {
                *sums.entry("paid".to_owned()).or_default() += line.paid.0;
                for applied in line.applied {
                    *sums.entry(applied.rule).or_default() += applied.amount.0;
                }
            }
            sums
        };
        prop_assert_eq!(by_rule(&scanned, &file().rules), by_rule(&other, &rules));
    }
}
