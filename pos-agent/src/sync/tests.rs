//! Stories between an agent and a hub that follows the protocol, over real HTTP and real files.

use domain::sync::{OfferResponse, OpenReason};
use domain::{Money, scan::Origin, scan::Scan};

use super::*;
use crate::store::Store;
use crate::testing::{TestHub, clock, open_agent};
use crate::ui::view::{HubState, NoticeKind, PayState};

mod holding;
mod receipts;

pub(super) async fn sell(agent: &Agent, till: i64, codes: &[&str]) -> domain::ids::SaleId {
    for code in codes {
        agent.enter(till, code).await.unwrap();
    }
    let view = agent.till(till).await.unwrap();
    agent.pay_cash(till, view.basket, view.totals.total).await.unwrap().sale.id
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

#[tokio::test]
async fn a_sale_reaches_the_hub_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let first = sell(&agent, 1, &["3*", "416000336108", "5901234123457"]).await;
    let second = sell(&agent, 2, &["milk"]).await;
    assert_eq!(agent.status().await.unwrap().unsent, 4, "two sales and two openings of logs");
    assert_eq!(drain(&agent, &hub.client(&agent)).await.unwrap(), 4);
    assert_eq!(drain(&agent, &hub.client(&agent)).await.unwrap(), 0);
    let mut sales = hub.set(|state| std::mem::take(&mut state.sales));
    sales.sort_by_key(|sale| sale.id);
    let mut wanted = vec![first, second];
    wanted.sort();
    assert_eq!(sales.iter().map(|s| s.id).collect::<Vec<_>>(), wanted);
    assert_eq!(sales.iter().map(|s| s.total().0).sum::<i64>(), 3 * 4_200 + 6_500 + 4_200);
    assert_eq!(
        sales.iter().map(|s| s.receipt_no).collect::<Vec<_>>(),
        [1, 1],
        "each till has its own numbers"
    );
    assert_eq!(agent.link(), HubState::Online);
}

#[tokio::test]
async fn a_lost_answer_costs_a_repeat_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    hub.set(|state| state.loses_answers = true);
    let client = hub.client(&agent);
    let pushing = drain(&agent, &client);
    let heal = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        hub.set(|state| state.loses_answers = false);
    };
    let (sent, ()) = tokio::join!(pushing, heal);
    sent.unwrap();
    assert_eq!(agent.status().await.unwrap().unsent, 0);
    assert_eq!(hub.set(|state| state.sales.len()), 1);
}

#[tokio::test]
async fn a_captive_portal_is_no_hub() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    hub.set(|state| state.is_portal = true);
    let client = hub.client(&agent);
    let pushed = Pusher::new(agent.clone(), Arc::clone(&client), Arc::new(Semaphore::new(1)), 1).unwrap();
    let error = pushed.drain().await.unwrap_err();
    assert!(matches!(error, SyncError::Call(CallError::Offline(_))), "{error}");
    assert!(matches!(fetch(&agent, &client).await.unwrap_err(), SyncError::Call(CallError::Offline(_))));
    assert_eq!((agent.link(), agent.status().await.unwrap().unsent), (HubState::Offline, 2));
    hub.set(|state| state.is_portal = false);
    drain(&agent, &client).await.unwrap();
    assert_eq!(hub.set(|state| state.sales.len()), 1);
}

#[tokio::test]
async fn a_wrong_clock_does_not_stop_the_till() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    hub.set(|state| state.clock_minutes = 90);
    let client = hub.client(&agent);
    drain(&agent, &client).await.unwrap();
    assert_eq!(hub.set(|state| state.sales.len()), 1);
    // The two clocks were read a moment apart.
    let off = client.clock_offset_ms() - 90 * 60_000;
    assert!(off.abs() < 10_000, "{off}");
}

#[tokio::test]
async fn a_till_that_the_hub_does_not_know_keeps_its_sales() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    let keys = hub.set(|state| std::mem::take(&mut state.keys));
    let error = drain(&agent, &hub.client(&agent)).await.unwrap_err();
    assert!(matches!(&error, SyncError::Call(CallError::Refused(p)) if p.code == "unknown_till"), "{error}");
    let state = agent.link_of(agent.desk(1).unwrap());
    assert_eq!((state, agent.status().await.unwrap().unsent), (HubState::Refused, 2));
    hub.set(|state| state.keys = keys);
    drain(&agent, &hub.client(&agent)).await.unwrap();
    assert_eq!(hub.set(|state| state.sales.len()), 1);
}

#[tokio::test]
async fn many_events_go_in_runs_that_the_hub_allows() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    hub.set(|state| state.events_max = 3);
    let agent = hub.agent(folder.path()).await;
    for _ in 0..8 {
        sell(&agent, 1, &["milk"]).await;
    }
    assert_eq!(drain(&agent, &hub.client(&agent)).await.unwrap(), 9);
    assert_eq!(hub.set(|state| state.sales.len()), 8);
}

