//! What points and gift cards owe in money, month by month, and the journal of it: for the accountant's books.
//!
//! It is a function of the ledger, of the programme and of the estimates, computed from all entries whenever somebody
//! asks: no job has to have run, and no figure is kept that could differ.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::AccountId;
use domain::money::{AmountError, Points};
use serde::Serialize;

use crate::catalogue;
use crate::db::{DbError, Tx};
use crate::gift_cards as cards;
use crate::ledger;

mod books;
mod gift_cards;
pub mod pages;
mod rules;
mod store;

use books::{Books, closes};
pub use gift_cards::GiftMonth;
pub use rules::{Account, Estimate, Month, Row, WHOLE};

/// What a hub was told before a month closed may be in the database some moments after.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(10);

/// The books by now.
#[derive(Debug)]
pub struct Report {
    pub months: Vec<Month>,
    pub gift_months: Vec<GiftMonth>,
    /// Of both, month by month.
    pub journal: Vec<Row>,
    /// Points that were given under a programme by which they pay nothing: no money is deferred for them.
    pub without_value: Points,
    now: DateTime<Utc>,
    first: NaiveDate,
}

impl Report {
    /// Whether what the hub hears of now still goes into a month.
    pub fn is_open(&self, month: NaiveDate) -> bool {
        closes(month.max(self.first)) + UNDER_WAY >= self.now
    }
}

/// Reads the whole ledger.
pub async fn report(tx: &mut Tx, now: DateTime<Utc>) -> Result<Report, DbError> {
    let programmes = ledger::programmes(tx).await?;
    let estimates = store::estimates(tx).await?;
    let first = rules::month_of(store::began_at(tx).await?.date_naive());
    let today = catalogue::first_date_at(&catalogue::stores(tx).await?, now);
    let books = Books { programmes: &programmes, estimates: &estimates, first, today };
    let mut booked = rules::Booked::new();
    let mut after = AccountId(uuid::Uuid::nil());
    while let Some((last, histories)) = ledger::histories(tx, after).await? {
        after = last;
        histories.iter().try_for_each(|history| books.book(history, &mut booked)).map_err(amount)?;
    }
    let without_value = ledger::earned_by_programme(tx).await?.into_iter().filter(|(version, _)| {
        let rules = programmes.iter().find(|rules| Some(rules.version) == *version);
        rules.is_none_or(|rules| rules.redemption.is_none())
    });
    let without_value = Points::total(without_value.map(|(_, points)| points)).map_err(amount)?;
    let months = rules::months(&booked, &estimates, rules::month_of(today)).map_err(amount)?;
    let moved = cards::moved(tx).await?;
    let gift_months = gift_cards::gift_months(&moved, first, rules::month_of(today)).map_err(amount)?;
    let mut journal = rules::journal(&months).map_err(amount)?;
    journal.extend(gift_cards::gift_journal(&gift_months).map_err(amount)?);
    journal.sort_by_key(|row| row.month);
    Ok(Report { months, gift_months, journal, without_value, now, first })
}

fn amount(error: AmountError) -> DbError {
    DbError::BadRow { what: "an amount of the books", why: error.to_string() }
}

#[derive(Debug, thiserror::Error)]
pub enum EstimateError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("between 0 and 100 % of points can be redeemed")]
    Share,
    #[error("an estimate begins with a month: on its first day")]
    Day,
    #[error("there is an estimate from {0} on: the next one begins after it")]
    Earlier(NaiveDate),
    #[error("that month is closed: what it said stays, so the estimate begins in {0} or later")]
    Closed(NaiveDate),
}

/// Adds an estimate. Months that are closed stay as they are; before the first one is given they may change, since
/// nothing was said of breakage yet.
pub async fn add_estimate(tx: &mut Tx, estimate: Estimate, now: DateTime<Utc>) -> Result<(), EstimateError> {
    let Estimate { valid_from, redeemed } = estimate;
    if !(0..=WHOLE).contains(&redeemed) {
        return Err(EstimateError::Share);
    }
    if valid_from != rules::month_of(valid_from) {
        return Err(EstimateError::Day);
    }
    if let Some(last) = store::estimates(tx).await?.last().copied() {
        if valid_from <= last.valid_from {
            return Err(EstimateError::Earlier(last.valid_from));
        }
        if closes(valid_from) < now {
            return Err(EstimateError::Closed(rules::month_of(now.date_naive())));
        }
    }
    Ok(store::insert_estimate(tx, estimate, now).await?)
}

/// A month as scripts read it: field names that stay, amounts as decimals.
#[derive(Debug, Serialize)]
pub struct MonthFigures {
    pub month: String,
    pub open: bool,
    pub expected_redeemed: String,
    pub opening: String,
    pub deferred: String,
    pub taken_back: String,
    /// What points cost that were given by hand; below zero where more was taken again.
    pub goodwill: String,
    pub redeemed: String,
    pub expired: String,
    pub closing: String,
    pub points_earned: String,
    pub points_returned: String,
    pub points_redeemed: String,
    pub points_expired: String,
    pub points_outstanding: String,
}

impl MonthFigures {
    pub fn of(month: &Month, open: bool) -> Self {
        Self {
            month: month_text(month.month),
            open,
            expected_redeemed: domain::money::Money(month.expected).to_string(),
            opening: month.opening.to_string(),
            deferred: month.deferred.to_string(),
            taken_back: month.taken_back.to_string(),
            goodwill: month.goodwill.to_string(),
            redeemed: month.redeemed.to_string(),
            expired: month.expired.to_string(),
            closing: month.closing.to_string(),
            points_earned: month.points.earned.to_string(),
            points_returned: month.points.returned.to_string(),
            points_redeemed: month.points.spent.to_string(),
            points_expired: month.points.expired.to_string(),
            points_outstanding: month.outstanding.to_string(),
        }
    }
}

/// A month of gift cards as scripts read it.
#[derive(Debug, Serialize)]
pub struct GiftMonthFigures {
    pub month: String,
    pub open: bool,
    pub opening: String,
    pub sold: String,
    pub refunded: String,
    pub spent: String,
    pub closing: String,
}

impl GiftMonthFigures {
    pub fn of(month: &GiftMonth, open: bool) -> Self {
        Self {
            month: month_text(month.month),
            open,
            opening: month.opening.to_string(),
            sold: month.sold.to_string(),
            refunded: month.refunded.to_string(),
            spent: month.spent.to_string(),
            closing: month.closing.to_string(),
        }
    }
}

/// `2026-03`
pub fn month_text(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

/// A row of the journal as scripts read it.
#[derive(Debug, Serialize)]
pub struct RowFigures {
    pub month: String,
    pub account: &'static str,
    pub debit: String,
    pub credit: String,
    pub what: &'static str,
}

impl RowFigures {
    pub fn of(row: &Row) -> Self {
        Self {
            month: month_text(row.month),
            account: row.account.code(),
            debit: row.debit.to_string(),
            credit: row.credit.to_string(),
            what: row.what,
        }
    }
}

#[cfg(test)]
mod tests;
