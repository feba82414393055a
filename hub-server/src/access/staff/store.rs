//! SQL of staff, sessions, failed log-ins and API tokens.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::codes::StoreCode;
use domain::ids::StaffId;
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::NewStaff;
use crate::access::actor::{Actor, Reader, Scope};
use crate::access::rules::Role;
use crate::db::{DbError, Tx, ensure_touched};
use crate::on;

#[derive(Debug, Clone, FromRow)]
pub struct Staff {
    pub id: StaffId,
    pub login: String,
    pub name: String,
    pub(super) password_hash: String,
    pub role: String,
    pub active: bool,
    pub created_at: DateTime<Utc>,
}

pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Staff>, DbError> {
    const SQL: &str =
        "select id, login, name, password_hash, role, active, created_at from staff where login = $1";
    Ok(on!(tx, c => query_as(SQL).bind(login).fetch_optional(c).await)?)
}

pub async fn all(tx: &mut Tx) -> Result<Vec<Staff>, DbError> {
    const SQL: &str =
        "select id, login, name, password_hash, role, active, created_at from staff order by login";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: StaffId,
    new: &NewStaff,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const STAFF: &str = "insert into staff (id, login, name, password_hash, role, active, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    const STORE: &str = "insert into staff_store (staff, store) values ($1, $2)";
    on!(tx, c => query(STAFF)
        .bind(id).bind(&new.login).bind(&new.name).bind(hash).bind(new.role.code()).bind(true).bind(now)
        .execute(c).await.map(|_| ()))?;
    for store in &new.stores {
        on!(tx, c => query(STORE).bind(id).bind(store.as_str()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

pub(super) async fn set_password(tx: &mut Tx, id: StaffId, hash: &str) -> Result<(), DbError> {
    const SQL: &str = "update staff set password_hash = $2 where id = $1";
    let touched =
        on!(tx, c => query(SQL).bind(id).bind(hash).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("staff", 1, touched)
}

pub(super) async fn set_active(tx: &mut Tx, id: StaffId, active: bool) -> Result<(), DbError> {
    const SQL: &str = "update staff set active = $2 where id = $1";
    let touched =
        on!(tx, c => query(SQL).bind(id).bind(active).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("staff", 1, touched)
}

pub(super) async fn set_preferences(
    tx: &mut Tx,
    id: StaffId,
    locale: Option<&str>,
    theme: Option<&str>,
) -> Result<(), DbError> {
    const SQL: &str =
        "update staff set locale = coalesce($2, locale), theme = coalesce($3, theme) where id = $1";
    let touched = on!(tx, c => query(SQL)
        .bind(id).bind(locale).bind(theme).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("staff", 1, touched)
}

pub(super) async fn stores_of(tx: &mut Tx, id: StaffId) -> Result<BTreeSet<StoreCode>, DbError> {
    const SQL: &str = "select store from staff_store where staff = $1";
    let stores: Vec<StoreCode> = on!(tx, c => query_scalar(SQL).bind(id).fetch_all(c).await)?;
    Ok(stores.into_iter().collect())
}

// Sessions -------------------------------------------------------------------------------------------

#[derive(FromRow)]
pub(super) struct Session {
    pub staff: StaffId,
    csrf: String,
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    login: String,
    name: String,
    role: String,
    pub active: bool,
    locale: Option<String>,
    theme: Option<String>,
}

impl Session {
    pub fn into_actor(self, stores: BTreeSet<StoreCode>, reader: &Reader) -> Result<Actor, DbError> {
        Ok(Actor {
            who: self.login,
            name: self.name,
            role: role(&self.role)?,
            scope: if stores.is_empty() { Scope::All } else { Scope::Stores(stores) },
            csrf: self.csrf,
            locale: self.locale.and_then(|code| code.parse().ok()).unwrap_or(reader.locale),
            theme: self.theme.unwrap_or_else(|| reader.theme.clone()),
        })
    }
}

fn role(text: &str) -> Result<Role, DbError> {
    text.parse().map_err(|e| DbError::BadRow { what: "role", why: format!("{e}") })
}

pub(super) async fn session(tx: &mut Tx, token_hash: &str) -> Result<Option<Session>, DbError> {
    const SQL: &str = "select t.staff, t.csrf, t.seen_at, t.expires_at, s.login, s.name, s.role, s.active,
            s.locale, s.theme
        from staff_session t join staff s on s.id = t.staff where t.token_hash = $1";
    Ok(on!(tx, c => query_as(SQL).bind(token_hash).fetch_optional(c).await)?)
}

pub(super) async fn insert_session(
    tx: &mut Tx,
    token_hash: &str,
    staff: StaffId,
    csrf: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into staff_session (token_hash, staff, csrf, created_at, seen_at, expires_at)
        values ($1, $2, $3, $4, $4, $5)";
    on!(tx, c => query(SQL)
        .bind(token_hash).bind(staff).bind(csrf).bind(now).bind(expires_at).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn touch_session(tx: &mut Tx, token_hash: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    // The session may have ended meanwhile: touching no row is right then.
    const SQL: &str = "update staff_session set seen_at = $2 where token_hash = $1";
    on!(tx, c => query(SQL).bind(token_hash).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn end_session(tx: &mut Tx, token_hash: &str) -> Result<(), DbError> {
    const SQL: &str = "delete from staff_session where token_hash = $1";
    on!(tx, c => query(SQL).bind(token_hash).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn end_sessions(tx: &mut Tx, staff: StaffId) -> Result<(), DbError> {
    const SQL: &str = "delete from staff_session where staff = $1";
    on!(tx, c => query(SQL).bind(staff).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn drop_expired(
    tx: &mut Tx,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "delete from staff_session where expires_at <= $1 or seen_at <= $2";
    on!(tx, c => query(SQL).bind(now).bind(idle_since).execute(c).await.map(|_| ()))?;
    Ok(())
}

// Failed log-ins -------------------------------------------------------------------------------------

pub(super) async fn note_failure(tx: &mut Tx, login: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "insert into login_failure (login, at) values ($1, $2)";
    // What was typed may be anything; a name of this length exists nowhere.
    let login: String = login.chars().take(64).collect();
    on!(tx, c => query(SQL).bind(login).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn failures_since(tx: &mut Tx, login: &str, since: DateTime<Utc>) -> Result<i64, DbError> {
    const SQL: &str = "select count(*) from login_failure where login = $1 and at > $2";
    let login: String = login.chars().take(64).collect();
    Ok(on!(tx, c => query_scalar(SQL).bind(login).bind(since).fetch_one(c).await)?)
}

pub(super) async fn forget_failures(tx: &mut Tx, login: &str) -> Result<(), DbError> {
    const SQL: &str = "delete from login_failure where login = $1";
    on!(tx, c => query(SQL).bind(login).execute(c).await.map(|_| ()))?;
    Ok(())
}

// API tokens -----------------------------------------------------------------------------------------

#[derive(Debug, Clone, FromRow)]
pub struct ApiToken {
    pub name: String,
    pub role: String,
    pub created_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

pub(super) async fn insert_token(
    tx: &mut Tx,
    id: Uuid,
    hash: &str,
    name: &str,
    role: Role,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str =
        "insert into api_token (id, token_hash, name, role, created_at) values ($1, $2, $3, $4, $5)";
    on!(tx, c => query(SQL)
        .bind(id).bind(hash).bind(name).bind(role.code()).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn token(tx: &mut Tx, hash: &str) -> Result<Option<(String, Role)>, DbError> {
    const SQL: &str = "select name, role from api_token where token_hash = $1 and revoked_at is null";
    let found: Option<(String, String)> = on!(tx, c => query_as(SQL).bind(hash).fetch_optional(c).await)?;
    found.map(|(name, text)| Ok((name, role(&text)?))).transpose()
}

pub async fn tokens(tx: &mut Tx) -> Result<Vec<ApiToken>, DbError> {
    const SQL: &str = "select name, role, created_at, revoked_at from api_token order by created_at, id";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

pub(super) async fn revoke_tokens(tx: &mut Tx, name: &str, now: DateTime<Utc>) -> Result<u64, DbError> {
    const SQL: &str = "update api_token set revoked_at = $2 where name = $1 and revoked_at is null";
    Ok(on!(tx, c => query(SQL).bind(name).bind(now).execute(c).await.map(|done| done.rows_affected()))?)
}
