//! What runs beside the requests.

use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::access::Lane;
use crate::app::App;
use crate::db::DbError;
use crate::live::News;
use crate::marketing::jobs::Renewal;
use crate::sales::{gifts, held};
use crate::stock;

/// News bring a renewal at once; without any, other hubs' marks are looked for this often.
const PAUSE: Duration = Duration::from_secs(5);
/// Lets a burst of sales settle, so that a member is renewed once and not for each.
const SETTLE: Duration = Duration::from_millis(300);

/// Content of baskets whose day is over goes within this time.
const FORGETS_EVERY: Duration = Duration::from_secs(600);

/// Shelves empty slower than this.
const TELLS_TILLS_EVERY: Duration = Duration::from_secs(5);
/// Where nothing is sold: counts, limits and dates change too.
const TELLS_TILLS_ANYWAY: Duration = Duration::from_secs(20);

/// Batches of one round: news that came meanwhile are looked at between rounds.
const ROUNDS: usize = 20;

/// Pauses of [`SETTLE`] that figures let pass while pushes wait for their turn: what tills bring after an hour
/// without a network makes most of these figures old again, and both want the same database. Half a minute at most.
const GIVEN_WAY_MAX: u32 = 100;

/// Whether figures let pushes go first.
fn gives_way(waiting: usize, given_way: u32) -> bool {
    waiting > 0 && given_way < GIVEN_WAY_MAX
}

/// Lets go of what is in baskets of days that are over, for as long as the hub serves.
pub async fn forget_baskets(app: App) {
    loop {
        if let Err(error) = forget(&app).await {
            tracing::error!(code = "held_not_forgotten", %error, "held baskets of days that are over are still there")
        }
        tokio::time::sleep(FORGETS_EVERY).await;
    }
}

async fn forget(app: &App) -> Result<(), DbError> {
    let mut tx = app.db.begin().await?;
    held::forget_ended(&mut tx, app.clock.now()).await?;
    tx.commit().await
}

/// Waits until something was sold anywhere; false where nobody can say so any more.
async fn sold(news: &mut Receiver<News>) -> bool {
    loop {
        match news.recv().await {
            // What was missed may have been a sale.
            Ok(News::Store(_)) | Err(RecvError::Lagged(_)) => return true,
            Ok(News::Account(_) | News::Tills) => {}
            Err(RecvError::Closed) => return false,
        }
    }
}

/// Tells the tills what runs low or out in their stores and which gifts are gone, for as long as the hub serves: all
/// stock is looked at, so it is done after a sale or a while, and not all the time.
pub async fn tell_tills(app: App) {
    let mut news = app.live.listen();
    loop {
        if let Err(error) = stock::tell_tills(&app.db, app.clock.now()).await {
            tracing::error!(code = "stock_not_told", %error, "tills do not hear what runs low in their stores")
        }
        if let Err(error) = gifts::tell_tills(&app.db, app.clock.now()).await {
            tracing::error!(code = "gifts_not_told", %error, "tills do not hear which gifts are gone")
        }
        tokio::time::sleep(TELLS_TILLS_EVERY).await;
        if matches!(timeout(TELLS_TILLS_ANYWAY, sold(&mut news)).await, Ok(false)) {
            return;
        }
        // What is looked at now is of after all of them.
        news = news.resubscribe();
    }
}

/// Renews what tills know of members whose figures or offers changed, for as long as the hub serves.
pub async fn keep_fresh(app: App) {
    let mut news = app.live.listen();
    let mut renewal = Renewal::default();
    loop {
        let mut given_way = 0;
        while gives_way(app.pressure.load(Lane::Push).1, given_way) {
            tokio::time::sleep(SETTLE).await;
            given_way += 1;
        }
        match renewal.tick(&app.db, app.clock.now(), ROUNDS).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(code = "snapshots_stale", %error, "member snapshots could not be renewed")
            }
        }
        match timeout(PAUSE, news.recv()).await {
            Ok(Err(RecvError::Closed)) => return,
            Ok(_) => {
                tokio::time::sleep(SETTLE).await;
                news = news.resubscribe();
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Live;

    #[tokio::test]
    async fn a_sale_anywhere_is_waited_for_and_nothing_else() {
        let live = Live::default();
        let mut news = live.listen();
        live.tell([News::Tills, News::Store("001".parse().unwrap()), News::Tills]);
        assert!(sold(&mut news).await);
        assert_eq!(news.try_recv(), Ok(News::Tills), "what came before it was passed over");
        live.tell([News::Tills]);
        drop(live);
        assert!(!sold(&mut news).await);
    }

    #[test]
    fn figures_let_a_crowd_pass_and_not_for_ever() {
        for (waiting, given_way, wanted) in
            [(0, 0, false), (1, 0, true), (64, GIVEN_WAY_MAX - 1, true), (64, GIVEN_WAY_MAX, false)]
        {
            assert_eq!(gives_way(waiting, given_way), wanted, "{waiting} {given_way}");
        }
    }
}
