//! Gift cards with a balance: sold at one till, spent at another, held by one at a time, and never twice.

use std::path::Path;

use super::{chain_with_points, on_both};
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::form::Form;
use crate::world::hub::{Hub, path_text};
use crate::world::proxy::Proxy;
use crate::world::till::Till;

on_both!(
    a_card_sold_without_the_hub_is_spent_at_another_till,
    of_two_tills_that_want_the_last_amount_at_once_one_has_it,
    an_agent_that_was_killed_after_the_hold_pays_with_the_same_one_or_lets_it_go,
    a_payment_that_is_taken_off_goes_back_to_the_card,
    a_ticket_is_paid_by_gift_card_points_and_cash,
    goods_that_a_card_paid_come_back_onto_it_and_a_blocked_card_pays_nothing,
);

pub const NUMBER: &str = "29800000000000001237";
const MILK: &str = "2000000000176";
const BREAD: &str = "2000000000244";
const COFFEE: &str = "2000000000312";
const CARD: &str = "600";

const PRODUCTS: &str = "sku,barcode,name,line,category,price,cost,tax_rate,supplier,gift_card,open_price\n\
    600,,Tarjeta regalo,Regalos,Regalos,0,0,0,,yes,yes\n";

const BALANCE: &str = "select balance from gift_card";
const HELD: &str = "select held from gift_card";

pub fn with_gift_cards(hub: &Hub) {
    let products = hub.write("gift-cards.csv", PRODUCTS);
    hub.cli(&["import", "products", path_text(&products)]).exits(0);
}

/// A till that knows that the hub keeps gift cards.
async fn till_at(hub: &Hub, address: &str, code: &str) -> Till {
    let mut till = Till::enrolled_at(hub, address, &[("001", code)]);
    till.dress = vec![("POS_AGENT__GIFT_CARD__KEPT", "hub".to_owned())];
    till.run(&[]);
    till.knows_the_catalogue().await;
    till.says_on("/till/1/search?text=Tarjeta%20regalo", "value=\"600\"").await;
    till.has_sent_everything().await;
    till
}

pub async fn till(hub: &Hub, code: &str) -> Till {
    till_at(hub, &hub.address(), code).await
}

/// A hub that keeps gift cards, and a till of it whose line may fail.
async fn behind_a_proxy(kind: Kind) -> (Hub, Proxy, Till) {
    let hub = Hub::with_chain(kind).await;
    with_gift_cards(&hub);
    let proxy = Proxy::before(hub.listen).await;
    let till = till_at(&hub, &format!("http://{}", proxy.address), "1").await;
    (hub, proxy, till)
}

/// Sells the card with so much on it; gives the receipt.
async fn sells_card(till: &Till, amount: &str) -> String {
    let page = till.enter(1, CARD).await;
    assert!(page.contains("id=\"gift-card-title\"") && page.contains("Tarjeta regalo"), "{page}");
    let form = Form::with_action(&page, "/till/1/gift-card");
    till.send_form(form, &[("card", NUMBER), ("amount", amount)]).await;
    till.pay(1).await
}

fn by_card(tendered: &str) -> [(&str, &str); 3] {
    [("kind", "gift_card"), ("tendered", tendered), ("reference", NUMBER)]
}

/// What a page says that refused the payment.
async fn is_refused(till: &Till, fields: &[(&str, &str)]) -> String {
    let form = Form::with_action(&till.get("/till/1/pay").await, "/pay");
    till.send_form_in_peril(form, fields).await.expect("an answer")
}

