//! The till beyond the plain sale: discounts, holds, refunds, several payments, by keyboard and by touch.

use std::time::Duration;

use thirtyfour::Key;

use super::fingers::small_targets;
use super::look;
use super::till_screen::{BREAD, COFFEE, Desk, ENTER, F9, MILK, PAY, PERSON, SHIFT, STRANGER, desk, desk_of};
use crate::stories::{chain_with_points, with_coupons};
use crate::world::browser::{Browser, Language, Scripts, Theme};
use crate::world::databases::Kind;
use crate::world::files::{ANA, more_products};
use crate::world::hub::{Hub, path_text};
use crate::world::scanner::Scanner;

const F4: char = '\u{E034}';
const F8: &str = "\u{E038}";

impl Desk {
    pub async fn total(&self) -> String {
        let script = "return document.querySelector('#totals .total strong').innerText";
        self.browser.run(script, vec![]).await.as_str().unwrap_or_default().replace('\u{a0}', " ")
    }
}

/// C6: the basket is in the agent, never in the browser, which gets SIGKILL.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_dies_loses_nothing() {
    let desk = desk(Scripts::On).await;
    desk.browser.burst(ANA).await;
    desk.says("Ana M.").await;
    desk.browser.keys("3*", PERSON).await;
    desk.browser.burst(MILK).await;
    desk.rows(1).await;
    let Desk { hub, till, browser } = desk;
    browser.kill9().await;
    let browser = Browser::open(Scripts::On).await;
    browser.wants(Language::Spanish, Theme::Light).await;
    browser.go(&till.page("/till/1")).await;
    let desk = Desk { hub, till, browser };
    desk.rows(1).await;
    desk.says("Ana M.").await;
    assert_eq!(desk.total().await, "$ 12.600");
}

/// C5, the counting of it: two hundred reads of a scanner with no pause between them, on an open screen. How long
/// each takes until it is painted, with a hundred thousand products, stands in the benchmarks.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_scans_at_a_stretch_all_count() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let (products, codes) = more_products(200);
    hub.import("products", &products).exits(0);
    let mut desk = desk_of(hub, Scripts::On).await;
    let nodes = "return document.getElementsByTagName('*').length";
    desk.till.stop();
    let mut scanner = Scanner::plugged_in(desk.till.folder.path());
    desk.till.run_with_scanner(&scanner.path);
    desk.till.scanner_is(true).await;
    desk.browser.go(&desk.till.page("/till/1")).await;
    for code in [MILK, COFFEE] {
        scanner.scan(code);
    }
    desk.rows(2).await;
    let before = desk.browser.run(nodes, vec![]).await.as_u64().unwrap();
    for _ in 1..100 {
        scanner.scan(MILK);
        scanner.scan(COFFEE);
    }
    // 100 × 4.200 and 100 × 18.900.
    desk.says("2.310.000").await;
    desk.rows(2).await;
    let after = desk.browser.run(nodes, vec![]).await.as_u64().unwrap();
    assert!(after < before * 2, "the page grew from {before} to {after} elements");

    // As many different ones: each a line of one piece, in the order in which they were read.
    desk.till.pay(1).await;
    desk.browser.go(&desk.till.page("/till/1")).await;
    for code in &codes {
        scanner.scan(code);
    }
    desk.rows(codes.len()).await;
    let lines = "return [...document.querySelectorAll('#rows tbody tr')].map((row) =>\
        row.querySelector('.many').innerText + ' ' + row.querySelector('.name').innerText.trim())";
    let wanted: Vec<String> = (0..codes.len()).map(|n| format!("1 Artículo {n:03}")).collect();
    assert_eq!(desk.browser.run(lines, vec![]).await, serde_json::json!(wanted));
    a_device_that_is_away_is_tried_again(&desk, &mut scanner).await;
}

