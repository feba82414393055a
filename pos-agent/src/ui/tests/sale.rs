//! A sale from the first scan to the receipt, with and without the script.

use super::*;

#[tokio::test]
async fn a_whole_sale_without_the_script() {
    let till = Till::open().await;
    assert!(till.get("/till/1").await.contains("Escanee un producto o una tarjeta"));
    for entry in ["3*", "7702001000013", "2990000010421", "7702001000037", "*2"] {
        assert_eq!(till.sent_on("entry", &format!("text={entry}")).await, "/till/1");
    }
    let page = till.get("/till/1").await;
    for wanted in
        ["Leche entera 1 L", "Hola, Ana M.", "52.300 puntos", "suele venir cada 5,7 días", "hoy falta"]
    {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(page.contains("$\u{a0}18.600"), "3 × 4.200 + 2 × 3.000");
    till.sent_on("offer", "answer=accepted").await;
    till.sent_on("add", "sku=cafe").await;
    till.sent_on("line/quantity", "line=1&step=less").await;
    let page = till.get("/till/1").await;
    assert!(page.contains("$\u{a0}29.850") && page.contains("Oferta aplicada"), "8.400 + 3.000 + 18.450");
    assert!(till.get("/till/1/pay").await.contains("Exacto $\u{a0}29.850"));

    let fields = till.pay_fields().await;
    let (response, page) = till.post("pay", &format!("{fields}&tendered=20.000")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Faltan $\u{a0}9.850") && page.contains("value=\"20.000\""));
    assert!(page.contains("<title>Error: "));
    let done = till.sent_on("pay", &format!("{fields}&tendered=50.000")).await;
    let page = till.get(&done).await;
    assert!(page.contains("id=\"change\">$\u{a0}20.150") && page.contains("class=\"qr\""));
    assert!(!page.contains("COPIA"));
    // The same Pay again, as after a reload or a double press: the same sale.
    assert_eq!(till.sent_on("pay", &format!("{fields}&tendered=50.000")).await, done);

    let sale = done.split("sale=").nth(1).unwrap();
    assert!(till.get(&format!("/till/1/receipt/{sale}")).await.contains("COPIA"));
    let text = till.get(&format!("/till/1/receipt/{sale}/text?columns=32")).await;
    assert!(text.contains("*** COPIA ***") && text.lines().all(|l| l.chars().count() <= 32), "{text}");
    let page = till.get("/till/1").await;
    assert!(
        page.contains("Última venta: recibo 1, $\u{a0}29.850") && page.contains("1 por enviar"),
        "{page}"
    );
}

#[tokio::test]
async fn the_script_gets_fragments_for_the_same_forms() {
    let till = Till::open().await;
    let live = |path: &str, fields: &str, mode: &'static str| {
        let mut request = till.form(path, fields);
        request.headers_mut().insert(guard::LIVE, mode.parse().unwrap());
        request
    };
    let (response, html) = till.ask(live("entry", "text=3*&scan=7702001000013", "sale")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(html.contains("id=\"rows\"") && html.contains("12.600") && !html.contains("<html"));
    let (_, html) = till.ask(live("entry", "text=&scan=7702001000020", "pay")).await;
    assert!(html.contains("id=\"due\"") && html.contains("$\u{a0}19.100"));
    let (response, _) = till.ask(live("entry", "text=lec", "sale")).await;
    assert_eq!(response.headers()["yapa-go"], "/till/1/search?text=lec");
    assert!(till.get("/till/1/search?text=lec").await.contains("Leche entera 1 L"));
    let (response, _) = till.ask(live("entry", "text=7702001000020", "done")).await;
    assert_eq!(response.headers()["yapa-go"], "/till/1");
}

#[tokio::test]
async fn an_unknown_code_stays_until_somebody_decides() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=7702001000013").await;
    till.sent_on("entry", "scan=7702001999993").await;
    till.sent_on("entry", "scan=7702001000020").await;
    let page = till.get("/till/1").await;
    assert!(page.contains("Código desconocido 7702001999993") && page.contains("aria-disabled=\"true\""));
    let fields = till.pay_fields().await;
    assert_eq!(till.sent_on("pay", &format!("{fields}&tendered=exact")).await, "/till/1");
    assert!(till.agent.till(1).await.unwrap().last_sale.is_none(), "nothing was charged");
    let number = till.agent.till(1).await.unwrap().unknown[0].number;
    till.sent_on("unknown/discard", &format!("number={number}")).await;
    assert!(till.sent_on("pay", &format!("{fields}&tendered=exact")).await.starts_with("/till/1/t4?sale="));
}

#[tokio::test]
async fn pay_takes_what_the_cashier_saw_and_no_barcode() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=7702001000013").await;
    let seen = till.pay_fields().await;
    till.sent_on("entry", "scan=7702001000020").await;
    let (response, page) = till.post("pay", &format!("{seen}&tendered=exact")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("El total cambió"));
    let fields = till.pay_fields().await;
    for wrong in ["7702001000013", "", "veinte", "-5"] {
        let (response, page) = till.post("pay", &format!("{fields}&tendered={wrong}")).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.contains("Escriba el importe entregado"), "{wrong}");
    }
    assert!(till.agent.till(1).await.unwrap().last_sale.is_none());
}

#[tokio::test]
async fn a_blocked_card_and_a_removed_one() {
    let till = Till::open().await;
    till.sent_on("card", "card=2990000010438").await;
    assert!(till.get("/till/1").await.contains("Tarjeta bloqueada"));
    till.sent_on("card/remove", "").await;
    assert!(till.get("/till/1").await.contains("Sin tarjeta"));
}
