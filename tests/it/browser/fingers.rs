//! C13: what a finger has to meet, what an eye has to read, and nothing out of sight.

use thirtyfour::{Cookie, Key};

use super::look;
use super::till_screen::{BREAD, COFFEE, MILK, STRANGER, desk, desk_of};
use crate::world::browser::{Browser, Language, Scripts, Theme};
use crate::world::databases::Kind;
use crate::world::files::{ANA, more_products};
use crate::world::hub::Hub;

/// C13: all of axe, in both languages and themes.
#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_the_screen_is_readable_in_both_languages_and_themes() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let (products, codes) = more_products(5);
    hub.import("products", &products).exits(0);
    let desk = desk_of(hub, Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    let screen = desk.till.page("/till/1");
    let mut found = look(browser, &screen, "till-empty").await;
    desk.till.enter(1, ANA).await;
    desk.till.enter(1, &format!("3*{MILK}")).await;
    desk.till.enter(1, BREAD).await;
    found.extend(look(browser, &screen, "till-sale").await);
    found.extend(small_targets(browser).await);
    for code in &codes {
        desk.till.enter(1, code).await;
    }
    desk.till.enter(1, STRANGER).await;
    found.extend(look(browser, &screen, "till-unknown-code").await);
    found.extend(small_targets(browser).await);
    found.extend(out_of_sight(browser, 7).await);
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

/// So many lines, a code nobody knows, the total and the orders stand on one screen, and nothing has to be scrolled.
async fn out_of_sight(browser: &Browser, lines: usize) -> Vec<String> {
    let found = browser.run(
        "const main = document.querySelector('main').getBoundingClientRect();\
         const parts = ['#text', '#notice', '#rows tbody tr', '.unknown', '#totals .total', '#actions > *'];\
         const shown = parts.flatMap(css => [...document.querySelectorAll(css)].map(e => [css, e.getBoundingClientRect()]));\
         const hidden = shown.filter(([, r]) => r.top < main.top || r.bottom > main.bottom || r.height === 0);\
         const scroll = document.querySelector('#rows .scroll');\
         return [document.querySelectorAll('#rows tbody tr').length, document.querySelectorAll('.unknown').length,\
                 scroll.scrollHeight - scroll.clientHeight, document.documentElement.scrollHeight - innerHeight,\
                 hidden.map(([css, r]) => css + ' ' + r.top + ' to ' + r.bottom).join()]",
        vec![],
    );
    let found = found.await;
    let wanted = serde_json::json!([lines, 1, 0, 0, ""]);
    if found == wanted {
        vec![]
    } else {
        vec![format!("{wanted} were to be seen without scrolling: {found}")]
    }
}

/// C13: the ways to pay stand on one screen, whichever is chosen, with and without keys for fingers.
#[tokio::test(flavor = "multi_thread")]
async fn four_ways_to_pay_need_no_scrolling() {
    let desk = desk(Scripts::On).await;
    let browser = &desk.browser;
    browser.size(1024, 768).await;
    desk.till.enter(1, ANA).await;
    desk.till.enter(1, COFFEE).await;
    browser.go(&desk.till.page("/till/1/pay")).await;
    let mut found = vec![];
    for pad in ["0", "1"] {
        browser.driver.add_cookie(Cookie::new("yapa_numpad", pad)).await.unwrap();
        for language in Language::ALL {
            browser.chooses(language, Theme::Light).await;
            browser.go(&desk.till.page("/till/1/pay")).await;
            let ways =
                browser.run("return document.querySelectorAll('#tender .kinds > *').length", vec![]).await;
            assert_eq!(ways, 5, "a legend and four ways");
            for kind in ["cash", "card", "gift_card"] {
                browser
                    .run(&format!("document.querySelector('[name=kind][value={kind}]').click()"), vec![])
                    .await;
                let hidden = "return ['.right > .card', '.right', 'body'].map(css => document.querySelector(css))\
                    .map(e => e.scrollHeight - e.clientHeight).join()";
                let hidden = browser.run(hidden, vec![]).await;
                browser.picture(&format!("till-pay-{kind}-{pad}-{}", language.name())).await;
                if hidden != "0,0,0" {
                    found.push(format!("{kind}, keys {pad}, {}: {hidden} px out of sight", language.name()));
                }
            }
            found.extend(small_targets(browser).await);
        }
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// C13: controls that a finger could miss, under 56 px either way or nearer than 8 px to the next.
pub async fn small_targets(browser: &Browser) -> Vec<String> {
    let found = browser.run(
        "const name = e => e.outerHTML.slice(0, 80);\
         const controls = [...document.querySelectorAll('header button, header a, main button, main a, footer button, footer a,\
             input, select, textarea, summary')]\
           .filter(e => e.type !== 'hidden' && e.offsetParent)\
           .map(e => (e.type === 'radio' || e.type === 'checkbox') && e.closest('label') ? e.closest('label') : e)\
           .map(e => [e, e.getBoundingClientRect()]);\
         const seen = ([e, { left, top, right, bottom }]) => {\
           for (let around = e.parentElement; around; around = around.parentElement) {\
             if (getComputedStyle(around).overflow === 'visible') continue;\
             const r = around.getBoundingClientRect();\
             [left, top] = [Math.max(left, r.left), Math.max(top, r.top)];\
             [right, bottom] = [Math.min(right, r.right), Math.min(bottom, r.bottom)];\
           }\
           return right > left && bottom > top ? [[e, { left, top, right, bottom }]] : []; };\
         const small = controls.filter(([, r]) => r.width < 55.5 || r.height < 55.5)\
           .map(([e, r]) => 'small: ' + name(e) + ' ' + r.width + 'x' + r.height);\
         const shown = controls.flatMap(seen);\
         const near = shown.flatMap(([e, r], n) => shown.slice(n + 1).flatMap(([f, q]) => {\
           const across = Math.max(r.left, q.left) - Math.min(r.right, q.right);\
           const along = Math.max(r.top, q.top) - Math.min(r.bottom, q.bottom);\
           const gap = Math.max(across, along);\
           return gap < 7.5 ? ['near: ' + name(e) + ' ' + name(f) + ' ' + gap] : []; }));\
         return [...small, ...near]",
        vec![],
    );
    let found = found.await;
    found.as_array().into_iter().flatten().filter_map(|text| text.as_str()).map(str::to_owned).collect()
}
