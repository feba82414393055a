//! Taking pushes: who sends them, what is tried again, and what they are answered.

use std::time::Duration;

use domain::codes::{StoreCode, TillCode};
use domain::ids::TillId;
use domain::sync::{Batch, Body, PushReply};

use super::group::{Done, Mode, take_group};
use super::unwound::unwound;
use super::{Apply, refused};
use crate::app::App;
use crate::db::DbError;
use crate::error::Error;

/// Who sends a batch.
#[derive(Debug, Clone)]
pub enum Source {
    /// A till; it may push its own sales only.
    Till { till: TillId, store: StoreCode, code: TillCode },
    /// The same till, by a file that somebody carried: there is no session to be fenced out of.
    Carried { till: TillId, store: StoreCode, code: TillCode },
    /// The hub itself, for sales read from a file. It has one process and needs no sessions.
    Import { till: TillId },
}

impl Source {
    pub(super) fn till(&self) -> TillId {
        match self {
            Self::Till { till, .. } | Self::Carried { till, .. } | Self::Import { till } => *till,
        }
    }

    /// Its key signed what it sends.
    pub(super) fn is_till(&self) -> bool {
        matches!(self, Self::Till { .. } | Self::Carried { .. })
    }

    pub(super) fn may_send(&self, body: &Body) -> bool {
        match (self, body) {
            (Self::Till { store, code, .. } | Self::Carried { store, code, .. }, Body::Sale(sale)) => {
                sale.store == *store && sale.till == *code
            }
            (
                Self::Till { store, code, .. } | Self::Carried { store, code, .. },
                Body::MemberEnrolled(new),
            ) => new.store == *store && new.till == *code,
            _ => true,
        }
    }
}

/// A run of events, and who sends it.
#[derive(Debug)]
pub struct Push {
    pub source: Source,
    pub batch: Batch,
}

/// Times that a push is tried again when the database was busy or another writer won.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// Takes a batch by itself and answers what became of each event; a repeat is answered with the first answer.
pub async fn receive(
    app: &App,
    source: &Source,
    batch: Batch,
    rooms: &impl Apply,
) -> Result<PushReply, Error> {
    alone(app, &Push { source: source.clone(), batch }, rooms).await
}

pub(super) async fn alone(app: &App, push: &Push, rooms: &impl Apply) -> Result<PushReply, Error> {
    let pushes = std::slice::from_ref(push);
    let why = match unwound(attempts(app, pushes, rooms, Mode::Together)).await {
        Ok(Ok(done)) => return only(tell(app, done)),
        Ok(Err(error)) if error.is_passing() => return Err(error.into()),
        Ok(Err(error)) => error.to_string(),
        Err(panicked) => panicked.to_string(),
    };
    let log = push.batch.header.log;
    tracing::error!(code = "batch_split", why, %log, "a batch cannot be applied; its events go one by one");
    only(tell(app, attempts(app, pushes, rooms, Mode::OneByOne).await?))
}

fn only(mut replies: Vec<Result<PushReply, Error>>) -> Result<PushReply, Error> {
    let nothing = || Err(anyhow::anyhow!("a push that was taken has no answer").into());
    replies.pop().unwrap_or_else(nothing)
}

/// Takes several pushes, no two of one log, in one commit. Each has its own answer, in order; an error is of all of
/// them, and then nothing has happened.
pub(super) async fn together(
    app: &App,
    pushes: &[Push],
    rooms: &impl Apply,
) -> Result<Vec<Result<PushReply, Error>>, DbError> {
    Ok(tell(app, attempts(app, pushes, rooms, Mode::Together).await?))
}

async fn attempts(app: &App, pushes: &[Push], rooms: &impl Apply, mode: Mode) -> Result<Done, DbError> {
    let now = app.clock.now();
    let mut attempt = 0;
    loop {
        match take_group(app, pushes, rooms, mode, now).await {
            // Who has waited for a row once has waited long enough.
            Err(error) if error.is_passing() && !error.is_long_wait() && attempt + 1 < ATTEMPTS => {
                tracing::warn!(code = "push_retried", %error, attempt, "a push is tried again");
                app.metrics.count("yapa_pushes_retried_total", &[], 1);
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt)).await;
                attempt += 1;
            }
            // Another till brought the same event at the same time: the next look finds it.
            Err(error) if error.is_unique_violation() && attempt == 0 => attempt += 1,
            done => return done,
        }
    }
}

/// What is told once the commit stands.
fn tell(app: &App, done: Done) -> Vec<Result<PushReply, Error>> {
    for answer in done.answers {
        app.metrics.count("yapa_events_total", &[("disposition", answer)], 1);
    }
    app.live.tell(done.news);
    done.replies.into_iter().map(|reply| reply.map_err(refused)).collect()
}
