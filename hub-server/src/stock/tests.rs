//! Levels on a real database.

use chrono::DateTime;
use domain::ids::TillId;
use domain::snapshot::{Change, STOCK};
use domain::stock::StockState;
use domain::sync::{Problem, StockReply, StockRequest};

use super::*;
use crate::catalogue::feed::{Reader, feed};
use crate::testing::TestHub;

#[tokio::test]
async fn a_count_said_twice_keeps_the_movements_and_another_one_starts_anew() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("hub.db").to_str().unwrap()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let (store, sku): (StoreCode, Sku) = ("1".parse().unwrap(), "a".parse().unwrap());
    let ten = Count {
        store: store.clone(),
        sku: sku.clone(),
        on_hand: Quantity(10_000),
        reorder_point: Quantity(20_000),
        reorder_qty: Quantity(5_000),
        lead_days: 2,
    };
    let now = DateTime::UNIX_EPOCH;
    let twelve = Count { on_hand: Quantity(12_000), ..ten.clone() };
    let steps =
        [(&ten, Turn::New, 7), (&ten, Turn::Same, 4), (&twelve, Turn::Changed, 9), (&ten, Turn::Changed, 7)];
    for (count, turn, left) in steps {
        assert_eq!(super::count(&mut tx, std::slice::from_ref(count), now).await.unwrap(), [turn]);
        move_sold(&mut tx, &[(store.clone(), sku.clone(), Quantity(-3_000))]).await.unwrap();
        assert_eq!(alerts(&mut tx, None, now).await.unwrap()[0].on_hand, Quantity(left * 1_000));
    }
}

