//! Serves the till: screens and local API on loopback, devices, sync, until it is told to stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower_http::limit::RequestBodyLimitLayer;

use crate::app::Agent;
use crate::clock::Clock;
use crate::device::{self, Device, DeviceError};
use crate::error::AgentError;
use crate::integration::api::Companion;
use crate::integration::passthrough::{self, Passthrough};
use crate::integration::setting::{IntegrationSetting, TokenError};
use crate::integration::{self, poslog};
use crate::printer::{self, PrinterError};
use crate::probes;
use crate::readers;
use crate::settings::Settings;
use crate::soundness;
use crate::store::{Store, StoreError};
use crate::sync::{self, CallError, HubClient};

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Agent(#[from] AgentError),
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error(transparent)]
    Printer(#[from] PrinterError),
    #[error(transparent)]
    Hub(#[from] CallError),
    #[error("{0} is not a loopback address: whoever reaches it works the till")]
    NotLoopback(SocketAddr),
    #[error("the disk failed while something was being kept: whether it was is known after a new start")]
    Broken,
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the till could not be served: {0}")]
    Serve(#[from] std::io::Error),
}

impl From<StoreError> for RunError {
    fn from(error: StoreError) -> Self {
        Self::Agent(error.into())
    }
}

/// Folder of a chain's own device profiles, below the data folder.
pub const PROFILES: &str = "profiles";
/// Largest body: a bulk request of long sales.
const BODY_MAX: usize = 20 * 1024 * 1024;

/// Where an agent answers; they are bound already, so that the caller knows the addresses.
#[derive(Debug)]
pub struct Listeners {
    pub screens: TcpListener,
    /// For an operator's programs.
    pub internal: Option<TcpListener>,
}

impl From<TcpListener> for Listeners {
    fn from(screens: TcpListener) -> Self {
        Self { screens, internal: None }
    }
}

/// Opens the till's file and serves it until `shutdown` turns true; `ready` is called once the till can be used.
pub async fn run(
    settings: Settings,
    listeners: impl Into<Listeners>,
    shutdown: watch::Receiver<bool>,
    ready: impl FnOnce(),
) -> Result<(), RunError> {
    let listeners = listeners.into();
    let address = listeners.screens.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(RunError::NotLoopback(address));
    }
    let profiles = settings.data.join(PROFILES);
    for (profile, error) in device::left_out(&profiles).map_err(DeviceError::from)? {
        tracing::warn!(code = "profile_refused", profile, %error, "it is no profile, and is left out");
    }
    let devices = device::devices(&settings.device, &profiles)?;
    let passed = passthrough::passthroughs(&settings.passthrough, &profiles)?;
    passthrough::apart(&passed, &devices)?;
    let store = Store::open(&settings.data).await?;
    let agent =
        Agent::open_with(store, Clock::system(), settings.scan.clone(), settings.checkout.clone()).await?;
    agent.printing().set_up(&settings)?;
    agent.set_house(settings.house());
    agent.check_anchors().await?;
    agent.end_left_reservations().await?;
    let companion = Companion::new(agent.clone(), settings.integration.clone())?;
    let note = AddressNote::write(&settings.data, address)?;
    // From here on the listener's queue holds whoever comes until the routes are served.
    ready();
    let result = serve(&companion, &settings.integration, (devices, passed), listeners, shutdown).await;
    drop(note);
    if !matches!(result, Err(RunError::Broken)) {
        agent.store().close().await;
    }
    result
}

async fn serve(
    companion: &Companion,
    setting: &IntegrationSetting,
    (devices, passed): (Vec<Device>, Vec<Passthrough>),
    listeners: Listeners,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(), RunError> {
    let agent = companion.agent();
    let client = Arc::new(HubClient::new(&agent.hub().url, &agent.hub().hub_id, agent.clock().clone())?);
    let (stop, stopped) = watch::channel(false);
    let reading = device::run(agent.clone(), devices, stopped.clone());
    let syncing = Box::pin(sync::run(agent.clone(), client, stopped.clone()));
    let printing = printer::run(agent.clone(), printer::Pace::default(), stopped.clone());
    let passing = passthrough::run(agent.clone(), passed, stopped.clone());
    let files = poslog::folder::run(agent.clone(), setting.poslog_dir.clone(), stopped.clone());
    let notes = agent.keep_notes(stopped.clone());
    let checked = readers::run(agent.clone(), stopped.clone());
    let holds = Box::pin(agent.keep_ending_holds(stopped.clone()));
    let sound = Box::pin(soundness::run(agent.clone(), stopped.clone()));
    let web = async {
        let screens = serve_web(listeners.screens, router(companion), stopped.clone());
        let Some(internal) = listeners.internal else { return screens.await };
        let probes = serve_web(internal, probes::routes(agent.clone()), stopped.clone());
        tokio::try_join!(screens, probes).map(|_| ())
    };
    let stopping = async {
        let outcome = tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => Ok(()),
            () = agent.store().wait_until_broken() => Err(RunError::Broken),
        };
        stop.send_replace(true);
        outcome
    };
    let notes_and_holds = async { tokio::join!(notes, holds) };
    let plugged_in = async { tokio::join!(reading, passing, printing, files, checked, sound) };
    let (outcome, served, (), _, _) = tokio::join!(stopping, web, syncing, notes_and_holds, plugged_in);
    outcome.and(Ok(served?))
}

/// How long an answer under way may take once the agent is to end. Pages that listen for news would
/// otherwise hold it for ever.
const GRACE: Duration = Duration::from_secs(2);

async fn serve_web(
    listener: TcpListener,
    router: Router,
    stopped: watch::Receiver<bool>,
) -> Result<(), std::io::Error> {
    let until = |mut stopped: watch::Receiver<bool>| async move {
        // An error means that nobody can ask for the end any more, so it has come.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let serving =
        axum::serve(listener.tap_io(at_once), router).with_graceful_shutdown(until(stopped.clone()));
    tokio::select! {
        served = async { serving.await } => served,
        () = async { until(stopped).await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

/// Sends what is written at once. Otherwise the second of two small writes, such as two events of one scan, waits
/// until the other end has confirmed the first, which it puts off by some 40 ms.
fn at_once(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers on this connection may come late");
    }
}

/// Every route of the agent.
pub fn router(companion: &Companion) -> Router {
    let (api, document) = integration::api::router(companion);
    let document = Arc::new(document);
    api.route(
        "/api/openapi.json",
        get(move || {
            let document = Arc::clone(&document);
            async move { axum::Json(document.as_ref().clone()) }
        }),
    )
    .layer(RequestBodyLimitLayer::new(BODY_MAX))
    .layer(axum::extract::DefaultBodyLimit::disable())
    .layer(middleware::map_response(integration::api::dressed))
    .layer(middleware::from_fn(only_local_names))
    .merge(crate::ui::router(companion.agent().clone()))
    .layer(middleware::from_fn(to_its_end))
}

/// An order goes on when whoever gave it has gone away: its turn at the till must not end before its commit has,
/// or the next scan begins with the basket of before.
async fn to_its_end(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(code = "order_stopped", %error, "an order did not come to its end");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page of a stranger may point its own name at 127.0.0.1; only our own names are answered.
async fn only_local_names(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
    if matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "ask for this till by its own address\n").into_response()
    }
}

/// Tells other processes of this machine where the running agent listens. Goes with it.
#[derive(Debug)]
struct AddressNote(PathBuf);

const ADDRESS: &str = "address";

impl AddressNote {
    fn write(folder: &Path, address: SocketAddr) -> Result<Self, std::io::Error> {
        let path = folder.join(ADDRESS);
        std::fs::write(&path, address.to_string())?;
        Ok(Self(path))
    }
}

impl Drop for AddressNote {
    fn drop(&mut self) {
        // A note left behind is harmless: the lock tells whether an agent runs.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The address of the agent that has this folder open.
pub fn running_address(folder: &Path) -> Option<String> {
    std::fs::read_to_string(folder.join(ADDRESS)).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests;
