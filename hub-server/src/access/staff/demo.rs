//! Log-ins with a published password. They let anybody look around on their own machine; a hub that has
//! them is not served to others.

use std::collections::BTreeSet;

use domain::ids::StaffId;

use super::{NewStaff, Role, secret, store};
use crate::access::audit;
use crate::app::App;
use crate::error::Error;

pub const PASSWORD: &str = "demo";

/// Log-in name, shown name, role.
pub const LOGINS: [(&str, &str, Role); 6] = [
    ("gerente", "Gloria Gerente", Role::Manager),
    ("marketing", "Marcos Marketing", Role::Marketing),
    ("servicio", "Sara Servicio", Role::Service),
    ("contadora", "Clara Contadora", Role::Accountant),
    ("cajera", "Carla Cajera", Role::Cashier),
    ("admin", "Ada Admin", Role::Admin),
];

/// Adds those that are missing; each may work in every store.
pub async fn add(app: &App, who: &str) -> Result<(), Error> {
    let hash = app.passwords.hash_published(PASSWORD).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for (login, name, role) in LOGINS {
        if store::by_login(&mut tx, login).await?.is_none() {
            let id = StaffId::new(now.timestamp_millis(), secret::bytes());
            // Only the hash is kept, so the password is not said again.
            let (login, name, password) = (login.to_owned(), name.to_owned(), String::new());
            let new = NewStaff { login, name, password, role, stores: BTreeSet::new() };
            store::insert(&mut tx, id, &new, &hash, now).await?;
            audit::note(&mut tx, now, who, "staff.add", &new.login, role.code()).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// The log-ins that anybody could use. Asks the hashes, so it also finds what was copied or renamed back.
pub async fn usable(app: &App) -> Result<Vec<&'static str>, Error> {
    let mut tx = app.db.read().await?;
    let mut hashes = vec![];
    for (login, _, _) in LOGINS {
        let staff = store::by_login(&mut tx, login).await?.filter(|staff| staff.active);
        hashes.extend(staff.map(|staff| (login, staff.password_hash)));
    }
    drop(tx);
    let mut usable = vec![];
    for (login, hash) in hashes {
        if app.passwords.verify(PASSWORD.to_owned(), Some(hash)).await? {
            usable.push(login);
        }
    }
    Ok(usable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::staff;
    use crate::{Clock, Settings};

    #[tokio::test]
    async fn published_passwords_are_found_and_kept_on_loopback() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
        let app = App::open(settings, Clock::System).await.unwrap();
        assert!(usable(&app).await.unwrap().is_empty());
        add(&app, "test").await.unwrap();
        add(&app, "test").await.unwrap();
        assert_eq!(usable(&app).await.unwrap().len(), LOGINS.len());
        assert!(staff::log_in(&app, "gerente", PASSWORD.to_owned()).await.is_ok());

        let open = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
        let error = crate::run(app.clone(), open, std::future::ready(())).await.unwrap_err();
        assert!(error.to_string().contains("gerente"), "{error}");

        staff::set_password(&app, "test", "gerente", "a long password".to_owned()).await.unwrap();
        staff::set_active(&app, "test", "admin", false).await.unwrap();
        assert_eq!(usable(&app).await.unwrap(), ["marketing", "servicio", "contadora", "cajera"]);
    }
}
