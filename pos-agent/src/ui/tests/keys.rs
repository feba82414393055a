//! Keys and readers that type as the settings say, the figure of points while it is typed, and codes in the search.

use super::*;
use crate::app::HouseRules;
use crate::ui::keys::Keyboard;

const MILK: &str = "7702001000013";

#[tokio::test]
async fn the_keys_of_the_settings_stand_on_the_buttons_and_in_the_help() {
    let till = Till::open().await;
    let text = "burst_chars = 8\nburst_gap_ms = 120\n[keys]\npay = 'F8'\ndiscount = 'F9'\nback = 'F10'\nvoid = 'PageDown'";
    let keyboard: Keyboard = toml::from_str(text).unwrap();
    till.agent.set_house(HouseRules { keyboard, ..HouseRules::default() });
    till.sent_on("entry", &format!("scan={MILK}")).await;
    let page = till.get("/till/1").await;
    for wanted in [
        "data-burst-chars=\"8\" data-burst-gap=\"120\"",
        "href=\"/till/1/pay\" data-key=\"F8\">Pagar <kbd>F8</kbd>",
        "href=\"/till/1/discount\" data-key=\"F9\">Descuento <kbd>F9</kbd>",
        "data-key=\"PageDown\">Anular línea <kbd>AvPág</kbd>",
        "<dt><kbd>F8</kbd></dt><dd>Pagar</dd>",
        "<dt><kbd>AvPág</kbd></dt><dd>Anular la última línea</dd>",
        "<dt><kbd>⇧F4</kbd></dt>",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    for path in ["keys", "pay", "price", "enrol", "status", "late", "shift"] {
        let page = till.get(&format!("/till/1/{path}")).await;
        assert!(page.contains("data-key=\"F10\"") && !page.contains("data-key=\"Escape\""), "{path}: {page}");
    }
}

/// A template that names an action wrongly would have a button without a key.
#[test]
fn every_key_of_a_template_is_that_of_an_action() {
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/till");
    let (usual, mut named) = (Keyboard::default(), 0);
    for file in std::fs::read_dir(templates).unwrap() {
        let html = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for call in [".key(\"", ".cap(\""] {
            for rest in html.split(call).skip(1) {
                let action = &rest[..rest.find('"').unwrap()];
                assert!(!usual.key(action).is_empty(), "{action}");
                named += 1;
            }
        }
        let own: Vec<_> = html.split("data-key=\"").skip(1).filter(|rest| !rest.starts_with("{{")).collect();
        assert!(own.is_empty(), "a key that the settings cannot change: {own:?}");
    }
    assert!(named > 40, "{named}");
}

#[tokio::test]
async fn who_wants_no_scans_from_every_field_says_so_once() {
    let till = Till::open().await;
    let (response, _) = till.post("preferences", "capture=0&back=status").await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("yapa_capture=0; Path=/till/1;"), "{cookie}");
    for (cookie, wanted) in [("yapa_capture=0", true), ("yapa_capture=1", false), ("", false)] {
        for path in ["/till/1", "/till/1/status"] {
            let request =
                Request::get(path).header(header::HOST, "localhost:8081").header(header::COOKIE, cookie);
            let (_, html) = till.ask(request.body(Body::empty()).unwrap()).await;
            assert_eq!(html.contains("data-capture=\"off\""), wanted, "{path} {cookie}");
        }
    }
}

/// Nothing is taken by looking.
#[tokio::test]
async fn what_points_are_worth_is_said_while_they_are_typed() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    till.sent_on("entry", "scan=2990000010421").await;
    let page = till.get("/till/1/redeem").await;
    // 8,400 points pay all of 4,200; they are taken one by one.
    assert!(page.contains("type=\"range\" min=\"0\" max=\"840000\" step=\"100\""), "{page}");
    for (typed, points, text) in [
        ("1.000", serde_json::json!(100_000), "= $\u{a0}500"),
        ("8400", serde_json::json!(840_000), "= $\u{a0}4.200"),
        ("8.401", serde_json::json!(840_100), "como mucho 8.400 puntos"),
        ("0,5", serde_json::json!(50), "en los pasos del programa"),
        ("mil", serde_json::json!(null), "Escriba cuántos puntos"),
        ("-5", serde_json::json!(null), "Escriba cuántos puntos"),
    ] {
        let said = till.get(&format!("/till/1/redeem/worth?points={typed}")).await;
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["points"], points, "{typed}: {said}");
        assert!(said["text"].as_str().unwrap().contains(text), "{typed}: {said}");
    }
    assert_eq!(till.agent.till(1).await.unwrap().totals.due, Money(420_000));
}

#[tokio::test]
async fn the_search_takes_a_whole_code_as_it_takes_a_name() {
    let till = Till::open().await;
    for (typed, wanted) in [
        ("pan", Some("Pan tajado")),
        ("7702001000020", Some("Pan tajado")),
        ("cafe", Some("Café 500 g")),
        ("770200", None),
    ] {
        let found = till.agent.search(typed).await.unwrap();
        assert_eq!(
            found.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
            Vec::from_iter(wanted),
            "{typed}"
        );
    }
}
