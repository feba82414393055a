//! `hub-server serve`.

use std::io::Write;
use std::net::SocketAddr;

use clap::Args;
use kit::cli::{Exit, Failure, LogFormat};
use kit::settings::Layers;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::app;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Serve {
    /// Address to serve; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// redis://… for fan-out between several hubs on one database
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Logs as JSON, one object a line
    #[arg(long)]
    log_json: bool,
}

impl Serve {
    pub fn layers(&self, layers: Layers) -> Layers {
        layers.flag("listen", self.listen).flag("redis", self.redis.as_ref())
    }

    pub fn log_format(&self) -> LogFormat {
        if self.log_json { LogFormat::Json } else { LogFormat::Plain }
    }
}

pub async fn serve(settings: Settings) -> Result<Exit, Failure> {
    let address = settings.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::new(Exit::Failed, "port_in_use", format!("{address}: {error}"))
            .fix("name another address with --listen, for example 127.0.0.1:0")
    })?;
    let bound = listener.local_addr().map_err(anyhow::Error::from)?;
    let app = super::open(settings).await?;
    let stop = async {
        asked_to_stop().await;
        tracing::info!("stopping: no new requests, those under way are finished");
    };
    // The listener takes connections from here on; they are answered as soon as `run` is.
    let _ = writeln!(std::io::stdout(), "http://{bound}");
    app::run(app, listener, stop).await?;
    Ok(Exit::Ok)
}

async fn asked_to_stop() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            // Without it Ctrl-C still works.
            Err(_) => std::future::pending::<()>().await,
        }
    };
    tokio::select! {
        () = ctrl_c => {}
        () = terminate => {}
    }
}
