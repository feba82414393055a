//! Price rules of the chain: written at the centre, applied at the till without it, counted at the centre.

use serde_json::{Value, json};

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(a_chain_rule_reaches_the_till_and_works_offline);

const BREAD: &str = "2000000000244";
const MILK: &str = "2000000000176";

const RULES: &str = r#"
[[rules]]
code = "2x1-pan"
name = "2×1 en pan"
scope = { skus = ["200"] }
benefit = { buy_pay = { buy = 2, pay = 1 } }
stores = ["001"]

[[rules]]
code = "socio-leche"
name = "Precio socio"
members_only = true
scope = { product_line = "Lácteos" }
benefit = { unit_price = 380000 }
"#;

async fn a_chain_rule_reaches_the_till_and_works_offline(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    // The till was there before the first rule; one of another store does not hear of the bread.
    let mut till = Till::ready(&hub, &[("001", "1"), ("002", "1")]).await;
    let set = |hub: &Hub, text: &str| {
        let file = hub.write("rules.toml", text);
        hub.cli(&["price-rules", "set", path_text(&file)])
    };
    for (wrong, code) in [
        (RULES.replace("pay = 1", "pay = 2"), "pricing_buy_pay"),
        (RULES.replace("[\"001\"]", "[\"009\"]"), "no_such_store"),
        (RULES.replace("members_only", "member_only"), "bad_price_rules"),
        (String::new(), "bad_price_rules"),
    ] {
        let said = set(&hub, &wrong).exits(4);
        assert!(said.stderr.contains(code), "{}", said.stderr);
    }
    set(&hub, RULES).exits(0);
    till.enter(1, &format!("2*{BREAD}")).await;
    till.shows("2×1 en pan −6.500").await;

    // Nobody answers any more, and the till begins anew from its own file.
    hub.kill9();
    till.kill9();
    till.run(&[]);
    till.enter(2, &format!("2*{BREAD}")).await;
    assert!(!till.get("/till/2").await.contains("2×1 en pan"), "another store");
    till.enter(1, MILK).await;
    assert!(!till.screen().await.contains("Precio socio"), "no card yet");
    till.enter(1, ANA).await;
    till.shows("Precio socio −400").await;
    let receipt = till.pay(1).await;
    for wanted in ["2×1 en pan", "Precio socio", "10.300"] {
        assert!(receipt.contains(wanted), "{wanted}: {receipt}");
    }

    hub.serve();
    hub.holds(1).await;
    till.has_sent_everything().await;
    let given = |stands: bool| {
        let shown = hub.cli(&["price-rules", "show", "--json"]).exits(0).json();
        let fields = |rule: &Value| ["code", "sales", "given", "stands"].map(|field| rule[field].clone());
        let shown: Vec<_> = shown.as_array().expect("a list").iter().map(fields).collect();
        let row = |code: &str, given: i64| [json!(code), json!(1), json!(given), json!(stands)];
        assert_eq!(shown, [row("2x1-pan", 650_000), row("socio-leche", 40_000)]);
    };
    given(true);
    let lines = "select cast(sum(net + tax) as bigint) from sale_line";
    assert_eq!(hub.count(lines).await, 1_030_000);
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);

    // What the file leaves out holds no more.
    set(&hub, "rules = []").exits(0);
    given(false);
    till.enter(1, &format!("2*{BREAD}")).await;
    till.shows("13.000").await;
}
