//! People who work with the hub, their log-ins and sessions, and the tokens of scripts.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use domain::codes::StoreCode;
use domain::ids::StaffId;
use kit::Locale;

use super::actor::{Actor, Reader, Scope};
use super::rules::Role;
use super::{audit, secret};
use crate::app::App;
use crate::db::{DbError, Tx};
use crate::error::Error;

pub mod demo;
mod password;
mod store;

pub use password::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Passwords};
pub use store::{ApiToken, Staff, all, by_login, tokens};

/// A session ends after so long without a request, and after so long in any case.
const IDLE: Duration = Duration::minutes(30);
const ABSOLUTE: Duration = Duration::hours(8);
/// A session's last use is written at most this often.
const TOUCH: Duration = Duration::seconds(60);
/// So many wrong passwords lock a log-in for so long.
const WRONG_MAX: i64 = 10;
const LOCKED: Duration = Duration::minutes(30);

/// What a fresh log-in gets. The token goes into the cookie and is not kept.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub token: String,
    pub max_age: Duration,
}

/// Adds somebody. The password is hashed by the caller's pool before the write begins.
#[derive(Debug, Clone)]
pub struct NewStaff {
    pub login: String,
    pub name: String,
    pub password: String,
    pub role: Role,
    /// Empty means every store.
    pub stores: BTreeSet<StoreCode>,
}

/// Adds a member of staff; a log-in that exists is refused.
pub async fn add(app: &App, who: &str, new: NewStaff) -> Result<StaffId, Error> {
    if new.login.is_empty() || new.login.starts_with('#') || new.login.chars().count() > 64 {
        return Err(Error::bad_request(
            "bad_login",
            "A log-in name has 1 to 64 characters and no # in front.",
        ));
    }
    let hash = app.passwords.hash(new.password.clone()).await?;
    let now = app.clock.now();
    let id = StaffId::new(now.timestamp_millis(), secret::bytes());
    let mut tx = app.db.begin().await?;
    if store::by_login(&mut tx, &new.login).await?.is_some() {
        return Err(Error::conflict("login_taken", "This log-in name exists already."));
    }
    store::insert(&mut tx, id, &new, &hash, now).await?;
    audit::note(&mut tx, now, who, "staff.add", &new.login, new.role.code()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Sets another password and ends every session of that log-in.
pub async fn set_password(app: &App, who: &str, login: &str, password: String) -> Result<(), Error> {
    let hash = app.passwords.hash(password).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let staff = known(&mut tx, login).await?;
    store::set_password(&mut tx, staff.id, &hash).await?;
    store::end_sessions(&mut tx, staff.id).await?;
    store::forget_failures(&mut tx, login).await?;
    audit::note(&mut tx, now, who, "staff.password", login, "").await?;
    Ok(tx.commit().await?)
}

/// Lets somebody in again or keeps them out; keeping out ends their sessions at once.
pub async fn set_active(app: &App, who: &str, login: &str, active: bool) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let staff = known(&mut tx, login).await?;
    store::set_active(&mut tx, staff.id, active).await?;
    store::end_sessions(&mut tx, staff.id).await?;
    let action = if active { "staff.enable" } else { "staff.disable" };
    audit::note(&mut tx, now, who, action, login, "").await?;
    Ok(tx.commit().await?)
}

/// Keeps the language and theme of somebody's choice.
pub async fn set_preferences(
    app: &App,
    login: &str,
    locale: Option<Locale>,
    theme: Option<&str>,
) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let staff = known(&mut tx, login).await?;
    store::set_preferences(&mut tx, staff.id, locale.map(Locale::code), theme).await?;
    Ok(tx.commit().await?)
}

async fn known(tx: &mut Tx, login: &str) -> Result<Staff, Error> {
    let found = store::by_login(tx, login).await?;
    found.ok_or_else(|| Error::not_found("no_such_staff", "Nobody has this log-in name."))
}

/// Checks a log-in name and password. Unknown name and wrong password cost the same time and get the same
/// answer; a locked log-in says so only to someone who could not get in anyway.
pub async fn log_in(app: &App, login: &str, password: String) -> Result<NewSession, Error> {
    let Some(staff) = with_password(app, login, password).await? else {
        return Err(Error::unauthorized("wrong_login", "The log-in name or the password is wrong."));
    };
    let now = app.clock.now();
    let session = NewSession { token: secret::token(), max_age: ABSOLUTE };
    let hash = secret::digest(&session.token);
    let mut tx = app.db.begin().await?;
    store::drop_expired(&mut tx, now, now - IDLE).await?;
    store::insert_session(&mut tx, &hash, staff.id, &secret::token(), now, now + ABSOLUTE).await?;
    audit::note(&mut tx, now, login, "login", login, "").await?;
    tx.commit().await?;
    Ok(session)
}

