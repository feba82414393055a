//! What must not shake the figures: an asker who goes away, a mistyped date, a member who changed.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use chrono::NaiveDate;
use domain::money::Quantity;
use domain::sale::{SaleDraft, SaleStatus};

use crate::insights::{self, Level, Question, Resident};
use crate::intake::import_sales;
use crate::members::{self, Consent, Profile};
use crate::stock::{self, Count};
use crate::testing::{TestHub, Ticket};

/// Polls a future so many times and then drops it, as a request is dropped whose client went away; none
/// where it was dropped.
async fn given_up_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Asks again and again, a little more patiently each time; answers how many tickets were counted at last.
async fn asked_impatiently(hub: &TestHub, resident: &Resident) -> u64 {
    let question = Question { level: Level::Sku, min_count: 1, store: None, from: None, to: None };
    let mut polls = 0;
    loop {
        let mut tx = hub.app.db.read().await.unwrap();
        if let Some(answer) = given_up_after(polls, resident.affinity(&mut tx, &question)).await {
            return answer.unwrap().tickets;
        }
        polls += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_asking_half_way_leaves_nothing_counted_twice() {
    let hub = TestHub::new().await;
    let resident = Resident::default();
    let some = |numbers: std::ops::RangeInclusive<u8>| -> Vec<SaleDraft> {
        numbers.map(|n| Ticket::sold(n, None, 100).draft()).collect()
    };
    import_sales(&hub.app, some(1..=120)).await.unwrap();
    assert_eq!(asked_impatiently(&hub, &resident).await, 120, "at the first load");
    import_sales(&hub.app, some(121..=240)).await.unwrap();
    assert_eq!(asked_impatiently(&hub, &resident).await, 240, "with what came since");
}

#[tokio::test]
async fn neither_a_mistyped_year_nor_training_moves_the_day() {
    let hub = TestHub::new().await;
    let now = hub.app.clock.now();
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    let on = |n: u8, date: &'static str| Ticket { date, ..Ticket::sold(n, None, 100) }.draft();
    import_sales(&hub.app, (1..=4).map(|n| on(n, "2026-02-20")).collect()).await.unwrap();
    let ten = Count {
        store: "centro".parse().unwrap(),
        sku: "leche".parse().unwrap(),
        on_hand: Quantity(10_000),
        reorder_point: Quantity(20_000),
        reorder_qty: Quantity(5_000),
        lead_days: 2,
    };
    let mut tx = hub.app.db.begin().await.unwrap();
    stock::count(&mut tx, &[ten], now).await.unwrap();
    tx.commit().await.unwrap();
    // One far ahead that was sold, two of yesterday that were not.
    let other = |status, n| SaleDraft { status, ..on(n, "2026-03-01") };
    let slips = vec![on(5, "2062-02-20"), other(SaleStatus::Training, 6), other(SaleStatus::Voided, 7)];
    import_sales(&hub.app, slips).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(insights::as_of(&mut tx, now).await.unwrap(), Some(date("2026-02-20")));
    let low = &stock::alerts(&mut tx, None, now).await.unwrap()[0];
    assert_eq!(low.sold, Quantity(4_000));
    drop(tx);
    // East of here it is tomorrow already.
    import_sales(&hub.app, vec![on(8, "2026-03-03")]).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(insights::as_of(&mut tx, now).await.unwrap(), Some(date("2026-03-03")));
}

#[tokio::test]
async fn a_member_who_changed_is_not_answered_from_memory() {
    let hub = TestHub::new().await;
    hub.member("M1", "2990000010421").await;
    let now = hub.app.clock.now();
    let first = Profile {
        code: "M1".parse().unwrap(),
        first_name: "Ana".to_owned(),
        last_name: "Ruiz".to_owned(),
        email: "ana@example.org".to_owned(),
        phone: String::new(),
        birthday: None,
        consent: Consent { marketing: true, at: Some(now), source: "till".to_owned() },
    };
    let moved = Profile { email: "ana@example.com".to_owned(), ..first.clone() };
    let married = Profile { last_name: "Rojas".to_owned(), ..moved.clone() };
    let withdrawn = Profile { consent: Consent::default(), ..married.clone() };
    for profile in [first, moved, married, withdrawn] {
        let mut tx = hub.app.db.begin().await.unwrap();
        members::upsert_members(&mut tx, std::slice::from_ref(&profile), now).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = hub.app.db.read().await.unwrap();
        let roll = hub.app.roll.all(&mut tx).await.unwrap();
        assert_eq!(roll[0].member.profile, profile);
    }
}
