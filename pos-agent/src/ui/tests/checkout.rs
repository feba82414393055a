//! Discounts, holds, refunds and mixed payments through the pages.

use domain::ids::SaleId;

use super::*;
use crate::error::AgentError;
use crate::till::ReceiptNews;
use crate::ui::view::HubState;

/// Sells these codes on till 1 for exact cash and gives the sale's id.
async fn sell(till: &Till, codes: &[&str]) -> String {
    for code in codes {
        till.sent_on("entry", &format!("scan={code}")).await;
    }
    let fields = till.pay_fields().await;
    let done = till.sent_on("pay", &format!("{fields}&tendered=exact")).await;
    done.split("sale=").nth(1).unwrap().to_owned()
}

async fn total(till: &Till) -> i64 {
    till.agent.till(1).await.unwrap().totals.total.0
}

#[tokio::test]
async fn a_discount_is_typed_or_given_on_its_page() {
    let till = Till::open().await;
    for (entry, wanted) in
        [("7702001000020", 650_000), ("/10", 585_000), ("-500", 600_000), ("%2Bs", 650_000)]
    {
        till.sent_on("entry", &format!("text={entry}")).await;
        assert_eq!(total(&till).await, wanted, "{entry}");
    }
    assert!(till.get("/till/1/discount").await.contains("Pan tajado"));
    till.sent_on("discount", "target=1&unit=percent&value=50").await;
    till.sent_on("discount", "target=ticket&unit=amount&value=1.000").await;
    assert_eq!(total(&till).await, 225_000);
    assert!(till.get("/till/1").await.contains("venta −$\u{a0}1.000"));
    let (response, page) = till.post("discount", "target=1&unit=percent&value=<x").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Hay un problema") && !page.contains("<x"));
    till.sent_on("discount", "target=ticket&unit=none&value=").await;
    till.sent_on("line/price", "line=1&price=5.000").await;
    assert_eq!(total(&till).await, 250_000, "half of the keyed price");
    assert!(till.get("/till/1").await.contains("<s>6.500</s>"));
    let before = till.agent.till(1).await.unwrap();
    till.sent_on("entry", "text=-9000").await;
    let after = till.agent.till(1).await.unwrap();
    assert_eq!(after.lines, before.lines, "more than the price is refused");
    assert_eq!(after.notice.unwrap().kind, view::NoticeKind::DiscountRefused);
}

#[tokio::test]
async fn a_held_basket_is_taken_up_at_another_till_of_the_store() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=7702001000013").await;
    till.sent_on("entry", "scan=2990000010421").await;
    let basket = till.agent.till(1).await.unwrap().basket;
    till.sent_on("hold", &format!("basket={basket}")).await;
    till.sent_on("hold", &format!("basket={basket}")).await;
    assert!(till.agent.till(1).await.unwrap().lines.is_empty());
    assert!(till.get("/till/2/held").await.contains("Ana M."));
    assert!(till.get("/till/3/held").await.contains("No hay ventas en espera"), "another store");
    assert!(till.agent.recall(3, basket, false).await.is_err());

    // The next customer is served; theirs must be closed before the held one comes back.
    till.sent_on("entry", "scan=7702001000020").await;
    let (response, page) = till.post("recall", &format!("basket={basket}")).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    assert!(page.contains("Hay una venta en curso"));
    till.agent.recall(2, basket, false).await.unwrap();
    let there = till.agent.till(2).await.unwrap();
    assert_eq!((there.basket, there.lines.len(), there.held), (basket, 1, 0));
    assert!(there.card.is_some());
    assert!(matches!(till.agent.recall(1, basket, false).await, Err(AgentError::BasketUnderWay)));
    let sale = till.agent.pay_cash(2, basket, Money(420_000)).await.unwrap().sale;
    assert_eq!(sale.till.as_str(), "3");
    assert!(matches!(till.agent.hold(2, basket).await, Err(AgentError::BasketChanged)));
}

