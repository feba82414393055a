//! Points of tickets reserved at a hub that keeps the domain's own account, over real HTTP and real files.

use std::collections::BTreeMap;

use domain::Money;
use domain::points::{Gift, Programme, Redemption, Value};
use domain::sale::Sale;
use domain::snapshot::Change;
use domain::sync::redemption::{Account, HELD_MS, ReservationState};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::*;
use crate::store::Store;
use crate::sync;
use crate::testing::{TestHub, member, open_agent};
use crate::till::{Paid, Payment, Seen};

mod ending;

const CARD: &str = "2990000010421";
const BREAD: &str = "5901234123457";
/// What the till's snapshot shows.
const BALANCE: i64 = 12_300;

/// A till whose programme lets a point pay half a unit and gives milk for 50 points.
struct Counter {
    hub: TestHub,
    agent: Agent,
    folder: TempDir,
    stop: watch::Sender<bool>,
    syncing: JoinHandle<()>,
}

fn begin(agent: &Agent, hub: &TestHub) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (stop, stopped) = watch::channel(false);
    (stop, tokio::spawn(sync::run(agent.clone(), hub.client(agent), stopped)))
}

async fn is_online(agent: &Agent) {
    while agent.link() != HubState::Online {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Counter {
    /// `at_hub`: what the hub has of the member; without it it is of the release before.
    async fn open(at_hub: Option<i64>, offline_cap: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start().await;
        let redemption = Redemption {
            value: Value { points: 100, money: 50 },
            step: Points::ONE,
            minimum: Points::ZERO,
            offline_cap: Points(offline_cap),
            offline_days: 7,
            offline_redemptions: None,
        };
        let gifts = vec![Gift::new("milk".parse().unwrap(), Points(5_000))];
        let starter = Programme::starter("2026-01-01".parse().unwrap());
        let rules =
            Programme { version: starter.version + 1, redemption: Some(redemption), gifts, ..starter };
        let account = |balance| Account::of(Points(balance), BTreeMap::new(), BTreeMap::new()).unwrap();
        hub.set(|state| {
            state.changes.push(Change::Programme(rules));
            state.points = at_hub.map(account);
        });
        let agent = hub.agent(folder.path()).await;
        let (stop, syncing) = begin(&agent, &hub);
        is_online(&agent).await;
        let counter = Self { hub, agent, folder, stop, syncing };
        counter.rings_up(1).await;
        counter
    }

    async fn rings_up(&self, n: i64) {
        for code in [CARD, BREAD] {
            self.agent.enter(n, code).await.unwrap();
        }
    }

    /// Killed, and started anew.
    async fn restarts(self) -> Self {
        let Self { hub, agent, folder, stop, syncing } = self;
        stop.send(true).unwrap();
        syncing.await.unwrap();
        agent.store().close().await;
        drop(agent);
        let agent = open_agent(Store::open(folder.path()).await.unwrap()).await;
        agent.end_left_reservations().await.unwrap();
        let (stop, syncing) = begin(&agent, &hub);
        is_online(&agent).await;
        Self { hub, agent, folder, stop, syncing }
    }

    async fn seen(&self, n: i64) -> (Seen, Money) {
        let view = self.agent.till(n).await.unwrap();
        (Seen { basket: view.basket, due: Some(view.totals.due) }, view.totals.due)
    }

    async fn pays_points(&self, n: i64, points: i64) -> Result<Paid, AgentError> {
        let (seen, _) = self.seen(n).await;
        self.agent.pay(n, seen, Payment::points(Points(points))).await
    }

    async fn closes(&self, n: i64) -> Sale {
        let (seen, due) = self.seen(n).await;
        self.agent.pay_cash(n, seen, due).await.unwrap().sale
    }

    /// The reservation that the payment in points on the ticket names.
    async fn on_ticket(&self) -> Option<RedemptionId> {
        let basket = self.agent.store().basket(1).await.unwrap()?;
        basket.taken.iter().find_map(|tender| tender.redemption)
    }

    /// What stands in the till's file of its reservation.
    async fn changes(&self, change: impl Fn(&mut OnTicket)) {
        let mut tx = self.agent.store().begin().await.unwrap();
        for mut row in reservation::live(&mut tx, 1).await.unwrap() {
            reservation::delete(&mut tx, row.id()).await.unwrap();
            change(&mut row.on_ticket);
            reservation::insert(&mut tx, 1, &row).await.unwrap();
        }
        self.agent.store().commit(tx).await.unwrap();
    }

    fn asked(&self) -> Vec<(RedemptionId, i64)> {
        self.hub.set(|state| state.asked.iter().map(|ask| (ask.redemption, ask.points.0)).collect())
    }

    /// What the hub thinks once it has heard everything: free, owed, and given up by events.
    async fn settled(&self) -> (i64, i64, Vec<RedemptionId>) {
        for _ in 0..500 {
            if self.agent.status().await.unwrap().unsent == 0 {
                return self.hub.set(|state| {
                    let account = state.points.as_ref().unwrap();
                    assert_eq!(account.reserved(), Points::ZERO, "{account:?}");
                    (account.available().0, account.overdraft().0, state.voided.clone())
                });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the hub never hears of it");
    }
}

fn is_refused(paid: Result<Paid, AgentError>, wanted: &str, points: i64) {
    match paid {
        Err(AgentError::Redeem { code, most }) => assert_eq!((code, most), (wanted, Points(points))),
        other => panic!("{other:?}"),
    }
}

/// All payments in points of a sale, with the reservation that each names.
fn spent(sale: &Sale) -> Vec<(i64, Option<RedemptionId>)> {
    sale.tenders.iter().filter_map(|tender| Some((tender.points?.0, tender.redemption))).collect()
}

#[tokio::test]
async fn points_are_reserved_before_they_pay_and_the_sale_takes_the_reservation() {
    let till = Counter::open(Some(BALANCE), 0).await;
    assert!(matches!(till.pays_points(1, 5_000).await, Ok(Paid::Partly)));
    let id = till.on_ticket().await.expect("a reservation");
    assert_eq!(till.asked(), [(id, 5_000)]);
    // Less than is reserved needs no other one, and the sale frees the rest.
    assert!(matches!(till.pays_points(1, 4_000).await, Ok(Paid::Partly)));
    till.agent.set_link(HubState::Offline);
    let sale = till.closes(1).await;
    assert_eq!(spent(&sale), [(4_000, Some(id))], "held, and so it does not matter whether the hub is there");
    till.agent.set_link(HubState::Online);
    assert_eq!(till.settled().await, (BALANCE - 4_000, 0, vec![]));
    assert_eq!(till.asked().len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_refused_with_what_is() {
    let till = Counter::open(Some(3_000), BALANCE).await;
    is_refused(till.pays_points(1, 5_000).await, "redeem_not_allowed", 3_000);
    assert_eq!(till.agent.till(1).await.unwrap().totals.due, Money(6_500), "nothing was taken");
    assert!(matches!(till.pays_points(1, 3_000).await, Ok(Paid::Partly)));
    let (first, second) = (till.asked()[0].0, till.asked()[1].0);
    assert_eq!(till.on_ticket().await, Some(second));
    let sale = till.closes(1).await;
    assert_eq!(spent(&sale), [(3_000, Some(second))]);
    assert_eq!(till.settled().await, (0, 0, vec![first]));
}

#[tokio::test]
async fn with_the_hub_away_the_floor_decides_and_the_question_is_taken_back() {
    let till = Counter::open(Some(BALANCE), 5_000).await;
    // It holds them each time, and nobody hears of it.
    till.hub.set(|state| state.loses_reserves = 3);
    is_refused(till.pays_points(1, 6_000).await, "redeem_not_allowed", 5_000);
    assert!(matches!(till.pays_points(1, 5_000).await, Ok(Paid::Partly)));
    assert_eq!(till.on_ticket().await, None);
    let sale = till.closes(1).await;
    assert_eq!(spent(&sale), [(5_000, None)]);
    let (free, owed, voided) = till.settled().await;
    assert_eq!((free, owed), (BALANCE - 5_000, 0));
    assert_eq!(voided, till.asked().into_iter().map(|(id, _)| id).collect::<Vec<_>>());
}

#[tokio::test]
async fn points_taken_by_the_floor_are_reserved_at_the_close_if_the_hub_is_back() {
    let till = Counter::open(Some(BALANCE), 5_000).await;
    till.hub.set(|state| state.loses_reserves = 1);
    assert!(matches!(till.pays_points(1, 5_000).await, Ok(Paid::Partly)));
    let sale = till.closes(1).await;
    let (id, points) = till.asked()[1];
    assert_eq!((spent(&sale), points), (vec![(5_000, Some(id))], 5_000));
}

#[tokio::test]
async fn a_hub_of_the_release_before_changes_nothing() {
    let till = Counter::open(None, 0).await;
    assert!(matches!(till.pays_points(1, BALANCE).await, Ok(Paid::Partly)), "by the fresh snapshot");
    assert_eq!(till.on_ticket().await, None);
    assert_eq!(spent(&till.closes(1).await), [(BALANCE, None)]);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_again_under_the_same_name() {
    let till = Counter::open(Some(BALANCE), 0).await;
    till.hub.set(|state| state.loses_reserves = 1);
    is_refused(till.pays_points(1, 5_000).await, "redeem_not_allowed", 0);
    assert!(matches!(till.pays_points(1, 5_000).await, Ok(Paid::Partly)));
    let id = till.on_ticket().await.unwrap();
    assert_eq!(till.asked(), [(id, 5_000), (id, 5_000)]);
    till.closes(1).await;
    assert_eq!(till.settled().await, (BALANCE - 5_000, 0, vec![]));
}

#[tokio::test]
async fn what_has_ended_at_the_hub_is_asked_for_under_another_name() {
    let till = Counter::open(Some(BALANCE), 0).await;
    till.hub.set(|state| state.loses_reserves = 1);
    assert!(till.pays_points(1, 5_000).await.is_err());
    let first = till.asked()[0].0;
    let id = till.agent.desk(1).unwrap().till.id;
    till.hub.set(|state| state.points.as_mut().unwrap().void(first, id, 0).unwrap());
    assert!(matches!(till.pays_points(1, 5_000).await, Ok(Paid::Partly)));
    let second = till.on_ticket().await.unwrap();
    assert_eq!(till.asked(), [(first, 5_000), (first, 5_000), (second, 5_000)]);
    till.closes(1).await;
    assert_eq!(till.settled().await, (BALANCE - 5_000, 0, vec![first]));
}

#[tokio::test]
async fn whom_the_hub_does_not_know_spends_by_the_floor() {
    let till = Counter::open(Some(BALANCE), 5_000).await;
    till.hub.set(|state| state.stranger = Some(member()));
    is_refused(till.pays_points(1, 6_000).await, "redeem_not_allowed", 5_000);
    assert!(matches!(till.pays_points(1, 5_000).await, Ok(Paid::Partly)));
    assert_eq!(till.on_ticket().await, None);
}

#[tokio::test]
async fn gifts_are_reserved_when_the_sale_is_closed() {
    let till = Counter::open(Some(BALANCE), 0).await;
    till.agent.take_gift(1, &"milk".parse().unwrap()).await.unwrap();
    assert!(till.asked().is_empty(), "nothing pays yet");
    let sale = till.closes(1).await;
    let (id, points) = till.asked()[0];
    assert_eq!((spent(&sale), points), (vec![(5_000, Some(id))], 5_000));
    assert_eq!(till.settled().await, (BALANCE - 5_000, 0, vec![]));
    // Another till was faster.
    till.rings_up(1).await;
    till.agent.take_gift(1, &"milk".parse().unwrap()).await.unwrap();
    till.hub.set(|state| state.points.as_mut().unwrap().add(Points(-5_000)).unwrap());
    let (seen, due) = till.seen(1).await;
    is_refused(till.agent.pay(1, seen, Payment::cash(due)).await, "redeem_balance", 2_300);
    assert_eq!(till.seen(1).await.0.basket, seen.basket, "the ticket is open");
}

#[tokio::test]
async fn a_gift_and_a_payment_are_one_reservation() {
    let till = Counter::open(Some(BALANCE), 0).await;
    let milk = "milk".parse().unwrap();
    till.agent.take_gift(1, &milk).await.unwrap();
    till.pays_points(1, 2_000).await.unwrap();
    let id = till.on_ticket().await.unwrap();
    assert_eq!(till.asked(), [(id, 7_000)]);
    // With the payment off the gift still takes points; with it back on, what is reserved is enough.
    let (seen, _) = till.seen(1).await;
    till.agent.give_back(1, seen, 0).await.unwrap();
    till.pays_points(1, 2_000).await.unwrap();
    assert_eq!(till.asked().len(), 1);
    // Another gift: more is asked for at the close.
    till.agent.take_gift(1, &milk).await.unwrap();
    let sale = till.closes(1).await;
    let (second, points) = till.asked()[1];
    assert_eq!(points, 12_000);
    let of_second = |points| (points, Some(second));
    assert_eq!(spent(&sale), [of_second(5_000), of_second(5_000), of_second(2_000)]);
    assert_eq!(till.settled().await, (300, 0, vec![id]));
}

#[tokio::test]
async fn pressed_twice_it_is_one_reservation() {
    let till = Counter::open(Some(BALANCE), 0).await;
    let (one, two) = tokio::join!(till.pays_points(1, 5_000), till.pays_points(1, 5_000));
    assert!(matches!((one, two), (Ok(Paid::Partly), Ok(Paid::Partly))));
    let id = till.on_ticket().await.unwrap();
    assert!(till.asked().iter().all(|asked| *asked == (id, 5_000)));
    till.agent.take_gift(1, &"milk".parse().unwrap()).await.unwrap();
    let (seen, due) = till.seen(1).await;
    let press = || till.agent.pay(1, seen, Payment::cash(due));
    let (one, two) = tokio::join!(press(), press());
    match (one.unwrap(), two.unwrap()) {
        (Paid::Closed(one), Paid::Closed(two)) => assert_eq!(one.sale.id, two.sale.id),
        other => panic!("{other:?}"),
    }
    assert_eq!(till.settled().await, (BALANCE - 10_000, 0, vec![id]));
}

#[tokio::test]
async fn of_two_tills_of_one_agent_one_has_them() {
    let till = Counter::open(Some(BALANCE), 0).await;
    till.rings_up(2).await;
    let (one, two) = tokio::join!(till.pays_points(1, BALANCE), till.pays_points(2, BALANCE));
    let refused: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
    assert!(matches!(&refused[..], [AgentError::Redeem { most: Points::ZERO, .. }]), "{refused:?}");
    for n in [1, 2] {
        till.closes(n).await;
    }
    let (free, owed, _) = till.settled().await;
    assert_eq!((free, owed), (0, 0));
    let committed = |row: &&domain::sync::redemption::Reservation| row.state == ReservationState::Committed;
    let count = till
        .hub
        .set(|state| state.points.as_ref().unwrap().reservations().values().filter(committed).count());
    assert_eq!(count, 1);
}

#[tokio::test]
async fn in_training_nobody_is_asked() {
    let till = Counter::open(Some(BALANCE), BALANCE).await;
    let (seen, _) = till.seen(1).await;
    till.agent.cancel(1, seen.basket).await.unwrap();
    till.agent.set_training(1, true).await.unwrap();
    till.rings_up(1).await;
    till.pays_points(1, 5_000).await.unwrap();
    assert_eq!(spent(&till.closes(1).await), [(5_000, None)]);
    assert!(till.asked().is_empty());
    till.stop.send(true).unwrap();
    till.syncing.await.unwrap();
}
