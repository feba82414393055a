//! What runs low or is out, on the ticket and among the gifts, by keyboard.

use super::fingers::small_targets;
use super::look;
use super::till_screen::{BREAD, ENTER, ESCAPE, F7, F9, MILK, desk_of};
use crate::stories::chain_with_gifts;
use crate::world::browser::Scripts;
use crate::world::databases::Kind;
use crate::world::files::ANA;

/// Milk is out here and seven are in the north; of bread few are left.
#[tokio::test(flavor = "multi_thread")]
async fn a_gift_that_is_out_leads_to_where_it_is_and_to_another_one() {
    let hub = chain_with_gifts(Kind::Sqlite).await;
    let levels = "001,100,0,5,0,0\n002,100,7,5,0,0\n001,200,4,10,0,0\n";
    hub.import("stock", &format!("store,sku,on_hand,reorder_point,reorder_qty,lead_days\n{levels}")).exits(0);
    let desk = desk_of(hub, Scripts::On).await;
    let (browser, till) = (&desk.browser, &desk.till);
    browser.size(1024, 768).await;
    browser.burst(ANA).await;
    desk.says("Ana M.").await;
    browser.burst(MILK).await;
    browser.burst(BREAD).await;
    desk.rows(2).await;
    desk.says("Sin existencias").await;
    desk.says("Quedan pocas").await;

    browser.press(F9).await;
    desk.pathname_is("/till/1/pay").await;
    browser.press(F7).await;
    desk.pathname_is("/till/1/redeem").await;
    desk.says("En su lugar:").await;
    browser.tab_to("#where-100").await;
    browser.press(ENTER).await;
    desk.pathname_is("/till/1/price").await;
    desk.says("Norte").await;
    browser.press(ESCAPE).await;
    desk.pathname_is("/till/1").await;

    browser.press(F9).await;
    desk.pathname_is("/till/1/pay").await;
    browser.press(F7).await;
    desk.pathname_is("/till/1/redeem").await;
    browser.tab_to("ul.gifts .shelf form[action$='/gift'] button").await;
    browser.press(ENTER).await;
    desk.pathname_is("/till/1").await;
    desk.says("Regalo · 8.000 puntos").await;

    let mut found = look(browser, &till.page("/till/1"), "till-stock").await;
    found.extend(small_targets(browser).await);
    found.extend(look(browser, &till.page("/till/1/redeem"), "till-gifts-out").await);
    found.extend(small_targets(browser).await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}
