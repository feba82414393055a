//! Looks every two seconds how far the logs came: so a page learns of a sale that another hub, or an
//! import, applied, also where no Redis is.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use domain::ids::LogId;

use super::{News, store};
use crate::app::App;
use crate::db::{DbError, Tx};

/// A sale must be on an open page within five seconds; half of that is for the way to the hub.
const PAUSE: Duration = Duration::from_secs(2);

/// How far everything was at the last look.
#[derive(Debug, Default)]
struct Seen {
    ends: HashMap<LogId, i64>,
    tills: (Option<i64>, i64, i64),
}

/// Runs until the process ends.
pub async fn watch(app: App) {
    let mut seen: Option<Seen> = None;
    loop {
        match look(&app, seen.as_ref()).await {
            Ok((now, news)) => {
                for item in news {
                    app.live.tell_here(item);
                }
                seen = Some(now);
            }
            // The next look sees what this one missed: nothing is lost by waiting.
            Err(error) => tracing::warn!(code = "watch_failed", %error, "could not look for changes"),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.live.closed() => return,
        }
    }
}

async fn look(app: &App, before: Option<&Seen>) -> Result<(Seen, HashSet<News>), DbError> {
    let mut tx = app.db.read().await?;
    let now = Seen {
        ends: store::log_ends(&mut tx).await?.into_iter().collect(),
        tills: store::till_mark(&mut tx).await?,
    };
    let news = match before {
        Some(before) => changes(&mut tx, before, &now).await?,
        None => HashSet::new(),
    };
    Ok((now, news))
}

async fn changes(tx: &mut Tx, before: &Seen, now: &Seen) -> Result<HashSet<News>, DbError> {
    let mut news = HashSet::new();
    if before.tills != now.tills {
        news.insert(News::Tills);
    }
    for (log, after, until) in grown(&before.ends, &now.ends) {
        for (at, account) in store::sales_between(tx, log, after, until).await? {
            news.insert(News::Store(at));
            news.extend(account.map(News::Account));
        }
    }
    Ok(news)
}

/// Logs that grew, with where they stood and stand.
fn grown(before: &HashMap<LogId, i64>, now: &HashMap<LogId, i64>) -> Vec<(LogId, i64, i64)> {
    let stretch = |(log, end): (&LogId, &i64)| {
        let start = before.get(log).copied().unwrap_or(0);
        (*end > start).then_some((*log, start, *end))
    };
    now.iter().filter_map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_logs_that_grew_are_read() {
        let log = |n| LogId(Uuid::from_u128(n));
        let before = HashMap::from([(log(1), 5), (log(2), 7)]);
        let now = HashMap::from([(log(1), 5), (log(2), 9), (log(3), 2)]);
        let mut grown = grown(&before, &now);
        grown.sort();
        assert_eq!(grown, [(log(2), 7, 9), (log(3), 0, 2)]);
    }
}
