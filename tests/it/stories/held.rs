//! Baskets that one agent puts aside and another agent of the store takes up.

use super::on_both;
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::form::Form;
use crate::world::hub::Hub;
use crate::world::proxy::Proxy;
use crate::world::till::Till;

on_both!(
    a_basket_is_taken_up_at_another_agent_of_the_store_once,
    an_answer_that_was_lost_gives_the_same_till_the_same_basket,
    a_basket_that_two_tills_sell_apart_is_two_sales_and_somebody_sees_it,
);

const MILK: &str = "2000000000176";

/// Ana's three milks, put aside.
async fn holds_three_milks(till: &Till) {
    till.enter(1, ANA).await;
    till.enter(1, &format!("3*{MILK}")).await;
    till.submit(1, "/hold", &[]).await;
}

/// Waits until the list of a till says something.
pub(super) async fn list_says(till: &Till, wanted: &str) -> String {
    till.says_on("/till/1/held", wanted).await
}

const WAITING: &str = "select count(*) from held_basket where taken_by is null";
const NONE: &str = "No hay ventas en espera";

async fn a_basket_is_taken_up_at_another_agent_of_the_store_once(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let mut first = Till::ready(&hub, &[("001", "1")]).await;
    let second = Till::ready(&hub, &[("001", "2")]).await;
    let elsewhere = Till::ready(&hub, &[("002", "1")]).await;
    holds_three_milks(&first).await;
    hub.counts(WAITING, 1).await;
    first.kill9();
    first.run(&[]);

    let page = list_says(&second, "Ana M.").await;
    assert!(page.contains("Caja 1") && page.contains("12.600") && page.contains("3 artículos"), "{page}");
    list_says(&elsewhere, NONE).await;
    let late = Form::with_action(&page, "/till/1/recall");
    let screen = second.submit_on("/till/1/held", "/recall", &[]).await;
    assert!(screen.contains("Recuperada") && screen.contains("12.600"), "{screen}");
    // It left the other agent's list, and the same order once more gives no second one.
    list_says(&first, NONE).await;
    second.pay(1).await;
    hub.holds(1).await;
    let again = second.send_form_in_peril(late, &[]).await.expect("an answer");
    assert!(again.contains("Otra caja ya"), "{again}");
    second.has_sent_everything().await;
    for (sql, wanted) in [
        ("select count(*) from sale where account is not null and till = '2' and total = 1260000", 1),
        ("select count(*) from sale", 1),
        ("select count(*) from quarantine", 0),
        (WAITING, 0),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
}

async fn an_answer_that_was_lost_gives_the_same_till_the_same_basket(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let proxy = Proxy::before(hub.listen).await;
    let first = Till::ready(&hub, &[("001", "1")]).await;
    let mut second = Till::enrolled_at(&hub, &format!("http://{}", proxy.address), &[("001", "2")]);
    second.run(&[]);
    second.knows_the_catalogue().await;
    let third = Till::ready(&hub, &[("001", "3")]).await;
    holds_three_milks(&first).await;
    hub.counts(WAITING, 1).await;
    let page = list_says(&third, "Ana M.").await;
    list_says(&second, "Ana M.").await;

    let form = Form::with_action(&second.get("/till/1/held").await, "/till/1/recall");
    proxy.lose_takes(1);
    let screen = second.send_form(form, &[]).await;
    assert!(screen.contains("el centro no responde"), "{screen}");
    assert!(proxy.is_spent(), "the hub gave it out");
    hub.counts(WAITING, 0).await;

    // Who comes second hears who has it; the till whose answer was lost gets it.
    let screen = third.send_form(Form::with_action(&page, "/till/1/recall"), &[]).await;
    assert!(screen.contains("Esa venta la retomó la caja 2"), "{screen}");
    let once_more = Form::with_action(&list_says(&second, "Ana M.").await, "/till/1/recall");
    let screen = second.send_form(once_more, &[]).await;
    assert!(screen.contains("Recuperada") && screen.contains("12.600"), "{screen}");
    list_says(&second, NONE).await;
    second.pay(1).await;
    hub.holds(1).await;
    list_says(&first, NONE).await;
    assert_eq!(hub.count("select count(*) from held_basket where also_at is not null").await, 0);
}

async fn a_basket_that_two_tills_sell_apart_is_two_sales_and_somebody_sees_it(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let proxy = Proxy::before(hub.listen).await;
    let mut first = Till::enrolled_at(&hub, &format!("http://{}", proxy.address), &[("001", "1")]);
    first.run(&[]);
    first.knows_the_catalogue().await;
    let second = Till::ready(&hub, &[("001", "2")]).await;
    holds_three_milks(&first).await;
    hub.counts(WAITING, 1).await;
    proxy.cut(true);
    first.shows("Sin conexión").await;

    // What nobody else can have is taken up without a word.
    first.enter(1, MILK).await;
    first.submit(1, "/hold", &[]).await;
    let page = first.get("/till/1/held").await;
    assert!(page.contains("solo están las ventas puestas en espera en las cajas de este equipo"), "{page}");
    let own = page.split("name=\"basket\" value=\"").last().and_then(|rest| rest.split('"').next());
    let screen = first.submit_on("/till/1/held", "/recall", &[("basket", own.expect("its own"))]).await;
    assert!(screen.contains("Recuperada"), "{screen}");
    first.pay(1).await;

    // The other one may be sold at another till, and is: whoever takes it up here is warned.
    list_says(&second, "Ana M.").await;
    second.submit_on("/till/1/held", "/recall", &[]).await;
    second.pay(1).await;
    hub.holds(1).await;
    let warned = first.submit_on("/till/1/held", "/recall", &[]).await;
    assert!(warned.contains("Retómela solo si el cliente está aquí"), "{warned}");
    let sure = Form::with_action(&warned, "/till/1/recall");
    let screen = first.send_form(sure, &[("is_here", "true")]).await;
    assert!(screen.contains("Recuperada") && screen.contains("12.600"), "{screen}");
    first.pay(1).await;

    proxy.cut(false);
    hub.holds(3).await;
    hub.counts("select count(*) from held_basket where also_at is not null", 1).await;
    first.shows("la retomó también la caja 2").await;
    first.has_sent_everything().await;
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    assert_eq!(hub.count("select count(*) from sale where total = 1260000").await, 2, "both stand");
    let page = Api::of(&hub, "manager").open("/held-twice").await.text().await.expect("a page");
    assert!(page.contains("Ana M.") && page.contains("Centro · 1"), "{page}");
}
