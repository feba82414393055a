use domain::ids::SaleId;

use super::*;

fn origin(sale: u8) -> Origin {
    Origin { sale: SaleId::new(1, [sale; 10]), line: 1 }
}

fn open(sale: u8, open: i64, in_basket: i64) -> OpenLine {
    OpenLine { origin: origin(sale), open: Quantity(open), in_basket: Quantity(in_basket) }
}

fn known(open: Vec<OpenLine>) -> Known {
    Known { open, listed: Some(Money(900)), ..Known::default() }
}

#[test]
fn what_the_member_bought_comes_back_as_bought_and_the_rest_by_the_rules() {
    let policy = ReturnPolicy::default();
    let by_rules = |quantity| Some((Quantity(quantity), Money(900)));
    for (what, wanted, lines, bought, by_policy) in [
        ("nothing known", 1_000, vec![], vec![], by_rules(1_000)),
        ("bought once", 1_000, vec![open(1, 1_000, 0)], vec![(1, 1_000)], None),
        ("newest first", 1_000, vec![open(2, 2_000, 0), open(1, 1_000, 0)], vec![(2, 1_000)], None),
        ("over two", 3_000, vec![open(2, 2_000, 0), open(1, 2_000, 0)], vec![(2, 2_000), (1, 1_000)], None),
        ("more than was bought", 3_000, vec![open(1, 1_000, 0)], vec![(1, 1_000)], by_rules(2_000)),
        ("all of it is on the ticket", 1_000, vec![open(1, 1_000, 1_000)], vec![], by_rules(1_000)),
        ("one more of two", 1_000, vec![open(1, 2_000, 1_000)], vec![(1, 2_000)], None),
        ("by weight", 750, vec![open(2, 500, 0), open(1, 400, 0)], vec![(2, 500), (1, 250)], None),
    ] {
        let plan = policy.plan(Quantity(wanted), &known(lines)).unwrap();
        let bought: Vec<_> = bought.into_iter().map(|(sale, all)| (origin(sale), Quantity(all))).collect();
        assert_eq!(plan, Plan { bought, by_policy }, "{what}");
    }
}

#[test]
fn what_nobody_bought_is_worth_the_least_it_was_sold_for() {
    for (lowest, asked, wanted) in [
        (Some(700), None, 700),
        // Cheaper today than it ever was sold: still what was paid.
        (Some(950), None, 950),
        (None, None, 900),
        (Some(700), Some(650), 650),
        (Some(700), Some(800), 700),
        (None, Some(1_000), 900),
    ] {
        let known = Known { lowest: lowest.map(Money), asked: asked.map(Money), ..known(vec![]) };
        let plan = ReturnPolicy::default().plan(Quantity::ONE, &known).unwrap();
        assert_eq!(plan.by_policy, Some((Quantity::ONE, Money(wanted))), "{lowest:?} {asked:?}");
    }
}

#[test]
fn what_no_catalogue_has_comes_back_as_it_was_bought_or_not_at_all() {
    let nameless = |open| Known { listed: None, lowest: Some(Money(500)), ..known(open) };
    let policy = ReturnPolicy::default();
    assert!(policy.plan(Quantity::ONE, &nameless(vec![open(1, 1_000, 0)])).is_ok());
    for (wanted, open) in [(1_000, vec![]), (2_000, vec![open(1, 1_000, 0)])] {
        assert_eq!(policy.plan(Quantity(wanted), &nameless(open)), Err(NoReturn::NoProduct));
    }
}

#[test]
fn it_may_be_forbidden_and_is_not_done_too_often() {
    let usual = ReturnPolicy::default();
    let (member, cashier) =
        (NoReturn::MemberLimit { limit: 3, days: 90 }, NoReturn::CashierLimit { limit: 3, days: 90 });
    let free = ReturnPolicy { per_member: 0, per_cashier: 0, ..usual };
    let closed = ReturnPolicy { without_receipt: false, ..usual };
    for (policy, counts, wanted, code) in [
        (usual, (0, 0), None, ""),
        (usual, (2, 2), None, ""),
        (usual, (3, 0), Some(member), "return_limit_member"),
        (usual, (0, 3), Some(cashier), "return_limit_cashier"),
        (usual, (9, 9), Some(member), "return_limit_member"),
        (free, (9, 9), None, ""),
        (closed, (0, 0), Some(NoReturn::Forbidden), "return_without_receipt_forbidden"),
    ] {
        let counts = Counts { member: counts.0, cashier: counts.1 };
        let refused = policy.plan(Quantity::ONE, &Known { counts, ..known(vec![]) }).err();
        assert_eq!(refused, wanted, "{counts:?}");
        assert_eq!(refused.map_or("", NoReturn::code), code);
    }
    // What the member bought is no return without a purchase, however many of those there were.
    let counts = Counts { member: 9, cashier: 9 };
    let of_member = Known { counts, ..known(vec![open(1, 1_000, 0)]) };
    assert!(usual.plan(Quantity::ONE, &of_member).is_ok());
    assert_eq!(closed.plan(Quantity::ONE, &of_member), Err(NoReturn::Forbidden));
}
