use chrono::DateTime;
use domain::codes::Sku;
use domain::ids::{AccountId, PromotionId, SaleId};
use domain::money::Money;
use domain::points::Gift;

use super::*;
use crate::catalogue::Sold;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn an_offer_is_shown_to_who_wants_offers_until_its_last_day() {
    let told = Offer {
        promotion: PromotionId::new(1, [1; 10]),
        text: "Milk".to_owned(),
        sku: None,
        percent_off: 0,
        valid_until: day("2026-03-31"),
    };
    let yes = Consent { marketing: true, at: Some(DateTime::UNIX_EPOCH), source: String::new() };
    let undated = Consent { at: None, ..yes.clone() };
    let no = Consent { marketing: false, ..yes.clone() };
    for (consent, told, today, shown) in [
        (&yes, Some(&told), "2026-03-31", true),
        (&yes, Some(&told), "2026-04-01", false),
        (&yes, None, "2026-03-31", false),
        (&no, Some(&told), "2026-03-31", false),
        (&undated, Some(&told), "2026-03-31", false),
    ] {
        assert_eq!(offer(consent, told.cloned(), day(today)).is_some(), shown, "{consent:?} {today}");
    }
}

#[test]
fn points_that_end_soon_are_named_in_their_order() {
    let account = AccountId::new(1, [1; 10]);
    let on = |date: &str, points| Ending { account, on: day(date), points: Points(points) };
    let endings = [
        on("2026-02-28", 1),
        on("2026-03-01", 2),
        on("2026-03-02", 3),
        on("2026-04-30", 4),
        on("2026-05-01", 5),
    ];
    for (today, wanted) in [
        ("2026-03-01", &[2, 3, 4][..]),
        ("2026-03-02", &[3, 4, 5]),
        ("2026-02-28", &[1, 2, 3]),
        ("2026-05-02", &[]),
    ] {
        let points: Vec<i64> = ending(&endings, day(today)).iter().map(|(points, _)| points.0).collect();
        assert_eq!(points, wanted, "{today}");
    }
}

#[test]
fn gifts_are_those_that_the_points_reach_and_a_store_may_name() {
    let product = |sku: &str, active, discreet| Product {
        sku: sku.parse().unwrap(),
        name: sku.to_uppercase(),
        line: String::new(),
        category: String::new(),
        price: Money(1),
        cost: None,
        tax_rate: 0,
        supplier: String::new(),
        active,
        sold: Sold { discreet, ..Sold::default() },
        barcodes: vec![],
    };
    let goods = [
        product("cup", true, false),
        product("pan", true, false),
        product("gone", false, false),
        product("test", true, true),
    ];
    let gift = |sku: &str, points| Gift::new(sku.parse().unwrap(), Points(points));
    let programme = Programme {
        gifts: vec![
            gift("cup", 100),
            gift("pan", 300),
            gift("gone", 10),
            gift("test", 10),
            gift("other", 10),
        ],
        ..Programme::starter(NaiveDate::default())
    };
    let find = |sku: &Sku| goods.iter().find(|product| product.sku == *sku);
    for (available, wanted) in
        [(99, &[][..]), (100, &["CUP"]), (299, &["CUP"]), (300, &["PAN", "CUP"]), (-1, &[])]
    {
        let names: Vec<String> =
            gifts(&programme, Points(available), find).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, wanted, "{available}");
    }
}

#[test]
fn receipts_are_the_last_five_that_count() {
    let sale = |n: u8, status: &str| PastSale {
        id: SaleId::new(1, [n; 10]),
        store: "centro".to_owned(),
        till: "1".to_owned(),
        business_date: day("2026-03-01"),
        receipt_no: i64::from(n),
        occurred_at: DateTime::UNIX_EPOCH,
        status: status.to_owned(),
        total: Money(1),
        has_sale: true,
    };
    let mut sales = vec![sale(9, "voided"), sale(8, "training")];
    sales.extend((1..8).map(|n| sale(n, "completed")));
    let shown: Vec<i64> = receipts(sales).iter().map(|sale| sale.receipt_no).collect();
    assert_eq!(shown, [1, 2, 3, 4, 5]);
}
