//! The desk where cards are reported, and what stores are charged with.

use domain::money::{Money, Points};
use domain::sale::{Sale, Tender};

use super::*;

async fn desk(browser: &Browser<'_>) -> String {
    let found = browser.get(&format!("/find?q={CARD}")).await;
    format!("{}/cards", found.header("location"))
}

/// Reported at half past nine; a till that has not heard takes 30 points at ten.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_reported_and_what_it_paid_since_is_charged() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let path = desk(&browser).await;
    let page = browser.get(&path).await;
    assert!(page.text.contains("acumula y canjea") && page.text.contains("value=\"10:00\""), "{}", page.text);
    let form = |more: &str| {
        format!("csrf={}&card={CARD}&state=lost&date=2026-03-02&reason=llam%C3%B3{more}", page.csrf())
    };
    for (more, wrong) in [
        ("&time=9%3A30&replacement=4111111111111111", "No es el número de una tarjeta de puntos"),
        ("&time=10%3A30", "Ese momento aún no llega"),
        (&format!("&time=9%3A30&replacement={CARD}"), "Una tarjeta tiene o tuvo este número"),
    ] {
        let answer = browser.post(&path, &form(more)).await;
        assert!(
            answer.text.contains(wrong) && answer.text.contains("value=\"llamó\""),
            "{more}: {}",
            answer.text
        );
    }
    let answer = browser.post(&path, &form("&time=9%3A30&replacement=2990000010452")).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, &*format!("{path}?noted"))
    );
    let page = browser.get(&format!("{path}?noted")).await.text;
    for said in ["Anotado", "perdida desde", "reemplazada por 2990000010452", "llamó", "no acumula ni canjea"]
    {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    let mut till = hub.enrol("norte", 8).await;
    till.open().await.unwrap();
    let mut draft =
        Ticket { store: "norte", date: "2026-03-02", ..Ticket::sold(9, Some(CARD), 3_000) }.draft();
    draft.tenders = vec![Tender::of_points(Points(3_000), Money(3_000))];
    let event = till.sale(&Sale::close(draft).unwrap());
    till.push(&[event]).await.unwrap();
    let customer = browser.get(path.strip_suffix("/cards").unwrap()).await.text;
    assert!(customer.contains("200 puntos") && customer.contains("perdida"), "{customer}");
    assert!(customer.contains("Canje con tarjeta perdida, devuelto"), "{customer}");
    let charged = browser.get("/charged?csv=programs").await.text;
    assert!(
        charged.contains("norte") && charged.contains("perdida") && charged.contains("30.00"),
        "{charged}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_report_cards_is_turned_away() {
    let hub = hub_with_history().await;
    let path = desk(&Browser::log_in(&hub, "servicio").await).await;
    for login in ["cajera", "gerente", "marketing"] {
        let browser = Browser::log_in(&hub, login).await;
        assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "{login}");
        let sent = browser
            .post(&path, &format!("card={CARD}&state=lost&date=2026-03-02&time=09%3A00&reason=x"))
            .await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{login}");
        let customer = browser.get(path.strip_suffix("/cards").unwrap()).await.text;
        assert!(!customer.contains("/cards\""), "{login}");
    }
}
