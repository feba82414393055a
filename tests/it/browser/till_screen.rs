//! The till screen under real keys: a scan works wherever the focus is, and nothing a scanner types can
//! dismiss a warning.

use std::time::Duration;

use thirtyfour::Key;

use super::{complaints, look};
use crate::world::browser::{Browser, Language, Scripts, Theme};
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::till::Till;

pub const MILK: &str = "2000000000176";
pub const BREAD: &str = "2000000000244";
pub const COFFEE: &str = "2000000000312";
/// A valid EAN-13 that no file names.
pub const STRANGER: &str = "2000000009995";
pub const PERSON: Duration = Duration::from_millis(60);

// Where things are on the screen; the only place that knows.
const ENTRY: &str = "#text";
const ROWS: &str = "#rows tbody tr";
pub const PAY: &str = "#pay";
pub const F9: &str = "\u{E039}";

pub struct Desk {
    pub hub: Hub,
    pub till: Till,
    pub browser: Browser,
}

pub async fn desk(scripts: Scripts) -> Desk {
    desk_of(Hub::with_chain(Kind::Sqlite).await, scripts).await
}

pub async fn desk_of(hub: Hub, scripts: Scripts) -> Desk {
    let till = Till::ready(&hub, &[("001", "1"), ("001", "2")]).await;
    let browser = Browser::open(scripts).await;
    browser.wants(Language::Spanish, Theme::Light).await;
    browser.go(&till.page("/till/1")).await;
    Desk { hub, till, browser }
}

impl Desk {
    /// Waits until the basket has so many rows.
    pub async fn rows(&self, wanted: usize) {
        let script = format!("return document.querySelectorAll({ROWS:?}).length === {wanted}");
        self.browser.until(&format!("{wanted} rows in the basket"), &script).await;
    }

