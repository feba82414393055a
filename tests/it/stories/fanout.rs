//! Several hubs with a Redis between them: it tells pages sooner, and nothing depends on it.

use std::time::Duration;

use crate::world::api::Api;
use crate::world::databases::{Kind, Redis};
use crate::world::hub::Hub;
use crate::world::process::PATIENCE;
use crate::world::till::Till;

const MILK: &str = "2000000000176";

/// Waits until the hub listens on its channel, and gives the channel's name.
async fn channel(redis: &Redis) -> String {
    let begun = std::time::Instant::now();
    loop {
        let names = redis.asked(&["pubsub", "channels", "yapa:*"]);
        if let Some(name) = names.lines().next() {
            return name.to_owned();
        }
        assert!(begun.elapsed() < PATIENCE, "the hub never listens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Reads a stream of events until it says that something changed, in the words that a browser needs: one
/// without data never reaches a page.
async fn changed(stream: &mut reqwest::Response) {
    let mut heard = String::new();
    let until = async {
        while !heard.contains("event: changed\ndata: ") {
            let chunk = stream.chunk().await.expect("the stream stands").expect("the stream goes on");
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    assert!(tokio::time::timeout(PATIENCE, until).await.is_ok(), "nothing changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn hubs_tell_each_other_through_redis_and_go_on_without_it() {
    let redis = Redis::start();
    let hub = Hub::with(Kind::Postgres, &["--redis", &redis.url()]).await;
    hub.import_chain();
    let channel = channel(&redis).await;
    let api = Api::of(&hub, "admin");

    // What another hub says reaches the pages of this one: nothing in the database has changed.
    let mut tills = api.open("/live?topic=tills").await;
    assert_eq!(redis.asked(&["publish", &channel, r#"{"from":1,"news":"tills"}"#]), "1");
    changed(&mut tills).await;
    // What cannot be read is said in the log and harms nothing.
    redis.asked(&["publish", &channel, "no message of ours"]);

    // What this hub applies goes out to the others.
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let mut other = redis.listens_to(&channel);
    till.sell(1, MILK).await;
    other.hears(r#""store":"001""#);

    // Without Redis a sale is as safe, and pages hear of it a little later.
    drop((other, redis));
    let mut sales = api.open("/live?topic=sales").await;
    till.sell(1, MILK).await;
    changed(&mut sales).await;
    hub.holds(2).await;
}
