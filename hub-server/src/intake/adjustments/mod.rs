//! Points by hand, in every room that they concern: see [`crate::ledger::adjustments`].

use domain::ids::EntryId;
use domain::money::Points;

use crate::app::App;
use crate::db::{DbError, Tx};
use crate::ledger::adjustments::{self, Ask, Asked, Limits, Settled, Verdict};
use crate::live::News;
use crate::settings::Settings;
use crate::{catalogue, insights};

pub mod pages;
pub mod settling;

/// As the operator set them.
pub fn limits(settings: &Settings) -> Limits {
    let alone = settings.adjust_alone.max(0).saturating_mul(Points::ONE.0);
    Limits { alone: Points(alone), days: settings.adjust_days.max(0) }
}

async fn today(app: &App, tx: &mut Tx) -> Result<chrono::NaiveDate, DbError> {
    Ok(catalogue::first_date_at(&catalogue::stores(tx).await?, app.clock.now()))
}

/// Asks in a transaction of its own and tells the listeners.
pub async fn ask(app: &App, asked: &Ask) -> Result<Asked, DbError> {
    let mut tx = app.db.begin().await?;
    let day = today(app, &mut tx).await?;
    let done = adjustments::ask(&mut tx, asked, limits(&app.settings), day, app.clock.now()).await?;
    let concerned = adjustments::concerned(&mut tx, asked.account).await?;
    if done == Asked::Posted {
        insights::mark_stale(&mut tx, &concerned).await?;
    }
    tx.commit().await?;
    app.live.tell(concerned.into_iter().map(News::Account));
    Ok(done)
}

/// Settles in a transaction of its own and tells the listeners.
pub async fn settle(app: &App, id: EntryId, by: &str, verdict: &Verdict) -> Result<Settled, DbError> {
    let mut tx = app.db.begin().await?;
    let day = today(app, &mut tx).await?;
    let settled = adjustments::settle(&mut tx, id, by, verdict, day, app.clock.now()).await?;
    if let Settled::Done(account) = settled {
        let concerned = adjustments::concerned(&mut tx, account).await?;
        insights::mark_stale(&mut tx, &concerned).await?;
        tx.commit().await?;
        app.live.tell(concerned.into_iter().map(News::Account));
    }
    Ok(settled)
}
