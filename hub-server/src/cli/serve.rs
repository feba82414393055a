//! `hub-server serve`.

use std::future::IntoFuture;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use domain::open_page::PublicUrl;
use kit::cli::{Exit, Failure, LogFormat};
use kit::metrics::may_show_at;
use kit::settings::Layers;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Serve {
    /// Address to serve; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of /metrics for an operator's programs, for example 127.0.0.1:9464; nowhere without it
    #[arg(long, value_name = "ADDRESS")]
    internal: Option<SocketAddr>,
    /// --internal may name an address that other machines reach
    #[arg(long)]
    internal_anywhere: bool,
    /// Seconds between saying "not ready" and taking no more requests, once asked to stop
    #[arg(long, value_name = "SECONDS")]
    grace: Option<u64>,
    /// Pushes, openings, and pulls, of tills worked on at once [default: 32 pushes; the others by the database]
    #[arg(long, value_name = "N")]
    sync_at_once: Option<usize>,
    /// Pushes, openings, and pulls, of tills that wait; what comes on top is told to come again later [default: 64]
    #[arg(long, value_name = "N")]
    sync_waiting: Option<usize>,
    /// redis://… for fan-out between several hubs on one database
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Where customers reach the hub, for example `https://hub.example`; with it receipts have a page
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Logs as JSON, one object a line
    #[arg(long)]
    log_json: bool,
}

impl Serve {
    pub fn layers(&self, layers: Layers) -> Layers {
        layers
            .flag("listen", self.listen)
            .flag("internal", self.internal)
            .flag("internal_anywhere", self.internal_anywhere.then_some(true))
            .flag("grace_seconds", self.grace)
            .flag("sync_at_once", self.sync_at_once)
            .flag("sync_waiting", self.sync_waiting)
            .flag("redis", self.redis.as_ref())
            .flag("public_url", self.public_url.as_ref())
    }

    pub fn log_format(&self) -> LogFormat {
        if self.log_json { LogFormat::Json } else { LogFormat::Plain }
    }
}

pub async fn serve(settings: Settings) -> Result<Exit, Failure> {
    if settings.hides_its_proxy() {
        tracing::warn!(code = "proxy_unsaid", "public_url begins with https://, and behind_tls is false");
    }
    let internal = match settings.internal {
        Some(address) => {
            may_show_at(address, settings.internal_anywhere)?;
            Some(listen(address, "--internal").await?)
        }
        None => None,
    };
    let listener = listen(settings.listen, "--listen").await?;
    let bound = listener.local_addr().map_err(anyhow::Error::from)?;
    let grace = Duration::from_secs(settings.grace_seconds);
    let app = super::open(settings).await?;
    let stopping = app.clone();
    let mut stops = Stops::hear().map_err(anyhow::Error::from)?;
    let stop = async move {
        stops.next().await;
        stopping.begin_draining();
        tracing::info!(code = "draining", grace_s = grace.as_secs(), "not ready any more; still answering");
        tokio::select! {
            () = tokio::time::sleep(grace) => {}
            // Whoever asks twice has no balancer to wait for.
            () = stops.next() => {}
        }
        tracing::info!(code = "stopping", "no new requests, those under way are finished");
    };
    // The listener takes connections from here on; they are answered as soon as `run` is.
    let _ = writeln!(std::io::stdout(), "http://{bound}");
    let Some(internal) = internal else {
        app::run(app, listener, stop).await?;
        return Ok(Exit::Ok);
    };
    let inside = internal.local_addr().map_err(anyhow::Error::from)?;
    let _ = writeln!(std::io::stdout(), "internal http://{inside}/metrics");
    let routes = app::internal_routes(app.clone());
    tokio::select! {
        served = app::run(app, listener, stop) => served?,
        // It has no end of its own: it answers until the hub has stopped.
        broken = axum::serve(internal, routes).into_future() => broken.map_err(anyhow::Error::from)?,
    }
    Ok(Exit::Ok)
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(Exit::Failed, "port_in_use", format!("{address}: {error}"))
            .fix(format!("name another address with {flag}, for example 127.0.0.1:0"))
    })
}

/// Ctrl-C and what a service manager sends, heard from the start so that none is missed.
struct Stops {
    interrupt: Signal,
    terminate: Signal,
}

impl Stops {
    fn hear() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
