//! What a customer's page is drawn from, read in one moment.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::codes::{CardNumber, Sku};
use domain::ids::AccountId;
use domain::money::{Money, Points};
use domain::points::{ByVesting, Pending, Programme};
use domain::snapshot::{Offer, TierRow};

use super::rules;
use crate::catalogue::{self, Store};
use crate::db::Tx;
use crate::error::Error;
use crate::insights::{self, Ranks};
use crate::members::{self, Consent, Member};
use crate::{ledger, sales};

/// Sales that are looked at for the receipts: some of them may be voided.
const SALES: i64 = 15;

/// One customer, and nobody else.
#[derive(Debug, Clone)]
pub struct Facts {
    /// First name and the initial of the surname.
    pub name: String,
    /// The newest card that works.
    pub card: Option<CardNumber>,
    pub balance: Points,
    /// What of it can be used now.
    pub available: Points,
    pub debt: Points,
    pub pending: Option<Pending>,
    pub ending: Vec<(Points, NaiveDate)>,
    pub tier: Option<TierRow>,
    pub gifts: Vec<(String, Points)>,
    pub offer: Option<Offer>,
    pub receipts: Vec<Receipt>,
    pub consent: Consent,
    pub now: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub struct Receipt {
    pub on: NaiveDate,
    pub store: String,
    pub total: Money,
    pub points: Points,
}

/// The zone whose clock and date the page shows.
pub(super) fn zone(stores: &[Store]) -> Tz {
    stores.first().map_or(Tz::UTC, |store| store.zone)
}

impl Facts {
    pub async fn read(
        tx: &mut Tx,
        member: &Member,
        stores: &[Store],
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let day = catalogue::first_date_at(stores, now);
        let account = member.account;
        let points = insights::points(tx, Some(&member.profile.code), day).await?.into_iter().next();
        let available = points.as_ref().map_or(Points::ZERO, |row| row.available);
        let endings = ledger::endings(tx, &[account]).await?;
        let today = now.with_timezone(&zone(stores)).date_naive();
        let as_of = insights::as_of(tx, now).await?.unwrap_or(today).max(today);
        let ranks = Ranks::read(tx, &[account], as_of).await?;
        let told = insights::told(tx, member.id).await?.and_then(|row| row.offer);
        Ok(Self {
            name: members::greeting(&member.profile),
            card: members::working_card(tx, member.id).await?,
            balance: points.as_ref().map_or(Points::ZERO, |row| row.balance),
            available,
            debt: points.as_ref().map_or(Points::ZERO, |row| row.debt),
            pending: pending(tx, member, day).await?,
            ending: rules::ending(&endings, day),
            tier: ranks.of(account),
            gifts: gifts(tx, account, available, today).await?,
            offer: rules::offer(&member.profile.consent, told, today),
            receipts: receipts(tx, member, stores, now).await?,
            consent: member.profile.consent.clone(),
            now,
        })
    }
}

async fn pending(tx: &mut Tx, member: &Member, day: NaiveDate) -> Result<Option<Pending>, Error> {
    let mut pending = ByVesting::new();
    for row in ledger::pending(tx, &[member.account], day).await? {
        let sum = pending.entry(row.on).or_default();
        *sum = sum.plus(row.points).map_err(anyhow::Error::from)?;
    }
    Ok(Pending::of(&pending).map_err(anyhow::Error::from)?)
}

async fn gifts(
    tx: &mut Tx,
    account: AccountId,
    available: Points,
    today: NaiveDate,
) -> Result<Vec<(String, Points)>, Error> {
    let programmes = ledger::programmes(tx).await?;
    let Some(programme) = Programme::on(&programmes, today) else { return Ok(vec![]) };
    let skus: Vec<Sku> = programme.gifts.iter().map(|gift| gift.sku.clone()).collect();
    let products = catalogue::products_by_sku(tx, &skus).await?;
    let limited = sales::gifts::at_their_limit(tx, account, programme, today).await?;
    Ok(rules::gifts(programme, available, |sku| products.get(sku).filter(|_| !limited.contains(sku))))
}

async fn receipts(
    tx: &mut Tx,
    member: &Member,
    stores: &[Store],
    now: DateTime<Utc>,
) -> Result<Vec<Receipt>, Error> {
    // A store's date may be one ahead of the clock's.
    let until = now.date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
    let found = sales::history(tx, member.account, until, SALES).await?;
    let named = |code: &str| {
        let store = stores.iter().find(|store| store.code.as_str() == code);
        store.map_or_else(|| code.to_owned(), |store| store.name.clone())
    };
    let receipt = |sale: sales::history::PastSale| Receipt {
        on: sale.business_date,
        store: named(&sale.store),
        total: sale.total,
        points: found.points.get(&sale.id).copied().unwrap_or_default(),
    };
    Ok(rules::receipts(found.sales.clone()).into_iter().map(receipt).collect())
}