#[tokio::test]
async fn goods_come_back_by_their_receipt_without_a_network() {
    let till = Till::open().await;
    let sale = sell(&till, &["2990000010421", "7702001000013", "7702001000013", "7702001000020"]).await;
    let page = till.get(&format!("/till/1/refund/{sale}")).await;
    assert!(page.contains("Leche entera 1 L") && page.contains("Recibo 1"));
    let wrong = format!("sale={sale}&line=1&quantity=3&line=2&quantity=&reason=unwanted");
    let (response, page) = till.post("return", &wrong).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("no más de los que quedan"));

    // One milk back, one biscuit taken instead: an exchange in one ticket.
    till.sent_on("entry", "scan=2990000010421").await;
    till.sent_on("return", &format!("sale={sale}&line=1&quantity=1&line=2&quantity=&reason=unwanted")).await;
    till.sent_on("entry", "scan=7702001000037").await;
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.totals.total, view.totals.due), (Money(-120_000), Money(-120_000)));
    assert!(view.totals.takes_back.0 > 0 && view.totals.earns.unwrap().0 > 0);
    let page = till.get("/till/1").await;
    assert!(page.contains("Devuelto") && page.contains("se retiran") && page.contains("Devolver dinero"));
    assert!(till.get("/till/1/pay").await.contains("Devolver $\u{a0}1.200 en efectivo"));
    let fields = till.pay_fields().await;
    let done = till.sent_on("pay", &format!("{fields}&tendered=exact")).await;
    let slip = till.get(&done).await;
    assert!(slip.contains("Leche entera 1 L") && slip.contains("-4.200"), "{slip}");

    // What came back does not come back twice; the rest still may.
    let left = till.agent.refundable(sale.parse().unwrap()).await.unwrap();
    assert_eq!(left.lines.iter().map(|line| line.left.0).collect::<Vec<_>>(), [1_000, 1_000]);
}

#[tokio::test]
async fn a_hub_that_answers_too_late_is_away() {
    let till = Till::open().await;
    let sale: SaleId = sell(&till, &["7702001000013"]).await.parse().unwrap();
    till.agent.set_link(HubState::Online);
    let agent = till.agent.clone();
    let hub = tokio::spawn(async move {
        let desk = agent.desk(1).unwrap();
        desk.receipt_asked.notified().await;
        agent.tell_of_receipt(desk, sale, ReceiptNews::Known);
    });
    for is_away in [false, true] {
        let page = till.get(&format!("/till/1/refund/{sale}")).await;
        assert!(page.contains("Leche entera 1 L"), "{page}");
        assert_eq!(page.contains("lo que ya volvió en otras cajas"), is_away, "{page}");
    }
    hub.await.unwrap();
}

#[tokio::test]
async fn the_same_receipt_at_two_tills_comes_back_once() {
    let till = Till::open().await;
    let sale = sell(&till, &["7702001000013"]).await.parse().unwrap();
    let origin = domain::sale::Origin { sale, line: 1 };
    let reason = crate::checkout::basket::ReturnReason::Defective;
    for n in [1, 2] {
        till.agent.take_back(n, origin, domain::Quantity::ONE, reason).await.unwrap();
    }
    let first = till.agent.till(1).await.unwrap().basket;
    let second = till.agent.till(2).await.unwrap().basket;
    till.agent.pay_cash(1, first, Money(-420_000)).await.unwrap();
    let refused = till.agent.pay_cash(2, second, Money(-420_000)).await;
    assert!(matches!(refused, Err(AgentError::ReturnedMeanwhile)), "{refused:?}");
    // A return is itself no receipt to take goods back with.
    assert!(till.agent.refundable(first).await.unwrap().lines.is_empty());
}

#[tokio::test]
async fn a_scanned_receipt_offers_what_can_be_done_with_it() {
    let till = Till::open().await;
    let sale = sell(&till, &["7702001000013"]).await;
    let code = crate::receipt::code::encode(sale.parse().unwrap());
    till.sent_on("entry", &format!("scan={code}")).await;
    assert!(till.get("/till/1").await.contains(&format!("/till/1/refund/{sale}")));
    let found = till.sent_on_by_get(&format!("/till/1/refund?code={code}")).await;
    assert_eq!(found, format!("/till/1/refund/{sale}"));
    assert_eq!(till.sent_on_by_get("/till/1/refund?code=1").await, format!("/till/1/refund/{sale}"));
    let said = async || till.agent.till(1).await.unwrap().notice.unwrap().kind;
    till.sent_on("entry", "scan=YR00000000000000000000000000").await;
    assert_eq!(
        said().await,
        view::NoticeKind::Receipt(view::ReceiptNotice::Away),
        "another agent's, and the hub is away"
    );
    till.sent_on("entry", "scan=YRZZZZZZZZZZZZZZZZZZZZZZZZZZ").await;
    assert_eq!(said().await, view::NoticeKind::Receipt(view::ReceiptNotice::Unknown), "no code of ours");
}

#[tokio::test]
async fn goods_without_a_receipt_cost_no_more_than_today() {
    let till = Till::open().await;
    till.sent_on("refund/unreceipted", "sku=pan&quantity=1&price=9.000&reason=expired").await;
    assert_eq!(total(&till).await, -650_000);
    till.sent_on("refund/unreceipted", "sku=galletas&quantity=2&price=1.000&reason=expired").await;
    assert_eq!(total(&till).await, -850_000);
}

