//! The till screen under real keys: a scan works wherever the focus is, and nothing a scanner types can
//! dismiss a warning.

use std::time::{Duration, Instant};

use thirtyfour::Key;

use super::complaints;
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
pub const CIGARETTES: &str = "2000000000480";
/// From one key to the next.
pub const PERSON: Duration = Duration::from_millis(120);

// Where things are on the screen; the only place that knows.
const ENTRY: &str = "#text";
const ROWS: &str = "#rows tbody tr";
pub const PAY: &str = "#pay";
const F4: &str = "\u{E034}";
pub const F7: &str = "\u{E037}";
pub const F9: &str = "\u{E039}";
pub const ENTER: &str = "\u{E007}";
pub const ESCAPE: &str = "\u{E00C}";
pub const SHIFT: char = '\u{E008}';

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

    /// The page, and its script with it: keys before that go nowhere.
    pub async fn pathname_is(&self, path: &str) {
        let script = format!("return location.pathname === {path:?} && document.readyState === 'complete'");
        self.browser.until(&format!("the page {path}"), &script).await;
    }

    /// What stands in a field.
    pub async fn value(&self, css: &str) -> String {
        let value = self.browser.run(&format!("return document.querySelector({css:?}).value"), vec![]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    pub async fn says(&self, text: &str) {
        self.browser.until(text, &format!("return document.body.innerText.includes({text:?})")).await;
    }
}

/// C1: with held sales open, on the page's body, in a half-typed name, in the search and in the amount handed over.
#[tokio::test(flavor = "multi_thread")]
async fn a_scan_lands_in_the_basket_wherever_the_focus_is() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.burst(MILK).await;
    desk.rows(1).await;
    browser.press(F4).await;
    desk.rows(0).await;
    browser.chord(SHIFT, '\u{E034}').await;
    browser.until("the held sale in focus", "return document.activeElement.name === 'basket'").await;
    browser.burst(MILK).await;
    desk.says("1 artículo").await;
    desk.pathname_is("/till/1/held").await;
    desk.says("Recuperar").await;
    browser.press(ESCAPE).await;
    desk.rows(1).await;

    browser.run("document.activeElement.blur()", vec![]).await;
    browser.burst(CIGARETTES).await;
    desk.rows(2).await;

    browser.one(ENTRY).await.click().await.unwrap();
    browser.keys("lec", PERSON).await;
    browser.burst(BREAD).await;
    desk.rows(3).await;
    assert_eq!(desk.value(ENTRY).await, "lec");

    browser.one("button.find").await.click().await.unwrap();
    desk.pathname_is("/till/1/search").await;
    browser.until("the search in focus", "return document.activeElement.id === 'q'").await;
    browser.burst(COFFEE).await;
    desk.says("4 artículos").await;
    assert_eq!(desk.value("#q").await, "lec");
    desk.says("Leche entera").await;
    browser.press(ESCAPE).await;
    desk.rows(4).await;

    browser.press(F9).await;
    browser.until("the amount field", "return document.activeElement.id === 'tendered'").await;
    browser.keys("20", PERSON).await;
    browser.burst(MILK).await;
    desk.says("5 artículos").await;
    desk.rows(4).await;
    assert_eq!(desk.value("#tendered").await, "20");
    desk.pathname_is("/till/1/pay").await;
    assert!(complaints(browser).await.is_empty(), "{:?}", complaints(browser).await);
}

/// C2: at 120 ms a key they are what somebody looks for. (The search takes a whole code as it takes a name.)
#[tokio::test(flavor = "multi_thread")]
async fn the_same_digits_typed_by_a_person_are_no_scan() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.one(ENTRY).await.click().await.unwrap();
    browser.keys(MILK, PERSON).await;
    assert_eq!(desk.value(ENTRY).await, MILK);
    desk.rows(0).await;
    browser.one("button.find").await.click().await.unwrap();
    desk.pathname_is("/till/1/search").await;
    desk.says("1 producto").await;
    desk.says("Leche entera").await;
    browser.go(&desk.till.page("/till/1/search")).await;
    browser.until("the search in focus", "return document.activeElement.id === 'q'").await;
    browser.keys(&format!("{BREAD}\u{E007}"), PERSON).await;
    desk.says("Pan tajado").await;
    desk.pathname_is("/till/1/search").await;
    assert_eq!(desk.value("#q").await, BREAD);
    desk.says("0 artículos").await;
}

