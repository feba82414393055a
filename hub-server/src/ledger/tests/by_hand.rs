//! Points that customer service gives and takes.

use chrono::TimeDelta;
use domain::ids::EntryId;
use domain::money::Points;
use domain::points::Expiry;

use super::adjustments::{Ask, Asked, Cause, Limits, Refusal, Settled, Standing, Verdict, ask, look, settle};
use super::*;

const LIMITS: Limits = Limits { alone: Points(10_000), days: 7 };

fn start() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn asked(n: u8, points: i64, by: &str) -> Ask {
    Ask {
        id: EntryId::new(i64::from(n), [n; 10]),
        account: account(),
        points: Points(points),
        cause: Cause::Goodwill,
        note: "bread twice".to_owned(),
        sale: None,
        by: by.to_owned(),
    }
}

/// Says it twice; the ledger holds afterwards.
async fn twice(tx: &mut Tx, said: &Ask, now: DateTime<Utc>) -> Asked {
    let first = ask(tx, said, LIMITS, now.date_naive(), now).await.unwrap();
    assert_eq!(ask(tx, said, LIMITS, now.date_naive(), now).await.unwrap(), first, "said again");
    assert_eq!(verify(tx).await.unwrap().differences, []);
    assert_eq!(adjustments::unlike(tx).await.unwrap(), [""; 0]);
    first
}

async fn sums(tx: &mut Tx) -> (i64, i64) {
    let [sums] = &store::sums_after(tx, AccountId(uuid::Uuid::nil())).await.unwrap()[..] else {
        panic!("one account")
    };
    (sums.balance, sums.debt)
}

#[tokio::test]
async fn one_person_goes_as_far_as_the_limit_and_two_beyond() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let tx = &mut tx;
    let now = start();
    assert_eq!(twice(tx, &asked(1, 6_000, "ana"), now).await, Asked::Posted);
    assert_eq!(twice(tx, &asked(2, -5_000, "ana"), now).await, Asked::Waits);
    assert_eq!(twice(tx, &asked(3, -5_000, "eva"), now).await, Asked::Posted);
    assert_eq!(sums(tx).await, (1_000, 0));
    let month = now + TimeDelta::days(31);
    assert_eq!(twice(tx, &asked(4, 10_000, "ana"), month).await, Asked::Posted);
    assert_eq!(sums(tx).await, (11_000, 0));
    let other = Ask { note: "bread thrice".to_owned(), ..asked(4, 10_000, "ana") };
    assert_eq!(twice(tx, &other, month).await, Asked::Refused(Refusal::Used));
    let settled = async |tx: &mut Tx, n: u8, by: &str, verdict: Verdict, at: DateTime<Utc>| {
        settle(tx, EntryId::new(i64::from(n), [n; 10]), by, &verdict, at.date_naive(), at).await.unwrap()
    };
    let late = settled(tx, 2, "eva", Verdict::Agreed, month).await;
    assert_eq!(late, Settled::Refused(Refusal::Ended));
    assert_eq!(settled(tx, 9, "eva", Verdict::Agreed, now).await, Settled::Refused(Refusal::Unknown));
    assert_eq!(settled(tx, 2, "ana", Verdict::Agreed, now).await, Settled::Refused(Refusal::Own));
    assert_eq!(settled(tx, 2, "eva", Verdict::Agreed, now).await, Settled::Done(account()));
    assert_eq!(settled(tx, 2, "eva", Verdict::Agreed, now).await, Settled::Same(account()));
    assert_eq!(settled(tx, 2, "luis", Verdict::Agreed, now).await, Settled::Refused(Refusal::Settled));
    assert_eq!(sums(tx).await, (6_000, 0));
    assert_eq!(verify(tx).await.unwrap().differences, []);
    assert_eq!(twice(tx, &asked(5, 20_000, "ana"), now).await, Asked::Waits);
    let refused = Verdict::Refused { why: "no receipt".to_owned() };
    assert_eq!(settled(tx, 5, "eva", refused, now).await, Settled::Done(account()));
    assert_eq!(sums(tx).await, (6_000, 0));
    let audited: Vec<(String, String)> = audited(tx).await;
    let wanted = [
        ("ana", "points.adjusted"),
        ("ana", "points.asked"),
        ("eva", "points.adjusted"),
        ("ana", "points.adjusted"),
        ("eva", "points.agreed"),
        ("ana", "points.asked"),
        ("eva", "points.refused"),
    ];
    let mut wanted = wanted.map(|(who, what)| (who.to_owned(), what.to_owned())).to_vec();
    wanted.sort_unstable();
    assert_eq!(audited, wanted);
}

async fn audited(tx: &mut Tx) -> Vec<(String, String)> {
    let sql = "select who, action from audit where action like 'points.%' order by who, action";
    on!(tx, c => sqlx::query_as(sql).fetch_all(c).await).unwrap()
}

