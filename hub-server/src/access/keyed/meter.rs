//! How often one may ask: pure.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Duration, Utc};

const WINDOW: Duration = Duration::minutes(10);
/// Pages that open from one address: that of a shop, or of a carrier with many phones behind it.
const PAGES: i64 = 6_000;

/// What was asked from one address since a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meter {
    since: DateTime<Utc>,
    asked: i64,
    missed: i64,
}

impl Meter {
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { since: now, asked: 0, missed: 0 }
    }

    /// What was asked before does not count any more. A clock that was put back ends it too.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now < self.since || now.signed_duration_since(self.since) >= WINDOW
    }

    /// Counts a page that is asked for; whether it may be.
    pub fn ask(&mut self, now: DateTime<Utc>) -> bool {
        self.begin(now);
        self.asked = self.asked.saturating_add(1);
        self.asked <= PAGES
    }

    /// Counts one that there was not, of so many; whether that may be said.
    pub fn miss(&mut self, now: DateTime<Utc>, most: i64) -> bool {
        self.begin(now);
        self.missed = self.missed.saturating_add(1);
        self.missed <= most
    }

    fn begin(&mut self, now: DateTime<Utc>) {
        if self.is_over(now) {
            *self = Self::new(now);
        }
    }
}

/// What counts as one address: with IPv6 the half that names a house, as whoever has one has all of it.
pub(super) fn one_address(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests;
