use super::*;
use crate::gift_card::GiftCard;
use crate::ids::SaleId;
use crate::money::{AmountError, Money, Points, Quantity};
use crate::sale::{
    FIELD_MAX, Kept, LineKind, Origin, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind, lines_total,
};

mod workings;

pub(super) fn line(number: u32, kind: LineKind, product_line: &str, net: i64) -> SaleLine {
    SaleLine {
        number,
        kind,
        sku: "1001".parse().unwrap(),
        name: String::new(),
        product_line: product_line.to_owned(),
        category: String::new(),
        quantity: Quantity::ONE,
        unit_price: Money(net),
        gross: Money(net),
        discount: Money::ZERO,
        net: Money(net),
        tax: Money::ZERO,
        promotion: None,
        origin: None,
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    }
}

pub(super) fn ticket(status: SaleStatus, lines: Vec<SaleLine>) -> Sale {
    let mut draft = SaleDraft {
        id: SaleId::new(1, [0; 10]),
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        business_date: "2026-03-01".parse().unwrap(),
        receipt_no: 7,
        occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
        cashier: None,
        card: None,
        card_entry: None,
        status,
        lines,
        tenders: vec![],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    };
    if status != SaleStatus::Voided {
        let amount = lines_total(&draft).unwrap();
        draft.tenders.push(Tender::new(TenderKind::Cash, amount));
    }
    Sale::close(draft).unwrap()
}

/// Sold lines of one product line each: `[("a", 1000)]`.
pub(super) fn sold(lines: &[(&str, i64)]) -> Sale {
    let lines = (1..).zip(lines).map(|(n, (name, net))| line(n, LineKind::Sale, name, *net)).collect();
    ticket(SaleStatus::Completed, lines)
}

pub(super) fn programme(points: i64, per: i64, decimals: u32) -> Programme {
    Programme { base: Rate { points, per }, decimals, ..Programme::starter("2026-01-01".parse().unwrap()) }
}

pub(super) fn multiplier(name: &str, product_lines: &[&str], factor: i64) -> Multiplier {
    let product_lines = product_lines.iter().map(|&l| l.to_owned()).collect();
    Multiplier { name: name.to_owned(), product_lines, factor }
}

/// Points of each line that has any, in hundredths.
fn by_line(earned: &Earned) -> Vec<(u32, i64)> {
    earned.lines.iter().map(|l| (l.line, l.points.0)).collect()
}

#[test]
fn one_point_for_ten_on_105_00_is_10() {
    let earned = earn(&programme(100, 1_000, 0), &sold(&[("a", 10_500)])).unwrap();
    assert_eq!(earned.sold(), Points(1_000));
    let base =
        RuleResult { rule: "base".to_owned(), kind: LineKind::Sale, amount: 10_500, points: Points(1_000) };
    assert_eq!(earned.rules, [base]);
}

#[test]
fn three_lines_of_3_33_with_two_decimals_are_9_99() {
    let earned = earn(&programme(100, 100, 2), &sold(&[("a", 333), ("a", 333), ("a", 333)])).unwrap();
    assert_eq!(earned.sold().to_string(), "9.99");
    assert_eq!(by_line(&earned), [(1, 333), (2, 333), (3, 333)]);
}

#[test]
fn whole_points_are_floored_once_per_ticket_not_per_line() {
    let earned = earn(&programme(100, 100, 0), &sold(&[("a", 333), ("a", 333), ("a", 333)])).unwrap();
    assert_eq!(earned.sold(), Points(900));
    assert_eq!(by_line(&earned), [(1, 300), (2, 300), (3, 300)]);
    // 2.01 + 0.99 is three points, though each line alone would floor to two and none.
    let earned = earn(&programme(100, 100, 0), &sold(&[("a", 201), ("a", 99)])).unwrap();
    assert_eq!(by_line(&earned), [(1, 201), (2, 99)]);
}

#[test]
fn points_add_up_in_print() {
    assert_eq!(Points(26_739).plus(Points(89)).unwrap().to_string(), "268.28");
}

