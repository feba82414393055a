//! Points that customer service gives: from the desk to the till that greets.

use super::hub_pages::{PASSWORD, hub_with_history, log_in};
use crate::world::browser::{Browser, Scripts};
use crate::world::files::ANA;
use crate::world::till::Till;

async fn click(browser: &Browser, css: &str) {
    browser.one(css).await.click().await.expect("a click");
}

async fn types(browser: &Browser, css: &str, text: &str) {
    browser.one(css).await.send_keys(text).await.expect("a field");
}

/// Nine tickets of 23.10 gave 23 points each; 1,500 more wait for a second person, and then the till greets with them.
#[tokio::test(flavor = "multi_thread")]
async fn points_that_two_people_agree_to_reach_the_till() {
    let hub = hub_with_history().await;
    hub.add_staff("sara", "service", PASSWORD);
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.greets(ANA, "207").await;
    let desk = Browser::open(Scripts::On).await;
    log_in(&desk, &hub, "sara").await;
    desk.go(&hub.page("/find?q=2990000000019")).await;
    click(&desk, "a[href$='/points']").await;
    types(&desk, "#points", "1500").await;
    types(&desk, "#note", "El pan se cobró dos veces").await;
    click(&desk, "button[value=look]").await;
    desk.until("before and after", "return document.querySelector('#confirm') !== null").await;
    let said = desk.text().await;
    assert!(said.contains("207") && (said.contains("1,707") || said.contains("1.707")), "{said}");
    types(&desk, "#password", PASSWORD).await;
    click(&desk, "button[value=send]").await;
    desk.until("that it waits", "return location.search === '?waits'").await;

    drop(desk);
    let second = Browser::open(Scripts::On).await;
    log_in(&second, &hub, "jefa").await;
    second.go(&hub.page("/adjustments")).await;
    types(&second, "input[type=password]", PASSWORD).await;
    click(&second, "button[value=agree]").await;
    second.until("that it is done", "return location.search === '?settled'").await;
    till.greets(ANA, "1.707").await;
    hub.verify_ledger().exits(0);
    let given =
        "select count(*) from ledger_entry where kind = 'adjust' and sale is null and points = 150000";
    assert_eq!(hub.count(given).await, 1);
    let audited = "select count(*) from audit where (who = 'sara' and action = 'points.asked')
        or (who = 'jefa' and action = 'points.agreed')";
    assert_eq!(hub.count(audited).await, 2);
}