#[tokio::test]
async fn a_till_hears_of_its_own_store_first() {
    let hub = TestHub::new().await;
    let till = hub.enrol("centro", 1).await;
    let mut tx = hub.app.db.begin().await.unwrap();
    let levels = [("centro", "a", -2_000), ("norte", "a", 9_500), ("centro", "b", 1_000), ("norte", "b", 0)];
    let counts = levels.map(|(store, sku, on_hand)| Count {
        store: store.parse().unwrap(),
        sku: sku.parse().unwrap(),
        on_hand: Quantity(on_hand),
        reorder_point: Quantity(0),
        reorder_qty: Quantity(0),
        lead_days: 0,
    });
    super::count(&mut tx, &counts, DateTime::UNIX_EPOCH).await.unwrap();
    tx.commit().await.unwrap();
    let ask = async |sku: &str| {
        let request = StockRequest { sku: sku.parse().unwrap() };
        let reply: StockReply =
            till.call("/sync/v1/stock", serde_json::to_vec(&request).unwrap()).await.unwrap();
        reply.levels.into_iter().map(|level| (level.store.to_string(), level.on_hand.0)).collect::<Vec<_>>()
    };
    let said = |levels: &[(&str, i64)]| levels.iter().map(|(s, n)| ((*s).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(ask("a").await, said(&[("centro", -2_000), ("norte", 9_500)]));
    assert_eq!(ask("b").await, said(&[("centro", 1_000)]), "where none is to be had is not told");
    assert!(ask("c").await.is_empty());
    let unsigned: Result<StockReply, Problem> =
        hub.post("/sync/v1/stock", &StockRequest { sku: "a".parse().unwrap() }).await;
    assert_eq!(unsigned.unwrap_err().status, 401);
}

/// Levels of `centro`, by product.
async fn counted(hub: &TestHub, levels: &[(&str, i64)]) {
    let counts: Vec<Count> = levels
        .iter()
        .map(|(sku, on_hand)| Count {
            store: "centro".parse().unwrap(),
            sku: sku.parse().unwrap(),
            on_hand: Quantity(*on_hand),
            reorder_point: Quantity(5_000),
            reorder_qty: Quantity(0),
            lead_days: 0,
        })
        .collect();
    let mut tx = hub.app.db.begin().await.unwrap();
    count(&mut tx, &counts, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn tills_hear_of_a_change_once_and_of_their_own_store() {
    let hub = TestHub::new().await;
    let (here, elsewhere) = (hub.enrol("centro", 1).await.id, hub.enrol("norte", 2).await.id);
    let hears = async |tills: &[TillId], after: i64| {
        let mut tx = hub.app.db.read().await.unwrap();
        let part = feed(&mut tx, after, 100, Reader { kinds: &[STOCK], tills }).await.unwrap();
        let said = part.changes.into_iter().filter_map(|change| match change {
            Change::Stock(row) => Some((row.sku.to_string(), row.state)),
            _ => None,
        });
        (said.collect::<Vec<_>>(), part.cursor)
    };
    let said = |rows: &[(&str, StockState)]| -> Vec<(String, StockState)> {
        rows.iter().map(|(sku, state)| ((*sku).to_owned(), *state)).collect()
    };
    let tell = async || tell_tills(&hub.app.db, hub.app.clock.now()).await.unwrap();
    let sold = async |sku: &str, quantity: i64| {
        let mut tx = hub.app.db.begin().await.unwrap();
        let moved = ("centro".parse().unwrap(), sku.parse().unwrap(), Quantity(-quantity));
        move_sold(&mut tx, &[moved]).await.unwrap();
        tx.commit().await.unwrap();
    };
    counted(&hub, &[("a", 9_000), ("b", 5_000), ("c", 0)]).await;
    assert_eq!(tell().await, 2, "enough of a is no news");
    let (first, cursor) = hears(&[here], 0).await;
    assert_eq!(first, said(&[("b", StockState::Low), ("c", StockState::Out)]));
    assert!(hears(&[elsewhere], 0).await.0.is_empty());
    assert_eq!(hears(&[elsewhere, here], 0).await.0, first, "an agent with tills in both");
    sold("a", 3_000).await;
    sold("b", 1_000).await;
    assert_eq!(tell().await, 0, "movements within a state travel to nobody");
    sold("a", 1_000).await;
    sold("b", 4_000).await;
    assert_eq!((tell().await, tell().await), (2, 0));
    let (then, cursor) = hears(&[here], cursor).await;
    assert_eq!(then, said(&[("a", StockState::Low), ("b", StockState::Out)]));
    counted(&hub, &[("c", 20_000)]).await;
    assert_eq!(tell().await, 1);
    assert_eq!(hears(&[here], cursor).await.0, said(&[("c", StockState::Enough)]));
}

#[tokio::test]
async fn a_till_of_before_hears_nothing_of_stock() {
    let hub = TestHub::new().await;
    let till = hub.enrol("centro", 1).await;
    counted(&hub, &[("a", 0)]).await;
    tell_tills(&hub.app.db, hub.app.clock.now()).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    let part = feed(&mut tx, 0, 100, Reader { kinds: &[], tills: &[till.id] }).await.unwrap();
    assert!(!part.changes.iter().any(|change| matches!(change, Change::Stock(_))));
}

#[tokio::test]
async fn a_clock_that_goes_back_keeps_nothing_from_the_tills() {
    let hub = TestHub::new().await;
    let now = hub.app.clock.now();
    let before = now - chrono::TimeDelta::days(1);
    let head = async || {
        // Given back, as nothing is committed.
        let mut tx = hub.app.db.begin().await.unwrap();
        crate::catalogue::take_feed_numbers(&mut tx, 0).await.unwrap()
    };
    counted(&hub, &[("a", 0)]).await;
    assert_eq!(tell_tills(&hub.app.db, now).await.unwrap(), 1);
    counted(&hub, &[("a", 9_000)]).await;
    assert_eq!(tell_tills(&hub.app.db, before).await.unwrap(), 1);
    let told = head().await;
    assert_eq!(tell_tills(&hub.app.db, before).await.unwrap(), 0, "it was told, and is not told again");
    assert_eq!(head().await, told, "no number is taken for nothing");
}

#[tokio::test]
async fn a_first_time_tells_all_part_by_part() {
    let hub = TestHub::new().await;
    let skus: Vec<String> = (0..=bulk::ROWS).map(|n| format!("a{n}")).collect();
    let levels: Vec<(&str, i64)> = skus.iter().map(|sku| (sku.as_str(), 0)).collect();
    counted(&hub, &levels).await;
    let tell = async || tell_tills(&hub.app.db, hub.app.clock.now()).await.unwrap();
    assert_eq!((tell().await, tell().await), (bulk::ROWS + 1, 0));
}

#[tokio::test]
async fn a_till_that_was_revoked_tells_nobody_of_its_store() {
    let hub = TestHub::new().await;
    let (here, elsewhere) = (hub.enrol("centro", 1).await.id, hub.enrol("norte", 2).await.id);
    counted(&hub, &[("a", 0)]).await;
    tell_tills(&hub.app.db, hub.app.clock.now()).await.unwrap();
    let hears = async || {
        let mut tx = hub.app.db.read().await.unwrap();
        let reader = Reader { kinds: &[STOCK], tills: &[elsewhere, here] };
        let changes = feed(&mut tx, 0, 100, reader).await.unwrap().changes;
        changes.into_iter().filter(|change| matches!(change, Change::Stock(_))).count()
    };
    assert_eq!(hears().await, 1);
    let (store, till) = ("centro".parse().unwrap(), "1".parse().unwrap());
    crate::access::tills::revoke(&hub.app, "test", &store, &till).await.unwrap();
    assert_eq!(hears().await, 0);
}
