//! Forms that no page sends: what needs somebody's agreement needs it whatever way it comes.

use domain::Quantity;
use domain::sale::Origin;

use super::*;
use crate::checkout::basket::ReturnReason;
use crate::error::AgentError;
use crate::till::Payment;

const MILK: &str = "7702001000013";
const BREAD: &str = "7702001000020";
const COFFEE: &str = "7702001000044";

async fn total(till: &Till) -> i64 {
    till.agent.till(1).await.unwrap().totals.total.0
}

#[tokio::test]
async fn a_discount_typed_before_a_scan_asks_as_any_other() {
    let till = Till::with_marta().await;
    till.sent_on("entry", &format!("scan={BREAD}")).await;
    assert_eq!(till.sent_on("entry", &format!("text=/90&scan={MILK}")).await, "/till/1/approve");
    assert_eq!(total(&till).await, 650_000, "neither the discount nor the scan was taken");
    // Jorge may give 30 %, not 90.
    assert_eq!(
        till.post("approve", "who=jorge&pin=654321").await.0.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let less = format!("text=/20&scan={MILK}");
    till.sent_on("entry", &less).await;
    till.sent_on("approve", "who=jorge&pin=654321").await;
    let page = till.get("/till/1/approve").await;
    let token = page.split("name=\"approval\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(till.sent_on("entry", &format!("{less}&approval={token}")).await, "/till/1");
    assert_eq!(total(&till).await, 520_000 + 420_000, "then both");
}

#[tokio::test]
async fn the_field_of_the_card_takes_no_discount() {
    let till = Till::with_marta().await;
    till.sent_on("entry", &format!("scan={BREAD}")).await;
    // Too long for a card, and an order once its blanks are dropped.
    let (response, _) = till.post("card", &format!("card=/{}90", "+".repeat(70))).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(total(&till).await, 650_000);
}

#[tokio::test]
async fn an_approval_is_not_carried_over_to_another_order() {
    let till = Till::with_marta().await;
    let price = |price: &str, token: &str| format!("line=1&price={price}&approval={token}");
    till.sent_on("entry", &format!("scan={COFFEE}")).await;
    assert_eq!(till.sent_on("line/price", &price("18.000", "")).await, "/till/1/approve");
    till.sent_on("approve", "who=jorge&pin=654321").await;
    let page = till.get("/till/1/approve").await;
    let token = page.split("name=\"approval\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    // Jorge agreed to 18.000. Asked for anew, 1 takes the place of what waits; his yes does not go with it.
    for _ in 0..3 {
        assert_eq!(till.sent_on("line/price", &price("1", token)).await, "/till/1/approve");
    }
    assert_eq!(total(&till).await, 1_845_000);
}

#[tokio::test]
async fn a_tills_number_written_otherwise_asks_who_is_there_too() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={BREAD}")).await;
    till.staffed().await;
    for page in ["/till/%31", "/till/%31/pay", "/till/01", "/till/+1"] {
        let request = Request::get(page).header(header::HOST, "127.0.0.1:8081").body(Body::empty()).unwrap();
        let (response, html) = till.ask(request).await;
        let to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap());
        let is_refused = response.status() == StatusCode::NOT_FOUND || to == Some("/till/1/login");
        assert!(is_refused, "{page}: {} {html}", response.status());
    }
    let fields = till.pay_fields().await;
    let mut order = till.form("pay", &format!("{fields}&tendered=exact"));
    *order.uri_mut() = "/till/%31/pay".parse().unwrap();
    till.ask(order).await;
    assert!(till.agent.till(1).await.unwrap().last_sale.is_none(), "nobody sold it");
}

#[tokio::test]
async fn an_amount_off_many_is_not_the_whole_price_of_one() {
    let till = Till::with_marta().await;
    // 5 % of a hundred is Marta's to give; it is not one for nothing.
    till.sent_on("entry", &format!("text=100*{BREAD}")).await;
    assert_eq!(till.sent_on("entry", "text=-32500").await, "/till/1");
    assert_eq!(total(&till).await, 65_000_000 - 3_250_000);
    till.sent_on("entry", "text=*1").await;
    assert_eq!(total(&till).await, 650_000 - 32_500);
    till.sent_on("entry", "text=*100").await;
    assert_eq!(total(&till).await, 65_000_000 - 3_250_000, "with all of them it is all of it again");

    // And off a ticket.
    let basket = till.agent.till(1).await.unwrap().basket;
    till.sent_on("cancel", &format!("basket={basket}")).await;
    till.sent_on("entry", &format!("text=100*{BREAD}")).await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    assert_eq!(till.sent_on("discount", "target=ticket&unit=amount&value=4.200").await, "/till/1");
    till.sent_on("line/void", "line=1").await;
    assert!(total(&till).await > 399_000, "{}", total(&till).await);
}

#[tokio::test]
async fn a_payment_given_back_twice_is_one() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={COFFEE}")).await;
    let basket = till.agent.till(1).await.unwrap().basket;
    for amount in ["1.000", "2.000"] {
        let due = till.agent.till(1).await.unwrap().totals.due.0;
        till.sent_on("pay", &format!("basket={basket}&due={due}&kind=card&tendered={amount}&reference=A"))
            .await;
    }
    let due = till.agent.till(1).await.unwrap().totals.due.0;
    let page = till.get("/till/1/pay").await;
    let form = page.split("/pay/back\">").nth(1).unwrap().split("</form>").next().unwrap().to_owned();
    assert!(form.contains(&format!("name=\"due\" value=\"{due}\"")), "{form}");
    for _ in 0..2 {
        till.post("pay/back", &format!("basket={basket}&due={due}&tender=0")).await;
    }
    let taken: Vec<i64> =
        till.agent.till(1).await.unwrap().totals.taken.iter().map(|taken| taken.amount.0).collect();
    assert_eq!(taken, [200_000], "the second card payment was not touched");
}

