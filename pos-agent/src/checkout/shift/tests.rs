use domain::ids::{EventId, SaleId, ShiftId};
use domain::money::Quantity;
use domain::sale::{DiscountShare, SaleCoupon, SaleDraft, Tender};

use super::*;

fn line(kind: LineKind, sku: &str, paid: i64, discount: i64, rate: i64) -> SaleLine {
    let (net, tax) = TaxMode::Inclusive.split(Money(paid), rate).unwrap();
    SaleLine {
        number: 1,
        kind,
        sku: sku.parse().unwrap(),
        name: sku.to_owned(),
        product_line: "food".to_owned(),
        category: String::new(),
        quantity: Quantity::ONE,
        unit_price: Money(paid + discount),
        gross: Money(paid + discount),
        discount: Money(discount),
        net,
        tax,
        promotion: None,
        origin: None,
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    }
}

fn sale(status: SaleStatus, lines: Vec<SaleLine>, tenders: Vec<Tender>, change: i64, rounding: i64) -> Sale {
    let lines = (1..).zip(lines).map(|(number, line)| SaleLine { number, ..line }).collect();
    Sale::close(SaleDraft {
        id: SaleId::new(1, [1; 10]),
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        business_date: "2026-03-02".parse().unwrap(),
        receipt_no: 1,
        occurred_at: "2026-03-02T10:00:00-05:00".parse().unwrap(),
        cashier: None,
        card: Some("2990000010421".parse().unwrap()),
        card_entry: None,
        status,
        lines,
        tenders,
        change: Money(change),
        rounding: Money(rounding),
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    })
    .unwrap()
}

fn moved(direction: CashDirection, amount: i64) -> CashMoved {
    CashMoved {
        shift: ShiftId::new(1, [1; 10]),
        id: EventId::new(1, [1; 10]),
        direction,
        amount: Money(amount),
        reason: "change".to_owned(),
        at: "2026-03-02T10:00:00-05:00".parse().unwrap(),
        cashier: None,
        approved_by: None,
    }
}

fn cash(amount: i64) -> Tender {
    Tender::new(TenderKind::Cash, Money(amount))
}

fn known() -> Known {
    let rate = |sku: &str, rate| (sku.parse().unwrap(), rate);
    Known {
        rates: HashMap::from([rate("milk", 500), rate("soap", 1_900)]),
        programmes: vec![Programme::starter("2026-01-01".parse().unwrap())],
    }
}

#[test]
fn an_empty_shift_holds_its_float() {
    let empty = totals(Money(50_000), &[], &[], &known()).unwrap();
    assert_eq!((empty.cash_expected, empty.tickets, empty.taxes.len()), (Money(50_000), 0, 0));
}

#[test]
fn every_kind_of_ticket_counts_where_it_belongs() {
    use LineKind::{Return, Sale as Sold};
    use SaleStatus::{Completed, Training, Voided};
    let milk = || line(Sold, "milk", 10_500, 0, 500);
    let soap = || line(Sold, "soap", 11_900, 2_100, 1_900);
    let card = |amount| Tender::new(TenderKind::Card, Money(amount));
    // sold, returned, discount, cash expected, tickets, returns, voids
    let cases: [(&str, Vec<Sale>, [i64; 7]); 8] = [
        (
            "cash with change",
            vec![sale(Completed, vec![milk()], vec![cash(20_000)], 9_500, 0)],
            [10_500, 0, 0, 10_500, 1, 0, 0],
        ),
        (
            "mixed",
            vec![sale(Completed, vec![milk(), soap()], vec![card(12_400), cash(10_000)], 0, 0)],
            [22_400, 0, 2_100, 10_000, 1, 0, 0],
        ),
        (
            "rounded down",
            vec![sale(Completed, vec![soap()], vec![cash(11_850)], 0, -50)],
            [11_900, 0, 2_100, 11_850, 1, 0, 0],
        ),
        (
            "refund in cash",
            vec![sale(
                Completed,
                vec![line(Return, "soap", 11_900, 2_100, 1_900)],
                vec![cash(-11_900)],
                0,
                0,
            )],
            [0, 11_900, -2_100, -11_900, 1, 1, 0],
        ),
        (
            "exchange",
            vec![sale(
                Completed,
                vec![milk(), line(Return, "soap", 11_900, 0, 1_900)],
                vec![cash(-1_400)],
                0,
                0,
            )],
            [10_500, 11_900, 0, -1_400, 1, 1, 0],
        ),
        (
            "points",
            vec![sale(
                Completed,
                vec![milk()],
                vec![Tender::of_points(Points(50_000), Money(500)), cash(10_000)],
                0,
                0,
            )],
            [10_500, 0, 0, 10_000, 1, 0, 0],
        ),
        ("cancelled", vec![sale(Voided, vec![milk()], vec![], 0, 0)], [0, 0, 0, 0, 0, 0, 1]),
        ("training", vec![sale(Training, vec![milk()], vec![cash(20_000)], 9_500, 0)], [0; 7]),
    ];
    for (name, sales, wanted) in cases {
        let t = totals(Money::ZERO, &sales, &[], &known()).unwrap();
        let found = [t.sold.0, t.returned.0, t.discount.0, t.cash_expected.0, t.tickets, t.returns, t.voids];
        assert_eq!(found, wanted, "{name}");
        // What was sold less what came back is what was paid.
        let tendered: i64 = t.tenders.iter().map(|tender| tender.amount.0).sum();
        assert_eq!(t.sold.0 - t.returned.0 + t.rounding.0, tendered - t.change.0, "{name}");
        let taxed: i64 = t.taxes.iter().map(|tax| tax.net.0 + tax.tax.0).sum();
        assert_eq!(taxed, t.sold.0 - t.returned.0, "{name}");
    }
}

