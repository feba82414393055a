//! SQL of signals: a week is read by its business dates, each ticket with its sums.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::codes::{CardNumber, StoreCode, TillCode};
use domain::enrolment::MemberEnrolled;
use domain::ids::{AccountId, EntryId, EventId, LogId, SaleId};
use domain::money::{Money, Points, Quantity};
use domain::points::Programme;
use domain::sync::{Body, Envelope, ParsedBody};
use domain::time::{plus_days, to_millis};
use sqlx::{FromRow, query, query_as};
use uuid::Uuid;

use super::facts::{Attached, BEFORE_DAYS, ByHand, Enrolled, Returned, Ticket, Week};
use crate::catalogue::{self, Store};
use crate::db::{DbError, Tx, rows_of};
use crate::on;

/// Everything of a week that the rules look at.
pub(super) async fn week(
    tx: &mut Tx,
    stores: &[Store],
    monday: NaiveDate,
    programmes: Vec<Programme>,
) -> Result<Week, DbError> {
    let sunday = plus_days(monday, 6);
    let tickets = tickets(tx, monday, sunday).await?;
    Ok(Week {
        monday,
        attached: attached(tx, monday, sunday).await?,
        by_hand: by_hand(tx, stores, monday, sunday).await?,
        enrolled: enrolled(tx, &tickets).await?,
        tickets,
        programmes,
    })
}

/// Dates of any zone lie within so many hours of UTC's.
const ZONES: TimeDelta = TimeDelta::hours(14);

/// The first instant of a date somewhere, and the last of another.
fn instants(from: NaiveDate, to: NaiveDate) -> [DateTime<Utc>; 2] {
    let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
    [midnight(from) - ZONES, midnight(plus_days(to, 1)) + ZONES].map(to_millis)
}

#[derive(FromRow)]
struct TicketRow {
    id: SaleId,
    store: StoreCode,
    till: TillCode,
    business_date: NaiveDate,
    receipt_no: i64,
    occurred_at: DateTime<Utc>,
    utc_offset_s: i64,
    received_at: DateTime<Utc>,
    cashier: Option<String>,
    card: Option<CardNumber>,
    account: Option<AccountId>,
    status: String,
    has_sale: bool,
    total: Money,
    earned: Points,
    reversed: Points,
    spent: Points,
    log: LogId,
    seq: i64,
}

impl TicketRow {
    fn with(self, returned: Vec<Returned>) -> Ticket {
        Ticket {
            id: self.id,
            store: self.store,
            till: self.till,
            date: self.business_date,
            receipt_no: self.receipt_no,
            at: self.occurred_at,
            offset_s: self.utc_offset_s,
            received_at: self.received_at,
            cashier: self.cashier,
            card: self.card,
            account: self.account,
            voided: self.status == "voided",
            has_sale: self.has_sale,
            total: self.total,
            earned: self.earned,
            taken_back: Points(self.reversed.0.saturating_neg()),
            spent: self.spent,
            log: self.log,
            seq: self.seq,
            returned,
        }
    }
}

/// Tickets with a card, and others with goods that came back.
async fn tickets(tx: &mut Tx, from: NaiveDate, to: NaiveDate) -> Result<Vec<Ticket>, DbError> {
    const SQL: &str = "
        select s.id, s.store, s.till, s.business_date, s.receipt_no, s.occurred_at, s.utc_offset_s, s.received_at,
            s.cashier, coalesce(s.card, l.card) as card, s.account, s.status, s.has_sale, s.total, s.log, s.seq,
            (select cast(coalesce(sum(e.points), 0) as bigint) from ledger_entry e
                where e.sale = s.id and e.kind = 'earn') as earned,
            (select cast(coalesce(sum(e.points), 0) as bigint) from ledger_entry e
                where e.sale = s.id and e.kind = 'reverse') as reversed,
            (select cast(coalesce(sum(t.points), 0) as bigint) from tender t
                where t.sale = s.id and t.points > 0) as spent
        from sale s left join late_card l on l.sale = s.id and s.card is null
        where s.business_date >= $1 and s.business_date <= $2 and s.status <> 'training'
            and (s.card is not null or l.card is not null
                or exists (select 1 from sale_line n where n.sale = s.id and n.kind = 'return'))
        order by s.business_date, s.id";
    let rows: Vec<TicketRow> = on!(tx, c => query_as(SQL).bind(from).bind(to).fetch_all(c).await)?;
    let mut returned = returned(tx, from, to).await?;
    let with = |row: TicketRow| {
        let lines = returned.remove(&row.id).unwrap_or_default();
        row.with(lines)
    };
    Ok(rows.into_iter().map(with).collect())
}

