//! Pushes that wait at the same time go in one commit: what a commit costs is then shared by many tills. Nobody waits
//! for others to come; but who comes while a commit is under way waits for it, and goes with all who came meanwhile.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::anyhow;
use domain::ids::{LogId, TillId};
use domain::sync::PushReply;
use tokio::sync::oneshot;

use super::custody::{Push, alone, together};
use super::unwound::{Panicked, unwound};
use super::{Apply, EVENTS_MAX};
use crate::access::overloaded;
use crate::app::App;
use crate::db::Db;
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

    /// What the events concern.
    pub fn rooms(&self) -> &R {
        &self.rooms
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
        // Whatever becomes of it, their next pushes must find their turn.
        let ended = unwound(async {
            app.metrics.count("yapa_push_commits_total", &[], 1);
            answer_all(&app, &gatherer.rooms, group).await;
        });
        if let Err(panicked) = ended.await {
            tracing::error!(code = "pushes_unanswered", %panicked, "pushes were not answered");
        }
        let mut desk = gatherer.desk();
        for (log, till) in whose {
            desk.busy_logs.remove(&log);
            desk.busy_tills.remove(&till);
        }
    }
}

/// In one commit, if that can be; else each by itself, so that what is wrong with one costs the others nothing.
///
/// Nothing here is ended for being slow: a till that waits too long is told so by the route's own limit and sends less,
/// and what it had sent is taken all the same.
async fn answer_all(app: &App, rooms: &impl Apply, group: Vec<Job>) {
    let (pushes, answers): (Vec<Push>, Vec<oneshot::Sender<Answer>>) =
        group.into_iter().map(|job| (job.push, job.answer)).unzip();
    if pushes.len() > 1 {
        let why = match unwound(together(app, &pushes, rooms)).await {
            Ok(Ok(replies)) => return tell_all(answers, replies),
            // Nothing is wrong with any of them, and one by one each would wait for the database in its turn.
            Ok(Err(error)) if error.is_passing() && !error.is_long_wait() => {
                tracing::warn!(code = "pushes_put_off", %error, pushes = pushes.len(), "the database is busy");
                return tell_all(answers, pushes.iter().map(|_| Err(overloaded())));
            }
            Ok(Err(error)) => error.to_string(),
            Err(Panicked) => Panicked.to_string(),
        };
        tracing::warn!(code = "pushes_split", why, pushes = pushes.len(), "pushes go one by one");
    }
    for (push, answer) in pushes.iter().zip(answers) {
        if !answer.is_closed() {
            tell_all([answer], [answer_one(app, rooms, push).await]);
        }
    }
}

/// Whoever is gone asks again and is told the same.
fn tell_all(
    answers: impl IntoIterator<Item = oneshot::Sender<Answer>>,
    said: impl IntoIterator<Item = Answer>,
) {
    for (answer, said) in answers.into_iter().zip(said) {
        let _ = answer.send(said);
    }
}

/// What is wrong with an event was found there already; what panics here is the hub's own.
async fn answer_one(app: &App, rooms: &impl Apply, push: &Push) -> Answer {
    let log = push.batch.header.log;
    unwound(alone(app, push, rooms))
        .await
        .unwrap_or_else(|panicked| Err(anyhow!("a push of log {log}: {panicked}").into()))
}
