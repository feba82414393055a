//! What was kept aside is tried again: by a person who has mended what stood in its way, and by the hub itself, for what
//! a till of a later release sent before this hub knew its kind.
//!
//! An event takes effect once: whoever tries it has its log to themselves, and finds it settled after that. What does
//! not fit stays where it is, with the reason of today.

use std::time::Duration;

use chrono::DateTime;
use domain::ids::LogId;
use domain::sync::{Body, Disposition, Envelope, ParsedBody, Verdict};

use super::Apply;
use super::custody::Source;
use super::group::{LOCK_WAIT, Mode, accept, apply, verdict};
use super::store::{self, Again, disposition_text};
use crate::access::audit;
use crate::app::App;
use crate::db::DbError;
use crate::live::News;

/// Events of one look through what is held.
const PAGE: i64 = 500;
/// Between two such looks: another hub of the release before may hold something meanwhile.
const EVERY: Duration = Duration::from_secs(600);
/// Who settles what the hub tries by itself.
const HUB: &str = "hub";

/// What trying an event again came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It has taken effect, now or under the same id before.
    Applied,
    /// It still does not fit.
    Kept(Disposition),
    /// Nothing of this place waits, or it has no id of its own under which it could take effect.
    Nothing,
}

/// Tries one event again, in a commit of its own.
pub async fn try_again(
    app: &App,
    rooms: &impl Apply,
    (log, seq): (LogId, i64),
    who: &str,
) -> Result<Tried, DbError> {
    let now = app.clock.now();
    let mut tx = app.db.begin_within(LOCK_WAIT).await?;
    // Nobody else tries this one, and no push of the same log is under way.
    store::lock_log(&mut tx, log).await?;
    let Some(again) = store::waiting(&mut tx, log, seq).await? else { return Ok(Tried::Nothing) };
    let source = source(&again)?;
    let envelope = Envelope::parse(&again.raw).map_err(|e| e.to_string());
    let (disposition, mut news) = match (verdict(&source, &envelope, None), &envelope) {
        (Verdict::Settled(disposition), _) => (disposition, vec![]),
        (Verdict::Apply(_), Err(why)) => return Err(store::bad("an event in custody", why)),
        (Verdict::Apply(body), Ok(envelope)) => {
            let accepted = [accept(&source, (log, seq), envelope, body)];
            let applied = apply(&mut tx, rooms, &accepted, Mode::OneByOne, now).await?;
            let nothing = || store::bad("what became of an event", "nothing is said of it");
            (applied.dispositions.into_iter().next().ok_or_else(nothing)?, applied.news)
        }
    };
    if !matches!(disposition, Disposition::Applied | Disposition::Duplicate) {
        // What the rooms did until they knew that it does not fit is not kept.
        drop(tx);
        note_reason(app, (log, seq), &disposition).await?;
        return Ok(Tried::Kept(disposition));
    }
    store::set_applied(&mut tx, (log, seq), &disposition, who, now).await?;
    audit::note(&mut tx, now, who, "quarantine.apply", &format!("{log} {seq}"), &again.code).await?;
    tx.commit().await?;
    app.metrics.count("yapa_events_total", &[("disposition", disposition_text(&disposition).0)], 1);
    news.push(News::Tills);
    app.live.tell(news);
    Ok(Tried::Applied)
}

/// Why it does not fit may be another reason by now: what waited for a later release waits for a person then.
async fn note_reason(app: &App, place: (LogId, i64), disposition: &Disposition) -> Result<(), DbError> {
    let mut tx = app.db.begin_within(LOCK_WAIT).await?;
    store::lock_log(&mut tx, place.0).await?;
    store::set_reason(&mut tx, place, disposition).await?;
    tx.commit().await
}

/// Who sent it, as far as it matters for what they may send.
fn source(again: &Again) -> Result<Source, DbError> {
    let till = again.till;
    let (Some(store), Some(code)) = (&again.store, &again.code_of_till) else {
        return Ok(Source::Import { till });
    };
    let store = store.parse().map_err(|e| store::bad("the store of a till", e))?;
    let code = code.parse().map_err(|e| store::bad("the code of a till", e))?;
    Ok(Source::Carried { till, store, code })
}

/// Takes up what waits for a later release and is known by now; answers how many events took effect.
pub async fn take_up_held(app: &App, rooms: &impl Apply) -> Result<usize, DbError> {
    let mut after = (DateTime::UNIX_EPOCH, LogId::new(0, [0; 10]), 0);
    let mut taken = 0;
    loop {
        let mut tx = app.db.read().await?;
        let page = store::held(&mut tx, after, PAGE).await?;
        drop(tx);
        let Some(last) = page.last() else { return Ok(taken) };
        after = (last.received_at, last.log, last.seq);
        for held in page.iter().filter(|held| is_known(&held.raw)) {
            let (log, seq) = (held.log, held.seq);
            match try_again(app, rooms, (log, seq), HUB).await {
                Ok(Tried::Applied) => taken += 1,
                Ok(Tried::Kept(why)) => {
                    tracing::warn!(code = "held_kept", %log, seq, ?why, "a held event still does not fit")
                }
                Ok(Tried::Nothing) => {}
                Err(error) if error.is_passing() => return Err(error),
                // The others have their turn all the same.
                Err(error) => {
                    tracing::error!(code = "held_not_tried", %log, seq, %error, "a held event could not be tried")
                }
            }
        }
    }
}

fn is_known(raw: &[u8]) -> bool {
    let Ok(envelope) = Envelope::parse(raw) else { return false };
    let body = Body::parse(&envelope.kind, envelope.kind_v, &envelope.body);
    envelope.v == domain::sync::PROTOCOL && !matches!(body, ParsedBody::Unknown)
}

/// The same for as long as the hub serves.
pub async fn keep_taking_up(app: App, rooms: impl Apply) {
    loop {
        match take_up_held(&app, &rooms).await {
            Ok(0) => {}
            Ok(taken) => tracing::info!(code = "held_taken_up", taken, "events that waited took effect"),
            Err(error) => {
                tracing::error!(code = "held_not_taken_up", %error, "what waits for this release still waits")
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}
