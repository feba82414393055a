use super::*;
use crate::gift_card::GiftPayment;
use crate::ids::{GiftHoldId, RedemptionId};

pub fn line(number: u32, kind: LineKind, paid: i64) -> SaleLine {
    SaleLine {
        number,
        kind,
        sku: "1001".parse().unwrap(),
        name: String::new(),
        product_line: String::new(),
        category: String::new(),
        quantity: Quantity::ONE,
        unit_price: Money(paid),
        gross: Money(paid),
        discount: Money::ZERO,
        net: Money(paid),
        tax: Money::ZERO,
        promotion: None,
        origin: None,
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    }
}

pub fn draft(lines: Vec<SaleLine>, tendered: i64, change: i64) -> SaleDraft {
    SaleDraft {
        id: SaleId::new(1, [0; 10]),
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        business_date: "2026-03-01".parse().unwrap(),
        receipt_no: 7,
        occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
        cashier: None,
        card: None,
        card_entry: None,
        status: SaleStatus::Completed,
        lines,
        tenders: vec![Tender::new(TenderKind::Cash, Money(tendered))],
        change: Money(change),
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    }
}

#[test]
fn lines_and_tenders_must_agree() {
    use LineKind::{Return, Sale as Sold, Void};
    let good = [
        draft(vec![line(1, Sold, 500)], 500, 0),
        draft(vec![line(1, Sold, 500)], 1000, 500),
        draft(vec![line(1, Sold, 500), line(2, Return, 800)], -300, 0),
        draft(vec![line(1, Sold, 500), line(2, Void, 800)], 500, 0),
        draft(vec![line(1, Sold, 0)], 0, 0),
    ];
    for draft in good {
        assert!(Sale::close(draft.clone()).is_ok(), "{draft:?}");
    }
    let mut crooked = line(1, Sold, 500);
    crooked.discount = Money(1);
    let mut negative = line(1, Sold, 500);
    negative.quantity = Quantity(-1);
    let mut with_origin = line(1, Sold, 500);
    with_origin.origin = Some(Origin { sale: SaleId::new(1, [0; 10]), line: 1 });
    let without_receipt = |kind, origin| SaleLine { without_receipt: true, origin, ..line(1, kind, 500) };
    let origin = with_origin.origin;
    assert!(Sale::close(draft(vec![without_receipt(Return, None)], -500, 0)).is_ok());
    let mut voided = draft(vec![line(1, Sold, 500)], 500, 0);
    voided.status = SaleStatus::Voided;
    let mut rounded = draft(vec![line(1, Sold, 502)], 500, 0);
    rounded.rounding = Money(-1);
    let tendered =
        |tender: Tender| SaleDraft { tenders: vec![tender], ..draft(vec![line(1, Sold, 500)], 0, 0) };
    let points_in_cash = Tender { points: Some(Points::ONE), ..Tender::new(TenderKind::Cash, Money(500)) };
    let card = GiftCard::read("29800000000000001237").unwrap();
    let of_card = |amount: i64, hold: Option<u8>| {
        let hold = hold.map(|n| GiftHoldId::new(1, [n; 10]));
        let gift_card = Some(Box::new(GiftPayment { card: card.clone(), hold, left: None }));
        Tender { gift_card, ..Tender::new(TenderKind::GiftCard, Money(amount)) }
    };
    let back = |tender| SaleDraft { tenders: vec![tender], ..draft(vec![line(1, Return, 500)], 0, 0) };
    assert!(Sale::close(tendered(of_card(500, Some(1)))).is_ok());
    assert!(Sale::close(back(of_card(-500, None))).is_ok());
    let in_cash = Tender { kind: TenderKind::Cash, ..of_card(500, Some(1)) };
    let sells = |line: SaleLine| SaleLine { gift_card: Some(Box::new(card.clone())), ..line };
    assert!(Sale::close(draft(vec![sells(line(1, Sold, 500))], 500, 0)).is_ok());
    let two = SaleLine { quantity: Quantity(2_000), ..sells(line(1, Sold, 500)) };
    let cheaper = SaleLine { gross: Money(600), discount: Money(100), ..sells(line(1, Sold, 500)) };
    let bad = [
        (tendered(of_card(500, None)), "sale_gift_card_tender"),
        (back(of_card(-500, Some(1))), "sale_gift_card_tender"),
        (tendered(in_cash), "sale_gift_card_tender"),
        (draft(vec![two], 500, 0), "sale_gift_card_line"),
        (draft(vec![cheaper], 500, 0), "sale_gift_card_line"),
        (draft(vec![sells(line(1, Return, 500))], -500, 0), "sale_gift_card_line"),
        (rounded, "sale_tender_sum"),
        (tendered(points_in_cash), "sale_tender_points"),
        (tendered(Tender::of_points(Points(-1), Money(500))), "sale_tender_points"),
        (draft(vec![], 0, 0), "sale_no_lines"),
        (draft(vec![line(1, Sold, 500)], 499, 0), "sale_tender_sum"),
        (draft(vec![line(1, Sold, 500)], 500, -1), "sale_negative_change"),
        (draft(vec![line(1, Sold, 1), line(1, Sold, 1)], 2, 0), "sale_line_number"),
        (draft(vec![line(0, Sold, 1)], 1, 0), "sale_line_number"),
        (draft(vec![crooked], 500, 0), "sale_line_sum"),
        (draft(vec![negative], 500, 0), "sale_negative_amount"),
        (draft(vec![with_origin], 500, 0), "sale_origin_on_sale"),
        (draft(vec![without_receipt(Sold, None)], 500, 0), "sale_without_receipt"),
        (draft(vec![without_receipt(Return, origin)], -500, 0), "sale_without_receipt"),
        (draft(vec![line(1, Sold, i64::MAX)], 0, 0), "sale_amount_too_large"),
        (voided, "sale_voided_with_tenders"),
    ];
    for (draft, code) in bad {
        assert_eq!(Sale::close(draft).map_err(|e| e.code()), Err(code));
    }
}