#[test]
fn a_return_takes_back_what_its_own_line_earned() {
    // 40.00 spent: 40 points, 10 on top for A, 20 on top for B. Returning C takes 20, not a share of 70.
    let mut rules = programme(100, 100, 0);
    rules.multipliers = vec![multiplier("A double", &["a"], 100), multiplier("B triple", &["b"], 200)];
    let earned = earn(&rules, &sold(&[("a", 1_000), ("b", 1_000), ("c", 2_000)])).unwrap();
    assert_eq!(earned.sold(), Points(7_000));
    assert_eq!(by_line(&earned), [(1, 2_000), (2, 3_000), (3, 2_000)]);
    assert_eq!(returned_share(earned.lines[2].points, 1_000, 0, 1_000), Points(2_000));
}

#[test]
fn three_returns_of_a_third_take_back_all_of_100_points() {
    let shares: Vec<i64> =
        (0..3).map(|n| returned_share(Points(10_000), 3_000, n * 1_000, 1_000).0).collect();
    assert_eq!(shares, [3_333, 3_333, 3_334]);
}

#[test]
fn half_a_return_takes_half() {
    // 60 points of a ticket; half of its value comes back.
    assert_eq!(returned_share(Points(6_000), 2_000, 0, 1_000), Points(3_000));
}

#[test]
fn no_more_is_taken_back_than_was_earned() {
    for (sold, before, returning, wanted) in [
        (2_000, 0, 9_000, 6_000),
        (2_000, 2_000, 1_000, 0),
        (2_000, 1_500, 1_000, 1_500),
        (2_000, 0, 0, 0),
        (0, 0, 0, 6_000),
        (0, 1_000, 1_000, 0),
        (2_000, i64::MAX, i64::MAX, 0),
    ] {
        assert_eq!(returned_share(Points(6_000), sold, before, returning), Points(wanted), "{sold} {before}");
    }
}

#[test]
fn an_exchange_is_two_tickets_to_the_rules() {
    // Two pens come back, two are taken: nothing is netted, so each side meets the rules on its own.
    let lines = vec![line(1, LineKind::Return, "a", 950), line(2, LineKind::Sale, "a", 1_050)];
    let earned = earn(&programme(100, 1_000, 0), &ticket(SaleStatus::Completed, lines)).unwrap();
    assert_eq!((earned.sold(), earned.returned()), (Points(100), Points(0)));
    let lines = vec![line(1, LineKind::Return, "a", 2_000), line(2, LineKind::Sale, "a", 2_000)];
    let earned = earn(&programme(100, 1_000, 0), &ticket(SaleStatus::Completed, lines)).unwrap();
    assert_eq!((earned.sold(), earned.returned()), (Points(200), Points(200)));
}

#[test]
fn exclusions_and_multipliers() {
    let mut rules = programme(100, 100, 0);
    rules.excluded_lines = vec!["tobacco".to_owned()];
    rules.multipliers = vec![multiplier("week", &[], 100), multiplier("dairy", &["dairy", "tobacco"], 50)];
    let earned = earn(&rules, &sold(&[("tobacco", 9_900), ("dairy", 1_000), ("bread", 500)])).unwrap();
    // Multipliers add up, they do not multiply: 15 + 15 + 5.
    assert_eq!(earned.sold(), Points(3_500));
    assert_eq!(by_line(&earned), [(2, 2_500), (3, 1_000)]);
    let reasons: Vec<(&str, i64)> = earned.rules.iter().map(|r| (r.rule.as_str(), r.amount)).collect();
    assert_eq!(reasons, [("base", 1_500), ("week", 1_500), ("dairy", 1_000)]);
}

/// The same ticket, part of it paid (below zero: given back) with points of 1.00 each.
pub(super) fn with_points(sale: Sale, money: i64) -> Sale {
    let total = sale.total();
    let mut draft = SaleDraft::from(sale);
    draft.tenders = vec![Tender::of_points(Points(money), Money(money))];
    draft.tenders.push(Tender::new(TenderKind::Cash, total.minus(Money(money)).unwrap()));
    Sale::close(draft).unwrap()
}