/// Two tills run beside a hub that is restored and never seen away. With `sells_first`, one of them hears of the new
/// epoch by its own next sale, the other one has nothing to send.
async fn idle_beside_a_restore(sells_first: bool) {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    sell(&agent, 2, &["milk"]).await;
    let (stop, stopped) = watch::channel(false);
    let client = hub.client(&agent);
    let running = tokio::spawn({
        let agent = agent.clone();
        async move { run(agent, client, stopped).await }
    });
    // Far below the time after which an idle till says that it is there.
    let has = async |sales: usize| {
        let begun = std::time::Instant::now();
        while hub.set(|state| state.sales.len()) != sales {
            assert!(begun.elapsed() < HEARTBEAT / 2, "{sales} sales never come");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    has(2).await;
    hub.set(|state| {
        state.epoch = 2;
        state.sales.clear();
        state.events.clear();
        state.logs.clear();
    });
    if sells_first {
        sell(&agent, 1, &["milk"]).await;
    }
    has(2 + usize::from(sells_first)).await;
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!((agent.hub_epoch(), agent.status().await.unwrap().unsent), (2, 0));
}

#[tokio::test]
async fn idle_tills_hear_of_another_epoch_and_send_again() {
    idle_beside_a_restore(false).await;
}

#[tokio::test]
async fn an_idle_till_hears_of_an_epoch_that_another_till_met_first() {
    idle_beside_a_restore(true).await;
}

#[tokio::test]
async fn a_restored_hub_gets_again_what_it_lost() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    for _ in 0..3 {
        sell(&agent, 1, &["milk"]).await;
    }
    drain(&agent, &hub.client(&agent)).await.unwrap();
    hub.set(|state| {
        state.epoch = 2;
        state.sales.truncate(1);
        state.events.retain(|id, _| state.sales.iter().any(|s| domain::ids::EventId::from(s.id) == *id));
        for (record, heads) in state.logs.values_mut() {
            heads.truncate(2);
            record.ack = *heads.last().unwrap();
        }
    });
    sell(&agent, 1, &["milk"]).await;
    drain(&agent, &hub.client(&agent)).await.unwrap();
    assert_eq!(hub.set(|state| state.sales.len()), 4);
    assert_eq!(agent.hub_epoch(), 2);
    assert_eq!(agent.status().await.unwrap().unsent, 0);
}

/// Takes an event out of a log, as damage does.
async fn make_hole(agent: &Agent, log: i64, seq: i64) {
    let mut tx = agent.store().begin().await.unwrap();
    let sql = "delete from outbox where log = $1 and seq = $2";
    sqlx::query(sql).bind(log).bind(seq).execute(&mut *tx).await.unwrap();
    agent.store().commit(tx).await.unwrap();
}

#[tokio::test]
async fn what_stands_behind_a_hole_in_a_log_goes_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    for _ in 0..4 {
        sell(&agent, 1, &["milk"]).await;
    }
    // The opening is 1, the second sale 3.
    make_hole(&agent, 1, 3).await;
    drain(&agent, &hub.client(&agent)).await.unwrap();
    assert_eq!(hub.set(|state| state.sales.len()), 3);
    let opening = hub.set(|state| state.openings.last().cloned().unwrap());
    assert_eq!((opening.reason, opening.lost), (OpenReason::Salvaged, 1));
    assert_eq!(agent.status().await.unwrap().unsent, 0);

    // A hub that was put back asks for the old log again, which ends before another hole now.
    make_hole(&agent, 1, 2).await;
    hub.set(|state| {
        state.epoch = 2;
        state.sales.clear();
        state.events.clear();
        state.logs.clear();
    });
    sell(&agent, 1, &["milk"]).await;
    drain(&agent, &hub.client(&agent)).await.unwrap();
    assert_eq!(hub.set(|state| state.sales.len()), 3, "two from the log behind the hole, and the new one");
    assert_eq!(agent.status().await.unwrap().unsent, 0);
}

