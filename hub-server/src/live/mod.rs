//! Who is told that something changed. What is told is only *that* it changed: a listener reads the
//! present from the database, so a lost or repeated message does no harm.
//!
//! Three ways lead to the listeners of this process: what it applied itself ([`Live::tell`]), what another
//! hub says through Redis ([`fanout`]), and a look at the logs every two seconds ([`watch`]) that finds
//! all of it without either.

use domain::codes::StoreCode;
use domain::ids::AccountId;
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, watch};

pub mod fanout;
mod store;
pub mod stream;
pub mod watcher;

/// Listeners that fall further behind than this reload once instead.
const BACKLOG: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// Sales, points or visits of one account.
    Account(AccountId),
    /// Sales or stock of one store.
    Store(StoreCode),
    /// A till was seen, enrolled or revoked, or something went to quarantine.
    Tills,
}

#[derive(Debug, Clone)]
pub struct Live {
    /// To the listeners of this process.
    here: broadcast::Sender<News>,
    /// What began here, to the other hubs.
    out: broadcast::Sender<News>,
    closed: watch::Sender<bool>,
    /// News go through Redis at present.
    redis: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            here: broadcast::channel(BACKLOG).0,
            out: broadcast::channel(BACKLOG).0,
            closed: watch::channel(false).0,
            redis: watch::channel(false).0,
        }
    }
}

impl Live {
    /// Tells everybody, here and on other hubs.
    pub fn tell(&self, news: impl IntoIterator<Item = News>) {
        for item in news {
            // Nobody listening is not an error.
            let _ = self.out.send(item.clone());
            self.tell_here(item);
        }
    }

    /// Tells the listeners of this process only: the news came from outside.
    fn tell_here(&self, news: News) {
        let _ = self.here.send(news);
    }

    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.here.subscribe()
    }

    /// Open pages, and what else listens in this process.
    pub fn listeners(&self) -> usize {
        self.here.receiver_count()
    }

    pub fn has_redis(&self) -> bool {
        *self.redis.borrow()
    }

    /// Ends every stream, so that the process can end.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Resolves once [`Live::close`] was called.
    pub async fn closed(&self) {
        let mut closed = self.closed.subscribe();
        // The sender lives in `self`, so waiting ends by a value and never by a lost sender.
        let _ = closed.wait_for(|closed| *closed).await;
    }
}
