//! Who may work at the tills of the chain. Tills hear of it through the feed and verify PIN and badge
//! without the hub.

use domain::cashier::{CashierRole, Grants, PIN_DIGITS, badge_digest, is_pin};
use domain::codes::{CashierCode, StoreCode};
use domain::snapshot::CashierRow;

use crate::access::audit;
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;

mod store;

pub use store::{all, of_feed};

/// Somebody new at the tills.
#[derive(Debug, Clone)]
pub struct NewCashier {
    pub code: CashierCode,
    /// As screens show it.
    pub name: String,
    pub role: CashierRole,
    pub grants: Grants,
    /// None for who has a badge alone.
    pub pin: Option<String>,
    /// As a reader reads it; only its digest is kept.
    pub badge: Option<String>,
    /// Empty means every store.
    pub stores: Vec<StoreCode>,
}

/// Adds somebody, or takes back who was removed; an alias in use is refused.
pub async fn add(app: &App, who: &str, new: NewCashier) -> Result<(), Error> {
    if new.pin.is_none() && new.badge.is_none() {
        return Err(Error::bad_request("bad_cashier", "A cashier needs a PIN or a badge to log in with."));
    }
    let pin_hash = match &new.pin {
        Some(pin) => Some(hash(app, pin).await?),
        None => None,
    };
    if new.badge.as_deref().is_some_and(|badge| !is_badge(badge.trim())) {
        let problem = "A badge's code has at least 4 characters and could not be a PIN.";
        return Err(Error::bad_request("bad_cashier", problem));
    }
    let badge = new.badge.as_deref().map(badge_digest);
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    known_stores(&mut tx, &new.stores).await?;
    let before = store::one(&mut tx, &new.code).await?;
    if before.is_some_and(|row| row.active) {
        return Err(Error::conflict("cashier_taken", "There is a cashier with this alias already."));
    }
    let detail = new.role.code();
    let row = CashierRow {
        code: new.code,
        name: new.name,
        role: new.role,
        grants: new.grants,
        pin_hash,
        badge,
        stores: new.stores,
        active: true,
    };
    free_badge(&mut tx, &row).await?;
    store::write(&mut tx, &row, now).await?;
    audit::note(&mut tx, now, who, "cashier.add", row.code.as_str(), detail).await?;
    Ok(tx.commit().await?)
}

pub async fn set_pin(app: &App, who: &str, code: &CashierCode, pin: &str) -> Result<(), Error> {
    let pin_hash = Some(hash(app, pin).await?);
    change(app, who, code, "cashier.pin", |row| CashierRow { pin_hash, ..row }).await
}

/// Keeps somebody out; what they sold keeps their alias.
pub async fn remove(app: &App, who: &str, code: &CashierCode) -> Result<(), Error> {
    let gone = |row| CashierRow { active: false, pin_hash: None, badge: None, ..row };
    change(app, who, code, "cashier.remove", gone).await
}

async fn change(
    app: &App,
    who: &str,
    code: &CashierCode,
    action: &str,
    change: impl FnOnce(CashierRow) -> CashierRow,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::one(&mut tx, code).await?.filter(|row| row.active);
    let row =
        row.ok_or_else(|| Error::not_found("no_such_cashier", "There is no cashier with this alias."))?;
    store::write(&mut tx, &change(row), now).await?;
    audit::note(&mut tx, now, who, action, code.as_str(), "").await?;
    Ok(tx.commit().await?)
}

async fn hash(app: &App, pin: &str) -> Result<String, Error> {
    if !is_pin(pin) {
        let problem = format!("A PIN has {PIN_DIGITS} digits.");
        return Err(Error::bad_request("bad_pin", &problem));
    }
    app.passwords.hash_pin(pin).await
}

/// Long enough not to be read by chance, and never taken for a PIN.
fn is_badge(code: &str) -> bool {
    code.chars().count() >= 4 && !is_pin(code)
}

async fn known_stores(tx: &mut Tx, stores: &[StoreCode]) -> Result<(), Error> {
    for code in stores {
        if super::store(tx, code).await?.is_none() {
            return Err(Error::not_found("no_such_store", "There is no such store; add it first."));
        }
    }
    Ok(())
}

async fn free_badge(tx: &mut Tx, row: &CashierRow) -> Result<(), Error> {
    let taken = store::all(tx)
        .await?
        .into_iter()
        .any(|other| other.code != row.code && other.badge.is_some() && other.badge == row.badge);
    if taken {
        return Err(Error::conflict("badge_taken", "Another cashier has this badge."));
    }
    Ok(())
}

/// The demo's: alias, name, role, PIN. Everybody may know these.
pub const DEMO: [(&str, &str, CashierRole, &str); 2] = [
    ("marta", "Marta Rincón", CashierRole::Cashier, "123456"),
    ("jorge", "Jorge Salazar", CashierRole::Supervisor, "654321"),
];

/// Adds the demo's cashiers that are missing.
pub async fn add_demo(app: &App, who: &str) -> Result<(), Error> {
    for (code, name, role, pin) in DEMO {
        let code: CashierCode = code.parse().map_err(anyhow::Error::from)?;
        let mut tx = app.db.read().await?;
        let known = store::one(&mut tx, &code).await?;
        drop(tx);
        if known.is_none() {
            let (name, pin, grants) = (name.to_owned(), Some(pin.to_owned()), role.grants());
            let new = NewCashier { code, name, role, grants, pin, badge: None, stores: vec![] };
            add(app, who, new).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
