//! Carries out what `domain::sync::TillSync` decides: opens, sends runs of events, keeps
//! acknowledgements. Nothing is ever deleted because of an answer.

mod opening;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::LogId;
use domain::sync::{
    Action, Backoff, Disposition, Head, Input, Limits, OpenRequest, PROTOCOL, PushReply, TillSync,
    write_batch,
};
use tokio::sync::{Semaphore, watch};

use super::client::{CallError, HubClient, Signer};
use super::{SyncError, keys};
use crate::app::{Agent, Desk, KeptAside};
use crate::store::log::{self, LogRow, StoredEvent};
use crate::store::tills;
use crate::ui::view::HubState;

/// What a hub takes before it has said so itself.
pub(crate) const LIMITS: Limits = Limits { events_max: 500, bytes_max: 1024 * 1024 };
/// Failures in a row after which a one-off `sync` gives up.
const DRAIN_FAILURES: u32 = 3;

/// What a till has to do next.
#[derive(Debug)]
enum Turn {
    Again,
    Idle,
    Wait(Duration),
}

/// One till's pushing. One request is under way at a time.
#[derive(Debug)]
pub(super) struct Pusher {
    agent: Agent,
    client: Arc<HubClient>,
    turns: Arc<Semaphore>,
    till: i64,
    signer: Signer,
    logs: HashMap<LogId, TillSync>,
    limits: Limits,
    /// Halved when the hub finds a batch too large, grown again with each that it takes.
    events: usize,
    sent: i64,
    last_error: Option<CallError>,
}

/// Pushes for one till until `shutdown` turns true.
pub(super) async fn run(
    agent: Agent,
    client: Arc<HubClient>,
    turns: Arc<Semaphore>,
    till: i64,
    heartbeat: Duration,
    mut shutdown: watch::Receiver<bool>,
) {
    let mut pusher = match Pusher::new(agent.clone(), client, turns, till) {
        Ok(pusher) => pusher,
        Err(error) => {
            tracing::error!(
                code = "key_unreadable",
                till,
                %error,
                "this till cannot send: its key cannot be read"
            );
            return;
        }
    };
    let mut link = agent.watch_link();
    while !*shutdown.borrow() {
        let (pause, is_idle) = match pusher.turn().await {
            Ok(Turn::Again) => continue,
            Ok(Turn::Idle) => (heartbeat, true),
            Ok(Turn::Wait(pause)) => (pause, false),
            Err(error) => {
                tracing::error!(
                    code = "file_while_sending",
                    till,
                    %error,
                    "the till's file could not be read or written while sending"
                );
                (heartbeat, true)
            }
        };
        let Ok(desk) = agent.desk(till) else { return };
        tokio::select! {
            () = tokio::time::sleep(pause) => if is_idle { pusher.begin_anew() },
            () = desk.to_send.notified() => {}
            // Somebody else found the hub back: no need to wait out a long pause, and it may have been put
            // back from a copy, without what it had acknowledged.
            Ok(()) = link.changed() => {
                if *link.borrow_and_update() == HubState::Online && !desk.is_refused() {
                    pusher.hub_is_back();
                }
            }
            _ = shutdown.wait_for(|stop| *stop) => {}
        }
    }
}

impl Pusher {
    pub fn new(
        agent: Agent,
        client: Arc<HubClient>,
        turns: Arc<Semaphore>,
        till: i64,
    ) -> Result<Self, SyncError> {
        let id = agent.desk(till)?.till.id;
        let key = keys::read(agent.store().folder(), id)?;
        Ok(Self {
            signer: Signer { till: id, key },
            agent,
            client,
            turns,
            till,
            logs: HashMap::new(),
            limits: LIMITS,
            events: LIMITS.events_max,
            sent: 0,
            last_error: None,
        })
    }

    /// Pauses are measured by the machine's uptime: a wall clock that is set back must not lengthen them.
    fn now_ms(&self) -> i64 {
        self.agent.boot().mono_ms()
    }

    /// The next thing to do is to open: after a quiet while, and when the hub is back.
    fn begin_anew(&mut self) {
        self.logs.clear();
    }

    /// Who was told to come again later does that: a hub that was put back has another epoch, by which this till opens
    /// anew after its pause.
    fn hub_is_back(&mut self) {
        if !matches!(self.last_error, Some(CallError::Busy { .. })) {
            self.begin_anew();
        }
    }

