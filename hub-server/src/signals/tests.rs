//! Weeks as they are read from a database, and looks that are kept.

use chrono::NaiveDate;

use super::rules::tests::sold;
use super::*;
use crate::access::audit;
use crate::testing::TestHub;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn at_most_a_month_is_asked_for() {
    for (from, to, wanted) in [
        (None, None, ("2026-03-04", "2026-03-10")),
        (Some("2026-03-01"), Some("2026-03-02"), ("2026-03-01", "2026-03-02")),
        (Some("2026-01-01"), Some("2026-03-03"), ("2026-02-01", "2026-03-03")),
        (Some("2026-02-01"), Some("2026-03-03"), ("2026-02-01", "2026-03-03")),
        (Some("2026-03-09"), Some("2026-03-02"), ("2026-03-02", "2026-03-02")),
        (Some("2026-01-01"), None, ("2026-01-01", "2026-01-31")),
        (Some("2026-03-01"), None, ("2026-03-01", "2026-03-10")),
        (Some("+99999-01-01"), Some("+99999-01-01"), ("2026-03-04", "2026-03-10")),
        (None, Some("2026-02-10"), ("2026-02-04", "2026-02-10")),
    ] {
        let range = Range::asked(from.map(date), to.map(date), date("2026-03-10"));
        assert_eq!((range.from, range.to), (date(wanted.0), date(wanted.1)), "{from:?} {to:?}");
        assert!(range.dates().len() <= usize::try_from(DAYS_MAX).unwrap());
    }
}

#[test]
fn a_range_is_read_by_whole_weeks() {
    let mondays = |from, to| Range { from: date(from), to: date(to) }.mondays().collect::<Vec<_>>();
    assert_eq!(mondays("2026-03-04", "2026-03-04"), [date("2026-03-02")]);
    assert_eq!(mondays("2026-03-08", "2026-03-09"), [date("2026-03-02"), date("2026-03-09")]);
}

#[tokio::test]
async fn a_look_is_kept_once_and_holds_as_long_as_its_events() {
    let hub = TestHub::new().await;
    let alert = |count: u16| {
        let tickets = (1..=count).map(|n| Event::from(&sold(n, 0)));
        Alert::of(Rule::CardDay, &[&"one"], [Measure::Count(5), Measure::Count(4)], tickets).unwrap()
    };
    let (form, now) = (Uuid::from_u128(1), hub.app.clock.now());
    for note in [" a family ", "sent twice"] {
        let mut tx = hub.app.db.begin().await.unwrap();
        look(&mut tx, form, &alert(5), (note, "gerente"), now).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = hub.app.db.read().await.unwrap();
    let kept = looks(&mut tx, &[alert(5).key]).await.unwrap();
    let notes: Vec<_> =
        kept[&alert(5).key].iter().map(|look| (look.note.as_str(), look.looked_by.as_str())).collect();
    assert_eq!(notes, [("a family", "gerente")]);
    assert_eq!(standing(&alert(5), &kept), Standing::Looked);
    assert_eq!(standing(&alert(6), &kept), Standing::Again);
    assert_eq!(standing(&alert(5), &BTreeMap::new()), Standing::Open);
    let noted = audit::latest(&mut tx, 9).await.unwrap();
    let noted: Vec<_> = noted.iter().filter(|row| row.action == "signal.looked").collect();
    assert_eq!((noted.len(), noted[0].detail.as_str()), (1, "card_day of 2026-03-02, 5 events"));
}

#[test]
fn who_sees_some_stores_sees_signals_that_lie_within_them() {
    let of = |stores: &[&str]| {
        let ticket = |(n, store): (u16, &&str)| Ticket { store: store.parse().unwrap(), ..sold(n, 0) };
        let events = (1..).zip(stores).map(ticket).map(|ticket| Event::from(&ticket));
        Alert::of(Rule::CardDay, &[], [Measure::Count(1), Measure::Count(0)], events).unwrap()
    };
    let centro = Scope::Stores(["centro".parse().unwrap()].into());
    assert!(is_in(&centro, &of(&["centro", "centro"])));
    assert!(!is_in(&centro, &of(&["centro", "norte"])));
    assert!(is_in(&Scope::All, &of(&["centro", "norte"])));
}
