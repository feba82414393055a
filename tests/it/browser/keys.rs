//! Keys and readers that type, as the settings and whoever stands here want them.

use std::time::Duration;

use super::beside::staff;
use super::fingers::small_targets;
use super::look;
use super::till_screen::{Desk, ENTER, ESCAPE, F9, MILK, PERSON, SHIFT, STRANGER, desk, desk_of};
use crate::world::browser::Scripts;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::Hub;

const F1: &str = "\u{E031}";
const F10: &str = "\u{E03A}";
/// A key: slower than readers are as a rule, and as fast as nobody types.
const SLOW: Duration = Duration::from_millis(70);

impl Desk {
    /// Alias and PIN, from the field of the alias on.
    async fn enters(&self, who: &str, pin: &str) {
        self.browser.until("the alias in focus", "return document.activeElement.id === 'who'").await;
        self.browser.keys(who, PERSON).await;
        self.browser.tab_to("#pin").await;
        self.browser.keys(&format!("{pin}{ENTER}"), PERSON).await;
    }
}

/// A desk whose settings say something of its keyboard.
async fn set(name: &'static str, value: &str) -> Desk {
    let mut desk = desk_of(Hub::with_chain(Kind::Sqlite).await, Scripts::On).await;
    desk.till.stop();
    desk.till.dress.push((name, value.to_owned()));
    desk.till.run(&[]);
    desk.browser.go(&desk.till.page("/till/1")).await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_is_heard_when_the_settings_say_how_slow() {
    let desk = desk(Scripts::On).await;
    desk.browser.one("#text").await.click().await.unwrap();
    desk.browser.paced_burst(&format!("lec{MILK}"), SLOW).await;
    desk.says("Código desconocido").await;
    desk.rows(0).await;
    drop(desk);

    let desk = set("POS_AGENT__TILL__BURST_GAP_MS", "120").await;
    desk.browser.one("#text").await.click().await.unwrap();
    // A pause parts what is typed from what is scanned.
    desk.browser.keys("lec", 3 * SLOW).await;
    desk.browser.paced_burst(MILK, SLOW).await;
    desk.rows(1).await;
    assert_eq!(desk.value("#text").await, "lec");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_do_what_the_settings_say() {
    let desk = set("POS_AGENT__TILL__KEYS", "{ pay = 'F8', discount = 'F9', help = 'F10' }").await;
    let browser = &desk.browser;
    browser.burst(MILK).await;
    desk.rows(1).await;
    browser.press(F9).await;
    desk.pathname_is("/till/1/discount").await;
    browser.press(ESCAPE).await;
    desk.pathname_is("/till/1").await;
    browser.press(F1).await;
    browser.press(F10).await;
    let keys = "const list = document.querySelector('dialog[open]')?.innerText ?? '';\
        return /F8\\s+Pagar/.test(list) && /F9\\s+Descuento/.test(list) && /F10\\s+Esta ayuda/.test(list)";
    browser.until("the help with these keys", keys).await;
    browser.press(F10).await;
    browser.until("the help closed", "return document.querySelector('dialog[open]') === null").await;
    browser.press("\u{E038}").await;
    desk.pathname_is("/till/1/pay").await;
}

/// WCAG 2.1.4: what is typed fast is no order unless somebody wants that.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_it_types_as_fast_as_a_reader() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    browser.go(&desk.till.page("/till/1/status")).await;
    browser.one("#capture-0").await.click().await.unwrap();
    let off = "return document.querySelector('#capture-0')?.getAttribute('aria-pressed') === 'true'";
    browser.until("the choice", off).await;
    browser.go(&desk.till.page("/till/1")).await;
    browser.run("document.activeElement.blur()", vec![]).await;
    browser.burst(STRANGER).await;
    browser.one("#card").await.click().await.unwrap();
    browser.press(&format!("{MILK}\u{E004}")).await;
    assert_eq!(desk.value("#card").await, MILK, "typed, and kept where it was typed");
    desk.rows(0).await;
    // The entry line takes a reader as it takes a person.
    browser.one("#text").await.click().await.unwrap();
    browser.press(&format!("{MILK}\u{E007}")).await;
    desk.rows(1).await;
    desk.says("1 artículo").await;
    browser.press(F9).await;
    desk.pathname_is("/till/1/pay").await;

    // High enough for all of the page.
    browser.size(1024, 1152).await;
    let mut found = look(browser, &desk.till.page("/till/1/status"), "till-capture").await;
    found.extend(small_targets(browser).await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    browser.one("#capture-1").await.click().await.unwrap();
    browser.until("the other choice", "return document.body.dataset.capture === undefined").await;
    browser.go(&desk.till.page("/till/1")).await;
    browser.keys("4*", PERSON).await;
    browser.burst(MILK).await;
    desk.says("5 ").await;
}

/// A new member from the first key to the greeting, by keyboard alone: at five keys a second the keys of the form
/// and of all that is typed take half a minute, so that asking and listening have the other half.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_enrolled_by_keyboard_within_a_minute_of_keys() {
    const KEYS_A_MINUTE: usize = 300;
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.chord(SHIFT, '\u{E033}').await;
    desk.pathname_is("/till/1/enrol").await;
    let typed = [
        "\t ",
        "\tLuisa Fernanda",
        "\tGutiérrez Londoño",
        "\t+57 310 555 0017",
        "\tluisa.gutierrez@example.org",
        "\t14\t7",
        "\t ",
        "\t\u{E014} ",
        "\u{E007}",
    ]
    .concat();
    browser.keys(&typed, PERSON).await;
    desk.pathname_is("/till/1/card-code").await;
    // An Enter too many leaves the code where it can be photographed.
    browser.keys(ENTER, PERSON).await;
    desk.pathname_is("/till/1/card-code").await;
    browser.press(ESCAPE).await;
    desk.says("Hola, Luisa Fernanda G.").await;
    let keys = typed.chars().count() + 2;
    assert!(keys * 2 <= KEYS_A_MINUTE, "{keys} keys");
    let answers = "select count(*) from member_consent where given = (purpose = 'programme')";
    desk.till.has_sent_everything().await;
    assert_eq!(desk.hub.count(answers).await, 2);
    assert_eq!(desk.hub.count("select count(*) from member where birthday = 714").await, 1);
}

/// Without the card: the phone where the card is asked for, Enter, Tab, Enter. The card itself is read on that page too.
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_without_the_card_is_found_by_keyboard() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.press("\u{E033}").await;
    browser.until("the card's field", "return document.activeElement.id === 'card'").await;
    browser.keys("3001234821\u{E007}", PERSON).await;
    desk.pathname_is("/till/1/find").await;
    browser.until("who was found", "return document.activeElement.id === 'found-people'").await;
    // An Enter too many says of nobody that it is them.
    browser.keys(ENTER, PERSON).await;
    desk.says("Es esta persona").await;
    browser.keys("\t\u{E007}", PERSON).await;
    desk.pathname_is("/till/1").await;
    desk.says("Hola, Ana M.").await;
    desk.says("suma puntos, no los gasta").await;
    browser.go(&desk.till.page("/till/1/find")).await;
    browser.burst(ANA).await;
    desk.pathname_is("/till/1").await;
    browser.until("a card that spends", "return !document.body.innerText.includes('no los gasta')").await;
    assert!(super::complaints(browser).await.is_empty());
}

