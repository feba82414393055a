//! The most that a day gives, on a real database, in any order of arrival.

use domain::money::Points;
use domain::points::{Caps, EndOf, Expiry};
use proptest::prelude::*;
use proptest::sample::Index;

use super::spending::{after_under, both_orders, by_days, month};
use super::*;

/// 40 points for a ticket and 60 a day at most, that live for three days.
fn capped() -> Programme {
    let expiry = Some(Expiry { days: 3, end_of: EndOf::Day, grace_days: 2 });
    let caps = Some(Caps { ticket: Some(Points(4_000)), day: Some(Points(6_000)) });
    Programme { version: 2, expiry, caps, ..Programme::starter(NaiveDate::default()) }
}

/// 40, 40 and 20 of a day that gives 60; the first comes back on the next: the other two are kept.
#[tokio::test]
async fn goods_that_come_back_make_room_under_the_cap_of_their_day() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    add_programme(&mut tx, &capped(), DateTime::UNIX_EPOCH).await.unwrap();
    let sold = [4_500, 9_900, 2_000];
    let sold: Vec<Sale> = (1..).zip(sold).map(|(n, net)| sale(n, LineKind::Sale, 1, net, None)).collect();
    let mut back = SaleDraft::from(sale(4, LineKind::Return, 1, 4_500, Some(1)));
    back.business_date = "2026-03-02".parse().unwrap();
    let back = Sale::close(back).unwrap();
    for (sale, balance) in sold.iter().chain([&back]).zip([4_000, 6_000, 6_000, 6_000]) {
        write_rows(&mut tx, sale).await;
        post_sales(&mut tx, &[SaleJob { sale, account: Some(account()) }], DateTime::UNIX_EPOCH)
            .await
            .unwrap();
        assert_eq!(verify(&mut tx).await.unwrap().differences, []);
        let points: i64 = entries(&mut tx, account(), 99).await.unwrap().iter().map(|e| e.points.0).sum();
        assert_eq!(points, balance, "{:?}", sale.id);
    }
    let earned = earned_by_day(&mut tx, &[account()]).await.unwrap();
    let days: Vec<_> = earned[&account()].iter().map(|(day, points)| (day.to_string(), points.0)).collect();
    assert_eq!(days, [("2026-03-01".to_owned(), 6_000)]);
    // The correction says what it goes by.
    let said = explain_all(&mut tx, &sold[2]).await;
    let correction = said.iter().find(|said| said.head.kind == "adjust").unwrap();
    assert!(correction.head.adds_up);
    let text = &correction.steps[1].what;
    assert!(text.starts_with("2026-03-01 came to 100.00, what came back taken off; at most 60.00"), "{text}");
    let change = "update ledger_entry set points = points + 1 where kind = 'adjust'";
    on!(&mut tx, c => query(change).execute(c).await.map(|_| ())).unwrap();
    let found = verify(&mut tx).await.unwrap().differences;
    assert!(found.iter().any(|d| d.check == "day_cap"), "{found:?}");
    let said = explain_all(&mut tx, &sold[2]).await;
    let correction = said.iter().find(|said| said.head.kind == "adjust").unwrap();
    assert!(!correction.head.adds_up, "{correction:?}");
}

/// Sums and lots agree with it, but no day of the account ever came to a cap.
#[tokio::test]
async fn a_correction_that_no_day_asks_for_is_found() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let sold = sale(1, LineKind::Sale, 1, 4_000, None);
    write_rows(&mut tx, &sold).await;
    post_sales(&mut tx, &[SaleJob { sale: &sold, account: Some(account()) }], DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    let reason = r#"{"day_cap":{"day":"2026-03-01","cap":3500,"earned":4000,"before":0}}"#;
    for change in [
        &format!(
            "insert into ledger_entry (id, account, kind, points, sale, programme, reason, occurred_at, posted_at)
             select account, account, 'adjust', -500, sale, programme, '{reason}', occurred_at, posted_at from ledger_entry"
        ),
        "update account set balance = balance - 500, earned = earned - 500",
        "update lot set remaining = remaining - 500",
    ] {
        let change = sqlx::AssertSqlSafe(change.to_owned());
        on!(&mut tx, c => query(change).execute(c).await.map(|_| ())).unwrap();
    }
    let found = verify(&mut tx).await.unwrap().differences;
    assert!(found.iter().any(|d| d.check == "day_cap"), "{found:?}");
}

