//! What the agent has, sends and hears: for `status`, the local API and whoever watches the till.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::Agent;
use crate::error::AgentError;
use crate::ui::view::{DeviceState, PrinterView};

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Status {
    pub version: String,
    /// Whether a process serves this till now.
    pub running: bool,
    pub hub: HubStatus,
    pub tills: Vec<TillStatus>,
    /// Events that the hub has not acknowledged, of all tills.
    pub unsent: i64,
    pub oldest_unsent: Option<DateTime<Utc>>,
    pub sales: i64,
    pub catalogue: CatalogueStatus,
    pub devices: Vec<DeviceStatus>,
    #[serde(default)]
    pub printers: Vec<PrinterStatus>,
    /// What was last found of the till's file; none until it was looked at.
    #[serde(default)]
    pub file: Option<FileStatus>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FileStatus {
    pub checked_at: DateTime<Utc>,
    pub damaged: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HubStatus {
    pub url: String,
    pub chain: String,
    /// `unknown`, `online`, `offline` or `refused`.
    pub state: String,
    /// When the hub's rows were last up to date.
    pub pulled_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TillStatus {
    pub n: i64,
    pub store: String,
    pub till: String,
    pub unsent: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CatalogueStatus {
    pub products: i64,
    pub cards: i64,
    pub members: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeviceStatus {
    pub path: String,
    /// By which it is read.
    #[serde(default)]
    pub profile: String,
    /// How far that was tried: `no`, `manual`, `bench`.
    #[serde(default)]
    pub verified: String,
    pub till: i64,
    pub connected: bool,
    pub since: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PrinterStatus {
    pub id: String,
    pub connection: String,
    pub tills: Vec<i64>,
    /// `unknown`, `ok`, `paper_low`, `no_paper`, `cover_open`, `offline` or `missing`.
    pub state: String,
    pub since: DateTime<Utc>,
    /// Receipts that are not printed yet.
    pub waiting: i64,
}

impl Agent {
    pub async fn status(&self) -> Result<Status, AgentError> {
        let store = self.store();
        let hub = store.hub().await?.ok_or(AgentError::NotEnrolled)?;
        let mut tills = Vec::new();
        for till in self.tills() {
            let unsent = store.unsent(till.n).await?;
            tills.push(TillStatus { n: till.n, store: till.store.into(), till: till.code.into(), unsent });
        }
        let counts = store.counts().await?;
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            running: true,
            unsent: tills.iter().map(|till| till.unsent).sum(),
            oldest_unsent: store.oldest_unsent().await?,
            sales: store.sales_count().await?,
            catalogue: CatalogueStatus {
                products: counts.products,
                cards: counts.cards,
                members: counts.members,
            },
            devices: self.devices().into_iter().map(device).collect(),
            printers: self.printers().await?.into_iter().map(printer).collect(),
            hub: HubStatus {
                url: hub.url,
                chain: hub.chain,
                state: self.link().code().to_owned(),
                pulled_at: hub.pulled_at,
            },
            tills,
            file: self
                .file_checked()
                .map(|found| FileStatus { checked_at: found.at, damaged: found.damaged }),
        })
    }
}

fn device(device: crate::ui::view::DeviceView) -> DeviceStatus {
    DeviceStatus {
        path: device.path,
        profile: device.profile.id,
        verified: device.profile.verified.name().to_owned(),
        till: device.till,
        connected: device.state == DeviceState::Connected,
        since: device.since,
    }
}

fn printer(view: PrinterView) -> PrinterStatus {
    let PrinterView { id, tills, connection, state, since, waiting, .. } = view;
    PrinterStatus { id, connection, tills, state: state.code().to_owned(), since, waiting }
}
