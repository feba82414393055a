//! What accounts spent: the entries that are computed anew, and from which lots redemptions took.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use domain::points::Programme;
use serde::Deserialize;
use sqlx::{AssertSqlSafe, FromRow, query};

use crate::db::{DbError, Tx, bulk, rows_of};
use crate::ledger::adjustments::ByHand;
use crate::ledger::day_cap::Corrected;
use crate::ledger::digest::Whole;
use crate::ledger::joined::Parted;
use crate::ledger::rules::{Posting, PostingKind, When, expires_on, vests_on};
use crate::ledger::share::Share;
use crate::ledger::spend::GivenBack;
use crate::ledger::store::{homes, is_by_hand, programmes};
use crate::on;

/// Those of the accounts that have entries of a kind: who ever spent points, who ever brought goods back.
pub(in crate::ledger) async fn with_entries(
    tx: &mut Tx,
    kind: &'static str,
    accounts: &[AccountId],
) -> Result<BTreeSet<AccountId>, DbError> {
    accounts_where(tx, &format!("ledger_entry where kind = '{kind}' and"), accounts).await
}

/// Those of the accounts that have lots which end or vest.
pub(in crate::ledger) async fn with_dated_lots(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<BTreeSet<AccountId>, DbError> {
    accounts_where(tx, "lot where (expires_on is not null or vests_on is not null) and", accounts).await
}

async fn accounts_where(
    tx: &mut Tx,
    rows: &str,
    accounts: &[AccountId],
) -> Result<BTreeSet<AccountId>, DbError> {
    let text = |accounts: &str| format!("select distinct account from {rows} account in {accounts}");
    let found: Vec<(AccountId,)> = rows_of(tx, accounts, text).await?;
    Ok(found.into_iter().map(|(account,)| account).collect())
}

/// What the sales of a day earned that are posted already, whatever came back: the most that it may ever have come to.
#[derive(Debug, Clone, Copy, FromRow)]
pub(in crate::ledger) struct Gross {
    pub account: AccountId,
    pub business_date: NaiveDate,
    pub programme: Option<i64>,
    pub points: Points,
}

/// What these accounts' sales earned, by day and by version of the programme.
pub(in crate::ledger) async fn earned_on_days(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<Vec<Gross>, DbError> {
    let text = |accounts: &str| {
        format!(
            "select e.account, s.business_date, e.programme, cast(sum(e.points) as bigint) as points
             from ledger_entry e join sale s on s.id = e.sale
             where e.kind = 'earn' and e.account in {accounts}
             group by e.account, s.business_date, e.programme"
        )
    };
    rows_of(tx, accounts, text).await
}

/// An entry's whole row, with the date of its sale, or of its reason where it has none.
#[derive(FromRow)]
pub(in crate::ledger) struct PostingRow {
    pub id: EntryId,
    pub account: AccountId,
    pub kind: String,
    pub points: Points,
    pub sale: Option<SaleId>,
    pub reason: String,
    pub programme: Option<i64>,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
    pub digest: Option<i64>,
    pub business_date: Option<NaiveDate>,
}

/// The part of a reason that says which sale is undone, and how much of it.
#[derive(Deserialize)]
struct Reason {
    returned_from: Option<SaleId>,
    #[serde(default)]
    shares: Vec<Share>,
    /// Of a correction of a day.
    day_cap: Option<Corrected>,
}

impl PostingRow {
    /// Whether no sale caused it.
    pub fn is_by_hand(&self) -> bool {
        is_by_hand(&self.kind, self.sale, &self.reason)
    }

    /// Whether it only brings the entries of accounts that parted to their lots: it moves nothing itself, see
    /// [`crate::ledger::joined`].
    pub fn is_parted(&self) -> bool {
        self.sale.is_none() && Parted::of(&self.reason).is_some()
    }

    pub fn whole(&self) -> Whole<'_> {
        Whole {
            id: self.id,
            account: self.account,
            kind: &self.kind,
            points: self.points,
            sale: self.sale,
            programme: self.programme,
            reason: &self.reason,
            occurred_at: self.occurred_at,
            posted_at: self.posted_at,
        }
    }

    pub fn read(self, programmes: &[Programme]) -> Result<Posting, DbError> {
        let Self {
            id,
            account,
            kind,
            points,
            sale,
            reason,
            programme,
            occurred_at,
            posted_at,
            business_date,
            digest: _,
        } = self;
        let bad = |why: String| DbError::BadRow { what: "a ledger entry", why: format!("{id}: {why}") };
        let kind = match (kind.as_str(), points.is_negative()) {
            ("earn", _) => PostingKind::Earn,
            ("reverse", _) => PostingKind::Reverse,
            ("burn", true) => PostingKind::Burn,
            ("burn", false) => PostingKind::GiveBack,
            ("adjust", _) if sale.is_some() => PostingKind::DayCap,
            ("adjust", true) => PostingKind::Taken,
            ("adjust", false) => PostingKind::Given,
            ("transfer", _) => PostingKind::Transfer,
            _ => return Err(bad(format!("kind {kind} cannot be computed anew"))),
        };
        let by_none = kind.is_by_hand().then_some(SaleId(id.0));
        let sale = sale.or(by_none).ok_or_else(|| bad("it names no sale".to_owned()))?;
        let from: Reason = serde_json::from_str(&reason).map_err(|e| bad(e.to_string()))?;
        let business_date = match (kind, from.day_cap) {
            (PostingKind::DayCap, None) => {
                return Err(bad("it does not say which day it corrects".to_owned()));
            }
            (PostingKind::DayCap, Some(corrected)) => corrected.day,
            _ if kind.is_by_hand() => {
                business_date.ok_or_else(|| bad("it does not say its day".to_owned()))?
            }
            _ => business_date.ok_or_else(|| bad(format!("sale {sale} has no row")))?,
        };
        let rules = programmes.iter().find(|rules| Some(rules.version) == programme);
        Ok(Posting {
            id,
            account,
            kind,
            points: if kind.corrects() { points } else { Points(points.0.saturating_abs()) },
            sale,
            lot_of: from.returned_from.unwrap_or(sale),
            shares: from.shares,
            programme,
            expires_on: expires_on(kind, rules, When { business_date, occurred_at, posted_at }),
            vests_on: vests_on(kind, rules, business_date),
            over: Points::ZERO,
            reason,
            occurred_at,
            posted_at,
            business_date,
        })
    }
}

/// Every entry of these accounts, as its row says it.
pub(in crate::ledger) async fn posting_rows(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<Vec<PostingRow>, DbError> {
    let text = |accounts: &str| {
        format!(
            "select e.id, e.account, e.kind, e.points, e.sale, e.reason, e.programme, e.occurred_at, e.posted_at,
                 e.digest, s.business_date
             from ledger_entry e left join sale s on s.id = e.sale where e.account in {accounts}"
        )
    };
    let mut rows: Vec<PostingRow> = rows_of(tx, accounts, text).await?;
    for row in rows.iter_mut().filter(|row| row.is_by_hand()) {
        row.business_date = ByHand::day_of(&row.reason);
    }
    Ok(rows)
}

/// Every entry of these accounts that moves points, as it was posted.
pub(in crate::ledger) async fn postings(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<Vec<Posting>, DbError> {
    let programmes = programmes(tx).await?;
    let rows = posting_rows(tx, accounts).await?.into_iter();
    rows.filter(|row| !row.is_parted()).map(|row| row.read(&programmes)).collect()
}

/// Points that a redemption took from a lot and that did not go back since.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub(in crate::ledger) struct Allocation {
    pub burn: EntryId,
    pub lot: EntryId,
    pub account: AccountId,
    pub points: Points,
}

pub(in crate::ledger) async fn allocations(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<Vec<Allocation>, DbError> {
    let text = |accounts: &str| {
        format!("select burn, lot, account, points from burn_allocation where account in {accounts}")
    };
    rows_of(tx, accounts, text).await
}

/// Puts `rows` in the place of all that `accounts` had.
pub(in crate::ledger) async fn write_allocations(
    tx: &mut Tx,
    accounts: &[AccountId],
    rows: &[Allocation],
) -> Result<(), DbError> {
    for part in accounts.chunks(bulk::ROWS) {
        let sql = format!("delete from burn_allocation where account in {}", bulk::list(part.len()));
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for account in part {
                query = query.bind(account);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    for part in rows.chunks(bulk::ROWS) {
        let sql = format!(
            "insert into burn_allocation (burn, lot, account, points) values {}",
            bulk::values(tx, part.len(), 4)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for row in part {
                query = query.bind(row.burn).bind(row.lot).bind(row.account).bind(row.points);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Lots that computing anew no longer finds: points given back that have a lot to go to after all.
pub(in crate::ledger) async fn delete_lots(tx: &mut Tx, lots: &[EntryId]) -> Result<(), DbError> {
    for part in lots.chunks(bulk::ROWS) {
        let sql = format!("delete from lot where id in {}", bulk::list(part.len()));
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for lot in part {
                query = query.bind(lot);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// To which account the entries of these sales are posted, as far as it is known whose they are.
pub(in crate::ledger) async fn owners(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<SaleId, AccountId>, DbError> {
    let text = |sales: &str| {
        format!(
            "select id, account from sale where status = 'completed' and account is not null and id in {sales}"
        )
    };
    let mut owners: HashMap<SaleId, AccountId> = rows_of(tx, sales, text).await?.into_iter().collect();
    owners.extend(homes(tx, sales).await?);
    Ok(owners)
}

#[derive(FromRow)]
struct GivenRow {
    sale: SaleId,
    /// The sale that spent them, where the tender names it.
    origin_sale: Option<SaleId>,
    occurred_at: DateTime<Utc>,
    business_date: NaiveDate,
    points: i64,
}

/// Those of these tickets that gave points back, as their rows say.
pub(in crate::ledger) async fn given_back_by(
    tx: &mut Tx,
    tickets: &[SaleId],
) -> Result<Vec<GivenBack>, DbError> {
    let heads = |tickets: &str| {
        format!(
            "select t.sale, t.origin_sale, s.occurred_at, s.business_date, cast(-sum(t.points) as bigint) as points
             from tender t join sale s on s.id = t.sale
             where s.status = 'completed' and t.points is not null and t.sale in {tickets}
             group by t.sale, t.origin_sale, s.occurred_at, s.business_date having sum(t.points) < 0"
        )
    };
    let rows: Vec<GivenRow> = rows_of(tx, tickets, heads).await?;
    let sales: Vec<SaleId> = rows.iter().map(|row| row.sale).collect();
    let lines = |sales: &str| {
        format!(
            "select sale, origin_sale, cast(sum(net + tax) as bigint) from sale_line
             where kind = 'return' and origin_sale is not null and sale in {sales} group by sale, origin_sale"
        )
    };
    let mut originals: HashMap<SaleId, BTreeMap<SaleId, i64>> = HashMap::new();
    for (sale, original, paid) in rows_of::<(SaleId, SaleId, i64), _>(tx, &sales, lines).await? {
        originals.entry(sale).or_default().insert(original, paid);
    }
    let mut given: BTreeMap<SaleId, GivenBack> = BTreeMap::new();
    for GivenRow { sale, origin_sale, occurred_at, business_date, points } in rows {
        let entry = given.entry(sale).or_insert_with(|| GivenBack {
            sale,
            named: BTreeMap::new(),
            points: Points::ZERO,
            originals: originals.remove(&sale).unwrap_or_default(),
            occurred_at,
            business_date,
        });
        match origin_sale {
            Some(origin) => {
                entry.named.insert(origin, Points(points));
            }
            None => entry.points = Points(points),
        }
    }
    Ok(given.into_values().collect())
}
