//! Open prices through the pages: a code that no catalogue has, and articles whose price is keyed.

use domain::sale::Sale;

use super::*;
use crate::app::HouseRules;
use crate::checkout::open_price::OpenPricePolicy;
use crate::ui::view::{NoticeKind, PayState};

const STRANGER: &str = "7702001999993";
const LOOSE: &str = "7702001000068";
const ANA: &str = "2990000010421";

impl Till {
    /// With bread that is sold loose, at a price that the cashier keys.
    async fn with_loose_bread() -> Self {
        let till = Self::open().await;
        let Change::Product(bread) = product("suelto", LOOSE, "Pan suelto", 0) else { unreachable!() };
        till.learns(Change::Product(ProductRow { open_price: true, ..bread })).await;
        till
    }

    async fn learns(&self, change: Change) {
        let mut tx = self.agent.store().begin().await.unwrap();
        feed::apply_changes(&mut tx, &[change], 13, now()).await.unwrap();
        self.agent.store().commit(tx).await.unwrap();
    }

    async fn waits(&self) -> Vec<u32> {
        self.agent.till(1).await.unwrap().unknown.iter().map(|waits| waits.number).collect()
    }

    async fn sold_for_cash(&self) -> Sale {
        let view = self.agent.till(1).await.unwrap();
        self.agent.pay_cash(1, view.basket, view.totals.due).await.unwrap().sale
    }
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_sold_at_the_price_on_its_label() {
    let till = Till::open().await;
    let open_price = OpenPricePolicy { tax_rate: 1_900, ..OpenPricePolicy::default() };
    till.agent.set_house(HouseRules { open_price, ..HouseRules::default() });
    till.sent_on("entry", &format!("scan={ANA}")).await;
    till.sent_on("entry", &format!("scan={STRANGER}")).await;
    till.sent_on("entry", "scan=7702001000013").await;
    let number = till.waits().await[0];
    let page = till.get("/till/1").await;
    for wanted in
        [format!("href=\"/till/1/open-price/{number}\""), "Precio abierto".to_owned(), "Descartar".to_owned()]
    {
        assert!(page.contains(&wanted), "{wanted}: {page}");
    }
    assert!(
        page.contains("aria-disabled=\"true\"") && page.contains("códigos desconocidos"),
        "Pay is blocked"
    );
    let page = till.get(&format!("/till/1/open-price/{number}")).await;
    assert!(page.contains("IVA incluido: 19") && page.contains("name=\"department\""), "{page}");

    let fields = format!("number={number}&price=2.500&quantity=2&name=Queso+fresco&department=food");
    assert_eq!(till.sent_on("open-price", &fields).await, "/till/1");
    assert!(till.waits().await.is_empty());
    let page = till.get("/till/1").await;
    assert!(page.contains("Queso fresco") && page.contains(STRANGER), "{page}");
    // Taken out and in again like any other line.
    let line = till.agent.till(1).await.unwrap().lines[1].number;
    till.sent_on("line/void", &format!("line={line}")).await;
    assert_eq!(till.agent.till(1).await.unwrap().totals.total, Money(420_000));
    till.sent_on("line/restore", &format!("line={line}")).await;
    let view = till.agent.till(1).await.unwrap();
    assert_eq!((view.pay, view.totals.total), (PayState::Ready, Money(920_000)));
    let with_card = view.totals.earns.unwrap();

    let sale = till.sold_for_cash().await;
    let line = sale.lines.iter().find(|line| line.name == "Queso fresco").unwrap();
    assert_eq!(line.read_code.as_ref().map(AsRef::as_ref), Some(STRANGER));
    assert_eq!((line.sku.as_str(), line.product_line.as_str()), (STRANGER, "food"));
    assert_eq!((line.net, line.tax), (Money(420_168), Money(79_832)), "19 % inside");
    assert_eq!(with_card, Points(820_100), "4.000 and 4.201,68 earn by the usual rule");
    let text = till.get(&format!("/till/1/receipt/{}/text?columns=32", sale.id)).await;
    assert!(text.contains("Queso fresco") && text.contains(STRANGER), "{text}");

    // It comes back by its receipt, at its price.
    let origin = domain::sale::Origin { sale: sale.id, line: line.number };
    let reason = crate::checkout::basket::ReturnReason::Unwanted;
    till.agent.take_back(1, origin, domain::Quantity::ONE, reason).await.unwrap();
    let back = till.sold_for_cash().await;
    assert_eq!((back.total(), back.lines[0].read_code.is_some()), (Money(-250_000), true));
}

#[tokio::test]
async fn no_price_at_all_is_refused_with_what_to_do() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={STRANGER}")).await;
    let number = till.waits().await[0];
    for (fields, wanted) in [
        ("price=0", "mayor que cero"),
        ("price=-5", "mayor que cero"),
        ("price=x", "mayor que cero"),
        ("price=", "mayor que cero"),
        ("price=10.000.001", "de no más de $\u{a0}10.000.000"),
        ("price=7702001999993", "Eso es el código"),
        ("price=5&quantity=0", "cantidad"),
        ("price=5&name=4111111111111111", "pocas palabras"),
    ] {
        let (response, page) = till.post("open-price", &format!("number={number}&{fields}")).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        assert!(page.contains(wanted) && page.contains("<title>Error: "), "{fields}: {page}");
    }
    let (_, page) = till.post("open-price", &format!("number={number}&price=0&name=Queso")).await;
    assert!(page.contains("value=\"Queso\""), "nothing typed is lost");
    assert_eq!(till.waits().await, [number]);
    // Decided at another screen meanwhile.
    till.sent_on("unknown/discard", &format!("number={number}")).await;
    assert_eq!(till.sent_on("open-price", &format!("number={number}&price=5")).await, "/till/1");
    assert_eq!(till.sent_on_by_get(&format!("/till/1/open-price/{number}")).await, "/till/1");
    assert!(till.agent.till(1).await.unwrap().lines.is_empty());
}

