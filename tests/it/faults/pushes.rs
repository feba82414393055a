//! Many pushes in one commit: each has its own answer, whatever is wrong with its neighbours.

use domain::sync::Disposition::{Applied, Duplicate, Quarantined};
use domain::sync::{Disposition, Envelope, Head};

use crate::stories::on_both;
use crate::world::databases::Kind;
use crate::world::pusher::{Desk, Planted, Pusher, begin, counted, said};

on_both!(
    each_push_of_a_group_has_its_own_answer,
    one_log_goes_in_order,
    who_goes_away_loses_nothing_and_holds_nobody_up,
    a_text_with_nul_is_kept_aside_by_name,
);

/// Commits that are under way at once: as many pushes must be held so that others wait.
fn hands(kind: Kind) -> u8 {
    match kind {
        Kind::Sqlite => 1,
        Kind::Postgres => 2,
    }
}

/// A desk whose hands are all at work on tills `91` and on, until the gate lets them on.
async fn occupied(kind: Kind, mut rooms: Planted) -> (Desk, Vec<Pusher>) {
    let desk = Desk::open(kind, Planted::nothing()).await;
    let mut holders = vec![];
    for n in 0..hands(kind) {
        let till = desk.till(&(91 + n).to_string()).await;
        rooms.held.push(till.sale_id(1).into());
        holders.push(till);
    }
    let gatherer = hub_server::sync::Gatherer::new(rooms.clone());
    (Desk { rooms, gatherer, ..desk }, holders)
}

fn quarantined(code: &str) -> Disposition {
    Quarantined { code: code.to_owned() }
}

async fn each_push_of_a_group_has_its_own_answer(kind: Kind) {
    let [poison, panics] = [14, 15].map(|seed| domain::ids::SaleId::new(1, [seed; 10]).into());
    let rooms = Planted { poison: vec![poison], panics: vec![panics], ..Planted::nothing() };
    let (desk, mut holders) = occupied(kind, rooms).await;
    // Good, with a gap, forked, with poison, one that panics, good.
    let mut tills = vec![];
    for code in ["11", "12", "13", "14", "15", "16"] {
        tills.push(desk.till(code).await);
    }
    let before = tills[2].sale(1);
    assert_eq!(said(desk.take(tills[2].push(vec![before])).await), Ok(vec![Applied]));

    let mut takes: Vec<_> = holders
        .iter_mut()
        .map(|till| {
            let event = till.sale(1);
            Box::pin(desk.take(till.push(vec![event])))
        })
        .collect();
    desk.all_held(&mut takes).await;
    // A log that the hub lacks the beginning of, and one that goes on otherwise than it began.
    tills[1].head.seq = 4;
    tills[2].head = Head::EMPTY;
    for (n, till) in tills.iter_mut().enumerate() {
        let first = if n == 2 { 7 } else { 1 };
        let events = vec![till.sale(first), till.sale(first + 1)];
        let mut take = Box::pin(desk.take(till.push(events)));
        begin(&mut take);
        takes.push(take);
    }
    desk.rooms.let_on();
    let mut answers = vec![];
    for take in takes {
        answers.push(said(take.await));
    }
    let answers = answers.split_off(holders.len());
    let wanted = [
        Ok(vec![Applied, Applied]),
        Err("gap".to_owned()),
        Err("log_forked".to_owned()),
        Ok(vec![quarantined("apply_failed"), Applied]),
        Ok(vec![quarantined("apply_failed"), Applied]),
        Ok(vec![Applied, Applied]),
    ];
    assert_eq!(answers, wanted);
    let logs = "select count(*) from log";
    assert_eq!(desk.hub.count(logs).await, 5 + i64::from(hands(kind)), "who was refused left nothing behind");
    assert_eq!(desk.hub.count("select count(*) from log where status = 'forked'").await, 1);
    assert_eq!(desk.hub.sales().await, 7 + i64::from(hands(kind)));
    desk.hub.verify_ledger().exits(0);
}

async fn one_log_goes_in_order(kind: Kind) {
    let (desk, mut holders) = occupied(kind, Planted::nothing()).await;
    let (mut till, mut neighbour) = (desk.till("11").await, desk.till("12").await);
    let mut takes = vec![];
    for till in &mut holders {
        let event = till.sale(1);
        takes.push(Box::pin(desk.take(till.push(vec![event]))));
    }
    desk.all_held(&mut takes).await;
    let first = till.sale(1);
    let again = till.push(vec![first.clone()]);
    let pushes = [
        till.push(vec![first]),
        {
            let next = till.sale(2);
            till.push(vec![next])
        },
        again,
        {
            let next = neighbour.sale(1);
            neighbour.push(vec![next])
        },
    ];
    let commits = desk.commits();
    for push in pushes {
        let mut take = Box::pin(desk.take(push));
        begin(&mut take);
        takes.push(take);
    }
    desk.rooms.let_on();
    for take in takes {
        assert_eq!(said(take.await), Ok(vec![Applied]));
    }
    // The neighbour goes with the first push; each of the others has to wait for the one before.
    assert_eq!(desk.commits() - commits, 3);
    assert_eq!(desk.hub.sales().await, 3 + i64::from(hands(kind)));
}

