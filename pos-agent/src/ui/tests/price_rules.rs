//! The chain's price rules on the ticket, on paper, and where a price is only asked for.

use std::sync::Mutex;

use domain::price_rules::PriceRule;
use domain::sale::DiscountShare;
use domain::snapshot::PriceRuleRow;

use super::*;

const CARD: &str = "2990000010421";
const MILK: &str = "7702001000013";
const BISCUIT: &str = "7702001000037";

fn rule(body: &str) -> PriceRule {
    serde_json::from_str(body).unwrap()
}

/// Two biscuits for the price of one, for everybody.
fn two_for_one() -> PriceRule {
    rule(
        r#"{"code":"2x1","name":"2×1 en galletas","scope":{"skus":["galletas"]},
        "benefit":{"buy_pay":{"buy":2,"pay":1}}}"#,
    )
}

/// Milk for 3.800 instead of 4.200.
fn member_price() -> PriceRule {
    rule(
        r#"{"code":"socio","name":"Precio socio","scope":{"skus":["leche"]},"members_only":true,
        "benefit":{"unit_price":380000}}"#,
    )
}

impl Till {
    async fn hears(&self, rules: &[PriceRule], active: bool) {
        let row = |rule: &PriceRule| Change::PriceRule(Box::new(PriceRuleRow { rule: rule.clone(), active }));
        let changes: Vec<Change> = rules.iter().map(row).collect();
        let mut tx = self.agent.store().begin().await.unwrap();
        feed::apply_changes(&mut tx, &changes, 20, now()).await.unwrap();
        self.agent.store().commit(tx).await.unwrap();
        self.agent.refresh_price_rules().await.unwrap();
    }

    async fn total(&self) -> i64 {
        self.agent.till(1).await.unwrap().totals.total.0
    }
}

