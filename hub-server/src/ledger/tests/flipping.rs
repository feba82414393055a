//! One bit that changed in the database, wherever it is in the ledger's tables.

use domain::money::Points;
use domain::points::{Expiry, Programme};
use sqlx::{AssertSqlSafe, SqliteConnection, query_scalar};

use super::adjustments::{Ask, Asked, Cause, Limits, ask};
use super::spending::{later, with_points};
use super::*;

const FLIPS: u64 = 1_000;

/// The columns of each table, but one: when an account was made is said by nothing else, and read by nothing.
const TABLES: [(&str, &[&str]); 4] = [
    (
        "ledger_entry",
        &[
            "id",
            "account",
            "kind",
            "points",
            "sale",
            "programme",
            "reason",
            "occurred_at",
            "posted_at",
            "digest",
        ],
    ),
    ("lot", &["id", "account", "sale", "earned", "remaining", "earned_on", "expires_on", "vests_on"]),
    ("account", &["id", "balance", "debt", "earned", "burned", "expired"]),
    ("burn_allocation", &["burn", "lot", "account", "points"]),
];

/// Earned twice, spent, part of it brought back, earned again, given and taken by hand.
async fn filled(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    let expiry = Some(Expiry { days: 30, end_of: domain::points::EndOf::Day, grace_days: 5 });
    let rules =
        Programme { version: 2, expiry, vest_days: 3, ..Programme::starter("2026-02-01".parse().unwrap()) };
    add_programme(&mut tx, &rules, DateTime::UNIX_EPOCH).await.unwrap();
    let sales = [
        sale(1, LineKind::Sale, 2, 20_000, None),
        later(sale(2, LineKind::Sale, 1, 5_000, None), 1),
        later(with_points(sale(3, LineKind::Sale, 1, 22_000, None), 210), 2),
        later(with_points(sale(4, LineKind::Return, 1, 11_000, Some(3)), -10), 3),
        later(sale(5, LineKind::Return, 1, 10_000, Some(1)), 4),
        later(sale(6, LineKind::Sale, 1, 3_000, None), 5),
    ];
    for sold in &sales {
        write_rows(&mut tx, sold).await;
        post_sales(&mut tx, &[SaleJob { sale: sold, account: Some(account()) }], DateTime::UNIX_EPOCH)
            .await
            .unwrap();
    }
    let limits = Limits { alone: Points(100_000), days: 7 };
    for (n, points) in [(1, 4_000), (2, -1_000)] {
        let by_hand = Ask {
            id: domain::ids::EntryId::new(n, [7; 10]),
            account: account(),
            points: Points(points),
            cause: Cause::Goodwill,
            note: "bread twice".to_owned(),
            sale: None,
            by: "ana".to_owned(),
        };
        let now: DateTime<Utc> = "2026-03-06T12:00:00Z".parse().unwrap();
        let done = ask(&mut tx, &by_hand, limits, now.date_naive(), now).await.unwrap();
        assert_eq!(done, Asked::Posted);
    }
    assert_eq!(verify(&mut tx).await.unwrap().differences, []);
    tx.commit().await.unwrap();
}

/// The nth number that looks like chance, the same in every run.
fn pick(n: u64, of: usize) -> usize {
    let mixed = (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    usize::try_from((mixed ^ (mixed >> 32)) % of as u64).unwrap()
}

/// A value as SQL with one bit of it changed; none where there is no value.
async fn flipped(c: &mut SqliteConnection, column: &str, row: &str, n: u64) -> Option<String> {
    let kind: String = query_scalar(AssertSqlSafe(format!("select typeof({column}) {row}")))
        .fetch_one(&mut *c)
        .await
        .unwrap();
    if kind == "null" {
        return None;
    }
    if kind == "integer" {
        let value: i64 =
            query_scalar(AssertSqlSafe(format!("select {column} {row}"))).fetch_one(c).await.unwrap();
        return Some((value ^ (1_i64 << pick(n, 62))).to_string());
    }
    let sql = format!("select cast({column} as blob) {row}");
    let mut bytes: Vec<u8> = query_scalar(AssertSqlSafe(sql)).fetch_one(c).await.unwrap();
    let byte = pick(n, bytes.len());
    bytes[byte] ^= 1 << pick(n.wrapping_mul(7), 8);
    let hex = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    Some(if kind == "blob" { format!("x'{hex}'") } else { format!("cast(x'{hex}' as text)") })
}

/// The instant or date that a column says, where it is one that can be read: SQLite keeps them as text, and a `t` for a
/// `T` or a blank for a zero says the same.
async fn instant(c: &mut SqliteConnection, column: &str, row: &str) -> Option<DateTime<Utc>> {
    let sql = AssertSqlSafe(format!("select {column} {row}"));
    match column {
        "occurred_at" | "posted_at" => query_scalar(sql).fetch_one(c).await.ok(),
        "earned_on" | "expires_on" | "vests_on" => {
            let date: NaiveDate = query_scalar(sql).fetch_one(c).await.ok()?;
            Some(date.and_time(chrono::NaiveTime::MIN).and_utc())
        }
        _ => None,
    }
}

#[tokio::test]
async fn a_flipped_bit_in_any_of_a_thousand_places_is_found() {
    let (db, _folder) = hub().await;
    filled(&db).await;
    let columns: Vec<(&str, &str)> = TABLES
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| (*table, *column)))
        .collect();
    let (mut found, mut unreadable, mut same, mut missed) = (0, 0, 0, vec![]);
    let mut n = 0;
    while found + unreadable + missed.len() < usize::try_from(FLIPS).unwrap() {
        n += 1;
        assert!(n < FLIPS * 4, "most columns have no value");
        let (table, column) = columns[pick(n, columns.len())];
        let mut tx = db.begin().await.unwrap();
        let Tx::Sqlite(c) = &mut tx else { panic!("on SQLite") };
        // A disk does not ask the table's rules.
        query("pragma ignore_check_constraints = on").execute(&mut **c).await.unwrap();
        let rows: Vec<i64> = query_scalar(AssertSqlSafe(format!("select rowid from {table}")))
            .fetch_all(&mut **c)
            .await
            .unwrap();
        let row = rows[pick(n.wrapping_mul(3), rows.len())];
        let at = format!("from {table} where rowid = {row}");
        let Some(value) = flipped(c, column, &at, n).await else { continue };
        let before = instant(c, column, &at).await;
        let sql = format!("update {table} set {column} = {value} where rowid = {row}");
        query(AssertSqlSafe(sql.clone())).execute(&mut **c).await.unwrap();
        if before.is_some() && instant(c, column, &at).await == before {
            same += 1;
            continue;
        }
        match verify(&mut tx).await {
            Ok(verified) if verified.differences.is_empty() => missed.push(sql),
            Ok(_) => found += 1,
            Err(_) => unreadable += 1,
        }
    }
    assert_eq!(missed, Vec::<String>::new(), "{found} found, {unreadable} could not be read");
    assert!(found > unreadable, "{found} found, {unreadable} could not be read");
    println!("{found} found, {unreadable} could not be read; {same} more read as before");
}
