//! What a carried queue would do, tried before it is taken in.

use domain::sync::{read_batch, write_batch};

use super::*;
use crate::error::Error;
use crate::sync::Rehearsal;

/// New and repeated events, or the code of the refusal.
async fn tried(
    rehearsal: &mut Rehearsal,
    till: &TestTill<'_>,
    hub: &TestHub,
    first: i64,
    events: &[Vec<u8>],
) -> Result<(usize, usize), String> {
    let last = first + i64::try_from(events.len()).unwrap() - 1;
    let head = Head { seq: last, hash: domain::sync::hash_event(events.last().unwrap()) };
    let batch = read_batch(&write_batch(till.session, till.log, first, events, head).unwrap()).unwrap();
    match rehearsal.take(&hub.app, till.id, batch).await {
        Ok(counts) => Ok(counts),
        Err(Error::Refused(problem)) => Err(problem.code),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_would_be_refused_is_not_counted_and_nothing_is_taken() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let events: Vec<Vec<u8>> = (1..=6).map(|n| till.sale(&Ticket::sold(n, None, 100).sale())).collect();
    till.push_from(1, &events[..2]).await.unwrap();
    let mut rehearsal = Rehearsal::default();
    let gap = Err("gap".to_owned());
    assert_eq!(tried(&mut rehearsal, &till, &hub, 4, &events[3..]).await, gap);
    assert_eq!(tried(&mut rehearsal, &till, &hub, 1, &events[..4]).await, Ok((2, 2)));
    // The run behind it, which the hub itself would still refuse, and the same once more.
    assert_eq!(tried(&mut rehearsal, &till, &hub, 5, &events[4..]).await, Ok((2, 0)));
    assert_eq!(tried(&mut rehearsal, &till, &hub, 2, &events[1..]).await, Ok((0, 5)));
    assert_eq!(sales(&hub).await, 2);
    // Another history, of what the hub has and of what it would have.
    till.head = Head::EMPTY;
    let other = vec![till.sale(&Ticket::sold(9, None, 100).sale())];
    let forked = Err("log_forked".to_owned());
    assert_eq!(tried(&mut rehearsal, &till, &hub, 1, &other).await, forked);
    till.head = Head { seq: 4, hash: domain::sync::hash_event(&events[3]) };
    let other = vec![till.sale(&Ticket::sold(9, None, 100).sale())];
    assert_eq!(tried(&mut rehearsal, &till, &hub, 5, &other).await, forked);
    assert_eq!(tried(&mut Rehearsal::default(), &till, &hub, 5, &events[4..]).await, gap);
}
