//! Keeps what the tills know of members current, offers included.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::codes::Sku;

use super::{Promotion, offer_for, store};
use crate::catalogue::{self, Naming};
use crate::db::{Db, DbError};
use crate::insights::{self, Goods, jobs::Facts};

/// Once the date moved on, everybody's "due" and "overdue" did too. While old sales are read in, the date
/// moves many times a minute; once an hour is enough then.
const SWEEP_PAUSE: Duration = Duration::hours(1);

/// The state of the renewing between its rounds.
#[derive(Debug, Default)]
pub struct Renewal {
    swept: Option<(Option<NaiveDate>, DateTime<Utc>)>,
}

impl Renewal {
    /// Renews up to `rounds` batches of stale accounts; answers how many accounts that were. Zero means
    /// that everything is current.
    pub async fn tick(&mut self, db: &Db, now: DateTime<Utc>, rounds: usize) -> Result<usize, DbError> {
        let mut tx = db.read().await?;
        let as_of = insights::as_of(&mut tx, now).await?;
        let today = as_of.map_or(now.date_naive(), |date| date.max(now.date_naive()));
        let mut running = store::promotions(&mut tx).await?;
        running.retain(|promotion| promotion.runs_on(today));
        let skus: Vec<Sku> = running.iter().filter_map(|promotion| promotion.draft.sku.clone()).collect();
        let goods = catalogue::names(&mut tx, &skus).await?;
        running.retain(|promotion| may_be_named(promotion, &goods));
        drop(tx);
        if self.must_sweep(as_of, now) {
            let mut tx = db.begin().await?;
            insights::mark_all_stale(&mut tx).await?;
            tx.commit().await?;
            self.swept = Some((as_of, now));
        }
        let offer = |facts: &Facts<'_>| offer_of(&running, facts);
        let mut renewed = 0;
        for _ in 0..rounds {
            match insights::jobs::refresh(db, now, &offer).await? {
                0 => break,
                accounts => renewed += accounts,
            }
        }
        Ok(renewed)
    }

    /// At the start too: marks may have been lost when the program ended.
    fn must_sweep(&self, as_of: Option<NaiveDate>, now: DateTime<Utc>) -> bool {
        self.swept.is_none_or(|(date, at)| {
            let moved_on = date != as_of && now.signed_duration_since(at) >= SWEEP_PAUSE;
            moved_on || at.date_naive() != now.date_naive()
        })
    }
}

/// An offer names its product aloud, so it is kept back where the product is discreet.
fn may_be_named(promotion: &Promotion, goods: &HashMap<Sku, Naming>) -> bool {
    let naming = promotion.draft.sku.as_ref().and_then(|sku| goods.get(sku));
    !naming.is_some_and(|naming| naming.discreet)
}

fn offer_of(running: &[Promotion], facts: &Facts<'_>) -> Option<domain::snapshot::Offer> {
    let unused = running.iter().filter(|promotion| !facts.used.contains(&promotion.id));
    offer_for(unused, facts.member, &facts.rhythm, facts.as_of, |goods| match goods {
        Goods::Sku(sku) => facts.last_bought(sku),
        Goods::Line(line) => facts.last_bought_of_line(line),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_renewed_at_the_start_on_a_new_day_and_when_the_date_moves() {
        let at = |hour: u32| format!("2026-03-01T{hour:02}:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let date = |d: u32| Some(format!("2026-02-{d:02}").parse::<NaiveDate>().unwrap());
        assert!(Renewal::default().must_sweep(None, at(1)));
        let renewal = Renewal { swept: Some((date(1), at(1))) };
        for (as_of, now, wanted) in [
            (date(1), at(9), false),
            (date(2), at(1), false),
            (date(2), at(2), true),
            (date(1), at(1) + Duration::days(1), true),
        ] {
            assert_eq!(renewal.must_sweep(as_of, now), wanted, "{as_of:?} {now}");
        }
    }
}
