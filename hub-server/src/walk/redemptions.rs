//! Points that a till holds, as customer service sees them, and two people who let go of them.

use domain::ids::{MemberId, RedemptionId};
use domain::money::Points;
use domain::sync::redemption::{Moment, ReserveReply, ReserveRequest};

use super::*;

/// What stands in a hidden field.
fn hidden(text: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let start = text.find(&mark).unwrap_or_else(|| panic!("{name} is not in {text}")) + mark.len();
    text[start..].split('"').next().unwrap().to_owned()
}

async fn release(browser: &Browser<'_>, id: &str) -> Answer {
    let page = browser.get("/help").await;
    browser.post("/redemptions/release", &format!("csrf={}&id={id}", page.csrf())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_till_holds_is_seen_and_let_go_by_two() {
    let hub = hub_with_history().await;
    let ana = Browser::log_in(&hub, "servicio").await;
    let none = ana.get("/redemptions").await.text;
    assert!(none.contains("Ninguna caja tiene puntos reservados"), "{none}");
    let customer = ana.get(&format!("/find?q={CARD}")).await.header("location").to_owned();
    let member: MemberId = customer.strip_prefix("/customers/").unwrap().parse().unwrap();
    let mut till = hub.enrol("norte", 8).await;
    till.open().await.unwrap();
    let id = RedemptionId::new(1, [1; 10]);
    let request = ReserveRequest {
        redemption: id,
        member,
        points: Points(15_000),
        log: till.log,
        seq: 0,
        intent: Moment::of(&till.stamp()),
        voided: vec![],
    };
    let reply = till.call("/sync/v1/points/reserve", serde_json::to_vec(&request).unwrap()).await;
    assert_eq!(reply, Ok(ReserveReply::Held { left: Points(5_000) }));

    for path in ["/redemptions", customer.as_str()] {
        let page = ana.get(path).await.text;
        assert!(page.contains("150 puntos reservados en norte, caja 1, desde"), "{path}: {page}");
    }
    assert!(ana.get(&customer).await.text.contains("href=\"/redemptions\""));
    let page = ana.get("/redemptions").await.text;
    assert!(
        page.contains("Ana Ruiz") && page.contains("un día después") && !page.contains("name=\"id\""),
        "{page}"
    );
    let early = release(&ana, &id.to_string()).await.text;
    assert!(early.contains("hace menos de un día"), "{early}");

    hub.app.clock.advance(chrono::Duration::days(1));
    let (ana, other) = (Browser::log_in(&hub, "servicio").await, Browser::log_in(&hub, "admin").await);
    let page = ana.get("/redemptions").await.text;
    assert!(page.contains("hace 1 día") && page.contains("Pedir que se liberen"), "{page}");
    assert_eq!(hidden(&page, "id"), id.to_string());
    assert_eq!(release(&ana, &id.to_string()).await.header("location"), "/redemptions?asked");
    let own = release(&ana, &id.to_string()).await.text;
    assert!(own.contains("tiene que aprobarlo otra persona") && !own.contains("Aprobar y liberar"), "{own}");
    let page = other.get("/redemptions").await.text;
    assert!(page.contains("servicio pidió liberarlos") && page.contains("Aprobar y liberar"), "{page}");
    assert_eq!(release(&other, &id.to_string()).await.header("location"), "/redemptions?released");
    for id in [id.to_string(), "nonsense".to_owned()] {
        let gone = release(&other, &id).await.text;
        assert!(gone.contains("ya no están reservados"), "{gone}");
    }
    assert!(!ana.get(&customer).await.text.contains("reservados"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_release_points_is_turned_away() {
    let hub = hub_with_history().await;
    for login in ["cajera", "gerente", "marketing"] {
        let browser = Browser::log_in(&hub, login).await;
        assert_eq!(release(&browser, "1").await.status, StatusCode::FORBIDDEN, "{login}");
    }
}