/// C3
#[tokio::test(flavor = "multi_thread")]
async fn quantities_go_before_or_after_the_product() {
    let desk = desk(Scripts::On).await;
    desk.browser.one(ENTRY).await.click().await.unwrap();
    desk.browser.keys("3*", PERSON).await;
    desk.browser.burst(MILK).await;
    desk.rows(1).await;
    desk.says("12.600").await;
    let many = |wanted: u32| format!("return document.querySelector('#rows .many').innerText === '{wanted}'");
    desk.browser.until("three of it", &many(3)).await;
    desk.browser.one(ENTRY).await.click().await.unwrap();
    desk.browser.keys("*5\u{E007}", PERSON).await;
    desk.browser.until("five of it", &many(5)).await;
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

/// C4, and one tone for each thing that happens: found, card, error.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_code_stays_until_a_person_decides() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    let listen = "window.tones = []; document.addEventListener('yapa:tone', (e) => tones.push(e.detail))";
    browser.run(listen, vec![]).await;
    let heard = |wanted: &[&str]| format!("return window.tones.join() === '{}'", wanted.join(","));
    browser.burst(STRANGER).await;
    desk.says(&format!("Código desconocido {STRANGER}")).await;
    browser.until("the tone of an error", &heard(&["error"])).await;
    browser.burst(MILK).await;
    desk.rows(1).await;
    browser.until("the tone of a product", &heard(&["error", "found"])).await;
    let amber = "const row = document.querySelector('.unknown');\
        return row !== null && row.innerText.includes('desconocido') && row.offsetHeight >= 56";
    browser.until("the amber row", amber).await;
    let pay = browser.one(PAY).await;
    assert_eq!(pay.attr("aria-disabled").await.unwrap().as_deref(), Some("true"));
    let why = pay.attr("aria-describedby").await.unwrap().unwrap();
    let reason = browser.one(&format!("#{why}")).await.text().await.unwrap();
    assert_eq!(reason, "Resuelva antes los códigos desconocidos");
    browser.press(F9).await;
    browser
        .until("why not", "return document.getElementById('notice').innerText.startsWith('Resuelva')")
        .await;
    desk.pathname_is("/till/1").await;
    browser.until("another error", &heard(&["error", "found", "error"])).await;
    browser.burst(ANA).await;
    desk.says("Ana M.").await;
    browser.until("the tone of a card", &heard(&["error", "found", "error", "card"])).await;
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

/// C12
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

/// C7: the clock runs from the order to stop.
#[tokio::test(flavor = "multi_thread")]
async fn the_screen_says_that_the_hub_is_away_and_sells_on() {
    let mut desk = desk(Scripts::On).await;
    let before = desk.hub.sales().await;
    let begun = Instant::now();
    desk.hub.begin_stop();
    let chip = "return document.querySelector('#hub.offline') !== null && /Sin conexión/.test(document.querySelector('#hub').innerText)";
    desk.browser.until("the chip that says so", chip).await;
    let took = begun.elapsed();
    assert!(took <= Duration::from_secs(3), "{took:?}");
    desk.hub.stop();
    for _ in 0..4 {
        desk.till.sell(1, MILK).await;
    }
    desk.says("4 ventas por enviar").await;
    desk.hub.serve();
    let begun = Instant::now();
    desk.browser
        .until("nothing unsent", "return /En línea · 0 /.test(document.querySelector('#hub').innerText)")
        .await;
    let took = begun.elapsed();
    assert!(took <= Duration::from_secs(10), "{took:?}");
    desk.till.has_sent_everything().await;
    desk.hub.holds(before + 4).await;
}
