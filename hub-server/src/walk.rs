//! The hub's pages as a browser sees them: signed in, over the router, with a till that sells.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use domain::points::{EndOf, Expiry, Programme};
use futures::StreamExt;
use tower::ServiceExt;

use crate::access::staff::{self, NewStaff, demo};
use crate::access::{Kind, Role};
use crate::app::routes;
use crate::testing::{TestHub, Ticket};
use crate::{ledger, members};

mod books;
mod cards;
mod merging;
mod own_page;
mod points;
mod programme;
mod receipt_page;
mod redemptions;
mod signals;
mod tills;

const CARD: &str = "2990000010421";

/// Somebody with a session cookie.
struct Browser<'h> {
    hub: &'h TestHub,
    cookie: String,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn csrf(&self) -> String {
        let start = self.text.find("name=\"csrf\" value=\"").unwrap() + 19;
        self.text[start..].split('"').next().unwrap().to_owned()
    }
}

impl<'h> Browser<'h> {
    async fn log_in(hub: &'h TestHub, login: &str) -> Self {
        Self::log_in_by(hub, login, "demo").await
    }

    async fn log_in_by(hub: &'h TestHub, login: &str, password: &str) -> Self {
        let stranger = Self { hub, cookie: String::new() };
        let answer = stranger.post("/login", &format!("login={login}&password={password}&next=%2F")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        Self { hub, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.hub.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(COOKIE, &self.cookie).header("accept-language", "es");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(form.to_owned().into());
        self.send(request.unwrap()).await
    }
}

/// A hub with the demo's log-ins, one member and four of their visits, five days apart.
async fn hub_with_history() -> TestHub {
    let hub = TestHub::new().await;
    history(&hub).await;
    hub
}

async fn history(hub: &TestHub) {
    demo::add(&hub.app, "test").await.unwrap();
    hub.member("M1", CARD).await;
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    let dates = ["2026-02-13", "2026-02-18", "2026-02-23", "2026-02-28"];
    let events: Vec<Vec<u8>> = dates
        .into_iter()
        .zip(1..)
        .map(|(date, n)| till.sale(&Ticket { date, ..Ticket::sold(n, Some(CARD), 5_000) }.sale()))
        .collect();
    till.push(&events).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_for_those_who_may_and_for_nobody_else() {
    let hub = hub_with_history().await;
    let (_, _, infos) = routes(hub.app.clone());
    for (login, _, role) in demo::LOGINS {
        let browser = Browser::log_in(&hub, login).await;
        for info in infos.iter().filter(|info| info.kind == Kind::Page && !info.path.contains('{')) {
            let answer = browser.get(&info.path).await;
            let may = match info.need {
                crate::access::Need::Staff(permission) => role.may(permission),
                _ => true,
            };
            let wanted: &[u16] = if may { &[200, 303, 405] } else { &[403, 405] };
            assert!(wanted.contains(&answer.status.as_u16()), "{login} {} {}", info.path, answer.status);
            assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{}", info.path);
        }
    }
    let stranger = Browser { hub: &hub, cookie: String::new() };
    let answer = stranger.get("/customers?q=ana").await;
    assert_eq!(answer.headers[LOCATION], "/login?next=/customers%3Fq%3Dana");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_card_leads_to_the_four_answers() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "admin").await;
    let found = browser.get(&format!("/find?q={CARD}")).await;
    let path = found.headers[LOCATION].to_str().unwrap().to_owned();
    assert!(path.starts_with("/customers/"), "{path}");
    let page = browser.get(&path).await.text;
    for said in ["Ana Ruiz", "cada 5,0 días", "4 visitas", "200 puntos", "leche", "Ver tabla"] {
        assert!(page.contains(said), "{said} is not on the page");
    }
    assert_eq!(browser.get("/find?q=M1").await.headers[LOCATION], path.as_str());
    assert_eq!(browser.get("/find?q=ana+ruiz").await.headers[LOCATION], path.as_str());
    assert_eq!(browser.get("/find?q=nobody").await.headers[LOCATION], "/customers?q=nobody");
    assert_eq!(browser.get("/customers/not-an-id").await.status, StatusCode::NOT_FOUND);
}

/// What the page of the one member says on a day.
async fn page_after(hub: &TestHub, days: i64) -> String {
    hub.app.clock.advance(chrono::Duration::days(days));
    let browser = Browser::log_in(hub, "admin").await;
    let found = browser.get(&format!("/find?q={CARD}")).await;
    browser.get(found.header("location")).await.text
}

/// All four tickets came late, on 2 March, and have the fourteen days of their life from then.
#[tokio::test(flavor = "multi_thread")]
async fn points_are_shown_to_end_and_to_have_ended() {
    let hub = TestHub::new().await;
    let expiry = Some(Expiry { days: 14, end_of: EndOf::Day, grace_days: 30 });
    let rules = Programme { version: 2, expiry, ..Programme::starter(chrono::NaiveDate::default()) };
    let mut tx = hub.app.db.begin().await.unwrap();
    ledger::add_programme(&mut tx, &rules, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    history(&hub).await;
    let page = page_after(&hub, 14).await;
    assert!(page.contains("vencen 200 el 16") && !page.contains("Vencidos"), "{page}");
    let page = page_after(&hub, 1).await;
    assert!(page.contains("Vencidos") && page.contains("-200 puntos"), "{page}");
    assert!(page.contains("disponibles 0") && !page.contains("vencen"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_contacts_finds_them_nowhere_in_the_source() {
    let hub = hub_with_history().await;
    let admin = Browser::log_in(&hub, "admin").await;
    let path = admin.get(&format!("/find?q={CARD}")).await.headers[LOCATION].to_str().unwrap().to_owned();
    for login in ["gerente", "marketing", "cajera"] {
        let browser = Browser::log_in(&hub, login).await;
        for page in [path.as_str(), "/customers"] {
            let text = browser.get(page).await.text;
            assert!(text.contains("Ana R."), "{login} {page}");
            assert!(!text.contains("Ruiz") && !text.contains(CARD), "{login} {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_contacts_lead_nobody_to_a_customer() {
    let hub = hub_with_history().await;
    let luz = members::Profile {
        code: "M2".parse().unwrap(),
        first_name: "Luz".to_owned(),
        last_name: "Paz".to_owned(),
        email: "gatito@example.org".to_owned(),
        phone: "300 555 0199".to_owned(),
        birthday: None,
        consent: members::Consent::default(),
    };
    let mut tx = hub.app.db.begin().await.unwrap();
    members::upsert_members(&mut tx, &[luz], hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    for (login, sees) in [("servicio", true), ("gerente", false), ("cajera", false)] {
        let browser = Browser::log_in(&hub, login).await;
        for q in ["gatito", "5550199"] {
            let found = browser.get(&format!("/find?q={q}")).await;
            assert_eq!(found.header("location").starts_with("/customers/"), sees, "{login} {q}");
            let list = browser.get(&format!("/customers?q={q}")).await.text;
            assert_eq!(list.contains(">M2<"), sees, "{login} {q}");
        }
        let list = browser.get("/customers?q=paz+m2").await.text;
        assert!(list.contains(">M2<"), "{login}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_some_stores_gets_reports_of_those() {
    const PASSWORD: &str = "montana-clara-17";
    let hub = hub_with_history().await;
    for (login, stores) in [("one", vec!["norte"]), ("two", vec!["centro", "norte"]), ("gone", vec!["sur"])] {
        let (login, name) = (login.to_owned(), String::new());
        let stores = stores.into_iter().map(|code| code.parse().unwrap()).collect();
        let new = NewStaff { login, name, password: PASSWORD.to_owned(), role: Role::Manager, stores };
        staff::add(&hub.app, "test", new).await.unwrap();
    }
    for (login, asked, wanted) in [
        // All four tickets were in centro.
        ("one", "", Ok(0)),
        ("one", "&store=centro", Err("no_such_store")),
        ("two", "&store=centro", Ok(4)),
        ("two", "&store=norte", Ok(0)),
        ("two", "", Err("name_a_store")),
        ("gone", "", Ok(0)),
    ] {
        let browser = Browser::log_in_by(&hub, login, PASSWORD).await;
        for report in ["visits", "affinity"] {
            let answer = browser.get(&format!("/api/v1/insights/{report}?limit=9{asked}")).await;
            let body: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
            let figure = if report == "visits" { &body["rows"][0]["visits"] } else { &body["tickets"] };
            match wanted {
                Ok(count) => assert_eq!(figure.as_i64().unwrap_or(0), count, "{login} {report}{asked}"),
                Err(code) => assert_eq!(body["code"], code, "{login} {report}{asked}"),
            }
        }
    }
    let several = Browser::log_in_by(&hub, "two", PASSWORD).await.get("/api/v1/insights/visits").await;
    assert_eq!(several.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(several.text.contains("centro, norte"), "{}", several.text);
    // A store that is not there any more is not the whole chain.
    let gone = Browser::log_in_by(&hub, "gone", PASSWORD).await;
    assert_eq!(gone.get("/affinity").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_the_rows_of_the_view() {
    let hub = hub_with_history().await;
    hub.member("M2", "2990000010438").await;
    let browser = Browser::log_in(&hub, "admin").await;
    let view = "/customers?state=pattern&sort=-visits";
    let file = browser.get(&format!("{view}&csv=programs")).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"customers.csv\"");
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines[0], "name,code,card,visits,mean,median,last,next,late");
    assert_eq!(lines[1..], ["Ana Ruiz,M1,2990000010421,4,5.00,5.00,2026-02-28,2026-03-05,0"]);
    let excel = browser.get(&format!("{view}&csv=excel")).await;
    assert!(excel.text.starts_with('\u{FEFF}') && excel.text.contains(";5,00;"), "{}", excel.text);
    // The list of members leaves the hub with the permission for it only.
    let manager = Browser::log_in(&hub, "gerente").await;
    assert_eq!(manager.get(&format!("{view}&csv=excel")).await.status, StatusCode::FORBIDDEN);
    assert!(!manager.get(view).await.text.contains("csv=excel"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_told_to_the_page_that_listens() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "admin").await;
    let path = browser.get(&format!("/find?q={CARD}")).await.headers[LOCATION].to_str().unwrap().to_owned();
    let page = browser.get(&path).await.text;
    let topic = page.split("data-topic=\"").nth(1).unwrap().split('"').next().unwrap();
    let request = Request::get(format!("/live?topic={topic}")).header(COOKIE, &browser.cookie);
    let response = hub.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let mut stream = response.into_body().into_data_stream();
    let first = stream.next().await.unwrap().unwrap();
    assert!(first.starts_with(b": listening"), "{first:?}");

    let mut till = hub.enrol("norte", 9).await;
    till.open().await.unwrap();
    let sale = Ticket { store: "norte", date: "2026-03-02", ..Ticket::sold(9, Some(CARD), 700) }.sale();
    let event = till.sale(&sale);
    till.push(&[event]).await.unwrap();
    let told = tokio::time::timeout(std::time::Duration::from_secs(5), stream.next()).await;
    assert!(told.unwrap().unwrap().unwrap().starts_with(b"event: changed"));
    assert!(browser.get(&path).await.text.contains("5 visitas"));
    hub.app.live.close();
    assert!(stream.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn language_and_theme_stay_with_the_reader() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "gerente").await;
    let csrf = browser.get("/").await.csrf();
    let form = format!("csrf={csrf}&lang=en&theme=dark&back=%2Fcustomers");
    let answer = browser.post("/preferences", &form).await;
    assert_eq!(answer.headers[LOCATION], "/customers");
    let page = browser.get("/").await.text;
    assert!(page.contains("<html lang=\"en\" data-theme=\"dark\">"), "{}", &page[..200]);
    let forged = browser.post("/preferences", "lang=es&theme=light&back=%2F").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let away =
        browser.post("/preferences", &form.replace("%2Fcustomers", "https%3A%2F%2Fevil.example")).await;
    assert_eq!(away.headers[LOCATION], "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_log_in_comes_back_filled_in_and_a_session_ends() {
    let hub = hub_with_history().await;
    let stranger = Browser { hub: &hub, cookie: String::new() };
    let wrong = stranger.post("/login", "login=admin&password=no&next=%2Ftills").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text.contains("value=\"admin\""));
    assert!(wrong.text.contains("Error: "), "{}", wrong.text);
    assert!(wrong.text.contains("name=\"next\" value=\"/tills\"") && !wrong.text.contains("value=\"no\""));
    let browser = Browser::log_in(&hub, "admin").await;
    let csrf = browser.get("/").await.csrf();
    browser.post("/logout", &format!("csrf={csrf}")).await;
    assert!(browser.get("/").await.headers[LOCATION].to_str().unwrap().starts_with("/login"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_describes_itself_without_any_other_host() {
    let hub = TestHub::new().await;
    let stranger = Browser { hub: &hub, cookie: String::new() };
    let document = stranger.get("/api/openapi.json").await;
    let document: serde_json::Value = serde_json::from_str(&document.text).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["paths"]["/api/v1/members"]["get"]["parameters"][0]["name"], "q");
    let page = stranger.get("/api/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in page.text.split(['"', '\'']).filter(|part| part.ends_with(".js") || part.ends_with(".css")) {
        assert!(!part.contains("//"), "{part}");
        let file = stranger.get(&format!("/api/docs/{}", part.trim_start_matches("./"))).await;
        assert_eq!(file.status, StatusCode::OK, "{part}");
    }
    let start = stranger.get("/api/docs/swagger-initializer.js").await.text;
    assert!(start.contains("/api/openapi.json") && !start.contains("petstore"), "{start}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_is_counted_made_and_stopped() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "marketing").await;
    let csrf = browser.get("/promotions/new").await.csrf();
    let form = format!(
        "csrf={csrf}&name=Vuelva&offer_text=Hola&segment=rhythm&mean_at_most=7&overdue_at_least=&\
         valid_from=2026-03-01&valid_until=2026-03-31"
    );
    // One member comes every five days, and has not agreed to offers.
    let counted = browser.post("/promotions/new", &format!("{form}&do=count")).await.text;
    assert!(counted.contains("Cumplen 1 → sin consentimiento −1 → la ven 0"), "{counted}");
    assert!(counted.contains("value=\"Vuelva\""), "what was typed is kept");
    let wrong = browser.post("/promotions/new", &format!("{form}&percent_off=10&do=save")).await.text;
    assert!(wrong.contains("href=\"#sku\"") && wrong.contains("Hay un problema"), "{wrong}");
    let made = browser.post("/promotions/new", &format!("{form}&do=save")).await;
    let path = made.headers[LOCATION].to_str().unwrap().split('?').next().unwrap().to_owned();
    let page = browser.get(&path).await.text;
    assert!(page.contains("en curso") && page.contains("viene cada 7 días o menos"), "{page}");
    assert!(browser.get("/promotions").await.text.contains("Vuelva"));
    let stopped = browser.post(&format!("{path}/stop"), &format!("csrf={csrf}")).await;
    assert_eq!(stopped.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&path).await.text.contains("detenida"));
    let manager = Browser::log_in(&hub, "gerente").await;
    let csrf = manager.get("/").await.csrf();
    assert_eq!(manager.post("/promotions/new", &format!("csrf={csrf}")).await.status, StatusCode::FORBIDDEN);
}