/// The chip on the sale leads to what is known of it, and the key there has it opened.
async fn a_device_that_is_away_is_tried_again(desk: &Desk, scanner: &mut Scanner) {
    let browser = &desk.browser;
    scanner.unplug();
    let chip =
        "return document.querySelector('#away')?.title === 'Lector desconectado: usb-Generic_Scanner-if00'";
    browser.until("the chip that names it", chip).await;
    browser.size(1024, 768).await;
    let mut found = look(browser, &desk.till.page("/till/1"), "till-device-away").await;
    found.extend(small_targets(browser).await);
    // High enough for all of the page.
    browser.size(1024, 1152).await;
    found.extend(look(browser, &desk.till.page("/till/1/status"), "till-status-away").await);
    found.extend(small_targets(browser).await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    browser.chooses(Language::Spanish, Theme::Light).await;
    browser.go(&desk.till.page("/till/1")).await;
    browser.chord(SHIFT, '\u{E031}').await;
    desk.pathname_is("/till/1/status").await;
    desk.says("último buen estado de las").await;
    browser.tab_to("#health button[name=path]").await;
    browser.press(ENTER).await;
    desk.says("usb-Generic_Scanner-if00 sigue sin responder").await;
    scanner.plug_in();
    browser.run("document.querySelector('#health button[name=path]')?.click()", vec![]).await;
    desk.says("Conectado").await;
    browser.until("no chip any more", "return document.querySelector('#away') === null").await;
}

/// C15: whoever stands behind the customer reads nothing that says who it is.
#[tokio::test(flavor = "multi_thread")]
async fn the_customers_display_names_nobody() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.go(&desk.till.page("/display/1")).await;
    desk.till.enter(1, ANA).await;
    desk.till.enter(1, MILK).await;
    for said in ["Hola, Ana", "Leche entera"] {
        desk.says(said).await;
    }
    let basket = browser.run("return document.documentElement.outerHTML", vec![]).await;
    desk.till.pay(1).await;
    desk.says("Gracias").await;
    let thanks = browser.run("return document.documentElement.outerHTML", vec![]).await;
    for page in [basket, thanks] {
        let page = page.as_str().unwrap();
        for secret in ["Morales", "Ana M", "3001234821", "4821", "ana@example.org", ANA] {
            assert!(!page.contains(secret), "{secret} stands in {page}");
        }
    }
}

/// C8: a card counts for the whole ticket, with the prices of members, and a touch on a usual product is worth the same as its scan.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_at_the_end_counts_for_all_and_touch_equals_scan() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let rule = "[[rules]]\ncode = 'socio'\nname = 'Precio socio'\nmembers_only = true\n\
        scope = { product_line = 'Lácteos' }\nbenefit = { unit_price = 380000 }\n";
    hub.cli(&["price-rules", "set", path_text(&hub.write("rules.toml", rule))]).exits(0);
    let desk = desk_of(hub, Scripts::On).await;
    let browser = &desk.browser;
    browser.burst(MILK).await;
    browser.burst(COFFEE).await;
    desk.rows(2).await;
    desk.says("con tarjeta: +").await;
    assert_eq!(desk.total().await, "$ 23.100");
    browser.burst(ANA).await;
    desk.says("Ana M.").await;
    desk.says("Precio socio −400").await;
    assert_eq!(desk.total().await, "$ 22.700");
    desk.says("gana +").await;
    let scanned = desk.total().await;
    let earned = browser.run("return document.querySelector('#totals .counts .ok').innerText", vec![]).await;
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    desk.pathname_is("/till/1/t4").await;
    desk.till.submit_on("/till/2/search?text=Leche", "/add", &[("sku", "100")]).await;
    desk.till.submit_on("/till/2/search?text=Caf", "/add", &[("sku", "300")]).await;
    desk.till.enter(2, ANA).await;
    browser.go(&desk.till.page("/till/2")).await;
    desk.rows(2).await;
    assert_eq!(desk.total().await, scanned);
    assert_eq!(
        browser.run("return document.querySelector('#totals .counts .ok').innerText", vec![]).await,
        earned
    );
}

/// C11: held here, recalled at the next till after the agent was started anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_held_sale_is_taken_up_next_door() {
    let mut desk = desk(Scripts::On).await;
    desk.browser.burst(MILK).await;
    desk.rows(1).await;
    desk.browser.press(&F4.to_string()).await;
    desk.says("En espera: Leche entera").await;
    desk.rows(0).await;
    desk.till.stop();
    desk.till.run(&[]);
    desk.browser.go(&desk.till.page("/till/2")).await;
    desk.browser.chord(SHIFT, F4).await;
    desk.pathname_is("/till/2/held").await;
    desk.browser.until("the first one in focus", "return document.activeElement.name === 'basket'").await;
    desk.browser.press(ENTER).await;
    desk.rows(1).await;
    assert_eq!(desk.total().await, "$ 4.200");
}

/// C14: the key and the button send one and the same form.
#[tokio::test(flavor = "multi_thread")]
async fn the_pay_key_is_the_pay_button() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    // What a key leads to is the element that carries its name: asked of the page, not of the script.
    let script = "window.sent = []; document.addEventListener('submit', (e) => {\
        if (e.target.action.endsWith('/pay')) { e.preventDefault(); sent.push([...new FormData(e.target, e.submitter)].join()); } });";
    browser.burst(MILK).await;
    desk.rows(1).await;
    browser.run(script, vec![]).await;
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    browser.one("#pay-exact").await.click().await.unwrap();
    let sent = browser.run("return window.sent", vec![]).await;
    assert_eq!(sent.as_array().map(Vec::len), Some(2), "{sent}");
    assert_eq!(sent[0], sent[1]);
    let address = browser.one(PAY).await.prop("href").await.unwrap().unwrap();
    browser.press(F9).await;
    desk.pathname_is("/till/1/pay").await;
    assert!(address.ends_with("/till/1/pay"), "{address}");
}