/// The till's disk is put back to an older state. `with_note` says whether the note beside the file is put
/// back as well: then only the hub can see it.
async fn till_restored(with_note: bool) {
    let (folder, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    drain(&agent, &hub.client(&agent)).await.unwrap();
    agent.store().close().await;
    drop(agent);
    copy(folder.path(), backup.path());
    let agent = open_agent(Store::open(folder.path()).await.unwrap()).await;
    sell(&agent, 1, &["bread"]).await;
    sell(&agent, 1, &["bread"]).await;
    drain(&agent, &hub.client(&agent)).await.unwrap();
    agent.store().close().await;
    drop(agent);
    let notes = tempfile::tempdir().unwrap();
    copy(&folder.path().join("anchors"), notes.path());
    std::fs::remove_dir_all(folder.path()).unwrap();
    copy(backup.path(), folder.path());
    if !with_note {
        copy(notes.path(), &folder.path().join("anchors"));
    }
    let agent = open_agent(Store::open(folder.path()).await.unwrap()).await;
    // With the note gone too, the copy first grows past what the hub has: two histories of one log.
    let more = if with_note { 3 } else { 1 };
    for _ in 0..more {
        sell(&agent, 1, &["milk", "milk"]).await;
    }
    drain(&agent, &hub.client(&agent)).await.unwrap();
    let (sales, openings) = hub.set(|state| (state.sales.clone(), state.openings.clone()));
    assert_eq!(sales.len(), 3 + more, "one before the copy, two after it, the rest after it was put back");
    let wanted = if with_note { OpenReason::Forked } else { OpenReason::Regressed };
    assert_eq!(openings.last().unwrap().reason, wanted);
    let numbers: std::collections::BTreeSet<i64> = sales.iter().map(|sale| sale.receipt_no).collect();
    if !with_note {
        assert_eq!(numbers.len(), sales.len(), "a till that knows it went back gives no number twice");
    }
    assert_eq!(agent.status().await.unwrap().unsent, 0);
}

#[tokio::test]
async fn a_till_put_back_from_a_copy_begins_a_new_log() {
    till_restored(false).await;
}

#[tokio::test]
async fn a_whole_disk_put_back_is_seen_by_the_hub() {
    till_restored(true).await;
}

#[tokio::test]
async fn a_member_is_greeted_and_an_offer_works_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    agent.enter(1, "milk").await.unwrap();
    let scan = Scan::new(Origin::SerialScanner, None, "2990000010421");
    assert_eq!(agent.scan(1, scan).await.unwrap().kind, NoticeKind::CardAttached);
    agent.answer_offer(1, OfferResponse::Accepted).await.unwrap();
    let view = agent.till(1).await.unwrap();
    let member = view.card.clone().unwrap().member.unwrap();
    assert_eq!((member.greeting.as_str(), member.days_since_last), ("Ana M.", Some(3)));
    assert!(member.usual[0].in_basket && member.offer.unwrap().applies);
    assert_eq!((view.totals.discount, view.totals.total), (Money(420), Money(3_780)));
    let receipt = agent.pay_cash(1, view.basket, Money(5_000)).await.unwrap();
    assert_eq!((receipt.sale.change, receipt.earned.unwrap()), (Money(1_220), view.totals.earns.unwrap()));
    agent.enter(1, "2990000010421").await.unwrap();
    let again = agent.till(1).await.unwrap().card.unwrap().member.unwrap();
    assert_eq!(again.offer, None, "the offer was used here, before the hub says so");
}

#[tokio::test]
async fn pay_is_answered_once_and_unknown_codes_block_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    agent.enter(1, "milk").await.unwrap();
    assert_eq!(agent.enter(1, "no such thing").await.unwrap().kind, NoticeKind::CodeUnknown);
    let view = agent.till(1).await.unwrap();
    assert_eq!(view.pay, PayState::UnknownCodes);
    assert_eq!(agent.pay_cash(1, view.basket, Money(9_000)).await.unwrap_err().code(), "pay_unknown_codes");
    agent.discard_unknown(1, view.unknown[0].number).await.unwrap();
    let first = agent.pay_cash(1, view.basket, Money(9_000)).await.unwrap();
    let again = agent.pay_cash(1, view.basket, Money(9_000)).await.unwrap();
    assert_eq!(first.sale, again.sale);
    assert_eq!(agent.status().await.unwrap().sales, 1);
    let payment_card = agent.enter(1, "4111111111111111").await.unwrap();
    assert_eq!((payment_card.kind, payment_card.about.as_str()), (NoticeKind::PaymentCardIgnored, "Visa"));
    assert_eq!(agent.enter(1, "2990000010438").await.unwrap().kind, NoticeKind::CardBlocked);
}

#[tokio::test]
async fn a_basket_outlives_the_process_and_a_half_commit_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    agent.enter(1, "milk").await.unwrap();
    let view = agent.till(1).await.unwrap();
    // The process dies after it wrote the sale and before it committed.
    let mut tx = agent.store().begin().await.unwrap();
    crate::store::basket::delete(&mut tx, 1).await.unwrap();
    crate::store::tills::next_receipt(&mut tx, 1, "2026-03-02".parse().unwrap()).await.unwrap();
    drop(tx);
    agent.store().close().await;
    drop(agent);
    let agent = open_agent(Store::open(folder.path()).await.unwrap()).await;
    let after = agent.till(1).await.unwrap();
    assert_eq!((after.basket, after.lines.len()), (view.basket, 1));
    let receipt = agent.pay_cash(1, view.basket, Money(4_200)).await.unwrap();
    assert_eq!(receipt.sale.receipt_no, 1);
    let second = Store::open(folder.path()).await.unwrap_err();
    assert!(matches!(second, crate::store::StoreError::Locked(_)), "{second}");
}

#[tokio::test]
async fn another_hub_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    let stranger = Arc::new(HubClient::new(&hub.url(), "another", clock()).unwrap());
    let error = drain(&agent, &stranger).await.unwrap_err();
    // Its signature names the hub it means, so the stranger cannot even use the request.
    assert!(matches!(&error, SyncError::Call(CallError::Refused(p)) if p.code == "bad_signature"), "{error}");
    assert_eq!(agent.status().await.unwrap().unsent, 2);
}
