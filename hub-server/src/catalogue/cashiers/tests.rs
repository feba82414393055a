use domain::snapshot::Change;

use super::*;
use crate::access::audit;
use crate::catalogue::feed::{Reader, feed};
use crate::testing::TestHub;

fn new(code: &str, pin: Option<&str>, badge: Option<&str>, stores: &[&str]) -> NewCashier {
    NewCashier {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        role: CashierRole::Cashier,
        grants: CashierRole::Cashier.grants(),
        pin: pin.map(str::to_owned),
        badge: badge.map(str::to_owned),
        stores: stores.iter().map(|store| store.parse().unwrap()).collect(),
    }
}

#[tokio::test]
async fn what_is_said_of_cashiers_reaches_the_feed_once_and_the_audit() {
    let hub = TestHub::new().await;
    add(&hub.app, "test", new("marta", Some("123456"), None, &["centro"])).await.unwrap();
    add(&hub.app, "test", new("luis", None, Some("B-01"), &[])).await.unwrap();
    let code = "marta".parse().unwrap();
    set_pin(&hub.app, "test", &code, "111111").await.unwrap();
    remove(&hub.app, "test", &"luis".parse().unwrap()).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    let part = feed(&mut tx, 0, 100, Reader::default()).await.unwrap();
    let rows: Vec<_> = part
        .changes
        .into_iter()
        .filter_map(|change| if let Change::Cashier(row) = change { Some(row) } else { None })
        .collect();
    let said: Vec<_> = rows.iter().map(|row| (row.code.as_str(), row.active, row.badge.is_some())).collect();
    assert_eq!(said, [("marta", true, false), ("luis", false, false)]);
    assert_eq!(rows[0].stores, ["centro".parse().unwrap()]);
    assert!(rows[0].pin_hash.as_ref().is_some_and(|hash| hash.starts_with("$argon2id$")));
    let actions: Vec<_> =
        audit::latest(&mut tx, 20).await.unwrap().into_iter().map(|row| row.action).collect();
    assert_eq!(actions.iter().filter(|action| action.starts_with("cashier.")).count(), 4, "{actions:?}");
}

#[tokio::test]
async fn what_nobody_could_log_in_with_is_refused() {
    let hub = TestHub::new().await;
    add(&hub.app, "test", new("marta", Some("123456"), Some("B-01"), &[])).await.unwrap();
    for (wrong, code) in [
        (new("eva", None, None, &[]), "bad_cashier"),
        (new("eva", None, Some(" "), &[]), "bad_cashier"),
        (new("eva", None, Some("123456"), &[]), "bad_cashier"),
        (new("eva", Some("12345"), None, &[]), "bad_pin"),
        (new("eva", Some("12345a"), None, &[]), "bad_pin"),
        (new("eva", Some("123456"), None, &["nowhere"]), "no_such_store"),
        (new("eva", None, Some("B-01"), &[]), "badge_taken"),
        (new("marta", Some("123456"), None, &[]), "cashier_taken"),
    ] {
        let error = add(&hub.app, "test", wrong).await.unwrap_err();
        assert!(error.to_string().starts_with(code), "{error}");
    }
    let error = set_pin(&hub.app, "test", &"eva".parse().unwrap(), "123456").await.unwrap_err();
    assert!(error.to_string().starts_with("no_such_cashier"), "{error}");
}

#[tokio::test]
async fn the_demo_has_its_cashiers_once() {
    let hub = TestHub::new().await;
    add_demo(&hub.app, "test").await.unwrap();
    add_demo(&hub.app, "test").await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(all(&mut tx).await.unwrap().len(), DEMO.len());
}
