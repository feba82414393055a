//! A customer's own card on their phone: whoever has the link sees it, and what they answer there holds at once.

use hub_server::card_page::{self, Done, Wish};
use hub_server::intake::merging::merge_one;
use hub_server::members::merging::{Merge, Merged};
use hub_server::members::{self, Member};
use hub_server::{App, Clock, Settings};
use serde_json::json;
use uuid::Uuid;

use super::on_both;
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::files::{self, ANA, LUIS};
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(
    a_phone_shows_what_the_till_sold_and_takes_consent_back,
    two_who_ask_at_once_make_one_link_and_a_merge_takes_it_along,
);

/// The desk and the customer whose card it has in hand, over the same database as the hub that serves.
async fn desk(hub: &Hub, card: &str) -> (App, Member) {
    let settings = Settings {
        data: hub.folder.path().to_owned(),
        database: Some(hub.database.url.clone()),
        ..Settings::default()
    };
    let app = App::open(settings, Clock::System).await.expect("the hub's database");
    let mut tx = app.db.read().await.expect("the database");
    let card = card.parse().expect("a number");
    let ana = members::by_card(&mut tx, &card).await.expect("members").expect("is one");
    (app, ana)
}

/// What the desk does by its form.
async fn settled(hub: &Hub, card: &str, wish: Wish, seen: Option<Uuid>) -> Done {
    let (app, member) = desk(hub, card).await;
    let mut tx = app.db.begin().await.expect("the database");
    let now = app.clock.now();
    let done = card_page::settle(&mut tx, &member, wish, (seen, "desk"), now).await.expect("the database");
    // As the desk does it. The database is closed only once nobody has a connection of it any more.
    if done == Done::Changed {
        drop(tx);
    } else {
        tx.commit().await.expect("the database");
    }
    app.db.clone().close().await;
    done
}

async fn newest(hub: &Hub) -> Option<Uuid> {
    let (app, ana) = desk(hub, ANA).await;
    let mut tx = app.db.read().await.expect("the database");
    let links = card_page::links(&mut tx, ana.id).await.expect("the database");
    drop(tx);
    app.db.clone().close().await;
    links.first().map(|link| link.id)
}

/// The address of a link that was just made.
fn address(hub: &Hub, done: Done) -> String {
    match done {
        Done::Made(token) => hub.page(&format!("/c/{token}")),
        other => panic!("{other:?}"),
    }
}

async fn made(hub: &Hub) -> String {
    let seen = newest(hub).await;
    address(hub, settled(hub, ANA, Wish::Make, seen).await)
}

