//! A receipt that a phone reads off the till's screen and off the customer's display, and opens.

use std::path::PathBuf;
use std::process::Command;

use domain::receipt_code::encode;

use super::{complaints, look};
use crate::stories::receipt_on;
use crate::world::browser::{Browser, Language, Scripts, Theme, python};
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::process::Said;
use crate::world::till::Till;

/// What the one code says that all pictures have.
fn read_by_a_reader(beginning: &str, pictures: &[PathBuf]) -> String {
    let oracle = concat!(env!("CARGO_MANIFEST_DIR"), "/oracles/qr_code.py");
    let said = Said::of(Command::new(python()).arg(oracle).arg(beginning).args(pictures)).exits(0);
    said.stdout.trim().to_owned()
}

/// The window as it is, in both languages and themes.
async fn glances(browser: &Browser, address: &str, name: &str) -> Vec<PathBuf> {
    let mut glances = vec![];
    browser.go(address).await;
    for language in Language::ALL {
        for theme in Theme::ALL {
            browser.wants(language, theme).await;
            browser.chooses(language, theme).await;
            browser.go(address).await;
            glances.push(browser.glance(&format!("{name}-{}-{}", language.name(), theme.name())).await);
        }
    }
    glances
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_reads_the_receipt_off_the_till_and_opens_it_in_both_themes() {
    let hub = Hub::with(Kind::Sqlite, &["--public-url", "https://hub.example"]).await;
    hub.import_chain();
    let till = Till::ready(&hub, &[("001", "1")]).await;
    // Open before the sale: the display shows its receipt for a while only.
    let screen = Browser::open(Scripts::On).await;
    till.enter(1, ANA).await;
    till.enter(1, "2*2000000000176").await;
    let done = till.pay(1).await;
    let sale = receipt_on(&done);
    let mut pictures = glances(&screen, &till.page("/display/1"), "receipt-display").await;
    pictures.extend(glances(&screen, &till.page(&format!("/till/1/t4?sale={sale}")), "receipt-done").await);
    let address = read_by_a_reader("https://hub.example/r/", &pictures);
    let found = look(&screen, &till.page(&format!("/till/1/t4?sale={sale}")), "receipt-done").await;
    assert!(found.is_empty(), "{}", found.join("\n"));
    drop(screen);
    hub.holds(1).await;

    let phone = Browser::open(Scripts::On).await;
    phone.size(360, 640).await;
    let page = hub.page(address.strip_prefix("https://hub.example").expect("the hub's address"));
    let found = look(&phone, &page, "receipt-page").await;
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The code for exchanges is read off the page, whatever the theme.
    phone.size(360, 1_400).await;
    let pictures = glances(&phone, &page, "receipt-page-whole").await;
    assert_eq!(read_by_a_reader("YR", &pictures), encode(sale));
    phone.size(360, 640).await;
    let nothing = hub.page("/r/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    let found = look(&phone, &nothing, "receipt-page-gone").await;
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(phone.text().await.contains("on its way"), "{}", phone.text().await);
    assert_eq!(complaints(&phone).await.iter().filter(|line| line.contains("Policy")).count(), 0);
}
