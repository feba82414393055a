//! What runs beside the requests.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::app::App;
use crate::marketing::jobs::Renewal;

/// News bring a renewal at once; without any, other hubs' marks are looked for this often.
const PAUSE: Duration = Duration::from_secs(5);
/// Lets a burst of sales settle, so that a member is renewed once and not for each.
const SETTLE: Duration = Duration::from_millis(300);

/// Batches of one round: news that came meanwhile are looked at between rounds.
const ROUNDS: usize = 20;

/// Renews what tills know of members whose figures or offers changed, for as long as the hub serves.
pub async fn keep_fresh(app: App) {
    let mut news = app.live.listen();
    let mut renewal = Renewal::default();
    loop {
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
