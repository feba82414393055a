//! What tills ask of points that they want for a sale.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use domain::money::Points;
use domain::sale::FIELD_MAX;
use domain::sync::redemption::{ReserveReply, ReserveRequest};

use super::Asked;
use crate::access::{Sent, SignedTill};
use crate::app::App;
use crate::catalogue;
use crate::error::Error;
use crate::live::News;

/// How long a row that somebody else keeps is waited for: at the till somebody waits too.
const LOCK_WAIT: Duration = Duration::from_secs(1);
/// Characters of what a machine calls the time since it was started.
const BOOT_MAX: usize = 100;

/// `POST /sync/v1/points/reserve`: the same again is answered the same; another sum or member under its name is refused.
pub async fn reserve(
    State(app): State<App>,
    signed: SignedTill,
    Sent(request): Sent<ReserveRequest>,
) -> Result<Json<ReserveReply>, Error> {
    if request.points <= Points::ZERO || request.points.0 > FIELD_MAX {
        return Err(Error::bad_request("redemption_points", "What is to be reserved must be above zero."));
    }
    let boot = &request.intent.boot;
    if request.seq < 0 || boot.contains('\0') || boot.chars().count() > BOOT_MAX {
        return Err(Error::bad_request("redemption_intent", "The place in the log or its time is none."));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin_within(LOCK_WAIT).await?;
    let store = catalogue::store(&mut tx, &signed.store).await?;
    let today = catalogue::first_date_at(store.as_slice(), now);
    match super::reserve(&mut tx, &signed, &request, today, now).await? {
        Asked::Said(reply, told) => {
            tx.commit().await?;
            app.live.tell(told.map(News::Account));
            Ok(Json(reply))
        }
        Asked::Differs => Err(Error::conflict(
            "redemption_differs",
            "Other points, or another member's, were asked for under this name: make a new one.",
        )),
        Asked::ForeignLog => Err(Error::forbidden("foreign_log", "This log belongs to another till.")),
    }
}
