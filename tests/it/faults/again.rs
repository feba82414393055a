//! What was kept aside, and is tried again.

use chrono::{DateTime, Utc};
use domain::sync::Disposition::{self, Applied as Took, Held, Quarantined};
use hub_server::db::{DbError, Tx};
use hub_server::intake::Rooms;
use hub_server::sync::{Accepted, Applied, Apply, Gatherer, Tried, take_up_held, try_again};

use crate::stories::on_both;
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::pusher::{Desk, Planted, said};

on_both!(
    what_is_tried_again_takes_effect_once,
    what_waited_for_a_later_release_is_taken_up,
    what_is_known_and_does_not_fit_waits_for_a_person,
    what_does_not_fit_stays,
);

const WAITING: &str = "select count(*) from quarantine where settled_at is null";

fn quarantined(code: &str) -> Disposition {
    Quarantined { code: code.to_owned() }
}

async fn what_is_tried_again_takes_effect_once(kind: Kind) {
    let poison = domain::ids::SaleId::new(1, [11; 10]).into();
    let desk = Desk::open(kind, Planted { poison: vec![poison], ..Planted::nothing() }).await;
    let mut till = desk.till("11").await;
    let events = vec![till.sale(1), till.sale(2)];
    let failed = vec![quarantined("apply_failed"), Took];
    assert_eq!(said(desk.take(till.push(events.clone())).await), Ok(failed.clone()));

    let place = (till.log, 1);
    let kept = try_again(&desk.app, &desk.rooms, place, "ana").await.unwrap();
    assert_eq!(kept, Tried::Kept(quarantined("apply_failed")), "what stood in its way is still there");
    assert_eq!((desk.hub.sales().await, desk.hub.count(WAITING).await), (1, 1));
    assert_eq!(said(desk.take(till.push(events.clone())).await), Ok(failed), "the first answer again");

    let (beside, _) = desk.beside().await;
    let (one, other) =
        tokio::join!(try_again(&desk.app, &Rooms, place, "ana"), try_again(&beside, &Rooms, place, "bea"));
    let both = [one.unwrap(), other.unwrap()];
    assert!(both.contains(&Tried::Applied) && both.contains(&Tried::Nothing), "{both:?}");
    assert_eq!(try_again(&beside, &Rooms, place, "bea").await.unwrap(), Tried::Nothing);
    assert_eq!((desk.hub.sales().await, desk.hub.count(WAITING).await), (2, 0));
    desk.hub.counts("select count(*) from audit where action = 'quarantine.apply'", 1).await;
    assert_eq!(said(desk.take(till.push(events)).await), Ok(vec![Took, Took]), "what became of it");
    desk.hub.verify_ledger().exits(0);
}

/// As a release answers that does not know these kinds.
#[derive(Debug, Clone)]
struct Before;

impl Apply for Before {
    async fn apply(&self, _: &mut Tx, events: &[Accepted], _: DateTime<Utc>) -> Result<Applied, DbError> {
        Ok(Applied { dispositions: vec![Held; events.len()], news: vec![] })
    }
}

async fn what_waited_for_a_later_release_is_taken_up(kind: Kind) {
    let desk = Desk::open(kind, Planted::nothing()).await;
    let mut till = desk.till("11").await;
    let known = vec![till.sale(1), till.sale(2)];
    let head = till.head;
    let later = String::from_utf8(till.sale(3)).unwrap().replace("\"kind_v\":1", "\"kind_v\":9");
    till.head = head;
    let later = till.advance(later.into_bytes());
    let push = till.push([known, vec![later]].concat());
    let before = Gatherer::new(Before);
    assert_eq!(said(before.take(&desk.app, push).await), Ok(vec![Held, Held, Held]));
    assert_eq!((desk.hub.sales().await, desk.hub.count(WAITING).await), (0, 3));

    assert_eq!(take_up_held(&desk.app, &Rooms).await.unwrap(), 2);
    assert_eq!(
        (desk.hub.sales().await, desk.hub.count(WAITING).await),
        (2, 1),
        "one is of a later release yet"
    );
    assert_eq!(take_up_held(&desk.app, &Rooms).await.unwrap(), 0);
    desk.hub.verify_ledger().exits(0);
}

async fn what_is_known_and_does_not_fit_waits_for_a_person(kind: Kind) {
    let poison = domain::ids::SaleId::new(1, [11; 10]).into();
    let desk = Desk::open(kind, Planted { poison: vec![poison], ..Planted::nothing() }).await;
    let mut till = desk.till("11").await;
    let events = vec![till.sale(1), till.sale(2)];
    let before = Gatherer::new(Before);
    assert_eq!(said(before.take(&desk.app, till.push(events.clone())).await), Ok(vec![Held, Held]));
    assert_eq!(take_up_held(&desk.app, &desk.rooms).await.unwrap(), 1);
    assert_eq!((desk.hub.sales().await, desk.hub.count(WAITING).await), (1, 1));
    assert_eq!(desk.hub.count("select count(*) from quarantine where code = 'apply_failed'").await, 1);
    let answer = said(desk.take(till.push(events)).await);
    assert_eq!(answer, Ok(vec![quarantined("apply_failed"), Took]), "what it is now");
}

async fn what_does_not_fit_stays(kind: Kind) {
    let mut desk = Desk::open(kind, Planted::nothing()).await;
    let mut till = desk.till("11").await;
    let good = till.sale(1);
    let head = till.head;
    let broken = String::from_utf8(till.sale(2)).unwrap().replace("\"gross\":4200", "\"gross\":4201");
    till.head = head;
    let broken = till.advance(broken.into_bytes());
    let unreadable = till.advance(b"no event".to_vec());
    let answer = said(desk.take(till.push(vec![good, broken, unreadable])).await);
    assert_eq!(answer, Ok(vec![Took, quarantined("broken_body")]), "what is no event has no turn");

    let kept = try_again(&desk.app, &Rooms, (till.log, 2), "ana").await.unwrap();
    assert_eq!(kept, Tried::Kept(quarantined("broken_body")));
    for seq in [1, 3, 4] {
        let nothing = try_again(&desk.app, &Rooms, (till.log, seq), "ana").await.unwrap();
        assert_eq!(nothing, Tried::Nothing, "{seq}");
    }
    desk.hub.serve();
    let admin = Api::of(&desk.hub, "admin");
    let page = admin.submit("/quarantine", "/quarantine/apply", &[]).await;
    assert!(page.contains("Nada surtió efecto. 1 todavía no encaja."), "{page}");
    let place = ("log", till.log.to_string());
    let one = [(place.0, place.1.as_str()), ("seq", "2"), ("all", "false")];
    let page = admin.submit("/quarantine", "/quarantine/apply", &one).await;
    assert!(page.contains("Nada surtió efecto. 1 todavía no encaja."), "{page}");
    assert_eq!((desk.hub.sales().await, desk.hub.count(WAITING).await), (1, 2));
}
