//! One customer with two numbers: after customer service has made them one, either card greets the same person, and a
//! till that has not heard of it sells to them too.

use domain::ids::MemberId;
use hub_server::intake::merging::{merge_one, unmerge_one};
use hub_server::members;
use hub_server::members::merging::{Merge, Merged, of_members};
use hub_server::{App, Clock, Settings};

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{ANA, LUIS};
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(either_card_of_a_merged_customer_greets_the_one_who_stays);

/// The desk, over a hub that does not serve.
async fn desk(hub: &Hub) -> App {
    let settings = Settings {
        data: hub.folder.path().to_owned(),
        database: Some(hub.database.url.clone()),
        ..Settings::default()
    };
    App::open(settings, Clock::System).await.expect("the hub's database")
}

async fn id(app: &App, code: &str) -> MemberId {
    let mut tx = app.db.read().await.expect("the database");
    let code = code.parse().expect("a number");
    members::by_code(&mut tx, &code).await.expect("members").expect("is one").id
}

async fn merge(hub: &Hub, survivor: &str, loser: &str) -> Merged {
    let app = desk(hub).await;
    let (survivor, loser) = (id(&app, survivor).await, id(&app, loser).await);
    let asked = Merge { survivor, loser, reason: "same person".to_owned(), by: "desk".to_owned() };
    let merged = merge_one(&app, &asked).await.expect("the database");
    app.db.clone().close().await;
    merged
}

async fn part(hub: &Hub, survivor: &str) -> Merged {
    let app = desk(hub).await;
    let survivor = id(&app, survivor).await;
    let mut tx = app.db.read().await.expect("the database");
    let merge = of_members(&mut tx, &[survivor]).await.expect("merges").remove(0).id;
    drop(tx);
    let parted = unmerge_one(&app, merge, ("two people", "desk")).await.expect("the database");
    app.db.clone().close().await;
    parted
}

async fn either_card_of_a_merged_customer_greets_the_one_who_stays(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    for (card, n) in [(ANA, 1), (LUIS, 2)] {
        till.enter(1, card).await;
        till.sell(1, "2000000000176").await;
        hub.holds(n).await;
    }
    hub.stop();
    assert!(matches!(merge(&hub, "M1", "M2").await, Merged::Done(_)));
    assert_eq!(merge(&hub, "M2", "M1").await, Merged::Same);
    // Without the hub the till has the old row of the card: it greets Luis and sells.
    assert!(till.enter(1, LUIS).await.contains("Luis P."));
    till.sell(1, "2000000000244").await;
    hub.serve();
    hub.holds(3).await;
    till.has_sent_everything().await;
    till.greets(LUIS, "Ana M.").await;
    let balance = |code: &str| hub.report_row(&["points"], "member", code)["balance"].clone();
    let earned = "select cast(sum(points) as bigint) from ledger_entry where kind = 'earn'";
    let sum = domain::money::Points(hub.count(earned).await);
    assert_eq!(balance("M1"), sum.to_string());
    for (sql, wanted) in [
        ("select count(*) from sale s join member m on m.account = s.account where m.code = 'M1'", 3),
        ("select count(*) from visit", 1),
        ("select count(distinct account) from lot", 1),
        ("select count(*) from audit where action = 'member.merged'", 1),
        ("select count(*) from quarantine", 0),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
    hub.verify_ledger().exits(0);

    // They were two after all: each has what came with their card.
    hub.stop();
    assert!(matches!(part(&hub, "M1").await, Merged::Done(_)));
    hub.serve();
    till.greets(LUIS, "Luis P.").await;
    for (sql, wanted) in [
        ("select count(*) from sale s join member m on m.account = s.account where m.code = 'M1'", 1),
        ("select count(*) from sale s join member m on m.account = s.account where m.code = 'M2'", 2),
        ("select count(*) from audit where action = 'member.unmerged'", 1),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
    hub.verify_ledger().exits(0);
}
