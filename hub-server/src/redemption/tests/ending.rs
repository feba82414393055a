//! How a reservation ends: by its sale, its void, its log or two people.

use super::*;

#[tokio::test]
async fn what_is_voided_before_it_is_asked_for_holds_nothing() {
    let hub = hub().await;
    let (mut first, second) = tills(&hub, 500).await;
    let late = request(&first, &hub, 1, 500).await;
    void(&mut first, &hub, 1).await;
    assert_eq!(ask(&first, &late).await, Ok(ReserveReply::Ended));

    // One that is given up with the next request need not wait for the log; another till's is not this one's to give up.
    assert_eq!(asks(&first, &hub, 2, 400).await, held(100));
    let not_its = ReserveRequest { voided: vec![id(2)], ..request(&second, &hub, 3, 500).await };
    assert_eq!(ask(&second, &not_its).await, Ok(lacks(100)));
    let next = ReserveRequest { voided: vec![id(2), id(4)], ..request(&first, &hub, 3, 450).await };
    for _ in 0..2 {
        assert_eq!(ask(&first, &next).await, Ok(held(50)));
    }
    void(&mut first, &hub, 2).await;
    assert_eq!(asks(&first, &hub, 4, 1).await, ReserveReply::Ended);
    assert_eq!(states(&hub, &[1, 2, 3, 4]).await, ["voided", "voided", "held", "voided"]);
    void(&mut first, &hub, 3).await;
    assert_eq!(asks(&second, &hub, 5, 500).await, held(0));
    assert_eq!(points(&hub).await, (500, 0));
}

#[tokio::test]
async fn a_log_that_has_passed_its_intent_lets_go_of_the_points() {
    let hub = hub().await;
    let (mut first, second) = tills(&hub, 500).await;
    let early = request(&first, &hub, 1, 300).await;
    assert_eq!(ask(&first, &early).await, Ok(held(200)));
    // Days of the hub's clock, and events of others, change nothing.
    hub.app.clock.advance(TimeDelta::minutes(9));
    let event = any_event(&mut first, 101, HELD_MS - 1, "b");
    push(&first, &[event]).await;
    assert_eq!(states(&hub, &[1]).await, ["held"]);
    assert_eq!(asks(&second, &hub, 2, 300).await, lacks(200));
    // A sale that comes with the event which would let go of its points takes them all the same.
    assert_eq!(ask(&first, &early).await, Ok(held(200)), "asked again in time");
    let sale = first.sale(&paid(4, CARD, 100, Some(1)));
    let event = any_event(&mut first, 102, HELD_MS, "b");
    push(&first, &[sale, event]).await;
    assert_eq!((states(&hub, &[1]).await, points(&hub).await), (vec!["committed"], (400, 0)));

    let next = request(&first, &hub, 3, 400).await;
    assert_eq!(ask(&first, &next).await, Ok(held(0)));
    let event = any_event(&mut first, 103, HELD_MS, "b");
    push(&first, &[event]).await;
    assert_eq!(states(&hub, &[3]).await, ["ran_out"]);
    assert_eq!(ask(&first, &next).await, Ok(ReserveReply::Ended));
    assert_eq!(asks(&second, &hub, 5, 400).await, held(0), "the points are free");
    holds_together(&hub).await;
}

#[tokio::test]
async fn a_machine_that_was_started_again_lets_go_of_the_points() {
    let hub = hub().await;
    let (mut first, second) = tills(&hub, 500).await;
    assert_eq!(asks(&second, &hub, 2, 100).await, held(400));
    assert_eq!(asks(&first, &hub, 1, 400).await, held(0));
    let event = any_event(&mut first, 101, 5, "c");
    push(&first, &[event]).await;
    assert_eq!(states(&hub, &[1, 2]).await, ["ran_out", "held"], "the other till's log says nothing");
}

#[tokio::test]
async fn a_copy_that_comes_after_its_log_has_passed_holds_nothing() {
    let hub = hub().await;
    let (mut first, second) = tills(&hub, 500).await;
    let late = request(&first, &hub, 1, 500).await;
    let event = any_event(&mut first, 101, HELD_MS, "b");
    push(&first, &[event]).await;
    for _ in 0..2 {
        assert_eq!(ask(&first, &late).await, Ok(ReserveReply::Ended));
        assert_eq!(states(&hub, &[1]).await, ["ran_out"]);
    }
    assert_eq!(asks(&second, &hub, 2, 500).await, held(0));
}

