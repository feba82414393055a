//! Points that end or are pending, as a till software hears of them.

use domain::snapshot::{Change, ExpiringRow, MemberRow, PendingRow};

use super::*;

impl World {
    /// The hub says something new of its member.
    async fn hears(&self, change: impl FnOnce(&mut MemberRow)) {
        self.hub.set(|state| {
            let member = state.changes.iter().find_map(|change| match change {
                Change::Member(row) => Some(row.clone()),
                _ => None,
            });
            let mut row = member.unwrap();
            change(&mut row);
            state.changes.push(Change::Member(row));
        });
        crate::sync::fetch(&self.agent, &self.hub.client(&self.agent)).await.unwrap();
    }
}

/// Of 123 points 100 ended yesterday, and 20 end today.
#[tokio::test]
async fn what_has_ended_is_neither_told_nor_held() {
    let world = World::start().await;
    let ending = |points: i64, on: &str| ExpiringRow { points: Points(points), on: on.parse().unwrap() };
    world.hears(|row| row.expiring = vec![ending(10_000, "2026-03-01"), ending(2_000, "2026-03-02")]).await;
    let member = world.get("/api/v1/cards/2990000010421").await.body["member"].clone();
    assert_eq!((&member["balance"], &member["unspent"]), (&json!("23.00"), &json!("23.00")));
    assert_eq!(member["expiring"], json!([{"points": "20.00", "on": "2026-03-02"}]));
    assert_eq!(world.post("/api/v1/holds", &hold("b1", "23.01")).await.code(), (409, "points_short"));
    assert_eq!(world.post("/api/v1/holds", &hold("b1", "23.00")).await.status, 201);
}

/// Of 123 points 100 can be spent from tomorrow on.
#[tokio::test]
async fn what_is_pending_is_told_and_not_held() {
    let world = World::start().await;
    let row = PendingRow { points: Points(10_000), on: "2026-03-03".parse().unwrap(), ends_on: None };
    world.hears(|member| member.pending = vec![row]).await;
    let member = world.get("/api/v1/cards/2990000010421").await.body["member"].clone();
    assert_eq!((&member["balance"], &member["unspent"]), (&json!("123.00"), &json!("23.00")));
    assert_eq!(member["pending"], json!([{"points": "100.00", "on": "2026-03-03"}]));
    assert_eq!(world.post("/api/v1/holds", &hold("b1", "23.01")).await.code(), (409, "points_short"));
    assert_eq!(world.post("/api/v1/holds", &hold("b1", "23.00")).await.status, 201);
}