#[test]
fn a_code_that_no_catalogue_has_stays_with_its_line() {
    let unknown =
        SaleLine { read_code: Some("2000000009995".parse().unwrap()), ..line(1, LineKind::Sale, 500) };
    let sale = Sale::close(draft(vec![unknown, line(2, LineKind::Sale, 500)], 1_000, 0)).unwrap();
    let text = serde_json::to_string(&sale).unwrap();
    assert_eq!(text.matches("read_code").count(), 1, "{text}");
    assert_eq!(serde_json::from_str::<Sale>(&text).unwrap(), sale);
}

#[test]
fn cash_rounding_and_points_stand_in_the_sum() {
    let mut draft = draft(vec![line(1, LineKind::Sale, 502)], 300, 0);
    draft.rounding = Money(-2);
    draft.tenders.push(Tender::of_points(Points(4_000), Money(200)));
    let sale = Sale::close(draft).unwrap();
    assert_eq!((sale.total(), sale.points_spent()), (Money(502), Ok(Points(4_000))));
    let text = serde_json::to_string(&sale).unwrap();
    assert_eq!(serde_json::from_str::<Sale>(&text).unwrap(), sale);
}

#[test]
fn points_for_a_gift_name_its_line() {
    let ticket = |tender: Tender| {
        let lines =
            vec![line(1, LineKind::Sale, 500), line(2, LineKind::Void, 300), line(3, LineKind::Sale, 0)];
        let rest = Tender::new(TenderKind::Cash, Money(500 - tender.amount.0));
        let tenders = vec![tender, rest];
        Sale::close(SaleDraft { tenders, ..draft(lines, 0, 0) }).map(|_| ()).map_err(|e| e.code())
    };
    let gift = |points: i64, amount: i64, line: u32| Tender {
        gift: Some(line),
        ..Tender::of_points(Points(points), Money(amount))
    };
    let reserved = |tender| Tender { redemption: Some(RedemptionId::new(1, [1; 10])), ..tender };
    for (tender, wanted) in [
        (gift(9_000, 500, 1), Ok(())),
        // Points for goods that cost nothing.
        (gift(9_000, 0, 3), Ok(())),
        (gift(9_000, 501, 1), Err("sale_tender_gift")),
        (gift(9_000, 300, 2), Err("sale_tender_gift")),
        (gift(9_000, 0, 4), Err("sale_tender_gift")),
        (gift(-9_000, -500, 1), Err("sale_tender_gift")),
        (gift(0, 0, 3), Err("sale_tender_points")),
        (gift(-9_000, 500, 1), Err("sale_tender_points")),
        (Tender { gift: Some(1), ..Tender::new(TenderKind::Cash, Money(500)) }, Err("sale_tender_points")),
        (Tender { origin: Some(SaleId::new(1, [0; 10])), ..gift(9_000, 500, 1) }, Err("sale_tender_points")),
        (reserved(gift(9_000, 500, 1)), Ok(())),
        (reserved(gift(-9_000, -500, 1)), Err("sale_tender_points")),
        (reserved(Tender::new(TenderKind::Cash, Money(500))), Err("sale_tender_points")),
    ] {
        assert_eq!(ticket(tender.clone()), wanted, "{tender:?}");
    }
}