    /// Sends until nothing is left. Gives up when the hub fails to answer some times in a row.
    pub async fn drain(mut self) -> Result<i64, SyncError> {
        loop {
            match self.turn().await {
                Ok(Turn::Again) => {}
                Ok(Turn::Idle) => return Ok(self.sent),
                Ok(Turn::Wait(pause)) => {
                    let failures = self.logs.values().map(TillSync::failures).max().unwrap_or(0);
                    match self.last_error.take() {
                        Some(error) if failures >= DRAIN_FAILURES || !is_passing(&error) => {
                            return Err(error.into());
                        }
                        _ => tokio::time::sleep(pause).await,
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn turn(&mut self) -> Result<Turn, SyncError> {
        let logs = self.agent.store().logs(self.till).await?;
        let now_ms = self.now_ms();
        let hub_epoch = self.agent.hub_epoch();
        for sync in self.logs.values_mut() {
            sync.step(Input::Heard { hub_epoch }, now_ms);
        }
        let mut wait = None;
        for log in logs.iter().filter(|log| log.sealed_at.is_none() || log.unsent() > 0) {
            let sync = self
                .logs
                .entry(log.id)
                .or_insert_with(|| TillSync::new(log.acked.seq, log.end(), Backoff::default()));
            match sync.step(Input::Tick { head_seq: log.end() }, now_ms) {
                Action::Idle => {}
                Action::Wait { until_ms } => {
                    let pause = Duration::from_millis(u64::try_from(until_ms - now_ms).unwrap_or(0));
                    wait = Some(wait.map_or(pause, |other: Duration| other.min(pause)));
                }
                Action::Open => return self.open(&logs).await,
                Action::Push { session, from } => return self.push(log, session, from).await,
                Action::Reopen(comparison) => return self.reopen(log, comparison).await,
            }
        }
        Ok(wait.map_or(Turn::Idle, Turn::Wait))
    }

    async fn open(&mut self, logs: &[LogRow]) -> Result<Turn, SyncError> {
        let request = OpenRequest {
            till: self.signer.till,
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            logs: logs.iter().map(opening::told).collect(),
            at_utc_ms: self.agent.now().timestamp_millis(),
            unsent: logs.iter().map(LogRow::unsent).sum(),
        };
        let answer = {
            let _permit = self.turns.acquire().await;
            self.client.open(&self.signer, &request).await
        };
        match answer {
            Ok(reply) => self.opened(logs, reply).await,
            Err(error) => Ok(self.failed(error)),
        }
    }

    /// `went_back`: the hub was restored from a copy, and what it knows of goods and cards went back too.
    async fn keep(&self, log: i64, ack: Head, went_back: bool) -> Result<(), SyncError> {
        let mut tx = self.agent.store().begin().await?;
        log::acknowledge(&mut tx, log, ack).await?;
        if went_back {
            tills::fetch_anew(&mut tx).await?;
        }
        self.agent.store().commit(tx).await?;
        Ok(())
    }

    async fn push(&mut self, log: &LogRow, session: i64, from: i64) -> Result<Turn, SyncError> {
        let limits = Limits { events_max: self.events, ..self.limits };
        let events = self.agent.store().events(log.n, from..=log.end(), limits).await?;
        let Some(last) = events.last().map(|e| Head { seq: e.seq, hash: e.hash }) else {
            // The file lost what it promised to keep. What stands behind the hole goes all the same.
            let desk: &Desk = self.agent.desk(self.till)?;
            self.agent.step_over(desk, log, from).await?;
            self.logs.remove(&log.id);
            return Ok(Turn::Again);
        };
        let bytes: Vec<Vec<u8>> = events.iter().map(|e| e.bytes.clone()).collect();
        let batch = write_batch(session, log.id, from, &bytes, last)
            .map_err(|e| CallError::Offline(e.to_string()))?;
        let answer = {
            let _permit = self.turns.acquire().await;
            self.client.push(&self.signer, batch).await
        };
        match answer {
            Ok(reply) if reply.hub_epoch != self.agent.hub_epoch() || reply.log != log.id => {
                Ok(self.step(log.id, Input::SessionLost))
            }
            Ok(reply) => self.acked(log, &events, reply).await,
            Err(error) => Ok(self.refused(log.id, events.len(), error)),
        }
    }

    async fn acked(
        &mut self,
        log: &LogRow,
        events: &[StoredEvent],
        reply: PushReply,
    ) -> Result<Turn, SyncError> {
        self.answered();
        let own_hash = match events.iter().find(|e| e.seq == reply.ack.seq) {
            Some(event) => Some(event.hash),
            None => self.agent.store().hash_at(log.n, reply.ack.seq).await?,
        };
        if own_hash == Some(reply.ack.hash) {
            self.keep(log.n, reply.ack, false).await?;
            // Slowly: where the line takes no more, each step too far costs a wait.
            self.events = (self.events + self.events.div_ceil(10)).min(self.limits.events_max);
            self.sent += i64::try_from(events.len()).unwrap_or(0);
            let desk = self.agent.desk(self.till)?;
            self.agent.note(desk).await?;
            desk.touch();
        }
        report(&self.agent, self.till, &reply);
        Ok(self.step(log.id, Input::Acked { ack: reply.ack, own_hash }))
    }

    fn refused(&mut self, log: LogId, sent: usize, error: CallError) -> Turn {
        if matches!(error, CallError::TooMuch(_)) {
            // The same again would not get through either, and the till would send it for ever.
            self.events = (sent / 2).max(1);
        }
        let CallError::Refused(problem) = &error else { return self.failed(error) };
        match problem.code.as_str() {
            "gap" => {
                let expected = problem.expected_seq.unwrap_or(1);
                self.step(log, Input::Gap { expected })
            }
            "stale_session" | "log_forked" | "broken_chain" | "wrong_last_hash" => {
                self.step(log, Input::SessionLost)
            }
            _ => self.failed(error),
        }
    }

    fn answered(&mut self) {
        self.last_error = None;
        self.agent.set_link(HubState::Online);
        self.note_refusal(false);
    }

    fn note_refusal(&self, refused: bool) {
        if let Ok(desk) = self.agent.desk(self.till) {
            desk.set_refused(refused);
        }
        if refused && self.agent.desks().all(Desk::is_refused) {
            self.agent.set_link(HubState::Refused);
        }
    }

    /// No usable answer: every log of this till waits.
    fn failed(&mut self, error: CallError) -> Turn {
        let retry_after_ms = match &error {
            CallError::Busy { retry_after_ms } => *retry_after_ms,
            CallError::Offline(_)
            | CallError::Untrusted(_)
            | CallError::TooMuch(_)
            | CallError::Refused(_)
            | CallError::AnotherHub(_) => None,
        };
        tracing::debug!(till = self.till, code = error.code(), %error, "the hub gave no usable answer");
        match error.link() {
            // Other tills of this agent may be welcome.
            Some(HubState::Refused) => self.note_refusal(true),
            Some(state) => self.agent.set_link(state),
            None => {}
        }
        self.last_error = Some(error);
        let now_ms = self.now_ms();
        for sync in self.logs.values_mut() {
            sync.step(Input::Failed { jitter: rand::random(), retry_after_ms }, now_ms);
        }
        Turn::Again
    }

    fn step(&mut self, log: LogId, input: Input) -> Turn {
        let now_ms = self.now_ms();
        if let Some(sync) = self.logs.get_mut(&log) {
            sync.step(input, now_ms);
        }
        Turn::Again
    }
}

/// Worth another try within one `sync`.
fn is_passing(error: &CallError) -> bool {
    matches!(error, CallError::Offline(_) | CallError::TooMuch(_) | CallError::Busy { .. })
}

/// Events that the hub keeps aside want a person's eye there; here they are only noted.
fn report(agent: &Agent, till: i64, reply: &PushReply) {
    for (event, disposition) in &reply.dispositions {
        let code = match disposition {
            Disposition::Quarantined { code } => code.as_str(),
            // The hub has another event under this id.
            Disposition::Conflict => "conflict",
            Disposition::Applied | Disposition::Duplicate | Disposition::Held => continue,
        };
        tracing::warn!(till, %event, code, "the hub keeps an event aside");
        agent.note_kept_aside(KeptAside { till, code: code.to_owned(), at: agent.now() });
    }
}

#[cfg(test)]
mod tests;