#[test]
fn what_is_paid_with_points_earns_nothing() {
    let mut rules = programme(100, 100, 0);
    rules.excluded_lines = vec!["tobacco".to_owned()];
    let goods = || sold(&[("a", 3_000), ("tobacco", 5_000), ("b", 7_000)]);
    // 40 of 100 is paid with points: 60 is left to earn on, spread as the lines cost.
    let earned = earn(&rules, &with_points(goods(), 4_000)).unwrap();
    assert_eq!((earned.sold(), earned.rules[0].amount), (Points(6_000), 6_000));
    assert_eq!(by_line(&earned), [(1, 1_800), (3, 4_200)]);
    // All that earns is paid with points, and more: the rest of them paid the goods that earn nothing.
    assert_eq!(earn(&rules, &with_points(goods(), 12_000)), Ok(Earned::default()));
    let switched = Programme { earns_on_points: true, ..rules.clone() };
    assert_eq!(earn(&switched, &with_points(goods(), 4_000)).unwrap().sold(), Points(10_000));
    // Points of another system are money: it did not say how many of ours they were.
    let mut theirs = SaleDraft::from(goods());
    theirs.tenders = vec![Tender::new(TenderKind::Points, Money(15_000))];
    assert_eq!(earn(&rules, &Sale::close(theirs).unwrap()).unwrap().sold(), Points(10_000));
}

#[test]
fn tax_is_paid_with_points_in_proportion() {
    // 100.00 plus 19.00 tax, half of it paid with points: 50.00 net is left.
    let mut taxed = line(1, LineKind::Sale, "a", 10_000);
    (taxed.gross, taxed.tax) = (Money(11_900), Money(1_900));
    let sale = with_points(ticket(SaleStatus::Completed, vec![taxed]), 5_950);
    assert_eq!(earn(&programme(100, 100, 2), &sale).unwrap().sold(), Points(5_000));
}

#[test]
fn points_given_back_are_not_taken_back_again() {
    // Without a receipt 100 comes back, 40 of it in points: what the other 60 would earn is taken back.
    let back = || ticket(SaleStatus::Completed, vec![line(1, LineKind::Return, "a", 10_000)]);
    let rules = programme(100, 100, 0);
    assert_eq!(earn(&rules, &with_points(back(), -4_000)).unwrap().returned(), Points(6_000));
    // In an exchange the points that pay belong to what is sold.
    let lines = vec![line(1, LineKind::Return, "a", 2_000), line(2, LineKind::Sale, "a", 5_000)];
    let earned = earn(&rules, &with_points(ticket(SaleStatus::Completed, lines), 3_000)).unwrap();
    assert_eq!((earned.sold(), earned.returned()), (Points(2_000), Points(2_000)));
}

#[test]
fn goods_without_a_receipt_take_back_the_base_rate() {
    let mut rules = programme(100, 100, 0);
    rules.excluded_lines = vec!["tobacco".to_owned()];
    rules.multipliers = vec![multiplier("double", &[], 100)];
    let back = |number, product_line: &str, net, without_receipt| SaleLine {
        without_receipt,
        ..line(number, LineKind::Return, product_line, net)
    };
    let returned = |lines: Vec<SaleLine>| earn(&rules, &ticket(SaleStatus::Completed, lines)).unwrap();
    for (lines, wanted) in [
        // What names no original and says no more is taken back as ever, so that old tickets keep their points.
        (vec![back(1, "a", 1_050, false)], vec![(1, 2_000)]),
        (vec![back(1, "a", 1_050, true)], vec![(1, 1_000)]),
        (vec![back(1, "a", 99, true)], vec![]),
        (vec![back(1, "tobacco", 5_000, true)], vec![]),
        // Two tickets to the rules: neither helps the other over a threshold.
        (vec![back(1, "a", 150, true), back(2, "a", 150, false)], vec![(2, 200), (1, 100)]),
    ] {
        assert_eq!(by_line(&returned(lines.clone())), wanted, "{lines:?}");
    }
    // Points that go back belong to goods that were bought with them.
    let lines = vec![back(1, "a", 2_000, true), back(2, "a", 2_000, false)];
    let sale = with_points(ticket(SaleStatus::Completed, lines), -2_000);
    assert_eq!(by_line(&earn(&rules, &sale).unwrap()), [(1, 2_000)]);
}