#[tokio::test]
async fn a_sale_is_paid_in_several_ways() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=7702001000020").await;
    let pay = |fields: String| {
        let till = &till;
        async move {
            let view = till.agent.till(1).await.unwrap();
            let seen = format!("basket={}&due={}", view.basket, view.totals.due.0);
            till.post("pay", &format!("{seen}&{fields}")).await
        }
    };
    let (response, page) = pay("kind=gift_card&tendered=2.000&reference=".to_owned()).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("número de la tarjeta regalo"));
    let (_, page) = pay("kind=card&tendered=2.000&reference=4111111111111111".to_owned()).await;
    assert!(page.contains("número de tarjeta de pago") && !page.contains("4111111111111111"));
    let (_, page) = pay("kind=card&tendered=9.000&reference=A-17".to_owned()).await;
    assert!(page.contains("como mucho $\u{a0}6.500"));
    let (response, _) = pay("kind=gift_card&tendered=2.000&reference=G-1".to_owned()).await;
    assert_eq!(response.headers()[header::LOCATION], "/till/1/pay");
    assert!(till.get("/till/1/pay").await.contains("Tarjeta regalo"));

    // What was paid in part is neither held nor cancelled.
    let basket = till.agent.till(1).await.unwrap().basket;
    assert!(matches!(till.agent.hold(1, basket).await, Err(AgentError::PartlyPaid)));
    let (response, page) = till.post("cancel", &format!("basket={basket}")).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    assert!(page.contains("Ya se recibió una parte"));
    let due = till.agent.till(1).await.unwrap().totals.due.0;
    till.sent_on("pay/back", &format!("basket={basket}&due={due}&tender=0")).await;
    pay("kind=gift_card&tendered=2.500&reference=G-2".to_owned()).await;
    pay("kind=cash&tendered=1.000&part=1".to_owned()).await;
    let (response, _) = pay("kind=card&tendered=exact&reference=A-17".to_owned()).await;
    let done = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let sale = till.agent.receipt(done.split("sale=").nth(1).unwrap().parse().unwrap()).await.unwrap().sale;
    let paid: Vec<_> =
        sale.tenders.iter().map(|t| (t.amount.0, t.reference.clone().map(String::from))).collect();
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(paid, [(250_000, named("G-2")), (100_000, None), (300_000, named("A-17"))]);
}

#[tokio::test]
async fn points_pay_a_part_and_never_more_than_they_may() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=7702001000044").await;
    assert!(till.get("/till/1/redeem").await.contains("Ponga antes la tarjeta"));
    till.sent_on("entry", "scan=2990000010421").await;
    let page = till.get("/till/1/redeem").await;
    assert!(page.contains("52.300 puntos") && page.contains("$\u{a0}26.150"), "{page}");
    assert!(page.contains("Sin conexión: esta tarjeta no puede canjear más aquí"));
    let fields = till.pay_fields().await;
    for (typed, wanted) in
        [("0", "Escriba cuántos puntos"), ("x", "Escriba cuántos puntos"), ("10.001", "como mucho 10.000")]
    {
        let (response, page) = till.post("redeem", &format!("{fields}&points={typed}")).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.contains(wanted) && page.contains("<title>Error: "), "{typed}: {page}");
    }
    // Another figure takes the place of the first.
    till.sent_on("redeem", &format!("{fields}&points=4.000")).await;
    let due = till.agent.till(1).await.unwrap().totals.due;
    assert_eq!(due, Money(1_845_000 - 200_000));
    let fields = format!("basket={}&due={}", till.agent.till(1).await.unwrap().basket, due.0);
    assert_eq!(till.sent_on("redeem", &format!("{fields}&points=10.000")).await, "/till/1/pay");
    let view = till.agent.till(1).await.unwrap();
    assert_eq!(view.totals.due, Money(1_345_000));
    let done = till
        .sent_on("pay", &format!("basket={}&due={}&tendered=exact", view.basket, view.totals.due.0))
        .await;
    let sale = till.agent.receipt(done.split("sale=").nth(1).unwrap().parse().unwrap()).await.unwrap().sale;
    assert_eq!(sale.points_spent(), Ok(Points(1_000_000)));
    assert_eq!(sale.tenders.len(), 2);

    // The card spent here what it may without the hub.
    till.sent_on("entry", "scan=7702001000044").await;
    till.sent_on("entry", "scan=2990000010421").await;
    let page = till.get("/till/1/redeem").await;
    assert!(page.contains("42.300 puntos") && !page.contains("name=\"points\""), "{page}");

    // The coffee comes back: its points go back by themselves, the rest in money.
    let basket = till.agent.till(1).await.unwrap().basket;
    till.agent.cancel(1, basket).await.unwrap();
    let origin = domain::sale::Origin { sale: sale.id, line: 1 };
    let reason = crate::checkout::basket::ReturnReason::Unwanted;
    till.sent_on("entry", "scan=2990000010421").await;
    till.agent.take_back(1, origin, domain::Quantity::ONE, reason).await.unwrap();
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.totals.total, view.totals.due), (Money(-1_845_000), Money(-1_345_000)));
    let back = till.agent.pay_cash(1, view.basket, Money(-1_345_000)).await.unwrap().sale;
    assert_eq!(back.points_spent(), Ok(Points(-1_000_000)));
}

