//! Checks in a real browser: what a person sees, types and hears about.

mod beside;
mod by_hand;
mod card_page;
mod checkout;
mod fingers;
mod gift_cards;
mod gifts;
mod hub_pages;
mod keys;
mod points;
mod receipt_page;
mod till_screen;

use crate::world::browser::{Browser, Language, Theme};

/// Looks at one page in both languages and both themes: a picture of each, and nothing serious for axe.
/// Returns the findings with where they were made.
async fn look(browser: &Browser, address: &str, name: &str) -> Vec<String> {
    let mut found = vec![];
    // A switch is remembered for a site, which has to be open for that.
    browser.go(address).await;
    for language in Language::ALL {
        for theme in Theme::ALL {
            browser.wants(language, theme).await;
            browser.chooses(language, theme).await;
            browser.go(address).await;
            let shown = browser.run("return document.documentElement.lang", vec![]).await;
            let shown = shown.as_str().unwrap_or_default().to_owned();
            if !shown.starts_with(language.name()) {
                found.push(format!("{name}: asked for {}, came in {shown:?}", language.name()));
            }
            let wide = browser.run("return document.documentElement.scrollWidth > innerWidth", vec![]).await;
            if wide == true {
                found.push(format!("{name}: wider than the window"));
            }
            let view = format!("{name}-{}-{}", language.name(), theme.name());
            browser.picture(&view).await;
            found.extend(browser.axe().await.into_iter().map(|finding| format!("{view}: {finding}")));
        }
    }
    found
}

/// Console errors: a blocked style or script shows here first.
async fn complaints(browser: &Browser) -> Vec<String> {
    let log = browser.driver.browser_log().await.expect("a log");
    let severe =
        log.into_iter().filter(|entry| format!("{:?}", entry.level).to_uppercase().contains("SEVERE"));
    severe.map(|entry| entry.message).collect()
}
