//! SQL of the tills' readers.

use domain::codes::{StoreCode, TillCode};
use domain::ids::LogId;
use domain::readers::ReadersChecked;
use domain::time::to_millis;
use sqlx::{query, query_as};

use super::TillReaders;
use crate::db::{DbError, Tx};
use crate::on;

fn bad(error: &serde_json::Error) -> DbError {
    DbError::BadRow { what: "a report on readers", why: error.to_string() }
}

/// The till is the one whose log says so. The last one of its log is the latest round, whatever the clock of the machine
/// said; one that is taken up later, after another of its log, tells nothing new.
pub(super) async fn keep(
    tx: &mut Tx,
    (log, seq): (LogId, i64),
    checked: &ReadersChecked,
) -> Result<(), DbError> {
    const SQL: &str = "insert into till_readers (till, at, report)
        select l.till, $2, $3 from log l where l.id = $1
            and not exists (select 1 from log_entry n join event e on e.id = n.event
                where n.log = $1 and n.seq > $4 and n.disposition = 'applied' and e.kind = 'readers_checked')
        on conflict (till) do update set at = excluded.at, report = excluded.report";
    let report = serde_json::to_string(checked).map_err(|error| bad(&error))?;
    on!(tx, c => query(SQL)
        .bind(log).bind(to_millis(checked.at)).bind(&report).bind(seq).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// All tills that are enrolled now.
pub async fn all(tx: &mut Tx) -> Result<Vec<TillReaders>, DbError> {
    const SQL: &str = "select t.store, t.code, r.report from till t left join till_readers r on r.till = t.id
        where t.enrolled_at is not null and t.revoked_at is null
        order by t.store, t.code";
    let rows: Vec<(StoreCode, TillCode, Option<String>)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(store, till, report)| {
            let checked = report.map(|report| serde_json::from_str(&report)).transpose();
            Ok(TillReaders { store, till, checked: checked.map_err(|error| bad(&error))? })
        })
        .collect()
}