#[test]
fn coupons_that_were_taken_in_are_counted() {
    let coupon = |amount: i64| SaleCoupon {
        code: "9813765030011".parse().unwrap(),
        name: String::new(),
        amount: Money(amount),
        lines: vec![DiscountShare { line: 1, amount: Money(amount) }],
    };
    let with = |status, coupons: Vec<SaleCoupon>, tenders| {
        let plain = sale(status, vec![line(LineKind::Sale, "soap", 11_900, 2_100, 1_900)], tenders, 0, 0);
        Sale::close(SaleDraft { coupons, ..plain.into() }).unwrap()
    };
    let sales = [
        with(SaleStatus::Completed, vec![coupon(500), coupon(1_000)], vec![cash(11_900)]),
        with(SaleStatus::Completed, vec![], vec![cash(11_900)]),
        with(SaleStatus::Voided, vec![coupon(500)], vec![]),
        with(SaleStatus::Training, vec![coupon(500)], vec![cash(11_900)]),
    ];
    let t = totals(Money::ZERO, &sales, &[], &known()).unwrap();
    assert_eq!((t.coupons, t.coupon_discount, t.discount), (2, Money(1_500), Money(4_200)));
}

#[test]
fn taxes_are_by_rate_and_what_fits_no_rate_is_apart() {
    let odd = line(LineKind::Sale, "milk", 10_000, 0, 1_600);
    let lines = vec![
        line(LineKind::Sale, "milk", 10_500, 0, 500),
        line(LineKind::Sale, "soap", 11_900, 0, 1_900),
        line(LineKind::Return, "milk", 2_100, 0, 500),
        odd,
    ];
    let taxed =
        totals(Money::ZERO, &[sale(SaleStatus::Completed, lines, vec![cash(30_300)], 0, 0)], &[], &known())
            .unwrap();
    let found: Vec<_> = taxed.taxes.iter().map(|t| (t.rate, t.net.0, t.tax.0)).collect();
    assert_eq!(found, [(None, 8_621, 1_379), (Some(500), 8_000, 400), (Some(1_900), 10_000, 1_900)]);
}

#[test]
fn cash_that_came_and_went_is_expected_in_the_drawer() {
    let sold = sale(
        SaleStatus::Completed,
        vec![line(LineKind::Sale, "milk", 10_500, 0, 500)],
        vec![cash(20_000)],
        9_500,
        0,
    );
    let moves = [moved(CashDirection::In, 5_000), moved(CashDirection::Out, 30_000)];
    let t = totals(Money(50_000), &[sold], &moves, &known()).unwrap();
    assert_eq!((t.cash_in, t.cash_out, t.cash_expected), (Money(5_000), Money(30_000), Money(35_500)));
    // 10,000 net at a point for 1.00 are 100 points.
    assert_eq!((t.points_given, t.points_redeemed), (Points(10_000), Points::ZERO));
}