#[test]
fn price_rules_and_coupons_share_the_discount_of_a_line() {
    let mut one = line(1, LineKind::Sale, 1_000);
    (one.gross, one.discount) = (Money(1_100), Money(100));
    let rule = |amount: i64, shares: &[(u32, i64)]| SaleRule {
        code: "2x1".parse().unwrap(),
        name: "2×1".to_owned(),
        amount: Money(amount),
        lines: shares.iter().map(|&(line, amount)| DiscountShare { line, amount: Money(amount) }).collect(),
    };
    let coupon = |amount: i64| SaleCoupon {
        code: "c".parse().unwrap(),
        name: String::new(),
        amount: Money(amount),
        lines: vec![DiscountShare { line: 1, amount: Money(amount) }],
    };
    for (price_rules, coupons, wanted) in [
        (vec![rule(100, &[(1, 100)])], vec![], Ok(())),
        (vec![rule(60, &[(1, 60)])], vec![coupon(40)], Ok(())),
        (vec![rule(60, &[(1, 60)])], vec![coupon(41)], Err("sale_price_rule")),
        (vec![rule(101, &[(1, 101)])], vec![], Err("sale_price_rule")),
        (vec![rule(100, &[(1, 60)])], vec![], Err("sale_price_rule")),
        (vec![rule(0, &[])], vec![], Err("sale_price_rule")),
        (vec![rule(10, &[(1, 10)]), rule(10, &[(1, 10)])], vec![], Err("sale_price_rule")),
        (vec![rule(10, &[(2, 10)])], vec![], Err("sale_price_rule")),
    ] {
        let ticket = SaleDraft { coupons, price_rules, ..draft(vec![one.clone()], 1_000, 0) };
        let said = Sale::close(ticket.clone()).map(|_| ()).map_err(|e| e.code());
        assert_eq!(said, wanted, "{ticket:?}");
    }
}

#[test]
fn a_coupon_stands_inside_the_discounts_of_its_lines() {
    let lowered = |number: u32, kind: LineKind, discount: i64| SaleLine {
        gross: Money(500 + discount),
        discount: Money(discount),
        ..line(number, kind, 500)
    };
    let lines =
        vec![lowered(1, LineKind::Sale, 100), lowered(2, LineKind::Sale, 30), lowered(3, LineKind::Void, 50)];
    let coupon = |amount: i64, shares: &[(u32, i64)]| SaleCoupon {
        code: "9813765030011".parse().unwrap(),
        name: "Maker".to_owned(),
        amount: Money(amount),
        lines: shares.iter().map(|&(line, amount)| DiscountShare { line, amount: Money(amount) }).collect(),
    };
    let ticket =
        |coupons: Vec<SaleCoupon>| Sale::close(SaleDraft { coupons, ..draft(lines.clone(), 1_000, 0) });
    for (coupons, wanted) in [
        (vec![], Ok(())),
        (vec![coupon(130, &[(1, 100), (2, 30)])], Ok(())),
        (vec![coupon(60, &[(1, 60)]), coupon(40, &[(1, 40)])], Ok(())),
        (vec![coupon(60, &[(1, 60)]), coupon(41, &[(1, 41)])], Err("sale_coupon")),
        (vec![coupon(100, &[(1, 60)])], Err("sale_coupon")),
        (vec![coupon(0, &[])], Err("sale_coupon")),
        (vec![coupon(0, &[(1, 0)])], Err("sale_coupon")),
        (vec![coupon(10, &[(1, 20), (2, -10)])], Err("sale_coupon")),
        (vec![coupon(10, &[(3, 10)])], Err("sale_coupon")),
        (vec![coupon(10, &[(4, 10)])], Err("sale_coupon")),
        (vec![coupon(1, &[(1, 1)]); COUPONS_MAX + 1], Err("sale_too_long")),
    ] {
        let closed = ticket(coupons.clone()).map(|_| ()).map_err(|e| e.code());
        assert_eq!(closed, wanted, "{coupons:?}");
    }
    let sale = ticket(vec![coupon(130, &[(1, 100), (2, 30)])]).unwrap();
    assert_eq!((sale.by_coupons(1), sale.by_coupons(3)), (Money(100), Money::ZERO));
    let text = serde_json::to_string(&sale).unwrap();
    assert_eq!(serde_json::from_str::<Sale>(&text).unwrap(), sale);
    // Events from before there were coupons say nothing of them, and so do sales without any.
    let plain = serde_json::to_string(&ticket(vec![]).unwrap()).unwrap();
    assert!(!plain.contains("coupons"), "{plain}");
    assert!(serde_json::from_str::<Sale>(&plain).unwrap().coupons.is_empty());
    // What a hub of before does with coupons: it reads past what it does not know.
    let unknown = plain.replacen('{', "{\"later\":[1],", 1);
    assert_eq!(serde_json::from_str::<Sale>(&unknown).unwrap(), ticket(vec![]).unwrap());
}

