//! Pushes that wait at the same time go in one commit: what a commit costs is then shared by many tills. Nobody waits
//! for others to come; but who comes while a commit is under way waits for it, and goes with all who came meanwhile.

use std::collections::{HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::anyhow;
use domain::ids::{LogId, TillId};
use domain::sync::PushReply;
use futures::FutureExt;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::custody::{Push, alone, together};
use super::{Apply, EVENTS_MAX};
use crate::access::overloaded;
use crate::app::App;
use crate::db::{Db, DbError};
use crate::error::Error;

/// Pushes of one commit.
const PUSHES_AT_ONCE: usize = 32;
/// Events of one commit, unless one push alone has more: the longer it takes, the longer the next ones wait.
const EVENTS_AT_ONCE: usize = 2 * EVENTS_MAX;
/// Pushes that wait for their commit. Fewer are let in as a rule (`access/pressure.rs`).
const WAITING_MAX: usize = 128;
/// Commits under way at once. SQLite has one writer; on PostgreSQL one is prepared while another is written.
const HANDS_SQLITE: usize = 1;
const HANDS_POSTGRES: usize = 2;
/// A till gives up after 30 seconds; it should hear before that what to do.
const PATIENCE: Duration = Duration::from_secs(15);

type Answer = Result<PushReply, Error>;

#[derive(Debug)]
struct Job {
    push: Push,
    answer: oneshot::Sender<Answer>,
}

impl Job {
    fn log(&self) -> LogId {
        self.push.batch.header.log
    }

    fn till(&self) -> TillId {
        self.push.source.till()
    }
}

#[derive(Debug, Default)]
struct Desk {
    waiting: VecDeque<Job>,
    hands: usize,
    /// Whose pushes are under way. A till has one log as a rule; what follows waits, so that it cannot overtake.
    busy_logs: HashSet<LogId>,
    busy_tills: HashSet<TillId>,
}

impl Desk {
    /// The pushes of the next commit, oldest first: of each log and each till the oldest one only. Nobody waits any
    /// more for what is left out, or its turn comes later.
    fn next(&mut self) -> Vec<Job> {
        self.waiting.retain(|job| !job.answer.is_closed());
        let (mut logs, mut tills) = (self.busy_logs.clone(), self.busy_tills.clone());
        let (mut group, mut left, mut events) = (vec![], VecDeque::new(), 0);
        let mut is_full = false;
        for job in self.waiting.drain(..) {
            let is_free = logs.insert(job.log()) & tills.insert(job.till());
            if is_free && !is_full {
                events += job.push.batch.events.len();
                is_full = !group.is_empty() && events > EVENTS_AT_ONCE || group.len() >= PUSHES_AT_ONCE;
            }
            if is_free && !is_full { group.push(job) } else { left.push_back(job) }
        }
        self.waiting = left;
        self.busy_logs.extend(group.iter().map(Job::log));
        self.busy_tills.extend(group.iter().map(Job::till));
        group
    }
}

/// One for a hub; cheap to clone. Each push is answered for itself.
#[derive(Debug, Clone, Default)]
pub struct Gatherer<R> {
    rooms: R,
    desk: Arc<Mutex<Desk>>,
}

impl<R: Apply + Clone + Send + 'static> Gatherer<R> {
    pub fn new(rooms: R) -> Self {
        Self { rooms, desk: Arc::default() }
    }

    /// Takes a push with whatever else waits. Whoever stops waiting for the answer stops nothing that has begun.
    pub async fn take(&self, app: &App, push: Push) -> Answer {
        let (answer, heard) = oneshot::channel();
        if self.enqueue(app, Job { push, answer })? {
            tokio::spawn(work(app.clone(), self.clone()));
        }
        heard.await.unwrap_or_else(|gone| Err(anyhow!("a push was not answered: {gone}").into()))
    }

    /// Whether another hand is needed.
    fn enqueue(&self, app: &App, job: Job) -> Result<bool, Error> {
        let mut desk = self.desk();
        desk.waiting.retain(|job| !job.answer.is_closed());
        if desk.waiting.len() >= WAITING_MAX {
            return Err(overloaded());
        }
        desk.waiting.push_back(job);
        let hands = if matches!(app.db, Db::Sqlite { .. }) { HANDS_SQLITE } else { HANDS_POSTGRES };
        let is_needed = desk.hands < hands;
        desk.hands += usize::from(is_needed);
        Ok(is_needed)
    }

    /// What is in it is whole after every line, so a panic elsewhere leaves nothing half done.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Goes on for as long as anybody waits.
async fn work<R: Apply + Clone + Send + 'static>(app: App, gatherer: Gatherer<R>) {
    loop {
        let group = {
            let mut desk = gatherer.desk();
            let group = desk.next();
            if group.is_empty() {
                desk.hands -= 1;
                return;
            }
            group
        };
        let whose: Vec<(LogId, TillId)> = group.iter().map(|job| (job.log(), job.till())).collect();
        app.metrics.count("yapa_push_commits_total", &[], 1);
        answer_all(&app, &gatherer.rooms, group).await;
        let mut desk = gatherer.desk();
        for (log, till) in whose {
            desk.busy_logs.remove(&log);
            desk.busy_tills.remove(&till);
        }
    }
}

/// In one commit, if that can be; else each by itself, so that what is wrong with one costs the others nothing.
async fn answer_all(app: &App, rooms: &impl Apply, group: Vec<Job>) {
    let (pushes, mut answers): (Vec<Push>, Vec<oneshot::Sender<Answer>>) =
        group.into_iter().map(|job| (job.push, job.answer)).unzip();
    if pushes.len() > 1 {
        let all = AssertUnwindSafe(together(app, &pushes, rooms)).catch_unwind();
        let why = match timeout(PATIENCE, all).await {
            Ok(Ok(Ok(replies))) => {
                for (answer, reply) in answers.into_iter().zip(replies) {
                    // Whoever is gone asks again and is told the same.
                    let _ = answer.send(reply);
                }
                return;
            }
            Ok(Ok(Err(error))) => error.to_string(),
            Ok(Err(_)) => "a panic".to_owned(),
            Err(late) => late.to_string(),
        };
        tracing::warn!(code = "pushes_split", why, pushes = pushes.len(), "pushes go one by one");
    }
    for (push, answer) in pushes.iter().zip(answers.drain(..)) {
        if !answer.is_closed() {
            let _ = answer.send(answer_one(app, rooms, push).await);
        }
    }
}

async fn answer_one(app: &App, rooms: &impl Apply, push: &Push) -> Answer {
    let one = AssertUnwindSafe(alone(app, push, rooms)).catch_unwind();
    match timeout(PATIENCE, one).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(anyhow!("taking a push of log {} panicked", push.batch.header.log).into()),
        Err(_) => Err(Error::Busy(DbError::from(sqlx::Error::PoolTimedOut))),
    }
}