fn on(sale: Sale, date: &str) -> Sale {
    let mut draft = SaleDraft::from(sale);
    draft.business_date = date.parse().unwrap();
    draft.occurred_at = format!("{date}T10:00:00-05:00").parse().unwrap();
    Sale::close(draft).unwrap()
}

/// 400 points end on 10 May, 1,000 of a capped day are spent on the 15th, and goods of that day come back on the
/// 20th: the 100 that are owed then are not paid from what has ended, whether corrections were posted or not.
#[tokio::test]
async fn a_correction_lets_no_ended_lot_pay() {
    let expiry = Some(Expiry { days: 30, end_of: EndOf::Day, grace_days: 0 });
    let caps = Some(Caps { ticket: None, day: Some(Points(100_000)) });
    let rules = Programme { version: 2, expiry, caps, ..Programme::starter(NaiveDate::default()) };
    let ending = on(sale(1, LineKind::Sale, 1, 40_000, None), "2026-04-10");
    let capped = on(sale(2, LineKind::Sale, 5, 150_000, None), "2026-05-01");
    let mut spending = SaleDraft::from(on(sale(3, LineKind::Sale, 1, 100_000, None), "2026-05-15"));
    spending.tenders = vec![Tender::of_points(Points(100_000), Money(100_000))];
    let spending = Sale::close(spending).unwrap();
    let back = on(sale(4, LineKind::Return, 2, 60_000, Some(2)), "2026-05-20");
    let one_by_one = [&ending, &capped, &spending, &back].map(|sale| vec![sale]);
    let one_by_one = after_under(std::slice::from_ref(&rules), &one_by_one).await;
    assert_eq!((one_by_one.sums, one_by_one.left()), ((30_000, 10_000, 100_000), 40_000));
    let together = [vec![&ending, &spending], vec![&capped, &back]];
    assert_eq!(after_under(&[rules], &together).await, one_by_one);
}

/// The hub takes sales of 2099; what they earned under one version is not corrected by the next.
#[tokio::test]
async fn a_cap_changes_nothing_that_an_earlier_version_gave() {
    let cap = Some(Caps { ticket: None, day: Some(Points(100_000)) });
    let ahead = on(sale(1, LineKind::Sale, 1, 150_000, None), "2099-01-01");
    let mut spending = SaleDraft::from(on(sale(2, LineKind::Sale, 1, 1_000, None), "2099-01-02"));
    spending.tenders = vec![Tender::of_points(Points(1_000), Money(1_000))];
    let spending = Sale::close(spending).unwrap();
    for (caps, left) in [([None, cap], 149_000), ([cap, None], 99_000)] {
        let (db, _folder) = hub().await;
        let mut tx = db.begin().await.unwrap();
        for (version, caps, sale) in [(2, caps[0], &ahead), (3, caps[1], &spending)] {
            let rules = Programme { version, caps, ..Programme::starter(NaiveDate::default()) };
            add_programme(&mut tx, &rules, DateTime::UNIX_EPOCH).await.unwrap();
            write_rows(&mut tx, sale).await;
            let jobs = [SaleJob { sale, account: Some(account()) }];
            post_sales(&mut tx, &jobs, DateTime::UNIX_EPOCH).await.unwrap();
            assert_eq!(verify(&mut tx).await.unwrap().differences, []);
        }
        let entries = entries(&mut tx, account(), 99).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.points.0).sum::<i64>(), left);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_order_of_arrival_ends_in_the_same_state_under_caps(
        sales in month(),
        picks in prop::collection::vec(any::<Index>(), 40),
        sizes in prop::collection::vec(1_usize..4, 40),
    ) {
        let sales: Vec<Sale> = sales.iter().map(|sale| by_days(sale, 3)).collect();
        let (plain, other) = both_orders(&capped(), &sales, &picks, &sizes);
        prop_assert_eq!(other, plain);
    }
}
