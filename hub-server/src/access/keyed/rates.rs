//! How often one network address asks for pages that a key opens. Each hub counts for itself: nobody guesses a token of 160
//! bits, so the figure protects the hub and not the page.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};

use super::meter::{Meter, one_address};
use crate::app::App;
use crate::error::Error;

/// Addresses that are counted at a time. Beyond that all are forgotten: memory is bounded before fairness.
const ADDRESSES_MAX: usize = 50_000;
/// Who tries addresses of cards in vain is stopped much sooner than who finds some, and keeps nobody beside them from
/// their page.
const CARDS_MISSED: i64 = 30;
/// A receipt that is still on its way opens nothing either, and behind one address may stand a whole shop whose till has
/// no line.
const RECEIPTS_MISSED: i64 = 300;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Rates {
    /// Pages that there are not, for one address.
    misses: i64,
    meters: Arc<Mutex<HashMap<Asker, Meter>>>,
}

/// Where a request comes from; none where nobody can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker(Option<IpAddr>);

impl Rates {
    pub fn of_cards() -> Self {
        Self { misses: CARDS_MISSED, meters: Arc::default() }
    }

    pub fn of_receipts() -> Self {
        Self { misses: RECEIPTS_MISSED, meters: Arc::default() }
    }

    /// Counts a page that is asked for; whether it may be.
    pub fn ask(&self, asker: Asker, now: DateTime<Utc>) -> bool {
        self.counted(asker, now, |meter| meter.ask(now))
    }

    /// Counts one that there was not; whether that may be said.
    pub fn miss(&self, asker: Asker, now: DateTime<Utc>) -> bool {
        self.counted(asker, now, |meter| meter.miss(now, self.misses))
    }

    fn counted(&self, asker: Asker, now: DateTime<Utc>, count: impl FnOnce(&mut Meter) -> bool) -> bool {
        self.with(|meters| {
            if meters.len() >= ADDRESSES_MAX && !meters.contains_key(&asker) {
                meters.retain(|_, meter| !meter.is_over(now));
                if meters.len() >= ADDRESSES_MAX {
                    meters.clear();
                }
            }
            count(meters.entry(asker).or_insert_with(|| Meter::new(now)))
        })
    }

    fn with<T>(&self, does: impl FnOnce(&mut HashMap<Asker, Meter>) -> T) -> T {
        // A poisoned lock only means that another request panicked between two plain changes.
        does(&mut self.meters.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Asker {
    /// Behind a proxy everybody comes from there: it says in the last place who asked it. Whatever stands before that
    /// may be made up.
    fn of(headers: &HeaderMap, peer: Option<IpAddr>, behind_proxy: bool) -> Self {
        let named =
            headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let named = named.and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
        let ip = if behind_proxy { named.or(peer) } else { peer };
        Self(ip.map(one_address))
    }
}

impl FromRequestParts<App> for Asker {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        Ok(Self::of(&parts.headers, peer, app.settings.behind_tls))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asker(ip: &str) -> Asker {
        Asker(Some(ip.parse().unwrap()))
    }

    #[test]
    fn behind_a_proxy_its_own_word_counts() {
        let peer = Some("10.0.0.1".parse().unwrap());
        for (said, behind, wanted) in [
            (&[][..], false, "10.0.0.1"),
            (&["198.51.100.9"], false, "10.0.0.1"),
            (&["198.51.100.9"], true, "198.51.100.9"),
            (&["203.0.113.1, 198.51.100.9"], true, "198.51.100.9"),
            (&["203.0.113.1", "198.51.100.9"], true, "198.51.100.9"),
            (&["unknown"], true, "10.0.0.1"),
            (&[], true, "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            assert_eq!(Asker::of(&headers, peer, behind), asker(wanted), "{said:?} {behind}");
        }
    }

    #[test]
    fn each_address_has_its_own_measure_and_memory_is_bounded() {
        let now = DateTime::UNIX_EPOCH;
        let (one, other) = (asker("203.0.113.1"), asker("203.0.113.2"));
        for (rates, misses) in [(Rates::of_cards(), 30), (Rates::of_receipts(), 300)] {
            (0..misses).for_each(|_| assert!(rates.miss(one, now)));
            assert!(!rates.miss(one, now) && rates.miss(other, now) && rates.ask(one, now), "{misses}");
        }
        let rates = Rates::of_cards();
        for n in 0..u32::try_from(ADDRESSES_MAX).unwrap() + 10 {
            rates.ask(Asker(Some(IpAddr::from(n.to_be_bytes()))), now);
        }
        assert!(rates.with(|meters| meters.len()) <= ADDRESSES_MAX);
    }
}