/// The number is money to whoever reads it.
fn has_no_number(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            has_no_number(&path);
        } else if let Ok(bytes) = std::fs::read(&path) {
            let found = bytes.windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

async fn all_agrees(hub: &Hub) {
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    assert_eq!(hub.count("select count(*) from gift_card_shortfall").await, 0);
    hub.verify_ledger().exits(0);
}

async fn a_card_sold_without_the_hub_is_spent_at_another_till(kind: Kind) {
    let (hub, proxy, first) = behind_a_proxy(kind).await;
    let second = till(&hub, "2").await;
    proxy.cut(true);
    first.shows("Sin conexión").await;
    first.enter(1, ANA).await;
    let receipt = sells_card(&first, "50.000").await;
    assert!(receipt.contains("50.000") && receipt.contains("••••1237"), "{receipt}");
    assert!(!receipt.contains(NUMBER), "{receipt}");

    // Paying without the hub is refused with what to do next, and cash goes on.
    first.enter(1, MILK).await;
    let refused = is_refused(&first, &by_card("exact")).await;
    assert!(refused.contains("No se puede preguntar al centro") && !refused.contains(NUMBER), "{refused}");
    first.pay(1).await;

    // Nobody else has heard of the card; then they do, though the batch comes twice.
    second.enter(1, MILK).await;
    let refused = is_refused(&second, &by_card("exact")).await;
    assert!(refused.contains("Nadie conoce todavía esta tarjeta"), "{refused}");
    proxy.send_twice(1);
    proxy.cut(false);
    hub.holds(2).await;
    hub.counts(BALANCE, 5_000_000).await;
    assert!(proxy.is_spent(), "the batch came twice");
    let receipt = second.submit_on("/till/1/pay", "/pay", &by_card("exact")).await;
    assert!(receipt.contains("••••1237") && receipt.contains("45.800"), "{receipt}");
    hub.holds(3).await;
    second.has_sent_everything().await;
    first.has_sent_everything().await;
    hub.counts(BALANCE, 4_580_000).await;
    hub.counts(HELD, 0).await;
    assert_eq!(hub.count("select count(*) from gift_card_entry where amount <> 0").await, 2);
    assert_eq!(
        hub.count("select count(*) from ledger_entry").await,
        0,
        "neither the card that was sold earns nor a ticket without a member"
    );

    // The balance where prices are asked.
    let page = second.submit_on("/till/1/price", "/price", &[("text", NUMBER)]).await;
    assert!(page.contains("quedan") && page.contains("45.800") && !page.contains(NUMBER), "{page}");
    all_agrees(&hub).await;
    for folder in [first.folder.path(), second.folder.path(), hub.folder.path()] {
        has_no_number(folder);
    }
    for log in [first.log(), second.log(), hub.log()] {
        assert!(!log.contains(NUMBER), "{log}");
    }
}

async fn of_two_tills_that_want_the_last_amount_at_once_one_has_it(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    with_gift_cards(&hub);
    let (first, second) = (till(&hub, "1").await, till(&hub, "2").await);
    sells_card(&first, "6.500").await;
    hub.holds(1).await;
    first.enter(1, BREAD).await;
    second.enter(1, BREAD).await;
    let fields = by_card("exact");
    let (one, two) = tokio::join!(is_refused(&first, &fields), is_refused(&second, &fields));
    let paid = |page: &str| page.contains("••••1237") && page.contains("Queda en ella");
    let empty = |page: &str| page.contains("No queda nada en esta tarjeta");
    assert!(paid(&one) && empty(&two) || paid(&two) && empty(&one), "{one}\n{two}");
    let other = if paid(&one) { &second } else { &first };
    other.pay(1).await;
    hub.holds(3).await;
    hub.counts(BALANCE, 0).await;
    hub.counts(HELD, 0).await;
    all_agrees(&hub).await;
}

async fn an_agent_that_was_killed_after_the_hold_pays_with_the_same_one_or_lets_it_go(kind: Kind) {
    let (hub, proxy, mut till) = behind_a_proxy(kind).await;
    sells_card(&till, "50.000").await;
    hub.holds(1).await;
    for (sales, by_the_card) in [(2, true), (3, false)] {
        let before = hub.count(BALANCE).await;
        till.enter(1, MILK).await;
        proxy.lose_takes(1);
        let refused = is_refused(&till, &by_card("exact")).await;
        assert!(refused.contains("No se puede preguntar al centro"), "{refused}");
        assert!(proxy.is_spent(), "the hub holds it");
        hub.counts(HELD, 420_000).await;
        till.kill9();
        till.run(&[]);
        till.shows("Leche entera").await;
        till.shows("En línea").await;
        if by_the_card {
            let receipt = till.submit_on("/till/1/pay", "/pay", &by_card("exact")).await;
            assert!(receipt.contains("Queda en ella"), "{receipt}");
        } else {
            till.pay(1).await;
        }
        hub.holds(sales).await;
        hub.counts(HELD, 0).await;
        hub.counts(BALANCE, if by_the_card { before - 420_000 } else { before }).await;
        assert_eq!(hub.count("select count(*) from gift_card_hold where asked > 0").await, sales - 1);
    }
    all_agrees(&hub).await;
}

async fn a_payment_that_is_taken_off_goes_back_to_the_card(kind: Kind) {
    let (hub, proxy, mut till) = behind_a_proxy(kind).await;
    sells_card(&till, "50.000").await;
    hub.holds(1).await;
    till.enter(1, COFFEE).await;
    // Read as by a scanner, it is offered with what is on it.
    till.enter(1, NUMBER).await;
    let page = till.get("/till/1/pay").await;
    assert!(page.contains("id=\"gift-in-hand\"") && !page.contains(NUMBER), "{page}");
    let part = [("kind", "gift_card"), ("tendered", "10.000")];
    let page = till.submit_on("/till/1/pay", "/pay", &part).await;
    assert!(page.contains("8.900") && page.contains("••••1237"), "{page}");
    hub.counts(HELD, 1_000_000).await;
    // Taken off while nobody hears it, by an agent that is killed then.
    proxy.cut(true);
    till.shows("Sin conexión").await;
    till.submit_on("/till/1/pay", "/pay/back", &[("tender", "0")]).await;
    till.kill9();
    till.run(&[]);
    till.pay(1).await;
    hub.counts(HELD, 1_000_000).await;
    proxy.cut(false);
    hub.holds(2).await;
    hub.counts(HELD, 0).await;
    hub.counts(BALANCE, 5_000_000).await;
    all_agrees(&hub).await;
}

async fn a_ticket_is_paid_by_gift_card_points_and_cash(kind: Kind) {
    const EARNED: &str = "select cast(sum(points) as bigint) from ledger_entry where kind = 'earn'";
    let hub = chain_with_points(kind).await;
    with_gift_cards(&hub);
    let till = till(&hub, "1").await;
    sells_card(&till, "8.000").await;
    hub.holds(2).await;
    till.enter(1, ANA).await;
    till.shows("50.000 puntos").await;
    // Coffee for 18,900: 8,000 by the card, 5,000 by points, the rest in cash. The card asks for all and gives what it has.
    till.enter(1, COFFEE).await;
    let page = till.submit_on("/till/1/pay", "/pay", &by_card("exact")).await;
    assert!(page.contains("10.900"), "{page}");
    till.submit_on("/till/1/redeem", "/redeem", &[("points", "10000")]).await;
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "exact"), ("kind", "cash")]).await;
    hub.holds(3).await;
    till.has_sent_everything().await;
    hub.counts(BALANCE, 0).await;
    for (sql, wanted) in [
        ("select amount from tender where kind = 'gift_card'", 800_000),
        ("select amount from tender where kind = 'points'", 500_000),
        ("select count(*) from tender where kind = 'cash' and amount = 590000", 1),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
    // A gift card earns as cash does: the same ticket with cash in its place gives the same.
    let earned = hub.count(EARNED).await - 5_000_000;
    till.enter(1, ANA).await;
    till.enter(1, COFFEE).await;
    till.submit_on("/till/1/redeem", "/redeem", &[("points", "10000")]).await;
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "exact"), ("kind", "cash")]).await;
    hub.holds(4).await;
    assert!(earned > 0, "what points did not pay earns");
    assert_eq!(hub.count(EARNED).await - 5_000_000, 2 * earned);
    all_agrees(&hub).await;
}

