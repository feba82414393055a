//! Tax after discounts, sale lines, and the rounding of cash.

use super::*;

#[test]
fn tax_is_taken_from_what_is_left_at_the_rate_of_each_line() {
    let rates = [1_900, 500, 0, -300];
    let items = rates.map(|tax_rate| Item { tax_rate, ..item("milk", 1, 1_000) });
    let rules = [rule("a", Phase::Order, Scope::All, Benefit::Percent(1_000))];
    for (mode, wanted) in [
        (TaxMode::Inclusive, [(900, 756, 144), (900, 857, 43), (900, 900, 0), (900, 900, 0)]),
        (TaxMode::Exclusive, [(1_071, 900, 171), (945, 900, 45), (900, 900, 0), (900, 900, 0)]),
    ] {
        let lines = price(&ring_up(&items), &rules, mode).unwrap();
        let got: Vec<_> = lines.iter().map(|line| (line.paid.0, line.net.0, line.tax.0)).collect();
        assert_eq!(got, wanted, "{mode:?}");
    }
}

#[test]
fn a_sale_line_states_shelf_prices_without_tax_with_it() {
    let items = [item("milk", 1, 1_000)];
    let rules = [
        rule("a", Phase::Item, Scope::All, Benefit::Amount(Money(100))),
        rule("b", Phase::Order, Scope::All, Benefit::Percent(1_000)),
    ];
    let line = &price(&ring_up(&items), &rules, TaxMode::Exclusive).unwrap()[0];
    assert_eq!(
        (line.gross, line.discount, line.net, line.tax),
        (Money(1_000), Money(190), Money(810), Money(154))
    );
    let stated = line.sale_amounts().unwrap();
    assert_eq!((stated.gross, stated.discount), (Money(1_190), Money(226)));
    assert_eq!(stated.applied.iter().map(|a| a.amount.0).collect::<Vec<_>>(), [119, 107]);
    let inclusive = &price(&ring_up(&items), &rules, TaxMode::Inclusive).unwrap()[0];
    let stated = inclusive.sale_amounts().unwrap();
    assert_eq!(
        (stated.gross, stated.discount, &stated.applied),
        (Money(1_000), Money(190), &inclusive.applied)
    );
}

#[test]
fn cash_goes_to_the_nearest_coin_and_halves_away_from_zero() {
    for (due, step, wanted) in [
        (1_023, 5, 2),
        (1_022, 5, -2),
        (1_025, 5, 0),
        (1_025, 10, 5),
        (1_024, 10, -4),
        (-1_025, 10, -5),
        (-1_022, 5, 2),
        (0, 10, 0),
        (1_023, 0, 0),
        (1_023, 1, 0),
        (1_023, -5, 0),
    ] {
        let rounding = Rounding { step: Money(step) };
        assert_eq!(cash_rounding(Money(due), rounding), Ok(Money(wanted)), "{due} by {step}");
    }
    let far = Rounding { step: Money(10) };
    assert_eq!(cash_rounding(Money(i64::MAX), far), Err(AmountError::Overflow));
}

#[test]
fn sums_beyond_all_money_are_an_error() {
    let huge = [item("a", 1, i64::MAX), item("b", 1, i64::MAX)];
    let rules = [rule("a", Phase::Order, Scope::All, Benefit::Percent(1_000))];
    assert_eq!(price(&ring_up(&huge), &rules, TaxMode::Inclusive), Err(AmountError::Overflow));
    let dear = Item { tax_rate: i64::MAX, ..item("a", 1, 1) };
    assert_eq!(price(&ring_up(&[dear]), &[], TaxMode::Inclusive), Err(AmountError::Overflow));
}

#[test]
fn what_was_paid_has_a_price_on_the_shelf_that_comes_to_no_more() {
    assert_eq!(TaxMode::Inclusive.shelf_price(Money(1_190), 1_900), Ok(Money(1_190)));
    for (paid, rate, price) in
        [(1_190, 1_900, 1_000), (108_922, 500, 103_735), (1_000, 0, 1_000), (1, 1_900, 1), (2, 9_900, 1)]
    {
        assert_eq!(TaxMode::Exclusive.shelf_price(Money(paid), rate), Ok(Money(price)), "{paid}");
    }
    for paid in 0..2_000 {
        for rate in [0, 500, 800, 1_900, 2_100] {
            let price = TaxMode::Exclusive.shelf_price(Money(paid), rate).unwrap();
            let (net, tax) = TaxMode::Exclusive.split(price, rate).unwrap();
            assert!((paid - 1..=paid).contains(&(net.0 + tax.0)), "{paid} at {rate}");
        }
    }
}
