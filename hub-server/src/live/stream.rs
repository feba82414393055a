//! The stream of events that an open page listens to.

use std::convert::Infallible;
use std::str::FromStr;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::ids::AccountId;
use futures::Stream;
use futures::stream::unfold;
use kit::metrics::Metrics;
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{Live, News};
use crate::access::{Actor, Scope};
use crate::app::App;
use crate::error::Error;

/// Shorter than the idle limit of proxies, and than anybody waits to learn that the hub is away.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// What a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Any sale.
    Sales,
    Tills,
    Account(AccountId),
}

impl FromStr for Topic {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let known = match text.split_once(':') {
            Some(("account", id)) => id.parse().ok().map(Self::Account),
            None if text == "sales" => Some(Self::Sales),
            None if text == "tills" => Some(Self::Tills),
            _ => None,
        };
        let refused = || Error::bad_request("no_such_topic", "Topics are sales, tills and account:ID.");
        known.ok_or_else(refused)
    }
}

impl Topic {
    /// Whether some news matters to a page about this, for a reader with this scope.
    fn matters(self, news: &News, scope: &Scope) -> bool {
        match (self, news) {
            (Self::Sales, News::Store(store)) => scope.allows(store.as_str()),
            // A card that became known gives its owner the sales of the past.
            (Self::Sales, News::Account(_)) | (Self::Tills, News::Tills) => true,
            (Self::Account(mine), News::Account(account)) => mine == *account,
            _ => false,
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    topic: String,
}

/// `GET /live?topic=`: an event `changed` whenever something that the topic is about changed.
pub async fn stream(
    State(app): State<App>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let topic = asked.topic.parse()?;
    let listener = Listener {
        news: app.live.listen(),
        live: app.live.clone(),
        metrics: app.metrics.clone(),
        topic,
        scope: actor.scope,
        greeted: false,
    };
    let events = unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        listener.metrics.count("yapa_live_events_total", &[], 1);
        Some((Ok(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

struct Listener {
    news: Receiver<News>,
    live: Live,
    metrics: Metrics,
    topic: Topic,
    scope: Scope,
    greeted: bool,
}

impl Listener {
    /// None once the process is ending.
    async fn next(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            // The first bytes tell the browser that the stream stands.
            return Some(Event::default().comment("listening").retry(RETRY));
        }
        loop {
            let news = tokio::select! {
                news = self.news.recv() => news,
                () = self.live.closed() => return None,
            };
            match news {
                Ok(news) if !self.topic.matters(&news, &self.scope) => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return Some(changed()),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

/// Without a line of data a browser drops the event, so there is one.
fn changed() -> Event {
    Event::default().event("changed").data("now")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_page_hears_what_it_is_about() {
        let account = |n| AccountId(Uuid::from_u128(n));
        let store = |code: &str| News::Store(code.parse().unwrap());
        let one_store = Scope::Stores(["001".parse().unwrap()].into());
        for (topic, news, scope, wanted) in [
            ("sales", store("001"), &one_store, true),
            ("sales", store("002"), &one_store, false),
            ("sales", store("002"), &Scope::All, true),
            ("sales", News::Tills, &Scope::All, false),
            ("tills", News::Tills, &one_store, true),
            ("tills", store("001"), &Scope::All, false),
        ] {
            let topic: Topic = topic.parse().unwrap();
            assert_eq!(topic.matters(&news, scope), wanted, "{topic:?} {news:?}");
        }
        let topic: Topic = format!("account:{}", account(7)).parse().unwrap();
        assert!(topic.matters(&News::Account(account(7)), &one_store));
        assert!(!topic.matters(&News::Account(account(8)), &one_store));
        assert!("account:x".parse::<Topic>().is_err() && "all".parse::<Topic>().is_err());
    }

    #[tokio::test]
    async fn a_listener_hears_its_news_and_ends_when_the_process_does() {
        let live = Live::default();
        let mut listener = Listener {
            news: live.listen(),
            live: live.clone(),
            metrics: crate::metrics::new().unwrap(),
            topic: Topic::Tills,
            scope: Scope::All,
            greeted: true,
        };
        live.tell([News::Store("001".parse().unwrap()), News::Tills]);
        assert!(listener.next().await.is_some());
        live.close();
        assert!(listener.next().await.is_none());
    }

    #[tokio::test]
    async fn who_fell_behind_reloads_once() {
        let live = Live::default();
        let news = live.listen();
        let mut listener = Listener {
            news,
            live: live.clone(),
            metrics: crate::metrics::new().unwrap(),
            topic: Topic::Tills,
            scope: Scope::All,
            greeted: true,
        };
        for _ in 0..=super::super::BACKLOG {
            live.tell([News::Store("001".parse().unwrap())]);
        }
        assert!(listener.next().await.is_some());
    }
}
