//! Faults that are planted on purpose in the shells around `domain::sync::redemption`.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RedemptionBug {
    /// Two questions are decided by one look at the account.
    ReserveWithoutRowLock,
    /// A till gets a lease, and the points stay where they were.
    LeaseNotSubtracted,
    /// Till and hub both end a lease by the time of day.
    LeaseExpiryByWallClock,
    /// A till takes a lease up again that it has returned.
    ReturnedLeaseTakenUp,
    /// The hub ends a reservation after two minutes, whatever it hears of the till.
    ReservationTimesOut,
    /// Or two minutes after the till's log has passed the intent, by its own clock.
    PassedByTheHubsClock,
    /// A till takes points that were reserved too long ago.
    ClosesLate,
    /// A till takes points before the hub has answered.
    ClosesUnanswered,
    /// A void of what the hub has not heard of leaves no trace, and the question arrives after it.
    VoidForgotten,
    /// A till does not count what it lets be spent in the dark.
    SessionNotCounted,
}

impl RedemptionBug {
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}
