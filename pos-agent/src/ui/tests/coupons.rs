//! Coupons through the pages: scanned before or after the goods, taken out, held, paid and brought back.

use domain::coupons::{CouponTable, CouponTerms};
use domain::pricing::Worth;
use domain::sale::{Origin, Sale};

use super::*;
use crate::app::HouseRules;
use crate::checkout::basket::ReturnReason;
use view::{CouponNotice, NoticeKind};

/// Issuer 3765, a tenth of a peso: reference 03, from the coupon manual's own example.
const TENTH: &str = "9813765030011";
/// The same issuer's free goods under reference 07.
const FREE: &str = "9813765070000";

fn terms(name: &str) -> CouponTerms {
    CouponTerms { name: name.to_owned(), ..CouponTerms::default() }
}

fn own(name: &str, code: &str, worth: Worth) -> CouponTerms {
    CouponTerms { code: Some(code.parse().unwrap()), worth: Some(worth), ..terms(name) }
}

fn table() -> CouponTable {
    let maker = |reference: &str| CouponTerms {
        issuer: Some("3765".to_owned()),
        reference: Some(reference.to_owned()),
        ..terms("del fabricante")
    };
    CouponTable::new(vec![
        CouponTerms { per_ticket: Some(2), ..maker("03") },
        CouponTerms { products: vec!["galletas".parse().unwrap()], ..maker("07") },
        CouponTerms { minimum: Money(2_000_000), ..own("de marzo", "MARZO10", Worth::Percent(1_000)) },
        CouponTerms {
            until: Some("2025-11-23".parse().unwrap()),
            ..own("Viejo", "VIEJO1", Worth::FreePiece)
        },
        CouponTerms { from: Some("2025-11-25".parse().unwrap()), ..own("Nuevo", "NUEVO1", Worth::FreePiece) },
        CouponTerms {
            prefix: Some("CARTA".to_owned()),
            worth: Some(Worth::Amount(Money(50_000))),
            per_ticket: Some(2),
            ..terms("Carta")
        },
    ])
    .unwrap()
}

fn house() -> HouseRules {
    HouseRules { coupons: table(), ..HouseRules::default() }
}

async fn open() -> Till {
    let till = Till::open().await;
    till.agent.set_house(house());
    till
}

async fn scan(till: &Till, code: &str) -> (NoticeKind, String) {
    till.sent_on("entry", &format!("scan={code}")).await;
    let notice = till.agent.till(1).await.unwrap().notice.unwrap();
    (notice.kind, notice.about)
}

async fn total(till: &Till) -> i64 {
    till.agent.till(1).await.unwrap().totals.total.0
}

async fn close(till: &Till) -> Sale {
    let view = till.agent.till(1).await.unwrap();
    till.agent.pay_cash(1, view.basket, view.totals.due).await.unwrap().sale
}

#[tokio::test]
async fn a_coupon_may_come_before_its_goods_and_says_what_it_waits_for() {
    let till = open().await;
    assert_eq!(
        scan(&till, "marzo10").await,
        (NoticeKind::Coupon(CouponNotice::Added), "de marzo".to_owned())
    );
    let page = till.get("/till/1").await;
    assert!(page.contains("de marzo") && page.contains("aún no vale: compra mínima 20.000"), "{page}");
    assert!(page.contains("La venta está vacía"), "a coupon alone is no sale");
    let seen = till.get("/display/1").await;
    assert!(seen.contains("de marzo") && seen.contains("compra mínima 20.000"), "{seen}");
    scan(&till, "7702001000044").await;
    assert_eq!(total(&till).await, 1_845_000);
    assert!(till.get("/till/1").await.contains("aún no vale"));
    scan(&till, "7702001000013").await;
    assert_eq!(total(&till).await, (1_845_000 + 420_000) * 9 / 10);
    let page = till.get("/till/1").await;
    assert!(!page.contains("aún no vale") && page.contains("−2.265"), "{page}");
    assert!(
        page.contains("18.450") && page.contains("4.200"),
        "goods keep their price, the coupon has a row"
    );
    assert!(till.get("/display/1").await.contains("−2.265"));
    let english = till.get("/display/1?lang=en").await;
    assert!(english.contains("discount"), "{english}");
}

#[tokio::test]
async fn what_is_no_coupon_of_the_chain_is_refused_with_its_reason() {
    let till = open().await;
    let day = |text: &str| text.to_owned();
    for (code, wanted) in [
        ("9828508010106", (NoticeKind::Coupon(CouponNotice::NotTaken), day("9828508010106"))),
        ("9900000000004", (NoticeKind::Coupon(CouponNotice::NotTaken), day("9900000000004"))),
        ("VIEJO1", (NoticeKind::Coupon(CouponNotice::Expired), day("23/11/2025"))),
        ("NUEVO1", (NoticeKind::Coupon(CouponNotice::NotYet), day("25/11/2025"))),
        ("CARTA1", (NoticeKind::Coupon(CouponNotice::Added), day("Carta"))),
        ("carta1", (NoticeKind::Coupon(CouponNotice::Twice), String::new())),
        ("CARTA2", (NoticeKind::Coupon(CouponNotice::Added), day("Carta"))),
        ("CARTA3", (NoticeKind::Coupon(CouponNotice::TooMany), String::new())),
        ("MARZO10", (NoticeKind::Coupon(CouponNotice::Added), day("de marzo"))),
        ("MARZO10", (NoticeKind::Coupon(CouponNotice::TooMany), String::new())),
        ("MARZO11", (NoticeKind::CodeUnknown, day("MARZO11"))),
    ] {
        assert_eq!(scan(&till, code).await, wanted, "{code}");
    }
    assert_eq!(till.agent.till(1).await.unwrap().coupons.len(), 3);
    scan(&till, "9828508010106").await;
    assert!(till.get("/till/1").await.contains("Este cupón no se acepta aquí (9828508010106)"));
}

