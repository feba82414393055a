//! The desk where points are given and taken by hand, and the page where a second person agrees.

use super::*;

async fn desk(browser: &Browser<'_>) -> String {
    let found = browser.get(&format!("/find?q={CARD}")).await;
    format!("{}/points", found.header("location"))
}

/// What stands in a hidden field.
fn hidden(text: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let start = text.find(&mark).unwrap_or_else(|| panic!("{name} is not in {text}")) + mark.len();
    text[start..].split('"').next().unwrap().to_owned()
}

async fn balance(browser: &Browser<'_>, path: &str) -> String {
    let page = browser.get(path).await.text;
    page.split("<dt>Saldo</dt><dd>").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// 200 points; 1,500 more are seen, asked for twice, and agreed to by somebody else, twice.
#[tokio::test(flavor = "multi_thread")]
async fn points_are_asked_for_seen_and_agreed_to_once() {
    let hub = hub_with_history().await;
    let (ana, other) = (Browser::log_in(&hub, "servicio").await, Browser::log_in(&hub, "admin").await);
    let path = desk(&ana).await;
    let customer = ana.get(path.strip_suffix("/points").unwrap()).await.text;
    assert!(customer.contains(&format!("href=\"{path}\"")), "{customer}");
    let page = ana.get(&path).await;
    let form = |way: &str, points: &str, what: &str| {
        format!(
            "csrf={}&op={}&way={way}&points={points}&cause=goodwill&note=El+pan&receipt=&do={what}{}",
            page.csrf(),
            hidden(&page.text, "op"),
            if what == "send" { "&password=demo" } else { "" }
        )
    };
    for (points, wrong) in
        [("1.500", "Escriba cuántos puntos"), ("1,5", "puntos enteros"), ("0", "Escriba cuántos")]
    {
        for what in ["look", "send"] {
            let answer = ana.post(&path, &form("give", points, what)).await;
            assert!(
                answer.text.contains(wrong) && answer.text.contains("value=\"El pan\""),
                "{}",
                answer.text
            );
        }
    }
    let stranger = form("give", "1500", "send").replace("=demo", "=guessed");
    let seen = ana.post(&path, &stranger).await.text;
    assert!(seen.contains("No es su contraseña") && !seen.contains("guessed"), "{seen}");
    let seen = ana.post(&path, &form("give", "1500", "look")).await.text;
    for said in ["<td class=\"number\">200 puntos", "<strong>1.700 puntos", "cuando otra persona apruebe"] {
        assert!(seen.contains(said), "{said} is not on {seen}");
    }
    let back = ana.post(&path, &form("give", "1500", "change")).await.text;
    assert!(back.contains("value=\"1500\"") && back.contains("Ver antes y después"), "{back}");
    for _ in 0..2 {
        let sent = ana.post(&path, &form("give", "1500", "send")).await;
        assert_eq!(sent.header("location"), format!("{path}?waits"));
    }
    let used = ana.post(&path, &form("take", "1500", "send")).await.text;
    assert!(used.contains("ya se envió con otros datos"), "{used}");
    assert_eq!(balance(&ana, &path).await, "200 puntos");
    let list = ana.get("/adjustments").await;
    assert_eq!(list.text.matches("+1.500 puntos").count(), 2, "once, and on its button: {}", list.text);
    assert!(list.text.contains("Retirar") && !list.text.contains("value=\"agree\""), "{}", list.text);
    let id = hidden(&list.text, "id");
    let own = ana
        .post("/adjustments/settle", &format!("csrf={}&id={id}&do=agree&password=demo", list.csrf()))
        .await;
    assert!(own.text.contains("tiene que aprobarlo otra persona"), "{}", own.text);
    let list = other.get("/adjustments").await;
    assert!(list.text.contains("200 puntos → 1.700 puntos"), "{}", list.text);
    let no_reason =
        other.post("/adjustments/settle", &format!("csrf={}&id={id}&do=refuse", list.csrf())).await;
    assert!(no_reason.text.contains("Escriba qué pasó"), "{}", no_reason.text);
    let unknown = other.post("/adjustments/settle", &format!("csrf={}&id={id}&do=agree", list.csrf())).await;
    assert!(unknown.text.contains("No es su contraseña"), "{}", unknown.text);
    assert_eq!(balance(&ana, &path).await, "200 puntos");
    for _ in 0..2 {
        let sent = other
            .post("/adjustments/settle", &format!("csrf={}&id={id}&do=agree&password=demo", list.csrf()))
            .await;
        assert_eq!(sent.header("location"), "/adjustments?settled");
        assert_eq!(balance(&ana, &path).await, "1.700 puntos");
    }
    let customer = ana.get(path.strip_suffix("/points").unwrap()).await.text;
    assert!(customer.contains("Ajuste de servicio al cliente") && customer.contains("1.700"), "{customer}");
    let exported = {
        let mut tx = hub.app.db.read().await.unwrap();
        let out = crate::insights::export::ledger(&mut tx, Vec::new(), kit::table::Dialect::Programs).await;
        String::from_utf8(out.unwrap()).unwrap()
    };
    let row = exported.lines().find(|line| line.contains(",adjust,1500.00,")).unwrap();
    assert!(row.contains("El pan") && row.contains("servicio") && row.contains("admin"), "{row}");
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(crate::intake::verify(&mut tx).await.unwrap().differences, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_adjust_points_is_turned_away() {
    let hub = hub_with_history().await;
    let path = desk(&Browser::log_in(&hub, "servicio").await).await;
    for login in ["cajera", "gerente", "marketing"] {
        let browser = Browser::log_in(&hub, login).await;
        for path in [path.as_str(), "/adjustments"] {
            assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{login} {path}");
        }
        for path in [path.as_str(), "/adjustments/settle"] {
            let sent = browser.post(path, "do=send").await;
            assert_eq!(sent.status, StatusCode::FORBIDDEN, "{login} {path}");
        }
        let customer = browser.get(path.strip_suffix("/points").unwrap()).await.text;
        assert!(!customer.contains("/points\""), "{login}");
    }
}
