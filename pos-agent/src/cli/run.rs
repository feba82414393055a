//! `pos-agent run`.

use std::net::SocketAddr;

use clap::Args;
use kit::cli::{Exit, Failure};
use kit::metrics::may_show_at;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{agent_failure, call_failure, token_failure};
use crate::server::{self, Listeners, RunError};
use crate::settings::{DeviceSetting, Flags, Settings};

#[derive(Debug, Args)]
pub struct Run {
    /// Address of screens and local API; loopback only
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of /metrics for an operator's programs, for example 127.0.0.1:9465; nowhere without it
    #[arg(long, value_name = "ADDRESS")]
    internal: Option<SocketAddr>,
    /// --internal may name an address that other machines reach
    #[arg(long)]
    internal_anywhere: bool,
    /// A serial scanner and, behind a colon, the number of its till; may be given several times
    #[arg(long = "scanner", value_name = "PATH[:TILL]")]
    scanners: Vec<DeviceSetting>,
}

impl Run {
    pub fn add_to(&self, flags: &mut Flags) {
        flags.listen = self.listen;
        flags.internal = self.internal;
        flags.internal_anywhere = self.internal_anywhere;
        flags.scanners.clone_from(&self.scanners);
    }
}

pub async fn run(settings: Settings) -> Result<Exit, Failure> {
    let screens = listen(settings.listen, "--listen").await?;
    let internal = match settings.internal {
        Some(address) => {
            may_show_at(address, settings.internal_anywhere)?;
            Some(listen(address, "--internal").await?)
        }
        None => None,
    };
    let bound = screens.local_addr().map_err(anyhow::Error::from)?;
    let inside = internal.as_ref().map(TcpListener::local_addr).transpose().map_err(anyhow::Error::from)?;
    let (stop, stopped) = watch::channel(false);
    let serving = server::run(settings, Listeners { screens, internal }, stopped, || {
        println!("http://{bound}/till/1");
        if let Some(inside) = inside {
            println!("internal http://{inside}/metrics");
        }
    });
    tokio::pin!(serving);
    let result = tokio::select! {
        result = &mut serving => result,
        () = asked_to_stop() => {
            // The receiver lives in `serving`.
            let _ = stop.send(true);
            serving.await
        }
    };
    if let Err(error @ RunError::Broken) = result {
        // As if power were cut: closing the file would sync once more what could not be synced.
        std::process::exit(failure(error).report() as i32);
    }
    result.map(|()| Exit::Ok).map_err(failure)
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(Exit::Failed, "port_in_use", format!("{address}: {error}"))
            .fix(format!("name another address with {flag}, for example 127.0.0.1:0"))
    })
}

async fn asked_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without it Ctrl-C still works.
        return wait_for_ctrl_c().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        () = wait_for_ctrl_c() => {}
    }
}

async fn wait_for_ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn failure(error: RunError) -> Failure {
    match error {
        RunError::Agent(error) => agent_failure(error),
        RunError::Hub(error) => call_failure(&error),
        RunError::Device(_) => {
            Failure::new(Exit::Config, "bad_device", error.to_string()).fix("see [[device]] in the settings")
        }
        RunError::Printer(_) => Failure::new(Exit::Config, "bad_printer", error.to_string())
            .fix("see [[printers]] in the settings"),
        RunError::Token(error) => token_failure(error),
        RunError::Broken => Failure::new(Exit::Failed, "disk_failed", error.to_string())
            .fix("look after the disk, then start pos-agent again"),
        RunError::NotLoopback(_) => Failure::new(Exit::Config, "not_loopback", error.to_string())
            .fix("listen on 127.0.0.1 and let the till's own browser open it"),
        RunError::Serve(_) => Failure::new(Exit::Failed, "serve", error.to_string()),
    }
}
