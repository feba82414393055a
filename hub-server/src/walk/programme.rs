//! The next version of the programme, from the form to what a ticket earns.

use super::*;

/// A form with what is in force: one point for 1.00.
const STARTER: &str = "rows=0&decimals=0&base_points=1&base_per=1&vest_days=0&end_of=day";
/// And ten points more for each ticket in centro.
const BONUS: &str = "rows=1&decimals=0&base_points=1&base_per=1&vest_days=0&end_of=day&r0-name=Bono&r0-gives=ticket\
                     &r0-points=10&r0-stores=centro";

/// The form below a trial, filled in.
fn confirm(shown: &Answer, version: &str) -> String {
    let seen = shown.text.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    format!("csrf={}&version={version}&seen={seen}", shown.csrf())
}

async fn earned(hub: &TestHub) -> i64 {
    let mut tx = hub.app.db.read().await.unwrap();
    let sql = "select cast(sum(points) as bigint) from ledger_entry";
    crate::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_stays_through_a_reload_right_or_wrong() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "marketing").await;
    let first = browser.get("/programme/new").await;
    assert!(first.text.contains("Borrador de la versión 2") && first.text.contains("value=\"2026-03-03\""));
    let csrf = first.csrf();
    let send = |form: String| {
        let (browser, csrf) = (&browser, &csrf);
        async move { browser.post("/programme/new", &format!("csrf={csrf}&{form}")).await }
    };
    let wrong = send(format!("valid_from=2026-03-03&{BONUS}&cap_ticket=mucho&do=save")).await;
    assert!(wrong.text.contains("href=\"#cap_ticket\"") && wrong.text.contains("Error: "), "{}", wrong.text);
    let again = browser.get("/programme/new").await.text;
    for kept in ["value=\"mucho\"", "value=\"Bono\"", "href=\"#cap_ticket\"", "Guardado por"] {
        assert!(again.contains(kept), "{kept}");
    }
    // What cannot be read is not tried.
    assert_eq!(browser.get("/programme/try").await.header("location"), "/programme/new");
    let more = send(format!("valid_from=2026-03-03&{BONUS}&do=add")).await.text;
    assert!(more.contains("id=\"r1-name\"") && !more.contains("id=\"errors\""));
    let fewer = send(format!("valid_from=2026-03-03&{BONUS}&do=remove-0")).await.text;
    assert!(!fewer.contains("id=\"r0-name\""));
    let saved = send(format!("valid_from=2026-03-03&{BONUS}&do=save")).await;
    assert_eq!(saved.header("location"), "/programme/new?saved");
    let file = browser.get("/programme/new/programme.toml").await;
    assert!(file.header("content-disposition").contains("programme-2.toml"));
    assert!(file.text.contains("ticket = 1000") && file.text.contains("centro"), "{}", file.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_the_draft() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "marketing").await;
    let csrf = browser.get("/programme/new").await.csrf();
    let send = |toml: &str| {
        let form =
            format!("csrf={csrf}&toml={}", toml.replace('=', "%3D").replace('&', "%26").replace('\n', "%0A"));
        let browser = &browser;
        async move { browser.post("/programme/new/file", &form).await }
    };
    let text = "version = 9\nvalid_from = \"2026-04-01\"\ndecimals = 2\n[base]\npoints = 100\nper = 300\n";
    assert_eq!(send(text).await.header("location"), "/programme/new?saved");
    let page = browser.get("/programme/new").await.text;
    assert!(page.contains("Borrador de la versión 2") && page.contains("value=\"2026-04-01\""), "{page}");
    for (bad, said) in
        [("base = 1", "no se puede leer"), (&text.replace("per = 300", "per = 0"), "mayor que 0")]
    {
        let answer = send(bad).await.text;
        assert!(answer.contains("href=\"#toml\"") && answer.contains(said), "{bad}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_tried_confirmed_and_leaves_todays_receipts_as_they_are() {
    let hub = hub_with_history().await;
    let marketing = Browser::log_in(&hub, "marketing").await;
    let csrf = marketing.get("/programme/new").await.csrf();
    let draft = format!("csrf={csrf}&valid_from=2026-03-03&{BONUS}&do=try");
    let tried = marketing.post("/programme/new", &draft).await;
    let page = marketing.get(tried.header("location")).await.text;
    // Four tickets of 50 points each.
    for said in ["Habría dado 20 % más puntos", "Bono", "centro", "+40", "La publica quien administra"] {
        assert!(page.replace('\u{a0}', " ").contains(said), "{said}: {page}");
    }
    let refused = marketing.post("/programme/publish", &format!("csrf={csrf}&version=2")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let admin = Browser::log_in(&hub, "admin").await;
    let shown = admin.get("/programme/try").await;
    let publish = |version: &str| confirm(&shown, version);
    let unseen = format!("csrf={}&version=2&seen=", shown.csrf());
    let unseen = admin.post("/programme/publish", &unseen).await.text;
    assert!(unseen.contains("cambió mientras tanto"), "{unseen}");
    let unsure = admin.post("/programme/publish", &publish("3")).await.text;
    assert!(unsure.contains("href=\"#version\"") && unsure.contains("Escriba el número"), "{unsure}");
    let before = earned(&hub).await;
    let done = admin.post("/programme/publish", &publish("2")).await;
    assert_eq!(done.header("location"), "/programme?published", "{}", done.text);
    assert_eq!(earned(&hub).await, before, "what was earned stays");
    let list = admin.get("/programme").await.text;
    for said in [
        "Versión 2",
        "por empezar",
        "Versión 1",
        "en vigor",
        "Bono: 10 puntos por ticket, en las tiendas centro.",
    ] {
        assert!(list.contains(said), "{said}: {list}");
    }
    let mut till = hub.enrol("norte", 9).await;
    till.open().await.unwrap();
    let of = |n, store, date| Ticket { store, date, ..Ticket::sold(n, Some(CARD), 700) };
    for (ticket, more) in [(of(9, "norte", "2026-03-02"), 700), (of(10, "norte", "2026-03-03"), 700)] {
        let before = earned(&hub).await;
        let event = till.sale(&ticket.sale());
        till.push(&[event]).await.unwrap();
        assert_eq!(earned(&hub).await - before, more);
    }
    // The next draft begins with what is published.
    assert!(admin.get("/programme/new").await.text.contains("Borrador de la versión 3"));
    let begun = admin.get("/programme/new").await.csrf();
    let late = format!("csrf={begun}&valid_from=2026-03-03&{STARTER}&do=save");
    admin.post("/programme/new", &late).await;
    let shown = admin.get("/programme/try").await;
    let page = admin.post("/programme/publish", &confirm(&shown, "3")).await.text;
    assert!(page.contains("ya tienen sus puntos"), "{page}");
}
