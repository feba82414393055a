//! Pages about tills: codes for new ones, and their readers.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_shown_once_and_enrols() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "admin").await;
    let page = browser.get("/tills").await;
    let till =
        page.text.split("name=\"till\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let none = browser.post("/tills/code", &format!("csrf={}", page.csrf())).await;
    assert!(none.text.contains("href=\"#till\""), "an empty choice leads to the field");
    let made = browser.post("/tills/code", &format!("csrf={}&till={till}", page.csrf())).await.text;
    let code = made.split("pos-agent enrol --code ").nth(1).unwrap().split('<').next().unwrap();
    let tills = crate::access::tills::of_code(&hub.app, code).await.unwrap();
    assert_eq!(tills.len(), 1);
    assert!(!browser.get("/tills").await.text.contains(code));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_readers_says_which_one_differs_and_who_never_looked() {
    let hub = hub_with_history().await;
    let mut till = hub.enrol("norte", 8).await;
    till.open().await.unwrap();
    let report = serde_json::json!({
        "at": "2026-03-01T10:00:00Z",
        "settings": "3f2a90c1be77",
        "readers": [
            { "port": "/dev/one", "profile": "gm65", "standing": "as_wanted",
                "by_sheet": { "code_id": "aim", "suffix": "cr_lf" } },
            { "port": "/dev/two", "profile": "gm65", "standing": "not_open", "why": "no such port" },
            { "port": "/dev/three", "profile": "zebra-ssi-raw", "verified": "manual", "standing": "differs", "differing": [
                { "setting": "code_id", "wanted": "aim", "found": { "is": "word", "of": "none" } },
                { "setting": "volume", "wanted": "loud", "found": { "is": "not_asked" } },
            ] },
        ],
    });
    let body = domain::sync::Body::ReadersChecked(serde_json::from_value(report).unwrap());
    let event = till.event(domain::ids::EventId::new(1, [9; 10]), &body);
    till.push(&[event]).await.unwrap();
    let browser = Browser::log_in(&hub, "admin").await;
    let page = browser.get("/readers").await.text;
    let place = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what} is not in {page}"));
    let said = "code_id: debe ser aim, es none; volume: debe ser loud, no se preguntó";
    // What is wrong first, then the till that nobody looked at, then what is right.
    let order = [said, "no such port", "Sin revisar", "/dev/one"].map(place);
    assert!(order.is_sorted(), "{order:?}");
    // How far its profile was tried, where the till says it.
    assert!(page.contains("según el manual") && !page.contains("con el aparato"), "{page}");
    // "As wanted" says what it does not speak of; tills of before do not say it.
    let sheet = "sin comparar, se configura con la hoja: code_id = aim, suffix = cr_lf";
    assert_eq!(page.matches(sheet).count(), 1, "{page}");
    assert_eq!(page.matches("sin comparar").count(), 1, "{page}");
    let file = browser.get("/readers?csv=programs").await.text;
    assert!(file.contains("3f2a90c1be77") && file.contains(said), "{file}");
}
