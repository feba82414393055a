//! Every page of the hub, as each language and theme shows it.

use std::collections::BTreeSet;
use std::time::Duration;

use thirtyfour::prelude::*;

use super::look;
use crate::world::browser::{Browser, Scripts};
use crate::world::databases::Kind;
use crate::world::files::{ANA, Row, sales};
use crate::world::hub::Hub;
use crate::world::till::Till;

const ANA_OF_THE_DEMO: &str = "2990000010421";
pub const PASSWORD: &str = "correct horse battery";

/// A hub with a member whose rhythm is known.
pub async fn hub_with_history() -> Hub {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let rows = (1..=27).step_by(3).flat_map(|day| {
        let date: &'static str = format!("2026-03-{day:02}").leak();
        [("100", 420), ("300", 1890)].into_iter().zip(1..).map(move |((sku, cents), line)| Row {
            till: ("001", "1"),
            seq: day,
            day: date,
            card: ANA,
            line,
            sku,
            cents,
            kind: "sale",
        })
    });
    hub.import("sales", &sales(rows)).exits(0);
    hub.add_staff("jefa", "admin", PASSWORD);
    hub
}

pub async fn log_in(browser: &Browser, hub: &Hub, login: &str) {
    browser.go(&hub.page("/login")).await;
    browser.one("input[name=login]").await.send_keys(login).await.unwrap();
    browser.one("input[name=password]").await.send_keys(PASSWORD + Key::Enter).await.unwrap();
    browser.until("the overview after the log-in", "return location.pathname !== '/login'").await;
}

/// Every address of this hub that its pages lead to, one of each kind: `/customers/x` stands for all.
async fn addresses(browser: &Browser, hub: &Hub) -> Vec<String> {
    let mut kinds = BTreeSet::new();
    let mut found: Vec<String> = vec![];
    let mut to_visit = vec!["/".to_owned()];
    while let Some(path) = to_visit.pop() {
        let kind: Vec<&str> = path.split('/').map(|part| if is_name(part) { part } else { "*" }).collect();
        if !kinds.insert(kind.join("/")) {
            continue;
        }
        browser.go(&hub.page(&path)).await;
        let links = browser.run(
            "return [...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin && !a.download)\
               .map(a => a.pathname)",
            vec![],
        );
        let links = links.await;
        let links = links.as_array().cloned().unwrap_or_default();
        to_visit.extend(links.iter().filter_map(|link| link.as_str()).map(str::to_owned));
        found.push(path);
    }
    // Files and the API's own page are not ours to draw.
    found.retain(|path| !path.contains('.') && !path.starts_with("/api"));
    found.sort();
    found
}

/// A part of a path that we named, against one that holds a key.
fn is_name(part: &str) -> bool {
    part.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '.')
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_scanned_on_any_page_opens_its_member() {
    let hub = hub_with_history().await;
    let browser = Browser::open(Scripts::On).await;
    log_in(&browser, &hub, "jefa").await;
    browser.go(&hub.page("/")).await;
    browser.burst(ANA).await;
    browser
        .until(
            "the member's page",
            "return /Ana/.test(document.body.innerText) && /^.customers/.test(location.pathname)",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_appears_on_the_open_customer_page_within_five_seconds() {
    let hub = hub_with_history().await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let browser = Browser::open(Scripts::On).await;
    log_in(&browser, &hub, "jefa").await;
    browser.go(&hub.page("/find?q=2990000000019")).await;
    browser.until("nine visits", "return /\\b9 visit/.test(document.body.innerText)").await;
    // Gone with a reload, so it proves that there was none.
    browser.run("window.opened = true", vec![]).await;

    till.enter(1, ANA).await;
    till.sell(1, "2000000000244").await;
    let took = browser.until("the tenth", "return /\\b10 visit/.test(document.body.innerText)").await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(browser.run("return window.opened === true", vec![]).await, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_readable_in_both_languages_and_themes() {
    let hub = Hub::of_demo();
    hub.add_staff("jefa", "admin", PASSWORD);
    let till = Till::ready(&hub, &[]).await;
    let browser = Browser::open(Scripts::On).await;
    let mut found = a_regular_at_the_till(&browser, &till).await;
    a_card_on_everybodys_ticket(&till).await;
    browser.size(1280, 900).await;
    found.extend(look(&browser, &hub.page("/login"), "hub-login").await);
    log_in(&browser, &hub, "jefa").await;
    let addresses = addresses(&browser, &hub).await;
    for page in [
        "/customers",
        "/adjustments",
        "/redemptions",
        "/affinity",
        "/stock",
        "/liability",
        "/promotions/new",
        "/programme",
        "/programme/new",
        "/tills",
        "/shifts",
        "/readers",
        "/quarantine",
        "/signals",
        "/help",
    ] {
        assert!(addresses.iter().any(|address| address == page), "no page leads to {page}: {addresses:?}");
    }
    assert!(addresses.iter().any(|address| address.starts_with("/signals/")), "no signal: {addresses:?}");
    // A whole day, and somebody whose habits are known.
    let yesterday = (kit::clock::now() - chrono::TimeDelta::hours(29)).date_naive();
    found.extend(look(&browser, &hub.page(&format!("/?date={yesterday}")), "hub-overview-day").await);
    found.extend(look(&browser, &hub.page(&format!("/find?q={ANA_OF_THE_DEMO}")), "hub-customer-ana").await);
    found.extend(look(&browser, &hub.page("/programme/try"), "hub-programme-try").await);
    for address in &addresses {
        found.extend(look(&browser, &hub.page(address), &picture_name(address)).await);
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// Somebody whose habits are known, with an offer, in the middle of a sale; then the sale is paid.
async fn a_regular_at_the_till(browser: &Browser, till: &Till) -> Vec<String> {
    till.enter(1, ANA_OF_THE_DEMO).await;
    till.shows("café molido lleva 10 % menos").await;
    till.enter(1, "3*2000000000015").await;
    till.enter(1, "2000000000022").await;
    browser.size(1024, 768).await;
    let found = look(browser, &till.page("/till/1"), "till-regular").await;
    till.pay(1).await;
    till.has_sent_everything().await;
    found
}

/// The same card again and again, which is a signal with a page of its own.
async fn a_card_on_everybodys_ticket(till: &Till) {
    for _ in 0..4 {
        till.enter(1, ANA_OF_THE_DEMO).await;
        till.sell(1, "2000000000022").await;
    }
    till.has_sent_everything().await;
}

/// `/customers/x` as `hub-customers-one`; a key says nothing to who looks through the folder.
fn picture_name(address: &str) -> String {
    let parts = address.split('/').filter(|part| !part.is_empty());
    let name: Vec<&str> = parts.map(|part| if is_name(part) { part } else { "one" }).collect();
    format!("hub-{}", if name.is_empty() { "overview".to_owned() } else { name.join("-") })
}
