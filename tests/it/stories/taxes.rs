//! Shelf prices without tax, two rates and coins of 50: what the till shows, prints, takes and gives back, and what the
//! centre keeps of it.

use super::{on_both, receipt_on};
use crate::world::databases::Kind;
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(prices_without_tax_add_up_from_the_shelf_to_the_books);

const MILK: &str = "2000000000176";
const RICE: &str = "2000000005003";
const PRODUCTS: &str = "sku,barcode,name,line,category,price,cost,tax_rate,supplier\n\
    500,2000000005003,Arroz 500 g,Granos,Alimentos,1037.35,800,5,Roa\n";
const CASH: [(&str, &str); 2] = [("tendered", "exact"), ("kind", "cash")];

async fn sums(hub: &Hub, wanted: [i64; 3]) {
    for (sql, wanted) in [
        ("select cast(sum(net) as bigint) from sale", wanted[0]),
        (
            "select cast(sum(case when kind = 'return' then -tax else tax end) as bigint) from sale_line",
            wanted[1],
        ),
        ("select cast(sum(total) as bigint) from sale", wanted[2]),
        ("select count(*) from quarantine", 0),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
}

async fn prices_without_tax_add_up_from_the_shelf_to_the_books(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let products = hub.write("rice.csv", PRODUCTS);
    hub.cli(&["import", "products", path_text(&products)]).exits(0);
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    till.dress = vec![
        ("POS_AGENT__CHECKOUT__TAX", "exclusive".to_owned()),
        ("POS_AGENT__CHECKOUT__CASH_STEP", "5000".to_owned()),
    ];
    till.run(&[]);
    till.knows_the_catalogue().await;
    till.says_on("/till/1/search?text=Arroz", "value=\"500\"").await;
    till.submit_on("/till/1/shift", "/shift/open", &[("float", "0")]).await;

    // 2 × 1,037.35 and 5 %, 4,200.00 and 19 %: 2,178.44 and 4,998.00, in coins 7,200.00.
    let screen = till.enter(1, &format!("2*{RICE}")).await;
    assert!(screen.contains("2.178,44"), "{screen}");
    let screen = till.enter(1, MILK).await;
    assert!(screen.contains("7.176,44"), "{screen}");
    let receipt = till.pay(1).await;
    let sale = receipt_on(&receipt);
    for wanted in ["2 × 1.089,22", "2.178,44", "4.998", "7.176,44", "103,74", "798", "23,56"] {
        assert!(receipt.contains(wanted), "{wanted}: {receipt}");
    }
    hub.holds(1).await;
    sums(&hub, [627_470, 90_174, 717_644]).await;

    // One comes back: half of it, in coins 1,100.00.
    let returns = [("line", "1"), ("quantity", "1"), ("card", "true")];
    till.submit_on(&format!("/till/1/refund/{sale}"), "/return", &returns).await;
    let receipt = till.submit_on("/till/1/pay", "/pay", &CASH).await;
    assert!(receipt.contains("1.089,22") && receipt.contains("1.100"), "{receipt}");
    hub.holds(2).await;
    sums(&hub, [523_735, 84_987, 608_722]).await;

    // One more without its receipt: what was paid for it, and not its tax twice.
    let goods = [("sku", "500"), ("quantity", "1")];
    till.submit_on("/till/1/refund", "/refund/unreceipted", &goods).await;
    let pay = till.get("/till/1/pay").await;
    assert!(pay.contains("1.089,22 van a una tarjeta regalo"), "{pay}");
    let gift_card = [("tendered", "exact"), ("kind", "gift_card"), ("reference", "G-1")];
    till.submit_on("/till/1/pay", "/pay", &gift_card).await;
    hub.holds(3).await;
    sums(&hub, [420_000, 79_800, 499_800]).await;

    // The drawer has what the coins say: 7,200.00 less 1,100.00.
    let z = till.submit_on("/till/1/shift", "/shift/close", &[("total", "6.100")]).await;
    assert!(z.contains("Informe Z 1"), "{z}");
    till.has_sent_everything().await;
    assert_eq!(
        hub.count("select count(*) from till_shift where expected = 610000 and counted = 610000").await,
        1
    );
    let file = hub.folder.path().join("exported.csv");
    hub.cli(&["export", "sales", path_text(&file)]).exits(0);
    let exported = std::fs::read_to_string(file).unwrap();
    // Net and tax of what was sold, and of the two that came back: `kind` says which way.
    for (wanted, lines) in [("2074.70,103.74,", 1), ("1037.35,51.87,", 2)] {
        assert_eq!(exported.matches(wanted).count(), lines, "{wanted}: {exported}");
    }
    hub.verify_ledger().exits(0);
}