#[test]
fn a_crooked_sale_does_not_deserialize() {
    let sale = Sale::close(draft(vec![line(1, LineKind::Sale, 500)], 500, 0)).unwrap();
    let text = serde_json::to_string(&sale).unwrap();
    assert_eq!(serde_json::from_str::<Sale>(&text).unwrap(), sale);
    let crooked = text.replace("\"amount\":500", "\"amount\":501");
    assert!(serde_json::from_str::<Sale>(&crooked).unwrap_err().to_string().contains("tenders"));
}

#[test]
fn a_ticket_without_lines_is_no_sale() {
    for tendered in [0, 500] {
        let empty = draft(vec![], tendered, 0);
        assert_eq!(Sale::close(empty).map_err(|error| error.code()), Err("sale_no_lines"));
    }
    let sale = Sale::close(draft(vec![line(1, LineKind::Sale, 500)], 500, 0)).unwrap();
    let mut value = serde_json::to_value(&sale).unwrap();
    value["lines"] = serde_json::json!([]);
    assert!(serde_json::from_value::<Sale>(value).is_err());
}

#[test]
fn only_completed_sale_lines_make_a_visit() {
    let mut training = draft(vec![line(1, LineKind::Sale, 500)], 500, 0);
    training.status = SaleStatus::Training;
    for (draft, visit, counted) in [
        (draft(vec![line(1, LineKind::Sale, 500)], 500, 0), true, 1),
        (draft(vec![line(1, LineKind::Return, 500)], -500, 0), false, 1),
        (draft(vec![line(1, LineKind::Void, 500)], 0, 0), false, 0),
        (training, false, 0),
    ] {
        let sale = Sale::close(draft).unwrap();
        assert_eq!((sale.has_sale_line(), sale.counted_lines().count()), (visit, counted));
    }
}

#[test]
fn figures_beyond_any_shop_are_refused() {
    let most = draft(vec![line(1, LineKind::Sale, FIELD_MAX)], FIELD_MAX, 0);
    assert!(Sale::close(most).is_ok());
    let mut amount = draft(vec![line(1, LineKind::Sale, FIELD_MAX + 1)], FIELD_MAX + 1, 0);
    assert_eq!(Sale::close(amount.clone()).map_err(|e| e.code()), Err("sale_amount_too_large"));
    amount.lines[0] = SaleLine { quantity: Quantity(FIELD_MAX + 1), ..line(1, LineKind::Sale, 500) };
    assert!(matches!(Sale::close(amount), Err(SaleError::TooLarge { line: 1, field: "quantity" })));
}

#[test]
fn only_what_a_till_left_nameless_is_named() {
    let mut known = line(1, LineKind::Sale, 500);
    known.name = "Milk".to_owned();
    let sale = Sale::close(draft(vec![known, line(2, LineKind::Sale, 500)], 1_000, 0)).unwrap();
    let names = LineNames { name: "Tea", product_line: "Drinks", category: "Food" };
    let sale = sale.named(|_| Some(names));
    let said: Vec<_> = sale.lines.iter().map(|l| (l.name.as_str(), l.product_line.as_str())).collect();
    assert_eq!(said, [("Milk", ""), ("Tea", "Drinks")]);
}