#[tokio::test]
async fn an_article_with_an_open_price_asks_for_it() {
    let till = Till::with_loose_bread().await;
    // A reader's next read may be on its way, so the page stays; a person is led on.
    assert_eq!(till.sent_on("entry", &format!("scan={LOOSE}")).await, "/till/1");
    assert_eq!(till.agent.till(1).await.unwrap().notice.unwrap().kind, NoticeKind::PriceNeeded);
    let first = till.waits().await[0];
    let page = till.get("/till/1").await;
    assert!(
        page.contains("Falta el precio: Pan suelto") && page.contains("Escriba antes los precios"),
        "{page}"
    );
    let to = till.sent_on("entry", &format!("text=3*{LOOSE}")).await;
    let second = till.waits().await[1];
    assert_eq!(to, format!("/till/1/open-price/{second}"));
    let page = till.get(&to).await;
    assert!(page.contains("value=\"3\"") && page.contains("IVA incluido: 5"), "its own tax: {page}");
    assert!(!page.contains("name=\"department\""), "it has a name");
    assert_eq!(
        till.sent_on("add", "sku=suelto").await,
        format!("/till/1/open-price/{}", till.waits().await[2])
    );
    let third = till.waits().await[2];
    till.sent_on("unknown/discard", &format!("number={third}")).await;
    till.sent_on("open-price", &format!("number={first}&price=1.200&quantity=1")).await;
    till.sent_on("open-price", &format!("number={second}&price=800&quantity=3&name=Otro")).await;
    let sale = till.sold_for_cash().await;
    let lines: Vec<_> = sale
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.quantity.0, line.gross.0, line.read_code.is_some()))
        .collect();
    assert_eq!(lines, [("Pan suelto", 1_000, 120_000, false), ("Pan suelto", 3_000, 240_000, false)]);
    // A label that has a price leaves nothing open; a price check does not pretend to know one.
    till.sent_on("price", &format!("text={LOOSE}")).await;
    assert!(till.get("/till/1/price").await.contains("Precio abierto"));
}