#[derive(FromRow)]
struct ReturnRow {
    sale: SaleId,
    origin_sale: Option<SaleId>,
    known: Option<SaleId>,
    paid: Money,
    quantity: Quantity,
    sold: Option<Quantity>,
    points: Option<Points>,
}

/// Lines of goods that came back, with what they had earned; of goods that were exchanged evenly before, also the lines of
/// the first sales whose points they have. A cancelled ticket gives nothing back.
/// The `cross join` is what SQLite reads in the order written: left to itself it begins with all lines.
async fn returned(
    tx: &mut Tx,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<HashMap<SaleId, Vec<Returned>>, DbError> {
    const SQL: &str = "
        select n.sale, n.number, n.origin_sale, o.id as known, n.net + n.tax as paid,
            n.quantity + coalesce(k.quantity, 0) as quantity, p.quantity as sold, p.points
        from sale s cross join sale_line n
        left join sale o on o.id = n.origin_sale
        left join line_points p on p.sale = n.origin_sale and p.line = n.origin_line
        left join kept_points k on k.sale = n.sale and k.origin_sale = n.origin_sale and k.origin_line = n.origin_line
        where n.sale = s.id and s.business_date >= $1 and s.business_date <= $2 and s.status = 'completed'
            and n.kind = 'return'
        union all
        select k.sale, 0, k.origin_sale, o.id, 0, k.quantity, p.quantity, p.points
        from sale s cross join kept_points k
        left join sale o on o.id = k.origin_sale
        left join line_points p on p.sale = k.origin_sale and p.line = k.origin_line
        where k.sale = s.id and s.business_date >= $1 and s.business_date <= $2 and s.status = 'completed'
            and k.quantity > 0
            and not exists (select 1 from sale_line n where n.sale = k.sale and n.kind = 'return'
                and n.origin_sale = k.origin_sale and n.origin_line = k.origin_line)
        order by 1, 2";
    let rows: Vec<ReturnRow> = on!(tx, c => query_as(SQL).bind(from).bind(to).fetch_all(c).await)?;
    let mut found: HashMap<SaleId, Vec<Returned>> = HashMap::new();
    for row in rows {
        let line = Returned {
            origin: row.origin_sale,
            is_known: row.known.is_some(),
            paid: row.paid,
            earned: share(row.points, row.quantity, row.sold),
        };
        found.entry(row.sale).or_default().push(line);
    }
    Ok(found)
}

/// The part of a line's points that so much of it earned, rounded down.
fn share(points: Option<Points>, of: Quantity, sold: Option<Quantity>) -> Points {
    let (Some(points), Some(sold)) = (points, sold.filter(|sold| sold.0 > 0)) else { return Points::ZERO };
    let part = i128::from(points.0) * i128::from(of.0.clamp(0, sold.0)) / i128::from(sold.0);
    // A part of an i64 is one.
    Points(i64::try_from(part).unwrap_or(points.0))
}

#[derive(FromRow)]
struct AttachedRow {
    event: EventId,
    sale: SaleId,
    card: CardNumber,
    at: DateTime<Utc>,
    occurred_at: DateTime<Utc>,
    utc_offset_s: i64,
    store: StoreCode,
    till: TillCode,
    receipt_no: i64,
    cashier: Option<String>,
    account: Option<AccountId>,
    earned: Points,
}

/// Cards that came late on these dates, whenever their sales were. One that came before a sale which has a card of its
/// own, or does not count, is kept too and gave nobody anything. A `cross join` is what SQLite reads in the order
/// written: left to itself it begins with all sales without a card.
async fn attached(tx: &mut Tx, from: NaiveDate, to: NaiveDate) -> Result<Vec<Attached>, DbError> {
    const SQL: &str = "
        select l.event, l.sale, l.card, l.at, s.occurred_at, s.utc_offset_s, s.store, s.till, s.receipt_no, l.cashier,
            s.account, (select cast(coalesce(sum(e.points), 0) as bigint) from ledger_entry e
                where e.sale = s.id and e.kind = 'earn') as earned
        from late_card l cross join sale s
        where s.id = l.sale and s.card is null and s.status = 'completed' and l.at >= $1 and l.at < $2
        order by l.at, l.sale";
    let [first, last] = instants(from, to);
    let rows: Vec<AttachedRow> = on!(tx, c => query_as(SQL).bind(first).bind(last).fetch_all(c).await)?;
    let read = |row: AttachedRow| Attached {
        event: row.event,
        sale: row.sale,
        card: row.card,
        at: row.at,
        sold_at: row.occurred_at,
        date: (row.at + TimeDelta::seconds(row.utc_offset_s)).date_naive(),
        store: row.store,
        till: row.till,
        receipt_no: row.receipt_no,
        cashier: row.cashier,
        account: row.account,
        earned: row.earned,
    };
    Ok(rows.into_iter().map(read).filter(|row| (from..=to).contains(&row.date)).collect())
}

/// Points by hand that took effect on these dates or in the days before, by the chain's date.
async fn by_hand(
    tx: &mut Tx,
    stores: &[Store],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<ByHand>, DbError> {
    const SQL: &str = "select id, account, points, asked_by, settled_at from adjustment
        where state = 'posted' and settled_at >= $1 and settled_at < $2 order by settled_at, id";
    type Row = (EntryId, AccountId, Points, String, DateTime<Utc>);
    let from = plus_days(from, -BEFORE_DAYS);
    let [first, last] = instants(from, to);
    let rows: Vec<Row> = on!(tx, c => query_as(SQL).bind(first).bind(last).fetch_all(c).await)?;
    let read = |(id, account, points, by, at): Row| ByHand {
        id,
        account,
        points,
        by,
        at,
        date: catalogue::first_date_at(stores, at),
    };
    Ok(rows.into_iter().map(read).filter(|row| (from..=to).contains(&row.date)).collect())
}

/// Enrolments at tills of whoever redeemed.
async fn enrolled(tx: &mut Tx, tickets: &[Ticket]) -> Result<Vec<Enrolled>, DbError> {
    let cards: BTreeSet<CardNumber> = tickets
        .iter()
        .filter(|ticket| ticket.is_redemption())
        .filter_map(|ticket| ticket.card.clone())
        .collect();
    // The event of an enrolment has the member's id; a card of merged members knows whose it was.
    let text = |cards: &str| {
        format!(
            "select distinct e.id, e.raw from card c join event e on e.id = coalesce(c.home, c.member)
             where e.kind = 'member_enrolled' and c.card in {cards}"
        )
    };
    let cards: Vec<CardNumber> = cards.into_iter().collect();
    let rows: Vec<(EventId, Vec<u8>)> = rows_of(tx, &cards, text).await?;
    let mut found: Vec<Enrolled> = rows.iter().map(|(_, raw)| of_event(raw)).collect::<Result<_, _>>()?;
    found.sort_by_key(|enrolled| enrolled.member);
    found.dedup_by_key(|enrolled| enrolled.member);
    Ok(found)
}

fn of_event(raw: &[u8]) -> Result<Enrolled, DbError> {
    let bad = |why: String| DbError::BadRow { what: "an enrolment", why };
    let envelope = Envelope::parse(raw).map_err(|e| bad(e.to_string()))?;
    let ParsedBody::Known(Body::MemberEnrolled(new)) =
        Body::parse(&envelope.kind, envelope.kind_v, &envelope.body)
    else {
        return Err(bad(format!("event {} carries none", envelope.event)));
    };
    let account = new.account();
    let MemberEnrolled { member, card, store, till, cashier, at, .. } = *new;
    let cashier = cashier.map(|code| code.as_str().to_owned());
    Ok(Enrolled { member, account, card, store, till, cashier, at: at.to_utc(), date: at.date_naive() })
}

/// That somebody looked at a signal, and what they made of it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Look {
    pub alert: String,
    /// Digest of the events that they saw.
    pub events: String,
    pub note: String,
    pub looked_by: String,
    pub looked_at: DateTime<Utc>,
}

/// By signal, the last one last.
pub async fn looks(tx: &mut Tx, alerts: &[String]) -> Result<BTreeMap<String, Vec<Look>>, DbError> {
    let text = |alerts: &str| {
        format!(
            "select alert, events, note, looked_by, looked_at from signal_look
             where alert in {alerts} order by looked_at, id"
        )
    };
    let mut found: BTreeMap<String, Vec<Look>> = BTreeMap::new();
    for look in rows_of::<Look, _>(tx, alerts, text).await? {
        found.entry(look.alert.clone()).or_default().push(look);
    }
    Ok(found)
}

/// Whether the form's id was free.
pub(super) async fn insert_look(tx: &mut Tx, form: Uuid, look: &Look) -> Result<bool, DbError> {
    const SQL: &str = "insert into signal_look (id, alert, events, note, looked_by, looked_at)
        values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing";
    let touched = on!(tx, c => query(SQL)
        .bind(form).bind(&look.alert).bind(&look.events).bind(&look.note).bind(&look.looked_by)
        .bind(to_millis(look.looked_at)).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}