/// C13, the whole of it by keyboard, with a picture of each step: a discount, a part in cash and the rest by card, then a refund with an
/// exchange.
#[tokio::test(flavor = "multi_thread")]
async fn a_saturday_ticket_by_keyboard_alone() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    browser.burst(ANA).await;
    desk.says("Ana M.").await;
    browser.picture("saturday-1-greeting").await;
    browser.burst(COFFEE).await;
    browser.burst(BREAD).await;
    desk.rows(2).await;
    browser.picture("saturday-2-basket").await;
    browser.one("#text").await.click().await.unwrap();
    browser.keys("/10\u{E007}", PERSON).await;
    desk.says("24.750").await;
    browser.press(F8).await;
    desk.pathname_is("/till/1/discount").await;
    browser.until("the figure in focus", "return document.activeElement.id === 'value'").await;
    browser.picture("saturday-3-discount").await;
    browser.keys("5\u{E007}", PERSON).await;
    desk.pathname_is("/till/1").await;
    // 5 % off the bread once more: 6.500 − 5 % takes the place of − 10 %.
    desk.says("25.075").await;

    browser.press(F9).await;
    desk.pathname_is("/till/1/pay").await;
    browser.keys("5000", PERSON).await;
    for key in ["\t", "\t", ENTER] {
        browser.press(key).await;
    }
    desk.says("Pago recibido").await;
    desk.says("20.075").await;
    browser.picture("saturday-4-part-paid").await;
    browser.one("[name=kind][value=card]").await.send_keys(" ").await.unwrap();
    browser.one("#tendered").await.click().await.unwrap();
    // What is typed at once behind the key that chose the card would be a reader's burst.
    tokio::time::sleep(Duration::from_millis(300)).await;
    browser.keys("20075\t", PERSON).await;
    browser.keys("A-17\u{E007}", PERSON).await;
    desk.pathname_is("/till/1/t4").await;
    desk.hub.holds(1).await;
    browser.picture("saturday-5-receipt").await;

    browser.press(F9).await;
    desk.pathname_is("/till/1").await;
    browser.chord(SHIFT, '\u{E039}').await;
    desk.pathname_is("/till/1/refund").await;
    browser.keys("1\u{E007}", PERSON).await;
    desk.says("Vuelven").await;
    let shown = "const { top, bottom } = document.querySelector('.send button').getBoundingClientRect();\
        return top > 0 && bottom <= document.querySelector('main').getBoundingClientRect().bottom";
    browser.until("the order on the screen without scrolling", shown).await;
    browser.picture("saturday-6-refund").await;
    browser.keys("1\u{E007}", PERSON).await;
    desk.says("Devuelto").await;
    browser.burst(MILK).await;
    desk.rows(2).await;
    browser.press(F9).await;
    desk.pathname_is("/till/1/pay").await;
    desk.says("A devolver").await;
    browser.picture("saturday-7-exchange").await;
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    desk.pathname_is("/till/1/t4").await;
    desk.hub.holds(2).await;
    browser.picture("saturday-8-done").await;
}