/// Whether somebody who is signed in knows their password too: asked before what nobody should do at a desk that was
/// left open. Wrong ones count as at the log-in. A script has no password.
pub async fn is_still(app: &App, login: &str, password: String) -> Result<bool, Error> {
    Ok(with_password(app, login, password).await?.is_some())
}

/// Who has this log-in name and password.
async fn with_password(app: &App, login: &str, password: String) -> Result<Option<Staff>, Error> {
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    let staff = store::by_login(&mut tx, login).await?.filter(|staff| staff.active);
    let failures = store::failures_since(&mut tx, login, now - LOCKED).await?;
    drop(tx);
    if failures >= WRONG_MAX {
        let problem = "Too many wrong passwords. Wait 30 minutes, or ask an administrator for a new one.";
        return Err(Error::refused(axum::http::StatusCode::TOO_MANY_REQUESTS, "login_locked", problem));
    }
    let hash = staff.as_ref().map(|staff| staff.password_hash.clone());
    let right = app.passwords.verify(password, hash).await?;
    let mut tx = app.db.begin().await?;
    let found = staff.filter(|_| right);
    if found.is_some() {
        store::forget_failures(&mut tx, login).await?;
    } else {
        store::note_failure(&mut tx, login, now).await?;
    }
    tx.commit().await?;
    Ok(found)
}

/// Ends one session; a token that is none is no error.
pub async fn log_out(app: &App, token: &str) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::end_session(&mut tx, &secret::digest(token)).await?;
    Ok(tx.commit().await?)
}

/// Who a session cookie stands for, if it still does.
pub(super) async fn of_session(app: &App, token: &str, reader: &Reader) -> Result<Option<Actor>, DbError> {
    let now = app.clock.now();
    let hash = secret::digest(token);
    let mut tx = app.db.read().await?;
    let Some(session) = store::session(&mut tx, &hash).await? else { return Ok(None) };
    if session.expires_at <= now || session.seen_at + IDLE <= now || !session.active {
        return Ok(None);
    }
    let stores = store::stores_of(&mut tx, session.staff).await?;
    drop(tx);
    if session.seen_at + TOUCH <= now {
        let mut tx = app.db.begin().await?;
        store::touch_session(&mut tx, &hash, now).await?;
        tx.commit().await?;
    }
    session.into_actor(stores, reader).map(Some)
}

/// Makes a token for scripts; the answer is the only time that it is shown.
pub async fn make_token(app: &App, who: &str, name: &str, role: Role) -> Result<String, Error> {
    let now = app.clock.now();
    let token = format!("yapa_{}", secret::token());
    let id = domain::ids::uuid_v7(now.timestamp_millis(), secret::bytes());
    let mut tx = app.db.begin().await?;
    store::insert_token(&mut tx, id, &secret::digest(&token), name, role, now).await?;
    audit::note(&mut tx, now, who, "token.create", name, role.code()).await?;
    tx.commit().await?;
    Ok(token)
}

/// Revokes the tokens of a name; the answer is how many there were.
pub async fn revoke_token(app: &App, who: &str, name: &str) -> Result<u64, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let revoked = store::revoke_tokens(&mut tx, name, now).await?;
    if revoked > 0 {
        audit::note(&mut tx, now, who, "token.revoke", name, "").await?;
    }
    tx.commit().await?;
    Ok(revoked)
}

/// Who an API token stands for.
pub(super) async fn of_token(app: &App, token: &str, reader: &Reader) -> Result<Option<Actor>, DbError> {
    let mut tx = app.db.read().await?;
    let Some((name, role)) = store::token(&mut tx, &secret::digest(token)).await? else { return Ok(None) };
    Ok(Some(Actor {
        who: format!("token:{name}"),
        name,
        role,
        scope: Scope::All,
        csrf: String::new(),
        locale: reader.locale,
        theme: reader.theme.clone(),
    }))
}

/// How many wrong one-time codes were tried since an instant, and noting one more.
pub(super) async fn wrong_codes(
    tx: &mut Tx,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<i64, DbError> {
    // No log-in begins with #, so this name is free.
    const NAME: &str = "#enrol";
    store::note_failure(tx, NAME, now).await?;
    store::failures_since(tx, NAME, since).await
}
