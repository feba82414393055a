//! Goods that come back without a receipt, through the pages.

use domain::cashier::CashierRole;
use domain::sale::{LineKind, Sale};

use super::*;
use crate::app::HouseRules;
use crate::checkout::unreceipted::ReturnPolicy;
use crate::ui::view::NoticeKind;

const ANA: &str = "2990000010421";
const MILK: &str = "7702001000013";
const BREAD: &str = "7702001000020";

impl Till {
    async fn sells(&self, entries: &[&str]) -> Sale {
        for entry in entries {
            self.sent_on("entry", &format!("text={entry}")).await;
        }
        self.closes("kind=cash").await
    }

    /// Pays, or gives back, exactly what is due.
    async fn closes(&self, fields: &str) -> Sale {
        let view = self.agent.till(1).await.unwrap();
        let seen = format!("basket={}&due={}&tendered=exact", view.basket, view.totals.due.0);
        let done = self.sent_on("pay", &format!("{seen}&{fields}")).await;
        self.agent.receipt(done.split("sale=").nth(1).unwrap().parse().unwrap()).await.unwrap().sale
    }

    async fn brings(&self, sku: &str, quantity: u32) -> String {
        let fields = format!("sku={sku}&quantity={quantity}&reason=unwanted");
        self.sent_on("refund/unreceipted", &fields).await
    }

    async fn is_refused(&self, fields: &str) -> String {
        let (response, page) = self.post("refund/unreceipted", fields).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{fields}: {page}");
        assert!(page.contains("<title>Error: "), "{page}");
        page
    }

    async fn said(&self) -> NoticeKind {
        self.agent.till(1).await.unwrap().notice.unwrap().kind
    }

    /// A manager agrees to what waits; the order goes on.
    async fn boss_agrees(&self, path: &str, fields: &str) {
        self.sent_on("approve", "who=nora&pin=111111").await;
        let page = self.get("/till/1/approve").await;
        let token = page.split("name=\"approval\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(self.sent_on(path, &format!("{fields}&approval={token}")).await, "/till/1");
    }
}

const ONTO_CARD: &str = "kind=gift_card&reference=G-1";

#[tokio::test]
async fn what_the_member_bought_comes_back_as_with_its_receipt() {
    let till = Till::open().await;
    let bought = till.sells(&[ANA, "3*", MILK, "-600"]).await;
    till.sent_on("entry", &format!("text={ANA}")).await;
    till.brings("leche", 1).await;
    assert_eq!(till.said().await, NoticeKind::ReturnAdded);
    // A barcode does as well, and adds to what is on the ticket already.
    till.brings(MILK, 1).await;
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.lines.len(), view.totals.total), (1, Money(-800_000)), "two of three at what was paid");
    assert!(view.totals.takes_back.0 > 0 && view.totals.credit.is_zero());
    let back = till.closes("kind=cash").await;
    let line = &back.lines[0];
    let origin = domain::sale::Origin { sale: bought.id, line: 1 };
    assert_eq!((line.kind, line.origin, line.without_receipt), (LineKind::Return, Some(origin), false));

    // Two more: one is left of the purchase, the other nobody sold her.
    till.sent_on("entry", &format!("text={ANA}")).await;
    till.brings("leche", 2).await;
    assert_eq!(till.said().await, NoticeKind::ReturnByRules);
    let page = till.get("/till/1/pay").await;
    assert!(page.contains("van a una tarjeta regalo") && !page.contains("id=\"exact\""), "{page}");
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.totals.total, view.totals.credit), (Money(-800_000), Money(400_000)));
    // 3.809,52 each without tax: the share of the purchase, and the base rate of the other.
    let with_card = view.totals.takes_back;
    till.sent_on("card/remove", "").await;
    let of_purchase = till.agent.till(1).await.unwrap().totals.takes_back;
    assert_eq!(with_card.minus(of_purchase), Ok(Points(380_900)));
}

