//! The desk where two customers are made one.

use super::*;

const OTHER: &str = "2990000010452";

async fn address(browser: &Browser<'_>, q: &str) -> String {
    browser.get(&format!("/find?q={q}")).await.header("location").to_owned()
}

/// M1 has 200 points, M2 30.
async fn known_twice() -> TestHub {
    let hub = hub_with_history().await;
    hub.member("M2", OTHER).await;
    let mut till = hub.enrol("norte", 8).await;
    till.open().await.unwrap();
    let sale = Ticket { store: "norte", date: "2026-02-20", ..Ticket::sold(9, Some(OTHER), 3_000) }.sale();
    let event = till.sale(&sale);
    till.push(&[event]).await.unwrap();
    hub
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_are_compared_merged_and_parted() {
    let hub = known_twice().await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let (own, other) = (address(&browser, "M1").await, address(&browser, "M2").await);
    let desk = format!("{own}/merge");
    assert!(browser.get(&own).await.text.contains(&format!("href=\"{desk}\"")));
    let other_id = other.strip_prefix("/customers/").unwrap();
    let found = browser.get(&format!("{desk}?q={OTHER}")).await.text;
    let with = format!("{desk}?with={other_id}");
    assert!(found.contains(&format!("href=\"{with}\"")), "{found}");
    let page = browser.get(&with).await;
    for said in ["200 puntos", "30 puntos", "230 puntos", CARD, OTHER, "Unir M2 a M1"] {
        assert!(page.text.contains(said), "{said} is not on {}", page.text);
    }
    // Looking changes nothing.
    assert_eq!(address(&browser, "M2").await, other);
    let form = |reason: &str| format!("csrf={}&with={other_id}&reason={reason}", page.csrf());
    let answer = browser.post(&desk, &form("")).await;
    assert!(
        answer.text.contains("Escriba cómo lo sabe") && answer.text.contains("230 puntos"),
        "{}",
        answer.text
    );
    let answer = browser.post(&desk, &form("misma+c%C3%A9dula")).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, own.as_str()));
    let page = browser.get(&own).await.text;
    assert!(
        page.contains("230 puntos") && page.contains("también M2") && page.contains("5 visitas"),
        "{page}"
    );
    // Its old address and its number lead there.
    let old = browser.get(&other).await;
    assert_eq!(old.header("location"), format!("{own}?was={other_id}"));
    assert!(browser.get(old.header("location")).await.text.contains("M2 ahora es parte de M1"));
    assert_eq!(address(&browser, OTHER).await, own);
    assert!(browser.get(&format!("{other}/cards")).await.text.contains(OTHER));
    assert!(browser.get(&format!("{desk}?with={other_id}")).await.text.contains("Ya son uno"));

    let page = browser.get(&desk).await.text;
    assert!(page.contains("misma cédula"), "{page}");
    let start = page.find("?undo=").unwrap() + 6;
    let merge = page[start..].split('"').next().unwrap().to_owned();
    let page = browser.get(&format!("{desk}?undo={merge}")).await;
    assert!(page.text.contains("30 puntos") && page.text.contains("230 puntos"), "{}", page.text);
    // It is not the other's to undo, nor nobody's.
    for path in [format!("{desk}?undo={own}"), format!("{desk}?with={own}")] {
        assert!(browser.get(&path).await.text.contains("No existe ese cliente"), "{path}");
    }
    let form = format!("csrf={}&undo={merge}&reason=dos+hermanas", page.csrf());
    assert_eq!(browser.post(&desk, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(address(&browser, OTHER).await, other);
    assert!(browser.get(&own).await.text.contains("200 puntos"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_merge_is_turned_away() {
    let hub = known_twice().await;
    let own = address(&Browser::log_in(&hub, "servicio").await, "M1").await;
    for login in ["cajera", "gerente", "marketing"] {
        let browser = Browser::log_in(&hub, login).await;
        let desk = format!("{own}/merge");
        assert_eq!(browser.get(&desk).await.status, StatusCode::FORBIDDEN, "{login}");
        assert_eq!(browser.post(&desk, "with=x&reason=x").await.status, StatusCode::FORBIDDEN, "{login}");
        assert!(!browser.get(&own).await.text.contains("/merge\""), "{login}");
    }
}
