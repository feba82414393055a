use chrono::DateTime;

use super::*;

fn row() -> SumRow {
    SumRow { id: AccountId::new(0, [0; 10]), balance: 70, debt: 0, earned: 100, burned: 30, expired: 0 }
}

fn entry(kind: &str, points: i64) -> PostingRow {
    PostingRow {
        id: EntryId::new(1, [1; 10]),
        account: row().id,
        kind: kind.to_owned(),
        points: Points(points),
        sale: None,
        reason: String::new(),
        programme: Some(1),
        occurred_at: DateTime::UNIX_EPOCH,
        posted_at: DateTime::UNIX_EPOCH,
        digest: None,
        business_date: Some(NaiveDate::default()),
    }
}

fn lot(remaining: i64, expires_on: Option<NaiveDate>) -> Lot {
    Lot {
        id: EntryId::new(1, [1; 10]),
        home: AccountId::new(0, [0; 10]),
        sale: None,
        earned: Points(100),
        remaining: Points(remaining),
        earned_on: NaiveDate::default(),
        expires_on,
        vests_on: None,
        changed: false,
    }
}

fn rows() -> Rows {
    let entries = vec![entry("earn", 100), entry("burn", -30)];
    Rows { entries, lots: vec![lot(70, None)], allocations: vec![] }
}

fn found(account: &SumRow, rows: &Rows, is_anew: bool) -> Vec<&'static str> {
    sums(account, rows, is_anew).iter().map(|difference| difference.check).collect()
}

#[test]
fn each_sum_is_checked() {
    assert_eq!(found(&row(), &rows(), false), [""; 0]);
    let spoilt: [(&[&str], fn(&mut SumRow, &mut Rows)); 6] = [
        (&["balance_is_sum_of_entries", "balance_is_lots_less_debt"], |row, _| row.balance += 1),
        (&["balance_is_lots_less_debt"], |_, rows| rows.lots[0].remaining.0 += 1),
        (&["earned_is_sum_of_entries"], |row, _| row.earned += 1),
        (&["burned_is_sum_of_entries"], |row, _| row.burned += 1),
        (&["balance_is_sum_of_entries", "earned_is_sum_of_entries"], |_, rows| rows.entries[0].points.0 += 1),
        (&["expired_is_no_sum"], |row, _| row.expired = 1),
    ];
    for (checks, spoil) in spoilt {
        let (mut row, mut rows) = (row(), rows());
        spoil(&mut row, &mut rows);
        assert_eq!(found(&row, &rows, false), checks);
    }
}

#[test]
fn debt_stands_beside_points_only_where_they_have_ended() {
    for (ended, is_anew, is_found) in
        [(false, false, true), (true, false, true), (false, true, true), (true, true, false)]
    {
        let lots = vec![lot(75, ended.then(NaiveDate::default))];
        let rows = Rows { lots, ..rows() };
        let wanted: &[&str] = if is_found { &["debt_only_without_lots"] } else { &[] };
        assert_eq!(found(&SumRow { debt: 5, ..row() }, &rows, is_anew), wanted, "{ended} {is_anew}");
    }
}

#[test]
fn who_is_computed_anew() {
    let day = NaiveDate::default();
    let caps = BTreeMap::from([(1, Points(150))]);
    for (kinds, ends, wanted) in [
        (&["earn"][..], false, false),
        (&["earn", "burn"], false, true),
        (&["adjust"], false, true),
        (&["earn", "reverse"], false, false),
        (&["earn", "reverse"], true, true),
        // 200 on one day.
        (&["earn", "earn"], false, true),
    ] {
        let entries = kinds.iter().map(|kind| entry(kind, 100)).collect();
        let rows = Rows { entries, lots: vec![lot(1, ends.then_some(day))], allocations: vec![] };
        assert_eq!(is_anew(&rows, &caps), wanted, "{kinds:?} {ends}");
    }
}
