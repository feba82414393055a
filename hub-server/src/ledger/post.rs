//! Posting the points of sales, many at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::{AmountError, Money, Points, Quantity};
use domain::points::{Earned, Programme, earn, returned_share};
use domain::sale::{LineKind, Sale, SaleLine};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::SaleJob;
use super::day_cap::{corrections, day_caps, over_cap};
use super::joined::Joins;
use super::returned::{ReturnedLine, returned_lines};
use super::rules::{AccountState, Posting, PostingKind, When, expires_on, vests_on};
use super::share::Share;
use super::spend::{GivenBack, spent};
use super::store::{self, LinePoints};
use super::{charge, replay};
use crate::db::{DbError, Tx};

/// Posts what the sales earn and spend, take back and give back, in the transaction that wrote their rows;
/// answers whose points changed.
///
/// Goods may come back before the sale that sold them has arrived: such a return takes nothing back yet,
/// and is made up for when the original is posted. So every order of arrival ends in the same balance. Points
/// that a till took are taken here too, whether they were there or not.
pub async fn post_sales(
    tx: &mut Tx,
    jobs: &[SaleJob<'_>],
    now: DateTime<Utc>,
) -> Result<BTreeSet<AccountId>, DbError> {
    let programmes = store::programmes(tx).await?;
    let mut batch = Batch { now, ..Batch::default() };
    let homes = homes(tx, jobs).await?;
    for job in jobs {
        let account = homes.get(&job.sale.id).copied().or(job.account);
        batch.take(&programmes, &SaleJob { account, ..*job })?;
    }
    let sold: Vec<SaleId> = batch.accounts_of.keys().copied().collect();
    let of_jobs: HashSet<SaleId> = jobs.iter().map(|job| job.sale.id).collect();
    let mut earlier = store::returns_of(tx, &sold).await?;
    earlier.retain(|line| !of_jobs.contains(&line.sale));
    let tickets: BTreeSet<SaleId> = earlier.iter().map(|line| line.sale).collect();
    batch.given_back.extend(store::given_back_by(tx, &tickets.into_iter().collect::<Vec<_>>()).await?);
    batch.returns.extend(earlier);
    batch.load_originals(tx).await?;
    batch.drop_posted(tx).await?;
    batch.take_returns()?;
    batch.give_back(tx, &programmes).await?;
    batch.write(tx, &programmes, now).await
}

/// The accounts to which sales of merged members are posted: those that their cards were first handed out for, see
/// [`super::joined`].
async fn homes(tx: &mut Tx, jobs: &[SaleJob<'_>]) -> Result<HashMap<SaleId, AccountId>, DbError> {
    let accounts: BTreeSet<AccountId> = jobs.iter().filter_map(|job| job.account).collect();
    let joins = store::joins(tx, &accounts.into_iter().collect::<Vec<_>>()).await?;
    let is_merged = |job: &&SaleJob<'_>| job.account.is_some_and(|account| joins.has_family(account));
    let sales: Vec<SaleId> = jobs.iter().filter(is_merged).map(|job| job.sale.id).collect();
    store::homes(tx, &sales).await
}

#[derive(Default)]
struct Batch {
    now: DateTime<Utc>,
    postings: Vec<Posting>,
    returns: Vec<ReturnedLine>,
    given_back: Vec<GivenBack>,
    /// Entries of this batch's returns that are there already.
    posted: HashSet<EntryId>,
    /// Lines that earned something, new ones and originals of returns, with the account they earned for.
    lines: BTreeMap<(SaleId, u32), LinePoints>,
    accounts_of: HashMap<SaleId, (AccountId, i64)>,
}

impl Batch {
    /// Of what the hub hears of now.
    fn when(&self, business_date: NaiveDate, occurred_at: DateTime<Utc>) -> When {
        When { business_date, occurred_at, posted_at: self.now }
    }

    fn take(&mut self, programmes: &[Programme], job: &SaleJob<'_>) -> Result<(), DbError> {
        let SaleJob { sale, account } = *job;
        self.returns.extend(returned_lines(sale).map_err(amount)?);
        self.given_back.extend(GivenBack::of(sale).map_err(amount)?);
        let (Some(account), Some(programme)) = (account, Programme::on(programmes, sale.business_date))
        else {
            return Ok(());
        };
        let earned = earn(programme, sale).map_err(amount)?;
        self.accounts_of.insert(sale.id, (account, programme.version));
        self.remember_lines(sale, &earned).map_err(amount)?;
        self.add(PostingKind::Earn, sale, account, programme, earned.sold(), &earned);
        // A line with an original takes back what that one earned; the others what the rule gives.
        let loose = loose_returns(sale, &earned);
        self.add(PostingKind::Reverse, sale, account, programme, loose, &earned);
        let spent = spent(sale).map_err(amount)?;
        if !spent.is_zero() {
            self.postings.push(Posting {
                id: entry_id(PostingKind::Burn, sale.id, sale.id, sale.occurred_at.to_utc()),
                account,
                kind: PostingKind::Burn,
                points: spent,
                sale: sale.id,
                lot_of: sale.id,
                shares: vec![],
                programme: Some(programme.version),
                expires_on: None,
                vests_on: None,
                over: Points::ZERO,
                reason: json!({ "paid": paid_with_points(sale).map_err(amount)? }).to_string(),
                occurred_at: sale.occurred_at.to_utc(),
                posted_at: self.now,
                business_date: sale.business_date,
            });
        }
        Ok(())
    }

    fn add(
        &mut self,
        kind: PostingKind,
        sale: &Sale,
        account: AccountId,
        programme: &Programme,
        points: Points,
        earned: &Earned,
    ) {
        if points.is_zero() {
            return;
        }
        let wanted = if kind == PostingKind::Earn { LineKind::Sale } else { LineKind::Return };
        let rules: Vec<_> = earned.rules.iter().filter(|r| r.kind == wanted).collect();
        let lines: Vec<_> =
            earned.lines.iter().filter(|l| l.kind == wanted).map(|l| (l.line, l.points.0)).collect();
        self.postings.push(Posting {
            id: entry_id(kind, sale.id, sale.id, sale.occurred_at.to_utc()),
            account,
            kind,
            points,
            sale: sale.id,
            lot_of: sale.id,
            shares: vec![],
            programme: Some(programme.version),
            expires_on: expires_on(
                kind,
                Some(programme),
                self.when(sale.business_date, sale.occurred_at.to_utc()),
            ),
            vests_on: vests_on(kind, Some(programme), sale.business_date),
            over: Points::ZERO,
            reason: json!({ "rules": rules, "lines": lines }).to_string(),
            occurred_at: sale.occurred_at.to_utc(),
            posted_at: self.now,
            business_date: sale.business_date,
        });
    }

    fn remember_lines(&mut self, sale: &Sale, earned: &Earned) -> Result<(), AmountError> {
        for line in earned.lines.iter().filter(|l| l.kind == LineKind::Sale) {
            let sold = sale.lines.iter().find(|l| l.number == line.line);
            let quantity = sold.map_or(Ok(Quantity::ZERO), SaleLine::own_quantity)?.0;
            let row = LinePoints { quantity, points: line.points, returned_quantity: 0, changed: true };
            self.lines.insert((sale.id, line.line), row);
        }
        Ok(())
    }

    /// Reads what the originals of this batch's returns earned, where they are not in the batch.
    async fn load_originals(&mut self, tx: &mut Tx) -> Result<(), DbError> {
        let missing: BTreeSet<SaleId> = self
            .returns
            .iter()
            .map(|r| r.origin.sale)
            .filter(|sale| !self.accounts_of.contains_key(sale))
            .collect();
        let missing: Vec<SaleId> = missing.into_iter().collect();
        for (sale, account, programme) in store::earners(tx, &missing).await? {
            self.accounts_of.insert(sale, (account, programme));
        }
        for (key, row) in store::line_points(tx, &missing).await? {
            self.lines.insert(key, row);
        }
        Ok(())
    }

    /// A ticket whose card became known later is posted again for its account: what it brought back was
    /// taken back the first time.
    async fn drop_posted(&mut self, tx: &mut Tx) -> Result<(), DbError> {
        let given = self.given_back.iter().map(|given| given.sale);
        let sales: BTreeSet<SaleId> = self.returns.iter().map(|r| r.sale).chain(given).collect();
        let sales: Vec<SaleId> = sales.into_iter().collect();
        self.posted = store::undoing_of(tx, &sales).await?;
        let posted = &self.posted;
        self.returns.retain(|r| {
            !posted.contains(&entry_id(PostingKind::Reverse, r.sale, r.origin.sale, r.occurred_at))
        });
        Ok(())
    }

    fn take_returns(&mut self) -> Result<(), DbError> {
        self.returns.sort_by_key(|r| (r.origin.sale, r.sale, r.origin.line));
        let mut sums: BTreeMap<(SaleId, SaleId), (Points, Vec<Share>, ReturnedLine)> = BTreeMap::new();
        for returned in std::mem::take(&mut self.returns) {
            let Some(row) = self.lines.get_mut(&(returned.origin.sale, returned.origin.line)) else {
                continue;
            };
            let before = row.returned_quantity;
            let points = returned_share(row.points, row.quantity, before, returned.quantity);
            row.returned_quantity = before.saturating_add(returned.quantity);
            row.changed = true;
            let (line, quantity) = (returned.origin.line, returned.quantity);
            let share =
                Share { line, quantity, sold: row.quantity, points: row.points, before: Some(before) };
            let key = (returned.sale, returned.origin.sale);
            let (sum, shares, _) = sums.entry(key).or_insert((Points::ZERO, vec![], returned));
            *sum = sum.plus(points).map_err(amount)?;
            shares.push(share);
        }
        for ((sale, original), (points, shares, returned)) in sums {
            let Some((account, programme)) = self.accounts_of.get(&original).copied() else { continue };
            if points.is_zero() {
                continue;
            }
            self.postings.push(Posting {
                id: entry_id(PostingKind::Reverse, sale, original, returned.occurred_at),
                account,
                kind: PostingKind::Reverse,
                points,
                sale,
                lot_of: original,
                programme: Some(programme),
                expires_on: None,
                vests_on: None,
                over: Points::ZERO,
                reason: json!({ "returned_from": original.to_string(), "shares": shares }).to_string(),
                shares,
                occurred_at: returned.occurred_at,
                posted_at: self.now,
                business_date: returned.business_date,
            });
        }
        Ok(())
    }

    /// Spent points go back to whoever spent them. Those of an original that has not arrived, or whose card
    /// is not known yet, wait for it.
    async fn give_back(&mut self, tx: &mut Tx, programmes: &[Programme]) -> Result<(), DbError> {
        let given_back = std::mem::take(&mut self.given_back);
        let parts: Vec<(&GivenBack, SaleId, Points)> = given_back
            .iter()
            .flat_map(|given| {
                given.parts().into_iter().map(move |(original, points)| (given, original, points))
            })
            .collect();
        let unknown: BTreeSet<SaleId> = parts
            .iter()
            .map(|(_, original, _)| *original)
            .filter(|original| !self.accounts_of.contains_key(original))
            .collect();
        let owners = store::owners(tx, &unknown.into_iter().collect::<Vec<_>>()).await?;
        for (given, original, points) in parts {
            let owner = self.accounts_of.get(&original).map(|(account, _)| *account);
            let Some(account) = owner.or_else(|| owners.get(&original).copied()) else { continue };
            let id = entry_id(PostingKind::GiveBack, given.sale, original, given.occurred_at);
            if self.posted.contains(&id) {
                continue;
            }
            let programme = Programme::on(programmes, given.business_date);
            let kind = PostingKind::GiveBack;
            self.postings.push(Posting {
                id,
                account,
                kind,
                points,
                sale: given.sale,
                lot_of: original,
                shares: vec![],
                programme: programme.map(|programme| programme.version),
                expires_on: expires_on(kind, programme, self.when(given.business_date, given.occurred_at)),
                vests_on: None,
                over: Points::ZERO,
                reason: json!({ "returned_from": original.to_string() }).to_string(),
                occurred_at: given.occurred_at,
                posted_at: self.now,
                business_date: given.business_date,
            });
        }
        Ok(())
    }

    async fn write(
        &mut self,
        tx: &mut Tx,
        programmes: &[Programme],
        now: DateTime<Utc>,
    ) -> Result<BTreeSet<AccountId>, DbError> {
        let accounts: Vec<AccountId> =
            self.postings.iter().map(|p| p.account).collect::<BTreeSet<_>>().into_iter().collect();
        let joins = store::joins(tx, &accounts).await?;
        let accounts = joins.with_families(&accounts);
        let taking: BTreeSet<AccountId> =
            self.postings.iter().filter(|p| p.kind == PostingKind::Reverse).map(|p| p.account).collect();
        let taking: Vec<AccountId> = taking.into_iter().collect();
        let mut states: BTreeMap<AccountId, AccountState> = store::lock_accounts(tx, &accounts).await?;
        for (account, lot) in store::open_lots(tx, &taking).await? {
            if let Some(state) = states.get_mut(&account) {
                state.add_lot(lot);
            }
        }
        let capped = self.correct_days(tx, &accounts, programmes, &joins).await?;
        self.postings.extend(charge::transfers(tx, &accounts, &self.postings, self.now).await?);
        let mut anew = replay::computed_anew(tx, &accounts, &self.postings, &joins).await?;
        anew.extend(capped);
        for posting in self.postings.iter().filter(|posting| !anew.contains(&posting.account)) {
            let state = states.get_mut(&posting.account).ok_or(DbError::BadRow {
                what: "a points account",
                why: format!("{} does not exist", posting.account),
            })?;
            state.post(posting).map_err(amount)?;
        }
        replay::replay(tx, &anew, &self.postings, programmes, &mut states, &joins).await?;
        charge::note(tx, &self.postings, now).await?;
        replay::write(tx, &self.postings, &states, &joins, now).await?;
        store::write_line_points(tx, &self.lines).await?;
        Ok(states.into_keys().collect())
    }

    /// Adds what corrects the days that a cap holds for; answers whose lots such a day has a say in.
    async fn correct_days(
        &mut self,
        tx: &mut Tx,
        accounts: &[AccountId],
        programmes: &[Programme],
        joins: &Joins,
    ) -> Result<BTreeSet<AccountId>, DbError> {
        let caps = day_caps(programmes);
        if caps.is_empty() {
            return Ok(BTreeSet::new());
        }
        // Few members ever come to the cap: of the others only sums are read.
        let earned = store::earned_on_days(tx, accounts).await?;
        let mut capped = over_cap(&earned, &self.postings, &caps).map_err(amount)?;
        // A day of theirs may be over it together.
        capped.extend(accounts.iter().filter(|account| joins.has_family(**account)));
        let posted = store::postings(tx, &capped.iter().copied().collect::<Vec<_>>()).await?;
        self.postings.extend(corrections(posted, &self.postings, programmes, joins).map_err(amount)?);
        Ok(capped)
    }
}

/// Points of returned lines that name no original.
pub(super) fn loose_returns(sale: &Sale, earned: &Earned) -> Points {
    let named: BTreeSet<u32> = sale.lines.iter().filter(|l| l.origin.is_some()).map(|l| l.number).collect();
    let loose = earned.lines.iter().filter(|l| l.kind == LineKind::Return && !named.contains(&l.line));
    loose.map(|l| l.points).sum()
}

/// What points paid of a ticket, in minor units, less what it gave back to no sale in particular.
fn paid_with_points(sale: &Sale) -> Result<i64, AmountError> {
    let ours = sale.tenders.iter().filter(|tender| tender.points.is_some() && tender.origin.is_none());
    Money::total(ours.map(|tender| tender.amount)).map(|money| money.0)
}

/// Made from what the entry is about: posting the same twice fails on the primary key.
fn entry_id(kind: PostingKind, sale: SaleId, lot_of: SaleId, at: DateTime<Utc>) -> EntryId {
    let what = if kind == PostingKind::GiveBack { "give back" } else { kind.as_str() };
    let digest = Sha256::digest(format!("yapa-entry\n{what}\n{sale}\n{lot_of}"));
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&digest[..10]);
    EntryId::new(at.timestamp_millis(), entropy)
}

pub(super) fn amount(error: AmountError) -> DbError {
    DbError::BadRow { what: "points of a sale", why: error.to_string() }
}