#[tokio::test]
async fn a_sale_stands_whatever_became_of_its_reservation() {
    let hub = hub().await;
    let (mut first, mut second) = tills(&hub, 500).await;
    // Less than was reserved: the rest is free again.
    assert_eq!(asks(&first, &hub, 1, 400).await, held(100));
    tell_sale(&mut first, paid(4, CARD, 100, Some(1))).await;
    assert_eq!(asks(&second, &hub, 2, 400).await, held(0));
    // What was let go, and spent elsewhere meanwhile, is debt; so is more than was reserved.
    void(&mut second, &hub, 2).await;
    assert_eq!(asks(&first, &hub, 3, 300).await, held(100));
    tell_sale(&mut second, paid(5, CARD, 250, Some(2))).await;
    assert_eq!(points(&hub).await, (150, 0));
    assert_eq!(states(&hub, &[2, 3]).await, ["committed", "held"]);
    tell_sale(&mut first, paid(6, CARD, 300, Some(3))).await;
    assert_eq!(points(&hub).await, (0, 150));
    // As after a backup: a sale whose reservation this hub never heard of.
    tell_sale(&mut second, paid(7, CARD, 10, Some(8))).await;
    assert_eq!((points(&hub).await, states(&hub, &[8]).await), ((0, 160), vec!["committed"]));
    assert_eq!(asks(&second, &hub, 8, 10).await, ReserveReply::Ended);
    // Without a name, as a till of before sends it.
    tell_sale(&mut first, paid(9, CARD, 5, None)).await;
    assert_eq!(points(&hub).await, (0, 165));
    assert_eq!(asks(&first, &hub, 10, 1).await, lacks(0));
    holds_together(&hub).await;
}

#[tokio::test]
async fn a_sale_that_comes_by_another_log_takes_what_was_reserved_for_it() {
    let hub = hub().await;
    let (mut first, _) = tills(&hub, 500).await;
    assert_eq!(asks(&first, &hub, 1, 500).await, held(0));
    first.log = domain::ids::LogId::new(2, [42; 10]);
    first.head = domain::sync::Head::EMPTY;
    let event = any_event(&mut first, 101, HELD_MS, "c");
    push(&first, &[event]).await;
    assert_eq!(states(&hub, &[1]).await, ["held"], "another log says nothing of it");
    let sale = first.sale(&paid(4, CARD, 500, Some(1)));
    push(&first, &[sale]).await;
    assert_eq!((states(&hub, &[1]).await, points(&hub).await), (vec!["committed"], (0, 0)));
}

#[tokio::test]
async fn a_sale_that_is_set_aside_takes_nothing() {
    let hub = hub().await;
    let (mut first, _) = tills(&hub, 500).await;
    tell_sale(&mut first, sold(4, 1)).await;
    assert_eq!(asks(&first, &hub, 1, 500).await, held(1));
    let draft = SaleDraft { id: SaleId::new(9, [77; 10]), ..paid(4, CARD, 500, Some(1)).into() };
    let event = first.sale(&Sale::close(draft).unwrap());
    let reply = first.push(&[event]).await.unwrap();
    assert_eq!(reply.dispositions[0].1, Disposition::Quarantined { code: "receipt_conflict".to_owned() });
    assert_eq!((states(&hub, &[1]).await, points(&hub).await), (vec!["held"], (501, 0)));
    let event = any_event(&mut first, 101, HELD_MS, "b");
    push(&first, &[event]).await;
    assert_eq!(states(&hub, &[1]).await, ["ran_out"]);
}

#[tokio::test]
async fn two_people_let_go_of_what_a_till_holds_that_does_not_come_back() {
    let hub = hub().await;
    let (mut first, mut second) = tills(&hub, 500).await;
    assert_eq!(asks(&first, &hub, 1, 500).await, held(0));
    let say = async |who: &'static str| {
        let mut tx = hub.app.db.begin().await.unwrap();
        let said = desk::release(&mut tx, id(1), who, hub.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        said
    };
    assert_eq!(say("ana").await, Err(Refusal::Early));
    hub.app.clock.advance(TimeDelta::days(1));
    (first.at, second.at) = (hub.app.clock.now(), hub.app.clock.now());
    assert_eq!(say("ana").await, Ok(Said::Waits));
    assert_eq!(say("ana").await, Err(Refusal::SamePerson));
    assert_eq!((states(&hub, &[1]).await, asks(&second, &hub, 2, 1).await), (vec!["held"], lacks(0)));
    assert_eq!(say("luz").await, Ok(Said::Released));
    assert_eq!(say("luz").await, Err(Refusal::NotHeld));
    assert_eq!(asks(&second, &hub, 2, 500).await, held(0));
    assert_eq!(asks(&first, &hub, 1, 500).await, ReserveReply::Ended);
    // The till came back after all: both sales stand, and the account is in debt.
    tell_sale(&mut first, paid(4, CARD, 500, Some(1))).await;
    tell_sale(&mut second, paid(5, CARD, 500, Some(2))).await;
    assert_eq!(points(&hub).await, (0, 500));
    holds_together(&hub).await;
    let mut tx = hub.app.db.read().await.unwrap();
    let rows = audit::latest(&mut tx, 20).await.unwrap();
    for (action, who) in [("redemption.release_asked", "ana"), ("redemption.released", "luz")] {
        assert!(rows.iter().any(|row| row.action == action && row.who == who), "{action}: {rows:?}");
    }
}
