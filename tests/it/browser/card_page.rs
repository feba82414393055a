//! A customer's own card on a phone of 360 by 640: read by a reader, by eyes, by keys, and without a network.

use std::path::PathBuf;
use std::process::Command;

use thirtyfour::prelude::*;

use super::hub_pages::{PASSWORD, hub_with_history, log_in};
use super::{complaints, look};
use crate::world::browser::{Browser, Language, Scripts, Theme, python};
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::process::Said;

/// All that the page is made of, in bytes.
const BYTES_MAX: i64 = 30 * 1_000;

/// Has the desk make Ana's link, and reads it off the page.
async fn link(browser: &Browser, hub: &Hub) -> String {
    log_in(browser, hub, "sara").await;
    browser.go(&hub.page(&format!("/find?q={ANA}"))).await;
    browser.one("a[href$='/own-page']").await.click().await.expect("a click");
    browser.one("button[value=make]").await.click().await.expect("a click");
    let made = browser.one(".own-link").await.text().await.expect("a text");
    let found = look_once(browser, "hub-own-page").await;
    assert!(found.is_empty(), "{found:?}");
    made
}

/// The page as it is: opening it anew would not show the link.
async fn look_once(browser: &Browser, name: &str) -> Vec<String> {
    browser.picture(name).await;
    browser.axe().await
}

/// U-1: the codes read off what the window shows.
fn read_by_a_reader(pictures: &[PathBuf]) {
    let oracle = concat!(env!("CARGO_MANIFEST_DIR"), "/oracles/card_page.py");
    Said::of(Command::new(python()).arg(oracle).arg(ANA).args(pictures)).exits(0);
}

/// U-3: where everything came from that was loaded, and how large it was.
async fn loaded(browser: &Browser) -> (Vec<String>, i64) {
    let script = "const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];\
        return [all.map(e => new URL(e.name).origin), all.reduce((sum, e) => sum + e.decodedBodySize, 0)]";
    let found = browser.run(script, vec![]).await;
    let origins = found[0].as_array().expect("a list").iter();
    let origins = origins.map(|origin| origin.as_str().expect("a text").to_owned()).collect();
    (origins, found[1].as_i64().expect("whole bytes"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_read_off_a_phone_in_both_themes_and_kept_without_a_network() {
    let mut hub = hub_with_history().await;
    hub.add_staff("sara", "service", PASSWORD);
    let desk = Browser::open(Scripts::On).await;
    let link = link(&desk, &hub).await;
    drop(desk);

    let phone = Browser::open(Scripts::On).await;
    phone.size(360, 640).await;
    phone.go(&link).await;
    let (origins, bytes) = loaded(&phone).await;
    let worker =
        reqwest::get(hub.page("/c/worker.js")).await.expect("it answers").text().await.expect("text");
    let bytes = bytes + i64::try_from(worker.len()).expect("a small file");
    assert!(origins.len() >= 3 && origins.iter().all(|origin| *origin == hub.address()), "{origins:?}");
    assert!(bytes > 8_000 && bytes <= BYTES_MAX, "{bytes}");
    let found = look(&phone, &link, "card-page").await;
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    let mut glances = vec![];
    for language in Language::ALL {
        for theme in Theme::ALL {
            phone.wants(language, theme).await;
            phone.chooses(language, theme).await;
            phone.go(&link).await;
            glances.push(phone.glance(&format!("card-{}-{}", language.name(), theme.name())).await);
        }
    }
    read_by_a_reader(&glances);
    consents_by_keys(&phone).await;

    // Without a network: the last page, with a line that says so, and its own word of when it is of.
    phone.until("its worker", "return navigator.serviceWorker.controller !== null").await;
    phone.go(&link).await;
    let before = phone.text().await;
    hub.stop();
    phone.go(&link).await;
    let kept = phone.text().await;
    let balance = |text: &str| text.lines().find(|line| line.starts_with("Balance of")).map(str::to_owned);
    assert!(balance(&kept).is_some() && balance(&kept) == balance(&before), "{kept}");
    assert!(kept.contains("No connection") && !before.contains("No connection"), "{kept}");
    read_by_a_reader(&[phone.glance("card-kept").await]);
    let found = look_once(&phone, "card-page-kept").await;
    assert!(found.is_empty(), "{found:?}");
    // The network is back, and the link is good no more: so is what was kept.
    hub.serve();
    hub.tamper("update card_page_link set ended_by = 'test', ended_at = made_at").await;
    phone.go(&link).await;
    assert!(phone.text().await.contains("does not work"), "{}", phone.text().await);
    hub.stop();
    assert!(phone.driver.goto(&link).await.is_err() || !phone.text().await.contains(ANA));
    assert_eq!(complaints(&phone).await.iter().filter(|line| line.contains("Policy")).count(), 0);
}

/// U-2 by keys alone: the switch, and the button that takes everything back.
async fn consents_by_keys(phone: &Browser) {
    let said = "return document.querySelector('[role=switch]').getAttribute('aria-checked')";
    assert_eq!(phone.run(said, vec![]).await, "true");
    for (reached, wanted) in [("marketing", "false"), ("marketing", "true"), ("stop", "false")] {
        let mut steps = 0;
        while phone.run("return document.activeElement.name || ''", vec![]).await != reached {
            steps += 1;
            assert!(steps < 20, "no way by keys to {reached}");
            phone.press(&Key::Tab.value().to_string()).await;
        }
        phone.press(&Key::Enter.value().to_string()).await;
        let script = format!("{said} === '{wanted}' && document.querySelector('[role=status]') !== null");
        phone.until(reached, &script).await;
    }
}
