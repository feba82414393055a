//! PostgreSQL goes away or gives up on a transaction while pushes are under way; and two hubs on one of it.

use std::time::Instant;

use domain::sync::Disposition::{Applied, Duplicate};
use domain::sync::{Envelope, Head};
use sqlx::{Connection, Executor, PgConnection, Row};

use crate::world::databases::Kind;
use crate::world::process::PATIENCE;
use crate::world::pusher::{Desk, Planted, begin, counted, said};

/// Asks until the answer is more than nothing.
async fn some(connection: &mut PgConnection, sql: &'static str) -> i64 {
    let begun = Instant::now();
    loop {
        let many: i64 = connection.fetch_one(sql).await.unwrap().get(0);
        if many > 0 {
            return many;
        }
        assert!(begun.elapsed() < PATIENCE, "{sql} finds nothing");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_ended_in_a_push_costs_one_more_try() {
    let desk = Desk::open(Kind::Postgres, Planted::nothing()).await;
    let mut till = desk.till("11").await;
    let rooms = Planted { held: vec![till.sale_id(1).into()], ..Planted::nothing() };
    let desk = Desk { gatherer: hub_server::sync::Gatherer::new(rooms.clone()), rooms, ..desk };
    let events = vec![till.sale(1), till.sale(2)];
    let mut take = Box::pin(desk.take(till.push(events.clone())));
    begin(&mut take);
    desk.rooms.entered().await;
    let mut admin = PgConnection::connect(&desk.hub.database.url).await.unwrap();
    let ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'";
    assert_eq!(some(&mut admin, ended).await, 1);
    desk.rooms.let_on();
    assert_eq!(said(take.await), Ok(vec![Applied, Applied]));
    assert_eq!(counted(&desk.app, "yapa_pushes_retried_total"), 1);
    assert_eq!(said(desk.take(till.push(events)).await), Ok(vec![Applied, Applied]), "a repeat");
    assert_eq!(desk.hub.sales().await, 2);
    desk.hub.verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_costs_one_more_try() {
    let desk = Desk::open(Kind::Postgres, Planted::nothing()).await;
    let mut till = desk.till("11").await;
    let rooms = Planted { held: vec![till.sale_id(2).into()], ..Planted::nothing() };
    let desk = Desk { gatherer: hub_server::sync::Gatherer::new(rooms.clone()), rooms, ..desk };
    let first = till.sale(1);
    assert_eq!(said(desk.take(till.push(vec![first])).await), Ok(vec![Applied]));
    let second = till.sale(2);
    let mut take = Box::pin(desk.take(till.push(vec![second])));
    begin(&mut take);
    // The push has the log. Somebody has the accounts and wants the log, and does not give way; then the push
    // wants the account.
    desk.rooms.entered().await;
    let mut other = PgConnection::connect(&desk.hub.database.url).await.unwrap();
    let sql = "set deadlock_timeout = '1h'; begin; update account set balance = balance";
    sqlx::raw_sql(sql).execute(&mut other).await.unwrap();
    let wants = tokio::spawn(async move {
        sqlx::raw_sql("update log set status = status; commit").execute(&mut other).await.unwrap();
    });
    let mut admin = PgConnection::connect(&desk.hub.database.url).await.unwrap();
    let waits = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    some(&mut admin, waits).await;
    desk.rooms.let_on();
    assert_eq!(said(take.await), Ok(vec![Applied]));
    wants.await.unwrap();
    assert_eq!(counted(&desk.app, "yapa_pushes_retried_total"), 1);
    assert_eq!(desk.hub.sales().await, 2);
    desk.hub.verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_keeps_holds_nobody_else_up() {
    let desk = Desk::open(Kind::Postgres, Planted::nothing()).await;
    let (mut kept, mut free) = (desk.till("11").await, desk.till("12").await);
    let first = kept.sale(1);
    assert_eq!(said(desk.take(kept.push(vec![first])).await), Ok(vec![Applied]));
    let mut other = PgConnection::connect(&desk.hub.database.url).await.unwrap();
    sqlx::raw_sql("begin; update log set status = status").execute(&mut other).await.unwrap();
    let (next, own) = (kept.sale(2), free.sale(1));
    let (waits, goes) =
        tokio::join!(desk.take(kept.push(vec![next.clone()])), desk.take(free.push(vec![own])));
    assert_eq!((said(waits), said(goes)), (Err("busy".to_owned()), Ok(vec![Applied])));
    drop(other);
    assert_eq!(said(desk.take(kept.push(vec![next])).await), Ok(vec![Applied]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_take_the_same_events_once() {
    const TILLS: u8 = 8;
    let desk = Desk::open(Kind::Postgres, Planted::nothing()).await;
    let (app, gatherer) = desk.beside().await;
    let mut pushes = vec![];
    for n in 11..11 + TILLS {
        let mut till = desk.till(&n.to_string()).await;
        let events: Vec<Vec<u8>> = (1..=4).map(|n| till.sale(n)).collect();
        let same = [till.push(events.clone()), till.push(events.clone())];
        // A copy of the till carries the same sales in a log of its own, backwards through the tills.
        (till.log, till.head) = (domain::ids::LogId::new(9, [200 - n; 10]), Head::EMPTY);
        let carried: Vec<Vec<u8>> = events
            .iter()
            .map(|event| {
                let again = Envelope::parse(event).unwrap().relog(till.log, till.head).unwrap();
                till.advance(again.bytes)
            })
            .collect();
        let copy = till.push(carried);
        pushes.push((same, copy));
    }
    let mut takes = tokio::task::JoinSet::new();
    for ([here, there], copy) in pushes {
        let (own, mine) = (desk.gatherer.clone(), desk.app.clone());
        takes.spawn(async move { said(own.take(&mine, here).await) });
        for push in [there, copy] {
            let (other, theirs) = (gatherer.clone(), app.clone());
            takes.spawn(async move { said(other.take(&theirs, push).await) });
        }
    }
    while let Some(taken) = takes.join_next().await {
        let taken = taken.unwrap().unwrap();
        assert!(taken == vec![Applied; 4] || taken == vec![Duplicate; 4], "{taken:?}");
    }
    assert_eq!(desk.hub.sales().await, 4 * i64::from(TILLS));
    assert_eq!(desk.hub.count("select count(*) from log_entry where disposition = 'applied'").await, 32);
    assert_eq!(desk.hub.count("select count(*) from log_entry where disposition = 'duplicate'").await, 32);
    desk.hub.verify_ledger().exits(0);
}