async fn goods_that_a_card_paid_come_back_onto_it_and_a_blocked_card_pays_nothing(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    with_gift_cards(&hub);
    let till = till(&hub, "1").await;
    sells_card(&till, "50.000").await;
    till.enter(1, MILK).await;
    hub.holds(1).await;
    let exact = by_card("exact");
    // Pressed twice at once, it pays once, and both pages are of the receipt.
    let page = till.get("/till/1/pay").await;
    let press = || till.send_form_in_peril(Form::with_action(&page, "/pay"), &exact);
    let (one, two) = tokio::join!(press(), press());
    for page in [one, two] {
        let page = page.expect("an answer");
        assert!(page.contains("Queda en ella") && page.contains("45.800"), "{page}");
    }
    hub.holds(2).await;
    hub.counts(BALANCE, 4_580_000).await;
    till.submit_on("/till/1/refund?code=2", "/return", &[("quantity", "1")]).await;
    let receipt = till.submit_on("/till/1/pay", "/pay", &by_card("exact")).await;
    assert!(receipt.contains("-4.200") && receipt.contains("••••1237"), "{receipt}");
    hub.holds(3).await;
    hub.counts(BALANCE, 5_000_000).await;

    // At the desk: found by its number, blocked, and refused at the till.
    let desk = Api::of(&hub, "service");
    let number = [("number", "2980 0000 0000 0000 1237")];
    let found = desk.submit("/gift-cards/find", "/gift-cards/find", &number).await;
    assert!(found.contains("••••1237") && found.contains("50.000") && !found.contains(NUMBER), "{found}");
    let card = found.split("action=\"").find_map(|rest| rest.split_once("/say\"")).expect("a form").0;
    let told = desk.submit(card, "/say", &[("do", "block"), ("note", "Robada")]).await;
    assert!(told.contains("Bloqueada") && told.contains("Robada"), "{told}");
    till.enter(1, MILK).await;
    let refused = is_refused(&till, &by_card("exact")).await;
    assert!(refused.contains("Esta tarjeta está bloqueada"), "{refused}");
    till.pay(1).await;
    hub.holds(4).await;
    let file =
        Api::of(&hub, "manager").open("/gift-cards/moves?csv=programs").await.text().await.expect("text");
    assert!(file.contains("refunded") && file.contains("••••1237") && !file.contains(NUMBER), "{file}");
    hub.counts(HELD, 0).await;
    all_agrees(&hub).await;
}