#[tokio::test]
async fn a_coupon_is_taken_out_and_back_and_waits_with_its_basket() {
    let till = open().await;
    scan(&till, "7702001000013").await;
    scan(&till, TENTH).await;
    scan(&till, TENTH).await;
    assert_eq!(total(&till).await, 420_000 - 20);
    assert_eq!(till.sent_on("line/void", "line=2").await, "/till/1");
    assert_eq!(total(&till).await, 420_000 - 10);
    assert!(till.get("/till/1").await.contains("restore-2"));
    till.sent_on("line/restore", "line=2").await;
    assert_eq!(total(&till).await, 420_000 - 20);
    let basket = till.agent.till(1).await.unwrap().basket;
    till.sent_on("hold", &format!("basket={basket}")).await;
    assert!(till.agent.till(1).await.unwrap().coupons.is_empty());
    till.agent.recall(2, basket, false).await.unwrap();
    let view = till.agent.till(2).await.unwrap();
    assert_eq!((view.coupons.len(), view.totals.total.0), (2, 420_000 - 20));
}

#[tokio::test]
async fn the_sale_names_its_coupons_and_goods_come_back_for_what_was_paid() {
    let till = open().await;
    scan(&till, FREE).await;
    scan(&till, "CARTA77").await;
    for code in ["7702001000037", "7702001000037", "7702001000013"] {
        scan(&till, code).await;
    }
    // A biscuit is free, and 500 are off the other biscuit and the milk: 300,000 and 420,000.
    assert_eq!(total(&till).await, 300_000 + 420_000 - 50_000);
    let sale = close(&till).await;
    let said: Vec<(&str, i64)> = sale.coupons.iter().map(|c| (c.code.as_str(), c.amount.0)).collect();
    assert_eq!(said, [(FREE, 300_000), ("CARTA77", 50_000)]);
    let biscuits = sale.lines.iter().find(|line| line.sku.as_str() == "galletas").unwrap();
    assert_eq!(biscuits.paid(), Ok(Money(300_000 - 20_833)));
    let slip = till.get(&format!("/till/1/receipt/{}", sale.id)).await;
    assert!(slip.contains("Cupón del fabricante") && slip.contains("-3.000"), "{slip}");
    assert!(slip.contains("Cupón Carta") && slip.contains("-500"), "{slip}");
    assert!(!slip.contains("Descuento"), "{slip}");

    // A paper with a number of its own is used now; the maker's are told apart by nothing.
    assert_eq!(scan(&till, "carta77").await, (NoticeKind::Coupon(CouponNotice::Used), "CARTA77".to_owned()));
    assert_eq!(scan(&till, "CARTA78").await.0, NoticeKind::Coupon(CouponNotice::Added));
    till.sent_on("line/void", "line=1").await;

    let back = Origin { sale: sale.id, line: biscuits.number };
    till.agent.take_back(1, back, domain::Quantity::ONE, ReturnReason::Unwanted).await.unwrap();
    let half = -(300_000 - 20_833) / 2;
    assert!((total(&till).await - half).abs() <= 1, "half of what both cost together");
    let returned = close(&till).await;
    assert!(returned.coupons.is_empty());
    let report = till.agent.till(1).await.unwrap();
    assert!(report.coupons.is_empty(), "coupons go with their basket");
}

#[tokio::test]
async fn coupons_are_still_there_after_a_restart_whatever_the_settings_say_then() {
    let folder = tempfile::tempdir().unwrap();
    let hub = crate::testing::TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    agent.set_house(house());
    agent.enter(1, "7702001000013").await.unwrap();
    agent.enter(1, "carta5").await.unwrap();
    let before = agent.till(1).await.unwrap().coupons;
    assert_eq!(before.len(), 1);
    agent.store().close().await;
    drop(agent);
    let store = Store::open(folder.path()).await.unwrap();
    let agent = crate::testing::open_agent(store).await;
    assert_eq!(agent.till(1).await.unwrap().coupons, before);
}

/// Each till read it before the other was paid.
#[tokio::test]
async fn two_tills_do_not_take_the_same_coupon() {
    let till = open().await;
    for n in [1, 2] {
        till.agent.enter(n, "7702001000013").await.unwrap();
        till.agent.enter(n, "CARTA9").await.unwrap();
    }
    let due = async |n| till.agent.till(n).await.unwrap().totals.total;
    let basket = async |n| till.agent.till(n).await.unwrap().basket;
    till.agent.pay_cash(1, basket(1).await, due(1).await).await.unwrap();
    let late = till.agent.pay_cash(2, basket(2).await, due(2).await).await.unwrap_err();
    assert_eq!((late.code(), late.status()), ("coupon_used", 409));
    // Off the ticket, and the goods are paid whole.
    let row = till.agent.till(2).await.unwrap().coupons[0].number;
    till.agent.void_line(2, row).await.unwrap();
    let receipt = till.agent.pay_cash(2, basket(2).await, due(2).await).await.unwrap();
    assert!(receipt.sale.coupons.is_empty(), "{:?}", receipt.sale);
}