/// Who brings the receipt without the card does not lose the points of what they take home instead.
#[tokio::test]
async fn the_card_of_the_receipt_goes_on_the_exchange_and_spends_nothing() {
    let till = Till::open().await;
    let bought = till.sells(&[ANA, MILK]).await;
    let page = till.get(&format!("/till/1/refund/{}", bought.id)).await;
    assert!(
        page.contains("0421 va en esta venta") && page.contains("name=\"card\" value=\"true\""),
        "{page}"
    );
    let back = format!("sale={}&line=1&quantity=1&reason=unwanted&card=true", bought.id);
    till.sent_on("return", &back).await;
    till.sent_on("entry", &format!("text={BREAD}")).await;
    let page = till.get("/till/1").await;
    assert!(page.contains("Hola, Ana M.") && page.contains("no los gasta"), "{page}");
    assert!(till.agent.redeemable(1).await.unwrap().is_none());
    let exchange = till.closes("kind=cash").await;
    assert_eq!(exchange.card.as_ref().map(domain::CardNumber::as_str), Some(ANA));
    assert!(till.get(&format!("/till/1/receipt/{}", exchange.id)).await.contains("Pan"));

    // Without a tick, without a card on the receipt, and where a card is there already, nothing is put on.
    let bought = till.sells(&[ANA, MILK]).await;
    till.sent_on("return", &format!("sale={}&line=1&quantity=1&reason=unwanted", bought.id)).await;
    assert!(till.agent.till(1).await.unwrap().card.is_none());
    assert_eq!(till.closes("kind=cash").await.card, None);
    let nobodys = till.sells(&[MILK]).await;
    assert!(
        !till.get(&format!("/till/1/refund/{}", nobodys.id)).await.contains("name=\"card\" value=\"true\"")
    );
    let bought = till.sells(&[ANA, MILK]).await;
    till.sent_on("entry", &format!("text={ANA}")).await;
    assert!(
        !till.get(&format!("/till/1/refund/{}", bought.id)).await.contains("name=\"card\" value=\"true\"")
    );
    till.sent_on("return", &format!("sale={}&line=1&quantity=1&reason=unwanted&card=true", bought.id)).await;
    assert!(till.agent.redeemable(1).await.unwrap().is_some(), "the card that was read still spends");
}

/// A purchase whose card came later is the member's as any other.
#[tokio::test]
async fn what_got_its_card_later_is_found_by_it() {
    let till = Till::open().await;
    let bought = till.sells(&[MILK]).await;
    let card = ANA.parse().unwrap();
    till.agent.attach_late(1, bought.id, card, domain::sale::CardEntry::Scanned, None).await.unwrap();
    till.sent_on("entry", &format!("text={ANA}")).await;
    till.brings("leche", 1).await;
    assert_eq!(till.said().await, NoticeKind::ReturnAdded);
    let back = till.closes("kind=cash").await;
    assert_eq!(back.lines[0].origin, Some(domain::sale::Origin { sale: bought.id, line: 1 }));
}

#[tokio::test]
async fn points_that_paid_for_it_go_back_and_what_left_the_catalogue_comes_back_too() {
    let till = Till::open().await;
    // Coffee for 18.450, of which 10,000 points pay 5.000; and cheese at an open price.
    for entry in [ANA, "7702001000044", "7702001999993"] {
        till.sent_on("entry", &format!("text={entry}")).await;
    }
    let number = till.agent.till(1).await.unwrap().unknown[0].number;
    till.sent_on("open-price", &format!("number={number}&price=1.550&name=Queso")).await;
    let fields = till.pay_fields().await;
    till.sent_on("redeem", &format!("{fields}&points=10.000")).await;
    let bought = till.closes("kind=cash").await;
    let Change::Product(coffee) = product("cafe", "7702001000044", "Café 500 g", 1_845_000) else {
        unreachable!()
    };
    let gone = Change::Product(ProductRow { active: false, ..coffee });
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[gone], 15, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();

    till.sent_on("entry", &format!("text={ANA}")).await;
    till.brings("7702001000044", 1).await;
    till.brings("7702001999993", 1).await;
    assert_eq!(till.said().await, NoticeKind::ReturnAdded);
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.totals.total, view.totals.due), (Money(-2_000_000), Money(-1_500_000)));
    let back = till.closes("kind=cash").await;
    let points: Vec<_> =
        back.tenders.iter().filter_map(|tender| Some((tender.points?, tender.origin?))).collect();
    assert_eq!(points, [(Points(-1_000_000), bought.id)], "to the sale that they paid");

    // Without her card nobody knows the cheese; the coffee has a price from before.
    assert!(
        till.is_refused("sku=7702001999993&quantity=1&reason=unwanted")
            .await
            .contains("no está en el catálogo")
    );
    till.brings("7702001000044", 1).await;
    assert_eq!(till.agent.till(1).await.unwrap().totals.total, Money(-1_845_000));
}