/// Who stands here, by keyboard alone: log-in, a discount that somebody else agrees to, the next cashier, and a PIN that
/// is wrong too often. The keys of the log-in unlock the sounds of the page behind it.
#[tokio::test(flavor = "multi_thread")]
async fn cashiers_change_and_agree_by_keyboard_alone() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    staff(&hub);
    let desk = desk_of(hub, Scripts::On).await;
    desk.till.shows("Marta R.").await;
    let browser = &desk.browser;
    browser.go(&desk.till.page("/till/1")).await;
    desk.enters("marta", "123456").await;
    desk.pathname_is("/till/1").await;
    browser
        .until("sounds that nothing else unlocked", "return document.body.dataset.sound === 'running'")
        .await;
    browser.burst(MILK).await;
    desk.rows(1).await;

    browser.press("\u{E038}").await;
    desk.pathname_is("/till/1/discount").await;
    browser.keys("50\u{E007}", PERSON).await;
    desk.pathname_is("/till/1/approve").await;
    desk.enters("jorge", "123456").await;
    desk.pathname_is("/till/1").await;
    desk.says("2.100").await;
    assert_eq!(desk.total().await, "$ 2.100");

    browser.tab_to("#show-shift").await;
    browser.press(ENTER).await;
    desk.pathname_is("/till/1/shift").await;
    browser.tab_to("form[action$=logout] button").await;
    browser.press(ENTER).await;
    desk.pathname_is("/till/1/login").await;
    desk.enters("jorge", "000000").await;
    for _ in 0..5 {
        desk.says("El alias o el PIN no es correcto").await;
        browser.until("the PIN in focus", "return document.activeElement.id === 'pin'").await;
        browser.press("000000").await;
        browser.run("document.querySelector('#pin-error').remove()", vec![]).await;
        browser.press(ENTER).await;
        let answered =
            "return document.readyState === 'complete' && document.querySelector('#pin-error') !== null";
        browser.until("an answer", answered).await;
        if browser.text().await.contains("Demasiados PIN") {
            break;
        }
    }
    let waits =
        "return /Demasiados PIN equivocados: espere (60|5[0-9]) segundos/.test(document.body.innerText)";
    browser.until("how long to wait", waits).await;
    // The other one is let in meanwhile, and finds the sale as it was left.
    browser.run("document.querySelector('#who').value = ''", vec![]).await;
    browser.one("#who").await.click().await.unwrap();
    desk.enters("marta", "123456").await;
    desk.pathname_is("/till/1").await;
    assert_eq!(desk.total().await, "$ 2.100");
}
