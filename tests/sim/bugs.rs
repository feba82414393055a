//! Faults that are planted on purpose, to see that the checks find them. Each sits in the simulator's shells or
//! around a pure piece; the product has no switch for any.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Bug {
    AckBeforeCommit,
    DedupeRemoved,
    NoUniqueLogSeq,
    PrevHashUnchecked,
    AckHashIgnored,
    PruneIgnoresStable,
    CursorWithoutStoring,
    SeqReusedAfterRestore,
    NewEventIdOnRetry,
    GapSkipped,
    SessionNotFenced,
    RefusalDropsQueue,
    RefundKeepsPoints,
    RestoreWithoutNewEpoch,
    SynchronousNormal,
    /// Not of the list: what the agent did before the simulator was there. A sealed log that differs is left alone,
    /// though the hub, restored, follows the history of a copy and lacks what it was to send.
    SealedLogLeft,
    /// Nor these: a new log begins without what the hub lacks of the old one.
    ReopenCarriesNothing,
    /// A till tells the hub of its open log only.
    SealedLogsForgotten,
    /// A till goes on as before with a hub that was restored.
    EpochIgnored,
}

impl Bug {
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}