#[tokio::test]
async fn goods_by_weight_want_a_weight() {
    let till = Till::open().await;
    let Change::Product(banana) = product("banano", "7702001000051", "Banano", 300_000) else {
        unreachable!()
    };
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Product(ProductRow { weighed: true, ..banana })], 13, now())
        .await
        .unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till.sent_on("entry", "scan=7702001000051").await;
    assert!(till.agent.till(1).await.unwrap().lines.is_empty());
    assert!(till.get("/till/1").await.contains("Banano se vende por peso y no hay báscula"));
    till.sent_on("entry", "text=1,250*7702001000051").await;
    assert_eq!(total(&till).await, 375_000);

    // With a scale that answers, and then one that does not.
    let (scale, mut asks) = crate::device::scale::Scale::new();
    till.agent.set_scale(1, scale);
    let weighing = tokio::spawn(async move {
        let answers = [Ok(domain::Quantity(2_000)), Err(crate::device::scale::ScaleError::Unstable)];
        for answer in answers {
            asks.recv().await.unwrap().send(answer).unwrap();
        }
    });
    till.sent_on("add", "sku=banano").await;
    assert_eq!(total(&till).await, 375_000 + 600_000);
    till.sent_on("entry", "scan=7702001000051").await;
    assert!(till.get("/till/1").await.contains("Báscula: el peso aún se mueve"));
    weighing.await.unwrap();
    let lines: Vec<i64> =
        till.agent.till(1).await.unwrap().lines.iter().map(|line| line.quantity.0).collect();
    assert_eq!(lines, [1_250, 2_000], "each package is rounded by itself or weighed anew");
}

#[tokio::test]
async fn points_taken_at_two_tills_are_spent_once() {
    let till = Till::open().await;
    let mut baskets = vec![];
    for n in [1, 2] {
        till.agent.enter(n, "7702001000044").await.unwrap();
        till.agent.enter(n, "2990000010421").await.unwrap();
        let basket = till.agent.till(n).await.unwrap().basket;
        till.agent.pay(n, basket, crate::till::Payment::points(Points(800_000))).await.unwrap();
        baskets.push(basket);
    }
    let due = till.agent.till(1).await.unwrap().totals.due;
    till.agent.pay_cash(1, baskets[0], due).await.unwrap();
    let late = till.agent.pay_cash(2, baskets[1], due).await;
    assert!(matches!(late, Err(AgentError::Redeem { most: Points(200_000), .. })), "{late:?}");
    till.agent.give_back(2, baskets[1], 0).await.unwrap();
    till.agent.pay_cash(2, baskets[1], Money(1_845_000)).await.unwrap();
}

#[tokio::test]
async fn a_till_alone_lets_points_pay_so_often_and_no_more() {
    let till = Till::open().await;
    let mut rules = till.agent.store().programmes().await.unwrap().pop().unwrap();
    rules.version += 1;
    rules.redemption.as_mut().unwrap().offline_redemptions = Some(1);
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Programme(rules)], 99, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    let ring = async |n: i64| {
        till.agent.enter(n, "7702001000044").await.unwrap();
        till.agent.enter(n, "2990000010421").await.unwrap();
        till.agent.till(n).await.unwrap().basket
    };
    let points = || crate::till::Payment::points(Points(100_000));

    let basket = ring(1).await;
    till.agent.pay(1, basket, points()).await.unwrap();
    till.agent.pay_cash(1, basket, Money(1_795_000)).await.unwrap();

    let basket = ring(1).await;
    let page = till.get("/till/1/redeem").await;
    assert!(page.contains("esta caja ya hizo todos los canjes que puede"), "{page}");
    let refused = till.agent.pay(1, basket, points()).await;
    assert!(matches!(refused, Err(AgentError::Redeem { most: Points::ZERO, .. })), "{refused:?}");
    // The limit is each till's.
    let beside = ring(2).await;
    till.agent.pay(2, beside, points()).await.unwrap();

    // The hub has heard of the first.
    let log = till.agent.store().logs(1).await.unwrap().pop().unwrap();
    let mut tx = till.agent.store().begin().await.unwrap();
    crate::store::log::acknowledge(&mut tx, log.n, log.head).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till.agent.pay(1, basket, points()).await.unwrap();
}