/// Status and text, in Spanish.
async fn opened(address: &str) -> (u16, String) {
    let asked = reqwest::Client::new().get(address).header("accept-language", "es");
    let answer = asked.send().await.expect("the hub answers");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// Of everybody, how many may be sent offers.
async fn reachable(api: &Api) -> Option<i64> {
    let everybody =
        json!({ "by": "product", "goods": { "line": "none" }, "bought": false, "within_days": 9 });
    api.post("/api/v1/segments/count", &everybody, 200).await["reachable"].as_i64()
}

/// Sends the page's form as a browser without scripts does, from no page that says where it is; the status.
async fn says(address: &str, field: (&str, &str)) -> u16 {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let asked = client.expect("a client").post(address).header("origin", "null").form(&[field]);
    asked.send().await.expect("the hub answers").status().as_u16()
}

async fn a_phone_shows_what_the_till_sold_and_takes_consent_back(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let link = made(&hub).await;
    let (status, page) = opened(&link).await;
    assert!(status == 200 && page.contains(ANA) && page.contains("Aún no hay compras"), "{page}");
    till.enter(1, ANA).await;
    till.sell(1, "2000000000176").await;
    hub.holds(1).await;
    let (_, page) = opened(&link).await;
    assert!(!page.contains("Aún no hay compras") && page.contains("class=\"rows\"><li>"), "{page}");

    // No leave for offers any more, until it is given again; a file that was written before does not give it.
    let api = Api::of(&hub, "marketing");
    let everybody =
        json!({ "by": "product", "goods": { "line": "none" }, "bought": false, "within_days": 9 });
    let reachable = async || api.post("/api/v1/segments/count", &everybody, 200).await["reachable"].as_i64();
    assert_eq!(reachable().await, Some(1));
    for (sent, wanted) in
        [(("stop", "all"), 0), (("stop", "all"), 0), (("marketing", "yes"), 1), (("marketing", "no"), 0)]
    {
        assert_eq!(says(&link, sent).await, 303, "{sent:?}");
        assert_eq!(reachable().await, Some(wanted), "{sent:?}");
    }
    hub.import("members", files::MEMBERS).exits(0);
    assert_eq!(reachable().await, Some(0));
    let withdrawn = "select count(*) from member_consent where not given and source = 'card page'";
    assert_eq!(hub.count(withdrawn).await, 2);

    // What somebody looked at before is not changed by a form that comes late; another link ends the first at once.
    let seen = newest(&hub).await;
    let second = made(&hub).await;
    assert_eq!(settled(&hub, ANA, Wish::Revoke, seen).await, Done::Changed);
    let unknown = opened(&hub.page("/c/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).await;
    assert_eq!((unknown.0, opened(&link).await), (404, unknown.clone()));
    assert_eq!(opened(&second).await.0, 200);
    let seen = newest(&hub).await;
    assert_eq!(settled(&hub, ANA, Wish::Revoke, seen).await, Done::Revoked);
    assert_eq!(opened(&second).await, unknown);
    for (sql, wanted) in [
        ("select count(*) from card_page_link", 2),
        ("select count(*) from card_page_link where ended_at is null", 0),
        (
            "select count(*) from audit where action in ('card_page.made', 'card_page.renewed', 'card_page.revoked')",
            3,
        ),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
}

async fn two_who_ask_at_once_make_one_link_and_a_merge_takes_it_along(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.sell(1, "2000000000176").await;
    hub.holds(1).await;
    for _ in 0..2 {
        let seen = newest(&hub).await;
        let (one, other) =
            tokio::join!(settled(&hub, ANA, Wish::Make, seen), settled(&hub, ANA, Wish::Make, seen));
        let made = [&one, &other].into_iter().filter(|done| matches!(done, Done::Made(_))).count();
        assert_eq!((made, [one, other].contains(&Done::Changed)), (1, true));
    }
    assert_eq!(hub.count("select count(*) from card_page_link where ended_at is null").await, 1);

    let link = address(&hub, settled(&hub, LUIS, Wish::Make, None).await);
    assert!(opened(&link).await.1.contains("Luis P."));
    assert_eq!(says(&link, ("marketing", "yes")).await, 303);
    let api = Api::of(&hub, "marketing");
    assert_eq!(reachable(&api).await, Some(2));
    let (app, ana) = desk(&hub, ANA).await;
    let mut tx = app.db.read().await.expect("the database");
    let luis = LUIS.parse().expect("a number");
    let luis = members::by_card(&mut tx, &luis).await.expect("members").expect("is one");
    drop(tx);
    let merge = Merge { survivor: ana.id, loser: luis.id, reason: "same".to_owned(), by: "desk".to_owned() };
    assert!(matches!(merge_one(&app, &merge).await.expect("the database"), Merged::Done(_)));
    app.db.clone().close().await;
    let (_, page) = opened(&link).await;
    assert!(page.contains("Ana M.") && !page.contains("Luis"), "{page}");
    // Taken back under one number, it is taken back under both.
    assert_eq!(says(&link, ("stop", "all")).await, 303);
    assert_eq!(reachable(&api).await, Some(0));
    assert_eq!(hub.count("select count(*) from member where consent_marketing").await, 0);
    let seen = newest(&hub).await;
    assert_eq!(settled(&hub, ANA, Wish::Revoke, seen).await, Done::Revoked);
    assert_eq!(hub.count("select count(*) from card_page_link where ended_at is null").await, 0);
}
