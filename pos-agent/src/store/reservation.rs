//! Points that the hub was asked to reserve for the basket of a till, or for a hold of a till software.

use domain::ids::{EventId, LogId, MemberId, RedemptionId, SaleId};
use domain::money::Points;
use domain::sync::redemption::{Moment, OnTicket};

use super::{StoreError, Tx};

/// A reservation of which the hub may have heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationRow {
    pub on_ticket: OnTicket,
    /// The ticket that it is for; none for a hold of a till software.
    pub sale: Option<SaleId>,
    pub member: MemberId,
    /// Where the log stood when the points were wanted.
    pub log: LogId,
    pub seq: i64,
    /// The event that gave it up.
    pub voided_by: Option<EventId>,
}

impl ReservationRow {
    pub fn id(&self) -> RedemptionId {
        self.on_ticket.id
    }
}

#[derive(sqlx::FromRow)]
struct Raw {
    redemption: RedemptionId,
    sale: Option<SaleId>,
    member: MemberId,
    points: Points,
    log: LogId,
    seq: i64,
    boot: String,
    mono_ms: i64,
    utc_ms: i64,
    held: bool,
    passed: bool,
    voided_by: Option<EventId>,
}

impl Raw {
    fn read(self) -> ReservationRow {
        let Self {
            redemption,
            sale,
            member,
            points,
            log,
            seq,
            boot,
            mono_ms,
            utc_ms,
            held,
            passed,
            voided_by,
        } = self;
        let on_ticket = OnTicket {
            id: redemption,
            reserve: points,
            lease: None,
            intent: Moment { boot, mono_ms, utc_ms },
            is_held: held,
            is_passed: passed,
        };
        ReservationRow { on_ticket, sale, member, log, seq, voided_by }
    }
}

const ROW: &str =
    "select redemption, sale, member, points, log, seq, boot, mono_ms, utc_ms, held, passed, voided_by
     from reservation where till = $1";

/// Of a till, those that it gave up too.
pub async fn all(tx: &mut Tx, till: i64) -> Result<Vec<ReservationRow>, StoreError> {
    let sql = format!("{ROW} order by redemption");
    let rows: Vec<Raw> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(till).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Raw::read).collect())
}

/// Of a till, without those that it gave up.
pub async fn live(tx: &mut Tx, till: i64) -> Result<Vec<ReservationRow>, StoreError> {
    let sql = format!("{ROW} and voided_by is null order by redemption");
    let rows: Vec<Raw> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(till).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Raw::read).collect())
}

/// Of holds of a till software that are over.
pub async fn of_no_hold(tx: &mut Tx, till: i64, now_ms: i64) -> Result<Vec<ReservationRow>, StoreError> {
    let sql = format!(
        "{ROW} and sale is null and voided_by is null
         and not exists (select 1 from hold where hold.redemption = reservation.redemption
                         and state = 'held' and expires_ms > $2)"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(till).bind(now_ms);
    let rows: Vec<Raw> = query.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Raw::read).collect())
}

pub async fn insert(tx: &mut Tx, till: i64, row: &ReservationRow) -> Result<(), StoreError> {
    let OnTicket { id, reserve, intent, is_held, is_passed, .. } = &row.on_ticket;
    sqlx::query(
        "insert into reservation
         (redemption, till, sale, member, points, log, seq, boot, mono_ms, utc_ms, held, passed, voided_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(id)
    .bind(till)
    .bind(row.sale)
    .bind(row.member)
    .bind(reserve)
    .bind(row.log)
    .bind(row.seq)
    .bind(&intent.boot)
    .bind(intent.mono_ms)
    .bind(intent.utc_ms)
    .bind(is_held)
    .bind(is_passed)
    .bind(row.voided_by)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The hub holds it; whether somebody still wants it.
pub async fn set_held(tx: &mut Tx, redemption: RedemptionId) -> Result<bool, StoreError> {
    let sql = "update reservation set held = true where redemption = $1 and voided_by is null";
    Ok(sqlx::query(sql).bind(redemption).execute(&mut **tx).await?.rows_affected() > 0)
}

pub async fn set_voided(tx: &mut Tx, redemption: RedemptionId, by: EventId) -> Result<(), StoreError> {
    sqlx::query("update reservation set voided_by = $2 where redemption = $1")
        .bind(redemption)
        .bind(by)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A sale took it.
pub async fn delete(tx: &mut Tx, redemption: RedemptionId) -> Result<(), StoreError> {
    sqlx::query("delete from reservation where redemption = $1").bind(redemption).execute(&mut **tx).await?;
    Ok(())
}

/// Lets go of what a till gave up and the hub has heard of, in whichever log its event was sent.
pub async fn forget_heard(tx: &mut Tx, till: i64) -> Result<(), StoreError> {
    sqlx::query(
        "delete from reservation where till = $1 and voided_by is not null
         and not exists (select 1 from outbox o join log l on l.n = o.log
                         where o.event = reservation.voided_by and o.seq > l.acked_seq
                               and o.seq <= coalesce(l.sealed_at, l.head_seq))",
    )
    .bind(till)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The till writes an event of this moment into its log: what the hub will let go of when it reads that is kept.
pub(super) async fn pass(tx: &mut Tx, till: i64, moment: &Moment) -> Result<(), StoreError> {
    for mut row in live(tx, till).await?.into_iter().filter(|row| !row.on_ticket.is_passed) {
        row.on_ticket.pass(moment);
        if row.on_ticket.is_passed {
            sqlx::query("update reservation set passed = true where redemption = $1")
                .bind(row.id())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}
