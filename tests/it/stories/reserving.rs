//! Points that are reserved at the hub: of tills that want the last ones at once, through whichever hub, one has them.

use domain::ids::{EventId, MemberId, RedemptionId, SaleId};
use domain::money::Points;
use domain::sale::Sale;
use domain::sync::Disposition::Applied;
use domain::sync::redemption::{Moment, RedemptionVoided, ReserveReply, ReserveRequest};
use domain::sync::{Body, Disposition};
use hub_server::access::SignedTill;
use hub_server::redemption::{Asked, reserve};
use hub_server::{App, members};
use serde_json::json;

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::pusher::{Desk, Planted, Pusher, said};

on_both!(
    of_two_tills_that_reserve_the_last_points_at_once_one_has_them,
    what_is_reserved_and_taken_at_once_is_spent_once,
);

/// A till that asks past HTTP.
struct Asker {
    pusher: Pusher,
    code: &'static str,
}

impl Asker {
    async fn at(desk: &Desk, code: &'static str) -> Self {
        Self { pusher: desk.till(code).await, code }
    }

    /// Asks through one of the hubs, in a transaction of its own as a request does.
    async fn ask(&self, app: &App, member: MemberId, id: RedemptionId, points: Points) -> ReserveReply {
        let signed = SignedTill {
            till: self.pusher.till,
            store: "001".parse().unwrap(),
            code: self.code.parse().unwrap(),
        };
        let request = ReserveRequest {
            redemption: id,
            member,
            points,
            log: self.pusher.log,
            seq: self.pusher.head.seq,
            intent: Moment { boot: "b".to_owned(), mono_ms: 1, utc_ms: 1 },
            voided: vec![],
        };
        let now = app.clock.now();
        let mut tx = app.db.begin().await.unwrap();
        let asked = reserve(&mut tx, &signed, &request, now.date_naive(), now).await.unwrap();
        tx.commit().await.unwrap();
        let Asked::Said(reply, _) = asked else { panic!("refused: {asked:?}") };
        reply
    }

    /// The next event of the log: the points are not taken.
    fn gives_up(&mut self, n: u8, member: MemberId, redemption: RedemptionId) -> Vec<u8> {
        let event = EventId::new(i64::from(n), [n; 10]);
        self.pusher.event(event, &Body::RedemptionVoided(RedemptionVoided { redemption, member }))
    }

    /// The next event of the log: a sale that these points pay.
    fn pays(&mut self, n: u8, points: Points, redemption: RedemptionId) -> Vec<u8> {
        let sale: SaleId = self.pusher.sale_id(n);
        let amount = points.0;
        let sale: Sale = serde_json::from_value(json!({
            "id": sale, "store": "001", "till": self.code, "business_date": "2026-03-01", "receipt_no": n,
            "occurred_at": "2026-03-01T11:00:00-05:00", "card": ANA, "card_entry": "scanned",
            "status": "completed", "change": 0,
            "lines": [{ "number": 1, "kind": "sale", "sku": "100", "name": "Leche", "quantity": 1000,
                "unit_price": amount, "gross": amount, "net": amount, "tax": 0 }],
            "tenders": [{ "kind": "points", "amount": amount, "points": points, "redemption": redemption }],
        }))
        .unwrap();
        self.pusher.event(sale.id.into(), &Body::Sale(Box::new(sale.clone())))
    }
}

fn name(n: u8, till: u8) -> RedemptionId {
    RedemptionId::new(i64::from(n), [till; 10])
}

async fn ana(app: &App) -> MemberId {
    let mut tx = app.db.read().await.unwrap();
    members::by_card(&mut tx, &ANA.parse().unwrap()).await.unwrap().unwrap().id
}

async fn takes(desk: &Desk, pusher: &Pusher, event: Vec<u8>) {
    assert_eq!(said(desk.take(pusher.push(vec![event])).await), Ok::<Vec<Disposition>, _>(vec![Applied]));
}

/// Two tills at two hubs, and what there is to spend.
async fn desk(kind: Kind) -> (Desk, App, [Asker; 2], MemberId, Points) {
    let desk = Desk::open(kind, Planted::nothing()).await;
    let (other, _) = desk.beside().await;
    let mut tills = [Asker::at(&desk, "71").await, Asker::at(&desk, "72").await];
    for n in 1..=2 {
        let event = tills[0].pusher.sale(n);
        takes(&desk, &tills[0].pusher, event).await;
    }
    let member = ana(&desk.app).await;
    let too_many = Points(1_000_000_000);
    let said = tills[0].ask(&desk.app, member, name(200, 1), too_many).await;
    let ReserveReply::NotEnough { available } = said else { panic!("{said:?}") };
    assert!(available > Points::ZERO, "sales earned nothing");
    (desk, other, tills, member, available)
}

async fn of_two_tills_that_reserve_the_last_points_at_once_one_has_them(kind: Kind) {
    let (desk, other, [mut one, mut two], member, all) = desk(kind).await;
    for n in 1..=20 {
        let (first, second) = tokio::join!(
            one.ask(&desk.app, member, name(n, 1), all),
            two.ask(&other, member, name(n, 2), all),
        );
        let (held, nothing) =
            (ReserveReply::Held { left: Points::ZERO }, ReserveReply::NotEnough { available: Points::ZERO });
        assert!([[held, nothing], [nothing, held]].contains(&[first, second]), "{n}: {first:?} {second:?}");
        let (winner, id) = if first == held { (&mut one, name(n, 1)) } else { (&mut two, name(n, 2)) };
        let event = winner.gives_up(n, member, id);
        takes(&desk, &winner.pusher, event).await;
    }
    assert_eq!(desk.hub.count("select count(*) from reservation where state = 'held'").await, 0);
}

async fn what_is_reserved_and_taken_at_once_is_spent_once(kind: Kind) {
    let (desk, other, [mut one, mut two], member, all) = desk(kind).await;
    let part = Points(all.0 / 40);
    for n in 10..=20 {
        // One till pays with what it reserved, while the other reserves at the other hub.
        let id = name(n, 1);
        let said = one.ask(&desk.app, member, id, part).await;
        assert!(matches!(said, ReserveReply::Held { .. }), "{n}: {said:?}");
        let event = one.pays(n, part, id);
        let ((), reply) =
            tokio::join!(takes(&desk, &one.pusher, event), two.ask(&other, member, name(n, 2), part));
        assert!(matches!(reply, ReserveReply::Held { .. }), "{n}: {reply:?}");
        let event = two.pays(n, part, name(n, 2));
        takes(&desk, &two.pusher, event).await;
    }
    let left = Points(all.0 - 22 * part.0);
    assert_eq!(
        one.ask(&desk.app, member, name(99, 1), left).await,
        ReserveReply::Held { left: Points::ZERO }
    );
    let said = two.ask(&other, member, name(99, 2), Points(1)).await;
    assert_eq!(said, ReserveReply::NotEnough { available: Points::ZERO });
    assert_eq!(desk.hub.count("select count(*) from reservation where state = 'committed'").await, 22);
    assert_eq!(desk.hub.count("select count(*) from account where debt > 0").await, 0);
    desk.hub.verify_ledger().exits(0);
}
