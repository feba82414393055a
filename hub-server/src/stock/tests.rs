//! Levels on a real database.

use chrono::DateTime;

use super::*;
use crate::db::Db;

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