#[tokio::test]
async fn bought_one_returned_one_and_brings_another() {
    let till = Till::open().await;
    let boss = staff::cashier("nora", CashierRole::Manager, "111111", "centro");
    till.staffed().await;
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[boss], 14, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till.sent_on("login", "who=jorge&pin=654321").await;
    let bought = till.sells(&[ANA, BREAD]).await;
    till.sent_on("entry", &format!("text={ANA}")).await;
    till.sent_on("return", &format!("sale={}&line=1&quantity=1&reason=unwanted", bought.id)).await;
    till.closes("kind=cash").await;

    // No purchase is open: Jorge may take receipts back, and not this.
    till.sent_on("entry", &format!("text={ANA}")).await;
    let fields = "sku=pan&quantity=1&price=&reason=unwanted";
    assert_eq!(till.sent_on("refund/unreceipted", fields).await, "/till/1/approve");
    assert!(till.agent.till(1).await.unwrap().lines.is_empty());
    till.boss_agrees("refund/unreceipted", fields).await;
    // Nora answers for one.
    till.sent_on("line/quantity", "line=1&step=more").await;
    assert_eq!(till.said().await, NoticeKind::MoreThanSold);
    let view = till.agent.till(1).await.unwrap();
    let seen = format!("basket={}&due={}", view.basket, view.totals.due.0);
    let (response, page) = till.post("pay", &format!("{seen}&kind=cash&tendered=exact")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Elija tarjeta regalo"), "{page}");
    let back = till.closes(ONTO_CARD).await;
    assert_eq!(back.approved_by, Some("nora".parse().unwrap()));
    let paper = till.get(&format!("/till/1/receipt/{}/text", back.id)).await;
    assert!(
        paper.contains("Tarjeta regalo") && paper.contains("G-1"),
        "the paper is the credit's voucher: {paper}"
    );
    let line = &back.lines[0];
    assert_eq!((line.origin, line.without_receipt, line.paid()), (None, true, Ok(Money(650_000))));
    assert!(till.kinds().await.contains(&"approval".to_owned()));
}

#[tokio::test]
async fn nobody_knows_the_purchase_so_it_is_worth_the_least_it_went_for() {
    let till = Till::open().await;
    till.sells(&[MILK, "/50"]).await;
    till.sells(&[MILK]).await;
    for (price, wanted) in [("", 210_000), ("5.000", 210_000), ("1.000", 100_000)] {
        till.sent_on("refund/unreceipted", &format!("sku=leche&quantity=1&price={price}&reason=expired"))
            .await;
        let view = till.agent.till(1).await.unwrap();
        assert_eq!(view.totals.total, Money(-wanted), "{price}");
        assert!(view.totals.takes_back.is_zero(), "without a card there is nobody to take points from");
        till.agent.cancel(1, view.basket).await.unwrap();
    }
    // Credit is used up by what is taken instead.
    till.brings("leche", 1).await;
    till.sent_on("entry", &format!("text={BREAD}")).await;
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.totals.due, view.totals.credit), (Money(440_000), Money::ZERO));
    till.closes("kind=cash").await;
    for (fields, wanted) in [
        ("sku=nada&quantity=1&reason=expired", "no está en el catálogo"),
        ("sku=&quantity=1&reason=expired", "no está en el catálogo"),
        ("sku=leche&quantity=0&reason=expired", "más de cero"),
        ("sku=leche&quantity=1&price=x&reason=expired", "Escriba un precio"),
    ] {
        let page = till.is_refused(fields).await;
        assert!(page.contains(wanted) && page.contains("<details open>"), "{fields}: {page}");
    }
    let page = till.is_refused("sku=leche&quantity=7x&price=8&reason=expired").await;
    assert!(
        page.contains("value=\"leche\"") && page.contains("value=\"7x\""),
        "nothing typed is lost: {page}"
    );
}

