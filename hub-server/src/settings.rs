//! What an operator may set, by flag, environment (`HUB__…`), file or default.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::open_page::PublicUrl;
use serde::{Deserialize, Serialize};

use crate::signals::Limits;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the SQLite file lives when `database` is not set.
    pub data: PathBuf,
    /// `postgres://…`, or a SQLite file.
    pub database: Option<String>,
    pub listen: SocketAddr,
    /// Where an operator's programs ask for `/metrics`; nowhere without it.
    pub internal: Option<SocketAddr>,
    /// `internal` may be an address that other machines reach.
    pub internal_anywhere: bool,
    /// Seconds between saying "not ready" and taking no more requests, once the hub is asked to stop.
    pub grace_seconds: u64,
    /// Pushes, openings, and pulls, that are worked on at once; without it what suits the database: `access/pressure.rs`.
    pub sync_at_once: Option<usize>,
    /// Pushes, openings, and pulls, that wait for their turn; what comes on top is told to come again later.
    pub sync_waiting: usize,
    /// Fan-out between several hubs; without it one hub tells its own readers.
    pub redis: Option<String>,
    /// Name, currency and locale of the chain: written into a new database, read from it afterwards.
    pub chain: String,
    pub currency: String,
    pub locale: String,
    /// The hub is reached by HTTPS through a proxy: cookies may demand it, links to the hub begin with it, and who asks
    /// is what the proxy says in `X-Forwarded-For`.
    pub behind_tls: bool,
    /// Where customers reach the hub: with it receipts have a page, and links to customers' own pages begin with it.
    pub public_url: Option<PublicUrl>,
    /// Whole points that one person gives or takes by hand without a second one who agrees.
    pub adjust_alone: i64,
    /// Days that a request for more waits for the second one.
    pub adjust_days: i64,
    /// From when on what people do at tills and desks is worth a look.
    pub signals: Limits,
    /// The key file of backups: public half to make them, secret half to open them.
    pub backup_key: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("."),
            database: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            internal: None,
            internal_anywhere: false,
            grace_seconds: 5,
            sync_at_once: None,
            sync_waiting: 64,
            redis: None,
            chain: "Yapa".to_owned(),
            currency: "COP".to_owned(),
            locale: "es-CO".to_owned(),
            behind_tls: false,
            public_url: None,
            adjust_alone: 0,
            adjust_days: 7,
            signals: Limits::default(),
            backup_key: None,
        }
    }
}

impl Settings {
    /// Customers come by HTTPS, which a proxy in front speaks for the hub, and nothing says that there is one.
    pub fn hides_its_proxy(&self) -> bool {
        !self.behind_tls && self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    /// What [`crate::db::Db::open`] takes.
    pub fn database_target(&self) -> String {
        match &self.database {
            Some(target) => target.clone(),
            None => self.data.join("hub.db").to_string_lossy().into_owned(),
        }
    }
}
