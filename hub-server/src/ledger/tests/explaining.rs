//! Why an entry is what it is.

use super::*;

/// Each step's line and points in hundredths, and all that it says.
fn said(explanation: &Explanation) -> (bool, Vec<(Option<u32>, Option<i64>)>, String) {
    let steps = &explanation.steps;
    let texts: Vec<&str> = steps.iter().map(|step| step.what.as_str()).collect();
    let points = steps.iter().filter(|step| step.points.is_some());
    let points = points.map(|step| (step.line, step.points.map(|points| points.0)));
    (explanation.head.adds_up, points.collect(), texts.join("\n"))
}

#[tokio::test]
async fn returns_are_explained_by_what_came_back_before_them() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let sold = sale(1, LineKind::Sale, 3, 10_000, None);
    let third = |n| sale(n, LineKind::Return, 1, 3_333, Some(1));
    let (first, second, last) = (third(2), third(3), third(4));
    // Two in one batch, the third after them.
    for batch in [vec![&first, &sold, &second], vec![&last]] {
        for sale in &batch {
            write_rows(&mut tx, sale).await;
        }
        let jobs: Vec<_> = batch.iter().map(|sale| SaleJob { sale, account: Some(account()) }).collect();
        post_sales(&mut tx, &jobs, DateTime::UNIX_EPOCH).await.unwrap();
    }
    let keeps_before =
        "update ledger_entry set reason = replace(replace(replace(reason, ',\"before\":0', ''),
        ',\"before\":1000', ''), ',\"before\":2000', '')";
    // Entries of before do not say what came back before them: then the other entries tell.
    for strip in [None, Some(keeps_before)] {
        if let Some(sql) = strip {
            on!(&mut tx, c => query(sql).execute(c).await.map(|_| ())).unwrap();
        }
        for (sale, points, text) in [
            (&first, -3_333, "1.000 of 3.000 came back after 0.000, of a line that earned 100.00"),
            (&second, -3_333, "1.000 of 3.000 came back after 1.000,"),
            (&last, -3_334, "1.000 of 3.000 came back after 2.000,"),
        ] {
            let found = explain_all(&mut tx, sale).await;
            let (adds_up, steps, texts) = said(&found[0]);
            assert_eq!((found.len(), adds_up, steps), (1, true, vec![(Some(1), Some(points))]), "{texts}");
            assert!(texts.contains(text), "{texts}");
        }
    }
    let other = sale(9, LineKind::Sale, 1, 100, None);
    assert_eq!(explain_all(&mut tx, &other).await, []);
}

/// A line of 0.02 for three pieces: the first takes nothing, which is no entry, but is back all the same. And the clock
/// of the hub that posted the second was ahead of that of the third.
#[tokio::test]
async fn a_return_says_itself_what_had_come_back_before_it() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let starter = Programme::starter(NaiveDate::default());
    add_programme(&mut tx, &Programme { version: 2, decimals: 2, ..starter }, DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    let sold = sale(1, LineKind::Sale, 3, 2, None);
    let [first, second, third] = [2, 3, 4].map(|n| sale(n, LineKind::Return, 1, 1, Some(1)));
    for (sale, posted_s) in [(&sold, 0), (&first, 1), (&second, 9), (&third, 2)] {
        write_rows(&mut tx, sale).await;
        let job = SaleJob { sale, account: Some(account()) };
        let at = DateTime::UNIX_EPOCH + chrono::Duration::seconds(posted_s);
        post_sales(&mut tx, &[job], at).await.unwrap();
    }
    assert_eq!(explain_all(&mut tx, &first).await, []);
    for (sale, text) in [(&second, "after 1.000,"), (&third, "after 2.000,")] {
        let found = explain_all(&mut tx, sale).await;
        let (adds_up, steps, texts) = said(&found[0]);
        assert_eq!((adds_up, steps), (true, vec![(Some(1), Some(-1))]), "{texts}");
        assert!(texts.contains(text), "{texts}");
    }
}

