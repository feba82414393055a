//! Points that pay, and points that come back, by keyboard.

use thirtyfour::Key;

use super::fingers::small_targets;
use super::look;
use super::till_screen::{COFFEE, Desk, ENTER, F7, F9, PERSON, desk_of};
use crate::stories::chain_with_points;
use crate::world::browser::Scripts;
use crate::world::databases::Kind;
use crate::world::files::ANA;

const TAB: &str = "\u{E004}";
const RIGHT: &str = "\u{E014}";
const LEFT: &str = "\u{E012}";

impl Desk {
    /// Coffee for Ana, so far.
    async fn coffee_for_ana(&self) {
        self.browser.burst(ANA).await;
        self.says("Ana M.").await;
        self.browser.burst(COFFEE).await;
        self.rows(1).await;
    }

    /// T5 by F9 and F7.
    async fn asks_for_points(&self) {
        self.browser.press(F9).await;
        self.pathname_is("/till/1/pay").await;
        self.browser.press(F7).await;
        self.pathname_is("/till/1/redeem").await;
        self.browser.until("the figure in focus", "return document.activeElement.id === 'points'").await;
    }

    async fn worth_is(&self, text: &str) {
        let script = "return document.querySelector('#worth').innerText.replace(/\\u00a0/g, ' ')";
        self.browser.until(text, &format!("{script} === {text:?}")).await;
    }

    async fn pays_exactly(&self, sales: i64) {
        self.browser.chord(Key::Control.value(), Key::Enter.value()).await;
        self.pathname_is("/till/1/t4").await;
        self.hub.holds(sales).await;
        self.till.has_sent_everything().await;
    }

    /// The sale on T4 comes back by the code on its receipt; this many sales are at the hub then.
    async fn brings_it_back(&self, sales: i64) {
        let code =
            self.browser.run("return document.body.innerText.match(/YR[0-9A-Z]{26}/)[0]", vec![]).await;
        self.browser.press(F9).await;
        self.pathname_is("/till/1").await;
        self.browser.burst(code.as_str().unwrap()).await;
        self.says("Recibo leído").await;
        self.says("Vuelven").await;
        self.browser.keys("1\u{E007}", PERSON).await;
        self.says("Devuelto").await;
        self.browser.press(F9).await;
        self.says("A devolver").await;
        self.pays_exactly(sales).await;
    }

    /// In hundredths.
    async fn points_of_ana(&self) -> i64 {
        self.hub.verify_ledger().exits(0);
        let balance = self.hub.count("select balance from account where balance > 0").await;
        let entries = self.hub.count("select cast(sum(points) as bigint) from ledger_entry").await;
        assert_eq!(balance, entries, "the balance is the sum of its entries");
        balance
    }
}

/// C9: typed, on the slider, and with what they pay beside them.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_of_fifty_thousand_points_pay() {
    let desk = desk_of(chain_with_points(Kind::Sqlite).await, Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    desk.coffee_for_ana().await;
    desk.says("50.000 puntos").await;
    desk.asks_for_points().await;
    desk.worth_is("Sin puntos").await;
    assert_eq!(desk.value("#points").await, "", "nothing is spent unasked");
    browser.keys("10.000", PERSON).await;
    desk.worth_is("= $ 5.000").await;
    assert_eq!(desk.value("#slider").await, "1000000");
    browser.press(TAB).await;
    browser.until("the slider in focus", "return document.activeElement.id === 'slider'").await;
    browser.press(RIGHT).await;
    desk.worth_is("= $ 5.000,50").await;
    assert_eq!(desk.value("#points").await, "10001");
    browser.press(LEFT).await;
    desk.worth_is("= $ 5.000").await;
    browser.one("#points").await.click().await.unwrap();
    // Behind what is due there is nothing to pay.
    browser.keys("0", PERSON).await;
    browser.until("the most", "return /como mucho 37.800 puntos/.test(document.body.innerText)").await;
    browser.press("\u{E003}").await;
    desk.worth_is("= $ 5.000").await;
    browser.picture("till-points-typed").await;
    browser.press(ENTER).await;
    desk.pathname_is("/till/1/pay").await;
    desk.says("13.900").await;
    desk.pays_exactly(2).await;
    let earned = "select cast(sum(points) as bigint) from ledger_entry where kind = 'earn'";
    let earned = desk.hub.count(earned).await - 5_000_000;
    assert!((1..1_400_000).contains(&earned), "what money paid earns: {earned}");
    assert_eq!(desk.points_of_ana().await, 5_000_000 - 1_000_000 + earned);
}

/// C10: sold and refunded, without points and with them.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_leaves_no_point_behind() {
    let desk = desk_of(chain_with_points(Kind::Sqlite).await, Scripts::On).await;
    let browser = &desk.browser;
    desk.coffee_for_ana().await;
    desk.pays_exactly(2).await;
    assert!(desk.points_of_ana().await > 5_000_000, "it earns");
    desk.brings_it_back(3).await;
    assert_eq!(desk.points_of_ana().await, 5_000_000);

    browser.press(F9).await;
    desk.pathname_is("/till/1").await;
    desk.coffee_for_ana().await;
    desk.asks_for_points().await;
    browser.keys("10000\u{E007}", PERSON).await;
    desk.pathname_is("/till/1/pay").await;
    desk.pays_exactly(4).await;
    assert_ne!(desk.points_of_ana().await, 5_000_000, "points go and points come");
    desk.brings_it_back(5).await;
    assert_eq!(desk.points_of_ana().await, 5_000_000);
    let paid = "select cast(sum(amount) as bigint) from tender t join sale s on s.id = t.sale";
    assert_eq!(desk.hub.count(paid).await, 5_000_000, "but for the purchase of long ago no money stayed");
}

/// T5 in both languages and themes, with a figure on it.
#[tokio::test(flavor = "multi_thread")]
async fn points_are_readable_in_both_languages_and_themes() {
    let desk = desk_of(chain_with_points(Kind::Sqlite).await, Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    desk.till.enter(1, ANA).await;
    desk.till.enter(1, COFFEE).await;
    let found = [
        look(browser, &desk.till.page("/till/1/redeem"), "till-redeem-slider").await,
        small_targets(browser).await,
    ];
    let found = found.concat();
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}