fn orders(of: &[&'static str]) -> Vec<Vec<&'static str>> {
    if of.len() < 2 {
        return vec![of.to_vec()];
    }
    let with_first = |at: usize| {
        let mut rest = of.to_vec();
        let first = rest.remove(at);
        orders(&rest).into_iter().map(move |tail| [vec![first], tail].concat())
    };
    (0..of.len()).flat_map(with_first).collect()
}

#[tokio::test]
async fn two_for_one_and_the_member_price_in_any_scan_order() {
    let till = Till::open().await;
    till.hears(&[two_for_one(), member_price()], true).await;
    for order in orders(&[MILK, BISCUIT, BISCUIT, CARD]) {
        for scan in &order {
            till.sent_on("entry", &format!("scan={scan}")).await;
        }
        assert_eq!(till.total().await, 380_000 + 300_000, "{order:?}");
        let basket = till.agent.till(1).await.unwrap().basket;
        till.agent.cancel(1, basket).await.unwrap();
    }
}

#[tokio::test]
async fn the_card_brings_its_prices_and_takes_them_along() {
    let till = Till::open().await;
    till.hears(&[two_for_one(), member_price()], true).await;
    for (entry, wanted) in [
        (MILK, 420_000),
        (BISCUIT, 720_000),
        // Blocked, and nobody's: neither is a member.
        ("2990000010438", 720_000),
        ("2990000010445", 720_000),
        (CARD, 680_000),
        (BISCUIT, 680_000),
    ] {
        till.sent_on("entry", &format!("scan={entry}")).await;
        assert_eq!(till.total().await, wanted, "{entry}");
    }
    let page = till.get("/till/1").await;
    assert!(page.contains("Precio socio −400<"), "{page}");
    assert!(page.contains("2×1 en galletas −3.000<"), "{page}");
    let display = till.get("/display/1").await;
    assert!(display.contains("Precio socio −400<"), "{display}");
    till.sent_on("card/remove", "").await;
    assert_eq!(till.total().await, 720_000);
    assert!(!till.get("/till/1").await.contains("Precio socio"));
    till.sent_on("entry", &format!("scan={CARD}")).await;

    let view = till.agent.till(1).await.unwrap();
    let sale = till.agent.pay_cash(1, view.basket, Money(680_000)).await.unwrap().sale;
    let given: Vec<(&str, i64, &[DiscountShare])> =
        sale.price_rules.iter().map(|rule| (rule.code.as_str(), rule.amount.0, &rule.lines[..])).collect();
    let share = |line, amount| DiscountShare { line, amount: Money(amount) };
    assert_eq!(given, [("2x1", 300_000, &[share(2, 300_000)][..]), ("socio", 40_000, &[share(1, 40_000)])]);
    let slip = till.get(&format!("/till/1/receipt/{}", sale.id)).await;
    assert!(slip.contains("2×1 en galletas") && slip.contains("Precio socio"), "{slip}");
    assert!(!slip.contains("Descuento"), "nothing is left without a name: {slip}");
}

#[tokio::test]
async fn a_rule_that_ended_at_the_hub_is_gone() {
    let till = Till::open().await;
    till.hears(&[two_for_one(), member_price()], true).await;
    till.hears(&[two_for_one()], false).await;
    till.sent_on("entry", &format!("text=2*{BISCUIT}")).await;
    assert_eq!(till.total().await, 600_000);
    let known = till.agent.store().price_rules().await.unwrap();
    assert_eq!(known, [member_price()]);
}

#[tokio::test]
async fn a_rule_is_over_at_midnight_by_the_stores_clock() {
    let till = Till::open().await;
    let day = Some("2025-11-24".parse().unwrap());
    let elsewhere = PriceRule { stores: vec!["norte".parse().unwrap()], ..member_price() };
    till.hears(&[PriceRule { from: day, until: day, ..two_for_one() }, elsewhere], true).await;
    till.sent_on("entry", &format!("text=2*{BISCUIT}")).await;
    for scan in [MILK, CARD] {
        till.sent_on("entry", &format!("scan={scan}")).await;
    }
    // Bogotá is five hours behind.
    let at: std::sync::Arc<Mutex<DateTime<Utc>>> = std::sync::Arc::new(Mutex::new(now()));
    let clock = {
        let at = at.clone();
        Clock::from_fn(move || *at.lock().unwrap())
    };
    let store = till.agent.store().clone();
    let agent = Agent::open(store, clock, RuleTable::default()).await.unwrap();
    for (instant, wanted) in [
        ("2025-11-24T04:59:59Z", 1_020_000),
        ("2025-11-24T05:00:00Z", 720_000),
        ("2025-11-25T04:59:59Z", 720_000),
        ("2025-11-25T05:00:00Z", 1_020_000),
    ] {
        *at.lock().unwrap() = instant.parse().unwrap();
        assert_eq!(agent.till(1).await.unwrap().totals.total.0, wanted, "{instant}");
    }
    // What was shown before midnight is not charged after it unseen.
    let basket = agent.till(1).await.unwrap().basket;
    let seen = crate::till::Seen { basket, due: Some(Money(720_000)) };
    let payment = crate::till::Payment::cash(Money(2_000_000));
    let error = agent.pay(1, seen, payment).await.unwrap_err();
    assert!(matches!(error, crate::error::AgentError::BasketChanged), "{error}");
}

#[tokio::test]
async fn a_price_check_knows_the_rules_and_their_prices() {
    let till = Till::open().await;
    let dairy = rule(
        r#"{"code":"food","name":"Mercado -10 %","scope":{"product_line":"food"},
        "benefit":{"percent":1000}}"#,
    );
    till.hears(&[two_for_one(), member_price(), dairy], true).await;
    till.get("/till/1/price").await;
    till.sent_on("price", &format!("scan={MILK}")).await;
    let page = till.get("/till/1/price").await;
    assert!(page.contains("$\u{a0}3.800</strong> Precio socio"), "{page}");
    assert!(page.contains("con tarjeta de socio") && page.contains("$\u{a0}3.780</strong> Mercado -10 %"));
    assert!(!page.contains("2×1"), "it is not for milk");
    till.sent_on("price", &format!("scan={BISCUIT}")).await;
    let page = till.get("/till/1/price").await;
    assert!(page.contains("<li>2×1 en galletas</li>"), "one alone costs what it costs: {page}");
    // The offer is reckoned on what the member pays anyhow.
    till.sent_on("entry", &format!("scan={CARD}")).await;
    till.sent_on("price", &format!("scan={MILK}")).await;
    assert!(till.get("/till/1/price").await.contains("Sin oferta para este cliente"));
}

#[tokio::test]
async fn a_rule_that_a_restored_hub_forgot_is_taken_off_no_more() {
    let till = Till::open().await;
    till.hears(&[two_for_one()], true).await;
    for _ in 0..2 {
        till.sent_on("entry", &format!("scan={BISCUIT}")).await;
    }
    assert_eq!(till.total().await, 300_000);
    let mut tx = till.agent.store().begin().await.unwrap();
    crate::store::tills::set_hub_epoch(&mut tx, 7).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till.agent.refresh_price_rules().await.unwrap();
    assert_eq!(till.total().await, 600_000, "it never says that the rule ended");
}

#[tokio::test]
async fn either_piece_of_two_for_one_comes_back_for_what_it_cost() {
    let till = Till::open().await;
    let pair = rule(
        r#"{"code":"par","name":"2×1 surtido","scope":{"skus":["galletas","leche"]},
        "benefit":{"buy_pay":{"buy":2,"pay":1}}}"#,
    );
    till.hears(&[pair], true).await;
    for code in [MILK, BISCUIT] {
        till.sent_on("entry", &format!("scan={code}")).await;
    }
    // 4.200 and 3.000, of which the biscuit's 3.000 are shared: 42 / 72 and 30 / 72 of them.
    assert_eq!(till.total().await, 420_000);
    let done = till.sent_on("pay", &format!("{}&tendered=exact", till.pay_fields().await)).await;
    let sale = done.split("sale=").nth(1).unwrap().to_owned();
    for (line, paid) in [(1, 245_000), (2, 175_000)] {
        let back = format!("sale={sale}&line={line}&quantity=1&reason=unwanted");
        till.sent_on("return", &back).await;
        assert_eq!(till.total().await, -paid, "line {line}");
        till.sent_on("pay", &format!("{}&tendered=exact", till.pay_fields().await)).await;
    }
}
