//! Gifts as members have them at tills that do not know of each other: stock, limits, and what people see afterwards.

use super::checkout::chain_under;
use super::on_both;
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(
    two_tills_alone_hand_a_gift_over_beyond_its_limit,
    a_gift_that_is_gone_in_the_chain_is_gone_at_each_till,
    handing_a_gift_over_takes_it_off_the_shelf
);

/// Milk once a month for a member; bread once in all.
const RULES: &str = "version = 2\nvalid_from = \"2026-04-01\"\ndecimals = 0\n\
    [base]\npoints = 100\nper = 100\n\
    [redemption]\noffline_cap = 4000000\noffline_days = 7\n[redemption.value]\npoints = 100\nmoney = 50\n\
    [[gifts]]\nsku = \"100\"\npoints = 900000\nper_member = { times = 1, per = \"month\" }\n\
    [[gifts]]\nsku = \"200\"\npoints = 800000\nin_total = { times = 1, per = \"ever\" }\n";

/// Ana has 50,000 points from a purchase of long ago.
pub async fn chain_with_gifts(kind: Kind) -> Hub {
    chain_under(kind, RULES).await
}

async fn here_and_there(hub: &Hub) -> (Till, Till) {
    (Till::ready(hub, &[("001", "1")]).await, Till::ready(hub, &[("002", "1")]).await)
}

/// Ana takes a gift and pays nothing.
async fn takes(till: &Till, sku: &str) {
    till.greets(ANA, "Ana M.").await;
    till.submit_on("/till/1/redeem", "/gift", &[("sku", sku)]).await;
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "exact"), ("kind", "cash")]).await;
}

/// Waits until T5 says something of a gift to Ana, whose card is put on for it.
async fn is_told(till: &Till, wanted: &str) {
    till.greets(ANA, "Ana M.").await;
    till.says_on("/till/1/redeem", wanted).await;
}

async fn two_tills_alone_hand_a_gift_over_beyond_its_limit(kind: Kind) {
    let mut hub = chain_with_gifts(kind).await;
    let (here, there) = here_and_there(&hub).await;
    for till in [&here, &there] {
        till.greets(ANA, "50.000 puntos").await;
        till.submit(1, "/card/remove", &[]).await;
    }
    hub.kill9();
    for till in [&here, &there] {
        takes(till, "100").await;
    }
    is_told(&here, "Ya lo tuvo: 1 por socio al mes").await;
    hub.serve();
    hub.holds(3).await;
    assert_eq!(hub.count("select count(*) from quarantine").await, 0, "what was handed over counts");
    let page = Api::of(&hub, "manager").open("/gifts-over").await.text().await.expect("a page");
    assert_eq!(
        page.matches("1 por socio al mes").count() + page.matches("1 for each member a month").count(),
        1
    );
    assert!(page.contains("Leche entera 1 L") && page.contains("M1"), "{page}");
    is_told(&there, "Ya lo tuvo: 1 por socio al mes").await;
    hub.verify_ledger().exits(0);
}

async fn a_gift_that_is_gone_in_the_chain_is_gone_at_each_till(kind: Kind) {
    let hub = chain_with_gifts(kind).await;
    let (here, there) = here_and_there(&hub).await;
    there.greets(ANA, "50.000 puntos").await;
    takes(&here, "200").await;
    hub.holds(2).await;
    is_told(&there, "Agotado en la cadena: 1 en total para siempre").await;
    let page = there.get("/till/1/redeem").await;
    assert!(!page.contains("id=\"gift-200\"") && page.contains("id=\"gift-100\""), "{page}");
}

async fn handing_a_gift_over_takes_it_off_the_shelf(kind: Kind) {
    let hub = chain_with_gifts(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let on_hand =
        "select cast(sum(counted + moved) as bigint) from stock where sku = '100' and store = '001'";
    assert_eq!(hub.count(on_hand).await, 50_000);
    till.greets(ANA, "50.000 puntos").await;
    takes(&till, "100").await;
    hub.holds(2).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count(on_hand).await, 49_000);
    hub.import("stock", "store,sku,on_hand,reorder_point,reorder_qty,lead_days\n001,200,0,10,40,2\n")
        .exits(0);
    is_told(&till, "Sin existencias").await;
}
