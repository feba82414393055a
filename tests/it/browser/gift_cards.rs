//! Gift cards at the till by keyboard alone, and at the desk, in both languages and themes.

use std::time::Duration;

use thirtyfour::Key;

use super::fingers::small_targets;
use super::hub_pages::log_in;
use super::look;
use super::till_screen::{COFFEE, Desk, ENTER, PERSON};
use crate::stories::gift_cards::{NUMBER, till, with_gift_cards};
use crate::world::browser::{Browser, Language, Scripts, Theme};
use crate::world::databases::Kind;
use crate::world::hub::Hub;

const DOWN: &str = "\u{E015}";

/// Sold with its amount, read while paying, paid with for a part, and the rest in cash.
#[tokio::test(flavor = "multi_thread")]
async fn a_gift_card_is_sold_and_pays_by_keyboard_alone() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    with_gift_cards(&hub);
    hub.add_staff("jefa", "admin", super::hub_pages::PASSWORD);
    let till = till(&hub, "1").await;
    let browser = Browser::open(Scripts::On).await;
    browser.wants(Language::Spanish, Theme::Light).await;
    browser.size(1024, 768).await;
    browser.go(&till.page("/till/1")).await;
    let desk = Desk { hub, till, browser };
    let browser = &desk.browser;

    browser.keys("600", PERSON).await;
    browser.press(ENTER).await;
    desk.says("Escanee la tarjeta o escriba todos sus dígitos").await;
    let path = browser.run("return location.pathname", vec![]).await;
    let path = path.as_str().unwrap().to_owned();
    let mut found = look(browser, &desk.till.page(&path), "till-gift-card-sell").await;
    found.extend(small_targets(browser).await);
    browser.chooses(Language::Spanish, Theme::Light).await;
    browser.go(&desk.till.page(&path)).await;
    browser.until("the number in focus", "return document.activeElement.id === 'card'").await;
    browser.keys(NUMBER, PERSON).await;
    browser.keys("\t10000", PERSON).await;
    browser.press(ENTER).await;
    desk.pathname_is("/till/1").await;
    desk.rows(1).await;
    desk.says("••••1237").await;
    assert_eq!(desk.total().await, "$ 10.000");
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    desk.pathname_is("/till/1/t4").await;
    desk.says("••••1237").await;
    desk.hub.holds(1).await;

    // Coffee for 18,900; the card is read on the page on which is paid, and has 10,000.
    browser.go(&desk.till.page("/till/1")).await;
    browser.burst(COFFEE).await;
    desk.rows(1).await;
    browser.go(&desk.till.page("/till/1/pay")).await;
    browser.burst(NUMBER).await;
    desk.says("quedan").await;
    found.extend(look(browser, &desk.till.page("/till/1/pay"), "till-gift-card-pay").await);
    found.extend(small_targets(browser).await);
    browser.chooses(Language::Spanish, Theme::Light).await;
    browser.go(&desk.till.page("/till/1/pay")).await;
    browser.until("the amount in focus", "return document.activeElement.id === 'tendered'").await;
    // By its number: the kind by the arrow keys, the amount, the number.
    browser.run("document.querySelector('[name=kind]:checked').focus()", vec![]).await;
    browser.keys(&format!("{DOWN}{DOWN}"), PERSON).await;
    browser.keys("\t\t18900\t", PERSON).await;
    browser.until("the number in focus", "return document.activeElement.id === 'reference'").await;
    browser.keys(NUMBER, PERSON).await;
    browser.press(ENTER).await;
    desk.says("8.900").await;
    desk.says("••••1237").await;
    found.extend(look(browser, &desk.till.page("/till/1/pay"), "till-gift-card-part").await);
    browser.chooses(Language::Spanish, Theme::Light).await;
    browser.go(&desk.till.page("/till/1/pay")).await;
    browser.chord(Key::Control.value(), Key::Enter.value()).await;
    desk.pathname_is("/till/1/t4").await;
    desk.says("Queda en ella").await;
    desk.hub.holds(2).await;
    tokio::time::timeout(Duration::from_secs(60), desk.till.has_sent_everything()).await.expect("sent");

    // At the desk.
    log_in(browser, &desk.hub, "jefa").await;
    for (path, name) in [
        ("/gift-cards", "gift-cards"),
        ("/gift-cards/find", "gift-cards-find"),
        ("/gift-cards/moves", "gift-cards-moves"),
        ("/liability/gift-cards", "gift-cards-liability"),
    ] {
        found.extend(look(browser, &desk.hub.page(path), name).await);
    }
    browser.go(&desk.hub.page("/gift-cards")).await;
    let link = "return document.querySelector('a[href^=\"/gift-cards/\"][href*=\"0\"]').pathname";
    let card = browser.run(link, vec![]).await;
    found.extend(look(browser, &desk.hub.page(card.as_str().unwrap()), "gift-card").await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}
