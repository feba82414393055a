//! Tills: registered by an operator, enrolled by a one-time code with a key made on the till, and known
//! from then on by their signature.

use chrono::{DateTime, Duration, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::TillId;
use domain::sync::{TillKeyOffer, TillPublicKey};

use super::{audit, secret, staff};
use crate::app::App;
use crate::db::{DbError, Tx};
use crate::error::Error;

mod signature;
mod store;

pub(super) use signature::check;
pub use store::{Till, all, by_code, by_id, end_codes, next_session, note_seen, note_taken, sessions};

/// A code serves once, for so long.
pub const CODE_LIFE: Duration = Duration::minutes(10);
/// So many wrong codes within a code's life end every code that is out.
const WRONG_CODES_MAX: i64 = 5;

/// Registers a till; registering it again changes nothing and answers its id.
pub async fn add(
    tx: &mut Tx,
    who: &str,
    store: &StoreCode,
    code: &TillCode,
    now: DateTime<Utc>,
) -> Result<TillId, DbError> {
    if let Some(till) = store::by_code(tx, store, code).await? {
        return Ok(till.id);
    }
    let id = TillId::new(now.timestamp_millis(), secret::bytes());
    store::insert(tx, id, store, code).await?;
    audit::note(tx, now, who, "till.add", &format!("{store}/{code}"), "").await?;
    Ok(id)
}

/// Shuts a till out from its next request on. It keeps selling; what it sends is no longer taken.
pub async fn revoke(app: &App, who: &str, store: &StoreCode, code: &TillCode) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let till = store::by_code(&mut tx, store, code).await?.ok_or_else(no_such_till)?;
    store::revoke(&mut tx, till.id, now).await?;
    audit::note(&mut tx, now, who, "till.revoke", &format!("{store}/{code}"), "").await?;
    Ok(tx.commit().await?)
}

/// How many tills sell: enrolled, and not shut out.
pub async fn in_use(tx: &mut Tx) -> Result<u32, DbError> {
    let tills = all(tx).await?;
    let sells = |till: &&Till| till.enrolled_at.is_some() && till.revoked_at.is_none();
    Ok(u32::try_from(tills.iter().filter(sells).count()).unwrap_or(u32::MAX))
}

pub fn no_such_till() -> Error {
    Error::not_found("no_such_till", "This store has no such till; add it with `hub-server till add`.")
}

/// Makes a one-time code for some tills. The answer is the only time that it is shown.
pub async fn make_code(app: &App, who: &str, tills: &[TillId]) -> Result<String, Error> {
    if tills.is_empty() {
        return Err(Error::bad_request("no_tills", "There is no till to make a code for."));
    }
    let now = app.clock.now();
    let code = secret::code();
    let mut tx = app.db.begin().await?;
    store::insert_code(&mut tx, &secret::digest(&code), tills, now, now + CODE_LIFE).await?;
    audit::note(&mut tx, now, who, "till.code", &format!("{} tills", tills.len()), "").await?;
    tx.commit().await?;
    Ok(code)
}

/// The tills that a code is for. A wrong code counts against every code that is out, because nobody can
/// say which one was meant.
pub async fn of_code(app: &App, typed: &str) -> Result<Vec<Till>, Error> {
    let now = app.clock.now();
    let hash = secret::digest(&secret::tidy_code(typed));
    let mut tx = app.db.begin().await?;
    let tills = store::tills_of_code(&mut tx, &hash, now).await?;
    if tills.is_empty() {
        let wrong = staff::wrong_codes(&mut tx, now, now - CODE_LIFE).await?;
        if wrong >= WRONG_CODES_MAX {
            store::end_codes(&mut tx, now).await?;
            audit::note(&mut tx, now, "", "till.codes_ended", "", "too many wrong codes").await?;
        }
        tx.commit().await?;
        let fix =
            "The code is wrong, used or older than 10 minutes; make another with `hub-server till code`.";
        return Err(Error::unauthorized("wrong_code", fix));
    }
    Ok(tills)
}

/// Uses a code up: each of its tills gets the key that was made on it. A till that was enrolled before
/// gets its new key and is no longer revoked; the session numbers go on rising.
pub async fn enrol(app: &App, typed: &str, keys: &[TillKeyOffer]) -> Result<Vec<Till>, Error> {
    let tills = of_code(app, typed).await?;
    let now = app.clock.now();
    let hash = secret::digest(&secret::tidy_code(typed));
    let mut tx = app.db.begin().await?;
    if !store::use_code(&mut tx, &hash, now).await? {
        return Err(Error::unauthorized("wrong_code", "The code was used meanwhile."));
    }
    for till in &tills {
        let offer = keys.iter().find(|offer| offer.till == till.id).ok_or_else(|| {
            Error::bad_request("key_missing", "The code is for more tills than keys were sent for.")
        })?;
        TillPublicKey::read(&offer.public_key)
            .map_err(|e| Error::bad_request("bad_key", "A public key cannot be read.").detail(e))?;
        if store::revoked_key(&mut tx, till.id).await?.as_ref() == Some(&offer.public_key) {
            return Err(Error::conflict("key_revoked", "This till's key was revoked: make another one."));
        }
        store::set_key(&mut tx, till.id, &offer.public_key, now).await?;
        audit::note(&mut tx, now, "till", "till.enrol", &format!("{}/{}", till.store, till.code), "").await?;
    }
    tx.commit().await?;
    Ok(tills)
}