/// Two pens came back for two of the same; the ruler beside them is what points paid, as if it stood alone.
#[test]
fn points_pay_for_no_pieces_that_keep_the_points_of_others() {
    let rules = programme(100, 100, 0);
    let of = Origin { sale: SaleId::new(1, [9; 10]), line: 1 };
    let quantity = Quantity::pieces(2).unwrap();
    let back = SaleLine { quantity, origin: Some(of), ..line(1, LineKind::Return, "pens", 2_000) };
    for (kept, by_points, wanted) in [(2, 2_000, 0), (2, 500, 1_500), (1, 1_500, 1_500), (1, 0, 3_000)] {
        let keeps = vec![Kept { of, quantity: Quantity::pieces(kept).unwrap() }];
        let pens = SaleLine { quantity, keeps, ..line(2, LineKind::Sale, "pens", 2_000) };
        let lines = vec![back.clone(), pens, line(3, LineKind::Sale, "ruler", 2_000)];
        let sale = ticket(SaleStatus::Completed, lines);
        let sale = if by_points == 0 { sale } else { with_points(sale, by_points) };
        assert_eq!(earn(&rules, &sale).unwrap().sold(), Points(wanted), "{kept} kept, {by_points} paid");
    }
}

/// A gift is paid by its own points, whatever else is on the ticket, and comes back the same way.
#[test]
fn a_gift_earns_nothing_and_the_rest_as_ever() {
    let rules = programme(100, 100, 0);
    let gift = |points: i64, amount: i64, line: u32| Tender {
        gift: Some(line),
        ..Tender::of_points(Points(points), Money(amount))
    };
    let paid = |sale: Sale, gift: Tender, by_points: i64| {
        let rest = sale.total().minus(gift.amount).unwrap().minus(Money(by_points)).unwrap();
        let mut tenders = vec![gift, Tender::new(TenderKind::Cash, rest)];
        if by_points != 0 {
            tenders.push(Tender::of_points(Points(by_points), Money(by_points)));
        }
        Sale::close(SaleDraft { tenders, ..sale.into() }).unwrap()
    };
    let goods = || sold(&[("a", 3_000), ("b", 7_000)]);
    assert_eq!(by_line(&earn(&rules, &paid(goods(), gift(50_000, 7_000, 2), 0)).unwrap()), [(1, 3_000)]);
    // Points that pay an amount pay what the gift has left.
    assert_eq!(by_line(&earn(&rules, &paid(goods(), gift(50_000, 7_000, 2), 1_000)).unwrap()), [(1, 2_000)]);
    let switched = Programme { earns_on_points: true, ..rules.clone() };
    assert_eq!(earn(&switched, &paid(goods(), gift(50_000, 7_000, 2), 0)).unwrap().sold(), Points(10_000));
    let back = ticket(
        SaleStatus::Completed,
        vec![line(1, LineKind::Return, "a", 3_000), line(2, LineKind::Return, "b", 7_000)],
    );
    assert_eq!(by_line(&earn(&rules, &paid(back, gift(-50_000, -7_000, 2), 0)).unwrap()), [(1, 3_000)]);
}

