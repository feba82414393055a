//! The pages beside the sale, in both languages and themes: who stands here, a new member, a price, the shift, the
//! state of things, and the customer's display.

use super::fingers::small_targets;
use super::look;
use super::till_screen::{BREAD, COFFEE, MILK};
use crate::world::browser::{Browser, Language, Scripts, Theme};
use crate::world::databases::Kind;
use crate::world::files::{self, ANA};
use crate::world::hub::{Hub, path_text};
use crate::world::printer::Printer;
use crate::world::till::Till;

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_beside_the_sale_are_readable_in_both_languages_and_themes() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    staff(&hub);
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    let printer = Printer::unplugged();
    let settings = format!("[[printers]]\nid = \"front\"\nconnection = \"tcp:{}\"\n", printer.address);
    let settings = files::write(till.folder.path(), "settings.toml", &settings);
    till.run(&["--config", path_text(&settings)]);
    till.knows_the_catalogue().await;
    till.shows("Marta R.").await;
    let browser = Browser::open(Scripts::On).await;
    browser.size(1024, 768).await;
    let mut found = look(&browser, &till.page("/till/1/login"), "till-login").await;
    found.extend(small_targets(&browser).await);
    till.submit(1, "/login", &[("who", "marta"), ("pin", "123456")]).await;
    till.enter(1, MILK).await;
    till.enter(1, "/50").await;
    for (path, name) in [
        ("/till/1/approve", "till-approve"),
        ("/till/1/enrol", "till-enrol"),
        ("/till/1/price", "till-price"),
        ("/till/1/status", "till-status"),
        ("/till/1/shift", "till-shift"),
    ] {
        found.extend(look(&browser, &till.page(path), name).await);
        found.extend(small_targets(&browser).await);
        if name == "till-enrol" {
            let hidden =
                "const main = document.querySelector('main'); return main.scrollHeight - main.clientHeight";
            assert_eq!(
                browser.run(hidden, vec![]).await,
                0,
                "the page of a new member is higher than the screen"
            );
        }
    }
    till.submit_on("/till/1/price", "/price", &[("text", MILK)]).await;
    found.extend(look(&browser, &till.page("/till/1/price"), "till-price-found").await);
    till.submit_on("/till/1/find", "/find", &[("text", "300 123 4821")]).await;
    found.extend(look(&browser, &till.page("/till/1/find"), "till-find").await);
    found.extend(small_targets(&browser).await);
    found.extend(known_already(&browser, &till).await);
    till.submit_on("/till/1/shift", "/shift/open", &[("float", "50.000")]).await;
    till.submit_on("/till/1/cancel", "/cancel", &[]).await;
    till.sell(1, MILK).await;
    for (path, name) in [("/till/1/shift", "till-shift-open"), ("/till/1/shift/x", "till-shift-x")] {
        found.extend(look(&browser, &till.page(path), name).await);
        found.extend(small_targets(&browser).await);
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// Marta sells, Jorge may agree to what she may not do alone; both by 123456.
pub fn staff(hub: &Hub) {
    let pin = hub.write("pin.txt", "123456\n");
    for (code, name, role) in [("marta", "Marta R.", "cashier"), ("jorge", "Jorge P.", "manager")] {
        let add = ["cashier", "add", code, "--name", name, "--store", "001", "--role", role];
        hub.cli(&[&add[..], &["--pin-file", path_text(&pin)]].concat()).exits(0);
    }
}

/// Somebody enrols with a phone that the hub knows.
async fn known_already(browser: &Browser, till: &Till) -> Vec<String> {
    const FILL: &str = "const form = document.querySelector('form.enrol');\
        for (const [name, value] of [['first_name', 'Luisa'], ['phone', '300 123 4821']]) form.elements[name].value = value;\
        form.elements.temporary.checked = true;\
        for (const name of ['programme', 'marketing']) form.elements[name].value = 'yes';\
        form.querySelector('.primary').click()";
    let mut found = vec![];
    for language in Language::ALL {
        for theme in Theme::ALL {
            browser.chooses(language, theme).await;
            browser.go(&till.page("/till/1/enrol")).await;
            browser.run(FILL, vec![]).await;
            browser.until("who is known", "return document.querySelector('#known') !== null").await;
            let view = format!("till-enrol-known-{}-{}", language.name(), theme.name());
            browser.picture(&view).await;
            found.extend(browser.axe().await.into_iter().map(|finding| format!("{view}: {finding}")));
        }
    }
    found.extend(small_targets(browser).await);
    found
}

/// It has no controls: its address says which language and colours it has.
#[tokio::test(flavor = "multi_thread")]
async fn the_customers_display_is_readable_in_both_languages_and_themes() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    till.dress.push(("POS_AGENT__DISPLAY__ENROL_URL", "https://example.org/tarjeta".to_owned()));
    till.run(&[]);
    till.knows_the_catalogue().await;
    let browser = Browser::open(Scripts::On).await;
    browser.size(1024, 600).await;
    let mut found = display(&browser, &till, "idle").await;
    till.enter(1, COFFEE).await;
    found.extend(display(&browser, &till, "sale").await);
    assert_eq!(browser.run("return document.querySelectorAll('.card-code .qr').length", vec![]).await, 1);
    till.enter(1, ANA).await;
    till.enter(1, MILK).await;
    till.enter(1, &format!("3*{BREAD}")).await;
    found.extend(display(&browser, &till, "sale").await);
    till.pay(1).await;
    found.extend(display(&browser, &till, "thanks").await);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

async fn display(browser: &Browser, till: &Till, state: &str) -> Vec<String> {
    let mut found = vec![];
    for language in Language::ALL {
        for theme in Theme::ALL {
            let view = format!("display-{state}-{}-{}", language.name(), theme.name());
            browser
                .go(&till.page(&format!("/display/1?lang={}&theme={}", language.name(), theme.name())))
                .await;
            browser
                .until(state, &format!("return document.querySelector('#display.{state}') !== null"))
                .await;
            let shown = browser.run("return document.documentElement.lang", vec![]).await;
            assert!(shown.as_str().unwrap().starts_with(language.name()), "{view}: {shown}");
            browser.picture(&view).await;
            found.extend(browser.axe().await.into_iter().map(|finding| format!("{view}: {finding}")));
        }
    }
    found
}