#[tokio::test]
async fn who_may_key_a_price_needs_nobody_and_others_ask() {
    let till = Till::with_marta().await;
    let Change::Product(bread) = product("suelto", LOOSE, "Pan suelto", 0) else { unreachable!() };
    till.learns(Change::Product(ProductRow { open_price: true, ..bread })).await;
    till.sent_on("entry", &format!("scan={STRANGER}")).await;
    till.sent_on("entry", &format!("scan={LOOSE}")).await;
    let [stranger, loose] = till.waits().await[..] else { panic!() };
    let order = format!("number={stranger}&price=2.500&quantity=1&name=Queso&department=");
    // What cannot be is said before anybody is called.
    let (response, _) = till.post("open-price", &format!("number={stranger}&price=0&quantity=1")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(till.sent_on("open-price", &order).await, "/till/1/approve");
    assert!(till.agent.till(1).await.unwrap().lines.is_empty());
    till.sent_on("approve", "who=jorge&pin=654321").await;
    let page = till.get("/till/1/approve").await;
    let token = page.split("name=\"approval\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.contains("action=\"/till/1/open-price\"") && page.contains("value=\"Queso\""), "{page}");
    // He agreed to this price and to no other.
    let other = order.replace("2.500", "100");
    assert_eq!(till.sent_on("open-price", &format!("{other}&approval={token}")).await, "/till/1/approve");
    assert_eq!(till.sent_on("open-price", &format!("{order}&approval={token}")).await, "/till/1");

    till.sent_on("login", "who=jorge&pin=654321").await;
    assert_eq!(till.sent_on("open-price", &format!("number={loose}&price=900&quantity=1")).await, "/till/1");
    let sale = till.sold_for_cash().await;
    assert_eq!((sale.total(), sale.approved_by.clone()), (Money(340_000), Some("jorge".parse().unwrap())));
}

#[tokio::test]
async fn what_waits_for_its_price_is_held_recalled_and_survives() {
    let till = Till::with_loose_bread().await;
    till.sent_on("entry", &format!("scan={STRANGER}")).await;
    till.sent_on("entry", &format!("scan={LOOSE}")).await;
    let [stranger, _] = till.waits().await[..] else { panic!() };
    till.sent_on("open-price", &format!("number={stranger}&price=2.500&name=Queso")).await;
    let basket = till.agent.till(1).await.unwrap().basket;
    till.sent_on("hold", &format!("basket={basket}")).await;

    let Till { agent, _folder: folder, .. } = till;
    agent.store().close().await;
    let store = Store::open(folder.path()).await.unwrap();
    let agent = Agent::open(store, Clock::from_fn(now), RuleTable::default()).await.unwrap();
    agent.recall(2, basket, false).await.unwrap();
    let view = agent.till(2).await.unwrap();
    assert_eq!(view.lines[0].read_code.as_deref(), Some(STRANGER));
    let waits = view.unknown[0].clone();
    assert_eq!(waits.article.as_deref(), Some("Pan suelto"));
    let keyed = crate::till::Keyed {
        number: waits.number,
        price: Money(50_000),
        quantity: domain::Quantity::ONE,
        name: String::new(),
        product_line: String::new(),
    };
    // The same order again, as after an answer that got lost, is one line.
    let at = crate::till::At::new(2, Some(uuid::Uuid::from_u128(5)));
    agent.open_price(at, keyed.clone()).await.unwrap();
    let again = agent.open_price(at, keyed).await.unwrap_err();
    assert_eq!(again.code(), "open_price_nothing_waits");
    assert_eq!(agent.till(2).await.unwrap().totals.total, Money(300_000));
}

#[tokio::test]
async fn the_page_of_open_prices_speaks_both_languages() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={STRANGER}")).await;
    let path = format!("/till/1/open-price/{}", till.waits().await[0]);
    for (lang, wanted) in [("es", "Precio de una unidad"), ("en", "Price of one")] {
        let request = Request::get(&path)
            .header(header::HOST, "localhost:8081")
            .header(header::COOKIE, format!("yapa_lang={lang}; yapa_theme=dark"));
        let (_, html) = till.ask(request.body(Body::empty()).unwrap()).await;
        assert!(html.contains(wanted) && html.contains("data-theme=\"dark\""), "{lang}: {html}");
        assert!(!html.contains(" style=") && !html.contains("<script>"));
    }
}
