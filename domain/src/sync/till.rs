//! The till's side: when to open, push, wait, rewind or begin a new log.

use crate::sync::chain::{Hash, Head};
use crate::sync::custody::LogStatus;
use crate::sync::wire::{LogAck, OpenedLog};

/// What the two ends of a log say about each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Send from `from`.
    InStep { from: i64 },
    /// The hub has less than it acknowledged: it was restored. Send again from `from`.
    HubRegressed { from: i64 },
    /// The hub has more than this file: the file is an old copy.
    TillRegressed,
    /// Both have events the other does not.
    Forked,
}

/// Compares one log. `own_hash_at` answers the till's hash at a place, if it still has it.
pub fn compare(own: &OpenedLog, hub: &LogAck, own_hash_at: impl Fn(i64) -> Option<Hash>) -> Comparison {
    if hub.status == LogStatus::Forked {
        return Comparison::Forked;
    }
    if hub.ack.seq > own.head.seq {
        return Comparison::TillRegressed;
    }
    let same = hub.ack == Head::EMPTY || own_hash_at(hub.ack.seq) == Some(hub.ack.hash);
    if !same {
        return Comparison::Forked;
    }
    let from = hub.ack.seq + 1;
    if hub.ack.seq < own.acked.seq { Comparison::HubRegressed { from } } else { Comparison::InStep { from } }
}

/// Waiting times: full jitter between `first` and `most`, doubled after each failure, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    pub first_ms: i64,
    pub most_ms: i64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first_ms: 1_000, most_ms: 300_000 }
    }
}

impl Backoff {
    /// `jitter` is a random number below 1,000,000; at least a tenth of the window is waited.
    pub fn wait_ms(self, failures: u32, jitter: u32) -> i64 {
        let window = self.window_ms(failures);
        (window * i64::from(jitter % 1_000_000) / 1_000_000).max(window / 10)
    }

    fn window_ms(self, failures: u32) -> i64 {
        self.first_ms.saturating_mul(1_i64 << failures.min(20)).min(self.most_ms)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Time went by, or a sale was added.
    Tick {
        head_seq: i64,
    },
    Opened {
        session: i64,
        comparison: Comparison,
    },
    /// The hub's acknowledgement; `own_hash` is the till's hash at that place.
    Acked {
        ack: Head,
        own_hash: Option<Hash>,
    },
    /// The hub has less of this log than was sent: what it has is asked again, with hashes.
    Gap {
        expected: i64,
    },
    /// Any answer that names the hub's epoch, the changes feed's too. A new one means that the hub was put
    /// back in time: an idle till must open again, or the hub would never ask for what it lost.
    Heard {
        hub_epoch: i64,
    },
    /// Another process took over, the hub forgot the session, or it says that the log is forked: open
    /// again, and compare.
    SessionLost,
    /// No usable answer. `retry_after_ms` is what the hub asked for.
    Failed {
        jitter: u32,
        retry_after_ms: Option<i64>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Open,
    Push {
        session: i64,
        from: i64,
    },
    /// Nothing to do before this instant, not even for a new sale: the hub is away or asked for quiet.
    Wait {
        until_ms: i64,
    },
    /// Nothing to send until the next sale.
    Idle,
    /// Seal this log and begin a new one with everything the hub may lack.
    Reopen(Comparison),
}

/// One log's pushing, as a state machine: at most one request is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillSync {
    session: Option<i64>,
    epoch: Option<i64>,
    acked: i64,
    head: i64,
    failures: u32,
    /// Sessions lost since the last acknowledgement.
    lost: u32,
    wait_until_ms: i64,
    diverged: Option<Comparison>,
    backoff: Backoff,
}

impl TillSync {
    pub fn new(acked: i64, head: i64, backoff: Backoff) -> Self {
        Self {
            session: None,
            epoch: None,
            acked,
            head,
            failures: 0,
            lost: 0,
            wait_until_ms: 0,
            diverged: None,
            backoff,
        }
    }

    pub fn acked(&self) -> i64 {
        self.acked
    }

    /// Consecutive failures; 0 means the hub answered last.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Everything is acknowledged by the hub as it is now, and no question is open.
    pub fn is_settled(&self) -> bool {
        self.diverged.is_none() && self.session.is_some() && self.acked >= self.head
    }

    pub fn unsent(&self) -> i64 {
        (self.head - self.acked).max(0)
    }

    /// Takes an input in and says what to do next.
    pub fn step(&mut self, input: Input, now_ms: i64) -> Action {
        match input {
            Input::Tick { head_seq } => self.head = self.head.max(head_seq),
            Input::Opened { session, comparison } => self.opened(session, comparison),
            Input::Acked { ack, own_hash } => self.acknowledged(ack, own_hash),
            Input::Heard { hub_epoch } => {
                if self.epoch.replace(hub_epoch).is_some_and(|before| before != hub_epoch) {
                    self.session = None;
                }
            }
            Input::Gap { .. } | Input::SessionLost => self.session_lost(now_ms),
            Input::Failed { jitter, retry_after_ms } => {
                let own = self.backoff.wait_ms(self.failures, jitter);
                self.failures = self.failures.saturating_add(1);
                // On top of it, not instead: otherwise all who were told the same come back in the same moment.
                let pause_ms = retry_after_ms.unwrap_or(0).saturating_add(own);
                self.wait_until_ms = now_ms.saturating_add(pause_ms);
            }
        }
        self.next(now_ms)
    }

    /// The first loss opens again at once. Further ones before any acknowledgement wait longer each time:
    /// two machines with one identity would otherwise take the session from each other without pause.
    fn session_lost(&mut self, now_ms: i64) {
        self.failures = 0;
        self.session = None;
        if let Some(earlier) = self.lost.checked_sub(1) {
            let pause_ms = self.backoff.window_ms(earlier);
            self.wait_until_ms = now_ms.saturating_add(pause_ms);
        }
        self.lost = self.lost.saturating_add(1);
    }

    fn opened(&mut self, session: i64, comparison: Comparison) {
        self.failures = 0;
        self.wait_until_ms = 0;
        match comparison {
            Comparison::InStep { from } | Comparison::HubRegressed { from } => {
                self.session = Some(session);
                self.acked = from - 1;
            }
            Comparison::TillRegressed | Comparison::Forked => self.diverged = Some(comparison),
        }
    }

    fn acknowledged(&mut self, ack: Head, own_hash: Option<Hash>) {
        self.failures = 0;
        self.lost = 0;
        self.wait_until_ms = 0;
        if own_hash == Some(ack.hash) {
            self.acked = ack.seq;
        } else {
            self.diverged = Some(Comparison::Forked);
        }
    }

    fn next(&self, now_ms: i64) -> Action {
        // Also what is needed to open anew is asked of the hub, which may be away.
        if now_ms < self.wait_until_ms {
            return Action::Wait { until_ms: self.wait_until_ms };
        }
        if let Some(comparison) = self.diverged {
            return Action::Reopen(comparison);
        }
        match self.session {
            None => Action::Open,
            Some(session) if self.acked < self.head => Action::Push { session, from: self.acked + 1 },
            Some(_) => Action::Idle,
        }
    }
}