/// A code that nobody knows: its price by keyboard alone, while the next product is scanned; readable in both
/// languages and themes.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_price_by_keyboard_alone() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    browser.burst(STRANGER).await;
    desk.says("Código desconocido").await;
    let path = browser
        .run("return document.querySelector('.unknown a[data-key]').getAttribute('href')", vec![])
        .await;
    let path = path.as_str().unwrap().to_owned();
    let mut found = look(browser, &desk.till.page("/till/1"), "till-unknown").await;
    found.extend(small_targets(browser).await);
    found.extend(look(browser, &desk.till.page(&path), "till-open-price").await);
    found.extend(small_targets(browser).await);
    browser.chooses(Language::Spanish, Theme::Light).await;
    browser.go(&desk.till.page("/till/1")).await;

    browser.chord(SHIFT, '\u{E038}').await;
    desk.pathname_is(&path).await;
    browser.until("the price in focus", "return document.activeElement.id === 'price'").await;
    browser.keys("0\u{E007}", PERSON).await;
    desk.says("Escriba un precio mayor que cero").await;
    browser.run("document.querySelector('#price').value = ''", vec![]).await;
    browser.keys("2500", PERSON).await;
    browser.burst(MILK).await;
    desk.says("Leche entera").await;
    assert_eq!(browser.run("return document.querySelector('#price').value", vec![]).await, "2500");
    assert_eq!(browser.run("return document.activeElement.id", vec![]).await, "price");
    browser.press(ENTER).await;
    desk.pathname_is("/till/1").await;
    desk.rows(2).await;
    assert_eq!(desk.total().await, "$ 6.700");
    browser.picture("till-open-price-sold").await;
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    desk.pathname_is("/till/1/t4").await;
    desk.says(STRANGER).await;

    // What comes back without a receipt, on the page that stands open then.
    browser.go(&desk.till.page("/till/1/refund")).await;
    browser.run("document.querySelector('details').open = true", vec![]).await;
    browser.picture("till-unreceipted").await;
    found.extend(browser.axe().await);
    found.extend(small_targets(browser).await);
    let goods = [("sku", "200"), ("quantity", "1")];
    desk.till.submit_on("/till/1/refund", "/refund/unreceipted", &goods).await;
    found.extend(look(browser, &desk.till.page("/till/1/pay"), "till-credit").await);
    found.extend(small_targets(browser).await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// A coupon is scanned before its goods, waits in its row, and is taken out and back by keys.
#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_waits_and_comes_to_life() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let till = with_coupons(&hub).await;
    let browser = Browser::open(Scripts::On).await;
    browser.wants(Language::Spanish, Theme::Light).await;
    browser.size(1024, 768).await;
    browser.go(&till.page("/till/1")).await;
    let desk = Desk { hub, till, browser };
    let (browser, till) = (&desk.browser, &desk.till);
    browser.keys("MARZO10\u{E007}", PERSON).await;
    desk.says("aún no vale: compra mínima 20.000").await;
    browser.burst(COFFEE).await;
    desk.rows(2).await;
    browser.burst("9813765030011").await;
    browser.burst(MILK).await;
    desk.rows(4).await;
    desk.says("−2.309,99").await;
    assert_eq!(desk.total().await, "$ 20.789,91");
    let mut found = look(browser, &till.page("/till/1"), "till-coupons").await;
    found.extend(small_targets(browser).await);
    browser.burst("9813765030011").await;
    desk.rows(5).await;
    browser.press("\u{E017}").await;
    desk.says("Undo").await;
    found.extend(look(browser, &till.page("/till/1"), "till-coupon-out").await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    browser.go(&till.page("/display/1?theme=dark")).await;
    desk.says("Cupón de marzo").await;
    browser.picture("display-coupons").await;

    // Who paid it had forgotten the card: the receipt is read, then the card.
    till.pay(1).await;
    let receipts = till.get("/till/1/late").await;
    let sale = receipts.split("/late/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let mut found = look(browser, &till.page("/till/1/late"), "till-late").await;
    found.extend(small_targets(browser).await);
    found.extend(look(browser, &till.page(&format!("/till/1/late/{sale}")), "till-late-receipt").await);
    found.extend(small_targets(browser).await);
    browser.burst(ANA).await;
    browser
        .until("the card's number", &format!("return document.querySelector('#text').value === '{ANA}'"))
        .await;
    browser.press(ENTER).await;
    desk.says("Receipt added to the card of Ana M.").await;
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_further_pages_are_readable_in_both_languages_and_themes() {
    let desk = desk_of(chain_with_points(Kind::Sqlite).await, Scripts::On).await;
    let (browser, till) = (&desk.browser, &desk.till);
    browser.size(1024, 768).await;
    till.enter(1, ANA).await;
    let mut found = look(browser, &till.page("/till/1/redeem"), "till-gifts").await;
    found.extend(small_targets(browser).await);
    till.submit_on("/till/1/redeem", "/gift", &[]).await;
    found.extend(look(browser, &till.page("/till/1"), "till-gift-taken").await);
    till.enter(1, COFFEE).await;
    till.enter(1, BREAD).await;
    till.enter(1, "/10").await;
    found.extend(look(browser, &till.page("/till/1/discount"), "till-discount").await);
    found.extend(small_targets(browser).await);
    found.extend(look(browser, &till.page("/till/1/redeem"), "till-redeem").await);
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "5.000"), ("kind", "card"), ("reference", "A-17")])
        .await;
    found.extend(look(browser, &till.page("/till/1/pay"), "till-pay-mixed").await);
    found.extend(small_targets(browser).await);
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "exact"), ("kind", "cash")]).await;
    found.extend(look(browser, &till.page("/till/1/refund"), "till-refunds").await);
    found.extend(small_targets(browser).await);
    found.extend(look(browser, &till.page("/till/1/refund?code=1"), "till-refund").await);
    found.extend(small_targets(browser).await);
    till.submit_on("/till/1/refund?code=1", "/return", &[("quantity", "1")]).await;
    till.enter(1, MILK).await;
    found.extend(look(browser, &till.page("/till/1"), "till-exchange").await);
    found.extend(small_targets(browser).await);
    found.extend(look(browser, &till.page("/till/1/pay"), "till-give-back").await);
    till.submit(1, "/hold", &[]).await;
    found.extend(look(browser, &till.page("/till/1/held"), "till-held").await);
    found.extend(small_targets(browser).await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}