#[tokio::test]
async fn a_quantity_that_no_sale_holds_leaves_the_till_usable() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("text=999999*{COFFEE}")).await;
    till.sent_on("card", "card=2990000010421").await;
    let view = till.agent.till(1).await.unwrap();
    assert!(view.lines.is_empty(), "it is refused: {:?}", view.notice);
    till.sent_on("entry", "text=9000*7702001000013").await;
    let page = till.get("/till/1").await;
    assert!(page.contains("Leche entera 1 L"), "{page}");
}

#[tokio::test]
async fn one_more_pressed_twice_at_once_is_two_more() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={BREAD}")).await;
    let desk = till.agent.desk(1).unwrap();
    let turn = desk.turn.lock().await;
    let order = || till.ask(till.form("line/quantity", "line=1&step=more"));
    let both = async {
        tokio::join!(order(), order());
    };
    let release = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        drop(turn);
    };
    tokio::join!(both, release);
    assert_eq!(total(&till).await, 3 * 650_000);
}

#[tokio::test]
async fn who_learns_enrols_nobody() {
    let till = Till::open().await;
    till.sent_on("training", "on=1").await;
    let new = crate::till::NewMember {
        member: MemberId::new(5, [5; 10]),
        card: None,
        first_name: "Eva".to_owned(),
        last_name: "Ruiz".to_owned(),
        phone: "3001234567".to_owned(),
        email: String::new(),
        birthday: None,
        consents: vec![],
    };
    let result = till.agent.enrol_member(1, new).await;
    assert!(matches!(result, Err(AgentError::InTraining)), "{result:?}");
    assert!(till.agent.store().enrolment(MemberId::new(5, [5; 10])).await.unwrap().is_none());
}

#[tokio::test]
async fn a_basket_rung_up_to_learn_is_not_taken_up_for_real() {
    let till = Till::open().await;
    for (held_in, recalled_in) in [(true, false), (false, true)] {
        till.agent.set_training(1, held_in).await.unwrap();
        till.sent_on("entry", &format!("scan={BREAD}")).await;
        let basket = till.agent.till(1).await.unwrap().basket;
        till.agent.hold(1, basket).await.unwrap();
        till.agent.set_training(1, recalled_in).await.unwrap();
        let recalled = till.agent.recall(1, basket, false).await;
        assert!(matches!(recalled, Err(AgentError::HeldOtherwise { .. })), "held in training {held_in}");
        till.agent.set_training(1, held_in).await.unwrap();
        till.agent.recall(1, basket, false).await.unwrap();
        till.agent.cancel(1, basket).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_typed_before_a_scan_is_not_taken_twice() {
    let till = Till::open().await;
    // Broken off behind the first step: the page sends the same order again.
    let order = uuid::Uuid::from_u128(7);
    let at = crate::till::At::new(1, Some(order));
    till.agent.enter(at.step_of_its_own(), BREAD).await.unwrap();
    till.sent_on("entry", &format!("text={BREAD}&scan={MILK}&order={order}")).await;
    assert_eq!(total(&till).await, 650_000 + 420_000);
}

#[tokio::test]
async fn goods_of_an_exchange_come_back_for_what_was_paid_for_them() {
    let till = Till::open().await;
    let card = "2990000010421";
    let back = async |sale, line| {
        let origin = Origin { sale, line };
        till.agent.take_back(1, origin, Quantity::ONE, ReturnReason::Unwanted).await.unwrap();
    };
    // Milk for points; then it is exchanged for bread: its points go back and the bread is paid in cash.
    till.sent_on("entry", &format!("scan={MILK}")).await;
    till.sent_on("entry", &format!("scan={card}")).await;
    let basket = till.agent.till(1).await.unwrap().basket;
    let paid = till.agent.pay(1, basket, Payment::points(Points(840_000))).await.unwrap();
    assert!(matches!(paid, crate::till::Paid::Closed(_)), "{paid:?}");
    back(basket, 1).await;
    till.sent_on("entry", &format!("scan={BREAD}")).await;
    let exchange = till.agent.till(1).await.unwrap();
    assert_eq!((exchange.totals.total, exchange.totals.due), (Money(230_000), Money(650_000)));
    till.agent.pay_cash(1, exchange.basket, Money(650_000)).await.unwrap();
    back(exchange.basket, 2).await;
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.totals.due, view.totals.taken.len()), (Money(-650_000), 0), "the cash, and no points");
}