async fn who_goes_away_loses_nothing_and_holds_nobody_up(kind: Kind) {
    let (desk, mut holders) = occupied(kind, Planted::nothing()).await;
    let (mut gone, mut stays) = (desk.till("11").await, desk.till("12").await);
    let begun: Vec<Vec<u8>> = holders.iter_mut().map(|till| till.sale(1)).collect();
    let mut takes = vec![];
    for (till, event) in holders.iter().zip(&begun) {
        takes.push(Box::pin(desk.take(till.push(vec![event.clone()]))));
    }
    desk.all_held(&mut takes).await;
    let (never, waits) = (gone.sale(1), stays.sale(1));
    let mut leaving = Box::pin(desk.take(gone.push(vec![never.clone()])));
    begin(&mut leaving);
    let mut waiting = Box::pin(desk.take(stays.push(vec![waits])));
    begin(&mut waiting);
    // Of one that waits nothing was done; what is under way is finished, whoever hears of it.
    drop(leaving);
    drop(takes);
    desk.rooms.let_on();
    assert_eq!(said(waiting.await), Ok(vec![Applied]));
    for (till, event) in holders.iter().zip(begun) {
        assert_eq!(
            said(desk.take(till.push(vec![event])).await),
            Ok(vec![Applied]),
            "the first answer again"
        );
    }
    let repeated = counted(&desk.app, "yapa_events_total{disposition=\"repeated\"}");
    assert_eq!(repeated, u64::from(hands(kind)), "they were taken when they first came");
    assert_eq!(desk.hub.sales().await, 1 + i64::from(hands(kind)));
    assert_eq!(said(desk.take(gone.push(vec![never])).await), Ok(vec![Applied]));
    desk.hub.verify_ledger().exits(0);
}

async fn a_text_with_nul_is_kept_aside_by_name(kind: Kind) {
    let desk = Desk::open(kind, Planted::nothing()).await;
    let mut till = desk.till("11").await;
    let with = |till: &mut Pusher, n: u8, from: &str, to: &str| {
        let head = till.head;
        let text = String::from_utf8(till.sale(n)).unwrap();
        assert!(text.contains(from), "{text}");
        till.head = head;
        till.advance(text.replace(from, to).into_bytes())
    };
    let named = with(&mut till, 1, "\"Leche\"", "\"Le\\u0000che\"");
    let quoted = with(&mut till, 2, "\"scanned\"", "\"\\u0000\"");
    let escaped = with(&mut till, 3, "\"Leche\"", "\"Le\\\\u0000che\"");
    let half = with(&mut till, 4, "\"Leche\"", "\"Le\\ud800che\"");
    let kindless = with(&mut till, 5, "\"kind\":\"sale\",\"kind_v\"", "\"kind\":\"\\u0000\",\"kind_v\"");
    let good = till.sale(6);
    let events = vec![named.clone(), quoted, escaped, half, kindless, good];
    let wanted = vec![
        quarantined("nul_character"),
        quarantined("nul_character"),
        Applied,
        quarantined("broken_body"),
        Applied,
    ];
    assert_eq!(said(desk.take(till.push(events.clone())).await), Ok(wanted.clone()), "no event has no turn");
    assert_eq!(said(desk.take(till.push(events)).await), Ok(wanted), "a repeat is told the same");
    let mut tx = desk.app.db.read().await.unwrap();
    let aside = hub_server::sync::quarantine(&mut tx, false, 10).await.unwrap();
    let codes: Vec<&str> = aside.iter().rev().map(|row| row.code.as_str()).collect();
    assert_eq!(codes, ["nul_character", "nul_character", "broken_body", "unreadable_event"]);
    assert_eq!(aside.last().unwrap().raw, named, "as it was received");
    let again =
        Envelope::parse(&named).unwrap().relog(domain::ids::LogId::new(2, [99; 10]), Head::EMPTY).unwrap();
    drop(tx);
    (till.log, till.head) = (domain::ids::LogId::new(2, [99; 10]), Head::EMPTY);
    let again = till.advance(again.bytes);
    assert_eq!(said(desk.take(till.push(vec![again])).await), Ok(vec![Duplicate]));
    assert_eq!(desk.hub.sales().await, 2);
    desk.hub.verify_ledger().exits(0);
}