#[tokio::test]
async fn it_is_not_done_too_often_and_may_be_forbidden() {
    let till = Till::open().await;
    for _ in 0..3 {
        till.sent_on("entry", &format!("text={ANA}")).await;
        till.brings("pan", 1).await;
        till.closes(ONTO_CARD).await;
    }
    till.sent_on("entry", &format!("text={ANA}")).await;
    let page = till.is_refused("sku=pan&quantity=1&reason=unwanted").await;
    assert!(
        page.contains("ya devolvió sin recibo 3 veces en 90 días") && page.contains("Pida el recibo"),
        "{page}"
    );
    till.sent_on("card/remove", "").await;
    till.brings("pan", 1).await;

    // The card that comes afterwards does not get around it.
    till.sent_on("entry", &format!("text={ANA}")).await;
    let view = till.agent.till(1).await.unwrap();
    let seen = format!("basket={}&due={}&tendered=exact", view.basket, view.totals.due.0);
    let (response, page) = till.post("pay", &format!("{seen}&{ONTO_CARD}")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Quite esas líneas"), "{page}");
    till.agent.cancel(1, view.basket).await.unwrap();

    let returns = ReturnPolicy { without_receipt: false, per_member: 0, ..ReturnPolicy::default() };
    till.agent.set_house(HouseRules { returns, ..HouseRules::default() });
    assert!(
        till.is_refused("sku=pan&quantity=1&reason=unwanted")
            .await
            .contains("solo se devuelve con el recibo")
    );
    let page = till.get("/till/1/refund").await;
    assert!(!page.contains("refund/unreceipted"), "{page}");
    let (_, page) = till
        .ask(
            Request::get("/till/1/refund?code=99")
                .header(header::HOST, "localhost")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert!(page.contains("No hay un recibo con ese número") && !page.contains("sin recibo"), "{page}");
    let returns = ReturnPolicy { without_receipt: true, store_credit: false, ..returns };
    till.agent.set_house(HouseRules { returns, ..HouseRules::default() });
    till.sent_on("entry", &format!("text={ANA}")).await;
    till.brings("pan", 1).await;
    assert_eq!(
        till.closes("kind=cash").await.tenders[0].amount,
        Money(-650_000),
        "as often as it is, in money"
    );
}

#[tokio::test]
async fn two_tills_do_not_take_one_too_many() {
    let till = Till::open().await;
    let returns = ReturnPolicy { per_member: 1, ..ReturnPolicy::default() };
    till.agent.set_house(HouseRules { returns, ..HouseRules::default() });
    let asked = crate::till::Asked {
        code: "pan".parse().unwrap(),
        quantity: domain::Quantity::ONE,
        price: None,
        reason: crate::checkout::basket::ReturnReason::Unwanted,
    };
    for n in [1, 2] {
        till.agent.enter(n, ANA).await.unwrap();
        let goods = till.agent.unreceipted(n, &asked).await.unwrap();
        till.agent.take_back_unreceipted(n, goods).await.unwrap();
    }
    let pay = async |n| {
        let basket = till.agent.till(n).await.unwrap().basket;
        let tender = domain::sale::Tender::new(domain::sale::TenderKind::GiftCard, Money(-650_000));
        till.agent.pay(n, basket, crate::till::Payment { tender, is_part: false }).await
    };
    pay(1).await.unwrap();
    let late = pay(2).await.unwrap_err();
    assert_eq!((late.code(), late.status()), ("return_limit_member", 422));
}

#[tokio::test]
async fn the_page_of_returns_speaks_both_languages() {
    let till = Till::open().await;
    for (lang, wanted) in [("es", "se busca su compra"), ("en", "their purchase is looked for")] {
        let request = Request::get("/till/1/refund")
            .header(header::HOST, "localhost:8081")
            .header(header::COOKIE, format!("yapa_lang={lang}"));
        let (_, html) = till.ask(request.body(Body::empty()).unwrap()).await;
        assert!(html.contains(wanted) && html.contains(&format!("lang=\"{lang}\"")), "{lang}: {html}");
    }
}