/// One line names its sale and waits for that; the other one names none.
#[tokio::test]
async fn what_comes_back_without_a_receipt_is_explained_by_its_own_rule() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let mut draft = SaleDraft::from(sale(1, LineKind::Return, 1, 5_000, Some(9)));
    let loose = SaleLine { number: 2, origin: None, without_receipt: true, ..draft.lines[0].clone() };
    draft.lines.push(loose);
    draft.tenders = vec![Tender::new(TenderKind::Cash, lines_total(&draft).unwrap())];
    let back = Sale::close(draft).unwrap();
    write_rows(&mut tx, &back).await;
    let jobs = [SaleJob { sale: &back, account: Some(account()) }];
    post_sales(&mut tx, &jobs, DateTime::UNIX_EPOCH).await.unwrap();
    let row = explained(&mut tx, back.id.0).await.unwrap().remove(0);
    let found = explain(&mut tx, row, Some(back)).await.unwrap();
    let (adds_up, steps, texts) = said(&found);
    assert_eq!((adds_up, steps), (true, vec![(Some(2), Some(-5_000))]), "{texts}");
    assert_eq!(texts.matches(" at 1.00 points for ").count(), 1, "{texts}");
    assert!(texts.contains("(goods without a receipt)"), "{texts}");
}

/// An entry that somebody changed is not talked into being right.
#[tokio::test]
async fn a_changed_entry_is_not_explained() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let sold = sale(1, LineKind::Sale, 3, 10_000, None);
    let back = sale(2, LineKind::Return, 1, 3_333, Some(1));
    for sale in [&sold, &back] {
        write_rows(&mut tx, sale).await;
    }
    let jobs = [&sold, &back].map(|sale| SaleJob { sale, account: Some(account()) });
    post_sales(&mut tx, &jobs, DateTime::UNIX_EPOCH).await.unwrap();
    let change = "update ledger_entry set points = points + 1 where kind = 'reverse'";
    on!(&mut tx, c => query(change).execute(c).await.map(|_| ())).unwrap();
    assert!(!explain_all(&mut tx, &back).await[0].head.adds_up);
}

/// Each rule by its name: on which base, exactly what, rounded to what; and what falls short of its least.
#[tokio::test]
async fn earn_rules_are_explained_by_their_names() {
    use domain::money::Points;
    use domain::points::{EarnRule, Gives, Only, Rate};
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let rule = |name: &str, gives, only| EarnRule { name: name.to_owned(), gives, only };
    let least = Only { min_amount: Some(Money(50_000)), ..Only::default() };
    let earn = vec![
        rule("bonus", Gives::Ticket(Points(1_000)), Only::default()),
        rule("units", Gives::Unit(Rate { points: 150, per: 1_000 }), Only::default()),
        rule("money", Gives::Amount(Rate { points: 100, per: 3_000 }), Only::default()),
        rule("big", Gives::Factor(100), least),
    ];
    let rules = Programme { version: 2, earn, ..Programme::starter(NaiveDate::default()) };
    add_programme(&mut tx, &rules, DateTime::UNIX_EPOCH).await.unwrap();
    let sold = sale(1, LineKind::Sale, 3, 10_000, None);
    write_rows(&mut tx, &sold).await;
    let job = SaleJob { sale: &sold, account: Some(account()) };
    post_sales(&mut tx, &[job], DateTime::UNIX_EPOCH).await.unwrap();
    let row = explained(&mut tx, sold.id.0).await.unwrap().remove(0);
    let (adds_up, steps, texts) = said(&explain(&mut tx, row, Some(sold)).await.unwrap());
    assert_eq!((adds_up, steps), (true, vec![(Some(1), Some(11_700))]), "{texts}");
    for text in [
        "bonus: 10.00 points for a ticket, on 100.00 is 10.00, rounded down to 10.00",
        "units: 3 units at 1.50 points for 1 is 4.50, rounded down to 4.00",
        "money: 100.00 at 1.00 points for 30.00 is 3.333333…, rounded down to 3.00",
        "big: 100.00 at 1.00 points for 1.00: 100.00 and 3 units are less than it asks for, so nothing",
        "base 100.00 + bonus 10.00 + units 4.00 + money 3.00",
    ] {
        assert!(texts.contains(text), "{text}: {texts}");
    }
}