    pub async fn says(&self, text: &str) {
        self.browser.until(text, &format!("return document.body.innerText.includes({text:?})")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_lands_in_the_basket_wherever_the_focus_is() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.run("document.activeElement.blur()", vec![]).await;
    browser.burst(MILK).await;
    desk.rows(1).await;

    // Into the entry line that already holds part of a name.
    browser.one(ENTRY).await.click().await.unwrap();
    browser.keys("lec", PERSON).await;
    browser.burst(BREAD).await;
    desk.rows(2).await;
    assert_eq!(browser.run("return document.querySelector('#text').value", vec![]).await, "lec");

    // Into the amount that the customer hands over.
    browser.run("document.querySelector('#text').value = ''", vec![]).await;
    browser.press(F9).await;
    let tendered = browser.one("input[name=tendered]").await;
    tendered.click().await.unwrap();
    browser.keys("20", PERSON).await;
    browser.burst(COFFEE).await;
    desk.says("Café 500 g").await;
    assert!(complaints(browser).await.is_empty(), "{:?}", complaints(browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_digits_typed_by_a_person_are_no_scan() {
    let desk = desk(Scripts::On).await;
    desk.browser.one(ENTRY).await.click().await.unwrap();
    desk.browser.keys(MILK, PERSON).await;
    assert_eq!(desk.browser.run("return document.querySelector('#text').value", vec![]).await, MILK);
    desk.rows(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quantities_go_before_or_after_the_product() {
    let desk = desk(Scripts::On).await;
    desk.browser.one(ENTRY).await.click().await.unwrap();
    desk.browser.keys("3*", PERSON).await;
    desk.browser.burst(MILK).await;
    desk.rows(1).await;
    desk.says("12.600").await;
    desk.browser.one(ENTRY).await.click().await.unwrap();
    desk.browser.keys("*5\u{E007}", PERSON).await;
    desk.says("21.000").await;
    desk.rows(1).await;
}

/// A long basket is not built anew for each scan, and shows what a fresh page shows.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_say_the_same_stay_where_they_are() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    for (rows, code) in [(1, MILK), (2, BREAD), (3, COFFEE)] {
        browser.burst(code).await;
        desk.rows(rows).await;
    }
    let mark = format!("for (const row of document.querySelectorAll({ROWS:?})) row.marked = true");
    let marked = format!("return [...document.querySelectorAll({ROWS:?})].map((row) => row.marked === true)");
    browser.run(&mark, vec![]).await;
    browser.burst(MILK).await;
    browser
        .until("a second of the first", "return document.querySelector('#rows .many').innerText === '2'")
        .await;
    // The first has another quantity, the last is no longer the latest.
    assert_eq!(browser.run(&marked, vec![]).await, serde_json::json!([false, true, false]));
    browser
        .run("document.querySelector('#rows tbody tr:nth-child(2) button[id^=void]').click()", vec![])
        .await;
    browser.until("a row struck out", "return document.querySelector('#rows tr.voided') !== null").await;
    let table = "return document.querySelector('#rows').innerText.replace(/\\s+/g, ' ')";
    let live = browser.run(table, vec![]).await;
    browser.go(&desk.till.page("/till/1")).await;
    assert_eq!(browser.run(table, vec![]).await, live);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_code_stays_until_a_person_decides() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.burst(STRANGER).await;
    desk.says(STRANGER).await;
    browser.burst(MILK).await;
    desk.says("Leche entera").await;
    desk.says(STRANGER).await;
    let pay = browser.one(PAY).await;
    assert_eq!(pay.attr("aria-disabled").await.unwrap().as_deref(), Some("true"));
    browser.press(F9).await;
    desk.says(STRANGER).await;
    assert_eq!(desk.hub.sales().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sale_by_keyboard() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.burst(ANA).await;
    desk.says("Ana M.").await;
    browser.keys("3*", PERSON).await;
    browser.burst(MILK).await;
    desk.rows(1).await;
    browser.burst(BREAD).await;
    desk.rows(2).await;
    // Delete voids the last line, which can be brought back until something else is done.
    browser.press("\u{E017}").await;
    desk.says("Anulado: Pan tajado").await;
    browser.burst(COFFEE).await;
    desk.says("Café 500 g").await;
    desk.rows(2).await;

    browser.press(F9).await;
    browser.until("the amount field", "return document.activeElement.id === 'tendered'").await;
    browser.keys("50000\u{E007}", PERSON).await;
    desk.says("18.500").await;
    desk.hub.holds(1).await;
    browser.press(F9).await;
    desk.says("0 artículos").await;
    // The next customer pays the exact amount with one chord.
    browser.burst(MILK).await;
    desk.rows(1).await;
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    browser.until("the receipt", "return location.pathname.endsWith('/t4')").await;
    desk.hub.holds(2).await;
    assert!(complaints(browser).await.is_empty(), "{:?}", complaints(browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_whose_answer_is_lost_counts_once() {
    let desk = desk(Scripts::On).await;
    let script = "window.asked = 0; const ask = window.fetch; window.fetch = async (...what) => {\
        const answer = await ask(...what);\
        if (window.asked++ === 0) throw new TypeError('lost on its way'); return answer; }";
    desk.browser.run(script, vec![]).await;
    desk.browser.burst(MILK).await;
    desk.browser.until("the order to be sent again", "return window.asked >= 2").await;
    desk.rows(1).await;
    desk.says("1 artículo").await;
    // Another scan of the same is another order.
    desk.browser.burst(MILK).await;
    desk.says("2 artículos").await;
    desk.says("8.400").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_begins_while_the_page_loads_is_whole() {
    let desk = desk(Scripts::On).await;
    // On a slow machine the first keys are in the field before the page's script runs; the rest come after.
    let script = format!(
        "const code = {MILK:?}, key = (k) => document.activeElement.dispatchEvent(\
           new KeyboardEvent('keydown', {{ key: k, bubbles: true, cancelable: true }}));\
         document.addEventListener('readystatechange', () => {{\
           if (document.readyState !== 'interactive') return;\
           const line = document.getElementById('text'); line.focus(); line.value = code.slice(0, 3);\
         }});\
         document.addEventListener('DOMContentLoaded', () => {{ [...code.slice(3), 'Enter'].forEach(key); }})"
    );
    desk.browser.on_each_page(&script).await;
    desk.browser.go(&desk.till.page("/till/1")).await;
    desk.rows(1).await;
    desk.says("Leche entera").await;
    assert_eq!(desk.browser.run("return document.querySelector('#text').value", vec![]).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_without_scripts() {
    let desk = desk(Scripts::Off).await;
    let browser = &desk.browser;
    for code in [ANA, MILK] {
        browser.one(ENTRY).await.send_keys(format!("{code}\u{E007}")).await.unwrap();
        desk.says(if code == ANA { "Ana M." } else { "Leche entera" }).await;
    }
    browser.one(PAY).await.click().await.unwrap();
    browser.one("#exact").await.click().await.unwrap();
    desk.hub.holds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_says_that_the_hub_is_away_and_sells_on() {
    let mut desk = desk(Scripts::On).await;
    desk.hub.stop();
    let took =
        desk.browser.until("the chip that says so", "return /Sin conexión/.test(document.body.innerText)");
    assert!(took.await < Duration::from_secs(4));
    for _ in 0..4 {
        desk.till.sell(1, MILK).await;
    }
    desk.browser.until("four unsent", "return /4 /.test(document.querySelector('header').innerText)").await;
    desk.hub.serve();
    let took = desk.browser.until("online again", "return /En línea/.test(document.body.innerText)").await;
    desk.till.has_sent_everything().await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    desk.hub.holds(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_the_screen_is_readable_in_both_languages_and_themes() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    let screen = desk.till.page("/till/1");
    let mut found = look(browser, &screen, "till-empty").await;
    desk.till.enter(1, ANA).await;
    desk.till.enter(1, &format!("3*{MILK}")).await;
    desk.till.enter(1, BREAD).await;
    found.extend(look(browser, &screen, "till-sale").await);
    found.extend(small_targets(browser).await);
    desk.till.enter(1, STRANGER).await;
    found.extend(look(browser, &screen, "till-unknown-code").await);
    desk.till.submit(1, "/unknown/discard", &[]).await;
    found.extend(look(browser, &desk.till.page("/till/1/pay"), "till-pay").await);
    found.extend(small_targets(browser).await);
    found.extend(look(browser, &desk.till.page("/till/1/search?text=le"), "till-search").await);
    found.extend(look(browser, &desk.till.page("/till/1/keys"), "till-keys").await);
    found.extend(look(browser, &desk.till.page("/till/1/cancel"), "till-cancel").await);
    browser.go(&screen).await;
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    browser.until("the receipt", "return location.pathname.endsWith('/t4')").await;
    let done = browser.driver.current_url().await.unwrap();
    found.extend(look(browser, done.as_str(), "till-done").await);
    found.extend(small_targets(browser).await);
    let receipt = done.as_str().replace("/t4?sale=", "/receipt/");
    found.extend(look(browser, &receipt, "till-receipt").await);
    found.extend(small_targets(browser).await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// Controls that a finger could miss: under 56 px either way.
pub async fn small_targets(browser: &Browser) -> Vec<String> {
    let found = browser.run(
        "return [...document.querySelectorAll('main button, main a.button, footer button, footer a, input')]\
           .filter(e => e.type !== 'hidden' && e.offsetParent)\
           .map(e => (e.type === 'radio' || e.type === 'checkbox') && e.closest('label') ? e.closest('label') : e)\
           .map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width < 55.5 || r.height < 55.5)\
           .map(([e, r]) => 'small: ' + e.outerHTML.slice(0, 80) + ' ' + r.width + 'x' + r.height)",
        vec![],
    );
    let found = found.await;
    found.as_array().into_iter().flatten().filter_map(|text| text.as_str()).map(str::to_owned).collect()
}