/// Money for goods to come earns when it is spent on them.
#[test]
fn a_gift_card_earns_when_it_is_spent_and_not_when_it_is_sold() {
    let rules = programme(100, 100, 0);
    let sells = |number, net| {
        let card = GiftCard::read("29800000000000001237").map(Box::new);
        SaleLine { gift_card: card, ..line(number, LineKind::Sale, "cards", net) }
    };
    let goods = |number, net| line(number, LineKind::Sale, "a", net);
    let earned = |sale: &Sale| earn(&rules, sale).unwrap().sold();
    let of = |lines| ticket(SaleStatus::Completed, lines);
    assert_eq!(earned(&of(vec![sells(1, 50_000)])), Points::ZERO);
    assert_eq!(earned(&of(vec![sells(1, 50_000), goods(2, 1_000)])), Points(1_000));
    // Points pay for goods that earn first.
    let mixed = with_points(of(vec![sells(1, 50_000), goods(2, 1_000)]), 1_000);
    assert_eq!(earned(&mixed), Points::ZERO);
    let by_card = Tender::new(TenderKind::GiftCard, Money(1_000));
    let spent = SaleDraft { tenders: vec![by_card], ..of(vec![goods(1, 1_000)]).into() };
    assert_eq!(earned(&Sale::close(spent).unwrap()), Points(1_000));
}

#[test]
fn what_does_not_count_earns_nothing() {
    let lines = || vec![line(1, LineKind::Sale, "a", 1_000)];
    for sale in [
        ticket(SaleStatus::Training, lines()),
        ticket(SaleStatus::Voided, lines()),
        ticket(SaleStatus::Completed, vec![line(1, LineKind::Void, "a", 1_000)]),
        sold(&[("a", 0)]),
        sold(&[("a", 99)]),
    ] {
        assert_eq!(earn(&programme(100, 100, 0), &sale), Ok(Earned::default()));
    }
}

#[test]
fn absurd_rates_are_an_error_not_a_wrong_number() {
    let mut rules = programme(i64::MAX, 1, 0);
    assert_eq!(earn(&rules, &sold(&[("a", FIELD_MAX)])), Err(AmountError::Overflow));
    rules.multipliers = vec![multiplier("more", &[], i64::MAX)];
    assert_eq!(earn(&rules, &sold(&[("a", FIELD_MAX)])), Err(AmountError::Overflow));
}

#[test]
fn the_version_of_a_date_and_its_check() {
    let version =
        |version: i64, from: &str| Programme { version, ..Programme::starter(from.parse().unwrap()) };
    let versions = [version(2, "2026-03-01"), version(1, "2026-01-01"), version(3, "2026-03-01")];
    for (date, wanted) in
        [("2025-12-31", 1), ("2026-01-01", 1), ("2026-02-28", 1), ("2026-03-01", 3), ("2027-01-01", 3)]
    {
        assert_eq!(
            Programme::on(&versions, date.parse().unwrap()).map(|p| p.version),
            Some(wanted),
            "{date}"
        );
    }
    assert_eq!(Programme::on(&[], "2026-01-01".parse().unwrap()), None);
    let factor = |factor| Programme { multipliers: vec![multiplier("x", &[], factor)], ..programme(1, 1, 0) };
    let ends_after = |days| {
        let expiry = Expiry { days, end_of: EndOf::Day, grace_days: 30 };
        Programme { expiry: Some(expiry), ..programme(1, 1, 0) }
    };
    let vests_after = |vest_days, programme| Programme { vest_days, ..programme };
    for (programme, wanted) in [
        (programme(0, 1, 2), Ok(())),
        (programme(100, 100, 1), Err(ProgrammeError::Decimals)),
        (programme(-1, 100, 0), Err(ProgrammeError::Rate)),
        (programme(1, 0, 0), Err(ProgrammeError::Rate)),
        (factor(1), Ok(())),
        (factor(0), Err(ProgrammeError::Factor("x".to_owned()))),
        (ends_after(1), Ok(())),
        (ends_after(0), Err(ProgrammeError::Expiry(ExpiryError::Days))),
        (vests_after(14, programme(1, 1, 0)), Ok(())),
        (vests_after(3_653, programme(1, 1, 0)), Ok(())),
        (vests_after(-1, programme(1, 1, 0)), Err(ProgrammeError::VestDays)),
        (vests_after(3_654, programme(1, 1, 0)), Err(ProgrammeError::VestDays)),
        (vests_after(14, ends_after(14)), Ok(())),
        (vests_after(15, ends_after(14)), Err(ProgrammeError::EndsBeforeVesting)),
    ] {
        assert_eq!(programme.check(), wanted);
    }
}