/// 100 earned on 1 March for 30 days; 50 given on the 20th live to 19 April; 170 taken leave a debt, which what is earned
/// next repays.
#[tokio::test]
async fn what_is_given_is_a_lot_and_what_is_taken_beyond_it_is_debt() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let tx = &mut tx;
    let expiry = Some(Expiry { days: 30, end_of: domain::points::EndOf::Day, grace_days: 5 });
    let rules =
        Programme { version: 2, expiry, vest_days: 14, ..Programme::starter("2026-02-01".parse().unwrap()) };
    add_programme(tx, &rules, DateTime::UNIX_EPOCH).await.unwrap();
    let sold = sale(1, LineKind::Sale, 1, 10_000, None);
    write_rows(tx, &sold).await;
    post_sales(tx, &[SaleJob { sale: &sold, account: Some(account()) }], start()).await.unwrap();
    let later = start() + TimeDelta::days(19);
    let given = asked(1, 5_000, "ana");
    let seen = look(tx, &given, LIMITS, later.date_naive(), later).await.unwrap().unwrap();
    let standing = |balance, available, debt| Standing {
        balance: Points(balance),
        available: Points(available),
        debt: Points(debt),
    };
    assert_eq!(
        (seen.before, seen.after, seen.waits),
        (standing(10_000, 10_000, 0), standing(15_000, 15_000, 0), false)
    );
    assert_eq!(twice(tx, &given, later).await, Asked::Posted);
    let ends = endings(tx, &[account()]).await.unwrap();
    let ends: Vec<(String, i64)> = ends.iter().map(|row| (row.on.to_string(), row.points.0)).collect();
    assert_eq!(ends, [("2026-03-31".to_owned(), 10_000), ("2026-04-19".to_owned(), 5_000)]);
    let taken = asked(2, -17_000, "ana");
    let seen = look(tx, &taken, LIMITS, later.date_naive(), later).await.unwrap().unwrap();
    assert_eq!((seen.after, seen.waits), (standing(-2_000, 0, 2_000), true));
    assert_eq!(twice(tx, &taken, later).await, Asked::Waits);
    settle(tx, taken.id, "eva", &Verdict::Agreed, later.date_naive(), later).await.unwrap();
    assert_eq!(sums(tx).await, (-2_000, 2_000));
    assert_eq!(verify(tx).await.unwrap().differences, []);
    let repays = super::spending::later(sale(2, LineKind::Sale, 1, 3_000, None), 20);
    write_rows(tx, &repays).await;
    post_sales(tx, &[SaleJob { sale: &repays, account: Some(account()) }], later).await.unwrap();
    assert_eq!(sums(tx).await, (1_000, 0));
    assert_eq!(verify(tx).await.unwrap().differences, []);
    for (points, said) in [
        (
            5_000,
            "asked for by ana at 2026-03-20T12:00:00+00:00|one person alone could do 100.00 points in 30 days|2026-04-19|goodwill: bread twice",
        ),
        (-17_000, "eva agreed|out of the lots in the order in which they are spent|goodwill: bread twice"),
    ] {
        let rows = entries(tx, account(), 9).await.unwrap();
        let entry = rows.iter().find(|row| row.points == Points(points)).unwrap();
        let row = explained(tx, entry.id.0).await.unwrap().remove(0);
        let explanation = explain(tx, row, None).await.unwrap();
        let text: Vec<&str> = explanation.steps.iter().map(|step| step.what.as_str()).collect();
        let text = text.join("\n");
        assert!(explanation.head.adds_up && said.split('|').all(|part| text.contains(part)), "{text}");
    }
    // A rank is for purchases.
    let earned: i64 = earned_by_day(tx, &[account()]).await.unwrap()[&account()].values().map(|p| p.0).sum();
    assert_eq!(earned, 13_000);
}

#[tokio::test]
async fn an_entry_that_nobody_asked_for_is_found() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    twice(&mut tx, &asked(1, 6_000, "ana"), start()).await;
    for spoil in [
        "update adjustment set points = points + 100",
        "update adjustment set account = id",
        "update adjustment set state = 'waiting'",
        "update adjustment set entry = null",
        "delete from adjustment",
    ] {
        tx.mark().await.unwrap();
        on!(&mut tx, c => query(spoil).execute(c).await.map(|_| ())).unwrap();
        assert!(!adjustments::unlike(&mut tx).await.unwrap().is_empty(), "{spoil}");
        tx.back().await.unwrap();
    }
    assert_eq!(adjustments::unlike(&mut tx).await.unwrap(), [""; 0]);
    let delete = "delete from lot";
    on!(&mut tx, c => query(delete).execute(c).await.map(|_| ())).unwrap();
    assert!(!verify(&mut tx).await.unwrap().differences.is_empty(), "{delete}");
}
